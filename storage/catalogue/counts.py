"""The kept counts: what each published change adds to them and takes from them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from storage.catalogue.tables import action_counts, partner_counts
from storage.dialects import add_to

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from bot.domain.catalogue.actions import Action
    from storage.people.communities import SqlCommunities


def count_actions(
    connection: Connection, communities: SqlCommunities, old: Iterable[Action], new: Iterable[Action]
) -> None:
    """Bring the counts from `old` versions to `new` ones; the revision row is locked, so we are alone."""
    facets: Counter[tuple[int | str | bool, ...]] = Counter()
    partners: Counter[tuple[int, str, str]] = Counter()
    for versions, sign in ((old, -1), (new, 1)):
        for action in versions:
            if action.retraction:
                continue
            board = communities.board_ids([action.board])[action.board]
            facts = action.facts
            how = (str(facts.approach), str(facts.status), facts.challenged)
            for state in ("", *facts.states):
                for topic in ("", *facts.topics):
                    facets[board, state, str(topic), *how] += sign
            for state in facts.states:
                for partner in facts.states:
                    if partner != state:
                        partners[board, state, partner] += sign
    for table, counter in ((action_counts, facets), (partner_counts, partners)):
        names = [column.name for column in table.columns]
        rows = [
            dict(zip(names, (*key, count), strict=True)) for key, count in sorted(counter.items()) if count
        ]
        add_to(connection, table, rows)
