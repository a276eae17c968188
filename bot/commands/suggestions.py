"""What is offered while an option is typed: the likeliest first, and only what may be seen there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from bot.commands.spec import Suggestion, Value
from bot.domain.catalogue.filters import Filter
from bot.domain.catalogue.states import states_like
from bot.domain.community.zones import zones_like
from bot.domain.writing.text import clean, fold, squeeze
from bot.domain.writing.words import words_of_query, words_to_store
from bot.messages.limits import MOST_SUGGESTIONS
from bot.messages.wording import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.domain.catalogue.actions import ActionLine
    from bot.ports import UnitOfWork

_LIKE_ENOUGH = 70
_SHORTEST_WORD = 3
"""Letters from which on words are looked for in titles; one or two begin too many."""
_CODE = re.compile(r"([a-z]{2})[\s#-]*([1-9][0-9]{0,6})?", re.IGNORECASE | re.ASCII)


def suggest_state(uow: UnitOfWork, boards: Sequence[str], text: str) -> list[Suggestion]:
    """States by code, name or abbreviation."""
    del uow, boards
    return [Suggestion(state.code, f"{state.name} ({state.code})") for state in states_like(text)]


def suggest_zone(uow: UnitOfWork, boards: Sequence[str], text: str) -> list[Suggestion]:
    """Time zones, those of the states first."""
    del uow, boards
    return [Suggestion(zone, zone.replace("_", " ")) for zone in zones_like(text)[:MOST_SUGGESTIONS]]


def suggest_values(
    values: Sequence[Value], synonyms: Mapping[str, Sequence[str]]
) -> Callable[[UnitOfWork, Sequence[str], str], list[Suggestion]]:
    """A function that offers the values of a list by text, by label, or by a word that means some of them."""
    forms = [(value, (squeeze(value.text), squeeze(value.label))) for value in values]

    def suggest(uow: UnitOfWork, boards: Sequence[str], text: str) -> list[Suggestion]:
        del uow, boards
        form = squeeze(text)
        known = (texts for word, texts in synonyms.items() if form and squeeze(word).startswith(form))
        meant = {text for texts in known for text in texts}
        words = [
            [value for value, own in forms if any(f.startswith(form) for f in own)],
            [value for value, _ in forms if value.text in meant],
            [value for value, own in forms if any(form in f for f in own)],
        ]
        likely = list(dict.fromkeys(value for group in words for value in group))
        if not likely:
            choices = {value: fold(value.label) for value, _ in forms}
            close = process.extract(fold(text), choices, scorer=fuzz.WRatio, score_cutoff=_LIKE_ENOUGH)
            likely = [value for _, _, value in close]
        return [Suggestion(value.text, sentence(value.label)) for value in likely]

    return suggest


def suggest_code(uow: UnitOfWork, boards: Sequence[str], text: str) -> list[Suggestion]:
    """Actions by the beginning of their code, by their state or by words; the newest for nothing typed."""
    typed = clean(text)
    if (match := _CODE.fullmatch(typed)) and match[2]:
        lines = uow.catalogue.numbered(boards, match[1].upper(), match[2], MOST_SUGGESTIONS)
        return [_line(line) for line in lines]
    if not squeeze(typed):
        return [_line(line) for line in uow.catalogue.page(Filter(tuple(boards)), limit=MOST_SUGGESTIONS)]
    lines = []
    for state in states_like(typed, guess=False):
        which = Filter(tuple(boards), state=state.code)
        lines += uow.catalogue.page(which, limit=MOST_SUGGESTIONS - len(lines))
        if len(lines) >= MOST_SUGGESTIONS:
            break
    words = words_of_query(typed)
    if not lines and words and len(squeeze(typed)) >= _SHORTEST_WORD:
        lines = uow.catalogue.page(Filter(tuple(boards), words=words), limit=MOST_SUGGESTIONS)
    unique = {line.code: line for line in lines}
    return [_line(line) for line in unique.values()]


def suggest_measure(uow: UnitOfWork, boards: Sequence[str], text: str) -> list[Suggestion]:
    """Federal measures that an action answers."""
    names = [(measure.name, measure.name, measure.key) for measure in uow.reference.measure_names(boards)]
    return _named(names, text)


def suggest_precedent(uow: UnitOfWork, boards: Sequence[str], text: str) -> list[Suggestion]:
    """Cases and clauses by name, year or citation."""
    del boards
    names = [
        (f"{p.name} ({p.year})", f"{p.name} {p.year} {p.citation}", p.key) for p in uow.reference.precedents()
    ]
    return _named(names, text)


def _line(line: ActionLine) -> Suggestion:
    return Suggestion(str(line.code), f"{line.code}: {line.title}")


def _named(names: Sequence[tuple[str, str, str]], text: str) -> list[Suggestion]:
    """Things by label, searched words and key: those that begin so, that have all words, that are alike."""
    form, asked = fold(text), words_of_query(text)
    likely = [row for row in names if fold(row[1]).startswith(form)]
    if asked:
        likely += [row for row in names if _has_all(asked, row[1])]
    if not likely:
        forms = {row: fold(row[1]) for row in names}
        close = process.extract(form[:200], forms, scorer=fuzz.partial_ratio, score_cutoff=_LIKE_ENOUGH)
        likely = [row for _, _, row in close]
    return [Suggestion(key, label) for label, _, key in dict.fromkeys(likely)]


def _has_all(asked: Sequence[str], text: str) -> bool:
    """Whether each begins a word of the text, in any of the forms that /search knows."""
    words = words_to_store((text,))
    return all(any(word.startswith(begun) for word in words) for begun in asked)
