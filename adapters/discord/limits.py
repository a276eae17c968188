"""Discord's numbers, all inclusive. Sources name the pages of Discord's documentation, as of August 2026."""

from __future__ import annotations

from typing import Final

from bot.answering.timing import Timing

MOST_COMPONENTS: Final = 40
"""In one message, nested ones included (components reference, Components V2)."""
MOST_TEXT: Final = 4000
"""Characters over all text displays of a message (discord.py: `LayoutView.content_length`)."""
MOST_BUTTONS_IN_ROW: Final = 5
"""Or one select (components reference, Action Row)."""
MOST_OPTIONS: Final = 25
"""Of a select, and what may be picked of one (components reference, String Select)."""

MOST_ATTACHMENTS: Final = 10
"""Of a message, and of what a gallery shows (message resource, Create Message; components: Media Gallery)."""

LONGEST_CUSTOM_ID: Final = 100
LONGEST_BUTTON_LABEL: Final = 80
LONGEST_BUTTON_URL: Final = 512
"""(components reference, Button)"""

LONGEST_OPTION_LABEL: Final = 100
LONGEST_OPTION_VALUE: Final = 100
LONGEST_PLACEHOLDER: Final = 150
"""(components reference, String Select)"""

MOST_FIELDS_IN_MODAL: Final = 5
LONGEST_MODAL_TITLE: Final = 45
"""(interactions, Modal; discord.py: `Modal`)"""

LONGEST_FIELD_LABEL: Final = 45
LONGEST_FIELD_DESCRIPTION: Final = 100
"""(components reference, Label)"""

LONGEST_INPUT: Final = 4000
"""(components reference, Text Input)"""

CHOICES: Final = 25
"""Of a command's option, and of what is suggested while one is typed (application commands, Option)."""

TIMING: Final = Timing(token_lifetime=3.0, follow_up=14 * 60.0)
"""Discord gives 3 seconds, and then 15 minutes (receiving and responding: Interaction Callback, Followup)."""
