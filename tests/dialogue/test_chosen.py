"""A command with its options apart (Discord) gives what the typed line gives."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.commands.every import build_registry
from tests.dialogue.talk import answered, pressable, problem

if TYPE_CHECKING:
    from tests.dialogue.talk import Talk

PAIRS: list[tuple[str, str, dict[str, str]]] = [
    ("/state IL", "state", {"state": "IL"}),
    ("/state Ill. topic:climate approach:litigate status:live", "state",
     {"state": "Illinois", "topic": "Climate", "approach": "litigate", "status": "Live"}),
    ("/compare New York New Jersey", "compare", {"state": "New York", "other": "New Jersey"}),
    ("/together CA", "together", {"state": "CA"}),
    ("/money NJ", "money", {"state": "nj"}),
    ("/action IL-1", "action", {"code": "il 1"}),
    ("/search gold tender state:TX since:2024", "search",
     {"words": "gold tender", "state": "TX", "since": "2024"}),
    ("/topic guns status:live", "topic", {"topic": "guns", "status": "live"}),
    ("/recent 200", "recent", {"days": "200"}),
    ("/recent", "recent", {"days": ""}),
    ("/answers EO 14159", "answers", {"measure": "EO 14159"}),
    ("/law printz", "law", {"precedent": "printz"}),
    ("/trend TX topic:immigration", "trend", {"state": "TX", "topic": "immigration"}),
    ("/coverage", "coverage", {}),
    ("/lookup Ohio and Utah sue", "lookup", {"text": "Ohio and Utah sue"}),
    ("/setup", "setup", {}),
    ("/help state", "help", {"command": "state"}),
    ("/about", "about", {}),
]  # fmt: skip


@pytest.mark.parametrize(("line", "command", "options"), PAIRS, ids=[line for line, _, _ in PAIRS])
def test_a_choice_answers_as_the_line_does(
    ana: Talk, line: str, command: str, options: dict[str, str]
) -> None:
    somebody = ana.as_(build_registry().find(command).rights)
    typed = answered(somebody.say(line))
    chosen = answered(somebody.choose(command, **options))
    assert replace(chosen, buttons=(), choices=(), title="") == replace(
        typed, buttons=(), choices=(), title=""
    )
    assert chosen.title.lower() == typed.title.lower()
    assert [one.label for one in pressable(chosen)] == [one.label for one in pressable(typed)]
    for one, other in zip(pressable(chosen), pressable(typed), strict=True):
        pressed, again = somebody.press(one), somebody.press(other)
        assert (pressed.items, pressed.form) == (again.items, again.form)


def test_every_command_is_compared() -> None:
    assert {command for _, command, _ in PAIRS} == {spec.name for spec in build_registry().specs}


def test_a_choice_may_name_the_command_as_slack_does(ana: Talk) -> None:
    assert ana.choose("find", words="gold") == ana.choose("search", words="gold")
    assert ana.say("/subject guns") == ana.say("/topic guns")


def test_a_choice_that_is_misspelt_is_asked_back(ana: Talk) -> None:
    reply = ana.choose("state", state="illinios", topic="climate")
    assert problem(reply) == "ambiguous"
    (offer,) = reply.buttons
    assert answered(ana.press(offer)).title == "Illinois, climate"


def test_a_choice_of_any_length_is_read(ana: Talk) -> None:
    assert problem(ana.choose("search", words="x" * 100_000)) == "not_found"
    assert problem(ana.choose("state", state="x" * 100_000)) == "not_found"
    assert problem(ana.choose("action", code="9" * 100_000)) == "not_found"
