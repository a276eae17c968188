"""What moderators do with a report short of publishing: claim, ask, edit, reject, mark as known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.community.audit import AuditEvent
from bot.domain.community.people import visible_boards
from bot.domain.review.reports import Event, ReportStatus, Said, Words
from bot.engine.community.audit import write_down
from bot.engine.review.case import ReviewAction
from bot.engine.review.desk import Desk, Notice, Outcome, edited, stepped
from bot.engine.review.opening import close_report
from bot.errors import NotFoundError, NotUnderstoodError

if TYPE_CHECKING:
    from bot.domain.catalogue.actions import Action, Code
    from bot.domain.review.drafts import Draft
    from bot.domain.review.reports import Report
    from bot.engine.review.case import Case
    from bot.ports import UnitOfWork


def claim(uow: UnitOfWork, desk: Desk, case: Case) -> Outcome:
    """Have a report to oneself for half an hour; whoever had it before has it no more."""
    case.require(ReviewAction.CLAIM)
    report = case.report
    if report.status is ReportStatus.CLAIMED:
        report = replace(report, status=ReportStatus.NEW)
    report = replace(report.after(Event.CLAIM, desk.now), claimed_by=desk.account)
    uow.reports.save(report)
    write_down(uow, desk.community.id, desk.now, AuditEvent.REPORT_CLAIMED, report.name, desk.account)
    return Outcome(report, case.proposal)


def ask(uow: UnitOfWork, desk: Desk, case: Case, question: str) -> Outcome:
    """Ask the author something; the report waits for the answer."""
    case.require(ReviewAction.ASK)
    report = replace(stepped(case.report, Event.ASK, desk), answered=False)
    uow.reports.save(report)
    uow.reports.say(report.number, Words(Said.QUESTION, question, desk.now, desk.account))
    write_down(uow, desk.community.id, desk.now, AuditEvent.REPORT_ASKED, report.name, desk.account, question)
    return Outcome(report, case.proposal, Notice.ASKED)


def edit(uow: UnitOfWork, desk: Desk, case: Case, draft: Draft) -> Outcome:
    """Save another draft; it decides nothing, and what was approved before is not."""
    case.require(ReviewAction.EDIT)
    if draft == case.proposal.draft:
        return Outcome(case.report, case.proposal)
    proposal = uow.proposals.revise(case.proposal.id, draft, desk.account, desk.now)
    report = edited(case.report, desk)
    uow.reports.save(report)
    write_down(uow, desk.community.id, desk.now, AuditEvent.REPORT_EDITED, report.name, desk.account)
    return Outcome(report, proposal)


def reject(uow: UnitOfWork, desk: Desk, case: Case, reason: str) -> Outcome:
    """Decide that nothing is published."""
    case.require(ReviewAction.REJECT)
    if case.proposal.import_id is not None:
        uow.imports.withdraw(case.proposal.import_id)
    return _close(uow, desk, case, Event.REJECT, AuditEvent.REPORT_REJECTED, reason)


def mark_known(uow: UnitOfWork, desk: Desk, case: Case, of: Code | int) -> Outcome:
    """Decide that an action or another report says it already.

    Raises NotFoundError where that cannot be seen here, NotUnderstoodError for a circle.
    """
    case.require(ReviewAction.DUPLICATE)
    number = case.report.number
    if isinstance(of, int):
        other = uow.reports.find(of, desk.community.id)
        if other is None or other.visible_at > desk.now:
            raise NotFoundError(f"There is no report R-{of} here.")
        if of == number:
            raise NotUnderstoodError(f"R-{of} cannot repeat itself.")
        if other.repeats == number:
            raise NotUnderstoodError(f"R-{of} was marked as a repetition of R-{number}.")
        return _close(uow, desk, case, Event.DUPLICATE, AuditEvent.REPORT_DUPLICATE, other.name, repeats=of)
    action = uow.catalogue.find(of, visible_boards(desk.community))
    if action is None or action.retraction:
        raise NotFoundError(f"There is no action {of}.")
    return _close(
        uow, desk, case, Event.DUPLICATE, AuditEvent.REPORT_DUPLICATE, str(of), action=action, outcome=of
    )


def _close(
    uow: UnitOfWork, desk: Desk, case: Case, event: Event, audited: AuditEvent, reason: str,
    *, action: Action | None = None, outcome: Code | None = None, repeats: int | None = None,
) -> Outcome:  # fmt: skip
    """End a report without publishing anything, and the report that was forwarded to make it too."""
    also = _close_origin(uow, desk, case.report, event, reason, action, outcome)
    report = replace(
        stepped(case.report, event, desk), reason=reason,
        outcome=outcome or case.report.outcome, repeats=repeats or case.report.repeats,
    )  # fmt: skip
    proposal = close_report(uow, report, case.proposal)
    write_down(uow, desk.community.id, desk.now, audited, report.name, desk.account, reason)
    return Outcome(report, proposal, Notice.DECIDED, action, also)


def _close_origin(
    uow: UnitOfWork, desk: Desk, report: Report, event: Event, reason: str, action: Action | None,
    outcome: Code | None,
) -> tuple[Outcome, ...]:  # fmt: skip
    """The report of the community that forwarded this one ends in the same way."""
    origin = uow.reports.lock(report.forwarded_from) if report.forwarded_from is not None else None
    if origin is None or origin.status is not ReportStatus.FORWARDED:
        return ()
    origin = replace(stepped(origin, event, desk), reason=reason, outcome=outcome)
    proposal = close_report(uow, origin, uow.proposals.lock(origin.proposal))
    return (Outcome(origin, proposal, Notice.DECIDED, action),)
