"""Handing a report, or an action of a community's own board, to the curators, who decide for everyone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.community.audit import AuditEvent
from bot.domain.community.people import COMMONS
from bot.domain.review.drafts import draft_of_facts
from bot.domain.review.proposals import ProposalKind
from bot.domain.review.queue import NewProposal, NewReport
from bot.domain.review.reports import Event, Origin, Report, ReportKind, ReportStatus
from bot.engine.community.audit import write_down
from bot.engine.review.case import ReviewAction
from bot.engine.review.desk import Desk, Outcome, stepped
from bot.engine.review.opening import open_report
from bot.errors import ChangedMeanwhileError, NotFoundError

if TYPE_CHECKING:
    from bot.domain.catalogue.actions import Action
    from bot.domain.community.people import Community
    from bot.domain.review.drafts import Draft
    from bot.engine.review.case import Case
    from bot.ports import UnitOfWork


def forward(uow: UnitOfWork, desk: Desk, case: Case) -> Outcome:
    """Hand a report to the curators; where it is approved already, hand them the action that came of it.

    Raises NotFoundError where no community decides for everyone.
    """
    case.require(ReviewAction.FORWARD)
    report, proposal = case.report, case.proposal
    if report.status is ReportStatus.APPROVED:
        return _forward_action(uow, desk, case)
    to = _curators(uow)
    report = stepped(report, Event.FORWARD, desk)
    uow.reports.save(report)
    theirs = _copy(uow, desk, report, to, proposal.kind, proposal.draft, base=proposal.base)
    write_down(
        uow,
        desk.community.id,
        desk.now,
        AuditEvent.REPORT_FORWARDED,
        report.name,
        desk.account,
        theirs.report.name,
    )
    return Outcome(report, proposal, also=(theirs,))


def _forward_action(uow: UnitOfWork, desk: Desk, case: Case) -> Outcome:
    """If the curators publish it, the local action becomes an alias of theirs."""
    report, action = case.report, case.published
    assert action
    to = _curators(uow)
    other = uow.reports.by_forwarded(report.number)
    if other is not None and not other.status.is_final:
        raise ChangedMeanwhileError(f"{action.code} is with the curators already.")
    theirs = _copy(
        uow, desk, report, to, ProposalKind.PUBLISH, draft_of_facts(action.facts), base=0, replaces=action
    )
    write_down(
        uow,
        desk.community.id,
        desk.now,
        AuditEvent.ACTION_FORWARDED,
        str(action.code),
        desk.account,
        theirs.report.name,
    )
    return Outcome(report, case.proposal, also=(theirs,))


def _copy(
    uow: UnitOfWork, desk: Desk, report: Report, to: Community, kind: ProposalKind, draft: Draft,
    *, base: int, replaces: Action | None = None,
) -> Outcome:  # fmt: skip
    """The curators' report. It has the author of the first one, who may not decide on it either."""
    code = report.code if kind is not ProposalKind.PUBLISH else None
    board = COMMONS
    if code is not None:
        board = uow.catalogue.by_code([code])[code].board
        if board != COMMONS:
            raise NotFoundError(f"{code} is of this community's own board; there is nothing to forward.")
    new = NewReport(
        to.id, Origin.COMMUNITY, report.kind if code else ReportKind.NEW, report.what, report.details,
        report.states, code, report.link, report.author, desk.now, desk.now, report.number,
    )  # fmt: skip
    proposed = NewProposal(board, kind, code, base, draft, None, replaces=replaces.code if replaces else None)
    return open_report(uow, new, proposed)


def _curators(uow: UnitOfWork) -> Community:
    for curator in uow.communities.curators():
        return curator
    raise NotFoundError("No community decides for everyone yet; the operator names one.")
