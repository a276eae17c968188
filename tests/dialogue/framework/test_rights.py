"""Who may ask what, from where, and what stays inside."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.commands.dispatch import Dispatcher
from bot.commands.every import build_registry
from bot.commands.help import help_spec
from bot.commands.options import WORDS
from bot.commands.registry import Registry
from bot.commands.spec import CommandSpec, Option
from bot.domain.catalogue.filters import Filter, NewAction
from bot.domain.community.people import COMMONS, Role
from bot.errors import (
    ChangedMeanwhileError,
    ConfigurationError,
    DatabaseBusyError,
    DatabaseError,
    FiftywireError,
)
from bot.messages.limits import LONGEST_TOKEN
from bot.messages.message import Button
from bot.messages.reply import Reply, Visibility
from tests.dialogue.publishing import DECISION, facts, publish
from tests.dialogue.talk import FOREIGN, answered, button, codes, fields, labels, problem, total, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.commands.spec import Call
    from bot.ports import UnitOfWork
    from tests.dialogue.talk import Talk


def _queue(uow: UnitOfWork, call: Call) -> Reply:
    del uow
    return Reply(title="Queue", buttons=(Button("Again", call.again()),))


def _govern(uow: UnitOfWork, call: Call, words: str) -> Reply:
    del uow, call
    return Reply(title="Governed", text=words)


GUARDED = (
    CommandSpec("queue", "qu", "The queue", _queue, rights=Role.MODERATOR, visibility=Visibility.ASKER),
    CommandSpec(
        "govern", "gv", "The community", _govern, (Option("words", WORDS, "What", "w", True, True),),
        rights=Role.ADMIN,
    ),
)  # fmt: skip


def _with(talk: Talk, *specs: CommandSpec) -> Talk:
    registry = Registry.of((*build_registry().specs, *specs))
    return replace(talk, dispatcher=Dispatcher(registry, talk.dispatcher.store, talk.dispatcher.secret))


# --- rights


def test_a_command_of_moderators_is_theirs_and_admins_alone(ana: Talk) -> None:
    talk = _with(ana, *GUARDED)
    for reply in (talk.say("/queue"), talk.choose("queue"), talk.press("10qu")):
        assert problem(reply) == "forbidden"
        assert reply.text == "Only moderators and admins may use /queue."
        assert not reply.buttons
    for role in (Role.MODERATOR, Role.ADMIN):
        for reply in (
            talk.as_(role).say("/queue"),
            talk.as_(role).choose("queue"),
            talk.as_(role).press("10qu"),
        ):
            assert answered(reply).title == "Queue"
            assert reply.visibility == "asker"


def test_rights_are_checked_again_at_every_press(ana: Talk) -> None:
    talk = _with(ana, *GUARDED)
    again = button(talk.as_(Role.MODERATOR).say("/queue"), "Again")
    assert problem(talk.press(again)) == "forbidden"
    assert answered(talk.as_(Role.ADMIN).press(again)).title == "Queue"


def test_a_command_of_admins_is_theirs_alone(ana: Talk) -> None:
    talk = _with(ana, *GUARDED)
    for role in (Role.MEMBER, Role.MODERATOR):
        for reply in (talk.as_(role).say("/govern x"), talk.as_(role).press("10gv~w=x")):
            assert problem(reply) == "forbidden"
            assert reply.text == "Only admins may use /govern."
    assert answered(talk.as_(Role.ADMIN).say("/govern x")).text == "x"


def test_who_lacks_the_right_learns_nothing_of_the_options(ana: Talk) -> None:
    talk = _with(ana, *GUARDED)
    for reply in (
        talk.say("/govern"),
        talk.choose("govern", nosuch="x"),
        talk.press("10gv~q"),
        talk.press("10gv*x"),
    ):
        assert problem(reply) == "forbidden"


def test_help_lists_what_one_may_use(ana: Talk) -> None:
    registry = Registry.of((*GUARDED, help_spec(GUARDED)))
    talk = replace(ana, dispatcher=Dispatcher(registry, ana.dispatcher.store, ana.dispatcher.secret))
    listed = {role: list(fields(talk.as_(role).say("/help"))) for role in Role}
    assert listed == {
        Role.MEMBER: ["/help [COMMAND]"],
        Role.MODERATOR: ["/queue", "/help [COMMAND]"],
        Role.ADMIN: ["/queue", "/govern WORDS", "/help [COMMAND]"],
    }


# --- homes and boards


def test_a_local_action_is_seen_at_home_and_nowhere_else(own: Talk) -> None:
    away, nowhere = own.at(FOREIGN), own.at(None)
    before = total(own.say("/state IL"))
    (local,) = publish(
        own.dispatcher.store,
        facts("IL", "WI", on="2026-11-10", title="Counts zeppelins", responds_to=("EO 99999",)),
        board="terminal",
    )
    code = str(local.code)
    assert answered(own.say(f"/action {code}")).title == f"{code}: Counts zeppelins"
    assert total(own.say("/state IL")) == before + 1
    assert codes(own.say("/search zeppelins")) == [code]
    assert codes(own.say("/answers EO 99999")) == [code]
    for other in (away, nowhere):
        never = other.say("/action IL-999")
        hidden = other.say(f"/action {code}")
        assert problem(hidden) == problem(never) == "not_found"
        assert hidden.text == never.text.replace("IL-999", code)
        assert total(other.say("/state IL")) == before
        assert problem(other.say("/search zeppelins")) == "not_found"
        measures = other.say("/answers EO 99999")
        assert problem(measures) in ("not_found", "ambiguous")
        assert not any("99999" in label for label in labels(measures))
        for line in (
            "/recent",
            "/topic land-water",
            "/together IL",
            "/compare IL WI",
            "/trend IL",
            "/state WI",
        ):
            assert "zeppelin" not in words(other.say(line)).lower()
        assert words(other.say("/coverage")).count("November 10, 2026") == 0
        assert fields(other.say("/about"))["Actions on file"].startswith("267, ")
    assert fields(own.say("/about"))["Actions on file"].startswith("268, ")


def test_an_action_of_the_commons_is_seen_from_everywhere(own: Talk) -> None:
    (action,) = publish(own.dispatcher.store, facts("IL", on="2026-11-10"), board=COMMONS)
    for talk in (own, own.at(FOREIGN), own.at(None)):
        assert codes(talk.say("/state IL"))[0] == str(action.code)


def test_related_actions_of_another_board_stay_there(own: Talk) -> None:
    publish(own.dispatcher.store, facts("VI"))  # both from the same source
    publish(own.dispatcher.store, facts("MP"), board="terminal")
    assert codes(own.say("/action VI-1")) == ["MP-1"]
    assert codes(own.at(FOREIGN).say("/action VI-1")) == []


# --- long tokens


LONG = "state " + "immigration " * 332


def test_a_long_search_goes_on_from_a_stored_token_in_a_new_process(restart: Callable[[], Talk]) -> None:
    assert 3900 < len(LONG) < 4100
    first = answered(restart().say(f"/search {LONG}"))
    seen = codes(first)
    reply = first
    while any(b.label == "Next" for b in reply.buttons):
        token = button(reply, "Next").token
        assert len(token) <= LONGEST_TOKEN
        assert token[4] == "*"
        reply = answered(restart().press(token))
        seen += codes(reply)
    assert len(seen) == len(set(seen)) == total(first) > len(first.lines)
    assert reply.title == first.title


def test_a_stored_token_works_in_its_own_community_only(own: Talk) -> None:
    token = button(own.say(f"/search {LONG}"), "Next").token
    away = own.at(FOREIGN)
    for other in (away, own.at(None)):
        reply = other.press(token)
        assert problem(reply) == "not_understood"
        assert reply.text == "This button belongs to another community, or its text is gone."
    theirs = button(away.say(f"/search {LONG}"), "Next").token
    assert theirs == token
    assert answered(away.press(theirs)).lines
    assert answered(own.press(token)).lines


def test_asking_the_same_long_search_again_stores_nothing_twice(own: Talk) -> None:
    tokens = {button(own.say(f"/search {LONG}"), "Next").token for _ in range(3)}
    assert len(tokens) == 1


# --- what goes wrong inside


SECRET = "my landlord Bob"


def _raising(error: Exception) -> CommandSpec:
    def handle(uow: UnitOfWork, call: Call, words: str | None = None) -> Reply:
        del uow, call, words
        raise error

    return CommandSpec(
        "broken", "br", "Fails", handle, (Option("words", WORDS, "What", "w", positional=True),)
    )


def test_a_fault_of_ours_is_said_so_and_nothing_leaks(ana: Talk, caplog: pytest.LogCaptureFixture) -> None:
    talk = _with(ana.named("Zebulon", "7400"), _raising(KeyError(f"no {SECRET}")))
    with caplog.at_level(logging.DEBUG, logger="bot"):
        reply = talk.say(f"/broken {SECRET}")
    assert problem(reply) == "internal"
    assert reply.text == "Something went wrong here. It has been logged; please try again."
    assert not reply.title
    (record,) = [record for record in caplog.records if record.name.startswith("bot")]
    assert "KeyError" in record.getMessage()
    assert "in handle" in record.getMessage()
    assert record.levelno == logging.ERROR
    assert not record.exc_info
    for private in (SECRET, "Bob", "Zebulon", "7400"):
        assert private not in record.getMessage()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DatabaseError("The database cannot be reached."), "database"),
        (DatabaseBusyError("The database is busy."), "database_busy"),
        (ConfigurationError("A setting is wrong."), "configuration"),
        (ChangedMeanwhileError("Ana was faster."), "changed_meanwhile"),
    ],
)
def test_a_foreseen_failure_is_told_in_its_own_words(
    ana: Talk, caplog: pytest.LogCaptureFixture, error: FiftywireError, code: str
) -> None:
    reply = _with(ana, _raising(error)).say("/broken")
    assert problem(reply) == code
    assert reply.text == error.message
    assert not [record for record in caplog.records if record.name.startswith("bot")]


def test_even_a_broken_store_gets_an_answer(ana: Talk, caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def submit(self, work: Any, *, writes: bool) -> Any:
            del work, writes
            raise RuntimeError(SECRET)

    reply = replace(ana, dispatcher=Dispatcher(build_registry(), Broken(), ana.dispatcher.secret)).say(
        "/state IL"
    )
    assert problem(reply) == "internal"
    assert SECRET not in caplog.text


def test_a_command_that_writes_and_fails_leaves_nothing(own: Talk) -> None:
    def handle(uow: UnitOfWork, call: Call) -> Reply:
        del call
        uow.publisher.add([NewAction("half", COMMONS, facts("VI"))], DECISION)
        raise ChangedMeanwhileError("Somebody was faster.")

    talk = _with(own, CommandSpec("half", "ha", "Half", handle, writes=True))
    assert problem(talk.say("/half")) == "changed_meanwhile"
    assert total(own.say("/state VI")) == 0


def test_a_command_that_writes_commits_and_reads_do_not_write(own: Talk) -> None:
    def handle(uow: UnitOfWork, call: Call) -> Reply:
        uow.publisher.add([NewAction("whole", COMMONS, facts("VI"))], DECISION)
        uow.commit()
        return Reply(title=str(uow.catalogue.count(Filter(call.boards, state="VI"))))

    spec = CommandSpec("whole", "wo", "Whole", handle, writes=True)
    assert answered(_with(own, spec).say("/whole")).title == "1"
    assert total(own.say("/state VI")) == 1
    reading = _with(own, replace(spec, writes=False))
    assert reading.say("/whole").problem
    assert total(own.say("/state VI")) == 1
