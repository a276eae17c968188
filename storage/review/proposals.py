"""Proposals with their drafts, and the approvals of the draft that stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from bot.domain.review.drafts import draft_from_json, draft_to_json
from bot.domain.review.proposals import Approval, Edition, Proposal, ProposalKind, ProposalState
from storage.catalogue.codes import code_of, text_of
from storage.dialects import insert_or_ignore
from storage.review.tables import approvals, drafts, proposals, reports

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from bot.domain.review.drafts import Draft
    from bot.domain.review.queue import NewProposal
    from storage.people.communities import SqlCommunities


class SqlProposals:
    """Implements `bot.ports.Proposals`."""

    def __init__(self, connection: Connection, communities: SqlCommunities) -> None:
        self._connection = connection
        self._communities = communities

    def add(self, new: NewProposal) -> Proposal:
        row = {
            "board_id": self._communities.board_ids([new.board])[new.board],
            "kind": new.kind,
            "code": text_of(new.code),
            "base": new.base,
            "edition": 1,
            "by": new.by,
            "state": ProposalState.OPEN,
            "import_id": new.import_id,
            "undoes": new.undoes,
            "replaces": text_of(new.replaces),
        }
        statement = insert(proposals).values(row).returning(proposals.c.id)
        number: int = self._connection.execute(statement).scalar_one()
        self._write_draft(number, 1, new.draft, new.by, None)
        return self.get(number)

    def lock(self, proposal: int) -> Proposal:
        # First the row alone: what its owner before wrote beside it is seen by the next query only.
        mine = select(proposals.c.id).where(proposals.c.id == proposal)
        self._connection.execute(mine.with_for_update()).all()
        return self.get(proposal)

    def get(self, proposal: int) -> Proposal:
        (found,) = self._load(proposals.c.id == proposal)
        return found

    def save(self, proposal: Proposal) -> None:
        values = {
            "kind": proposal.kind,
            "code": text_of(proposal.code),
            "base": proposal.base,
            "by": proposal.by,
            "state": proposal.state,
            "import_id": proposal.import_id,
            "undoes": proposal.undoes,
            "replaces": text_of(proposal.replaces),
            "revision": proposal.revision,
        }
        self._connection.execute(update(proposals).where(proposals.c.id == proposal.id).values(values))

    def revise(self, proposal: int, draft: Draft, by: int | None, now: datetime) -> Proposal:
        following = update(proposals).where(proposals.c.id == proposal)
        following = following.values(edition=proposals.c.edition + 1)
        edition: int = self._connection.execute(following.returning(proposals.c.edition)).scalar_one()
        self._write_draft(proposal, edition, draft, by, now)
        return self.get(proposal)

    def edition(self, proposal: int, edition: int) -> Edition | None:
        # The first one came with the proposal, whose time is that of its report.
        made = select(func.min(reports.c.made_at)).where(reports.c.proposal_id == drafts.c.proposal_id)
        at = func.coalesce(drafts.c.at, made.scalar_subquery(), type_=drafts.c.at.type).label("at")
        here = (drafts.c.proposal_id == proposal, drafts.c.edition == edition)
        query = select(drafts.c.draft, drafts.c.by, at).where(*here)
        row = self._connection.execute(query).one_or_none()
        return Edition(draft_from_json(row.draft), row.by, row.at) if row and row.at else None

    def approve(self, proposal: int, edition: int, approval: Approval) -> None:
        row = {
            "proposal_id": proposal,
            "edition": edition,
            "pseudonym": approval.pseudonym,
            "account_id": approval.account,
            "at": approval.at,
        }
        self._connection.execute(insert_or_ignore(self._connection, approvals), row)

    def by_revision(self, revision: int) -> Proposal | None:
        return next(iter(self._load(proposals.c.revision == revision)), None)

    def _write_draft(
        self, proposal: int, edition: int, draft: Draft, by: int | None, at: datetime | None
    ) -> None:
        row = {"proposal_id": proposal, "edition": edition, "by": by, "at": at}
        self._connection.execute(insert(drafts).values({**row, "draft": draft_to_json(draft)}))

    def _load(self, condition: ColumnElement[bool]) -> list[Proposal]:
        present = (drafts.c.proposal_id == proposals.c.id) & (drafts.c.edition == proposals.c.edition)
        query = select(proposals, drafts.c.draft).join(drafts, present).where(condition)
        rows = self._connection.execute(query.order_by(proposals.c.id)).all()
        return [
            Proposal(
                row.id,
                self._communities.board_name(row.board_id),
                ProposalKind(row.kind),
                code_of(row.code),
                row.base,
                draft_from_json(row.draft),
                row.edition,
                row.by,
                ProposalState(row.state),
                row.import_id,
                row.undoes,
                code_of(row.replaces),
                row.revision,
                self._approvals(row.id, row.edition),
            )
            for row in rows
        ]

    def _approvals(self, proposal: int, edition: int) -> tuple[Approval, ...]:
        """Of one edition, first come first."""
        c = approvals.c
        query: Any = select(approvals).where(c.proposal_id == proposal, c.edition == edition)
        rows = self._connection.execute(query.order_by(c.at, c.pseudonym))
        return tuple(Approval(row.pseudonym, row.account_id, row.at) for row in rows)
