"""The states, the District of Columbia and the territories, and how people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from bot.domain.writing.text import clean, fold, shorten
from bot.errors import AmbiguousError, Guess, NotFoundError, NotUnderstoodError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class State:
    """One of the 56: its USPS code, its name, and the abbreviations in use besides the code."""

    code: str
    name: str
    abbreviations: tuple[str, ...] = ()

    @property
    def in_text(self) -> str:
        """The name as it stands inside a sentence."""
        return f"the {self.name}" if self.code in ("DC", "MP", "VI") else self.name


def _state(code: str, name: str, abbreviations: str = "") -> State:
    return State(code, name, tuple(part.strip() for part in abbreviations.split(",") if part))


# The traditional, the AP's and the Government Publishing Office's abbreviations, and names in daily use.
STATES: tuple[State, ...] = (
    _state("AL", "Alabama", "Ala."),
    _state("AK", "Alaska", "Alas."),
    _state("AZ", "Arizona", "Ariz."),
    _state("AR", "Arkansas", "Ark."),
    _state("CA", "California", "Cal., Calif."),
    _state("CO", "Colorado", "Col., Colo."),
    _state("CT", "Connecticut", "Ct., Conn."),
    _state("DE", "Delaware", "Del."),
    _state("FL", "Florida", "Fla., Flor."),
    _state("GA", "Georgia", "Geo."),
    _state("HI", "Hawaii", "Haw., H.I."),
    _state("ID", "Idaho", "Ida."),
    _state("IL", "Illinois", "Ill., Ills."),
    _state("IN", "Indiana", "Ind."),
    _state("IA", "Iowa", "Ioa."),
    _state("KS", "Kansas", "Kan., Kans."),
    _state("KY", "Kentucky", "Ken., Kent."),
    _state("LA", "Louisiana", "Lou."),
    _state("ME", "Maine"),
    _state("MD", "Maryland", "Mar., Mary."),
    _state("MA", "Massachusetts", "Mass."),
    _state("MI", "Michigan", "Mich."),
    _state("MN", "Minnesota", "Minn."),
    _state("MS", "Mississippi", "Miss."),
    _state("MO", "Missouri"),
    _state("MT", "Montana", "Mont."),
    _state("NE", "Nebraska", "Neb., Nebr., NB"),
    _state("NV", "Nevada", "Nev."),
    _state("NH", "New Hampshire", "N. Hamp., N. Hampshire"),
    _state("NJ", "New Jersey", "N. Jersey"),
    _state("NM", "New Mexico", "N. Mex., New Mex., N. Mexico"),
    _state("NY", "New York", "N. York, New York State, NYS"),
    _state("NC", "North Carolina", "N. Car., No. Car., N. Carolina, No. Carolina"),
    _state("ND", "North Dakota", "N. Dak., No. Dak., NoDak, N. Dakota, No. Dakota"),
    _state("OH", "Ohio", "O."),
    _state("OK", "Oklahoma", "Okla."),
    _state("OR", "Oregon", "Ore., Oreg."),
    _state("PA", "Pennsylvania", "Penn., Penna."),
    _state("RI", "Rhode Island", "R. Isl., R. Island"),
    _state("SC", "South Carolina", "S. Car., So. Car., S. Carolina, So. Carolina"),
    _state("SD", "South Dakota", "S. Dak., So. Dak., SoDak, S. Dakota, So. Dakota"),
    _state("TN", "Tennessee", "Tenn."),
    _state("TX", "Texas", "Tex."),
    _state("UT", "Utah"),
    _state("VT", "Vermont", "Verm."),
    _state("VA", "Virginia", "Virg."),
    _state("WA", "Washington", "Wash., Wn., Washington State, Wash. State"),
    _state("WV", "West Virginia", "W. Va., West Va., W. Virg., W. Virginia"),
    _state("WI", "Wisconsin", "Wis., Wisc."),
    _state("WY", "Wyoming", "Wyo."),
    _state(
        "DC",
        "District of Columbia",
        "Dist. Col., Dist. of Col., Dist. of Columbia, D. of C., Washington D.C., Wash. D.C., the District, "
        "the District of Columbia",
    ),
    _state("AS", "American Samoa", "Amer. Samoa, Am. Samoa"),
    _state("GU", "Guam"),
    _state(
        "MP",
        "Northern Mariana Islands",
        "CNMI, NMI, CM, N. Mariana Islands, the Northern Mariana Islands, Mariana Islands, "
        "Northern Marianas, N. Marianas, Marianas, Saipan",
    ),
    _state("PR", "Puerto Rico", "P. Rico, Porto Rico"),
    _state(
        "VI",
        "U.S. Virgin Islands",
        "USVI, U.S. V.I., Virgin Islands, V. Islands, the Virgin Islands, the U.S. Virgin Islands, "
        "United States Virgin Islands",
    ),
)

BY_CODE = {state.code: state for state in STATES}
MOST_WORDS = max(len(state.name.split()) for state in STATES) + 4  # the Commonwealth of the …
"""Words in the longest way to write a state."""

_SHORTEST_PREFIX = 3
_LIKE_ENOUGH = 0.7
_MOST_GUESSES = 5
_BETWEEN = re.compile(r"[\s,;/+&|_\-\u2010-\u2015]+")
_FORMAL = re.compile(r"(?:the )?(?:state|commonwealth|territory) of (?:the )?(?=.)")


def _spell(text: str) -> str:
    """`text` folded to words of letters and digits, one space apart.

    Letters in a row make one word, so that `N. Y.` and `NY` are the same. Words are not run together: `FL OR`
    is not `Flor.`, nor `NC AR` `N. Car.`.
    """
    words: list[str] = []
    letters = False
    for part in _BETWEEN.split(fold(text)):
        if not (word := "".join(c for c in part if c.isalnum())):
            continue
        if letters and len(word) == 1:
            words[-1] += word
        else:
            words.append(word)
            letters = len(word) == 1
    return _FORMAL.sub("", " ".join(words), count=1) if len(words) > 2 else " ".join(words)


def _solid(form: str) -> str:
    return form.replace(" ", "")


_EXACT = {_spell(form): state for state in STATES for form in (state.name, *state.abbreviations, state.code)}
_SOLID = {_solid(form): state for form, state in _EXACT.items()}
_NAMES = {_spell(name): state for state in STATES for name in (state.name, state.name.removeprefix("U.S. "))}


_NAMED = _NAMES | {_spell(form): BY_CODE["DC"] for form in ("D.C.", "Washington, D.C.", "Washington DC")}
"""What in running text is surely a state: abbreviations like Ore. or Miss. are words there."""
_TEXT_WORD = re.compile(r"[^\W_]+(?:[.'’ʻ][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s$")
_ELSEWHERE = frozenset(
    f"{name} city" for name in ("kansas", "arkansas", "michigan", "missouri", "nevada", "virginia")
)
"""Cities called after another state than the one they are in, or most are in."""
_ALSO_WORDS = frozenset({
    "AL", "AR", "AS", "CO", "DE", "HI", "ID", "IN", "LA", "MA", "ME", "MS", "OH", "OK", "OR", "PA", "PR",
    "VA", "VI",
})  # fmt: skip
"""Codes that in capitals are as likely something else: AR-15, REAL ID, L.A., MS-13, OK, the VA, Title VI."""
_OPENED = re.compile(r"[(\[](?:[A-Z]-)?$")
_COMMA = re.compile(r",\s+")
_JOINT = re.compile(r"\s*(?:[,/&]|,?\s(?:and|or)\s)\s*")


def exact_state(text: str) -> State | None:
    """The state that `text` surely means: a code, a name, an abbreviation, or a prefix that only one has."""
    return _surely(_spell(text))


def find_state(text: str) -> State:
    """The state that `text` means.

    Raises AmbiguousError with guesses for a prefix that several share or a misspelling, NotUnderstoodError
    for no text, NotFoundError for anything else. A likeness is only ever a guess, never the answer.
    """
    form, shown = _spell(text), shorten(clean(text), 40)
    if state := _surely(form):
        return state
    if not form:
        raise NotUnderstoodError("Name a state, for example IL or Illinois.")
    if several := _by_prefix(form) or _in_a_row(form):
        raise AmbiguousError(f"“{shown}” may be several states. Which one?", _guesses(several))
    if alike := _by_later_word(form) or _alike(_solid(form)):
        raise AmbiguousError(f"There is no state “{shown}”. Did you mean one of these?", _guesses(alike))
    raise NotFoundError(
        f"There is no state “{shown}”. Give a name, a usual abbreviation or a postal code: "
        "Illinois, Ill., IL."
    )


def states_like(text: str, *, guess: bool = True) -> list[State]:
    """The states that `text`, still being typed, may become: the likeliest first, all for nothing typed.

    A code or an abbreviation written out comes before names that begin so, those before names with a later
    word that does; only where there is none of these, `guess` brings names that are spelt like it.
    """
    form = _spell(text)
    if not form:
        return list(STATES)
    solid = _solid(form)
    exact = [state for state in (_EXACT.get(form) or _SOLID.get(solid),) if state]
    begun = [state for known, state in _SOLID.items() if known.startswith(solid)]
    later = [state for name, state in _NAMES.items() if f" {form}" in name]
    by_name = sorted(begun, key=lambda state: not _solid(_spell(state.name)).startswith(solid))
    likely = list({state.code: state for state in (*exact, *by_name, *later)}.values())
    return likely or (_alike(solid) if guess else [])


def states_in(text: str) -> list[State]:
    """The states that a text speaks of, in order: names written out, and codes in capitals.

    Abbreviations do not count, which are words in running text (Ore., Miss.), nor do codes where all is in
    capitals, unless the text is nothing else. Codes that are words as well (IN, OK) count only in brackets,
    after a place and a comma (`Dayton, OH`), or joined to a state that counts (`TX, OK and NM`).
    """
    if alone := exact_state(text):
        return [alone]
    spoken = _spoken_of(text)
    pairs = list(pairwise(spoken))
    for one, other in (*pairs, *reversed(pairs)):  # both ways: one that counts makes all in its row count
        if (one.counts or other.counts) and _JOINT.fullmatch(text, one.end, other.start):
            one.counts = other.counts = True
    return list({one.state.code: one.state for one in spoken if one.counts}.values())


@dataclass(slots=True)
class _Spoken:
    """A place in a text that may be a state."""

    state: State
    start: int
    end: int
    counts: bool


def _spoken_of(text: str) -> list[_Spoken]:
    shouted = text.upper() == text
    words = list(_TEXT_WORD.finditer(text))
    bare = [_POSSESSIVE.sub("", word[0]) for word in words]
    found: list[_Spoken] = []
    at = 0
    while at < len(words):
        state, length = _named(bare[at : at + MOST_WORDS])
        counts = state is not None
        if length == 1 and not state and not shouted and (state := BY_CODE.get(bare[at])):
            counts = state.code not in _ALSO_WORDS or _is_code(text, words, at)
        if state:
            found.append(_Spoken(state, words[at].start(), words[at + length - 1].end(), counts))
        at += length
    return found


def _named(words: list[str]) -> tuple[State | None, int]:
    """The state whose name the words begin with, if they do, and how many of them were looked at."""
    for length in range(len(words), 0, -1):
        form = _spell(" ".join(words[:length]))
        if form in _NAMED or form in _ELSEWHERE:
            return _NAMED.get(form), length
    return None, 1


def _is_code(text: str, words: list[re.Match[str]], at: int) -> bool:
    """Whether a word that is also a code can only be the code: `(OH)`, `(R-OH)`, `Dayton, OH`."""
    start, end = words[at].span()
    if _OPENED.search(text[max(0, start - 3) : start]) and text[end : end + 1] in (")", "]"):
        return True
    place = words[at - 1] if at else None
    return (
        place is not None
        and _COMMA.fullmatch(text, place.end(), start) is not None
        and len(place[0]) > 1
        and place[0][0].isupper()
        and place[0] not in BY_CODE
    )


def names(codes: Iterable[str]) -> list[str]:
    """The names of states by code, in the order given."""
    return [BY_CODE[code].name for code in codes]


def _surely(form: str) -> State | None:
    state = _EXACT.get(form)
    if state is None and " " not in form:  # `newyork`
        state = _SOLID.get(form)
    if state is None:
        meant = _by_prefix(form)
        state = meant[0] if len(meant) == 1 else None
    return state


def _by_prefix(form: str) -> list[State]:
    if len(_solid(form)) < _SHORTEST_PREFIX:
        return []
    alone = " " not in form
    meant = {s.code: s for name, s in _NAMES.items() if (_solid(name) if alone else name).startswith(form)}
    return list(meant.values())


def _by_later_word(form: str) -> list[State]:
    """`Carolina`, `Jersey`: what begins a later word of a name."""
    if len(form) < _SHORTEST_PREFIX:
        return []
    return list({state.code: state for name, state in _NAMES.items() if f" {form}" in name}.values())


def _in_a_row(form: str) -> list[State]:
    """The states that `form` names one after the other, if it does nothing else."""
    words = form.split()[: 2 * MOST_WORDS]
    found: dict[str, State] = {}
    while words:
        runs = (
            (length, _surely(" ".join(words[:length])))
            for length in range(min(MOST_WORDS, len(words)), 0, -1)
        )
        length, state = next(((length, state) for length, state in runs if state), (0, None))
        if state is None:
            return []
        found[state.code] = state
        words = words[length:]
    return list(found.values())


def _alike(solid: str) -> list[State]:
    if len(solid) > 2 * max(map(len, _SOLID)):
        return []
    best: dict[str, float] = {}
    for name, state in _SOLID.items():
        if len(name) > 3:
            likeness = OSA.normalized_similarity(solid, name)
            best[state.code] = max(likeness, best.get(state.code, 0.0))
    ranked = sorted(best.items(), key=lambda pair: -pair[1])
    return [BY_CODE[code] for code, likeness in ranked if likeness >= _LIKE_ENOUGH][:_MOST_GUESSES]


def _guesses(states: Sequence[State]) -> tuple[Guess, ...]:
    return tuple(Guess(state.name, state.code) for state in states[:25])
