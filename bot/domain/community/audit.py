"""The audit: one append-only chain a community, which still verifies when the people in it are forgotten."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

START = "0" * 64
"""What stands for the entry before the first."""


class AuditEvent(StrEnum):
    """What was done to what. The keys are never renamed: the hashes in the chains cover them."""

    label: str
    """For readers, between who did it and to what."""

    def __new__(cls, key: str, label: str) -> AuditEvent:
        """A member with its label."""
        event = str.__new__(cls, key)
        event._value_ = key
        event.label = label
        return event

    REPORT_CLAIMED = "report:claimed", "claimed"
    REPORT_ASKED = "report:asked", "asked about"
    REPORT_EDITED = "report:edited", "edited"
    REPORT_EDIT_UNDONE = "report:edit-undone", "took the last edit back of"
    REPORT_REJECTED = "report:rejected", "rejected"
    REPORT_DUPLICATE = "report:duplicate", "marked as known already"
    REPORT_APPROVED = "report:approved", "approved"
    REPORT_SECONDING = "report:seconding", "approved, as the first of two,"
    REPORT_PROPOSED = "report:proposed", "proposed"
    REPORT_FORWARDED = "report:forwarded", "forwarded"
    REPORT_UNDONE = "report:undone", "undid the decision on"
    ACTION_UPDATE = "action:update", "published a new status of"
    ACTION_CORRECT = "action:correct", "corrected"
    ACTION_RETRACT = "action:retract", "withdrew"
    ACTION_CHECK = "action:check", "checked"
    ACTION_UNDO = "action:undo", "undid the newest change of"
    ACTION_FORWARDED = "action:forwarded", "forwarded"
    MEMBER_BANNED = "member:banned", "banned"
    MEMBER_UNBANNED = "member:unbanned", "unbanned"
    MEMBER_NOTED = "member:noted", "noted something about"
    COMMUNITY_SETUP = "community:setup", "changed the"
    COMMUNITY_CURATOR = "community:curator", "let this community publish for everyone:"
    COMMUNITY_NO_CURATOR = "community:no-curator", "ended this community's publishing for everyone:"
    COMMUNITY_POLICY = "community:policy", "set the policy of what everyone sees:"
    COMMUNITY_JOINED = "community:joined", "took in a home"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that was done. Names and texts stand beside it, under `detail`, and can be dropped."""

    number: int
    """From 1, without a gap."""
    at: datetime
    event: str
    """An `AuditEvent`, or one that a later version of the program wrote."""
    subject: str
    """`R-12`, `IL-17`."""
    detail: str
    """The salted hash of who did it and what was said."""
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditDetail:
    """Who did it and what was said; may be gone."""

    salt: str
    account: int | None
    """None: nobody of a platform, but the operator or the clock."""
    text: str = ""

    @property
    def hash(self) -> str:
        """What stands in the chain for it."""
        return _digest([self.salt, self.account, self.text])


def entry_hash(number: int, at: datetime, event: str, subject: str, detail: str, previous: str) -> str:
    """The hash of an entry: SHA-256 over its parts and the hash of the entry before it."""
    return _digest([number, at.astimezone(UTC).isoformat(), event, subject, detail, previous])


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of a chain found. `broken` is the number of the first entry that does not fit."""

    length: int
    head: str
    broken: int | None = None


def verify(entries: Iterable[tuple[AuditEntry, AuditDetail | None]], head: tuple[int, str]) -> Verdict:
    """Walk a chain from its start. `head` is the number and the hash that were kept as its end."""
    number, previous = 0, START
    for entry, detail in entries:
        number += 1
        told = (entry.number, entry.at, entry.event, entry.subject, entry.detail, entry.previous)
        fits = entry.number == number and entry.previous == previous and entry_hash(*told) == entry.hash
        if not fits or (detail is not None and detail.hash != entry.detail):
            return Verdict(number, previous, number)
        previous = entry.hash
    broken = None if (number, previous) == head else number + 1
    return Verdict(number, previous, broken)


def _digest(parts: list[object]) -> str:
    told = json.dumps(parts, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()
