"""What every platform does alike. A new platform brings a driver, and is added to `PLATFORMS`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.contract.discord import DiscordDriver
from tests.contract.terminal import at_the_terminal
from tests.dialogue.reviewing import FIVE, NEWS
from tests.integration.discord.reviewing import tell

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.contract.driver import Driver
    from tests.integration.discord.reviewing import Room

    Story = Callable[[Driver], Awaitable[None]]
    Play = Callable[[Story], None]

PLATFORMS = ("terminal", "discord")
SENT = {"what": "Illinois counts its reservoirs", "about": "IL", "link": NEWS}


@pytest.fixture(params=PLATFORMS)
def play(request: pytest.FixtureRequest, tmp_path: Path) -> Play:
    """Tells a story on a platform."""

    def told(story: Story) -> None:
        if request.param == "terminal":
            asyncio.run(at_the_terminal(tmp_path, story))
            return

        async def in_a_room(room: Room) -> None:
            await story(DiscordDriver(room))

        tell(tmp_path, in_a_room, starter=True)

    return told


def test_an_answer_is_everyones_and_a_refusal_is_the_askers(play: Play) -> None:
    async def story(driver: Driver) -> None:
        page = await driver.ask("ana", "/state IL")
        assert "Illinois" in page.text
        assert not page.alone
        refused = await driver.ask("ana", "/state Narnia")
        assert "Narnia" in refused.text
        assert refused.alone
        assert (await driver.ask("ana", "/reports")).alone, "what is one's own"

    play(story)


def test_pages_are_turned_by_whoever_likes_also_after_a_restart(play: Play) -> None:
    async def story(driver: Driver) -> None:
        first = await driver.ask("ana", "/state CA")
        second = await driver.press("ben", first, "Next")
        assert second.text != first.text
        await driver.restart()
        again = await driver.press("ana", second, "Previous")
        assert again.text == first.text
        assert again.buttons == first.buttons

    play(story)


def test_an_option_is_picked(play: Play) -> None:
    async def story(driver: Driver) -> None:
        page = await driver.ask("ana", "/state CA")
        topic = next(label for label in page.options if label.startswith("Immigration"))
        picked = await driver.pick("ana", page, topic)
        assert "immigration" in picked.text.lower()
        assert not picked.alone

    play(story)


def test_a_report_is_sent_by_a_form_and_decided_by_buttons(play: Play) -> None:
    async def story(driver: Driver) -> None:
        form = await driver.ask("ana", "/report")
        assert form.form is not None
        assert list(form.form)[:3] == ["what", "about", "link"]
        receipt = await driver.fill("ana", form, **SENT)
        assert "R-1: received" in receipt.text
        assert receipt.alone
        card = await driver.ask("mo", "/review R-1")
        assert card.alone
        refused = await driver.press("ben", card, "Approve")
        assert "Only moderators" in refused.text
        assert refused.alone
        await driver.restart()
        flos = await driver.ask("flo", "/review R-1")
        asked = await driver.press("mo", card, "Approve")
        assert asked.form is not None
        done = await driver.fill("mo", asked, **FIVE | {"date": "2025-11-10"})
        assert "Approved by mo" in done.text
        late = await driver.press("flo", flos, "Reject")
        assert "R-1 was already approved by mo" in late.text
        assert late.alone

    play(story)


def test_what_cannot_be_taken_comes_back_as_it_was_written(play: Play) -> None:
    async def story(driver: Driver) -> None:
        form = await driver.ask("ana", "/report")
        wrong = await driver.fill("ana", form, **SENT | {"about": "Atlantis"})
        assert wrong.alone
        again = await driver.press("ana", wrong, "Fix it")
        assert again.form is not None
        assert {name: again.form[name] for name in SENT} == SENT | {"about": "Atlantis"}

    play(story)
