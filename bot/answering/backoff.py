"""Doing something again while the platform or the network fails."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.conversation import AnswerError, Failure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


@dataclass(frozen=True, slots=True)
class Backoff:
    """How often something is attempted, and for how long each time."""

    pauses: tuple[float, ...]
    """Seconds before each attempt: as many attempts as pauses."""
    patience: float
    """Seconds for each attempt but the last."""
    last_patience: float
    """Seconds for the last attempt."""


async def repeated(action: Callable[[], Awaitable[object]], backoff: Backoff) -> None:
    """Do `action`, again after each pause while its failure is transient. Raises AnswerError.

    Everything it is used for may be done twice: an acknowledgement is refused the second time, an edit
    changes nothing, and a private message that came twice is better than none.
    """
    *early, last = backoff.pauses
    for pause in early:
        await asyncio.sleep(pause)
        try:
            return await attempt(action, backoff.patience)
        except AnswerError as error:
            if not error.failure.is_transient:
                raise
    await asyncio.sleep(last)
    return await attempt(action, backoff.last_patience)


async def attempt(action: Callable[[], Awaitable[object]], seconds: float) -> None:
    """Do `action` once, in that time. Raises AnswerError."""
    try:
        async with asyncio.timeout(seconds):
            await action()
    except TimeoutError as error:
        raise AnswerError(Failure.UNREACHED, type(error).__name__) from error
