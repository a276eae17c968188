"""Answers in time, however slow the core is, and whatever Discord does meanwhile. Nothing here sleeps."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from bot.commands.options import ZONE
from bot.commands.spec import Answer, Call, CommandSpec, Filled, Option, OptionType, Pressed, Shape
from bot.errors import NotFoundError
from bot.messages.form import Entry, Form, FormField
from bot.messages.message import Button, Press
from bot.messages.reply import Reply, Visibility
from tests.integration.discord.driving import (
    COMMAND,
    COMPONENT,
    DEFERRED,
    DEFERRED_UPDATE,
    EPHEMERAL,
    MESSAGE,
    MODAL,
    SHOW_FORM,
    UPDATE,
    Gate,
    answer,
    buttons,
    play,
    said,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from simcord.results import InteractionResult, ResponseMessage

    from bot.ports import UnitOfWork
    from tests.integration.discord.driving import Json, World

MANNER = Option("manner", OptionType(Shape.REST, str), "How it goes", "m")
SECRET = "a-word-that-nobody-else-may-read"
CALLBACK, ORIGINAL = "/interactions/*/callback", "/webhooks/*/messages/@original"


def slow_specs(gate: Gate) -> tuple[CommandSpec, ...]:
    """Commands that answer when the gate is open."""

    def handle(_uow: UnitOfWork, call: Call, manner: str | None) -> Reply:
        gate.wait()
        if manner == "refuse":
            raise NotFoundError("There is none.")
        buttons = [Button(m.title(), Press(call.spec.name, {"manner": m})) for m in ("again", "refuse")]
        return Reply(title=f"Done {manner}", buttons=tuple(buttons))

    def form(_uow: UnitOfWork, call: Call) -> Form | None:
        if not isinstance(call.invocation.asked, Pressed) and call.options.get("manner") != "ask":
            return None
        gate.wait()
        return Form("Move", Press("move"), (FormField("zone", "Zone", "", Entry.LINE, value="UTC"),))

    def move(uow: UnitOfWork, call: Call, zone: str | None, **_: object) -> Reply:
        if call.community and isinstance(call.invocation.asked, Filled):
            gate.wait()
            uow.communities.set_zone(call.community.id, zone or "UTC")
            uow.commit()
        return Reply(title=f"Moved to {zone}")

    return (
        CommandSpec("slow", "zs", "Slow", handle, (MANNER,)),
        CommandSpec("hush", "zh", "Private", handle, (MANNER,), visibility=Visibility.ASKER),
        CommandSpec(
            "move", "zm", "Move", move, (Option("zone", ZONE, "Zone", "z"), MANNER),
            answer=Answer.FORM, press_answer=Answer.FORM, writes=True, form=form,
        ),
    )  # fmt: skip


def play_slowly(tmp_path: Path, script: Callable[[World], Awaitable[None]]) -> None:
    gate = Gate()
    play(tmp_path, script, specs=slow_specs(gate), gate=gate, starter=False)


def flags(world: World, since: int = 0) -> list[bool]:
    """Whether each callback made something that the asker alone sees."""
    requests = [r for r in world.env.http_requests[since:] if r.path.endswith("/callback")]
    return [bool((r.json.get("data") or {}).get("flags", 0) & EPHEMERAL) for r in requests if r.json]


# --- look-ups


@pytest.mark.parametrize("seconds", [0.0, 1.0, 1.4])
def test_what_is_ready_in_time_is_answered_at_once(tmp_path: Path, seconds: float) -> None:
    async def script(world: World) -> None:
        world.gate.shut()
        result = await world.ana.slash(world.channel, "slow", manner="soon")
        await world.env.advance_time(seconds)
        assert not result.acknowledged
        await world.let_through()
        assert "Done soon" in said(result)
        assert world.callbacks() == [MESSAGE]

    play_slowly(tmp_path, script)


@pytest.mark.parametrize("seconds", [1.6, 4.0, 20.0, 600.0])
def test_what_is_late_is_acknowledged_and_followed_up(tmp_path: Path, seconds: float) -> None:
    async def script(world: World) -> None:
        world.gate.shut()
        result = await world.ana.slash(world.channel, "slow", manner="late")
        await world.env.advance_time(1.49)
        assert not result.acknowledged
        await world.env.advance_time(0.02)
        assert result.deferred
        placeholder = answer(result)
        assert not placeholder.ephemeral
        await world.env.advance_time(seconds - 1.51)
        assert world.callbacks() == [DEFERRED]
        await world.let_through()
        assert "Done late" in said(result)
        assert answer(result).id == placeholder.id
        assert world.callbacks() == [DEFERRED]
        assert not result.followups
        assert len(world.channel.history()) == 1

    play_slowly(tmp_path, script)


def test_whoever_waits_for_what_takes_too_long_is_told(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        world.gate.shut()
        result = await world.ana.slash(world.channel, "slow", manner="never")
        await world.env.advance_time(14 * 60 + 2)
        assert result.response is None, "the placeholder is gone"
        (followup,) = result.followups
        assert followup.ephemeral
        assert "Something went wrong here" in said_by(followup)
        await world.env.advance_time(100)
        mark = world.mark
        await world.let_through()
        assert world.mark == mark, "nobody listens any more"
        assert "Done now" in said(await world.ana.slash(world.channel, "slow", manner="now"))

    play_slowly(tmp_path, script)


def test_a_late_refusal_is_for_the_asker_alone(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        world.gate.shut()
        result = await world.ana.slash(world.channel, "slow", manner="refuse")
        await world.env.advance_time(2)
        placeholder = answer(result)
        assert not placeholder.ephemeral
        await world.let_through()
        assert result.response is None, "the placeholder is gone"
        (followup,) = result.followups
        assert followup.ephemeral
        assert said_by(followup) == "There is none."
        ben = world.new_member("ben")
        assert not world.channel.history(viewer=ben)
        assert [m.id for m in world.channel.history(viewer=world.ana)] == [followup.id]

    play_slowly(tmp_path, script)


def test_an_early_refusal_is_for_the_asker_alone(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        result = await world.ana.slash(world.channel, "slow", manner="refuse")
        assert said(result) == "There is none."
        assert answer(result).ephemeral

    play_slowly(tmp_path, script)


def test_a_private_command_is_private_from_its_placeholder_on(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        world.gate.shut()
        for manner, told in (("late", "Done late"), ("refuse", "There is none.")):
            world.gate.shut()
            mark = world.mark
            result = await world.ana.slash(world.channel, "hush", manner=manner)
            await world.env.advance_time(2)
            assert world.callbacks(mark) == [DEFERRED]
            assert flags(world, mark) == [True]
            await world.let_through()
            assert told in said(result)
            assert answer(result).ephemeral
            assert not result.followups

    play_slowly(tmp_path, script)


def test_a_late_press_changes_its_message(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        message = answer(await world.ana.slash(world.channel, "slow", manner="first"))
        world.gate.shut()
        mark = world.mark
        result = await world.ana.click(message, label="Again")
        await world.env.advance_time(2)
        assert world.callbacks(mark) == [DEFERRED_UPDATE]
        assert "Done first" in said_by(message)
        await world.let_through()
        assert "Done again" in said_by(message)
        assert answer(result).id == message.id
        assert len(world.channel.history()) == 1

    play_slowly(tmp_path, script)


@pytest.mark.parametrize("late", [False, True])
def test_a_press_that_is_refused_leaves_its_message(tmp_path: Path, *, late: bool) -> None:
    async def script(world: World) -> None:
        message = answer(await world.ana.slash(world.channel, "slow", manner="first"))
        world.gate.shut()
        result = await world.ana.click(message, label="Refuse")
        await world.env.advance_time(2 if late else 1)
        await world.let_through()
        (told,) = result.followups if late else [answer(result)]
        assert said_by(told) == "There is none."
        assert told.ephemeral
        assert "Done first" in said_by(message)

    play_slowly(tmp_path, script)


@pytest.mark.parametrize("late", [False, True])
def test_a_private_answer_never_stands_in_a_public_message(tmp_path: Path, *, late: bool) -> None:
    async def script(world: World) -> None:
        private = answer(await world.ana.slash(world.channel, "hush", manner="x"))
        token = buttons(private.components)["Again"]
        public = world.post(token)
        before = public.components
        world.gate.shut()
        result = await world.ana.click(public, custom_id=token)
        await world.env.advance_time(2 if late else 1)
        await world.let_through()
        (told,) = result.followups if late else [answer(result)]
        assert told.ephemeral
        assert "Done again" in said_by(told)
        assert public.components == before
        # but in a private message it does
        await world.ana.click(private, label="Again")
        assert "Done again" in said_by(private)

    play_slowly(tmp_path, script)


def test_a_refusal_leaves_a_private_page_as_it_was(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        page = answer(await world.ana.slash(world.channel, "hush", manner="x"))
        result = await world.ana.click(page, label="Refuse")
        assert said(result) == "There is none."
        assert answer(result).id != page.id
        assert "Done x" in said_by(page)

    play_slowly(tmp_path, script)


# --- the age of a call


def command(world: World, name: str, **options: str) -> Json:
    """The data of a command as Discord sends it."""
    root = world.env.backend.find_command(name, world.guild.id, type=1)
    assert root
    given = [{"name": key, "type": 3, "value": value} for key, value in options.items()]
    return {"id": root["id"], "name": name, "type": 1, "options": given}


def test_time_counts_from_when_it_was_asked(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        world.gate.shut()
        result = await world.deliver(world.ana, COMMAND, command(world, "slow", manner="old"), late=1.4)
        await world.env.advance_time(0.05)
        assert not result.acknowledged
        await world.env.advance_time(0.1)
        assert result.deferred
        await world.let_through()
        assert "Done old" in said(result)

    play_slowly(tmp_path, script)


def test_a_call_that_comes_when_time_is_up_is_acknowledged_at_once(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        world.gate.shut()
        result = await world.deliver(world.ana, COMMAND, command(world, "slow", manner="old"), late=2.9)
        await world.env.advance_time(0.01)
        assert result.deferred
        await world.let_through()
        assert "Done old" in said(result)

    play_slowly(tmp_path, script)


def test_a_form_counts_from_when_it_was_pressed(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        message = world.post("10zm")
        world.gate.shut()
        data: Json = {"custom_id": "10zm", "component_type": 2}
        result = await world.deliver(world.ana, COMPONENT, data, message=message, late=2.0)
        await world.env.advance_time(0.45)
        assert not result.acknowledged
        await world.env.advance_time(0.1)
        assert "press again" in said(result)

    play_slowly(tmp_path, script)


def test_a_call_from_the_future_has_its_time(tmp_path: Path) -> None:
    """A machine whose clock runs behind must not be slower for it, nor crash."""

    async def script(world: World) -> None:
        world.gate.shut()
        now = world.env.backend.clock.elapsed
        world.env.backend.clock.elapsed = now + 60
        record, payload = world.born(world.ana, COMMAND, command(world, "slow", manner="soon"))
        world.env.backend.clock.elapsed = now
        result = await world.hand_in(record, payload)
        await world.env.advance_time(1.4)
        assert not result.acknowledged
        await world.env.advance_time(0.2)
        assert result.deferred
        await world.let_through()
        assert "Done soon" in said(result)

    play_slowly(tmp_path, script)


# --- forms


@pytest.mark.parametrize("seconds", [0.0, 2.4])
def test_a_form_that_is_ready_in_time_opens(tmp_path: Path, seconds: float) -> None:
    async def script(world: World) -> None:
        for by_command in (True, False):
            world.gate.shut()
            mark = world.mark
            if by_command:
                result = await world.ana.slash(world.channel, "move", manner="ask")
            else:
                result = await world.press(world.ana, "10zm")
            await world.env.advance_time(seconds)
            assert not result.acknowledged, "a form is never promised"
            await world.let_through()
            assert result.modal
            assert world.callbacks(mark) == [SHOW_FORM]

    play_slowly(tmp_path, script)


def test_a_form_that_is_late_asks_to_press_again(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        for by_command in (True, False):
            world.gate.shut()
            mark = world.mark
            if by_command:
                result = await world.ana.slash(world.channel, "move", manner="ask")
            else:
                result = await world.press(world.ana, "10zm")
            await world.env.advance_time(2.6)
            assert said(result) == "Fiftywire is busy. Please press again in a moment."
            assert answer(result).ephemeral
            await world.let_through()
            assert world.callbacks(mark) == [MESSAGE]
            assert result.modal is None
        again = await world.press(world.ana, "10zm")
        assert again.modal

    play_slowly(tmp_path, script)


@pytest.mark.parametrize("seconds", [0.0, 2.4])
def test_a_form_is_acknowledged_once_it_is_kept(tmp_path: Path, seconds: float) -> None:
    async def script(world: World) -> None:
        form = await world.ana.slash(world.channel, "move", manner="ask")
        world.gate.shut()
        result = await world.ana.submit_modal(form, {"zone": "Eastern"})
        await world.env.advance_time(seconds)
        assert not result.acknowledged
        await world.let_through()
        assert "Moved to America/New_York" in said(result)
        assert world.zone == "America/New_York"

    play_slowly(tmp_path, script)


def test_a_form_that_is_not_kept_in_time_stays_open(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def script(world: World) -> None:
        form = await world.ana.slash(world.channel, "move", manner="ask")
        assert form.modal
        world.gate.shut()
        mark = world.mark
        result = await world.ana.submit_modal(form, {"zone": "Eastern"})
        await world.env.advance_time(20)
        assert not result.acknowledged
        assert "was not kept in time" in caplog.text
        assert "Eastern" not in caplog.text
        await world.let_through()
        # too late to say so: but what was sent is kept
        assert not result.acknowledged
        assert world.mark == mark
        assert world.zone == "America/New_York"
        # its text is still there, and she sends it again
        field = {"type": 18, "component": {"type": 4, "custom_id": "zone", "value": "Eastern"}}
        data = {"custom_id": form.modal["custom_id"], "components": [field]}
        again = await world.deliver(world.ana, MODAL, data)
        assert "Moved to America/New_York" in said(again)
        assert world.zone == "America/New_York"

    play_slowly(tmp_path, script)


def test_a_form_sent_from_a_message_changes_it(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        message = world.post("10zm")
        form = await world.ana.click(message, custom_id="10zm")
        result = await world.ana.submit_modal(form, {"zone": "Eastern"})
        assert world.callbacks()[-1] == UPDATE
        assert answer(result).id == message.id
        assert "Moved to America/New_York" in said_by(message)

    play_slowly(tmp_path, script)


# --- Discord failing

FAULTS = [(500, 0), (502, 0), (429, 0)]


@pytest.mark.parametrize(("status", "code"), FAULTS)
@pytest.mark.parametrize("times", [1, 2])
def test_an_answer_is_tried_again(tmp_path: Path, status: int, code: int, times: int) -> None:
    async def script(world: World) -> None:
        world.env.inject_error("POST", CALLBACK, status=status, code=code, times=times)
        result = await world.ana.slash(world.channel, "slow", manner="soon")
        assert not result.acknowledged
        await world.env.advance_time(0.8)
        assert "Done soon" in said(result)

    play_slowly(tmp_path, script)


def test_an_acknowledgement_is_tried_again(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        world.gate.shut()
        world.env.inject_error("POST", CALLBACK, times=2)
        result = await world.ana.slash(world.channel, "slow", manner="late")
        await world.env.advance_time(2.3)
        assert result.deferred
        await world.let_through()
        assert "Done late" in said(result)

    play_slowly(tmp_path, script)


def test_a_follow_up_is_tried_again_for_minutes(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        world.gate.shut()
        result = await world.ana.slash(world.channel, "slow", manner="late")
        await world.env.advance_time(2)
        world.env.inject_error("PATCH", ORIGINAL, times=4)
        await world.let_through()
        assert result.deferred
        await world.env.advance_time(200)
        assert "Done late" in said(result)

    play_slowly(tmp_path, script)


@pytest.mark.parametrize("by_moderator", [True, False])
def test_a_placeholder_that_cannot_be_deleted_keeps_nothing_back(
    tmp_path: Path, *, by_moderator: bool
) -> None:
    async def script(world: World) -> None:
        world.gate.shut()
        result = await world.ana.slash(world.channel, "slow", manner="refuse")
        await world.env.advance_time(2)
        if by_moderator:
            world.env.backend.delete_message(world.channel.id, answer(result).id)
        else:
            world.env.inject_error("DELETE", ORIGINAL, status=500, times=1)
        await world.let_through()
        await world.env.advance_time(5)
        (told,) = world.channel.history(viewer=world.ana)
        assert told.flags.ephemeral
        assert told.id == result.followups[0].id

    play_slowly(tmp_path, script)


GONE = [("POST", CALLBACK, 404, 10062), ("POST", CALLBACK, 403, 50013), ("POST", CALLBACK, 401, 0)]


@pytest.mark.parametrize(("method", "path", "status", "code"), GONE)
def test_what_discord_refuses_ends_in_a_line_that_names_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, method: str, path: str, status: int, code: int
) -> None:
    async def script(world: World) -> None:
        caplog.clear()
        world.env.inject_error(method, path, status=status, code=code, message=SECRET)
        result = await world.ana.slash(world.channel, "slow", manner=SECRET)
        assert not result.acknowledged
        (record,) = [r for r in caplog.records if r.levelno >= logging.WARNING]
        assert record.getMessage() == f"Discord refused an answer: status {status}, code {code}."
        assert_names_nobody(world, caplog, result)
        assert "Done x" in said(await world.ana.slash(world.channel, "slow", manner="x"))

    with caplog.at_level(logging.INFO):
        play_slowly(tmp_path, script)


def test_what_discord_never_takes_ends_in_one_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def script(world: World) -> None:
        world.env.inject_error("POST", CALLBACK, times=None)
        result = await world.ana.slash(world.channel, "slow", manner=SECRET)
        await world.env.advance_time(10)
        assert not result.acknowledged
        assert "status 500" in caplog.text
        assert_names_nobody(world, caplog, result)
        assert len(world.callbacks()) == 3
        world.env.backend.faults.clear()
        assert "Done x" in said(await world.ana.slash(world.channel, "slow", manner="x"))

    play_slowly(tmp_path, script)


def test_an_answer_whose_first_attempt_came_through_is_given_once(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        world.gate.shut()
        world.env.inject_error("POST", CALLBACK, status=400, code=40060)  # acknowledged already
        result = await world.ana.slash(world.channel, "slow", manner="late")
        result._interaction.defer(world.post("10zs").id, ephemeral=False)  # what came through unseen
        await world.env.advance_time(2)
        await world.let_through()
        assert "Done late" in said(result)

    play_slowly(tmp_path, script)


def test_a_person_who_leaves_while_they_wait_harms_nobody(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        world.gate.shut()
        result = await world.ana.slash(world.channel, "slow", manner="late")
        await world.env.advance_time(2)
        world.env.backend.delete_message(world.channel.id, answer(result).id)
        await world.let_through()
        await world.env.advance_time(5)
        assert "Done x" in said(await world.boss.slash(world.channel, "slow", manner="x"))

    play_slowly(tmp_path, script)


def assert_names_nobody(world: World, caplog: pytest.LogCaptureFixture, result: InteractionResult) -> None:
    record = result._interaction
    ids = [world.ana.id, world.guild.id, world.channel.id, record.id]
    for secret in (SECRET, record.token, world.ana.name, *map(str, ids)):
        assert secret not in caplog.text


def said_by(message: ResponseMessage) -> str:
    return words(message.components)


# --- the end of the process


def test_who_waits_when_the_bot_stops_is_told_so(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        world.gate.shut()
        waiting = await world.ana.slash(world.channel, "slow", manner="late")
        await world.env.advance_time(2)
        draining = world.in_the_bot(world.client.answering.drain(3))
        await world.env.advance_time(1)
        assert waiting.deferred
        late = await world.boss.slash(world.channel, "slow", manner="later")
        assert "being restarted" in said(late)
        assert answer(late).ephemeral
        await world.env.advance_time(3)
        await draining
        (told,) = waiting.followups
        assert "being restarted" in said_by(told)
        assert told.ephemeral
        mark = world.mark
        await world.let_through()
        assert world.mark == mark, "one answer is enough"

    play_slowly(tmp_path, script)


def test_a_form_that_comes_while_the_bot_stops_stays_open(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        form = await world.ana.slash(world.channel, "move", manner="ask")
        await world.in_the_bot(world.client.answering.drain(3))
        result = await world.ana.submit_modal(form, {"zone": "Eastern"})
        await world.env.advance_time(5)
        assert not result.acknowledged, "any answer would close it, and its text be gone"
        assert world.zone == "UTC"

    play_slowly(tmp_path, script)


def test_what_ends_while_the_bot_stops_is_still_answered(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        world.gate.shut()
        waiting = await world.ana.slash(world.channel, "slow", manner="late")
        draining = world.in_the_bot(world.client.answering.drain(3))
        await world.env.advance_time(1)
        await world.let_through()
        await draining
        assert "Done late" in said(waiting)

    play_slowly(tmp_path, script)
