"""Reading what was published, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.domain.catalogue.records import action_from_json
from bot.domain.catalogue.revisions import Change, Decision, Revision
from storage.catalogue.codes import ids_of
from storage.catalogue.tables import revision_head, revisions
from storage.types import HIGHEST

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

    from bot.domain.catalogue.actions import Code


class SqlRevisions:
    """Implements `bot.ports.Revisions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def head(self) -> int:
        return self._connection.scalar(select(revision_head.c.number)) or 0

    def since(self, number: int, limit: int) -> list[Revision]:
        after = select(revisions).where(revisions.c.number > number)
        return self._load(after.order_by(revisions.c.number).limit(limit))

    def get(self, number: int) -> Revision:
        (found,) = self._load(select(revisions).where(revisions.c.number == number))
        return found

    def of(self, code: Code, limit: int, before: int | None = None) -> list[Revision]:
        mine = select(revisions).where(revisions.c.action_id.in_(ids_of(self._connection, [code])))
        if before is not None:
            mine = mine.where(revisions.c.number < min(before, HIGHEST))
        return self._load(mine.order_by(revisions.c.number.desc()).limit(limit))

    def _load(self, query: Select[Any]) -> list[Revision]:
        return [
            Revision(
                row.number,
                Change(row.change),
                action_from_json(row.before, row.before_revision) if row.before else None,
                action_from_json(row.after, row.number),
                Decision(row.decided_by, row.why, row.at),
            )
            for row in self._connection.execute(query)
        ]
