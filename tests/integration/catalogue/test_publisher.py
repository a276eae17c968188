"""The only way into the catalogue: codes, revisions, counts and the index move together or not at all."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.catalogue.actions import Approach, Code, Source, Status, StatusChange
from bot.domain.catalogue.filters import Filter
from bot.domain.catalogue.revisions import Change, Decision
from bot.domain.catalogue.states import STATES as ALL_STATES
from bot.domain.catalogue.topics import Topic
from bot.domain.writing.words import words_of_query
from bot.errors import ChangedMeanwhileError, DatabaseError
from bot.ports.store import read, write
from tests.integration.recount import every_action, kept_counts, true_counts
from tests.integration.samples import DECISION, NOW, RETRACTION, STATES, day, facts, new
from tests.world.sizes import SIZES

if TYPE_CHECKING:
    from bot.domain.catalogue.actions import Action
    from bot.domain.catalogue.filters import NewAction
    from bot.domain.catalogue.revisions import Revision
    from bot.ports import UnitOfWork
    from storage.database import Database

BOTH = ("commons", "terminal")


def add(database: Database, *items: NewAction) -> list[Action]:
    """Publish new actions."""
    return write(database, lambda uow: uow.publisher.add(items, DECISION))


def change(database: Database, action: Action, kind: Change = Change.CHANGED) -> Action:
    """Publish a new version."""
    (changed,) = write(database, lambda uow: uow.publisher.change([(action, kind)], DECISION))
    return changed


def now(database: Database, code: Code) -> Action:
    """An action as it is."""
    found = read(database, lambda uow: uow.catalogue.find(code, BOTH))
    assert found is not None
    return found


def revisions(database: Database) -> list[Revision]:
    """All of them."""
    return read(database, lambda uow: uow.revisions.since(0, 10_000))


# --- codes


def test_each_state_counts_for_itself_over_all_boards(database: Database) -> None:
    codes = [
        str(action.code)
        for action in [
            *add(database, new("IL"), new("TX"), new("IL", "TX"), new("TX", board="terminal")),
            *add(database, new("IL", board="terminal"), new("TX")),
        ]
    ]
    assert codes == ["IL-1", "TX-1", "IL-2", "TX-2", "IL-3", "TX-3"]


def test_every_state_and_territory_can_lead(database: Database) -> None:
    states = [state.code for state in ALL_STATES]
    assert len(states) == 56
    added = add(database, *map(new, states))
    assert [str(action.code) for action in added] == [f"{state}-1" for state in states]


def test_a_given_code_is_kept_and_the_counter_goes_on_after_it(database: Database) -> None:
    codes = [str(a.code) for a in add(database, new("IL", code="IL-7"), new("IL"), new("IL", code="IL-3"))]
    assert codes == ["IL-7", "IL-8", "IL-3"]
    assert [str(a.code) for a in add(database, new("IL"))] == ["IL-9"]


def test_a_given_code_keeps_letters_that_are_not_the_lead_states(database: Database) -> None:
    (action,) = add(database, new("TX", code="IL-5"))
    assert str(action.code) == "IL-5"
    assert [str(a.code) for a in add(database, new("IL"), new("TX"))] == ["IL-6", "TX-1"]


def test_reserved_codes_are_never_given(database: Database) -> None:
    write(database, lambda uow: uow.publisher.reserve([Code("IL", 4), Code("IL", 2), Code("WY", 1)]))
    write(database, lambda uow: uow.publisher.reserve([Code("IL", 3)]))
    codes = [str(a.code) for a in add(database, new("IL"), new("WY"), new("TX"))]
    assert codes == ["IL-5", "WY-2", "TX-1"]


def test_a_code_stays_when_the_lead_state_is_corrected(database: Database) -> None:
    (action,) = add(database, new("IL"))
    change(database, replace(action, facts=replace(action.facts, states=("TX", "IL"))))
    assert now(database, Code("IL", 1)).facts.states == ("TX", "IL")
    assert [str(a.code) for a in add(database, new("IL"), new("TX"))] == ["IL-2", "TX-1"]


def test_a_code_or_key_that_is_taken_is_refused_soon_and_nothing_is_written(database: Database) -> None:
    add(database, new("IL", key="one"))
    for clash in (new("IL", code="IL-1"), new("TX", key="one")):
        attempts: list[int] = []

        def work(uow: UnitOfWork, clash: NewAction = clash, attempts: list[int] = attempts) -> None:
            attempts.append(1)
            uow.publisher.add([new("WY"), clash], DECISION)

        with pytest.raises(DatabaseError) as refused:
            write(database, work)
        assert refused.value.code == "database"  # it is no use trying again
        assert len(attempts) <= 3
    assert [str(action.code) for action in read(database, lambda uow: list(every_action(uow)))] == ["IL-1"]
    assert [revision.number for revision in revisions(database)] == [1]


# --- revisions


def test_revisions_keep_what_was_before_and_after(database: Database) -> None:
    first, second = add(database, new("IL"), new("TX", "FL", board="terminal"))
    assert (first.revision, second.revision) == (1, 2)
    better = replace(first, facts=replace(first.facts, title="Another title", challenged=True))
    third = change(database, better)
    fourth = change(database, replace(second, retraction=RETRACTION), Change.RETRACTED)
    other = Decision("mod-7", "was right after all", NOW)
    (fifth,) = write(
        database,
        lambda uow: uow.publisher.change([(replace(fourth, retraction=None), Change.RESTORED)], other),
    )
    assert [(r.number, r.change, r.before, r.after, r.decision) for r in revisions(database)] == [
        (1, Change.ADDED, None, first, DECISION),
        (2, Change.ADDED, None, second, DECISION),
        (3, Change.CHANGED, first, third, DECISION),
        (4, Change.RETRACTED, second, fourth, DECISION),
        (5, Change.RESTORED, fourth, fifth, other),
    ]
    assert third == replace(better, revision=3)
    assert now(database, first.code) == third
    assert now(database, second.code) == fifth
    assert read(database, lambda uow: uow.revisions.head()) == 5


def test_revisions_are_read_from_a_cursor_on(database: Database) -> None:
    assert read(database, lambda uow: (uow.revisions.head(), uow.revisions.since(0, 5))) == (0, [])
    add(database, *(new("IL") for _ in range(7)))

    def numbers(cursor: int, limit: int) -> list[int]:
        return [r.number for r in read(database, lambda uow: uow.revisions.since(cursor, limit))]

    assert numbers(0, 3) == [1, 2, 3]
    assert numbers(3, 3) == [4, 5, 6]
    assert numbers(6, 3) == [7]
    assert numbers(7, 3) == []


def test_several_changes_in_one_go_come_in_the_order_given(database: Database) -> None:
    added = add(database, *(new(state) for state in STATES))
    upside_down = [
        (replace(a, facts=replace(a.facts, summary=f"New for {a.code}")), Change.CHANGED) for a in added
    ]
    changed = write(database, lambda uow: uow.publisher.change(upside_down[::-1], DECISION))
    assert [a.code for a in changed] == [a.code for a in added[::-1]]
    assert [a.revision for a in changed] == list(range(9, 17))
    for before, after, revision in zip(added[::-1], changed, revisions(database)[8:], strict=True):
        assert (revision.before, revision.after) == (before, after)
        assert after.facts.summary == f"New for {before.code}"
        assert now(database, before.code) == after


def test_nothing_to_do_makes_no_revision(database: Database) -> None:
    assert write(database, lambda uow: uow.publisher.add([], DECISION)) == []
    assert write(database, lambda uow: uow.publisher.change([], DECISION)) == []
    write(database, lambda uow: uow.publisher.reserve([]))
    assert read(database, lambda uow: uow.revisions.head()) == 0


def test_a_change_to_a_version_that_is_not_the_newest_is_refused_and_writes_nothing(
    database: Database,
) -> None:
    seen, other = add(database, new("IL"), new("TX"))
    newest = change(database, replace(seen, facts=replace(seen.facts, title="Decided first")))
    late = replace(seen, facts=replace(seen.facts, title="Decided late"))
    with pytest.raises(ChangedMeanwhileError, match="IL-1"):
        write(
            database,
            lambda uow: uow.publisher.change(
                [(replace(other, retraction=RETRACTION), Change.RETRACTED), (late, Change.CHANGED)], DECISION
            ),
        )
    assert now(database, seen.code) == newest
    assert now(database, other.code) == other
    assert len(revisions(database)) == 3
    assert kept_counts(database) == true_counts(database)


def test_of_many_simultaneous_decisions_on_one_version_exactly_one_wins(database: Database) -> None:
    (seen,) = add(database, new("IL"))

    def decide(uow: UnitOfWork, n: int) -> int:
        title = f"Decided by number {n}"
        uow.publisher.change(
            [(replace(seen, facts=replace(seen.facts, title=title)), Change.CHANGED)], DECISION
        )
        uow.commit()
        return n

    deciding = [
        database.submit(lambda uow, n=n: decide(uow, n), writes=True)  # type: ignore[misc]
        for n in range(12)
    ]
    outcomes = [future.exception() for future in deciding]
    (winner,) = [n for n, error in enumerate(outcomes) if error is None]
    assert all(isinstance(error, ChangedMeanwhileError) for error in outcomes if error)
    assert now(database, seen.code).facts.title == f"Decided by number {winner}"
    assert [revision.number for revision in revisions(database)] == [1, 2]


# --- all or nothing


@pytest.mark.parametrize("how", ["an error", "no commit"])
def test_what_is_not_committed_never_happened(database: Database, how: str) -> None:
    (there,) = add(database, new("IL", title="Opens a reservoir"))
    counts = kept_counts(database)

    def work(uow: UnitOfWork) -> None:
        uow.publisher.add([new("IL", "TX", title="Closes a canal", responds_to=("EO 99",))], DECISION)
        uow.publisher.change([(replace(there, retraction=RETRACTION), Change.RETRACTED)], DECISION)
        uow.communities.add("springfield")
        if how == "an error":
            raise ValueError("on the way")

    if how == "an error":
        with pytest.raises(ValueError, match="on the way"):
            database.submit(work, writes=True).result()
    else:
        database.submit(work, writes=True).result()
    assert now(database, there.code) == there
    assert [revision.number for revision in revisions(database)] == [1]
    assert kept_counts(database) == counts == true_counts(database)
    assert read(database, lambda uow: uow.catalogue.count(Filter(BOTH, words=("canal",)))) == 0
    assert read(database, lambda uow: uow.catalogue.count(Filter(BOTH, words=("reservoir",)))) == 1
    assert read(database, lambda uow: uow.reference.measures(BOTH)) == []
    assert read(database, lambda uow: uow.communities.boards()) == ["commons", "terminal"]
    (after,) = add(database, new("IL"))
    assert after.revision == 2


def test_an_unknown_precedent_or_board_is_refused_whole(database: Database) -> None:
    with pytest.raises(DatabaseError):
        add(database, new("IL"), new("TX", legal_basis=("no-such-case",)))
    with pytest.raises(KeyError):
        add(database, new("IL"), new("TX", board="nosuch"))
    assert read(database, lambda uow: uow.catalogue.is_empty())


# --- the search index follows


def found(database: Database, text: str) -> list[str]:
    """Codes that a search finds."""
    which = Filter(BOTH, words=words_of_query(text))
    return [str(line.code) for line in read(database, lambda uow: uow.catalogue.page(which, limit=50))]


def test_the_index_follows_every_change(database: Database) -> None:
    (action,) = add(database, new("IL", title="Opens a reservoir"))
    assert found(database, "reservoir opens") == ["IL-1"]
    link = "https://example.org/news/1"
    action = change(
        database,
        replace(
            action,
            facts=facts(
                "TX",
                title="Closes a canal",
                summary="A barrage stays.",
                topics=(Topic.GUNS,),
                responds_to=("Order of the Lighthouse",),
                sources=(Source(link, "Headline on the weir", "Example News"),),
                history=(StatusChange(day("2025"), Status.WON, "after a lock was built", link),),
            ),
        ),
    )
    assert found(database, "reservoir") == []
    for word in ("canal", "barrage", "texas", "guns", "lighthouse", "weir", "lock", "il-1", "canal weir"):
        assert found(database, word) == ["IL-1"], word
    change(database, replace(action, retraction=RETRACTION), Change.RETRACTED)
    assert found(database, "canal") == []
    change(database, now(database, action.code), Change.CHANGED)
    assert found(database, "canal") == []
    change(database, replace(now(database, action.code), retraction=None), Change.RESTORED)
    assert found(database, "canal") == ["IL-1"]


def test_an_action_is_found_by_the_name_of_its_precedent(starter: Database) -> None:
    precedent = read(starter, lambda uow: uow.reference.precedents())[0]
    (action,) = add(starter, new("WY", legal_basis=(precedent.key,)))
    which = Filter(BOTH, state="WY", words=words_of_query(precedent.name))
    lines = read(starter, lambda uow: uow.catalogue.page(which, limit=50))
    assert action.code in [line.code for line in lines]


# --- the kept counts, after anything

some_facts = st.builds(
    lambda states, topics, approach, status, challenged, year: facts(
        *states, topics=tuple(topics), approach=approach, status=status, challenged=challenged, on=str(year)
    ),
    st.lists(st.sampled_from(STATES[:4]), min_size=1, max_size=3, unique=True),
    st.lists(st.sampled_from(list(Topic)[:4]), min_size=1, max_size=3, unique=True),
    st.sampled_from(list(Approach)[:3]),
    st.sampled_from(list(Status)[:4]),
    st.booleans(),
    st.integers(2020, 2022),
)
steps = st.lists(
    st.tuples(
        st.sampled_from(["add", "change", "change", "retract", "restore", "undone"]),
        st.integers(0, 100),
        some_facts,
        st.sampled_from(BOTH),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=SIZES.stories)  # one database for all: each goes on from what the last one left
@given(steps)
def test_counts_lists_and_revisions_agree_after_anything(
    database: Database, steps: list[tuple[str, int, object, str, bool]]
) -> None:
    def work(uow: UnitOfWork) -> None:
        for what, which, wanted, board, retracted in steps:
            actions = list(every_action(uow))
            if what == "add" or not actions:
                item = new(board=board, retraction=RETRACTION if retracted else None)
                uow.publisher.add([replace(item, facts=wanted)], DECISION)  # type: ignore[arg-type]
                continue
            action = actions[which % len(actions)]
            if what == "change":
                after, kind = replace(action, facts=wanted), Change.CHANGED  # type: ignore[arg-type]
            elif what == "restore":
                after, kind = replace(action, retraction=None), Change.RESTORED
            else:
                after, kind = replace(action, retraction=RETRACTION), Change.RETRACTED
            uow.publisher.change([(after, kind)], DECISION)
        if steps[-1][0] != "undone":
            uow.commit()

    database.submit(work, writes=True).result()
    assert kept_counts(database) == true_counts(database)
    told = revisions(database)
    assert [revision.number for revision in told] == list(range(1, len(told) + 1))
    newest: dict[Code, Action] = {}
    for revision in told:
        assert revision.before == newest.get(revision.after.code)
        newest[revision.after.code] = revision.after
    actions = read(database, lambda uow: list(every_action(uow)))
    assert {action.code: action for action in actions} == newest
    shown = [action for action in actions if not action.retraction]
    for board in BOTH:
        lines = read(database, lambda uow, board=board: uow.catalogue.page(Filter((board,)), limit=1000))  # type: ignore[misc]
        assert Counter(line.code for line in lines) == Counter(a.code for a in shown if a.board == board)


def test_sample_words_are_plain() -> None:
    """The index tests above look for words that no other field of a sample has."""
    sample = facts("TX")
    text = f"{sample.title} {sample.summary} {sample.sources[0].title}".lower()
    assert not re.search("canal|lock|weir|barrage|lighthouse", text)
