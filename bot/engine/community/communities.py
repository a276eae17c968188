"""What the admins of a community decide about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.catalogue.filters import Filter
from bot.domain.community.audit import AuditEvent
from bot.domain.community.codes import CodePurpose
from bot.domain.community.people import COMMONS
from bot.domain.review.queue import QueueFilter
from bot.engine.community.audit import write_down
from bot.engine.community.codes import issue_code, use_code
from bot.errors import ChangedMeanwhileError, ForbiddenError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.community.people import Community, Home, HomeRecord, Moderator
    from bot.domain.deliveries import Place
    from bot.domain.review.proposals import Policy
    from bot.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Setup:
    """How a community is set up."""

    community: Community
    moderators: tuple[Moderator, ...]
    places: tuple[Place, ...]
    troubled: tuple[tuple[Place, str], ...]
    """Review places that refuse messages, and why."""
    policy: Policy
    everyones: Policy
    """That of the commons."""
    homes: tuple[HomeRecord, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an admin wants changed; what is None stays as it is."""

    zone: str | None = None
    moderators: Sequence[Moderator] | None = None
    places: Sequence[Place] | None = None
    policy: Policy | None = None
    most_cards: int | None = None


def setup_of(uow: UnitOfWork, community: Community) -> Setup:
    """How it is set up now."""
    return Setup(
        community,
        tuple(uow.communities.moderators(community.id)),
        tuple(uow.review_settings.review_places(community.id)),
        tuple(uow.outbox.suspended(community.id)),
        uow.review_settings.policy(community.name),
        uow.review_settings.policy(COMMONS),
        tuple(uow.communities.homes_of(community.id)),
    )


def set_up(
    uow: UnitOfWork, community: Community, home: Home, wanted: Wanted, account: int, now: datetime
) -> Setup:
    """Change what is wanted. Moderators are named in place of all of the home's platform, places in place of
    all of the home; others stay.

    What is None is not written at all: somebody else may be changing it.
    """
    told = []
    if wanted.zone is not None:
        uow.communities.set_zone(community.id, wanted.zone)
        community = replace(community, zone=wanted.zone)
        told.append(f"zone {wanted.zone}")
    if wanted.moderators is not None:
        uow.communities.name_moderators(community.id, home.platform, wanted.moderators)
        told.append("moderators")
    if wanted.places is not None:
        uow.review_settings.name_review_places(community.id, home.platform, wanted.places, home.id)
        for place in wanted.places:
            uow.outbox.resume(place)  # who names a place anew has made it fit
        told.append("review places")
    if wanted.policy is not None:
        uow.review_settings.set_policy(community.name, wanted.policy)
        told.append(f"policy {wanted.policy}")
    if wanted.most_cards is not None:
        uow.review_settings.set_most_cards(community.id, wanted.most_cards)
        community = replace(community, most_cards=wanted.most_cards)
        told.append(f"{wanted.most_cards} cards an hour")
    if told:
        write_down(uow, community.id, now, AuditEvent.COMMUNITY_SETUP, "setup", account, ", ".join(told))
    return setup_of(uow, community)


def name_of_community(uow: UnitOfWork, community: Community) -> str:
    """What people call it: as its first home is called, else as its board."""
    named = (record.name for record in uow.communities.homes_of(community.id))
    return next(filter(None, named), community.name)


def invite(uow: UnitOfWork, community: Community, now: datetime) -> str:
    """A code by which another home joins this community."""
    return issue_code(uow, CodePurpose.JOIN, community.id, now)


def join_community(
    uow: UnitOfWork, own: Community, home: Home, code: str, account: int, now: datetime
) -> Community:
    """The home becomes one of another community's.

    Raises ChangedMeanwhileError where its own community has something that would be left behind.
    """
    target = uow.communities.get(use_code(uow, CodePurpose.JOIN, code, now))
    if target is None:
        raise NotFoundError("The community of this code is gone.")
    if target.id == own.id:
        raise ChangedMeanwhileError("This home is one of that community's already.")
    alone = len(uow.communities.homes_of(own.id)) == 1
    if alone and own.curator:
        raise ChangedMeanwhileError(
            "This community decides on what everyone sees, and has no other home. The operator can end that: "
            f"fiftywire community distrust {own.name}"
        )
    # Those too that nobody may see yet.
    waiting, _ = uow.queue.waiting(QueueFilter(own.id, now + timedelta(days=1)))
    if alone and waiting:
        raise ChangedMeanwhileError(
            f"{waiting} reports wait for review here. Decide on them first; nobody could reach them later."
        )
    if alone and (count := uow.catalogue.count(Filter((own.name,)))):
        raise ChangedMeanwhileError(
            f"{count} actions stand on this community's own board. Forward or retract them first; nobody "
            "could see them later."
        )
    uow.communities.move(home, target.id)
    write_down(uow, target.id, now, AuditEvent.COMMUNITY_JOINED, f"{home.platform} {home.id}"[:40], account)
    return target


def set_commons_policy(uow: UnitOfWork, policy: Policy, now: datetime) -> None:
    """The operator says how many people decide on what everyone sees; the curators' audits have it."""
    curators = uow.communities.curators()
    uow.audit.lock(community.id for community in curators)
    uow.review_settings.set_policy(COMMONS, policy)
    for community in curators:
        write_down(uow, community.id, now, AuditEvent.COMMUNITY_POLICY, str(policy), None)


def use_curator_code(uow: UnitOfWork, community: Community, code: str, account: int, now: datetime) -> None:
    """From now on the community's moderators publish for everyone."""
    if community.curator:
        raise ForbiddenError("This community's moderators publish for everyone already.")
    use_code(uow, CodePurpose.CURATOR, code, now)
    uow.review_settings.trust(community.id, curator=True)
    write_down(uow, community.id, now, AuditEvent.COMMUNITY_CURATOR, COMMONS, account)
