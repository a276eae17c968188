"""Killed at any step of the first start: the next one finishes it, and nobody ever sees half a batch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from bot.domain.catalogue.actions import Code
from bot.domain.catalogue.filters import Filter
from bot.domain.catalogue.revisions import Change
from bot.engine.imports.run import ensure_starter
from bot.ports.store import read
from storage.database import Database
from tests.crash.child import first_start, killed_at, points_of, start
from tests.integration.oracle import starter
from tests.integration.recount import every_action, kept_counts, true_counts

if TYPE_CHECKING:
    from sqlalchemy import URL

    from tests.integration.conftest import Databases

ALL = Filter(("commons", "terminal"))
EXPECTED = starter()
VISIBLE = [0, 200, 267]
"""How many actions anyone may ever see while the starter loads: whole batches."""


def seen(database: Database) -> tuple[int, int]:
    """How many actions a look-up shows, and the newest revision."""
    return read(database, lambda uow: (uow.catalogue.count(ALL), uow.revisions.head()))


def check_complete(database: Database) -> None:
    """The starter is there as an undisturbed load leaves it."""
    actions = read(database, lambda uow: list(every_action(uow)))
    assert {action.key: str(action.code) for action in actions} == {e.row["key"]: e.code for e in EXPECTED}
    assert len(actions) == len(EXPECTED)
    revisions = read(database, lambda uow: uow.revisions.since(0, 1000))
    assert [revision.number for revision in revisions] == list(range(1, len(EXPECTED) + 1))
    assert {revision.change for revision in revisions} == {Change.ADDED}
    assert [revision.after.key for revision in revisions] == [e.row["key"] for e in EXPECTED]
    assert {revision.after for revision in revisions} == set(actions)
    assert kept_counts(database) == true_counts(database)
    assert read(database, lambda uow: uow.imports.unfinished()) == []
    bases = read(database, lambda uow: uow.imports.bases([action.code for action in actions]))
    assert bases == {action.code: action.facts for action in actions}
    words = replace(ALL, words=("hawaii",))
    found = {str(line.code) for line in read(database, lambda uow: uow.catalogue.page(words, limit=300))}
    assert found >= {e.code for e in EXPECTED if "HI" in e.row["states"]} != set()
    assert len(read(database, lambda uow: uow.reference.balances())) == 50


def test_killed_at_any_step_the_next_start_finishes_it(databases: Databases) -> None:
    points = points_of(databases.make(), many=3)
    assert len(points) >= 6
    for point in points:
        url = databases.make()
        killed_at(url, point)
        database = Database(url)
        try:
            database.open()
            count, head = seen(database)
            assert count in VISIBLE, point
            assert head == count, point
            ensure_starter(database, lambda *_: None)
            check_complete(database)
        except Exception as error:
            error.add_note(f"killed at step {point} of {points}")
            raise
        finally:
            database.close()


def test_killed_again_and_again_it_still_gets_there(databases: Databases) -> None:
    url = databases.make()
    steps = points_of(databases.make(), many=0)[-1]
    for part in (0.2, 0.4, 0.6, 0.8):
        # Each start finds more done, hence takes fewer steps; one may come to its end before its fuse burns.
        start(url, burns_at=round(steps * part * 0.5)).wait()
    database = Database(url)
    first_start(database)
    check_complete(database)
    database.close()


def test_another_process_goes_on_where_a_killed_one_was(databases: Databases) -> None:
    for point in points_of(databases.make(), many=0)[1::2]:
        url = databases.make()
        doomed, other = start(url, burns_at=point), start(url)
        doomed.wait()
        assert other.wait()[0] == 0
        database = Database(url)
        database.open()
        check_complete(database)
        database.close()


def test_three_first_starts_at_once_load_it_once(empty_url: URL) -> None:
    children = [start(empty_url) for _ in range(3)]
    assert [child.wait()[0] for child in children] == [0, 0, 0]
    database = Database(empty_url)
    database.open()
    check_complete(database)
    database.close()


@pytest.mark.parametrize("what", ["before_cursor_execute", "after_cursor_execute", "commit"])
def test_nobody_sees_half_a_batch_at_any_statement(schema_url: URL, what: str) -> None:
    loading, watching = Database(schema_url), Database(schema_url)
    loading.open()
    watching.open()
    shown: list[tuple[int, int]] = []
    event.listen(loading._writer, what, lambda *_: shown.append(seen(watching)))
    try:
        ensure_starter(loading, lambda *_: None)
        shown.append(seen(watching))
    finally:
        loading.close()
        watching.close()
    assert sorted(set(shown)) == [(count, count) for count in VISIBLE]
    assert shown == sorted(shown)
    assert len(shown) >= 5


def test_the_codes_do_not_depend_on_the_crash(database: Database) -> None:
    """What `check_complete` compares with is what an undisturbed load gives."""
    first_start(database)
    check_complete(database)
    action = read(database, lambda uow: uow.catalogue.find(Code("CA", 1), ("commons",)))
    assert action is not None
    assert action.key == next(e.row["key"] for e in EXPECTED if e.row["states"][0] == "CA")
