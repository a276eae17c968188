"""Handing a report, or an action of a community's own board, to the curators, who decide for everyone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.community.people import COMMONS
from bot.domain.review.drafts import draft_of_facts
from bot.domain.review.proposals import ProposalKind
from bot.domain.review.queue import NewProposal, NewReport
from bot.domain.review.reports import Event, Origin, Report, ReportKind, ReportStatus
from bot.engine.community.audit import write_down
from bot.engine.review.desk import Desk, Moved, may_decide, open_only, stepped, take_up
from bot.errors import ChangedMeanwhileError, ForbiddenError, NotFoundError

if TYPE_CHECKING:
    from bot.domain.catalogue.actions import Action
    from bot.domain.community.people import Community
    from bot.domain.review.drafts import Draft
    from bot.ports import UnitOfWork


def forward(uow: UnitOfWork, desk: Desk, number: int, version: int | None) -> Moved:
    """Hand a report to the curators; where it is approved already, hand them the action that came of it."""
    moved = take_up(uow, desk, number, version)
    report, proposal = moved.report, moved.proposal
    if report.status is ReportStatus.APPROVED:
        return _forward_action(uow, desk, moved)
    open_only(uow, desk, moved)
    may_decide(uow, desk, report)
    if report.status is ReportStatus.SECONDING or report.origin is not Origin.MEMBER:
        raise ChangedMeanwhileError(f"{report.name} is {report.status.label} and cannot be forwarded.")
    to = _curators(uow, desk.community)
    report = stepped(report, Event.FORWARD, desk)
    uow.reports.save(report)
    theirs = _copy(uow, desk, report, to, proposal.kind, proposal.draft, base=proposal.base)
    write_down(
        uow, desk.community.id, desk.now, "report:forwarded", report.name, desk.account, theirs.report.name
    )
    return Moved(report, proposal, also=(theirs,))


def _forward_action(uow: UnitOfWork, desk: Desk, moved: Moved) -> Moved:
    """If the curators publish it, the local action becomes an alias of theirs."""
    report = moved.report
    action = uow.catalogue.by_code([report.outcome]).get(report.outcome) if report.outcome else None
    if action is None or action.retraction or action.board == COMMONS:
        raise ChangedMeanwhileError(f"Nothing of {report.name} stands on a board of this community's own.")
    to = _curators(uow, desk.community)
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
        "action:forwarded",
        str(action.code),
        desk.account,
        theirs.report.name,
    )
    return Moved(report, moved.proposal, also=(theirs,))


def _copy(
    uow: UnitOfWork, desk: Desk, report: Report, to: Community, kind: ProposalKind, draft: Draft,
    *, base: int, replaces: Action | None = None,
) -> Moved:  # fmt: skip
    """The curators' report. It has the author of the first one, who may not decide on it either."""
    code = report.code if kind is not ProposalKind.PUBLISH else None
    theirs = uow.reports.add(
        NewReport(
            to.id, Origin.COMMUNITY, report.kind if code else ReportKind.NEW, report.what, report.details,
            report.states, code, report.link, report.author, desk.now, desk.now, report.number,
        )
    )  # fmt: skip
    board = COMMONS
    if code is not None:
        board = uow.catalogue.by_code([code])[code].board
        if board != COMMONS:
            raise NotFoundError(f"{code} is of this community's own board; there is nothing to forward.")
    proposal = uow.proposals.add(
        NewProposal(board, kind, code, base, draft, None, replaces=replaces.code if replaces else None)
    )
    theirs = replace(theirs, proposal=proposal.id)
    uow.reports.save(theirs)
    uow.reports.hold_link(theirs)
    return Moved(theirs, proposal, is_new=True)


def _curators(uow: UnitOfWork, community: Community) -> Community:
    if community.curator:
        raise ForbiddenError(
            "This community's moderators decide for everyone themselves; nothing to forward."
        )
    for curator in uow.communities.curators():
        return curator
    raise NotFoundError("No community decides for everyone yet; the operator names one.")
