"""Long button tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from storage.dialects import insert_or_ignore
from storage.process.tables import stored_tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection


class SqlTokens:
    """Implements `bot.ports.Tokens`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def store(self, bodies: Mapping[str, str], community: int | None) -> None:
        rows = [{"community_id": community or 0, "digest": d, "body": b} for d, b in bodies.items()]
        self._connection.execute(insert_or_ignore(self._connection, stored_tokens), rows)

    def load(self, digest: str, community: int | None) -> str | None:
        return self._connection.scalar(
            select(stored_tokens.c.body).where(
                stored_tokens.c.community_id == (community or 0), stored_tokens.c.digest == digest
            )
        )
