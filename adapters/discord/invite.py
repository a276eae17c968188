"""The links by which people add the bot."""

from __future__ import annotations

from dataclasses import dataclass

import discord
from discord.utils import oauth_url

from adapters.discord.serving.login import LOGIN_TIMEOUT, logged_in

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
)
"""For answers nothing is needed; these are for what the bot posts of itself: review cards, digests."""


@dataclass(frozen=True, slots=True)
class InviteLink:
    """What a link does, and the link."""

    what: str
    url: str


async def invite_links(token: str, api: str | None, patience: float = LOGIN_TIMEOUT) -> list[InviteLink]:
    """The links for the bot of that token. Raises ConfigurationError or PlatformError."""
    async with logged_in(token, api, patience) as client:
        application = client.application_id or 0
    scopes = ("bot", "applications.commands")
    server = oauth_url(application, permissions=PERMISSIONS, scopes=scopes)
    account = oauth_url(application, scopes=("applications.commands",))
    return [
        InviteLink("Add the bot to a server (you need the permission Manage Server there)", server),
        InviteLink("Use it everywhere with your own account", f"{account}&integration_type=1"),
    ]
