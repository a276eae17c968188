"""What a filter of the core means in SQL."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, select, true

from bot.domain.catalogue.dates import since_key
from storage.catalogue import search
from storage.catalogue.tables import (
    action_measures,
    action_precedents,
    action_states,
    action_topics,
    actions,
    measures,
    sources,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Column, ColumnElement, Connection, Select
    from sqlalchemy.sql.base import ReadOnlyColumnCollection

    from bot.domain.catalogue.filters import Filter


def keys(connection: Connection, which: Filter, board: int, after: str, before: str) -> Select[Any]:
    """Ids and sort keys of one board's rows from a place on, by the index that narrows most."""
    query, sort_key = listed(connection, which, board, actions.c.id)
    if after:
        query = query.where(sort_key < after)
    if before:
        query = query.where(sort_key > before)
    return query.add_columns(sort_key).order_by(sort_key.asc() if before else sort_key.desc())


def listed(
    connection: Connection, which: Filter, board: int, what: ColumnElement[Any]
) -> tuple[Select[Any], ColumnElement[str]]:
    """`what` of one board's rows that pass, and the sort key as the index has it that narrows most."""
    if which.state:
        table, narrowed = action_states, action_states.c.state == which.state
        which = replace(which, state=None)
    elif which.topic:
        table, narrowed = action_topics, action_topics.c.topic == which.topic
        which = replace(which, topic=None)
    else:
        table, narrowed = actions, true()
    at = table.c
    query: Select[Any] = select(what).select_from(actions).where(on([board], which, at), narrowed)
    if table is not actions:
        query = query.join(table, at.action_id == actions.c.id)
    return query.where(*conditions(connection, which, at.sort_key)), at.sort_key


def on(
    boards: Sequence[int], which: Filter, c: ReadOnlyColumnCollection[str, Column[Any]] = actions.c
) -> ColumnElement[bool]:
    """That rows are on one of `boards`."""
    # Few actions answer one measure, rest on one precedent or cite one link. SQLite would walk a whole board
    # to find them: the sum keeps it from that index.
    few = which.measure or which.precedent or which.link
    board = c.board_id + 0 if few else c.board_id
    return board == boards[0] if len(boards) == 1 else board.in_(boards)


def conditions(
    connection: Connection, which: Filter, sort_key: ColumnElement[str] = actions.c.sort_key
) -> list[ColumnElement[bool]]:
    """All that a filter asks, boards apart, on rows of `actions`; of several sort keys, on that one."""
    asked: list[ColumnElement[bool]] = [~actions.c.retracted, *how(which, actions.c)]
    if which.state:
        has_state = action_states.alias("has_state").c
        asked.append(exists().where(has_state.action_id == actions.c.id, has_state.state == which.state))
    if which.topic:
        has_topic = action_topics.alias("has_topic").c
        asked.append(exists().where(has_topic.action_id == actions.c.id, has_topic.topic == which.topic))
    if which.since:
        asked.append(sort_key >= since_key(which.since))
    if which.joint:
        asked.append(actions.c.states.contains(","))
    if which.measure:
        asked.append(
            actions.c.id.in_(
                select(action_measures.c.action_id)
                .join(measures, measures.c.id == action_measures.c.measure_id)
                .where(measures.c.key == which.measure)
            )
        )
    if which.precedent:
        asked.append(
            actions.c.id.in_(
                select(action_precedents.c.action_id).where(
                    action_precedents.c.precedent_key == which.precedent
                )
            )
        )
    if which.link:
        asked.append(actions.c.id.in_(select(sources.c.action_id).where(sources.c.link_key == which.link)))
    if which.words:
        asked.append(actions.c.id.in_(search.matching(connection, which.words)))
    return asked


def is_kept(which: Filter) -> bool:
    """Whether the kept counts answer how many pass."""
    few = which.measure or which.precedent or which.link
    return which.since is None and not (few or which.words or which.joint)


def how(which: Filter, c: ReadOnlyColumnCollection[str, Column[Any]]) -> list[ColumnElement[bool]]:
    """What a filter asks of approach, status and challenge, which actions and kept counts both have."""
    asked: list[ColumnElement[bool]] = []
    if which.approach:
        asked.append(c.approach == which.approach)
    if which.statuses is not None:
        asked.append(c.status.in_(sorted(which.statuses)))
    if which.challenged is not None:
        asked.append(c.challenged == which.challenged)
    return asked
