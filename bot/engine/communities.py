"""What the admins of a community decide about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.people import Community, Moderator
    from bot.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Setup:
    """How a community is set up."""

    community: Community
    moderators: tuple[Moderator, ...]


def setup_of(uow: UnitOfWork, community: Community) -> Setup:
    """How it is set up now."""
    return Setup(community, tuple(uow.communities.moderators(community.id)))


def set_up(
    uow: UnitOfWork,
    community: Community,
    platform: str,
    zone: str | None,
    moderators: Sequence[Moderator] | None,
) -> Setup:
    """Set the zone, and name `moderators` in place of all of that platform; the others' stay.

    What is None is not written at all: somebody else may be changing it.
    """
    if zone is not None:
        uow.communities.set_zone(community.id, zone)
    if moderators is not None:
        uow.communities.name_moderators(community.id, platform, moderators)
    return setup_of(uow, replace(community, zone=zone or community.zone))
