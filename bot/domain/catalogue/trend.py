"""Pace and staying power, from status histories alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias

from bot.domain.catalogue.actions import Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from bot.domain.catalogue.actions import Status
    from bot.domain.catalogue.dates import PartialDate

SPANS = (30, 90, 365)
"""Days after going live at which an action is looked at again."""

Steps: TypeAlias = "Sequence[tuple[PartialDate, Status]]"


@dataclass(frozen=True, slots=True)
class Staying:
    """Of the actions that went live at least `days` ago: how many still stood that long after.

    `undated` were left out because a needed date lacks its day, `young` because the time is not over yet.
    """

    days: int
    standing: int
    counted: int
    undated: int
    young: int


@dataclass(frozen=True, slots=True)
class Trend:
    """How many actions began in each year and month, and how long those that went live kept standing."""

    actions: int
    by_year: dict[int, int]
    by_month: dict[tuple[int, int], int]
    no_month: int
    staying: tuple[Staying, ...]


def trend(histories: Iterable[tuple[PartialDate, Steps]], today: date) -> Trend:
    """Work it out. `histories`: each action's own date, and its status changes, oldest first."""
    years: Counter[int] = Counter()
    months: Counter[tuple[int, int]] = Counter()
    tallies = {days: Counter[str]() for days in SPANS}
    actions = no_month = 0
    for began, steps in histories:
        actions += 1
        years[began.year] += 1
        if began.month is None:
            no_month += 1
        else:
            months[began.year, began.month] += 1
        for days in SPANS:
            if verdict := _verdict(steps, days, today):
                tallies[days][verdict] += 1
    staying = tuple(
        Staying(days, t["standing"], t["standing"] + t["fallen"], t["undated"], t["young"])
        for days, t in tallies.items()
    )
    return Trend(actions, dict(sorted(years.items())), dict(sorted(months.items())), no_month, staying)


def _verdict(steps: Steps, days: int, today: date) -> str | None:
    """`standing` or `fallen` `days` after it went live, `undated`, `young`; None when it never went live."""
    live = next((at for at, (_, status) in enumerate(steps) if status.stage is Stage.LIVE), None)
    if live is None:
        return None
    began = steps[live][0].full
    if began is None:
        return "undated"
    then = began + timedelta(days=days)
    if then > today:
        return "young"
    # Both bounds use the order: a step is no earlier than those before it and no later than those after it.
    latest = list(accumulate((when.last_day for when, _ in reversed(steps)), min))[::-1]
    possible = {True}
    for at in range(live + 1, len(steps)):
        when, status = steps[at]
        if max(began, when.first_day) > then:
            break
        stands = status.stage is not Stage.STOPPED
        # Only perhaps by then: it may have happened before or after the day we ask about.
        possible = {stands} if latest[at] <= then else possible | {stands}
    if len(possible) > 1:
        return "undated"
    return "standing" if True in possible else "fallen"
