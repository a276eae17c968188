"""The outbox as whoever sends sees it: what is due, whose it is for a while, what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, assert_never

from sqlalchemy import and_, case, exists, func, literal, or_, select, update

from bot.domain.deliveries import DeliveryState, NotSent, Purpose, Refused, Sent, Unknown
from storage.outbox.deliveries import edited, load_deliveries, may_be_drawn
from storage.outbox.payloads import digest_of
from storage.outbox.tables import deliveries, places

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Select

    from bot.domain.deliveries import Delivery, Outcome

_REDRAW_AGAIN = timedelta(seconds=5)
"""After an attempt of which nobody knows what came: it may be done twice, but not at once."""
_is_redraw = deliveries.c.purpose == Purpose.REDRAW
_other = deliveries.alias("other")


class Sending:
    """The part of `bot.ports.Outbox` that senders use.

    Only `claim` makes a delivery `sending`, and only while it has its place locked: so there is one under way
    in a place, whatever the number of senders.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def due(self, platform: str, now: datetime, limit: int) -> list[Delivery]:
        """What may be claimed now, at most one a place: the one that has been due for longest."""
        order = (deliveries.c.due_at, deliveries.c.id)
        rank = func.row_number().over(partition_by=deliveries.c.place_id, order_by=order).label("rank")
        ready = (
            select(deliveries.c.id, deliveries.c.due_at, rank)
            .join(places, places.c.id == deliveries.c.place_id)
            .where(
                deliveries.c.state == DeliveryState.PENDING,
                deliveries.c.due_at <= now,
                places.c.platform == platform,
                places.c.suspended_at.is_(None),
                may_be_drawn,
                ~_place_is_busy(),
            )
            .subquery()
        )
        first = select(ready.c.id).where(ready.c.rank == 1).order_by(ready.c.due_at, ready.c.id).limit(limit)
        ids = self._connection.scalars(first).all()
        found = load_deliveries(self._connection, deliveries.c.id.in_(ids))
        return sorted(found, key=lambda delivery: (delivery.due_at, delivery.id))

    def claim(self, delivery: Delivery, sealed: bytes, now: datetime, until: datetime) -> Delivery | None:
        """Have it to oneself until that time; None when it changed or somebody was faster."""
        place = (
            select(places.c.id)
            .join(deliveries, deliveries.c.place_id == places.c.id)
            .where(deliveries.c.id == delivery.id, places.c.suspended_at.is_(None))
            # Not against those who owe it something meanwhile: they only refer to it.
            .with_for_update(of=places, key_share=True, skip_locked=True)
        )
        if self._connection.scalar(place) is None:
            return None
        unchanged = (
            deliveries.c.id == delivery.id,
            deliveries.c.state == DeliveryState.PENDING,
            deliveries.c.attempt == delivery.attempt,
            deliveries.c.payload == digest_of(delivery.document),
            may_be_drawn,
            ~_place_is_busy(),
        )
        values = {
            "state": DeliveryState.SENDING,
            "attempt": deliveries.c.attempt + 1,
            # From then on a message may be there: what began before surely failed, unless nobody knows.
            "started_at": case((deliveries.c.doubtful, deliveries.c.started_at), else_=_time(now)),
            "lease_until": until,
            "frozen": func.coalesce(deliveries.c.frozen, literal(sealed, deliveries.c.frozen.type)),
        }
        if self._connection.execute(update(deliveries).where(*unchanged).values(values)).rowcount != 1:
            return None
        (claimed,) = load_deliveries(self._connection, deliveries.c.id == delivery.id)
        return claimed

    def record(self, delivery: Delivery, outcome: Outcome, now: datetime) -> bool:
        """What came of an attempt; False when the claim was lost meanwhile."""
        mine = (
            deliveries.c.id == delivery.id,
            deliveries.c.attempt == delivery.attempt,
            deliveries.c.state == DeliveryState.SENDING,
        )
        values = {"lease_until": None, **_after(delivery, outcome, now)}
        if self._connection.execute(update(deliveries).where(*mine).values(values)).rowcount != 1:
            return False
        if isinstance(outcome, Refused) and outcome.place and not _is_direct(delivery):
            where = select(deliveries.c.place_id).where(deliveries.c.id == delivery.id).scalar_subquery()
            first = func.coalesce(places.c.suspended_at, _time(now))
            suspended = update(places).where(places.c.id == where)
            again = case((places.c.suspended_at.is_not(None), places.c.announced_at))
            self._connection.execute(
                suspended.values(suspended_at=first, announced_at=again, trouble=outcome.reason)
            )
        return True

    def give_up_lost(self, platform: str, now: datetime) -> list[Delivery]:
        """Claims that ran out: what may be done twice is pending again, the rest uncertain.

        Redraws of messages that there will never be are dropped on the way.
        """
        self._drop_idle_redraws(platform)
        ran_out = and_(
            deliveries.c.state == DeliveryState.SENDING, deliveries.c.lease_until <= now, _is_on(platform)
        )
        # Whoever records what came of one just now is left alone.
        lost = self._connection.scalars(
            select(deliveries.c.id).where(ran_out).with_for_update(skip_locked=True)
        ).all()
        here = deliveries.c.id.in_(lost)
        again = {"state": DeliveryState.PENDING, "due_at": now, "lease_until": None}
        unknown = {"state": DeliveryState.UNCERTAIN, "doubtful": True, "lease_until": None}
        self._connection.execute(update(deliveries).where(here, _is_redraw).values(again))
        self._connection.execute(update(deliveries).where(here, ~_is_redraw).values(unknown))
        return load_deliveries(self._connection, here)

    def retry_uncertain(self, platform: str, since: datetime, now: datetime) -> int:
        """Let what is uncertain be sent again whose first attempt began after `since`: how many those are.

        What was let before, and was not sent while the platform still knew the attempt again, is uncertain.
        """
        waiting = and_(deliveries.c.state == DeliveryState.PENDING, deliveries.c.doubtful)
        too_late = and_(waiting, deliveries.c.started_at < since, _is_on(platform))
        self._connection.execute(update(deliveries).where(too_late).values(state=DeliveryState.UNCERTAIN))
        known = and_(deliveries.c.state == DeliveryState.UNCERTAIN, deliveries.c.started_at >= since)
        statement = update(deliveries).where(known, _is_on(platform))
        return self._connection.execute(statement.values(state=DeliveryState.PENDING, due_at=now)).rowcount

    def _drop_idle_redraws(self, platform: str) -> None:
        gone = [DeliveryState.REFUSED, DeliveryState.DROPPED, DeliveryState.KEPT]
        nameless = and_(edited.c.state == DeliveryState.SENT, edited.c.message == "")
        never = select(edited.c.id).where(or_(edited.c.state.in_(gone), nameless))
        idle = (deliveries.c.state == DeliveryState.PENDING, _is_redraw, deliveries.c.edits.in_(never))
        statement = update(deliveries).where(*idle, _is_on(platform))
        self._connection.execute(statement.values(state=DeliveryState.DROPPED))
        # What was drawn before another was owed shows less than that one, and must not come after it.
        later = deliveries.alias("later")
        newer = exists().where(later.c.edits == deliveries.c.edits, later.c.id > deliveries.c.id)
        stale = (deliveries.c.state == DeliveryState.PENDING, _is_redraw, deliveries.c.frozen.is_not(None))
        overtaken = update(deliveries).where(*stale, newer, _is_on(platform))
        self._connection.execute(overtaken.values(state=DeliveryState.DROPPED))


def _after(delivery: Delivery, outcome: Outcome, now: datetime) -> dict[str, Any]:
    """What a delivery is after an attempt."""
    redraws = delivery.purpose is Purpose.REDRAW
    match outcome:
        case Sent(message):
            return {"state": DeliveryState.SENT, "sent_at": now, "message": message}
        case NotSent(after):
            return {"state": DeliveryState.PENDING, "due_at": now + timedelta(seconds=after)}
        case Unknown():
            if redraws:
                return {"state": DeliveryState.PENDING, "due_at": now + _REDRAW_AGAIN}
            return {"state": DeliveryState.UNCERTAIN, "doubtful": True}
        case Refused(reason, place):
            if place and not _is_direct(delivery):
                return {"state": DeliveryState.SUSPENDED, "trouble": reason}
            state = DeliveryState.DROPPED if redraws else DeliveryState.REFUSED
            return {"state": state, "trouble": reason}
        case _:
            assert_never(outcome)


def _is_direct(delivery: Delivery) -> bool:
    """Whether it goes to one person, whose refusal says nothing about a place."""
    return delivery.place is None or delivery.place.direct


def _time(at: datetime) -> ColumnElement[datetime]:
    """A time inside an expression, where nothing else says how it is kept."""
    return literal(at, deliveries.c.started_at.type)


def _place_is_busy() -> ColumnElement[bool]:
    here = (_other.c.place_id == deliveries.c.place_id, _other.c.state == DeliveryState.SENDING)
    return exists().where(*here)


def _is_on(platform: str) -> ColumnElement[bool]:
    on: Select[tuple[int]] = select(places.c.id).where(places.c.platform == platform)
    return deliveries.c.place_id.in_(on)
