"""Discord's commands, built from the registry: nothing about a command is written down here."""

from __future__ import annotations

import hashlib
import inspect
import json
from typing import TYPE_CHECKING, Any, Protocol

import discord
from discord import app_commands

from adapters.discord.inbound import text_of
from adapters.discord.limits import CHOICES
from bot.commands.spec import Chosen
from bot.domain.community.people import Role
from bot.messages.form import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from adapters.discord.inbound import Interaction
    from bot.commands.registry import Registry
    from bot.commands.spec import CommandSpec, Option, Suggestion

Tree = app_commands.CommandTree[Any]


class Core(Protocol):
    """What a command does when somebody uses it."""

    async def ask(self, interaction: Interaction, asked: Chosen) -> None:
        """Answer."""

    async def suggest(
        self, interaction: Interaction, command: str, option: str, text: str
    ) -> Sequence[Suggestion]:
        """What to offer while an option is typed."""


def add_commands(tree: Tree, registry: Registry, core: Core) -> None:
    """Add a slash command for each spec, but for mere buttons, and a message menu where one is declared."""
    for spec in registry.specs:
        if not spec.button:
            tree.add_command(_slash(spec, core))
        if spec.menu:
            tree.add_command(_menu(spec, core))


def digest_of(tree: Tree) -> str:
    """What stands for all that Discord is told of the commands."""
    told = [command.to_dict(tree) for command in tree.get_commands()]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _slash(spec: CommandSpec, core: Core) -> app_commands.Command[Any, ..., None]:
    async def callback(interaction: Interaction, **given: object) -> None:
        options = {name: str(value) for name, value in given.items() if value is not None}
        await core.ask(interaction, Chosen(spec.name, options))

    # discord.py reads options off a function's signature; ours come from the spec.
    signature = inspect.Signature(list(_parameters(spec)))
    callback.__signature__ = signature  # type: ignore[attr-defined]  # inspect reads it, typeshed has it not
    options = _typed(spec)
    app_commands.describe(**{option.name: option.help for option in options})(callback)
    choices = {option.name: _choices(option) for option in options if _is_short_list(option)}
    app_commands.choices(**choices)(callback)
    command = app_commands.Command[Any, ..., None](name=spec.name, description=spec.help, callback=callback)
    for option in options:
        if option.type.suggest:
            command.autocomplete(option.name)(_autocomplete(spec, option, core))
    _say_where(command, spec)
    return command


def _menu(spec: CommandSpec, core: Core) -> app_commands.ContextMenu:
    text = spec.options[0].name

    async def callback(interaction: Interaction, message: discord.Message) -> None:
        await core.ask(interaction, Chosen(spec.name, {text: text_of(message)}))

    callback.__annotations__ = {"interaction": discord.Interaction, "message": discord.Message}
    menu = app_commands.ContextMenu(name=spec.menu, callback=callback)
    _say_where(menu, spec)
    return menu


def _say_where(
    command: app_commands.Command[Any, ..., None] | app_commands.ContextMenu, spec: CommandSpec
) -> None:
    """Where it is offered, and to whom. Only a hint: the core checks at every call."""
    admin = spec.rights is Role.ADMIN
    command.allowed_installs = app_commands.AppInstallationType(guild=True, user=not admin)
    command.allowed_contexts = app_commands.AppCommandContext(
        guild=True, dm_channel=not admin, private_channel=not admin
    )
    if admin:
        command.default_permissions = discord.Permissions(manage_guild=True)


def _typed(spec: CommandSpec) -> list[Option]:
    """The options that can be typed: all but files, which only a form takes."""
    return [option for option in spec.options if option.type.entry is not Entry.FILES and not option.inner]


def _parameters(spec: CommandSpec) -> Iterator[inspect.Parameter]:
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    yield inspect.Parameter("interaction", kind, annotation=discord.Interaction)
    for option in _typed(spec):
        default = inspect.Parameter.empty if option.required else None
        yield inspect.Parameter(option.name, kind, annotation=_annotation(option), default=default)


def _annotation(option: Option) -> object:
    if option.type.whole:
        least, most = option.type.whole
        return app_commands.Range[int, least, most]
    return str


def _is_short_list(option: Option) -> bool:
    return not option.type.suggest and 0 < len(option.type.values) <= CHOICES


def _choices(option: Option) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=value.label, value=value.text) for value in option.type.values]


def _autocomplete(spec: CommandSpec, option: Option, core: Core) -> Any:
    async def offer(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        offered = await core.suggest(interaction, spec.name, option.name, current)
        return [app_commands.Choice(name=s.label, value=s.text) for s in offered[:CHOICES]]

    offer.__annotations__ = {"interaction": discord.Interaction, "current": str}
    return offer
