"""Proposals and what they lead to: editions, approvals, aliases, histories, imports that wait for people."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.catalogue.actions import Approach, Code, Kind, Source, Status
from bot.domain.catalogue.dates import PartialDate
from bot.domain.catalogue.revisions import Change
from bot.domain.catalogue.topics import Topic
from bot.domain.community.people import COMMONS
from bot.domain.imports import StagedRow
from bot.domain.review.drafts import Draft
from bot.domain.review.proposals import Approval, Edition, Policy, ProposalKind, ProposalState
from bot.errors import ChangedMeanwhileError, DatabaseError
from bot.ports.store import read, write
from tests.integration.overlap import overlapping
from tests.integration.report_samples import proposal, report, rows
from tests.integration.samples import DECISION, NOW, new

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import URL

    from bot.domain.catalogue.actions import Action
    from bot.domain.review.proposals import Proposal
    from bot.domain.review.queue import NewProposal
    from bot.ports import UnitOfWork
    from storage.database import Database

    Step = Callable[[UnitOfWork, int], None]

DAY = timedelta(days=1)
WHOLE = Draft(
    "Counts “its” reservoirs", "Once a year.", ("OR", "CA"), (Topic.CLIMATE, Topic.LAND_WATER), Kind.STATUTE,
    Approach.BUILD, Status.ADOPTED, PartialDate(2025, 3), "A note.",
    (Source("https://example.org/ä", "N", "A", PartialDate(2025)), Source("https://example.org", "B", "C")),
    ("Executive Order 1",), ("murphy",), challenged=True, reason="It was wrong.",
)  # fmt: skip
ANA, BEN = Approval("a" * 64, 7, NOW), Approval("b" * 64, None, NOW + DAY)


def add(database: Database, told: NewProposal | None = None) -> Proposal:
    return write(database, lambda uow: uow.proposals.add(told or proposal()))


def get(database: Database, number: int) -> Proposal:
    return read(database, lambda uow: uow.proposals.get(number))


def approve(database: Database, number: int, edition: int, *approvals: Approval) -> None:
    for approval in approvals:
        write(database, lambda uow, a=approval: uow.proposals.approve(number, edition, a))  # type: ignore[misc]


# --- what is kept


def test_a_proposal_comes_back_as_it_was_kept(database: Database) -> None:
    first = add(database)
    assert (first.edition, first.state, first.approvals) == (1, ProposalState.OPEN, ())
    staged = write(database, lambda uow: uow.imports.begin("may.jsonl", theirs=False, decision=DECISION))
    told = proposal(
        board="terminal", kind=ProposalKind.UNDO, code=Code("OR", 3), base=9, draft=WHOLE, by=7,
        import_id=staged, undoes=9, replaces=Code("IL", 12),
    )  # fmt: skip
    second = add(database, told)
    for name in ("board", "kind", "code", "base", "draft", "by", "import_id", "undoes", "replaces"):
        assert getattr(second, name) == getattr(told, name), name
    assert [get(database, one.id) for one in (first, second)] == [first, second]
    assert write(database, lambda uow: uow.proposals.lock(second.id)) == second


def test_everything_that_changes_is_written(database: Database) -> None:
    first, other = add(database), add(database)
    staged = write(database, lambda uow: uow.imports.begin("may.jsonl", theirs=False, decision=DECISION))
    changed = replace(
        first, kind=ProposalKind.UPDATE, code=Code("IL", 1), base=4, by=8, state=ProposalState.PUBLISHED,
        import_id=staged, undoes=3, replaces=Code("TX", 2), revision=5,
    )  # fmt: skip
    write(database, lambda uow: uow.proposals.save(changed))
    assert get(database, first.id) == changed
    assert get(database, other.id) == other
    assert read(database, lambda uow: uow.proposals.by_revision(5)) == changed
    assert read(database, lambda uow: uow.proposals.by_revision(4)) is None


def test_a_draft_is_not_saved_with_its_proposal(database: Database) -> None:
    first = add(database)
    write(database, lambda uow: uow.proposals.revise(first.id, WHOLE, 7, NOW))
    write(database, lambda uow: uow.proposals.save(replace(first, base=4)))
    found = get(database, first.id)
    assert (found.draft, found.edition, found.base) == (WHOLE, 2, 4)


# --- editions and approvals


def test_an_edition_replaces_the_draft_and_those_before_stay(database: Database) -> None:
    made = add(database, proposal(by=7))
    kept = write(database, lambda uow: uow.reports.add(report(made_at=NOW - DAY)))
    write(database, lambda uow: uow.reports.save(replace(kept, proposal=made.id)))
    second = write(database, lambda uow: uow.proposals.revise(made.id, WHOLE, None, NOW))
    assert (second.edition, second.draft, second.by) == (2, WHOLE, 7)
    third = write(database, lambda uow: uow.proposals.revise(made.id, Draft("Third"), 8, NOW + DAY))
    assert get(database, made.id) == third

    def edition(number: int) -> object:
        return read(database, lambda uow: uow.proposals.edition(made.id, number))

    assert edition(1) == Edition(made.draft, 7, NOW - DAY), "the first one is as old as its report"
    assert edition(2) == Edition(WHOLE, None, NOW)
    assert edition(3) == Edition(Draft("Third"), 8, NOW + DAY)
    assert edition(0) is edition(4) is None


def test_approvals_count_for_the_edition_that_they_were_given_to(database: Database) -> None:
    made, other = add(database), add(database)
    approve(database, made.id, 1, BEN, ANA)
    approve(database, other.id, 1, BEN)
    assert get(database, made.id).approvals == (ANA, BEN), "first come first"
    second = write(database, lambda uow: uow.proposals.revise(made.id, WHOLE, 7, NOW))
    assert second.approvals == ()
    approve(database, made.id, 2, BEN)
    approve(database, made.id, 1, ANA)
    assert get(database, made.id).approvals == (BEN,)
    assert get(database, other.id).approvals == (BEN,)


def test_nobody_approves_twice(database: Database) -> None:
    made = add(database)
    approve(database, made.id, 1, ANA, replace(ANA, account=9, at=NOW + DAY))
    assert get(database, made.id).approvals == (ANA,)


def test_whoever_locks_second_sees_what_the_first_did(schema_url: URL, database: Database) -> None:
    made = add(database)

    def agree(uow: UnitOfWork, approval: Approval) -> tuple[Approval, ...]:
        found = uow.proposals.lock(made.id)
        uow.proposals.approve(made.id, found.edition, approval)
        return uow.proposals.get(made.id).approvals

    done = overlapping(schema_url, lambda uow: agree(uow, ANA), lambda uow: agree(uow, BEN))
    assert (done.first, done.second, done.attempts) == ((ANA,), (ANA, BEN), 1)


def test_whoever_locks_second_gets_the_edition_of_the_first(schema_url: URL, database: Database) -> None:
    made = add(database)

    def edit(uow: UnitOfWork) -> int:
        uow.proposals.lock(made.id)
        return uow.proposals.revise(made.id, WHOLE, 7, NOW).edition

    done = overlapping(schema_url, edit, lambda uow: uow.proposals.lock(made.id).edition)
    assert (done.first, done.second) == (2, 2)


# --- how many people a board asks for


def test_a_board_asks_for_one_person_until_it_asks_for_more(database: Database) -> None:
    def policy(board: str) -> Policy:
        return read(database, lambda uow: uow.review_settings.policy(board))

    assert policy(COMMONS) is policy("terminal") is policy("nowhere") is Policy.ONE
    for wanted in (Policy.TWO, Policy.STATUS, Policy.ONE, Policy.TWO):
        write(database, lambda uow, p=wanted: uow.review_settings.set_policy(COMMONS, p))  # type: ignore[misc]
        assert policy(COMMONS) is wanted
    assert policy("terminal") is Policy.ONE


# --- aliases


def publish(database: Database, *states: str, board: str = COMMONS) -> Code:
    (action,) = write(database, lambda uow: uow.publisher.add([new(*states, board=board)], DECISION))
    return action.code


def alias(database: Database, code: Code, of: Code | None) -> None:
    write(database, lambda uow: uow.publisher.alias(code, of))


def test_an_action_answers_with_another_until_it_is_its_own_again(database: Database) -> None:
    local = publish(database, "IL", board="terminal")
    second = publish(database, "IL", board="terminal")
    ours, other = publish(database, "IL"), publish(database, "TX")

    def answers() -> tuple[Code | None, ...]:
        return read(database, lambda uow: tuple(map(uow.catalogue.alias_of, (local, second, ours))))

    def stands_for(code: Code) -> list[Code]:
        return read(database, lambda uow: uow.catalogue.aliases_of(code))

    assert answers() == (None, None, None)
    alias(database, local, ours)
    alias(database, second, ours)
    assert answers() == (ours, ours, None)
    assert stands_for(ours) == [local, second]
    alias(database, local, other)
    assert (stands_for(ours), stands_for(other)) == ([second], [local])
    alias(database, local, None)
    alias(database, local, None)
    assert answers() == (None, ours, None)
    assert read(database, lambda uow: uow.catalogue.alias_of(Code("WY", 1))) is None
    assert stands_for(Code("WY", 1)) == []


# --- the revisions of one action


def test_the_revisions_of_one_action_newest_first(database: Database) -> None:
    def changed(action: Action, title: str) -> Action:
        step = replace(action, facts=replace(action.facts, title=title))
        (done,) = write(database, lambda uow: uow.publisher.change([(step, Change.CHANGED)], DECISION))
        return done

    (action,) = write(database, lambda uow: uow.publisher.add([new("IL")], DECISION))
    publish(database, "IL")
    second = changed(action, "Second")
    third = changed(second, "Third")

    def of(limit: int = 9, before: int | None = None) -> list[tuple[int, str]]:
        found = read(database, lambda uow: uow.revisions.of(action.code, limit, before))
        return [(revision.number, revision.after.facts.title) for revision in found]

    assert of() == [(4, "Third"), (3, "Second"), (1, action.facts.title)]
    assert of(1) == [(4, "Third")]
    assert of(1, 4) == [(3, "Second")]
    assert of(9, 2**31) == of()
    newest = read(database, lambda uow: uow.revisions.of(action.code, 1))[0]
    assert (newest.before, newest.after, newest.change) == (second, third, Change.CHANGED)
    assert read(database, lambda uow: uow.revisions.of(Code("WY", 1), 9)) == []


# --- imports that wait for people


def staged(database: Database, name: str = "may.jsonl") -> int:
    def work(uow: UnitOfWork) -> int:
        number = uow.imports.begin(name, theirs=False, decision=DECISION)
        assert number is not None
        uow.imports.stage(number, [StagedRow(1, 1, "a", "{}"), StagedRow(2, 2, "b", "{}")])
        return number

    return write(database, work)


def unfinished(database: Database) -> list[int]:
    return [state.id for state in read(database, lambda uow: uow.imports.unfinished())]


def test_an_import_waits_until_people_decide_for_it(database: Database) -> None:
    number = staged(database)
    write(database, lambda uow: uow.imports.submit(number))
    assert unfinished(database) == []
    write(database, lambda uow: uow.imports.drop_abandoned(NOW + 9 * DAY))
    assert len(read(database, lambda uow: uow.imports.next_rows(number, 9))) == 2, "it may wait for weeks"
    with pytest.raises(DatabaseError, match="took too long"):
        write(database, lambda uow: uow.imports.stage(number, [StagedRow(3, 3, "c", "{}")]))
    write(database, lambda uow: uow.imports.approve(number, "account 7, account 8"))
    (state,) = read(database, lambda uow: uow.imports.unfinished())
    assert (state.id, state.decision) == (number, replace(DECISION, by="account 7, account 8"))
    assert len(read(database, lambda uow: uow.imports.next_rows(number, 9))) == 2


def test_an_import_that_was_decided_against_leaves_its_name_alone(database: Database) -> None:
    number, other = staged(database), staged(database, "june.jsonl")
    write(database, lambda uow: uow.imports.submit(number))
    write(database, lambda uow: uow.imports.withdraw(number))
    assert unfinished(database) == []
    assert read(database, lambda uow: uow.imports.next_rows(number, 9)) == []
    assert read(database, lambda uow: uow.imports.known("may.jsonl"))
    assert len(read(database, lambda uow: uow.imports.next_rows(other, 9))) == 2


def agree(uow: UnitOfWork, number: int) -> None:
    uow.imports.approve(number, "account 7")


def refuse(uow: UnitOfWork, number: int) -> None:
    uow.imports.withdraw(number)


def release(uow: UnitOfWork, number: int) -> None:
    uow.imports.release(number)


def submit(uow: UnitOfWork, number: int) -> None:
    uow.imports.submit(number)


@pytest.mark.parametrize("before", [(), (release,), (submit, agree), (submit, refuse)])
@pytest.mark.parametrize("decide", [agree, refuse])
def test_people_decide_on_an_import_that_waits_for_them_and_once(
    database: Database, before: tuple[Step, ...], decide: Step
) -> None:
    number = staged(database)
    for step in before:
        write(database, lambda uow, do=step: do(uow, number))  # type: ignore[misc]
    kept = (
        rows(database, "SELECT state, decided_by FROM imports"),
        rows(database, "SELECT * FROM import_rows"),
    )
    with pytest.raises(ChangedMeanwhileError):
        write(database, lambda uow: decide(uow, number))
    assert kept == (
        rows(database, "SELECT state, decided_by FROM imports"), rows(database, "SELECT * FROM import_rows")
    )  # fmt: skip


def test_an_import_can_be_submitted_while_it_is_staged_only(database: Database) -> None:
    number = staged(database)
    write(database, lambda uow: uow.imports.release(number))
    with pytest.raises(DatabaseError):
        write(database, lambda uow: uow.imports.submit(number))
    assert unfinished(database) == [number]
