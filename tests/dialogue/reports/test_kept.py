"""Long buttons: kept with what the handler committed, and never a reason to call that a failure."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from bot.commands.dispatch import Dispatcher
from bot.commands.every import build_registry
from bot.commands.options import WORDS
from bot.commands.registry import Registry
from bot.commands.spec import Call, CommandSpec, Limit, Option
from bot.domain.community.people import Role
from bot.errors import DatabaseBusyError, NotFoundError
from bot.messages.form import Form
from bot.messages.message import Button, Choice, Press
from bot.messages.reply import Reply
from bot.ports.store import read
from storage.database import Database
from tests.dialogue.talk import TERMINAL, Talk, answered, button, labels, opened, problem, standing

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from bot.ports import Store, UnitOfWork

T = TypeVar("T")
LONG = "é%~ " * 100


def _offered(text: str) -> tuple[Button, ...]:
    return (
        Button("Short", Press("move", {"zone": "Pacific/Guam"})),
        Button("Long", Press("say", {"text": text})),
    )


def _move(uow: UnitOfWork, call: Call, zone: str) -> Reply:
    """Write, and then find that it cannot be, if it is nowhere."""
    assert call.community
    uow.communities.set_zone(call.community.id, zone)
    if zone.startswith("Nowhere"):
        raise NotFoundError("There is no such place.")
    uow.commit()
    only_long = Choice("Only long", (Button("Long", Press("say", {"text": LONG})),))
    return Reply(title="Moved", buttons=_offered(LONG), choices=(Choice("Both", _offered(LONG)), only_long))


def _say(_uow: UnitOfWork, _call: Call, text: str) -> Reply:
    return Reply(title="Said", text=text)


def _ask(_uow: UnitOfWork, call: Call) -> Form:
    given = call.options.get("zone", "")
    return Form("Move", Press("move"), (call.spec.asks("zone", "Zone", given),))


MOVE = CommandSpec(
    "move", "mv", "Move", _move, (Option("zone", WORDS, "Where to", "z", True, True),), writes=True
)
SAY = CommandSpec("say", "sy", "Say", _say, (Option("text", WORDS, "What", "t", True, True),))


@dataclass
class Counted:
    """A store that knows how often it was asked to write, and is too busy after so many times."""

    store: Store
    most: int = 1_000
    writes: int = 0

    def submit(self, work: Callable[[UnitOfWork], T], *, writes: bool) -> Future[T]:
        """As the store does."""
        self.writes += writes
        if self.writes <= self.most or not writes:
            return self.store.submit(work, writes=writes)
        busy: Future[T] = Future()
        busy.set_exception(DatabaseBusyError("busy"))
        return busy


def over(talk: Talk, store: Store, move: CommandSpec = MOVE) -> Talk:
    registry = Registry.of((*build_registry().specs, move, SAY))
    return replace(talk, dispatcher=Dispatcher(registry, store, talk.dispatcher.secret))


def zone(talk: Talk) -> str:
    community = read(talk.dispatcher.store, lambda uow: uow.communities.at(TERMINAL))
    assert community
    return community.zone


def test_what_is_committed_is_answered_though_the_database_is_busy_next(own: Talk) -> None:
    store = Counted(own.dispatcher.store, most=1)
    talk = over(own, store)
    reply = answered(talk.say("/move Europe/Berlin"))
    assert store.writes == 1
    assert labels(reply) == ["Short", "Long"]
    assert zone(talk) == "Europe/Berlin"
    long = button(reply, "Long")
    assert long.token[4] == "*"
    assert answered(talk.press(long)).text.startswith("é%~")


def test_what_is_committed_is_answered_without_what_cannot_be_kept(
    own: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    database = own.dispatcher.store
    assert isinstance(database, Database)
    with database._writer.begin() as connection:
        connection.exec_driver_sql("DROP TABLE stored_tokens")
    talk = over(own, database)
    reply = answered(talk.say("/move Europe/Berlin"))
    assert reply.title == "Moved"
    assert labels(reply) == ["Short"]
    assert [(one.label, [o.label for o in one.options]) for one in reply.choices] == [("Both", ["Short"])]
    assert zone(talk) == "Europe/Berlin"
    assert "could not be kept" in caplog.text
    assert "é" not in caplog.text


def test_what_was_not_committed_stays_so_though_long_buttons_are_kept(own: Talk) -> None:
    talk = over(own, own.dispatcher.store, replace(MOVE, form=_ask))
    nowhere = "Nowhere " + LONG.strip()
    refused = talk.fill("10mv", zone=nowhere)
    assert problem(refused) == "not_found"
    fix = button(refused, "Fix it")
    assert fix.token[4] == "*"
    assert standing(opened(talk.press(fix))) == {"zone": nowhere}
    assert zone(talk) == "UTC"


def test_a_form_that_is_sent_too_often_is_not_lost(own: Talk) -> None:
    limited = replace(MOVE, form=_ask, limit=(Limit(1, 10),))
    talk = over(own, own.dispatcher.store, limited)
    answered(talk.fill("10mv", zone="Europe/Berlin"))
    refused = talk.fill("10mv", zone="Europe/Paris")
    assert problem(refused) == "too_often"
    assert zone(talk) == "Europe/Berlin"
    later = replace(talk, now=talk.now.replace(minute=30))
    assert standing(opened(later.press(button(refused, "Fix it")))) == {"zone": "Europe/Paris"}
    # nobody else learns more than that they may not
    guarded = over(own, own.dispatcher.store, replace(limited, rights=Role.ADMIN))
    assert problem(guarded.fill("10mv", zone="Europe/Paris")) == "forbidden"
