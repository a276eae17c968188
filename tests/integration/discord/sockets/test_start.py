"""The start of a session: what only the operator can mend ends it, all else is tried again; the commands."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import pytest

from adapters.discord.client import FiftywireClient
from adapters.discord.invite import invite_links
from bot.app import App
from bot.commands.dispatch import Dispatcher
from bot.errors import PlatformError
from bot.progress import Progress
from bot.serving import Timing
from bot.settings import DiscordSettings
from tests.integration.discord.driving import opened, registry_with
from tests.integration.discord.fake.server import FakeDiscord
from tests.integration.discord.sockets.serving import (
    Gate,
    Served,
    eventually,
    hurried,
    play,
    service_of,
    slow_specs,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


COMMANDS = "/applications/*/commands"


def another_token(fake: FakeDiscord) -> None:
    fake.fault("GET", "/users/@me", 401, times=None)


def endpoint(fake: FakeDiscord) -> None:
    fake.application["interactions_endpoint_url"] = "https://example.org/discord"


def no_api(fake: FakeDiscord) -> None:
    fake.fault("GET", "/users/@me", 404, times=None)


def no_scope(fake: FakeDiscord) -> None:
    fake.fault("PUT", COMMANDS, 403, code=50001, times=None)


def closes_with(code: int) -> Callable[[FakeDiscord], None]:
    return lambda fake: setattr(fake, "refuses_identify", code)


@pytest.mark.parametrize(
    ("wrong", "part"),
    [
        (another_token, "does not accept FIFTYWIRE_DISCORD_TOKEN"),
        (endpoint, "interactions endpoint URL"),
        (no_api, "no Discord API at FIFTYWIRE_DISCORD_API"),
        (no_scope, "applications.commands"),
        (closes_with(4004), "FIFTYWIRE_DISCORD_TOKEN"),
        (closes_with(4013), "intent"),
        (closes_with(4014), "intent"),
    ],
)
def test_what_only_the_operator_can_mend(
    wrong: Callable[[FakeDiscord], None], part: str, tmp_path: Path
) -> None:
    async def story(served: Served) -> None:
        assert part in await served.refused()
        assert served.fake.token not in await served.refused()

    play(tmp_path, story, before=wrong, ready=False)


@pytest.mark.parametrize(
    ("path", "trouble"),
    [
        ("/gateway/bot", 500),
        *(("/gateway/bot", trouble) for trouble in (503, "drop", 429, 401)),
        *(("/oauth2/applications/@me", trouble) for trouble in (503, "drop_before", 403)),
    ],
)
def test_all_else_is_tried_again(path: str, trouble: Any, tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        assert "Illinois" in words((await served.answered("state", state="IL")).message)

    play(tmp_path, story, before=lambda fake: fake.fault("GET", path, trouble))


def test_a_page_where_json_should_be_is_tried_again(tmp_path: Path) -> None:
    def captive(fake: FakeDiscord) -> None:
        fault = fake.fault("GET", "/users/@me", 200)
        fault.body = "<html>Please log in to the network</html>"

    async def story(served: Served) -> None:
        assert "Illinois" in words((await served.answered("state", state="IL")).message)

    play(tmp_path, story, before=captive)


@pytest.mark.parametrize("code", [4000, 4009, 4011])
def test_a_session_that_the_gateway_refuses_is_tried_again(code: int, tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        await served.fake.until(lambda: served.fake.identifies)
        served.fake.refuses_identify = None
        await asyncio.wait_for(served.service.connected.wait(), 10)
        assert "Illinois" in words((await served.answered("state", state="IL")).message)

    play(tmp_path, story, before=closes_with(code), ready=False)


def puts(fake: FakeDiscord) -> int:
    """How often the commands were told."""
    return len(fake.sent("PUT", f"/applications/{fake.application_id}/commands"))


async def once_more(served: Served, dispatcher: Dispatcher) -> None:
    """Another process after this one, until it is connected."""
    service, stop = service_of(dispatcher, served.fake), asyncio.Event()
    running = asyncio.create_task(service.run(stop))
    await asyncio.wait_for(service.connected.wait(), 5)
    stop.set()
    await running


def test_commands_that_discord_lost_are_told_again(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        await served.end()
        served.fake.commands[None] = served.fake.commands[None][:3]
        await once_more(served, served.dispatcher)
        assert puts(served.fake) == 2
        served.fake.fault("GET", COMMANDS, 400, times=None)
        served.fake.commands[None] = []
        await once_more(served, served.dispatcher)
        assert puts(served.fake) == 2, "what cannot be asked is not told again and again"

    play(tmp_path, story)


def test_commands_are_told_once_and_again_when_they_changed(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        assert puts(served.fake) == 1
        told = {command["name"] for command in served.fake.commands[None]}
        assert {"state", "search", "setup", "slow", "Look up in Fiftywire"} <= told
        await served.end()
        await once_more(served, served.dispatcher)
        assert puts(served.fake) == 1, "200 creates a day are all that Discord allows"
        others = Dispatcher(registry_with(), served.database, lambda: b"k" * 32)
        await once_more(served, others)
        assert puts(served.fake) == 2
        assert "slow" not in {command["name"] for command in served.fake.commands[None]}

    play(tmp_path, story)


def daily_limit(fake: FakeDiscord) -> None:
    fake.fault("PUT", COMMANDS, 400, code=30034, times=None)


def daily_limit_of_late(fake: FakeDiscord) -> None:
    fake.limit("PUT", COMMANDS, retry_after=40_000.0, times=None)


def cloudflare(fake: FakeDiscord) -> None:
    fake.limit("PUT", COMMANDS, retry_after=40_000.0, times=None, via=False)


@pytest.mark.parametrize("limit", [daily_limit, daily_limit_of_late, cloudflare])
def test_commands_that_are_not_taken_keep_nobody_from_using_the_old_ones(
    limit: Callable[[FakeDiscord], None], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(served: Served) -> None:
        await served.end()
        limit(served.fake)
        changed = Dispatcher(registry_with(slow_specs(Gate())[0]), served.database, lambda: b"k" * 32)
        service, stop = service_of(changed, served.fake), asyncio.Event()
        running = asyncio.create_task(service.run(stop))
        await asyncio.wait_for(service.connected.wait(), 5)
        assert "Illinois" in words((await served.answered("state", state="IL")).message)
        # One that is still shown and that this version does not have.
        assert "This command has changed" in words((await served.answered("hush")).message)
        stop.set()
        await running
        assert [r.levelname for r in caplog.records if "does not take the commands" in r.message] == ["ERROR"]
        for fault in served.fake.faults:
            fault.release()
        before = puts(served.fake)
        await once_more(served, changed)
        assert puts(served.fake) == before + 1, "it was not kept as told"

    play(tmp_path, story)


@pytest.fixture
def silent() -> Iterator[str]:
    """An address where somebody listens and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/api/v10"


@pytest.mark.parametrize("where", ["closed", "silent"])
def test_a_platform_that_cannot_be_reached_is_the_end_after_a_while(
    where: str, silent: str, tmp_path: Path
) -> None:
    database = opened(tmp_path / "fiftywire.db")
    registry = registry_with()
    api = silent if where == "silent" else "http://127.0.0.1:1/api/v10"
    dispatcher = Dispatcher(registry, database, lambda: b"k" * 32)
    app = App(database, registry, dispatcher, tmp_path, DiscordSettings("a-token", api))
    said: list[str] = []
    with hurried(), pytest.raises(PlatformError, match="Discord could not be reached within"):
        app.serve(Progress(say=said.append), Timing(first_connection=0.5))
    database.close()
    assert said == []


@pytest.mark.parametrize("where", ["closed", "silent", "a page"])
def test_no_invitation_from_where_discord_is_not(where: str, silent: str) -> None:
    async def story() -> None:
        async with FakeDiscord() as fake:
            fake.fault("GET", "/users/@me", 200).body = "<html>Please log in to the network</html>"
            addresses = {"closed": "http://127.0.0.1:1", "silent": silent, "a page": fake.api}
            with pytest.raises(PlatformError, match="Discord cannot be reached"):
                await invite_links(fake.token, addresses[where], patience=0.3)

    with hurried():
        asyncio.run(story())


def test_with_many_shards_it_counts_as_connected_with_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """discord.py waits 5 s before each further one: 30 s would not do for seven."""
    gate = asyncio.Event()

    async def held_up(*_: object, initial: bool = False, **_more: object) -> None:
        if not initial:
            await gate.wait()

    async def story(served: Served) -> None:
        monkeypatch.setattr(FiftywireClient, "before_identify_hook", held_up)
        await asyncio.wait_for(served.service.connected.wait(), 5)
        assert len(served.fake.identifies) == 1
        gate.set()
        await eventually(lambda: len(served.fake.identifies) == 2)

    def two(fake: FakeDiscord) -> None:
        fake.shards = 2

    play(tmp_path, story, before=two, ready=False)


def test_a_session_that_lasted_is_followed_by_a_quick_attempt(tmp_path: Path) -> None:
    def lasting(fake: FakeDiscord) -> None:
        fake.fault("GET", "/gateway/bot", 503, times=3)

    async def story(served: Served) -> None:
        assert "Illinois" in words((await served.answered("state", state="IL")).message)

    # As if each session had lasted.
    play(tmp_path, story, before=lasting, timing=Timing(stable=-1.0, backoff=(0.01, 60.0)))
