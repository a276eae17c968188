"""Bringing a database to the newest schema at start, under a lock: any number of processes may start."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from bot.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

VERSIONS = ("0001", "0002", "0003", "0004")
"""Every schema there ever was, oldest first; a test holds it equal to the migrations."""

_OURS = "revision_head"
"""A table that every Fiftywire database has, and hardly anything else."""
_LOCK = 5_050_001
"""PostgreSQL's advisory lock for migrations; any number that is ours."""


def is_current(engine: Engine) -> bool:
    """Whether the schema is the newest, found out without any lock: a look-up waits for no writer."""
    with engine.connect() as connection:
        return _version(connection) == VERSIONS[-1] and inspect(connection).has_table(_OURS)


def prepare(engine: Engine) -> bool:
    """Migrate where needed; True when the tables are new. Raises DatabaseError for a foreign database."""
    with engine.connect() as connection, _unchecked(connection):
        if connection.dialect.name == "postgresql":
            # Whoever comes second waits for the first one's migration, however long it takes.
            connection.execute(text("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        found = _version(connection)
        tables = inspect(connection).get_table_names()
        if tables and _OURS not in tables:  # others use Alembic too, so its table says nothing
            raise DatabaseError(
                f"This database is not empty and not Fiftywire's (it has a table “{tables[0][:40]}”). "
                "Give Fiftywire a database of its own."
            )
        if found == VERSIONS[-1]:
            return False
        if tables and found not in VERSIONS:
            raise DatabaseError(
                f"This database was made by a newer Fiftywire (schema {(found or 'unknown')[:40]}; this one "
                f"knows up to {VERSIONS[-1]}). Install that version, or restore a backup from before it."
            )
        upgrade(connection, VERSIONS[-1])
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite and connection.execute(text("PRAGMA foreign_key_check")).first():
            raise DatabaseError("The new schema would have lost something; the database is as it was.")
        connection.commit()
        return found is None


@contextmanager
def _unchecked(connection: Connection) -> Iterator[None]:
    """Have SQLite leave foreign keys alone, which it does only from before a transaction begins.

    With them, dropping a table that is built anew deletes its rows one by one, and looks for what refers to
    each (SQLite: ALTER TABLE, Making Other Kinds Of Table Schema Changes).
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    database = connection.connection.driver_connection
    assert database is not None
    database.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        connection.rollback()
        database.execute("PRAGMA foreign_keys = ON")


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def upgrade(connection: Connection, to: str) -> None:
    """Run the migrations up to a version, in the transaction that is open."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
