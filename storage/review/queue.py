"""Which reports there are: the queue of a community, what a person sent, what waits for too long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, func, or_, select

from bot.domain.review.reports import ReportStatus
from storage.review.report_rows import key_of, report_of
from storage.review.tables import approvals, followers, report_states, report_words, reports
from storage.types import HIGHEST

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from bot.domain.review.queue import QueueFilter
    from bot.domain.review.reports import Report

_OPEN = [status for status in ReportStatus if status.is_open]


class SqlQueue:
    """Implements `bot.ports.Queue`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(self, which: QueueFilter, limit: int, after: int = 0, before: int = 0) -> list[Report]:
        query = select(reports).where(*_waiting(which)).limit(limit)
        if before:
            query = query.where(reports.c.id < min(before, HIGHEST)).order_by(reports.c.id.desc())
        else:
            query = query.where(reports.c.id > min(after, HIGHEST)).order_by(reports.c.id)
        found = [report_of(row) for row in self._connection.execute(query)]
        return sorted(found, key=lambda report: report.number)

    def waiting(self, which: QueueFilter) -> tuple[int, datetime | None]:
        query = select(func.count(), func.min(reports.c.made_at)).where(*_waiting(which))
        count, oldest = self._connection.execute(query).one()
        return count, oldest

    def same_link(self, report: Report, limit: int) -> list[Report]:
        if not report.link:
            return []
        alike = (
            reports.c.community_id == report.community,
            reports.c.link_key == key_of(report.link),
            reports.c.id != report.number,
        )
        return self._newest(limit, *alike)

    def sent_by(self, pseudonyms: Iterable[str], limit: int, before: int = 0) -> list[Report]:
        earlier = [reports.c.id < min(before, HIGHEST)] if before else []
        return self._newest(limit, _sent_by(pseudonyms), *earlier)

    def count_sent_by(self, pseudonyms: Iterable[str]) -> int:
        query = select(func.count()).select_from(reports).where(_sent_by(pseudonyms))
        return self._connection.scalar(query) or 0

    def handled_by(self, account: int) -> list[int]:
        asked = select(report_words.c.report_id).where(report_words.c.by == account)
        agreed = select(approvals.c.proposal_id).where(approvals.c.account_id == account)
        return self._numbers(
            or_(
                reports.c.claimed_by == account,
                reports.c.decided_by == account,
                reports.c.id.in_(asked),
                reports.c.proposal_id.in_(agreed),
            )
        )

    def open_of(self, community_id: int, pseudonyms: Iterable[str]) -> list[int]:
        return self._numbers(_of(community_id, pseudonyms), reports.c.status.in_(_OPEN))

    def folded_of(self, community_id: int, pseudonyms: Iterable[str]) -> list[int]:
        return self._numbers(_of(community_id, pseudonyms), reports.c.status == ReportStatus.FOLDED)

    def outcomes(self, community_id: int, pseudonym: str) -> dict[ReportStatus, int]:
        rows = self._connection.execute(
            select(reports.c.status, func.count().label("total"))
            .where(_of(community_id, [pseudonym]))
            .group_by(reports.c.status)
        )
        counted = {ReportStatus(row.status): row.total for row in rows}
        return {status: counted[status] for status in ReportStatus if status.is_final and status in counted}

    def lapsed(self, now: datetime, limit: int) -> list[int]:
        query = select(reports.c.id).where(reports.c.until <= now).order_by(reports.c.until, reports.c.id)
        return list(self._connection.scalars(query.limit(limit)))

    def _newest(self, limit: int, *conditions: ColumnElement[bool]) -> list[Report]:
        query = select(reports).where(*conditions).order_by(reports.c.id.desc()).limit(limit)
        return [report_of(row) for row in self._connection.execute(query)]

    def _numbers(self, *conditions: ColumnElement[bool]) -> list[int]:
        return list(self._connection.scalars(select(reports.c.id).where(*conditions).order_by(reports.c.id)))


def _waiting(which: QueueFilter) -> list[ColumnElement[bool]]:
    """What a report has to be to stand in a queue."""
    asked = [
        reports.c.community_id == which.community,
        reports.c.status.in_(_OPEN),
        reports.c.visible_at <= which.now,
    ]
    if which.state is not None:
        of = report_states.c
        asked.append(exists().where(of.report_id == reports.c.id, of.state == which.state))
    if which.kind is not None:
        asked.append(reports.c.kind == which.kind)
    if which.status is not None:
        asked.append(reports.c.status == which.status)
    return asked


def _of(community_id: int, pseudonyms: Iterable[str]) -> ColumnElement[bool]:
    return (reports.c.community_id == community_id) & reports.c.author.in_(sorted(set(pseudonyms)))


def _sent_by(pseudonyms: Iterable[str]) -> ColumnElement[bool]:
    theirs = sorted(set(pseudonyms))
    followed = select(followers.c.report_id).where(followers.c.author.in_(theirs))
    sent = or_(reports.c.author.in_(theirs), reports.c.id.in_(followed))
    # What moderators forwarded was sent by nobody a second time.
    return and_(sent, reports.c.forwarded_from.is_(None))
