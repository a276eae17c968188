"""The outbox: nothing is owed twice, sent by two, or sent again when it may have come through."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta, timezone
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from bot.domain.community.people import Home
from bot.domain.deliveries import (
    DeliveryState,
    NotSent,
    Place,
    Purpose,
    Refused,
    Sent,
    Subject,
    Unknown,
    about_report,
)
from bot.ports.store import read, write
from storage.database import Database
from storage.outbox.payloads import keep_payload
from tests.integration.overlap import overlapping
from tests.integration.report_samples import (
    ANA,
    BEN,
    CHANNEL,
    OTHER,
    TERMINAL,
    TO_ANA,
    change,
    owed,
    report,
    rows,
)
from tests.integration.samples import NOW

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import URL

    from bot.domain.deliveries import Delivery, Outcome
    from bot.ports import UnitOfWork

LEASE = timedelta(seconds=90)
PURPOSES = (Purpose.CARD, Purpose.REDRAW)
DESK = Place("terminal", "terminal", "desk", name="desk")
TO_BEN_HERE = Place("terminal", "", "ben", direct=True)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def owe(database: Database, place: Place | None = CHANNEL, document: str = "{}", **others: Any) -> int:
    number = write(database, lambda uow: uow.outbox.enqueue(owed(place, document, **others)))
    assert number is not None
    return number


def due(database: Database, seconds: float = 0, limit: int = 99, platform: str = "discord") -> list[Delivery]:
    return read(database, lambda uow: uow.outbox.due(platform, at(seconds), limit))


def drop(database: Database, number: int) -> None:
    """As if its person was forgotten before it was sent."""
    change(database, f"UPDATE deliveries SET state = 'dropped' WHERE id = {number}")


def ids(found: Sequence[Delivery]) -> list[int]:
    return [delivery.id for delivery in found]


def claim(
    database: Database, delivery: Delivery, seconds: float = 0, frozen: bytes = b"bytes"
) -> Delivery | None:
    now = at(seconds)
    return write(database, lambda uow: uow.outbox.claim(delivery, frozen, now, now + LEASE))


def claimed(database: Database, seconds: float = 0, number: int | None = None) -> Delivery:
    """The one that is due, or that of several, and had by us now."""
    (first,) = [one for one in due(database, seconds) if number in (None, one.id)]
    mine = claim(database, first, seconds)
    assert mine is not None
    return mine


def record(database: Database, delivery: Delivery, outcome: Outcome, seconds: float = 0) -> bool:
    return write(database, lambda uow: uow.outbox.record(delivery, outcome, at(seconds)))


def sent(database: Database, number: int, message: str = "m1") -> None:
    assert record(database, claimed(database, number=number), Sent(message))


def state(database: Database, number: int) -> str:
    (found,) = rows(database, f"SELECT state FROM deliveries WHERE id = {number}")
    return str(found[0])


# --- owing


def test_what_is_owed_is_due_as_it_was_owed(database: Database) -> None:
    kept = write(database, lambda uow: uow.reports.add(report())).number
    told = owed(
        CHANNEL, '{"text": "Grüße"}', community=TERMINAL, about=about_report(kept), recipient=BEN.pseudonym,
        purpose=Purpose.ALERT,
    )  # fmt: skip
    number = write(database, lambda uow: uow.outbox.enqueue(told))
    (found,) = due(database)
    assert found.id == number
    for name in (
        "key",
        "purpose",
        "place",
        "document",
        "due_at",
        "community",
        "about",
        "recipient",
        "edits",
    ):
        assert getattr(found, name) == getattr(told, name), name
    assert (found.state, found.attempt, found.sealed, found.message, found.started_at) == (
        DeliveryState.PENDING, 0, None, "", None
    )  # fmt: skip


def test_a_key_is_owed_once_however_many_owe_it_at_once(database: Database) -> None:
    ready = Barrier(8)

    def one(of: int) -> int | None:
        ready.wait()
        return write(database, lambda uow: uow.outbox.enqueue(owed(document=f"{of}", key="the key")))

    with ThreadPoolExecutor(8) as people:
        numbers = [number for number in people.map(one, range(8)) if number is not None]
    assert len(numbers) == 1
    assert ids(due(database)) == numbers
    # Nothing is left of the others' words.
    assert rows(database, "SELECT document FROM payloads") == [(due(database)[0].document,)]


def test_of_two_who_owe_the_same_at_once_the_second_is_told(schema_url: URL, database: Database) -> None:
    one, other = owed(document="one", key="the key"), owed(document="other", key="the key")
    done = overlapping(schema_url, lambda uow: uow.outbox.enqueue(one), lambda uow: uow.outbox.enqueue(other))
    assert done.first is not None
    assert done.second is None
    assert rows(database, "SELECT document FROM payloads") == [("one",)]


def test_payloads_and_places_are_kept_once(database: Database) -> None:
    for place in (CHANNEL, CHANNEL, OTHER, TO_ANA, replace(CHANNEL, platform="slack"), None, None):
        owe(database, place, "the same")
    assert rows(database, "SELECT document FROM payloads") == [("the same",)]
    assert len(rows(database, "SELECT id FROM places")) == 4


def test_a_place_gets_its_new_name_and_never_loses_it(database: Database) -> None:
    owe(database, CHANNEL)
    owe(database, replace(CHANNEL, name="#desk"))
    owe(database, replace(CHANNEL, name=""))
    assert rows(database, "SELECT name FROM places") == [("#desk",)]


def test_without_a_place_it_is_kept_to_be_read(database: Database) -> None:
    number = owe(database, None, recipient=ANA.pseudonym, purpose=Purpose.NOTICE)
    assert due(database) == []
    (found,) = read(database, lambda uow: uow.outbox.unread([ANA.pseudonym]))
    assert (found.id, found.state, found.place) == (number, DeliveryState.KEPT, None)


# --- changing what was never claimed


def test_what_was_never_claimed_can_be_said_otherwise(database: Database) -> None:
    number = owe(database, document="before")
    other = owe(database, OTHER, document="shared")
    assert write(database, lambda uow: uow.outbox.update_payload(number, "after")) is True
    assert {d.id: d.document for d in due(database)} == {number: "after", other: "shared"}
    assert sorted(rows(database, "SELECT document FROM payloads")) == [("after",), ("shared",)]
    assert write(database, lambda uow: uow.outbox.update_payload(number, "shared")) is True
    assert write(database, lambda uow: uow.outbox.update_payload(other, "alone")) is True
    assert {d.id: d.document for d in due(database)} == {number: "shared", other: "alone"}


def test_words_that_somebody_else_is_just_using_stay(schema_url: URL, database: Database) -> None:
    number = owe(database, document="words")
    done = overlapping(
        schema_url,
        lambda uow: uow.outbox.enqueue(owed(OTHER, "words")) is not None,
        lambda uow: uow.outbox.update_payload(number, "other words"),
    )
    assert (done.first, done.second, done.attempts) == (True, True, 1)
    assert [d.document for d in due(database)] == ["other words", "words"]


def test_words_that_somebody_is_about_to_use_stay(schema_url: URL, database: Database) -> None:
    """Between the two statements of one who owes something, which no port can get between."""
    number = owe(database, document="words")
    left: list[str] = []

    def begin(uow: UnitOfWork) -> bool:
        return bool(keep_payload(uow._connection, "words"))  # type: ignore[attr-defined]

    def look(uow: UnitOfWork) -> None:
        connection = uow._connection  # type: ignore[attr-defined]
        left.extend(connection.scalars(text("SELECT document FROM payloads WHERE document = 'words'")))

    overlapping(schema_url, begin, lambda uow: uow.outbox.update_payload(number, "other words"), then=look)
    assert left == ["words"]


@pytest.mark.parametrize("outcome", [None, NotSent(0), Sent("m"), Unknown(), Refused("no", place=True)])
def test_what_was_claimed_keeps_its_words(database: Database, outcome: Outcome | None) -> None:
    number = owe(database, document="before")
    mine = claimed(database)
    if outcome:
        record(database, mine, outcome)
    was = state(database, number)
    assert write(database, lambda uow: uow.outbox.update_payload(number, "after")) is False
    assert state(database, number) == was
    assert rows(database, "SELECT document FROM payloads") == [("before",)]


def test_what_is_dropped_is_never_due_again(database: Database) -> None:
    number = owe(database)
    drop(database, number)
    assert state(database, number) == "dropped"
    assert due(database, 999) == []
    assert write(database, lambda uow: uow.outbox.update_payload(number, "after")) is False


def test_cards_about_a_subject_are_rescheduled_to_an_earlier_time_only(database: Database) -> None:
    first = owe(database, due_at=at(3600), about=about_report(1))
    other = owe(database, OTHER, due_at=at(3600), about=about_report(11))
    nothing = owe(database, TO_ANA, due_at=at(3600))
    early = owe(database, replace(OTHER, id="33"), due_at=at(-60), about=about_report(1))
    notice = owe(
        database, replace(TO_ANA, id="78"), due_at=at(3600), about=about_report(1), purpose=Purpose.NOTICE
    )
    write(database, lambda uow: uow.outbox.reschedule(about_report(1), Purpose.CARD, at(10)))
    assert ids(due(database, 9)) == [early]
    assert ids(due(database, 10)) == [early, first]
    assert ids(due(database, 3600)) == [early, first, other, nothing, notice]


def test_a_subject_is_read_as_it_is_written() -> None:
    for subject in (about_report(12), Subject("digest", "3/2025-W07"), Subject("digest", "3 4")):
        assert Subject.read(str(subject)) == subject
    assert str(about_report(12)) == "report 12"


def test_deliveries_of_a_report_by_their_purpose(database: Database) -> None:
    one, two = (write(database, lambda uow: uow.reports.add(report())).number for _ in range(2))
    cards = [owe(database, place, about=about_report(one)) for place in (CHANNEL, OTHER)]
    notice = owe(database, TO_ANA, about=about_report(one), purpose=Purpose.NOTICE)
    owe(database, CHANNEL, about=about_report(two))
    drop(database, cards[1])
    assert ids(read(database, lambda uow: uow.outbox.about(about_report(one), Purpose.CARD))) == cards
    assert ids(read(database, lambda uow: uow.outbox.about(about_report(one), Purpose.NOTICE))) == [notice]


def test_how_many_became_due_since(database: Database) -> None:
    other = write(database, lambda uow: uow.communities.join(Home("discord", "1"), "Springfield", NOW)).id
    for seconds in (-3600, -3599, 0, 60):
        owe(database, due_at=at(seconds), community=TERMINAL)
    dropped = owe(database, community=TERMINAL)
    drop(database, dropped)
    owe(database, community=other)
    owe(database, community=TERMINAL, purpose=Purpose.ALERT)
    count = read(database, lambda uow: uow.outbox.count_since(TERMINAL, Purpose.CARD, at(-3600)))
    assert count == 3


def test_all_cards_of_a_report_get_other_words_sent_or_not(database: Database) -> None:
    kept = write(database, lambda uow: uow.reports.add(report())).number
    posted, doubted, waiting = (
        owe(database, replace(CHANNEL, id=str(n)), "a name", about=about_report(kept)) for n in range(3)
    )
    arrived = owe(database, DESK, "a name", about=about_report(kept))
    notice = owe(database, None, "a name for its owner", about=about_report(kept), purpose=Purpose.NOTICE)
    other = owe(database, OTHER, "another name")
    sent(database, posted)
    record(database, claimed(database, number=doubted), Unknown())
    write(database, lambda uow: uow.outbox.receive(at(0)))
    redraw = owe(
        database, CHANNEL, "a name again", about=about_report(kept), edits=posted, purpose=Purpose.REDRAW
    )
    write(database, lambda uow: uow.outbox.replace_payloads(about_report(kept), PURPOSES, "no name"))
    said = rows(
        database,
        "SELECT deliveries.id, document, frozen IS NULL FROM deliveries "
        "JOIN payloads ON digest = payload ORDER BY deliveries.id",
    )
    assert [(number, words, bool(thawed)) for number, words, thawed in said] == [
        (posted, "no name", True), (doubted, "no name", False), (waiting, "no name", True),
        (arrived, "no name", True), (notice, "a name for its owner", True), (other, "another name", True),
        (redraw, "no name", True),
    ]  # fmt: skip
    words = {words for (words,) in rows(database, "SELECT document FROM payloads")}
    assert words == {"no name", "a name for its owner", "another name"}
    assert [d.document for d in write(database, lambda uow: uow.outbox.inbox([DESK], at(0)))] == ["no name"]


# --- what is due


def test_one_a_place_is_due_the_oldest_first(database: Database) -> None:
    late = owe(database, CHANNEL, due_at=at(-10))
    owe(database, CHANNEL, due_at=at(-9))
    early = owe(database, OTHER, due_at=at(-20))
    owe(database, OTHER, due_at=at(-20))
    owe(database, TO_ANA, due_at=at(1))
    owe(database, replace(CHANNEL, platform="slack"))
    assert ids(due(database)) == [early, late]
    assert ids(due(database, limit=1)) == [early]
    assert len(due(database, platform="slack")) == 1


def test_nothing_is_due_where_something_is_under_way(database: Database) -> None:
    first, second = owe(database, CHANNEL, due_at=at(-1)), owe(database, CHANNEL)
    other = owe(database, OTHER)
    mine = claimed(database, number=first)
    assert ids(due(database)) == [other]
    record(database, mine, Sent("m"))
    assert ids(due(database)) == [second, other]


def test_a_redraw_waits_for_its_message(database: Database) -> None:
    card = owe(database, CHANNEL, due_at=at(-5))
    redraw = owe(database, CHANNEL, "after", edits=card, purpose=Purpose.REDRAW, due_at=at(-9))
    other = owe(database, CHANNEL, due_at=at(0))
    assert ids(due(database)) == [card]
    sent(database, card, "message 1")
    (found,) = due(database)
    assert (found.id, found.target, found.edits) == (redraw, "message 1", card)
    mine = claim(database, found)
    assert mine
    assert mine.target == "message 1"
    record(database, mine, Sent("message 1"))
    assert ids(due(database)) == [other]


@pytest.mark.parametrize("outcome", [Unknown(), Refused("gone", place=True), NotSent(99)])
def test_a_redraw_waits_as_long_as_its_message_may_come(database: Database, outcome: Outcome) -> None:
    card = owe(database)
    redraw = owe(database, edits=card, purpose=Purpose.REDRAW)
    record(database, claimed(database), outcome)
    write(database, lambda uow: uow.outbox.give_up_lost("discord", at(0)))
    assert due(database) == []
    assert state(database, redraw) == "pending"


def test_a_redraw_of_what_will_never_be_there_is_dropped(database: Database) -> None:
    refused, dropped, nameless = (owe(database, replace(CHANNEL, id=str(n))) for n in (1, 2, 3))
    kept = owe(database, None)
    targets = (refused, dropped, nameless, kept)
    redraws = [owe(database, OTHER, edits=n, purpose=Purpose.REDRAW) for n in targets]
    elsewhere = owe(database, replace(OTHER, platform="slack"), edits=refused, purpose=Purpose.REDRAW)
    drop(database, dropped)
    record(database, claimed(database, number=refused), Refused("no", place=False))
    record(database, claimed(database, number=nameless), Sent(""))
    assert due(database) == []
    assert write(database, lambda uow: uow.outbox.give_up_lost("discord", at(0))) == []
    assert [state(database, number) for number in redraws] == ["dropped"] * 4
    assert state(database, elsewhere) == "pending"


# --- claiming


def test_a_claim_freezes_the_bytes_and_counts_the_attempt(database: Database) -> None:
    number = owe(database, document="words")
    (found,) = due(database)
    mine = claim(database, found, 5, b"\x00frozen\xff")
    assert mine is not None
    assert (mine.id, mine.state, mine.attempt, mine.sealed, mine.started_at) == (
        number, DeliveryState.SENDING, 1, b"\x00frozen\xff", at(5)
    )  # fmt: skip
    assert (mine.document, mine.place) == ("words", CHANNEL)
    record(database, mine, NotSent(10), 6)
    (again,) = due(database, 16)
    assert again.sealed == b"\x00frozen\xff"
    second = claim(database, again, 16, b"other")
    assert second is not None
    assert (second.attempt, second.sealed) == (2, b"\x00frozen\xff")


def test_times_are_kept_whatever_zone_they_come_in(database: Database) -> None:
    owe(database)
    (found,) = due(database)
    zoned = NOW.astimezone(timezone(timedelta(hours=-5)))
    mine = write(database, lambda uow: uow.outbox.claim(found, b"", zoned, zoned + LEASE))
    assert mine is not None
    assert mine.started_at == NOW
    write(database, lambda uow: uow.outbox.record(mine, Refused("no", place=True), zoned))
    (kept,) = rows(database, "SELECT suspended_at FROM places")
    assert str(kept[0]).startswith("2026-11-20 14:02")


def test_nobody_claims_what_changed_since_they_looked(database: Database) -> None:
    number = owe(database, document="before")
    (found,) = due(database)
    write(database, lambda uow: uow.outbox.update_payload(number, "after"))
    assert claim(database, found) is None
    (found,) = due(database)
    drop(database, number)
    assert claim(database, found) is None


def test_nobody_claims_twice_or_with_an_old_look(database: Database) -> None:
    owe(database)
    (found,) = due(database)
    mine = claim(database, found)
    assert mine
    assert claim(database, found) is None
    record(database, mine, NotSent(0))
    assert claim(database, found) is None, "another attempt was made meanwhile"
    assert claim(database, due(database)[0]) is not None


def test_nobody_claims_a_second_one_of_a_place(database: Database) -> None:
    owe(database, CHANNEL, due_at=at(-1))
    (first,) = due(database)
    drop(database, first.id)
    owe(database, CHANNEL)
    (second,) = due(database)
    assert claim(database, second)
    # The first is as it was, as far as whoever looked before can tell.
    with database._writer.begin() as connection:
        connection.exec_driver_sql(f"UPDATE deliveries SET state = 'pending' WHERE id = {first.id}")
    assert claim(database, first) is None


def test_nobody_claims_in_a_place_that_refuses(database: Database) -> None:
    owe(database, CHANNEL)
    second = owe(database, CHANNEL)
    (first,) = due(database)
    mine = claim(database, first)
    assert mine
    record(database, mine, Refused("no permission", place=True))
    stale = replace(first, id=second)
    assert due(database) == []
    assert claim(database, stale) is None


def test_of_two_who_claim_in_the_same_place_at_once_one_does(schema_url: URL, database: Database) -> None:
    owe(database, CHANNEL)
    (one,) = due(database)
    other = replace(one, id=owe(database, CHANNEL))  # as whoever looked before saw it
    now = at(0)

    def have(uow: UnitOfWork, delivery: Delivery) -> bool:
        return uow.outbox.claim(delivery, b"", now, now + LEASE) is not None

    done = overlapping(schema_url, lambda uow: have(uow, one), lambda uow: have(uow, other))
    assert (done.first, done.second, done.attempts) == (True, False, 1)
    assert sorted(rows(database, "SELECT state FROM deliveries")) == [("pending",), ("sending",)]


def test_whoever_changes_the_words_first_has_them_sent(schema_url: URL, database: Database) -> None:
    number = owe(database, document="before")
    (found,) = due(database)
    now = at(0)

    def change(uow: UnitOfWork) -> bool:
        return uow.outbox.update_payload(number, "after")

    def have(uow: UnitOfWork) -> bool:
        return uow.outbox.claim(found, b"before", now, now + LEASE) is not None

    done = overlapping(schema_url, change, have)
    assert (done.first, done.second) == (True, False)


def test_whoever_claims_first_sends_the_words_of_then(schema_url: URL, database: Database) -> None:
    number = owe(database, document="before")
    (found,) = due(database)
    now = at(0)

    def have(uow: UnitOfWork) -> bool:
        return uow.outbox.claim(found, b"before", now, now + LEASE) is not None

    done = overlapping(schema_url, have, lambda uow: uow.outbox.update_payload(number, "after"))
    assert (done.first, done.second) == (True, False)


def test_owing_a_place_more_does_not_keep_anybody_from_sending_there(
    schema_url: URL, database: Database
) -> None:
    owe(database, CHANNEL)
    (found,) = due(database)
    now = at(0)
    done = overlapping(
        schema_url,
        lambda uow: uow.outbox.enqueue(owed(CHANNEL)) is not None,
        lambda uow: uow.outbox.claim(found, b"", now, now + LEASE) is not None,
    )
    assert (done.first, done.second) == (True, True)


def test_of_eight_who_send_nobody_has_what_another_has(database: Database, schema_url: URL) -> None:
    places = [replace(CHANNEL, id=str(number)) for number in range(6)]
    wanted = {owe(database, place) for place in places for _ in range(8)}
    others = [Database(schema_url) for _ in range(3)]
    done: list[tuple[int, int]] = []
    crowded: list[str] = []

    def send(worker: int) -> None:
        mine = [database, *others][worker % 4]
        dice = random.Random(worker)
        while len(done) < len(wanted):
            for delivery in dice.sample(found := due(mine, 0, 6), len(found)):
                if (had := claim(mine, delivery)) is None:
                    continue
                busy = rows(
                    mine,
                    "SELECT place_id FROM deliveries WHERE state = 'sending' "
                    "GROUP BY place_id HAVING count(*) > 1",
                )
                crowded.extend(map(str, busy))
                done.append((had.id, had.attempt))
                assert record(mine, had, Sent("m"))

    with ThreadPoolExecutor(8) as senders:
        list(senders.map(send, range(8)))
    for other in others:
        other.close()
    assert sorted(done) == [(number, 1) for number in sorted(wanted)]
    assert crowded == []


# --- what came of it


def test_what_was_sent_has_a_name_and_is_done(database: Database) -> None:
    number = owe(database)
    assert record(database, claimed(database), Sent("1234"), 7)
    assert due(database, 9999) == []
    (kept,) = rows(database, f"SELECT state, message, lease_until FROM deliveries WHERE id = {number}")
    assert kept == ("sent", "1234", None)


def test_what_surely_did_not_come_through_is_due_again(database: Database) -> None:
    number = owe(database)
    record(database, claimed(database), NotSent(30.5), 10)
    assert due(database, 40) == []
    assert ids(due(database, 40.5)) == [number]


def test_what_may_have_come_through_is_not_due(database: Database) -> None:
    number = owe(database)
    record(database, claimed(database), Unknown())
    assert state(database, number) == "uncertain"
    assert due(database, 9999) == []


def test_a_redraw_may_be_done_twice(database: Database) -> None:
    card = owe(database)
    sent(database, card)
    redraw = owe(database, edits=card, purpose=Purpose.REDRAW)
    record(database, claimed(database), Unknown(), 10)
    assert due(database, 14) == []
    assert ids(due(database, 15)) == [redraw]


def test_a_channel_that_refuses_is_suspended_with_what_it_is_owed(database: Database) -> None:
    first, second = owe(database, due_at=at(-1)), owe(database)
    other = owe(database, OTHER)
    write(database, lambda uow: uow.review_settings.name_review_places(TERMINAL, "discord", [CHANNEL, OTHER]))
    record(database, claimed(database, number=first), Refused("Missing Access", place=True))
    assert state(database, first) == "suspended"
    assert ids(due(database, 99)) == [other]
    assert read(database, lambda uow: uow.outbox.suspended(TERMINAL)) == [(CHANNEL, "Missing Access")]
    assert read(database, lambda uow: uow.outbox.suspended(2)) == []
    write(database, lambda uow: uow.outbox.resume(replace(CHANNEL, name="")))
    assert read(database, lambda uow: uow.outbox.suspended(TERMINAL)) == []
    assert ids(due(database, 99)) == [first, other]
    sent(database, first)
    assert ids(due(database, 99)) == [second, other]


def test_only_the_place_that_is_named_goes_on(database: Database) -> None:
    for place in (CHANNEL, OTHER):
        owe(database, place)
    for found in due(database):
        mine = claim(database, found)
        assert mine
        record(database, mine, Refused("no", place=True))
    write(database, lambda uow: uow.outbox.resume(OTHER))
    assert [d.place for d in due(database)] == [OTHER]


def test_a_person_who_refuses_is_not_a_place(database: Database) -> None:
    first = owe(database, TO_ANA)
    record(database, claimed(database), Refused("Cannot send messages to this user", place=True))
    assert state(database, first) == "refused"
    second = owe(database, TO_ANA)
    assert ids(due(database)) == [second]


def test_a_message_that_is_refused_is_refused_alone(database: Database) -> None:
    first, second = owe(database, due_at=at(-1)), owe(database)
    record(database, claimed(database), Refused("Invalid Form Body", place=False))
    assert (state(database, first), ids(due(database))) == ("refused", [second])


def test_a_redraw_of_a_message_that_is_gone_is_dropped(database: Database) -> None:
    card = owe(database)
    sent(database, card)
    redraw, next_one = owe(database, edits=card, purpose=Purpose.REDRAW), owe(database)
    record(database, claimed(database), Refused("Unknown Message", place=False))
    assert (state(database, redraw), ids(due(database))) == ("dropped", [next_one])


def test_a_redraw_in_a_place_that_refuses_goes_on_with_it(database: Database) -> None:
    card = owe(database)
    sent(database, card)
    redraw = owe(database, edits=card, purpose=Purpose.REDRAW)
    record(database, claimed(database), Refused("Missing Access", place=True))
    assert due(database, 99) == []
    write(database, lambda uow: uow.outbox.resume(CHANNEL))
    assert ids(due(database, 99)) == [redraw]


# --- claims that were lost


def test_a_claim_that_ran_out_is_uncertain_and_its_owner_comes_too_late(database: Database) -> None:
    number = owe(database)
    mine = claimed(database)
    elsewhere = owe(database, replace(CHANNEL, platform="slack"))
    (other,) = due(database, platform="slack")
    assert claim(database, other)

    def give_up(seconds: float) -> list[Delivery]:
        return write(database, lambda uow: uow.outbox.give_up_lost("discord", at(seconds)))

    assert give_up(89) == []
    (lost,) = give_up(90)
    assert (lost.id, lost.state) == (number, DeliveryState.UNCERTAIN)
    assert record(database, mine, Sent("late"), 91) is False
    assert state(database, number) == "uncertain"
    assert state(database, elsewhere) == "sending"


def test_a_lost_redraw_is_due_at_once(database: Database) -> None:
    card = owe(database)
    sent(database, card)
    redraw = owe(database, edits=card, purpose=Purpose.REDRAW)
    mine = claimed(database)
    (lost,) = write(database, lambda uow: uow.outbox.give_up_lost("discord", at(90)))
    assert (lost.id, lost.state) == (redraw, DeliveryState.PENDING)
    again = claimed(database, 90)
    assert record(database, mine, Sent("late"), 91) is False, "the claim is somebody else's by now"
    assert record(database, again, Sent("in time"), 91) is True


def test_a_claim_is_recorded_once(database: Database) -> None:
    owe(database)
    mine = claimed(database)
    assert record(database, mine, NotSent(5)) is True
    assert record(database, mine, Sent("m")) is False
    assert ids(due(database, 5)) == [mine.id]


# --- sending again what may have come through


def retry(database: Database, since: float, seconds: float, platform: str = "discord") -> int:
    return write(database, lambda uow: uow.outbox.retry_uncertain(platform, at(since), at(seconds)))


def test_what_is_uncertain_is_sent_again_while_the_platform_knows_its_key(database: Database) -> None:
    number = owe(database)
    record(database, claimed(database, 10), Unknown(), 20)
    assert retry(database, 11, 60) == 0
    assert retry(database, 10, 60, "slack") == 0
    assert due(database, 60) == []
    assert retry(database, 10, 60) == 1
    mine = claimed(database, 61)
    assert (mine.id, mine.attempt, mine.started_at) == (number, 2, at(10))
    record(database, mine, Unknown(), 70)
    assert retry(database, 11, 131) == 0, "the platform knows the first attempt no more"


def test_what_was_let_go_again_and_not_sent_in_time_is_uncertain_again(database: Database) -> None:
    number = owe(database)
    record(database, claimed(database), Unknown())
    assert retry(database, -60, 60) == 1
    assert ids(due(database, 60)) == [number]  # and then nobody was there to send it
    assert retry(database, 1, 121) == 0
    assert (state(database, number), due(database, 121)) == ("uncertain", [])


def test_a_doubt_is_not_settled_by_an_attempt_that_fails(database: Database) -> None:
    number = owe(database)
    record(database, claimed(database), Unknown())
    retry(database, -60, 30)
    record(database, claimed(database, 30), NotSent(300), 31)
    assert retry(database, 211, 331) == 0
    assert due(database, 331) == []
    assert state(database, number) == "uncertain"


def test_what_surely_failed_before_does_not_make_a_doubt_older(database: Database) -> None:
    number = owe(database)
    record(database, claimed(database), NotSent(3600))
    mine = claimed(database, 3600)
    assert mine.started_at == at(3600)
    record(database, mine, Unknown(), 3610)
    assert retry(database, 3500, 3620) == 1
    assert ids(due(database, 3620)) == [number]


def test_what_waits_for_another_reason_is_left_alone(database: Database) -> None:
    number = owe(database)
    record(database, claimed(database), NotSent(30))
    assert retry(database, 600, 720) == 0
    assert ids(due(database, 720)) == [number]


# --- read without being sent


def test_notices_that_could_not_be_sent_wait_to_be_read(database: Database) -> None:
    to_ana = {"recipient": ANA.pseudonym, "purpose": Purpose.NOTICE}
    outcomes: list[Outcome] = [
        Refused("closed", place=True), Unknown(), Sent("m"), NotSent(9), Refused("bad", place=False)
    ]  # fmt: skip
    numbers = []
    for outcome in outcomes:
        numbers.append(owe(database, TO_ANA, **to_ana))
        record(database, claimed(database, number=numbers[-1]), outcome)
    numbers.append(owe(database, None, **to_ana))
    owe(database, None, recipient=BEN.pseudonym, purpose=Purpose.NOTICE)
    owe(database, None, recipient=ANA.pseudonym, purpose=Purpose.ALERT)
    owe(database, None, purpose=Purpose.NOTICE)

    def unread(*whose: str) -> list[int]:
        return ids(read(database, lambda uow: uow.outbox.unread(whose)))

    waiting = [numbers[0], numbers[1], numbers[4], numbers[5]]
    assert unread(ANA.pseudonym) == waiting
    assert unread() == unread("") == []
    write(database, lambda uow: uow.outbox.mark_read(waiting[:2], at(5)))
    assert unread(ANA.pseudonym, "nobody") == waiting[2:]


# --- terminals


def receive(database: Database, seconds: float = 0) -> int:
    return write(database, lambda uow: uow.outbox.receive(at(seconds)))


def inbox(database: Database, *places: Place, seconds: float = 0) -> list[Delivery]:
    return write(database, lambda uow: uow.outbox.inbox(places, at(seconds)))


def awaits(database: Database, *places: Place, seconds: float = 0) -> bool:
    return read(database, lambda uow: uow.outbox.awaits(places, at(seconds)))


def test_what_is_due_for_terminals_arrives_once_and_is_read_once(database: Database) -> None:
    first = owe(database, DESK, "one", due_at=at(-1))
    second = owe(database, DESK, "two", due_at=at(-2))
    later = owe(database, DESK, "later", due_at=at(60))
    private = owe(database, TO_BEN_HERE, "for Ben")
    owe(database, CHANNEL)
    assert inbox(database, DESK) == []
    assert receive(database) == 3
    assert receive(database) == 0
    assert [state(database, n) for n in (first, second, private, later)] == ["sent"] * 3 + ["pending"]
    found = inbox(database, replace(DESK, name="called otherwise"))
    assert [(d.id, d.document, d.message) for d in found] == [
        (first, "one", "inbox"), (second, "two", "inbox")
    ]  # fmt: skip
    assert inbox(database, DESK) == []
    elsewhere = replace(TO_BEN_HERE, direct=False), replace(TO_BEN_HERE, home="terminal")
    assert inbox(database, *elsewhere) == []
    assert inbox(database) == []
    assert [d.place for d in inbox(database, DESK, TO_BEN_HERE)] == [TO_BEN_HERE]
    assert receive(database, 60) == 1
    assert ids(inbox(database, DESK)) == [later]


def test_something_is_awaited_that_is_unread_or_due(database: Database) -> None:
    assert not awaits(database, DESK)
    owe(database, DESK, due_at=at(60))
    owe(database, CHANNEL)
    assert not awaits(database, DESK)
    assert awaits(database, DESK, seconds=60)
    assert awaits(database, seconds=60), "what is due for any terminal has to be received"
    receive(database, 60)
    assert awaits(database, DESK)
    assert not awaits(database, TO_BEN_HERE, seconds=60)
    inbox(database, DESK)
    assert not awaits(database, DESK, seconds=60)


def test_a_redraw_replaces_what_stands_in_the_inbox(database: Database) -> None:
    card = owe(database, DESK, "before")
    receive(database)
    owe(database, DESK, "after", edits=card, purpose=Purpose.REDRAW)
    assert awaits(database)
    assert receive(database) == 1
    (found,) = inbox(database, DESK)
    assert (found.id, found.document) == (card, "after")
    owe(database, DESK, "last", edits=card, purpose=Purpose.REDRAW)
    receive(database)
    assert [d.document for d in inbox(database, DESK)] == ["last"], "it is unread again"
    assert rows(database, "SELECT count(*) FROM inbox") == [(1,)]


def test_a_redraw_arrives_after_its_message(database: Database) -> None:
    card = owe(database, DESK, "before", due_at=at(60))
    redraw = owe(database, DESK, "after", edits=card, purpose=Purpose.REDRAW)
    assert not awaits(database, DESK)
    assert receive(database) == 0
    assert receive(database, 60) == 2
    assert [d.document for d in inbox(database, DESK)] == ["after"]
    gone = owe(database, DESK, due_at=at(60))
    idle = owe(database, DESK, edits=gone, purpose=Purpose.REDRAW)
    drop(database, gone)
    assert receive(database) == 0
    assert (state(database, redraw), state(database, idle)) == ("sent", "dropped")


def test_of_eight_terminals_at_once_each_message_is_read_by_one(database: Database) -> None:
    numbers = [owe(database, DESK) for _ in range(20)]
    ready = Barrier(8)

    def look(_: int) -> list[int]:
        ready.wait()

        def work(uow: UnitOfWork) -> list[int]:
            uow.outbox.receive(at(0))
            return ids(uow.outbox.inbox([DESK], at(0)))

        return write(database, work)

    with ThreadPoolExecutor(8) as terminals:
        seen = [number for some in terminals.map(look, range(8)) for number in some]
    seen += write(database, lambda uow: ids(uow.outbox.inbox([DESK], at(0))))
    assert sorted(seen) == numbers


def test_what_was_received_without_a_commit_never_arrived(database: Database) -> None:
    number = owe(database, DESK)
    assert database.submit(lambda uow: uow.outbox.receive(at(0)), writes=True).result() == 1
    assert inbox(database, DESK) == []
    assert receive(database) == 1
    assert ids(inbox(database, DESK)) == [number]
