"""Commands about actions: /action, /search, /topic, /recent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands.catalogue.listing import (
    checked_words,
    count_fields,
    described,
    filter_choices,
    filter_of,
    items_of,
    left_out_words,
    listed,
    named_states,
    nothing_found,
    reporting,
    status_words,
)
from bot.commands.options import (
    APPROACH_OPTION,
    CODE,
    SINCE_OPTION,
    STATE_OPTION,
    STATUS_OPTION,
    TOPIC,
    TOPIC_OPTION,
    WORDS,
    number,
)
from bot.commands.spec import CommandSpec, Option
from bot.domain.catalogue.dates import PartialDate, days_before
from bot.domain.catalogue.filters import Filter
from bot.domain.catalogue.law import measure_key
from bot.domain.catalogue.states import BY_CODE, names
from bot.domain.writing.links import host_of
from bot.domain.writing.text import shorten
from bot.domain.writing.words import MOST_WORDS, words_of_query
from bot.engine.catalogue.lists import list_actions, perhaps_later
from bot.engine.catalogue.states import counted
from bot.errors import NotFoundError, NotUnderstoodError
from bot.messages.message import Button, Field, Link, Press
from bot.messages.reply import Reply
from bot.messages.wording import joined, number_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.commands.options import StatusFilter
    from bot.commands.spec import Call
    from bot.domain.catalogue.actions import Action, Approach, Code, Source
    from bot.domain.catalogue.law import Precedent
    from bot.domain.catalogue.states import State
    from bot.domain.catalogue.topics import Topic
    from bot.ports import UnitOfWork

_RELATED = 5
_MOST_BUTTONS = 3
"""Measures, and precedents, that get a button."""


def _action(uow: UnitOfWork, call: Call, code: Code) -> Reply:
    action = uow.catalogue.find(code, call.boards)
    if action is None:
        raise NotFoundError(f"There is no action {code}.")
    asked = code
    if (everyones := uow.catalogue.alias_of(code)) and (found := uow.catalogue.find(everyones, call.boards)):
        action, code = found, everyones
    aliased = f"{asked} is {code} since it was published for everyone." if asked != code else ""
    if action.retraction:
        at, reason = action.retraction.at, action.retraction.reason.rstrip(".")
        when = f" on {PartialDate.on(at.date()).words}" if at else ""
        why = f": {reason}" if reason else ""
        raise NotFoundError(f"{code} was withdrawn from the catalogue{when}{why}.")
    precedents = {p.key: p for p in uow.reference.precedents()}
    rests_on = [precedents[key] for key in action.facts.legal_basis if key in precedents]
    related = uow.catalogue.related(code, call.boards, _RELATED)
    return Reply(
        title=f"{code}: {action.facts.title}",
        text=joined(aliased, action.facts.summary),
        fields=_action_fields(action, rests_on, related=bool(related)),
        items=items_of(related),
        stage=action.facts.status.stage,
        links=tuple(_link(source) for source in action.facts.sources),
        buttons=_action_buttons(action, rests_on),
    )


def _action_fields(action: Action, rests_on: list[Precedent], *, related: bool) -> tuple[Field, ...]:
    facts = action.facts
    publishers = {source.url: source.publisher for source in facts.sources}
    fields = [
        Field("Status", f"{status_words(facts.status, challenged=facts.challenged)} ({facts.status.stage})"),
        Field("Last status change", facts.changed.words),
        Field("Date of the action", facts.date.words),
        Field("Checked", checked_words(facts.verified, facts.checked)),
        Field("States" if len(facts.states) > 1 else "State", _states(facts.states)),
        Field("Kind", facts.kind.label),
        Field("Approach", f"{facts.approach.label}: {facts.approach.meaning}"),
        Field("Topics", ", ".join(topic.label for topic in facts.topics)),
    ]
    if facts.responds_to:
        fields.append(Field("Answers", "; ".join(facts.responds_to)))
    if rests_on:
        fields.append(Field("Rests on", "; ".join(f"{p.name} ({p.year})" for p in rests_on)))
    for step in facts.history:
        note = f": {step.note}" if step.note else ""
        fields.append(Field(step.date.words, f"{step.status.label}{note} (per {publishers[step.source]})"))
    if related:
        fields.append(Field("Related", "see below: they share a source, a federal measure or a precedent"))
    return tuple(fields)


def _states(codes: Sequence[str]) -> str:
    lead, *joined = names(codes)
    return f"{lead} (lead), {', '.join(joined)}" if joined else lead


def _action_buttons(action: Action, rests_on: list[Precedent]) -> tuple[Button, ...]:
    lead = BY_CODE[action.facts.states[0]]
    buttons = [Button(lead.name, Press("state", {"state": lead.code}))]
    buttons += [
        Button(f"All answers to {name}", Press("answers", {"measure": measure_key(name)}))
        for name in action.facts.responds_to[:_MOST_BUTTONS]
    ]
    buttons += [
        Button(f"All that rests on {p.name}", Press("law", {"precedent": p.key}))
        for p in rests_on[:_MOST_BUTTONS]
    ]
    buttons.append(reporting("Report a change", about=str(action.code), kind="change"))
    return tuple(buttons)


def _link(source: Source) -> Link:
    dated = f", {source.date.words}" if source.date else ""
    host = host_of(source.url)
    where = host if source.publisher == host else f"{source.publisher}{dated}, {host}"
    return Link("Source", f"{source.title} ({where})", source.url)


def _search(
    uow: UnitOfWork,
    call: Call,
    words: str,
    state: State | None,
    topic: Topic | None,
    approach: Approach | None,
    status: StatusFilter | None,
    since: PartialDate | None,
) -> Reply:
    asked = words_of_query(words)
    if not asked:
        raise NotUnderstoodError("Give at least one word with a letter or a digit in it.")
    which = filter_of(call, state=state, topic=topic, approach=approach, status=status, since=since)
    which = replace(which, words=asked)
    listing = list_actions(uow, which, call.press)
    shown = shorten(words, 60)
    reply = Reply(title=f"Search: {shown}")
    notes = [
        f"Only the first {MOST_WORDS} words count." if len(asked) == MOST_WORDS else "",
        left_out_words(perhaps_later(uow, which)),
    ]
    if listing.total == 0:
        sentence = f"Nothing on file{described(which, status=status)} with “{shown}”."
        return nothing_found(reply, joined(sentence, *notes), which.state)
    found = f"{number_of(listing.total, 'action')}{described(which, status=status)}."
    return listed(call, replace(reply, text=joined(found, *notes)), listing)


def _topic(
    uow: UnitOfWork,
    call: Call,
    topic: Topic,
    state: State | None,
    approach: Approach | None,
    status: StatusFilter | None,
) -> Reply:
    which = filter_of(call, state=state, topic=topic, approach=approach, status=status)
    listing = list_actions(uow, which, call.press)
    tallies = uow.statistics.tallies(which)
    states = uow.statistics.state_counts(which)
    choices = filter_choices(call, topics={}, tallies=tallies, which=replace(which, topic=None))
    reply = Reply(
        title=topic.label + (f" in {state.in_text}" if state else ""),
        fields=count_fields(counted(filter(which.fits, tallies))),
        choices=choices,
    )
    if listing.total == 0:
        return nothing_found(reply, f"Nothing on file{described(which, status=status)}.", which.state)
    if states:
        reply = replace(reply, fields=(*reply.fields, Field("States", named_states(states))))
    return listed(call, reply, listing)


def _recent(uow: UnitOfWork, call: Call, days: int | None) -> Reply:
    which = Filter(call.boards)
    if days is None:
        title = "Newest actions"
    else:
        since = days_before(call.invocation.now.date(), days)
        which = replace(which, since=since)
        title = f"Status changes of the last {days} days" if days > 1 else "Status changes since yesterday"
    listing = list_actions(uow, which, call.press)
    reply = Reply(title=title, text=left_out_words(perhaps_later(uow, which)))
    if listing.total:
        return listed(call, reply, listing)
    newest = uow.catalogue.page(Filter(call.boards), limit=1)
    if not newest:
        return nothing_found(reply, "Nothing is on file yet.")
    line = newest[0]
    sentence = f"Nothing on file in that time; the newest change is {line.code}, {line.changed.words}."
    return replace(
        nothing_found(reply, joined(sentence, reply.text)),
        buttons=(Button("Newest actions", Press("recent")),),
    )


DAYS = number(1, 36_500, "days")

SPECS = (
    CommandSpec(
        "action", "ac", "One action whole: history, sources, what it answers, what it rests on", _action,
        (Option("code", CODE, "Its code, for example IL-1", "c", required=True, positional=True),),
        ("/action IL-1", "/action tx 2"),
    ),
    CommandSpec(
        "search", "se", "Find actions by words", _search,
        (
            Option("words", WORDS, "Words, bill numbers, names; all must be found", "w", True, True),
            STATE_OPTION, TOPIC_OPTION, APPROACH_OPTION, STATUS_OPTION, SINCE_OPTION,
        ),
        ("/search vaccine", "/search HB 1321", "/search gold state:TX since:2024"),
        slack_name="find",
    ),
    CommandSpec(
        "topic", "to", "All actions on a topic", _topic,
        (
            Option("topic", TOPIC, "The topic", "t", required=True, positional=True),
            STATE_OPTION, APPROACH_OPTION, STATUS_OPTION,
        ),
        ("/topic climate", "/topic guns status:live"),
        slack_name="subject",
    ),
    CommandSpec(
        "recent", "re", "The newest status changes, of all time or of the last days", _recent,
        (Option("days", DAYS, "Only the last so many days", "d", positional=True),),
        ("/recent", "/recent 30"),
    ),
)  # fmt: skip
