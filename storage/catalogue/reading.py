"""Reading the catalogue: lists and single actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select, tuple_, union_all

from bot.domain.catalogue.actions import ActionLine, Code, Source, Status, Verified
from bot.domain.catalogue.dates import PartialDate
from storage.catalogue import filters
from storage.catalogue.codes import beginning, ids_of
from storage.catalogue.loading import load_actions
from storage.catalogue.statistics import date_of, tallies
from storage.catalogue.tables import (
    action_aliases,
    action_measures,
    action_precedents,
    actions,
    sources,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, Row

    from bot.domain.catalogue.actions import Action
    from bot.domain.catalogue.filters import Filter
    from storage.people.communities import SqlCommunities


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
            return sum(
                tally.count
                for tally in tallies(self._connection, self._communities, which)
                if which.fits(tally)
            )
        boards = self._communities.board_ids(which.boards).values()
        queries = [filters.listed(self._connection, which, board, func.count())[0] for board in boards]
        return sum(self._connection.scalar(query) or 0 for query in queries)

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
        date_of(row.checked),
        Source(row.url, row.source_title, row.publisher, date_of(row.source_date)),
        row.sort_key,
    )
