"""One community with two homes: reported in one, decided in the other, and both see what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.domain.community.people import Role
from bot.domain.deliveries import DeliveryState, Purpose, about_report
from bot.domain.review.reports import ReportStatus
from tests.integration.discord.driving import answer, said, words
from tests.integration.discord.reviewing import (
    FIVE,
    NEWS,
    WHAT,
    Terminal,
    approve,
    check_wire,
    file,
    labels,
    press,
    press_as_it_was,
    refused,
    reviewed,
    set_up,
    stands,
    tell,
    unchanged,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from simcord.actors import MemberActor
    from simcord.builders import ChannelHandle, GuildHandle

    from bot.messages.message import Message
    from tests.integration.discord.reviewing import Room


@dataclass(frozen=True, slots=True)
class Second:
    """Another server of the same community: its admin, a moderator, a member, and its review channel."""

    guild: GuildHandle
    talk: ChannelHandle
    review: ChannelHandle
    bea: MemberActor
    gus: MemberActor
    ben: MemberActor


def code_in(reply: str) -> str:
    """The code that was printed."""
    return reply.split("Code** ")[1].split("\n")[0].strip()


async def second_server(room: Room) -> Second:
    """A server that is there and has joined nothing yet."""
    world = room.world
    guild = world.join("Plain Talk, the second room")
    talk, review = guild.create_text_channel("talk"), guild.create_text_channel("review-b")
    there = Second(
        guild, talk, review,
        world.new_member("bea", guild, manage_guild=True), world.new_member("gus", guild),
        world.new_member("ben", guild),
    )  # fmt: skip
    await world.settle()
    return there


async def joined(room: Room) -> Second:
    """The same after it joined, with its own moderator and review channel besides the others."""
    there = await second_server(room)
    invited = await room.world.boss.slash(room.world.channel, "setup", do="invite")
    assert answer(invited).ephemeral, "the code is for whom it was made"
    done = await there.bea.slash(there.talk, "setup", join=code_in(said(invited)))
    assert "This home is one of" in said(done)
    everyone = [room.mo, room.flo, there.gus]
    await set_up(
        there.bea, there.talk, moderators=[person.user for person in everyone], review=[there.review]
    )
    await room.work()  # the greeting
    return there


def joint(path: Path, script: Callable[[Room, Second], Awaitable[None]], **options: Any) -> None:
    """Tell a story of two servers of one community."""

    async def story(room: Room) -> None:
        await script(room, await joined(room))
        check_wire(room.wire())

    tell(path, story, **options)


# --- two servers


def test_both_homes_show_each_setting(tmp_path: Path) -> None:
    async def script(room: Room, there: Second) -> None:
        assert room.community() == room.community(there.guild)
        for admin, channel in ((room.world.boss, room.world.channel), (there.bea, there.talk)):
            page = await admin.slash(channel, "setup")
            assert "#review and #review-b" in said(page)
            assert "Plain Talk (discord) and Plain Talk, the second room (discord)" in said(page)
            assert "3 accounts" in said(page)
        form = await there.bea.click(answer(page), label="Change")
        assert stands(form)["review"] == str(there.review.id), "a home names its own places"
        await set_up(there.bea, there.talk, cards="7")
        assert "#review and #review-b" in said(await room.world.boss.slash(room.world.channel, "setup"))

    joint(tmp_path, script)


def test_reported_in_one_and_decided_in_the_other(tmp_path: Path) -> None:
    async def script(room: Room, there: Second) -> None:
        await file(room)
        mark = room.world.mark
        await room.work()
        here, others = room.card(), room.card(channel=there.review)
        assert words(here.components) == words(others.components)
        assert {one.channel for one in room.wire(mark)} == {room.review.id, there.review.id}
        mos, old = await reviewed(room.mo, room.review, "R-1"), here.components
        mark = room.world.mark
        done = await approve(there.gus, others)
        assert answer(done).id == others.id
        late = await press_as_it_was(room.mo, here, old, "Approve")
        refused(late, here, "R-1 was already approved by gus at 00:00")
        with unchanged(mos):
            refused(await room.mo.click(mos, label="Reject"), mos, "R-1 was already approved by gus")
        await room.work()
        await room.work(60)
        for channel in (room.review, there.review):
            assert "Approved by gus at 00:00: IL-1" in words(room.card(channel=channel).components)
            assert labels(room.card(channel=channel))[:2] == ["IL-1", "Undo"]
        sent = room.wire(mark)
        assert sorted(one.method for one in sent) == ["PATCH", "PATCH", "POST"]
        (notice,) = room.direct(room.world.ana)
        assert "R-1 was approved" in notice
        for person, channel in ((room.world.ana, room.world.channel), (there.ben, there.talk)):
            assert WHAT in said(await person.slash(channel, "action", code="IL-1")), "one board"

    joint(tmp_path, script)


def test_after_a_restart_both_cards_still_work(tmp_path: Path) -> None:
    async def script(room: Room, there: Second) -> None:
        await file(room)
        await room.work()
        await room.restart()
        claimed = await there.gus.click(room.card(channel=there.review), label="Claim")
        assert "Claimed by gus" in said(claimed)
        await room.work()
        assert "Claimed by gus" in words(room.card().components)
        await press(there.gus, room.card(channel=there.review), "Reject", reason="source")
        await room.restart()
        await room.work()
        assert "Rejected by gus" in words(room.card().components)
        assert len(room.direct(room.world.ana)) == 1

    joint(tmp_path, script)


def test_a_home_that_is_heard_no_more_is_told_of_in_the_other(tmp_path: Path) -> None:
    async def script(room: Room, there: Second) -> None:
        room.world.env.backend.remove_guild(room.world.guild.id)
        await room.world.settle()
        await file(room, there.ben, there.talk)
        for _ in range(4):
            await room.work(30)
        told = [m for m in room.seen(there.review) if "#review refuses messages" in words(m.components)]
        assert len(told) == 1
        page = await there.bea.slash(there.talk, "setup")
        assert "#review refuses" in said(page)
        cards = [one for one in room.owed(Purpose.CARD) if one.about == about_report(1)]
        assert sorted(one.state for one in cards) == [DeliveryState.SENT, DeliveryState.SUSPENDED]
        await approve(there.gus, room.card(channel=there.review))
        await room.work()
        assert "Approved by gus" in words(room.card(channel=there.review).components)
        assert len(room.direct(there.ben)) == 1

    joint(tmp_path, script)


# --- a server and the terminal


def at_the_terminal(path: Path, script: Callable[[Room, Terminal], Awaitable[None]]) -> None:
    """Tell a story of a server that joined the terminal's community, whose admin there is Zoe."""

    async def story(room: Room) -> None:
        zoe = Terminal(room, "zoe", Role.ADMIN)
        invited = await zoe.say("/setup invite")
        (code,) = [field.value for field in invited.fields if field.name == "Code"]
        done = await room.world.boss.slash(room.world.channel, "setup", join=code)
        assert "This home is one of" in said(done)
        assert not (await zoe.say("/setup review:desk")).problem
        await set_up(
            room.world.boss, room.world.channel, moderators=[room.mo, room.flo], review=[room.review]
        )
        page = await zoe.say("/setup")
        reviewed_in = next(field.value for field in page.fields if field.name == "Reports are reviewed in")
        assert reviewed_in == "#review and #desk"
        await script(room, zoe)
        check_wire(room.wire())

    tell(path, story)


def _title(notices: list[Message]) -> list[str]:
    return [notice.title for notice in notices]


def test_reported_on_discord_and_decided_at_the_terminal(tmp_path: Path) -> None:
    async def script(room: Room, zoe: Terminal) -> None:
        await file(room)
        await room.work()
        (card,) = zoe.unread("desk")
        assert card.title == f"R-1: {WHAT}"
        old = room.card().components
        done = await zoe.act(card, "Approve", **FIVE)
        assert not done.problem
        late = await press_as_it_was(room.mo, room.card(), old, "Reject")
        refused(late, room.card(), "R-1 was already approved by zoe at 00:00")
        await room.work()
        assert "Approved by zoe at 00:00: IL-1" in words(room.card().components)
        assert len(room.seen()) == 1
        (redrawn,) = zoe.unread("desk")
        assert "Approved by zoe" in redrawn.text
        (notice,) = room.direct(room.world.ana)
        assert "R-1 was approved" in notice
        (letter,) = room.letters(room.world.ana)
        assert WHAT in said(await room.world.ana.user.click(letter, label="IL-1"))
        assert not zoe.unread()
        # everyone's: another community sees it too
        there = await second_server(room)
        assert WHAT in said(await there.ben.slash(there.talk, "action", code="IL-1"))

    at_the_terminal(tmp_path, script)


def test_reported_at_the_terminal_and_decided_on_discord(tmp_path: Path) -> None:
    async def script(room: Room, zoe: Terminal) -> None:
        tom = Terminal(room, "tom")
        opened = await tom.say("/report")
        assert opened.form
        receipt = await tom.fill(opened.form, what=WHAT, about="IL", link=NEWS)
        assert "R-1: received" in receipt.title
        await room.work()
        assert "**Reported by** tom" in words(room.card().components)
        (card,) = zoe.unread("desk")
        await press(room.mo, room.card(), "Ask", question="Which of them?")
        await room.work()
        (question,) = tom.unread()
        assert question.text == "Which of them?"
        answered = await tom.act(question, "Answer", details="All")
        assert not answered.problem
        await room.work()
        assert "Answered; waiting for review" in words(room.card().components)
        mark = room.world.mark
        await approve(room.flo, room.card())
        await room.work()
        assert [one.method for one in room.wire(mark)] == ["PATCH"], "and nobody on Discord is told"
        assert _title(tom.unread()) == ["R-1 was approved"]
        assert "Approved by flo" in zoe.unread("desk")[-1].text
        late = await zoe.press(card, "Approve")
        assert late.problem
        assert "already approved by flo at 00:00" in late.problem.message

    at_the_terminal(tmp_path, script)


def test_followers_of_both_are_told_where_they_are(tmp_path: Path) -> None:
    async def script(room: Room, zoe: Terminal) -> None:
        await file(room)
        tom = Terminal(room, "tom")
        opened = await tom.say("/report")
        assert opened.form
        receipt = await tom.fill(opened.form, what="I saw it too", about="Illinois", link=NEWS)
        assert "Already in review as R-1" in receipt.title
        await room.work()
        assert "1 more person sent the same" in words(room.card().components)
        await press(room.mo, room.card(), "Reject", reason="source")
        await room.work()
        assert len(room.direct(room.world.ana)) == 1
        assert _title(tom.unread()) == ["R-1 was rejected"]
        assert not tom.unread()
        # and whoever undoes it, undoes it everywhere
        undone = await zoe.say("/undo R-1")
        assert not undone.problem
        await room.work()
        assert room.report().status is ReportStatus.NEW
        assert "Waiting for review" in words(room.card().components)
        assert len(room.direct(room.world.ana)) == 2
        assert _title(tom.unread()) == ["R-1: the decision was undone"]

    at_the_terminal(tmp_path, script)


def test_a_refusing_channel_is_told_of_at_the_terminal(tmp_path: Path) -> None:
    async def script(room: Room, zoe: Terminal) -> None:
        room.world.env.backend.delete_channel(room.review.id)
        await room.world.settle()
        await file(room)
        await room.work()
        await room.work(60)
        titles = _title(zoe.unread("desk"))
        assert titles.count("#review refuses messages") == 1
        assert f"R-1: {WHAT}" in titles
        page = await zoe.say("/setup")
        assert "#review refuses" in [field.name for field in page.fields]

    at_the_terminal(tmp_path, script)
