"""Federal measures, precedents, balances."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.domain.catalogue.law import Measure, Precedent
from bot.domain.catalogue.money import Balance
from storage.catalogue.tables import action_measures, actions, balances, measures, precedents
from storage.dialects import insert_or_replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection

    from storage.people.communities import SqlCommunities


class SqlReference:
    """Implements `bot.ports.Reference`."""

    def __init__(self, connection: Connection, communities: SqlCommunities) -> None:
        self._connection = connection
        self._communities = communities

    def measures(self, visible: Sequence[str]) -> list[tuple[Measure, int]]:
        rows = self._connection.execute(
            select(measures.c.key, measures.c.name, func.count().label("actions"))
            .join(action_measures, action_measures.c.measure_id == measures.c.id)
            .join(actions, actions.c.id == action_measures.c.action_id)
            .where(self._on(visible), ~actions.c.retracted)
            .group_by(measures.c.key, measures.c.name)
        )
        found = [(Measure(row.key, row.name), row.actions) for row in rows]
        return sorted(found, key=lambda one: (one[0].name, one[0].key))  # as no server's collation would

    def measure_names(self, visible: Sequence[str]) -> list[Measure]:
        # One answer is enough, so that this costs as much as there are measures, however many actions answer
        # them: the limit keeps PostgreSQL from joining them all.
        one = (
            select(action_measures.c.action_id)
            .join(actions, actions.c.id == action_measures.c.action_id)
            .where(action_measures.c.measure_id == measures.c.id, self._on(visible), ~actions.c.retracted)
            .limit(1)
            .scalar_subquery()
        )
        rows = self._connection.execute(select(measures.c.key, measures.c.name).where(one.is_not(None)))
        return sorted((Measure(row.key, row.name) for row in rows), key=lambda m: (m.name, m.key))

    def precedents(self) -> list[Precedent]:
        rows = self._connection.execute(select(precedents).order_by(precedents.c.year, precedents.c.key))
        return [Precedent(**row._mapping) for row in rows]

    def balances(self) -> list[Balance]:
        rows = self._connection.execute(select(balances).order_by(balances.c.state, balances.c.fiscal_year))
        return [Balance(**row._mapping) for row in rows]

    def replace_precedents(self, precedents_: Sequence[Precedent]) -> None:
        rows = [asdict(precedent) for precedent in precedents_]
        if rows:
            self._connection.execute(insert_or_replace(self._connection, precedents), rows)

    def replace_balances(self, balances_: Sequence[Balance]) -> None:
        rows = [asdict(balance) for balance in balances_]
        if rows:
            self._connection.execute(insert_or_replace(self._connection, balances), rows)

    def _on(self, visible: Sequence[str]) -> ColumnElement[bool]:
        """That actions are on one of those boards, in a query that finds them by something else."""
        # The sum keeps SQLite from walking whole boards by their index. PostgreSQL would no longer know how
        # many actions pass, and plan as if there were hardly any.
        board = (
            actions.c.board_id if self._connection.dialect.name == "postgresql" else actions.c.board_id + 0
        )
        return board.in_(self._communities.board_ids(visible).values())
