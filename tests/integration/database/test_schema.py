"""Tables and migrations: alike, and made once however many start at the same time."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

import storage
from bot.domain.catalogue.filters import Filter
from bot.domain.catalogue.states import STATES
from bot.errors import DatabaseError
from bot.ports.store import read, write
from storage.database import Database
from storage.engines import read_url
from storage.schema import VERSIONS
from tests.integration.drift import drift
from tests.integration.samples import DECISION, new

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL, Connection

    from tests.integration.postgres import Postgres

ROOT = Path(__file__).parents[3]


@pytest.fixture
def connection(schema_url: URL) -> Iterator[Connection]:
    """Straight to a migrated database."""
    engine = create_engine(schema_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_the_migrated_schema_is_the_one_in_the_code(connection: Connection) -> None:
    assert drift(connection) == []


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE recipes (id INTEGER)",
        "DROP TABLE leases",
        "DROP INDEX ix_sources_link_key",
        "ALTER TABLE homes ADD COLUMN colour TEXT",
        "ALTER TABLE homes RENAME COLUMN name TO called",
    ],
)
def test_a_difference_from_the_code_is_seen(connection: Connection, change: str) -> None:
    connection.execute(text(change))
    assert drift(connection)


def test_the_first_rows_are_there(connection: Connection) -> None:
    counters = connection.execute(text("SELECT state, last FROM code_counters"))
    assert {row.state: row.last for row in counters} == {state.code: 0 for state in STATES}
    assert connection.scalar(text("SELECT version_num FROM alembic_version")) == VERSIONS[-1]


def test_versions_are_the_line_of_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(storage.__file__).with_name("migrations")))
    scripts = list(ScriptDirectory.from_config(config).walk_revisions())
    assert [script.revision for script in reversed(scripts)] == list(VERSIONS)
    assert [script.down_revision for script in reversed(scripts)] == [None, *VERSIONS[:-1]]


def test_a_database_is_new_once(empty_url: URL) -> None:
    for new_here in (True, False, False):
        database = Database(empty_url)
        assert database.open() is new_here
        database.close()


def run(url: URL, *statements: str) -> None:
    """Statements behind our back."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def refusal(url: URL) -> str:
    """What opening says, on one line."""
    database = Database(url, patience=0.2)
    try:
        with pytest.raises(DatabaseError) as refused:
            database.open()
    finally:
        database.close()
    assert "\n" not in refused.value.message
    return refused.value.message


def test_a_database_of_a_newer_version_is_left_alone(schema_url: URL) -> None:
    run(schema_url, "UPDATE alembic_version SET version_num = '9999'")
    assert "made by a newer Fiftywire (schema 9999; this one knows up to" in refusal(schema_url)
    run(schema_url, "DELETE FROM alembic_version")
    assert "made by a newer Fiftywire (schema unknown;" in refusal(schema_url)


def test_somebody_elses_database_is_left_alone(empty_url: URL) -> None:
    run(empty_url, "CREATE TABLE recipes (id INTEGER)")
    assert "not empty and not Fiftywire's (it has a table “recipes”)" in refusal(empty_url)
    run(
        empty_url,
        "CREATE TABLE alembic_version (version_num VARCHAR(32))",
        "INSERT INTO alembic_version VALUES ('0001')",
    )
    # Others number their migrations too, perhaps as we do.
    assert "not empty and not Fiftywire's" in refusal(empty_url)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear all, " * 1000)
    assert refusal(read_url(f"sqlite:///{path}")).startswith("That file is not a Fiftywire database (")
    assert path.read_text() == "Dear all, " * 1000


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "fiftywire.db").mkdir()
    assert "cannot be opened" in refusal(read_url(f"sqlite:///{tmp_path}/fiftywire.db"))


def test_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "fiftywire.db"
    database = Database(read_url(f"sqlite:///{path}"))
    database.open()
    write(database, lambda uow: uow.publisher.add([new("IL") for _ in range(50)], DECISION))
    database.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    assert refusal(read_url(f"sqlite:///{path}")).startswith(
        "The database file is damaged. Restore a backup ("
    )


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "below" / "fiftywire.db"
    database = Database(read_url(f"sqlite:///{path}"))
    assert database.open()
    database.close()
    assert path.stat().st_size > 0
    empty = tmp_path / "empty.db"
    empty.touch()
    database = Database(read_url(f"sqlite:///{empty}"))
    assert database.open()
    database.close()


def test_sqlite_is_set_up_to_keep_what_it_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "fiftywire.db"
    database = Database(read_url(f"sqlite:///{path}"))
    database.open()
    with database._writer.connect() as writer, database._reader.connect() as reader:
        reader.exec_driver_sql("SELECT id FROM boards").all()  # only then it looks at the file
        asked = {
            name: [c.exec_driver_sql(f"PRAGMA {name}").scalar() for c in (writer, reader)]
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "query_only")
        }
    database.close()
    assert asked["journal_mode"] == ["wal", "wal"]
    assert asked["synchronous"][0] == 2
    assert asked["secure_delete"][0] == 1
    assert asked["foreign_keys"][0] == 1
    assert asked["query_only"] == [0, 1]
    # Closed in order, it is one file again, which can be copied.
    assert [file.name for file in tmp_path.iterdir()] == ["fiftywire.db"]
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    raw.close()


OPEN = """
import sys, time
from storage.database import Database
from storage.engines import read_url
database = Database(read_url(sys.argv[1]))
while time.time() < float(sys.argv[2]):
    pass
print(database.open())
database.close()
"""


def test_four_processes_open_the_same_new_database_at_once(empty_url: URL) -> None:
    address = empty_url.render_as_string(hide_password=False)
    start = str(time.time() + 2)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, address, start],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    told = [process.communicate(timeout=60) for process in running]
    assert [complaint for _, complaint in told] == [""] * 4
    assert sorted(answer.strip() for answer, _ in told) == ["False", "False", "False", "True"]
    database = Database(empty_url)
    assert database.open() is False
    assert read(database, lambda uow: uow.catalogue.count(Filter(("commons",)))) == 0
    database.close()


def test_whoever_comes_second_waits_for_the_firsts_migration(postgres: Postgres) -> None:
    url = postgres.create()
    database = Database(url, patience=0.1)
    # Closed in reverse order: the lock is let go before the thread that waits for it is waited for.
    with (
        ThreadPoolExecutor(1) as thread,
        psycopg.connect(url.set(drivername="postgresql").render_as_string(False)) as first,
    ):
        first.execute("SELECT pg_advisory_xact_lock(5050001)")
        second = thread.submit(database.open)
        with pytest.raises(TimeoutError):
            second.result(timeout=0.5)
        first.rollback()
        assert second.result(timeout=20) is True
    database.close()
    postgres.drop(url)
