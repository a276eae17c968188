"""How long an answer may take, counted from the platform's own timestamp (DESIGN: rule 6)."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bot.answering.backoff import Backoff

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

T = TypeVar("T")

log = logging.getLogger(__name__)

_SUSPICIOUS = 2.0
"""Seconds between the platform's clock and ours, in either direction, that are worth a warning."""
_GRACE = 1.0
"""Seconds given to a call that is too old by our clock, which then cannot be right."""
_SILENCE = 60.0
"""Seconds between two warnings."""


_AT_ONCE = Backoff((0.0, 0.2, 0.5), patience=1.0, last_patience=20.0)
_LATER = Backoff((0.0, 2.0, 8.0, 30.0, 120.0), patience=20.0, last_patience=20.0)


@dataclass(frozen=True, slots=True)
class Timing:
    """The time budgets of one platform, in seconds."""

    token_lifetime: float
    """After which the platform drops a call that was not acknowledged."""
    follow_up: float
    """In which an acknowledged call can be answered, counted from its acknowledgement."""
    acknowledge_after: float = 1.5
    """After which a look-up that is not answered yet is acknowledged."""
    busy_after: float = 2.5
    """After which a form is not opened any more, and one that was sent is not acknowledged."""
    farewell: float = 0.6
    """For telling those who wait that the bot stops."""
    at_once: Backoff = _AT_ONCE
    """Of first answers and acknowledgements: all within the platform's `token_lifetime`."""
    later: Backoff = _LATER
    """Of answers to what was acknowledged."""


class Watch:
    """Tells how much time is left, and warns the operator when the clock seems wrong."""

    def __init__(self, platform: str, timing: Timing, clock: Callable[[], datetime]) -> None:
        """`platform` is its name for the log; `clock` gives the time of this machine."""
        self._platform = platform
        self._timing = timing
        self._clock = clock
        self._warned = float("-inf")

    def left(self, asked_at: datetime, budget: float) -> float:
        """Seconds left of `budget`, which began at `asked_at`; none when it is used up.

        What would be too old to be answered at all is so by our clock only, which is then no measure: a
        second.
        """
        seconds = (self._clock() - asked_at).total_seconds()
        if abs(seconds) > _SUSPICIOUS:
            self._warn(seconds)
        if seconds > self._timing.token_lifetime:
            return min(_GRACE, budget)
        return max(budget - max(seconds, 0.0), 0.0)

    def _warn(self, seconds: float) -> None:
        """At most once a minute: every call would say so."""
        now = asyncio.get_running_loop().time()
        if now - self._warned >= _SILENCE:
            self._warned = now
            log.warning(
                "A call from %s came %.1f seconds %s it was made, by this machine's clock. If this goes on, "
                "set the clock right.",
                self._platform,
                abs(seconds),
                "after" if seconds > 0 else "before",
            )


async def done_within(task: asyncio.Task[T], seconds: float) -> bool:
    """Whether `task` ends in that time; it goes on if not."""
    done, _ = await asyncio.wait({task}, timeout=max(seconds, 0.0))
    return bool(done)
