"""How a database differs from the tables in the code; whether new or migrated, it must not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from storage.tables import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection

_NOT_BYTE_BY_BYTE = (
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
    "AND data_type = 'character varying' AND collation_name IS DISTINCT FROM 'C' "
    "AND table_name <> 'alembic_version'"
)


def drift(connection: Connection) -> list[Any]:
    """Every difference; nothing when all is as it should be."""
    return [*_tables(connection), *_keys(connection), *_collations(connection)]


def _tables(connection: Connection) -> list[Any]:
    options = {"include_name": _not_search, "compare_type": True, "compare_server_default": True}
    found = inspect(connection).get_table_names()
    there = {name for name in found if not name.startswith("action_words")}
    return [
        *compare_metadata(MigrationContext.configure(connection, opts=options), metadata),
        *(there ^ (set(metadata.tables) | {"alembic_version"})),
    ]


def _keys(connection: Connection) -> list[Any]:
    """What Alembic does not compare: primary keys, names of constraints, what may be null everywhere."""
    found, differences = inspect(connection), list[Any]()
    there = set(found.get_table_names())
    for table in (table for table in metadata.tables.values() if table.name in there):
        primary = found.get_pk_constraint(table.name)
        nullable = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
        names = {key["name"] for key in found.get_foreign_keys(table.name)}
        # SQLite takes no name for a key whose numbers it never gives twice.
        counted = connection.dialect.name == "sqlite" and table.dialect_options["sqlite"]["autoincrement"]
        compared = [
            (primary["constrained_columns"], [column.name for column in table.primary_key.columns]),
            (primary["name"], None if counted else f"pk_{table.name}"),
            (nullable, {column.name: column.nullable for column in table.columns}),
            (names, {str(key.name) for key in table.foreign_key_constraints}),
        ]
        differences += [(table.name, is_, should) for is_, should in compared if is_ != should]
    return differences


def _collations(connection: Connection) -> list[Any]:
    """Text that would be sorted as the server's language has it, not byte by byte."""
    if connection.dialect.name == "sqlite":
        return [] if not connection.scalar(text("SELECT 'a' < 'B'")) else ["SQLite's collation"]
    return list(connection.execute(text(_NOT_BYTE_BY_BYTE)))


def _not_search(name: str | None, kind: str, _: object) -> bool:
    """The search index is made by hand, on SQLite with tables of its own behind it."""
    return kind != "table" or not str(name).startswith("action_words")
