"""Actions to publish in tests: invented, of states of both parties."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from bot.domain.catalogue.actions import Approach, Code, Facts, Kind, Retraction, Source, Status, StatusChange
from bot.domain.catalogue.dates import PartialDate
from bot.domain.catalogue.filters import NewAction
from bot.domain.catalogue.revisions import Decision
from bot.domain.catalogue.topics import Topic
from bot.domain.community.people import COMMONS

NOW = datetime(2026, 11, 20, 14, 2, tzinfo=UTC)
DECISION = Decision("operator", "a test", NOW)
RETRACTION = Retraction(NOW, "it was entered twice")
STATES = ("IL", "TX", "CA", "FL", "NY", "OH", "WA", "GA")

_numbers = count(1)


def day(text: str) -> PartialDate:
    """A date as people write it here: `2025-03`."""
    return PartialDate.parse(text)


def facts(*states: str, status: Status = Status.ADOPTED, on: str = "2025-03-04", **others: Any) -> Facts:
    """Valid facts with one status change, of `on`; `others` replace what is made up."""
    link = others.pop("link", "https://example.org/news/1")
    plain = Facts(
        title="Orders a yearly count of its reservoirs",
        summary="The agency counts once a year and publishes what it found.",
        states=states or ("IL",),
        topics=(Topic.LAND_WATER,),
        kind=Kind.STATUTE,
        approach=Approach.BUILD,
        date=day(on),
        history=(StatusChange(day(on), status, "", link),),
        sources=(Source(link, "State counts its reservoirs", "Example News", day(on)),),
    )
    return replace(plain, **others)


def new(
    *states: str,
    key: str | None = None,
    board: str = COMMONS,
    code: str | None = None,
    retraction: Retraction | None = None,
    **others: Any,
) -> NewAction:
    """An action to publish; without a key it gets one that no other test action has."""
    given = Code.parse(code) if code else None
    return NewAction(key or f"sample-{next(_numbers)}", board, facts(*states, **others), given, retraction)
