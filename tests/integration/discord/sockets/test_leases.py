"""Shards and who serves them: one process each, another when the first is gone, none without a lease."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.errors import DatabaseError
from bot.lease import LeaseTiming
from bot.ports.store import write
from storage.database import Database
from tests.integration.discord.sockets.serving import (
    WAITS,
    Served,
    eventually,
    lease,
    play,
    service_of,
    words,
)

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from bot.ports import UnitOfWork
    from tests.integration.discord.fake.server import FakeDiscord


def take(served: Served, shard: str, seconds: float) -> None:
    """Let somebody else have a shard, whoever had it."""
    name = f"discord {served.fake.application_id} shard {shard}"

    def let_go(uow: UnitOfWork) -> None:
        for holder in uow.leases.held(name, datetime.now(UTC)).values():
            uow.leases.release(name, holder)

    write(served.database, let_go)
    lease(served.database, served.fake, shard, seconds)


async def answers(served: Served) -> None:
    """That somebody serves."""
    assert "Illinois" in words((await served.answered("state", state="IL")).message)


HURRY = replace(
    WAITS,
    leases=LeaseTiming(
        ttl=timedelta(seconds=2), margin=timedelta(seconds=0.2), renew_every=0.1, answer_within=0.1
    ),
)
"""Leases of two seconds, which on a busy machine are renewed in time all the same."""


def test_a_second_process_stands_by_and_takes_over_when_the_first_ends(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        fake = served.fake
        second, stop = service_of(served.dispatcher, fake), asyncio.Event()
        running = asyncio.create_task(second.run(stop))
        await asyncio.wait_for(second.connected.wait(), 5)
        assert second.stands_by
        await answers(served)
        assert len(fake.identifies) == 1
        await served.end()
        await fake.until(lambda: len(fake.identifies) == 2 and fake.sessions)
        await answers(served)
        assert not second.stands_by
        stop.set()
        await running

    play(tmp_path, story)


def test_the_shard_of_a_killed_process_is_taken_when_its_lease_runs_out(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        assert served.service.stands_by
        assert not served.fake.identifies
        await served.fake.until(lambda: served.fake.sessions)
        await answers(served)

    play(tmp_path, story, leased=("0 of 1", 1.0))


def test_of_two_shards_it_serves_the_one_that_is_free(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        fake = served.fake
        other = next(g for g in fake.guilds.values() if (g.id >> 22) % 2 == 1)
        await fake.until(lambda: fake.identifies)
        assert [identify.shard for identify in fake.identifies] == [(1, 2)]
        answer = await (await fake.slash("state", {"state": "IL"}, guild=other)).settled()
        assert "Illinois" in words(answer.message)
        unserved = await fake.slash("state", {"state": "IL"}, guild=served.guild)
        await asyncio.sleep(0.3)
        assert unserved.callback is None

    def two(fake: FakeDiscord) -> None:
        fake.shards = 2
        fake.add_guild("Other")

    play(tmp_path, story, before=two, leased=("0 of 2", 60))


def test_both_of_two_shards_when_both_are_free(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        fake = served.fake
        await fake.until(lambda: len(fake.sessions) == 2)
        assert [identify.shard for identify in fake.identifies] == [(0, 2), (1, 2)]
        for guild in fake.guilds.values():
            answer = await (await fake.slash("state", {"state": "IL"}, guild=guild)).settled()
            assert "Illinois" in words(answer.message)

    def two(fake: FakeDiscord) -> None:
        fake.shards = 2
        fake.add_guild("Other")

    play(tmp_path, story, before=two)


def test_nobody_starts_under_a_new_number_of_shards_beside_the_old(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        assert served.service.stands_by
        await asyncio.sleep(0.2)
        assert not served.fake.identifies

    def two(fake: FakeDiscord) -> None:
        fake.shards = 2

    play(tmp_path, story, before=two, leased=("0 of 1", 60))


def test_a_lease_is_kept_for_longer_than_it_lasts(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        await asyncio.sleep(2.5)
        await answers(served)
        assert len(served.fake.identifies) == 1

    play(tmp_path, story, waits=HURRY)


def test_who_lost_the_lease_stops_serving_and_stands_by(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        take(served, "0 of 1", 1.0)
        await served.fake.until(lambda: not served.fake.connections)
        await eventually(lambda: served.service.stands_by)
        await served.fake.until(lambda: len(served.fake.identifies) == 2 and served.fake.sessions)
        await answers(served)

    play(tmp_path, story, waits=HURRY)


def test_a_database_that_is_stuck_costs_the_session_before_the_lease(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        fake = served.fake
        served.database.submit(lambda _: served.gate.wait(), writes=True)
        await fake.until(lambda: not fake.connections)
        served.gate.open()
        await fake.until(lambda: len(fake.identifies) == 2 and fake.sessions)
        await answers(served)

    play(tmp_path, story, waits=HURRY)


def test_a_database_that_breaks_away_is_an_answer_and_no_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(served: Served) -> None:
        fake = served.fake

        def gone(*_: object, **_more: object) -> Future[Any]:
            nothing: Future[Any] = Future()
            nothing.set_exception(DatabaseError("The database cannot be reached."))
            return nothing

        with monkeypatch.context() as patch:
            patch.setattr(Database, "submit", gone)
            answer = await served.answered("state", state="IL")
            assert "The database cannot be reached." in words(answer.message)
            assert answer.original is not None
            assert answer.original.ephemeral
            await fake.until(lambda: not fake.connections)
            await asyncio.sleep(0.2)
            assert not served.running.done()
        await fake.until(lambda: len(fake.identifies) == 2 and fake.sessions)
        await answers(served)

    play(tmp_path, story, waits=HURRY)
