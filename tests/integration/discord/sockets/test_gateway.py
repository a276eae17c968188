"""A gateway that drops, asks for a new connection, forgets sessions or falls silent: the bot comes back."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.integration.discord.sockets.serving import WAITS, Served, play, words

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.integration.discord.fake.messages import Json
    from tests.integration.discord.fake.server import FakeDiscord


async def cut(fake: FakeDiscord) -> None:
    await fake.drop_gateway()


async def closed_unexpectedly(fake: FakeDiscord) -> None:
    await fake.drop_gateway(4000)


async def op_7(fake: FakeDiscord) -> None:
    await fake.reconnect()


async def op_9_resumable(fake: FakeDiscord) -> None:
    await fake.invalidate(resumable=True)


@pytest.mark.parametrize("trouble", [cut, closed_unexpectedly, op_7, op_9_resumable])
def test_it_resumes_and_goes_on(trouble: Callable[[FakeDiscord], Awaitable[None]], tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        fake = served.fake
        await trouble(fake)
        await fake.until(lambda: len(fake.resumes) == 1)
        assert "Illinois" in words((await served.answered("state", state="IL")).message)
        assert len(fake.identifies) == 1, "the session was not lost"

    play(tmp_path, story)


def test_what_it_missed_is_answered_or_too_old(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        fake = served.fake
        await fake.drop_gateway()
        missed = await served.slash("state", state="IL")
        too_old = await fake.slash("state", {"state": "OH"}, guild=served.guild, age=10)
        await missed.settled()
        assert "Illinois" in words(missed.message)
        await fake.until(lambda: too_old.refused)
        assert (too_old.refused, too_old.callback) == ([10062], None)
        assert "Texas" in words((await served.answered("state", state="TX")).message)

    play(tmp_path, story)


def test_a_forgotten_session_is_a_new_one_with_the_servers_of_now(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        fake = served.fake
        await fake.invalidate()
        await fake.until(lambda: len(fake.identifies) == 2 and fake.sessions)
        assert "Illinois" in words((await served.answered("state", state="IL")).message)
        assert len(fake.sent("PUT", f"/applications/{fake.application_id}/commands")) == 1

    play(tmp_path, story)


def test_after_a_long_outage_it_comes_back(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        fake = served.fake
        await fake.stop_gateway()
        await fake.until(lambda: fake.turned_away)
        await fake.start_gateway()
        await fake.until(lambda: len(fake.identifies) == 2 and fake.sessions, timeout=10)
        assert "Illinois" in words((await served.answered("state", state="IL")).message)

    play(tmp_path, story)


def test_a_gateway_that_falls_silent_is_left_and_the_session_resumed(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        fake = served.fake
        fake.acknowledges = False
        await fake.until(lambda: fake.resumes, timeout=10)
        fake.acknowledges = True
        assert len(fake.opened) > 1
        assert "Illinois" in words((await served.answered("state", state="IL")).message)

    def beating(fake: FakeDiscord) -> None:
        fake.heartbeat_interval = 0.1

    play(tmp_path, story, before=beating, waits=replace(WAITS, heartbeat=0.5))


NO_CUSTOM_ID = {"id": "1", "application_id": "1", "token": "t", "version": 1, "type": 5, "data": {}}


@pytest.mark.parametrize(
    "frame",
    [
        "no JSON",
        "[]",
        json.dumps({"op": 0, "t": "READY", "s": 5, "d": {}}),
        json.dumps({"op": 0, "t": "INTERACTION_CREATE", "s": 5, "d": NO_CUSTOM_ID}),
    ],
)
def test_a_gateway_that_talks_nonsense_is_tried_anew(frame: str, tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        fake = served.fake
        await fake.connections[0].socket.send_str(frame)
        await fake.until(lambda: len(fake.identifies) == 2)
        assert "Illinois" in words((await served.answered("state", state="IL")).message)

    play(tmp_path, story)


def test_a_malformed_interaction_hurts_no_other(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        fake = served.fake
        shown = await served.answered("state", state="IL")
        assert shown.original is not None
        good, message = shown.payload, shown.original.data
        broken: tuple[Json, ...] = (
            {"data": {"id": "1", "name": "gone", "type": 1, "options": []}},
            {
                "data": {
                    "id": "1",
                    "name": "state",
                    "type": 1,
                    "options": [{"name": "nosuch", "type": 3, "value": "x"}],
                }
            },
            {
                "type": 3,
                "data": {"component_type": 2, "custom_id": "1st~", "id": 1},
                "message": message,
            },
            {
                "type": 3,
                "data": {"component_type": 2, "custom_id": "", "id": 1},
                "message": message,
            },
            {
                "type": 3,
                "data": {"component_type": 3, "custom_id": "pick:1", "values": []},
                "message": message,
            },
            {"type": 5, "data": {"custom_id": "x", "components": []}},
            {"type": 5, "data": {"custom_id": "1su.x", "components": [{"type": 18}]}},
            {"type": 4, "data": {"id": "1", "name": "gone", "type": 1, "options": []}},
            {"type": 77},
        )
        for change in broken:
            fake.dispatch(
                "INTERACTION_CREATE", good | {"id": str(fake.snowflake())} | change, served.guild.id
            )
        assert "Ohio" in words((await served.answered("state", state="OH")).message)
        assert not served.running.done()

    play(tmp_path, story)
