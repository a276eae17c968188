"""Limits: declared with the command, counted by the person, in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.commands.dispatch import Dispatcher
from bot.commands.every import build_registry
from bot.commands.registry import Registry
from bot.commands.spec import Call, CommandSpec, Limit
from bot.domain.community.people import Role
from bot.errors import NotFoundError
from bot.messages.reply import Reply
from tests.dialogue.talk import NOW, Talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.ports import UnitOfWork


def _knock(uow: UnitOfWork, call: Call) -> Reply:
    del uow, call
    return Reply(title="Heard")


def _fail(uow: UnitOfWork, call: Call) -> Reply:
    del uow, call
    raise NotFoundError("Nobody is in.")


TWICE_IN_TEN = (Limit(2, 10), Limit(3, 60))
SPECS = (
    CommandSpec("knock", "kn", "Knock", _knock, limit=TWICE_IN_TEN),
    CommandSpec("fail", "fa", "Fail", _fail, limit=(Limit(1, 10),)),
    CommandSpec("guarded", "gu", "Guarded", _knock, limit=(Limit(1, 10),), rights=Role.MODERATOR),
)


@pytest.fixture
def limited(restart: Callable[[], Talk]) -> Talk:
    ana = restart()
    registry = Registry.of((*build_registry().specs, *SPECS))
    return replace(ana, dispatcher=Dispatcher(registry, ana.dispatcher.store, ana.dispatcher.secret))


def later(talk: Talk, seconds: float) -> Talk:
    return replace(talk, now=NOW + timedelta(seconds=seconds))


def code(reply: Reply) -> str | None:
    return reply.problem.code if reply.problem else None


def test_what_is_within_the_limit_is_answered_and_more_is_refused_with_the_time_to_wait(
    limited: Talk,
) -> None:
    assert [code(later(limited, at).say("/knock")) for at in (0, 4)] == [None, None]
    refused = later(limited, 6).say("/knock")
    assert code(refused) == "too_often"
    assert refused.text == "/knock was used too often. Please try again in 4 seconds."
    assert refused.visibility == "asker"


def test_every_limit_counts_and_a_refused_call_counts_too(limited: Talk) -> None:
    for at in (0, 1, 2):
        later(limited, at).say("/knock")
    # three within the minute: the first must grow old
    assert later(limited, 30).say("/knock").text.endswith("again in 30 seconds.")
    # and this refusal is one of three again, with those at 1 and 2 seconds
    assert later(limited, 60.5).say("/knock").text.endswith("again in 1 second.")
    assert code(later(limited, 150).say("/knock")) is None


def test_people_commands_and_buttons_are_counted_as_they_should(limited: Talk) -> None:
    assert code(limited.say("/fail")) == "not_found"
    assert code(limited.press("10fa")) == "too_often"
    assert code(limited.say("/knock")) is None
    other = replace(limited, name="ben")
    assert code(other.say("/fail")) == "not_found"


def test_whom_a_command_is_not_for_is_told_so_and_not_counted(limited: Talk) -> None:
    assert [code(limited.say("/guarded")) for _ in range(3)] == ["forbidden"] * 3
    assert code(limited.as_(Role.MODERATOR).say("/guarded")) is None


def test_the_count_survives_a_restart(limited: Talk) -> None:
    assert code(limited.say("/fail")) == "not_found"
    again = Dispatcher(limited.dispatcher.registry, limited.dispatcher.store, limited.dispatcher.secret)
    assert code(replace(limited, dispatcher=again).say("/fail")) == "too_often"


def test_no_account_stands_in_the_database(limited: Talk) -> None:
    talk = replace(limited, name="a-name-like-no-other")
    talk.say("/knock")
    database = limited.dispatcher.store
    folder = database.folder  # type: ignore[attr-defined]  # the tests' store is a real database
    assert folder is not None
    stored = b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())
    assert b"knock" in stored
    assert b"a-name-like-no-other" not in stored


def test_look_ups_have_no_limit_and_what_is_sent_has() -> None:
    limited = {
        spec.name: [(limit.times, limit.seconds) for limit in spec.limit]
        for spec in build_registry().specs if spec.limit
    }  # fmt: skip
    assert limited == {
        "report": [(1, 5), (3, 300), (10, 3600), (24, 86_400)],
        "answer": [(1, 2), (10, 300), (60, 3600)],
        "link": [(10, 3600)],
    }
