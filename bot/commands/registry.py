"""All commands by name, and how they stand in tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from bot.commands.parsing import parse_options, split_command
from bot.domain.writing.text import clean, fold, shorten
from bot.errors import AmbiguousError, Guess, NotUnderstoodError, RefusalError
from bot.messages.tokens import CommandForm, OptionForm, TokenCodec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.commands.spec import CommandSpec

_LIKE_ENOUGH = 0.6
_SHORTEST_PREFIX = 2
_MOST_GUESSES = 5


@dataclass(frozen=True, slots=True)
class Registry:
    """The commands, in the order in which help shows them."""

    specs: tuple[CommandSpec, ...]
    codec: TokenCodec

    @classmethod
    def of(cls, specs: Iterable[CommandSpec]) -> Registry:
        """Build it; raises ValueError when two commands or options would be taken for each other."""
        listed = tuple(specs)
        # A Slack name counts everywhere, so it must not be another command's name either.
        names = [spec.name for spec in listed]
        _unique("command", names + [spec.slack_name for spec in listed if spec.slack_name])
        _unique("command code", [spec.code for spec in listed])
        forms = {}
        for spec in listed:
            _unique(f"option of /{spec.name}", [option.name for option in spec.options])
            _unique(f"option letter of /{spec.name}", [option.letter for option in spec.options])
            for option in spec.options:
                _unique(f"value code of {option.name}", [value.code for value in option.type.values])
            options = {
                option.name: OptionForm(option.letter, {v.text: v.code for v in option.type.values})
                for option in spec.options
            }
            forms[spec.name] = CommandForm(spec.code, options)
        return cls(listed, TokenCodec(forms))

    def get(self, name: str) -> CommandSpec | None:
        """The command of that name, its Slack name counting as well."""
        return next((spec for spec in self.specs if name and name in (spec.name, spec.slack_name)), None)

    def find(self, name: str, line: str = "") -> CommandSpec:
        """The command of that name.

        Raises NotUnderstoodError, or AmbiguousError whose guesses are whole command lines. `line` is all that
        was typed: it may have no command in it but surely be what one of them asks for (`Illinois`).
        """
        if spec := self.get(name):
            return spec
        shown = shorten(clean(name), 40)
        if not shown:
            raise NotUnderstoodError("Ask with a command, for example /state IL. /help lists them all.")
        rest = split_command(line)[1]
        lines = [meant] if (meant := self._meant(line)) else []
        lines += [f"/{other} {rest}".rstrip() for other in self._alike(fold(name)[:40])]
        if lines:
            guesses = tuple(Guess(other, other) for other in lines[:_MOST_GUESSES])
            raise AmbiguousError(f"There is no command /{shown}. Did you mean one of these?", guesses)
        raise NotUnderstoodError(f"There is no command /{shown}. /help lists them all.")

    def _alike(self, name: str) -> list[str]:
        """Commands that `name` begins, or is a misspelling of."""
        return [
            spec.name
            for spec in self.specs
            if OSA.normalized_similarity(name, spec.name) >= _LIKE_ENOUGH
            or (len(name) >= _SHORTEST_PREFIX and spec.name.startswith(name))
        ]

    def _meant(self, line: str) -> str | None:
        """The first command, with its options, of which `line` surely gives all that it needs."""
        for spec in self.specs:
            try:
                given = parse_options(spec, line.strip().removeprefix("/"))
            except RefusalError:
                continue
            options = [option for option in spec.options if option.name in given]
            complete = any(option.required for option in spec.options)
            if complete and all(option.type.exact(given[option.name]) for option in options):
                parts = [f"/{spec.name}"]
                for option in options:
                    text = option.type.text(option.type.read(given[option.name]))
                    parts.append(text if option.positional else f"{option.name}:{text}")
                return " ".join(parts)
        return None


def _unique(what: str, names: list[str]) -> None:
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"{what} declared twice: {', '.join(twice)}")
