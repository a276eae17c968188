"""Finding a federal measure or a precedent by the words people use for it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from rapidfuzz import fuzz, process

from bot.domain.writing.text import clean, fold, shorten
from bot.domain.writing.words import words_of_query, words_to_store
from bot.errors import AmbiguousError, Guess, NotFoundError, NotUnderstoodError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.catalogue.law import Measure, Precedent
    from bot.ports import UnitOfWork

T = TypeVar("T")

_MOST_GUESSES = 10
_LIKE_ENOUGH = 80


def find_measure(uow: UnitOfWork, boards: Sequence[str], text: str, option: str) -> Measure:
    """The federal measure that `text` names: by key, name, or words that only one has.

    Raises AmbiguousError for `option`, or NotFoundError.
    """
    counted = sorted(uow.reference.measures(boards), key=lambda pair: -pair[1])
    forms = [(measure, measure.key, measure.name, measure.name) for measure, _ in counted]
    return _find(text, forms, option, "federal measure", "No action on file answers a federal measure called")


def other_measures(uow: UnitOfWork, boards: Sequence[str], measure: Measure, limit: int) -> list[Measure]:
    """Measures whose name speaks of this one as well: conditions under an order, a suit about an act."""
    asked = words_of_query(_plain(measure.name))
    counted = sorted(uow.reference.measures(boards), key=lambda pair: -pair[1])
    return [m for m, _ in counted if m.key != measure.key and _has(m.name, asked)][:limit]


def find_precedent(uow: UnitOfWork, text: str, option: str) -> Precedent:
    """The precedent that `text` names: by key, name, or words of its name, year or citation.

    Raises AmbiguousError for `option`, or NotFoundError.
    """
    forms = [(p, p.key, p.name, f"{p.name} {p.year} {p.citation}") for p in uow.reference.precedents()]
    return _find(text, forms, option, "case or clause", "No case or clause is on file that is called")


def _find(text: str, forms: Sequence[tuple[T, str, str, str]], option: str, what: str, unknown: str) -> T:
    """`forms`: each thing with its key, its name and the text whose words may name it."""
    asked, folded, shown = words_of_query(text), fold(text), shorten(clean(text), 60)
    if not asked:
        raise NotUnderstoodError(f"Name a {what} with at least one letter or digit.")
    for thing, key, name, _ in forms:
        if folded in (key, fold(name)):
            return thing
    named = [form for form in forms if words_of_query(_plain(form[2])) == asked]
    close = named or [form for form in forms if _has(form[3], asked)]
    if len(close) == 1:
        return close[0][0]
    if not close:
        likely = process.extract(
            folded[:200],
            [fold(form[2]) for form in forms],
            scorer=fuzz.WRatio,
            score_cutoff=_LIKE_ENOUGH,
            limit=_MOST_GUESSES,
        )
        close = [forms[at] for _, _, at in likely]
        if not close:
            raise NotFoundError(f"{unknown} “{shown}”.")
        message = f"{unknown} “{shown}”. Did you mean one of these?"
    else:
        first = f"; these are the first {_MOST_GUESSES} of {len(close)}" if len(close) > _MOST_GUESSES else ""
        message = f"“{shown}” may be several{first}. Which one?"
    guesses = tuple(Guess(shorten(name, 80), key) for _, key, name, _ in close[:_MOST_GUESSES])
    raise AmbiguousError(message, guesses, option)


def _plain(name: str) -> str:
    """A name without the date behind it: `EO 14159` of `EO 14159 (Jan 20, 2025)`."""
    return name.split(" (", 1)[0]


def _has(text: str, asked: Sequence[str]) -> bool:
    words = _words(text)
    return all(any(word.startswith(wanted) for word in words) for wanted in asked)


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    return words_to_store([text])
