"""Buttons and selects that carry tokens. They keep nothing in memory: any press works after a restart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol, Self, cast

import discord
from discord import ui

from adapters.discord.limits import LONGEST_CUSTOM_ID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from discord import Interaction

_TOKEN = re.compile(r"[0-9].*", re.DOTALL)
"""A token begins with its version; what it means is not read here."""


class Presses(Protocol):
    """What a client must be able to do for these to work."""

    async def pressed(self, interaction: Interaction[Any], token: str) -> None:
        """Answer the press of the button or option that carries `token`."""


def is_token(text: str) -> bool:
    """Whether a button or an option can carry `text`."""
    return len(text) <= LONGEST_CUSTOM_ID and _TOKEN.fullmatch(text) is not None


class TokenButton(ui.DynamicItem[ui.Button[Any]], template=_TOKEN):
    """A button whose custom_id is a token."""

    @classmethod
    def of(cls, label: str, token: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary) -> Self:
        """A new one."""
        return cls(ui.Button(label=label, custom_id=token, style=style))

    @classmethod
    async def from_custom_id(
        cls, _interaction: Interaction[Any], item: ui.Item[Any], _match: re.Match[str], /
    ) -> Self:
        """The one in a message that was pressed."""
        return cls(cast("ui.Button[Any]", item))

    async def callback(self, interaction: Interaction[Any]) -> None:
        """Hand the token on."""
        await cast("Presses", interaction.client).pressed(interaction, self.custom_id)


class TokenSelect(ui.DynamicItem[ui.Select[Any]], template=r"pick:[0-9]{1,3}"):
    """A select whose options' values are tokens; its custom_id is only a number in its message."""

    @classmethod
    def of(cls, number: int, placeholder: str, options: Sequence[tuple[str, str]]) -> Self:
        """A new one, of labels and tokens."""
        return cls(
            ui.Select(
                custom_id=f"pick:{number}",
                placeholder=placeholder or None,
                options=[discord.SelectOption(label=label, value=token) for label, token in options],
            )
        )

    @classmethod
    async def from_custom_id(
        cls, _interaction: Interaction[Any], item: ui.Item[Any], _match: re.Match[str], /
    ) -> Self:
        """The one in a message in which something was picked."""
        return cls(cast("ui.Select[Any]", item))

    async def callback(self, interaction: Interaction[Any]) -> None:
        """Hand the token of what was picked on."""
        for token in self.item.values[:1]:
            await cast("Presses", interaction.client).pressed(interaction, token)


ITEMS = (TokenButton, TokenSelect)
"""For `Client.add_dynamic_items`."""
