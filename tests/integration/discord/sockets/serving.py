"""The real service against the fake Discord, over sockets: in this process, or as `fiftywire` in its own."""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
import subprocess
import threading
import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.client import FiftywireClient
from adapters.discord.limits import TIMING
from adapters.discord.serving.service import DiscordService, ServiceTiming
from bot.answering.backoff import Backoff
from bot.answering.files import HostedFiles
from bot.commands.dispatch import Dispatcher
from bot.commands.options import ZONE
from bot.commands.spec import Answer as Manner
from bot.commands.spec import CommandSpec, Filled, Invocation, Option
from bot.domain.community.people import Account, Home, Role
from bot.errors import ConfigurationError
from bot.messages.form import Form
from bot.messages.message import Button, Press
from bot.messages.reply import Reply, Visibility
from bot.ports.store import read, write
from bot.serving import Timing, serve
from tests.cli.child import Fiftywire
from tests.integration.discord.driving import opened, registry_with, starter_file
from tests.integration.discord.fake.server import FakeDiscord

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from pathlib import Path

    from bot.answering.timing import Timing as AnswerTiming
    from bot.commands.registry import Registry
    from bot.commands.spec import Asked, Call
    from bot.domain.community.people import Community
    from bot.ports import UnitOfWork
    from bot.serving import Service
    from storage.database import Database
    from tests.integration.discord.fake.answers import Answer
    from tests.integration.discord.fake.guilds import Guild
    from tests.integration.discord.fake.messages import Message

QUICK = Timing(backoff=(0.05,))
LONG = replace(QUICK, drain=60)
"""With which whoever waits for the time to drain, and need not, is seen to hang."""
WAITS = ServiceTiming(stand_by=0.05, guilds=0.05)
HURRIED = replace(TIMING, later=Backoff((0.0, 0.05, 0.05, 0.1, 0.1), patience=20.0, last_patience=20.0))
"""Discord's own time budgets, but for the pauses between attempts to answer what was acknowledged."""
ACKNOWLEDGED = {5, 6}
"""Callbacks that promise an answer."""
_BACKSLASH = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass
class Gate:
    """What keeps a handler in its thread; a test that forgot to open it does not hang."""

    entered: threading.Event = field(default_factory=threading.Event)
    _open: threading.Event = field(default_factory=threading.Event)

    def wait(self) -> None:
        """Wait in here."""
        self.entered.set()
        self._open.wait(20)

    def open(self) -> None:
        """Let all through."""
        self._open.set()

    def shut(self) -> None:
        """Let nobody through any more."""
        self._open.clear()

    async def met(self) -> None:
        """Until somebody waits in it."""
        assert await asyncio.to_thread(self.entered.wait, 5), "nobody came"


def slow_specs(gate: Gate) -> tuple[CommandSpec, ...]:
    """Commands that wait at a gate: seen by all, by the asker, in a button's message, in forms."""

    def answer(*_: object, **_more: object) -> Reply:
        gate.wait()
        return Reply(title="Done at last", buttons=(Button("Again", Press("slow")),))

    def fail(*_: object, **_more: object) -> Reply:
        gate.wait()
        raise RuntimeError("what a member wrote")

    def opening(_: UnitOfWork, call: Call) -> Form | None:
        if isinstance(call.invocation.asked, Filled):
            return None
        gate.wait()
        return Form("Slow form", Press("form"), (call.spec.asks("zone", "Zone"),))

    def taken(uow: UnitOfWork, _: Call, zone: str | None) -> Reply:
        gate.wait()
        uow.commit()
        return Reply(title=f"Kept {zone}")

    zone = Option("zone", ZONE, "A zone", "z")
    form = partial(CommandSpec, options=(zone,), answer=Manner.FORM, press_answer=Manner.FORM, writes=True)

    def quick(_: UnitOfWork, call: Call) -> Form | None:
        asked = isinstance(call.invocation.asked, Filled)
        return None if asked else Form("Quick form", Press("keep"), (call.spec.asks("zone", "Zone"),))

    return (
        CommandSpec("slow", "zs", "Slow", answer),
        CommandSpec("hush", "zh", "Slow and private", answer, visibility=Visibility.ASKER),
        CommandSpec("fail", "zf", "Slow, then fails", fail),
        form("form", "zo", "A form that is slow to open", taken, form=opening),
        form("keep", "zk", "A form that is slow to keep", taken, form=quick),
    )


@dataclass
class Served:
    """The service at work: the fake Discord, a server with the bot in it, and the database."""

    fake: FakeDiscord
    guild: Guild
    database: Database
    dispatcher: Dispatcher
    service: DiscordService
    stop: asyncio.Event
    running: asyncio.Task[None]
    gate: Gate
    said: list[str]
    """What the operator was told."""
    over: bool = False
    """Whether the story made it end with an error."""

    async def slash(self, name: str, **options: Any) -> Answer:
        """Use a command in the server; not waited for."""
        return await self.fake.slash(name, options, guild=self.guild)

    async def answered(self, name: str, **options: Any) -> Answer:
        """The same, with a final answer."""
        return await (await self.slash(name, **options)).settled()

    async def core(self, asked: Asked, home: Home | None = None) -> Reply:
        """What the core says to a member of the server."""
        home = home or Home("discord", str(self.guild.id))
        account = Account("discord", str(self.fake.someone.id), "Someone", Role.MEMBER)
        invocation = Invocation(asked, account, home, datetime.now(UTC))
        return await self.dispatcher.dispatch(invocation)

    async def refused(self) -> str:
        """The sentence with which it gives up."""
        self.over = True
        with pytest.raises(ConfigurationError) as refusal:
            await asyncio.wait_for(asyncio.shield(self.running), 10)
        return refusal.value.message

    async def end(self) -> None:
        """Tell it to stop, and wait until it did. Raises TimeoutError after a third of `LONG.drain`."""
        self.stop.set()
        async with asyncio.timeout(LONG.drain / 3):
            await asyncio.wait({self.running})


def play(
    folder: Path,
    story: Callable[[Served], Awaitable[None]],
    *,
    before: Callable[[FakeDiscord], object] = lambda _: None,
    ready: bool = True,
    registry: Registry | None = None,
    leased: tuple[str, float] | None = None,
    timing: Timing = QUICK,
    waits: ServiceTiming = WAITS,
    beside: Callable[[Dispatcher], Service] | None = None,
    answering: AnswerTiming = HURRIED,
) -> None:
    """Tell a story of a service that is connected (`ready`), on a database with the starter catalogue.

    The waits that are there for Discord's sake are short: before a second IDENTIFY, after the last server was
    named, between attempts, while it stands by. `leased` is a shard that somebody else has, and for how many
    seconds. `beside` makes another platform, served in the same process.
    """
    path = folder / "fiftywire.db"
    if not path.exists():
        shutil.copyfile(starter_file(), path)
    gate = Gate()
    database = opened(path)
    dispatcher = Dispatcher(registry or registry_with(*slow_specs(gate)), database, lambda: b"k" * 32)

    async def told() -> None:
        async with FakeDiscord() as fake:
            guild = fake.add_guild("Plain Talk")
            before(fake)
            if leased is not None:
                lease(database, fake, *leased)
            service = service_of(dispatcher, fake, waits, answering)
            stop = asyncio.Event()
            services: list[Service] = [service, *([beside(dispatcher)] if beside else [])]
            said: list[str] = []
            serving = serve(services, database.on_enqueued, said.append, stop, timing=timing)
            running = asyncio.create_task(serving)
            served = Served(fake, guild, database, dispatcher, service, stop, running, gate, said)
            try:
                if ready:
                    await asyncio.wait_for(service.connected.wait(), 10)
                    if leased is None:
                        await eventually(lambda: community_of(served, guild.id))
                await story(served)
                if running.done() and not served.over:
                    running.result()
                assert not fake.unknown
            finally:
                gate.open()
                await served.end()

    with hurried():
        try:
            asyncio.run(told())
        finally:
            gate.open()
            database.close()


def service_of(
    dispatcher: Dispatcher,
    fake: FakeDiscord,
    timing: ServiceTiming = WAITS,
    answering: AnswerTiming = HURRIED,
) -> DiscordService:
    """The service for a fake Discord, without long waits."""
    files = HostedFiles("discord", frozenset({fake.cdn}))
    return DiscordService(dispatcher, fake.token, fake.api, files=files, timing=timing, answering=answering)


@contextmanager
def hurried() -> Iterator[None]:
    """Short waits in discord.py; what the service sets in discord.py is put back."""

    async def at_once(*_: object, **_more: object) -> None:
        """discord.py waits 5 s here before every IDENTIFY but the first."""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Route, "BASE", Route.BASE)
        patch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
        patch.setattr(FiftywireClient, "before_identify_hook", at_once)
        yield


async def eventually(condition: Callable[[], object], within: float = 5) -> None:
    """Wait for what nobody tells of."""
    until = time.monotonic() + within
    while not condition():
        assert time.monotonic() < until, "it did not come true"
        await asyncio.sleep(0.01)


def home_of(served: Served) -> Home:
    """The server as a home."""
    return Home("discord", str(served.guild.id))


def community_of(served: Served, guild_id: int) -> Community | None:
    """The community of a server, if the bot is known to be in it."""
    return read(served.database, lambda uow: uow.communities.at(Home("discord", str(guild_id))))


def lease(database: Database, fake: FakeDiscord, shard: str, seconds: float) -> None:
    """Let somebody else have a shard that is free ("0 of 1")."""
    name, now = f"discord {fake.application_id} shard {shard}", datetime.now(UTC)
    until = now + timedelta(seconds=seconds)
    assert write(database, lambda uow: uow.leases.take(name, "somebody else", now, until))


def words(message: Message | None) -> str:
    """A message as people read it: without the backslashes before what is no Markdown."""
    assert message is not None
    return _BACKSLASH.sub(r"\1", message.text)


def public(served: Served) -> list[Message]:
    """The answers in the server's channel for all to see, placeholders too."""
    return [message for message in _standing(served) if "interaction_metadata" in message.data]


def posted(served: Served) -> list[Message]:
    """What the bot posted there of itself."""
    return [message for message in _standing(served) if "interaction_metadata" not in message.data]


def _standing(served: Served) -> list[Message]:
    return [message for message in served.guild.channels[0].messages.values() if not message.deleted]


@dataclass(frozen=True, slots=True)
class Child:
    """A `fiftywire` in a process of its own, and where what it says goes."""

    process: subprocess.Popen[bytes]
    out: Path
    err: Path

    @property
    def said(self) -> str:
        """All of standard error so far."""
        return self.err.read_text(encoding="utf-8")

    async def end(self, number: int | None = signal.SIGTERM, within: float = 30) -> int:
        """Send a signal, if any, and wait until it is over: the exit status."""
        if number is not None:
            self.process.send_signal(number)
        status = await asyncio.to_thread(self.process.wait, within)
        assert "Traceback (most recent call last)" not in self.said, self.said
        return status

    async def says(self, sentence: str, within: float = 30) -> None:
        """Wait until it said something."""
        until = time.monotonic() + within
        while sentence not in self.said:
            assert time.monotonic() < until, self.said
            assert self.process.poll() is None, self.said
            await asyncio.sleep(0.02)


@asynccontextmanager
async def started(
    somebody: Fiftywire, fake: FakeDiscord, *arguments: str, **more: object
) -> AsyncIterator[Child]:
    """Start `fiftywire` with the fake's token and address; `more` are settings, in place of those too."""
    settings = {"discord_token": fake.token, "discord_api": fake.api, **more}
    somebody = somebody.having(**{name: value for name, value in settings.items() if value is not None})
    number = len(list(somebody.home.glob("*.err")))
    out, err = somebody.home / f"{number}.out", somebody.home / f"{number}.err"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = somebody.start(*arguments, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr)
    try:
        yield Child(process, out, err)
    finally:
        process.kill()
        await asyncio.to_thread(process.wait)


def installed(folder: Path) -> Fiftywire:
    """Somebody with the starter catalogue."""
    somebody = Fiftywire(folder / "home", folder / "work")
    somebody.folder.mkdir()
    somebody.data.parent.mkdir(parents=True)
    shutil.copyfile(starter_file(), somebody.data)
    return somebody
