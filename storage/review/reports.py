"""Reports: numbers, locks, and which report holds a link."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update

from bot.domain.review.reports import Report
from storage.dialects import insert_or_ignore
from storage.review.queue import ReportQueue
from storage.review.report_parts import ReportParts
from storage.review.report_rows import key_of, report_of, row_of
from storage.review.tables import held_links, report_states, reports
from storage.types import HIGHEST

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.review.queue import NewReport
    from bot.domain.review.reports import ReportKind

_HOLDING = 5_050_004
"""The first half of PostgreSQL's advisory locks for links; any number that is ours."""


class SqlReports(ReportQueue, ReportParts):
    """Implements `bot.ports.Reports`."""

    def add(self, new: NewReport) -> Report:
        """Keep a report and give it the next number."""
        report = Report(
            0, new.community, new.origin, new.kind, new.what, new.details, new.states, new.code, new.link,
            new.author, new.made_at, new.visible_at, forwarded_from=new.forwarded_from,
        )  # fmt: skip
        row = self._connection.execute(insert(reports).values(row_of(report)).returning(reports)).one()
        self._add_states(row.id, new.states)
        return report_of(row)

    def find(self, number: int, community_id: int | None = None) -> Report | None:
        """One by its number, if it is that community's."""
        return self._one(number, community_id)

    def lock(self, number: int, community_id: int | None = None) -> Report | None:
        """The same, kept from change until this transaction ends. Comes before any other lock."""
        return self._one(number, community_id, lock=True)

    def save(self, report: Report) -> None:
        """Write a report that was locked."""
        self._connection.execute(update(reports).where(reports.c.id == report.number).values(row_of(report)))
        of = report_states.c
        gone = delete(report_states).where(of.report_id == report.number, of.state.not_in(report.states))
        self._connection.execute(gone)
        self._add_states(report.number, report.states)

    # --- links

    def hold_link(self, report: Report) -> int:
        """Let later reports of the same link, kind and subject follow this one.

        Returns its number, or that of the report that holds the link already.
        """
        if not report.link:
            return report.number
        digest = _digest(report.link, report.about, report.kind)
        self._only_one(report.community, digest)
        row = {"community_id": report.community, "digest": digest, "report_id": report.number}
        self._connection.execute(insert_or_ignore(self._connection, held_links), row)
        holder = self._holder(report.community, digest)
        # Somebody may just have let go of it, so that there was one for the insert and none for the look.
        return self.hold_link(report) if holder is None else holder

    def holder(self, community_id: int, link: str, about: str, kind: ReportKind) -> int | None:
        """The report that holds a link. Nobody else gets hold of it before this transaction ends."""
        if not link:
            return None
        digest = _digest(link, about, kind)
        self._only_one(community_id, digest)
        return self._holder(community_id, digest)

    def release_link(self, number: int) -> None:
        """Later reports of its link do not follow it any more."""
        self._connection.execute(delete(held_links).where(held_links.c.report_id == number))

    def _holder(self, community_id: int, digest: str) -> int | None:
        here = (held_links.c.community_id == community_id, held_links.c.digest == digest)
        number: int | None = self._connection.scalar(select(held_links.c.report_id).where(*here))
        return number

    def _only_one(self, community_id: int, digest: str) -> None:
        """Of two who want the same link the second waits, and then sees what the first one did."""
        if self._connection.dialect.name == "postgresql":  # SQLite writes one at a time
            link = func.hashtext(f"{community_id} {digest}")
            self._connection.execute(select(func.pg_advisory_xact_lock(_HOLDING, link)))

    # --- rows

    def _one(self, number: int, community_id: int | None, *, lock: bool = False) -> Report | None:
        if not 0 < number <= HIGHEST:
            return None
        query = select(reports).where(reports.c.id == number)
        if community_id is not None:
            query = query.where(reports.c.community_id == community_id)
        row = self._connection.execute(query.with_for_update() if lock else query).one_or_none()
        return report_of(row) if row else None

    def _add_states(self, number: int, states: Iterable[str]) -> None:
        rows = [{"report_id": number, "state": state} for state in states]
        if rows:
            self._connection.execute(insert_or_ignore(self._connection, report_states), rows)


def _digest(link: str, about: str, kind: ReportKind) -> str:
    """What is alike for reports of which the later ones follow the first."""
    return hashlib.sha256("\0".join((key_of(link), about, kind)).encode()).hexdigest()
