"""Deliveries: one message each that the bot owes a place, and what became of it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

SEND_WITHIN = 20.0
"""Seconds for one attempt to send."""


class Purpose(StrEnum):
    """What a delivery is for."""

    CARD = "card"
    NOTICE = "notice"
    GREETING = "greeting"
    ALERT = "alert"
    REDRAW = "redraw"
    """Changes a message that was sent; may be done twice."""


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    """It may have come through; never sent again without asking the platform."""
    SUSPENDED = "suspended"
    """Its place refuses; it goes on when the place does."""
    REFUSED = "refused"
    """The platform will never take it."""
    KEPT = "kept"
    """Never sent: read in /reports."""
    DROPPED = "dropped"
    """Overtaken, or nobody is left to read it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A channel, a thread, or the direct messages of an account (then `id` is the account's)."""

    platform: str
    home: str
    """Empty for direct messages."""
    id: str
    direct: bool = False
    name: str = ""
    """How people see it, where it was told."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a delivery is about, as its sort and what tells it apart there: `report 12`."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @classmethod
    def read(cls, text: str) -> Subject:
        """From what `str` gives."""
        kind, _, number = text.partition(" ")
        return cls(kind, number)


def about_report(number: int) -> Subject:
    """A report as a subject."""
    return Subject("report", str(number))


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A delivery to make. `key` makes it one: the same key is never owed twice."""

    key: str
    purpose: Purpose
    place: Place | None
    """None: kept to be read in /reports."""
    document: str
    """The reply, as `bot.messages.documents` writes it."""
    due_at: datetime
    community: int | None = None
    about: Subject | None = None
    recipient: str = ""
    """The pseudonym of the person it is for."""
    edits: int | None = None
    """The delivery whose message a redraw changes."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as it is kept."""

    id: int
    key: str
    purpose: Purpose
    place: Place | None
    document: str
    due_at: datetime
    state: DeliveryState
    attempt: int = 0
    sealed: bytes | None = None
    """What goes over the wire, once it was claimed."""
    community: int | None = None
    about: Subject | None = None
    recipient: str = ""
    edits: int | None = None
    message: str = ""
    """What the platform calls the message."""
    target: str = ""
    """Of a redraw: what the platform calls the message that it changes."""
    started_at: datetime | None = None
    """When the first attempt began that may have come through: from then on the message may be found."""


@dataclass(frozen=True, slots=True)
class Sent:
    """It came through, or had before; `message` is the platform's name for it."""

    message: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """It surely did not come through, and may soon: `after` seconds."""

    after: float


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have come through."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The platform does not take it. `place`: whether the place is to blame, which is then suspended."""

    reason: str
    place: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """A place that refuses messages since a delivery was tried, which nobody was told of yet."""

    delivery: str
    """The key of that delivery."""
    place: Place
    reason: str
    community: int | None
    """The delivery's."""


@dataclass(frozen=True, slots=True)
class Absent:
    """The platform was asked for a message, and it surely is not there."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """The platform was asked for a message, or cannot be, and nobody knows."""


Finding = Sent | Absent | CannotTell
Outcome = Sent | NotSent | Unknown | Refused


def delivery_key(*parts: object) -> str:
    """22 letters and digits made from `parts`, the same for the same parts; nonces of platforms hold 25."""
    told = "\0".join(map(str, parts)).encode()
    return base64.b32encode(hashlib.sha256(told).digest())[:22].decode().lower()
