"""Sending what the outbox owes places on Discord: one attempt at a time, and what came of it."""

from __future__ import annotations

import asyncio
import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord.http import MultipartParameters

from adapters.discord.drawing.attached import named_files, shown_names, without
from adapters.discord.drawing.render import draw, texts_of
from adapters.discord.inbound import PLATFORM
from adapters.discord.sending.places import Places
from adapters.discord.sending.refusals import SOON, outcome_of
from adapters.discord.wire import Wire, watching
from bot.domain.deliveries import SEND_WITHIN, CannotTell, NotSent, Purpose, Refused, Sent
from bot.errors import DatabaseError
from bot.outbox.draining import UnderWay
from bot.outbox.seal import Sealed
from bot.ports.store import read_async

if TYPE_CHECKING:
    from bot.answering.fetching import Fetcher
    from bot.domain.deliveries import Delivery, Finding, Outcome
    from bot.messages.message import Message
    from bot.ports import Store

_PATIENCE = SEND_WITHIN - 1.0
"""Seconds: whoever waits longer does not know as well as we do what became of it."""
_FAILURES = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, TimeoutError, OSError)
_BAD_REQUEST = 400
_BINARY = "application/octet-stream"
_GONE = Refused("", place=False)
_COMPONENTS_V2 = 1 << 15
"""Without it Discord takes no text displays (message resource, Message Flags)."""


class DiscordSender:
    """Implements `bot.outbox.sending.Sender` with the connection of a client that is logged in."""

    platform = PLATFORM
    # Discord's window is “the past few minutes” (PLATFORM: 1.4); nobody knows how many.
    same_key = timedelta(seconds=90)

    def __init__(self, client: discord.Client, store: Store, fetcher: Fetcher) -> None:
        """The client must have been made with `wire.tracing()`."""
        self._http = client.http
        self._store = store
        self._fetcher = fetcher
        self._places = Places(client)
        self._under_way = UnderWay()

    async def drain(self, seconds: float) -> None:
        """Begin nothing new, and let what is under way end and be written down."""
        await self._under_way.drain(seconds)

    async def prepare(self) -> None:
        """Fetch the files of reports."""
        await self._fetcher.fetch()

    def seal(self, message: Message, delivery: Delivery) -> bytes:
        """The message as it will be sent every time. Called in the loop."""
        return sealed(message, delivery).encode()

    async def send(self, delivery: Delivery) -> Outcome:
        """Try once."""
        if self._under_way.is_stopping:
            return NotSent(0.0)
        with self._under_way.one():
            return await self._send(delivery)

    async def find(self, delivery: Delivery) -> Finding:
        """Not looked for yet: messages carry no mark by which they could be found."""
        del delivery
        return CannotTell()

    async def _send(self, delivery: Delivery) -> Outcome:
        assert delivery.place is not None, "what goes nowhere is never claimed"
        assert delivery.sealed is not None, "what was claimed was written down"
        message, redraw, wire = Sealed.decode(delivery.sealed), delivery.purpose is Purpose.REDRAW, Wire()
        if redraw and not delivery.target:
            return _GONE
        try:
            async with asyncio.timeout(_PATIENCE):
                channel = await self._places.channel(delivery.place)
                if isinstance(channel, Refused):
                    return channel
                if redraw:
                    return await self._redraw(message, channel, delivery.target, wire)
                return await self._post(message, channel, wire)
        except DatabaseError:
            return NotSent(SOON)
        except _FAILURES as error:
            lacking = self._places.lacking(delivery.place, files=bool(message.names))
            return outcome_of(error, unclear=wire.unclear > 0, redraw=redraw, lacking=lacking)

    async def _post(self, message: Sealed, channel: int, wire: Wire) -> Sent:
        message, contents = await self._filled(message)
        with watching(wire):
            made = await self._http.send_message(channel, params=_params(message.payload, contents))
        return Sent(str(made["id"]))

    async def _redraw(self, message: Sealed, channel: int, target: str, wire: Wire) -> Sent:
        """Change the message; it may be done twice. Files that are there already are not sent again."""
        number = int(target)
        kept = message.kept and not message.texts
        if kept and await self._shown(channel, number) == set(message.names):
            try:  # without `attachments` all of them stay (message resource, Edit Message)
                return await self._edit(channel, number, _params(message.payload, {}), wire)
            except discord.HTTPException as error:
                if error.status != _BAD_REQUEST:
                    raise
        message, contents = await self._filled(message)
        payload = {"attachments": [], **message.payload}
        return await self._edit(channel, number, _params(payload, contents), wire)

    async def _shown(self, channel: int, message: int) -> set[str]:
        """The files that a message has; none, where we may not look."""
        try:
            return shown_names(await self._http.get_message(channel, message))
        except discord.Forbidden:
            return set()

    async def _edit(self, channel: int, message: int, params: MultipartParameters, wire: Wire) -> Sent:
        with watching(wire):
            made = await self._http.edit_message(channel, message, params=params)
        return Sent(str(made["id"]))

    async def _filled(self, message: Sealed) -> tuple[Sealed, dict[str, bytes]]:
        """The message with the bytes of its files by name, and without those that are gone."""
        contents = {text.name: text.content.encode() for text in message.texts}
        for file in message.kept:
            if (content := await self._content(file.number)) is not None:
                contents[file.name] = content
        gone = frozenset(message.names) - contents.keys()
        payload = {**message.payload, "components": without(message.payload["components"], gone)}
        if contents:
            payload["attachments"] = [{"id": at, "filename": name} for at, name in enumerate(contents)]
        return replace(message, payload=payload), contents

    async def _content(self, file: int) -> bytes | None:
        return await read_async(self._store, lambda uow: uow.files.content(file))


def sealed(message: Message, delivery: Delivery) -> Sealed:
    """Draw `message` for good. Must be called in a running loop."""
    view = draw(message, message.files)
    payload: dict[str, Any] = {
        "components": [child.to_component_dict() for child in view.children],
        "flags": _COMPONENTS_V2,
        "allowed_mentions": {"parse": []},
    }
    if delivery.purpose is not Purpose.REDRAW:
        payload |= {"nonce": delivery.key, "enforce_nonce": True}
    return Sealed(payload, tuple(texts_of(message, view)), tuple(named_files(message.files)))


def _params(payload: dict[str, Any], contents: dict[str, bytes]) -> MultipartParameters:
    """A request as discord.py makes it of a message; with it the retries and the limits are its business."""
    if not contents:
        return MultipartParameters(payload=payload, multipart=None, files=None)
    files = [discord.File(io.BytesIO(content), name) for name, content in contents.items()]
    form: list[dict[str, Any]] = [
        {"name": "payload_json", "value": json.dumps(payload, separators=(",", ":"))}
    ]
    form += [
        {"name": f"files[{at}]", "value": file.fp, "filename": file.filename, "content_type": _BINARY}
        for at, file in enumerate(files)
    ]
    return MultipartParameters(payload=None, multipart=form, files=files)
