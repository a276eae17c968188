"""Fetching the files of reports from Discord's own hosts, while their addresses live."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from typing import TYPE_CHECKING, TypeVar

import aiohttp

from adapters.discord.hosts import FILE_HOSTS, file_address
from adapters.discord.inbound import PLATFORM
from bot.domain.reports import LARGEST_FILE
from bot.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import yarl

    from bot.domain.reports import ReportFile
    from bot.ports import Store, UnitOfWork

T = TypeVar("T")

log = logging.getLogger(__name__)

_AT_ONCE = 10
_WAIT = 2.0
"""Seconds in which a card that waits for its files may still go out in the same pass; others do not wait."""
_PATIENCE = 20.0
_ATTEMPTS = 3
"""Of this process; the address dies within a day anyhow."""
_PIECE = 64 * 1024
_GONE = (403, 404, 410)
"""What is answered where there is nothing (any more), or the address' signature has run out."""
_OK = 200


class _GoneError(Exception):
    """It will never be had."""


class Fetcher:
    """Fetches files in tasks of its own, so that nobody who sends waits for them."""

    def __init__(
        self, store: Store, clock: Callable[[], datetime], hosts: frozenset[str] = FILE_HOSTS
    ) -> None:
        self._store = store
        self._clock = clock
        self._hosts = hosts
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._failures: Counter[int] = Counter()

    async def fetch(self) -> None:
        """Begin with what is to be fetched, and wait for it for a moment."""
        wanted = await self._run(lambda uow: uow.reports.files_to_fetch(PLATFORM, _AT_ONCE))
        for file in wanted:
            if file.id not in self._under_way:
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
            if content is not None or self._failures[file.id] >= _ATTEMPTS:
                await self._keep(file, content)
                del self._failures[file.id]
        except _GoneError:
            await self._keep(file, None)
        except DatabaseError as error:
            log.warning("A file of a report could not be kept yet: %s", error.message)
        finally:
            del self._under_way[file.id]

    async def _content(self, file: ReportFile) -> bytes | None:
        """The bytes; None where there may be some another time."""
        url = file_address(file.url, self._hosts)
        if url is None:
            raise _GoneError
        try:
            async with asyncio.timeout(_PATIENCE):
                return await _download(url)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self._failures[file.id] += 1
            log.warning("A file of a report could not be fetched: %s.", type(error).__name__)
            return None

    async def _keep(self, file: ReportFile, content: bytes | None) -> None:
        def keep(uow: UnitOfWork) -> None:
            uow.reports.keep_file(file.id, content)
            if not any(other.url for other in uow.reports.files(file.report)):
                uow.outbox.hasten(file.report, self._clock())
            uow.commit()

        await self._run(keep, writes=True)

    async def _run(self, work: Callable[[UnitOfWork], T], *, writes: bool = False) -> T:
        return await asyncio.wrap_future(self._store.submit(work, writes=writes))


async def _download(url: yarl.URL) -> bytes:
    """What is there, with nothing of ours sent along. Raises _GoneError for what is not, or is too large."""
    # A session of its own: that of the API carries the bot's token. What is packed could unpack to anything.
    plain = {"Accept-Encoding": "identity"}
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False) as session,
        session.get(url, headers=plain, allow_redirects=False) as response,
    ):
        if response.status in _GONE:
            raise _GoneError
        if response.status != _OK or "Content-Encoding" in response.headers:
            raise aiohttp.ClientPayloadError
        pieces = bytearray()
        async for piece in response.content.iter_chunked(_PIECE):
            pieces += piece
            if len(pieces) > LARGEST_FILE:
                raise _GoneError
        return bytes(pieces)
