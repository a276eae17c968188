"""Killed at any step of an import: before its release nothing happened, after it the next start finishes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.domain.catalogue.records import facts_to_json
from bot.ports.store import read
from storage.database import Database
from tests.crash.child import first_start, import_file, killed_at, points_of, start
from tests.integration.oracle import starter
from tests.integration.recount import every_action, kept_counts, revision_numbers, true_counts
from tests.integration.samples import STATES, facts

if TYPE_CHECKING:
    from bot.domain.catalogue.actions import Action, Facts
    from tests.integration.conftest import Databases

STARTER = 267
NEW, CHANGED, SAME = 170, 40, 10
Catalogue = dict[str, tuple[str, "Facts"]]


@pytest.fixture(scope="session")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file of new rows, rows that change the starter's, and rows that say what is there; all mixed."""
    rows = [e.row for e in starter()[: CHANGED + SAME]]
    rows = [
        row | {"title": f"Changed: {row['title']}"[:90].rstrip()} if n < CHANGED else row
        for n, row in enumerate(rows)
    ]
    for n in range(NEW):
        rows.insert(n * 2, {"key": f"new-{n}", **facts_to_json(facts(STATES[n % 8], STATES[(n + 3) % 8]))})
    path = tmp_path_factory.mktemp("import") / "may.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def catalogue(database: Database) -> Catalogue:
    """Every action by key: its code and its facts."""
    actions: list[Action] = read(database, lambda uow: list(every_action(uow)))
    assert len({action.key for action in actions}) == len(actions)
    return {action.key: (str(action.code), action.facts) for action in actions}


def check_complete(database: Database, undisturbed: Catalogue) -> None:
    """The import is in, as if nothing had happened."""
    assert catalogue(database) == undisturbed
    assert revision_numbers(database) == list(range(1, STARTER + NEW + CHANGED + 1))
    assert kept_counts(database) == true_counts(database)
    assert read(database, lambda uow: uow.imports.unfinished()) == []


def test_killed_at_any_step_it_is_finished_or_never_was(databases: Databases, file: str) -> None:
    model = databases.model("starter")
    url = databases.make(like=model)
    points = points_of(url, many=1, file=file)
    database = Database(url)
    undisturbed = catalogue(database)
    assert len(undisturbed) == STARTER + NEW
    check_complete(database, undisturbed)
    database.close()
    database = Database(model)
    untouched = catalogue(database)
    database.close()

    met = set()
    for point in points:
        url = databases.make(like=model)
        killed_at(url, point, file)
        database = Database(url)
        try:
            database.open()
            found = read(database, lambda uow: uow.revisions.head()) - STARTER
            assert len(catalogue(database)) - STARTER <= found
            released = bool(read(database, lambda uow: uow.imports.unfinished()))
            met.add((released, found))
            first_start(database)
            if not released and not found:
                assert catalogue(database) == untouched, "what was not released is not published"
                import_file(database, file)
            check_complete(database, undisturbed)
        except Exception as error:
            error.add_note(f"killed at step {point} of {points}")
            raise
        finally:
            database.close()
    # Before the release, after it, between its two batches.
    assert {(False, 0), (True, 0)} <= met
    assert any(released and 0 < found < NEW + CHANGED for released, found in met)
    assert {found for _, found in met} <= {0, published_by_the_first_batch(file), NEW + CHANGED}


def published_by_the_first_batch(file: str) -> int:
    """How many of the first 200 rows write something."""
    rows = [json.loads(line) for line in Path(file).read_text(encoding="utf-8").splitlines()[:200]]
    return sum(row["key"].startswith("new-") or row["title"].startswith("Changed: ") for row in rows)


def test_a_start_beside_a_running_import_publishes_nothing_twice(databases: Databases, file: str) -> None:
    model = databases.model("starter")
    url = databases.make(like=model)
    importing = start(url, file=file)
    others = [start(url) for _ in range(2)]
    assert [child.wait()[0] for child in (importing, *others)] == [0, 0, 0]
    database = Database(url)
    database.open()
    check_complete(database, catalogue(database))
    database.close()
