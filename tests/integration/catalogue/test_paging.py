"""Walking lists page by page, also while somebody publishes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.domain.catalogue.actions import Status, StatusChange
from bot.domain.catalogue.filters import Filter
from bot.domain.catalogue.revisions import Change
from bot.ports.store import read, write
from tests.integration.catalogue.test_filters import ALL, combined
from tests.integration.oracle import newest_first, starter
from tests.integration.samples import DECISION, RETRACTION, day, new

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.domain.catalogue.actions import Action, ActionLine, Code
    from bot.ports import UnitOfWork
    from storage.database import Database

Page = list["ActionLine"]


def forward(page: Callable[..., Page], limit: int) -> Iterator[Page]:
    """Every page, from the newest on."""
    after = ""
    while lines := page(limit=limit, after=after):
        yield lines
        assert not after or lines[-1].sort_key < after, "the walk does not get on"
        after = lines[-1].sort_key


def backward(page: Callable[..., Page], limit: int, start: str) -> Iterator[Page]:
    """Every page before a place, the nearest first."""
    before = start
    while lines := page(limit=limit, before=before):
        yield lines
        assert lines[0].sort_key > before, "the walk does not get on"
        before = lines[0].sort_key


@pytest.mark.parametrize("limit", [1, 8, 9])
def test_pages_hold_each_action_once_in_either_direction(shared_starter: Database, limit: int) -> None:
    def walk(uow: UnitOfWork, which: Filter) -> None:
        expected = [e.code for e in newest_first(starter(), which)]

        def page(*, limit: int, after: str = "", before: str = "") -> Page:
            return uow.catalogue.page(which, limit=limit, after=after, before=before)

        pages = list(forward(page, limit))
        assert [str(line.code) for lines in pages for line in lines] == expected
        assert all(len(lines) == limit for lines in pages[:-1])
        # "0" stands before every sort key: the walk back begins after the last action.
        pages = list(backward(page, limit, "0"))
        assert [str(line.code) for lines in reversed(pages) for line in lines] == expected
        assert all(len(lines) == limit for lines in pages[:-1])

    def work(uow: UnitOfWork) -> None:
        for which in [ALL, *(replace(ALL, state=code) for code in ("CA", "TX", "WY")), *combined(12, seed=3)]:
            walk(uow, which)

    read(shared_starter, work)


@pytest.mark.parametrize("which", [ALL, replace(ALL, state="CA"), replace(ALL, state="TX")])
def test_what_was_there_is_met_once_while_others_publish(starter: Database, which: Filter) -> None:
    there = {line.code for line in read(starter, lambda uow: uow.catalogue.page(which, limit=500))}
    met: list[Code] = []
    after = ""
    days = iter(f"2025-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29))
    while True:
        lines = read(starter, lambda uow, after=after: uow.catalogue.page(which, limit=8, after=after))  # type: ignore[misc]
        if not lines:
            break
        met += [line.code for line in lines]
        after = lines[-1].sort_key
        # Newer than everything, older than everything, and in the middle.
        fresh = [new("CA", "TX", on=on) for on in ("2026-12-01", "1790", next(days))]
        write(starter, lambda uow, fresh=fresh: uow.publisher.add(fresh, DECISION))  # type: ignore[misc]
        if len(met) > 2000:
            pytest.fail("the walk has no end")
        if not there - set(met):
            break
    old = [code for code in met if code in there]
    assert sorted(old) == sorted(there)
    assert len(set(met)) == len(met)


def test_pages_of_two_boards_are_merged_by_date(database: Database) -> None:
    def publish(uow: UnitOfWork) -> list[Action]:
        days = ("2025-01-01", "2025-01-02", "2025-01-03", "2025-01-04", "2025-01-05", "2025-01-06")
        boards = ("commons", "terminal", "terminal", "commons", "commons", "terminal")
        return uow.publisher.add(
            [new("OH", board=b, on=d) for b, d in zip(boards, days, strict=True)], DECISION
        )

    write(database, publish)

    def codes(uow: UnitOfWork, limit: int, **place: str) -> list[int]:
        lines = uow.catalogue.page(Filter(("commons", "terminal"), state="OH"), limit=limit, **place)
        return [line.code.number for line in lines]

    assert read(database, lambda uow: codes(uow, 10)) == [6, 5, 4, 3, 2, 1]
    assert read(database, lambda uow: codes(uow, 2)) == [6, 5]
    fourth = read(database, lambda uow: uow.catalogue.page(ALL, limit=3)[-1].sort_key)
    assert read(database, lambda uow: codes(uow, 2, after=fourth)) == [3, 2]
    assert read(database, lambda uow: codes(uow, 2, before=fourth)) == [6, 5]
    first = read(database, lambda uow: uow.catalogue.page(ALL, limit=9)[-1].sort_key)
    assert read(database, lambda uow: codes(uow, 2, before=first)) == [3, 2]


def test_an_unknown_day_or_month_sorts_first_in_its_period_then_the_code(database: Database) -> None:
    days = ("2025", "2025-01", "2025-01-01", "2025-12", "2026", "2025-01-01")
    items = [new("OH", on=on) for on in days[:5]] + [new("AL", on=days[5])]
    write(database, lambda uow: uow.publisher.add(items, DECISION))
    lines = read(database, lambda uow: uow.catalogue.page(ALL, limit=10))
    assert [(str(line.code), str(line.changed)) for line in reversed(lines)] == [
        ("OH-1", "2025"),
        ("OH-2", "2025-01"),
        ("AL-1", "2025-01-01"),
        ("OH-3", "2025-01-01"),
        ("OH-4", "2025-12"),
        ("OH-5", "2026"),
    ]


def test_the_tenth_code_comes_after_the_second(database: Database) -> None:
    write(database, lambda uow: uow.publisher.add([new("NE", on="2025-05-01") for _ in range(11)], DECISION))
    lines = read(database, lambda uow: uow.catalogue.page(ALL, limit=20))
    assert [line.code.number for line in lines] == list(range(11, 0, -1))


def test_a_new_status_brings_an_action_to_the_top_and_a_retraction_takes_it_out(database: Database) -> None:
    old, newer = write(
        database,
        lambda uow: uow.publisher.add([new("FL", on="2024-01-01"), new("FL", on="2025-01-01")], DECISION),
    )
    step = StatusChange(day("2026-02"), Status.WON, "", old.facts.sources[0].url)
    moved = replace(old, facts=replace(old.facts, history=(*old.facts.history, step)))
    write(database, lambda uow: uow.publisher.change([(moved, Change.CHANGED)], DECISION))
    for which in (ALL, replace(ALL, state="FL"), replace(ALL, topic=old.facts.topics[0])):
        lines = read(database, lambda uow, which=which: uow.catalogue.page(which, limit=5))  # type: ignore[misc]
        assert [line.code for line in lines] == [old.code, newer.code]
        assert lines[0].status is Status.WON
        assert lines[0].sort_key == moved.sort_key
    now = read(database, lambda uow: uow.catalogue.find(old.code, ("commons",)))
    assert now is not None
    gone = replace(now, retraction=RETRACTION)
    write(database, lambda uow: uow.publisher.change([(gone, Change.RETRACTED)], DECISION))
    for which in (ALL, replace(ALL, state="FL"), replace(ALL, topic=old.facts.topics[0])):
        lines = read(database, lambda uow, which=which: uow.catalogue.page(which, limit=5))  # type: ignore[misc]
        assert [line.code for line in lines] == [newer.code]
