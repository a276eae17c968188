"""Whole imports over a real database: what a file may bring, what a bad value or a kill leaves behind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.catalogue.actions import Code
from bot.domain.catalogue.records import Record
from bot.domain.catalogue.revisions import Change
from bot.engine.imports.compare import HIGHEST_GIVEN, reserve_codes, stage_rows
from bot.engine.imports.rows import Row
from bot.engine.imports.run import ImportRun, ensure_starter, finish_imports
from bot.engine.imports.starter import STARTER, refresh_references
from bot.errors import DatabaseError
from bot.ports.store import read, write
from tests.integration.samples import DECISION, NOW, RETRACTION, facts, new

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.imports import RowResult
    from bot.ports import UnitOfWork
    from storage.database import Database


def silent(_name: str, _done: int, _total: int) -> None:
    """Nobody watches."""


def row(key: str, line: int = 1, **record: Any) -> Row:
    return Row(line, Record(key, facts("OH"), **record))


def prepared(database: Database, rows: Sequence[Row], *, theirs: bool = False) -> ImportRun:
    return ImportRun.prepare(database, "may.jsonl", rows, theirs=theirs, step=silent)


def outcomes(results: Sequence[RowResult]) -> dict[str, str]:
    return {result.key: result.outcome for result in results}


def codes(database: Database) -> list[str]:
    return [str(action.code) for action in read(database, lambda uow: uow.catalogue.everything(None, 1000))]


def test_a_value_that_the_database_refuses_costs_its_row_and_no_other(database: Database) -> None:
    unfit = replace(facts("TX"), legal_basis=("no-such-precedent",))
    rows = [row("good-1", 1), Row(2, Record("unfit", unfit)), row("good-2", 3)]

    def stage(uow: UnitOfWork) -> int:
        number = uow.imports.begin("may.jsonl", theirs=False, decision=DECISION)
        assert number is not None
        stage_rows(uow, number, rows, 0)
        uow.imports.release(number)
        return number

    number = write(database, stage)
    finish_imports(database, silent)
    results = read(database, lambda uow: uow.imports.results(number))
    assert outcomes(results) == {"good-1": "added", "unfit": "skipped", "good-2": "added"}
    assert codes(database) == ["OH-1", "OH-2"]
    assert read(database, lambda uow: uow.imports.unfinished()) == []
    assert read(database, lambda uow: [r.number for r in uow.revisions.since(0, 9)]) == [1, 2]


def test_the_longest_link_can_be_stored(database: Database) -> None:
    link = "https://example.org/" + "é" * 1014
    assert len(link.encode()) == 2048
    write(database, lambda uow: uow.publisher.add([new("OH", link=link)], DECISION))
    assert codes(database) == ["OH-1"]


def test_a_file_may_not_use_up_a_states_numbers(database: Database) -> None:
    rows = [
        row("highest", 1, code=Code("AK", HIGHEST_GIVEN)),
        row("too-high", 2, code=Code("AK", HIGHEST_GIVEN + 1)),
    ]
    run = prepared(database, rows)
    good, bad = run.check(rows)
    assert [one.record.key for one in good] == ["highest"]
    assert [(one.line, one.reasons) for one in bad] == [
        (2, ("code: the numbers that a file may give end at 999999",))
    ]
    run.publish(good, NOW)
    (added,) = write(database, lambda uow: uow.publisher.add([new("AK")], DECISION))
    assert str(added.code) == "AK-1000000"
    assert Code.parse(str(added.code)) == added.code


def test_numbers_that_are_used_up_end_in_a_sentence(database: Database) -> None:
    write(database, lambda uow: uow.publisher.reserve([Code("AK", 9_999_999)]))
    with pytest.raises(DatabaseError, match="Alaska has no numbers left"):
        write(database, lambda uow: uow.publisher.add([new("AK")], DECISION))
    assert codes(database) == []


def test_a_restore_that_died_while_it_was_staged_can_be_started_again(database: Database) -> None:
    rows = [row("mine", 1, code=Code("IL", 1), board="desk", given=frozenset(["board"]))]
    run = prepared(database, rows)
    assert run.restores
    number = write(database, lambda uow: run._begun(uow, "died", DECISION))
    write(database, lambda uow: stage_rows(uow, number, rows, 0))
    # the next start of any command
    ensure_starter(database, silent)
    assert codes(database) == []
    assert read(database, lambda uow: uow.communities.boards()) == ["commons", "terminal"]
    again = prepared(database, rows)
    good, bad = again.check(rows)
    assert bad == []
    assert outcomes(again.publish(good, NOW)) == {"mine": "added"}
    assert codes(database) == ["IL-1"]
    assert read(database, lambda uow: uow.communities.boards()) == ["commons", "terminal", "desk"]
    assert read(database, lambda uow: uow.imports.known(STARTER))


def test_of_an_action_that_people_withdrew_a_row_changes_nothing(database: Database) -> None:
    write(database, refresh_references)
    (added,) = write(database, lambda uow: uow.publisher.add([new("OH", key="mine")], DECISION))
    gone = replace(added, retraction=RETRACTION)
    write(database, lambda uow: uow.publisher.change([(gone, Change.RETRACTED)], DECISION))
    back = Record("mine", replace(facts("OH"), title="Counts twice a year"), given=frozenset(["retracted"]))
    rows = [Row(1, back)]

    def judged(*, theirs: bool) -> list[RowResult]:
        run = prepared(database, rows, theirs=theirs)
        return run.publish(run.check(rows)[0], NOW)

    ensure_starter(database, silent)
    (kept,) = judged(theirs=False)
    assert (kept.outcome, kept.detail) == ("conflict", f"{added.code}: kept as edited here: retracted")
    found = read(database, lambda uow: uow.catalogue.by_key(["mine"]))["mine"]
    assert (found.facts.title, found.retraction) == (added.facts.title, RETRACTION)
    (taken,) = judged(theirs=True)
    assert taken.outcome == "changed"
    found = read(database, lambda uow: uow.catalogue.by_key(["mine"]))["mine"]
    assert (found.facts.title, found.retraction) == ("Counts twice a year", None)


def test_codes_are_reserved_for_the_file_that_brings_them(database: Database) -> None:
    write(database, lambda uow: reserve_codes(uow, [row("mine", 1, code=Code("OH", 5))]))
    (added,) = write(database, lambda uow: uow.publisher.add([new("OH")], DECISION))
    assert str(added.code) == "OH-6"
