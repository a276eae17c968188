"""What may happen to reports, told a second time and in other words than the code: the table of DESIGN 6."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.domain.deliveries import Subject
from storage.catalogue.tables import revision_head
from storage.outbox.tables import deliveries, payloads
from storage.review.tables import approvals, followers, proposals, reports

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Database

OPEN = ("new", "claimed", "seconding", "asked")
_FIRST = {
    "claim": "claimed", "approve": "approved", "first approve": "seconding", "reject": "rejected",
    "duplicate": "duplicate", "ask": "asked", "forward": "forwarded", "withdraw": "withdrawn",
    "fold": "folded",
}  # fmt: skip
TABLE: dict[str, dict[str, str]] = {
    "new": {**_FIRST, "edit": "new"},
    "claimed": {**_FIRST, "edit": "claimed"},
    "asked": {**_FIRST, "edit": "asked", "answer": "new"},
    "seconding": {
        "approve": "approved", "edit": "claimed", "reject": "rejected",
        # The author may go at any time; others who sent the same stay.
        "withdraw": "withdrawn", "fold": "folded",
    },
    "forwarded": {"approve": "approved", "reject": "rejected", "duplicate": "duplicate"},
    "approved": {"undo": "new"},
    "rejected": {"undo": "new"},
    "duplicate": {"undo": "new"},
    "withdrawn": {},
    "folded": {"unban": "new"},
}  # fmt: skip
"""Where each event leads; what is not here cannot happen. A claim, a question and half an agreement lapse."""
LASTS = {"claimed": 30 * 60, "seconding": 7 * 86_400, "asked": 14 * 86_400}
"""Seconds."""
TITLES = (
    ("approved", re.compile("R-[0-9]+ was approved")),
    ("rejected", re.compile("R-[0-9]+ was rejected")),
    ("duplicate", re.compile("R-[0-9]+ was known already")),
    ("folded", re.compile("R-[0-9]+ was set aside")),
    ("changed", re.compile("R-[0-9]+: the decision was undone")),
    ("asked", re.compile("R-[0-9]+: a question from the moderators")),
)
"""What notices are called."""


@dataclass(frozen=True)
class Seen:
    """A report with all that stands beside it, as it is on file."""

    number: int
    community: int
    origin: str
    kind: str
    status: str
    version: int
    author: str
    anonymous: bool
    claimed_by: int | None
    until: datetime | None
    visible_at: datetime
    proposal: int
    edition: int
    agreed: tuple[int, ...]
    """Accounts whose word for the draft as it is now is in."""
    followers: tuple[str, ...]
    gone: tuple[str, ...]
    """Of those who sent it and left: they hear nothing more, and still do not decide on it."""
    forwarded_from: int | None
    link: str
    code: str

    @property
    def hear(self) -> tuple[str, ...]:
        """Pseudonyms of all who are to hear of it."""
        return (self.author, *self.followers) if self.author else self.followers

    @property
    def senders(self) -> tuple[str, ...]:
        """Pseudonyms of all who ever sent it."""
        return (*self.hear, *self.gone)

    def standing(self, now: datetime) -> str:
        """Its status, a lapse counted."""
        return "new" if self.until is not None and self.until <= now else self.status


@dataclass(frozen=True)
class Sight:
    """All of it at one moment."""

    reports: dict[int, Seen] = field(default_factory=dict)
    notices: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    """By report, recipient and what it is about."""
    head: int = 0


def look(database: Database) -> Sight:
    """Read it past all that is tested."""
    with database._reader.connect() as connection:
        editions = {row.id: row.edition for row in connection.execute(select(proposals))}
        agreed: dict[int, list[int]] = {}
        for row in connection.execute(select(approvals)):
            if editions[row.proposal_id] == row.edition:
                agreed.setdefault(row.proposal_id, []).append(row.account_id)
        following: dict[int, list[str]] = {}
        left: dict[int, list[str]] = {}
        for row in connection.execute(select(followers).order_by(followers.c.id)):
            stays = row.anonymous or row.author_account is not None
            (following if stays else left).setdefault(row.report_id, []).append(row.author)
        found = {
            row.id: Seen(
                row.id, row.community_id, row.origin, row.kind, row.status, row.version, row.author or "",
                row.anonymous, row.claimed_by, row.until, row.visible_at, row.proposal_id,
                editions[row.proposal_id], tuple(sorted(agreed.get(row.proposal_id, ()))),
                tuple(following.get(row.id, ())), tuple(left.get(row.id, ())), row.forwarded_from,
                row.link, row.code or "",
            )
            for row in connection.execute(select(reports))
        }  # fmt: skip
        owed = select(deliveries, payloads.c.document).join(
            payloads, payloads.c.digest == deliveries.c.payload
        )
        notices: Counter[tuple[int, str, str]] = Counter()
        for row in connection.execute(owed.where(deliveries.c.purpose == "notice")):
            title = json.loads(row.document)["title"]
            (about,) = [name for name, pattern in TITLES if pattern.fullmatch(title)]
            notices[int(Subject.read(row.about).id), row.recipient, about] += 1
            # Whoever has a name gets a message; of an anonymous sender nobody knows where to send it.
            assert row.state == ("pending" if row.place_id else "kept"), title
        head = connection.scalar(select(revision_head.c.number)) or 0
    return Sight(found, notices, head)
