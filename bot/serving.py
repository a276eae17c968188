"""Serving chat platforms: start all, keep each connected, wake the senders after a commit, stop in time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.errors import ConfigurationError, DatabaseError, PlatformError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bot.domain.findings import Finding

    Subscribe = Callable[[Callable[[], None]], Callable[[], None]]
    """Have something called in any thread after each commit that left something to send; returns the end."""

log = logging.getLogger(__name__)

PLATFORM_UNREACHED = 5
"""Exit status when no platform connects."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds."""

    first_connection: float = 30.0
    """Within which a platform must connect at the start; one that is lost later is tried for ever."""
    drain: float = 2.0
    """That answers and messages under way are given at the end, before people are told to ask again."""
    hard_exit: float = 4.0
    """After a signal, until the process ends whatever still runs; the database carries the rest.

    Container runtimes and service managers kill after 10 s or more.
    """
    backoff: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
    """Between attempts to connect; the last one for ever."""
    stable: float = 60.0
    """After which a session counts as one that worked, so that the backoff begins anew."""


DEFAULTS = Timing()


class Service(Protocol):
    """One chat platform, as the operator's process runs it."""

    @property
    def name(self) -> str:
        """The platform's name in sentences: “Discord”."""

    @property
    def connected(self) -> asyncio.Event:
        """Set once it is connected, or stands by, for the first time; never cleared."""

    @property
    def stands_by(self) -> bool:
        """Whether it waits because another process serves the platform."""

    async def run(self, stop: asyncio.Event) -> None:
        """Serve in one session, until `stop` is set. A session that is lost raises.

        Raises ConfigurationError for what only the operator can mend. All else is tried again: PlatformError
        and DatabaseError, whose text is logged, and what nobody foresaw, of which only the kind is.
        """

    async def drain(self, seconds: float) -> None:
        """Take nothing new, and let what is under way end; after `seconds` tell those who still wait."""

    async def checks(self) -> list[Finding]:
        """Try what the platform needs, without serving. Raises nothing for what can be foreseen."""

    def wake(self) -> None:
        """Something may be due in the outbox. Called in the loop, also while it is not connected."""


class Background(Protocol):
    """Work beside the platforms."""

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set."""


class Supervisor:
    """Keeps one service running, session after session."""

    def __init__(self, service: Service, timing: Timing) -> None:
        self.service = service
        self._timing = timing
        self.trouble: Exception | None = None
        """What ended its last session."""

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set. Raises ConfigurationError for what only the operator can mend."""
        failures, loop = 0, asyncio.get_running_loop()
        while not stop.is_set():
            began = loop.time()
            try:
                await self._session(stop)
            except ConfigurationError:
                raise
            except Exception as error:
                self.trouble = error
                failures = 1 if loop.time() - began > self._timing.stable else failures + 1
                pause = self._timing.backoff[min(failures, len(self._timing.backoff)) - 1]
                foreseen = isinstance(error, PlatformError | DatabaseError)
                log.log(
                    logging.WARNING if foreseen else logging.ERROR,
                    "%s cannot be served: %s. Trying again in %.0f seconds.",
                    self.service.name,
                    str(error).rstrip(".") if foreseen else type(error).__name__,
                    pause,
                    exc_info=None if foreseen else error,
                )
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), pause)

    async def _session(self, stop: asyncio.Event) -> None:
        """One session; told to stop, it is drained before it ends."""
        ending = asyncio.Event()
        running = asyncio.create_task(self.service.run(ending))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not running.done():
                await self.service.drain(self._timing.drain)
        finally:
            ending.set()
            stopping.cancel()
            await asyncio.wait({running})
        running.result()


async def serve_until_signal(
    services: Sequence[Service],
    on_enqueued: Subscribe,
    say: Callable[[str], None],
    background: Sequence[Background] = (),
    timing: Timing = DEFAULTS,
) -> None:
    """`serve` until SIGTERM or SIGINT, after which the process ends within `timing.hard_exit`."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def end() -> None:
        stop.set()
        end_within(timing.hard_exit, 0)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    await serve(services, on_enqueued, say, stop, background, timing)


async def serve(
    services: Sequence[Service],
    on_enqueued: Subscribe,
    say: Callable[[str], None],
    stop: asyncio.Event,
    background: Sequence[Background] = (),
    timing: Timing = DEFAULTS,
) -> None:
    """Serve all of `services` until `stop` is set, none in the way of another; `say` speaks to the operator.

    Raises ConfigurationError when there is none, or the last one that was left ends with it; PlatformError,
    or the DatabaseError that is the reason, when none connects within `timing.first_connection`.
    """
    if not services:
        raise ConfigurationError(
            "No platform is set. Set FIFTYWIRE_DISCORD_TOKEN, or use `fiftywire chat` for this terminal."
        )
    supervised = [Supervisor(service, timing) for service in services]
    running = {asyncio.create_task(each.run(stop)): each for each in supervised}
    beside = [asyncio.create_task(_run_beside(work, stop)) for work in background]
    starting = [asyncio.create_task(_announce(service, say)) for service in services]
    first = asyncio.create_task(_first_connection(running, timing.first_connection))
    hard_exit: threading.Timer | None = None
    try:
        with _waking(services, on_enqueued):
            await _ended(running, first)
    except (PlatformError, DatabaseError):
        hard_exit = end_within(timing.hard_exit, PLATFORM_UNREACHED)
        raise
    finally:
        stop.set()
        for task in (*starting, first):
            task.cancel()
        await asyncio.gather(*running, *beside, *starting, first, return_exceptions=True)
        if hard_exit:
            hard_exit.cancel()


async def _ended(running: Mapping[asyncio.Task[None], Supervisor], first: asyncio.Task[None]) -> None:
    """Wait for the end of all. Raises what `first` raises, and what ends the last one that was left."""
    left, waited = set(running), {*running, first}
    while left:
        done, waited = await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        if first in done:
            first.result()
        for task in done & left:
            left.remove(task)
            error = task.exception()
            if error and not left:
                raise error
            if error:
                log.error("%s is not served any more. %s", running[task].service.name, error)


async def _first_connection(running: Mapping[asyncio.Task[None], Supervisor], seconds: float) -> None:
    """Say which ones are late. Raises PlatformError or DatabaseError when none is connected by then."""
    waiting = [asyncio.create_task(each.service.connected.wait()) for each in running.values()]
    try:
        await asyncio.wait(waiting, timeout=seconds)
    finally:
        for task in waiting:
            task.cancel()
    late = [each for task, each in running.items() if not task.done() and not each.service.connected.is_set()]
    if late and not any(each.service.connected.is_set() for each in running.values()):
        for each in late:
            if isinstance(each.trouble, DatabaseError):
                raise each.trouble
        names = " and ".join(each.service.name for each in late)
        raise PlatformError(f"{names} could not be reached within {seconds:.0f} seconds.")
    for each in late:
        log.warning(
            "%s could not be reached within %.0f seconds. It is tried again for as long as this runs.",
            each.service.name,
            seconds,
        )


async def _announce(service: Service, say: Callable[[str], None]) -> None:
    await service.connected.wait()
    say(
        f"Another process serves {service.name}, or did until a minute ago; this one stands by. "
        "Stop with Ctrl-C."
        if service.stands_by
        else f"Connected to {service.name}. Stop with Ctrl-C."
    )


async def _run_beside(work: Background, stop: asyncio.Event) -> None:
    try:
        await work.run(stop)
    except Exception as error:  # the platforms are served all the same
        log.error("Work in the background ended: %s.", type(error).__name__, exc_info=error)


@contextlib.contextmanager
def _waking(services: Sequence[Service], on_enqueued: Subscribe) -> Iterator[None]:
    """Wake every platform's sender when a commit left something to send, whoever committed."""
    loop = asyncio.get_running_loop()

    def wake() -> None:
        for service in services:
            service.wake()

    def call() -> None:
        with contextlib.suppress(RuntimeError):  # the loop ended while a thread still worked
            loop.call_soon_threadsafe(wake)

    forget = on_enqueued(call)
    try:
        yield
    finally:
        forget()


def end_within(seconds: float, status: int) -> threading.Timer:
    """End the process after that time; a thread that waits for the database cannot be stopped otherwise."""
    timer = threading.Timer(seconds, os._exit, [status])
    timer.daemon = True
    timer.start()
    return timer
