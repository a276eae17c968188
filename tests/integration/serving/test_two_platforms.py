"""Discord and a second platform in one process: what happens to one is no trouble to the other."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.community.people import Role
from bot.errors import ConfigurationError, PlatformError
from bot.outbox.timing import Timing as SendTiming
from bot.ports.store import write
from bot.serving import Timing
from tests.integration.discord.sockets.serving import (
    WAITS,
    Served,
    community_of,
    eventually,
    play,
    posted,
    words,
)
from tests.integration.discord.sockets.test_worker import review_in_the_channel
from tests.integration.serving.small import DESK, HOME, PLATFORM, Small

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from bot.ports import UnitOfWork
    from tests.integration.discord.fake.messages import Message

BOSS = 1 << 5
"""The permission Manage Server."""
READY = [f"Connected to {name}. Stop with Ctrl-C." for name in ("Discord", "Small Talk")]


def both(folder: Path, small: Small, story: Callable[[Served], Awaitable[None]], **more: Any) -> None:
    """Tell a story of a server and the small platform's club, which are one community's homes."""

    async def told(served: Served) -> None:
        community = community_of(served, served.guild.id)
        assert community is not None

        def join(uow: UnitOfWork) -> None:
            uow.communities.join(HOME, "Club", datetime.now(UTC))
            uow.communities.move(HOME, community.id)
            uow.review_settings.name_review_places(community.id, PLATFORM, [DESK])

        write(served.database, join)
        review_in_the_channel(served)
        await story(served)

    play(folder, told, beside=small.over, **more)


async def discord_answers(served: Served) -> None:
    """That Discord is served."""
    assert "Illinois" in words((await served.answered("state", state="IL")).message)


async def small_answers(small: Small) -> None:
    """That the other one is."""
    assert (await small.say("/state IL")).title == "Illinois"


async def reported(small: Small, what: str, name: str = "bea") -> None:
    """Somebody on the small platform reports something."""
    form = await small.say("/report", name)
    receipt = await small.fill(form, name, what=what, about="IL", link="https://example.org/a")
    assert receipt.problem is None, receipt


async def cards(served: Served, number: int) -> list[Message]:
    """The cards in the server's channel, once there are so many."""

    def found() -> list[Message]:
        return [message for message in posted(served) if "Reject" in message.labels]

    await eventually(lambda: len(found()) == number)
    return found()


def test_one_that_hangs_keeps_no_one_waiting(tmp_path: Path) -> None:
    small = Small()
    small.reachable.clear()

    async def story(served: Served) -> None:
        await discord_answers(served)
        assert served.said == READY[:1]
        small.reachable.set()
        await small.connected.wait()
        await eventually(lambda: sorted(served.said) == READY)
        await small_answers(small)

    both(tmp_path, small, story)


def test_while_discord_hangs_the_other_is_served(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    small = Small()

    async def story(served: Served) -> None:
        (fault,) = served.fake.faults
        await eventually(lambda: "Discord could not be reached within" in caplog.text)
        await small_answers(small)
        assert served.said == READY[1:]
        fault.release()
        await asyncio.wait_for(served.service.connected.wait(), 10)
        await discord_answers(served)
        assert small.sessions == 1

    play(
        tmp_path,
        story,
        before=lambda fake: fake.fault("GET", "/gateway/bot", "hang"),
        ready=False,
        beside=small.over,
        timing=Timing(first_connection=0.2, backoff=(0.05,)),
    )


def test_one_that_is_refused_ends_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    small = Small(fails=ConfigurationError("Small Talk does not accept the token."))

    async def story(served: Served) -> None:
        await discord_answers(served)
        assert [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR] == [
            "Small Talk is not served any more. Small Talk does not accept the token."
        ]
        assert not served.running.done()

    both(tmp_path, small, story)


def test_when_discord_refuses_the_token_the_other_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    small = Small()

    async def story(served: Served) -> None:
        await eventually(lambda: "Discord is not served any more. Discord does not accept" in caplog.text)
        await small_answers(small)
        assert served.fake.token not in caplog.text
        assert not served.running.done()

    play(
        tmp_path,
        story,
        before=lambda fake: fake.fault("GET", "/users/@me", 401, times=None),
        ready=False,
        beside=small.over,
    )


def test_one_that_goes_away_for_a_while_finds_what_was_left_for_it(tmp_path: Path) -> None:
    """Each attempt stands for what takes up to half a minute."""
    small = Small()

    async def story(served: Served) -> None:
        await eventually(lambda: sorted(served.said) == READY)
        small.fail(PlatformError("it cannot be reached"))
        await eventually(lambda: small.sessions > 3)
        with pytest.raises(PlatformError):
            await small.say("/state IL")
        await discord_answers(served)
        shown = await served.answered("report")
        values = {"what": "It counts its reservoirs", "about": "Illinois", "link": "https://example.org/a"}
        await (await served.fake.submit(shown, values)).settled()
        await cards(served, 1)
        assert small.buttons() == []
        small.mend()
        await eventually(small.buttons)
        await small_answers(small)
        assert len(small.buttons()) == 1
        assert len(served.fake.identifies) == 1

    both(tmp_path, small, story)


def test_while_discord_is_away_the_other_is_served(tmp_path: Path) -> None:
    small = Small()

    async def story(served: Served) -> None:
        fake = served.fake
        await fake.stop_gateway()
        await fake.until(lambda: fake.turned_away)
        await small_answers(small)
        await reported(small, "It counts its reservoirs")
        await eventually(lambda: len(small.buttons()) == 1)
        await fake.start_gateway()
        await fake.until(lambda: len(fake.identifies) == 2 and fake.sessions, timeout=20)
        await discord_answers(served)
        await cards(served, 1)
        assert small.sessions == 1

    both(tmp_path, small, story)


def test_a_decision_on_either_reaches_both_at_once(tmp_path: Path) -> None:
    """The next pass of either sender is an hour away."""
    hourly = SendTiming(poll_every=3600.0)
    small = Small(sending=hourly)

    async def story(served: Served) -> None:
        await eventually(lambda: sorted(served.said) == READY)
        await reported(small, "It counts its reservoirs")
        (card,) = await cards(served, 1)
        await eventually(lambda: len(small.buttons()) == 1)

        form = await served.fake.click(card, card.labels["Reject"], permissions=BOSS)
        sent = await served.fake.submit(await form.settled(), {"reason": "source"}, permissions=BOSS)
        assert "Rejected" in words((await sent.settled()).message)
        await eventually(lambda: "Reject" not in small.buttons()[0])

        await reported(small, "It counts its bridges", "cal")
        (other,) = await cards(served, 1)
        await eventually(lambda: len(small.buttons()) == 2)
        opened = await small.press(small.buttons()[1]["Reject"])
        await small.fill(opened, "mo", Role.MODERATOR, reason="source")
        await eventually(lambda: "Reject" not in other.labels)

    both(tmp_path, small, story, waits=replace(WAITS, sending=hourly))
