"""Counting calls of commands that have a limit; people stand here under a pseudonym only."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select

from storage.tables import calls

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection


class SqlCalls:
    """Implements `bot.ports.Calls`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(self, person: str, command: str, limits: Sequence[tuple[int, int]], now: datetime) -> int:
        """Count one call; the seconds to wait when it is over a limit, else 0."""
        mine = (calls.c.person == person) & (calls.c.command == command)
        longest = timedelta(seconds=max(seconds for _, seconds in limits))
        if self._connection.dialect.name == "postgresql":
            # Two calls at once would each look before the other is counted. SQLite writes one at a time.
            lock = func.pg_advisory_xact_lock(func.hashtext(f"{person} {command}"))
            self._connection.execute(select(lock))
        old = (calls.c.command == command) & (calls.c.at <= now - longest)
        self._connection.execute(delete(calls).where(old))
        waits = [self._wait(times, now - timedelta(seconds=seconds), mine) for times, seconds in limits]
        self._connection.execute(insert(calls).values(person=person, command=command, at=now))
        return max(waits)

    def _wait(self, times: int, since: datetime, mine: ColumnElement[bool]) -> int:
        """Seconds until the call that has to grow old, the `times`-th newest, is old enough."""
        newest = (
            select(calls.c.at).where(mine, calls.c.at > since).order_by(calls.c.at.desc(), calls.c.id.desc())
        )
        holding = self._connection.scalar(newest.offset(times - 1).limit(1))
        return ceil((holding - since).total_seconds()) if holding else 0
