"""Which call is answered how and when, on any chat platform."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.answering.conversation import Acknowledgement, AnswerError, Failure, Placement, Surface
from bot.answering.replies import PRESS_AGAIN, STOPPING
from bot.commands.spec import Pressed
from bot.messages.problems import FAILED
from tests.integration.answering.conversing import IMPATIENT, NOW, PATIENT, WORDS, Platform, platform

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from bot.answering.timing import Timing

    Play = Callable[..., None]

HOWS = [Acknowledgement.NONE, Acknowledgement.PUBLIC]


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Tells a story of a platform."""

    def played(
        story: Callable[[Platform], Awaitable[None]], timing: Timing = IMPATIENT, *, patience: float = 10.0
    ) -> None:
        async def told() -> None:
            async with platform(tmp_path, timing, patience=patience) as here:
                await story(here)

        asyncio.run(told())

    return played


# --- look-ups


def test_what_is_ready_in_time_is_answered_at_once(play: Play) -> None:
    async def story(here: Platform) -> None:
        asker = await here.answer(here.command("tell", "soon"))
        assert asker.acknowledged == []
        assert [(r.title, where, how) for r, where, how in asker.said] == [
            ("Told soon", Placement.ANSWER, Acknowledgement.NONE)
        ]

    play(story, PATIENT)


@pytest.mark.parametrize(
    ("name", "how"), [("tell", Acknowledgement.PUBLIC), ("hush", Acknowledgement.PRIVATE)]
)
def test_what_is_late_is_acknowledged_and_followed_up(name: str, how: Acknowledgement, play: Play) -> None:
    async def story(here: Platform) -> None:
        here.gate.shut()
        asker = here.command(name, "late")
        answering = await here.late(asker)
        assert (asker.acknowledged, asker.said) == ([how], [])
        here.gate.open()
        await answering
        assert asker.acknowledged == [how]
        assert [(r.title, where, after) for r, where, after in asker.said] == [
            ("Told late", Placement.ANSWER, how)
        ]

    play(story)


def test_time_counts_from_when_it_was_asked(play: Play) -> None:
    """The budget of a minute is used up by the call's age; an hour of age is a wrong clock's: a second."""

    async def story(here: Platform) -> None:
        here.gate.shut()
        old, ancient = here.command("tell", "old", age=60.0), here.command("tell", "ancient", age=3600.0)
        answering = [await here.late(old), here.begin(ancient)]
        assert ancient.acknowledged == []
        here.gate.open()
        await asyncio.gather(*answering)
        assert old.acknowledged == [Acknowledgement.PUBLIC]
        assert old.texts == ["Told old"]
        assert ancient.texts == ["Told ancient"]

    play(story, replace(PATIENT, token_lifetime=100.0))


def test_whoever_waits_too_long_is_told_so_alone(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    async def story(here: Platform) -> None:
        here.gate.shut()
        asker = await here.answer(here.command("tell", "never"))
        assert asker.said == [(FAILED, Placement.APART, Acknowledgement.PUBLIC)]
        assert "did not reach Testers: not ready after" in caplog.text

    play(story, replace(IMPATIENT, follow_up=0.01))


@pytest.mark.parametrize(("how", "words"), [("refuse", "There is none."), ("fail", "Something went wrong")])
def test_an_error_after_a_public_placeholder_is_the_askers_alone(how: str, words: str, play: Play) -> None:
    async def story(here: Platform) -> None:
        here.gate.shut()
        asker = here.command("tell", how)
        answering = await here.late(asker)
        here.gate.open()
        await answering
        assert asker.acknowledged == [Acknowledgement.PUBLIC]
        assert asker.places == [Placement.APART]
        assert words in asker.texts[0]

    play(story)


def test_several_at_once_have_one_answer_each(play: Play) -> None:
    async def story(here: Platform) -> None:
        here.gate.shut()
        askers = [here.command("tell" if n % 2 else "hush", f"number {n}") for n in range(6)]
        answering = [await here.late(asker) for asker in askers]
        form = await here.answer(here.asks(Pressed(here.token("move")), Surface.SHARED))
        assert form.said == [(PRESS_AGAIN, Placement.ANSWER, Acknowledgement.NONE)]
        here.gate.open()
        await asyncio.gather(*answering)
        assert [asker.texts for asker in askers] == [[f"Told number {n}"] for n in range(6)]

    play(story)


# --- buttons


@pytest.mark.parametrize(("surface", "name"), [(Surface.SHARED, "tell"), (Surface.PRIVATE, "hush")])
def test_a_late_press_changes_its_message(surface: Surface, name: str, play: Play) -> None:
    async def story(here: Platform) -> None:
        here.gate.shut()
        asker = here.press(name, surface, "again")
        answering = await here.late(asker)
        here.gate.open()
        await answering
        assert asker.acknowledged == [Acknowledgement.UPDATE], "nothing that is seen"
        assert asker.places == [Placement.IN_PLACE]

    play(story)


@pytest.mark.parametrize("how", ["refuse", "whisper"])
@pytest.mark.parametrize("late", [False, True])
def test_what_one_alone_may_see_never_stands_where_all_look(how: str, *, late: bool, play: Play) -> None:
    async def story(here: Platform) -> None:
        if late:
            here.gate.shut()
        asker = here.press("tell", Surface.SHARED, how)
        answering = await here.late(asker) if late else here.begin(asker)
        here.gate.open()
        await answering
        assert asker.places == [Placement.APART if late else Placement.ANSWER]

    play(story, IMPATIENT if late else PATIENT)


def test_a_posted_card_is_shown_anew_at_once_or_by_the_outbox(play: Play) -> None:
    async def story(here: Platform) -> None:
        asker = await here.answer(here.press("tell", Surface.SHARED, "decide"))
        assert asker.places == [Placement.CARD]
        own = await here.answer(here.press("tell", Surface.PRIVATE, "decide"))
        assert own.places == [Placement.IN_PLACE], "of this one the outbox knows nothing"

    async def late(here: Platform) -> None:
        here.gate.shut()
        asker = here.press("tell", Surface.SHARED, "decide")
        answering = await here.late(asker)
        here.gate.open()
        await answering
        assert (asker.acknowledged, asker.said) == ([Acknowledgement.UPDATE], [])

    play(story, PATIENT)
    play(late)


# --- forms


def test_a_form_that_is_ready_in_time_opens(play: Play) -> None:
    async def story(here: Platform) -> None:
        for asker in (here.command("move"), here.press("move", Surface.SHARED), here.command("tell", "form")):
            await here.answer(asker)
            assert len(asker.forms) == 1
            assert (asker.acknowledged, asker.said) == ([], [])

    play(story, PATIENT)


def test_a_form_that_is_late_is_busy_and_never_promised(play: Play) -> None:
    async def story(here: Platform) -> None:
        here.gate.shut()
        for asker in (here.command("move"), here.press("move", Surface.SHARED)):
            await here.answer(asker)
            assert asker.said == [(PRESS_AGAIN, Placement.ANSWER, Acknowledgement.NONE)]
            assert (asker.acknowledged, asker.forms) == ([], [])

    play(story)


def test_a_look_up_that_opens_a_form_too_late_asks_to_press_again(play: Play) -> None:
    async def story(here: Platform) -> None:
        here.gate.shut()
        asker = here.command("tell", "form")
        answering = await here.late(asker)
        here.gate.open()
        await answering
        assert asker.said == [(PRESS_AGAIN, Placement.APART, Acknowledgement.PUBLIC)]

    play(story)


def test_a_form_is_acknowledged_once_it_is_kept(play: Play) -> None:
    async def story(here: Platform) -> None:
        asker = await here.answer(here.fill("Eastern"))
        assert asker.texts == ["Moved to America/New_York"]
        assert here.zone == "America/New_York"

    play(story, PATIENT)


def test_a_form_that_is_not_kept_in_time_stays_open(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    async def story(here: Platform) -> None:
        here.gate.shut()
        asker = await here.answer(here.fill("Eastern"))
        assert not asker.shown.is_set(), "any answer would close it"
        assert "was not kept in time" in caplog.text
        assert "Eastern" not in caplog.text

    play(story)


def test_a_form_stays_open_while_the_database_is_busy(
    play: Play, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(here: Platform) -> None:
        with closing(sqlite3.connect(tmp_path / "answering.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            asker = await here.answer(here.fill("Eastern"))
            assert not asker.shown.is_set()
            assert "could not be kept (database_busy)" in caplog.text
            other.execute("ROLLBACK")
        again = await here.answer(here.fill("Eastern"))
        assert again.texts == ["Moved to America/New_York"]
        wrong = await here.answer(here.fill("Nowhere/Land"))
        assert wrong.said[0][0].problem, "a mistake of the asker's is answered"

    play(story, PATIENT, patience=0.2)


# --- the platform fails


@pytest.mark.parametrize("failure", Failure)
@pytest.mark.parametrize("after", HOWS)
def test_who_can_be_told_of_a_failure_is(failure: Failure, after: Acknowledgement, play: Play) -> None:
    """Once acknowledged, unless nothing more can be said; before that, only where the answer was wrong."""

    async def story(here: Platform) -> None:
        late = after is Acknowledgement.PUBLIC
        if late:
            here.gate.shut()
        asker = here.command("tell", "soon")
        answering = await here.late(asker) if late else here.begin(asker)
        asker.raises = [AnswerError(failure, "a detail")]
        here.gate.open()
        await answering
        told = failure is not Failure.GONE if late else failure is Failure.INVALID
        assert [reply for reply, _, _ in asker.said] == ([FAILED] if told else [])

    play(story, IMPATIENT if after is Acknowledgement.PUBLIC else PATIENT)


@pytest.mark.parametrize("failure", Failure)
def test_a_form_whose_answer_is_not_taken_stays_open(failure: Failure, play: Play) -> None:
    async def story(here: Platform) -> None:
        asker = here.fill("Eastern")
        asker.raises = [AnswerError(failure, "a detail")]
        await here.answer(asker)
        assert not asker.shown.is_set()
        assert here.zone == "America/New_York", "and what was sent is kept"

    play(story, PATIENT)


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (AnswerError(Failure.GONE, "status 404"), "Testers refused an answer: status 404."),
        (AnswerError(Failure.UNREACHED, "OSError"), "An answer did not reach Testers: OSError."),
        (KeyError("somewhere"), "An answer could not be given: KeyError"),
    ],
)
def test_a_failure_ends_in_one_line_that_names_nobody(
    error: Exception, line: str, play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(here: Platform) -> None:
        asker = here.command("tell", WORDS)
        asker.raises = [error]
        await here.answer(asker)
        assert [record.getMessage() for record in caplog.records if record.name.startswith("bot.")] == [line]
        assert WORDS not in caplog.text
        again = await here.answer(here.command("tell", "on"))
        assert again.texts == ["Told on"]

    with caplog.at_level(logging.INFO):
        play(story, PATIENT)


def test_an_acknowledgement_that_is_not_taken_promises_nothing(play: Play) -> None:
    async def story(here: Platform) -> None:
        here.gate.shut()
        asker = here.command("tell", "late")
        asker.raises = [AnswerError(Failure.UNAVAILABLE, "status 500")]
        await here.answer(asker)
        assert not asker.shown.is_set()

    play(story)


# --- suggestions


def test_suggestions_that_take_too_long_are_none(play: Play) -> None:
    async def story(here: Platform) -> None:
        offered = await here.answering.suggest("move", "zone", "east", None, NOW)
        assert "America/New_York" in [suggestion.text for suggestion in offered]

    async def late(here: Platform) -> None:
        assert await here.answering.suggest("move", "zone", "east", None, NOW) == []

    play(story, PATIENT)
    play(late, replace(PATIENT, busy_after=0.0))


# --- the end of the process


def test_who_waits_when_it_stops_is_told_so(play: Play) -> None:
    async def story(here: Platform) -> None:
        here.gate.shut()
        waiting = here.command("tell", "late")
        await here.late(waiting)
        pressed = here.press("tell", Surface.SHARED, "late")
        await here.late(pressed)
        form = here.fill("Eastern")
        here.begin(form)
        await here.answering.drain(0.01)
        assert waiting.said == [(STOPPING, Placement.APART, Acknowledgement.PUBLIC)]
        assert pressed.said == [(STOPPING, Placement.APART, Acknowledgement.UPDATE)]
        here.gate.open()
        assert not form.shown.is_set(), "nobody was promised anything, and the text is still there"

    play(story)


def test_what_ends_while_it_stops_is_answered(play: Play) -> None:
    async def story(here: Platform) -> None:
        here.gate.shut()
        waiting = here.command("tell", "late")
        await here.late(waiting)
        draining = asyncio.create_task(here.answering.drain(10))
        await asyncio.sleep(0)
        here.gate.open()
        await draining
        assert waiting.texts == ["Told late"]

    play(story)


def test_who_comes_while_it_stops_is_told_at_once_and_a_form_stays_open(play: Play) -> None:
    async def story(here: Platform) -> None:
        await here.answering.drain(1)
        for asker in (here.command("tell", "soon"), here.command("move"), here.press("tell", Surface.SHARED)):
            await here.answer(asker)
            assert asker.said == [(STOPPING, Placement.ANSWER, Acknowledgement.NONE)]
        form = await here.answer(here.fill("Eastern"))
        assert not form.shown.is_set()
        assert here.zone == "UTC"

    play(story, PATIENT)


def test_a_platform_that_takes_nothing_holds_up_no_end(play: Play) -> None:
    async def story(here: Platform) -> None:
        here.gate.shut()
        waiting = here.command("tell", "late")
        await here.late(waiting)
        waiting.silent = True
        await asyncio.wait_for(here.answering.drain(0.01), 10)
        assert waiting.said == []

    play(story, replace(IMPATIENT, farewell=0.01))
