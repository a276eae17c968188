"""The audit: what was done, one chain a community; what may be forgotten stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from bot.domain.community.audit import START, AuditDetail, AuditEntry, entry_hash, verify
from storage.dialects import insert_or_ignore
from storage.people.tables import audit_details, audit_entries, audit_heads
from storage.types import HIGHEST

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection, Row, Select

    from bot.domain.community.audit import Verdict

_PIECE = 1000


class SqlAudit:
    """Implements `bot.ports.Audit`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, community_ids: Iterable[int]) -> None:
        ids = sorted(set(community_ids))
        rows = [{"community_id": number, "number": 0, "hash": START} for number in ids]
        if rows:  # in the order of ids, as everywhere
            self._connection.execute(insert_or_ignore(self._connection, audit_heads), rows)
        query = select(audit_heads.c.number).where(audit_heads.c.community_id.in_(ids))
        self._connection.execute(query.order_by(audit_heads.c.community_id).with_for_update()).all()

    def add(self, community_id: int, at: datetime, event: str, subject: str, detail: AuditDetail) -> None:
        here = audit_heads.c.community_id == community_id
        head = self._connection.execute(select(audit_heads).where(here)).one()
        number, hidden = head.number + 1, detail.hash
        entry = {
            "at": at,
            "event": event,
            "subject": subject,
            "detail": hidden,
            "previous": head.hash,
            "hash": entry_hash(number, at, event, subject, hidden, head.hash),
        }
        beside = {"salt": detail.salt, "account_id": detail.account, "text": detail.text}
        key = {"community_id": community_id, "number": number}
        self._connection.execute(insert(audit_entries).values({**key, **entry}))
        self._connection.execute(insert(audit_details).values({**key, **beside}))
        self._connection.execute(update(audit_heads).where(here).values(number=number, hash=entry["hash"]))

    def page(
        self, community_id: int, limit: int, before: int = 0
    ) -> list[tuple[AuditEntry, AuditDetail | None]]:
        query = _entries(community_id).order_by(audit_entries.c.number.desc()).limit(limit)
        if before:
            query = query.where(audit_entries.c.number < min(before, HIGHEST))
        return [_entry(row) for row in self._connection.execute(query)]

    def length(self, community_id: int) -> int:
        query = select(audit_heads.c.number).where(audit_heads.c.community_id == community_id)
        return self._connection.scalar(query) or 0

    def verify(self, community_id: int) -> Verdict:
        here = audit_heads.c.community_id == community_id
        head = self._connection.execute(select(audit_heads).where(here)).one_or_none()
        query = _entries(community_id).order_by(audit_entries.c.number)
        with self._connection.execute(query, execution_options={"yield_per": _PIECE}) as rows:
            return verify(map(_entry, rows), (head.number, head.hash) if head else (0, START))


def _entries(community_id: int) -> Select[Any]:
    beside = (audit_details.c.community_id == audit_entries.c.community_id) & (
        audit_details.c.number == audit_entries.c.number
    )
    query: Select[Any] = (
        select(audit_entries, audit_details.c.salt, audit_details.c.account_id, audit_details.c.text)
        .outerjoin(audit_details, beside)
        .where(audit_entries.c.community_id == community_id)
    )
    return query


def _entry(row: Row[Any]) -> tuple[AuditEntry, AuditDetail | None]:
    entry = AuditEntry(row.number, row.at, row.event, row.subject, row.detail, row.previous, row.hash)
    return entry, None if row.salt is None else AuditDetail(row.salt, row.account_id, row.text)
