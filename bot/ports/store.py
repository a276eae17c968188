"""The database seen from outside, and running work on it: waited for in a thread, or in the event loop."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Protocol, TypeVar

from bot.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from bot.ports.work import UnitOfWork

T = TypeVar("T")


class Store(Protocol):
    """Runs pieces of work, each in one thread and one transaction."""

    def submit(self, work: Callable[[UnitOfWork], T], *, writes: bool) -> Future[T]:
        """Run `work`. One that writes must `commit`, and may be run again when the database was too busy.

        The future raises what `work` raised, or DatabaseError.
        """


def read(store: Store, work: Callable[[UnitOfWork], T]) -> T:
    """Run `work` and wait for it; all that it reads is of one moment."""
    return store.submit(work, writes=False).result()


def write(store: Store, work: Callable[[UnitOfWork], T]) -> T:
    """Run and commit `work`, and wait for it."""
    return store.submit(_committing(work), writes=True).result()


async def read_async(store: Store, work: Callable[[UnitOfWork], T]) -> T:
    """As `read`, for the event loop."""
    return await run_async(store, work, writes=False)


async def write_async(store: Store, work: Callable[[UnitOfWork], T]) -> T:
    """As `write`, for the event loop. Once begun it is finished, even if this await is cancelled."""
    return await run_async(store, _committing(work), writes=True)


async def run_async(store: Store, work: Callable[[UnitOfWork], T], *, writes: bool) -> T:
    """Run `work`, which commits by itself if it comes to that."""
    return await asyncio.wrap_future(store.submit(work, writes=writes))


def write_unawaited(store: Store, work: Callable[[UnitOfWork], object]) -> None:
    """Queue `work` and its commit, for a process that is about to end; a store that has closed drops it."""
    with contextlib.suppress(DatabaseError):
        store.submit(_committing(work), writes=True)


def _committing(work: Callable[[UnitOfWork], T]) -> Callable[[UnitOfWork], T]:
    def committing(uow: UnitOfWork) -> T:
        result = work(uow)
        uow.commit()
        return result

    return committing
