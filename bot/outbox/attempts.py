"""One attempt to send a message: claim, send, record, each made so before the next begins."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

from bot.domain.deliveries import NotSent, Unknown
from bot.errors import DatabaseError, RefusedValueError
from bot.outbox.drawing import UnreadableError, draw
from bot.outbox.timing import DEFAULTS
from bot.ports.store import read_async, write_async, write_unawaited

if TYPE_CHECKING:
    from bot.domain.deliveries import Delivery, Outcome
    from bot.messages.tokens import TokenCodec
    from bot.outbox.sending import Sender
    from bot.outbox.timing import Timing
    from bot.ports import Store, UnitOfWork

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time that was passed in, and how it goes on from there."""

    start: datetime
    began: float

    @classmethod
    def at(cls, now: datetime) -> Clock:
        """A clock that begins to run."""
        return cls(now, time.monotonic())

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self.began

    @property
    def now(self) -> datetime:
        """The time."""
        return self.start + timedelta(seconds=self.seconds)


class Attempts:
    """What is due on one platform, and trying to send it."""

    def __init__(self, store: Store, codec: TokenCodec, sender: Sender, timing: Timing = DEFAULTS) -> None:
        self._store = store
        self._codec = codec
        self._sender = sender
        self._timing = timing
        self._left_alone: set[tuple[int, int]] = set()
        self._resting: dict[int, datetime] = {}

    async def due(self, at: datetime, most: int) -> list[Delivery]:
        """What may be claimed: without what rests, and without what only a newer program can draw."""
        self._resting = {number: until for number, until in self._resting.items() if until > at}
        platform, limit = self._sender.platform, most + len(self._left_alone) + len(self._resting)
        found = await read_async(self._store, lambda uow: uow.outbox.due(platform, at, limit))
        return [delivery for delivery in found if self._may_go(delivery)][:most]

    def _may_go(self, delivery: Delivery) -> bool:
        return delivery.id not in self._resting and _mark(delivery) not in self._left_alone

    async def claim(self, delivery: Delivery, at: datetime) -> Delivery | None:
        """Have it to ourselves, with what will be sent; None when that cannot be."""
        sealed, stored = delivery.sealed, dict[str, str]()
        if sealed is None:
            try:
                reply, stored = draw(delivery.document, self._codec)
                sealed = self._sender.seal(reply, delivery)
            except Exception as error:  # one message must not keep all others waiting
                self._left_alone.add(_mark(delivery))
                log.error(
                    "Message %d cannot be drawn by this version and is left alone.",
                    delivery.id,
                    exc_info=None if isinstance(error, UnreadableError) else error,
                )
                return None
        content = sealed
        # In direct messages buttons are pressed without a home.
        community = delivery.community if delivery.place and not delivery.place.direct else None

        def claim(uow: UnitOfWork) -> Delivery | None:
            claimed = uow.outbox.claim(delivery, content, at, at + self._timing.claim_ttl)
            if claimed and stored:
                uow.tokens.store(stored, community)
            return claimed

        claimed = await write_async(self._store, claim)
        if claimed is None:  # it changed, or somebody was faster: to be looked at anew, but not at once
            self._resting[delivery.id] = at + timedelta(seconds=self._timing.min_delay)
        return claimed

    async def deliver(self, claimed: Delivery, clock: Clock) -> None:
        """Send it and record what came of it. Raises nothing."""
        try:
            outcome = await self._sent(claimed)
        except asyncio.CancelledError:
            # Whoever sends next need not wait until the claim runs out.
            now = clock.now
            write_unawaited(self._store, lambda uow: uow.outbox.record(claimed, Unknown(), now))
            raise
        if isinstance(outcome, Unknown) and claimed.attempt > 1:
            backoff = self._timing.send_backoff
            rest = backoff[min(claimed.attempt - 1, len(backoff)) - 1]
            self._resting[claimed.id] = clock.now + timedelta(seconds=rest)
        await self._record(claimed, outcome, clock)

    async def _sent(self, claimed: Delivery) -> Outcome:
        try:
            async with asyncio.timeout(self._timing.send_within):
                outcome = await self._sender.send(claimed)
        except TimeoutError:
            return Unknown()
        except Exception as error:  # it may have gone out, whatever went wrong then
            log.error("Message %d failed in a way nobody foresaw.", claimed.id, exc_info=error)
            return Unknown()
        if isinstance(outcome, NotSent):
            return NotSent(max(outcome.after, self._timing.min_delay))
        return outcome

    async def _record(self, claimed: Delivery, outcome: Outcome, clock: Clock) -> None:
        """Write down what came of it, trying for as long as the claim may be ours."""
        ends, backoff = clock.now + self._timing.claim_ttl, self._timing.record_backoff

        def record(uow: UnitOfWork) -> bool:
            return uow.outbox.record(claimed, outcome, clock.now)

        for attempt in count():
            try:
                if not await write_async(self._store, record):
                    log.warning("Message %d was taken over by another process.", claimed.id)
                return
            except DatabaseError as error:
                if attempt == 0:
                    log.warning("What became of message %d is not recorded yet.", claimed.id, exc_info=error)
                if isinstance(error, RefusedValueError) or clock.now > ends:
                    return  # the claim runs out, and then it is settled
            await asyncio.sleep(backoff[min(attempt, len(backoff) - 1)])


def _mark(delivery: Delivery) -> tuple[int, int]:
    """What tells a message apart, also from itself with other words."""
    return delivery.id, hash(delivery.document)
