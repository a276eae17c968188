"""Senders hear of a commit that left something to send, and of no other."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from bot.domain.deliveries import NewDelivery, Place, Purpose, Subject
from bot.messages.documents import to_document
from bot.messages.reply import Reply
from bot.ports.store import write
from tests.integration.samples import NOW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.ports import UnitOfWork
    from storage.database import Database

HALL = Place("discord", "1", "hall")


def enqueue(uow: UnitOfWork, key: str = "a", place: Place | None = HALL) -> int | None:
    return uow.outbox.enqueue(
        NewDelivery(key, Purpose.CARD, place, to_document(Reply(key)), NOW, community=1)
    )


class Heard:
    """Counts."""

    def __init__(self) -> None:
        self.times = 0
        self.threads: set[int] = set()

    def __call__(self) -> None:
        self.times += 1
        self.threads.add(threading.get_ident())


@pytest.fixture
def heard(database: Database) -> Iterator[Heard]:
    """Who is called after such commits."""
    heard = Heard()
    forget = database.on_enqueued(heard)
    yield heard
    forget()


def test_a_delivery_that_is_owed_is_heard_of_once_it_is_committed(database: Database, heard: Heard) -> None:
    seen: list[int] = []

    def work(uow: UnitOfWork) -> None:
        enqueue(uow)
        enqueue(uow, "b")
        seen.append(heard.times)
        uow.commit()

    database.submit(work, writes=True).result()
    assert (seen, heard.times) == ([0], 1)
    assert threading.get_ident() not in heard.threads


def test_one_that_was_committed_before_the_work_failed_is_heard_of(database: Database, heard: Heard) -> None:
    def work(uow: UnitOfWork) -> None:
        enqueue(uow)
        uow.commit()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.submit(work, writes=True).result()
    assert heard.times == 1


def test_what_was_not_committed_is_not_heard_of(database: Database, heard: Heard) -> None:
    database.submit(enqueue, writes=True).result()
    assert heard.times == 0


@pytest.mark.parametrize(
    "work",
    [
        lambda uow: enqueue(uow, place=None),
        lambda uow: uow.communities.every(),
        lambda uow: uow.outbox.give_up_lost("discord", NOW),
        lambda uow: uow.outbox.retry_uncertain("discord", datetime.min.replace(tzinfo=NOW.tzinfo), NOW),
    ],
)
def test_what_leaves_nothing_to_send_is_not_heard_of(
    work: Callable[[UnitOfWork], object], database: Database, heard: Heard
) -> None:
    write(database, work)
    assert heard.times == 0


def test_a_delivery_that_was_owed_before_is_not_heard_of_again(database: Database, heard: Heard) -> None:
    for _ in range(2):
        write(database, enqueue)
    assert heard.times == 1


@pytest.mark.parametrize(
    "work",
    [
        lambda uow: uow.outbox.resume(HALL),
        lambda uow: uow.outbox.reschedule(Subject("report", "1"), Purpose.CARD, NOW),
    ],
)
def test_what_is_due_sooner_is_heard_of(
    work: Callable[[UnitOfWork], object], database: Database, heard: Heard
) -> None:
    write(database, work)
    assert heard.times == 1


def test_who_left_hears_no_more(database: Database) -> None:
    first, second = Heard(), Heard()
    forget = database.on_enqueued(first)
    database.on_enqueued(second)
    forget()
    write(database, enqueue)
    assert (first.times, second.times) == (0, 1)
