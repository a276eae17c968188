"""A core that takes its time, by the real clock: what is promised when, and what is never promised."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from bot.errors import DatabaseBusyError
from storage.database import Database
from tests.integration.discord.fake.guilds import unix
from tests.integration.discord.sockets.serving import Served, play, public, words

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.integration.discord.fake.answers import Answer


def age_at_callback(served: Served, answer: Answer) -> float:
    """How old an interaction was, by Discord's timestamp, when its first response came in."""
    path = f"/interactions/{answer.id}/{answer.token}/callback"
    (request,) = served.fake.sent("POST", path)
    return time.time() - (time.monotonic() - request.at) - unix(answer.id)


def test_a_slow_look_up_is_acknowledged_after_a_second_and_a_half(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        answer = await served.slash("slow")
        await served.fake.until(lambda: answer.callback)
        assert answer.callback is not None
        assert answer.callback.type == 5
        assert age_at_callback(served, answer) >= 1.45
        served.gate.open()
        await answer.settled()
        assert [words(m).splitlines()[0] for m in public(served)] == ["## Done at last"]

    play(tmp_path, story)


def test_what_is_quick_and_old_is_still_answered(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        answer = await served.fake.slash("state", {"state": "IL"}, guild=served.guild, age=1.6)
        await answer.settled()
        assert ["Illinois" in words(m) for m in public(served)] == [True]

    play(tmp_path, story)


def test_a_slow_button_promises_nothing_that_is_seen(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        served.gate.open()
        message = (await served.answered("slow")).original
        assert message is not None
        before = message.data
        served.gate.shut()
        pressed = await served.fake.click(message, message.labels["Again"], age=1.4)
        await served.fake.until(lambda: pressed.callback)
        assert pressed.callback is not None
        assert pressed.callback.type == 6
        assert message.data == before
        served.gate.open()
        await pressed.settled()
        assert (message.edits, len(public(served))) == (1, 1)

    play(tmp_path, story)


def test_a_form_that_is_not_kept_in_time_stays_open(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        fake = served.fake
        shown = await served.answered("keep")
        late = await fake.submit(shown, {"zone": "America/Denver"}, age=1.8)
        await served.gate.met()
        await asyncio.sleep(1.3)
        assert fake.sent("POST", f"/interactions/{late.id}/{late.token}/callback") == []
        served.gate.open()
        # The press of Submit in the form that stayed open.
        again = await (await fake.submit(shown, {"zone": "America/Denver"})).settled()
        assert "Kept America/Denver" in words(again.message)
        assert late.callback is None
        assert late.refused == []

    play(tmp_path, story)


def test_a_form_that_met_a_fault_of_ours_stays_open_and_a_mistake_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(served: Served) -> None:
        fake = served.fake
        served.gate.open()
        shown = await served.answered("keep")

        def busy(*_: object, **_more: object) -> Future[Any]:
            nothing: Future[Any] = Future()
            nothing.set_exception(DatabaseBusyError("The database is busy. Please try again."))
            return nothing

        with monkeypatch.context() as patch:
            patch.setattr(Database, "submit", busy)
            lost = await fake.submit(shown, {"zone": "America/Denver"})
            await asyncio.sleep(0.3)
            assert fake.sent("POST", f"/interactions/{lost.id}/{lost.token}/callback") == []
        wrong = await (await fake.submit(shown, {"zone": "Nowhere/Land"})).settled()
        assert wrong.message is not None
        assert "Fix it" in wrong.message.labels

    play(tmp_path, story)
