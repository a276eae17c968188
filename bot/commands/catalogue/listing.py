"""How lists of actions are said: page buttons, filters, counts, and what is not known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands.options import STATUS
from bot.domain.catalogue.actions import Approach, Stage, Status, Verified
from bot.domain.catalogue.dates import PartialDate
from bot.domain.catalogue.filters import Filter
from bot.domain.catalogue.states import BY_CODE, STATES
from bot.domain.catalogue.topics import Topic
from bot.messages.limits import MOST_OPTIONS
from bot.messages.message import Button, ButtonRole, Choice, Field, Item, Page, Press
from bot.messages.reply import Problem, Reply, Visibility
from bot.messages.wording import joined, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.commands.options import StatusFilter
    from bot.commands.spec import Call
    from bot.domain.catalogue.actions import ActionLine
    from bot.domain.catalogue.filters import Tally
    from bot.domain.catalogue.states import State
    from bot.engine.catalogue.lists import Listing
    from bot.engine.catalogue.states import Counts

EVERY_STATE = f"{len(STATES)} (50 states, the District of Columbia and 5 territories)"

_MOST_NAMED = 8
_PROPER = (Topic.LGBTQ, Topic.NATIONAL_GUARD)


def filter_of(
    call: Call,
    *,
    state: State | None = None,
    topic: Topic | None = None,
    approach: Approach | None = None,
    status: StatusFilter | None = None,
    since: PartialDate | None = None,
) -> Filter:
    """The filter of a call's options, on the boards that may be seen there."""
    return Filter(
        call.boards,
        state=state.code if state else None,
        topic=topic,
        approach=approach,
        statuses=status.statuses if status else None,
        challenged=status.challenged if status else None,
        since=since.first_day if since else None,
    )


def listed(call: Call, reply: Reply, listing: Listing) -> Reply:
    """Put a page of a list into a reply, with its buttons in front of the reply's own."""
    buttons = []
    if listing.following:
        press = replace(_here(call), after=listing.following, page=listing.number + 1)
        buttons.append(Button("Next", press, role=ButtonRole.LEADS))
    if listing.preceding:
        press = replace(_here(call), before=listing.preceding, page=max(listing.number - 1, 1))
        buttons.append(Button("Previous", press, role=ButtonRole.LEADS))
    if listing.number > 2:
        buttons.append(Button("First page", _here(call), role=ButtonRole.LEADS))
    gone = listing.total and not listing.lines
    note = "Nothing is left on this page: the list became shorter meanwhile." if gone else ""
    return replace(
        reply,
        text=joined(reply.text, note, _unchecked(listing.lines)),
        items=items_of(listing.lines),
        buttons=(*buttons, *reply.buttons),
        page=Page(listing.number, listing.pages, listing.total),
    )


def items_of(lines: Iterable[ActionLine]) -> tuple[Item, ...]:
    """Some actions, each with a button that shows it whole."""
    return tuple(
        Item(line, Button(str(line.code), Press("action", {"code": str(line.code)}))) for line in lines
    )


def reporting(label: str, **options: str) -> Button:
    """A button that opens the report form with some of it filled in."""
    return Button(label, Press("report", options))


def nothing_found(reply: Reply, sentence: str, state: str | None = None) -> Reply:
    """An empty list as an answer: what was looked for, that it is not on file, and how to report it."""
    return replace(
        reply,
        text=sentence,
        buttons=(*reply.buttons, reporting("Report it", **({"about": state} if state else {}))),
        visibility=Visibility.ASKER,
        problem=Problem("not_found", sentence),
        page=Page(1, 1, 0),
    )


def described(which: Filter, *, status: StatusFilter | None = None) -> str:
    """The filter in words, to stand after “Nothing on file”: ` for Ohio and supply chains, live`."""
    parts = []
    if which.state:
        parts.append(BY_CODE[which.state].in_text)
    if which.topic:
        parts.append(topic_words(which.topic))
    text = f" for {' and '.join(parts)}" if parts else ""
    if which.approach:
        text += f", approach {which.approach}"
    if status:
        text += f", {status.label.lower()}"
    if which.since:
        text += f", since {PartialDate.on(which.since).words}"
    return text


def topic_words(topic: Topic) -> str:
    """A topic's label as it stands inside a sentence."""
    return topic.label if topic in _PROPER else topic.label.lower()


def left_out_words(dates: Sequence[PartialDate]) -> str:
    """What `since:` leaves out because nobody knows the day; nothing where no such action is on file."""
    if not dates:
        return ""
    named = " or ".join(date.words for date in dates)
    return f"Left out are changes dated only {named}: they may be from before or after."


def count_fields(counts: Counts) -> tuple[Field, ...]:
    """Counts by stage, and how many are challenged."""
    stages = " · ".join(f"{stage.label} {counts.stages.get(stage, 0)}" for stage in Stage)
    fields = [Field("How they stand", stages)]
    if counts.challenged:
        fields.append(Field("Challenged in court", str(counts.challenged)))
    return tuple(fields)


def filter_choices(
    call: Call, *, topics: dict[Topic, int], tallies: Sequence[Tally], which: Filter
) -> tuple[Choice, ...]:
    """The filters a list offers, each with what is on file under it; one that is on can be taken off."""
    choices = []
    if topics or which.topic:
        ranked = sorted(topics.items(), key=lambda pair: (-pair[1], pair[0].label))
        options = [_option(call, "topic", str(topic), topic.label, count) for topic, count in ranked]
        choices.append(_choice(call, "topic", "Topic", options))
    any_approach = replace(which, approach=None)
    any_status = replace(which, statuses=None, challenged=None)
    by_approach = _summed((tally.approach, tally.count) for tally in tallies if any_approach.fits(tally))
    if by_approach or which.approach:
        options = [
            _option(call, "approach", str(approach), approach.label, by_approach[approach])
            for approach in Approach
            if approach in by_approach
        ]
        choices.append(_choice(call, "approach", "Approach", options))
    fitting = [tally for tally in tallies if any_status.fits(tally)]
    by_status = _summed((tally.status, tally.count) for tally in fitting)
    challenged = sum(tally.count for tally in fitting if tally.challenged)
    if by_status or "status" in call.options:
        options = []
        for value in STATUS.values:
            meant: StatusFilter = STATUS.read(value.text)
            count = (
                challenged
                if meant.challenged
                else sum(by_status.get(status, 0) for status in meant.statuses or ())
            )
            if count:
                options.append(_option(call, "status", value.text, value.label, count))
        choices.append(_choice(call, "status", "Status", options))
    return tuple(choice for choice in choices if choice.options)


def named_states(pairs: Iterable[tuple[str, int]], most: int = _MOST_NAMED) -> str:
    """`California 20, New York 18 and 12 more`."""
    every = list(pairs)
    shown = ", ".join(f"{BY_CODE[code].name} {count}" for code, count in every[:most])
    return shown + (f" and {len(every) - most} more" if len(every) > most else "")


def checked_words(verified: Verified, checked: PartialDate | None) -> str:
    """When a person last confirmed it, or that it is not known to be right today."""
    if verified is Verified.PARTLY:
        return "Status not checked lately"
    return checked.words if checked else "Seen in a source; no date of the check is on file"


def status_words(status: Status, *, challenged: bool) -> str:
    """How it stands, with the flag."""
    return f"{status.label}, challenged in court" if challenged else status.label


def _here(call: Call) -> Press:
    return Press(call.spec.name, call.options)


def _option(call: Call, name: str, text: str, label: str, count: int) -> Button:
    return Button(f"{sentence(label)} ({count})", call.again(**{name: text}))


def _choice(call: Call, name: str, label: str, options: list[Button]) -> Choice:
    if name in call.options:
        options = [Button(f"Any {label.lower()}", call.again(**{name: None})), *options]
    return Choice(f"Filter by {label.lower()}", tuple(options[:MOST_OPTIONS]))


def _summed(pairs: Iterable[tuple[Approach | Status, int]]) -> dict[Approach | Status, int]:
    sums: dict[Approach | Status, int] = {}
    for key, count in pairs:
        sums[key] = sums.get(key, 0) + count
    return sums


def _unchecked(lines: Sequence[ActionLine]) -> str:
    count = sum(line.verified is Verified.PARTLY for line in lines)
    if not count:
        return ""
    if len(lines) == 1:
        return "Its status was not checked lately."
    return f"{count} of the {len(lines)} shown {'has' if count == 1 else 'have'} a status not checked lately."
