"""The least that any platform takes; each number names where it comes from, or that it is ours."""

from __future__ import annotations

LONGEST_TOKEN = 100
"""Characters of a button's token (Discord: components reference, custom_id)."""
LONGEST_FORM_TOKEN = 80
"""Characters of a form's token. The rest of LONGEST_TOKEN says which opening of the form it is."""
LONGEST_LABEL = 80
"""Characters on a button (Discord: components reference, Button)."""

MOST_OPTIONS = 25
"""Options of a choice, and people or groups picked in a form (Discord: components reference, selects)."""
LONGEST_OPTION_LABEL = 100
"""Characters of an option's label (Discord: components reference, String Select)."""

MOST_SUGGESTIONS = 25
"""Offered while an option is typed (Discord: application command option choice)."""
LONGEST_SUGGESTION = 100
"""Characters of what is offered and of what it stands for (Discord: application command option choice)."""

LONGEST_FORM_TITLE = 45
"""Characters (Discord: interactions, Modal)."""
LONGEST_FIELD_LABEL = 45
"""Characters over a field of a form (Discord: components reference, Label)."""
LONGEST_INPUT = 4000
"""Characters that a field of a form can show and take (Discord: components reference, Text Input)."""
LONGEST_LINE = 8000
"""Characters that are read of a command line, and of each field of a form; a limit of our own."""
