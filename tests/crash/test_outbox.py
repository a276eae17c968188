"""Killed at any step of sending: nothing is posted twice, and all that can be known to be missing arrives."""

from __future__ import annotations

import signal
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.domain.deliveries import NewDelivery, Place, Purpose
from bot.messages.documents import to_document
from bot.messages.reply import Reply
from bot.outbox.timing import Timing
from bot.ports.store import write
from storage.database import Database
from storage.outbox.tables import deliveries
from tests.crash.sending import Server, start
from tests.integration.samples import NOW

if TYPE_CHECKING:
    from sqlalchemy import URL

    from tests.integration.conftest import Databases

CLAIM_TTL = Timing().claim_ttl
FOR_LONG, NEVER = timedelta(hours=1), timedelta(0)
HALL, DEN = Place("discord", "1", "hall"), Place("discord", "1", "den")
NEXT = NOW + CLAIM_TTL + timedelta(seconds=1)
LATER = NEXT + timedelta(seconds=60)
CARDS = ("card a", "card b", "card c")


def fill(url: URL) -> None:
    """Owe two messages in one place, one and its change in another."""

    def owed(
        key: str, place: Place, purpose: Purpose = Purpose.CARD, edits: int | None = None
    ) -> NewDelivery:
        return NewDelivery(key, purpose, place, to_document(Reply(text=key)), NOW, edits=edits)

    database = Database(url)
    write(database, lambda uow: uow.outbox.enqueue(owed("card a", HALL)))
    write(database, lambda uow: uow.outbox.enqueue(owed("card b", HALL)))
    number = write(database, lambda uow: uow.outbox.enqueue(owed("card c", DEN)))
    write(database, lambda uow: uow.outbox.enqueue(owed("redraw", DEN, Purpose.REDRAW, number)))
    database.close()


def states(url: URL) -> dict[str, str]:
    """How each delivery stands."""
    database = Database(url)
    with database._reader.connect() as connection:
        found = {row.key: row.state for row in connection.execute(select(deliveries))}
    database.close()
    return found


def undisturbed(databases: Databases, same_key: timedelta) -> int:
    """How many steps a pass takes that nobody disturbs."""
    url = databases.make(like=databases.model("schema"))
    fill(url)
    with Server(forgets=not same_key) as server:
        code, steps, _ = start(url, server, NOW, same_key).wait()
    assert code == 0
    assert {key: len(made) for key, made in server.posts.items()} == dict.fromkeys(CARDS, 1)
    assert set(states(url).values()) == {"sent"}
    return steps


@pytest.mark.parametrize("same_key", [FOR_LONG, NEVER], ids=["knows keys", "forgets keys"])
def test_killed_at_any_step_nothing_is_posted_twice(databases: Databases, same_key: timedelta) -> None:
    steps = undisturbed(databases, same_key)
    assert steps > 30
    few = 2 if databases.kind == "sqlite" else 5  # with a server every start takes longer
    doubted = 0
    for point in range(1, steps, few):
        url = databases.make(like=databases.model("schema"))
        fill(url)
        with Server(forgets=not same_key) as server:
            code, _, _ = start(url, server, NOW, same_key, point).wait()
            assert code in (-signal.SIGKILL, 0)  # of two places at once the order may differ by a few steps
            for now in (NEXT, LATER):
                assert start(url, server, now, same_key).wait()[0] == 0
        try:
            doubted += check(url, server, same_key)
        except AssertionError as error:
            error.add_note(f"killed at step {point} of {steps}")
            raise
    assert bool(doubted) != bool(same_key), "there are moments of which nobody can know"


def check(url: URL, server: Server, same_key: timedelta) -> int:
    """At most one post a key; exactly one of what is known. Returns of how many nobody knows."""
    found = states(url)
    assert all(len(made) <= 1 for made in server.posts.values())
    doubted = [key for key in CARDS if found[key] == "uncertain"]
    assert all(found[key] == "sent" for key in CARDS if key not in doubted)
    assert all(len(server.posts[key]) == 1 for key in CARDS if key not in doubted)
    assert not (doubted and same_key), "asked under the same key, the platform tells"
    if "card c" not in doubted:
        assert found["redraw"] == "sent"
        assert server.changes["redraw"] >= 1, "may be repeated"
        assert server.says[server.posts["card c"][0]] == "redraw"
    return len(doubted)


def test_killed_again_and_again_it_still_gets_there(databases: Databases) -> None:
    url = databases.make(like=databases.model("schema"))
    fill(url)
    with Server(forgets=False) as server:
        for times in range(8):
            now = NOW + times * (CLAIM_TTL + timedelta(seconds=1))
            start(url, server, now, FOR_LONG, burns_at=6 + 3 * times).wait()
        for times in range(8, 11):
            assert start(url, server, NOW + times * CLAIM_TTL * 1.1, FOR_LONG).wait()[0] == 0
    check(url, server, FOR_LONG)


def test_several_processes_at_once_send_each_once(databases: Databases) -> None:
    url = databases.make(like=databases.model("schema"))
    fill(url)
    with Server(forgets=True) as server:
        children = [start(url, server, NOW, NEVER) for _ in range(3)]
        assert [child.wait()[0] for child in children] == [0, 0, 0]
    assert check(url, server, NEVER) == 0
    assert server.changes["redraw"] == 1
