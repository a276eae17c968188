"""What `ask` and `chat` have the application do for somebody at a terminal."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.domain.community.people import Role
from bot.engine.community.homes import enter_home
from bot.errors import DatabaseError
from bot.outbox import inbox
from bot.ports.store import read, write

if TYPE_CHECKING:
    from adapters.terminal.inbound import Asker
    from bot.app import App
    from bot.commands.spec import Filled, Pressed, Typed
    from bot.messages.message import Message
    from bot.messages.reply import Reply

logger = logging.getLogger(__name__)


def enter(app: App, asker: Asker) -> None:
    """Record the asker's home, if the asker is its first admin: a server's is when the bot is added."""
    home = asker.home
    if asker.account.role is Role.ADMIN and not read(app.store, lambda uow: uow.communities.knows(home)):
        write(app.store, lambda uow: enter_home(uow, home, home.id, datetime.now(UTC)))


def answer(app: App, asker: Asker, asked: Typed | Pressed | Filled) -> Reply:
    """Answer one call."""
    return asyncio.run(app.dispatcher.dispatch(asker.asks(asked)))


def unread(app: App, asker: Asker) -> list[Message]:
    """The unread messages in the asker's places; from then on they are read."""
    try:
        return inbox.unread(app.store, app.registry.codec, asker.places, asker.home, datetime.now(UTC))
    except DatabaseError as error:  # they stay unread; what was asked is answered all the same
        logger.warning("Messages could not be looked up.", exc_info=error)
        return []
