"""Sending while the service serves: reports become cards, greetings, stopping in the middle of a message."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.domain.deliveries import DeliveryState, NewDelivery, Place, Purpose, delivery_key
from bot.messages.documents import to_document
from bot.messages.reply import Reply
from bot.outbox.timing import Timing
from bot.ports.store import write
from storage.outbox.deliveries import load_deliveries
from storage.outbox.tables import deliveries
from tests.integration.discord.fake.messages import File
from tests.integration.discord.sockets.serving import (
    WAITS,
    Served,
    community_of,
    eventually,
    play,
    posted,
    words,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.discord.fake.server import FakeDiscord

POST = ("POST", "/channels/*/messages")


def review_in_the_channel(served: Served) -> None:
    """Have cards posted in the server's channel."""
    community = community_of(served, served.guild.id)
    assert community is not None
    place = place_of(served)
    write(
        served.database, lambda uow: uow.review_settings.name_review_places(community.id, "discord", [place])
    )


def place_of(served: Served) -> Place:
    """The server's channel."""
    return Place("discord", str(served.guild.id), str(served.guild.channels[0].id))


def owe(served: Served, key: str) -> None:
    """Owe a message; nobody is told."""
    document = to_document(Reply(key))
    owed = NewDelivery(delivery_key(key), Purpose.CARD, place_of(served), document, datetime.now(UTC))
    write(served.database, lambda uow: uow.outbox.enqueue(owed))


def states(served: Served) -> dict[str, DeliveryState]:
    """Where everything that was owed stands, by key."""
    with served.database._reader.connect() as connection:
        return {each.key: each.state for each in load_deliveries(connection, deliveries.c.id > 0)}


async def greeted(served: Served) -> None:
    """Once all that is owed at the start was sent."""
    await served.fake.until(lambda: posted(served))
    await eventually(lambda: set(states(served).values()) == {DeliveryState.SENT})


def test_a_report_with_a_file_becomes_a_card_with_it(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        await greeted(served)
        review_in_the_channel(served)
        first = await served.answered("report")
        values = {"what": "It counts its reservoirs", "about": "Illinois", "link": "https://example.org/a"}
        receipt = await (await served.fake.submit(first, values)).settled()
        assert receipt.message is not None
        assert receipt.message.ephemeral
        # At once, though the next pass is an hour away: whoever wrote something wakes the one who sends.
        await served.fake.until(lambda: len(posted(served)) == 2)
        card = posted(served)[1]
        assert "It counts its reservoirs" in words(card)
        token = receipt.message.labels["Add details"]
        second = await (await served.fake.click(receipt.message, token)).settled()
        sent = {"details": "More words", "files": [File("me at home.png", b"a picture")]}
        await (await served.fake.submit(second, sent)).settled()
        await served.fake.until(lambda: card.files)
        assert card.files == {"R-1-1.png"}
        assert [each.user.name for each in (first, second)] == ["Someone", "Someone"]
        assert not any("me at home" in str(message.data) for message in posted(served))

    play(tmp_path, story, waits=replace(WAITS, sending=Timing(poll_every=3600.0)))


def test_a_form_that_is_sent_twice_is_one_report(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        await greeted(served)
        review_in_the_channel(served)
        values = {"what": "It counts its reservoirs", "about": "Illinois", "link": ""}
        shown = await served.answered("report")
        for link in ("https://example.org/a", "https://example.org/b"):
            await (await served.fake.submit(shown, {**values, "link": link})).settled()
        await served.fake.until(lambda: len(posted(served)) == 2)
        await asyncio.sleep(0)
        assert len(posted(served)) == 2, "the greeting and one card"

    play(tmp_path, story)


def test_a_new_server_is_greeted_once(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        await greeted(served)
        assert "Fiftywire is here" in words(posted(served)[0])
        other = served.fake.add_guild("Joins later", joined=False)
        other.system_channel = served.fake.add_channel(other, "notices")
        await served.fake.join(other)
        await served.fake.until(lambda: other.system_channel and other.system_channel.messages)
        assert not other.channels[0].messages

    async def again(served: Served) -> None:
        await asyncio.sleep(0)
        assert len(states(served)) == 2

    play(tmp_path, story)
    play(tmp_path, again)


def test_a_lost_connection_to_the_gateway_stops_no_message(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        await greeted(served)
        await served.fake.drop_gateway()
        owe(served, "meanwhile")
        await served.fake.until(lambda: len(posted(served)) == 2)

    play(tmp_path, story)


def test_after_a_session_that_ended_the_next_one_sends(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        await greeted(served)
        identified = len(served.fake.identifies)
        served.fake.refuses_resume = False
        for connection in list(served.fake.connections):
            connection.close(4000)
        await served.fake.until(lambda: len(served.fake.identifies) > identified)
        owe(served, "later")
        await served.fake.until(lambda: len(posted(served)) == 2)

    play(tmp_path, story)


@pytest.mark.parametrize("trouble", ["delay", "hang", "hang_after"])
def test_a_message_under_way_when_it_stops_is_sent_once(trouble: str, tmp_path: Path) -> None:
    """Within the time for draining it ends; cut off, it is uncertain, and the next process settles it."""

    async def story(served: Served) -> None:
        await greeted(served)
        fault = served.fake.fault(*POST, trouble, seconds=0.3)  # type: ignore[arg-type]
        owe(served, "under way")
        await served.fake.until(lambda: fault.hits)
        await served.end()
        fault.release()
        left = states(served)[delivery_key("under way")]
        assert left is (DeliveryState.SENT if trouble == "delay" else DeliveryState.UNCERTAIN)
        assert len(posted(served)) == (1 if trouble == "hang" else 2)

    play(tmp_path, story)


def test_with_messages_waiting_it_ends_at_once(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        await greeted(served)
        served.fake.limit(*POST, retry_after=25, times=None)
        owe(served, "waits")
        before = len(served.fake.requests)
        await served.fake.until(lambda: len(served.fake.requests) > before)
        owe(served, "waits too")
        await served.end()
        assert DeliveryState.SENDING not in states(served).values()

    play(tmp_path, story)


def before_anybody(fake: FakeDiscord) -> None:
    """Nobody may write in the first channel."""
    (guild,) = fake.guilds.values()
    guild.channels[0].denied = 1 << 11
    fake.add_channel(guild, "second")


def test_where_it_may_not_write_it_greets_elsewhere(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        await served.fake.until(lambda: served.guild.channels[1].messages)
        assert not served.guild.channels[0].messages

    play(tmp_path, story, before=before_anybody)
