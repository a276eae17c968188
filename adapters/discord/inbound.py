"""From what Discord sends to an invocation. No rule and no right is decided here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.commands.spec import Invocation
from bot.domain.community.people import Account, Home, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.commands.spec import Asked

PLATFORM = "discord"

Interaction = discord.Interaction[discord.Client]


def invocation(interaction: Interaction, asked: Asked) -> Invocation:
    """Who asks what, from where; asked when Discord says so."""
    return Invocation(
        asked,
        account_of(interaction),
        home_of(interaction),
        interaction.created_at,
    )


def home_of(interaction: Interaction) -> Home | None:
    """The server that the bot was added to; None in direct messages and where only the asker installed it."""
    if interaction.guild_id is None:
        return None
    # Discord always names who installed it (interactions: authorizing_integration_owners); a user's own
    # install brings no server with it.
    if interaction.is_user_integration() and not interaction.is_guild_integration():
        return None
    return Home(PLATFORM, str(interaction.guild_id))


def account_of(interaction: Interaction) -> Account:
    """The asker, with what the server's permissions make of them and the ids of their roles there."""
    user = interaction.user
    groups: frozenset[str] = frozenset()
    role = Role.MEMBER
    if isinstance(user, discord.Member):
        # As Discord sent them: `roles` leaves out what the cache does not know.
        groups = frozenset(map(str, user._roles))
        if interaction.permissions.manage_guild or interaction.permissions.administrator:
            role = Role.ADMIN
    return Account(PLATFORM, str(user.id), user.display_name, role, groups, numbered=True)


def text_of(message: discord.Message) -> str:
    """All the words of a message and of those it forwards, and where their cards and buttons lead."""
    parts: list[str | None] = []
    told: list[discord.Message | discord.MessageSnapshot] = [message, *message.message_snapshots]
    for one in told:
        parts.append(one.content)
        for embed in one.embeds:
            parts += _of_embed(embed)
        parts += _of_components(one.components)
    return "\n".join(part for part in parts if part)


def _of_embed(embed: discord.Embed) -> Iterator[str | None]:
    yield from (embed.author.name, embed.author.url, embed.title, embed.url, embed.description)
    for field in embed.fields:
        yield from (field.name, field.value)
    yield embed.footer.text


def _of_components(components: Iterable[discord.Component]) -> Iterator[str | None]:
    for component in components:
        if isinstance(component, discord.TextDisplay):
            yield component.content
        elif isinstance(component, discord.Button):
            yield component.url
        elif isinstance(component, discord.ActionRow | discord.Container | discord.SectionComponent):
            yield from _of_components(component.children)
            if isinstance(component, discord.SectionComponent):
                yield from _of_components([component.accessory])
