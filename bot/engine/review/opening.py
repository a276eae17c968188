"""How a report begins and how it ends: what is written then, whoever began or ended it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.review.proposals import ProposalState
from bot.engine.review.desk import Outcome

if TYPE_CHECKING:
    from bot.domain.review.proposals import Proposal
    from bot.domain.review.queue import NewProposal, NewReport
    from bot.domain.review.reports import Report
    from bot.ports import UnitOfWork


def open_report(uow: UnitOfWork, new: NewReport, draft: NewProposal) -> Outcome:
    """Keep a report with its proposal; later reports of its link follow it."""
    proposal = uow.proposals.add(draft)
    report = uow.reports.add(replace(new, proposal=proposal.id))
    uow.reports.hold_link(report)
    return Outcome(report, proposal, is_new=True)


def close_report(uow: UnitOfWork, report: Report, proposal: Proposal) -> Proposal:
    """Write a report that ended: nothing follows it, its files go, an open proposal as well."""
    uow.reports.save(report)
    uow.reports.release_link(report.number)
    uow.files.drop(report.number)
    return drop(uow, proposal)


def drop(uow: UnitOfWork, proposal: Proposal) -> Proposal:
    """Nobody decides on the proposal any more; one that was published stays so."""
    if proposal.state is not ProposalState.OPEN:
        return proposal
    proposal = replace(proposal, state=ProposalState.DROPPED)
    uow.proposals.save(proposal)
    return proposal
