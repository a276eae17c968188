"""From the third release: what was posted can be pressed, what waits goes out, and nothing twice.

`released_0003.json` was made with that release's own code: four reports of one member, cards in three
channels of Discord and at a terminal. One channel refuses (announced in the others); of one card nobody knows
whether it came through; R-2 was rejected, so that redraws and a notice wait; R-4 has just come; one button is
kept as a long token. `sent` are the keys of what was sent, `pressed` what a moderator was answered to each
button: a token, the code of the problem, whether a form opened.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, text

from adapters.discord.sending.sender import sealed
from bot.app import chores_of
from bot.commands.dispatch import Dispatcher
from bot.commands.every import build_registry
from bot.commands.spec import Invocation, Pressed
from bot.domain.community.people import Account, Home, Role
from bot.domain.deliveries import Place, Purpose, about_report
from bot.errors import DatabaseError
from bot.maintenance.leader import do_due
from bot.outbox.inbox import unread
from bot.outbox.worker import Worker
from bot.ports.store import read, write
from bot.progress import Progress
from storage.database import Database
from tests.integration.drift import drift
from tests.integration.outbox_platform import Platform, PlatformSender
from tests.integration.report_samples import rows
from tests.integration.samples import NOW
from tests.migration.released import (
    broken_references,
    contents,
    copy,
    make,
    migrated,
    schema_of,
    shape,
    straight_to,
    tables,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL

    from bot.domain.deliveries import Delivery
    from bot.messages.message import Message
    from tests.integration.conftest import Databases

RELEASED = json.loads(Path(__file__).with_name("released_0003.json").read_text(encoding="utf-8"))
REGISTRY = build_registry()
MO = Account("discord", "9", "Mo", Role.MODERATOR, numbered=True)
HERE = Home("discord", "1")
DESK = Place("terminal", "terminal", "desk")
LATER = NOW + timedelta(seconds=500)
ATTIC, AT_A_DESK = (
    next(row["id"] for row in RELEASED["rows"]["places"] if row["name"] == name) for name in ("attic", "desk")
)


class Wire(PlatformSender):
    """Encodes messages as they go to Discord."""

    def seal(self, message: Message, delivery: Delivery) -> bytes:
        """A request to Discord, which the platform in memory does not read."""
        return sealed(message, delivery).encode()


@pytest.fixture
def released_url(empty_url: URL) -> URL:
    """A database as the third release left it."""
    make(empty_url, "0003")
    with straight_to(empty_url) as connection:
        found = tables(connection)
        for table in reversed(found.sorted_tables):
            connection.execute(table.delete())
        for table in found.sorted_tables:
            for row in RELEASED["rows"].get(table.name, ()):
                connection.execute(insert(table).values({name: value(kept) for name, kept in row.items()}))
            if connection.dialect.name == "postgresql" and "id" in table.c and table.name != "revision_head":
                last = f"(SELECT coalesce(max(id), 0) + 1 FROM {table.name})"
                connection.execute(text(f"SELECT setval('{table.name}_id_seq', {last}, false)"))
    return empty_url


def value(kept: Any) -> Any:
    """A value from the file, where times and bytes say that they are."""
    match kept:
        case {"time": time}:
            return datetime.fromisoformat(time)
        case {"bytes": encoded}:
            return base64.b64decode(encoded)
    return kept


@pytest.fixture
def upgraded(released_url: URL) -> Iterator[Database]:
    database = migrated(released_url)
    yield database
    database.close()


async def work(database: Database, platform: Platform, *passes: datetime) -> None:
    """Passes of the outbox, and the chores before each."""
    worker = Worker(database, REGISTRY.codec, Wire(platform, timedelta(seconds=90)))
    for now in passes:
        do_due(database, chores_of(Progress()), now)
        await worker.work(now)


def test_everything_is_still_there(released_url: URL) -> None:
    old, before = schema_of(released_url), contents(released_url)
    about = {row["id"]: row.get("report_id") for row in RELEASED["rows"]["deliveries"]}
    database = migrated(released_url)
    found = dict(rows(database, "SELECT id, about FROM deliveries"))
    assert found == {id_: f"report {number}" if number else None for id_, number in about.items()}
    for number in range(1, 5):
        cards = read(database, lambda uow, n=number: uow.outbox.about(about_report(n), Purpose.CARD))  # type: ignore[misc]
        assert [card.id for card in cards] == [
            row["id"] for row in RELEASED["rows"]["deliveries"]
            if row.get("report_id") == number and row["purpose"] == "card"
        ]  # fmt: skip
    database.close()
    names = [name for name in old.tables["deliveries"].c.keys() if name != "report_id"]  # noqa: SIM118
    was = [{**dict.fromkeys(names), **row} for row in RELEASED["rows"]["deliveries"]]
    with straight_to(released_url) as connection:
        query = text(f"SELECT {', '.join(names)} FROM deliveries ORDER BY id")
        now = connection.execute(query).all()
    for name in ("key", "purpose", "place_id", "payload", "state", "message", "edits", "recipient", "frozen"):
        assert [row._mapping[name] for row in now] == [value(row[name]) for row in was], name
    old.remove(old.tables["deliveries"])
    del before["deliveries"]
    assert contents(released_url, old) == before
    assert broken_references(released_url) == []


def test_the_tables_are_those_of_a_new_database(released_url: URL, databases: Databases) -> None:
    migrated(released_url).close()
    fresh = databases.make()
    database = Database(fresh)
    assert database.open() is True
    database.close()
    assert shape(released_url) == shape(fresh)
    with straight_to(released_url) as connection:
        assert drift(connection) == []


def test_the_starter_is_as_in_a_new_database(empty_url: URL, starter_url: URL) -> None:
    make(empty_url, "0003")
    copy(starter_url, empty_url)
    migrated(empty_url).close()
    assert contents(empty_url) == contents(starter_url)


def test_every_button_that_was_posted_answers_as_it_did(upgraded: Database) -> None:
    dispatcher = Dispatcher(REGISTRY, upgraded, lambda: b"k" * 32)

    async def press() -> list[list[Any]]:
        answers = []
        for token, _, _ in RELEASED["pressed"]:
            reply = await dispatcher.dispatch(Invocation(Pressed(token), MO, HERE, LATER))
            answers.append([token, reply.problem.code if reply.problem else "", bool(reply.form)])
        return answers

    assert any("*" in token for token, _, _ in RELEASED["pressed"]), "a long one, which is kept"
    assert asyncio.run(press()) == RELEASED["pressed"]


def test_what_waited_goes_out_and_nothing_goes_out_twice(upgraded: Database) -> None:
    platform = Platform(kind=False)
    kept = RELEASED["rows"]["deliveries"]
    asyncio.run(work(upgraded, platform, *(LATER + timedelta(seconds=3 * n) for n in range(4))))
    waiting = [
        row["key"] for row in kept if row["state"] == "pending" and row["place_id"] not in (ATTIC, AT_A_DESK)
    ]
    assert set(platform.requests).isdisjoint(RELEASED["sent"])
    assert Counter(platform.requests) == Counter(waiting), "each once: redraws, the notice, the new cards"
    redraws = {row["key"]: row["edits"] for row in kept if row["purpose"] == "redraw"}
    changed = {row["message"] for row in kept if row["id"] in redraws.values()} - {"inbox"}
    assert {platform.keys[key] for key in redraws if key in platform.keys} == changed
    states = dict(rows(upgraded, "SELECT key, state FROM deliveries"))
    (uncertain,) = [row["key"] for row in kept if row["state"] == "uncertain"]
    assert states[uncertain] == "uncertain"
    assert {states[key] for key in waiting} == {"sent"}
    # What was announced to the others before is not announced again.
    assert len(states) == len(kept)


def test_the_channel_that_refuses_gets_all_it_is_owed_once_it_is_named_anew(upgraded: Database) -> None:
    platform = Platform(kind=False)
    attic = Place("discord", "1", "13")
    write(upgraded, lambda uow: uow.outbox.resume(attic))
    asyncio.run(work(upgraded, platform, *(LATER + timedelta(seconds=3 * n) for n in range(4))))
    owed = [row["key"] for row in RELEASED["rows"]["deliveries"] if row["place_id"] == ATTIC]
    posted = [key for key in platform.requests if key in owed]
    assert posted == owed


def test_a_terminal_shows_what_arrived_and_what_waited(upgraded: Database) -> None:
    shown = unread(upgraded, REGISTRY.codec, [DESK], Home("terminal", "terminal"), LATER)
    titles = [reply.title.partition(":")[0] for reply in shown]
    assert titles == ["R-1", "#attic refuses messages", "R-2", "R-3", "R-4"]
    assert "Rejected" in str(shown[2]), "redrawn where it stands"
    assert not unread(upgraded, REGISTRY.codec, [DESK], Home("terminal", "terminal"), LATER)


def test_an_upgrade_that_breaks_off_leaves_the_old_database(released_url: URL) -> None:
    with straight_to(released_url) as connection:  # the last thing that is added
        connection.execute(text("ALTER TABLE places ADD COLUMN announced_at TIMESTAMP"))
    before, old = contents(released_url), shape(released_url)
    database = Database(released_url)
    with pytest.raises(DatabaseError):
        database.open()
    database.close()
    assert (contents(released_url), shape(released_url)) == (before, old)
