"""Reports as members send them on Discord: every way to the form, what comes of it, and what never shows."""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.domain.deliveries import DeliveryState, Purpose
from bot.domain.review.reports import ReportStatus
from tests.dialogue.publishing import facts, publish
from tests.integration.discord.driving import (
    MESSAGE,
    SHOW_FORM,
    UPDATE,
    answer,
    buttons,
    said,
    texts,
    words,
)
from tests.integration.discord.reviewing import (
    FIVE,
    NEWS,
    WHAT,
    Sent,
    approve,
    check_wire,
    controls,
    file,
    filed,
    files,
    labels,
    open_report,
    press,
    press_as_it_was,
    refused,
    reviewed,
    send,
    set_up,
    stands,
    tell,
    unchanged,
)

if TYPE_CHECKING:
    from pathlib import Path

    from simcord.results import ResponseMessage

    from tests.integration.discord.reviewing import Room


# --- every way to the form


def test_the_form_comes_in_steps_and_the_second_opens_from_the_receipt(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        ana, mark = room.world.ana, room.world.mark
        form = await open_report(ana, room.world.channel)
        assert room.world.callbacks(mark) == [SHOW_FORM]
        assert list(controls(form)) == ["what", "about", "link", "kind", "anonymous"]
        assert stands(form) == {"what": "", "about": "", "link": "", "kind": "new", "anonymous": "no"}
        receipt = await send(ana, form, what=WHAT, about="IL", link=NEWS)
        assert answer(receipt).ephemeral
        assert "R-1: received" in said(receipt)
        more = await ana.click(answer(receipt), label="Add details")
        assert list(controls(more)) == ["details", "files"]
        done = await send(ana, more, details="It was in the paper")
        assert "Your words went to the moderators" in said(done)
        assert answer(done).ephemeral
        await room.work()
        assert "It was in the paper" in words(room.card().components)

    tell(tmp_path, story)


def test_the_menu_of_a_message_fills_the_form_with_it(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        text = "Ohio and Utah sued today, see https://example.org/suit?utm_source=x and more"
        message = await room.world.boss.send(room.world.channel, text)
        form = await room.world.ana.context_menu(room.world.channel, "Report to Fiftywire", message)
        shown = stands(form)
        assert shown["what"] == text
        assert shown["about"] == "OH, UT"
        assert shown["link"].startswith("https://example.org/suit")
        receipt = await send(room.world.ana, form)
        assert "R-1: received" in said(receipt)
        report = room.report()
        assert report.states == ("OH", "UT")
        assert report.link == "https://example.org/suit", "without what follows people about"
        assert report.author
        await room.work()
        assert "Ohio and Utah sued today" in words(room.card().components)

    tell(tmp_path, story)


def test_the_menu_on_a_picture_opens_an_empty_form(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        message = await room.world.boss.send(room.world.channel, "", attachments=[("a.png", b"png")])
        form = await room.world.ana.context_menu(room.world.channel, "Report to Fiftywire", message)
        assert stands(form)["what"] == ""

    tell(tmp_path, story)


def test_a_long_message_is_reported_as_far_as_it_fits(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        message = await room.world.boss.send(room.world.channel, "Utah " * 300 + "https://example.org/u")
        form = await room.world.ana.context_menu(room.world.channel, "Report to Fiftywire", message)
        assert stands(form)["about"] == "UT"
        assert stands(form)["link"] == "https://example.org/u"
        assert "R-1" in said(await send(room.world.ana, form))

    tell(tmp_path, story)


def test_the_button_of_a_states_page_names_the_state(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        publish(room.world.database, facts("VI"))
        page = answer(await room.world.ana.slash(room.world.channel, "state", state="VI"))
        with unchanged(page):
            form = await room.world.ana.click(page, label="Report")
            assert stands(form)["about"] == "VI"
            receipt = await send(room.world.ana, form, what=WHAT, link=NEWS)
            assert answer(receipt).ephemeral, "nobody else need know who reports"
            assert answer(receipt).id != page.id
        assert room.report().states == ("VI",)

    tell(tmp_path, story)


def test_options_that_say_it_all_need_no_form(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        ana, channel = room.world.ana, room.world.channel
        some = await ana.slash(channel, "report", about="Utah", what="It counts")
        assert stands(some)["about"] == "Utah"
        assert stands(some)["what"] == "It counts"
        receipt = await ana.slash(
            channel, "report", what="It counts", about="Utah", link=NEWS, anonymous="no"
        )
        assert answer(receipt).ephemeral
        assert "R-1: received" in said(receipt)

    tell(tmp_path, story)


# --- what is sent


def test_what_cannot_be_taken_comes_back_as_it_was(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        ana, mark = room.world.ana, room.world.mark
        form = await open_report(ana, room.world.channel)
        wrong = await send(
            ana, form, what=WHAT, about="Atlantis", link="javascript:alert(1)", anonymous="yes"
        )
        assert room.world.callbacks(mark) == [SHOW_FORM, MESSAGE]
        assert answer(wrong).ephemeral
        again = await ana.click(answer(wrong), label="Fix it")
        assert stands(again) == {
            "what": WHAT, "about": "Atlantis", "link": "javascript:alert(1)", "kind": "new",
            "anonymous": "yes",
        }  # fmt: skip
        await room.world.env.advance_time(6)
        wrong = await send(ana, again, about="IL", anonymous="no")
        assert answer(wrong).ephemeral
        again = await ana.click(answer(wrong), label="Fix it")
        await room.world.env.advance_time(6)
        assert "R-1: received" in said(await send(ana, again, link=NEWS))
        assert room.read(lambda uow: uow.reports.find(2)) is None

    tell(tmp_path, story)


def test_the_same_form_sent_again_after_a_restart_is_one_report(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        form = await open_report(room.world.ana, room.world.channel)
        values = {"what": WHAT, "about": "IL", "link": NEWS}
        first = await send(room.world.ana, form, **values)
        await room.restart()
        form._interaction.modal_consumed = False
        second = await send(room.world.ana, form, **values)
        assert said(first) == said(second)
        await room.work()
        assert len([m for m in room.seen() if "R-1" in words(m.components)]) == 1
        assert room.read(lambda uow: uow.reports.find(2)) is None
        assert "Added" not in words(room.card().components)

    tell(tmp_path, story)


def test_a_report_is_withdrawn_from_its_receipt_and_its_card_says_so(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        receipt = await file(room)
        await room.work()
        card = room.card()
        await press(room.world.ana, answer(receipt), "Withdraw")
        await room.work()
        assert "Withdrawn" in words(card.components)
        assert not labels(card)
        assert room.report().status is ReportStatus.WITHDRAWN
        assert not room.direct(room.world.ana), "they know"

    tell(tmp_path, story)


def test_a_report_from_a_direct_message_goes_to_the_senders_community(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        ana = room.world.ana.user
        unknown = await ana.slash("report")
        assert controls(unknown), "nobody knows her yet: the curators would decide"
        await file(room)
        await room.world.env.advance_time(6)
        form = await ana.slash("report")
        receipt = await send(ana, form, what="Utah counts", about="UT", link="https://example.org/u")
        assert "R-2: received" in said(receipt)
        await room.work()
        assert "Utah counts" in words(room.card("R-2").components)
        await approve(room.mo, room.card("R-2"))
        await room.work()
        assert any("R-2 was approved" in notice for notice in room.direct(ana))

    tell(tmp_path, story)


def test_files_come_with_the_card_under_neutral_names(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        receipt = await file(room)
        given = [("ana-brown-passport.PNG", b"one"), ("b.pdf", b"two")]
        await press(room.world.ana, answer(receipt), "Add details", details="See these", files=given)
        mark = room.world.mark
        await room.work()
        card = room.card()
        assert files(card) == ["R-1-1.png", "R-1-2.pdf"]
        assert "passport" not in json.dumps([one.body for one in room.wire(mark)])
        done = await press(room.mo, card, "Claim")
        assert answer(done).id == card.id
        await room.work()
        assert files(room.card()) == ["R-1-1.png", "R-1-2.pdf"], "still there"
        assert room.world.env.backend.cdn.get(room.card().attachments[1].url) == b"two"
        await approve(room.mo, room.card())
        await room.work()
        assert not room.card().attachments, "decided: the database does not keep them, nor does the card"

    tell(tmp_path, story)


# --- the whole story


def test_the_whole_story(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        world, ana = room.world, room.world.ana
        receipt = await file(room)
        assert "R-1: received" in said(receipt)
        assert not room.seen(), "a card is the outbox's business"
        await room.work()
        card = room.card()
        flos = await reviewed(room.flo, room.review)
        head, old, mark = room.head(), card.components, world.mark
        form = await room.mo.click(card, label="Approve")
        assert list(controls(form)) == ["status", "date", "kind", "approach", "topics"]
        assert not any(stands(form).values())
        decided = await send(room.mo, form, **FIVE)
        assert world.callbacks(mark) == [SHOW_FORM, UPDATE]
        assert answer(decided).id == card.id
        assert "Approved by mo at 00:00: IL-1" in said(decided)
        assert room.head() == head + 1
        assert not room.wire(mark), "nothing goes out before the outbox says so"
        await room.work()
        (redrawn, notice) = sorted(room.wire(mark), key=lambda one: one.method == "POST")
        assert (redrawn.method, redrawn.channel) == ("PATCH", room.review.id)
        assert notice.method == "POST"
        assert "R-1 was approved" in notice.words
        assert "Approved by mo at 00:00: IL-1" in words(room.card().components)
        assert labels(room.card()) == ["IL-1", "Undo", "Forward"]
        assert len(room.seen()) == 1
        (told,) = room.direct(ana)
        assert "It is in the catalogue as IL-1" in told
        assert WHAT in told
        action = room.action("IL-1")
        assert action.revision == head + 1
        assert [source.url for source in action.facts.sources] == [NEWS]
        page = await ana.slash(world.channel, "state", state="IL")
        assert "Live 1" in said(page)
        assert "IL-1" in labels(answer(page))
        # who looks at the card as it was, in the channel or alone
        for message, then in ((card, old), (flos, flos.components)):
            for label in ("Approve", "Reject", "Edit", "Duplicate", "Ask", "Claim", "Forward"):
                late = await press_as_it_was(room.flo, message, then, label)
                assert late.modal is None
                refused(late, message, "R-1 was already approved by mo at 00:00")
        for _ in range(3):
            await room.work(60)
        assert len(room.wire(mark)) == 2, "and nothing is sent twice"

    tell(tmp_path, story)


def test_the_notices_buttons_open_the_action_and_the_reports(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        (card,) = await filed(room)
        await approve(room.mo, card)
        await room.work()
        ana = room.world.ana.user
        (letter,) = room.letters(ana)
        mine = await ana.click(letter, label="My reports")
        assert "approved as IL-1" in said(mine)

    tell(tmp_path, story)


def test_a_notice_offers_no_button_to_an_action_of_an_own_board(tmp_path: Path) -> None:
    """A direct message has no home, so it shows the commons alone: the button would lead nowhere."""

    async def story(room: Room) -> None:
        (card,) = await filed(room)
        await approve(room.mo, card)
        await room.work()
        ana = room.world.ana.user
        (letter,) = room.letters(ana)
        assert "IL-1: " in words(letter.components)
        assert list(buttons(letter.components)) == ["My reports"]

    tell(tmp_path, story)


def test_two_are_needed_where_the_policy_says_so(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        (card,) = await filed(room)
        head, mark = room.head(), room.world.mark
        first = await approve(room.mo, card)
        assert "Approved by mo; one more person has to agree" in said(first)
        await room.work()
        assert room.head() == head
        assert "Approved by mo; one more person has to agree" in words(room.card().components)
        assert not room.direct(room.world.ana)
        with unchanged(card):
            again = await room.mo.click(room.card(), label="Approve")
            assert again.modal is None
            assert answer(again).ephemeral
        assert room.head() == head
        await room.work(1)
        second = await room.flo.click(room.card(), label="Approve")
        assert second.modal is None, "all is decided already"
        assert "Approved by flo at" in said(second)
        assert room.head() == head + 1
        await room.work()
        assert "Agreed with by mo and flo" in words(room.card().components)
        assert len(room.direct(room.world.ana)) == 1
        assert {one.method for one in room.wire(mark) if one.channel == room.review.id} == {"PATCH"}

    tell(tmp_path, story, policy="two")


# --- nobody is named


def test_an_anonymous_report_names_nobody_and_nothing_comes_to_its_sender(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async def story(room: Room) -> None:
        ivy = room.world.new_member("ivy-league")
        await set_up(room.world.boss, room.world.channel, zone="UTC", moderators=[room.mo, ivy])
        mark = room.world.mark
        caplog.clear()
        receipt = await file(room, ivy, anonymous="yes")
        assert "No message will come to you" in said(receipt)
        due = (room.report().visible_at - room.world.env.now()).total_seconds()
        assert 0 < due <= 15 * 60
        await room.work()
        await room.work(due - 5)
        assert not room.seen(), "too early: the time would tell who it was"
        assert "Nothing waits for review" in words((await reviewed(room.mo, room.review)).components)
        await room.work(10)
        card = room.card()
        assert "**Reported by** anonymous, January 1, 2026" in words(card.components)
        mine = await ivy.slash(room.world.channel, "reports", report="R-1")
        await press(ivy, answer(mine), "Add details", details="By the harbour")
        for _ in range(2):
            await room.work()
            assert "By the harbour" not in words(card.components), "nobody asked: the moment would show"
            assert "By the harbour" not in words((await reviewed(room.mo, room.review)).components)
        await room.work(15 * 60)
        assert "By the harbour" in words(card.components)
        asked = await press(room.mo, card, "Ask", question="Which lake?")
        assert "asked about by mo" in said(asked).lower()
        await room.work()
        mine = await ivy.slash(room.world.channel, "reports", report="R-1")
        assert "Which lake?" in said(mine)
        await press(ivy, answer(mine), "Answer", details="All of them")
        await room.work()
        await room.work(15 * 60)
        assert "All of them" in words(card.components)
        with unchanged(room.card()):
            refused(await ivy.click(room.card(), label="Approve"), room.card(), "their own report")
        await approve(room.mo, room.card())
        await room.work()
        await room.work(60)
        assert not room.direct(ivy)
        assert {one.place for one in room.owed(Purpose.NOTICE)} == {None}, "they wait in /reports"
        assert ivy.id not in room.world.env.backend.dm_channels, "not even a channel was opened"
        assert "approved as IL-1" in said(await ivy.slash(room.world.channel, "reports"))
        sent = json.dumps([one.body for one in room.wire(mark)])
        theirs = ("simcord", "asyncio")
        ours = "\n".join(r.getMessage() for r in caplog.records if not r.name.startswith(theirs))
        for secret in (str(ivy.id), "ivy-league"):
            assert secret not in sent
            assert secret not in ours

    tell(tmp_path, story)


def test_no_log_line_holds_what_was_reported_or_by_whom(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    async def story(room: Room) -> None:
        world = room.world
        await file(room, what="Zanzibar is no state of ours")
        world.env.inject_error("POST", "/channels/*/messages", status=500)
        await room.work()
        await room.work(30)
        await approve(room.mo, room.card())
        world.env.inject_error("PATCH", "/channels/*/messages/*", status=403, code=50013)
        world.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
        await room.work()
        told = "\n".join(record.getMessage() for record in caplog.records)
        for secret in ("Zanzibar", str(world.ana.id), str(room.mo.id)):
            assert secret not in told

    tell(tmp_path, story)


# --- hostile words

_ESCAPED = re.compile(r"\\[!-/:-@\[-`{-~]")
NOBODY = {"allowed_mentions": {"parse": list[str]()}}
HOSTILE = {
    "role": "@everyone <@&1> <@1> <#1> </report:1> <t:0> a",
    "markdown": "# Big\n> quote [x](https://evil.example) ||x|| ```code``` a\u202eb\u2066c\u200bd\ufeffe",
    "long": "*_~`|>#-" * 480,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_words_are_text_in_cards_and_notices(tmp_path: Path, text: str) -> None:
    async def story(room: Room) -> None:
        ben, mark = room.world.new_member("ben"), room.world.mark
        receipt = await file(room, what=text)
        more = await room.world.ana.click(answer(receipt), label="Add details")
        await send(room.world.ana, more, details=text)
        await file(room, ben, what=text[::-1])
        await room.work(10)
        await press(room.mo, room.card(), "Ask", question=text[:1000])
        await room.work()
        (question,) = room.letters(room.world.ana)
        await press(room.world.ana.user, question, "Answer", details=text)
        await room.work()
        await press(room.flo, room.card(), "Reject", reason="other", words=text[:1000])
        await room.work()
        await room.work(60)
        assert len(room.direct(room.world.ana)) == 2
        assert len(room.direct(ben)) == 1
        sent = room.wire(mark)
        assert {one.method for one in sent} == {"POST", "PATCH"}
        check_wire(sent)
        _check_harmless(sent)
        for person in (room.world.ana, ben):
            mine = answer(await person.slash(room.world.channel, "reports", report="R-1"))
            check_answer(mine)
        check_answer(await reviewed(room.mo, room.review, "R-1"))
        for body in room.world.sent(mark):
            assert body["allowed_mentions"] == {"parse": []}

    tell(tmp_path, story)


def check_answer(message: ResponseMessage) -> None:
    """An answer obeys the limits as well."""
    components = message.components
    check_wire([Sent("POST", message.channel_id, {"components": components, **NOBODY})])


def _check_harmless(sent: list[Sent]) -> None:
    """Nothing in it is markup or turns text around; what would mention is behind a backslash."""
    for one in sent:
        raw = texts(one.body["components"])
        live = _ESCAPED.sub("", raw)
        for found in ("@", "<", "](", "```", "||", "~~", "__"):
            assert found not in live
        assert not set(raw) & set("\u202e\u2066\u200b\ufeff")
        assert not any(line.startswith(("# ", "> ")) for line in live.split("\n"))


# --- places that refuse


@pytest.mark.parametrize("how", ["deleted", "forbidden"])
def test_a_place_that_refuses_is_suspended_and_the_other_one_told_once(tmp_path: Path, how: str) -> None:
    async def story(room: Room) -> None:
        world = room.world
        other = world.guild.create_text_channel("review-2")
        await world.settle()
        await set_up(world.boss, world.channel, review=[room.review, other])
        if how == "deleted":
            world.env.backend.delete_channel(room.review.id)
            reason = "The channel does not exist any more"
        else:
            _forbid(room, room.review.id, "send_messages")
            reason = "Fiftywire lacks the permission Send Messages there"
        await world.settle()
        mark = world.mark
        await file(room)
        await room.work()
        assert "R-1" in words(room.card(channel=other).components)
        cards = {one.place.id: one for one in room.owed(Purpose.CARD) if one.place}
        card = cards[str(room.review.id)]
        assert card.state is DeliveryState.SUSPENDED
        await world.env.advance_time(6)
        await file(room, about="OH")
        for _ in range(3):
            await room.work(60)
        alerts = [m for m in room.seen(other) if "#review refuses messages" in words(m.components)]
        assert len(alerts) == 1
        assert reason in words(alerts[0].components)
        tried = [one for one in room.wire(mark) if one.channel == room.review.id]
        assert len(tried) <= 1, "who is refused does not go on asking"
        shown = await world.boss.slash(world.channel, "setup")
        assert "#review refuses" in said(shown)
        assert reason in said(shown)
        # decided meanwhile, and mended
        await approve(room.mo, room.card(channel=other))
        await room.work()
        if how == "forbidden":
            _forbid(room, room.review.id)
            await world.settle()
            await set_up(world.boss, world.channel, cards="20")
            page = await world.boss.slash(world.channel, "setup")
            assert "#review refuses" in said(page), "nobody named it anew"
            await set_up(world.boss, world.channel, review=[other])
            await set_up(world.boss, world.channel, review=[room.review, other])
            await room.work()
            await room.work(60)
            assert "Approved by mo" in words(room.card().components)
            assert "Waiting for review" in words(room.card("R-2").components)
            assert "refuses" not in said(await world.boss.slash(world.channel, "setup"))

    tell(tmp_path, story)


def _forbid(room: Room, channel: int, *permissions: str) -> None:
    """Let the bot's own permissions in a channel be all but those."""
    backend = room.world.env.backend
    deny = discord.Permissions(**dict.fromkeys(permissions, True)).value
    backend.set_overwrite(channel, Overwrite(backend.bot_user.id, OverwriteType.MEMBER, deny=deny))


def test_the_only_place_that_refuses_shows_in_setup(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        _forbid(room, room.review.id, "view_channel")
        await room.world.settle()
        await file(room)
        await room.work()
        assert not room.seen()
        shown = await room.world.boss.slash(room.world.channel, "setup")
        assert "Fiftywire lacks the permission View Channel there" in said(shown)
        assert "R-1" in words((await reviewed(room.mo, room.world.channel)).components)

    tell(tmp_path, story)


def test_what_cannot_be_told_waits_in_reports(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        world = room.world
        (card,) = await filed(room)
        world.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
        await approve(room.mo, card)
        mark = world.mark
        for _ in range(4):
            await room.work(60)
        assert not room.direct(world.ana)
        assert len([one for one in room.wire(mark) if one.method == "POST"]) == 1
        (notice,) = room.owed(Purpose.NOTICE)
        assert notice.state is DeliveryState.REFUSED
        assert "refuses" not in said(await world.boss.slash(world.channel, "setup")), "a person is no place"
        mine = await world.ana.slash(world.channel, "reports")
        assert answer(mine).ephemeral
        assert "Unread: R-1 was approved" in said(mine)
        again = await world.ana.slash(world.channel, "reports")
        assert "Unread" not in said(again)
        # the next one is tried anew
        await file(room, about="OH")
        await room.work(10)
        await approve(room.mo, room.card("R-2"))
        await room.work()
        assert ["R-2 was approved" in told for told in room.direct(world.ana)] == [True]

    tell(tmp_path, story)
