"""Counting calls of commands that have a limit; people stand here under a pseudonym only."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update

from storage.process.tables import calls

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection


class SqlCalls:
    """Implements `bot.ports.Calls`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(self, person: str, command: str, limits: Sequence[tuple[int, int]], now: datetime) -> int:
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

    def halve(self, person: str, command: str, at: datetime) -> None:
        whole = (calls.c.person == person, calls.c.command == command, calls.c.at == at, calls.c.halves == 2)
        one = select(func.min(calls.c.id)).where(*whole).scalar_subquery()
        self._connection.execute(update(calls).where(calls.c.id == one).values(halves=1))

    def _wait(self, times: int, since: datetime, mine: ColumnElement[bool]) -> int:
        """Seconds until the call that has to grow old, with which they are `times`, is old enough."""
        newest = (calls.c.at.desc(), calls.c.id.desc())
        # As many as there can be of them, if all count half.
        latest = select(calls).where(mine, calls.c.at > since).order_by(*newest).limit(2 * times).subquery()
        so_far = func.sum(latest.c.halves).over(order_by=(latest.c.at.desc(), latest.c.id.desc()))
        counted = select(latest.c.at, so_far.label("halves")).subquery()
        enough = select(func.max(counted.c.at)).where(counted.c.halves >= 2 * times)
        holding = self._connection.scalar(enough)
        return ceil((holding - since).total_seconds()) if holding else 0
