"""What lists must hold, found out the slow way: from the starter's JSON rows, one by one."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from bot.domain.catalogue.law import measure_key
from bot.domain.writing.links import link_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.catalogue.filters import Filter

Row = dict[str, Any]
key_of = cache(measure_key)
link_of = cache(link_key)


@dataclass(frozen=True)
class Expected:
    """One action as a list should show it."""

    code: str
    row: Row

    @property
    def status(self) -> str:
        return str(self.row["status"])

    @property
    def changed(self) -> str:
        return str(self.row["history"][-1]["date"])

    @property
    def place(self) -> tuple[str, str, int]:
        """Sorts by newest: an unknown month or day comes first in its period; then the code."""
        year, month, day = [*self.changed.split("-"), "00", "00"][:3]
        state, number = self.code.split("-")
        return f"{year}{month}{day}", state, int(number)


@cache
def starter() -> tuple[Expected, ...]:
    """Every row with the code it must get: the next number of its lead state, in the file's order."""
    given: Counter[str] = Counter()
    found = []
    with files("bot").joinpath("data", "actions.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            lead = row["states"][0]
            given[lead] += 1
            found.append(Expected(f"{lead}-{given[lead]}", row))
    return tuple(found)


def newest_first(rows: Iterable[Expected], which: Filter) -> list[Expected]:
    """Those that pass, in the order of lists."""
    return sorted((e for e in rows if passes(e, which)), key=lambda e: e.place, reverse=True)


def passes(expected: Expected, which: Filter) -> bool:
    """Whether an action of the commons passes, words apart."""
    row = expected.row
    return (
        "commons" in which.boards
        and (which.state is None or which.state in row["states"])
        and (which.topic is None or which.topic.value in row["topics"])
        and (which.approach is None or which.approach.value == row["approach"])
        and (which.statuses is None or expected.status in {s.value for s in which.statuses})
        and (which.challenged is None or which.challenged == row.get("challenged", False))
        and (which.since is None or _first_day(expected.changed) >= which.since)
        and (not which.joint or len(row["states"]) > 1)
        and (which.measure is None or which.measure in map(key_of, row.get("responds_to", [])))
        and (which.link is None or which.link in (link_of(s["url"]) for s in row["sources"]))
        and (which.precedent is None or which.precedent in row.get("legal_basis", []))
    )


def _first_day(partial: str) -> date:
    year, month, day = [*map(int, partial.split("-")), 1, 1][:3]
    return date(year, month, day)
