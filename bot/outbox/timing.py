"""How fast the outbox sends, tries again and gives up; tests pass another one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.deliveries import SEND_WITHIN
from bot.lease import DEFAULTS as LEASE
from bot.lease import LeaseTiming


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds, where nothing else is said."""

    poll_every: float = 2.0
    """Between two passes; a commit that leaves something to send wakes the worker at once."""
    longest_pass: float = 10.0
    """Of sending, after which a pass claims nothing more, so that what is uncertain is looked at again."""
    send_within: float = SEND_WITHIN
    """For one attempt."""
    min_delay: float = 1.0
    """Minimum delay before a retry, also where the platform asks for less."""
    send_backoff: tuple[float, ...] = (4.0, 8.0, 16.0, 30.0)
    """Before the third attempt at what may have come through, the fourth and so on; the last one for ever."""
    record_backoff: tuple[float, ...] = (0.1, 0.2, 0.5, 1.0, 2.0)
    """Between attempts to record an outcome; the last one until the claim has run out."""
    claim_ttl: timedelta = timedelta(seconds=90)
    """After which a claim counts as lost with its process: several times `send_within`."""
    lease: LeaseTiming = LEASE
    """Of the process that sends to a platform."""


DEFAULTS = Timing()
