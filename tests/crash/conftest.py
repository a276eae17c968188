"""The databases of the integration tests."""

from __future__ import annotations

from tests.integration.conftest import (
    database,
    databases,
    empty_url,
    kind,
    postgres,
    schema_url,
    session_databases,
    starter_url,
)

__all__ = [
    "database", "databases", "empty_url", "kind", "postgres", "schema_url", "session_databases", "starter_url"
]  # fmt: skip
