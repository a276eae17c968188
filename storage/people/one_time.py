"""One-time codes, as hashes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete

from storage.dialects import insert_or_replace
from storage.people.tables import one_time_codes

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.domain.community.codes import CodePurpose


class SqlCodes:
    """Implements `bot.ports.Codes`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def issue(self, digest: str, purpose: CodePurpose, subject: int, until: datetime) -> None:
        row = {"digest": digest, "purpose": purpose, "subject": subject, "until": until}
        self._connection.execute(insert_or_replace(self._connection, one_time_codes), row)

    def use(self, digest: str, purpose: CodePurpose, now: datetime) -> int | None:
        c = one_time_codes.c
        self._connection.execute(delete(one_time_codes).where(c.until <= now))
        # One statement: of two who use it at once the second waits, and finds none.
        used = delete(one_time_codes).where(c.digest == digest, c.purpose == purpose)
        subject: int | None = self._connection.scalar(used.returning(c.subject))
        return subject
