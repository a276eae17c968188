"""What is left of a budget, by the platform's timestamp and this machine's clock."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.answering.timing import Timing, Watch, done_within

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
TIMING = Timing(token_lifetime=3.0, follow_up=60.0)


def left(age: float, budget: float) -> float:
    """Of a call that is so many seconds old."""

    async def asked() -> float:
        return Watch("Testers", TIMING, lambda: NOW).left(NOW - timedelta(seconds=age), budget)

    return asyncio.run(asked())


@pytest.mark.parametrize(
    ("age", "budget", "seconds"),
    [
        (0.0, 1.5, 1.5),
        (1.0, 1.5, 0.5),
        (1.5, 1.5, 0.0),
        (2.9, 2.5, 0.0),
        (-60.0, 1.5, 1.5),  # from the future: this machine's clock runs behind
        (3.5, 2.5, 1.0),  # older than the platform allows: the clock runs ahead, and is no measure
        (3.5, 0.5, 0.5),
    ],
)
def test_what_is_left_of_a_budget(age: float, budget: float, seconds: float) -> None:
    assert left(age, budget) == pytest.approx(seconds)


@pytest.mark.parametrize(("age", "words"), [(2.5, "2.5 seconds after"), (-40.0, "40.0 seconds before")])
def test_a_wrong_clock_is_named_once(age: float, words: str, caplog: pytest.LogCaptureFixture) -> None:
    async def asked() -> None:
        watch = Watch("Testers", TIMING, lambda: NOW)
        for _ in range(3):
            watch.left(NOW - timedelta(seconds=age), 1.5)

    asyncio.run(asked())
    (record,) = caplog.records
    assert f"A call from Testers came {words} it was made" in record.getMessage()


def test_a_clock_that_is_about_right_is_not_spoken_of(caplog: pytest.LogCaptureFixture) -> None:
    left(1.9, 1.5)
    assert caplog.records == []


def test_a_task_that_is_late_goes_on() -> None:
    async def waited() -> None:
        ready = asyncio.Event()
        task = asyncio.create_task(ready.wait())
        assert not await done_within(task, 0.0)
        assert not await done_within(task, -1.0)
        ready.set()
        assert await done_within(task, 10.0)

    asyncio.run(waited())
