"""The few statements that the two databases write differently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, Table


def insert_or_ignore(connection: Connection, table: Table) -> Any:
    """INSERT that leaves rows alone whose key or unique value is there."""
    return _insert(connection, table).on_conflict_do_nothing()


def insert_or_replace(connection: Connection, table: Table, where: ColumnElement[bool] | None = None) -> Any:
    """INSERT that renews the other columns of rows whose primary key is there, if `where` holds for them."""
    statement = _insert(connection, table)
    keys = list(table.primary_key.columns)
    renewed = {c.name: statement.excluded[c.name] for c in table.columns if c not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=renewed, where=where)


def add_to(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Add each row's `count` to the row of the same primary key, which is made where it is missing."""
    if not rows:
        return
    statement = _insert(connection, table)
    total = table.c.count + statement.excluded.count
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(table.primary_key.columns), set_={"count": total}
        ),
        rows,
    )


def _insert(connection: Connection, table: Table) -> Any:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(table)
