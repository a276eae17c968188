"""Column types that behave the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import DateTime, String, TypeDecorator
from sqlalchemy.dialects import postgresql

if TYPE_CHECKING:
    from sqlalchemy import Dialect

HIGHEST = 2**31 - 1
"""The last number that an id can be. PostgreSQL refuses a higher one, even to look for it."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, UTC at rest; refuses naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; SQLite keeps no zone, so it is taken off there."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone reached the database")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Back with its zone."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def plain_text(length: int | None = None) -> String:
    """Text that compares byte by byte, as SQLite's does; PostgreSQL's collation depends on the server."""
    return String(length).with_variant(postgresql.VARCHAR(length, collation="C"), "postgresql")
