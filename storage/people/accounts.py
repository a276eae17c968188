"""Accounts, who is one person, bans and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, insert, or_, select, update

from bot.domain.community.people import Ban, KnownAccount
from bot.domain.writing.text import clean
from storage.dialects import insert_or_ignore
from storage.people.forgetting import forget
from storage.people.tables import accounts, bans, communities, homes, member_notes, moderators
from storage.review.tables import followers, reports

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row

    from bot.domain.community.people import Account, Community
    from storage.people.communities import SqlCommunities

_LINKING = 5_050_003
"""PostgreSQL's advisory lock for whoever links accounts; any number that is ours."""


class SqlPeople:
    """Implements `bot.ports.People`."""

    def __init__(self, connection: Connection, communities: SqlCommunities) -> None:
        self._connection = connection
        self._communities = communities

    # --- accounts

    def find(self, platform: str, id_: str) -> KnownAccount | None:
        here = (accounts.c.platform == platform, accounts.c.account == id_)
        return next(iter(self._accounts(*here)), None)

    def keep(self, account: Account, pseudonym: str, now: datetime) -> KnownAccount:
        c = accounts.c
        here = (c.platform == account.platform, c.account == account.id)
        told = {"name": clean(account.name), "pseudonym": pseudonym, "seen_at": now}
        row = {"platform": account.platform, "account": account.id, "person": 0, **told}
        statement = insert_or_ignore(self._connection, accounts).returning(c.id)
        number = self._connection.execute(statement, row).scalar_one_or_none()
        new = {"person": number} if number is not None else {}  # as long as it is linked with no other
        self._connection.execute(update(accounts).where(*here).values({**told, **new}))
        (kept,) = self._accounts(*here)
        return kept

    def known(self, numbers: Iterable[int]) -> dict[int, KnownAccount]:
        return {account.number: account for account in self._accounts(accounts.c.id.in_(set(numbers)))}

    def linked(self, person: int) -> list[KnownAccount]:
        return self._accounts(accounts.c.person == person)

    def link(self, number: int, other: int) -> None:
        if self._connection.dialect.name == "postgresql":
            # Two at once could each miss whom the other is just adding to the same group.
            self._connection.execute(select(func.pg_advisory_xact_lock(_LINKING)))
        known = self.known([number, other])
        if len(known) == 2:
            theirs = accounts.c.person == known[other].person
            self._connection.execute(update(accounts).where(theirs).values(person=known[number].person))

    def forget(self, number: int | None, renamed: Mapping[str, str]) -> None:
        forget(self._connection, number, renamed)

    # --- what communities keep about people

    def ban(self, community_id: int, ban: Ban, by: int | None, now: datetime) -> bool:
        row = {
            "community_id": community_id,
            "pseudonym": ban.pseudonym,
            "report_id": ban.report,
            "why": ban.why,
            "by": by,
            "at": now,
        }
        statement = insert_or_ignore(self._connection, bans).returning(bans.c.pseudonym)
        return self._connection.execute(statement, row).scalar_one_or_none() is not None

    def unban(self, community_id: int, pseudonyms: Iterable[str]) -> bool:
        statement = delete(bans).where(_banned(community_id, pseudonyms))
        return self._connection.execute(statement).rowcount > 0

    def bans(self, community_id: int) -> list[Ban]:
        rows = self._connection.execute(
            select(bans, accounts.c.name)
            .outerjoin(accounts, accounts.c.pseudonym == bans.c.pseudonym)
            .where(bans.c.community_id == community_id)
            .order_by(bans.c.at.desc(), bans.c.pseudonym)
        )
        return [Ban(row.pseudonym, row.name or "", row.report_id, row.why) for row in rows]

    def is_banned(self, community_id: int, pseudonyms: Iterable[str]) -> bool:
        query = select(bans.c.pseudonym).where(_banned(community_id, pseudonyms)).limit(1)
        return self._connection.scalar(query) is not None

    def add_note(self, community_id: int, pseudonym: str, text: str, by: int | None, now: datetime) -> None:
        values = {"community_id": community_id, "pseudonym": pseudonym, "text": text, "by": by, "at": now}
        self._connection.execute(insert(member_notes).values(values))

    def notes(self, community_id: int, pseudonyms: Iterable[str]) -> list[str]:
        c = member_notes.c
        about = (c.community_id == community_id, c.pseudonym.in_(sorted(set(pseudonyms))))
        return list(self._connection.scalars(select(c.text).where(*about).order_by(c.id.desc())))

    def communities_of(self, number: int) -> list[Community]:
        # By the pseudonym, which has an index in both tables; it is that of the account, not the hidden one.
        mine = select(accounts.c.pseudonym).where(accounts.c.id == number).scalar_subquery()
        followed = select(followers.c.report_id).where(followers.c.author == mine)
        sent = select(reports.c.community_id).where(or_(reports.c.author == mine, reports.c.id.in_(followed)))
        named = (
            select(moderators.c.community_id)
            .join(
                accounts,
                (accounts.c.platform == moderators.c.platform) & (accounts.c.account == moderators.c.member),
            )
            .where(accounts.c.id == number, ~moderators.c.is_group)
        )
        here = or_(communities.c.id.in_(sent), communities.c.id.in_(named))
        alive = select(homes.c.community_id).where(homes.c.suspended_at.is_(None))
        return self._communities.found(and_(here, communities.c.id.in_(alive)))

    def _accounts(self, *conditions: ColumnElement[bool]) -> list[KnownAccount]:
        rows = self._connection.execute(select(accounts).where(*conditions).order_by(accounts.c.id))
        return [_account(row) for row in rows]


def _account(row: Row[tuple[object, ...]]) -> KnownAccount:
    return KnownAccount(row.id, row.platform, row.account, row.name, row.person)


def _banned(community_id: int, pseudonyms: Iterable[str]) -> ColumnElement[bool]:
    return (bans.c.community_id == community_id) & bans.c.pseudonym.in_(sorted(set(pseudonyms)))
