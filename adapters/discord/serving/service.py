"""Connecting to Discord and staying connected, until told to stop or until only the operator can help."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.client import FiftywireClient
from adapters.discord.hosts import FILE_HOSTS
from adapters.discord.sending.fetching import Fetcher
from adapters.discord.sending.sender import DiscordSender
from adapters.discord.serving.leases import LeaseLostError, ShardLeases
from bot.errors import ConfigurationError, DatabaseError
from bot.outbox.worker import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Sequence

    from bot.commands.dispatch import Dispatcher
    from bot.outbox.worker import Chore

log = logging.getLogger(__name__)

_STAND_BY = 5.0
_RETRIES = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""Seconds between attempts to connect; the last one for ever."""
_LONG_ENOUGH = 60.0
"""Seconds after which a session counts as one that worked."""
_DRAIN = 2.0
"""Seconds that answers under way are given when the program is told to end, before they are told so.

With the others, and the farewell, it is less than the program has until it is ended hard.
"""
_CLOSE = 0.4
_RELEASE = 0.4
_CANCEL = 0.15
_BAD_TOKEN = 4004
_BAD_INTENTS = (4013, 4014)
_UNREACHABLE = (aiohttp.ClientError, TimeoutError, OSError, discord.DiscordException)


class DiscordService:
    """Serves Discord with one bot."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        token: str,
        api: str | None = None,
        chores: Sequence[Chore] = (),
        *,
        file_hosts: frozenset[str] = FILE_HOSTS,
    ) -> None:
        """`api` is where the REST API is, if not at Discord's own address; it also names the gateway.

        `chores` are done by whoever sends; `file_hosts` is where files come from that people send.
        """
        self._dispatcher = dispatcher
        self._token = token
        self._api = api
        self._chores = chores
        self._file_hosts = file_hosts
        self.connected = asyncio.Event()
        """Set once a first shard is ready, or another process serves all there is to serve."""
        self.stands_by = False
        """Whether it is the latter."""
        self.trouble: Exception | None = None
        """What last kept it from serving."""

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set. Raises ConfigurationError for what only the operator can mend.

        What cannot be reached is tried for ever: how long to wait for the first connection is for the caller
        to say, who can wait for `connected`.
        """
        if self._api:
            Route.BASE = self._api.rstrip("/")
        failures, loop = 0, asyncio.get_running_loop()
        while not stop.is_set():
            began = loop.time()
            try:
                client = FiftywireClient(self._dispatcher, file_hosts=self._file_hosts)
                await self._session(client, stop)
            except ConfigurationError:
                raise
            except Exception as error:
                self.trouble = error
                failures = 1 if loop.time() - began > _LONG_ENOUGH else failures + 1
                pause = _RETRIES[min(failures, len(_RETRIES)) - 1]
                foreseen = isinstance(error, (*_UNREACHABLE, LeaseLostError, DatabaseError))
                log.log(
                    logging.WARNING if foreseen else logging.ERROR,
                    "Discord cannot be served: %s. Trying again in %.0f seconds.",
                    _reason(error),
                    pause,
                    exc_info=None if foreseen else error,
                )
                await _pause(stop, pause)

    async def _session(self, client: FiftywireClient, stop: asyncio.Event) -> None:
        leases = None
        try:
            async with _tasks(self._introduce(client, stop), stop.wait()) as (introducing, stopping):
                await asyncio.wait({introducing, stopping}, return_when=asyncio.FIRST_COMPLETED)
                if introducing.done():
                    introducing.result()
            if not stop.is_set():
                leases = ShardLeases(
                    self._dispatcher.store, client.application_id or 0, client.shard_count or 1
                )
                if shards := await self._wait_for_shards(leases, stop):
                    client.shard_ids = shards
                    await self._serve(client, leases, stop)
        finally:
            # Our sessions end before anybody else can have the shards, or both would answer.
            await _close(client)
            if leases:
                with contextlib.suppress(DatabaseError, TimeoutError):
                    await asyncio.wait_for(leases.release(), _RELEASE)

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
            await _pause(stop, _STAND_BY)
        return []

    async def _serve(self, client: FiftywireClient, leases: ShardLeases, stop: asyncio.Event) -> None:
        store = self._dispatcher.store
        fetcher = Fetcher(store, discord.utils.utcnow, self._file_hosts)
        sender = DiscordSender(client, store, fetcher)
        worker = Worker(store, self._dispatcher.registry.codec, sender, self._chores)
        client.answering.wrote = worker.wake
        async with _tasks(
            _connect(client), leases.keep(), self._deliver(client, worker, fetcher), stop.wait()
        ) as (connecting, keeping, delivering, stopping):
            ended, _ = await asyncio.wait(
                {connecting, keeping, delivering, stopping}, return_when=asyncio.FIRST_COMPLETED
            )
            await asyncio.gather(client.answering.drain(_DRAIN), sender.drain(_DRAIN))
            # What is cut off now is written down as uncertain, which needs no network any more.
            delivering.cancel()
            await asyncio.wait({delivering}, timeout=_CANCEL)
            # discord.py can swallow a cancellation while it connects anew; closed, it ends by itself.
            await _close(client)
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


async def log_in(client: discord.Client, token: str) -> None:
    """Log in, or ConfigurationError in words."""
    _keep_to_itself()
    its_log = logging.getLogger("discord.client")
    level = its_log.level
    its_log.setLevel(logging.ERROR)  # of an endpoint URL it warns at length; below it is said in words
    try:
        await client.login(token)
    except aiohttp.InvalidURL:
        raise ConfigurationError("FIFTYWIRE_DISCORD_API is no address that can be opened.") from None
    except discord.NotFound:
        raise ConfigurationError(
            "There is no Discord API at FIFTYWIRE_DISCORD_API; it ends like https://discord.com/api/v10 does."
        ) from None
    except discord.LoginFailure:
        raise ConfigurationError(
            "Discord does not accept FIFTYWIRE_DISCORD_TOKEN. Copy the bot's token anew from the Developer "
            "Portal, page Bot, button Reset Token."
        ) from None
    finally:
        its_log.setLevel(level)
    application = client.application
    if application and application.interactions_endpoint_url:
        raise ConfigurationError(
            "An interactions endpoint URL is set for this bot, so Discord sends no commands here. Empty that "
            "field in the Developer Portal, page General Information."
        )


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


def _keep_to_itself() -> None:
    """Keep discord.py from logging what comes and goes: people's words, and tokens to answer them with."""
    its_logs = logging.getLogger("discord")
    if its_logs.isEnabledFor(logging.DEBUG):
        its_logs.setLevel(logging.INFO)


async def _close(client: discord.Client) -> None:
    closing = asyncio.create_task(client.close())
    done, _ = await asyncio.wait({closing}, timeout=_CLOSE)
    if not done:  # a gateway that does not answer; what is left are the connections to the API
        closing.cancel()
        await asyncio.wait({asyncio.create_task(client.http.close())}, timeout=_CANCEL)


@contextlib.asynccontextmanager
async def _tasks(*works: Coroutine[None, None, object]) -> AsyncIterator[list[asyncio.Task[object]]]:
    """Tasks that do not outlive the block, or only by what they take to notice."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=_CANCEL)
        for task in tasks:
            if task.done() and not task.cancelled():
                task.exception()  # looked at, or Python would speak of it


def _reason(error: Exception) -> str:
    """In words where they are ours; an SDK's own may hold addresses and tokens."""
    if isinstance(error, LeaseLostError | DatabaseError):
        return str(error).rstrip(".")
    return type(error).__name__


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
