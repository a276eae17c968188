"""What discord.py does not tell of its requests, which it repeats by itself, nor puts right."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from discord.http import HTTPClient


@dataclass(slots=True)
class Wire:
    """The requests of one attempt."""

    unclear: int = 0
    """How many went out, or began to, and were not refused in so many words."""


_watched: ContextVar[Wire | None] = ContextVar("_watched", default=None)
_REFUSED = range(400, 500)


@contextmanager
def watching(wire: Wire) -> Iterator[None]:
    """Have the requests of this task counted, those of a client that was made with `tracing()`."""
    before = _watched.set(wire)
    try:
        yield
    finally:
        _watched.reset(before)


def tracing() -> aiohttp.TraceConfig:
    """For discord.py's option `http_trace`."""

    async def sent(*_: Any) -> None:
        if wire := _watched.get():
            wire.unclear += 1

    async def answered(_: Any, _ours: Any, told: aiohttp.TraceRequestEndParams) -> None:
        wire = _watched.get()
        if wire and told.response.status in _REFUSED:
            wire.unclear -= 1

    trace = aiohttp.TraceConfig()
    trace.on_request_headers_sent.append(sent)
    trace.on_request_end.append(answered)
    return trace


LONGEST_WAIT = 30.0
"""Seconds that discord.py waits for a limit, by the client's `max_ratelimit_timeout`."""


class _Gate(asyncio.Event):
    """Opens by itself."""

    def clear(self) -> None:
        super().clear()
        asyncio.get_running_loop().call_later(LONGEST_WAIT, self.set)


def unblock(http: HTTPClient) -> None:
    """Let no request wait for ever. To be called after a login.

    While it waits for the global limit, discord.py keeps all requests back; if that wait is cancelled, as our
    time limits do, it never lets them go again (discord.py 2.7.1, http.py: `_global_over`).
    """
    gate = _Gate()
    gate.set()
    http._global_over = gate
