"""Counting calls: as many as are allowed get through, however many come at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.ports.store import write
from tests.integration.samples import NOW

if TYPE_CHECKING:
    from storage.database import Database

LIMITS = [(3, 60)]


def count(database: Database, person: str, seconds: float = 0, command: str = "report") -> int:
    now = NOW + timedelta(seconds=seconds)
    return write(database, lambda uow: uow.calls.count(person, command, LIMITS, now))


def test_of_twenty_calls_at_once_three_get_through(database: Database) -> None:
    with ThreadPoolExecutor(20) as people:
        waits = list(people.map(lambda _: count(database, "ana"), range(20)))
    assert sorted(waits) == [0, 0, 0, *[60] * 17]


def test_people_and_commands_are_counted_apart(database: Database) -> None:
    for _ in range(3):
        assert count(database, "ana") == 0
    assert count(database, "ben") == 0
    assert count(database, "ana", command="answer") == 0
    assert count(database, "ana", seconds=59) == 1
    assert count(database, "ana", seconds=61) == 0


def test_what_is_too_old_to_count_is_forgotten_for_everybody(database: Database) -> None:
    count(database, "ana")
    count(database, "ben", seconds=61)
    with database._writer.connect() as connection:
        people = connection.exec_driver_sql("SELECT person FROM calls").scalars().all()
    assert people == ["ben"]
