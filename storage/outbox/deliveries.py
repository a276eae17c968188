"""Deliveries from their rows, with the place, the document and the message that a redraw changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, exists, or_, select

from bot.domain.deliveries import Delivery, DeliveryState, Purpose, Subject
from storage.outbox.places import place_of
from storage.outbox.tables import deliveries, inbox, payloads, places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, FromClause, Row, Table

edited = deliveries.alias("edited")
"""The delivery whose message a redraw changes."""
_has_message = and_(edited.c.state == DeliveryState.SENT, edited.c.message != "")
may_be_drawn: ColumnElement[bool] = or_(
    deliveries.c.edits.is_(None), exists().where(edited.c.id == deliveries.c.edits, _has_message)
)
"""That there is a message to change, where one is to be changed."""
never_claimed: ColumnElement[bool] = and_(
    deliveries.c.state == DeliveryState.PENDING, deliveries.c.frozen.is_(None)
)


def load_deliveries(connection: Connection, *conditions: ColumnElement[bool]) -> list[Delivery]:
    """The deliveries for which those hold, by id."""
    return _loaded(connection, deliveries, deliveries, conditions)


def load_arrived(connection: Connection, *conditions: ColumnElement[bool]) -> list[Delivery]:
    """The same of those that stand in inboxes, with the documents that stand there."""
    both = deliveries.join(inbox, inbox.c.delivery_id == deliveries.c.id)
    return _loaded(connection, inbox, both, conditions)


def _loaded(
    connection: Connection, read: Table, whole: FromClause, conditions: Sequence[ColumnElement[bool]]
) -> list[Delivery]:
    """`read`: the table whose payload is the document; `whole`: that and the deliveries."""
    target = case((_has_message, edited.c.message), else_="").label("target")
    place = (places.c.platform, places.c.home, places.c.place, places.c.direct, places.c.name)
    query = (
        select(deliveries, payloads.c.document, *place, target)
        .select_from(
            whole.join(payloads, payloads.c.digest == read.c.payload)
            .outerjoin(places, places.c.id == deliveries.c.place_id)
            .outerjoin(edited, edited.c.id == deliveries.c.edits)
        )
        .where(*conditions)
        .order_by(deliveries.c.id)
    )
    return [_delivery(row) for row in connection.execute(query)]


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        row.id,
        row.key,
        Purpose(row.purpose),
        place_of(row) if row.place_id is not None else None,
        row.document,
        row.due_at,
        DeliveryState(row.state),
        row.attempt,
        row.frozen,
        row.community_id,
        Subject.read(row.about) if row.about else None,
        row.recipient,
        row.edits,
        row.message,
        row.target,
        row.started_at,
    )
