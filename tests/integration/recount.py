"""The kept counts, and the same counted anew from the actions themselves."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, select

from bot.ports.store import read
from storage.catalogue.tables import action_counts, partner_counts, revisions
from storage.people.tables import boards

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.domain.catalogue.actions import Action, Code
    from bot.ports import UnitOfWork
    from storage.database import Database

Counts = dict[tuple[object, ...], int]


def kept_counts(database: Database) -> tuple[Counts, Counts]:
    """What the tables hold, zeroes apart: by board, state, topic and how; by board, state and partner."""
    engine = create_engine(database.url)
    with engine.connect() as connection:
        names = {row.id: row.name for row in connection.execute(select(boards))}
        found = []
        for table in (action_counts, partner_counts):
            rows = connection.execute(select(table).where(table.c.count != 0))
            found.append({(names[board], *key): count for board, *key, count in rows})
    engine.dispose()
    return found[0], found[1]


def revision_numbers(database: Database) -> list[int]:
    """The numbers that are there, in order."""
    engine = create_engine(database.url)
    with engine.connect() as connection:
        found = connection.scalars(select(revisions.c.number).order_by(revisions.c.number)).all()
    engine.dispose()
    return list(found)


def true_counts(database: Database) -> tuple[Counts, Counts]:
    """What they should be."""
    facets: Counter[tuple[object, ...]] = Counter()
    partners: Counter[tuple[object, ...]] = Counter()
    for action in read(database, lambda uow: list(every_action(uow))):
        if action.retraction is None:
            facets.update(_facets(action))
            states = action.facts.states
            partners.update((action.board, one, other) for one in states for other in states if one != other)
    return dict(facets), dict(partners)


def every_action(uow: UnitOfWork) -> Iterator[Action]:
    """All actions, a piece at a time."""
    after: Code | None = None
    while piece := uow.catalogue.everything(after, 500):
        yield from piece
        after = piece[-1].code


def _facets(action: Action) -> Iterable[tuple[object, ...]]:
    facts = action.facts
    how = (facts.approach.value, facts.status.value, facts.challenged)
    for state in ("", *facts.states):
        for topic in ("", *(topic.value for topic in facts.topics)):
            yield (action.board, state, topic, *how)
