"""Commands about the whole: /trend, /coverage."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands.lists import described, filter_of, nothing_found
from bot.commands.options import STATE_OPTION, TOPIC_OPTION
from bot.commands.spec import CommandSpec
from bot.domain.states import BY_CODE, STATES
from bot.domain.trend import trend
from bot.messages.reply import Button, Field, Press, Reply

if TYPE_CHECKING:
    from bot.commands.spec import Call
    from bot.domain.states import State
    from bot.domain.topics import Topic
    from bot.domain.trend import Staying, Trend
    from bot.ports import Coverage, UnitOfWork

_YEARS = 6
_MONTHS = 12


def _trend(uow: UnitOfWork, call: Call, state: State | None, topic: Topic | None) -> Reply:
    which = filter_of(call, state=state, topic=topic)
    today = call.invocation.now.date()
    seen = trend(uow.catalogue.histories(which), today)
    title = f"Pace and staying power{described(which)}"
    if not seen.actions:
        return nothing_found(Reply(title=title), f"Nothing on file{described(which)}.")
    fields = [Field("Actions begun, by year", _years(seen))]
    fields.append(Field("By month, the last twelve", _months(seen, today.year, today.month)))
    fields += [Field(f"Still standing after {s.days} days", _staying(s)) for s in seen.staying]
    return Reply(
        title=title,
        text=(
            f"{seen.actions} action{'' if seen.actions == 1 else 's'} on file. Staying power looks at those "
            "that went live, from the day they first did; one still stands that was not stopped by then."
        ),
        fields=tuple(fields),
        buttons=(Button(state.name, Press("state", {"state": state.code})),) if state else (),
    )


def _years(seen: Trend) -> str:
    years = list(seen.by_year.items())
    shown = " · ".join(f"{year}: {count}" for year, count in years[-_YEARS:])
    before = sum(count for _, count in years[:-_YEARS])
    return f"before {years[-_YEARS][0]}: {before} · {shown}" if before else shown


def _months(seen: Trend, year: int, month: int) -> str:
    spots = [divmod(year * 12 + month - 1 - back, 12) for back in range(_MONTHS - 1, -1, -1)]
    shown = " · ".join(f"{y}-{m + 1:02}: {seen.by_month.get((y, m + 1), 0)}" for y, m in spots)
    left_out = f"; {seen.no_month} of all years have no month on file" if seen.no_month else ""
    return shown + left_out


def _staying(seen: Staying) -> str:
    left_out = []
    if seen.undated:
        left_out.append(f"{seen.undated} for want of a full date")
    if seen.young:
        left_out.append(f"{seen.young} because the time is not over")
    tail = f"; left out: {', '.join(left_out)}" if left_out else ""
    if not seen.counted:
        return f"nothing to count{tail}"
    return f"{seen.standing} of {seen.counted} ({100 * seen.standing / seen.counted:.0f} %){tail}"


def _coverage(uow: UnitOfWork, call: Call) -> Reply:
    covered = {row.state: row for row in uow.catalogue.coverage(call.boards)}
    missing = [state.name for state in STATES if state.code not in covered]
    # Whoever needs a look most comes first: never checked, then longest ago.
    ranked = sorted(
        covered.values(),
        key=lambda row: (row.last_checked.sort_key if row.last_checked else "", row.state),
    )
    fields = [Field(BY_CODE[row.state].name, _covered(row)) for row in ranked]
    if missing:
        fields.append(Field("Nothing on file", ", ".join(missing)))
    if not covered:
        return nothing_found(Reply(title="Coverage"), "Nothing is on file yet.")
    return Reply(
        title="Coverage",
        text=(
            f"{len(covered)} of {len(STATES)} states and territories have actions on file. Those checked "
            "longest ago come first."
        ),
        fields=tuple(fields),
    )


def _covered(row: Coverage) -> str:
    checked = f"last checked {row.last_checked.words}" if row.last_checked else "never checked"
    unchecked = f", {row.unchecked} not checked lately" if row.unchecked else ""
    newest = f", newest change {row.newest.words}" if row.newest else ""
    return f"{row.actions} action{'' if row.actions == 1 else 's'}{unchecked}; {checked}{newest}"


SPECS = (
    CommandSpec(
        "trend", "tr", "Pace, and how long actions keep standing", _trend,
        (replace(STATE_OPTION, positional=True), TOPIC_OPTION),
        ("/trend", "/trend Texas topic:immigration"),
    ),
    CommandSpec("coverage", "cv", "When each state was last checked, and what is missing", _coverage),
)  # fmt: skip
