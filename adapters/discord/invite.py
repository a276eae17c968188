"""The links by which people add the bot."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import aiohttp
import discord
from discord.http import Route
from discord.utils import oauth_url

from adapters.discord.client import without_voice
from adapters.discord.serving.service import log_in
from bot.errors import PlatformError

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
)
"""For answers nothing is needed; these are for what the bot posts of itself: review cards, digests."""
_PATIENCE = 30.0
_UNREACHABLE = (aiohttp.ClientError, TimeoutError, OSError, discord.DiscordException)
_NOT_DISCORD = (TypeError, KeyError)
"""What discord.py raises when a page comes where it expects JSON."""


@dataclass(frozen=True, slots=True)
class InviteLink:
    """What a link does, and the link."""

    what: str
    url: str


async def invite_links(token: str, api: str | None) -> list[InviteLink]:
    """The links for the bot of that token. Raises ConfigurationError or PlatformError."""
    if api:
        Route.BASE = api.rstrip("/")
    without_voice()
    async with discord.Client(intents=discord.Intents(guilds=True)) as client:
        try:
            async with asyncio.timeout(_PATIENCE):
                await log_in(client, token)
        except (*_UNREACHABLE, *_NOT_DISCORD) as error:
            raise PlatformError(f"Discord cannot be reached: {type(error).__name__}.") from error
        application = client.application_id or 0
    scopes = ("bot", "applications.commands")
    server = oauth_url(application, permissions=PERMISSIONS, scopes=scopes)
    account = oauth_url(application, scopes=("applications.commands",))
    return [
        InviteLink("Add the bot to a server (you need the permission Manage Server there)", server),
        InviteLink("Use it everywhere with your own account", f"{account}&integration_type=1"),
    ]
