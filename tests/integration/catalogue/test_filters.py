"""Every filter, alone and with others, against what the starter's rows say."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import fields, replace
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Any

from bot.domain.catalogue.actions import Approach, Stage, Status
from bot.domain.catalogue.filters import Filter
from bot.domain.catalogue.law import measure_key
from bot.domain.catalogue.states import STATES
from bot.domain.catalogue.topics import Topic
from bot.domain.writing.links import link_key
from bot.ports.store import read
from tests.integration.oracle import Expected, newest_first, starter

if TYPE_CHECKING:
    from bot.ports import UnitOfWork
    from storage.database import Database

ALL = Filter(("commons", "terminal"))
EXPECTED = starter()


def _values() -> dict[str, list[Any]]:
    rows = [expected.row for expected in EXPECTED]
    measures = sorted({name for row in rows for name in row.get("responds_to", [])})
    links = sorted({link_key(source["url"]) for row in rows for source in row["sources"]})
    stages = [frozenset(s for s in Status if s.stage is stage) for stage in Stage]
    return {
        "boards": [("commons",), ("commons", "terminal"), ("terminal",), ("nosuch",), ()],
        "state": [state.code for state in STATES],
        "topic": list(Topic),
        "approach": list(Approach),
        "statuses": [*stages, *(frozenset({status}) for status in Status), frozenset()],
        "challenged": [True, False],
        "since": [
            date(2017, 1, 1), date(2024, 12, 31), date(2025, 1, 1), date(2025, 3, 1), date(2025, 3, 2),
            date(2025, 6, 15), date(2026, 1, 1), date(2026, 2, 1), date(2199, 12, 31),
        ],
        "measure": [*map(measure_key, measures), "aaaaaaaaaa"],
        "precedent": [*sorted({key for row in rows for key in row.get("legal_basis", [])}), "no-such-case"],
        "link": [*links, "example.org/nobody-cites-this"],
        "joint": [True],
    }  # fmt: skip


VALUES = _values()


def alone() -> list[Filter]:
    """Each value of each part by itself."""
    return [ALL, *(replace(ALL, **{name: value}) for name, values in VALUES.items() for value in values)]


def combined(count: int, seed: int) -> list[Filter]:
    """Two to four parts together; every other one fits some action, so that lists are not all empty."""
    chance = random.Random(seed)
    found = []
    for at in range(count):
        names = chance.sample(sorted(VALUES), chance.randint(2, 4))
        parts = {name: chance.choice(VALUES[name]) for name in names}
        if at % 2:
            parts |= _fitting(chance.choice(EXPECTED), names, chance)
        found.append(replace(ALL, **parts))
    return found


def _fitting(expected: Expected, names: list[str], chance: random.Random) -> dict[str, Any]:
    row = expected.row
    fitting = {
        "boards": ("commons",),
        "state": chance.choice(row["states"]),
        "topic": Topic(chance.choice(row["topics"])),
        "approach": Approach(row["approach"]),
        "statuses": frozenset(s for s in Status if s.stage is Status(row["status"]).stage),
        "challenged": False,
        "since": date(int(expected.changed[:4]), 1, 1),
        "joint": len(row["states"]) > 1,
        "measure": measure_key(chance.choice(row["responds_to"])) if row.get("responds_to") else None,
        "link": link_key(chance.choice(row["sources"])["url"]),
        "precedent": chance.choice(row["legal_basis"]) if row.get("legal_basis") else None,
    }
    return {name: fitting[name] for name in names}


def check(uow: UnitOfWork, which: Filter) -> int:
    """Everything that can be asked of a filter."""
    expected = newest_first(EXPECTED, which)
    lines = uow.catalogue.page(which, limit=500)
    assert [str(line.code) for line in lines] == [e.code for e in expected], which
    assert uow.catalogue.count(which) == len(expected), which
    in_states = Counter(chain.from_iterable(e.row["states"] for e in expected))
    counted = sorted(in_states.items(), key=lambda item: (-item[1], item[0]))
    assert uow.statistics.state_counts(which) == counted, which
    return len(expected)


def check_kept(uow: UnitOfWork, which: Filter) -> None:
    """The counts that take only some parts of a filter."""
    seen = newest_first(EXPECTED, Filter(which.boards, state=which.state, topic=which.topic))
    tallies = uow.statistics.tallies(which)
    assert {(t.approach.value, t.status.value, t.challenged): t.count for t in tallies} == Counter(
        (e.row["approach"], e.status, False) for e in seen
    ), which
    assert len(tallies) == len({(t.approach, t.status, t.challenged) for t in tallies})
    how = Filter(
        which.boards,
        state=which.state,
        approach=which.approach,
        statuses=which.statuses,
        challenged=which.challenged,
    )
    assert uow.statistics.topic_counts(which) == Counter(
        Topic(topic) for e in newest_first(EXPECTED, how) for topic in e.row["topics"]
    ), which


def test_every_value_alone(shared_starter: Database) -> None:
    def work(uow: UnitOfWork) -> list[int]:
        return [check(uow, which) for which in alone()]

    found = read(shared_starter, work)
    assert sum(map(bool, found)) > 100


def test_parts_together(shared_starter: Database) -> None:
    def work(uow: UnitOfWork) -> list[int]:
        return [check(uow, which) for which in combined(250, seed=1)]

    found = read(shared_starter, work)
    assert sum(map(bool, found)) > 60


def test_kept_counts(shared_starter: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        for which in [*alone(), *combined(100, seed=2)]:
            check_kept(uow, which)

    read(shared_starter, work)


def test_every_part_of_a_filter_is_tried() -> None:
    tried = {field.name for field in fields(Filter)} - {"words"}  # words have a suite of their own
    assert set(VALUES) == tried
