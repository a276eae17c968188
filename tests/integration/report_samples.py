"""Reports, proposals and deliveries to keep in tests."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from bot.domain.community.people import COMMONS
from bot.domain.deliveries import NewDelivery, Place, Purpose
from bot.domain.review.drafts import Draft
from bot.domain.review.proposals import ProposalKind
from bot.domain.review.queue import NewProposal, NewReport
from bot.domain.review.reports import Author, Origin, ReportKind
from tests.integration.samples import NOW

if TYPE_CHECKING:
    from storage.database import Database

TERMINAL = 1
"""The community that every database has."""
ANA = Author("a" * 64, account=7)
BEN = Author("b" * 64, account=8)
HIDDEN = Author("c" * 64, anonymous=True)
CHANNEL = Place("discord", "1", "11", name="#review")
OTHER = Place("discord", "1", "22", name="#other")
TO_ANA = Place("discord", "", "77", direct=True, name="Ana")

_REPORT = NewReport(
    TERMINAL, Origin.MEMBER, ReportKind.NEW, "Counts its reservoirs", "Once a year.", ("IL",), None,
    "https://example.org/news", ANA, NOW, NOW,
)  # fmt: skip
_numbers = count(1)


def report(**others: Any) -> NewReport:
    """A report of Ana's about Illinois; `others` replace what is made up."""
    return replace(_REPORT, **others)


def proposal(**others: Any) -> NewProposal:
    """A proposal for everyone's board."""
    return replace(NewProposal(COMMONS, ProposalKind.PUBLISH, None, 0, Draft("Counts"), None), **others)


def owed(place: Place | None = CHANNEL, document: str = "{}", **others: Any) -> NewDelivery:
    """A delivery that is due now; without a key it gets one that no other has."""
    made = NewDelivery(f"key-{next(_numbers)}", Purpose.CARD, place, document, NOW)
    return replace(made, **others)


def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    """What a query finds, past all ports."""
    with database._reader.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def change(database: Database, statement: str) -> None:
    """Change something behind everyone's back."""
    with database._writer.begin() as connection:
        assert connection.execute(text(statement)).rowcount > 0, "nothing was changed"
