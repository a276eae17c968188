"""The colour at the edge of a message: how far along what it shows is, without praise or blame."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bot.domain.catalogue.actions import Stage
from bot.messages.reply import Reply

if TYPE_CHECKING:
    from bot.messages.message import Message

# Told apart, but neither praised nor blamed: no green and red, and neither party's blue and red.
COLOURS = {Stage.OPEN: 0xD9A441, Stage.LIVE: 0x3FB5C4, Stage.STOPPED: 0xA66BBE}
PROBLEM = 0x80848E


def accent_of(reply: Message) -> int | None:
    """The colour of what is shown, or of most of the items; None where nothing has a stage."""
    if isinstance(reply, Reply) and reply.problem:
        return PROBLEM
    stage = reply.stage or _usual_stage(reply)
    return COLOURS[stage] if stage else None


def _usual_stage(reply: Message) -> Stage | None:
    """Of equals, the one that comes first in the list."""
    counted = Counter(item.status.stage for item in reply.lines)
    return counted.most_common(1)[0][0] if counted else None
