"""What went over the wire in one attempt: discord.py sends again by itself, waits, and does not tell."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from collections.abc import Iterator


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
