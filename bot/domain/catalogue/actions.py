"""Actions: what one or more states did, how it stands, and who says so."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.catalogue.states import BY_CODE
from bot.domain.writing.text import fold

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.catalogue.dates import PartialDate
    from bot.domain.catalogue.topics import Topic


class Stage(StrEnum):
    """Where an action stands, roughly."""

    OPEN = "open"
    LIVE = "live"
    STOPPED = "stopped"

    @property
    def label(self) -> str:
        """For readers."""
        return self.value.capitalize()


class Status(StrEnum):
    """Where an action stands, exactly."""

    CONSIDERING = "considering"
    PROPOSED = "proposed"
    PENDING = "pending"
    ADOPTED = "adopted"
    IN_EFFECT = "in_effect"
    WON = "won"
    BLOCKED = "blocked"
    LOST = "lost"
    STRUCK_DOWN = "struck_down"
    REPEALED = "repealed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        """For readers."""
        return self.value.replace("_", " ")

    @property
    def stage(self) -> Stage:
        """The stage this status belongs to."""
        if self in (Status.CONSIDERING, Status.PROPOSED, Status.PENDING):
            return Stage.OPEN
        if self in (Status.ADOPTED, Status.IN_EFFECT, Status.WON):
            return Stage.LIVE
        return Stage.STOPPED


class Kind(StrEnum):
    """What form an action takes."""

    STATUTE = "statute"
    BILL = "bill"
    EXECUTIVE_ORDER = "executive-order"
    AGENCY_POLICY = "agency-policy"
    LAWSUIT = "lawsuit"
    RULING = "ruling"
    COMPACT = "compact"
    BUDGET = "budget"
    BALLOT_MEASURE = "ballot-measure"
    RESOLUTION = "resolution"
    PROGRAM = "program"
    STATEMENT = "statement"

    @property
    def label(self) -> str:
        """For readers."""
        return self.value.replace("-", " ").capitalize()


class Approach(StrEnum):
    """How an action relates to the federal government."""

    REFUSE = "refuse"
    WITHHOLD = "withhold"
    SHIELD = "shield"
    BUILD = "build"
    LITIGATE = "litigate"
    COORDINATE = "coordinate"
    NULLIFY = "nullify"

    @property
    def label(self) -> str:
        """For readers."""
        return self.value.capitalize()

    @property
    def meaning(self) -> str:
        """What the word stands for here."""
        return _MEANINGS[self]


_MEANINGS = {
    Approach.REFUSE: "will not enforce or obey",
    Approach.WITHHOLD: "stops cooperating or sharing",
    Approach.SHIELD: "protects people or data from reach",
    Approach.BUILD: "sets up its own system",
    Approach.LITIGATE: "goes to court",
    Approach.COORDINATE: "acts with other states",
    Approach.NULLIFY: "declares a federal law void in the state",
}


class Verified(StrEnum):
    """How sure the title, the date and the status are."""

    SEEN = "seen"
    PARTLY = "partly"


HIGHEST_NUMBER = 9_999_999
"""The last number of a code: it has seven digits wherever codes are sorted."""

_CODE = re.compile(r"([a-z]{2})[^0-9a-z]{0,3}0*([1-9][0-9]{0,6})")

_AROUND = " .,;:!?#*_`'\"()[]<>“”‘’"


@dataclass(frozen=True, slots=True, order=True)
class Code:
    """An action's permanent code: `IL-17`. The letters stay when the lead state is corrected."""

    state: str
    number: int

    @classmethod
    def parse(cls, text: str) -> Code | None:
        """Read `IL-17`, `il 17` or `#IL17`; None when it is no code, or no state has the letters."""
        match = _CODE.fullmatch(fold(text[:200]).strip(_AROUND))
        if not match or match[1].upper() not in BY_CODE:
            return None
        return cls(match[1].upper(), int(match[2]))

    def __str__(self) -> str:
        return f"{self.state}-{self.number}"


@dataclass(frozen=True, slots=True)
class Source:
    """Who says so: a link, its title, its publisher, and its date where known."""

    url: str
    title: str
    publisher: str
    date: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One step of an action's history; `source` is the link of one of its sources."""

    date: PartialDate
    status: Status
    note: str
    source: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All that an action says: what is imported, edited, compared and exported."""

    title: str
    summary: str
    states: tuple[str, ...]
    """USPS codes, the lead state first."""
    topics: tuple[Topic, ...]
    kind: Kind
    approach: Approach
    date: PartialDate
    history: tuple[StatusChange, ...]
    """Oldest first; the last one is how it stands."""
    sources: tuple[Source, ...]
    responds_to: tuple[str, ...] = ()
    """The federal measures it answers, by name."""
    legal_basis: tuple[str, ...] = ()
    """The precedents it rests on, by key."""
    verified: Verified = Verified.PARTLY
    checked: PartialDate | None = None
    challenged: bool = False

    @property
    def status(self) -> Status:
        """How it stands."""
        return self.history[-1].status

    @property
    def changed(self) -> PartialDate:
        """The date of the last status change, by which actions are newest."""
        return self.history[-1].date


@dataclass(frozen=True, slots=True)
class Retraction:
    """Why and when an action was taken out of the catalogue; its code stays taken."""

    at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Action:
    """One published action."""

    code: Code
    key: str
    """Unique slug, by which an import knows it again."""
    board: str
    facts: Facts
    retraction: Retraction | None = None
    revision: int = 0
    """The number of its newest revision; 0 while it has none."""

    @property
    def sort_key(self) -> str:
        """Sorts by newest: the date of the last status change, then the code."""
        return f"{self.facts.changed.sort_key}{self.code.state}{self.code.number:07}"


_MOST_STATES = 4


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action as one line of a list."""

    code: Code
    title: str
    status: Status
    challenged: bool
    states: tuple[str, ...]
    date: PartialDate
    changed: PartialDate
    verified: Verified
    checked: PartialDate | None
    source: Source
    sort_key: str = field(repr=False, default="")

    @property
    def status_text(self) -> str:
        """How it stands: `in effect, challenged in court`."""
        return f"{self.status.label}, challenged in court" if self.challenged else self.status.label

    @property
    def whose(self) -> str:
        """Its states, lead first: `OR, NY, WA and 17 more`."""
        if len(self.states) <= _MOST_STATES:
            return ", ".join(self.states)
        shown = self.states[: _MOST_STATES - 1]
        return f"{', '.join(shown)} and {len(self.states) - len(shown)} more"

    @property
    def sureness(self) -> str:
        """When a person last confirmed it, or that nobody did lately; empty where neither is known."""
        if self.verified is Verified.PARTLY:
            return "status not checked lately"
        return f"checked {self.checked.words}" if self.checked else ""
