"""Databases of released versions: their own migrations, and rows put into them by SQL."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData, insert, inspect, select, text

from storage import schema
from storage.database import Database
from storage.engines import writer_engine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL, Connection

Row = tuple[Any, ...]

_SEARCH = {"sqlite": ("rowid", "words"), "postgresql": ("action_id", "words")}


@contextmanager
def straight_to(url: URL) -> Iterator[Connection]:
    """A transaction behind the back of everyone, kept if nothing fails."""
    engine = writer_engine(url, 2)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def make(url: URL, version: str) -> None:
    """The tables of a version, and the rows that it makes itself."""
    with straight_to(url) as connection:
        schema.upgrade(connection, version)


def migrated(url: URL) -> Database:
    """The database in the newest schema, open."""
    database = Database(url)
    assert database.open() is False, "these tables are not new"
    return database


def schema_of(url: URL) -> MetaData:
    """The tables of a database as they are now."""
    with straight_to(url) as connection:
        return tables(connection)


def tables(connection: Connection) -> MetaData:
    """The tables as they are there, the search index apart."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: not name.startswith(("action_words", "alembic_version")))
    return found


def copy(old: URL, new: URL) -> None:
    """All rows of a database into one of an earlier version, as far as that has places for them."""
    with straight_to(old) as source, straight_to(new) as target:
        there = tables(source).tables
        into = tables(target).sorted_tables
        for table in reversed(into):
            target.execute(table.delete())
        for table in into:
            known = there[table.name].c  # what a later version took away was empty there
            rows = source.execute(select(*(known[c.name] for c in table.columns if c.name in known))).all()
            if rows:
                target.execute(insert(table), [dict(row._mapping) for row in rows])
        key, words = _SEARCH[target.dialect.name]
        for row in source.execute(
            text(f"SELECT {key} AS id, CAST({words} AS TEXT) AS words FROM action_words")
        ):
            cast = ":words" if target.dialect.name == "sqlite" else "CAST(:words AS tsvector)"
            statement = f"INSERT INTO action_words ({key}, {words}) VALUES (:id, {cast})"
            target.execute(text(statement), dict(row._mapping))


def contents(url: URL, only: MetaData | None = None) -> dict[str, set[Row]]:
    """Every row of every table, or of the tables and columns of `only`."""
    with straight_to(url) as connection:
        return {
            name: set(map(_comparable, connection.execute(select(table))))
            for name, table in (only or tables(connection)).tables.items()
        }


def words(url: URL) -> list[Row]:
    """The search index."""
    with straight_to(url) as connection:
        key, found = _SEARCH[connection.dialect.name]
        rows = connection.execute(text(f"SELECT {key}, CAST({found} AS TEXT) FROM action_words ORDER BY 1"))
        return [tuple(row) for row in rows]


def version(url: URL) -> str:
    """Which schema it says it has."""
    with straight_to(url) as connection:
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def broken_references(url: URL) -> list[Row]:
    """Rows that refer to nothing; PostgreSQL never lets one in."""
    with straight_to(url) as connection:
        if connection.dialect.name != "sqlite":
            return []
        return [tuple(row) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]


def shape(url: URL) -> dict[str, Any]:
    """Columns, keys and indexes of every table, as the database itself tells them."""
    with straight_to(url) as connection:
        found = inspect(connection)
        return {
            name: [
                [{**column, "type": str(column["type"])} for column in found.get_columns(name)],
                found.get_pk_constraint(name),
                sorted(found.get_foreign_keys(name), key=str),
                sorted(found.get_unique_constraints(name), key=str),
                sorted(found.get_check_constraints(name), key=str),
                sorted(found.get_indexes(name), key=str),
            ]
            for name in sorted(found.get_table_names())
        }


def _comparable(row: Any) -> Row:
    return tuple(str(value) if isinstance(value, dict | list) else value for value in row)
