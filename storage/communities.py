"""Communities, their homes and their boards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from bot.domain.people import Community
from storage.tables import boards, communities, homes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from bot.domain.people import Home


class SqlCommunities:
    """Implements `bot.ports.Communities`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._ids: dict[str, int] = {}

    def at(self, home: Home | None) -> Community | None:
        """The community of a home, if it has one."""
        if home is None:
            return None
        row = self._connection.execute(
            select(communities.c.id, boards.c.name, communities.c.curator)
            .join(homes, homes.c.community_id == communities.c.id)
            .join(boards, boards.c.id == communities.c.board_id)
            .where(homes.c.platform == home.platform, homes.c.home == home.id)
        ).one_or_none()
        return Community(row.id, row.name, row.curator) if row else None

    def boards(self) -> list[str]:
        """The names of all boards, the commons first."""
        return list(self._connection.scalars(select(boards.c.name).order_by(boards.c.id)))

    def add(self, name: str) -> None:
        """A community without a home yet, for a board that an export brings."""
        board = self._connection.execute(insert(boards).values(name=name).returning(boards.c.id)).scalar_one()
        self._connection.execute(insert(communities).values(board_id=board, curator=False))

    def board_ids(self, names: Iterable[str]) -> dict[str, int]:
        """Board ids by name; unknown names are left out."""
        wanted = set(names)
        if not wanted <= self._ids.keys():
            rows = self._connection.execute(
                select(boards.c.name, boards.c.id).where(boards.c.name.in_(wanted))
            )
            self._ids |= {row.name: row.id for row in rows}
        return {name: self._ids[name] for name in sorted(wanted) if name in self._ids}

    def board_name(self, board_id: int) -> str:
        """The name of a board."""
        if board_id not in self._ids.values():
            rows = self._connection.execute(select(boards.c.name, boards.c.id))
            self._ids |= {row.name: row.id for row in rows}
        return next(name for name, known in self._ids.items() if known == board_id)
