"""Logging in to Discord: what it refuses there, in words for the operator."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

import aiohttp
import discord
from discord.http import Route

from adapters.discord.client import without_voice
from bot.errors import ConfigurationError, PlatformError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

UNREACHABLE = (aiohttp.ClientError, TimeoutError, OSError, discord.DiscordException)
_NOT_DISCORD = (TypeError, KeyError)
"""What discord.py raises when a page comes where it expects JSON."""
LOGIN_TIMEOUT = 30.0
"""Seconds."""


@contextlib.asynccontextmanager
async def logged_in(
    token: str, api: str | None, patience: float = LOGIN_TIMEOUT
) -> AsyncIterator[discord.Client]:
    """A client that is logged in and not connected. Raises ConfigurationError or PlatformError."""
    if api:
        Route.BASE = api.rstrip("/")
    without_voice()
    async with discord.Client(intents=discord.Intents(guilds=True)) as client:
        try:
            async with asyncio.timeout(patience):
                await log_in(client, token)
        except (*UNREACHABLE, *_NOT_DISCORD) as error:
            raise PlatformError(f"Discord cannot be reached: {type(error).__name__}.") from error
        yield client


async def log_in(client: discord.Client, token: str) -> None:
    """Log in, or ConfigurationError in words."""
    _keep_to_itself()
    its_log = logging.getLogger("discord.client")
    level = its_log.level
    its_log.setLevel(logging.ERROR)  # of an endpoint URL it warns at length; below it is said in words
    try:
        await client.login(token)
    except aiohttp.InvalidURL:
        raise ConfigurationError("FIFTYWIRE_DISCORD_API is no address that can be opened.") from None
    except discord.NotFound:
        raise ConfigurationError(
            "There is no Discord API at FIFTYWIRE_DISCORD_API; it ends like https://discord.com/api/v10 does."
        ) from None
    except discord.LoginFailure:
        raise ConfigurationError(
            "Discord does not accept FIFTYWIRE_DISCORD_TOKEN. Copy the bot's token anew from the Developer "
            "Portal, page Bot, button Reset Token."
        ) from None
    finally:
        its_log.setLevel(level)
    application = client.application
    if application and application.interactions_endpoint_url:
        raise ConfigurationError(
            "An interactions endpoint URL is set for this bot, so Discord sends no commands here. Empty that "
            "field in the Developer Portal, page General Information."
        )


def _keep_to_itself() -> None:
    """Keep discord.py from logging what comes and goes: people's words, and tokens to answer them with."""
    its_logs = logging.getLogger("discord")
    if its_logs.isEnabledFor(logging.DEBUG):
        its_logs.setLevel(logging.INFO)
