"""A platform in memory that messages can be sent to, with faults, and what speaks to it for the outbox."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.deliveries import Absent, NotSent, Refused, Sent, Unknown

if TYPE_CHECKING:
    from bot.domain.deliveries import Delivery, Finding, Outcome
    from bot.messages.message import Message


class Fault(StrEnum):
    """What goes wrong with one request."""

    REFUSE = "refuse"
    REFUSE_PERSON = "refuse person"
    LOSE_ANSWER = "lose answer"
    """It was accepted, and nobody is told."""
    LOSE_REQUEST = "lose request"
    LIMIT = "limit"
    BREAK = "break"
    """Accepted; what comes back is nonsense."""
    HANG = "hang"


@dataclass
class Platform:
    """Places with messages. A key that it knows gets the message that it made for it, if it is so `kind`."""

    kind: bool = True
    messages: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By name: where, and what it says."""
    requests: list[str] = field(default_factory=list)
    """The key of each request, in order."""
    faults: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    """By place: what will go wrong there, first come first; afterwards nothing."""
    keys: dict[str, str] = field(default_factory=dict)
    under_way: Counter[str] = field(default_factory=Counter)
    most_at_once: int = 0
    most_in_a_place: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a request came."""
    open: asyncio.Event = field(default_factory=asyncio.Event)
    """Until it is set, nothing is answered but what is `quick`."""
    quick: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.open.set()

    async def post(self, place: str, key: str, target: str, content: str) -> str:
        """One request: the name of the message that was made, or changed."""
        self.requests.append(key)
        fault = self.faults[place].pop(0) if self.faults[place] else None
        self.under_way[place] += 1
        self.most_in_a_place = max(self.most_in_a_place, self.under_way[place])
        self.most_at_once = max(self.most_at_once, self.under_way.total())
        try:
            return await self._handled(fault, place, key, target, content)
        finally:
            self.under_way[place] -= 1

    async def _handled(self, fault: Fault | None, place: str, key: str, target: str, content: str) -> str:
        self.arrived.set()
        await asyncio.sleep(0)
        if key not in self.quick:
            await self.open.wait()
        match fault:
            case Fault.REFUSE | Fault.REFUSE_PERSON:
                raise PermissionError(fault)
            case Fault.LIMIT:
                raise BlockingIOError
            case Fault.LOSE_REQUEST:
                raise ConnectionError
        name = target or (self.keys.get(key) if self.kind else None) or f"message {len(self.messages) + 1}"
        self.messages[name] = (place, content)
        self.keys[key] = name
        match fault:
            case Fault.LOSE_ANSWER:
                raise ConnectionError
            case Fault.BREAK:
                raise ValueError("what somebody wrote")
            case Fault.HANG:
                await asyncio.Event().wait()
        return name

    def said(self, place: str) -> list[str]:
        """What stands in a place, in order."""
        return [json.loads(content)["text"] for where, content in self.messages.values() if where == place]


@dataclass
class PlatformSender:
    """Implements `bot.outbox.sending.Sender`."""

    to: Platform
    same_key: timedelta = timedelta(minutes=2)
    platform: str = "discord"
    wait: float = 30.0
    """Seconds after which it may be tried again where there is a limit."""
    drawn: list[str] = field(default_factory=list)
    prepared: int = 0

    async def prepare(self) -> None:
        """Counts."""
        self.prepared += 1

    def seal(self, message: Message, delivery: Delivery) -> bytes:
        """The words and the buttons."""
        asyncio.get_running_loop()
        self.drawn.append(delivery.key)
        buttons = [[button.label, button.token] for button in message.buttons]
        return json.dumps({"text": message.text, "buttons": buttons}).encode()

    async def send(self, delivery: Delivery) -> Outcome:
        """Post it, and say what is known of it."""
        assert delivery.sealed
        assert delivery.place
        try:
            name = await self.to.post(
                delivery.place.id, delivery.key, delivery.target, delivery.sealed.decode()
            )
        except PermissionError as error:
            return Refused("no permission", place=error.args[0] is Fault.REFUSE)
        except BlockingIOError:
            return NotSent(self.wait)
        except ConnectionError:
            return Unknown()
        return Sent(name)

    async def find(self, delivery: Delivery) -> Finding:
        """By the key under which it was made."""
        name = self.to.keys.get(delivery.key)
        return Sent(name) if name else Absent()
