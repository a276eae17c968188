"""Files that were sent with reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from bot.domain.review.reports import ReportFile
from storage.review.tables import report_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection

    from bot.domain.review.queue import NewFile


class SqlReportFiles:
    """Implements `bot.ports.ReportFiles`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, number: int, files: Sequence[NewFile]) -> None:
        rows = [
            {"report_id": number, "name": f.name, "size": f.size, "platform": f.platform, "url": f.url}
            for f in files
        ]
        if rows:
            self._connection.execute(insert(report_files), rows)

    def of(self, number: int) -> list[ReportFile]:
        return self._files(report_files.c.report_id == number)

    def to_fetch(self, platform: str, limit: int) -> list[ReportFile]:
        return self._files(report_files.c.platform == platform, report_files.c.url != "", limit=limit)

    def keep(self, file: int, content: bytes | None) -> None:
        # An address that is gone already: the file was dropped while it was fetched.
        wanted = (report_files.c.id == file, report_files.c.url != "")
        self._connection.execute(update(report_files).where(*wanted).values(content=content, url=""))

    def content(self, file: int) -> bytes | None:
        content: bytes | None = self._connection.scalar(
            select(report_files.c.content).where(report_files.c.id == file)
        )
        return content

    def drop(self, number: int) -> None:
        mine = report_files.c.report_id == number
        self._connection.execute(update(report_files).where(mine).values(content=None, url=""))

    def _files(self, *conditions: ColumnElement[bool], limit: int | None = None) -> list[ReportFile]:
        c = report_files.c
        kept = c.content.is_not(None).label("kept")  # never the bytes themselves, which may be millions
        rows = self._connection.execute(
            select(c.id, c.report_id, c.name, c.size, c.platform, c.url, kept)
            .where(*conditions)
            .order_by(c.id)
            .limit(limit)
        )
        return [
            ReportFile(row.id, row.report_id, row.name, row.size, row.platform, row.url, row.kept)
            for row in rows
        ]
