"""Inboxes of terminals: arrived is what stands there, put there in the transaction that calls it sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from bot.domain.deliveries import DeliveryState
from storage.deliveries import load_arrived
from storage.places import is_one_of
from storage.tables import deliveries, places
from storage.tables import inbox as arrived

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.domain.deliveries import Delivery, Place

TERMINAL = "terminal"
_MESSAGE = "inbox"
"""What a terminal calls all its messages."""


def receive(connection: Connection, now: datetime) -> int:
    """Put what is due for terminals into their inboxes: how many that were.

    A redraw waits for the message that it changes, which may come in the same go.
    """
    rows = connection.execute(
        select(deliveries.c.id, deliveries.c.edits, deliveries.c.place_id, deliveries.c.payload)
        .join(places, places.c.id == deliveries.c.place_id)
        .where(
            places.c.platform == TERMINAL,
            places.c.suspended_at.is_(None),
            deliveries.c.state == DeliveryState.PENDING,
            deliveries.c.due_at <= now,
        )
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


def _redraw(connection: Connection, edits: int, payload: str) -> bool:
    """Replace what stands in an inbox, if it has arrived there."""
    there = arrived.c.delivery_id == edits
    statement = update(arrived).where(there).values(payload=payload, read_at=None)
    return connection.execute(statement).rowcount == 1


def awaits(connection: Connection, of: Sequence[Place], now: datetime) -> bool:
    """Whether something is unread in those inboxes, or due for any."""
    mine = arrived.c.place_id.in_(select(places.c.id).where(is_one_of(of)))
    unread = select(arrived.c.delivery_id).where(mine, arrived.c.read_at.is_(None)).limit(1)
    if connection.scalar(unread) is not None:
        return True
    due = (
        select(deliveries.c.id)
        .join(places, places.c.id == deliveries.c.place_id)
        .where(
            places.c.platform == TERMINAL,
            deliveries.c.state == DeliveryState.PENDING,
            deliveries.c.due_at <= now,
        )
        .limit(1)
    )
    return connection.scalar(due) is not None


def read(connection: Connection, of: Sequence[Place], now: datetime) -> list[Delivery]:
    """What is unread in those inboxes, oldest first; from then on it is read."""
    mine = arrived.c.place_id.in_(select(places.c.id).where(is_one_of(of)))
    unread = update(arrived).where(mine, arrived.c.read_at.is_(None)).values(read_at=now)
    numbers = connection.scalars(unread.returning(arrived.c.delivery_id)).all()
    return load_arrived(connection, deliveries.c.id.in_(numbers))
