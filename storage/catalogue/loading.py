"""Whole actions from their rows: one query a table, however many actions."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.domain.catalogue.actions import (
    Action,
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
from bot.domain.catalogue.topics import Topic
from storage.catalogue.tables import (
    action_measures,
    action_precedents,
    action_topics,
    actions,
    sources,
    status_changes,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row, Table

    from storage.people.communities import SqlCommunities


def load_actions(connection: Connection, communities: SqlCommunities, ids: Sequence[int]) -> list[Action]:
    """The actions of those ids, in no order."""
    if not ids:
        return []
    parts = {
        table.name: _children(connection, table, ids)
        for table in (action_topics, sources, status_changes, action_measures, action_precedents)
    }
    rows = connection.execute(select(actions).where(actions.c.id.in_(ids)))
    return [_action(row, communities.board_name(row.board_id), parts) for row in rows]


def _children(connection: Connection, table: Table, ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    query = select(table).where(table.c.action_id.in_(ids)).order_by(table.c.action_id, table.c.position)
    for row in connection.execute(query):
        found[row.action_id].append(row)
    return found


def _action(row: Row[Any], board: str, parts: dict[str, dict[int, list[Row[Any]]]]) -> Action:
    mine = {name: by_id.get(row.id, []) for name, by_id in parts.items()}
    cited = tuple(
        Source(s.url, s.title, s.publisher, PartialDate.parse(s.date) if s.date else None)
        for s in mine["sources"]
    )
    facts = Facts(
        row.title,
        row.summary,
        tuple(row.states.split(",")),
        tuple(Topic(t.topic) for t in mine["action_topics"]),
        Kind(row.kind),
        Approach(row.approach),
        PartialDate.parse(row.date),
        tuple(
            StatusChange(PartialDate.parse(h.date), Status(h.status), h.note, cited[h.source].url)
            for h in mine["status_changes"]
        ),
        cited,
        tuple(m.name for m in mine["action_measures"]),
        tuple(p.precedent_key for p in mine["action_precedents"]),
        Verified(row.verified),
        PartialDate.parse(row.checked) if row.checked else None,
        row.challenged,
    )
    retraction = Retraction(row.retracted_at, row.retracted_reason) if row.retracted else None
    return Action(Code(row.code_state, row.code_number), row.key, board, facts, retraction, row.revision)
