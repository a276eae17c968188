"""How long an answer may take, counted from Discord's own timestamp (DESIGN: rule 6)."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, TypeVar

import discord

if TYPE_CHECKING:
    from adapters.discord.inbound import Interaction

T = TypeVar("T")

log = logging.getLogger(__name__)

TOKEN_DIES = 3.0
"""Seconds until Discord drops what was not acknowledged (receiving and responding: interaction callback)."""
ACKNOWLEDGE = 1.5
"""Seconds after which a look-up that is not answered yet is acknowledged."""
BUSY = 2.5
"""Seconds after which a form is not opened any more, and one that was sent is not acknowledged."""
FOLLOW_UP = 14 * 60.0
"""Seconds in which an acknowledged call can be answered; Discord gives 15 minutes."""
_SUSPICIOUS = 2.0
_GRACE = 1.0
_SILENCE = 60.0


class Watch:
    """Tells how much time is left, and the operator when the clock seems wrong."""

    def __init__(self) -> None:
        self._warned = float("-inf")

    def left(self, interaction: Interaction, budget: float) -> float:
        """Seconds left of `budget`, which began when the person asked; none when it is used up.

        What would be too old to be answered at all is so by our clock only, which is then no measure: a
        second.
        """
        seconds = (discord.utils.utcnow() - interaction.created_at).total_seconds()
        if abs(seconds) > _SUSPICIOUS:
            self._warn(seconds)
        if seconds > TOKEN_DIES:
            return min(_GRACE, budget)
        return max(budget - max(seconds, 0.0), 0.0)

    def _warn(self, seconds: float) -> None:
        """At most once a minute: every call would say so."""
        now = asyncio.get_running_loop().time()
        if now - self._warned >= _SILENCE:
            self._warned = now
            log.warning(
                "A call from Discord came %.1f seconds %s it was made, by this machine's clock. If this goes "
                "on, set the clock right.",
                abs(seconds),
                "after" if seconds > 0 else "before",
            )


async def done_within(task: asyncio.Task[T], seconds: float) -> bool:
    """Whether `task` ends in that time; it goes on if not."""
    done, _ = await asyncio.wait({task}, timeout=max(seconds, 0.0))
    return bool(done)
