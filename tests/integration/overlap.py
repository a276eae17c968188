"""Two transactions of two processes at the same time: one has begun when the other wants the same thing."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING, Generic, TypeVar

import psycopg

from bot.ports.store import write
from storage.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import URL

    from bot.ports import UnitOfWork

T = TypeVar("T")
_LONGEST = 20.0
"""Seconds after which something hangs."""


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What both returned, and how often the second one's work was run."""

    first: T
    second: T
    attempts: int


def overlapping(
    url: URL,
    first: Callable[[UnitOfWork], T],
    second: Callable[[UnitOfWork], T],
    *,
    then: Callable[[UnitOfWork], object] = lambda _: None,
    commit: bool = True,
) -> Outcome[T]:
    """Run `first`; when `second` waits for it, or has done all it wanted, do `then` and commit (or not)."""
    begun, attempts = Event(), 0
    one, other = Database(url), Database(url)

    def hold(uow: UnitOfWork) -> T:
        result = first(uow)
        begun.set()
        _until_waiting(url, lambda: later.done())
        then(uow)
        if commit:
            uow.commit()
        return result

    def want(uow: UnitOfWork) -> T:
        nonlocal attempts
        attempts += 1
        return second(uow)

    def after() -> T:
        assert begun.wait(_LONGEST)
        return write(other, want)

    with ThreadPoolExecutor(1) as thread:
        later = thread.submit(after)
        result = one.submit(hold, writes=True).result()
        found = Outcome(result, later.result(_LONGEST), attempts)
    one.close()
    other.close()
    return found


def _until_waiting(url: URL, is_done: Callable[[], bool]) -> None:
    """SQLite lets nobody else begin, so there is nothing to wait for."""
    if url.drivername == "sqlite":
        return
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    deadline = time.monotonic() + _LONGEST
    with psycopg.connect(plain, autocommit=True) as looking:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
        while time.monotonic() < deadline and not is_done():
            row = looking.execute(query, [url.database]).fetchone()
            if row and row[0]:
                return
