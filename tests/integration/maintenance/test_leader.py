"""Chores: in one process of several, each when it is due; another takes over when that process is gone."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from queue import Queue
from typing import TYPE_CHECKING

import pytest

from bot.errors import DatabaseError
from bot.lease import Lease, LeaseTiming
from bot.maintenance.chores import Chore, in_transaction
from bot.maintenance.leader import LEADER, Maintenance, Timing, do_due
from bot.ports.store import read, write
from storage.database import Database
from tests.integration.samples import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import URL

    from bot.ports import Store, UnitOfWork

TTL = LeaseTiming().ttl
EVERY = timedelta(seconds=5)


def second(count: float) -> datetime:
    return NOW + timedelta(seconds=count)


@dataclass
class Process:
    """One process with a chore, and the seconds at which it did it."""

    store: Store
    every: timedelta = EVERY
    done: list[float] = field(default_factory=list)
    work: Callable[[], object] = lambda: None

    def __post_init__(self) -> None:
        self.maintenance = Maintenance(self.store, [Chore("sweep", self.every, self._sweep)])

    def _sweep(self, _: Store, now: datetime) -> None:
        self.work()
        self.done.append((now - NOW).total_seconds())

    async def at(self, *seconds: float) -> None:
        """Look at what is due, and wait for it."""
        for count in seconds:
            await asyncio.gather(*await self.maintenance.begin_due(second(count)))


def test_a_chore_is_done_as_often_as_it_says(database: Database) -> None:
    process = Process(database)
    asyncio.run(process.at(0, 1, 4.9, 5, 9, 10, 31))
    assert process.done == [0, 5, 10, 31]


def test_of_several_processes_one_does_the_chores_and_another_when_it_is_gone(schema_url: URL) -> None:
    stores = [Database(schema_url) for _ in range(3)]
    first, second_, third = (Process(store) for store in stores)
    ttl = TTL.total_seconds()

    async def story() -> None:
        await first.at(0)
        for at in (5, 20, ttl - 11):  # the first one died at 0
            await second_.at(at)
            await third.at(at)
        await third.at(ttl)
        for at in (ttl + 5, ttl + 10):
            await first.at(at)
            await second_.at(at)
            await third.at(at)

    asyncio.run(story())
    assert (first.done, second_.done, third.done) == ([0], [], [ttl, ttl + 5, ttl + 10])
    for store in stores:
        store.close()


def test_at_the_same_moment_one_is_elected(schema_url: URL) -> None:
    stores = [Database(schema_url) for _ in range(4)]
    processes = [Process(store) for store in stores]

    async def story() -> None:
        await asyncio.gather(*(process.at(0, 5, 10) for process in processes))

    asyncio.run(story())
    assert sorted(len(process.done) for process in processes) == [0, 0, 0, 3]
    for store in stores:
        store.close()


def test_the_leader_stays_one_for_as_long_as_it_works(schema_url: URL) -> None:
    stores = [Database(schema_url) for _ in range(2)]
    leader, other = (Process(store) for store in stores)

    async def story() -> None:
        for at in range(0, 300, 10):
            await leader.at(at)
            await other.at(at + 1)

    asyncio.run(story())
    assert (len(leader.done), other.done) == (30, [])
    for store in stores:
        store.close()


def test_told_to_stop_it_lets_another_lead_at_once(schema_url: URL) -> None:
    stores = [Database(schema_url) for _ in range(2)]
    done: Queue[str] = Queue()

    def chore(name: str) -> Chore:
        return Chore(name, EVERY, lambda _, __: done.put(name))

    async def lead(store: Store, name: str) -> None:
        stop = asyncio.Event()
        timing = Timing(every=0.01)
        running = asyncio.create_task(Maintenance(store, [chore(name)], timing).run(stop))
        assert await asyncio.to_thread(done.get, timeout=60) == name
        stop.set()
        await running

    async def story() -> None:
        await lead(stores[0], "first")
        await lead(stores[1], "second")

    asyncio.run(story())
    assert done.empty()
    for store in stores:
        store.close()


def test_a_long_chore_keeps_no_other_waiting_and_is_not_begun_twice(database: Database) -> None:
    gate, done = threading.Event(), Queue[str]()

    def slow(_: Store, __: datetime) -> None:
        gate.wait(60)
        done.put("long")

    chores = [Chore("long", EVERY, slow), Chore("short", EVERY, lambda _, __: done.put("short"))]

    async def story() -> None:
        maintenance, long = Maintenance(database, chores), None
        for at in (0, 5, 10):
            begun = await maintenance.begin_due(second(at))
            assert [task.get_name() for task in begun] == (["long", "short"] if at == 0 else ["short"])
            long = long or begun[0]
            await begun[-1]
            assert done.get_nowait() == "short"
        gate.set()
        assert long
        await long

    asyncio.run(story())
    assert (done.get_nowait(), done.empty()) == ("long", True)


def test_a_chore_under_way_does_not_keep_a_process_from_ending(database: Database) -> None:
    gate, begun = threading.Event(), threading.Event()

    def slow(_: Store, __: datetime) -> None:
        begun.set()
        gate.wait(60)

    async def story() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(
            Maintenance(database, [Chore("long", EVERY, slow)], Timing(every=0.01)).run(stop)
        )
        assert await asyncio.to_thread(begun.wait, 60)
        stop.set()
        await running

    asyncio.run(story())
    assert not gate.is_set()
    gate.set()


def test_what_fails_is_spoken_of_once_until_it_works_and_stops_no_other(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    works = False

    def fail() -> None:
        if not works:
            raise ValueError("what somebody wrote")

    bad, done = Process(database, work=fail), list[datetime]()
    chores = [Chore("bad", EVERY, bad._sweep), Chore("good", EVERY, lambda _, now: done.append(now))]

    async def story() -> None:
        nonlocal works
        maintenance = Maintenance(database, chores)
        for at in range(0, 30, 5):
            works = at == 15
            await asyncio.gather(*await maintenance.begin_due(second(at)))

    asyncio.run(story())
    assert len(done) == 6
    said = [record.getMessage() for record in caplog.records]
    assert said == ["The chore “bad” failed and is tried again."] * 2


def test_a_database_that_is_gone_is_spoken_of_once(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    database.close()
    process = Process(database)
    asyncio.run(process.at(0, 1, 2))
    assert process.done == []
    assert len(caplog.records) == 1


# --- one pass


def test_one_pass_does_every_chore_and_needs_no_lease(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def fail(_: Store, __: datetime) -> None:
        raise DatabaseError("It does not answer.")

    assert write(database, lambda uow: uow.leases.take(LEADER, "somebody", NOW, second(999)))
    chores = [Chore("bad", EVERY, fail), Chore("good", EVERY, lambda _, __: done.append("good"))]
    do_due(database, chores, NOW)
    assert done == ["good"]
    assert [r.getMessage() for r in caplog.records] == [
        "The chore “bad” failed; the next start tries it again."
    ]


def test_where_nothing_is_due_nothing_is_written(database: Database) -> None:
    done: list[bool] = []

    def chore(*, due: bool) -> Callable[[Store, datetime], object]:
        def work(uow: UnitOfWork, _: datetime) -> None:
            done.append(due)
            uow.leases.take("mark", "here", NOW, second(1))

        return in_transaction(lambda _, __: due, work)

    chore(due=False)(database, NOW)
    assert (done, read(database, lambda uow: uow.leases.held("mark", NOW))) == ([], {})
    chore(due=True)(database, NOW)
    assert (done, read(database, lambda uow: uow.leases.held("mark", NOW))) == ([True], {"mark": "here"})


# --- leases


def test_a_lease_of_several_names_is_held_whole_or_not_at_all(database: Database) -> None:
    mine, theirs = Lease(database, "a", "b"), Lease(database, "b", "c")

    async def story() -> None:
        assert await mine.hold(NOW)
        assert not await theirs.hold(NOW)
        assert read(database, lambda uow: sorted(uow.leases.held("", NOW))) == ["a", "b"]
        await mine.release()
        assert await theirs.hold(NOW)

    asyncio.run(story())


def test_who_loses_one_name_lets_the_others_go_at_once(database: Database) -> None:
    mine, theirs = Lease(database, "a", "b"), Lease(database, "b")
    gone = NOW + TTL

    async def story() -> None:
        assert await mine.hold(NOW)
        assert await theirs.hold(gone)
        assert not await mine.renew(gone)
        mine.adopt(["a", "b"], gone)
        assert not await mine.renew(gone)
        await mine.release()
        assert read(database, lambda uow: list(uow.leases.held("", NOW))) == ["b"]

    asyncio.run(story())


def test_a_lease_is_renewed_only_when_little_of_it_is_left(database: Database) -> None:
    lease = Lease(database, "a")
    ends = NOW + TTL

    def until(at: datetime) -> bool:
        return "a" in read(database, lambda uow: uow.leases.held("a", at))

    async def story() -> None:
        assert await lease.hold(NOW)
        assert await lease.hold(second(29))
        assert not until(ends)
        assert await lease.hold(second(30))
        assert until(ends)
        with suppress(DatabaseError):
            database.close()
        assert await lease.hold(second(59)), "nobody has to be asked"
        with pytest.raises(DatabaseError):
            await lease.hold(second(60))

    asyncio.run(story())
