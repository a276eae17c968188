"""Everything that can go wrong in a way we foresee, in one tree; the wording is given where it is raised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class FiftywireError(Exception):
    """A foreseen failure. Its text is one sentence or two for the person who asked; `code` is for scripts."""

    code = "error"

    @property
    def message(self) -> str:
        """The sentence to show."""
        return str(self)


# --- what the person did


class RefusalError(FiftywireError):
    """The asker can mend it by asking differently; `option` names the option it is about, if any."""

    def __init__(self, message: str = "", option: str = "") -> None:
        super().__init__(message)
        self.option = option


class NotUnderstoodError(RefusalError):
    """A word, a date or a button could not be read."""

    code = "not_understood"


class NotFoundError(RefusalError):
    """It was understood, but there is no such thing, or nothing on file."""

    code = "not_found"


class ForbiddenError(RefusalError):
    """The person lacks the right."""

    code = "forbidden"


class TooOftenError(RefusalError):
    """A declared limit was reached."""

    code = "too_often"


class TooLateError(RefusalError):
    """A decision can be undone for a day."""

    code = "too_late"


class ChangedMeanwhileError(RefusalError):
    """Somebody else decided first; look again."""

    code = "changed_meanwhile"


@dataclass(frozen=True, slots=True)
class Guess:
    """One offer of a "did you mean": what to show, and the text to ask with instead."""

    label: str
    text: str


class AmbiguousError(RefusalError):
    """Several things may be meant, or one that is spelt differently: the answer offers `guesses`.

    Without an `option` it is the command itself that is in doubt. `given` are the options that stay as they
    are whichever guess is picked.
    """

    code = "ambiguous"

    def __init__(
        self,
        message: str,
        guesses: tuple[Guess, ...],
        option: str = "",
        given: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, option)
        self.guesses = guesses
        self.given = dict(given or {})


# --- what the operator or the surroundings lack


class ConfigurationError(FiftywireError):
    """A setting is wrong or missing."""

    code = "configuration"


class DatabaseError(FiftywireError):
    """The database cannot be reached, read, written or understood."""

    code = "database"


class DatabaseBusyError(DatabaseError):
    """Another process held a lock for longer than we wait."""

    code = "database_busy"


class RefusedValueError(DatabaseError):
    """The database works, but does not take what was to be written."""


class PlatformError(FiftywireError):
    """A chat platform cannot be reached."""

    code = "platform"


class CatalogueFileError(FiftywireError):
    """A file to import or export cannot be used; nothing was changed."""

    code = "file"
