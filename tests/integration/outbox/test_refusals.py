"""A place that refuses messages: announced once, in the review places that are still heard."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.deliveries import Delivery, Place, Purpose, Refused
from bot.messages.documents import from_document
from bot.notices.refusals import announce_refusals, is_refusal_due
from bot.ports.store import read, write
from tests.integration.report_samples import CHANNEL, OTHER, TERMINAL, TO_ANA, owed
from tests.integration.samples import NOW

if TYPE_CHECKING:
    from storage.database import Database

THIRD = replace(OTHER, id="33", name="#third")
REASON = "Fiftywire lacks the permission Send Messages there."


def review_in(database: Database, *places: Place) -> None:
    write(database, lambda uow: uow.review_settings.name_review_places(TERMINAL, "discord", places))


def refuse(database: Database, place: Place, key: str = "refused", community: int | None = TERMINAL) -> None:
    """A message is owed to a place, and the place does not take it."""
    message = owed(place, key=key, community=community)
    write(database, lambda uow: uow.outbox.enqueue(message))
    tried(database, key)


def tried(database: Database, key: str) -> None:
    """What is owed under that key is tried, and the place does not take it."""
    (due,) = [one for one in read(database, lambda uow: uow.outbox.due("discord", NOW, 99)) if one.key == key]
    outcome = Refused(REASON, place=True)

    def attempt(one: Delivery) -> None:
        claimed = write(database, lambda uow: uow.outbox.claim(one, b"", NOW, NOW + timedelta(seconds=90)))
        assert claimed
        assert write(database, lambda uow: uow.outbox.record(claimed, outcome, NOW))

    attempt(due)


def announced(database: Database) -> int:
    """How many refusals were announced just now; there is nothing left to announce."""
    due = read(database, lambda uow: is_refusal_due(uow, NOW))
    count = write(database, lambda uow: announce_refusals(uow, NOW))
    assert due == (count > 0)
    assert not read(database, lambda uow: is_refusal_due(uow, NOW))
    return count


def alerts(database: Database) -> list[Delivery]:
    found = read(database, lambda uow: uow.outbox.due("discord", NOW, 99))
    return [one for one in found if one.purpose is Purpose.ALERT]


def test_the_other_review_places_are_told_once(database: Database) -> None:
    review_in(database, CHANNEL, OTHER, THIRD)
    assert announced(database) == 0
    refuse(database, CHANNEL)
    assert (announced(database), announced(database)) == (1, 0)
    told = alerts(database)
    assert [one.place for one in told] == [OTHER, THIRD]
    reply = from_document(told[0].document)
    assert reply.title == "##review refuses messages"
    assert reply.text == (
        "Fiftywire lacks the permission Send Messages there. What is owed to it waits. When that is mended, "
        "name it anew with /setup; until then /review shows the queue."
    )
    assert [button.label for button in reply.buttons] == ["Setup", "Review"]


def test_places_that_refuse_as_well_are_not_told(database: Database) -> None:
    review_in(database, CHANNEL, OTHER, THIRD)
    refuse(database, CHANNEL, "one")
    refuse(database, OTHER, "two")
    assert announced(database) == 2
    assert [one.place for one in alerts(database)] == [THIRD]
    assert len(read(database, lambda uow: uow.outbox.suspended(TERMINAL))) == 2


def test_where_nobody_is_left_to_tell_it_is_done_all_the_same(database: Database) -> None:
    review_in(database, CHANNEL)
    refuse(database, CHANNEL)
    refuse(database, OTHER, "of no community", community=None)
    assert announced(database) == 2
    assert alerts(database) == []
    review_in(database, CHANNEL, THIRD)
    assert announced(database) == 0


def test_a_place_that_takes_messages_again_and_then_does_not_is_announced_again(database: Database) -> None:
    review_in(database, CHANNEL, OTHER)
    refuse(database, CHANNEL, "one")
    announced(database)
    write(database, lambda uow: uow.outbox.resume(CHANNEL))
    assert announced(database) == 0
    tried(database, "one")
    assert announced(database) == 1
    assert len(alerts(database)) == 1, "the same message, of which they were told"


def test_a_person_who_takes_no_messages_is_no_place_to_announce(database: Database) -> None:
    review_in(database, OTHER)
    refuse(database, TO_ANA)
    assert announced(database) == 0
