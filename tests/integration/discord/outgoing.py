"""The real sender against the fake Discord, over sockets: no gateway, and an outbox in a real database."""

from __future__ import annotations

import asyncio
import mimetypes
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import discord
import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route
from sqlalchemy import select

from adapters.discord.client import FiftywireClient
from adapters.discord.sending.sender import DiscordSender
from bot.answering.fetching import Fetcher, FetchTiming
from bot.answering.files import HostedFiles
from bot.commands.dispatch import Dispatcher
from bot.commands.every import build_registry
from bot.commands.spec import Filled, Invocation, SentFile
from bot.domain.community.people import Account, Home
from bot.domain.deliveries import Delivery, DeliveryState, NewDelivery, Place, Purpose, delivery_key
from bot.messages.documents import to_document
from bot.messages.message import Button, Press
from bot.messages.reply import Reply
from bot.outbox.worker import Worker
from bot.ports.store import write
from storage.outbox.deliveries import load_deliveries
from storage.outbox.tables import deliveries
from tests.integration.discord.driving import opened
from tests.integration.discord.fake.server import FakeDiscord

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from pathlib import Path

    from bot.ports import UnitOfWork
    from storage.database import Database
    from tests.integration.discord.fake.guilds import Channel, Guild
    from tests.integration.discord.fake.messages import File, Message

CARD = Reply("R-12", "A *report*", buttons=(Button("Approve", Press("help")),))
FETCH_AT_ONCE = FetchTiming(backoff=(0.0, 0.0))
"""Failed files are fetched again at once."""
POST, PATCH = ("POST", "/channels/*/messages"), ("PATCH", "/channels/*/messages/*")


@dataclass
class Post:
    """A sender at work; `now` is the time that its outbox is told."""

    fake: FakeDiscord
    client: FiftywireClient
    database: Database
    dispatcher: Dispatcher
    sender: DiscordSender
    worker: Worker
    guild: Guild
    channel: Channel
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def place(self) -> Place:
        """The server's channel."""
        return self.place_of(self.channel)

    def place_of(self, channel: Channel) -> Place:
        """A channel as a place."""
        assert channel.guild is not None
        return Place("discord", str(channel.guild.id), str(channel.id), name=channel.name)

    def owe(self, key: str, reply: Reply = CARD, place: Place | None = None, **others: Any) -> int:
        """Owe a message."""
        owed = NewDelivery(
            delivery_key(key),
            others.pop("purpose", Purpose.CARD),
            place or self.place,
            to_document(reply),
            others.pop("due_at", self.now),
            **others,
        )
        number = write(self.database, lambda uow: uow.outbox.enqueue(owed))
        assert number is not None
        return number

    async def work(self, later: float = 0.0) -> None:
        """One pass, so many seconds after the one before."""
        self.now += timedelta(seconds=later)
        await self.worker.work(self.now)

    def delivery(self, number: int) -> Delivery:
        """What is kept of it."""
        with self.database._reader.connect() as connection:
            (found,) = load_deliveries(connection, deliveries.c.id == number)
        return found

    def trouble(self, number: int) -> str:
        """Why it was refused."""
        with self.database._reader.connect() as connection:
            return str(connection.scalar(select(deliveries.c.trouble).where(deliveries.c.id == number)))

    def state(self, number: int) -> DeliveryState:
        """Where it stands."""
        return self.delivery(number).state

    @property
    def seen(self) -> list[Message]:
        """What stands in the channel."""
        return [message for message in self.channel.messages.values() if not message.deleted]

    async def report(self, *files: File, **values: str) -> int:
        """A report of Ana's with files, for the moderators who look into the server's channel: its number."""
        home = Home("discord", str(self.guild.id))

        def settle(uow: UnitOfWork) -> None:
            community = uow.communities.join(home, self.guild.name, self.now)
            uow.review_settings.name_review_places(community.id, "discord", [self.place])

        write(self.database, settle)
        made = [self.fake.attachment(file, {}) for file in files]
        sent = tuple(SentFile(each["url"], each["size"], kind_of(each["filename"])) for each in made)
        token = self.dispatcher.registry.codec.write(Press("report"))
        given = {"what": "It counts its reservoirs", "about": "IL", "link": "https://example.org/a", **values}
        ana = Account("discord", "7", "Ana", numbered=True)
        asked = Filled(token, given, "opening", sent)
        reply = await self.dispatcher.dispatch(Invocation(asked, ana, home, self.now))
        assert not reply.problem, reply.problem
        return int(reply.title.removeprefix("R-").split(":")[0])

    def bodies(self, where: tuple[str, str]) -> list[str]:
        """The JSON of all requests of a kind, as it came in."""
        method, glob = where
        parts = len(glob.split("/"))
        return [
            request.raw
            for request in self.fake.requests
            if request.method == method and request.path.startswith("/channels/")
            if len(request.path.split("/")) == parts
        ]


def play(
    folder: Path,
    story: Callable[[Post], Awaitable[None]],
    *,
    before: Callable[[FakeDiscord], object] = lambda _: None,
    gateway: bool = False,
    fetching: FetchTiming = FETCH_AT_ONCE,
    sleep: Callable[[float], Awaitable[None]] = lambda _: asyncio.sleep(0),
) -> None:
    """Tell a story of a sender; the `gateway` tells it of servers. `sleep` is for discord.py's own waits."""
    database = opened(folder / "fiftywire.db")

    async def told() -> None:
        async with FakeDiscord() as fake:
            guild = fake.add_guild("Plain Talk")
            before(fake)
            async with _posting(fake, database, guild, gateway=gateway, timing=fetching) as post:
                await story(post)
                assert not fake.unknown

    try:
        with _put_back(sleep):
            asyncio.run(told())
    finally:
        database.close()


@asynccontextmanager
async def _posting(
    fake: FakeDiscord, database: Database, guild: Guild, *, gateway: bool, timing: FetchTiming
) -> AsyncIterator[Post]:
    Route.BASE = fake.api
    dispatcher = Dispatcher(build_registry(), database, lambda: b"k" * 32)
    async with FiftywireClient(dispatcher, guild_ready_timeout=0.05) as client:
        await client.login(fake.token)
        connecting = asyncio.create_task(client.connect()) if gateway else None
        if connecting:
            await client.wait_until_ready()
        files = HostedFiles("discord", frozenset({fake.cdn}))
        fetcher = Fetcher(database, files, lambda: post.now, timing)
        sender = DiscordSender(client, database, fetcher)
        worker = Worker(database, dispatcher.registry.codec, sender)
        post = Post(fake, client, database, dispatcher, sender, worker, guild, guild.channels[0])
        try:
            yield post
        finally:
            await fetcher.close()
            if connecting:
                await client.close()
                await asyncio.wait({connecting})


@contextmanager
def _put_back(sleep: Callable[[float], Awaitable[None]]) -> Iterator[None]:
    """What is set in discord.py is put back; it does not wait in real time after a 5xx."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Route, "BASE", Route.BASE)
        patch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
        patch.setattr(discord.http, "asyncio", SimpleNamespace(**{**vars(asyncio), "sleep": sleep}))
        yield


def kind_of(name: str) -> str:
    """The media type of a file, as Discord would tell it."""
    return mimetypes.guess_type(name)[0] or ""
