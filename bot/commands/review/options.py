"""How people's words become what reports and drafts are made of."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands.choices import listed
from bot.commands.options import STATUS_CODES, TOPIC
from bot.commands.spec import OptionType, Shape, Value
from bot.commands.suggestions import suggest_code, suggest_state
from bot.domain.catalogue.actions import Approach, Code, Kind, Status
from bot.domain.catalogue.records import LONGEST_NAME, MOST_TOPICS
from bot.domain.catalogue.states import MOST_WORDS, State, exact_state, find_state
from bot.domain.catalogue.topics import Topic
from bot.domain.review.proposals import Policy
from bot.domain.review.reports import LONGEST_WORDS, MEMBERS_KINDS, REASONS, ReportKind, ReportStatus
from bot.domain.writing.links import cleaned_link
from bot.domain.writing.mentions import PlaceMention, places_in
from bot.domain.writing.text import clean, shorten, squeeze
from bot.errors import NotFoundError, NotUnderstoodError
from bot.messages.form import Entry
from bot.messages.wording import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.commands.spec import Suggestion
    from bot.ports import UnitOfWork

_LINES = re.compile(r"[ \t\f\v]*\r?\n\s*")
_REPORT = re.compile(r"[#(]?r?[\s#-]{0,3}0*([1-9][0-9]{0,8})[).]?", re.IGNORECASE)
_PARTS = re.compile(r"\s*[,;/&]\s*|\s+and\s+", re.IGNORECASE)
_LISTED = re.compile(r"\s*[;\n]\s*")
_YES = frozenset({"yes", "y", "true", "on", "1", "ja", "si"})
_NO = frozenset({"no", "n", "false", "off", "0"})


def _read_text(text: str) -> str:
    """Lines stay lines; everything else as `clean` has it."""
    lines = [clean(line) for line in text.replace("\r\n", "\n").split("\n")]
    joined = _LINES.sub("\n", "\n".join(lines)).strip()
    if not joined:
        raise NotUnderstoodError("Write at least one word.")
    if len(joined) > LONGEST_WORDS:
        raise NotUnderstoodError(f"This text has {len(joined):,} characters; {LONGEST_WORDS:,} are allowed.")
    return joined


def _read_about(text: str) -> Code | tuple[State, ...]:
    """A code, or states: `IL-17`, `Illinois`, `IL, TX`, `New York New Jersey`."""
    if code := Code.parse(text):
        return code
    found: list[State] = []
    for part in filter(None, _PARTS.split(text.strip())):
        whole = exact_state(part)
        found += [whole] if whole else _in_a_row(part.split())
    states = tuple(dict.fromkeys(found))
    if not states:
        raise NotUnderstoodError("Name a state, several, or the code of an action like IL-1.")
    return states


def _in_a_row(words: list[str]) -> list[State]:
    """States one after the other, each by as many words as surely are one."""
    found: list[State] = []
    at = 0
    while at < len(words):
        for taken in range(min(MOST_WORDS, len(words) - at), 0, -1):
            if state := exact_state(" ".join(words[at : at + taken])):
                break
        else:
            taken, state = len(words) - at, find_state(" ".join(words[at:]))
        found.append(state)
        at += taken
    return found


def _about_text(about: Code | tuple[State, ...]) -> str:
    return str(about) if isinstance(about, Code) else ",".join(state.code for state in about)


def _read_states(text: str) -> tuple[State, ...]:
    about = _read_about(text)
    if isinstance(about, Code):
        raise NotUnderstoodError(f"{about} is an action; name states here, the leading one first.")
    return about


def _suggest_about(uow: UnitOfWork, boards: Sequence[str], text: str) -> list[Suggestion]:
    """States, and actions where a code is begun."""
    if any(c.isdigit() for c in text):
        return list(suggest_code(uow, boards, text))
    return [*suggest_state(uow, boards, text), *suggest_code(uow, boards, text)]


def _read_link(text: str) -> str:
    try:
        return cleaned_link(text)
    except ValueError as error:
        said = str(error)
        raise NotUnderstoodError(f"{sentence(said)}.") from None


def _read_report(text: str) -> int:
    if match := _REPORT.fullmatch(text.strip()):
        return int(match[1])
    raise NotFoundError(f"“{shorten(clean(text), 40)}” is no report. They are named like R-12.")


def _read_number(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return int(text)
    raise NotUnderstoodError("This button cannot be read. Ask the command anew.")


def _read_target(text: str) -> Code | int:
    """An action or a report."""
    if code := Code.parse(text):
        return code
    return _read_report(text)


def _target_text(target: Code | int) -> str:
    return f"R-{target}" if isinstance(target, int) else str(target)


def _is_target(text: str) -> bool:
    return Code.parse(text) is not None or _REPORT.fullmatch(text.strip()) is not None


def _read_yes(text: str) -> bool:
    form = squeeze(text)
    if form in _YES:
        return True
    if form in _NO:
        return False
    raise NotUnderstoodError("Answer with yes or no.")


def _read_topics(text: str) -> tuple[Topic, ...]:
    topics = tuple(dict.fromkeys(TOPIC.read(part) for part in _LIST_OF_TOPICS.split(text) if part.strip()))
    if not 1 <= len(topics) <= MOST_TOPICS:
        raise NotUnderstoodError(f"Name 1 to {MOST_TOPICS} topics, not {len(topics)}.")
    return topics


_LIST_OF_TOPICS = re.compile(r"\s*[,;\n]\s*")


def _read_list(text: str) -> tuple[str, ...]:
    """What stands one a line, or with semicolons between; a lone dash is an empty list."""
    return tuple(dict.fromkeys(clean(part) for part in _LISTED.split(text) if clean(part) not in ("", "-")))


def _read_names(text: str) -> tuple[str, ...]:
    names = _read_list(text)
    for name in names:
        if len(name) > LONGEST_NAME:
            raise NotUnderstoodError(f"“{shorten(name, 40)}” is longer than {LONGEST_NAME} characters.")
    return names


def _read_places(text: str) -> tuple[PlaceMention, ...]:
    """A lone dash is an empty list, and so it names no channel."""
    return tuple(place for place in places_in(text) if str(place) != "-")


def _places_text(places: tuple[PlaceMention, ...]) -> str:
    return " ".join(map(str, places)) or "-"


def _upper(label: str) -> str:
    return f"{sentence(label)}"


TEXT = OptionType(Shape.REST, _read_text, entry=Entry.TEXT)
SHORT_TEXT = replace(TEXT, entry=Entry.LINE)
ABOUT = OptionType(Shape.REST, _read_about, _about_text, suggest=_suggest_about)
SEVERAL_STATES = OptionType(Shape.REST, _read_states, _about_text)
LINK = OptionType(Shape.WORD, _read_link)
REPORT = OptionType(Shape.REST, _read_report, lambda number: f"R-{number}")
TARGET = OptionType(Shape.REST, _read_target, _target_text, exact=_is_target)
NUMBER = OptionType(Shape.WORD, _read_number)
FLAG = OptionType(
    Shape.CHOICE, _read_yes, lambda yes: "yes" if yes else "no",
    values=(Value("yes", "Yes", "y"), Value("no", "No", "n")),
)  # fmt: skip
REPORT_KIND = listed(
    "kind of report",
    [(kind, Value(str(kind), kind.label, kind[:2])) for kind in MEMBERS_KINDS],
)
QUEUE_STATUS = listed(
    "status of a report",
    [
        (status, Value(str(status), _upper(status.label), status[:2]))
        for status in (ReportStatus.NEW, ReportStatus.CLAIMED, ReportStatus.SECONDING, ReportStatus.ASKED)
    ],
)
QUEUE_KIND = listed("kind of report", [(kind, Value(str(kind), kind.label, kind[:3])) for kind in ReportKind])
_KIND_CODES = {
    Kind.STATUTE: "st", Kind.BILL: "bi", Kind.EXECUTIVE_ORDER: "eo", Kind.AGENCY_POLICY: "ap",
    Kind.LAWSUIT: "la", Kind.RULING: "ru", Kind.COMPACT: "co", Kind.BUDGET: "bu", Kind.BALLOT_MEASURE: "bm",
    Kind.RESOLUTION: "re", Kind.PROGRAM: "pr", Kind.STATEMENT: "sm",
}  # fmt: skip
KIND = listed("kind", [(kind, Value(str(kind), kind.label, _KIND_CODES[kind])) for kind in Kind])
ONE_STATUS = listed(
    "status", [(status, Value(str(status), _upper(status.label), STATUS_CODES[status])) for status in Status]
)
ONE_APPROACH = listed(
    "approach",
    [(approach, Value(str(approach), f"{approach.label}: {approach.meaning}", approach[:2])) for approach in
     Approach],
)  # fmt: skip
TOPICS = OptionType(
    Shape.REST, _read_topics, lambda topics: ",".join(topics),
    values=tuple(Value(str(topic), topic.label, f"t{at}") for at, topic in enumerate(Topic)),
    entry=Entry.SEVERAL,
)  # fmt: skip
NAMES = OptionType(Shape.REST, _read_names, lambda names: "; ".join(names) or "-", entry=Entry.TEXT)
LINKS = OptionType(Shape.REST, _read_list, lambda links: "; ".join(links) or "-", entry=Entry.TEXT)
PLACES = OptionType(Shape.REST, _read_places, _places_text, entry=Entry.PLACES)
_LISTED_REASON = listed("reason", [(text, Value(text, label, text[:2])) for text, label in REASONS])
REASON = replace(
    _LISTED_REASON,
    # A reason of one's own is as good as those that are listed.
    read=lambda text: _LISTED_REASON.read(text) if _LISTED_REASON.exact(text) else _read_text(text),
    text=str,
)
POLICY = listed("policy", [(policy, Value(str(policy), policy.label, policy[:2])) for policy in Policy])
