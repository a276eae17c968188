"""Attempts are repeated while the failure is transient, and no longer."""

from __future__ import annotations

import asyncio

import pytest

from bot.answering.backoff import Backoff, attempt, repeated
from bot.answering.conversation import AnswerError, Failure

THREE = Backoff((0.0, 0.0, 0.0), patience=10.0, last_patience=10.0)
TRANSIENT = [failure for failure in Failure if failure.is_transient]


class Action:
    """Fails as it is told, then succeeds."""

    def __init__(self, *failures: Failure, hangs: bool = False) -> None:
        self._failures = list(failures)
        self._hangs = hangs
        self.calls = 0

    async def __call__(self) -> None:
        """Do it once."""
        self.calls += 1
        if self._hangs:
            await asyncio.Event().wait()
        if self._failures:
            raise AnswerError(self._failures.pop(0), "a detail")


@pytest.mark.parametrize("failures", range(3))
@pytest.mark.parametrize("failure", TRANSIENT)
def test_what_is_transient_is_tried_again(failure: Failure, failures: int) -> None:
    action = Action(*[failure] * failures)
    asyncio.run(repeated(action, THREE))
    assert action.calls == failures + 1


@pytest.mark.parametrize("failure", TRANSIENT)
def test_the_last_failure_is_raised(failure: Failure) -> None:
    action = Action(*[failure] * 5)
    with pytest.raises(AnswerError) as raised:
        asyncio.run(repeated(action, THREE))
    assert (action.calls, raised.value.failure) == (3, failure)


@pytest.mark.parametrize("failure", [failure for failure in Failure if not failure.is_transient])
def test_a_refusal_is_not_repeated(failure: Failure) -> None:
    action = Action(failure)
    with pytest.raises(AnswerError):
        asyncio.run(repeated(action, THREE))
    assert action.calls == 1


def test_what_takes_too_long_is_tried_again_and_counts_as_unreached() -> None:
    action = Action(hangs=True)
    with pytest.raises(AnswerError) as raised:
        asyncio.run(repeated(action, Backoff((0.0, 0.0), patience=0.01, last_patience=0.01)))
    assert (action.calls, raised.value.failure) == (2, Failure.UNREACHED)


def test_one_attempt_is_one() -> None:
    action = Action(Failure.UNAVAILABLE)
    with pytest.raises(AnswerError):
        asyncio.run(attempt(action, 10.0))
    assert action.calls == 1
