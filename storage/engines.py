"""Engines for both databases: what every connection is told before its first statement."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import ConfigurationError
from storage.turns import begin_writing

if TYPE_CHECKING:
    import sqlite3

    from sqlalchemy import Connection, Engine

READERS = 4
"""Connections, and threads, that only read. They share one interpreter with those that write: with 8 under
full load look-ups got no faster, and writes, which hold locks, took twice as long."""
WRITERS = {"sqlite": 1, "postgresql": 4}
"""SQLite knows one writer at a time; ours stand in line for the one connection."""
POSTGRES_SETTINGS = "SET statement_timeout = '5s'; SET timezone = 'UTC'"
POSTGRES_CONNECT = 3
"""Seconds."""
# A server that vanished from the network is noticed within seconds, not after the kernel's two hours.
_ALIVE = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}


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
        # With two strokes less the folder reads as a host, and the file would land who knows where.
        elsewhere = url.host or url.username or url.password or url.port
        if elsewhere or not url.database or url.database == ":memory:" or url.database.startswith("file:"):
            raise ConfigurationError(
                "FIFTYWIRE_DATABASE_URL names no file. Write sqlite:////folder/fiftywire.db (four strokes)."
            )
        if any(ord(letter) < 32 for letter in url.database):
            raise ConfigurationError("FIFTYWIRE_DATABASE_URL names a file with a control character in it.")
        if url.query:
            raise ConfigurationError(
                "FIFTYWIRE_DATABASE_URL: a file's address ends with its name; take off the “?…”."
            )
        return url.set(drivername="sqlite")
    raise ConfigurationError(
        f"FIFTYWIRE_DATABASE_URL asks for “{url.drivername[:40]}”. Fiftywire keeps its catalogue in sqlite "
        "or in postgresql+psycopg."
    )


def writer_engine(url: URL, wait: float) -> Engine:
    """The engine for transactions that write; each tries for `wait` seconds to get a lock."""
    if url.drivername == "sqlite":
        return _sqlite(url, wait, writes=True)
    return _postgres(url, wait, WRITERS["postgresql"])


def reader_engine(url: URL, wait: float) -> Engine:
    """The engine for transactions that only read: each sees one moment of the database."""
    if url.drivername == "sqlite":
        return _sqlite(url, wait, writes=False)
    engine = _postgres(url, wait, READERS)
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _sqlite(url: URL, wait: float, *, writes: bool) -> Engine:
    assert url.database is not None
    size = WRITERS["sqlite"] if writes else READERS
    file = Path(url.database).expanduser()
    engine = create_engine(
        url.set(database=str(file)),
        pool_size=size,
        max_overflow=0,
        hide_parameters=True,  # what people wrote stays out of the log
        connect_args={"timeout": 0 if writes else wait, "check_same_thread": False},
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
        if writes:
            begin_writing(connection, file.parent, wait)
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def _postgres(url: URL, wait: float, size: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": POSTGRES_CONNECT, "prepare_threshold": None, **_ALIVE},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        # Not as a connection option, which poolers between us and the server refuse.
        connection.autocommit = True
        connection.execute(f"{POSTGRES_SETTINGS}; SET lock_timeout = '{max(1, round(wait * 1000))}ms'")
        connection.autocommit = False

    return engine
