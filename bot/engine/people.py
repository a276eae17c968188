"""Who may do what where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.people import Role

if TYPE_CHECKING:
    from bot.domain.people import Account, Community
    from bot.ports import UnitOfWork


def role_of(uow: UnitOfWork, community: Community | None, account: Account) -> Role:
    """What somebody may do in a community: what their platform says, or more where they are named there.

    Outside of all communities everyone is a member, whatever their platform says.
    """
    if community is None:
        return Role.MEMBER
    if account.role < Role.MODERATOR and uow.communities.is_moderator(community.id, account):
        return Role.MODERATOR
    return account.role
