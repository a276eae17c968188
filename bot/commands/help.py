"""/help and /about."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from bot.commands.catalogue.listing import EVERY_STATE
from bot.commands.registry import Registry
from bot.commands.spec import CommandSpec, Option, OptionType, Shape, Value
from bot.commands.suggestions import suggest_values
from bot.domain.catalogue.filters import Filter
from bot.engine.catalogue.states import counted
from bot.engine.community.people import role_of
from bot.messages.message import Button, Field, Press
from bot.messages.reply import Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.commands.spec import Call
    from bot.domain.community.people import Role
    from bot.ports import UnitOfWork

_HELP = "All commands, or one of them whole"
_MOST_VALUES = 40


def help_spec(others: Sequence[CommandSpec]) -> CommandSpec:
    """/help over all `others` and itself."""
    itself = Value("help", _HELP, "he")
    values = (*(Value(spec.name, spec.help, spec.code) for spec in others if not spec.button), itself)

    def read(text: str) -> str:
        return every.find(_name(text)).name

    def is_name(text: str) -> bool:
        return every.get(_name(text)) is not None

    def answer(uow: UnitOfWork, call: Call, command: str | None) -> Reply:
        if command:
            return _one(every.find(command))
        return _all(every, role_of(uow, call.community, call.invocation.account))

    suggest = suggest_values(values, {})
    kind = OptionType(Shape.CHOICE, read, exact=is_name, values=values, suggest=suggest)
    name = Option("command", kind, "Only this command", "c", positional=True)
    help_ = CommandSpec("help", itself.code, _HELP, answer, (name,), ("/help", "/help state"))
    every = Registry.of((*others, help_))
    return help_


def _name(text: str) -> str:
    return text.strip().removeprefix("/").lower()


def _all(registry: Registry, role: Role) -> Reply:
    return Reply(
        title="What Fiftywire answers",
        text=(
            "States are understood as people write them: IL, Illinois, Ill. Options go in any order, "
            "for example topic:climate status:live. /help state tells more about /state, and so on."
        ),
        fields=tuple(
            Field(spec.usage, spec.help) for spec in registry.specs if spec.rights <= role and not spec.button
        ),
    )


def _one(spec: CommandSpec) -> Reply:
    fields = [Field("Write", spec.usage)]
    for option in spec.options:
        if option.inner:
            continue
        name = option.name if option.positional else f"{option.name}:"
        fields.append(Field(name, _option_words(option)))
    if spec.examples:
        fields.append(Field("For example", "\n".join(spec.examples)))
    return Reply(title=f"/{spec.name}", text=f"{spec.help}.", fields=tuple(fields))


def _option_words(option: Option) -> str:
    """What it is for, and all its values where they are few, in place of those that its help names."""
    values = [value.text for value in option.type.values]
    if 0 < len(values) <= _MOST_VALUES:
        return f"{option.help.partition(':')[0]}: {', '.join(values)}"
    return option.help


def _about(uow: UnitOfWork, call: Call) -> Reply:
    counts = counted(uow.statistics.tallies(Filter(call.boards)))
    states = uow.statistics.state_counts(Filter(call.boards))
    newest = uow.catalogue.page(Filter(call.boards), limit=1)
    fields = [
        Field("Actions on file", f"{counts.total}, from {len(states)} of {EVERY_STATE}"),
        Field(
            "Newest status change", f"{newest[0].code}, {newest[0].changed.words}" if newest else "none yet"
        ),
        Field("Changes published", str(uow.revisions.head())),
        Field("Version", version("fiftywire")),
    ]
    return Reply(
        title="About Fiftywire",
        text=(
            "A sourced catalogue of what US states do on their own authority around, against or without the "
            "federal government: every state, both parties. It says what happened, who says so and how it "
            "stands, and what is old or not known: a later ruling or vote can be missing. Nothing is "
            "published without a source and a person's decision."
        ),
        fields=tuple(fields),
        buttons=(Button("Coverage", Press("coverage")), Button("All commands", Press("help"))),
    )


ABOUT = CommandSpec("about", "ab", "What this is, and how much is on file", _about)
