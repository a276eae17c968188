"""Catalogues brought in and taken out again, over a SQLite file: what a dry run says, and what is done."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.catalogue.actions import Code, Retraction, Status
from bot.domain.catalogue.filters import NewAction
from bot.domain.catalogue.revisions import Change, Decision
from bot.engine.imports import run as import_run
from bot.engine.imports.compare import publish_batch, stage_rows
from bot.engine.imports.export import export_csv, export_jsonl
from bot.engine.imports.files import read_file
from bot.engine.imports.rows import BadRow, Row
from bot.engine.imports.run import ImportRun, ensure_starter, finish_imports
from bot.engine.imports.starter import STARTER
from bot.errors import CatalogueFileError
from bot.ports.store import read, write
from storage.database import Database
from storage.engines import read_url
from tests.unit.imports.test_files import changed_cells, jsonl, row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from bot.domain.catalogue.actions import Action
    from bot.domain.imports import RowResult
    from bot.ports import UnitOfWork

NOW = datetime(2026, 11, 20, 14, 2, tzinfo=UTC)
DECISION = Decision("ana", "a correction", NOW)
Steps = list[tuple[str, int, int]]


def quiet(_name: str, _done: int, _total: int) -> None:
    """Nobody watches."""


def opened(path: Path) -> Database:
    database = Database(read_url(f"sqlite:///{path}"))
    database.open()
    return database


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    """A database that never had anything."""
    database = opened(tmp_path / "empty.db")
    yield database
    database.close()


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a database with the starter."""
    path = tmp_path_factory.mktemp("loaded") / "loaded.db"
    database = opened(path)
    ensure_starter(database, quiet)
    database.close()
    return path


@pytest.fixture
def database(loaded: Path, tmp_path: Path) -> Iterator[Database]:
    """With the starter."""
    shutil.copy(loaded, tmp_path / "fiftywire.db")
    database = opened(tmp_path / "fiftywire.db")
    yield database
    database.close()


class File:
    """A file to import."""

    def __init__(self, path: Path, text: str) -> None:
        path.write_text(text, encoding="utf-8", newline="")
        self.name = path.name
        self.rows = list(read_file(path))

    def plan(self, database: Database, *, theirs: bool = False) -> tuple[list[RowResult], list[BadRow]]:
        """The dry run."""
        work = ImportRun.prepare(database, self.name, self.rows, theirs=theirs, step=quiet)
        rows, bad = work.check(self.rows)
        return work.compare(rows), bad

    def bring(self, database: Database, *, theirs: bool = False) -> dict[str, str]:
        """Do it; what became of each key. It must be what the dry run said."""
        planned, bad = self.plan(database, theirs=theirs)
        assert not bad
        work = ImportRun.prepare(database, self.name, self.rows, theirs=theirs, step=quiet)
        rows, _ = work.check(self.rows)
        results = work.publish(rows, NOW)
        assert [(r.key, r.outcome) for r in results] == [(p.key, p.outcome) for p in planned]
        return {result.key: result.outcome for result in results}


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., File]:
    """Makes a file: of text, or of rows."""

    def make(*rows: dict[str, Any], text: str | None = None, name: str = "may.jsonl") -> File:
        return File(tmp_path / name, jsonl(*rows) if text is None else text)

    return make


def exported(database: Database, export: Callable[..., int] = export_jsonl) -> str:
    lines: list[str] = []
    read(database, lambda uow: export(uow, lines.append))
    return "".join(lines)


def action(database: Database, key: str) -> Action:
    return read(database, lambda uow: uow.catalogue.by_key([key]))[key]


def edited(database: Database, key: str, change: Change = Change.CHANGED, **facts: Any) -> None:
    """A person changes something, past any import."""
    before = action(database, key)
    retraction = facts.pop("retraction", before.retraction)
    after = replace(before, facts=replace(before.facts, **facts), retraction=retraction)
    write(database, lambda uow: uow.publisher.change([(after, change)], DECISION))


def head(database: Database) -> int:
    return read(database, lambda uow: uow.revisions.head())


# --- out and in again ---------------------------------------------------------------------------------------


def rich(database: Database) -> None:
    """Boards, retracted actions with and without a time, flags: all that an export holds."""

    def fill(uow: UnitOfWork) -> None:
        uow.communities.add("maine-desk")
        plain = next(iter(uow.catalogue.by_key(["ak-pebble-original-action"]).values()), None)
        facts = (plain or next(iter(uow.catalogue.everything(None, 1)))).facts
        gone = Retraction(datetime(2026, 5, 1, 12, 0, 0, 250, tzinfo=UTC), "=entered; twice")
        new = [
            NewAction("on-a-board", "maine-desk", replace(facts, states=("ME", "TX"), challenged=True)),
            NewAction("gone", "commons", facts, Code("AK", 77), gone),
            NewAction("gone-in-short", "maine-desk", facts, None, Retraction(None, "")),
        ]
        uow.publisher.add(new, DECISION)

    write(database, fill)


def test_an_export_into_an_empty_database_gives_the_same_catalogue_byte_for_byte(
    database: Database, empty: Database, file: Callable[..., File]
) -> None:
    rich(database)
    text = exported(database)
    assert text.count("\n") == 270
    assert set(file(text=text).bring(empty).values()) == {"added"}
    assert exported(empty) == text
    # Codes go on behind the restored ones, and nothing of the starter comes on top.
    ensure_starter(empty, quiet)
    assert exported(empty) == text
    file(row("new", states=["AK"]), name="june.jsonl").bring(empty)
    assert str(action(empty, "new").code) == "AK-79"


def test_csv_into_an_empty_database_loses_nothing_but_history(
    database: Database, empty: Database, file: Callable[..., File]
) -> None:
    rich(database)
    text = exported(database, export_csv)
    file(text=text, name="all.csv").bring(empty)
    assert exported(empty, export_csv) == text
    before, after = ([json.loads(line) for line in exported(one).splitlines()] for one in (database, empty))
    for mine, theirs in zip(after, before, strict=True):
        steps = mine.pop("history"), theirs.pop("history")
        assert mine == theirs
        assert steps[0] == [steps[1][-1] | {"note": ""}]


@pytest.mark.parametrize(("export", "name"), [(export_jsonl, "all.jsonl"), (export_csv, "all.csv")])
def test_an_unchanged_export_changes_nothing(
    database: Database, file: Callable[..., File], export: Callable[..., int], name: str
) -> None:
    rich(database)
    edited(database, "gone-in-short", title="Edited since")
    before = head(database)
    planned, bad = file(text=exported(database, export), name=name).plan(database)
    assert not bad
    assert {result.outcome for result in planned} == {"unchanged"}
    assert not any(result.writes for result in planned)
    assert file(text=exported(database, export), name=name).bring(database).keys() >= {"gone"}
    assert head(database) == before


def test_a_changed_status_cell_is_one_more_step_of_the_history(
    database: Database, file: Callable[..., File]
) -> None:
    text = exported(database, export_csv)
    key = json.loads(exported(database).splitlines()[0])["key"]
    before = action(database, key).facts.history
    text = changed_cells(text, status="withdrawn", status_date="2026-11-01")
    results = file(text=text, name="all.csv").bring(database)
    assert [name for name, outcome in results.items() if outcome != "unchanged"] == [key]
    after = action(database, key).facts.history
    assert after[:-1] == before
    assert (after[-1].status, str(after[-1].date)) == (Status.WITHDRAWN, "2026-11-01")
    # Once more, the same file brings nothing; nor does the next export.
    assert set(file(text=text, name="again.csv").bring(database).values()) == {"unchanged"}
    again = file(text=exported(database, export_csv), name="next.csv")
    assert set(again.bring(database).values()) == {"unchanged"}
    assert action(database, key).facts.history == after


# --- conflicts ----------------------------------------------------------------------------------------------


def test_what_people_edited_since_is_kept_and_named_unless_theirs(
    database: Database, file: Callable[..., File]
) -> None:
    file(row("a"), row("b"), row("c")).bring(database)
    edited(database, "a", title="Ana's wording")
    edited(database, "b", summary="Ana's summary.")
    wanted = file(row("a", title="The file's wording", summary="New."), row("b", title="Newer"), row("c"))
    planned, _ = wanted.plan(database)
    assert [result.outcome for result in planned] == ["conflict", "conflict", "unchanged"]
    code = action(database, "a").code
    assert planned[0].detail == f"{code}: summary; {code}: kept as edited here: title"
    wanted.bring(database)
    assert (action(database, "a").facts.title, action(database, "a").facts.summary) == (
        "Ana's wording",
        "New.",
    )
    assert action(database, "b").facts.summary == "Ana's summary."
    assert wanted.bring(database, theirs=True) == {"a": "changed", "b": "changed", "c": "unchanged"}
    assert action(database, "a").facts.title == "The file's wording"
    assert action(database, "b").facts.summary == "The agency counts once a year."


def test_what_only_the_file_changed_is_taken_and_what_only_people_changed_is_left(
    database: Database, file: Callable[..., File]
) -> None:
    file(row("a")).bring(database)
    edited(database, "a", challenged=True)
    changed = row("a", title="Another title")
    assert file(changed).bring(database) == {"a": "changed"}
    facts = action(database, "a").facts
    assert (facts.title, facts.challenged) == ("Another title", True)
    assert file(changed).bring(database) == {"a": "unchanged"}


def test_what_people_took_out_is_skipped_and_named(database: Database, file: Callable[..., File]) -> None:
    file(row("a"), row("b")).bring(database)
    edited(database, "a", Change.RETRACTED, retraction=Retraction(NOW, "never happened"))
    again = file(row("a", title="Another title"), row("b"))
    planned, bad = again.plan(database, theirs=True)
    assert not bad
    assert planned[0].outcome == "skipped"
    assert planned[0].detail == f"{action(database, 'a').code} was withdrawn from the catalogue"
    assert again.bring(database, theirs=True) == {"a": "skipped", "b": "unchanged"}
    assert action(database, "a").retraction == Retraction(NOW, "never happened")


def test_a_file_takes_out_and_with_theirs_brings_back(database: Database, file: Callable[..., File]) -> None:
    file(row("a")).bring(database)
    assert file(row("a", retracted={"reason": "twice"})).bring(database) == {"a": "changed"}
    assert action(database, "a").retraction == Retraction(None, "twice")
    back = file(row("a", retracted=False))
    assert back.bring(database) == {"a": "conflict"}
    assert action(database, "a").retraction
    assert back.bring(database, theirs=True) == {"a": "changed"}
    assert action(database, "a").retraction is None
    kinds = [one.change for one in read(database, lambda uow: uow.revisions.since(head(database) - 2, 9))]
    assert kinds == [Change.RETRACTED, Change.RESTORED]


# --- codes, boards, references ------------------------------------------------------------------------------


def test_codes_are_permanent_and_a_clash_is_refused(database: Database, file: Callable[..., File]) -> None:
    file(row("a")).bring(database)
    taken = action(database, "a").code
    _, bad = file(row("a", code="OH-900"), row("b", code=str(taken)), row("c", code="OH-901")).plan(database)
    assert [(one.line, one.key, one.reasons) for one in bad] == [
        (1, "a", (f"code: a is {taken} here, and codes are permanent",)),
        (2, "b", (f"code: {taken} is taken here by a",)),
    ]
    assert file(row("a", code=str(taken)), row("c", code="OH-901")).bring(database)["c"] == "added"
    assert str(action(database, "c").code) == "OH-901"
    file(row("d")).bring(database)
    assert str(action(database, "d").code) == "OH-902"


def test_a_code_given_away_between_check_and_publishing_is_not_given_twice(
    database: Database, file: Callable[..., File]
) -> None:
    wanted = file(row("a", code="OH-900"), row("b", code="OH-901"), row("c"))
    work = ImportRun.prepare(database, "may.jsonl", wanted.rows, theirs=False, step=quiet)
    rows, bad = work.check(wanted.rows)
    assert not bad
    facts = rows[0].record.facts
    others = [
        NewAction("else", "commons", facts, Code("OH", 900)),
        NewAction("b", "commons", facts, Code("OH", 950)),
    ]
    write(database, lambda uow: uow.publisher.add(others, DECISION))
    results = work.publish(rows, NOW)
    assert [(result.outcome, result.detail.partition(" ")[2]) for result in results[:2]] == [
        ("skipped", "was given to else meanwhile"),
        ("skipped", "is OH-950 here, and codes are permanent"),
    ]
    assert results[2].outcome == "added"
    assert action(database, "else").code == Code("OH", 900)


def test_boards_and_precedents_must_be_known(database: Database, file: Callable[..., File]) -> None:
    _, bad = file(row("a", board="nowhere", legal_basis=["tenth-amendment", "no-such"])).plan(database)
    assert bad[0].reasons == ("legal_basis: no precedent no-such", "board: there is no board nowhere here")


def test_an_action_does_not_move_to_another_board(database: Database, file: Callable[..., File]) -> None:
    write(database, lambda uow: uow.communities.add("ohio-desk"))
    file(row("a")).bring(database)
    assert file(row("a", board="ohio-desk")).bring(database, theirs=True) == {"a": "conflict"}
    assert action(database, "a").board == "commons"
    assert file(row("b", board="ohio-desk")).bring(database) == {"b": "added"}
    assert action(database, "b").board == "ohio-desk"


def test_without_codes_the_starter_comes_first(empty: Database, file: Callable[..., File]) -> None:
    file(row("a")).bring(empty)
    assert read(empty, lambda uow: uow.imports.known(STARTER))
    assert exported(empty).count("\n") == 268


def test_a_dry_run_of_a_restore_leaves_the_choice_open(empty: Database, file: Callable[..., File]) -> None:
    planned, bad = file(row("a", code="OH-7", legal_basis=["tenth-amendment"], board="ohio-desk")).plan(empty)
    assert [result.outcome for result in planned] == ["added"]
    assert not bad
    assert not read(empty, lambda uow: uow.imports.known(STARTER))
    assert read(empty, lambda uow: uow.catalogue.is_empty())


def test_a_restore_gives_way_to_a_catalogue_begun_meanwhile(
    empty: Database, file: Callable[..., File]
) -> None:
    wanted = file(row("a", code="OH-1"))
    work = ImportRun.prepare(empty, "may.jsonl", wanted.rows, theirs=False, step=quiet)
    assert work.restores
    rows, _ = work.check(wanted.rows)
    ensure_starter(empty, quiet)
    before = exported(empty)
    with pytest.raises(CatalogueFileError, match="another process has begun a catalogue"):
        work.publish(rows, NOW)
    finish_imports(empty, quiet)
    assert exported(empty) == before


# --- batches ------------------------------------------------------------------------------------------------


def numbered(count: int) -> list[dict[str, Any]]:
    return [row(f"n-{at}", title=f"Row {at}") for at in range(count)]


def test_progress_tells_every_batch(database: Database, file: Callable[..., File]) -> None:
    steps: Steps = []
    wanted = file(*numbered(450))
    work = ImportRun.prepare(
        database, "may.jsonl", wanted.rows, theirs=False, step=lambda *told: steps.append(told)
    )
    rows, _ = work.check(wanted.rows)
    work.compare(rows)
    work.publish(rows, NOW)
    assert steps == [
        *[("checking", done, 450) for done in (200, 400, 450)],
        *[("comparing", done, 450) for done in (200, 400, 450)],
        ("staging", 450, 450),
        *[("importing may.jsonl", done, 450) for done in (200, 400, 450)],
    ]


def interrupted(database: Database, file: File, batches: int) -> None:
    """Publish some batches as a process does that is killed after them."""
    rows = [one for one in file.rows if isinstance(one, Row)]

    def stage(uow: UnitOfWork) -> int:
        decision = Decision("operator", "import of may.jsonl", NOW)
        number = uow.imports.begin("may.jsonl", theirs=False, decision=decision)
        assert number is not None
        stage_rows(uow, number, rows, 0)
        uow.imports.release(number)
        return number

    number = write(database, stage)
    for _ in range(batches):
        write(database, lambda uow: publish_batch(uow, number))


def test_an_interrupted_import_is_finished_by_the_next_start(
    database: Database, file: Callable[..., File], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_run, "_STANDSTILL", 0.0)
    interrupted(database, file(*numbered(450)), 1)
    assert exported(database).count('"key": "n-') == 200
    steps: Steps = []
    ensure_starter(database, lambda *told: steps.append(told))
    assert steps == [("importing may.jsonl", done, 450) for done in (400, 450)]
    assert exported(database).count('"key": "n-') == 450
    ensure_starter(database, lambda *told: steps.append(told))
    assert len(steps) == 2


def test_an_import_that_another_process_is_busy_with_is_left_to_it(
    database: Database, file: Callable[..., File], monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted(database, file(*numbered(450)), 0)
    (waiting,) = read(database, lambda uow: uow.imports.unfinished())

    def meanwhile(_seconds: float) -> None:
        write(database, lambda uow: publish_batch(uow, waiting.id))

    monkeypatch.setattr("bot.engine.imports.run.time.sleep", meanwhile)
    steps: Steps = []
    finish_imports(database, lambda *told: steps.append(told))
    assert steps == []
    (left,) = read(database, lambda uow: uow.imports.unfinished())
    assert left.done == 200


def test_staging_that_was_abandoned_is_dropped_by_a_later_import(
    database: Database, file: Callable[..., File]
) -> None:
    old = Decision("operator", "import of old.jsonl", NOW - timedelta(hours=2))
    write(database, lambda uow: uow.imports.begin("old.jsonl", theirs=False, decision=old))
    file(row("a")).bring(database)
    assert not read(database, lambda uow: uow.imports.known("old.jsonl"))


def kept(rows: Sequence[Row | BadRow]) -> list[Row]:
    return [one for one in rows if isinstance(one, Row)]


def test_two_imports_of_the_same_rows_add_them_once(
    database: Database, file: Callable[..., File], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.engine.imports.run.time.sleep", lambda _seconds: None)
    files = file(*numbered(300)), file(*numbered(300), name="june.jsonl")
    works = [ImportRun.prepare(database, one.name, one.rows, theirs=False, step=quiet) for one in files]
    for work, one in zip(works, files, strict=True):
        assert {result.outcome for result in work.compare(kept(one.rows))} == {"added"}
    first, second = (work.publish(kept(one.rows), NOW) for work, one in zip(works, files, strict=True))
    assert {result.outcome for result in first} == {"added"}
    assert {result.outcome for result in second} == {"unchanged"}
    assert exported(database).count('"key": "n-') == 300


def test_each_decision_is_on_record(database: Database, file: Callable[..., File]) -> None:
    before = head(database)
    file(row("a")).bring(database)
    (revision,) = read(database, lambda uow: uow.revisions.since(before, 9))
    assert (revision.decision.by, revision.decision.why) == ("operator", "import of may.jsonl")
