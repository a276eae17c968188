"""Communities, their homes, their moderators and their boards."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, delete, exists, func, insert, or_, select, update

from bot.domain.community.people import LONGEST_BOARD, Community, Home, HomeRecord, Moderator, board_of
from bot.domain.writing.text import clean
from storage.dialects import insert_or_ignore
from storage.outbox.tables import places, review_places
from storage.people.tables import boards, communities, homes, moderators

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from bot.domain.community.people import Account

_JOINING = 5_050_002
"""PostgreSQL's advisory lock for whoever may found a community; any number that is ours."""


class SqlCommunities:
    """Implements `bot.ports.Communities`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._ids: dict[str, int] = {}

    # --- homes

    def at(self, home: Home | None) -> Community | None:
        return self._at(home, homes.c.suspended_at.is_(None)) if home else None

    def join(self, home: Home, name: str, now: datetime) -> Community:
        if self._connection.dialect.name == "postgresql":
            # Two at once would each look before the other has founded one. SQLite writes one at a time. One
            # lock for all homes: thousands may join in one transaction, in any order.
            self._connection.execute(select(func.pg_advisory_xact_lock(_JOINING)))
        called = clean(name)
        # A platform names all our homes whenever we connect: rows that are as they should be stay untouched.
        behind = or_(homes.c.name != called, homes.c.suspended_at.is_not(None))
        self._connection.execute(
            update(homes).where(_is(home), behind).values(name=called, suspended_at=None)
        )
        return self._at(home) or self._found(home, called, now)

    def suspend(self, home: Home, now: datetime) -> None:
        alive = homes.c.suspended_at.is_(None)
        self._connection.execute(update(homes).where(_is(home), alive).values(suspended_at=now))

    def knows(self, home: Home) -> bool:
        return self._connection.scalar(select(homes.c.community_id).where(_is(home))) is not None

    def homes(self, platform: str) -> list[HomeRecord]:
        return self._homes(homes.c.platform == platform)

    def homes_of(self, community_id: int) -> list[HomeRecord]:
        return self._homes(homes.c.community_id == community_id)

    def move(self, home: Home, community_id: int) -> None:
        self._connection.execute(update(homes).where(_is(home)).values(community_id=community_id))
        there = select(places.c.id).where(places.c.platform == home.platform, places.c.home == home.id)
        gone = review_places.c.place_id.in_(there), review_places.c.community_id != community_id
        self._connection.execute(delete(review_places).where(*gone))

    def set_zone(self, community_id: int, zone: str) -> None:
        self._connection.execute(
            update(communities).where(communities.c.id == community_id).values(zone=zone)
        )

    # --- moderators

    def moderators(self, community_id: int) -> list[Moderator]:
        c = moderators.c
        rows = self._connection.execute(
            select(moderators)
            .where(c.community_id == community_id)
            .order_by(c.is_group, c.platform, c.member)
        )
        return [Moderator(row.platform, row.member, row.name, row.is_group) for row in rows]

    def name_moderators(self, community_id: int, platform: str, named: Sequence[Moderator]) -> None:
        # Of two lists at once the second replaces the first: without this they would be mixed.
        lock_community(self._connection, community_id)
        c = moderators.c
        theirs = (c.community_id == community_id) & (c.platform == platform)
        self._connection.execute(delete(moderators).where(theirs))
        rows = [
            {
                "community_id": community_id,
                "platform": platform,
                "is_group": moderator.is_group,
                "member": moderator.id,
                "name": clean(moderator.name),
            }
            for moderator in named
        ]
        if rows:
            self._connection.execute(insert_or_ignore(self._connection, moderators), rows)

    def is_moderator(self, community_id: int, account: Account) -> bool:
        c = moderators.c
        person = and_(~c.is_group, c.member == account.id)
        group = and_(c.is_group, c.member.in_(sorted(account.groups)))
        query = select(c.member).where(
            c.community_id == community_id, c.platform == account.platform, or_(person, group)
        )
        return self._connection.scalar(query.limit(1)) is not None

    # --- communities

    def get(self, community_id: int) -> Community | None:
        return next(iter(self.found(communities.c.id == community_id)), None)

    def named(self, name: str) -> Community | None:
        return next(iter(self.found(boards.c.name == name)), None)

    def every(self) -> list[Community]:
        return self.found()

    def curators(self) -> list[Community]:
        placed = exists().where(review_places.c.community_id == communities.c.id)
        return self.found(communities.c.curator, first=placed)

    def found(
        self, *conditions: ColumnElement[bool], first: ColumnElement[bool] | None = None
    ) -> list[Community]:
        """The communities for which those hold, by number; those for which `first` holds come first."""
        query = select(communities, boards.c.name).join(boards, boards.c.id == communities.c.board_id)
        if first is not None:
            query = query.order_by(case((first, 0), else_=1))
        rows = self._connection.execute(query.where(*conditions).order_by(communities.c.id))
        return [Community(row.id, row.name, row.curator, row.zone, row.most_cards) for row in rows]

    # --- boards

    def boards(self) -> list[str]:
        return list(self._connection.scalars(select(boards.c.name).order_by(boards.c.id)))

    def add(self, name: str) -> None:
        board = self._connection.execute(insert(boards).values(name=name).returning(boards.c.id)).scalar_one()
        self._connection.execute(insert(communities).values(board_id=board, curator=False))

    def board_ids(self, names: Iterable[str]) -> dict[str, int]:
        """Board ids by name; unknown names are left out."""
        wanted = set(names)
        if not wanted <= self._ids.keys():
            rows = self._connection.execute(
                select(boards.c.name, boards.c.id).where(boards.c.name.in_(wanted))
            )
            self._ids |= {row.name: row.id for row in rows}
        return {name: self._ids[name] for name in sorted(wanted) if name in self._ids}

    def board_name(self, board_id: int) -> str:
        """The name of a board."""
        if board_id not in self._ids.values():
            rows = self._connection.execute(select(boards.c.name, boards.c.id))
            self._ids |= {row.name: row.id for row in rows}
        return next(name for name, known in self._ids.items() if known == board_id)

    # --- founding

    def _at(self, home: Home, *conditions: ColumnElement[bool]) -> Community | None:
        whose = select(homes.c.community_id).where(_is(home), *conditions)
        return next(iter(self.found(communities.c.id == whose.scalar_subquery())), None)

    def _homes(self, condition: ColumnElement[bool]) -> list[HomeRecord]:
        rows = self._connection.execute(
            select(homes).where(condition).order_by(homes.c.platform, homes.c.home)
        )
        return [
            HomeRecord(Home(row.platform, row.home), row.name, row.community_id, row.suspended_at is not None)
            for row in rows
        ]

    def _found(self, home: Home, called: str, now: datetime) -> Community:
        """A new community for a new home."""
        board, name = self._free_board(board_of(home))
        community: int = self._connection.execute(
            insert(communities).values(board_id=board, curator=False).returning(communities.c.id)
        ).scalar_one()
        values = {"platform": home.platform, "home": home.id, "community_id": community}
        self._connection.execute(insert(homes).values(**values, name=called, joined_at=now))
        return Community(community, name, curator=False)

    def _free_board(self, wanted: str) -> tuple[int, str]:
        """A new board of that name, or of one like it that nobody has yet."""
        for name in _numbered(wanted):
            statement = insert_or_ignore(self._connection, boards).values(name=name).returning(boards.c.id)
            board: int | None = self._connection.execute(statement).scalar_one_or_none()
            if board is not None:
                return board, name
        raise AssertionError  # numbers do not end


def lock_community(connection: Connection, community_id: int) -> None:
    """Be the only one who changes what a community names, until this transaction ends."""
    mine = select(communities.c.id).where(communities.c.id == community_id)
    connection.execute(mine.with_for_update(key_share=True)).all()


def _is(home: Home) -> ColumnElement[bool]:
    return and_(homes.c.platform == home.platform, homes.c.home == home.id)


def _numbered(name: str) -> Iterator[str]:
    """The name, then with a number behind it, always short enough for a board."""
    yield name
    for number in count(2):
        end = f"-{number}"
        yield name[: LONGEST_BOARD - len(end)] + end
