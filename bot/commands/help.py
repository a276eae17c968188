"""/help and /about."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from bot.commands.spec import CommandSpec, Option, OptionType, Shape
from bot.engine.states import counted
from bot.messages.reply import Button, Field, Press, Reply
from bot.ports import Filter

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.commands.registry import Registry
    from bot.commands.spec import Call
    from bot.ports import UnitOfWork

_MOST_VALUES = 40


def help_spec(registry: Callable[[], Registry]) -> CommandSpec:
    """/help knows all commands, itself among them, so it is given the registry when it is asked."""

    def read(text: str) -> str:
        return registry().find(text.strip().removeprefix("/").lower()).name

    def answer(uow: UnitOfWork, call: Call, command: str | None) -> Reply:
        del uow, call
        spec = registry().get(command) if command else None
        return _one(spec) if spec else _all(registry())

    name = Option("command", OptionType(Shape.WORD, read), "Only this command", "c", positional=True)
    return CommandSpec(
        "help", "he", "All commands, or one of them whole", answer, (name,), ("/help", "/help state")
    )


def _all(registry: Registry) -> Reply:
    return Reply(
        title="What Fiftywire answers",
        text=(
            "States are understood as people write them: IL, Illinois, Ill. Options go in any order, "
            "for example topic:climate status:live."
        ),
        fields=tuple(Field(spec.usage, spec.help) for spec in registry.specs),
    )


def _one(spec: CommandSpec) -> Reply:
    fields = [Field("Write", spec.usage)]
    for option in spec.options:
        values = [value.text for value in option.type.values]
        listed = f" ({', '.join(values)})" if 0 < len(values) <= _MOST_VALUES else ""
        fields.append(Field(option.name, f"{option.help}{listed}"))
    if spec.examples:
        fields.append(Field("For example", "  ".join(spec.examples)))
    return Reply(title=f"/{spec.name}", text=f"{spec.help}.", fields=tuple(fields))


def _about(uow: UnitOfWork, call: Call) -> Reply:
    counts = counted(uow.catalogue.tallies(Filter(call.boards)))
    states = uow.catalogue.state_counts(Filter(call.boards))
    newest = uow.catalogue.page(Filter(call.boards), limit=1)
    fields = [
        Field("Actions on file", f"{counts.total} of {len(states)} states and territories"),
        Field(
            "Newest status change", f"{newest[0].code}, {newest[0].changed.words}" if newest else "none yet"
        ),
        Field("Revision", str(uow.revisions.head())),
        Field("Version", version("fiftywire")),
    ]
    return Reply(
        title="About Fiftywire",
        text=(
            "A sourced catalogue of what US states do on their own authority around, against or without the "
            "federal government: every state, both parties. It says what happened, who says so and how it "
            "stands, and what is old or not known. Nothing is published without a source and a person's "
            "decision."
        ),
        fields=tuple(fields),
        buttons=(Button("Coverage", Press("coverage")), Button("All commands", Press("help"))),
    )


ABOUT = CommandSpec("about", "ab", "What this is, and how much is on file", _about)
