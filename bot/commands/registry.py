"""All commands by name, and how they stand in tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from bot.domain.text import clean, fold, shorten
from bot.errors import AmbiguousError, Guess, NotUnderstoodError
from bot.messages.tokens import CommandForm, OptionForm, TokenCodec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.commands.spec import CommandSpec


@dataclass(frozen=True, slots=True)
class Registry:
    """The commands, in the order in which help shows them."""

    specs: tuple[CommandSpec, ...]
    codec: TokenCodec

    @classmethod
    def of(cls, specs: Iterable[CommandSpec]) -> Registry:
        """Build it; raises ValueError when two commands or options would be taken for each other."""
        listed = tuple(specs)
        _unique("command", [spec.name for spec in listed])
        _unique("command code", [spec.code for spec in listed])
        forms = {}
        for spec in listed:
            _unique(f"option of /{spec.name}", [option.name for option in spec.options])
            _unique(f"option letter of /{spec.name}", [option.letter for option in spec.options])
            options = {
                option.name: OptionForm(option.letter, {v.text: v.code for v in option.type.values})
                for option in spec.options
            }
            forms[spec.name] = CommandForm(spec.code, options)
        return cls(listed, TokenCodec(forms))

    def get(self, name: str) -> CommandSpec | None:
        """The command of that name, its Slack name counting as well."""
        return next((spec for spec in self.specs if name and name in (spec.name, spec.slack_name)), None)

    def find(self, name: str) -> CommandSpec:
        """The command of that name; raises AmbiguousError or NotUnderstoodError."""
        if spec := self.get(name):
            return spec
        shown = shorten(clean(name), 40)
        if not shown:
            raise NotUnderstoodError("Ask with a command, for example /state IL. /help lists them all.")
        folded = fold(name)[:40]
        close = [
            spec.name
            for spec in self.specs
            if OSA.normalized_similarity(folded, spec.name) >= 0.6
            or (len(folded) >= 2 and spec.name.startswith(folded))
        ]
        if close:
            guesses = tuple(Guess(f"/{other}", other) for other in close[:5])
            raise AmbiguousError(f"There is no command /{shown}. Did you mean one of these?", guesses)
        raise NotUnderstoodError(f"There is no command /{shown}. /help lists them all.")


def _unique(what: str, names: list[str]) -> None:
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"{what} declared twice: {', '.join(twice)}")
