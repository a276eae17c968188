"""The databases of the integration tests."""

from __future__ import annotations

from tests.integration.conftest import (
    databases,
    empty_url,
    kind,
    postgres,
    session_databases,
    starter_url,
)

__all__ = ["databases", "empty_url", "kind", "postgres", "session_databases", "starter_url"]
