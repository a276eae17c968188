"""Changes that moderators propose themselves: decided at once, or waiting for another person to agree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.domain.community.audit import AuditEvent
from bot.domain.community.people import visible_boards
from bot.domain.review.drafts import Draft, draft_of_facts
from bot.domain.review.proposals import Proposal, ProposalKind
from bot.domain.review.queue import NewProposal, NewReport, QueueFilter
from bot.domain.review.reports import Author, Event, Origin, Report, ReportKind
from bot.engine.community.audit import write_down
from bot.engine.review.desk import Desk, Outcome, check_board
from bot.engine.review.publishing import agree, lock_actions, needed, people, publish, target_of
from bot.errors import ChangedMeanwhileError, NotFoundError

if TYPE_CHECKING:
    from bot.domain.catalogue.actions import Action, Code
    from bot.ports import UnitOfWork

_MOST_TWINS = 100
_QUEUED = {
    ProposalKind.UPDATE: ReportKind.CHANGE,
    ProposalKind.CORRECT: ReportKind.CORRECTION,
    ProposalKind.RETRACT: ReportKind.RETRACTION,
    ProposalKind.CHECK: ReportKind.CHECK,
    ProposalKind.UNDO: ReportKind.UNDO,
}
_AUDITED = {
    ProposalKind.UPDATE: AuditEvent.ACTION_UPDATE,
    ProposalKind.CORRECT: AuditEvent.ACTION_CORRECT,
    ProposalKind.RETRACT: AuditEvent.ACTION_RETRACT,
    ProposalKind.CHECK: AuditEvent.ACTION_CHECK,
    ProposalKind.UNDO: AuditEvent.ACTION_UNDO,
}


@dataclass(frozen=True, slots=True)
class Proposed:
    """What became of a proposal: published, with the action as it is now, or in the queue."""

    proposal: Proposal
    action: Action | None = None
    queued: Outcome | None = None
    """The report as which it waits for another person."""
    reopened: Outcome | None = None
    """The report that is decided on anew, or whose draft is another, because something was undone."""

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What is still to be finished."""
        return tuple(outcome for outcome in (self.reopened, self.queued) if outcome)


def action_to_change(uow: UnitOfWork, desk: Desk, code: Code) -> Action:
    """An action that this community's moderators may see and that is not withdrawn."""
    code = uow.catalogue.alias_of(code) or code
    action = uow.catalogue.find(code, visible_boards(desk.community))
    if action is None:
        raise NotFoundError(f"There is no action {code}.")
    if action.retraction:
        raise NotFoundError(f"{code} was withdrawn from the catalogue.")
    return action


def propose(
    uow: UnitOfWork, desk: Desk, action: Action, kind: ProposalKind, draft: Draft | None = None,
    *, undoes: int | None = None, base: int | None = None, title: str = "",
) -> Proposed:  # fmt: skip
    """Propose a change and agree with it; publish it where that is enough.

    `base` is the revision that the moderator saw: raises ChangedMeanwhileError when it is not the newest any
    more, ForbiddenError for an action of a board on which this community does not publish.
    """
    if base is not None and base != action.revision:
        raise ChangedMeanwhileError(f"{action.code} was changed meanwhile. Look at it again, then repeat it.")
    new = NewProposal(
        action.board, kind, action.code, action.revision, draft or draft_of_facts(action.facts), desk.account,
        undoes=undoes,
    )  # fmt: skip
    proposal = uow.proposals.add(new)
    check_board(desk.community, proposal.board)
    proposal = agree(uow, proposal, desk)
    lock_actions(uow, proposal)
    if target_of(uow, proposal) != action:
        raise ChangedMeanwhileError(f"{action.code} was changed meanwhile. Look at it again, then repeat it.")
    if people(uow, proposal) >= needed(uow, proposal, desk.now):
        uow.audit.lock([desk.community.id])
        proposal, published = publish(uow, proposal, desk.now, f"/{kind.value} by a moderator")
        assert published
        told = f"revision {published.revision}"
        write_down(
            uow,
            desk.community.id,
            desk.now,
            _AUDITED[kind],
            str(action.code),
            desk.account,
            told,
        )
        return Proposed(proposal, published)
    _refuse_twin(uow, desk, proposal)
    report = _in_the_queue(uow, desk, proposal, title or action.facts.title)
    write_down(uow, desk.community.id, desk.now, AuditEvent.REPORT_PROPOSED, report.name, desk.account)
    return Proposed(proposal, queued=Outcome(report, proposal, is_new=True))


def _refuse_twin(uow: UnitOfWork, desk: Desk, proposal: Proposal) -> None:
    """Raise ChangedMeanwhileError where the same waits already: of two only one could be published."""
    waiting = QueueFilter(desk.community.id, desk.now, kind=_QUEUED[proposal.kind])
    for report in uow.queue.page(waiting, _MOST_TWINS):
        other = uow.proposals.get(report.proposal)
        same = (other.kind, other.code, other.base, other.undoes, other.draft) == (
            proposal.kind, proposal.code, proposal.base, proposal.undoes, proposal.draft,
        )  # fmt: skip
        if report.origin is Origin.MODERATOR and same:
            raise ChangedMeanwhileError(f"{report.name} asks for that already, and waits for another person.")


def _in_the_queue(uow: UnitOfWork, desk: Desk, proposal: Proposal, title: str) -> Report:
    """A report whose author has agreed already: another person has to."""
    draft = proposal.draft
    report = uow.reports.add(
        NewReport(
            desk.community.id, Origin.MODERATOR, _QUEUED[proposal.kind], title, draft.reason, draft.states,
            proposal.code, "", Author(desk.person.open, account=desk.account), desk.now, desk.now,
            proposal=proposal.id,
        )
    )  # fmt: skip
    report = replace(
        report.after(Event.FIRST_APPROVE, desk.now), decided_by=desk.account, decided_at=desk.now
    )
    uow.reports.save(report)
    return report
