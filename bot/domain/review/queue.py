"""Reports and proposals before they have a number, and which of a queue are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.catalogue.actions import Code
    from bot.domain.review.drafts import Draft
    from bot.domain.review.proposals import ProposalKind
    from bot.domain.review.reports import (
        Author,
        Origin,
        ReportKind,
        ReportStatus,
    )


@dataclass(frozen=True, slots=True)
class NewReport:
    """A report to keep; it gets its number when it is kept."""

    community: int
    origin: Origin
    kind: ReportKind
    what: str
    details: str
    states: tuple[str, ...]
    code: Code | None
    link: str
    author: Author | None
    made_at: datetime
    visible_at: datetime
    forwarded_from: int | None = None
    proposal: int = 0


@dataclass(frozen=True, slots=True)
class NewProposal:
    """A proposal to keep."""

    board: str
    kind: ProposalKind
    code: Code | None
    base: int
    draft: Draft
    by: int | None
    import_id: int | None = None
    undoes: int | None = None
    replaces: Code | None = None


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which reports of a community's queue: those that are still open and may be seen at `now`."""

    community: int
    now: datetime
    state: str | None = None
    kind: ReportKind | None = None
    status: ReportStatus | None = None


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file of a report, still with its platform."""

    name: str
    size: int
    platform: str
    url: str
