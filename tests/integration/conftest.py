"""Databases to test on: real files, and a real server a session, each test with a database of its own."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from bot.engine.imports.run import ensure_starter
from storage.database import Database
from storage.engines import read_url
from tests.integration.postgres import Postgres, running_postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import URL

SQLITE, POSTGRESQL = "sqlite", "postgresql"


class Databases:
    """Makes databases of one kind; `like` is one to copy, which nobody may be connected to."""

    def __init__(self, kind: str, folder: Path, postgres: Callable[[], Postgres]) -> None:
        self.kind = kind
        self._folder = folder
        self._postgres = postgres
        self._made: list[URL] = []
        self._models: dict[str, URL] = {}

    def make(self, like: URL | None = None) -> URL:
        """A new database, empty or like another."""
        if self.kind == POSTGRESQL:
            url = self._postgres().create((like.database if like else None) or "template0")
        else:
            path = self._folder / f"{len(self._made)}.db"
            if like:
                shutil.copyfile(str(like.database), path)
            url = read_url(f"sqlite:///{path}")
        self._made.append(url)
        return url

    def model(self, name: str) -> URL:
        """A database to copy: `schema` has the tables alone, `starter` the starter catalogue too."""
        if name not in self._models:
            url = self.make()
            database = Database(url)
            database.open()
            if name == "starter":
                ensure_starter(database, lambda *_: None)
            database.close()
            self._models[name] = url
        return self._models[name]

    def drop_since(self, mark: int) -> None:
        """Take away what was made after the first `mark` databases, models apart."""
        kept = set(self._models.values())
        for url in self._made[mark:]:
            if self.kind == POSTGRESQL and url not in kept:
                self._postgres().drop(url)

    @property
    def mark(self) -> int:
        """How many were made."""
        return len(self._made)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running server."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session", params=[SQLITE, POSTGRESQL])
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database; whatever asks for one runs on both."""
    return str(request.param)


@pytest.fixture(scope="session")
def session_databases(
    kind: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Databases:
    """Databases of that kind, the models of this session among them."""
    # The server starts only where something needs it.
    return Databases(kind, tmp_path_factory.mktemp(kind), lambda: request.getfixturevalue("postgres"))


@pytest.fixture
def databases(session_databases: Databases) -> Iterator[Databases]:
    """Databases of that kind, gone after the test."""
    mark = session_databases.mark
    yield session_databases
    session_databases.drop_since(mark)


@pytest.fixture
def empty_url(databases: Databases) -> URL:
    """The address of a database in which nothing is."""
    return databases.make()


@pytest.fixture
def schema_url(databases: Databases) -> URL:
    """The address of a database with all tables and no action."""
    return databases.make(like=databases.model("schema"))


@pytest.fixture
def starter_url(databases: Databases) -> URL:
    """The address of a database with the starter catalogue."""
    return databases.make(like=databases.model("starter"))


@pytest.fixture
def database(schema_url: URL) -> Iterator[Database]:
    """An open database without any action."""
    yield from opened(schema_url)


@pytest.fixture
def starter(starter_url: URL) -> Iterator[Database]:
    """An open database with the starter catalogue."""
    yield from opened(starter_url)


@pytest.fixture(scope="session")
def shared_starter(session_databases: Databases) -> Iterator[Database]:
    """The starter catalogue for tests that only read."""
    yield from opened(session_databases.make(like=session_databases.model("starter")))


def opened(url: URL) -> Iterator[Database]:
    """An open database, closed in the end."""
    database = Database(url)
    try:
        database.open()
        yield database
    finally:
        database.close()
