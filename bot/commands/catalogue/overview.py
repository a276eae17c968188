"""Commands about the whole: /trend, /coverage."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands.catalogue.listing import EVERY_STATE, described, filter_of, nothing_found
from bot.commands.options import STATE_OPTION, TOPIC_OPTION
from bot.commands.spec import CommandSpec
from bot.domain.catalogue.states import BY_CODE, STATES
from bot.domain.catalogue.trend import trend
from bot.messages.message import Button, Field, Press
from bot.messages.reply import Reply
from bot.messages.wording import number_of

if TYPE_CHECKING:
    from bot.commands.spec import Call
    from bot.domain.catalogue.filters import Coverage
    from bot.domain.catalogue.states import State
    from bot.domain.catalogue.topics import Topic
    from bot.domain.catalogue.trend import Staying, Trend
    from bot.ports import UnitOfWork

_YEARS = 6
_MONTHS = 12


def _trend(uow: UnitOfWork, call: Call, state: State | None, topic: Topic | None) -> Reply:
    which = filter_of(call, state=state, topic=topic)
    today = call.invocation.now.date()
    seen = trend(uow.statistics.histories(which), today)
    title = f"Pace and staying power{described(which)}"
    if not seen.actions:
        return nothing_found(Reply(title=title), f"Nothing on file{described(which)}.", which.state)
    fields = [Field("Actions begun, by year", _years(seen, today.year))]
    fields.append(Field("By month, the last twelve", _months(seen, today.year, today.month)))
    fields += [Field(f"Still standing after {s.days} days", _staying(s)) for s in seen.staying]
    return Reply(
        title=title,
        text=(
            f"{number_of(seen.actions, 'action')} on file. Staying power looks at those that went live, from "
            "the day they first did; one still stands that was not stopped by then. Days are counted between "
            "full dates only: where one that matters is known by its year or month alone, the action is left "
            "out. A status not checked lately counts as it is on file."
        ),
        fields=tuple(fields),
        buttons=(Button(state.name, Press("state", {"state": state.code})),) if state else (),
    )


def _years(seen: Trend, this_year: int) -> str:
    last = max(this_year, *seen.by_year)
    years = range(last - _YEARS + 1, last + 1)
    parts = [f"{year}{' so far' if year == this_year else ''}: {seen.by_year.get(year, 0)}" for year in years]
    if before := sum(count for year, count in seen.by_year.items() if year < years[0]):
        parts.insert(0, f"before {years[0]}: {before}")
    return " · ".join(parts)


def _months(seen: Trend, year: int, month: int) -> str:
    spots = [divmod(year * 12 + month - 1 - back, 12) for back in range(_MONTHS - 1, -1, -1)]
    shown = " · ".join(f"{y}-{m + 1:02}: {seen.by_month.get((y, m + 1), 0)}" for y, m in spots)
    if not seen.no_month:
        return shown
    are = "is known by its" if seen.no_month == 1 else "of all years are known by their"
    return f"{shown}; {number_of(seen.no_month, 'action')} {are} year alone"


def _staying(seen: Staying) -> str:
    left_out = []
    if seen.undated:
        left_out.append(f"{seen.undated} without a full date")
    if seen.young:
        left_out.append(f"{seen.young} not yet {seen.days} days old")
    tail = f"; left out: {' and '.join(left_out)}" if left_out else ""
    if not seen.counted:
        return f"nothing to count{tail}"
    return f"{seen.standing} of {seen.counted} ({100 * seen.standing / seen.counted:.0f}%){tail}"


def _coverage(uow: UnitOfWork, call: Call) -> Reply:
    covered = {row.state: row for row in uow.statistics.coverage(call.boards)}
    missing = [state.name for state in STATES if state.code not in covered]
    # Whoever needs a look most comes first: never checked, then longest ago.
    ranked = sorted(
        covered.values(),
        key=lambda row: (row.last_checked.sort_key if row.last_checked else "", BY_CODE[row.state].name),
    )
    fields = [Field(BY_CODE[row.state].name, _covered(row)) for row in ranked]
    if missing:
        fields.append(Field("Nothing on file", ", ".join(missing)))
    if not covered:
        return nothing_found(Reply(title="Coverage"), "Nothing is on file yet.")
    return Reply(
        title="Coverage",
        text=(f"{len(covered)} of {EVERY_STATE} have actions on file. Those checked longest ago come first."),
        fields=tuple(fields),
    )


def _covered(row: Coverage) -> str:
    parts = [number_of(row.actions, "action")]
    if row.last_checked is None:
        parts.append("never checked")
    else:
        parts[0] += f", {row.unchecked} not checked lately" if row.unchecked else ""
        parts.append(f"last checked {row.last_checked.words}")
    if row.newest:
        parts.append(f"newest change {row.newest.words}")
    return "; ".join(parts)


SPECS = (
    CommandSpec(
        "trend", "tr", "Pace, and how long actions keep standing", _trend,
        (replace(STATE_OPTION, positional=True), TOPIC_OPTION),
        ("/trend", "/trend Texas topic:immigration"),
    ),
    CommandSpec("coverage", "cv", "When each state was last checked, and what is missing", _coverage),
)  # fmt: skip
