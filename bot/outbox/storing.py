"""Waiting in the loop for a piece of work that a thread of the store does."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, TypeVar

from bot.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.ports import Store, UnitOfWork

T = TypeVar("T")


async def read(store: Store, work: Callable[[UnitOfWork], T]) -> T:
    """What `work` reads, all of one moment."""
    return await asyncio.wrap_future(store.submit(work, writes=False))


async def write(store: Store, work: Callable[[UnitOfWork], T]) -> T:
    """Run and commit `work`."""
    return await asyncio.wrap_future(store.submit(_committed(work), writes=True))


def leave_to_write(store: Store, work: Callable[[UnitOfWork], object]) -> None:
    """Have `work` run and committed, if that can be, by a process that is about to end and does not wait."""
    with contextlib.suppress(DatabaseError):
        store.submit(_committed(work), writes=True)


def _committed(work: Callable[[UnitOfWork], T]) -> Callable[[UnitOfWork], T]:
    def committed(uow: UnitOfWork) -> T:
        result = work(uow)
        uow.commit()
        return result

    return committed
