"""What is owed is sent once, whatever the platform does, the database does, and other processes do."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from concurrent.futures import Future
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from sqlalchemy import select

from bot.commands.every import build_registry
from bot.domain.deliveries import NewDelivery, Place, Purpose
from bot.errors import DatabaseError
from bot.messages.documents import to_document
from bot.messages.message import Button, Message, Press
from bot.messages.reply import Reply
from bot.outbox.timing import Timing
from bot.outbox.worker import AT_ONCE, Worker
from bot.ports.store import read, write
from storage.database import Database
from storage.outbox.tables import deliveries
from tests.integration.outbox_platform import Fault, Platform, PlatformSender
from tests.integration.samples import NOW

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    from sqlalchemy import URL

    from bot.ports import Store, UnitOfWork

T = TypeVar("T")
CODEC = build_registry().codec
CLAIM_TTL, LEASE_TTL = Timing().claim_ttl, Timing().lease.ttl
HALL, DEN = Place("discord", "1", "hall"), Place("discord", "1", "den")
ANA = Place("discord", "", "77", direct=True)
LONG = Button("Long", Press("search", {"words": "reservoir " * 30}))


def second(count: float) -> datetime:
    return NOW + timedelta(seconds=count)


def owe(database: Database, key: str, place: Place = HALL, **others: Any) -> int:
    """Owe a message that says its own key, `buttons` under it."""
    buttons = others.pop("buttons", ())
    document = others.pop("document", None) or to_document(Reply(text=key, buttons=buttons))
    owed = NewDelivery(
        key,
        others.pop("purpose", Purpose.CARD),
        place,
        document,
        others.pop("due_at", NOW),
        others.pop("community", 1),
        **others,
    )
    number = write(database, lambda uow: uow.outbox.enqueue(owed))
    assert number is not None
    return number


def states(database: Database) -> dict[str, str]:
    """How each delivery stands, by key."""
    with database._reader.connect() as connection:
        return {row.key: row.state for row in connection.execute(select(deliveries))}


def worker(database: Store, to: Platform | PlatformSender, **timing: Any) -> Worker:
    """What one process has."""
    sender = PlatformSender(to) if isinstance(to, Platform) else to
    return Worker(database, CODEC, sender, Timing(**timing))


def play(story: Callable[[], Coroutine[None, None, T]]) -> T:
    return asyncio.run(story())


def passes(one: Worker, *at: float) -> list[int]:
    """Passes of one process at those seconds."""

    async def story() -> list[int]:
        return [await one.work(second(seconds)) for seconds in at]

    return play(story)


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what nobody tells of."""
    ends = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < ends, "it did not come true"
        await asyncio.sleep(0.01)


# --- as it should be


def test_each_is_sent_once_in_each_place_in_order(database: Database) -> None:
    for key in ("a", "b", "c"):
        owe(database, key)
    owe(database, "d", DEN)
    owe(database, "e", ANA)
    platform = Platform()
    one = worker(database, platform)
    assert passes(one, 0, 5, 3600) == [5, 0, 0]
    assert (platform.said("hall"), platform.said("den"), platform.said("77")) == (
        ["a", "b", "c"],
        ["d"],
        ["e"],
    )
    assert set(states(database).values()) == {"sent"}
    assert read(database, lambda uow: uow.outbox.due("discord", second(9999), 9)) == []


def test_what_is_due_later_or_elsewhere_waits(database: Database) -> None:
    owe(database, "later", due_at=second(60))
    owe(database, "slack", Place("slack", "1", "hall"))
    owe(database, "terminal", Place("terminal", "terminal", "here"))
    platform = Platform()
    one = worker(database, platform)
    assert passes(one, 0, 30) == [0, 0]
    assert platform.requests == []
    assert passes(one, 60) == [1]
    assert platform.said("hall") == ["later"]
    assert states(database) == {"later": "sent", "slack": "pending", "terminal": "pending"}


def test_tokens_are_filled_in_and_labels_told_apart(database: Database) -> None:
    same = Button("About", Press("about"))
    owe(database, "a", buttons=(same, same, Button("x" * 200, Press("help"))))
    platform = Platform()
    one = worker(database, platform)
    passes(one, 0)
    buttons = json.loads(platform.messages["message 1"][1])["buttons"]
    assert [label for label, _ in buttons] == ["About", "About (2)", "x" * 79 + "…"]
    tokens = [token for _, token in buttons]
    assert len(set(tokens)) == 3
    assert [CODEC.read(token, lambda _: None).command for token in tokens] == ["about", "about", "help"]


@pytest.mark.parametrize(("place", "home"), [(HALL, 1), (ANA, None)])
def test_a_long_button_can_be_pressed_where_it_stands(
    database: Database, place: Place, home: int | None
) -> None:
    owe(database, "a", place, buttons=(LONG,))
    platform = Platform()
    one = worker(database, platform)
    passes(one, 0)
    ((_, token),) = json.loads(platform.messages["message 1"][1])["buttons"]
    for community in (None, 1, 2):
        read(database, lambda uow, of=community: check_press(uow, token, of, home))  # type: ignore[misc]


def check_press(uow: UnitOfWork, token: str, community: int | None, home: int | None) -> None:
    body = uow.tokens.load(token.partition("*")[2], community)
    assert (body is not None) == (community == home)
    if body:
        assert CODEC.read(token, lambda _: body) == LONG.press


def test_several_places_at_once_but_never_two_messages_of_one(database: Database) -> None:
    places = [Place("discord", "1", f"place {n}") for n in range(AT_ONCE + 3)]
    for n, place in enumerate(places * 3):
        owe(database, f"{n:03}", place)
    platform = Platform(quick=frozenset({"000"}))

    async def story() -> int:
        platform.open.clear()
        passing = asyncio.create_task(worker(database, platform).work(NOW))
        await until(lambda: len(platform.messages) == 1 and platform.under_way.total() == AT_ONCE)
        platform.open.set()
        return await passing

    assert play(story) == len(places) * 3
    assert (platform.most_at_once, platform.most_in_a_place) == (AT_ONCE, 1)
    for n, place in enumerate(places):
        assert platform.said(place.id) == [f"{n + times * len(places):03}" for times in range(3)]


def test_a_slow_place_keeps_nobody_else_waiting(database: Database) -> None:
    owe(database, "slow")
    for n in range(6):
        owe(database, f"quick {n}", DEN)

    class OneIsSlow(PlatformSender):
        async def send(self, delivery: Any) -> Any:
            if delivery.key == "slow":
                await until(lambda: len(self.to.messages) == 6)
            return await super().send(delivery)

    platform = Platform()
    one = worker(database, OneIsSlow(platform))
    assert passes(one, 0) == [7]
    assert platform.requests[-1] == "slow"


def test_a_redraw_changes_the_message_that_was_sent(database: Database) -> None:
    card = owe(database, "card")
    owe(database, "redraw", purpose=Purpose.REDRAW, edits=card)
    platform = Platform()
    one = worker(database, platform)
    assert passes(one, 0) == [2]
    assert platform.said("hall") == ["redraw"]


# --- what a platform does


def test_a_place_that_refuses_is_left_alone_until_it_takes_messages_again(database: Database) -> None:
    for key in ("a", "b"):
        owe(database, key)
    owe(database, "c", DEN)
    platform = Platform()
    platform.faults["hall"] = [Fault.REFUSE]
    one = worker(database, platform)
    assert passes(one, 0, 3600) == [2, 0]
    assert (platform.said("hall"), platform.said("den")) == ([], ["c"])
    write(database, lambda uow: uow.outbox.resume(HALL))
    passes(one, 7200)
    assert platform.said("hall") == ["a", "b"]


def test_what_a_person_does_not_take_is_not_sent_again(database: Database) -> None:
    owe(database, "a", ANA, purpose=Purpose.NOTICE, recipient="ana")
    owe(database, "b", ANA, purpose=Purpose.NOTICE, recipient="ana")
    platform = Platform()
    platform.faults["77"] = [Fault.REFUSE_PERSON]
    one = worker(database, platform)
    passes(one, 0, 3600)
    assert platform.said("77") == ["b"]
    assert [d.key for d in read(database, lambda uow: uow.outbox.unread(["ana"]))] == ["a"]


def test_where_there_is_a_limit_it_is_kept_and_the_same_bytes_go_out_later(database: Database) -> None:
    owe(database, "a")
    owe(database, "b", DEN)
    platform = Platform()
    platform.faults["hall"] = [Fault.LIMIT]
    sender = PlatformSender(platform)
    one = worker(database, sender)
    assert passes(one, 0, 29) == [2, 0]
    assert platform.said("hall") == []
    assert passes(one, 60) == [1]
    assert platform.said("hall") == ["a"]
    assert sender.drawn == ["a", "b"], "drawn once, at the first claim"


def test_a_platform_that_asks_for_no_pause_gets_one(database: Database) -> None:
    owe(database, "a")
    platform = Platform()
    platform.faults["hall"] = [Fault.LIMIT] * 3
    one = worker(database, PlatformSender(platform, wait=0.0))
    assert sum(passes(one, 0, 60, 120, 180)) == 4
    assert platform.said("hall") == ["a"]


@pytest.mark.parametrize("fault", [Fault.LOSE_ANSWER, Fault.LOSE_REQUEST, Fault.BREAK])
def test_what_may_have_come_through_is_asked_for_under_the_same_key(database: Database, fault: Fault) -> None:
    owe(database, "a")
    owe(database, "b")
    platform = Platform()
    platform.faults["hall"] = [fault]
    one = worker(database, platform)
    assert passes(one, 0) == [2], "the place goes on"
    assert states(database) == {"a": "uncertain", "b": "sent"}
    assert passes(one, 2, 4) == [1, 0]
    assert sorted(platform.said("hall")) == ["a", "b"]
    assert set(states(database).values()) == {"sent"}


def test_it_is_asked_for_ever_more_rarely_and_not_when_the_key_is_forgotten(database: Database) -> None:
    owe(database, "a")
    platform = Platform()
    platform.faults["hall"] = [Fault.LOSE_REQUEST] * 1000

    async def story() -> list[int]:
        one = worker(database, platform)
        return [at for at in range(0, 300, 2) if await one.work(second(at))]

    tried = play(story)
    assert tried[:2] == [0, 2]
    assert 4 <= len(tried) <= 9
    assert tried[-1] <= 130
    assert states(database) == {"a": "uncertain"}
    platform.faults.clear()
    one = worker(database, platform)
    assert passes(one, 3600, 7200) == [0, 0]
    assert platform.messages == {}


def test_where_no_key_is_known_nothing_uncertain_is_ever_sent_again(database: Database) -> None:
    for key in ("a", "b"):
        owe(database, key)
    platform = Platform(kind=False)
    platform.faults["hall"] = [Fault.LOSE_ANSWER]
    one = worker(database, PlatformSender(platform, timedelta(0)))
    assert passes(one, 0, 2, 60, 3600) == [2, 0, 0, 0]
    assert platform.said("hall") == ["a", "b"]
    assert states(database) == {"a": "uncertain", "b": "sent"}


def test_a_redraw_of_which_nothing_is_known_is_done_again(database: Database) -> None:
    card = owe(database, "card")
    platform = Platform(kind=False)
    sender = PlatformSender(platform, timedelta(0))
    one = worker(database, sender)
    passes(one, 0)
    owe(database, "redraw", purpose=Purpose.REDRAW, edits=card)
    platform.faults["hall"] = [Fault.LOSE_REQUEST, Fault.LOSE_ANSWER]
    passes(one, *range(1, 60, 2))
    assert platform.said("hall") == ["redraw"]
    assert platform.requests == ["card", "redraw", "redraw", "redraw"]


def test_a_request_that_hangs_is_given_up_as_uncertain(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    owe(database, "a")
    platform = Platform()
    platform.faults["hall"] = [Fault.HANG]
    one = worker(database, platform, send_within=0.05)
    assert passes(one, 0, 2) == [1, 1]
    assert (platform.said("hall"), states(database)) == (["a"], {"a": "sent"})
    assert caplog.records == []


def test_what_nobody_foresaw_is_logged_without_anybody_s_words(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    number = owe(database, "a")
    platform = Platform()
    platform.faults["hall"] = [Fault.BREAK]
    one = worker(database, platform)
    passes(one, 0)
    (record,) = caplog.records
    assert record.getMessage() == f"Message {number} failed in a way nobody foresaw."


# --- what cannot be drawn


def test_what_a_newer_version_wrote_waits_for_it_and_the_others_go_on(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    newer = json.dumps({"version": 3, "text": "Secret words"})
    unknown = to_document(Reply(text="x", buttons=(Button("x", Press("about")),)))
    for n in range(AT_ONCE + 2):
        owe(database, f"newer {n}", Place("discord", "1", f"place {n}"), document=newer)
    owe(database, "command", Place("discord", "1", "p"), document=unknown.replace("about", "nosuch"))
    owe(database, "part", Place("discord", "1", "q"), document='{"version": 1, "hologram": []}')
    owe(database, "good", DEN, due_at=second(1))
    platform = Platform()
    one = worker(database, platform)
    assert passes(one, 2, 4, 6) == [1, 0, 0]
    assert platform.said("den") == ["good"]
    assert len(caplog.records) == AT_ONCE + 4, "each is spoken of once"
    assert "Secret" not in caplog.text
    assert [key for key, state in states(database).items() if state != "pending"] == ["good"]
    assert {d.sealed for d in read(database, lambda uow: uow.outbox.due("discord", second(9), 99))} == {None}


def test_a_message_that_the_platform_s_own_code_cannot_draw_stops_no_other(database: Database) -> None:
    class Clumsy(PlatformSender):
        def seal(self, message: Message, delivery: Any) -> bytes:
            if message.text == "bad":
                raise ZeroDivisionError
            return super().seal(message, delivery)

    number = owe(database, "bad")
    owe(database, "good", DEN)
    platform = Platform()

    async def story() -> None:
        one = worker(database, Clumsy(platform))
        assert [await one.work(second(at)) for at in (0, 2)] == [1, 0]
        assert platform.said("den") == ["good"]
        write(database, lambda uow: uow.outbox.update_payload(number, to_document(Reply(text="mended"))))
        assert await one.work(second(4)) == 1
        assert platform.said("hall") == ["mended"]

    play(story)


def test_what_changes_while_it_is_drawn_is_looked_at_anew_later(database: Database) -> None:
    number = owe(database, "first")

    class Late(PlatformSender):
        def seal(self, message: Message, delivery: Any) -> bytes:
            changed = to_document(Reply(text="second"))
            write(database, lambda uow: uow.outbox.update_payload(number, changed))
            return super().seal(message, delivery)

    platform = Platform()
    sender = Late(platform)
    one = worker(database, sender)
    assert passes(one, 0) == [0]
    assert sender.drawn == ["first"], "a pass does not run after it"
    assert passes(one, 60) == [1]
    assert platform.said("hall") == ["second"]


def test_a_platform_gets_ready_once_a_pass_and_its_failing_does_not_matter(database: Database) -> None:
    class Unready(PlatformSender):
        async def prepare(self) -> None:
            await super().prepare()
            raise ConnectionError

    owe(database, "a")
    platform = Platform()
    sender = Unready(platform)
    one = worker(database, sender)
    passes(one, 0, 2)
    assert (sender.prepared, platform.said("hall")) == (2, ["a"])


# --- processes and databases


def test_one_process_sends_and_another_takes_over_when_it_is_gone(schema_url: URL) -> None:
    one, other = Database(schema_url), Database(schema_url)
    platform = Platform()

    async def story() -> None:
        first, second_ = PlatformSender(platform), PlatformSender(platform)
        gone, standing_by = worker(one, first), worker(other, second_)
        owe(one, "a")
        assert await gone.work(NOW) == 1
        owe(one, "b")
        for at in (1, 30, LEASE_TTL.seconds - 1):
            assert await standing_by.work(second(at)) == 0
        assert second_.prepared == 0
        assert await standing_by.work(second(LEASE_TTL.seconds + 30)) == 1
        owe(one, "c")
        assert await gone.work(second(LEASE_TTL.seconds + 31)) == 0
        assert platform.said("hall") == ["a", "b"]

    play(story)
    one.close()
    other.close()


def test_whoever_goes_on_keeps_it(schema_url: URL) -> None:
    one, other = Database(schema_url), Database(schema_url)

    async def story() -> None:
        sender = PlatformSender(Platform())
        gone, standing_by = worker(one, PlatformSender(Platform())), worker(other, sender)
        for at in range(0, 200, 10):
            await gone.work(second(at))
            await standing_by.work(second(at + 5))
        assert sender.prepared == 0

    play(story)
    one.close()
    other.close()


def test_a_claim_that_ran_out_is_asked_for_by_the_next(database: Database) -> None:
    owe(database, "a")
    platform = Platform()

    def claimed(uow: UnitOfWork) -> None:
        (due,) = uow.outbox.due("discord", NOW, 9)
        assert uow.outbox.claim(due, b'{"text": "frozen"}', NOW, NOW + CLAIM_TTL)

    write(database, claimed)
    owe(database, "b")
    sender = PlatformSender(platform)
    one = worker(database, sender)
    assert passes(one, 0, CLAIM_TTL.seconds - 15) == [0, 0]
    assert passes(one, CLAIM_TTL.seconds) == [2]
    assert sorted(platform.said("hall")) == ["b", "frozen"]
    assert sender.drawn == ["b"], "what was frozen is not drawn again"


@dataclass
class Shaky:
    """A store some of whose writes fail, those of the numbers in `fails`; nothing of them happened."""

    store: Store
    fails: set[int]
    writes: list[int] = field(default_factory=list)

    def submit(self, work: Callable[[UnitOfWork], T], *, writes: bool) -> Future[T]:
        self.writes += [1] * writes
        if writes and len(self.writes) in self.fails:
            failed: Future[T] = Future()
            failed.set_exception(DatabaseError("It does not answer."))
            return failed
        return self.store.submit(work, writes=writes)


TAKE, SETTLE, CLAIM, RECORD = 1, 2, 3, 4


def test_an_outcome_that_cannot_be_recorded_is_recorded_as_soon_as_it_can(database: Database) -> None:
    owe(database, "a")
    platform = Platform()
    store = Shaky(database, {RECORD, RECORD + 1, RECORD + 2})
    one = worker(store, platform, record_backoff=(0.0,))
    assert passes(one, 0) == [1]
    assert (states(database), platform.requests) == ({"a": "sent"}, ["a"])


@pytest.mark.parametrize("fails", [TAKE, SETTLE, CLAIM])
def test_a_database_that_fails_ends_the_pass_and_the_next_goes_on(database: Database, fails: int) -> None:
    owe(database, "a")
    platform = Platform()

    async def story() -> None:
        one = worker(Shaky(database, {fails}), platform)
        with pytest.raises(DatabaseError):
            await one.work(NOW)
        assert platform.requests == []
        assert await one.work(second(2)) == 1

    play(story)
    assert platform.said("hall") == ["a"]


def test_what_is_under_way_is_recorded_when_the_database_fails_beside_it(database: Database) -> None:
    owe(database, "a")
    owe(database, "b", DEN)
    platform = Platform()

    async def story() -> None:
        one = worker(Shaky(database, {CLAIM + 1}), platform)
        with pytest.raises(DatabaseError):
            await one.work(NOW)

    play(story)
    assert sorted(states(database).values()) == ["pending", "sent"]


# --- for ever


@asynccontextmanager
async def running(one: Worker) -> AsyncIterator[None]:
    """It runs; at the end it is told to stop, and stops."""
    task = asyncio.create_task(one.run())
    try:
        yield
    finally:
        task.cancel()
        assert await asyncio.wait({task}, timeout=60) == ({task}, set())


def test_it_runs_until_it_is_told_to_stop_and_then_lets_go(schema_url: URL) -> None:
    one, other = Database(schema_url), Database(schema_url)
    platform = Platform()

    async def story() -> None:
        async with running(worker(one, platform)):
            owe(one, "a", due_at=NOW - timedelta(days=365))
            await until(lambda: states(one) == {"a": "sent"})
        owe(one, "b", due_at=NOW - timedelta(days=365))
        async with running(worker(other, platform)):
            await until(lambda: states(one) == {"a": "sent", "b": "sent"})

    play(story)
    one.close()
    other.close()


def test_woken_it_does_not_wait_for_the_next_pass(database: Database) -> None:
    async def story() -> None:
        sender = PlatformSender(Platform())
        one = worker(database, sender, poll_every=3600.0)
        async with running(one):
            for passes_made in range(1, 5):
                await until(lambda made=passes_made: sender.prepared == made)  # type: ignore[misc]
                one.wake()

    play(story)


def test_told_to_stop_at_the_moment_that_it_is_woken_it_stops(database: Database) -> None:
    async def story() -> None:
        for _ in range(5):
            sender = PlatformSender(Platform())
            one = worker(database, sender, poll_every=3600.0)

            def is_at_work(one: Worker = one, sender: PlatformSender = sender) -> bool:
                one.wake()  # the one before may not have let go yet
                return sender.prepared > 0

            async with running(one):
                await until(is_at_work)
                await asyncio.sleep(0.05)  # by now it waits; nothing tells
                one.wake()
                await asyncio.sleep(0)

    play(story)


def test_told_to_stop_in_the_middle_the_next_asks_for_it_at_once(database: Database) -> None:
    owe(database, "a")
    platform = Platform()

    async def story() -> None:
        platform.open.clear()
        one = worker(database, platform)
        passing = asyncio.create_task(one.work(NOW))
        await platform.arrived.wait()
        passing.cancel()
        with suppress(asyncio.CancelledError):
            await passing
        platform.open.set()
        await until(lambda: states(database) == {"a": "uncertain"})
        assert await one.work(second(1)) == 1

    play(story)
    assert (platform.said("hall"), states(database)) == (["a"], {"a": "sent"})


def test_while_it_runs_a_failing_database_is_spoken_of_once(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    owe(database, "a", due_at=NOW - timedelta(days=365))
    platform = Platform()
    store = Shaky(database, {1, 2, 3})

    async def story() -> None:
        one = worker(store, platform)

        def is_sent() -> bool:
            one.wake()
            return states(database) == {"a": "sent"}

        async with running(one):
            await until(is_sent)

    play(story)
    said = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert said == ["Sending failed and is tried again."]
