"""How a community is moderated: where its cards go, how many an hour, how many people its board asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from bot.domain.review.proposals import Policy
from storage.dialects import insert_or_replace
from storage.outbox.places import keep_place, place_of
from storage.outbox.tables import places, review_places
from storage.people.communities import lock_community
from storage.people.tables import boards, communities, policies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from bot.domain.deliveries import Place


class SqlReviewSettings:
    """Implements `bot.ports.ReviewSettings`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def trust(self, community_id: int, *, curator: bool) -> None:
        mine = communities.c.id == community_id
        self._connection.execute(update(communities).where(mine).values(curator=curator))

    def set_most_cards(self, community_id: int, most: int) -> None:
        mine = communities.c.id == community_id
        self._connection.execute(update(communities).where(mine).values(most_cards=most))

    def review_places(self, community_id: int) -> list[Place]:
        rows = self._connection.execute(
            select(places)
            .join(review_places, review_places.c.place_id == places.c.id)
            .where(review_places.c.community_id == community_id)
            .order_by(places.c.platform, places.c.place, places.c.home)
        )
        return [place_of(row) for row in rows]

    def name_review_places(
        self, community_id: int, platform: str, named: Sequence[Place], home: str | None = None
    ) -> None:
        # Of two lists at once the second replaces the first: without this they would be mixed.
        lock_community(self._connection, community_id)
        of = review_places.c
        theirs = select(places.c.id).where(places.c.platform == platform)
        if home is not None:
            theirs = theirs.where(places.c.home == home)
        gone = delete(review_places).where(of.community_id == community_id, of.place_id.in_(theirs))
        self._connection.execute(gone)
        ids = dict.fromkeys(keep_place(self._connection, place) for place in named)
        rows = [{"community_id": community_id, "place_id": number} for number in ids]
        if rows:
            self._connection.execute(insert(review_places), rows)

    def policy(self, board: str) -> Policy:
        query = select(policies.c.policy).join(boards, boards.c.id == policies.c.board_id)
        found = self._connection.scalar(query.where(boards.c.name == board))
        return Policy(found) if found else Policy.ONE

    def set_policy(self, board: str, policy: Policy) -> None:
        number = self._connection.scalar(select(boards.c.id).where(boards.c.name == board))
        row = {"board_id": number, "policy": policy}
        self._connection.execute(insert_or_replace(self._connection, policies), row)
