"""What moderators do on Discord: every button of a card, in the channel and under /review, at any time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from simcord.builders import ChannelHandle

from bot.domain.catalogue.actions import Source, Status
from bot.domain.community.people import Role
from bot.domain.deliveries import Purpose
from bot.domain.review.reports import ReportStatus
from tests.dialogue.publishing import LINK, facts, publish
from tests.integration.discord.driving import answer, buttons, said, selects, words
from tests.integration.discord.reviewing import (
    FIVE,
    NEWS,
    WHAT,
    Terminal,
    approve,
    check_wire,
    controls,
    file,
    filed,
    files,
    labels,
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
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from simcord.results import ResponseMessage

    from tests.integration.discord.reviewing import Room


@dataclass(frozen=True, slots=True)
class Scene:
    """A card of R-1 that Mo looks at: in the channel, or alone under /review."""

    room: Room
    message: ResponseMessage

    @property
    def private(self) -> bool:
        """Whether Mo looks at it alone."""
        return self.message.ephemeral

    @property
    def card(self) -> str:
        """What the card in the channel says."""
        return words(self.room.card().components)


def everywhere(test: Callable[..., None]) -> Any:
    """In the channel at once, and under /review in another process: a button is its token in both."""
    places = [("channel", False), ("review", True)]
    return pytest.mark.parametrize(("where", "restarted"), places, ids=["channel", "review, restarted"])(test)


def staged(
    path: Path,
    script: Callable[[Scene], Awaitable[None]],
    where: str,
    *,
    restarted: bool,
    before: Callable[[Room], Awaitable[None]] | None = None,
    **values: str,
) -> None:
    """Have Mo look at the card of Ana's report."""

    async def story(room: Room) -> None:
        if before:
            await before(room)
        await file(room, **values)
        await room.work()
        message = room.card() if where == "channel" else await reviewed(room.mo, room.review, "R-1")
        if restarted:
            await room.restart()
        posted = len(room.seen())
        await script(Scene(room, message))
        await room.work()
        assert len(room.seen()) == posted, "cards are redrawn, not posted again"
        check_wire(room.wire())

    tell(path, story)


# --- each button


@everywhere
def test_approve(tmp_path: Path, where: str, *, restarted: bool) -> None:
    async def script(scene: Scene) -> None:
        room = scene.room
        form = await room.mo.click(scene.message, label="Approve")
        assert list(controls(form)) == list(FIVE)
        done = await send(room.mo, form, **FIVE)
        assert answer(done).id == scene.message.id
        await room.work()
        assert "Approved by mo" in scene.card
        assert room.action("IL-1").facts.title == WHAT
        assert [one.startswith("## R-1 was approved") for one in room.direct(room.world.ana)] == [True]

    staged(tmp_path, script, where, restarted=restarted)


@everywhere
def test_edit_in_three_steps(tmp_path: Path, where: str, *, restarted: bool) -> None:
    async def script(scene: Scene) -> None:
        room, before = scene.room, scene.message.components
        form = await room.mo.click(scene.message, label="Edit")
        assert list(controls(form)) == ["title", "summary", "states", "topics", "sources"]
        assert stands(form)["title"] == WHAT
        assert stands(form)["states"] == "IL"
        assert stands(form)["sources"] == NEWS
        values = {"title": "Illinois counts", "topics": "climate,land-water", "states": "IL, WI"}
        first = await send(room.mo, form, **values)
        assert "Saved; nothing is decided by that." in said(first)
        assert answer(first).ephemeral
        if not scene.private:
            assert scene.message.components == before, "others see no half-done edit before it is redrawn"
        form = await room.mo.click(answer(first), label="Edit more")
        assert list(controls(form)) == ["kind", "approach", "status", "date", "note"]
        second = await send(room.mo, form, kind="statute", approach="build", status="adopted", date="2025-11")
        assert answer(second).id == answer(first).id
        form = await room.mo.click(answer(second), label="Edit more")
        assert list(controls(form)) == ["answers", "rests", "challenged"]
        third = await send(room.mo, form, challenged="yes", answers="Executive Order 1\nExecutive Order 2")
        form = await room.mo.click(answer(third), label="Edit more")
        assert stands(form)["title"] == "Illinois counts", "and round again, with what was saved"
        assert room.report().status is ReportStatus.NEW
        assert room.head() == 0
        await room.work()
        for part in (
            "R-1: Illinois counts", "Illinois, Wisconsin", f"As written** {WHAT}", "November 2025", "Climate",
            "Challenged in court", "Executive Order 1; Executive Order 2",
        ):  # fmt: skip
            assert part in scene.card, part
        assert "Still to decide" not in scene.card
        done = await room.flo.click(room.card(), label="Approve")
        assert done.modal is None, "all is there"
        published = room.action("IL-1").facts
        assert published.title == "Illinois counts"
        assert published.states == ("IL", "WI")
        assert published.challenged
        await room.work()
        (notice,) = room.direct(room.world.ana)
        assert "Decided or changed by the moderators" in notice
        assert "title" in notice

    staged(tmp_path, script, where, restarted=restarted)


def test_an_edit_that_cannot_be_read_comes_back_at_its_step(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        (card,) = await filed(room)
        first = await press(room.mo, card, "Edit", title="Illinois counts")
        form = await room.mo.click(answer(first), label="Edit more")
        wrong = await send(room.mo, form, status="adopted", date="the day before", note="Signed")
        refused(wrong, answer(first), "the day before")
        again = await room.mo.click(answer(wrong), label="Fix it")
        assert list(controls(again)) == ["kind", "approach", "status", "date", "note"]
        assert stands(again) | {"kind": "", "approach": ""} == {
            "kind": "", "approach": "", "status": "adopted", "date": "the day before", "note": "Signed",
        }  # fmt: skip
        done = await send(room.mo, again, date="2025-11-10")
        assert "Saved" in said(done)
        assert "adopted, November 10, 2025: Signed" in said(done)
        form = await room.flo.click(await reviewed(room.flo, room.review, "R-1"), label="Approve")
        assert stands(form)["status"] == "adopted", "what is decided stands there"
        assert stands(form)["date"] == "2025-11-10"

    tell(tmp_path, story)


@pytest.mark.parametrize("size", [10, 1200, 4000])
def test_a_step_of_an_edit_changes_only_what_was_touched(tmp_path: Path, size: int) -> None:
    async def story(room: Room) -> None:
        receipt = await file(room, what=("Illinois counts. " + "w" * size)[:4000])
        await press(room.world.ana, answer(receipt), "Add details", details="d" * size)
        await room.work()
        before = room.read(lambda uow: uow.proposals.get(room.report().proposal)).draft
        await press(room.mo, room.card(), "Edit", topics="climate")
        after = room.read(lambda uow: uow.proposals.get(room.report().proposal)).draft
        assert replace(after, topics=()) == before
        assert after.topics

    tell(tmp_path, story)


def test_what_does_not_fit_into_a_form_is_named_and_kept(tmp_path: Path) -> None:
    """Three sources that are longer together than a field of Discord: sent unchanged, none is lost."""
    short = facts("OH").sources
    long = tuple(Source(f"https://example.org/{n}/".ljust(2000, "a"), "News", "Example", None) for n in "abc")

    async def story(room: Room) -> None:
        publish(room.world.database, facts("OH", sources=(*short, *long)), board=room.community().name)
        form = await room.mo.slash(room.review, "correct", code="OH-1")
        assert list(controls(form)) == ["title", "summary", "states", "topics"]
        assert form.modal is not None
        named = [part["content"] for part in form.modal["components"] if part["type"] == 10]
        assert named == [
            "Sources\\: too long to be shown here \\(6,029 characters\\). "
            "It stays as it is when this is sent."
        ]
        refused_ = await send(room.mo, form)
        assert "Nothing of it differs" in said(refused_)
        form = await room.mo.slash(room.review, "correct", code="OH-1")
        done = await send(room.mo, form, title="Ohio counts")
        assert "OH-1: corrected" in said(done)
        assert room.action("OH-1").facts.sources == (*short, *long)

    tell(tmp_path, story)


def test_a_change_of_status_is_decided_on_the_card(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        publish(room.world.database, facts("OH"), board=room.community().name)
        await filed(room, {"about": "OH-1", "kind": "change", "what": "A court stopped it"})
        card = room.card()
        assert "Stands now** adopted, March 4, 2025" in words(card.components)
        form = await room.mo.click(card, label="Approve")
        assert stands(form)["kind"] == "statute", "what the action has stands there"
        done = await send(room.mo, form, status="blocked", date="2025-12-01")
        assert "Approved by mo" in said(done)
        history = room.action("OH-1").facts.history
        assert [step.status for step in history] == [Status.ADOPTED, Status.BLOCKED]
        assert history[-1].source == NEWS
        await room.work()
        (notice,) = room.direct(room.world.ana)
        assert "in the catalogue as OH-1" in notice

    tell(tmp_path, story)


async def _a_like_one(room: Room) -> None:
    publish(room.world.database, facts("IL", title="Counts reservoirs in Illinois every year"), facts("OH"))


@everywhere
def test_duplicate_with_what_is_offered(tmp_path: Path, where: str, *, restarted: bool) -> None:
    async def script(scene: Scene) -> None:
        room, head = scene.room, scene.room.head()
        form = await room.mo.click(scene.message, label="Duplicate")
        assert list(controls(form)) == ["of", "words"]
        offered = {option["value"] for option in controls(form)["of"]["options"]}
        assert "IL-1" in offered, "on the same link"
        done = await send(room.mo, form, of="IL-1")
        assert answer(done).id == scene.message.id
        await room.work()
        assert "Marked as known already by mo" in scene.card
        assert "IL-1" in labels(room.card())
        assert room.head() == head
        (notice,) = room.direct(room.world.ana)
        assert "R-1 was known already" in notice
        assert "It says what IL-1 says" in notice

    staged(tmp_path, script, where, restarted=restarted, before=_a_like_one, link=LINK)


@everywhere
def test_duplicate_with_a_search(tmp_path: Path, where: str, *, restarted: bool) -> None:
    async def script(scene: Scene) -> None:
        room = scene.room
        form = await room.mo.click(scene.message, label="Duplicate")
        found = await send(room.mo, form, words="reservoirs")
        shown = answer(found)
        assert shown.ephemeral
        if not scene.private:
            assert shown.id != scene.message.id, "nobody else looks for it"
        listed = [one for one in selects(shown.components) if "repeats" in one["placeholder"]]
        values = {option["label"]: option["value"] for option in listed[0]["options"]}
        (token,) = [value for label, value in values.items() if label.startswith("OH-1")]
        done = await room.mo.select(shown, [token], custom_id=listed[0]["custom_id"])
        assert "Marked as known already by mo" in said(done)
        await room.work()
        assert "OH-1" in scene.card
        assert str(room.report().outcome) == "OH-1"
        assert len(room.direct(room.world.ana)) == 1

    staged(tmp_path, script, where, restarted=restarted, before=_a_like_one)


def test_duplicate_of_another_report(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        await _a_like_one(room)
        await filed(room, {}, {"about": "OH", "what": "Ohio counts"})
        done = await press(room.mo, room.card(), "Duplicate", words="R-2")
        assert "Marked as known already by mo" in said(done)
        await room.work()
        (notice,) = room.direct(room.world.ana)
        assert "It says what R-2 says" in notice

    tell(tmp_path, story)


def test_duplicate_of_what_is_not_there_keeps_the_form(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        (card,) = await filed(room)
        with unchanged(card):
            nothing = await press(room.mo, card, "Duplicate", words="zeppelin")
            refused(nothing, card, "Nothing is on file for “zeppelin”")
            form = await room.mo.click(answer(nothing), label="Fix it")
            assert stands(form)["words"] == "zeppelin"
            refused(await send(room.mo, form, words="IL-99"), card, "There is no action IL-99")
        assert room.report().status is ReportStatus.NEW

    tell(tmp_path, story)


@everywhere
def test_ask_and_the_answer_from_the_direct_message(tmp_path: Path, where: str, *, restarted: bool) -> None:
    async def script(scene: Scene) -> None:
        room, ana = scene.room, scene.room.world.ana.user
        done = await press(room.mo, scene.message, "Ask", question="Which of the lakes?")
        assert answer(done).id == scene.message.id
        assert "Asked about by mo" in said(done)
        await room.work()
        assert "mo asked** Which of the lakes?" in scene.card
        (letter,) = room.letters(ana)
        assert "a question from the moderators" in words(letter.components)
        assert "Which of the lakes?" in words(letter.components)
        form = await ana.click(letter, label="Answer")
        assert list(controls(form)) == ["details", "files"]
        told = await send(ana, form, details="The large one", files=[("lake.png", b"png")])
        assert "went to the moderators" in said(told)
        await room.work()
        assert "Answered; waiting for review." in scene.card
        assert "Answer** The large one" in scene.card
        assert files(room.card()) == ["R-1-1.png"]
        await press(room.flo, room.card(), "Reject", reason="source")
        await room.work()
        assert len(room.letters(ana)) == 2
        await room.work(6)
        late = await ana.click(letter, label="Answer")
        if late.modal:
            late = await send(ana, late, details="One more thing")
        assert "nothing can be added any more" in said(late)

    staged(tmp_path, script, where, restarted=restarted)


@everywhere
def test_reject(tmp_path: Path, where: str, *, restarted: bool) -> None:
    async def script(scene: Scene) -> None:
        room = scene.room
        form = await room.mo.click(scene.message, label="Reject")
        assert list(controls(form)) == ["reason", "words"]
        done = await send(room.mo, form, reason="source", words="The paper took it back.")
        assert answer(done).id == scene.message.id
        await room.work()
        assert "Rejected by mo" in scene.card
        assert "The paper took it back." in scene.card
        (notice,) = room.direct(room.world.ana)
        assert "R-1 was rejected" in notice
        assert "The paper took it back." in notice
        assert room.head() == 0

    staged(tmp_path, script, where, restarted=restarted)


@everywhere
def test_claim_and_taking_over(tmp_path: Path, where: str, *, restarted: bool) -> None:
    async def script(scene: Scene) -> None:
        room = scene.room
        flos = await reviewed(room.flo, room.review, "R-1")
        done = await room.mo.click(scene.message, label="Claim")
        assert answer(done).id == scene.message.id
        until = "00:31" if restarted else "00:30"
        assert f"Claimed by mo until {until}" in said(done)
        await room.work()
        assert f"Claimed by mo until {until}" in scene.card
        for message in (flos, room.card()):
            with unchanged(message):
                for label in ("Approve", "Reject", "Ask", "Edit", "Duplicate"):
                    pressed = await room.flo.click(message, label=label)
                    assert pressed.modal is None
                    refused(pressed, message, f"mo has claimed R-1 until {until}. Press Claim to take it")
        assert not room.direct(room.world.ana), "who looks at it is no matter of hers"
        taken = await room.flo.click(flos, label="Claim")
        assert "Claimed by flo" in said(taken)
        await room.work()
        assert "Claimed by flo" in scene.card
        pressed = await room.mo.click(room.card(), label="Reject")
        assert pressed.modal is None
        refused(pressed, room.card(), "flo has claimed R-1")
        await press(room.flo, room.card(), "Reject", reason="source")
        await room.work()
        assert "Rejected by flo" in scene.card

    staged(tmp_path, script, where, restarted=restarted)


def test_a_claim_runs_out_and_its_card_says_so(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        (card,) = await filed(room)
        await room.mo.click(card, label="Claim")
        await room.work()
        await room.work(29 * 60)
        assert "Claimed by mo" in words(card.components)
        await room.work(2 * 60)
        assert "Waiting for review" in words(card.components)
        assert "Rejected by flo" in said(await press(room.flo, card, "Reject", reason="source"))

    tell(tmp_path, story)


@everywhere
def test_forward(tmp_path: Path, where: str, *, restarted: bool) -> None:
    async def before(room: Room) -> None:
        zoe = Terminal(room, "zoe", Role.ADMIN)
        done = await zoe.say("/setup review:desk")
        assert not done.problem

    async def script(scene: Scene) -> None:
        room = scene.room
        done = await room.mo.click(scene.message, label="Forward")
        assert answer(done).id == scene.message.id
        assert "The curators decide on it now" in said(done)
        await room.work()
        assert "Forwarded by mo" in scene.card
        assert not room.direct(room.world.ana), "forwarded is not final"
        zoe = Terminal(room, "zoe", Role.MODERATOR)
        (theirs,) = zoe.unread("desk")
        assert "R-2" in theirs.title
        outcome = await zoe.act(theirs, "Approve", **FIVE)
        assert not outcome.problem, outcome
        await room.work()
        assert "IL-1" in labels(room.card())
        assert "Approved by zoe" in scene.card
        (notice,) = room.direct(room.world.ana)
        assert "R-1 was approved" in notice
        (letter,) = room.letters(room.world.ana)
        opened = await room.world.ana.user.click(letter, label="IL-1")
        assert WHAT in said(opened), "it is everyone's, so also to be read in a direct message"
        (redrawn,) = zoe.unread("desk")
        assert redrawn.title == theirs.title
        assert "Approved by zoe" in redrawn.text

    staged(tmp_path, script, where, restarted=restarted, before=before)


@everywhere
def test_ban_author(tmp_path: Path, where: str, *, restarted: bool) -> None:
    async def script(scene: Scene) -> None:
        room, ana = scene.room, scene.room.world.ana
        form = await room.mo.click(scene.message, label="Ban author")
        assert list(controls(form)) == ["words"]
        done = await send(room.mo, form, words="advertises")
        assert answer(done).ephemeral
        assert "The author is banned here" in said(done)
        await room.work()
        assert "Set aside" in scene.card
        (notice,) = room.direct(ana)
        assert "R-1 was set aside" in notice
        assert "advertises" not in notice
        await room.work(6)
        form = await ana.slash(room.world.channel, "report")
        again = await send(ana, form, what="Ohio counts", about="OH", link="https://example.org/o")
        assert "take no reports from you" in said(again)
        assert room.read(lambda uow: uow.reports.find(2)) is None

    staged(tmp_path, script, where, restarted=restarted)


def test_a_ban_says_on_the_card_who_and_when(tmp_path: Path) -> None:
    """As every other decision does, for those who come after."""

    async def story(room: Room) -> None:
        (card,) = await filed(room)
        old = card.components
        await press(room.mo, card, "Ban author", words="advertises")
        late = await press_as_it_was(room.flo, card, old, "Approve")
        refused(late, card, "set aside by mo at 00:00")
        await room.work()
        assert "Set aside by mo at 00:00" in words(card.components)

    tell(tmp_path, story)


@pytest.mark.parametrize("how", ["decided", "claimed"])
def test_a_ban_always_asks_first(tmp_path: Path, how: str) -> None:
    """Nobody is banned by one press, whatever became of the report meanwhile."""

    async def story(room: Room) -> None:
        (card,) = await filed(room)
        old = card.components
        if how == "decided":
            await press(room.mo, card, "Reject", reason="source")
        else:
            await room.mo.click(card, label="Claim")
        card._message.components = old
        pressed = await room.flo.click(card, label="Ban author")
        assert pressed.modal or "banned" not in said(pressed)
        await room.work(6)
        assert "R-2: received" in said(await file(room, about="OH"))

    tell(tmp_path, story)


@everywhere
def test_undo(tmp_path: Path, where: str, *, restarted: bool) -> None:
    async def script(scene: Scene) -> None:
        room, ana = scene.room, scene.room.world.ana
        await approve(room.mo, scene.message)
        await room.work()
        head = room.head()
        if restarted:
            await room.restart()
        message = scene.message
        assert "Undo" in labels(message)
        undone = await room.mo.click(message, label="Undo")
        assert not undone.modal
        assert room.head() == head + 1
        assert room.action("IL-1").retraction
        await room.work()
        assert "Waiting for review" in scene.card
        assert "Approve" in labels(room.card())
        titles = [told.split("\n")[0] for told in room.direct(ana)]
        assert titles == ["## R-1 was approved", "## R-1: the decision was undone"]
        assert "withdrawn" in said(await ana.slash(room.world.channel, "action", code="IL-1"))
        again = await room.flo.click(room.card(), label="Approve")
        assert again.modal is None, "what was decided is in the draft"
        assert "Approved by flo" in said(again)
        await room.work()
        assert len(room.direct(ana)) == 3

    staged(tmp_path, script, where, restarted=restarted)


# --- several at once


def test_a_decision_that_is_sent_again_after_a_restart_is_one(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        (card,) = await filed(room)
        form = await room.mo.click(card, label="Approve")
        await send(room.mo, form, **FIVE)
        await room.restart()
        form._interaction.modal_consumed = False
        with unchanged(card):
            refused(await send(room.mo, form, **FIVE), card, "R-1 was already approved by mo")
        assert room.head() == 1
        await room.work()
        assert len(room.direct(room.world.ana)) == 1
        assert len(room.owed(Purpose.NOTICE)) == 1

    tell(tmp_path, story)


# --- rights


def test_a_members_press_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        (card,) = await filed(room)
        ben, before = room.world.new_member("ben"), room.report()
        with unchanged(card):
            for label in labels(card):
                pressed = await ben.click(card, label=label)
                assert pressed.modal is None
                refused(pressed, card, "Only moderators and admins may use")
        await approve(room.mo, card)
        await room.work()
        head = room.head()
        with unchanged(card):
            refused(await ben.click(card, label="Undo"), card, "Only moderators and admins may use")
        assert room.head() == head
        assert before.version == 1
        assert "Only moderators" in said(await ben.slash(room.world.channel, "review"))

    tell(tmp_path, story)


def test_a_card_pressed_in_another_server_is_none_of_its_moderators(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        (card,) = await filed(room)
        other = room.world.join("Elsewhere")
        there = other.create_text_channel("desk")
        eve = room.world.new_member("eve", other, administrator=True)
        await room.world.settle()
        for token in buttons(card.components).values():
            copied = room.world.post(token, channel=there)
            with unchanged(copied):
                pressed = await eve.click(copied, custom_id=token)
                assert pressed.modal is None
                refused(pressed, copied, "There is no report R-1 here")
        assert "no report R-1" in said(await eve.slash(there, "review", report="R-1"))
        assert room.report().version == 1
        direct = ChannelHandle(room.world.env, None, room.world.env.backend.get_dm_channel(room.mo.id))
        for token in buttons(card.components).values():
            copied = room.world.post(token, channel=direct)
            pressed = await room.mo.user.click(copied, custom_id=token)
            assert pressed.modal is None
            refused(pressed, copied, "works where I was added to a server or workspace")

    tell(tmp_path, story)


# --- the queue


def test_the_queue_is_walked_oldest_first_with_filters(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        publish(room.world.database, facts("OH"))
        await filed(room, {"about": "IL"}, {"about": "UT", "link": "https://example.org/2"},
                    {"about": "OH-1", "kind": "change", "link": "https://example.org/3"})  # fmt: skip
        await room.work(3600)
        page = await reviewed(room.mo, room.world.channel)
        assert "3 reports wait, the oldest for 1 hour" in words(page.components)
        assert "R-1:" in words(page.components)
        seen = []
        for _ in range(3):
            seen.append(words(page.components).split("## ")[1].split(":")[0])
            if "Next" in labels(page):
                page = answer(await room.mo.click(page, label="Next"))
        assert seen == ["R-1", "R-2", "R-3"]
        page = answer(await room.mo.click(page, label="Previous"))
        assert "R-2:" in words(page.components)
        kinds = next(one for one in selects(page.components) if "kind" in one["placeholder"])
        change = next(o["value"] for o in kinds["options"] if o["label"] == "Change of status")
        page = answer(await room.mo.select(page, [change], custom_id=kinds["custom_id"]))
        assert "1 report waits" in words(page.components)
        assert "R-3:" in words(page.components)
        assert "Approve" not in labels(page), "it is everyone's, and they are no curators"
        done = await press(room.mo, page, "Reject", reason="source")
        assert answer(done).id == page.id
        assert room.report(3).status is ReportStatus.REJECTED

    tell(tmp_path, story)


def test_over_so_many_an_hour_there_is_one_line_and_no_card(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        await set_up(room.world.boss, room.world.channel, cards="2")
        people = [room.world.new_member(f"p{number}") for number in range(5)]
        for number, person in enumerate(people):
            await file(room, person, link=f"https://example.org/{number}")
        await room.work()
        assert len([m for m in room.seen() if "R-" in words(m.components)]) == 2
        await room.work(11 * 60)
        (summary,) = [m for m in room.seen() if "More reports than cards" in words(m.components)]
        page = await room.mo.click(summary, label="Review")
        assert answer(page).ephemeral
        assert "5 reports wait" in said(page)

    tell(tmp_path, story)


# --- an answer and a redraw at the same time


def _delay_answer(room: Room) -> None:
    """Discord fails once, so that an answer would come some tenths of a second after its commit."""
    room.world.env.inject_error("POST", "/interactions/*/callback", status=500)


def test_an_answer_that_comes_late_does_not_bring_back_an_older_card(tmp_path: Path) -> None:
    """Of all that changes a posted card the last decision wins, however slow the network was."""

    async def story(room: Room) -> None:
        (card,) = await filed(room)
        form = await room.mo.click(card, label="Ask")
        _delay_answer(room)
        late = await send(room.mo, form, question="Which lake?")
        assert "DEFERRED_UPDATE" in repr(late), "acknowledged, and nothing shown"
        alone = await reviewed(room.flo, room.review, "R-1")
        assert "Rejected by flo" in said(await press(room.flo, alone, "Reject", reason="source"))
        await room.work()
        assert "Rejected by flo" in words(card.components)
        await room.work(2)
        await room.work(60)
        assert "Rejected by flo" in words(card.components)
        assert "Approve" not in labels(card)

    tell(tmp_path, story)


def test_an_answer_that_comes_late_leaves_the_files_on_the_card(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        receipt = await file(room)
        await press(room.world.ana, answer(receipt), "Add details", files=[("a.png", b"png")])
        await room.work()
        card = room.card()
        assert files(card) == ["R-1-1.png"]
        _delay_answer(room)
        late = await room.mo.click(card, label="Claim")
        assert "DEFERRED_UPDATE" in repr(late), "acknowledged, and nothing shown"
        await room.work()
        assert files(card) == ["R-1-1.png"]
        await room.work(2)
        await room.work(60)
        assert "Claimed by mo" in words(card.components)
        assert files(card) == ["R-1-1.png"]

    tell(tmp_path, story)
