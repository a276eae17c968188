"""Which commands platforms were told that we have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from storage.dialects import insert_or_replace
from storage.process.tables import command_trees

if TYPE_CHECKING:
    from sqlalchemy import Connection


class SqlCommandTrees:
    """Implements `bot.ports.CommandTrees`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def digest(self, platform: str, application: str) -> str | None:
        return self._connection.scalar(
            select(command_trees.c.digest).where(
                command_trees.c.platform == platform, command_trees.c.application == application
            )
        )

    def keep(self, platform: str, application: str, digest: str) -> None:
        row = {"platform": platform, "application": application, "digest": digest}
        self._connection.execute(insert_or_replace(self._connection, command_trees), row)
