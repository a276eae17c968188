"""Inboxes of terminals: arrived is what stands there, put there in the transaction that calls it sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, insert, select, update

from bot.domain.community.people import TERMINAL
from bot.domain.deliveries import DeliveryState
from storage.outbox.deliveries import load_arrived, may_be_drawn
from storage.outbox.places import is_one_of
from storage.outbox.tables import deliveries, places
from storage.outbox.tables import inbox as arrived

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from bot.domain.deliveries import Delivery, Place

_MESSAGE = "inbox"
"""What a terminal calls all its messages."""


def receive(connection: Connection, now: datetime) -> int:
    """Put what is due for terminals into their inboxes: how many that were.

    A redraw waits for the message that it changes, which may come in the same go.
    """
    rows = connection.execute(
        select(deliveries.c.id, deliveries.c.edits, deliveries.c.place_id, deliveries.c.payload)
        .join(places, places.c.id == deliveries.c.place_id)
        .where(*_due(now))
        .order_by(deliveries.c.id)  # a redraw is made after what it changes
        .with_for_update(of=deliveries, skip_locked=True)
    ).all()
    received = []
    for row in rows:
        if row.edits is None:
            values = {"delivery_id": row.id, "place_id": row.place_id, "payload": row.payload}
            connection.execute(insert(arrived).values(values))
        elif not _redraw(connection, row.edits, row.payload):
            continue
        received.append(row.id)
    sent = {"state": DeliveryState.SENT, "sent_at": now, "message": _MESSAGE}
    connection.execute(update(deliveries).where(deliveries.c.id.in_(received)).values(sent))
    return len(received)


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        deliveries.c.state == DeliveryState.PENDING,
        deliveries.c.due_at <= now,
        places.c.platform == TERMINAL,
        places.c.suspended_at.is_(None),
    )


def _unread(of: Sequence[Place]) -> ColumnElement[bool]:
    mine = arrived.c.place_id.in_(select(places.c.id).where(is_one_of(of)))
    return and_(mine, arrived.c.read_at.is_(None))


def _redraw(connection: Connection, edits: int, payload: str) -> bool:
    """Replace what stands in an inbox, if it has arrived there."""
    there = arrived.c.delivery_id == edits
    statement = update(arrived).where(there).values(payload=payload, read_at=None)
    return connection.execute(statement).rowcount == 1


def awaits(connection: Connection, of: Sequence[Place], now: datetime) -> bool:
    """Whether something is unread in those inboxes, or due for any."""
    if connection.scalar(select(arrived.c.delivery_id).where(_unread(of)).limit(1)) is not None:
        return True
    # A redraw that waits for its message alone is nothing to look for.
    due = select(deliveries.c.id).join(places, places.c.id == deliveries.c.place_id)
    return connection.scalar(due.where(*_due(now), may_be_drawn).limit(1)) is not None


def read(connection: Connection, of: Sequence[Place], now: datetime) -> list[Delivery]:
    """What is unread in those inboxes, oldest first; from then on it is read."""
    seen = update(arrived).where(_unread(of)).values(read_at=now)
    numbers = connection.scalars(seen.returning(arrived.c.delivery_id)).all()
    return load_arrived(connection, deliveries.c.id.in_(numbers))
