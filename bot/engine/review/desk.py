"""The moderator who decides, the outcome of what they do, and the steps that all decisions share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.community.people import COMMONS
from bot.domain.review.drafts import draft_of_facts
from bot.domain.review.reports import Event, Origin, Report, ReportKind, ReportStatus
from bot.engine.community.people import name_of
from bot.errors import ForbiddenError

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.catalogue.actions import Action
    from bot.domain.community.people import Community, Person
    from bot.domain.review.proposals import Proposal
    from bot.ports import UnitOfWork


class Notice(StrEnum):
    """What the people behind a report are notified of."""

    DECIDED = "decided"
    CHANGED = "changed"
    """A decision that they were told of does not stand any more."""
    ASKED = "asked"
    """Goes to the author alone."""
    FOLDED = "folded"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A report after something happened to it: what cards and notices are made of (bot.notices.finish)."""

    report: Report
    proposal: Proposal
    notice: Notice | None = None
    action: Action | None = None
    also: tuple[Outcome, ...] = ()
    """Reports of other communities that moved with it."""
    is_new: bool = False
    """It has no cards yet."""
    not_before: datetime | None = None
    """Cards stay as they are until then, where an anonymous sender's moment would show."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Who works on what: a moderator of a community, at a moment."""

    community: Community
    person: Person
    account: int
    """The moderator's number in our records."""
    now: datetime


def is_in_words(uow: UnitOfWork, report: Report, proposal: Proposal) -> bool:
    """Whether it is a correction that nobody has brought into the draft yet, its link apart."""
    if report.kind is not ReportKind.CORRECTION or report.origin is Origin.MODERATOR or not proposal.base:
        return False
    stands = draft_of_facts(uow.revisions.get(proposal.base).after.facts)
    return replace(proposal.draft, sources=()) == replace(stands, sources=())


def boards_of(community: Community) -> tuple[str, ...]:
    """The boards on which the community's moderators publish."""
    return (COMMONS, community.name) if community.curator else (community.name,)


def check_board(community: Community, board: str) -> None:
    """Raise ForbiddenError where the community's moderators do not publish on that board."""
    if board not in boards_of(community):
        raise ForbiddenError(
            "That action is everyone's, and the curators decide on what everyone sees. A report of it can be "
            "forwarded to them."
        )


def lapse(uow: UnitOfWork, report: Report, proposal: Proposal, now: datetime) -> tuple[Report, Proposal]:
    """The report is new again, because its state lasted too long; half an agreement is none."""
    agreed = "Nobody agreed within 7 days" if proposal.approvals else "Who agreed is no longer on file"
    note = {
        ReportStatus.SECONDING: f"{agreed}, so it waits for two people anew.",
        ReportStatus.ASKED: "There was no answer within 14 days.",
    }.get(report.status, "")
    bump = report.status is ReportStatus.SECONDING and bool(proposal.approvals)
    if bump:
        proposal = uow.proposals.revise(proposal.id, proposal.draft, proposal.by, now)
    report = replace(report.after(Event.LAPSE, now), note=note, version=report.version + bump)
    uow.reports.save(report)
    return report, proposal


def stepped(report: Report, event: Event, desk: Desk) -> Report:
    """The report after a moderator's step that others must see before they take theirs."""
    return replace(
        report.after(event, desk.now),
        version=report.version + 1,
        decided_by=desk.account,
        decided_at=desk.now,
    )


def edited(report: Report, desk: Desk) -> Report:
    """The report with another draft; where somebody had agreed with the old one, it is the editor's now."""
    was = report.status
    report = stepped(report, Event.EDIT, desk)
    return replace(report, claimed_by=desk.account) if was is ReportStatus.SECONDING else report


def last_step_words(uow: UnitOfWork, report: Report, proposal: Proposal, community: Community) -> str:
    """`approved by Ana at 14:02`: what happened to it last."""
    deed = {
        ReportStatus.SECONDING: "approved, as the first of two,",
        ReportStatus.ASKED: "asked about",
        ReportStatus.FORWARDED: "forwarded",
        ReportStatus.APPROVED: "approved",
        ReportStatus.REJECTED: "rejected",
        ReportStatus.DUPLICATE: "marked as known already",
        ReportStatus.WITHDRAWN: "withdrawn",
        ReportStatus.FOLDED: "set aside",
    }.get(report.status)
    if deed is None:
        # An edit writes its draft and the report's last step with one moment; nothing else tells of it.
        edition = uow.proposals.edition(proposal.id, proposal.edition) if report.decided_at else None
        was_edited = edition is not None and edition.at == report.decided_at
        deed = "edited" if was_edited else "changed"
    if report.status is ReportStatus.WITHDRAWN or report.decided_at is None:
        return deed
    return f"{deed} by {name_of(uow, report.decided_by)} at {clock(report.decided_at, community)}"


def clock(at: datetime, community: Community) -> str:
    """The time of day where the community is."""
    return f"{at.astimezone(ZoneInfo(community.zone)):%H:%M}"


def until_words(report: Report, community: Community) -> str:
    """` until 14:32`."""
    return f" until {clock(report.until, community)}" if report.until else ""
