"""Reports from their rows, and into them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.domain.review.reports import Author, Origin, Report, ReportKind, ReportStatus
from bot.domain.writing.links import link_key
from storage.catalogue.codes import code_of, text_of
from storage.review.tables import reports

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row


def load_reports(connection: Connection, *conditions: ColumnElement[bool]) -> list[Report]:
    """The reports for which those hold, by number."""
    query = select(reports).where(*conditions).order_by(reports.c.id)
    return [report_of(row) for row in connection.execute(query)]


def report_of(row: Row[Any]) -> Report:
    """The report of a row."""
    return Report(
        row.id,
        row.community_id,
        Origin(row.origin),
        ReportKind(row.kind),
        row.what,
        row.details,
        tuple(row.states.split(",")) if row.states else (),
        code_of(row.code),
        row.link,
        author_of(row),
        row.made_at,
        row.visible_at,
        row.proposal_id or 0,
        ReportStatus(row.status),
        row.version,
        row.answered,
        row.claimed_by,
        row.until,
        row.note,
        row.decided_by,
        row.decided_at,
        row.reason,
        code_of(row.outcome),
        row.repeats,
        row.forwarded_from,
    )


def row_of(report: Report) -> dict[str, Any]:
    """The row of a report, its number apart."""
    return {
        "community_id": report.community,
        "origin": report.origin,
        "kind": report.kind,
        "what": report.what,
        "details": report.details,
        "states": ",".join(report.states),
        "code": text_of(report.code),
        "link": report.link,
        "link_key": key_of(report.link),
        **author_row(report.author),
        "made_at": report.made_at,
        "visible_at": report.visible_at,
        "proposal_id": report.proposal or None,
        "status": report.status,
        "version": report.version,
        "answered": report.answered,
        "claimed_by": report.claimed_by,
        "until": report.until,
        "note": report.note,
        "decided_by": report.decided_by,
        "decided_at": report.decided_at,
        "reason": report.reason,
        "outcome": text_of(report.outcome),
        "repeats": report.repeats,
        "forwarded_from": report.forwarded_from,
    }


def author_of(row: Row[Any]) -> Author | None:
    """Who sent what stands in a row; None for somebody forgotten."""
    return Author(row.author, row.anonymous, row.author_account) if row.author else None


def author_row(author: Author | None) -> dict[str, Any]:
    """An author's columns. Nothing but the pseudonym is ever kept of an anonymous one."""
    named = author is not None and not author.anonymous
    return {
        "author": author.pseudonym if author else None,
        "anonymous": author is not None and author.anonymous,
        "author_account": author.account if author and named else None,
    }


def key_of(link: str) -> str:
    """What is alike for all spellings of a report's link; nothing where it has none."""
    return link_key(link) if link else ""
