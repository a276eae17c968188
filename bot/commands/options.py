"""The option types: how people's words become values, and which words a list offers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from rapidfuzz.distance import OSA

from bot.commands.spec import Option, OptionType, Shape, Value
from bot.domain.actions import Approach, Code, Stage, Status
from bot.domain.dates import PartialDate
from bot.domain.states import MOST_WORDS, STATES, exact_state, find_state
from bot.domain.text import clean, shorten, squeeze
from bot.domain.topics import Topic
from bot.errors import AmbiguousError, Guess, NotFoundError, NotUnderstoodError

T = TypeVar("T")

_TOPIC_CODES = {
    Topic.CIVIL_SERVICE: "cs", Topic.CLIMATE: "cl", Topic.DRUGS: "dr", Topic.EDUCATION: "ed",
    Topic.ELECTIONS: "el", Topic.FEDERAL_FUNDING: "ff", Topic.FINANCE: "fi", Topic.GUNS: "gu",
    Topic.IMMIGRATION: "im", Topic.LABOR: "la", Topic.LAND_WATER: "lw", Topic.LGBTQ: "lg",
    Topic.NATIONAL_GUARD: "ng", Topic.POLICING: "po", Topic.PRIVACY: "pr", Topic.PUBLIC_HEALTH: "ph",
    Topic.REPRODUCTIVE_HEALTH: "rh", Topic.SPEECH_MEDIA: "sm", Topic.SUPPLY_CHAIN: "sc",
    Topic.TECHNOLOGY: "te", Topic.TRANSPORT: "tr",
}  # fmt: skip
_APPROACH_CODES = {
    Approach.REFUSE: "rf", Approach.WITHHOLD: "wh", Approach.SHIELD: "sh", Approach.BUILD: "bu",
    Approach.LITIGATE: "li", Approach.COORDINATE: "co", Approach.NULLIFY: "nu",
}  # fmt: skip
_STATUS_CODES: dict[str, str] = {
    Status.CONSIDERING: "cn", Status.PROPOSED: "pp", Status.PENDING: "pe", Status.ADOPTED: "ad",
    Status.IN_EFFECT: "ie", Status.WON: "wo", Status.BLOCKED: "bl", Status.LOST: "lo",
    Status.STRUCK_DOWN: "sd", Status.REPEALED: "re", Status.WITHDRAWN: "wi", Status.EXPIRED: "ex",
    Stage.OPEN: "Op", Stage.LIVE: "Li", Stage.STOPPED: "St", "challenged": "Ch",
}  # fmt: skip
_TOPIC_WORDS = {
    "abortion": Topic.REPRODUCTIVE_HEALTH,
    "health": Topic.PUBLIC_HEALTH,
    "vaccines": Topic.PUBLIC_HEALTH,
    "money": Topic.FINANCE,
    "banking": Topic.FINANCE,
    "environment": Topic.CLIMATE,
    "energy": Topic.CLIMATE,
    "voting": Topic.ELECTIONS,
    "firearms": Topic.GUNS,
    "schools": Topic.EDUCATION,
    "guard": Topic.NATIONAL_GUARD,
    "media": Topic.SPEECH_MEDIA,
    "speech": Topic.SPEECH_MEDIA,
    "water": Topic.LAND_WATER,
    "tech": Topic.TECHNOLOGY,
    "labour": Topic.LABOR,
    "police": Topic.POLICING,
    "funding": Topic.FEDERAL_FUNDING,
    "stockpiles": Topic.SUPPLY_CHAIN,
}


@dataclass(frozen=True, slots=True)
class StatusFilter:
    """What `status:` can ask for: one status, a whole stage, or all that is challenged."""

    text: str
    label: str
    statuses: frozenset[Status] | None
    challenged: bool | None = None


_STATUS_FILTERS = (
    *(
        StatusFilter(str(stage), stage.label, frozenset(s for s in Status if s.stage is stage))
        for stage in Stage
    ),
    *(StatusFilter(str(s), s.label, frozenset([s])) for s in Status),
    StatusFilter("challenged", "challenged in court", None, True),
)


def _listed(name: str, things: Iterable[tuple[T, Value]], synonyms: dict[str, T] | None = None) -> OptionType:
    """A choice of a fixed list, read by text, label, unique prefix of three letters, or synonym."""
    pairs = list(things)
    exact = {squeeze(form): thing for thing, value in pairs for form in (value.text, value.label)}
    exact |= {squeeze(word): thing for word, thing in (synonyms or {}).items()}
    by_text = {value.text: thing for thing, value in pairs}
    text_of = {thing: value.text for thing, value in pairs}
    label_of = {value.text: value.label for _, value in pairs}

    def by_prefix(form: str) -> list[str]:
        texts = (text for text in by_text if len(form) >= 3 and squeeze(text).startswith(form))
        return list(texts)

    def sure(text: str) -> T | None:
        form = squeeze(text)
        if form in exact:
            return exact[form]
        meant = by_prefix(form)
        return by_text[meant[0]] if len(meant) == 1 else None

    def read(text: str) -> T:
        if (thing := sure(text)) is not None:
            return thing
        form, shown = squeeze(text), shorten(clean(text), 40)
        close = by_prefix(form) or [
            other for other in by_text if OSA.normalized_similarity(form, squeeze(other)) >= 0.65
        ]
        if close:
            guesses = tuple(Guess(label_of[other], other) for other in close[:25])
            raise AmbiguousError(f"There is no {name} “{shown}”. Did you mean one of these?", guesses)
        listed = ", ".join(by_text)
        raise NotUnderstoodError(f"“{shown}” is no {name}. There are: {listed}.")

    return OptionType(
        Shape.CHOICE,
        read,
        text_of.__getitem__,
        lambda text: sure(text) is not None,
        tuple(value for _, value in pairs),
        most_words=3,
    )


def _read_date(text: str) -> PartialDate:
    try:
        return PartialDate.parse(text.strip())
    except ValueError as error:
        raise NotUnderstoodError(f"{str(error)[0].upper()}{str(error)[1:]}.") from None


def _read_code(text: str) -> Code:
    shown = shorten(clean(text), 40)
    code = Code.parse(text)
    if code:
        return code
    if state := exact_state(text):
        raise AmbiguousError(
            f"“{shown}” is a state, not an action's code; codes look like {state.code}-1.",
            (Guess(f"{state.code}-1", f"{state.code}-1"),),
        )
    raise NotFoundError(f"There is no action “{shown}”. A code looks like IL-1.")


def number(least: int, most: int, what: str) -> OptionType:
    """A whole number of `what`."""

    def read(text: str) -> int:
        digits = text.strip()
        if digits.isascii() and digits.isdecimal() and len(digits) < 10 and least <= int(digits) <= most:
            return int(digits)
        raise NotUnderstoodError(f"Give the number of {what} from {least} to {most:,}, for example {least}.")

    return OptionType(Shape.WORD, read)


def _read_words(text: str) -> str:
    cleaned = clean(text)
    if not cleaned:
        raise NotUnderstoodError("Give at least one word.")
    return cleaned


STATE = OptionType(
    Shape.CHOICE,
    find_state,
    lambda state: state.code,
    lambda text: exact_state(text) is not None,
    tuple(Value(state.code, state.name, state.code) for state in STATES),
    most_words=MOST_WORDS,
)
TOPIC = _listed("topic", ((t, Value(str(t), t.label, _TOPIC_CODES[t])) for t in Topic), _TOPIC_WORDS)
APPROACH = _listed("approach", ((a, Value(str(a), a.label, _APPROACH_CODES[a])) for a in Approach))
STATUS = _listed("status", ((f, Value(f.text, f.label, _STATUS_CODES[f.text])) for f in _STATUS_FILTERS))
DATE = OptionType(Shape.WORD, _read_date)
CODE = OptionType(Shape.REST, _read_code)
WORDS = OptionType(Shape.REST, _read_words)


STATE_REQUIRED = Option("state", STATE, "A state, the District of Columbia or a territory", "s", True, True)
STATE_OPTION = Option("state", STATE, "Only one state, the District of Columbia or a territory", "s")
TOPIC_OPTION = Option("topic", TOPIC, "Only one topic", "t")
APPROACH_OPTION = Option("approach", APPROACH, "Only one approach: refuse, withhold, shield, build, …", "a")
STATUS_OPTION = Option("status", STATUS, "Only one status, or a stage: open, live, stopped", "u")
SINCE_OPTION = Option("since", DATE, "Only what changed on or after a date: 2025, 2025-07 or 2025-07-04", "f")


def first_day(since: PartialDate | None) -> date | None:
    """The day that `since:` means."""
    return since.first_day if since else None
