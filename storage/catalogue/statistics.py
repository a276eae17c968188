"""The catalogue in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, case, cast, func, select

from bot.domain.catalogue.actions import Approach, Status, Verified
from bot.domain.catalogue.dates import PartialDate
from bot.domain.catalogue.filters import Coverage, Tally
from bot.domain.catalogue.topics import Topic
from storage.catalogue import filters
from storage.catalogue.tables import (
    action_counts,
    action_measures,
    action_states,
    actions,
    measures,
    partner_counts,
    status_changes,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection, Select

    from bot.domain.catalogue.filters import Filter
    from storage.people.communities import SqlCommunities

_PIECE = 1000


class SqlStatistics:
    """Implements `bot.ports.Statistics`."""

    def __init__(self, connection: Connection, communities: SqlCommunities) -> None:
        self._connection = connection
        self._communities = communities

    def tallies(self, which: Filter) -> list[Tally]:
        return tallies(self._connection, self._communities, which)

    def topic_counts(self, which: Filter) -> dict[Topic, int]:
        counts = action_counts.c
        rows = self._connection.execute(
            select(counts.topic, func.sum(counts.count).label("total"))
            .where(
                counts.board_id.in_(self._communities.board_ids(which.boards).values()),
                counts.state == (which.state or ""),
                counts.topic != "",
                counts.count > 0,
                *filters.how(which, counts),
            )
            .group_by(counts.topic)
        )
        return {Topic(row.topic): int(row.total) for row in rows}

    def state_counts(self, which: Filter) -> list[tuple[str, int]]:
        boards = list(self._communities.board_ids(which.boards).values())
        if filters.is_kept(which) and not which.state:
            counts = action_counts.c
            conditions = [counts.topic == (which.topic or ""), counts.count > 0, *filters.how(which, counts)]
            query = select(counts.state, func.sum(counts.count).label("total")).where(
                counts.board_id.in_(boards), counts.state != "", *conditions
            )
        else:
            query = (
                select(action_states.c.state, func.count().label("total"))
                .join(actions, actions.c.id == action_states.c.action_id)
                .where(filters.on(boards, which), *filters.conditions(self._connection, which))
            )
        state = query.selected_columns.state
        found = [(row.state, int(row.total)) for row in self._connection.execute(query.group_by(state))]
        return sorted(found, key=lambda counted: (-counted[1], counted[0]))

    def partners(self, boards: Sequence[str], state: str) -> list[tuple[str, int]]:
        counts = partner_counts.c
        total = func.sum(counts.count).label("total")
        rows = self._connection.execute(
            select(counts.partner, total)
            .where(
                counts.board_id.in_(self._communities.board_ids(boards).values()),
                counts.state == state,
                counts.count > 0,
            )
            .group_by(counts.partner)
            .order_by(total.desc(), counts.partner)
        )
        return [(row.partner, int(row.total)) for row in rows]

    def histories(self, which: Filter) -> Iterator[tuple[PartialDate, list[tuple[PartialDate, Status]]]]:
        boards = list(self._communities.board_ids(which.boards).values())
        rows = self._connection.execute(
            select(
                actions.c.id, actions.c.date.label("began"), status_changes.c.date, status_changes.c.status
            )
            .join(status_changes, status_changes.c.action_id == actions.c.id)
            .where(filters.on(boards, which), *filters.conditions(self._connection, which))
            .order_by(actions.c.id, status_changes.c.position),
            execution_options={"yield_per": _PIECE},
        )
        current, began, steps = None, PartialDate(1776), list[tuple[PartialDate, Status]]()
        for row in rows:
            if row.id != current:
                if current is not None:
                    yield began, steps
                current, began, steps = row.id, PartialDate.parse(row.began), []
            steps.append((PartialDate.parse(row.date), Status(row.status)))
        if current is not None:
            yield began, steps

    def coverage(self, boards: Sequence[str]) -> list[Coverage]:
        unchecked = actions.c.verified != Verified.SEEN
        seen = case((unchecked, None), else_=actions.c.checked)
        rows = self._connection.execute(
            select(
                action_states.c.state,
                func.count().label("actions"),
                func.sum(cast(unchecked, Integer)).label("unchecked"),
                func.max(seen).label("last_checked"),
                func.max(actions.c.sort_key).label("newest"),
            )
            .join(actions, actions.c.id == action_states.c.action_id)
            .where(
                action_states.c.board_id.in_(self._communities.board_ids(boards).values()),
                ~actions.c.retracted,
            )
            .group_by(action_states.c.state)
        ).all()
        return [
            Coverage(
                row.state, row.actions, int(row.unchecked), date_of(row.last_checked), _of_key(row.newest)
            )
            for row in rows
        ]

    def shared_measures(self, boards: Sequence[str], state: str, other: str) -> list[tuple[str, int]]:
        def answered_by(code: str) -> Select[Any]:
            return (
                select(action_measures.c.measure_id)
                .join(action_states, action_states.c.action_id == action_measures.c.action_id)
                .join(actions, actions.c.id == action_measures.c.action_id)
                .where(
                    action_states.c.state == code,
                    action_states.c.board_id.in_(self._communities.board_ids(boards).values()),
                    ~actions.c.retracted,
                )
            )

        either = action_states.c.state.in_([state, other])
        total = func.count(action_measures.c.action_id.distinct())
        rows = self._connection.execute(
            select(measures.c.name, total.label("total"))
            .join(action_measures, action_measures.c.measure_id == measures.c.id)
            .join(action_states, action_states.c.action_id == action_measures.c.action_id)
            .join(actions, actions.c.id == action_measures.c.action_id)
            .where(
                either,
                ~actions.c.retracted,
                action_states.c.board_id.in_(self._communities.board_ids(boards).values()),
                measures.c.id.in_(answered_by(state)),
                measures.c.id.in_(answered_by(other)),
            )
            .group_by(measures.c.id, measures.c.name)
            .order_by(total.desc(), measures.c.key)
        )
        return [(row.name, row.total) for row in rows]


def tallies(connection: Connection, communities: SqlCommunities, which: Filter) -> list[Tally]:
    """See `bot.ports.Statistics`; the number of actions in a list is their sum."""
    counts = action_counts.c
    rows = connection.execute(
        select(counts.approach, counts.status, counts.challenged, func.sum(counts.count).label("count"))
        .where(
            counts.board_id.in_(communities.board_ids(which.boards).values()),
            counts.state == (which.state or ""),
            counts.topic == (which.topic or ""),
            counts.count > 0,
        )
        .group_by(counts.approach, counts.status, counts.challenged)
    )
    return [
        Tally(Approach(row.approach), Status(row.status), row.challenged, int(row._mapping["count"]))
        for row in rows
    ]


def date_of(text: str | None) -> PartialDate | None:
    """A date as columns keep it."""
    return PartialDate.parse(text) if text else None


def _of_key(sort_key: str | None) -> PartialDate | None:
    if not sort_key:
        return None
    year, month, day = int(sort_key[:4]), int(sort_key[4:6]), int(sort_key[6:8])
    return PartialDate(year, month or None, day or None)
