"""Running one piece of work from plain synchronous code, which waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.ports import Store, UnitOfWork

T = TypeVar("T")


def read(store: Store, work: Callable[[UnitOfWork], T]) -> T:
    """What `work` reads, all of one moment."""
    return store.submit(work, writes=False).result()


def write(store: Store, work: Callable[[UnitOfWork], T]) -> T:
    """Run and commit `work`."""

    def committed(uow: UnitOfWork) -> T:
        result = work(uow)
        uow.commit()
        return result

    return store.submit(committed, writes=True).result()
