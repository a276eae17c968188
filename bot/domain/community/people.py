"""Who asks, and for whom a catalogue is kept."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Role(IntEnum):
    """What a person may do; each may all that the ones before may."""

    MEMBER = 0
    MODERATOR = 1
    ADMIN = 2

    @property
    def label(self) -> str:
        """For readers."""
        return self.name.lower()


TERMINAL = "terminal"
"""The platform whose places are inboxes in our own database."""
LONGEST_NUMBER = 20
"""Digits of an id that is a number: as many as 64 bits make."""


@dataclass(frozen=True, slots=True)
class Account:
    """A member on one platform, with the role the platform or the community gives."""

    platform: str
    id: str
    name: str
    role: Role = Role.MEMBER
    groups: frozenset[str] = frozenset()
    """Ids of the platform's groups the person is in: on Discord the roles, on Slack the user groups."""
    named: bool = False
    """Its id is its name, as at the terminal; so are all of its platform."""
    numbered: bool = False
    """Its id is a number, as on Discord; so are all of its platform."""

    def may_be_id(self, id_: str, *, named: bool) -> bool:
        """Whether somebody of the same platform may have that id, which is only a name when `named`."""
        if named:
            return self.named
        return not self.numbered or (id_.isdecimal() and len(id_) <= LONGEST_NUMBER)


class Use(StrEnum):
    """What a pseudonym is for. Those of one person for two uses cannot be told to be one person's."""

    OPEN = ""
    """What somebody does under their name, and bans."""
    HIDDEN = "hidden"
    """Anonymous reports."""
    COUNTED = "counted"
    """Calls that have a limit: their times would give anonymous reports away."""
    GONE = "gone"
    HIDDEN_GONE = "hidden gone"
    """What stays of the other two when somebody has their data deleted: enough to know them again where they
    would decide on their own report, and not to show them anything."""


def pseudonym(secret: bytes, account: Account, use: Use = Use.OPEN) -> str:
    """What stands for a person wherever we count or refuse: nobody without the secret can tell who it is."""
    told = f"{use}{account.platform}\0{account.id}".encode()
    return hmac.new(secret, told, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as the rules see them: all accounts that `/link` ties together are one person."""

    account: Account
    open: str
    """The pseudonym of this account."""
    hidden: str
    """The one under which this account reports anonymously."""
    opens: frozenset[str]
    hiddens: frozenset[str]
    """Those of all the person's accounts, this one among them."""
    gone: frozenset[str]
    """Those that stay where the person's data was deleted."""
    counted: str
    """The one under which the person's calls are counted."""
    known: int | None = None
    """This account's number in our records, once it did something under its name."""

    @property
    def every(self) -> frozenset[str]:
        """All pseudonyms of the person."""
        return self.opens | self.hiddens

    @property
    def ever(self) -> frozenset[str]:
        """The same, and what stayed of them: for rules that deleting one's data must not get around."""
        return self.every | self.gone


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account in our records. `person` is one number for all accounts of a person."""

    number: int
    platform: str
    id: str
    name: str
    person: int


@dataclass(frozen=True, slots=True)
class Ban:
    """Somebody whose reports a community does not take; `name` where the person reported under it."""

    pseudonym: str
    name: str
    report: int | None
    """The report by whose card an anonymous author was banned."""
    why: str


@dataclass(frozen=True, slots=True)
class Home:
    """A Discord server, a Slack workspace or the terminal."""

    platform: str
    id: str


COMMONS = "commons"
"""The board that everyone sees."""


@dataclass(frozen=True, slots=True)
class Community:
    """Moderators, a queue and a board of their own, whose name is the community's."""

    id: int
    name: str
    curator: bool
    zone: str = "UTC"
    """The time zone by which its people read the clock, as the tz database names it."""
    most_cards: int = 60
    """Cards an hour; further reports are kept, and told of together."""

    @property
    def board(self) -> str:
        """Where its moderators publish."""
        return COMMONS if self.curator else self.name


@dataclass(frozen=True, slots=True)
class HomeRecord:
    """A home as it is kept: what people call it, its community's id, whether the bot was sent away."""

    home: Home
    name: str
    community: int
    suspended: bool


@dataclass(frozen=True, slots=True)
class Moderator:
    """A person, or everyone of a group, who is named as moderator of a community.

    `id` is the account's or the group's on its platform, `name` how people see it.
    """

    platform: str
    id: str
    name: str
    is_group: bool = False


LONGEST_BOARD = 40
_NOT_IN_BOARDS = re.compile(r"[^a-z0-9_-]+")


def board_of(home: Home) -> str:
    """The name for the board of a community that begins with `home`, if nobody has it yet: `discord-123`."""
    told = _NOT_IN_BOARDS.sub("-", f"{home.platform}-{home.id}".lower()).strip("-_")
    return told[:LONGEST_BOARD] or "home"


def visible_boards(community: Community | None) -> tuple[str, ...]:
    """The boards whose actions are shown there: everyone's, and the community's own."""
    return (COMMONS, community.name) if community else (COMMONS,)
