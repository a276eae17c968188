"""Sending what the outbox owes places on Discord: one attempt at a time, and what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord.http import MultipartParameters

from adapters.discord.drawing.attached import shown_names, without
from adapters.discord.inbound import PLATFORM
from adapters.discord.sending.frozen import Frozen, freeze, thaw
from adapters.discord.sending.places import Places
from adapters.discord.sending.refusals import SOON, outcome_of
from adapters.discord.wire import Wire, watching
from bot.domain.deliveries import SEND_WITHIN, CannotTell, NotSent, Purpose, Refused, Sent
from bot.errors import DatabaseError
from bot.ports.store import read_async

if TYPE_CHECKING:
    from bot.answering.fetching import Fetcher
    from bot.domain.deliveries import Delivery, Finding, Outcome
    from bot.messages.reply import Reply
    from bot.ports import Store

_PATIENCE = SEND_WITHIN - 1.0
"""Seconds: whoever waits longer does not know as well as we do what became of it."""
_RECORD = 0.1
"""Seconds that whoever had it sent is given to write down what became of it."""
_FAILURES = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, TimeoutError, OSError)
_BAD_REQUEST = 400
_BINARY = "application/octet-stream"
_GONE = Refused("", place=False)


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
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._stopping = False

    async def drain(self, seconds: float) -> None:
        """Begin nothing new, and let what is under way end and be written down."""
        self._stopping = True
        if not self._idle.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._idle.wait(), seconds - _RECORD)
            await asyncio.sleep(_RECORD)

    async def prepare(self) -> None:
        """Fetch the files of reports."""
        await self._fetcher.fetch()

    def freeze(self, reply: Reply, delivery: Delivery) -> bytes:
        """The message as it will be sent every time."""
        return freeze(reply, delivery)

    async def send(self, delivery: Delivery) -> Outcome:
        """Try once."""
        if self._stopping:
            return NotSent(0.0)
        self._under_way += 1
        self._idle.clear()
        try:
            return await self._send(delivery)
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    async def find(self, delivery: Delivery) -> Finding:
        """Not looked for yet: messages carry no mark by which they could be found."""
        del delivery
        return CannotTell()

    async def _send(self, delivery: Delivery) -> Outcome:
        assert delivery.place is not None, "what goes nowhere is never claimed"
        assert delivery.frozen is not None, "what was claimed was written down"
        message, redraw, wire = thaw(delivery.frozen), delivery.purpose is Purpose.REDRAW, Wire()
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

    async def _post(self, message: Frozen, channel: int, wire: Wire) -> Sent:
        message, contents = await self._filled(message)
        with watching(wire):
            made = await self._http.send_message(channel, params=_params(message.payload, contents))
        return Sent(str(made["id"]))

    async def _redraw(self, message: Frozen, channel: int, target: str, wire: Wire) -> Sent:
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

    async def _filled(self, message: Frozen) -> tuple[Frozen, dict[str, bytes]]:
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
