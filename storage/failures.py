"""What databases say when something fails, in one sentence for people."""

from __future__ import annotations

import logging
import traceback

import psycopg
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.errors import DatabaseBusyError, DatabaseError, RefusedValueError

log = logging.getLogger(__name__)

# PostgreSQL: serialization failure, deadlock, lock not available, statement cancelled by its time limit.
_BUSY_STATES = frozenset({"40001", "40P01", "55P03", "57014"})
_UNIQUE = "23505"
_BUSY = "The database is busy. Please try again in a moment."
_LIMITS = "54"
"""PostgreSQL's class for a row or a value that is too large."""
_STATES = {
    "28P01": "The database refuses the user name or the password.",
    "28000": "The database refuses the user name or the password.",
    "3D000": "There is no such database on that server.",
    "42501": "The database does not let this user do that.",
    "53300": "The database takes no more connections.",
    "53100": "The disk is full; nothing more can be written.",
    "25006": "The database cannot be written: it is read-only.",
    "57P01": "The database cannot be reached: it is being shut down.",
    "57P03": "The database cannot be reached: it is starting up.",
    "08006": "The database cannot be reached.",
}
"""What PostgreSQL says by code, and what we say."""
# What is said in words alone: SQLite's, and libpq's before a server answers. The first that fits.
_KNOWN = (
    ("unable to open database file", "The database file cannot be opened: its folder may not be used."),
    ("readonly database", "The database cannot be written: the file or its folder is read-only."),
    ("read-only", "The database cannot be written: it is read-only."),
    ("not a database", "That file is not a Fiftywire database."),
    ("malformed", "The database file is damaged. Restore a backup."),
    ("disk is full", "The disk is full; nothing more can be written."),
    ("disk i/o error", "The disk cannot be read or written."),
    ("password authentication failed", "The database refuses the user name or the password."),
    ("no password supplied", "The database asks for a password; the address has none."),
    ("does not exist", "The database has no such database or user."),
    ("permission denied", "The database does not let this user do that."),
    ("too many clients", "The database takes no more connections."),
    ("timeout expired", "The database cannot be reached: it did not answer in time."),
    ("failed to resolve", "The database cannot be reached: there is no such host."),
    ("connection", "The database cannot be reached."),
)  # fmt: skip
_UNREACHED = "The database cannot be reached."


def is_busy(error: Exception) -> bool:
    """Whether trying again soon can help."""
    if isinstance(error, PoolTimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if getattr(error.orig, "sqlstate", None) in _BUSY_STATES:
        return True
    text = str(error.orig).lower()
    return "database is locked" in text or "database table is locked" in text


def is_race(error: Exception) -> bool:
    """Whether another transaction may have taken a unique value between our look and our write.

    Looked at again, it is seen. On SQLite nobody writes between the two.
    """
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == _UNIQUE


def in_words(error: Exception) -> DatabaseError:
    """The failure for people; the exception itself stays its cause."""
    if is_busy(error):
        return DatabaseBusyError(_BUSY)
    cause = getattr(error, "orig", None) or error
    state = getattr(cause, "sqlstate", None)
    if isinstance(error, DataError | IntegrityError) or (state or "").startswith(_LIMITS):
        _log(error, cause)
        return RefusedValueError("The database does not take a value; the log has more.")
    sentence = _STATES.get(state) if state else _by_words(str(cause).lower())
    if sentence is None and isinstance(cause, psycopg.OperationalError) and state is None:
        sentence = _UNREACHED  # libpq's own words, which may be in any language
    if sentence is None:
        _log(error, cause)
    return DatabaseError(sentence or "The database failed in a way nobody foresaw; the log has more.")


def _by_words(said: str) -> str | None:
    return next((ours for theirs, ours in _KNOWN if theirs in said), None)


def _log(error: Exception, cause: BaseException) -> None:
    """Where it happened and what the database calls it, without the rows that PostgreSQL quotes."""
    diagnosis = getattr(cause, "diag", None)
    said = diagnosis.message_primary if diagnosis else str(cause)
    where = "".join(traceback.format_tb(error.__traceback__)).rstrip()
    log.error("The database failed in a way nobody foresaw: %s: %s\n%s", type(cause).__name__, said, where)
