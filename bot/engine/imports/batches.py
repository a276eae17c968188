"""An import that has to be agreed with: one proposal in the curators' queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.community.people import COMMONS
from bot.domain.review.drafts import Draft
from bot.domain.review.proposals import Policy, ProposalKind
from bot.domain.review.queue import NewProposal, NewReport
from bot.domain.review.reports import Origin, ReportKind
from bot.engine.review.opening import open_report
from bot.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.engine.review.desk import Outcome
    from bot.ports import UnitOfWork


def has_to_be_agreed_with(uow: UnitOfWork, boards: Iterable[str]) -> bool:
    """Whether an import into these boards is not the operator's to decide alone."""
    return any(uow.review_settings.policy(board) is not Policy.ONE for board in {COMMONS, *boards})


def propose_import(uow: UnitOfWork, import_id: int, label: str, counts: str, now: datetime) -> Outcome:
    """Put a staged import into the curators' queue. Raises NotFoundError where there are none."""
    curators = uow.communities.curators()
    if not curators:
        raise NotFoundError("No community decides for everyone, so nobody can agree with this import.")
    uow.imports.submit(import_id)
    new = NewReport(
        curators[0].id, Origin.OPERATOR, ReportKind.IMPORT, f"Import of {label}", counts, (), None, "",
        None, now, now,
    )  # fmt: skip
    draft = NewProposal(COMMONS, ProposalKind.IMPORT, None, 0, Draft(title=label), None, import_id=import_id)
    return open_report(uow, new, draft)
