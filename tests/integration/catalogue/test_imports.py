"""Imports on their way: staged by one process, finished by any, never twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.catalogue.actions import Code, Status
from bot.domain.imports import ImportState, RowOutcome, RowResult, StagedRow
from bot.errors import DatabaseError
from bot.ports.store import read, write
from storage.database import Database
from tests.integration.samples import DECISION, NOW, facts, new

if TYPE_CHECKING:
    from sqlalchemy import URL

    from bot.domain.catalogue.revisions import Decision
    from bot.ports import UnitOfWork

ROWS = [
    StagedRow(position, position + 2, f"key-{position}", f'{{"row": {position}}}') for position in range(5)
]


def begin(database: Database, name: str = "may.jsonl", decision: Decision = DECISION) -> int | None:
    """Open an import."""
    return write(database, lambda uow: uow.imports.begin(name, theirs=True, decision=decision))


def staged(database: Database, name: str = "may.jsonl") -> int:
    """An import with all rows in line."""
    number = begin(database, name)
    assert number is not None

    def stage(uow: UnitOfWork) -> None:
        uow.imports.stage(number, ROWS[:3])
        uow.imports.stage(number, ROWS[3:])

    write(database, stage)
    return number


def test_an_import_is_finished_only_once_it_is_released(database: Database) -> None:
    number = staged(database)
    assert read(database, lambda uow: uow.imports.unfinished()) == []
    assert write(database, lambda uow: uow.imports.claim(number)) is None
    write(database, lambda uow: uow.imports.release(number))
    waiting = ImportState(number, "may.jsonl", 5, 0, theirs=True, decision=DECISION)
    assert read(database, lambda uow: uow.imports.unfinished()) == [waiting]
    assert write(database, lambda uow: uow.imports.claim(number)) == waiting


def test_rows_come_in_order_and_leave_the_line_with_their_results(database: Database) -> None:
    number = staged(database)
    write(database, lambda uow: uow.imports.release(number))
    assert read(database, lambda uow: uow.imports.next_rows(number, 2)) == ROWS[:2]
    results = [RowResult(row.line, row.key, RowOutcome.ADDED, f"detail {row.position}") for row in ROWS]

    def finish(uow: UnitOfWork, first: int, last: int) -> None:
        some = [(row.position, result) for row, result in zip(ROWS, results, strict=True)]
        uow.imports.finish_rows(number, some[first:last])

    write(database, lambda uow: finish(uow, 0, 2))
    assert read(database, lambda uow: uow.imports.next_rows(number, 9)) == ROWS[2:]
    assert read(database, lambda uow: uow.imports.results(number)) == results[:2]
    (state,) = read(database, lambda uow: uow.imports.unfinished())
    assert (state.done, state.total) == (2, 5)
    write(database, lambda uow: finish(uow, 2, 5))
    write(database, lambda uow: finish(uow, 5, 5))
    assert read(database, lambda uow: uow.imports.next_rows(number, 9)) == []
    (state,) = read(database, lambda uow: uow.imports.unfinished())
    assert (state.done, state.total) == (5, 5)
    write(database, lambda uow: uow.imports.finish(number))
    assert read(database, lambda uow: uow.imports.unfinished()) == []
    assert write(database, lambda uow: uow.imports.claim(number)) is None
    assert read(database, lambda uow: uow.imports.results(number)) == results


def test_a_name_is_begun_once(database: Database) -> None:
    assert not read(database, lambda uow: uow.imports.known("starter"))
    assert begin(database, "starter") is not None
    assert begin(database, "starter") is None
    assert read(database, lambda uow: uow.imports.known("starter"))
    assert not read(database, lambda uow: uow.imports.known("other"))


def test_two_imports_keep_apart(database: Database) -> None:
    one, other = staged(database, "one"), staged(database, "other")
    write(database, lambda uow: uow.imports.release(one))
    write(database, lambda uow: uow.imports.release(other))
    write(database, lambda uow: uow.imports.finish_rows(one, [(0, RowResult(2, "key-0", RowOutcome.ADDED))]))
    states = read(database, lambda uow: uow.imports.unfinished())
    assert [(state.name, state.done, state.total) for state in states] == [("one", 1, 5), ("other", 0, 5)]
    assert len(read(database, lambda uow: uow.imports.next_rows(other, 9))) == 5


def test_staging_that_died_is_dropped_and_what_was_released_is_not(database: Database) -> None:
    old = replace(DECISION, at=NOW - timedelta(hours=3))
    dead, slow = begin(database, "dead", old), begin(database, "released", old)
    young = staged(database, "young")
    assert dead is not None
    assert slow is not None
    for number in (dead, slow):
        write(database, lambda uow, number=number: uow.imports.stage(number, ROWS))  # type: ignore[misc]
    write(database, lambda uow: uow.imports.release(slow))
    write(database, lambda uow: uow.imports.drop_abandoned(NOW - timedelta(hours=1)))
    assert not read(database, lambda uow: uow.imports.known("dead"))
    assert [state.id for state in read(database, lambda uow: uow.imports.unfinished())] == [slow]
    write(database, lambda uow: uow.imports.release(young))
    # Whoever was still at it hears so instead of releasing half a file.
    for late in (lambda uow: uow.imports.stage(dead, ROWS), lambda uow: uow.imports.release(dead)):
        with pytest.raises(DatabaseError, match="start it again"):
            write(database, late)
    assert read(database, lambda uow: uow.imports.next_rows(dead, 9)) == []
    with pytest.raises(DatabaseError, match="start it again"):
        write(database, lambda uow: uow.imports.stage(young, ROWS))


def test_whoever_claims_second_waits_and_sees_what_the_first_did(database: Database, schema_url: URL) -> None:
    number = staged(database)
    write(database, lambda uow: uow.imports.release(number))
    second = Database(schema_url)
    started = []

    def finish(uow: UnitOfWork) -> None:
        assert uow.imports.claim(number) is not None
        started.append(second.submit(lambda other: other.imports.claim(number), writes=True))
        with pytest.raises(TimeoutError):
            started[0].result(timeout=0.2)
        uow.imports.finish(number)

    try:
        write(database, finish)
        assert started[0].result(timeout=10) is None
    finally:
        second.close()


def test_what_import_last_wrote_is_remembered_by_code(database: Database) -> None:
    write(database, lambda uow: uow.publisher.add([new("IL"), new("TX"), new("IL")], DECISION))
    codes = [Code("IL", 1), Code("TX", 1), Code("IL", 2)]
    first, second = facts("IL", title="As it was written"), facts("TX", status=Status.WON)
    write(database, lambda uow: uow.imports.keep_bases({codes[0]: first, codes[1]: second}))
    assert read(database, lambda uow: uow.imports.bases(codes)) == {codes[0]: first, codes[1]: second}
    renewed = facts("IL", title="As it was written later", challenged=True)
    write(database, lambda uow: uow.imports.keep_bases({codes[0]: renewed}))
    write(database, lambda uow: uow.imports.keep_bases({}))
    assert read(database, lambda uow: uow.imports.bases(codes[:1])) == {codes[0]: renewed}
    assert read(database, lambda uow: uow.imports.bases([])) == {}
