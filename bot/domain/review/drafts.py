"""Drafts: an action as somebody would have it, still without what nobody has decided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.domain.catalogue.actions import Approach, Facts, Kind, Source, Status, StatusChange, Verified
from bot.domain.catalogue.dates import PartialDate
from bot.domain.catalogue.records import (
    LONGEST_NAME,
    LONGEST_NOTE,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    BadRecordError,
    facts_to_json,
    parse_record,
)
from bot.domain.catalogue.topics import Topic
from bot.domain.writing.links import check_link, host_of, link_key
from bot.domain.writing.text import clean, shorten

if TYPE_CHECKING:
    from datetime import date

    from bot.domain.catalogue.records import Json

DECIDED = ("status", "date", "kind", "approach", "topics")
"""What moderators decide where a draft lacks it (DESIGN: 6)."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An action in the making. `status` and `date` are its next step; None where there is none."""

    title: str = ""
    summary: str = ""
    states: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    kind: Kind | None = None
    approach: Approach | None = None
    status: Status | None = None
    date: PartialDate | None = None
    note: str = ""
    sources: tuple[Source, ...] = ()
    responds_to: tuple[str, ...] = ()
    legal_basis: tuple[str, ...] = ()
    challenged: bool = False
    reason: str = ""
    """Of a retraction."""

    @property
    def is_complete(self) -> bool:
        """Whether nothing of what moderators decide is missing."""
        return bool(self.status and self.date and self.kind and self.approach and self.topics)


def draft_of_report(
    what: str, details: str, states: tuple[str, ...], link: str, base: Facts | None, *, corrects: bool
) -> Draft:
    """What a report amounts to: `what` as title, `details` as summary, its link as source.

    On top of the facts of the action that it is about, which keep their own words. Only a correction brings
    no new step.
    """
    title = clean(what)
    cited = (source_of(link, title),) if link else ()
    if base is None:
        summary = shorten(clean(details) or title, LONGEST_SUMMARY)
        return Draft(shorten(title, LONGEST_TITLE), summary, states, sources=cited)
    draft = draft_of_facts(base)
    known = {link_key(source.url) for source in base.sources}
    draft = replace(draft, sources=(*base.sources, *(s for s in cited if link_key(s.url) not in known)))
    if corrects:
        return draft
    return replace(draft, status=None, date=None, note=shorten(title, LONGEST_NOTE))


def draft_of_facts(facts: Facts) -> Draft:
    """What stands now, as a draft."""
    last = facts.history[-1]
    return Draft(
        facts.title, facts.summary, facts.states, facts.topics, facts.kind, facts.approach,
        last.status, last.date, "", facts.sources, facts.responds_to, facts.legal_basis, facts.challenged,
    )  # fmt: skip


def source_of(link: str, title: str) -> Source:
    """A link as a source: who publishes it is known by its host alone."""
    host = host_of(link)
    return Source(link, shorten(title or host, LONGEST_NAME), shorten(host, LONGEST_NAME))


def facts_of(draft: Draft, base: Facts | None, today: date) -> Facts:
    """The facts that a complete draft amounts to, on top of those of now.

    Who decides on a new step has checked the action today; who mends its words has not. Raises BadRecordError
    with every reason why they cannot be.
    """
    assert draft.status
    assert draft.date
    assert draft.kind
    assert draft.approach
    history = base.history if base else ()
    last = history[-1] if history else None
    if last is None or (last.status, last.date) != (draft.status, draft.date):
        known = {link_key(source.url) for source in base.sources} if base else set()
        link = next((s.url for s in draft.sources if link_key(s.url) not in known), None)
        if link is None and draft.sources:
            link = draft.sources[-1].url
        history = (*history, StatusChange(draft.date, draft.status, draft.note, link or ""))
    sure: tuple[Verified, PartialDate | None] = (Verified.SEEN, PartialDate.on(today))
    if base and history == base.history:
        sure = (base.verified, base.checked)
    facts = Facts(
        draft.title, draft.summary, draft.states, draft.topics, draft.kind, draft.approach,
        base.date if base else draft.date, history, draft.sources, draft.responds_to, draft.legal_basis,
        *sure, draft.challenged,
    )  # fmt: skip
    known = {source.url for source in base.sources} if base else set()
    reasons = []
    for source in facts.sources:
        if source.url in known:
            continue
        try:
            check_link(source.url)
        except ValueError as error:
            reasons.append(f"sources: {error}")
    if reasons:
        raise BadRecordError(reasons)
    return parse_record({"key": "draft", **facts_to_json(facts)}, on_file=True).facts


def checked_today(facts: Facts, today: date) -> Facts:
    """The same facts, confirmed by a person."""
    return replace(facts, verified=Verified.SEEN, checked=PartialDate.on(today))


def draft_to_json(draft: Draft) -> Json:
    """A draft as it is kept; what is empty is left out."""
    data: Json = {
        "title": draft.title,
        "summary": draft.summary,
        "states": list(draft.states),
        "topics": [str(topic) for topic in draft.topics],
        "kind": str(draft.kind) if draft.kind else None,
        "approach": str(draft.approach) if draft.approach else None,
        "status": str(draft.status) if draft.status else None,
        "date": str(draft.date) if draft.date else None,
        "note": draft.note,
        "sources": [
            {
                "url": s.url,
                "title": s.title,
                "publisher": s.publisher,
                "date": str(s.date) if s.date else None,
            }
            for s in draft.sources
        ],
        "responds_to": list(draft.responds_to),
        "legal_basis": list(draft.legal_basis),
        "challenged": draft.challenged,
        "reason": draft.reason,
    }
    return {name: value for name, value in data.items() if value}


def draft_from_json(data: Json) -> Draft:
    """The draft that `draft_to_json` wrote."""

    def date(value: Any) -> PartialDate | None:
        return PartialDate.parse(value) if value else None

    return Draft(
        data.get("title", ""),
        data.get("summary", ""),
        tuple(data.get("states", ())),
        tuple(map(Topic, data.get("topics", ()))),
        Kind(data["kind"]) if "kind" in data else None,
        Approach(data["approach"]) if "approach" in data else None,
        Status(data["status"]) if "status" in data else None,
        date(data.get("date")),
        data.get("note", ""),
        tuple(Source(s["url"], s["title"], s["publisher"], date(s["date"])) for s in data.get("sources", ())),
        tuple(data.get("responds_to", ())),
        tuple(data.get("legal_basis", ())),
        data.get("challenged", False),
        data.get("reason", ""),
    )
