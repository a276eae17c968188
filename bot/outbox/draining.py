"""Letting what is under way come to its end before the process does."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_RECORD = 0.1
"""Seconds that whoever had it sent is given to write down what became of it."""


class UnderWay:
    """Attempts to send that have begun and not ended."""

    def __init__(self) -> None:
        self.is_stopping = False
        """Whether nothing new may begin."""
        self._count = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @contextlib.contextmanager
    def one(self) -> Iterator[None]:
        """One attempt is under way."""
        self._count += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._count -= 1
            if not self._count:
                self._idle.set()

    async def drain(self, seconds: float) -> None:
        """Begin nothing new, and let what is under way end and be written down, within `seconds`."""
        self.is_stopping = True
        if not self._idle.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._idle.wait(), seconds - _RECORD)
            await asyncio.sleep(_RECORD)
