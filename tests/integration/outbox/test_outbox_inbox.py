"""What a terminal gets: each message once, with buttons that can be pressed from there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import pytest

from bot.commands.every import build_registry
from bot.domain.community.people import Home
from bot.domain.deliveries import NewDelivery, Place, Purpose
from bot.messages.documents import to_document
from bot.messages.message import Button, Message, Press
from bot.messages.reply import Reply
from bot.outbox.inbox import unread
from bot.ports.store import read, write
from tests.integration.samples import NOW

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from datetime import datetime

    from bot.ports import Store, UnitOfWork
    from storage.database import Database

T = TypeVar("T")
CODEC = build_registry().codec
TERMINAL, AWAY = Home("terminal", "terminal"), Home("terminal", "away")
HERE, PORCH = Place("terminal", "terminal", "here"), Place("terminal", "terminal", "porch")
ANA, BEN = Place("terminal", "", "ana", direct=True), Place("terminal", "", "ben", direct=True)
LONG = Button("Long", Press("search", {"words": "reservoir " * 30}))


def owe(database: Database, text: str, place: Place, document: str = "", at: datetime = NOW) -> None:
    document = document or to_document(Reply(text=text, buttons=(LONG,)))
    home = community_of(database, TERMINAL)
    owed = NewDelivery(text, Purpose.CARD, place, document, at, None if place.direct else home)
    assert write(database, lambda uow: uow.outbox.enqueue(owed))


def community_of(database: Database, home: Home) -> int | None:
    found = read(database, lambda uow: uow.communities.at(home))
    return found.id if found else None


def shown(store: Store, *places: Place, home: Home = TERMINAL, at: datetime = NOW) -> list[Message]:
    return unread(store, CODEC, places, home, at)


def texts(replies: list[Message]) -> list[str]:
    return [reply.text for reply in replies]


@dataclass
class Counted:
    """A store that counts what was written."""

    store: Store
    writes: int = 0

    def submit(self, work: Callable[[UnitOfWork], T], *, writes: bool) -> Future[T]:
        self.writes += writes
        return self.store.submit(work, writes=writes)


def test_each_message_is_shown_once_where_it_belongs_oldest_first(database: Database) -> None:
    for text, place in (("a", HERE), ("b", ANA), ("c", PORCH), ("d", BEN), ("e", HERE)):
        owe(database, text, place)
    assert texts(shown(database, ANA, HERE)) == ["a", "b", "e"]
    assert shown(database, ANA, HERE) == []
    assert texts(shown(database, BEN, HERE)) == ["d"]
    assert texts(shown(database, ANA, PORCH)) == ["c"]


def test_what_is_due_later_comes_later(database: Database) -> None:
    owe(database, "later", HERE, at=NOW + timedelta(minutes=5))
    assert shown(database, HERE) == []
    assert texts(shown(database, HERE, at=NOW + timedelta(minutes=5))) == ["later"]


def test_where_there_is_nothing_nothing_is_written(database: Database) -> None:
    store = Counted(database)
    assert shown(store, ANA, HERE) == []
    owe(database, "a", PORCH)
    shown(store, ANA, HERE)
    assert store.writes == 1, "it is put into the inbox of whom it is for"
    assert shown(store, ANA, HERE) == []
    assert store.writes == 1
    assert texts(shown(store, PORCH)) == ["a"]


@pytest.mark.parametrize(("place", "home"), [(HERE, TERMINAL), (ANA, TERMINAL), (ANA, AWAY)])
def test_a_long_button_can_be_pressed_from_where_it_was_read(
    database: Database, place: Place, home: Home
) -> None:
    owe(database, "a", place)
    (reply,) = shown(database, place, home=home)
    token = reply.buttons[0].token
    assert CODEC.is_stored(token)

    def body(uow: UnitOfWork, of: int | None) -> str | None:
        return uow.tokens.load(token.partition("*")[2], of)

    here = community_of(database, home)
    kept = read(database, lambda uow: body(uow, here))
    assert CODEC.read(token, lambda _: kept) == LONG.press
    assert read(database, lambda uow: body(uow, None if here else 1)) is None


def test_what_a_newer_version_wrote_is_named_and_the_others_are_shown(database: Database) -> None:
    owe(database, "a", HERE, json.dumps({"version": 3, "text": "a"}))
    owe(database, "b", HERE)
    assert texts(shown(database, HERE)) == ["There is a message that only a newer Fiftywire can show.", "b"]
