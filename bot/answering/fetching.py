"""Fetching the files of reports from their platform, while their addresses live."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.files import FileUnavailableError
from bot.domain.review.reports import LARGEST_FILE
from bot.errors import DatabaseError
from bot.notices.files import keep_file
from bot.ports.store import read_async, write_async

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.answering.files import FileSource
    from bot.domain.review.reports import ReportFile
    from bot.ports import Store

log = logging.getLogger(__name__)

_AT_ONCE = 10
"""Files that are fetched at the same time, at most."""
_NEVER = (0, 0.0)


@dataclass(frozen=True, slots=True)
class FetchTiming:
    """Seconds."""

    wait: float = 2.0
    """In which a card that waits for its files may still go out in the same pass; others do not wait."""
    patience: float = 20.0
    """For one attempt."""
    backoff: tuple[float, ...] = (5.0, 20.0)
    """After each failed attempt of this process; once more fail, the card goes without the file."""


class Fetcher:
    """Fetches files in tasks of its own, so that nobody who sends waits for them."""

    def __init__(
        self,
        store: Store,
        files: FileSource,
        clock: Callable[[], datetime],
        timing: FetchTiming = FetchTiming(),
    ) -> None:
        self._store = store
        self._files = files
        self._clock = clock
        self._timing = timing
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._failures: dict[int, tuple[int, float]] = {}
        """By file: how many attempts failed, and when the next one is due."""

    async def fetch(self) -> None:
        """Begin with what is to be fetched, and wait for it for a moment."""
        now, platform = asyncio.get_running_loop().time(), self._files.platform
        for file in await read_async(self._store, lambda uow: uow.files.to_fetch(platform, _AT_ONCE)):
            _, due = self._failures.get(file.id, _NEVER)
            if file.id not in self._under_way and due <= now:
                self._under_way[file.id] = asyncio.create_task(self._fetch(file))
        if self._under_way:
            await asyncio.wait(list(self._under_way.values()), timeout=self._timing.wait)

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
        except FileUnavailableError:
            failures, _ = self._failures.get(file.id, _NEVER)
            due = asyncio.get_running_loop().time() + self._timing.backoff[failures]
            self._failures[file.id] = failures + 1, due
        except DatabaseError as error:
            log.warning("A file of a report could not be kept yet: %s", error.message)
        finally:
            del self._under_way[file.id]

    async def _content(self, file: ReportFile) -> bytes | None:
        """The bytes; None where there will never be any. Raises FileUnavailableError: to be tried again."""
        if file.size > LARGEST_FILE:
            return None
        try:
            async with asyncio.timeout(self._timing.patience):
                return await self._files.content(file.url)
        except (FileUnavailableError, TimeoutError) as error:
            log.warning("A file of a report could not be fetched: %s.", str(error) or type(error).__name__)
            failures, _ = self._failures.get(file.id, _NEVER)
            if failures < len(self._timing.backoff):
                raise FileUnavailableError(str(error)) from error
            return None
