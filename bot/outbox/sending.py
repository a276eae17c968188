"""What the outbox asks of a platform: to write a message down once, and to try to send what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.domain.deliveries import Delivery, Finding, Outcome
    from bot.messages.message import Message


class Sender(Protocol):
    """One platform, seen from the outbox."""

    @property
    def platform(self) -> str:
        """Its name, as it stands in places."""

    @property
    def same_key(self) -> timedelta:
        """For how long it answers a repeated key with the message that was made for it; zero: never."""

    async def prepare(self) -> None:
        """Called before anything is claimed, once a pass: what takes long and is no sending."""

    def seal(self, message: Message, delivery: Delivery) -> bytes:
        """What will go over the wire, now and in every retry; tokens are filled in. Called in the loop."""

    async def send(self, delivery: Delivery) -> Outcome:
        """Try once to send `delivery.sealed`. Never raises for what can be foreseen.

        A redraw changes the message `delivery.target`; anything else goes to `delivery.place` under
        `delivery.key`.
        """

    async def find(self, delivery: Delivery) -> Finding:
        """Look on the platform for the message of a delivery of which nobody knows whether it came through.

        `delivery.started_at` says from when on it may be there. Raises nothing: what fails is CannotTell.
        """
