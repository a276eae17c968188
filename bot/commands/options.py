"""The option types: how people's words become values, and which words a list offers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.commands.choices import listed
from bot.commands.spec import Option, OptionType, Shape, Value
from bot.commands.suggestions import (
    suggest_code,
    suggest_measure,
    suggest_precedent,
    suggest_state,
    suggest_zone,
)
from bot.domain.catalogue.actions import Approach, Code, Stage, Status
from bot.domain.catalogue.dates import PartialDate
from bot.domain.catalogue.states import MOST_WORDS, STATES, exact_state, find_state
from bot.domain.catalogue.topics import Topic
from bot.domain.community.zones import find_zone, is_zone
from bot.domain.writing.mentions import Mention, mentions_in, written
from bot.domain.writing.text import clean, shorten
from bot.domain.writing.words import words_of_query
from bot.errors import AmbiguousError, Guess, NotFoundError, NotUnderstoodError
from bot.messages.form import Entry
from bot.messages.wording import sentence

_LOOSE_DATE = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?")
_LOOSE_CODE = re.compile(r"(\D{3,}?)[\s#-]*0*([1-9][0-9]{0,6})", re.ASCII)

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
STATUS_CODES: dict[str, str] = {
    Status.CONSIDERING: "cn", Status.PROPOSED: "pp", Status.PENDING: "pe", Status.ADOPTED: "ad",
    Status.IN_EFFECT: "ie", Status.WON: "wo", Status.BLOCKED: "bl", Status.LOST: "lo",
    Status.STRUCK_DOWN: "sd", Status.REPEALED: "re", Status.WITHDRAWN: "wi", Status.EXPIRED: "ex",
}  # fmt: skip
"""How statuses stand in tokens."""
_STATUS_FILTER_CODES: dict[str, str] = {
    **STATUS_CODES, Stage.OPEN: "Op", Stage.LIVE: "Li", Stage.STOPPED: "St", "challenged": "Ch",
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
    "crypto": Topic.FINANCE,
    "healthcare": Topic.PUBLIC_HEALTH,
    "cannabis": Topic.DRUGS,
    "marijuana": Topic.DRUGS,
    "school": Topic.EDUCATION,
    "unions": Topic.LABOR,
    "gay rights": Topic.LGBTQ,
    "transportation": Topic.TRANSPORT,
    "media": Topic.SPEECH_MEDIA,
    "speech": Topic.SPEECH_MEDIA,
    "water": Topic.LAND_WATER,
    "tech": Topic.TECHNOLOGY,
    "labour": Topic.LABOR,
    "police": Topic.POLICING,
    "funding": Topic.FEDERAL_FUNDING,
    "stockpiles": Topic.SUPPLY_CHAIN,
}
_TOPIC_UNCLEAR = {"trans": (Topic.LGBTQ, Topic.TRANSPORT)}
"""Words that begin one topic and mean another."""


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


def _read_date(text: str) -> PartialDate:
    form = text.strip()
    if match := _LOOSE_DATE.fullmatch(form):
        form = "-".join(part.zfill(2) for part in match.groups() if part)
    try:
        return PartialDate.parse(form)
    except ValueError as error:
        raise NotUnderstoodError(f"{sentence(str(error))}.") from None


def _is_date(text: str) -> bool:
    try:
        _read_date(text)
    except NotUnderstoodError:
        return False
    return True


def _read_code(text: str) -> Code:
    if code := Code.parse(text):
        return code
    shown = shorten(clean(text), 40)
    if (match := _LOOSE_CODE.fullmatch(shown)) and (state := exact_state(match[1])):
        return Code(state.code, int(match[2]))
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

    return OptionType(Shape.WORD, read, whole=(least, most))


def _read_people(text: str) -> tuple[Mention, ...]:
    if not (mentions := mentions_in(text)):
        raise NotUnderstoodError("Mention at least one person or group.")
    return mentions


def _read_words(text: str) -> str:
    cleaned = clean(text)
    if not words_of_query(cleaned):
        raise NotUnderstoodError("Give at least one word or number to look for.")
    return cleaned


STATE = OptionType(
    Shape.CHOICE,
    find_state,
    lambda state: state.code,
    lambda text: exact_state(text) is not None,
    tuple(Value(state.code, state.name, state.code) for state in STATES),
    most_words=MOST_WORDS,
    suggest=suggest_state,
)
TOPIC = listed(
    "topic",
    ((topic, Value(str(topic), topic.label, _TOPIC_CODES[topic])) for topic in Topic),
    synonyms=_TOPIC_WORDS,
    unclear=_TOPIC_UNCLEAR,
    suggested=True,
)
APPROACH = listed(
    "approach", ((a, Value(str(a), a.label, _APPROACH_CODES[a])) for a in Approach), suggested=True
)
STATUS = listed(
    "status",
    ((f, Value(f.text, f.label, _STATUS_FILTER_CODES[f.text])) for f in _STATUS_FILTERS),
    suggested=True,
)
DATE = OptionType(Shape.WORD, _read_date, exact=_is_date)
CODE = OptionType(
    Shape.REST, _read_code, exact=lambda text: Code.parse(text) is not None, suggest=suggest_code
)
WORDS = OptionType(Shape.REST, _read_words)
MEASURE = replace(WORDS, suggest=suggest_measure)
PRECEDENT = replace(WORDS, suggest=suggest_precedent)
ZONE = OptionType(Shape.CHOICE, find_zone, exact=is_zone, most_words=3, suggest=suggest_zone)
PEOPLE = OptionType(Shape.REST, _read_people, written, entry=Entry.PEOPLE)


STATE_REQUIRED = Option("state", STATE, "A state, the District of Columbia or a territory", "s", True, True)
STATE_OPTION = Option("state", STATE, "Only one state, the District of Columbia or a territory", "s")
TOPIC_OPTION = Option("topic", TOPIC, "Only one topic", "t")
APPROACH_OPTION = Option("approach", APPROACH, "Only one approach: refuse, withhold, shield, build, …", "a")
STATUS_OPTION = Option("status", STATUS, "Only one status, or a stage: open, live, stopped", "u")
SINCE_OPTION = Option("since", DATE, "Only what changed on or after a date: 2025, 2025-07 or 2025-07-04", "f")
