"""Reports: numbers, locks, which report holds a link; followers, words, openings of forms."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update

from bot.domain.review.reports import Follower, Report, Said, Words
from storage.dialects import insert_or_ignore
from storage.review.report_rows import author_of, author_row, key_of, load_reports, report_of, row_of
from storage.review.tables import followers, form_openings, held_links, report_states, report_words, reports
from storage.types import HIGHEST

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.domain.review.queue import NewReport
    from bot.domain.review.reports import Author, ReportKind

_OPENINGS_LAST = timedelta(days=7)
"""Nobody sends a form again that has been open for longer."""
_PIECE = 1000
_HOLDING = 5_050_004
"""The first half of PostgreSQL's advisory locks for links; any number that is ours."""


class SqlReports:
    """Implements `bot.ports.Reports`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: NewReport) -> Report:
        report = Report(
            0, new.community, new.origin, new.kind, new.what, new.details, new.states, new.code, new.link,
            new.author, new.made_at, new.visible_at, new.proposal,
            forwarded_from=new.forwarded_from,
        )  # fmt: skip
        row = self._connection.execute(insert(reports).values(row_of(report)).returning(reports)).one()
        self._add_states(row.id, new.states)
        return report_of(row)

    def find(self, number: int, community_id: int | None = None) -> Report | None:
        return self._one(number, community_id)

    def lock(self, number: int, community_id: int | None = None) -> Report | None:
        return self._one(number, community_id, lock=True)

    def save(self, report: Report) -> None:
        self._connection.execute(update(reports).where(reports.c.id == report.number).values(row_of(report)))
        of = report_states.c
        gone = delete(report_states).where(of.report_id == report.number, of.state.not_in(report.states))
        self._connection.execute(gone)
        self._add_states(report.number, report.states)

    def by_forwarded(self, number: int) -> Report | None:
        return next(reversed(load_reports(self._connection, reports.c.forwarded_from == number)), None)

    def by_proposal(self, proposal: int) -> Report | None:
        return next(iter(load_reports(self._connection, reports.c.proposal_id == proposal)), None)

    # --- links

    def hold_link(self, report: Report) -> None:
        if not report.link:
            return
        digest = _digest(report.link, report.about, report.kind)
        self._only_one(report.community, digest)
        row = {"community_id": report.community, "digest": digest, "report_id": report.number}
        self._connection.execute(insert_or_ignore(self._connection, held_links), row)
        if self._holder(report.community, digest) is None:
            self.hold_link(report)  # the insert met a holder that has let go since

    def holder(self, community_id: int, link: str, about: str, kind: ReportKind) -> int | None:
        if not link:
            return None
        digest = _digest(link, about, kind)
        self._only_one(community_id, digest)
        return self._holder(community_id, digest)

    def release_link(self, number: int) -> None:
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

    # --- people

    def follow(self, number: int, author: Author, what: str, details: str, now: datetime) -> Follower:
        told = {"report_id": number, "what": what, "details": details, "made_at": now}
        statement = insert(followers).values({**told, **author_row(author)}).returning(followers)
        row = self._connection.execute(statement).one()
        return Follower(row.id, author_of(row), row.what, row.details, row.made_at)

    def followers(self, number: int) -> list[Follower]:
        rows = self._connection.execute(
            select(followers).where(followers.c.report_id == number).order_by(followers.c.id)
        )
        return [Follower(row.id, author_of(row), row.what, row.details, row.made_at) for row in rows]

    def unfollow(self, follower: int) -> None:
        self._connection.execute(delete(followers).where(followers.c.id == follower))

    # --- words

    def say(self, number: int, words: Words) -> None:
        row = {"report_id": number, "said": words.said, "text": words.text, "at": words.at, "by": words.by}
        self._connection.execute(insert(report_words).values(row))

    def disown_words(self, number: int) -> None:
        added = report_words.c.said.in_([Said.ANSWER, Said.DETAILS])
        mine = update(report_words).where(report_words.c.report_id == number, added)
        self._connection.execute(mine.values(said=Said.OTHERS))

    def words(self, number: int) -> list[Words]:
        rows = self._connection.execute(
            select(report_words).where(report_words.c.report_id == number).order_by(report_words.c.id)
        )
        return [Words(Said(row.said), row.text, row.at, row.by) for row in rows]

    # --- forms

    def opening(self, digest: str) -> int | None:
        query = select(form_openings.c.report_id).where(form_openings.c.digest == digest)
        number: int | None = self._connection.scalar(query)
        return number

    def opened(self, digest: str, number: int, now: datetime) -> int:
        old = select(form_openings.c.digest).where(form_openings.c.at < now - _OPENINGS_LAST)
        # A few at a time, and never those that somebody else is about to drop: nobody waits for this.
        few = old.order_by(form_openings.c.at).limit(_PIECE).with_for_update(skip_locked=True)
        gone = self._connection.scalars(few).all()
        self._connection.execute(delete(form_openings).where(form_openings.c.digest.in_(gone)))
        row = {"digest": digest, "report_id": number, "at": now}
        # Of two at once the second waits here for the first, and then reads what that one filed.
        self._connection.execute(insert_or_ignore(self._connection, form_openings), row)
        filed = self.opening(digest)
        return number if filed is None else filed

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
