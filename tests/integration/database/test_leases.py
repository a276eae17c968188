"""Leases: one holder at a time, whatever the number of processes; and what platforms were told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from bot.ports.store import read, write
from storage.database import Database
from tests.integration.overlap import overlapping
from tests.integration.samples import NOW

if TYPE_CHECKING:
    from sqlalchemy import URL

    from bot.ports import UnitOfWork

MINUTE = 60.0


def take(database: Database, name: str, holder: str, at: float = 0, seconds: float = MINUTE) -> bool:
    now = NOW + timedelta(seconds=at)
    return write(database, lambda uow: uow.leases.take(name, holder, now, now + timedelta(seconds=seconds)))


def release(database: Database, name: str, holder: str) -> None:
    write(database, lambda uow: uow.leases.release(name, holder))


def held(database: Database, prefix: str = "", at: float = 0) -> dict[str, str]:
    return read(database, lambda uow: uow.leases.held(prefix, NOW + timedelta(seconds=at)))


def test_a_lease_has_one_holder_until_it_runs_out(database: Database) -> None:
    assert take(database, "sender", "one")
    assert not take(database, "sender", "two")
    assert held(database) == {"sender": "one"}
    assert not take(database, "sender", "two", at=59.999)
    assert held(database, at=59.999) == {"sender": "one"}
    assert held(database, at=60) == {}
    assert take(database, "sender", "two", at=60)
    assert held(database, at=60) == {"sender": "two"}
    assert not take(database, "sender", "one", at=61)


def test_whoever_holds_it_can_hold_it_longer_or_shorter(database: Database) -> None:
    assert take(database, "sender", "one")
    assert take(database, "sender", "one", at=30)
    assert not take(database, "sender", "two", at=89)
    assert take(database, "sender", "one", at=89, seconds=0.5)
    assert take(database, "sender", "two", at=89.5)


def test_a_refusal_changes_nothing(database: Database) -> None:
    assert take(database, "sender", "one")
    assert not take(database, "sender", "two", at=1, seconds=3600)
    assert take(database, "sender", "two", at=60)


def test_leases_of_different_names_are_apart(database: Database) -> None:
    assert take(database, "shard-1", "one")
    assert take(database, "shard-2", "two")
    assert take(database, "SHARD-1", "two")
    assert held(database) == {"SHARD-1": "two", "shard-1": "one", "shard-2": "two"}


def test_only_its_holder_lets_it_go(database: Database) -> None:
    assert take(database, "sender", "one")
    assert take(database, "other", "one")
    release(database, "sender", "two")
    release(database, "nobody's", "one")
    assert held(database) == {"other": "one", "sender": "one"}
    release(database, "sender", "one")
    assert held(database) == {"other": "one"}
    assert take(database, "sender", "two")


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("", ["Discord/9", "discord/1", "discord/10", "discord/2", "discord_1", "slack/ü"]),
        ("discord/", ["discord/1", "discord/10", "discord/2"]),
        ("discord/1", ["discord/1", "discord/10"]),
        ("discord_", ["discord_1"]),
        ("%", []),
        ("slack/ü", ["slack/ü"]),
        ("iscord", []),
        ("discord/100", []),
    ],
)
def test_what_is_held_under_a_name(database: Database, prefix: str, names: list[str]) -> None:
    def fill(uow: UnitOfWork) -> None:
        until = NOW + timedelta(seconds=MINUTE)
        for name in ("discord/2", "discord/1", "discord/10", "Discord/9", "discord_1", "slack/ü"):
            assert uow.leases.take(name, f"holder of {name}", NOW, until)

    write(database, fill)
    assert take(database, "discord/11", "somebody", at=-MINUTE)
    found = held(database, prefix)
    assert found == {name: f"holder of {name}" for name in names}
    assert list(found) == names


# --- many at once


def test_of_many_who_want_a_lease_one_gets_it(schema_url: URL) -> None:
    processes = [Database(schema_url) for _ in range(3)]
    names = [f"shard-{at}" for at in range(10)]
    for name in names[5:]:  # half of them have run out
        assert take(processes[0], name, "somebody who is gone", at=-MINUTE)
    barrier = Barrier(9)

    def want(worker: int) -> list[bool]:
        barrier.wait()
        return [take(processes[worker % 3], name, f"worker {worker}") for name in names]

    with ThreadPoolExecutor(9) as threads:
        took = list(threads.map(want, range(9)))
    winners = {name: [worker for worker in range(9) if took[worker][at]] for at, name in enumerate(names)}
    assert [len(each) for each in winners.values()] == [1] * len(names)
    assert held(processes[0]) == {name: f"worker {worker}" for name, (worker,) in winners.items()}
    for database in processes:
        database.close()


@pytest.mark.parametrize("is_there", [False, True])
@pytest.mark.parametrize("commits", [False, True])
def test_the_second_sees_what_became_of_the_first(schema_url: URL, *, is_there: bool, commits: bool) -> None:
    if is_there:
        database = Database(schema_url)
        assert take(database, "sender", "somebody who is gone", at=-MINUTE)
        database.close()
    until = NOW + timedelta(seconds=MINUTE)
    wanted = overlapping(
        schema_url,
        lambda uow: uow.leases.take("sender", "one", NOW, until),
        lambda uow: uow.leases.take("sender", "two", NOW, until),
        commit=commits,
    )
    assert (wanted.first, wanted.second) == (True, not commits)
    assert wanted.attempts == 1


# --- what platforms were told


def test_the_commands_that_an_application_was_told(database: Database) -> None:
    def digests(uow: UnitOfWork) -> list[str | None]:
        asked = [("discord", "1"), ("discord", "2"), ("slack", "1")]
        return [uow.command_trees.digest(*each) for each in asked]

    assert read(database, digests) == [None, None, None]
    write(database, lambda uow: uow.command_trees.keep("discord", "1", "a" * 64))
    write(database, lambda uow: uow.command_trees.keep("slack", "1", "b" * 64))
    assert read(database, digests) == ["a" * 64, None, "b" * 64]
    write(database, lambda uow: uow.command_trees.keep("discord", "1", "c" * 64))
    assert read(database, digests) == ["c" * 64, None, "b" * 64]
