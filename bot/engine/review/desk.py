"""The desk: a report with its proposal, locked and fit to be decided on, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.community.people import COMMONS
from bot.domain.review.drafts import draft_of_facts
from bot.domain.review.reports import Event, Origin, Report, ReportKind, ReportStatus
from bot.engine.community.people import name_of
from bot.errors import ChangedMeanwhileError, ForbiddenError, NotFoundError

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.catalogue.actions import Action
    from bot.domain.community.people import Community, Person
    from bot.domain.review.proposals import Proposal
    from bot.ports import UnitOfWork


class Telling(StrEnum):
    """What the people behind a report are told."""

    DECIDED = "decided"
    CHANGED = "changed"
    """A decision that they were told of does not stand any more."""
    ASKED = "asked"
    """Goes to the author alone."""
    FOLDED = "folded"


@dataclass(frozen=True, slots=True)
class Moved:
    """A report after something happened to it: what cards and notices are made of."""

    report: Report
    proposal: Proposal
    telling: Telling | None = None
    action: Action | None = None
    also: tuple[Moved, ...] = ()
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


def take_up(uow: UnitOfWork, desk: Desk, number: int, version: int | None = None) -> Moved:
    """Lock a report with its proposal.

    Raises NotFoundError for what is not in this community's queue, ChangedMeanwhileError with who did what
    when it moved since `version`.
    """
    report = uow.reports.lock(number, desk.community.id)
    if report is None or report.visible_at > desk.now:
        raise NotFoundError(f"There is no report R-{number} here.")
    proposal = uow.proposals.lock(report.proposal)
    forgotten = report.status is ReportStatus.SECONDING and not proposal.approvals
    if report.has_lapsed(desk.now) or forgotten:
        report, proposal = lapse(uow, report, proposal, desk.now)
    if version is not None and version != report.version:
        told = moved_words(uow, report, proposal, desk.community)
        raise ChangedMeanwhileError(f"{report.name} was already {told}.")
    return Moved(report, proposal)


def open_only(uow: UnitOfWork, desk: Desk, moved: Moved) -> None:
    """Raise ChangedMeanwhileError where there is nothing left to decide."""
    if not moved.report.status.is_open:
        told = moved_words(uow, moved.report, moved.proposal, desk.community)
        raise ChangedMeanwhileError(f"{moved.report.name} was already {told}.")


def may_decide(uow: UnitOfWork, desk: Desk, report: Report) -> None:
    """Raise ForbiddenError for whoever reported it, and while somebody else has claimed it."""
    if report.origin in (Origin.MEMBER, Origin.COMMUNITY) and is_reporter(uow, report, desk.person):
        raise ForbiddenError(f"Nobody decides on their own report; {report.name} waits for somebody else.")
    if report.status is ReportStatus.CLAIMED and report.claimed_by is not None:
        known = uow.people.known([report.claimed_by, desk.account])
        claimer, mine = known.get(report.claimed_by), known.get(desk.account)
        if claimer and mine and claimer.person != mine.person:
            raise ChangedMeanwhileError(
                f"{claimer.name} has claimed {report.name}"
                f"{until_words(report, desk.community)}. Press Claim to take it over."
            )


def is_reporter(uow: UnitOfWork, report: Report, person: Person) -> bool:
    """Whether somebody sent it, or sent the same later, under whatever pseudonym."""
    if report.author and report.author.pseudonym in person.ever:
        return True
    of = [report.number, *([report.forwarded_from] if report.forwarded_from else [])]
    return any(
        follower.author and follower.author.pseudonym in person.ever
        for number in of
        for follower in uow.reports.followers(number)
    )


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
        proposal = uow.proposals.redraft(proposal.id, proposal.draft, proposal.by, now)
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


def moved_words(uow: UnitOfWork, report: Report, proposal: Proposal, community: Community) -> str:
    """`approved by Ana at 14:02`: what happened to it last."""
    edition = uow.proposals.edition(proposal.id, proposal.edition)
    was_edited = edition is not None and report.decided_at is not None and edition.at == report.decided_at
    deed = {
        ReportStatus.SECONDING: "approved, as the first of two,",
        ReportStatus.ASKED: "asked about",
        ReportStatus.FORWARDED: "forwarded",
        ReportStatus.APPROVED: "approved",
        ReportStatus.REJECTED: "rejected",
        ReportStatus.DUPLICATE: "marked as known already",
        ReportStatus.WITHDRAWN: "withdrawn",
        ReportStatus.FOLDED: "set aside",
    }.get(report.status, "edited" if was_edited else "changed")
    if report.status is ReportStatus.WITHDRAWN or report.decided_at is None:
        return deed
    return f"{deed} by {name_of(uow, report.decided_by)} at {clock(report.decided_at, community)}"


def clock(at: datetime, community: Community) -> str:
    """The time of day where the community is."""
    return f"{at.astimezone(ZoneInfo(community.zone)):%H:%M}"


def until_words(report: Report, community: Community) -> str:
    """` until 14:32`."""
    return f" until {clock(report.until, community)}" if report.until else ""
