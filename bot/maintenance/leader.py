"""Doing chores: in one process of several, the elected leader, or in one pass."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.lease import DEFAULTS as LEASE
from bot.lease import Lease, LeaseTiming

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.maintenance.chores import Chore
    from bot.ports import Store

log = logging.getLogger(__name__)

LEADER = "maintenance"
"""Name of the leader's lease."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How often chores are looked at, and how long a leader stays one."""

    every: float = 1.0
    """Seconds between two looks at what is due."""
    stand_by: timedelta = timedelta(seconds=10)
    """Between two attempts to become the leader: each is a write."""
    lease: LeaseTiming = LEASE


DEFAULTS = Timing()


class Maintenance:
    """Does chores in one of any number of processes: the others stand by, and take over when it is gone."""

    def __init__(self, store: Store, chores: Sequence[Chore], timing: Timing = DEFAULTS) -> None:
        self._store = store
        self._chores = tuple(chores)
        self._timing = timing
        self._lease = Lease(store, LEADER, timing=timing.lease)
        self._stands_by_until: datetime | None = None
        self._began: dict[str, datetime] = {}
        """When each chore was last begun, by name."""
        self._running: dict[str, asyncio.Task[None]] = {}
        self._failing: set[str] = set()
        """What failed the last time."""

    async def run(self, stop: asyncio.Event) -> None:
        """Do what is due until `stop` is set. What is under way then is not waited for."""
        try:
            while not stop.is_set():
                await self.begin_due(datetime.now(UTC))
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._timing.every):
                        await stop.wait()
        finally:
            for task in self._running.values():
                task.cancel()
            self._lease.leave()

    async def begin_due(self, now: datetime) -> list[asyncio.Task[None]]:
        """Begin the chores that are due and not under way, if this process leads; tasks named like them."""
        leads, begun = False, []
        if self._stands_by_until and now < self._stands_by_until:
            return []
        with self._said_once("Electing the process that does the chores"):
            leads = await self._lease.hold(now)
            self._stands_by_until = None if leads else now + self._timing.stand_by
        for chore in self._chores if leads else ():
            began = self._began.get(chore.name)
            if chore.name not in self._running and (began is None or now - began >= chore.every):
                self._began[chore.name] = now
                begun.append(asyncio.create_task(self._do(chore, now), name=chore.name))
                self._running[chore.name] = begun[-1]
        return begun

    async def _do(self, chore: Chore, now: datetime) -> None:
        try:
            await _in_thread(lambda: self._try(chore, now))
        finally:
            del self._running[chore.name]

    def _try(self, chore: Chore, now: datetime) -> None:
        closing = contextlib.suppress(CancelledError)  # by a store that is being closed
        with closing, self._said_once(f"The chore “{chore.name}”"):
            chore.run(self._store, now)

    @contextlib.contextmanager
    def _said_once(self, what: str) -> Iterator[None]:
        """Go on after a failure, and log it only when it is new."""
        try:
            yield
        except CancelledError:
            raise
        except Exception as error:  # whatever it is, the other chores go on
            if what not in self._failing:
                self._failing.add(what)
                log.error("%s failed and is tried again.", what, exc_info=error)
        else:
            self._failing.discard(what)


def do_due(store: Store, chores: Sequence[Chore], now: datetime) -> None:
    """Do all chores once, one after the other, for a process that does not stay to do them.

    What fails is logged and left to the next time.
    """
    for chore in chores:
        try:
            chore.run(store, now)
        except Exception as error:  # somebody was answered already; and the other chores go on
            log.warning("The chore “%s” failed; the next start tries it again.", chore.name, exc_info=error)


async def _in_thread(work: Callable[[], None]) -> None:
    """Run `work`, which raises nothing, in a daemon thread.

    Those of `asyncio.to_thread` are waited for when the process ends, and a chore may take minutes.
    """
    done: Future[None] = Future()
    done.set_running_or_notify_cancel()

    def run() -> None:
        try:
            work()
        finally:
            done.set_result(None)

    threading.Thread(target=run, name="chore", daemon=True).start()
    await asyncio.wrap_future(done)
