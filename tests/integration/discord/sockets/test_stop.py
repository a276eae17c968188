"""Told to stop: what is under way is answered or told to ask again, and the shards are free for others."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from adapters.discord.limits import TIMING
from adapters.discord.serving.leases import ShardLeases
from adapters.discord.serving.service import ServiceTiming
from bot.ports.store import read
from bot.serving import DEFAULTS, Timing
from tests.integration.discord.sockets.serving import LONG, Served, play, public, words

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.discord.fake.answers import Answer

SHORT = Timing(drain=0.3)
LATE = "Fiftywire is being restarted. Please ask again in a minute."


async def promised(served: Served, name: str) -> Answer:
    """A slow call that was acknowledged."""
    answer = await served.fake.slash(name, guild=served.guild, age=1.4)
    await served.fake.until(lambda: answer.callback)
    return answer


def test_with_nothing_under_way_it_ends_at_once(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        await served.end()
        assert not served.fake.sessions, "the session was closed, not left to be resumed"
        assert not held(served)

    play(tmp_path, story, timing=LONG)


def test_the_session_ends_before_others_may_have_the_shard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(served: Served) -> None:
        connected: list[int] = []
        release = ShardLeases.release

        async def noted(leases: ShardLeases) -> None:
            connected.append(len(served.fake.connections))
            await release(leases)

        monkeypatch.setattr(ShardLeases, "release", noted)
        await served.end()
        assert connected == [0]

    play(tmp_path, story)


def test_an_answer_under_way_is_given(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        answer = await promised(served, "slow")
        served.stop.set()
        await asyncio.sleep(0.2)
        served.gate.open()
        await answer.settled()
        assert [words(m).splitlines()[0] for m in public(served)] == ["## Done at last"]
        await served.end()

    play(tmp_path, story, timing=LONG)


def test_it_ends_while_discord_does_not_greet_it(tmp_path: Path) -> None:
    """discord.py swallows the cancellation of a connection that is being made."""

    async def story(served: Served) -> None:
        served.fake.says_hello = False
        opened = len(served.fake.opened)
        await served.fake.drop_gateway()
        await served.fake.until(lambda: len(served.fake.opened) > opened)
        await served.end()
        assert not held(served)

    play(tmp_path, story, timing=LONG)


def test_all_of_stopping_takes_less_than_the_hard_end() -> None:
    waits = ServiceTiming()
    assert waits.drain == DEFAULTS.drain
    steps = (waits.drain, TIMING.farewell, waits.close, 4 * waits.cancel, waits.release)
    assert sum(steps) <= DEFAULTS.hard_exit < 5.0


@pytest.mark.parametrize("name", ["slow", "hush"])
def test_who_waits_for_a_core_that_does_not_return_is_told(name: str, tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        answer = await promised(served, name)
        await served.end()
        await answer.settled(1)
        assert LATE in words(answer.message)
        assert answer.message is not None
        assert answer.message.ephemeral
        assert public(served) == [], "nobody is left with a placeholder"
        assert not held(served)

    play(tmp_path, story, timing=SHORT)


def test_who_pressed_a_button_is_told_beside_the_message(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        served.gate.open()
        message = (await served.answered("slow")).original
        assert message is not None
        served.gate.shut()
        pressed = await served.fake.click(message, message.labels["Again"], age=1.4)
        await served.fake.until(lambda: pressed.callback)
        await served.end()
        assert [(LATE in words(m), m.ephemeral) for m in pressed.followups] == [(True, True)]
        assert (message.edits, public(served)) == (0, [message])

    play(tmp_path, story, timing=SHORT)


def test_who_comes_meanwhile_is_told_at_once(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        under_way = await promised(served, "slow")
        served.stop.set()
        await asyncio.sleep(0.05)
        for name, options in (("state", {"state": "IL"}), ("form", {})):
            answer = await served.answered(name, **options)
            assert LATE in words(answer.message)
            assert answer.message is not None
            assert answer.message.ephemeral
        served.gate.open()
        await under_way.settled()

    play(tmp_path, story)


def test_a_form_sent_meanwhile_is_not_lost_without_a_word(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        shown = await served.answered("keep")
        under_way = await promised(served, "slow")
        served.stop.set()
        await asyncio.sleep(0.05)
        sent = await served.fake.submit(shown, {"zone": "America/Denver"})
        await asyncio.sleep(0.3)
        # A callback of any kind would close the form, and what was written in it would be gone.
        assert sent.callback is None
        served.gate.open()
        await under_way.settled()

    play(tmp_path, story)


@pytest.mark.parametrize("path", ["/users/@me", "/gateway/bot", "/oauth2/applications/@me"])
def test_it_ends_while_discord_is_silent(path: str, tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        await served.fake.until(lambda: served.fake.sent("GET", path))
        await served.end()

    play(
        tmp_path,
        story,
        before=lambda fake: fake.fault("GET", path, "hang", times=None),
        ready=False,
        timing=LONG,
    )


def held(served: Served) -> dict[str, str]:
    """The shards that are leased."""
    return read(served.database, lambda uow: uow.leases.held("discord", datetime.now(UTC)))
