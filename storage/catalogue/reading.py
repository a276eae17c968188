"""Reading the catalogue: lists, counts, single actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, and_, case, cast, func, select, tuple_, union_all

from bot.domain.catalogue.actions import ActionLine, Approach, Code, Source, Status, Verified
from bot.domain.catalogue.dates import PartialDate
from bot.domain.catalogue.filters import Coverage, Tally
from bot.domain.catalogue.topics import Topic
from storage.catalogue import filters
from storage.catalogue.codes import beginning, ids_of
from storage.catalogue.loading import load_actions
from storage.catalogue.tables import (
    action_aliases,
    action_counts,
    action_measures,
    action_precedents,
    action_states,
    actions,
    measures,
    partner_counts,
    sources,
    status_changes,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from bot.domain.catalogue.actions import Action
    from bot.domain.catalogue.filters import Filter
    from storage.people.communities import SqlCommunities

_PIECE = 1000


class SqlCatalogue:
    """Implements `bot.ports.Catalogue`."""

    def __init__(self, connection: Connection, communities: SqlCommunities) -> None:
        self._connection = connection
        self._communities = communities

    def page(self, which: Filter, *, limit: int, after: str = "", before: str = "") -> list[ActionLine]:
        boards = list(self._communities.board_ids(which.boards).values())
        # Each board by its own index, then merged: one query over several boards would sort everything.
        parts = [filters.keys(self._connection, which, board, after, before).limit(limit) for board in boards]
        if not parts:
            return []
        found = union_all(*(select(part.subquery()) for part in parts)).subquery()
        newest = found.c.sort_key.asc() if before else found.c.sort_key.desc()
        chosen = select(found.c.id).order_by(newest).limit(limit)
        lines = self._lines(actions.c.id.in_(chosen.scalar_subquery()))
        return sorted(lines, key=lambda line: line.sort_key, reverse=True)

    def count(self, which: Filter) -> int:
        if filters.is_kept(which):
            return sum(tally.count for tally in self.tallies(which) if which.fits(tally))
        boards = self._communities.board_ids(which.boards).values()
        queries = [filters.listed(self._connection, which, board, func.count())[0] for board in boards]
        return sum(self._connection.scalar(query) or 0 for query in queries)

    def tallies(self, which: Filter) -> list[Tally]:
        counts = action_counts.c
        rows = self._connection.execute(
            select(counts.approach, counts.status, counts.challenged, func.sum(counts.count).label("count"))
            .where(
                counts.board_id.in_(self._communities.board_ids(which.boards).values()),
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

    def find(self, code: Code, boards: Sequence[str]) -> Action | None:
        ids = self._connection.scalars(
            select(actions.c.id).where(
                actions.c.code_state == code.state,
                actions.c.code_number == code.number,
                actions.c.board_id.in_(self._communities.board_ids(boards).values()),
            )
        ).all()
        return next(iter(self._load(ids)), None)

    def alias_of(self, code: Code) -> Code | None:
        mine = action_aliases.c.action_id.in_(ids_of(self._connection, [code]))
        return next(iter(self._codes(action_aliases.c.alias_of, mine)), None)

    def aliases_of(self, code: Code) -> list[Code]:
        theirs = action_aliases.c.alias_of.in_(ids_of(self._connection, [code]))
        return sorted(self._codes(action_aliases.c.action_id, theirs))

    def by_key(self, keys: Sequence[str]) -> dict[str, Action]:
        ids = self._connection.scalars(select(actions.c.id).where(actions.c.key.in_(keys))).all()
        return {action.key: action for action in self._load(ids)}

    def by_code(self, codes: Sequence[Code]) -> dict[Code, Action]:
        return {action.code: action for action in self._load(ids_of(self._connection, codes))}

    def numbered(self, boards: Sequence[str], state: str, digits: str, limit: int) -> list[ActionLine]:
        visible = actions.c.board_id.in_(self._communities.board_ids(boards).values())
        parts = [  # each stops at its limit
            select(actions.c.id, actions.c.code_number)
            .where(numbers, visible, ~actions.c.retracted)
            .order_by(actions.c.code_number)
            .limit(limit)
            for numbers in beginning(state, digits)
        ]
        if not parts:
            return []
        found = union_all(*(select(part.subquery()) for part in parts)).subquery()
        chosen = select(found.c.id).order_by(found.c.code_number).limit(limit)
        lines = self._lines(actions.c.id.in_(chosen.scalar_subquery()))
        return sorted(lines, key=lambda line: line.code.number)

    def related(self, code: Code, boards: Sequence[str], limit: int) -> list[ActionLine]:
        ids = ids_of(self._connection, [code])
        if not ids:
            return []
        shared = []
        # A common source says more than a common measure, and that more than a common precedent, on which
        # dozens may rest.
        for table, what, weight in (
            (sources, "url", 5),
            (action_measures, "measure_id", 3),
            (action_precedents, "precedent_key", 1),
        ):
            mine = select(table.c[what]).where(table.c.action_id == ids[0])
            shared.append(
                select(table.c.action_id.label("id"), func.sum(weight).label("weight"))
                .where(table.c[what].in_(mine), table.c.action_id != ids[0])
                .group_by(table.c.action_id)
            )
        every = union_all(*shared).subquery()
        best = self._connection.execute(
            select(every.c.id, actions.c.sort_key)
            .join(actions, actions.c.id == every.c.id)
            .where(
                actions.c.board_id.in_(self._communities.board_ids(boards).values()),
                ~actions.c.retracted,
            )
            .group_by(every.c.id, actions.c.sort_key)
            .order_by(func.sum(every.c.weight).desc(), actions.c.sort_key.desc())
            .limit(limit)
        ).all()
        lines = {line.sort_key: line for line in self._lines(actions.c.id.in_([row.id for row in best]))}
        return [lines[row.sort_key] for row in best]

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
            Coverage(row.state, row.actions, int(row.unchecked), _date(row.last_checked), _of_key(row.newest))
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

    def everything(self, after: Code | None, limit: int) -> list[Action]:
        place = tuple_(actions.c.code_state, actions.c.code_number)
        query = select(actions.c.id).order_by(actions.c.code_state, actions.c.code_number).limit(limit)
        if after:
            query = query.where(place > tuple_(after.state, after.number))
        return sorted(self._load(self._connection.scalars(query).all()), key=lambda action: action.code)

    def is_empty(self) -> bool:
        return self._connection.scalar(select(actions.c.id).limit(1)) is None

    def _codes(self, of: ColumnElement[int], condition: ColumnElement[bool]) -> list[Code]:
        """The codes of the actions in one column of the aliases."""
        query = select(actions.c.code_state, actions.c.code_number).join(action_aliases, of == actions.c.id)
        return [Code(*row) for row in self._connection.execute(query.where(condition))]

    def _lines(self, condition: ColumnElement[bool]) -> list[ActionLine]:
        behind = and_(sources.c.action_id == actions.c.id, sources.c.position == actions.c.status_source)
        rows = self._connection.execute(
            select(
                actions,
                sources.c.url,
                sources.c.title.label("source_title"),
                sources.c.publisher,
                sources.c.date.label("source_date"),
            )
            .join(sources, behind)
            .where(condition)
        )
        return [_line(row) for row in rows]

    def _load(self, ids: Sequence[int]) -> list[Action]:
        return load_actions(self._connection, self._communities, ids)


def _line(row: Row[Any]) -> ActionLine:
    return ActionLine(
        Code(row.code_state, row.code_number),
        row.title,
        Status(row.status),
        row.challenged,
        tuple(row.states.split(",")),
        PartialDate.parse(row.date),
        PartialDate.parse(row.changed),
        Verified(row.verified),
        _date(row.checked),
        Source(row.url, row.source_title, row.publisher, _date(row.source_date)),
        row.sort_key,
    )


def _date(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text) if text else None


def _of_key(sort_key: str | None) -> PartialDate | None:
    if not sort_key:
        return None
    year, month, day = int(sort_key[:4]), int(sort_key[4:6]), int(sort_key[6:8])
    return PartialDate(year, month or None, day or None)
