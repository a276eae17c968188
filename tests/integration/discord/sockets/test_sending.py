"""Sending over sockets: what goes wrong on the way, one message in the end, and why a place gets none."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from discord.http import Route

from adapters.discord import wire
from adapters.discord.sending import sender as sending
from bot.domain.deliveries import DeliveryState, Place, Purpose, delivery_key
from bot.messages.message import TextFile
from bot.messages.reply import Reply
from bot.ports.store import write
from tests.integration.discord.fake.world import ATTACH, SEND, VIEW
from tests.integration.discord.outgoing import CARD, PATCH, POST, Post, play
from tests.integration.discord.sockets.serving import eventually

if TYPE_CHECKING:
    from pathlib import Path

PENDING, SENT, UNCERTAIN = DeliveryState.PENDING, DeliveryState.SENT, DeliveryState.UNCERTAIN
REFUSED, SUSPENDED, DROPPED = DeliveryState.REFUSED, DeliveryState.SUSPENDED, DeliveryState.DROPPED
OPEN = ("POST", "/users/@me/channels")
LIMITED, BANNED = "429", "429 of Cloudflare"


@pytest.fixture
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Less patience with what is silent."""
    monkeypatch.setattr(sending, "_PATIENCE", 0.3)


def let_go_wrong(post: Post, where: tuple[str, str], trouble: Any, times: int | None = 1) -> None:
    """Let the next requests of a kind go wrong."""
    if trouble in (LIMITED, BANNED):
        post.fake.limit(*where, retry_after=3, times=times, via=trouble == LIMITED)
    else:
        post.fake.fault(*where, trouble, times=times)


def test_a_message_is_posted_as_it_was_written_down(tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        number = post.owe("card")
        await post.work()
        (message,) = post.seen
        delivery = post.delivery(number)
        assert (delivery.state, delivery.message) == (SENT, str(message.id))
        assert "R\\-12" in message.text
        assert "A \\*report\\*" in message.text
        assert list(message.labels) == ["Approve"]
        (body,) = post.bodies(POST)
        assert delivery.sealed is not None
        assert body.encode() in delivery.sealed, "byte for byte"
        told = json.loads(body)
        assert told["nonce"] == delivery_key("card")
        assert told["enforce_nonce"] is True
        assert told["allowed_mentions"] == {"parse": []}
        assert told["flags"] == 1 << 15
        await post.work(100)
        assert len(post.bodies(POST)) == 1

    play(tmp_path, story)


# --- one message, whatever happens


@pytest.mark.parametrize(
    "trouble", [502, 503, "bad_gateway_after", "drop", "drop_before", "hang", "hang_after", LIMITED, BANNED]
)
@pytest.mark.usefixtures("impatience")
def test_there_is_one_message_in_the_end(trouble: Any, tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        number = post.owe("card")
        let_go_wrong(post, POST, trouble)
        await post.work()
        for _ in range(3):
            await post.work(11)
        (message,) = post.seen
        delivery = post.delivery(number)
        assert (delivery.state, delivery.message) == (SENT, str(message.id))
        assert len(set(post.bodies(POST))) == 1, "every attempt sends the same"

    play(tmp_path, story)


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        (503, UNCERTAIN),
        ("drop", UNCERTAIN),
        ("drop_before", UNCERTAIN),
        ("hang", UNCERTAIN),
        ("hang_after", UNCERTAIN),
        (BANNED, PENDING),
    ],
)
@pytest.mark.usefixtures("impatience")
def test_what_is_known_of_an_attempt(trouble: Any, state: DeliveryState, tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        number = post.owe("card")
        let_go_wrong(post, POST, trouble)
        await post.work()
        assert post.state(number) is state

    play(tmp_path, story)


def test_a_limit_that_lasts_is_waited_for(tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        number = post.owe("card")
        post.fake.limit(*POST, retry_after=45)
        await post.work()
        assert post.state(number) is PENDING
        await post.work(40)
        assert len(post.bodies(POST)) == 1, "not before it is over"
        await post.work(10)
        assert post.state(number) is SENT

    play(tmp_path, story)


def test_an_attempt_of_discord_py_that_may_have_come_through_counts(tmp_path: Path) -> None:
    """It repeats what met a 502 by itself; the 429 that it tells us of is not all that happened."""

    async def story(post: Post) -> None:
        number = post.owe("card")
        post.fake.fault(*POST, "bad_gateway_after")
        post.fake.limit(*POST, retry_after=45)
        await post.work()
        assert post.state(number) is UNCERTAIN
        await post.work(11)
        assert post.state(number) is SENT
        assert len(post.seen) == 1

    play(tmp_path, story)


def test_where_nobody_listens_nothing_was_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(post: Post) -> None:
        number = post.owe("card")
        for base in ("http://127.0.0.1:1/api/v10", "http://nowhere.invalid/api/v10"):
            with monkeypatch.context() as patch:
                patch.setattr(Route, "BASE", base)
                await post.work(10)
            assert post.state(number) is PENDING
        await post.work(10)
        assert post.state(number) is SENT

    play(tmp_path, story)


def test_a_message_that_somebody_deleted_at_once_was_delivered(tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        number = post.owe("card")
        post.fake.fault(*POST, "drop")
        await post.work()
        post.fake.erase(post.seen[0])
        await post.work(11)
        delivery = post.delivery(number)
        assert (delivery.state, delivery.message) == (SENT, "")
        assert not post.seen

    play(tmp_path, story)


def test_beyond_the_window_nothing_is_sent_again(tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        number = post.owe("card")
        post.fake.fault(*POST, "drop")
        await post.work()
        post.fake.nonce_window = 0.0
        await post.work(91)
        await post.work(91)
        assert post.state(number) is UNCERTAIN
        assert len(post.seen) == 1

    play(tmp_path, story)


def test_a_cancelled_wait_for_the_global_limit_blocks_nobody_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    async def story(post: Post) -> None:
        post.fake.limit(*POST, retry_after=20, is_global=True)
        limited = asyncio.create_task(post.client.http.request(Route("POST", "/channels/{n}/messages", n=1)))
        await eventually(lambda: waits)
        limited.cancel()
        await asyncio.wait({limited})
        number = post.owe("card")
        async with asyncio.timeout(5):
            await post.work()
        assert post.state(number) is SENT

    async def long(seconds: float) -> None:
        if seconds:
            waits.append(seconds)
            await asyncio.Event().wait()

    monkeypatch.setattr(wire, "LONGEST_WAIT", 0.1)
    play(tmp_path, story, sleep=long)


# --- places that refuse


@pytest.mark.parametrize(
    ("denied", "reason"),
    [
        (VIEW, "Fiftywire lacks the permission View Channel there."),
        (SEND, "Fiftywire lacks the permission Send Messages there."),
        (ATTACH, "Fiftywire lacks the permission Attach Files there."),
    ],
)
def test_a_place_that_refuses_is_suspended_and_says_why(denied: int, reason: str, tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        long = Reply("A card", "*" * 4000, file=TextFile("data.txt", "x"))
        number, second = post.owe("card", long), post.owe("second", long)
        await post.work()
        delivery = post.delivery(number)
        assert (delivery.state, post.trouble(number)) == (SUSPENDED, reason)
        await post.work(100)
        assert post.state(second) is PENDING
        cards = [body for body in post.bodies(POST) if "A card" in body]
        assert len(cards) == 1, "what refuses is left alone"
        post.channel.denied = 0
        resume(post, post.place)
        await post.work(10)
        await post.work(10)
        assert (post.state(number), post.state(second)) == (SENT, SENT)

    def forbid(fake: Any) -> None:
        (guild,) = fake.guilds.values()
        guild.channels[0].denied = denied

    play(tmp_path, story, before=forbid, gateway=True)


def resume(post: Post, place: Place) -> None:
    """An admin says that it will do now."""
    write(post.database, lambda uow: uow.outbox.resume(place))


@pytest.mark.parametrize(
    ("code", "reason"),
    [(50001, "Fiftywire lacks the permission View Channel there."), (50083, "The thread is archived.")],
)
def test_without_the_gateways_word_the_code_must_do(code: int, reason: str, tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        number = post.owe("card")
        post.fake.fault(*POST, 403, code=code)
        await post.work()
        delivery = post.delivery(number)
        assert (delivery.state, post.trouble(number)) == (SUSPENDED, reason)

    play(tmp_path, story)


def test_a_channel_that_is_gone(tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        gone = replace(post.place, id="77777")
        number, other = post.owe("card", place=gone), post.owe("other")
        await post.work()
        delivery = post.delivery(number)
        assert (delivery.state, post.trouble(number)) == (SUSPENDED, "The channel does not exist any more.")
        assert post.state(other) is SENT, "each stands alone"

    play(tmp_path, story)


@pytest.mark.parametrize("id_", ["general", "٧", "1" * 30, "-1"])
def test_what_is_no_channel_is_refused_before_discord_is_asked(id_: str, tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        number = post.owe("card", place=replace(post.place, id=id_))
        before = len(post.fake.requests)
        await post.work()
        assert post.trouble(number) == "There is no such channel."
        assert len(post.fake.requests) == before

    play(tmp_path, story)


@pytest.mark.parametrize("gateway", [True, False])
def test_nobody_can_have_cards_posted_in_another_server(tmp_path: Path, *, gateway: bool) -> None:
    async def story(post: Post) -> None:
        foreign = post.fake.add_guild("Somewhere else").channels[0]
        number = post.owe("card", place=replace(post.place, id=str(foreign.id)))
        await post.work()
        delivery = post.delivery(number)
        assert (delivery.state, post.trouble(number)) == (SUSPENDED, "The channel belongs to another server.")
        assert not foreign.messages
        direct = post.fake.direct_channel(post.fake.someone)
        number = post.owe("direct", place=replace(post.place, id=str(direct.id)))
        await post.work(10)
        assert post.state(number) is SUSPENDED

    play(tmp_path, story, gateway=gateway)


def test_discord_is_asked_once_whose_a_channel_is(tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        for key in "abc":
            post.owe(key)
            await post.work(10)
        assert len(post.seen) == 3
        assert len(post.fake.sent("GET", f"/channels/{post.channel.id}")) == 1

    play(tmp_path, story)


def test_a_message_that_discord_does_not_take_is_given_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(post: Post) -> None:
        number = post.owe("card")
        post.fake.fault(*POST, 400, code=50035, message="what Discord says")
        caplog.clear()
        await post.work()
        delivery = post.delivery(number)
        assert (delivery.state, post.trouble(number)) == (
            REFUSED,
            "Discord does not take this message (code 50035).",
        )
        assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [
            "Discord does not take a message: status 400, code 50035."
        ]
        other = post.owe("other")
        await post.work(10)
        assert post.state(other) is SENT

    play(tmp_path, story)


def test_a_token_that_is_not_accepted_any_more_suspends_nothing(tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        number = post.owe("card")
        post.fake.fault(*POST, 401)
        await post.work()
        assert post.state(number) is PENDING
        await post.work(61)
        assert post.state(number) is SENT

    play(tmp_path, story)


# --- direct messages


def test_a_direct_message_opens_its_channel_once(tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        ana = post.fake.add_user("Ana")
        place = Place("discord", "", str(ana.id), direct=True)
        numbers = [post.owe("notice", place=place), post.owe("another", place=place)]
        await post.work()
        await post.work(10)
        assert [post.state(number) for number in numbers] == [SENT, SENT]
        assert len(post.fake.direct_channel(ana).messages) == 2
        assert len(post.fake.sent(*OPEN)) == 1

    play(tmp_path, story)


def test_whoever_takes_no_direct_messages_is_not_bothered_again(tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        ana = post.fake.add_user("Ana")
        ana.closed = True
        place = Place("discord", "", str(ana.id), direct=True)
        number = post.owe("notice", place=place)
        await post.work()
        delivery = post.delivery(number)
        assert (delivery.state, post.trouble(number)) == (
            REFUSED,
            "Fiftywire may not send direct messages to this account.",
        )
        ana.closed = False
        other = post.owe("another", place=place)
        await post.work(10)
        assert post.state(other) is SENT, "a later one is tried"
        nobody = post.owe("nobody", place=Place("discord", "", "4", direct=True))
        await post.work(10)
        assert post.trouble(nobody) == "This account does not exist any more."

    play(tmp_path, story)


@pytest.mark.parametrize("trouble", [502, 503, "drop", "hang", LIMITED, BANNED])
@pytest.mark.usefixtures("impatience")
def test_a_direct_channel_that_cannot_be_opened_now_is_opened_later(trouble: Any, tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        ana = post.fake.add_user("Ana")
        number = post.owe("notice", place=Place("discord", "", str(ana.id), direct=True))
        let_go_wrong(post, OPEN, trouble)
        await post.work()
        assert post.state(number) in (PENDING, SENT), "surely not sent twice, so never uncertain"
        await post.work(61)
        assert post.state(number) is SENT
        assert len(post.fake.direct_channel(ana).messages) == 1

    play(tmp_path, story)


# --- redraws


async def carded(post: Post, reply: Reply = CARD) -> int:
    """A card that was posted."""
    number = post.owe("card", reply)
    await post.work()
    assert post.state(number) is SENT
    return number


def redraw(post: Post, card: int, reply: Reply, key: str = "redraw") -> int:
    """Owe a change of it."""
    return post.owe(key, reply, purpose=Purpose.REDRAW, edits=card)


def test_a_card_is_redrawn_where_it_stands(tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        card = await carded(post)
        number = redraw(post, card, Reply("R-12: approved"))
        await post.work(10)
        assert post.state(number) is SENT
        (message,) = post.seen
        assert message.text == "## R\\-12\\: approved"
        assert message.labels == {}
        (body,) = post.bodies(PATCH)
        assert "nonce" not in body
        assert json.loads(body)["allowed_mentions"] == {"parse": []}

    play(tmp_path, story)


@pytest.mark.parametrize("trouble", [502, 503, "drop", "drop_before", "hang", "hang_after", LIMITED, BANNED])
@pytest.mark.usefixtures("impatience")
def test_a_redraw_is_tried_until_it_came_through(trouble: Any, tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        card = await carded(post)
        number = redraw(post, card, Reply("R-12: approved"))
        let_go_wrong(post, PATCH, trouble)
        await post.work(10)
        await post.work(10)
        assert post.state(number) is SENT
        assert [message.text for message in post.seen] == ["## R\\-12\\: approved"]

    play(tmp_path, story)


@pytest.mark.parametrize(
    ("status", "code"), [(404, 10008), (400, 50083)], ids=["the message is deleted", "the thread sleeps"]
)
def test_a_card_that_cannot_be_redrawn_is_left(status: int, code: int, tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        card = await carded(post)
        number = redraw(post, card, Reply("R-12: approved"))
        post.fake.fault(*PATCH, status, code=code)
        await post.work(10)
        assert post.state(number) is DROPPED
        other = post.owe("other")
        await post.work(10)
        assert post.state(other) is SENT, "the place is as good as before"

    play(tmp_path, story)


def test_a_redraw_of_a_direct_message(tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        ana = post.fake.add_user("Ana")
        place = Place("discord", "", str(ana.id), direct=True)
        card = post.owe("notice", place=place)
        await post.work()
        number = post.owe("redraw", Reply("New words"), place, purpose=Purpose.REDRAW, edits=card)
        await post.work(10)
        assert post.state(number) is SENT
        assert [m.text for m in post.fake.direct_channel(ana).messages.values()] == ["## New words"]

    play(tmp_path, story)


def test_nothing_new_is_begun_once_it_drains(tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        number = post.owe("card")
        hanging = post.fake.fault(*POST, "hang_after")
        passing = asyncio.create_task(post.work())
        await post.fake.until(lambda: post.bodies(POST))
        draining = asyncio.create_task(post.sender.drain(5))
        await asyncio.sleep(0)
        assert not draining.done(), "what is under way may end"
        late = post.owe("late", place=replace(post.place, id=post.place.id))
        hanging.release()
        await asyncio.wait({passing, draining})
        await post.work(1)
        assert post.state(late) is PENDING
        assert post.state(number) is not DeliveryState.SENDING
        assert len(post.bodies(POST)) == 1

    play(tmp_path, story)
