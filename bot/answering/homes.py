"""The record of the homes that the bot is in, written as the platform tells of them."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol

from bot.engine.community.homes import leave_home, match_homes
from bot.errors import FiftywireError
from bot.notices.greeting import welcome
from bot.ports.store import write_async

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.domain.community.people import Home
    from bot.domain.deliveries import Place
    from bot.ports import Store, UnitOfWork

    Work = Callable[[UnitOfWork], object]

log = logging.getLogger(__name__)

BACKOFF = (5.0, 30.0, 120.0, 600.0, 3600.0)
"""Seconds after each failure to write but the last.

A session can last for weeks, and the next one is the only other time that homes are named.
"""


class Presence(Protocol):
    """The homes of one platform, by what it told last. Called in the event loop."""

    @property
    def platform(self) -> str:
        """The platform's name, as it stands in homes."""

    def names(self) -> Mapping[Home, str]:
        """The homes that the bot is in; a name that was not told is empty."""

    def greeting_place(self, home: Home) -> Place | None:
        """Where the bot may say that it is there."""


class Homes:
    """Keeps the records of homes. What cannot be written is tried again, by what is true then."""

    def __init__(
        self,
        store: Store,
        presence: Presence,
        clock: Callable[[], datetime],
        backoff: tuple[float, ...] = BACKOFF,
    ) -> None:
        self._store = store
        self._presence = presence
        self._clock = clock
        self._backoff = backoff

    async def enter(self, home: Home) -> None:
        """The bot was added, or the home was renamed."""
        now = self._clock()

        def enter() -> Work | None:
            name = self._presence.names().get(home)
            if name is None:
                return None
            greet = self._presence.greeting_place(home)
            return lambda uow: welcome(uow, home, name, now, greet)

        await self._write(enter)

    async def leave(self, home: Home) -> None:
        """The bot was removed."""
        now = self._clock()

        def leave() -> Work | None:
            return None if home in self._presence.names() else lambda uow: leave_home(uow, home, now)

        await self._write(leave)

    async def match(self, ours: Callable[[Home], bool]) -> None:
        """A new session named its homes; of those that are `ours` to know, these are all."""
        now, platform = self._clock(), self._presence.platform

        def match() -> Work:
            present = {home: name for home, name in self._presence.names().items() if ours(home)}
            # Before the thread: what the platform told changes in the loop.
            greetings = {home: self._presence.greeting_place(home) for home in present}

            def work(uow: UnitOfWork) -> None:
                def enter(home: Home, name: str) -> None:
                    welcome(uow, home, name, now, greetings.get(home))

                match_homes(uow, platform, present, ours, now, enter)

            return work

        await self._write(match)

    async def _write(self, plan: Callable[[], Work | None]) -> None:
        """Do what `plan` says; made anew for each attempt, because homes come and go meanwhile."""
        for pause in (*self._backoff, 0.0):
            work = plan()
            if work is None:
                return
            try:
                await write_async(self._store, work)
            except FiftywireError as error:
                log.error("The record of homes could not be brought up to date: %s", error.message)
                await asyncio.sleep(pause)
            else:
                return
