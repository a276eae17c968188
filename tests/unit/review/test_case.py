"""What a moderator may do with a report, by its state, its origin and who looks at it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.community.people import COMMONS, Community
from bot.domain.review.drafts import Draft
from bot.domain.review.proposals import Proposal, ProposalKind
from bot.domain.review.reports import Author, Origin, Report, ReportKind, ReportStatus
from bot.engine.review.case import Case, ReviewAction, Viewer
from bot.errors import ChangedMeanwhileError, ForbiddenError

NOW = datetime(2026, 11, 20, 14, 2, tzinfo=UTC)
SPRINGFIELD = Community(2, "springfield", curator=False)
REPORT = Report(
    12, 2, Origin.MEMBER, ReportKind.NEW, "Counts its reservoirs", "", ("TX",), None, "https://example.org/1",
    Author("a" * 64, account=7), NOW, NOW,
)  # fmt: skip
PROPOSAL = Proposal(3, SPRINGFIELD.name, ProposalKind.PUBLISH, None, 0, Draft("Counts its reservoirs"))
CASE = Case(REPORT, PROPOSAL, SPRINGFIELD)
A = ReviewAction
DECIDING = {A.APPROVE, A.EDIT, A.DUPLICATE, A.ASK, A.REJECT, A.FORWARD}


def case(viewer: Viewer | None = None, **report: object) -> Case:
    """A case of a member's report that waits for review, apart from those fields."""
    return replace(CASE, report=replace(REPORT, **report), viewer=viewer)  # type: ignore[arg-type]


def test_a_posted_card_offers_what_the_state_allows_whoever_looks() -> None:
    everything = DECIDING | {A.CLAIM, A.UNDO_EDIT, A.BAN}
    assert set(case().actions()) == set(case(Viewer()).actions()) == everything
    second = case(status=ReportStatus.SECONDING)
    assert set(second.actions()) == {A.APPROVE, A.EDIT, A.REJECT, A.UNDO_EDIT, A.BAN}


@pytest.mark.parametrize("status", [ReportStatus.APPROVED, ReportStatus.REJECTED, ReportStatus.DUPLICATE])
def test_what_is_decided_can_be_undone_and_nothing_else(status: ReportStatus) -> None:
    assert case(Viewer(), status=status).actions() == (A.UNDO,)


@pytest.mark.parametrize("status", [ReportStatus.FORWARDED, ReportStatus.WITHDRAWN, ReportStatus.FOLDED])
def test_nothing_is_done_with_what_others_decide_or_is_gone(status: ReportStatus) -> None:
    assert case(Viewer(), status=status).actions() == ()


def test_who_sent_it_decides_nothing() -> None:
    mine = case(Viewer(is_sender=True))
    assert set(mine.actions()) == {A.BAN}, "a follower may ask for a ban of its author"
    assert {type(mine.refusal(action)) for action in DECIDING | {A.CLAIM}} == {ForbiddenError}
    assert set(case(Viewer(is_sender=True, is_author=True)).actions()) == set()


def test_what_somebody_else_has_claimed_can_be_claimed() -> None:
    theirs = case(Viewer(claimer="Ana"), status=ReportStatus.CLAIMED)
    assert set(theirs.actions()) == {A.CLAIM, A.BAN}
    with pytest.raises(
        ChangedMeanwhileError, match=r"^Ana has claimed R-12\. Press Claim to take it over\.$"
    ):
        theirs.require(A.APPROVE)


@pytest.mark.parametrize("origin", [Origin.MODERATOR, Origin.OPERATOR])
def test_what_is_proposed_is_decided_on_as_it_is(origin: Origin) -> None:
    assert set(case(Viewer(), origin=origin).actions()) == {A.APPROVE, A.REJECT, A.CLAIM, A.UNDO_EDIT}


def test_another_board_is_not_theirs_to_decide_on() -> None:
    other = replace(CASE, proposal=replace(PROPOSAL, board=COMMONS), viewer=Viewer())
    assert isinstance(other.refusal(A.APPROVE), ForbiddenError)
    assert A.REJECT in other.actions()


def test_whoever_sent_what_would_be_undone_does_not_agree_with_the_undo() -> None:
    undo = case(Viewer(own_undone="R-5"), origin=Origin.MODERATOR, kind=ReportKind.UNDO)
    assert set(undo.actions()) == {A.REJECT, A.CLAIM, A.UNDO_EDIT}


def test_curators_forward_nothing() -> None:
    curators = replace(CASE, community=replace(SPRINGFIELD, curator=True))
    assert A.FORWARD not in curators.actions()
