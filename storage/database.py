"""A database as the core sees it: threads that each run a piece of work in one transaction."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from bot.errors import DatabaseError
from storage.engines import READERS, WRITERS, reader_engine, writer_engine
from storage.failures import in_words, is_busy
from storage.schema import prepare
from storage.unit_of_work import SqlUnitOfWork

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from sqlalchemy import URL, Engine

    from bot.ports import UnitOfWork

T = TypeVar("T")

PATIENCE = 10.0
"""Seconds after which a busy database is reported instead of tried again."""
_PAUSE = 0.05


class Database:
    """Implements `bot.ports.Store`.

    Writers on SQLite are one thread with one connection: its queue is the write lock, first come, first
    served. A cancelled await leaves the thread to finish, so no transaction is ever cut in the middle.
    """

    def __init__(self, url: URL) -> None:
        self.url = url
        self._writer = writer_engine(url)
        self._reader = reader_engine(url)
        dialect = url.get_backend_name()
        self._writers = ThreadPoolExecutor(WRITERS[dialect], thread_name_prefix="write")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="read")

    @property
    def described(self) -> str:
        """The address without its password, for the operator."""
        return self.url.render_as_string(hide_password=True)

    def open(self) -> bool:
        """Make the database ready: folder, tables, newest schema. True when the tables are new.

        Raises DatabaseError with the address in it, which only an operator sees.
        """
        try:
            if self.url.drivername == "sqlite" and self.url.database:
                Path(self.url.database).expanduser().parent.mkdir(parents=True, exist_ok=True)
            return self._patiently(lambda: prepare(self._writer))
        except OSError as error:
            reason = error.strerror or "it cannot be made"
            raise DatabaseError(
                f"The folder of the database cannot be used: {reason} ({self.described})."
            ) from error
        except DatabaseError as error:
            raise type(error)(f"{error.message.rstrip('.')} ({self.described}).") from error

    def submit(self, work: Callable[[UnitOfWork], T], *, writes: bool) -> Future[T]:
        """Run `work` in a thread of ours; see `bot.ports.Store`."""
        executor, engine = (self._writers, self._writer) if writes else (self._readers, self._reader)
        return executor.submit(self._patiently, lambda: self._once(engine, work))

    def close(self) -> None:
        """Finish what runs, drop what waits, let the connections go."""
        for executor in (self._writers, self._readers):
            executor.shutdown(wait=True, cancel_futures=True)
        self._reader.dispose()
        self._writer.dispose()

    @staticmethod
    def _once(engine: Engine, work: Callable[[UnitOfWork], T]) -> T:
        with engine.connect() as connection:
            return work(SqlUnitOfWork(connection))

    @staticmethod
    def _patiently(attempt: Callable[[], T]) -> T:
        """Try until it works, fails for good, or was busy for too long."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return attempt()
            except SQLAlchemyError as error:
                if not is_busy(error) or time.monotonic() > deadline:
                    raise in_words(error) from error
                time.sleep(_PAUSE)
