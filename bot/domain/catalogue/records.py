"""An action as one JSON object: the form of imports, exports and revisions, and what makes one valid."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from bot.domain.catalogue.actions import (
    Action,
    Approach,
    Code,
    Facts,
    Kind,
    Retraction,
    Source,
    Status,
    StatusChange,
    Verified,
)
from bot.domain.catalogue.dates import PartialDate
from bot.domain.catalogue.law import measure_key
from bot.domain.catalogue.states import BY_CODE
from bot.domain.catalogue.topics import Topic
from bot.domain.community.people import COMMONS
from bot.domain.writing.links import check_link, check_old_link
from bot.domain.writing.text import clean, shorten

LONGEST_TITLE = 90
LONGEST_SUMMARY = 480
LONGEST_NOTE = 300
LONGEST_NAME = 200
LONGEST_SOURCE_TITLE = 400
MOST_TOPICS = 3
MOST_ITEMS = 100
"""History entries, sources, measures or precedents that one action may have."""

_KEY = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?")
_BOARD = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_FIELDS = frozenset(
    {
        "key", "title", "summary", "states", "topics", "kind", "approach", "status", "date", "history",
        "sources", "responds_to", "legal_basis", "verified", "code", "challenged", "board", "retracted",
        "checked",
    }
)  # fmt: skip
Json = dict[str, Any]
T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


class BadRecordError(ValueError):
    """A record cannot be used; `reasons` names everything that is wrong with it."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Record:
    """One valid record: the facts, and where the action belongs.

    `given` names the optional fields that the record speaks of; on the others it has no say when it meets an
    action that is already there. A spreadsheet has no history, only the last status: then `has_history` is
    False.
    """

    key: str
    facts: Facts
    code: Code | None = None
    board: str = COMMONS
    retraction: Retraction | None = None
    given: frozenset[str] = frozenset()
    has_history: bool = field(default=True, kw_only=True)


def parse_record(data: object, *, on_file: bool = False) -> Record:
    """Read and check one JSON object of the catalogue's form. Raises BadRecordError with every reason.

    Of the links of what is on file already no more is asked than ever was.
    """
    if not isinstance(data, Mapping):
        raise BadRecordError(["it is not a JSON object"])
    return _Reader(data, check_old_link if on_file else check_link).record()


def facts_to_json(facts: Facts) -> Json:
    """The facts of an action in the catalogue's form; what is empty is left out."""
    data: Json = {
        "title": facts.title,
        "summary": facts.summary,
        "states": list(facts.states),
        "topics": [str(topic) for topic in facts.topics],
        "kind": str(facts.kind),
        "approach": str(facts.approach),
        "status": str(facts.status),
        "date": str(facts.date),
        "history": [
            {"date": str(h.date), "status": str(h.status), "note": h.note, "source": h.source}
            for h in facts.history
        ],
    }
    if facts.responds_to:
        data["responds_to"] = list(facts.responds_to)
    if facts.legal_basis:
        data["legal_basis"] = list(facts.legal_basis)
    data["sources"] = [
        {"url": s.url, "title": s.title, "publisher": s.publisher} | ({"date": str(s.date)} if s.date else {})
        for s in facts.sources
    ]
    data["verified"] = str(facts.verified)
    if facts.checked:
        data["checked"] = str(facts.checked)
    if facts.challenged:
        data["challenged"] = True
    return data


def action_to_json(action: Action) -> Json:
    """An action with its code and board: one line of an export."""
    data: Json = {"code": str(action.code), "key": action.key, **facts_to_json(action.facts)}
    if action.board != COMMONS:
        data["board"] = action.board
    if action.retraction:
        data["retracted"] = {"reason": action.retraction.reason}
        if action.retraction.at:
            data["retracted"]["at"] = action.retraction.at.isoformat()
    return data


def record_to_json(record: Record) -> Json:
    """A record in a form that `parse_record` reads back, `has_history` apart."""
    data: Json = {"key": record.key, **facts_to_json(record.facts)}
    if "checked" in record.given:
        data["checked"] = str(record.facts.checked) if record.facts.checked else None
    if "challenged" in record.given:
        data["challenged"] = record.facts.challenged
    if record.code:
        data["code"] = str(record.code)
    if "board" in record.given:
        data["board"] = record.board
    if "retracted" in record.given:
        data["retracted"] = None
        if record.retraction:
            at = record.retraction.at
            data["retracted"] = {"reason": record.retraction.reason} | ({"at": at.isoformat()} if at else {})
    return data


def action_from_json(data: Json, revision: int) -> Action:
    """The action that `action_to_json` wrote."""
    record = parse_record(data, on_file=True)
    assert record.code is not None
    return Action(record.code, record.key, record.board, record.facts, record.retraction, revision)


class _Reader:
    """Reads one record field by field and gathers what is wrong, so that a person mends a row once."""

    def __init__(self, data: Mapping[str, Any], check: Callable[[str], None]) -> None:
        self.data = data
        self.check = check
        self.reasons: list[str] = []

    def record(self) -> Record:
        data = self.data
        self.known("", data, _FIELDS)
        key = self.text("key", 100)
        if key and not _KEY.fullmatch(key):
            self.reasons.append("key: use small letters, digits and hyphens")
        facts = self.facts()
        code = self.code()
        board = self.board()
        retraction = self.retraction()
        if self.reasons or facts is None:
            raise BadRecordError(self.reasons)
        given = frozenset(name for name in ("checked", "challenged", "board", "retracted") if name in data)
        return Record(key, facts, code, board, retraction, given)

    def facts(self) -> Facts | None:
        title = self.text("title", LONGEST_TITLE)
        summary = self.text("summary", LONGEST_SUMMARY)
        states = self.states()
        topics = self.many("topics", lambda item: self.one_of("topics", item, Topic), most=MOST_TOPICS)
        kind = self.one_of("kind", self.data.get("kind"), Kind)
        approach = self.one_of("approach", self.data.get("approach"), Approach)
        status = self.one_of("status", self.data.get("status"), Status)
        date = self.date("date", self.data.get("date"))
        sources = self.many("sources", self.source)
        links = {source.url for source in sources}
        if len(links) < len(sources):
            self.reasons.append("sources: the same link twice")
        history = self.many("history", lambda item: self.status_change(item, links))
        self.order(history)
        if history and status and history[-1].status != status:
            self.reasons.append(f"status is {status}, but the last entry of history is {history[-1].status}")
        responds_to = self.many("responds_to", lambda item: self.name("responds_to", item), least=0)
        if len(set(map(measure_key, responds_to))) < len(set(responds_to)):
            self.reasons.append("responds_to: the same measure twice, written differently")
        legal_basis = self.many("legal_basis", lambda item: self.name("legal_basis", item), least=0)
        verified = self.one_of("verified", self.data.get("verified", "partly"), Verified)
        checked = None
        if self.data.get("checked") is not None:
            checked = self.date("checked", self.data["checked"])
        challenged = self.data.get("challenged", False)
        if not isinstance(challenged, bool):
            self.reasons.append("challenged must be true or false")
        if self.reasons or not (kind and approach and date and verified):
            return None
        return Facts(
            title,
            summary,
            states,
            topics,
            kind,
            approach,
            date,
            history,
            sources,
            responds_to,
            legal_basis,
            verified,
            checked,
            challenged,
        )

    def known(self, label: str, data: Mapping[Any, Any], names: Set[str]) -> None:
        if unknown := sorted(_shown(name) for name in data.keys() - names):
            self.reasons.append(f"{label}unknown field {', '.join(unknown[:5])}")

    def text(self, name: str, most: int, data: Mapping[str, Any] | None = None, label: str = "") -> str:
        value = (self.data if data is None else data).get(name)
        label = label or name
        if not isinstance(value, str):
            self.reasons.append(f"{label} is missing" if value is None else f"{label} must be text")
            return ""
        cleaned = clean(value)
        if not cleaned:
            self.reasons.append(f"{label} is empty")
        elif len(cleaned) > most:
            self.reasons.append(f"{label} has {len(cleaned)} characters, at most {most} are allowed")
        return cleaned

    def name(self, field_name: str, value: object) -> str | None:
        return self.text("name", LONGEST_NAME, {"name": value}, field_name) or None

    def one_of(self, name: str, value: object, kind: type[E]) -> E | None:
        if value is None:
            self.reasons.append(f"{name} is missing")
            return None
        try:
            if isinstance(value, str):
                return kind(value)
        except ValueError:
            pass
        self.reasons.append(f"{name}: “{_shown(value)}” is none of {', '.join(kind)}")
        return None

    def date(self, name: str, value: object) -> PartialDate | None:
        try:
            if isinstance(value, str):
                return PartialDate.parse(value)
        except ValueError as error:
            self.reasons.append(f"{name}: {error}")
            return None
        self.reasons.append(f"{name} is missing" if value is None else f"{name} must be text like 2025-07-04")
        return None

    def many(
        self, name: str, read: Callable[[Any], T | None], *, least: int = 1, most: int = MOST_ITEMS
    ) -> tuple[T, ...]:
        value = self.data.get(name)
        if value is None and not least:
            return ()
        if not isinstance(value, list):
            self.reasons.append(f"{name} is missing" if value is None else f"{name} must be a list")
            return ()
        if not least <= len(value) <= most:
            self.reasons.append(f"{name} has {len(value)} entries, {least} to {most} are allowed")
            return ()
        found = [item for item in map(read, value) if item is not None]
        if len(found) == len(value) and name != "history" and len(set(found)) < len(found):
            self.reasons.append(f"{name}: the same entry twice")
        return tuple(found)

    def states(self) -> tuple[str, ...]:
        def read(item: object) -> str | None:
            if isinstance(item, str) and item in BY_CODE:
                return item
            self.reasons.append(f"states: “{_shown(item)}” is not a postal code of a state or territory")
            return None

        return self.many("states", read)

    def source(self, item: object) -> Source | None:
        if not isinstance(item, Mapping):
            self.reasons.append("sources: an entry is not an object")
            return None
        self.known("sources: ", item, {"url", "title", "publisher", "date"})
        url = item.get("url")
        if not isinstance(url, str):
            self.reasons.append("sources: an entry has no url")
            return None
        try:
            self.check(url)
        except ValueError as error:
            self.reasons.append(f"sources: {error}")
            return None
        title = self.text("title", LONGEST_SOURCE_TITLE, item, "the title of a source")
        publisher = self.text("publisher", LONGEST_NAME, item, "the publisher of a source")
        date = None
        if item.get("date") is not None:
            date = self.date("the date of a source", item["date"])
        return Source(url, title, publisher, date)

    def status_change(self, item: object, links: set[str]) -> StatusChange | None:
        if not isinstance(item, Mapping):
            self.reasons.append("history: an entry is not an object")
            return None
        self.known("history: ", item, {"date", "status", "note", "source"})
        date = self.date("history: date", item.get("date"))
        status = self.one_of("history: status", item.get("status"), Status)
        note = ""
        if item.get("note") not in (None, ""):
            note = self.text("note", LONGEST_NOTE, item, "history: note")
        source = item.get("source")
        if not isinstance(source, str) or source not in links:
            self.reasons.append("history: an entry's source must be the url of one of the action's sources")
            return None
        return StatusChange(date, status, note, source) if date and status else None

    def order(self, history: tuple[StatusChange, ...]) -> None:
        latest: PartialDate | None = None
        for step in history:
            if latest and step.date.last_day < latest.first_day:
                self.reasons.append(f"history must be oldest first: {step.date} stands after {latest}")
            if latest is None or step.date.first_day > latest.first_day:
                latest = step.date

    def code(self) -> Code | None:
        value = self.data.get("code")
        if value is None:
            return None
        code = Code.parse(value) if isinstance(value, str) else None
        if code is None or str(code) != value:
            self.reasons.append(f"code: “{_shown(value)}” is not a code like IL-17")
        return code

    def board(self) -> str:
        value = self.data.get("board", COMMONS)
        if not isinstance(value, str) or not _BOARD.fullmatch(value):
            self.reasons.append("board: give the name of a board, for example commons")
            return COMMONS
        return value

    def retraction(self) -> Retraction | None:
        value = self.data.get("retracted")
        if value is None or value is False:
            return None
        if value is True:
            return Retraction(None, "")
        if not isinstance(value, Mapping) or value.keys() - {"at", "reason"}:
            self.reasons.append('retracted: give true, or {"at": …, "reason": …}')
            return None
        reason = ""
        if value.get("reason") not in (None, ""):
            reason = self.text("reason", LONGEST_SUMMARY, value, "retracted: reason")
        return Retraction(self.time("retracted: at", value.get("at")), reason)

    def time(self, name: str, value: object) -> datetime | None:
        if value is None:
            return None
        try:
            if isinstance(value, str):
                at = datetime.fromisoformat(value)
                return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        self.reasons.append(f"{name} must be a time like 2026-05-01T12:00:00+00:00")
        return None


def _shown(value: object) -> str:
    """A wrong value as a reason shows it: short, in characters that can be printed."""
    if isinstance(value, str):
        return shorten(clean(value[:200]), 40)
    if value is None or isinstance(value, bool | float):
        return str(value).lower()
    return {int: "a number", list: "a list", dict: "an object"}.get(type(value), "something else")
