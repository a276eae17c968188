"""The least that any platform takes; each number names where it comes from."""

from __future__ import annotations

LONGEST_LABEL = 80
"""Characters on a button, as few as any platform takes (Discord: components reference)."""
LONGEST_LINE = 8000
"""Characters that are read of a command line, and of each field of a form; a limit of our own."""
LONGEST_INPUT = 4000
"""Characters that a field of a form can show and take (Discord: components reference, Text Input)."""
