"""Coming into a home, being sent away, and finding out later about either."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.deliveries import Owed, Purpose, delivery_key
from bot.messages.documents import to_document
from bot.messages.reply import Button, Press, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.domain.community.people import Home
    from bot.domain.deliveries import Place
    from bot.ports import UnitOfWork


_GREETING = Reply(
    title="Fiftywire is here",
    text=(
        "It keeps a sourced catalogue of what US states do on their own authority. Try /state IL or /search "
        "vaccine; /report sends what you saw to this community's moderators. Admins name them, and where "
        "reports go, with /setup."
    ),
    buttons=(Button("All commands", Press("help")),),
)


def enter_home(uow: UnitOfWork, home: Home, name: str, now: datetime, greet: Place | None = None) -> None:
    """The bot is in a home: a new one, one it comes back to, or one that is called differently now.

    A new one is greeted, in the place that `greet` names.
    """
    is_new = greet is not None and not uow.communities.knows(home)
    community = uow.communities.join(home, name, now)
    if is_new:
        key = delivery_key("greeting", home.platform, home.id)
        document = to_document(_GREETING)
        uow.outbox.owe(Owed(key, Purpose.GREETING, greet, document, now, community=community.id))


def leave_home(uow: UnitOfWork, home: Home, now: datetime) -> None:
    """The bot was sent away. Everything is kept for the day it is added again."""
    uow.communities.suspend(home, now)


def match_homes(
    uow: UnitOfWork,
    platform: str,
    present: Mapping[Home, str],
    ours: Callable[[Home], bool],
    now: datetime,
    greet: Callable[[Home], Place | None] = lambda _: None,
) -> None:
    """Bring the records of a platform in line with the homes that are `present`, each with its name.

    Those that are kept but not present are suspended, if it is us who would know (`ours`). An empty name
    means that the platform did not tell it. `greet` names the place in which a new home is greeted.
    """
    kept = {record.home: record for record in uow.communities.homes(platform)}
    for home, name in present.items():
        record = kept.get(home)
        if record is None or record.suspended or (name and name != record.name):
            enter_home(uow, home, name or (record.name if record else ""), now, greet(home))
    for home, record in kept.items():
        if home not in present and not record.suspended and ours(home):
            leave_home(uow, home, now)
