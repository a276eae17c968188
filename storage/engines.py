"""Engines for both databases: what every connection is told before its first statement."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import ConfigurationError

if TYPE_CHECKING:
    import sqlite3

    from sqlalchemy import Connection, Engine

READERS = 8
"""Connections, and threads, that only read."""
WRITERS = {"sqlite": 1, "postgresql": 4}
"""SQLite knows one writer at a time; ours stand in line for the one connection."""
SQLITE_WAIT = 8.0
"""Seconds that one process waits for another's transaction."""
POSTGRES_SETTINGS = "SET statement_timeout = '5s'; SET lock_timeout = '2s'; SET timezone = 'UTC'"
POSTGRES_CONNECT = 3
"""Seconds."""


def read_url(text: str) -> URL:
    """The database address, or ConfigurationError with a sentence. Never repeats the password."""
    try:
        url = make_url(text.strip())
    except (ArgumentError, ValueError):
        raise ConfigurationError(
            "FIFTYWIRE_DATABASE_URL is not a database address. Write sqlite:////folder/fiftywire.db "
            "or postgresql+psycopg://user:password@host/database, or leave it out."
        ) from None
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in ("sqlite", "sqlite+pysqlite"):
        if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
            raise ConfigurationError(
                "FIFTYWIRE_DATABASE_URL names no file. Write sqlite:////folder/fiftywire.db (four strokes)."
            )
        return url.set(drivername="sqlite", query={})
    raise ConfigurationError(
        f"FIFTYWIRE_DATABASE_URL asks for “{url.drivername[:40]}”. Fiftywire keeps its catalogue in sqlite "
        "or in postgresql+psycopg."
    )


def writer_engine(url: URL) -> Engine:
    """The engine for transactions that write."""
    return _sqlite(url, writes=True) if url.drivername == "sqlite" else _postgres(url, WRITERS["postgresql"])


def reader_engine(url: URL) -> Engine:
    """The engine for transactions that only read: each sees one moment of the database."""
    if url.drivername == "sqlite":
        return _sqlite(url, writes=False)
    engine = _postgres(url, READERS)
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _sqlite(url: URL, *, writes: bool) -> Engine:
    assert url.database is not None
    size = WRITERS["sqlite"] if writes else READERS
    engine = create_engine(
        url.set(database=str(Path(url.database).expanduser())),
        pool_size=size,
        max_overflow=0,
        connect_args={"timeout": SQLITE_WAIT, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _: Any) -> None:
        # Python's own BEGIN comes too late (not before SELECT and DDL); ours is below.
        connection.isolation_level = None
        if writes:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA foreign_keys = ON")
        else:
            connection.execute("PRAGMA query_only = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A deferred transaction that turns into a writing one fails at once when another wrote meanwhile.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgres(url: URL, size: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={"connect_timeout": POSTGRES_CONNECT, "prepare_threshold": None},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        # Not as a connection option, which poolers between us and the server refuse.
        connection.autocommit = True
        connection.execute(POSTGRES_SETTINGS)
        connection.autocommit = False

    return engine
