"""What Tab offers: commands, then a command's options and the values they may have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prompt_toolkit.completion import Completer, Completion

from bot.commands.spec import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.document import Document

    from bot.commands.registry import Registry
    from bot.commands.spec import CommandSpec, Option

_NAMED = re.compile(r"(?:^|\s)(?P<name>[A-Za-z_]{1,32}):(?P<value>[^:]*)\Z")
_LONGEST = 500
"""Characters of a line for which something is offered; a pasted page is no command."""


class CommandCompleter(Completer):
    """Reads everything from the registry."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def get_completions(
        self,
        document: Document,
        complete_event: CompleteEvent,  # noqa: ARG002 - prompt_toolkit's signature
    ) -> Iterator[Completion]:
        """What may stand at the cursor."""
        before = document.text_before_cursor.lstrip()
        if len(before) > _LONGEST:
            return
        head, space, rest = before.partition(" ")
        if not space:
            yield from self._commands(head)
        elif spec := self._registry.get(head.removeprefix("/").lower()):
            yield from _options(spec, rest)

    def _commands(self, typed: str) -> Iterator[Completion]:
        name = typed.removeprefix("/").lower()
        for spec in self._registry.specs if typed else ():
            if spec.name.startswith(name):
                yield Completion(f"/{spec.name}", -len(typed), display_meta=spec.help)


def _options(spec: CommandSpec, rest: str) -> Iterator[Completion]:
    by_name = {option.name: option for option in spec.options}
    named = _NAMED.search(rest)
    if named and named["name"].lower() in by_name:
        values = list(_values(by_name[named["name"].lower()], named["value"].lstrip()))
        if values or " " not in named["value"].strip():
            yield from values
            if not named["value"].endswith(" "):
                return
    word = rest.rpartition(" ")[2]
    if ":" in word:
        return
    yield from _positional(spec, rest, word)
    for option in spec.options:
        free = not option.positional and not option.inner and f"{option.name}:" not in rest.lower()
        if free and option.name.startswith(word.lower()):
            yield Completion(f"{option.name}:", -len(word), display_meta=option.help)


def _positional(spec: CommandSpec, rest: str, word: str) -> Iterator[Completion]:
    """Values that stand without a name; what is typed may be the first words of one, as in `new y`."""
    options = [option for option in spec.options if option.positional and option.type.shape is Shape.CHOICE]
    words = rest.split(" ")
    given = sum(option.type.exact(one) for option in options[:1] for one in words[:-1] if one)
    if given >= len(options):
        return
    for count in range(min(options[given].type.most_words, len(words)), 0, -1):
        found = list(_values(options[given], " ".join(words[-count:])))
        if found and (count == 1 or word):
            yield from found
            return


def _values(option: Option, typed: str) -> Iterator[Completion]:
    start = typed.lower()
    for value in option.type.values:
        if value.text.lower().startswith(start) or value.label.lower().startswith(start):
            meta = value.label if value.label.lower() != value.text.lower() else ""
            yield Completion(value.text, -len(typed), display_meta=meta)
