"""Servers that the bot is in, as homes in the database."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import discord

from adapters.discord.inbound import PLATFORM
from bot.domain.community.people import Home
from bot.domain.deliveries import Place
from bot.engine.community.homes import leave_home, match_homes
from bot.errors import FiftywireError
from bot.notices.greeting import welcome
from bot.ports.store import write_async

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.ports import Store, UnitOfWork

    Work = Callable[[UnitOfWork], object]

log = logging.getLogger(__name__)

_PAUSES = (5.0, 30.0, 120.0, 600.0, 3600.0, 0.0)
"""Seconds after each failure to write; the last one is the end."""


class Homes:
    """Keeps the records of homes as Discord tells of servers."""

    def __init__(self, store: Store, guilds: Callable[[], Iterable[discord.Guild]]) -> None:
        """`guilds` gives the servers that the bot is in by what Discord told last."""
        self._store = store
        self._guilds = guilds

    async def enter(self, guild: discord.Guild) -> None:
        """The bot was added, or the server was renamed."""
        now, greeting = discord.utils.utcnow(), _greeting(guild)

        def enter() -> Work | None:
            return (
                (lambda uow: welcome(uow, _home(guild), guild.name or "", now, greeting))
                if self._is_in(guild)
                else None
            )

        await self._write(enter)

    async def leave(self, guild: discord.Guild) -> None:
        """The bot was removed."""
        now = discord.utils.utcnow()

        def leave() -> Work | None:
            return None if self._is_in(guild) else lambda uow: leave_home(uow, _home(guild), now)

        await self._write(leave)

    async def match(self, ours: Callable[[int], bool]) -> None:
        """A new session named its servers; of those that `ours` tells to be its own, these are all."""
        now = discord.utils.utcnow()

        def is_ours(home: Home) -> bool:
            return home.id.isdecimal() and ours(int(home.id))

        def match() -> Work:
            guilds = {_home(guild): guild for guild in self._guilds() if ours(guild.id)}
            present = {home: guild.name or "" for home, guild in guilds.items()}
            # Before the thread: discord.py's servers change in the loop.
            greetings = {home: _greeting(guild) for home, guild in guilds.items()}

            def work(uow: UnitOfWork) -> None:
                def enter(home: Home, name: str) -> None:
                    welcome(uow, home, name, now, greetings.get(home))

                match_homes(uow, PLATFORM, present, is_ours, now, enter)

            return work

        await self._write(match)

    def _is_in(self, guild: discord.Guild) -> bool:
        return any(other.id == guild.id for other in self._guilds())

    async def _write(self, plan: Callable[[], Work | None]) -> None:
        """Do what `plan` says; made anew for each attempt, because servers come and go meanwhile."""
        # A session can last for weeks, and the next one is the only other time that servers are named.
        for pause in _PAUSES:
            work = plan()
            if work is None:
                return
            try:
                await write_async(self._store, work)
            except FiftywireError as error:
                log.error("The record of servers could not be brought up to date: %s", error.message)
                await asyncio.sleep(pause)
            else:
                return


def _greeting(guild: discord.Guild) -> Place | None:
    """Where the bot says that it is there: where the server's own notices go, else its first text channel."""
    me: discord.Member | None = getattr(guild, "me", None)  # discord.py: “always cached”, but for outages
    for channel in (guild.system_channel, *guild.text_channels) if me else ():
        if me and channel:
            may = channel.permissions_for(me)
            if may.view_channel and may.send_messages:
                return Place(PLATFORM, str(guild.id), str(channel.id), name=channel.name)
    return None


def _home(guild: discord.Guild) -> Home:
    return Home(PLATFORM, str(guild.id))
