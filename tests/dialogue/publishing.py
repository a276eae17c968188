"""Actions to publish while somebody asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.domain.catalogue.actions import (
    Approach,
    Code,
    Facts,
    Kind,
    Retraction,
    Source,
    Status,
    StatusChange,
    Verified,
)
from bot.domain.catalogue.dates import PartialDate
from bot.domain.catalogue.filters import NewAction
from bot.domain.catalogue.revisions import Change, Decision
from bot.domain.catalogue.topics import Topic
from bot.domain.community.people import COMMONS
from bot.ports.store import write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.catalogue.actions import Action
    from bot.ports import Store, UnitOfWork

DECISION = Decision("operator", "a test", datetime(2026, 11, 20, tzinfo=UTC))
LINK = "https://example.org/counts"


def facts(*states: str, on: str = "2025-03-04", status: Status = Status.ADOPTED, **others: Any) -> Facts:
    """Valid facts; `others` replace what is made up."""
    date = PartialDate.parse(on)
    plain = Facts(
        title="Counts its reservoirs every year",
        summary="The agency counts once a year.",
        states=states or ("IL",),
        topics=(Topic.LAND_WATER,),
        kind=Kind.STATUTE,
        approach=Approach.BUILD,
        date=date,
        history=(StatusChange(date, status, "", LINK),),
        sources=(Source(LINK, "State counts", "Example News", date),),
        verified=Verified.SEEN,
        checked=PartialDate(2026, 11),
    )
    return replace(plain, **others)


def publish(store: Store, *each: Facts, board: str = COMMONS) -> list[Action]:
    """Add actions with keys of their own."""

    def work(uow: UnitOfWork) -> list[Action]:
        head = uow.revisions.head()
        new = [NewAction(f"new-{head + at}", board, one) for at, one in enumerate(each)]
        return uow.publisher.add(new, DECISION)

    return write(store, work)


def change(store: Store, code: str, **fields: Any) -> None:
    """Publish a new version of an action."""

    def work(uow: UnitOfWork) -> None:
        action = _one(uow, code)
        uow.publisher.change(
            [(replace(action, facts=replace(action.facts, **fields)), Change.CHANGED)], DECISION
        )

    write(store, work)


def retract(store: Store, codes: Iterable[str], reason: str = "", at: datetime | None = None) -> None:
    """Take actions out of the catalogue."""

    def work(uow: UnitOfWork) -> None:
        gone = [replace(_one(uow, code), retraction=Retraction(at, reason)) for code in codes]
        uow.publisher.change([(action, Change.RETRACTED) for action in gone], DECISION)

    write(store, work)


def _one(uow: UnitOfWork, code: str) -> Action:
    parsed = Code.parse(code)
    assert parsed
    (action,) = uow.catalogue.by_code([parsed]).values()
    return action
