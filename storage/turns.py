"""Taking turns with SQLite's write lock, fairly among the processes that share a file."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if sys.platform != "win32":  # there, whoever asks at the right moment gets the lock
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

_POLL = 0.002
"""Seconds between two tries. SQLite's own wait ends up trying ten times a second."""


def begin_writing(connection: Connection, folder: Path, wait: float) -> None:
    """BEGIN with the write lock, within `wait` seconds; `folder` holds the database file.

    A deferred transaction that turns into a writing one would fail at once when another wrote meanwhile.
    """
    raw: Any = connection.connection.dbapi_connection
    deadline = time.monotonic() + wait
    with _next_in_line(folder, deadline):
        while time.monotonic() < deadline:
            try:
                raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    break
                time.sleep(_POLL)
            else:
                return
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # through SQLAlchemy, which names the failure


@contextmanager
def _next_in_line(folder: Path, deadline: float) -> Iterator[None]:
    """Be the only one who waits for whoever is writing.

    A process whose queue is never empty asks again a millisecond after it let go, and gets the lock while the
    others sleep: without this place in front of it, one process in four waited for more than ten seconds. The
    place is a lock on the folder, which needs no file of its own and ends with the process. Where there is
    none to be had, it is left out.
    """
    if sys.platform == "win32":
        yield
        return
    try:
        place = os.open(folder, os.O_RDONLY)
    except OSError:
        yield
        return
    try:
        while time.monotonic() < deadline:
            try:
                fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_POLL)
            except OSError:  # a file system without such locks
                break
            else:
                break
        yield
    finally:
        os.close(place)
