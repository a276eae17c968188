"""A second platform, small enough to be told what goes wrong: places in memory, people who ask the core."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.commands.spec import Filled, Invocation, Pressed, Typed
from bot.domain.community.people import Account, Home, Role
from bot.domain.deliveries import Place
from bot.domain.findings import Finding
from bot.errors import PlatformError
from bot.outbox.timing import DEFAULTS, Timing
from bot.outbox.worker import Worker
from tests.integration.outbox_platform import Platform, PlatformSender

if TYPE_CHECKING:
    from bot.commands.dispatch import Dispatcher
    from bot.commands.spec import Asked
    from bot.messages.reply import Reply

PLATFORM = "small"
HOME = Home(PLATFORM, "club")
DESK = Place(PLATFORM, "club", "desk")


@dataclass
class Small:
    """Implements `bot.serving.Service`; reachable at once, until a test says otherwise."""

    name: str = "Small Talk"
    reachable: asyncio.Event = field(default_factory=asyncio.Event)
    """Until it is set, a session hangs before it is connected."""
    fails: Exception | None = None
    """With what the next sessions end, and the one that is on."""
    sessions: int = 0
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    stands_by: bool = False
    draining: asyncio.Event = field(default_factory=asyncio.Event)
    idle: asyncio.Event = field(default_factory=asyncio.Event)
    """Until it is set, an answer is under way."""
    to: Platform = field(default_factory=Platform)
    sending: Timing = DEFAULTS
    _lost: asyncio.Event = field(default_factory=asyncio.Event)
    _dispatcher: Dispatcher | None = None
    _worker: Worker | None = None

    def __post_init__(self) -> None:
        self.reachable.set()
        self.idle.set()

    def over(self, dispatcher: Dispatcher) -> Small:
        """Served by that core."""
        self._dispatcher = dispatcher
        return self

    def fail(self, error: Exception) -> None:
        """End the session that is on with this, and the next ones too, until `mend`."""
        self.fails = error
        self._lost.set()

    def mend(self) -> None:
        """Let the next session be one that works."""
        self.fails = None
        self._lost.clear()

    # --- the service

    async def run(self, stop: asyncio.Event) -> None:
        """Send what is due, until told to stop or made to fail."""
        self.sessions += 1
        if self.fails:
            raise self.fails
        await _first(stop, self.reachable)
        if stop.is_set():
            return
        self.connected.set()
        if self._dispatcher is None:  # a platform that has nothing to send
            await _first(stop, self._lost)
        else:
            sender = PlatformSender(self.to, platform=PLATFORM)
            codec = self._dispatcher.registry.codec
            self._worker = Worker(self._dispatcher.store, codec, sender, self.sending)
            working = asyncio.create_task(self._worker.run())
            await _first(stop, self._lost)
            self._worker = None
            working.cancel()
            await asyncio.wait({working})
        if self.fails:
            raise self.fails

    async def drain(self, seconds: float) -> None:
        """Wait for the answer that is under way."""
        self.draining.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.idle.wait(), seconds)

    async def checks(self) -> list[Finding]:
        """Nothing can be wrong here."""
        return [Finding(self.name, ok=True, text="There is no token to check.")]

    def wake(self) -> None:
        """Something may be due."""
        if self._worker:
            self._worker.wake()

    # --- people

    async def say(self, line: str, name: str = "bea", role: Role = Role.MEMBER) -> Reply:
        """What the core answers to a typed command."""
        return await self._ask(Typed(line), name, role)

    async def press(self, token: str, name: str = "mo", role: Role = Role.MODERATOR) -> Reply:
        """What it answers to a button."""
        return await self._ask(Pressed(token), name, role)

    async def fill(self, reply: Reply, name: str = "bea", role: Role = Role.MEMBER, **values: str) -> Reply:
        """What it answers to the form that a reply opened."""
        assert reply.form, reply
        return await self._ask(Filled(reply.form.token, values), name, role)

    async def _ask(self, asked: Asked, name: str, role: Role) -> Reply:
        assert self._dispatcher is not None
        if self._worker is None:
            raise PlatformError("Nobody serves this platform now.")
        account = Account(PLATFORM, name, name, role)
        return await self._dispatcher.dispatch(Invocation(asked, account, HOME, datetime.now(UTC)))

    def buttons(self) -> list[dict[str, str]]:
        """The buttons of each message at the desk: tokens by label."""
        shown = [json.loads(content) for where, content in self.to.messages.values() if where == DESK.id]
        return [dict(each["buttons"]) for each in shown]


async def _first(*events: asyncio.Event) -> None:
    """Wait until one of them is set."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
