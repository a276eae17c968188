"""Sending what is owed to one platform, pass after pass."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.lease import Lease
from bot.outbox.attempts import Attempts, Clock
from bot.outbox.timing import DEFAULTS
from bot.ports.store import write_async

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.deliveries import Delivery
    from bot.messages.tokens import TokenCodec
    from bot.outbox.sending import Sender
    from bot.outbox.timing import Timing
    from bot.ports import Store, UnitOfWork

log = logging.getLogger(__name__)

AT_ONCE = 4
"""Places that are sent to at the same time."""


class Worker:
    """Sends to one platform. Of any number of processes that each have one, a single one sends at a time."""

    def __init__(self, store: Store, codec: TokenCodec, sender: Sender, timing: Timing = DEFAULTS) -> None:
        self._store = store
        self._sender = sender
        self._timing = timing
        self._attempts = Attempts(store, codec, sender, timing)
        self._lease = Lease(store, f"send:{sender.platform}", timing=timing.lease)
        self._troubles: set[object] = set()
        """What failed the last time that it was tried."""
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something may be due. Called in the loop."""
        self._woken.set()

    async def run(self) -> None:
        """Pass after pass, until it is cancelled."""
        try:
            while True:
                self._woken.clear()
                with self._said_once("Sending failed and is tried again", "sending"):
                    await self.work(datetime.now(UTC))
                with contextlib.suppress(TimeoutError):
                    # Not `wait_for`: before Python 3.12 that loses a cancellation that comes with the waking.
                    async with asyncio.timeout(self._timing.poll_every):
                        await self._woken.wait()
        finally:
            self._lease.leave()

    async def work(self, now: datetime) -> int:
        """One pass: how many deliveries were tried; 0 while another process sends.

        Raises DatabaseError, once what is under way has come to its end.
        """
        clock = Clock.at(now)
        if not await self._lease.hold(clock.now):
            return 0
        with self._said_once("Getting ready to send failed", "preparing"):
            async with asyncio.timeout(self._timing.send_within):
                await self._sender.prepare()
        await self._settle(clock.now)
        return await self._send_all(clock)

    async def _settle(self, at: datetime) -> None:
        """What was left in the middle is uncertain; where asking again makes no second message, ask again."""
        platform, same_key = self._sender.platform, self._sender.same_key

        def settle(uow: UnitOfWork) -> int:
            lost = uow.outbox.give_up_lost(platform, at)
            if same_key:
                uow.outbox.retry_uncertain(platform, at - same_key, at)
            return len(lost)

        if lost := await write_async(self._store, settle):
            log.warning("Messages that a process left in the middle of sending: %d.", lost)

    async def _send_all(self, clock: Clock) -> int:
        tried, ends = 0, clock.seconds + self._timing.longest_pass
        flying: set[asyncio.Task[None]] = set()
        try:
            while True:
                found = await self._next(clock, ends, AT_ONCE - len(flying))
                for delivery in found:
                    if claimed := await self._attempts.claim(delivery, clock.now):
                        tried += 1
                        flying.add(asyncio.create_task(self._attempts.deliver(claimed, clock)))
                if flying:
                    _, flying = await asyncio.wait(flying, return_when=asyncio.FIRST_COMPLETED)
                elif not found:
                    return tried
        except asyncio.CancelledError:
            for task in flying:
                task.cancel()
            raise
        finally:
            if flying:
                await asyncio.wait(flying)

    async def _next(self, clock: Clock, ends: float, most: int) -> list[Delivery]:
        """What to send next in this pass, which ends at that second."""
        if clock.seconds > ends:
            self.wake()  # there may be more
            return []
        if most == 0 or not await self._lease.hold(clock.now):
            return []
        return await self._attempts.due(clock.now, most)

    @contextlib.contextmanager
    def _said_once(self, what: str, of: object) -> Iterator[None]:
        """Go on after a failure, and speak of it only when it is new."""
        try:
            yield
        except Exception as error:  # sending must go on
            if of not in self._troubles:
                self._troubles.add(of)
                log.error("%s.", what, exc_info=error)
        else:
            self._troubles.discard(of)
