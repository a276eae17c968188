"""Fetching the files of reports from Discord's own hosts, while their addresses live."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import aiohttp

from adapters.discord.hosts import FILE_HOSTS, file_address
from adapters.discord.inbound import PLATFORM
from bot.domain.review.reports import LARGEST_FILE
from bot.errors import DatabaseError
from bot.notices.files import keep_file
from bot.ports.store import read_async, write_async

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import yarl

    from bot.domain.review.reports import ReportFile
    from bot.ports import Store

log = logging.getLogger(__name__)

_AT_ONCE = 10
_WAIT = 2.0
"""Seconds in which a card that waits for its files may still go out in the same pass; others do not wait."""
_PATIENCE = 20.0
_PAUSES = (5.0, 20.0)
"""Seconds after each failed attempt of this process; after a third one the card goes without the file."""
_NEVER = (0, 0.0)
_PIECE = 64 * 1024
_GONE = (403, 404, 410)
"""What is answered where there is nothing (any more), or the address' signature has run out."""
_OK = 200


class _TryAgainError(Exception):
    """It may be had another time."""


class Fetcher:
    """Fetches files in tasks of its own, so that nobody who sends waits for them."""

    def __init__(
        self, store: Store, clock: Callable[[], datetime], hosts: frozenset[str] = FILE_HOSTS
    ) -> None:
        self._store = store
        self._clock = clock
        self._hosts = hosts
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._failures: dict[int, tuple[int, float]] = {}
        """By file: how many attempts failed, and when the next one is due."""

    async def fetch(self) -> None:
        """Begin with what is to be fetched, and wait for it for a moment."""
        now = asyncio.get_running_loop().time()
        for file in await read_async(self._store, lambda uow: uow.files.to_fetch(PLATFORM, _AT_ONCE)):
            _, due = self._failures.get(file.id, _NEVER)
            if file.id not in self._under_way and due <= now:
                self._under_way[file.id] = asyncio.create_task(self._fetch(file))
        if self._under_way:
            await asyncio.wait(list(self._under_way.values()), timeout=_WAIT)

    async def close(self) -> None:
        """Stop; another process, or the next session, goes on."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _fetch(self, file: ReportFile) -> None:
        try:
            content = await self._content(file)
            await write_async(self._store, lambda uow: keep_file(uow, file, content, self._clock()))
            self._failures.pop(file.id, None)
        except _TryAgainError:
            failures, _ = self._failures.get(file.id, _NEVER)
            due = asyncio.get_running_loop().time() + _PAUSES[failures]
            self._failures[file.id] = failures + 1, due
        except DatabaseError as error:
            log.warning("A file of a report could not be kept yet: %s", error.message)
        finally:
            del self._under_way[file.id]

    async def _content(self, file: ReportFile) -> bytes | None:
        """The bytes; None where there will never be any. Raises _TryAgainError."""
        url = file_address(file.url, self._hosts)
        if url is None or file.size > LARGEST_FILE:
            return None
        try:
            async with asyncio.timeout(_PATIENCE):
                return await _download(url)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("A file of a report could not be fetched: %s.", type(error).__name__)
            failures, _ = self._failures.get(file.id, _NEVER)
            if failures < len(_PAUSES):
                raise _TryAgainError from error
            return None


async def _download(url: yarl.URL) -> bytes | None:
    """What is there, with nothing of ours sent along; None for what is not, or is too large."""
    # A session of its own: that of the API is for the API. What is packed could unpack to anything.
    plain = {"Accept-Encoding": "identity"}
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False) as session,
        session.get(url, headers=plain, allow_redirects=False) as response,
    ):
        if response.status in _GONE:
            return None
        if response.status != _OK or "Content-Encoding" in response.headers:
            raise aiohttp.ClientPayloadError
        content = bytearray()
        async for piece in response.content.iter_chunked(_PIECE):
            content += piece
            if len(content) > LARGEST_FILE:
                return None
        return bytes(content)
