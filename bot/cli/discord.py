"""`fiftywire discord …`: what an operator needs besides running the bot."""

from __future__ import annotations

import asyncio

import click

from bot.errors import ConfigurationError


@click.group("discord")
def discord_commands() -> None:
    """Links and checks for Discord."""


@discord_commands.command
def invite() -> None:
    """Print the links that add the bot to a server, or to one's own account."""
    from adapters.discord.invite import invite_links
    from bot import log
    from bot.settings import read_settings

    settings = read_settings()
    log.set_up(settings.log_level)
    given = settings.discord()
    if given is None:
        raise ConfigurationError(
            "Set FIFTYWIRE_DISCORD_TOKEN first, the token of your bot in Discord's Developer Portal."
        )
    for link in asyncio.run(invite_links(given.token, given.api)):
        click.echo(f"{link.what}:\n  {link.url}")
