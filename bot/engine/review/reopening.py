"""A report whose decision was undone waits anew, with the draft that was decided on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.community.audit import AuditEvent
from bot.domain.review.proposals import ProposalState
from bot.domain.review.queue import NewProposal
from bot.domain.review.reports import Event, Report, ReportStatus
from bot.engine.community.audit import write_down
from bot.engine.review.desk import Desk, Notice, Outcome, check_board, stepped
from bot.engine.review.opening import drop

if TYPE_CHECKING:
    from bot.domain.review.proposals import Proposal
    from bot.ports import UnitOfWork


def finish_undo(uow: UnitOfWork, desk: Desk, undone: Proposal) -> Outcome | None:
    """An undo that waited for a second person was published: its report is new again."""
    source = uow.proposals.by_revision(undone.undoes) if undone.undoes is not None else None
    report = uow.reports.by_proposal(source.id) if source else None
    if source is None or report is None or report.status is not ReportStatus.APPROVED:
        return None
    report = uow.reports.lock(report.number)
    assert report
    assert undone.code
    base = uow.catalogue.by_code([undone.code])[undone.code].revision
    return reopen(uow, desk, report, source, base=base)


def reopen(uow: UnitOfWork, desk: Desk, report: Report, old: Proposal, *, base: int) -> Outcome:
    """The report waits again, with the draft that was decided on and nobody's agreement.

    `base` is the revision at which the action stands that it changes, if it changes one.
    """
    check_board(desk.community, old.board)
    new = NewProposal(
        old.board, old.kind, old.code, base if old.code else 0, old.draft, desk.account, undoes=old.undoes,
        replaces=old.replaces,
    )  # fmt: skip
    proposal = uow.proposals.add(new)
    drop(uow, old)
    report = replace(
        stepped(report, Event.UNDO, desk), proposal=proposal.id, outcome=None, repeats=None, reason=""
    )
    uow.reports.save(report)
    uow.reports.hold_link(report)
    write_down(uow, desk.community.id, desk.now, AuditEvent.REPORT_UNDONE, report.name, desk.account)
    also: tuple[Outcome, ...] = ()
    if report.forwarded_from is not None and (origin := uow.reports.lock(report.forwarded_from)):
        reopen_it = _reopen_origin if old.replaces is None else _without_note
        also = (reopen_it(uow, desk, origin),)
    return Outcome(report, proposal, Notice.CHANGED, None, also)


def _without_note(uow: UnitOfWork, desk: Desk, origin: Report) -> Outcome:
    """Its action is the community's own again, and stands as it did."""
    del desk
    origin = replace(origin, note="")
    uow.reports.save(origin)
    return Outcome(origin, uow.proposals.get(origin.proposal))


def _reopen_origin(uow: UnitOfWork, desk: Desk, origin: Report) -> Outcome:
    """The report that was forwarded waits for the curators again."""
    new = stepped(origin, Event.UNDO, desk)
    new = replace(new.after(Event.FORWARD, desk.now), outcome=None, repeats=None, reason="")
    uow.reports.save(new)
    uow.reports.hold_link(new)
    proposal = replace(uow.proposals.lock(origin.proposal), state=ProposalState.OPEN)
    uow.proposals.save(proposal)
    return Outcome(new, proposal, Notice.CHANGED)
