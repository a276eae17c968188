"""Exit statuses; 2, a wrong command line, is click's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.messages.reply import Reply

ANSWERED = 0
REFUSED = 1
CONFIGURATION = 3
DATABASE = 4
PLATFORM = 5

_BY_CODE = {
    "configuration": CONFIGURATION,
    "database": DATABASE,
    "database_busy": DATABASE,
    "platform": PLATFORM,
}


def status_of(reply: Reply) -> int:
    """The exit status that goes with an answer."""
    return status_of_code(reply.problem.code) if reply.problem else ANSWERED


def status_of_code(code: str) -> int:
    """The exit status that goes with an error code; one that is not listed is a refusal."""
    return _BY_CODE.get(code, REFUSED)
