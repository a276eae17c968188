"""The fake's gateway: sockets, sessions that outlive them, and the replay of what a session missed."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

from tests.integration.discord.fake.world import World

if TYPE_CHECKING:
    from tests.integration.discord.fake.guilds import Channel, Guild
    from tests.integration.discord.fake.messages import Json

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11


@dataclass(eq=False)
class Connection:
    """An open socket. What is sent is queued, so that events keep their order without anyone waiting."""

    path: str
    query: dict[str, str]
    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    session: Session | None = None
    # Whether the fake ended it; then the code of the client's own close says nothing.
    dropped: bool = False
    outgoing: asyncio.Queue[str | int | None] = field(default_factory=asyncio.Queue)

    def send(self, op: int, d: object = None) -> None:
        """Send something that is no event."""
        self.outgoing.put_nowait(json.dumps({"op": op, "d": d, "s": None, "t": None}))

    def close(self, code: int | None) -> None:
        """Close with a code, or cut the connection without a word."""
        self.dropped = True
        if code is not None:
            self.outgoing.put_nowait(code)
        elif self.transport is not None:
            self.transport.abort()

    async def write(self) -> None:
        """Send what is queued until nothing more comes."""
        with suppress(ConnectionError):
            while (frame := await self.outgoing.get()) is not None:
                if isinstance(frame, int):
                    # Not `close`: while another task receives, that cuts the connection before the client
                    # could answer, and then the client may never see the code.
                    assert self.socket._writer is not None
                    await self.socket._writer.close(frame)
                else:
                    await self.socket.send_str(frame)


@dataclass(eq=False)
class Session:
    """What READY began. It keeps every event, so that RESUME can replay those that a client missed."""

    id: str
    shard: tuple[int, int]
    intents: int
    events: list[str] = field(default_factory=list)
    connection: Connection | None = None

    def dispatch(self, t: str, d: Json) -> None:
        """Send an event, or keep it for a RESUME."""
        event = json.dumps({"op": DISPATCH, "t": t, "s": len(self.events) + 1, "d": d})
        self.events.append(event)
        if self.connection is not None:
            self.connection.outgoing.put_nowait(event)

    def attach(self, connection: Connection, seq: int) -> None:
        """Go on over another socket, with the events after `seq` first."""
        if self.connection is not None:
            self.connection.session = None
        connection.session, self.connection = self, connection
        for event in self.events[seq:]:
            connection.outgoing.put_nowait(event)

    def serves(self, guild_id: int) -> bool:
        """Whether a guild falls to its shard; direct messages, as guild 0, fall to shard 0."""
        return (guild_id >> 22) % self.shard[1] == self.shard[0]


@dataclass(frozen=True)
class Identify:
    """An IDENTIFY that came in; `shard` is None if the client sent none."""

    shard: tuple[int, int] | None
    intents: int
    at: float


class Gateway(World):
    """The world and the sockets over which it tells what happens."""

    def __init__(self) -> None:
        super().__init__()
        self.gateway = ""
        self.shards = 1
        self.session_start_limit: Json = {
            "total": 1000,
            "remaining": 1000,
            "reset_after": 86_400_000,
            "max_concurrency": 1,
        }
        self.heartbeat_interval = 41.25
        self.acknowledges = True
        # A close code such as 4014 (disallowed intents) for whoever identifies.
        self.refuses_identify: int | None = None
        # Answer the next RESUME with INVALID_SESSION instead; True says that another RESUME may do.
        self.refuses_resume: bool | None = None
        self.identifies: list[Identify] = []
        self.resumes: list[Json] = []
        self.heartbeats = 0
        self.connections: list[Connection] = []
        self.opened: list[Connection] = []
        self.sessions: dict[str, Session] = {}
        self.turned_away = 0
        self._gateway_down = False
        # A socket that is not greeted makes a client wait for a minute.
        self.says_hello = True

    async def drop_gateway(self, code: int | None = None) -> None:
        """Close every socket, with a code or by cutting the connection; sessions live on."""
        dropped = list(self.connections)
        for connection in dropped:
            connection.close(code)
        # A client may be back before the last of them is gone.
        await self.until(lambda: not any(connection in self.connections for connection in dropped))

    async def stop_gateway(self) -> None:
        """Cut every socket and answer 503 to whoever connects."""
        self._gateway_down = True
        await self.drop_gateway()

    async def start_gateway(self) -> None:
        """Let clients connect again."""
        self._gateway_down = False

    async def reconnect(self) -> None:
        """Ask every client to connect anew and resume (op 7)."""
        for connection in self.connections:
            connection.send(RECONNECT)

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every client that its session is void (op 9)."""
        for connection in self.connections:
            connection.send(INVALID_SESSION, resumable)
        if not resumable:
            self.forget_sessions()

    def forget_sessions(self) -> None:
        """As after a long absence: RESUME is answered with INVALID_SESSION, what was missed is lost."""
        self.sessions.clear()

    def dispatch(self, t: str, d: Json, guild_id: int = 0) -> None:
        """Send an event to every session of the shard that a guild falls to."""
        for session in self.sessions.values():
            if session.serves(guild_id):
                session.dispatch(t, d)

    async def join(self, guild: Guild) -> None:
        """Add the bot to a guild."""
        guild.joined = True
        if self.bot not in guild.members:
            guild.members.append(self.bot)
        # `unavailable` is absent: that is how a client knows a new guild from one that came back.
        self.dispatch("GUILD_CREATE", guild.created(), guild.id)

    async def remove(self, guild: Guild) -> None:
        """Take the bot out of a guild."""
        guild.joined = False
        guild.members.remove(self.bot)
        self.dispatch("GUILD_DELETE", {"id": str(guild.id)}, guild.id)

    async def outage(self, guild: Guild) -> None:
        """Make a guild unavailable, which is no removal."""
        guild.unavailable = True
        self.dispatch("GUILD_DELETE", {"id": str(guild.id), "unavailable": True}, guild.id)

    async def recover(self, guild: Guild) -> None:
        """Make it available again."""
        guild.unavailable = False
        self.dispatch("GUILD_CREATE", guild.created() | {"unavailable": False}, guild.id)

    async def delete_channel(self, channel: Channel) -> None:
        """Delete a guild's channel and tell of it."""
        assert channel.guild is not None
        payload = channel.payload()
        channel.guild.channels.remove(channel)
        del self.channels[channel.id]
        self.dispatch("CHANNEL_DELETE", payload, channel.guild.id)

    async def serve_gateway(self, request: web.Request) -> web.StreamResponse:
        """One socket from its opening to its end."""
        if self._gateway_down:
            self.turned_away += 1
            self.bell.ring()
            return web.Response(status=503)
        socket = web.WebSocketResponse(compress=False, timeout=1.0)
        await socket.prepare(request)
        connection = Connection(request.path, dict(request.query), socket, request.transport)
        self.connections.append(connection)
        self.opened.append(connection)
        self.bell.ring()
        writer = asyncio.create_task(connection.write())
        if self.says_hello:
            connection.send(HELLO, {"heartbeat_interval": int(self.heartbeat_interval * 1000), "_trace": []})
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._receive(connection, json.loads(frame.data))
        finally:
            connection.outgoing.put_nowait(None)
            await writer
            self._forget(connection)
        return socket

    def _forget(self, connection: Connection) -> None:
        self.connections.remove(connection)
        session = connection.session
        if session is not None:
            session.connection = None
            # A client that closes with one of these ends its session; any other end leaves it to be resumed.
            if connection.socket.close_code in (1000, 1001) and not connection.dropped:
                self.sessions.pop(session.id, None)
        self.bell.ring()

    def _receive(self, connection: Connection, frame: Json) -> None:
        d = frame["d"]
        match frame["op"]:
            case 1:
                self.heartbeats += 1
                if self.acknowledges:
                    connection.send(ACK)
            case 2 | 6 if d["token"] != self.token:
                connection.close(4004)
            case 2:
                self._identify(connection, d)
            case 6:
                self._resume(connection, d)
        self.bell.ring()

    def _identify(self, connection: Connection, d: Json) -> None:
        shard = (d["shard"][0], d["shard"][1]) if "shard" in d else None
        self.identifies.append(Identify(shard, d["intents"], time.monotonic()))
        if self.refuses_identify is not None:
            connection.close(self.refuses_identify)
            return
        session = Session(secrets.token_hex(16), shard or (0, 1), d["intents"])
        self.sessions[session.id] = session
        session.attach(connection, 0)
        guilds = [guild for guild in self.guilds.values() if guild.joined and session.serves(guild.id)]
        ready: Json = {
            "v": 10,
            "user": self.bot.payload() | {"verified": True, "mfa_enabled": False, "email": None, "flags": 0},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": f"{self.gateway}/resume",
            "application": {"id": str(self.application_id), "flags": self.application["flags"]},
            "private_channels": [],
        }
        session.dispatch("READY", ready | ({"shard": list(shard)} if shard else {}))
        for guild in guilds:
            if not guild.unavailable:
                session.dispatch("GUILD_CREATE", guild.created() | {"unavailable": False})

    def _resume(self, connection: Connection, d: Json) -> None:
        self.resumes.append(d)
        session = self.sessions.get(d["session_id"])
        refusal, self.refuses_resume = self.refuses_resume, None
        if session is None or refusal is not None:
            connection.send(INVALID_SESSION, bool(refusal))
            return
        session.attach(connection, d["seq"])
        session.dispatch("RESUMED", {"_trace": []})
