"""Where a message goes: the channel of a place, if it is one of its home, and what the bot lacks there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.domain.deliveries import Refused

if TYPE_CHECKING:
    from bot.domain.deliveries import Place

_MOST_KNOWN = 10_000
_LONGEST_ID = 20


class Places:
    """The channels of a client's servers, and the direct ones that it opened."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._direct: dict[str, int] = {}
        self._home: dict[str, str] = {}
        """Channels that Discord was asked about, and their servers."""

    async def channel(self, place: Place) -> int | Refused:
        """The id under which Discord takes messages for `place`. Raises what discord.py does."""
        if not (place.id.isascii() and place.id.isdecimal() and len(place.id) <= _LONGEST_ID):
            return Refused("There is no such channel.", place=True)
        if place.direct:
            return await self._opened(place)
        # Whoever knows its number could name the channel of another server.
        if self._seen(place) is None and await self._home_of(place) != place.home:
            return Refused("The channel belongs to another server.", place=True)
        return int(place.id)

    def lacking(self, place: Place, *, files: bool) -> str:
        """The first permission that the bot needs there and has not, as far as it was told."""
        channel = self._seen(place)
        me: discord.Member | None = getattr(channel and channel.guild, "me", None)
        if channel is None or me is None:
            return ""
        has = channel.permissions_for(me)
        if not has.view_channel:
            return "View Channel"
        if isinstance(channel, discord.Thread):
            if not has.send_messages_in_threads:
                return "Send Messages in Threads"
        elif not has.send_messages:
            return "Send Messages"
        return "Attach Files" if files and not has.attach_files else ""

    async def _opened(self, place: Place) -> int:
        if place.id not in self._direct:
            opened = await self._client.http.start_private_message(int(place.id))
            _make_room(self._direct)
            self._direct[place.id] = int(opened["id"])
        return self._direct[place.id]

    async def _home_of(self, place: Place) -> str:
        if place.id not in self._home:
            told = await self._client.http.get_channel(int(place.id))
            _make_room(self._home)
            self._home[place.id] = str(told.get("guild_id", ""))
        return self._home[place.id]

    def _seen(self, place: Place) -> discord.abc.GuildChannel | discord.Thread | None:
        """What the gateway told of it; threads that sleep, and servers of other processes, it does not."""
        guild = self._client.get_guild(int(place.home)) if place.home.isdecimal() else None
        return guild.get_channel_or_thread(int(place.id)) if guild else None


def _make_room(known: dict[str, int] | dict[str, str]) -> None:
    if len(known) >= _MOST_KNOWN:
        known.clear()
