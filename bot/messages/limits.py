"""The least that any platform takes; each number names where it comes from."""

from __future__ import annotations

LONGEST_LABEL = 80
"""Characters on a button, as few as any platform takes (Discord: components reference)."""
