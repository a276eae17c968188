"""The REST routes: who the bot is, its commands, channels and their messages, guilds."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.integration.discord.fake import webhooks
from tests.integration.discord.fake.messages import BAD_FORM, EPHEMERAL, ApiError, Json, edit
from tests.integration.discord.fake.world import (
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    UNKNOWN_GUILD,
    UNKNOWN_MESSAGE,
    UNKNOWN_USER,
)

if TYPE_CHECKING:
    from tests.integration.discord.fake.faults import Request
    from tests.integration.discord.fake.gateway import Gateway
    from tests.integration.discord.fake.messages import Message

Reply = Json | list[Json] | None

NOT_THE_AUTHOR = (403, 50005, "Cannot edit a message authored by another user")


def me(world: Gateway, _: Request) -> Reply:
    """The bot's user."""
    return world.bot.payload() | {"verified": True, "mfa_enabled": False, "locale": "en-US", "flags": 0}


def application(world: Gateway, _: Request) -> Reply:
    """The application."""
    return world.application


def gateway(world: Gateway, _: Request) -> Reply:
    """Where the gateway is."""
    return {"url": world.gateway}


def gateway_bot(world: Gateway, _: Request) -> Reply:
    """The same, and how many shards to start."""
    return {"url": world.gateway, "shards": world.shards, "session_start_limit": world.session_start_limit}


def commands(world: Gateway, _: Request, application_id: str, guild_id: str | None = None) -> Reply:
    """The commands, global or a guild's."""
    return world.commands.get(scope(world, application_id, guild_id), [])


def replace_commands(
    world: Gateway, request: Request, application_id: str, guild_id: str | None = None
) -> Reply:
    """Overwrite them all; one with the same name and type keeps its id."""
    key = scope(world, application_id, guild_id)
    known = {(each["name"], each["type"]): each["id"] for each in world.commands.get(key, [])}
    names = [(each["name"], each.get("type", 1)) for each in request.json]
    if len(set(names)) < len(names):
        raise ApiError(*BAD_FORM)
    blank: Json = {
        "application_id": application_id,
        "description": "",
        "default_member_permissions": None,
        "dm_permission": True,
        "contexts": None,
        "integration_types": [0],
        "nsfw": False,
    }
    if guild_id is not None:
        blank["guild_id"] = guild_id
    world.commands[key] = [
        {**blank, **each, "type": name[1], "id": known.get(name) or new(world), "version": new(world)}
        for name, each in zip(names, request.json, strict=True)
    ]
    return world.commands[key]


def scope(world: Gateway, application_id: str, guild_id: str | None) -> int | None:
    """Whose commands they are; another application's are out of reach."""
    if application_id != str(world.application_id):
        raise ApiError(*MISSING_ACCESS)
    return int(guild_id) if guild_id is not None else None


def new(world: Gateway) -> str:
    """A new id."""
    return str(world.snowflake())


def guild(world: Gateway, _: Request, guild_id: str) -> Reply:
    """A guild that the bot is in."""
    found = world.guilds.get(int(guild_id))
    if found is None or not found.joined:
        raise ApiError(*UNKNOWN_GUILD)
    return found.payload()


def open_direct(world: Gateway, request: Request) -> Reply:
    """The direct channel with a person."""
    user = world.users.get(int(request.json["recipient_id"]))
    if user is None:
        raise ApiError(*UNKNOWN_USER)
    return world.direct_channel(user).payload()


def channel(world: Gateway, _: Request, channel_id: str) -> Reply:
    """A channel."""
    return world.reachable(int(channel_id)).payload()


def typing(world: Gateway, _: Request, channel_id: str) -> None:
    """Nothing anyone sees here."""
    world.reachable(int(channel_id))


def send(world: Gateway, request: Request, channel_id: str) -> Reply:
    """A new message, or by its nonce the one that was sent already."""
    place, body = world.writable(int(channel_id), files=bool(request.files)), request.json
    nonce = body.get("nonce")
    if nonce is not None and len(str(nonce)) > 25:
        raise ApiError(*BAD_FORM)
    message = sent_before(world, str(nonce)) if nonce is not None and body.get("enforce_nonce") else None
    if message is None:
        # A channel message cannot be ephemeral: the flag is dropped.
        flags = int(body.get("flags") or 0) & ~EPHEMERAL
        message = world.write(place, world.bot, {**body, "flags": flags}, request.files)
        if nonce is not None:
            world.nonces[world.bot.id, str(nonce)] = message, time.monotonic()
    # Only this answer has the nonce: it is not stored with the message.
    return message.data if nonce is None else message.data | {"nonce": nonce}


def sent_before(world: Gateway, nonce: str) -> Message | None:
    """The message of the same author and nonce; if it was deleted meanwhile, it is unknown."""
    message, at = world.nonces.get((world.bot.id, nonce), (None, 0.0))
    if message is None or time.monotonic() - at > world.nonce_window:
        return None
    if message.deleted:
        raise ApiError(*UNKNOWN_MESSAGE)
    return message


def history(world: Gateway, request: Request, channel_id: str) -> Reply:
    """Messages, newest first: the latest, those just before, just after or around one."""
    every = sorted(world.reachable(int(channel_id)).messages.items())
    limit = int(request.query.get("limit", 50))
    if not 1 <= limit <= 100:
        raise ApiError(*BAD_FORM)
    if "after" in request.query:
        chosen = [m for number, m in every if number > int(request.query["after"])][:limit]
    elif "around" in request.query:
        middle = sum(1 for number, _ in every if number < int(request.query["around"]))
        start = max(0, middle - limit // 2)
        chosen = [m for _, m in every][start : start + limit]
    else:
        before = request.query.get("before")
        chosen = [m for number, m in every if before is None or number < int(before)][-limit:]
    return [message.data for message in reversed(chosen)]


def one(world: Gateway, channel_id: str, message_id: str) -> Message:
    """A message in a channel."""
    message = world.reachable(int(channel_id)).messages.get(int(message_id))
    if message is None:
        raise ApiError(*UNKNOWN_MESSAGE)
    return message


def fetch(world: Gateway, _: Request, channel_id: str, message_id: str) -> Reply:
    """A message."""
    return one(world, channel_id, message_id).data


def change(world: Gateway, request: Request, channel_id: str, message_id: str) -> Reply:
    """Edit a message of the bot's own."""
    message = one(world, channel_id, message_id)
    if message.data["author"]["id"] != str(world.bot.id):
        raise ApiError(*NOT_THE_AUTHOR)
    edit(message, request.json, world.attachments(request.json, request.files))
    return message.data


def delete(world: Gateway, _: Request, channel_id: str, message_id: str) -> None:
    """Delete a message; others' are out of the bot's power, it manages none."""
    message = one(world, channel_id, message_id)
    if message.data["author"]["id"] != str(world.bot.id):
        raise ApiError(*MISSING_PERMISSIONS)
    world.erase(message)


Handler = Callable[..., Reply]

PATHS: list[tuple[str, str, Handler]] = [
    ("GET", "/users/@me", me),
    ("GET", "/applications/@me", application),
    ("GET", "/oauth2/applications/@me", application),
    ("GET", "/gateway", gateway),
    ("GET", "/gateway/bot", gateway_bot),
    ("GET", "/applications/*/commands", commands),
    ("PUT", "/applications/*/commands", replace_commands),
    ("GET", "/applications/*/guilds/*/commands", commands),
    ("PUT", "/applications/*/guilds/*/commands", replace_commands),
    ("GET", "/guilds/*", guild),
    ("POST", "/users/@me/channels", open_direct),
    ("GET", "/channels/*", channel),
    ("POST", "/channels/*/typing", typing),
    ("POST", "/channels/*/messages", send),
    ("GET", "/channels/*/messages", history),
    ("GET", "/channels/*/messages/*", fetch),
    ("PATCH", "/channels/*/messages/*", change),
    ("DELETE", "/channels/*/messages/*", delete),
    ("POST", "/interactions/*/*/callback", webhooks.respond),
    ("POST", "/webhooks/*/*", webhooks.follow_up),
    ("GET", "/webhooks/*/*/messages/*", webhooks.fetch_message),
    ("PATCH", "/webhooks/*/*/messages/*", webhooks.edit_message),
    ("DELETE", "/webhooks/*/*/messages/*", webhooks.delete_message),
]
ROUTES = [(method, re.compile(path.replace("*", "([^/]+)")), handler) for method, path, handler in PATHS]
# Their address is a secret in itself.
OPEN = ("/interactions/", "/webhooks/")
