"""What moderators do with a report short of publishing: claim, ask, edit, reject, mark as known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.community.people import visible_boards
from bot.domain.review.proposals import ProposalState
from bot.domain.review.reports import Event, Origin, ReportStatus, Said, Words
from bot.engine.community.audit import write_down
from bot.engine.review.desk import (
    Desk,
    Moved,
    Telling,
    edited,
    is_reporter,
    may_decide,
    open_only,
    stepped,
    take_up,
)
from bot.errors import ChangedMeanwhileError, ForbiddenError, NotFoundError, NotUnderstoodError

if TYPE_CHECKING:
    from bot.domain.catalogue.actions import Code
    from bot.domain.review.drafts import Draft
    from bot.ports import UnitOfWork


def claim(uow: UnitOfWork, desk: Desk, number: int) -> Moved:
    """Have a report to oneself for half an hour; whoever had it before has it no more."""
    moved = take_up(uow, desk, number)
    open_only(uow, desk, moved)
    report = moved.report
    if report.origin in (Origin.MEMBER, Origin.COMMUNITY) and is_reporter(uow, report, desk.person):
        raise ForbiddenError(f"Nobody decides on their own report; {report.name} waits for somebody else.")
    if report.status is ReportStatus.SECONDING:
        raise ChangedMeanwhileError(
            f"{report.name} waits for a second person: approve it, edit it or reject it."
        )
    if report.status is ReportStatus.CLAIMED:
        again = replace(report, status=ReportStatus.NEW)
        report = replace(again.after(Event.CLAIM, desk.now), claimed_by=desk.account)
    else:
        report = replace(report.after(Event.CLAIM, desk.now), claimed_by=desk.account)
    uow.reports.save(report)
    write_down(uow, desk.community.id, desk.now, "report:claimed", report.name, desk.account)
    return Moved(report, moved.proposal)


def ask(uow: UnitOfWork, desk: Desk, number: int, version: int | None, question: str) -> Moved:
    """Ask the author something; the report waits for the answer."""
    moved = take_up(uow, desk, number, version)
    open_only(uow, desk, moved)
    may_decide(uow, desk, moved.report)
    author = moved.report.author
    if moved.report.origin is not Origin.MEMBER or author is None or author.is_gone:
        raise NotFoundError(f"There is nobody to ask about {moved.report.name}.")
    report = replace(stepped(moved.report, Event.ASK, desk), answered=False)
    uow.reports.save(report)
    uow.reports.say(number, Words(Said.QUESTION, question, desk.now, desk.account))
    write_down(uow, desk.community.id, desk.now, "report:asked", report.name, desk.account, question)
    return Moved(report, moved.proposal, Telling.ASKED)


def edit(uow: UnitOfWork, desk: Desk, number: int, version: int | None, draft: Draft) -> Moved:
    """Save another draft; it decides nothing, and what was approved before is not."""
    moved = take_up(uow, desk, number, version)
    open_only(uow, desk, moved)
    may_decide(uow, desk, moved.report)
    if draft == moved.proposal.draft:
        return moved
    proposal = uow.proposals.redraft(moved.proposal.id, draft, desk.account, desk.now)
    report = edited(moved.report, desk)
    uow.reports.save(report)
    write_down(uow, desk.community.id, desk.now, "report:edited", report.name, desk.account)
    return Moved(report, proposal)


def reject(uow: UnitOfWork, desk: Desk, number: int, version: int | None, reason: str) -> Moved:
    """Decide that nothing is published."""
    moved = take_up(uow, desk, number, version)
    open_only(uow, desk, moved)
    may_decide(uow, desk, moved.report)
    if moved.proposal.import_id is not None:
        uow.imports.withdraw(moved.proposal.import_id)
    return close(uow, desk, moved, Event.REJECT, "report:rejected", reason)


def mark_known(uow: UnitOfWork, desk: Desk, number: int, version: int | None, of: Code | int) -> Moved:
    """Decide that an action or another report says it already."""
    moved = take_up(uow, desk, number, version)
    open_only(uow, desk, moved)
    may_decide(uow, desk, moved.report)
    if moved.report.origin not in (Origin.MEMBER, Origin.COMMUNITY):
        raise ChangedMeanwhileError(f"{moved.report.name} is no report of somebody's; approve or reject it.")
    if isinstance(of, int):
        other = uow.reports.find(of, desk.community.id)
        if other is None or other.visible_at > desk.now:
            raise NotFoundError(f"There is no report R-{of} here.")
        if of == number:
            raise NotUnderstoodError(f"R-{of} cannot repeat itself.")
        if other.repeats == number:
            raise NotUnderstoodError(f"R-{of} was marked as a repetition of R-{number}.")
        return close(
            uow, desk, replace(moved, report=replace(moved.report, repeats=of)),
            Event.DUPLICATE, "report:duplicate", f"R-{of}",
        )  # fmt: skip
    action = uow.catalogue.find(of, visible_boards(desk.community))
    if action is None or action.retraction:
        raise NotFoundError(f"There is no action {of}.")
    return close(
        uow, desk, replace(moved, report=replace(moved.report, outcome=of), action=action),
        Event.DUPLICATE, "report:duplicate", str(of),
    )  # fmt: skip


def close(uow: UnitOfWork, desk: Desk, moved: Moved, event: Event, audited: str, reason: str) -> Moved:
    """End a report without publishing anything, and the report that was forwarded to make it too."""
    report = replace(stepped(moved.report, event, desk), reason=reason)
    proposal = replace(moved.proposal, state=ProposalState.DROPPED)
    also = _origin_closes(uow, desk, moved, event, reason)
    uow.reports.save(report)
    uow.reports.release_link(report.number)
    uow.files.drop(report.number)
    uow.proposals.save(proposal)
    write_down(uow, desk.community.id, desk.now, audited, report.name, desk.account, reason)
    return Moved(report, proposal, Telling.DECIDED, moved.action, also)


def _origin_closes(uow: UnitOfWork, desk: Desk, moved: Moved, event: Event, reason: str) -> tuple[Moved, ...]:
    """The report of the community that forwarded this one ends in the same way."""
    if moved.report.forwarded_from is None:
        return ()
    origin = uow.reports.lock(moved.report.forwarded_from)
    if origin is None or origin.status is not ReportStatus.FORWARDED:
        return ()
    origin = replace(
        stepped(origin, event, desk), reason=reason, outcome=moved.report.outcome if moved.action else None
    )
    proposal = replace(uow.proposals.lock(origin.proposal), state=ProposalState.DROPPED)
    uow.reports.save(origin)
    uow.reports.release_link(origin.number)
    uow.files.drop(origin.number)
    uow.proposals.save(proposal)
    return (Moved(origin, proposal, Telling.DECIDED, moved.action),)
