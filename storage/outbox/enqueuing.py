"""What the bot owes places, as the core sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from bot.domain.community.people import TERMINAL
from bot.domain.deliveries import DeliveryState, Place, Purpose, Refusal
from storage.dialects import insert_or_ignore
from storage.outbox import inbox
from storage.outbox.deliveries import load_deliveries, never_claimed
from storage.outbox.payloads import drop_payloads, keep_payload
from storage.outbox.places import is_one_of, keep_place, place_of
from storage.outbox.sending import Sending
from storage.outbox.tables import deliveries, places, review_places
from storage.outbox.tables import inbox as arrived

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from bot.domain.deliveries import Delivery, NewDelivery, Subject

_UNSENT = (DeliveryState.KEPT, DeliveryState.REFUSED, DeliveryState.UNCERTAIN, DeliveryState.SUSPENDED)


class SqlOutbox(Sending):
    """Implements `bot.ports.Outbox`."""

    enqueued = False
    """Whether something was made due to be sent, of which senders should hear after the commit."""

    def enqueue(self, new: NewDelivery) -> int | None:
        if self._connection.scalar(select(deliveries.c.id).where(deliveries.c.key == new.key)) is not None:
            return None
        payload = keep_payload(self._connection, new.document)
        place = keep_place(self._connection, new.place) if new.place else None
        row = {
            "key": new.key,
            "purpose": new.purpose,
            "place_id": place,
            "payload": payload,
            "due_at": new.due_at,
            "state": DeliveryState.KEPT if place is None else DeliveryState.PENDING,
            "attempt": 0,
            "doubtful": False,
            "message": "",
            "trouble": "",
            "community_id": new.community,
            "about": str(new.about) if new.about else None,
            "recipient": new.recipient,
            "edits": new.edits,
        }
        statement = insert_or_ignore(self._connection, deliveries).returning(deliveries.c.id)
        number: int | None = self._connection.execute(statement, row).scalar_one_or_none()
        if number is None:
            drop_payloads(self._connection, [payload])
        elif place is not None:
            self.enqueued = True
        return number

    def about(self, subject: Subject, purpose: Purpose) -> list[Delivery]:
        return load_deliveries(self._connection, *_about(subject, [purpose]))

    def update_payload(self, delivery: int, document: str) -> bool:
        mine = (deliveries.c.id == delivery, never_claimed)
        before = self._connection.scalar(select(deliveries.c.payload).where(*mine).with_for_update())
        if before is None:
            return False
        payload = keep_payload(self._connection, document)
        self._connection.execute(update(deliveries).where(*mine).values(payload=payload))
        if payload != before:
            drop_payloads(self._connection, [before])
        return True

    def replace_payloads(self, subject: Subject, purposes: Sequence[Purpose], document: str) -> None:
        query = select(deliveries.c.id, deliveries.c.payload).where(*_about(subject, purposes))
        before = self._connection.execute(query).all()
        if not before:
            return
        payload = keep_payload(self._connection, document)
        mine = [row.id for row in before]
        self._connection.execute(update(deliveries).where(deliveries.c.id.in_(mine)).values(payload=payload))
        over = deliveries.c.state.in_([DeliveryState.SENT, DeliveryState.DROPPED, DeliveryState.REFUSED])
        self._connection.execute(
            update(deliveries).where(deliveries.c.id.in_(mine), over).values(frozen=None)
        )
        self._connection.execute(
            update(arrived).where(arrived.c.delivery_id.in_(mine)).values(payload=payload)
        )
        drop_payloads(self._connection, [row.payload for row in before if row.payload != payload])

    def reschedule(self, subject: Subject, purpose: Purpose, at: datetime) -> None:
        waiting = (*_about(subject, [purpose]), never_claimed, deliveries.c.due_at > at)
        self._connection.execute(update(deliveries).where(*waiting).values(due_at=at))
        self.enqueued = True

    def count_since(self, community_id: int, purpose: str, since: datetime) -> int:
        """How many deliveries of a purpose became due in a community, without those that were dropped."""
        query = select(func.count()).where(
            deliveries.c.community_id == community_id,
            deliveries.c.purpose == purpose,
            deliveries.c.due_at > since,
            deliveries.c.state != DeliveryState.DROPPED,
        )
        return self._connection.scalar(query) or 0

    # --- places that refuse

    def refusals(self, limit: int) -> list[Refusal]:
        rows = self._connection.execute(
            select(deliveries.c.key, deliveries.c.community_id, deliveries.c.trouble.label("reason"), places)
            .join(places, places.c.id == deliveries.c.place_id)
            .where(deliveries.c.state == DeliveryState.SUSPENDED, places.c.announced_at.is_(None))
            .order_by(places.c.suspended_at, deliveries.c.id)
            .limit(limit)
        )
        return [Refusal(row.key, place_of(row), row.reason, row.community_id) for row in rows]

    def mark_announced(self, place: Place, now: datetime) -> None:
        mine = update(places).where(is_one_of([place]), places.c.suspended_at.is_not(None))
        self._connection.execute(mine.values(announced_at=now))

    def suspended(self, community_id: int) -> list[tuple[Place, str]]:
        """Review places that refuse, and why."""
        rows = self._connection.execute(
            select(places)
            .join(review_places, review_places.c.place_id == places.c.id)
            .where(review_places.c.community_id == community_id, places.c.suspended_at.is_not(None))
            .order_by(places.c.platform, places.c.home, places.c.place)
        )
        return [(place_of(row), row.trouble) for row in rows]

    def resume(self, place: Place) -> None:
        """A place takes messages again."""
        self.enqueued = True
        nothing = {"suspended_at": None, "trouble": "", "announced_at": None}
        again = update(places).where(is_one_of([place])).values(nothing)
        for number in self._connection.scalars(again.returning(places.c.id)).all():
            waiting = (deliveries.c.place_id == number, deliveries.c.state == DeliveryState.SUSPENDED)
            self._connection.execute(update(deliveries).where(*waiting).values(state=DeliveryState.PENDING))

    # --- what people read without its being sent

    def unread(self, recipients: Iterable[str]) -> list[Delivery]:
        """Notices that could not be sent, or never were to be, and that nobody read yet: oldest first."""
        return load_deliveries(
            self._connection,
            deliveries.c.recipient.in_(sorted(set(recipients) - {""})),
            deliveries.c.purpose == Purpose.NOTICE,
            deliveries.c.state.in_(_UNSENT),
            deliveries.c.read_at.is_(None),
        )

    def mark_read(self, read: Iterable[int], now: datetime) -> None:
        """They were read."""
        mine = (deliveries.c.id.in_(sorted(set(read))), deliveries.c.read_at.is_(None))
        self._connection.execute(update(deliveries).where(*mine).values(read_at=now))

    def receive(self, now: datetime) -> int:
        """Put what is due for terminals into their inboxes: how many that were."""
        self._drop_idle_redraws(TERMINAL)
        return inbox.receive(self._connection, now)

    def awaits(self, of: Sequence[Place], now: datetime) -> bool:
        """Whether something is unread in the inboxes of those terminals, or due for any terminal."""
        return inbox.awaits(self._connection, of, now)

    def inbox(self, of: Sequence[Place], now: datetime) -> list[Delivery]:
        """What is unread in the inboxes of terminals, oldest first; from then on it is read."""
        return inbox.read(self._connection, of, now)


def _about(subject: Subject, purposes: Sequence[Purpose]) -> tuple[ColumnElement[bool], ...]:
    return deliveries.c.about == str(subject), deliveries.c.purpose.in_(purposes)
