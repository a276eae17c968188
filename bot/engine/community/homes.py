"""Coming into a home, being sent away, and finding out later about either."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.domain.community.people import Community, Home
    from bot.ports import UnitOfWork


def enter_home(uow: UnitOfWork, home: Home, name: str, now: datetime) -> Community:
    """The bot is in a home: a new one, one it comes back to, or one that is called differently now."""
    return uow.communities.join(home, name, now)


def leave_home(uow: UnitOfWork, home: Home, now: datetime) -> None:
    """The bot was sent away. Everything is kept for the day it is added again."""
    uow.communities.suspend(home, now)


def match_homes(
    uow: UnitOfWork,
    platform: str,
    present: Mapping[Home, str],
    ours: Callable[[Home], bool],
    now: datetime,
    enter: Callable[[Home, str], object],
) -> None:
    """Bring the records of a platform in line with the homes that are `present`, each with its name.

    Those that are kept but not present are suspended, if it is us who would know (`ours`). An empty name
    means that the platform did not tell it. `enter` is called with each home to enter, and its name.
    """
    kept = {record.home: record for record in uow.communities.homes(platform)}
    for home, name in present.items():
        record = kept.get(home)
        if record is None or record.suspended or (name and name != record.name):
            enter(home, name or (record.name if record else ""))
    for home, record in kept.items():
        if home not in present and not record.suspended and ours(home):
            leave_home(uow, home, now)
