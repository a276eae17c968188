"""A database as the core sees it: threads that each run a piece of work in one transaction."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from bot.errors import DatabaseError
from storage.engines import READERS, WRITERS, reader_engine, writer_engine
from storage.failures import in_words, is_busy, is_race
from storage.schema import is_current, prepare
from storage.unit_of_work import SqlUnitOfWork

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from sqlalchemy import URL, Engine

    from bot.ports import UnitOfWork

T = TypeVar("T")

PATIENCE = 10.0
"""Seconds after which a busy database is reported instead of tried again."""
_ATTEMPTS = 5
"""How often patience is long enough to try; each attempt waits for a lock as long as it may (2 s)."""
_PAUSE = 0.05
_RACES = 3
"""Attempts at a unique value before its being taken counts as a mistake of ours."""


class Database:
    """Implements `bot.ports.Store`.

    Writers on SQLite are one thread with one connection: its queue is the write lock, first come, first
    served. A cancelled await leaves the thread to finish, so no transaction is ever cut in the middle.
    """

    def __init__(self, url: URL, *, patience: float = PATIENCE) -> None:
        self.url = url
        self._patience = patience
        self._writer = writer_engine(url, patience / _ATTEMPTS)
        self._reader = reader_engine(url, patience / _ATTEMPTS)
        dialect = url.get_backend_name()
        self._writers = ThreadPoolExecutor(WRITERS[dialect], thread_name_prefix="write")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="read")
        self._on_enqueued: tuple[Callable[[], None], ...] = ()

    @property
    def described(self) -> str:
        """The address for the operator, without what may be secret: the password and all after the `?`."""
        return self.url.set(query={}).render_as_string(hide_password=True)

    @property
    def folder(self) -> Path | None:
        """Where a database that is a file lives."""
        file = self.url.database
        return Path(file).expanduser().parent if self.url.drivername == "sqlite" and file else None

    def open(self) -> bool:
        """Make the database ready: folder, tables, newest schema. True when the tables are new.

        Raises DatabaseError with the address in it, which only an operator sees.
        """
        try:
            if self.url.drivername == "sqlite" and self.url.database:
                Path(self.url.database).expanduser().parent.mkdir(parents=True, exist_ok=True)
            deadline = time.monotonic() + self._patience
            if _patiently(lambda: is_current(self._reader), deadline):
                return False
            return _patiently(lambda: prepare(self._writer), deadline)
        except OSError as error:
            reason = error.strerror or "it cannot be made"
            raise DatabaseError(
                f"The folder of the database cannot be used: {reason} ({self.described})."
            ) from error
        except DatabaseError as error:
            raise type(error)(f"{error.message.rstrip('.')} ({self.described}).") from error

    def submit(self, work: Callable[[UnitOfWork], T], *, writes: bool) -> Future[T]:
        executor, engine = (self._writers, self._writer) if writes else (self._readers, self._reader)
        # From now on, waiting in line included: when another process holds the database, the last in a long
        # line shall not have to wait for the patience of everyone before it.
        deadline = time.monotonic() + self._patience
        try:
            return executor.submit(self._run, engine, work, deadline)
        except RuntimeError as error:  # what an executor says after its end
            raise DatabaseError("Fiftywire is stopping. Please ask again in a moment.") from error

    def on_enqueued(self, call: Callable[[], None]) -> Callable[[], None]:
        """Have `call` called, in a thread of ours, after each commit that made something due to be sent.

        Commits of other processes do not count. Returns what ends it. `call` must not raise.
        """
        self._on_enqueued = (*self._on_enqueued, call)

        def forget() -> None:
            self._on_enqueued = tuple(each for each in self._on_enqueued if each is not call)

        return forget

    def close(self) -> None:
        """Finish what runs, drop what waits, let the connections go."""
        for executor in (self._writers, self._readers):
            executor.shutdown(wait=True, cancel_futures=True)
        self._reader.dispose()
        self._writer.dispose()

    def _run(self, engine: Engine, work: Callable[[UnitOfWork], T], deadline: float) -> T:
        """Run `work` in a transaction, again when the database was too busy, but never once it committed."""
        uow: SqlUnitOfWork | None = None

        def attempt() -> T:
            nonlocal uow
            with engine.connect() as connection:
                uow = SqlUnitOfWork(connection)
                return work(uow)

        try:
            return _patiently(attempt, deadline, lambda: uow is None or not uow.committed)
        finally:
            if uow and uow.committed and uow.outbox.enqueued:
                for call in self._on_enqueued:
                    call()


def _patiently(attempt: Callable[[], T], deadline: float, may_repeat: Callable[[], bool] = lambda: True) -> T:
    """Try until it works, fails for good, or was busy for too long."""
    races = 0
    while True:
        try:
            return attempt()
        except SQLAlchemyError as error:
            races += is_race(error)
            again = is_busy(error) or (is_race(error) and races < _RACES)
            if not again or not may_repeat() or time.monotonic() > deadline:
                raise in_words(error) from error
        time.sleep(_PAUSE)
