"""Reading what was published, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.domain.records import action_from_json
from bot.domain.revisions import Change, Decision, Revision
from storage.tables import revision_head, revisions

if TYPE_CHECKING:
    from sqlalchemy import Connection


class SqlRevisions:
    """Implements `bot.ports.Revisions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def head(self) -> int:
        """The newest number; 0 when nothing was published."""
        return self._connection.scalar(select(revision_head.c.number)) or 0

    def since(self, number: int, limit: int) -> list[Revision]:
        """The revisions after `number`, in order, without a gap."""
        rows = self._connection.execute(
            select(revisions).where(revisions.c.number > number).order_by(revisions.c.number).limit(limit)
        )
        return [
            Revision(
                row.number,
                Change(row.change),
                action_from_json(row.before, row.before_revision) if row.before else None,
                action_from_json(row.after, row.number),
                Decision(row.decided_by, row.why, row.at),
            )
            for row in rows
        ]
