"""Leases: what only one process at a time may do. A row outlives its lease and is taken over in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, or_, select

from storage.dialects import insert_or_replace
from storage.process.tables import leases

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


class SqlLeases:
    """Implements `bot.ports.Leases`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        # One statement, so that of several processes one wins: the others wait for its row and then see it.
        free = or_(leases.c.holder == holder, leases.c.until <= now)
        statement = insert_or_replace(self._connection, leases, where=free).returning(leases.c.name)
        row = {"name": name, "holder": holder, "until": until}
        return self._connection.execute(statement, row).scalar_one_or_none() is not None

    def release(self, name: str, holder: str) -> None:
        self._connection.execute(delete(leases).where(leases.c.name == name, leases.c.holder == holder))

    def held(self, prefix: str, now: datetime) -> dict[str, str]:
        rows = self._connection.execute(
            select(leases.c.name, leases.c.holder)
            # Not LIKE, which has signs of its own and on SQLite does not tell capitals apart.
            .where(func.substr(leases.c.name, 1, len(prefix)) == prefix, leases.c.until > now)
            .order_by(leases.c.name)
        )
        return {row.name: row.holder for row in rows}
