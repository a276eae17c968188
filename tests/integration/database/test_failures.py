"""What goes wrong with a database ends in one plain sentence, with no password and no traceback in it."""

from __future__ import annotations

import re
import resource
import socket
import sqlite3
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import URL, event, text

from bot.domain.catalogue.filters import Filter
from bot.domain.catalogue.revisions import Change
from bot.engine.imports.run import ensure_starter
from bot.errors import DatabaseBusyError, DatabaseError
from bot.ports.store import read, write
from storage.database import Database
from storage.engines import read_url
from tests.integration.conftest import SQLITE
from tests.integration.samples import DECISION, RETRACTION, new
from tests.integration.users import apart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.catalogue.actions import Action
    from bot.ports import UnitOfWork
    from tests.integration.postgres import Postgres

SECRET = "s3cret-Pa55w0rd"
COMMONS = Filter(("commons",))

# Python 3.12 and later warn of a fork in a process with threads; these children only open a database.
forks = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")


def add_one(uow: UnitOfWork) -> None:
    """A small thing to write."""
    uow.publisher.add([new("IL")], DECISION)


def add_for_good(uow: UnitOfWork) -> None:
    """The same, committed."""
    add_one(uow)
    uow.commit()


def sentence(error: BaseException | None) -> str:
    """The message, which must be fit for people."""
    assert isinstance(error, DatabaseError)
    message = error.message
    assert re.fullmatch(r"[A-Z“][^\n]{10,300}\.", message), message
    assert SECRET not in message
    assert "Traceback" not in message
    assert "sqlalche" not in message.lower()
    return message


def opening(url: URL) -> str:
    """What opening says."""
    database = Database(url, patience=0.3)
    try:
        with pytest.raises(DatabaseError) as refused:
            database.open()
    finally:
        database.close()
    return sentence(refused.value)


# --- PostgreSQL that does not answer


def test_a_closed_port() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    said = opening(read_url(f"postgresql://u:{SECRET}@127.0.0.1:{port}/wire"))
    assert said.startswith("The database cannot be reached")
    assert f"127.0.0.1:{port}" in said


def test_an_unknown_host() -> None:
    said = opening(read_url(f"postgresql://u:{SECRET}@no-such-host.invalid/wire?password={SECRET}"))
    assert said.startswith("The database cannot be reached")
    assert "no-such-host.invalid" in said


@pytest.mark.timeout(60)
def test_a_host_that_takes_the_call_and_says_nothing() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        said = opening(read_url(f"postgresql://u:{SECRET}@127.0.0.1:{deaf.getsockname()[1]}/wire"))
    assert said.startswith("The database cannot be reached")


def test_a_wrong_password_and_a_missing_one(postgres: Postgres) -> None:
    postgres.sql(f"CREATE ROLE guarded LOGIN PASSWORD '{SECRET}'")
    postgres.require_password("guarded")
    url = postgres.create()
    guarded = url.set(username="guarded")
    wrong = opening(guarded.set(password=SECRET + "x"))
    assert wrong.startswith("The database refuses the user name or the password (")
    assert opening(guarded).startswith("The database asks for a password; the address has none (")
    right = Database(guarded.set(password=SECRET))
    # The rules hold: with the right one it gets in, and may then not make tables.
    with pytest.raises(DatabaseError) as refused:
        right.open()
    right.close()
    assert sentence(refused.value).startswith("The database does not let this user do that (")


def test_a_missing_database_and_user(postgres: Postgres) -> None:
    url = postgres.url("no_such_database").set(password=SECRET)
    assert opening(url).startswith("The database has no such database or user (")
    assert opening(url.set(username="nobody_at_all")).startswith(
        "The database has no such database or user ("
    )


def test_connections_that_the_server_cut_are_made_anew(postgres: Postgres) -> None:
    url = postgres.create()
    database = Database(url)
    try:
        database.open()
        write(database, add_one)
        assert read(database, lambda uow: uow.catalogue.count(COMMONS)) == 1
        postgres.cut_off(url)
        assert read(database, lambda uow: uow.catalogue.count(COMMONS)) == 1
        write(database, add_one)

        def cut(uow: UnitOfWork) -> None:
            add_one(uow)
            postgres.cut_off(url)

        with pytest.raises(DatabaseError) as refused:
            write(database, cut)
        sentence(refused.value)
        assert read(database, lambda uow: uow.revisions.head()) == 2
    finally:
        database.close()
        postgres.drop(url)


# --- SQLite where nothing can be written


def test_a_path_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("Dear all")
    said = opening(read_url(f"sqlite:///{tmp_path}/letter/fiftywire.db"))
    assert said.startswith("The folder of the database cannot be used: ")


def test_a_folder_that_the_system_keeps_to_itself() -> None:
    # Not even root makes folders there.
    said = opening(read_url("sqlite:////proc/fiftywire/fiftywire.db"))
    assert said.startswith("The folder of the database cannot be used: ")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every user reaches, which pytest's own are not."""
    with TemporaryDirectory(prefix="fiftywire-") as name:
        Path(name).chmod(0o755)
        below = Path(name) / "data"
        below.mkdir()
        yield below
        below.chmod(0o755)


def shut(folder: Path) -> None:
    """Everybody may look into `folder`, and nobody but root change anything."""
    for file in folder.iterdir():
        file.chmod(0o444)
    folder.chmod(0o555)


def said_by(database: Database, work: Any, *, writes: bool) -> str:
    """The message of a failure, or nothing."""
    try:
        database.open()
        future = database.submit(work, writes=writes)
        return sentence(error) if (error := future.exception()) else ""
    except DatabaseError as error:
        return sentence(error)
    finally:
        database.close()


@forks
def test_a_read_only_folder_with_nothing_in_it(folder: Path) -> None:
    shut(folder)
    url = read_url(f"sqlite:///{folder}/fiftywire.db")
    said = apart(lambda: said_by(Database(url), add_one, writes=True))
    assert said.startswith("The database file cannot be opened: its folder may not be used (")
    url = read_url(f"sqlite:///{folder}/new/fiftywire.db")
    said = apart(lambda: said_by(Database(url), add_one, writes=True))
    assert said.startswith("The folder of the database cannot be used: Permission denied (")


@forks
def test_a_read_only_folder_with_a_database_in_it(folder: Path) -> None:
    url = read_url(f"sqlite:///{folder}/fiftywire.db")
    database = Database(url)
    database.open()
    database.close()
    shut(folder)
    for writes in (False, True):
        said = apart(lambda writes=writes: said_by(Database(url), add_one, writes=writes))  # type: ignore[misc]
        assert said.startswith("The database "), said


@forks
def test_a_read_only_file(folder: Path) -> None:
    url = read_url(f"sqlite:///{folder}/fiftywire.db")
    database = Database(url)
    database.open()
    database.close()
    shut(folder)
    folder.chmod(0o777)
    assert apart(lambda: said_by(Database(url), lambda uow: uow.catalogue.count(COMMONS), writes=False)) == ""
    said = apart(lambda: said_by(Database(url), add_one, writes=True))
    assert said == "The database cannot be written: the file or its folder is read-only."


@forks
def test_a_full_disk_loses_nothing_that_was_acknowledged(folder: Path) -> None:
    folder.chmod(0o777)
    url = read_url(f"sqlite:///{folder}/fiftywire.db")

    def fill() -> tuple[int, str]:
        database, written = Database(url), 0
        database.open()
        # No file may grow beyond this, as on a disk that is full.
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
        try:
            while written < 1000:
                write(database, lambda uow: uow.publisher.add([new("IL") for _ in range(20)], DECISION))
                written += 20
        except DatabaseError as error:
            return written, sentence(error)
        finally:
            database.close()
        return written, ""

    written, said = apart(fill)
    assert 0 < written < 1000
    assert said in (
        "The disk is full; nothing more can be written.",
        "The disk cannot be read or written.",
    )
    database = Database(url)
    database.open()
    assert read(database, lambda uow: uow.revisions.head()) == written
    assert read(database, lambda uow: uow.catalogue.count(COMMONS)) == written
    database.close()


# --- another program holds a lock


class Holder:
    """Another program with an open transaction that writes."""

    def __init__(self, url: URL) -> None:
        if url.drivername == SQLITE:
            self._connection: Any = sqlite3.connect(
                str(url.database), isolation_level=None, check_same_thread=False
            )
        else:
            self._connection = psycopg.connect(url.set(drivername="postgresql").render_as_string(False))
        self._begin = "BEGIN IMMEDIATE" if url.drivername == SQLITE else "SELECT 1"

    def hold(self) -> None:
        """Take what every published change needs."""
        self._connection.execute(self._begin)
        self._connection.execute("UPDATE revision_head SET number = number")

    def let_go(self) -> None:
        """End the transaction."""
        self._connection.rollback()

    def close(self) -> None:
        """Go away."""
        self._connection.close()


@pytest.fixture
def holder(schema_url: URL) -> Iterator[Holder]:
    """Another program on the test's database."""
    holder = Holder(schema_url)
    yield holder
    holder.close()


@pytest.fixture
def impatient(schema_url: URL) -> Iterator[Database]:
    """A database whose patience is short."""
    database = Database(schema_url, patience=0.5)
    database.open()
    yield database
    database.close()


def test_a_write_gives_up_with_a_sentence(impatient: Database, holder: Holder) -> None:
    holder.hold()
    with pytest.raises(DatabaseBusyError) as refused:
        write(impatient, add_one)
    assert sentence(refused.value) == "The database is busy. Please try again in a moment."
    holder.let_go()
    write(impatient, add_one)
    assert read(impatient, lambda uow: uow.revisions.head()) == 1


def test_looking_up_goes_on_and_so_does_starting(
    impatient: Database, holder: Holder, schema_url: URL
) -> None:
    write(impatient, add_one)
    holder.hold()
    assert read(impatient, lambda uow: uow.catalogue.count(COMMONS)) == 1
    # A whole new start asks nothing that waits for the writer.
    second = Database(schema_url, patience=0.5)
    assert second.open() is False
    assert len(read(second, lambda uow: uow.catalogue.page(COMMONS, limit=5))) == 1
    second.close()


def test_a_start_with_the_starter_there_waits_for_no_writer(starter_url: URL) -> None:
    holder = Holder(starter_url)
    holder.hold()
    database = Database(starter_url, patience=0.5)
    database.open()
    ensure_starter(database, lambda *_: None)
    assert read(database, lambda uow: uow.catalogue.count(COMMONS)) == 267
    database.close()
    holder.close()


def test_a_write_waits_and_then_succeeds(database: Database, holder: Holder) -> None:
    holder.hold()
    waiting = database.submit(add_for_good, writes=True)
    with pytest.raises(TimeoutError):
        waiting.result(timeout=0.3)
    holder.let_go()
    waiting.result(timeout=8)
    assert read(database, lambda uow: uow.revisions.head()) == 1


def test_the_last_in_a_long_line_does_not_wait_for_everyones_patience(
    schema_url: URL, holder: Holder
) -> None:
    database = Database(schema_url, patience=0.5)
    database.open()
    holder.hold()
    attempts: list[object] = []
    event.listen(database._writer, "begin", attempts.append, insert=True)
    line: list[Future[None]] = [database.submit(add_one, writes=True) for _ in range(10)]
    assert all(isinstance(future.exception(), DatabaseBusyError) for future in line)
    assert len(attempts) < 30, "the first tries until its patience is over, and whoever is late by then once"
    holder.let_go()
    database.close()


def test_work_is_run_again_when_it_was_busy_but_not_once_it_committed(
    impatient: Database, holder: Holder
) -> None:
    attempts = []

    def work(uow: UnitOfWork) -> None:
        attempts.append(1)
        add_one(uow)
        uow.commit()
        holder.hold()
        add_one(uow)  # in a second transaction, for which nobody makes room

    with pytest.raises(DatabaseBusyError):
        impatient.submit(work, writes=True).result()
    assert len(attempts) == 1
    holder.let_go()
    assert read(impatient, lambda uow: uow.revisions.head()) == 1


def test_two_that_wait_for_each_other_both_get_through(postgres: Postgres) -> None:
    """PostgreSQL breaks a deadlock by refusing one of the two, which is then run again."""
    url = postgres.create()
    database = Database(url)
    database.open()
    one, other = write(database, lambda uow: uow.publisher.add([new("IL"), new("TX")], DECISION))
    both = Barrier(2)
    attempts: list[str] = []

    def work(uow: UnitOfWork, first: Action, second: Action) -> None:
        uow.publisher.lock([first.code])
        attempts.append(first.key)
        if attempts.count(first.key) == 1:
            both.wait(timeout=10)
        action = uow.publisher.lock([second.code])[second.code]
        uow.publisher.change([(replace(action, retraction=RETRACTION), Change.RETRACTED)], DECISION)
        uow.commit()

    crossed = [
        database.submit(lambda uow: work(uow, one, other), writes=True),
        database.submit(lambda uow: work(uow, other, one), writes=True),
    ]
    for future in crossed:
        future.result(timeout=30)
    assert len(attempts) == 3
    assert read(database, lambda uow: uow.revisions.head()) == 4
    database.close()
    postgres.drop(url)


# --- ends, and the log


def test_a_closed_database_says_so_and_can_be_closed_twice(database: Database) -> None:
    database.close()
    with pytest.raises(DatabaseError) as refused:
        read(database, lambda uow: uow.revisions.head())
    assert "stopping" in sentence(refused.value)


def test_what_waits_in_line_is_dropped_at_the_end_and_what_runs_is_finished(schema_url: URL) -> None:
    database = Database(schema_url)
    database.open()
    running: Future[int] = Future()

    def first(uow: UnitOfWork) -> None:
        add_one(uow)
        running.set_result(1)
        uow.commit()

    done = database.submit(first, writes=True)
    line = [database.submit(add_for_good, writes=True) for _ in range(20)]
    running.result(timeout=10)
    database.close()
    done.result(timeout=0)
    assert all(future.done() for future in line)
    committed = 1 + sum(not future.cancelled() for future in line)
    again = Database(schema_url)
    again.open()
    assert read(again, lambda uow: uow.revisions.head()) == committed
    again.close()


def test_what_nobody_foresaw_is_logged_without_what_people_wrote(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    words, key = "Opens the Lighthouse of Whispers", "-".join(("a", "taken", "key"))
    write(database, lambda uow: uow.publisher.add([new("IL", key=key, title=words)], DECISION))
    with pytest.raises(DatabaseError) as refused:
        write(database, lambda uow: uow.publisher.add([new("TX", key=key, title=words)], DECISION))
    assert "the log has more" in sentence(refused.value)
    assert "actions.key" in caplog.text.replace("uq_actions_key", "actions.key")
    assert "publisher.py" in caplog.text
    assert words not in caplog.text
    assert key not in caplog.text
    assert words not in str(refused.value.__cause__)


def test_a_query_that_takes_too_long_is_ended(postgres: Postgres) -> None:
    """No look-up keeps a connection for ever."""
    url = postgres.create()
    database = Database(url, patience=0.1)
    database.open()
    with database._reader.connect() as connection:
        assert connection.scalar(text("SHOW statement_timeout")) == "5s"
        assert connection.scalar(text("SHOW transaction_isolation")) == "repeatable read"
        assert connection.scalar(text("SHOW timezone")) == "UTC"
        connection.execute(text("SET LOCAL statement_timeout = 50"))
        with pytest.raises(Exception, match="statement timeout"):
            connection.execute(text("SELECT pg_sleep(5)"))
    with database._writer.connect() as connection:
        assert connection.scalar(text("SHOW lock_timeout")) == "20ms"
        assert connection.scalar(text("SHOW statement_timeout")) == "5s"
    database.close()
    postgres.drop(url)
