"""Ports of what the bot owes places, and of the audit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.domain.community.audit import AuditDetail, AuditEntry, Verdict
    from bot.domain.deliveries import Delivery, NewDelivery, Outcome, Place, Purpose, Refusal, Subject


class Outbox(Protocol):
    """What the bot owes places."""

    def enqueue(self, new: NewDelivery) -> int | None:
        """Add a delivery: its id, None when its key was there before."""

    def about(self, subject: Subject, purpose: Purpose) -> list[Delivery]:
        """The deliveries about a subject, whatever their state, by id."""

    def update_payload(self, delivery: int, document: str) -> bool:
        """Replace the document of a delivery that was never claimed; False when it was."""

    def replace_payloads(self, subject: Subject, purposes: Sequence[Purpose], document: str) -> None:
        """Replace the documents of all deliveries about a subject, of those purposes, sent ones too.

        What is encoded and may still be sent again stays as it is, byte for byte.
        """

    def reschedule(self, subject: Subject, purpose: Purpose, at: datetime) -> None:
        """Deliveries about a subject that were never claimed and are due later are due at that time."""

    def count_since(self, community_id: int, purpose: str, since: datetime) -> int:
        """How many deliveries of a purpose became due in a community."""

    def due(self, platform: str, now: datetime, limit: int) -> list[Delivery]:
        """What may be claimed now, at most one a place: nothing whose place has one under way."""

    def claim(self, delivery: Delivery, sealed: bytes, now: datetime, until: datetime) -> Delivery | None:
        """Have it to oneself until that time; None when it changed or somebody was faster."""

    def record(self, delivery: Delivery, outcome: Outcome, now: datetime) -> bool:
        """What came of an attempt; False when the claim was lost meanwhile. A place to blame is suspended."""

    def give_up_lost(self, platform: str, now: datetime) -> list[Delivery]:
        """Claims that ran out: what may be done twice is pending again, the rest uncertain."""

    def retry_uncertain(self, platform: str, since: datetime, now: datetime) -> int:
        """Let what is uncertain be sent again whose first attempt began after `since`: how many those are."""

    def refusals(self, limit: int) -> list[Refusal]:
        """Places that refuse and were not announced, those that were refused first in front."""

    def mark_announced(self, place: Place, now: datetime) -> None:
        """That a place refuses was announced."""

    def suspended(self, community_id: int) -> list[tuple[Place, str]]:
        """Review places that refuse, and why."""

    def resume(self, place: Place) -> None:
        """A place takes messages again."""

    def unread(self, recipients: Iterable[str]) -> list[Delivery]:
        """Notices that could not be sent, or never were to be, and that nobody read yet: oldest first."""

    def mark_read(self, deliveries: Iterable[int], now: datetime) -> None:
        """They were read."""

    def receive(self, now: datetime) -> int:
        """Put what is due for terminals into their inboxes: how many that were."""

    def awaits(self, places: Sequence[Place], now: datetime) -> bool:
        """Whether something is unread in the inboxes of those terminals, or due for any terminal."""

    def inbox(self, places: Sequence[Place], now: datetime) -> list[Delivery]:
        """What is unread in the inboxes of terminals, oldest first; from then on it is read."""


class Audit(Protocol):
    """What was done, one chain a community."""

    def lock(self, community_ids: Iterable[int]) -> None:
        """Be the only one to write to these chains. Comes before the lock of the catalogue."""

    def add(self, community_id: int, at: datetime, event: str, subject: str, detail: AuditDetail) -> None:
        """Add an entry to a chain that was locked."""

    def page(
        self, community_id: int, limit: int, before: int = 0
    ) -> list[tuple[AuditEntry, AuditDetail | None]]:
        """Newest first: from the end, or those before a number."""

    def length(self, community_id: int) -> int:
        """How many entries there are."""

    def verify(self, community_id: int) -> Verdict:
        """Walk a chain."""
