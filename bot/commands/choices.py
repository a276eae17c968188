"""Options that are one value of a fixed list: how what people type is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from rapidfuzz.distance import OSA

from bot.commands.spec import OptionType, Shape, Value
from bot.commands.suggestions import suggest_values
from bot.domain.writing.text import clean, shorten, squeeze
from bot.errors import AmbiguousError, Guess, NotUnderstoodError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

T = TypeVar("T")

_SHORTEST_PREFIX = 3
"""Letters from which on a prefix is taken for the value; a shorter one is only a guess."""
_SHORTEST_GUESS = 2
_LIKE_ENOUGH = 0.65
_LONGEST_MISSPELLING = 40
_MOST_GUESSES = 25


def listed(
    name: str,
    things: Iterable[tuple[T, Value]],
    *,
    synonyms: Mapping[str, T] | None = None,
    unclear: Mapping[str, Sequence[T]] | None = None,
    suggested: bool = False,
) -> OptionType:
    """One of a list, read by text, label, synonym, or a prefix of text or label that only one begins with.

    `unclear` are words that could mean several. With `suggested`, platforms ask for suggestions while an
    option is typed; otherwise they show the whole list.
    """
    pairs = list(things)
    values = tuple(value for _, value in pairs)
    value_of = dict(pairs)
    forms = [(squeeze(form), thing) for thing, value in pairs for form in (value.text, value.label)]
    exact = dict(forms) | {squeeze(word): thing for word, thing in (synonyms or {}).items()}
    several = unclear or {}

    def begun(form: str) -> list[T]:
        if form in several:
            return list(several[form])
        if len(form) < _SHORTEST_GUESS:
            return []
        return list(dict.fromkeys(thing for known, thing in forms if known.startswith(form)))

    def sure(text: str) -> T | None:
        form = squeeze(text)
        if form in exact:
            return exact[form]
        meant = begun(form)
        return meant[0] if len(meant) == 1 and len(form) >= _SHORTEST_PREFIX else None

    def alike(form: str) -> list[T]:
        if len(form) > _LONGEST_MISSPELLING:
            return []
        return [
            thing
            for thing, value in pairs
            if _goes_on(form, squeeze(value.text))
            or OSA.normalized_similarity(form, squeeze(value.text)) >= _LIKE_ENOUGH
        ]

    def read(text: str) -> T:
        if (thing := sure(text)) is not None:
            return thing
        form, shown = squeeze(text), shorten(clean(text), 40)
        if close := [value_of[thing] for thing in begun(form) or alike(form)]:
            guesses = tuple(Guess(value.label, value.text) for value in close[:_MOST_GUESSES])
            raise AmbiguousError(f"There is no {name} “{shown}”. Did you mean one of these?", guesses)
        there = ", ".join(value.text for value in values)
        raise NotUnderstoodError(f"“{shown}” is no {name}. There are: {there}.")

    meanings = {word: [thing] for word, thing in (synonyms or {}).items()} | dict(several)
    words = {word: [value_of[thing].text for thing in meant] for word, meant in meanings.items()}
    return OptionType(
        Shape.CHOICE,
        read,
        lambda thing: value_of[thing].text,
        lambda text: sure(text) is not None,
        values,
        most_words=3,
        suggest=suggest_values(values, words) if suggested else None,
    )


def _goes_on(form: str, known: str) -> bool:
    """Whether it begins with a value and goes on: `banish` for `ban`."""
    return len(known) >= _SHORTEST_PREFIX and form.startswith(known)
