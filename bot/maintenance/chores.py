"""A chore: work that has to be done every now and then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.ports.store import read, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from bot.ports import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class Chore:
    """A chore and how often it is looked at."""

    name: str
    """As it stands in the log."""
    every: timedelta
    """From one start to the next; longer while one takes longer."""
    run: Callable[[Store, datetime], object]
    """Do what is due at a time. Called in a thread, and may take long.

    It must stand being cut off, when the process ends, and being run by two processes at once, for a moment.
    """


def in_transaction(
    is_due: Callable[[UnitOfWork, datetime], bool], work: Callable[[UnitOfWork, datetime], object]
) -> Callable[[Store, datetime], object]:
    """Run `work` in a transaction. Where nothing is due, nothing waits for the lock of writers."""

    def run(store: Store, now: datetime) -> None:
        if read(store, lambda uow: is_due(uow, now)):
            write(store, lambda uow: work(uow, now))

    return run
