"""Who may do what where, and who is one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.community.people import Account, Person, Role, Use, pseudonym

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.domain.community.people import Community, KnownAccount
    from bot.domain.review.reports import Author
    from bot.ports import UnitOfWork

FORMER = "somebody who is no longer on file"


def role_of(uow: UnitOfWork, community: Community | None, account: Account) -> Role:
    """What somebody may do in a community: what their platform says, or more where they are named there.

    Outside of all communities everyone is a member, whatever their platform says.
    """
    if community is None:
        return Role.MEMBER
    if account.role < Role.MODERATOR and uow.communities.is_moderator(community.id, account):
        return Role.MODERATOR
    return account.role


def person_of(uow: UnitOfWork, secret: bytes, account: Account) -> Person:
    """Somebody with all accounts that are linked; nothing is written."""
    known = uow.people.find(account.platform, account.id)
    linked = uow.people.linked(known.person) if known else []
    accounts = [account, *(Account(other.platform, other.id, other.name) for other in linked)]
    return Person(
        account,
        pseudonym(secret, account),
        pseudonym(secret, account, Use.HIDDEN),
        frozenset(pseudonym(secret, one) for one in accounts),
        frozenset(pseudonym(secret, one, Use.HIDDEN) for one in accounts),
        frozenset(pseudonym(secret, one, use) for one in accounts for use in (Use.GONE, Use.HIDDEN_GONE)),
        min(pseudonym(secret, one, Use.COUNTED) for one in accounts),
        known.number if known else None,
    )


def keep_person(uow: UnitOfWork, person: Person, now: datetime) -> int:
    """The number of somebody's account, who from now on is known by their name."""
    return uow.people.keep(person.account, person.open, now).number


def name_of(uow: UnitOfWork, account: int | None) -> str:
    """The name of an account that did something."""
    if account is None:
        return "the operator"
    known = uow.people.known([account]).get(account)
    return known.name if known else FORMER


def one_person(uow: UnitOfWork, accounts: Iterable[int | None]) -> int:
    """How many people those accounts are."""
    numbers = [number for number in accounts if number is not None]
    known = uow.people.known(numbers)
    people = {known[number].person if number in known else -number for number in numbers}
    return len(people)


def author_name(uow: UnitOfWork, author: Author | None) -> str:
    """How moderators see who sent something."""
    if author is None:
        return FORMER
    if author.anonymous:
        return "anonymous"
    return name_of(uow, author.account) if author.account is not None else FORMER


def account_of(uow: UnitOfWork, author: Author) -> KnownAccount | None:
    """The account to which messages for an author go, if there is one."""
    if author.anonymous or author.account is None:
        return None
    return uow.people.known([author.account]).get(author.account)
