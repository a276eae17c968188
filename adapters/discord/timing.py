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


def age(interaction: Interaction) -> float:
    """Seconds since the person asked; never less than none, whatever our clock says."""
    seconds = (discord.utils.utcnow() - interaction.created_at).total_seconds()
    if abs(seconds) > _SUSPICIOUS:
        log.warning(
            "A call from Discord arrived %.1f seconds after it was made, by this machine's clock. "
            "If this goes on, set the clock right.",
            seconds,
        )
    return max(seconds, 0.0)


async def done_within(task: asyncio.Task[T], seconds: float) -> bool:
    """Whether `task` ends in that time; it goes on if not."""
    done, _ = await asyncio.wait({task}, timeout=max(seconds, 0.0))
    return bool(done)
