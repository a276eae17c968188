"""From what is typed at a terminal to an invocation. Here, whoever has the shell is who they say."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.commands.spec import Filled, Invocation, Pressed, Typed
from bot.domain.community.people import TERMINAL, Account, Home, Role
from bot.domain.deliveries import Place
from bot.domain.writing.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable

PLATFORM = TERMINAL
DEFAULT_HOME = "terminal"
DEFAULT_PLACE = "here"
NOBODY = "you"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and from where."""

    account: Account
    home: Home
    place: str

    @classmethod
    def named(cls, name: str, role: Role, home: str = DEFAULT_HOME, place: str = DEFAULT_PLACE) -> Asker:
        """Somebody at the terminal; the name is the id as well."""
        return cls(Account(PLATFORM, name, name, role, named=True), Home(PLATFORM, home), place)

    @property
    def places(self) -> tuple[Place, ...]:
        """Where messages for them arrive: their own inbox, and that of the place where they are."""
        own = Place(PLATFORM, "", self.account.id, direct=True)
        return own, Place(PLATFORM, self.home.id, self.place)

    def asks(self, asked: Typed | Pressed | Filled) -> Invocation:
        """An invocation, asked now."""
        match asked:
            case Typed(text):
                asked = Typed(readable(text))
            case Pressed(token):
                asked = Pressed(readable(token))
            case Filled(token, values):
                asked = Filled(token, {readable(name): readable(value) for name, value in values.items()})
        return Invocation(asked, self.account, self.home, datetime.now(UTC))


def readable(text: str) -> str:
    """`text` without lone surrogates, which are bytes that were no UTF-8 and that no database would take."""
    return text.encode("utf-8", "replace").decode("utf-8")


def user_name(read: Callable[[], str] = getpass.getuser) -> str:
    """The name of the user of the operating system, or `you` where there is none (a bare container)."""
    try:
        return clean(read()) or NOBODY
    except (OSError, KeyError, ImportError):
        return NOBODY
