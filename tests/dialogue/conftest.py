"""The starter catalogue, loaded once a session and copied for whoever writes."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.engine.imports.run import ensure_starter
from storage.database import Database
from storage.engines import read_url
from tests.dialogue.reviewing import AWAY, file, later, member, moderator, settle, store_of
from tests.dialogue.talk import Talk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def opened(path: Path) -> Database:
    """The database in a file, ready."""
    database = Database(read_url(f"sqlite:///{path}"))
    database.open()
    return database


@pytest.fixture(scope="session")
def starter_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that nobody may write to any more."""
    path = tmp_path_factory.mktemp("dialogue") / "starter.db"
    database = opened(path)
    ensure_starter(database, lambda *_: None)
    database.close()
    return path


@pytest.fixture(scope="session")
def ana(starter_file: Path) -> Iterator[Talk]:
    """A member at the terminal. Long tokens may be stored; nothing else may be written."""
    copy = starter_file.with_name("shared.db")
    shutil.copyfile(starter_file, copy)
    database = opened(copy)
    yield Talk.over(database)
    database.close()


@pytest.fixture
def restart(starter_file: Path, tmp_path: Path) -> Iterator[Callable[[], Talk]]:
    """Open this test's own database anew, as a new process would; all that was in memory is gone."""
    path = tmp_path / "own.db"
    shutil.copyfile(starter_file, path)
    databases: list[Database] = []

    def start() -> Talk:
        while databases:
            databases.pop().close()
        databases.append(opened(path))
        return Talk.over(databases[0])

    yield start
    while databases:
        databases.pop().close()


@pytest.fixture(scope="session")
def reported_file(starter_file: Path) -> Path:
    """The same with reports R-1 to R-12 that Ana sent at the terminal, and R-13 that she sent in a server.

    R-12 is about Wyoming.
    """
    path = starter_file.with_name("reported.db")
    shutil.copyfile(starter_file, path)
    database = opened(path)
    talk = Talk.over(database)
    states = ("IL", "TX", "OH", "CA", "NY", "WA", "OR", "NV", "UT", "ID", "MT", "WY")
    for number, state in enumerate(states):
        link = f"https://example.org/{number + 1}"
        file(later(member(talk, "ana"), timedelta(hours=2 * number - 26)), about=state, link=link)
    file(later(member(settle(talk, AWAY), "ana"), timedelta(hours=-1)))
    database.close()
    return path


@pytest.fixture
def reported(reported_file: Path, tmp_path: Path) -> Iterator[Callable[[], Talk]]:
    """Ana at the terminal, each time with a new database of her own in which she sent reports."""
    databases: list[Database] = []

    def start() -> Talk:
        path = tmp_path / f"reported-{len(databases)}.db"
        shutil.copyfile(reported_file, path)
        databases.append(opened(path))
        return Talk.over(databases[-1])

    yield start
    for database in databases:
        database.close()


@pytest.fixture
def fork(tmp_path: Path) -> Iterator[Callable[[Talk], Talk]]:
    """The same person in a copy of their database as it is at that moment."""
    databases: list[Database] = []

    def copied(talk: Talk) -> Talk:
        path = tmp_path / f"fork-{len(databases)}.db"
        store = store_of(talk)
        assert isinstance(store, Database)
        file = str(store.url.database)
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)
        databases.append(Database(read_url(f"sqlite:///{path}")))
        return replace(talk, dispatcher=Talk.over(databases[-1]).dispatcher)

    yield copied
    for database in databases:
        database.close()


@pytest.fixture
def own(restart: Callable[[], Talk]) -> Talk:
    """A member at the terminal with a database that this test may change."""
    return restart()


@pytest.fixture
def zeb(own: Talk) -> Talk:
    """A moderator."""
    return moderator(own, "zebulon")


@pytest.fixture
def yan(own: Talk) -> Talk:
    """Another."""
    return moderator(own, "yan")
