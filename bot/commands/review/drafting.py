"""Drafts in forms: the options that a draft is edited by, and what somebody filled in on top of a draft."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.commands.options import DATE
from bot.commands.review.options import (
    FLAG,
    KIND,
    LINKS,
    NAMES,
    ONE_APPROACH,
    ONE_STATUS,
    SEVERAL_STATES,
    SHORT_TEXT,
    TEXT,
    TOPICS,
)
from bot.commands.spec import Filled, Option
from bot.domain.catalogue.records import LONGEST_NOTE, LONGEST_SUMMARY, LONGEST_TITLE, MOST_TOPICS
from bot.domain.review.drafts import DECIDED, Draft, source_of
from bot.domain.writing.links import cleaned_link, link_key
from bot.domain.writing.text import clean
from bot.engine.catalogue.law import find_precedent
from bot.errors import NotUnderstoodError
from bot.messages.form import Entry, FormField, FormOption
from bot.messages.limits import LONGEST_INPUT
from bot.notices.draft_words import LABELS, texts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.commands.spec import Call
    from bot.domain.catalogue.actions import Source
    from bot.messages.message import Press
    from bot.ports import UnitOfWork

TITLE = Option("title", SHORT_TEXT, f"What was done, in at most {LONGEST_TITLE} characters", "t")
SUMMARY = Option("summary", TEXT, f"A neutral summary, in at most {LONGEST_SUMMARY} characters", "s")
STATES = Option("states", SEVERAL_STATES, "Its states, the leading one first: IL, TX", "p")
TOPICS_OPTION = Option("topics", TOPICS, f"1 to {MOST_TOPICS} topics", "o")
SOURCES = Option("sources", LINKS, "The links of its sources, one a line", "x")
KIND_OPTION = Option("kind", KIND, "What form it takes", "k")
APPROACH_OPTION = Option("approach", ONE_APPROACH, "How it relates to the federal government", "a")
STATUS_OPTION = Option("status", ONE_STATUS, "How it stands", "u")
DATE_OPTION = Option("date", DATE, "Since when: 2025, 2025-07 or 2025-07-04", "d")
NOTE = Option("note", SHORT_TEXT, "What happened in this step, in a few words", "n")
ANSWERS = Option("answers", NAMES, "The federal measures that it answers, one a line", "w")
RESTS = Option("rests", NAMES, "The precedents that it rests on, one a line", "b")
START = Option("start", SHORT_TEXT, "The field with which the form begins", "z", inner=True)
CHALLENGED = Option("challenged", FLAG, "Whether a case about it runs while it is in force", "h")

EDITED = (
    TITLE, SUMMARY, STATES, TOPICS_OPTION, SOURCES, KIND_OPTION, APPROACH_OPTION, STATUS_OPTION, DATE_OPTION,
    NOTE, ANSWERS, RESTS, CHALLENGED,
)  # fmt: skip
FIVE = (STATUS_OPTION, DATE_OPTION, KIND_OPTION, APPROACH_OPTION, TOPICS_OPTION)
assert {option.name for option in FIVE} == set(DECIDED)

_EMPTIED = ("note", "answers", "rests", "status", "date", "kind", "approach", "topics")
"""What may be taken out of a draft."""
_LONGEST = {"title": LONGEST_TITLE, "summary": LONGEST_SUMMARY, "note": LONGEST_NOTE}


def field_for(option: Option, value: str, *, required: bool) -> FormField:
    """A form's field for an option of a draft."""
    options = tuple(FormOption(one.text, one.label) for one in option.type.values)
    entry = Entry.ONE if options and option.type.entry is Entry.LINE else option.type.entry
    longest = _LONGEST.get(option.name, LONGEST_INPUT)
    return FormField(option.name, LABELS[option.name], option.help, entry, required, value, options, longest)


def fields_for(
    options: Iterable[Option], draft: Draft, given: Mapping[str, str], *, required: bool
) -> tuple[FormField, ...]:
    """Fields that show the draft, or what somebody had filled in already."""
    stands = texts_of(draft)
    return tuple(
        field_for(option, given.get(option.name, stands[option.name]), required=required)
        for option in options
    )


def names_of(options: Iterable[Option]) -> list[str]:
    """Their names, in order."""
    return [option.name for option in options]


def starting(press: Press, start: str) -> Press:
    """The press of a form that begins at a field; empty: at the first one."""
    return replace(press, options={**press.options, START.name: start}) if start else press


def filled_in(uow: UnitOfWork, call: Call, draft: Draft, values: Mapping[str, Any]) -> Draft:
    """The draft with what somebody filled in. Raises NotUnderstoodError for what is too long or no source."""
    given = {name: value for name, value in values.items() if value is not None}
    asked = call.invocation.asked
    emptied = [
        name for name in _EMPTIED
        if isinstance(asked, Filled) and name in asked.values and not asked.values[name].strip()
        and name in values
    ]  # fmt: skip
    if isinstance(asked, Filled) and "sources" in asked.values and not asked.values["sources"].strip():
        raise NotUnderstoodError("Nothing is published without a source: name at least one link.")
    changes: dict[str, Any] = {}
    for name in ("title", "summary", "note"):
        if name in given:
            changes[name] = _fitting(name, given[name])
    for name in ("topics", "kind", "approach", "status", "date", "challenged"):
        if name in given:
            changes[name] = given[name]
    if "states" in given:
        changes["states"] = tuple(state.code for state in given["states"])
    if "sources" in given:
        changes["sources"] = _sources(draft, given["sources"])
    if "answers" in given:
        changes["responds_to"] = given["answers"]
    if "rests" in given:
        found = (find_precedent(uow, name, "rests") for name in given["rests"])
        changes["legal_basis"] = tuple(dict.fromkeys(precedent.key for precedent in found))
    for name in emptied:
        field = {"answers": "responds_to", "rests": "legal_basis"}.get(name, name)
        changes[field] = "" if name == "note" else () if name in ("answers", "rests", "topics") else None
    return replace(draft, **changes)


def _fitting(name: str, text: str) -> str:
    """On one line, and not longer than the catalogue takes."""
    line, most = clean(text), _LONGEST[name]
    if len(line) > most:
        raise NotUnderstoodError(f"The {name} has {len(line)} characters; at most {most} are allowed.")
    return line


def _sources(draft: Draft, links: tuple[str, ...]) -> tuple[Source, ...]:
    """Those that were there keep their titles."""
    known = {link_key(source.url): source for source in draft.sources}
    sources: dict[str, Source] = {}
    for text in links:
        try:
            link = cleaned_link(text)
        except ValueError as error:
            raise NotUnderstoodError(f"Sources: {error}.") from None
        key = link_key(link)
        sources.setdefault(key, known.get(key) or source_of(link, draft.title))
    if not sources:
        raise NotUnderstoodError("Nothing is published without a source: name at least one link.")
    return tuple(sources.values())
