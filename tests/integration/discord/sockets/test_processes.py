"""`fiftywire run` as a process: signals, and several that share a token and a database."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tests.integration.discord.fake.server import FakeDiscord
from tests.integration.discord.sockets.serving import installed, started, words

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.cli.child import Fiftywire
    from tests.integration.discord.fake.answers import Answer

READY = "Connected to Discord. Stop with Ctrl-C."
LATE = "Fiftywire is being restarted. Please ask again in a minute."
BOSS = 1 << 5


def play(folder: Path, story: Callable[[FakeDiscord, Fiftywire], Awaitable[None]]) -> None:
    """Tell a story of somebody's `fiftywire` beside a fake Discord."""

    async def told() -> None:
        async with FakeDiscord() as fake:
            fake.add_guild("Plain Talk")
            await story(fake, installed(folder))
            assert not fake.unknown

    asyncio.run(told())


async def answers(fake: FakeDiscord) -> None:
    """That somebody serves."""
    (guild,) = fake.guilds.values()
    answer = await (await fake.slash("state", {"state": "IL"}, guild=guild)).settled()
    assert "Illinois" in words(answer.message)


async def waiting(fake: FakeDiscord, somebody: Fiftywire) -> tuple[Answer, sqlite3.Connection]:
    """A call that was acknowledged and waits for a database that somebody else holds."""
    (guild,) = fake.guilds.values()
    holder = sqlite3.connect(somebody.data, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    answer = await fake.slash("setup", {"zone": "Eastern"}, guild=guild, permissions=BOSS)
    await fake.until(lambda: answer.callback)
    assert answer.original is not None
    assert answer.original.placeholder
    return answer, holder


def test_ctrl_c_ends_it_with_0(tmp_path: Path) -> None:
    async def story(fake: FakeDiscord, somebody: Fiftywire) -> None:
        async with started(somebody, fake, "run") as child:
            await child.says(READY)
            await answers(fake)
            status = await child.end(signal.SIGINT)
            assert (status, child.said) == (0, f"{READY}\n")
            assert not fake.sessions
        # With nothing under way nothing is waited for: an end that comes hard leaves the file.
        assert not somebody.data.with_name("fiftywire.db-wal").exists(), "the database was closed"

    play(tmp_path, story)


def test_an_answer_under_way_is_given_first(tmp_path: Path) -> None:
    async def story(fake: FakeDiscord, somebody: Fiftywire) -> None:
        async with started(somebody, fake, "run") as child:
            await child.says(READY)
            answer, holder = await waiting(fake, somebody)
            child.process.send_signal(signal.SIGTERM)
            await asyncio.sleep(0.3)
            holder.execute("ROLLBACK")
            holder.close()
            assert await child.end(None) == 0
            assert "Saved." in words(answer.message)

    play(tmp_path, story)


def test_whoever_waits_for_a_core_that_does_not_return_is_told(tmp_path: Path) -> None:
    async def story(fake: FakeDiscord, somebody: Fiftywire) -> None:
        async with started(somebody, fake, "run") as child:
            await child.says(READY)
            answer, holder = await waiting(fake, somebody)
            with closing(holder):
                status = await child.end()
            assert status == 0
            assert LATE in words(answer.message)

    play(tmp_path, story)


def test_one_serves_and_another_takes_over(tmp_path: Path) -> None:
    async def story(fake: FakeDiscord, somebody: Fiftywire) -> None:
        async def taken_over(times: int) -> None:
            await fake.until(lambda: len(fake.identifies) == times and fake.connections, timeout=20)
            await answers(fake)

        async with started(somebody, fake, "run") as first, started(somebody, fake, "run") as second:
            await fake.until(lambda: fake.identifies, timeout=20)
            for child in (first, second):
                await child.says("Stop with Ctrl-C.")
            serving, standing = (first, second) if READY in first.said else (second, first)
            assert (
                "Another process serves Discord, or did until a minute ago; this one stands by."
                in standing.said
            )
            assert len(fake.identifies) == 1
            await answers(fake)
            assert await serving.end() == 0
            await taken_over(2)
            async with started(somebody, fake, "run") as third:
                await third.says("this one stands by")
                standing.process.kill()
                await fake.until(lambda: not fake.connections)
                assert len(fake.identifies) == 2
                expire(somebody)
                await taken_over(3)
                assert await third.end() == 0

    play(tmp_path, story)


def expire(somebody: Fiftywire) -> None:
    """Let the minute pass for which a killed process keeps its shards."""
    with closing(sqlite3.connect(somebody.data)) as database:
        database.execute("UPDATE leases SET until = '2026-01-01 00:00:00.000000'")
        database.commit()


def test_a_database_that_is_overwritten_is_no_crash(tmp_path: Path) -> None:
    async def story(fake: FakeDiscord, somebody: Fiftywire) -> None:
        (guild,) = fake.guilds.values()
        async with started(somebody, fake, "run") as child:
            await child.says(READY)
            size = somebody.data.stat().st_size
            with somebody.data.open("r+b") as file:
                file.write(b"no database any more" * (size // 20))
            answer = await (await fake.slash("state", {"state": "WY"}, guild=guild)).settled(10)
            assert answer.message is not None
            assert child.process.poll() is None
            assert await child.end() == 0

    play(tmp_path, story)
