"""The first message in a new home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.deliveries import NewDelivery, Purpose, delivery_key
from bot.engine.community.homes import enter_home
from bot.messages.documents import to_document
from bot.messages.message import Button, Message, Press

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.community.people import Home
    from bot.domain.deliveries import Place
    from bot.ports import UnitOfWork

_GREETING = Message(
    title="Fiftywire is here",
    text=(
        "It keeps a sourced catalogue of what US states do on their own authority. Try /state IL or /search "
        "vaccine; /report sends what you saw to this community's moderators. Admins name them, and where "
        "reports go, with /setup."
    ),
    buttons=(Button("All commands", Press("help")),),
)


def welcome(uow: UnitOfWork, home: Home, name: str, now: datetime, place: Place | None) -> None:
    """Enter a home; a new one is greeted in `place`, unless that is None."""
    is_new = place is not None and not uow.communities.knows(home)
    community = enter_home(uow, home, name, now)
    if is_new:
        key = delivery_key("greeting", home.platform, home.id)
        document = to_document(_GREETING)
        uow.outbox.enqueue(NewDelivery(key, Purpose.GREETING, place, document, now, community=community.id))
