"""Taking a decision back within a day: what was before is restored, and whoever was told hears of it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.community.audit import AuditEvent
from bot.domain.community.people import visible_boards
from bot.domain.review.proposals import ProposalKind
from bot.domain.review.reports import UNDO_WITHIN, Origin, ReportStatus
from bot.engine.community.audit import write_down
from bot.engine.review.case import ReviewAction, take_case
from bot.engine.review.desk import Desk, Outcome, check_board, edited
from bot.engine.review.proposing import Proposed, propose
from bot.engine.review.reopening import reopen
from bot.errors import ChangedMeanwhileError, NotFoundError, TooLateError

_OF_A_REPORT = re.compile(r"R-([0-9]+)")
"""Why a revision was decided, where it came of a report."""

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.catalogue.actions import Action, Code
    from bot.domain.review.proposals import Proposal
    from bot.engine.review.case import Case
    from bot.ports import UnitOfWork


def undo_action(uow: UnitOfWork, desk: Desk, code: Code) -> Proposed:
    """Undo an action's newest revision, and with it the report that it came of."""
    action = uow.catalogue.find(code, visible_boards(desk.community))
    if action is None:
        raise NotFoundError(f"There is no action {code}.")
    check_board(desk.community, action.board)
    if everyones := uow.catalogue.alias_of(code):
        raise ChangedMeanwhileError(f"{code} is {everyones} since it was published for everyone.")
    (newest,) = uow.revisions.of(code, 1)
    source = uow.proposals.by_revision(newest.number)
    report = uow.reports.by_proposal(source.id) if source else None
    if report and report.status is ReportStatus.APPROVED:
        if report.community != desk.community.id:
            raise ChangedMeanwhileError(
                f"{code} came of a report to another community; its moderators can undo it."
            )
        return undo_report(uow, desk, report.number)
    _in_time(newest.decision.at, desk, str(code))
    if source and source.undoes is not None and _came_of_a_report(uow, source.undoes):
        raise ChangedMeanwhileError(
            f"The newest change of {code} is itself an undo of a report. Decide on the report anew instead."
        )
    return _undo(uow, desk, action, newest.number)


def undo_report(uow: UnitOfWork, desk: Desk, number: int) -> Proposed:
    """Undo the decision on a report; what it published is not published any more."""
    case = take_case(uow, desk, number)
    report, proposal = case.report, case.proposal
    if report.status.is_open:
        return _undo_edit(uow, desk, case)
    case.require(ReviewAction.UNDO)
    _in_time(report.decided_at, desk, report.name)
    curators = uow.reports.by_forwarded(report.number)
    if curators and uow.proposals.get(curators.proposal).replaces is None:
        raise ChangedMeanwhileError(f"The curators decided on {report.name}; only they can undo it.")
    if proposal.import_id is not None:
        raise ChangedMeanwhileError("An import is not undone as a whole; undo or retract single actions.")
    if report.status is not ReportStatus.APPROVED:
        return Proposed(proposal, reopened=reopen(uow, desk, report, proposal, base=proposal.base))
    action = _published(uow, proposal)
    undoes = proposal.kind is ProposalKind.UNDO
    stands = uow.revisions.of(action.code, 1)[0].number if undoes else _standing(uow, action.code)
    if stands != proposal.revision:
        raise ChangedMeanwhileError(
            f"{action.code} was changed since. Undo revision {stands} first: /undo {action.code}"
        )
    proposed = _undo(uow, desk, action, stands)
    if proposed.action is None:
        return proposed  # another person has to agree first
    reopened = reopen(uow, desk, report, proposal, base=proposed.action.revision)
    return replace(proposed, reopened=reopened)


def _undo(uow: UnitOfWork, desk: Desk, action: Action, revision: int) -> Proposed:
    title = f"Undo the newest change of {action.code}"
    return propose(uow, desk, action, ProposalKind.UNDO, undoes=revision, title=title)


def _standing(uow: UnitOfWork, code: Code) -> int:
    """The revision whose words stand: the newest, less what was undone and the undoing of it."""
    (newest,) = uow.revisions.of(code, 1)
    number = newest.number
    while (source := uow.proposals.by_revision(number)) and source.undoes is not None:
        before = uow.revisions.get(source.undoes).before
        if before is None:
            break
        number = before.revision
    return number


def _undo_edit(uow: UnitOfWork, desk: Desk, case: Case) -> Proposed:
    """Nothing was published: the draft is again what it was before the last edit."""
    case.require(ReviewAction.UNDO_EDIT)
    report, proposal = case.report, case.proposal
    before = uow.proposals.edition(proposal.id, proposal.edition - 1)
    now = uow.proposals.edition(proposal.id, proposal.edition)
    if before is None or now is None or report.origin is Origin.MODERATOR:
        raise ChangedMeanwhileError(f"{report.name} is {report.status.label}; there is nothing to undo.")
    _in_time(now.at, desk, report.name)
    proposal = uow.proposals.revise(proposal.id, before.draft, desk.account, desk.now)
    report = edited(report, desk)
    uow.reports.save(report)
    write_down(uow, desk.community.id, desk.now, AuditEvent.REPORT_EDIT_UNDONE, report.name, desk.account)
    return Proposed(proposal, reopened=Outcome(report, proposal))


def _published(uow: UnitOfWork, proposal: Proposal) -> Action:
    """The action that a proposal was published as."""
    assert proposal.revision is not None
    code = uow.revisions.get(proposal.revision).after.code
    return uow.catalogue.by_code([code])[code]


def _came_of_a_report(uow: UnitOfWork, revision: int) -> bool:
    """Whether a revision is what somebody's report asked for, rather than a moderator."""
    match = _OF_A_REPORT.fullmatch(uow.revisions.get(revision).decision.why)
    report = uow.reports.find(int(match[1])) if match else None
    return report is not None and report.origin is not Origin.MODERATOR


def _in_time(at: datetime | None, desk: Desk, what: str) -> None:
    if at is None or desk.now - at > UNDO_WITHIN:
        raise TooLateError(
            f"{what} was decided more than 24 hours ago. Use /update, /correct or /retract instead."
        )
