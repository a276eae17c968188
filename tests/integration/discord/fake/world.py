"""What exists on the fake Discord: people, guilds, channels, messages, commands. It knows no sockets."""

from __future__ import annotations

import asyncio
import time
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.integration.discord.fake.guilds import (
    DIRECT,
    EPOCH,
    MEMBER_PERMISSIONS,
    TEXT,
    Channel,
    Guild,
    Role,
    User,
    timestamp,
)
from tests.integration.discord.fake.messages import ApiError, Json, create

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.discord.fake.answers import Answer
    from tests.integration.discord.fake.messages import File, Message

UNKNOWN_CHANNEL = (404, 10003, "Unknown Channel")
UNKNOWN_GUILD = (404, 10004, "Unknown Guild")
UNKNOWN_MESSAGE = (404, 10008, "Unknown Message")
UNKNOWN_USER = (404, 10013, "Unknown User")
MISSING_ACCESS = (403, 50001, "Missing Access")
MISSING_PERMISSIONS = (403, 50013, "Missing Permissions")
CANNOT_SEND = (403, 50007, "Cannot send messages to this user")
VIEW, SEND, ATTACH = 1 << 10, 1 << 11, 1 << 15


class Bell:
    """Wakes whoever waits for something to change."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Something changed."""
        self._rung.set()
        self._rung = asyncio.Event()

    async def until(self, condition: Callable[[], object], timeout: float) -> None:  # noqa: ASYNC109 - a test's words
        """Wait for a condition; TimeoutError if it does not come true."""
        async with asyncio.timeout(timeout):
            while not condition():
                await self._rung.wait()


class World:
    """Everything there is; a test arranges it before the bot comes, or while it runs."""

    def __init__(self) -> None:
        self.bell = Bell()
        self._numbers = count(1)
        self.application_id = self.snowflake(age=86_400)
        # As with most applications, the bot's user has the application's id.
        self.user_id = self.application_id
        self.token = "token.of-the.fake"
        self.bot = User(self.user_id, "Fiftywire", bot=True)
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.someone = self.add_user("Someone")
        self.application: Json = {
            "id": str(self.application_id),
            "name": self.bot.name,
            "description": "",
            "icon": None,
            "bot_public": True,
            "bot_require_code_grant": False,
            "owner": self.someone.payload(),
            "team": None,
            "verify_key": "0" * 64,
            "flags": 0,
            "interactions_endpoint_url": None,
        }
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        # Commands by guild; those of None are global.
        self.commands: dict[int | None, list[Json]] = {}
        # (author, nonce) to the message and when: unique for "the past few minutes", not published how many.
        self.nonces: dict[tuple[int, str], tuple[Message, float]] = {}
        self.nonce_window = 300.0
        # Where files are, and their bytes by path.
        self.cdn = "https://cdn.discordapp.com"
        self.files: dict[str, bytes] = {}
        self.file_headers: dict[str, str] = {}
        # Interactions by their token.
        self.answers: dict[str, Answer] = {}

    async def until(self, condition: Callable[[], object], timeout: float = 5.0) -> None:  # noqa: ASYNC109 - a test's words
        """Wait until something is so: a request came in, a shard identified, a message stands."""
        await self.bell.until(condition, timeout)

    def snowflake(self, age: float = 0.0) -> int:
        """A new id, made that many seconds ago."""
        return (int((time.time() - age) * 1000) - EPOCH) << 22 | next(self._numbers)

    def add_user(self, name: str) -> User:
        """A new person."""
        user = User(self.snowflake(age=86_400), name)
        self.users[user.id] = user
        return user

    def add_guild(self, name: str = "Guild", guild_id: int | None = None, *, joined: bool = True) -> Guild:
        """A guild with one channel; the bot is in it, or in none of its lists if `joined` is false.

        Ids count up, so that guilds made one after the other fall to the next shard each.
        """
        guild_id = guild_id or (300_000_000_000 + len(self.guilds)) << 22
        guild = Guild(guild_id, name, owner=self.someone, joined=joined)
        guild.roles.append(Role(guild_id, "@everyone", MEMBER_PERMISSIONS))
        guild.members += [self.bot, self.someone] if joined else [self.someone]
        self.guilds[guild_id] = guild
        self.add_channel(guild, "general")
        return guild

    def add_channel(
        self, guild: Guild, name: str, kind: int = TEXT, parent: Channel | None = None
    ) -> Channel:
        """A channel of a guild, or with a parent and a kind of 10 to 12 a thread; nobody is told."""
        channel = Channel(self.snowflake(), kind, name, guild, parent)
        guild.channels.append(channel)
        self.channels[channel.id] = channel
        return channel

    def add_role(self, guild: Guild, name: str, permissions: int = 0) -> Role:
        """A role of a guild; nobody is told."""
        role = Role(self.snowflake(), name, permissions)
        guild.roles.append(role)
        return role

    def direct_channel(self, user: User) -> Channel:
        """The bot's direct channel with a person, always the same."""
        for channel in self.channels.values():
            if channel.recipient is user:
                return channel
        channel = Channel(self.snowflake(), DIRECT, "", recipient=user)
        self.channels[channel.id] = channel
        return channel

    def reachable(self, channel_id: int) -> Channel:
        """A channel that the bot may read, or what Discord says of one that it may not."""
        channel = self.channels.get(channel_id)
        if channel is None:
            raise ApiError(*UNKNOWN_CHANNEL)
        if channel.guild is not None and not channel.guild.joined:
            raise ApiError(*MISSING_ACCESS)
        if channel.denied & VIEW:
            raise ApiError(*MISSING_ACCESS)
        return channel

    def writable(self, channel_id: int, *, files: bool) -> Channel:
        """A channel that the bot may write in, or what Discord says of one that it may not."""
        channel = self.reachable(channel_id)
        if channel.recipient is not None and channel.recipient.closed:
            raise ApiError(*CANNOT_SEND)
        if channel.denied & SEND or (files and channel.denied & ATTACH):
            raise ApiError(*MISSING_PERMISSIONS)
        return channel

    def post(self, channel: Channel, content: str = "", author: User | None = None, **body: Any) -> Message:
        """A message of a person in a channel."""
        return self.write(channel, author or self.someone, {"content": content, **body})

    def write(
        self,
        channel: Channel,
        author: User,
        body: Json,
        files: tuple[File, ...] = (),
        *,
        shown: bool = True,
        **more: Any,
    ) -> Message:
        """Make a message and keep it in its channel, unless it is ephemeral: no history shows that."""
        message_id = self.snowflake()
        head: Json = {"id": str(message_id), "channel_id": str(channel.id), "author": author.payload()}
        head |= {"timestamp": timestamp(message_id), **more}
        message = create(head, body, self.attachments(body, files))
        if shown:
            channel.messages[message.id] = message
        return message

    def erase(self, message: Message) -> None:
        """Delete a message."""
        message.deleted = True
        channel = self.channels.get(message.channel_id)
        if channel is not None:
            channel.messages.pop(message.id, None)

    def attachments(self, body: Json, files: tuple[File, ...]) -> list[Json]:
        """What Discord makes of the files of a request."""
        described = {str(entry.get("id")): entry for entry in body.get("attachments") or []}
        return [self.attachment(file, described.get(str(number), {})) for number, file in enumerate(files)]

    def attachment(self, file: File, described: Json) -> Json:
        """A file as Discord tells of it."""
        attachment_id = self.snowflake()
        path = f"/cdn/attachments/{attachment_id}/{file.name}"
        self.files[path] = file.content
        url = f"{self.cdn}{path}?ex=1&is=2&hm=3"
        made = {
            "id": str(attachment_id),
            "filename": file.name,
            "size": len(file.content),
            "url": url,
            "proxy_url": url,
        }
        return made | {key: value for key, value in described.items() if key in ("description", "title")}
