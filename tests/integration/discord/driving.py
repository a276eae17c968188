"""The bot as people meet it: a database, a client, a server and its members over simcord.

Time stands still unless a test moves it with `env.advance_time`; whatever waits for a clock waits for that.
"""

from __future__ import annotations

import asyncio
import atexit
import re
import shutil
import tempfile
import threading
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import discord
import simcord
from simcord import interactions
from simcord.backend import serializers
from simcord.backend.cdn import CDN_BASE
from simcord.components import walk_components
from simcord.results import InteractionResult, ResponseMessage

from adapters.discord.client import FiftywireClient
from bot.answering.files import HostedFiles
from bot.commands.dispatch import Dispatcher
from bot.commands.every import build_registry
from bot.domain.community.people import Home
from bot.engine.imports.run import ensure_starter
from bot.ports.store import read
from storage.database import Database
from storage.engines import read_url

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator

    from simcord.actors import MemberActor
    from simcord.backend.models import Interaction
    from simcord.builders import ChannelHandle, GuildHandle, UserHandle

    from bot.commands.registry import Registry
    from bot.commands.spec import CommandSpec, Invocation
    from bot.messages.reply import Reply

BUTTON, SELECT, LINK = 2, 3, 5
COMMAND, COMPONENT, MODAL = 2, 3, 5
"""Kinds of interactions."""
MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, SHOW_FORM = 4, 5, 6, 7, 9
"""Kinds of callbacks."""
EPHEMERAL = 64
SIMCORD_FILES = HostedFiles("discord", frozenset({CDN_BASE}))

Json = dict[str, Any]
_BACKSLASH = re.compile(r"\\([!-/:-@\[-`{-~])")


@cache
def starter_file() -> Path:
    """The starter catalogue in a file that is only ever copied."""
    folder = Path(tempfile.mkdtemp(prefix="fiftywire-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    database = opened(folder / "starter.db")
    ensure_starter(database, lambda *_: None)
    database.close()
    return folder / "starter.db"


def opened(path: Path) -> Database:
    """The database in a file, ready."""
    database = Database(read_url(f"sqlite:///{path}"))
    database.open()
    return database


class Gate:
    """What keeps the core busy: while it is shut, calls wait in it, each in a thread of the database."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self._open.set()
        self.under_way: list[asyncio.Future[None]] = []

    @property
    def is_shut(self) -> bool:
        """Whether who comes has to wait."""
        return not self._open.is_set()

    def shut(self) -> None:
        """Let nobody through."""
        self._open.clear()

    def open(self) -> None:
        """Let all through."""
        self._open.set()

    def wait(self) -> None:
        """Wait in a thread; a test that forgot to open it fails instead of hanging."""
        assert self._open.wait(20), "nobody opened the gate"


@dataclass(frozen=True, slots=True)
class _Dispatcher(Dispatcher):
    """Tells simcord that a call at the gate is no hang but what the test wants."""

    world: World = field(kw_only=True)

    async def dispatch(self, invocation: Invocation) -> Reply:
        gate, waiting = self.world.gate, Dispatcher.dispatch(self, invocation)
        if not gate.is_shut:
            return await waiting
        served = asyncio.get_running_loop().create_future()
        gate.under_way.append(served)
        try:
            reply: Reply = await self.world.env.external_wait(waiting, reason="the core is slow")
            return reply
        finally:
            served.set_result(None)


@dataclass
class World:
    """A server with a text channel, an admin (`boss`) and a plain member (`ana`), and the bot in it."""

    path: Path
    registry: Registry
    gate: Gate
    options: Json = field(default_factory=lambda: {"files": SIMCORD_FILES})
    """Of the clients made from now on."""
    database: Database = field(init=False)
    dispatcher: Dispatcher = field(init=False)
    client: FiftywireClient = field(init=False)
    env: simcord.Env = field(init=False)
    guild: GuildHandle = field(init=False)
    channel: ChannelHandle = field(init=False)
    boss: MemberActor = field(init=False)
    ana: MemberActor = field(init=False)

    def make_client(self) -> FiftywireClient:
        """A client of a new process."""
        self.database = opened(self.path)
        self.dispatcher = _Dispatcher(self.registry, self.database, lambda: b"k" * 32, world=self)
        self.client = FiftywireClient(self.dispatcher, **self.options)
        return self.client

    def settle_in(self, env: simcord.Env) -> None:
        """Have people in a server."""
        self.env = env
        self.guild = self.join("Plain Talk")
        self.channel = self.guild.create_text_channel("general")
        self.boss = self.new_member("boss", manage_guild=True)
        self.ana = self.new_member("ana")

    def join(self, name: str, **options: Any) -> GuildHandle:
        """Add the bot to a new server, as Discord tells of it; simcord tells of one that was there before."""
        with self.unseen():
            guild = self.env.create_guild(name, **options)
        self.tell_of(guild)
        return guild

    def tell_of(self, guild: GuildHandle) -> None:
        """Say that the bot was added to a server."""
        backend = self.env.backend
        payload = dict(serializers.guild_create_payload(backend, backend.get_guild(guild.id)))
        backend.emit("GUILD_CREATE", {key: value for key, value in payload.items() if key != "unavailable"})

    def new_member(self, name: str, guild: GuildHandle | None = None, **permissions: bool) -> MemberActor:
        """Somebody with a role of their own, if they may more than others."""
        guild = guild or self.guild
        roles = []
        if permissions:
            roles = [guild.create_role(f"{name}'s", permissions=discord.Permissions(**permissions))]
        return guild.add_member(self.env.create_user(name), roles=roles)

    async def restart(self, registry: Registry | None = None) -> None:
        """End the process and start another one on the same database."""
        await self.settle()
        self.database.close()
        self.registry = registry or self.registry
        await self.env.restart_bot(self.make_client())

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """What happens inside, the bot is not told of."""
        listeners = self.env.backend.subscribers
        kept, listeners[:] = list(listeners), []
        yield
        listeners[:] = kept

    async def let_through(self) -> None:
        """Open the gate, and wait until everyone in it is served."""
        self.gate.open()
        await asyncio.gather(*self.gate.under_way)  # real threads, so a moment of real time
        self.gate.under_way.clear()
        await self.settle()

    def born(
        self,
        actor: MemberActor | UserHandle,
        kind: int,
        data: Json,
        *,
        channel: ChannelHandle | None = None,
        message: ResponseMessage | None = None,
    ) -> tuple[Interaction, Json]:
        """An interaction made by hand, of this moment; not handed in yet."""
        where = channel or self.channel
        backend = self.env.backend
        record, payload = interactions.base_payload(
            backend,
            type=kind,
            channel_id=where.id,
            guild_id=where.guild.id if where.guild else None,
            user_id=actor.id,
            data=data,
        )
        if message:
            stored = backend.get_message(message.channel_id, message.id)
            payload["message"] = dict(serializers.message_payload(backend, stored))
            record.source_message_id = message.id
        return record, payload

    async def hand_in(self, record: Interaction, payload: Json) -> InteractionResult:
        """Tell the bot of an interaction."""
        self.env.backend.emit("INTERACTION_CREATE", payload)
        await self.settle()
        return InteractionResult(self.env, record)

    async def deliver(
        self,
        actor: MemberActor | UserHandle,
        kind: int,
        data: Json,
        *,
        channel: ChannelHandle | None = None,
        message: ResponseMessage | None = None,
        late: float = 0.0,
        **changes: Any,
    ) -> InteractionResult:
        """An interaction made by hand, with parts of its payload changed, `late` seconds after its birth."""
        record, payload = self.born(actor, kind, data, channel=channel, message=message)
        if late:
            await self.env.advance_time(late)
        return await self.hand_in(record, payload | changes)

    def in_the_bot(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """A task that counts as the bot's own."""
        with self.env._bot_scope():
            return asyncio.get_running_loop().create_task(work)

    @property
    def zone(self) -> str:
        """The time zone of the server's community, read from the database."""
        community = read(self.database, lambda uow: uow.communities.at(self.home))
        assert community
        return community.zone

    @property
    def home(self) -> Home:
        """The server as the core knows it."""
        return Home("discord", str(self.guild.id))

    def post(
        self, *tokens: str, channel: ChannelHandle | None = None, private: bool = False
    ) -> ResponseMessage:
        """A message of the bot's with buttons that it never made."""
        row = [{"type": BUTTON, "style": 2, "label": "Press", "custom_id": t} for t in tokens]
        message = self.env.backend.create_message(
            (channel or self.channel).id,
            self.env.backend.bot_user.id,
            components=[{"type": 1, "id": 1, "components": row}],
            flags=1 << 15 | EPHEMERAL * private,
        )
        return ResponseMessage(self.env, message)

    async def press(self, actor: MemberActor, token: str) -> InteractionResult:
        """Press a button with that token, in a message made for it."""
        return await actor.click(self.post(token), custom_id=token)

    async def settle(self) -> None:
        """Until the bot has done all it can."""
        await self.env.settle(idle=0.001)

    def sent(self, since: int = 0) -> list[Json]:
        """The bodies of all that made or changed messages, of the requests after the first `since`."""
        bodies = []
        for request in self.env.http_requests[since:]:
            body: Any = request.json
            if request.path.startswith("/interactions/") and body["type"] in (MESSAGE, UPDATE):
                bodies.append(body["data"])
            elif request.path.startswith("/webhooks/") and request.method in ("POST", "PATCH"):
                bodies.append(body)
        return bodies

    def callbacks(self, since: int = 0) -> list[int]:
        """How interactions were acknowledged, of the requests after the first `since`."""
        requests = self.env.http_requests[since:]
        return [r.json["type"] for r in requests if r.path.startswith("/interactions/") and r.json]

    @property
    def mark(self) -> int:
        """How many requests there were."""
        return len(self.env.http_requests)


def play(
    path: Path,
    script: Callable[[World], Awaitable[None]],
    *,
    specs: tuple[CommandSpec, ...] = (),
    gate: Gate | None = None,
    starter: bool = True,
    check_errors: bool = True,
    shards: int = 1,
) -> None:
    """Let people of a new server do what `script` says; `specs` are commands besides the real ones.

    Without `starter` there is nothing on file, which is quicker.
    """
    file = path / "fiftywire.db"
    if starter:
        shutil.copyfile(starter_file(), file)
    world = World(file, registry_with(*specs), gate or Gate())

    async def run() -> None:
        async with _opened(world, shard_count=shards, check_errors=check_errors):
            await script(world)

    asyncio.run(run())


@asynccontextmanager
async def _opened(world: World, **options: Any) -> AsyncIterator[None]:
    client = world.make_client()
    try:
        with _only_virtual_time(), _gone_placeholders():
            async with simcord.run(client, **options) as env:
                world.settle_in(env)
                await world.settle()
                yield
    finally:
        world.gate.open()
        world.database.close()


@contextmanager
def _only_virtual_time() -> Iterator[None]:
    """No timer runs by the real clock, on which a slow machine would fail; and simcord looks up sooner."""
    settling = simcord.Env._settle_internal.__kwdefaults__
    virtual = mock.patch("simcord._dpy_internals.is_intentional_wait_wakeup", return_value=True)
    with virtual, mock.patch.dict(settling, idle=0.001):
        yield


@contextmanager
def _gone_placeholders() -> Iterator[None]:
    """A deleted placeholder waits for no follow-up any more (discord-api-docs#2739); simcord forgets that."""
    delete = simcord.backend.Backend.delete_message

    def deleted(backend: simcord.backend.Backend, channel_id: int, message_id: int) -> None:
        delete(backend, channel_id, message_id)
        for record in backend.interactions.values():
            if record.loading and record.message_id == message_id:
                record.complete_deferred()

    with mock.patch.object(simcord.backend.Backend, "delete_message", deleted):
        yield


def registry_with(*specs: CommandSpec) -> Registry:
    """The real commands and some more."""
    real = build_registry()
    return type(real).of((*real.specs, *specs)) if specs else real


def texts(components: list[Json]) -> str:
    """All that text displays say, as it went over the wire."""
    return "\n".join(c["content"] for c in walk_components(components) if c.get("type") == 10)


def words(components: list[Json]) -> str:
    """The same as people read it: without the backslashes before what is no Markdown."""
    return _BACKSLASH.sub(r"\1", texts(components))


def buttons(components: list[Json]) -> dict[str, str]:
    """Labels and tokens of what can be pressed."""
    found = [c for c in walk_components(components) if c.get("type") == BUTTON and "custom_id" in c]
    return {c["label"]: c["custom_id"] for c in found}


def tokens(components: list[Json]) -> list[str]:
    """The tokens of all buttons, of equal labels too."""
    found = (c for c in walk_components(components) if c.get("type") == BUTTON)
    return [button["custom_id"] for button in found if "custom_id" in button]


def links(components: list[Json]) -> dict[str, str]:
    """Addresses and labels of link buttons."""
    found = [c for c in walk_components(components) if c.get("type") == BUTTON and c.get("url")]
    return {c["url"]: c["label"] for c in found}


def selects(components: list[Json]) -> list[Json]:
    """Every list from which one is picked."""
    return [c for c in walk_components(components) if c.get("type") == SELECT]


def answer(result: InteractionResult) -> ResponseMessage:
    """The message in answer; a test that has none fails here."""
    assert result.response is not None, repr(result)
    return result.response


def said(result: InteractionResult) -> str:
    """What the answer says, in words."""
    return words(answer(result).components)
