"""Places: where messages go. A row a place, however many deliveries and communities name it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, false, or_, select, update

from bot.domain.deliveries import Place
from storage.dialects import insert_or_ignore
from storage.outbox.tables import places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, Row


def place_of(row: Row[Any]) -> Place:
    """The place of a row of `places`, or of one joined with it."""
    return Place(row.platform, row.home, row.place, row.direct, row.name)


def is_one_of(wanted: Sequence[Place]) -> ColumnElement[bool]:
    """That a row of `places` is one of those, whatever it is called."""
    return or_(false(), *map(_is, wanted))


def keep_place(connection: Connection, place: Place) -> int:
    """The id of a place, which from now on bears the name it was given, if any.

    It cannot be taken away before this transaction ends.
    """
    row = {
        "platform": place.platform,
        "home": place.home,
        "place": place.id,
        "direct": place.direct,
        "name": place.name,
        "trouble": "",
    }
    pinned = select(places.c.id).where(_is(place)).with_for_update(read=True, key_share=True)
    while True:
        connection.execute(insert_or_ignore(connection, places), row)
        if place.name:
            renamed = update(places).where(_is(place), places.c.name != place.name)
            connection.execute(renamed.values(name=place.name))
        found: int | None = connection.scalar(pinned)
        if found is not None:  # else somebody had their place forgotten between the two
            return found


def _is(place: Place) -> ColumnElement[bool]:
    c = places.c
    return and_(
        c.platform == place.platform, c.home == place.home, c.place == place.id, c.direct == place.direct
    )
