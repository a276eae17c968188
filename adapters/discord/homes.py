"""Servers that the bot is in, as homes in the database."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import discord

from adapters.discord.inbound import PLATFORM
from bot.domain.people import Home
from bot.engine.homes import enter_home, leave_home, match_homes
from bot.errors import FiftywireError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.ports import Store, UnitOfWork

log = logging.getLogger(__name__)

_PAUSES = (5.0, 30.0, 120.0, 600.0, 3600.0, 0.0)
"""Seconds after each failure to write; the last one is the end."""


class Homes:
    """Keeps the records of homes as Discord tells of servers."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def enter(self, guild: discord.Guild) -> None:
        """The bot was added, or the server was renamed."""
        now = discord.utils.utcnow()
        await self._write(lambda uow: enter_home(uow, _home(guild), guild.name or "", now))

    async def leave(self, guild: discord.Guild) -> None:
        """The bot was removed."""
        now = discord.utils.utcnow()
        await self._write(lambda uow: leave_home(uow, _home(guild), now))

    async def match(self, guilds: Iterable[discord.Guild], ours: Callable[[int], bool]) -> None:
        """A new session named its servers; of those that `ours` tells to be its own, these are all."""
        present = {_home(guild): guild.name or "" for guild in guilds if ours(guild.id)}
        now = discord.utils.utcnow()

        def is_ours(home: Home) -> bool:
            return home.id.isdecimal() and ours(int(home.id))

        await self._write(lambda uow: match_homes(uow, PLATFORM, present, is_ours, now))

    async def _write(self, work: Callable[[UnitOfWork], object]) -> None:
        def committed(uow: UnitOfWork) -> None:
            work(uow)
            uow.commit()

        # A session can last for weeks, and the next one is the only other time that servers are named.
        for pause in _PAUSES:
            try:
                return await asyncio.wrap_future(self._store.submit(committed, writes=True))
            except FiftywireError as error:
                log.error("The record of servers could not be brought up to date: %s", error.message)
            await asyncio.sleep(pause)
        return None


def _home(guild: discord.Guild) -> Home:
    return Home(PLATFORM, str(guild.id))
