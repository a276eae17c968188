"""Servers that the bot is in, as homes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.discord.inbound import PLATFORM
from bot.domain.community.people import Home
from bot.domain.deliveries import Place

if TYPE_CHECKING:
    import discord


class Servers:
    """Implements `bot.answering.homes.Presence` with what Discord told a client."""

    platform = PLATFORM

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    def names(self) -> dict[Home, str]:
        """Every server, also one that is not available at the moment."""
        return {server(guild): guild.name or "" for guild in self._client.guilds}

    def greeting_place(self, home: Home) -> Place | None:
        """Where the server's own notices go, else its first text channel."""
        guild = self._client.get_guild(int(home.id))
        me = guild and guild.me  # discord.py: “always cached”, but for outages
        for channel in (guild.system_channel, *guild.text_channels) if guild and me else ():
            if channel and me:
                may = channel.permissions_for(me)
                if may.view_channel and may.send_messages:
                    return Place(PLATFORM, home.id, str(channel.id), name=channel.name)
        return None


def server(guild: discord.Guild) -> Home:
    """A server as a home."""
    return Home(PLATFORM, str(guild.id))


def of_shard(home: Home, shard: int, count: int) -> bool:
    """Whether a server is dealt to that shard of `count` (gateway reference: Sharding)."""
    return home.id.isdecimal() and (int(home.id) >> 22) % count == shard
