"""What databases say when something fails, in one sentence for people."""

from __future__ import annotations

import logging

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.errors import DatabaseBusyError, DatabaseError

log = logging.getLogger(__name__)

# PostgreSQL: serialization failure, deadlock, lock not available, statement cancelled by its time limit; and
# a unique value that another transaction took between our look and our write: looked at again, it is seen.
_BUSY_STATES = frozenset({"40001", "40P01", "55P03", "57014", "23505"})
_BUSY = "Somebody else is keeping the database to themselves. Please try again in a moment."
# What the database says, and what we say. The first that fits.
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


def in_words(error: Exception) -> DatabaseError:
    """The failure for people; the exception itself stays its cause, for the log."""
    if is_busy(error):
        return DatabaseBusyError(_BUSY)
    said = str(getattr(error, "orig", error)).lower()
    sentence = next((ours for theirs, ours in _KNOWN if theirs in said), None)
    if sentence is None:
        log.error("The database failed in a way nobody foresaw.", exc_info=error)
    return DatabaseError(sentence or "The database failed in a way nobody foresaw; the log has more.")
