"""What stands beside a report: followers, words, files, and which opening of a form it came from."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from bot.domain.review.reports import Follower, ReportFile, Said, Words
from storage.dialects import insert_or_ignore
from storage.review.report_rows import author_of, author_row
from storage.review.tables import followers, form_openings, report_files, report_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from bot.domain.review.queue import NewFile
    from bot.domain.review.reports import Author

_OPENINGS_LAST = timedelta(days=7)
"""Nobody sends a form again that has been open for longer."""
_PIECE = 1000


class ReportParts:
    """The part of `bot.ports.Reports` about what stands beside them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- people

    def follow(self, number: int, author: Author, what: str, details: str, now: datetime) -> Follower:
        """Add a follower."""
        told = {"report_id": number, "what": what, "details": details, "made_at": now}
        statement = insert(followers).values({**told, **author_row(author)}).returning(followers)
        row = self._connection.execute(statement).one()
        return Follower(row.id, author_of(row), row.what, row.details, row.made_at)

    def followers(self, number: int) -> list[Follower]:
        """Who follows, first come first."""
        rows = self._connection.execute(
            select(followers).where(followers.c.report_id == number).order_by(followers.c.id)
        )
        return [Follower(row.id, author_of(row), row.what, row.details, row.made_at) for row in rows]

    def unfollow(self, follower: int) -> None:
        """Take a follower away."""
        self._connection.execute(delete(followers).where(followers.c.id == follower))

    # --- words

    def say(self, number: int, words: Words) -> None:
        """Add words beside a report."""
        row = {"report_id": number, "said": words.said, "text": words.text, "at": words.at, "by": words.by}
        self._connection.execute(insert(report_words).values(row))

    def disown_words(self, number: int) -> None:
        """What the author added is somebody else's from now on: another one takes their place."""
        added = report_words.c.said.in_([Said.ANSWER, Said.DETAILS])
        mine = update(report_words).where(report_words.c.report_id == number, added)
        self._connection.execute(mine.values(said=Said.OTHERS))

    def words(self, number: int) -> list[Words]:
        """The words beside a report, oldest first."""
        rows = self._connection.execute(
            select(report_words).where(report_words.c.report_id == number).order_by(report_words.c.id)
        )
        return [Words(Said(row.said), row.text, row.at, row.by) for row in rows]

    # --- forms

    def opening(self, digest: str) -> int | None:
        """The report that was filed by an opening of a form."""
        query = select(form_openings.c.report_id).where(form_openings.c.digest == digest)
        number: int | None = self._connection.scalar(query)
        return number

    def opened(self, digest: str, number: int, now: datetime) -> int:
        """Remember what was filed by one opening of a form; returns the report that it filed first."""
        old = select(form_openings.c.digest).where(form_openings.c.at < now - _OPENINGS_LAST)
        # A few at a time, and never those that somebody else is about to drop: nobody waits for this.
        few = old.order_by(form_openings.c.at).limit(_PIECE).with_for_update(skip_locked=True)
        gone = self._connection.scalars(few).all()
        self._connection.execute(delete(form_openings).where(form_openings.c.digest.in_(gone)))
        row = {"digest": digest, "report_id": number, "at": now}
        # Of two at once the second waits here for the first, and then reads what that one filed.
        self._connection.execute(insert_or_ignore(self._connection, form_openings), row)
        filed = self.opening(digest)
        return number if filed is None else filed

    # --- files

    def add_files(self, number: int, files: Sequence[NewFile]) -> None:
        """Files to fetch."""
        rows = [
            {"report_id": number, "name": f.name, "size": f.size, "platform": f.platform, "url": f.url}
            for f in files
        ]
        if rows:
            self._connection.execute(insert(report_files), rows)

    def files(self, number: int) -> list[ReportFile]:
        """The files of a report."""
        return self._files(report_files.c.report_id == number)

    def files_to_fetch(self, platform: str, limit: int) -> list[ReportFile]:
        """Those that are still only with their platform, oldest first."""
        return self._files(report_files.c.platform == platform, report_files.c.url != "", limit=limit)

    def keep_file(self, file: int, content: bytes | None) -> None:
        """Keep the bytes of a file; None: they cannot be had. Either way its address is dropped."""
        # An address that is gone already: the file was dropped while it was fetched.
        wanted = (report_files.c.id == file, report_files.c.url != "")
        self._connection.execute(update(report_files).where(*wanted).values(content=content, url=""))

    def file_content(self, file: int) -> bytes | None:
        """The bytes, while we have them."""
        content: bytes | None = self._connection.scalar(
            select(report_files.c.content).where(report_files.c.id == file)
        )
        return content

    def drop_files(self, number: int) -> None:
        """Forget the bytes of a report's files, and where those are that were not fetched yet."""
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
