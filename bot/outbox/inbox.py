"""What is unread for somebody at a terminal: there, showing it is sending it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.messages.message import Message
from bot.outbox.drawing import UnreadableError, draw
from bot.ports.store import read, write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.community.people import Home
    from bot.domain.deliveries import Place
    from bot.messages.tokens import TokenCodec
    from bot.ports import Store, UnitOfWork


def unread(
    store: Store, codec: TokenCodec, places: Sequence[Place], home: Home, now: datetime
) -> list[Message]:
    """The messages in those places that nobody read, oldest first; from then on they are read.

    Their buttons can be pressed from `home`. Where there is nothing, nothing is written.
    """
    if not read(store, lambda uow: uow.outbox.awaits(places, now)):
        return []
    return write(store, lambda uow: receive(uow, codec, places, home, now))


def receive(
    uow: UnitOfWork, codec: TokenCodec, places: Sequence[Place], home: Home, now: datetime
) -> list[Message]:
    """The same in a transaction that is open."""
    uow.outbox.receive(now)
    # Also under a direct message: at a terminal everything is pressed from a home.
    here = uow.communities.at(home)
    replies = []
    for delivery in uow.outbox.inbox(places, now):
        try:
            reply, stored = draw(delivery.document, codec)
        except UnreadableError:
            replies.append(Message(text="There is a message that only a newer Fiftywire can show."))
            continue
        direct = delivery.place is None or delivery.place.direct
        community = (here.id if here else None) if direct else delivery.community
        if stored:
            uow.tokens.store(stored, community)
        replies.append(reply)
    return replies
