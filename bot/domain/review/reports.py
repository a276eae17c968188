"""Reports: what members send, and the states a report goes through. Pure rules, no clock and no database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.errors import ChangedMeanwhileError

if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from datetime import datetime

    from bot.domain.catalogue.actions import Code

CLAIM = timedelta(minutes=30)
SECONDING = timedelta(days=7)
ASKED = timedelta(days=14)
"""How long a state lasts before the report is new again (DESIGN: 6)."""
UNDO_WITHIN = timedelta(hours=24)

LONGEST_WORDS = 4000
"""Characters of each text that people send; a limit of our own, within what a field of a form takes."""
MOST_FILES = 3
LARGEST_FILE = 8 * 1024 * 1024
"""Bytes."""


class ReportKind(StrEnum):
    """What a report asks for. Members send the first three; the others wait for a second person."""

    NEW = "new"
    CHANGE = "change"
    CORRECTION = "correction"
    RETRACTION = "retraction"
    CHECK = "check"
    UNDO = "undo"
    IMPORT = "import"

    @property
    def label(self) -> str:
        """For readers."""
        return _KINDS[self]


_KINDS = {
    ReportKind.NEW: "New action",
    ReportKind.CHANGE: "Change of status",
    ReportKind.CORRECTION: "Correction",
    ReportKind.RETRACTION: "Withdrawal from the catalogue",
    ReportKind.CHECK: "Still right",
    ReportKind.UNDO: "Undo",
    ReportKind.IMPORT: "Import",
}
MEMBERS_KINDS = (ReportKind.NEW, ReportKind.CHANGE, ReportKind.CORRECTION)


class Origin(StrEnum):
    """Where a report comes from; it says who counts as its author."""

    MEMBER = "member"
    """Its author may not decide on it."""
    MODERATOR = "moderator"
    """A change that its author proposed and thereby approved; it waits for another person."""
    OPERATOR = "operator"
    COMMUNITY = "community"
    """Forwarded by another community's moderators; its first author may not decide on it either."""

    @property
    def bars_author(self) -> bool:
        """Whether who sent it, or the same later, may not decide on it."""
        return self in (Origin.MEMBER, Origin.COMMUNITY)


class ReportStatus(StrEnum):
    """Where a report stands."""

    NEW = "new"
    CLAIMED = "claimed"
    SECONDING = "seconding"
    ASKED = "asked"
    FORWARDED = "forwarded"
    APPROVED = "approved"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    FOLDED = "folded"

    @property
    def is_open(self) -> bool:
        """Whether moderators of its community still have to decide."""
        return self in _OPEN

    @property
    def is_final(self) -> bool:
        """Whether it is decided or gone; forwarded is neither."""
        return not self.is_open and self is not ReportStatus.FORWARDED

    @property
    def label(self) -> str:
        """For readers."""
        return _STATUSES[self]


_OPEN = frozenset({ReportStatus.NEW, ReportStatus.CLAIMED, ReportStatus.SECONDING, ReportStatus.ASKED})
_STATUSES = {
    ReportStatus.NEW: "waiting for review",
    ReportStatus.CLAIMED: "being reviewed",
    ReportStatus.SECONDING: "waiting for a second person",
    ReportStatus.ASKED: "waiting for an answer",
    ReportStatus.FORWARDED: "forwarded to the curators",
    ReportStatus.APPROVED: "approved",
    ReportStatus.REJECTED: "rejected",
    ReportStatus.DUPLICATE: "known already",
    ReportStatus.WITHDRAWN: "withdrawn",
    ReportStatus.FOLDED: "set aside",
}


class Event(StrEnum):
    """What happens to a report."""

    CLAIM = "claim"
    LAPSE = "lapse"
    """The time that its state lasts is over."""
    APPROVE = "approve"
    """By the last person needed."""
    FIRST_APPROVE = "first approve"
    """One of two is in."""
    EDIT = "edit"
    REJECT = "reject"
    DUPLICATE = "duplicate"
    ASK = "ask"
    ANSWER = "answer"
    FORWARD = "forward"
    WITHDRAW = "withdraw"
    """By its author, with no follower to go on for them."""
    FOLD = "fold"
    """Its author was banned, and there is no follower."""
    UNBAN = "unban"
    UNDO = "undo"


_S, _E = ReportStatus, Event
_AS_NEW = {
    _E.CLAIM: _S.CLAIMED,
    _E.APPROVE: _S.APPROVED,
    _E.FIRST_APPROVE: _S.SECONDING,
    _E.REJECT: _S.REJECTED,
    _E.DUPLICATE: _S.DUPLICATE,
    _E.ASK: _S.ASKED,
    _E.FORWARD: _S.FORWARDED,
    _E.WITHDRAW: _S.WITHDRAWN,
    _E.FOLD: _S.FOLDED,
}
_UNDOABLE = {_E.UNDO: _S.NEW}
TRANSITIONS: dict[ReportStatus, dict[Event, ReportStatus]] = {
    _S.NEW: {**_AS_NEW, _E.EDIT: _S.NEW},
    _S.CLAIMED: {**_AS_NEW, _E.EDIT: _S.CLAIMED, _E.LAPSE: _S.NEW},
    _S.SECONDING: {
        _E.APPROVE: _S.APPROVED,
        _E.EDIT: _S.CLAIMED,
        _E.REJECT: _S.REJECTED,
        _E.LAPSE: _S.NEW,
        _E.WITHDRAW: _S.WITHDRAWN,
        _E.FOLD: _S.FOLDED,
    },
    _S.ASKED: {**_AS_NEW, _E.EDIT: _S.ASKED, _E.ANSWER: _S.NEW, _E.LAPSE: _S.NEW},
    _S.FORWARDED: {_E.APPROVE: _S.APPROVED, _E.REJECT: _S.REJECTED, _E.DUPLICATE: _S.DUPLICATE},
    _S.APPROVED: {**_UNDOABLE},
    _S.REJECTED: {**_UNDOABLE},
    _S.DUPLICATE: {**_UNDOABLE},
    _S.WITHDRAWN: {},
    _S.FOLDED: {_E.UNBAN: _S.NEW},
}
"""The table of DESIGN 6. What is not in it cannot happen."""
_LASTS = {_S.CLAIMED: CLAIM, _S.SECONDING: SECONDING, _S.ASKED: ASKED}


@dataclass(frozen=True, slots=True)
class Author:
    """Who sent something. An anonymous author is a pseudonym and nothing else."""

    pseudonym: str
    anonymous: bool = False
    account: int | None = None
    """The account's number in our records, for sending messages; never one of an anonymous author."""

    @property
    def is_gone(self) -> bool:
        """Whether they had their data deleted: whoever reports under a name has an account."""
        return not self.anonymous and self.account is None


@dataclass(frozen=True, slots=True)
class Report:
    """One report. Its draft, approvals and words live beside it."""

    number: int
    community: int
    origin: Origin
    kind: ReportKind
    what: str
    details: str
    states: tuple[str, ...]
    code: Code | None
    """The action that a change or a correction is about."""
    link: str
    author: Author | None
    """None for the operator's, and for somebody who had their data deleted."""
    made_at: datetime
    visible_at: datetime
    """Before that time no moderator sees it."""
    proposal: int = 0
    status: ReportStatus = ReportStatus.NEW
    version: int = 1
    """Goes up with every decision and every edit; a button of an older version loses."""
    answered: bool = False
    claimed_by: int | None = None
    """Account numbers, as in all that follows."""
    until: datetime | None = None
    """When the state lapses."""
    note: str = ""
    decided_by: int | None = None
    decided_at: datetime | None = None
    reason: str = ""
    outcome: Code | None = None
    """The action that came of it, or that it repeats."""
    repeats: int | None = None
    """The report that it repeats."""
    forwarded_from: int | None = None
    """The report of another community that this one decides for."""

    @property
    def name(self) -> str:
        """As people write it: `R-12`."""
        return f"R-{self.number}"

    @property
    def about(self) -> str:
        """What it is about: a code, else its states: what tells two reports of one link apart."""
        return str(self.code) if self.code else ",".join(sorted(self.states))

    def after(self, event: Event, now: datetime) -> Report:
        """The report after something happened to it. Raises ChangedMeanwhileError where it cannot happen."""
        following = TRANSITIONS[self.status].get(event)
        if following is None:
            raise ChangedMeanwhileError(f"{self.name} is {self.status.label}.")
        lasts = _LASTS.get(following)
        keeps = following is self.status and event is Event.EDIT
        return replace(
            self,
            status=following,
            until=self.until if keeps else now + lasts if lasts else None,
            claimed_by=self.claimed_by if keeps else None,
            note="",
        )

    def has_lapsed(self, now: datetime) -> bool:
        """Whether the state it is in has lasted too long."""
        return self.until is not None and self.until <= now


@dataclass(frozen=True, slots=True)
class Follower:
    """Somebody who sent the same later, with their words."""

    id: int
    author: Author | None
    what: str
    details: str
    made_at: datetime


def words_by(report: Report, followers: Iterable[Follower], pseudonyms: Container[str]) -> str:
    """What somebody wrote who is known by those pseudonyms: a follower's words are not the author's."""
    sent = [(report.author, report.what), *((one.author, one.what) for one in followers)]
    return next((what for author, what in sent if author and author.pseudonym in pseudonyms), report.what)


class Said(StrEnum):
    """What words beside a report are."""

    QUESTION = "question"
    ANSWER = "answer"
    DETAILS = "details"
    OTHERS = "others"
    """Somebody else's than the author's: a follower's, or those of an author who left."""


@dataclass(frozen=True, slots=True)
class Words:
    """Something said about a report after it was sent. `by` is a moderator's account; None: the author."""

    said: Said
    text: str
    at: datetime
    by: int | None = None


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A file of a report. It is fetched from its platform after the report was kept."""

    id: int
    report: int
    name: str
    """A neutral one: `R-12-1.png`."""
    size: int
    platform: str
    url: str
    """Where the platform keeps it for a day; empty once we have it or gave up."""
    kept: bool
    """Whether its bytes are here."""


REASONS = (
    ("source", "No source that says so"),
    ("scope", "Not something a state did on its own authority"),
    ("known", "Nothing new in it"),
    ("unclear", "Not clear what happened"),
    ("early", "Too early: nothing has happened yet"),
    ("abuse", "Not a serious report"),
    ("other", "Another reason"),
)
"""Why reports are rejected: the value, and what is said."""
