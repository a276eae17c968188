"""Discord as a service: one session, from the log-in to the end of the connection."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.client import FiftywireClient
from adapters.discord.hosts import DISCORD_FILES
from adapters.discord.limits import TIMING
from adapters.discord.sending.sender import DiscordSender
from adapters.discord.serving.checks import findings
from adapters.discord.serving.leases import ShardLeases
from adapters.discord.serving.login import UNREACHABLE, log_in
from bot.answering.fetching import Fetcher
from bot.errors import ConfigurationError, DatabaseError, PlatformError
from bot.lease import DEFAULTS as LEASES
from bot.lease import LeaseLostError, LeaseTiming
from bot.outbox.timing import DEFAULTS as SENDING
from bot.outbox.timing import Timing as SendTiming
from bot.outbox.worker import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine

    from bot.answering.answering import Answering
    from bot.answering.files import FileSource
    from bot.answering.timing import Timing
    from bot.commands.dispatch import Dispatcher
    from bot.domain.findings import Finding

log = logging.getLogger(__name__)

_BAD_TOKEN = 4004
_BAD_INTENTS = (4013, 4014)


@dataclass(frozen=True, slots=True)
class ServiceTiming:
    """Seconds."""

    stand_by: float = 5.0
    """Between two looks for shards that nobody serves any more."""
    guilds: float = 2.0
    """Without a further server after which a new session counts as ready (discord.py's own value)."""
    heartbeat: float = 60.0
    """Without an acknowledged heartbeat after which a connection is given up (discord.py's own value)."""
    drain: float = 2.0
    """That answers and messages under way are given when the session is lost."""
    close: float = 0.4
    """At most for closing the connection."""
    cancel: float = 0.15
    """At most for each wait for what was cancelled."""
    release: float = 0.4
    """At most for giving the shards back."""
    leases: LeaseTiming = LEASES
    """Of the shards."""
    sending: SendTiming = SENDING


@dataclass(slots=True)
class _Work:
    """What answers and what sends in a session."""

    answering: Answering
    sender: DiscordSender
    worker: Worker
    draining: asyncio.Future[tuple[None, None]] | None = None

    async def drain(self, seconds: float) -> None:
        """Once, whoever asks: the end of the process, or of the session."""
        if self.draining is None:
            self.draining = asyncio.gather(self.answering.drain(seconds), self.sender.drain(seconds))
        await asyncio.shield(self.draining)


class DiscordService:
    """Serves Discord with one bot; implements `bot.serving.Service`."""

    name = "Discord"

    def __init__(
        self,
        dispatcher: Dispatcher,
        token: str,
        api: str | None = None,
        *,
        files: FileSource = DISCORD_FILES,
        timing: ServiceTiming = ServiceTiming(),
        answering: Timing = TIMING,
    ) -> None:
        """`api` is where the REST API is, if not at Discord's own address; it also names the gateway.

        `files` are those that people send; `answering` are the time budgets of an answer.
        """
        self._dispatcher = dispatcher
        self._token = token
        self._api = api
        self._files = files
        self._timing = timing
        self._answering = answering
        self._work: _Work | None = None
        self.connected = asyncio.Event()
        """Set once a first shard is ready, or another process serves all there is to serve."""
        self.stands_by = False
        """Whether it is the latter."""

    async def run(self, stop: asyncio.Event) -> None:
        """Serve in one session until `stop` is set.

        Raises ConfigurationError for what only the operator can mend; DatabaseError or PlatformError when the
        session is lost or does not come about. Their text is ours: an SDK's may hold addresses and tokens.
        """
        if self._api:
            Route.BASE = self._api.rstrip("/")
        client = FiftywireClient(
            self._dispatcher,
            files=self._files,
            timing=self._answering,
            guild_ready_timeout=self._timing.guilds,
            heartbeat_timeout=self._timing.heartbeat,
        )
        try:
            await self._session(client, stop)
        except LeaseLostError as error:
            raise PlatformError(str(error)) from error
        except UNREACHABLE as error:
            raise PlatformError(type(error).__name__) from error

    async def drain(self, seconds: float) -> None:
        """Take nothing new; let answers and messages under way end, and tell those who still wait."""
        if work := self._work:
            await work.drain(seconds)

    async def checks(self) -> list[Finding]:
        """Whether Discord takes the token, and allows as many sessions as a start needs."""
        return await findings(self._token, self._api)

    def wake(self) -> None:
        """Something may be due."""
        if self._work:
            self._work.worker.wake()

    async def _session(self, client: FiftywireClient, stop: asyncio.Event) -> None:
        leases = None
        try:
            async with self._tasks(self._introduce(client, stop), stop.wait()) as (introducing, stopping):
                await asyncio.wait({introducing, stopping}, return_when=asyncio.FIRST_COMPLETED)
                if introducing.done():
                    introducing.result()
            if not stop.is_set():
                leases = ShardLeases(
                    self._dispatcher.store,
                    client.application_id or 0,
                    client.shard_count or 1,
                    self._timing.leases,
                )
                if shards := await self._wait_for_shards(leases, stop):
                    client.shard_ids = shards
                    await self._serve(client, leases, stop)
        finally:
            # Our sessions end before anybody else can have the shards, or both would answer.
            await self._close(client)
            if leases:
                with contextlib.suppress(DatabaseError, TimeoutError):
                    await asyncio.wait_for(leases.release(), self._timing.release)

    async def _introduce(self, client: FiftywireClient, stop: asyncio.Event) -> None:
        """Log in, and ask how many shards there are to be."""
        await log_in(client, self._token)
        client.shard_count, gateway, limit = await client.http.get_bot_gateway()
        # Where shards are named, and at every new session, discord.py asks nobody but goes here.
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
        if limit["remaining"] < client.shard_count:
            # Who goes on after the last of a day's sessions has the token taken away (gateway: limits).
            wait = limit["reset_after"] / 1000
            log.error("Discord allows no new sessions for %.0f minutes; waiting.", wait / 60)
            await _pause(stop, wait)

    async def _wait_for_shards(self, leases: ShardLeases, stop: asyncio.Event) -> list[int]:
        while not stop.is_set():
            if shards := await leases.take_free():
                if self.stands_by:
                    log.warning("The other process is gone; this one serves Discord now.")
                self.stands_by = False
                return shards
            if not self.stands_by:
                log.info("Other processes serve all shards of this bot; this one stands by.")
                self.stands_by = True
                self.connected.set()
            await _pause(stop, self._timing.stand_by)
        return []

    async def _serve(self, client: FiftywireClient, leases: ShardLeases, stop: asyncio.Event) -> None:
        store = self._dispatcher.store
        fetcher = Fetcher(store, self._files, discord.utils.utcnow)
        sender = DiscordSender(client, store, fetcher)
        worker = Worker(store, self._dispatcher.registry.codec, sender, self._timing.sending)
        self._work = _Work(client.answering, sender, worker)
        async with self._tasks(
            _connect(client), leases.keep(), self._deliver(client, worker, fetcher), stop.wait()
        ) as (connecting, keeping, delivering, stopping):
            ended, _ = await asyncio.wait(
                {connecting, keeping, delivering, stopping}, return_when=asyncio.FIRST_COMPLETED
            )
            if not stop.is_set():  # else whoever set it has drained
                await self.drain(self._timing.drain)
            self._work = None
            # What is cut off now is written down as uncertain, which needs no network any more.
            delivering.cancel()
            await asyncio.wait({delivering}, timeout=self._timing.cancel)
            # discord.py can swallow a cancellation while it connects anew; closed, it ends by itself.
            await self._close(client)
            for task in ended:
                task.result()

    async def _deliver(self, client: FiftywireClient, worker: Worker, fetcher: Fetcher) -> None:
        """Tell when it is connected, and from then on send what is owed."""
        # Not all: with 5 seconds between two of them, that takes long where there are many.
        await client.wait_for("shard_ready")
        self.connected.set()
        log.info("Connected to Discord.")
        try:
            await worker.run()
        finally:
            await fetcher.close()

    async def _close(self, client: discord.Client) -> None:
        closing = asyncio.create_task(client.close())
        done, _ = await asyncio.wait({closing}, timeout=self._timing.close)
        if not done:  # a gateway that does not answer; what is left are the connections to the API
            closing.cancel()
            await asyncio.wait({asyncio.create_task(client.http.close())}, timeout=self._timing.cancel)

    @contextlib.asynccontextmanager
    async def _tasks(
        self, *works: Coroutine[None, None, object]
    ) -> AsyncIterator[list[asyncio.Task[object]]]:
        """Tasks that do not outlive the block, or only by what they take to notice."""
        tasks = [asyncio.create_task(work) for work in works]
        try:
            yield tasks
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=self._timing.cancel)
            for task in tasks:
                if task.done() and not task.cancelled():
                    task.exception()  # looked at, or Python would speak of it


async def _connect(client: discord.Client) -> None:
    try:
        await client.connect()
    except discord.PrivilegedIntentsRequired:
        raise ConfigurationError(_INTENTS_REFUSED) from None
    except discord.ConnectionClosed as error:
        if error.code == _BAD_TOKEN:
            raise ConfigurationError(
                "Discord does not accept FIFTYWIRE_DISCORD_TOKEN any more. Set the bot's present token."
            ) from None
        if error.code in _BAD_INTENTS:
            raise ConfigurationError(_INTENTS_REFUSED) from None
        raise
    raise ConnectionResetError  # it only returns when Discord ended the session


_INTENTS_REFUSED = (
    "Discord refuses this bot the intent “guilds”, which every bot may have. Ask Discord's support."
)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
