"""A command with its options apart (Discord) gives what the typed line gives."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.commands.every import build_registry
from bot.domain.community.people import Role
from bot.messages.message import Item
from tests.dialogue.reviewing import AWAY, moderator
from tests.dialogue.talk import answered, pressable, problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.messages.reply import Reply
    from tests.dialogue.talk import Talk

_CODE = re.compile(r"\b[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}\b")
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
    ("/setup zone:Eastern review:#desk policy:two cards:7", "setup",
     {"zone": "eastern", "review": "desk", "policy": "two", "cards": "7"}),
    ("/report", "report", {}),
    ("/report about:TX", "report", {"about": "TX"}),
    ("/report about:TX,IL link:https://example.org/new what:They count their reservoirs", "report",
     {"about": "Texas and IL", "link": "https://example.org/new?utm_source=x#y",
      "what": "They count their reservoirs"}),
    ("/reports", "reports", {}),
    ("/reports R-12", "reports", {"report": "#12"}),
    ("/withdraw R-12", "withdraw", {"report": "r12"}),
    ("/answer R-12", "answer", {"report": "R-12"}),
    ("/answer R-12 details:On page 7", "answer", {"report": "R-12", "details": "On page 7"}),
    ("/relate R-12 code:WY-1", "relate", {"report": "R-12", "code": "wy 1"}),
    ("/link", "link", {}),
    ("/privacy", "privacy", {}),
    ("/privacy export", "privacy", {"do": "export"}),
    ("/review", "review", {}),
    ("/review R-12", "review", {"report": "12"}),
    ("/review state:TX kind:new status:new", "review",
     {"state": "Texas", "kind": "New action", "status": "new"}),
    ("/approve R-12", "approve", {"report": "R-12"}),
    ("/edit R-12 title:Counts its lakes", "edit", {"report": "R-12", "title": "Counts its lakes"}),
    ("/duplicate R-12 of:WY-1", "duplicate", {"report": "R-12", "of": "wy1"}),
    ("/ask R-12", "ask", {"report": "R-12"}),
    ("/reject R-12 reason:source", "reject", {"report": "R-12", "reason": "source"}),
    ("/claim R-12", "claim", {"report": "R-12"}),
    ("/forward R-13", "forward", {"report": "R-13"}),
    ("/banauthor R-12 words:spam", "banauthor", {"report": "R-12", "words": "spam"}),
    ("/update IL-1 status:blocked date:2026-11-01 challenged:no", "update",
     {"code": "il 1", "status": "Blocked", "date": "2026/11/1", "challenged": "n"}),
    ("/correct IL-1 title:Counts its lakes topics:guns,drugs", "correct",
     {"code": "IL-1", "title": "Counts its lakes", "topics": "firearms; drugs"}),
    ("/retract IL-1 reason:It never happened", "retract", {"code": "IL-1", "reason": "It never happened"}),
    ("/check IL-1", "check", {"code": "IL-1"}),
    ("/history IL-1", "history", {"code": "IL-1"}),
    ("/undo IL-1", "undo", {"what": "IL-1"}),
    ("/member ban cleo words:spam", "member", {"do": "ban", "who": "@cleo", "words": "spam"}),
    ("/member list", "member", {"do": "list"}),
    ("/audit", "audit", {}),
    ("/help state", "help", {"command": "state"}),
    ("/about", "about", {}),
]  # fmt: skip


@pytest.mark.parametrize(("line", "command", "options"), PAIRS, ids=[line for line, _, _ in PAIRS])
def test_a_choice_answers_as_the_line_does(
    reported: Callable[[], Talk], line: str, command: str, options: dict[str, str]
) -> None:
    """In two worlds alike, as what is said may change the world; and so does what is pressed then."""
    here, there = (_whoever_may(reported(), command) for _ in range(2))
    typed = answered(here.say(line))
    chosen = answered(there.choose(command, **options))
    assert _told(chosen) == _told(typed)
    assert chosen.title.lower() == typed.title.lower()
    assert [one.label for one in pressable(chosen)] == [one.label for one in pressable(typed)]
    for one, other in zip(pressable(chosen), pressable(typed), strict=True):
        pressed, again = there.press(one), here.press(other)
        assert (pressed.lines, pressed.form) == (again.lines, again.form)
        assert _told(pressed) == _told(again)


def _whoever_may(ana: Talk, command: str) -> Talk:
    """Ana, or where she may not, somebody who may; what curators do not do is done elsewhere."""
    rights = build_registry().find(command).rights
    talk = ana.at(AWAY) if command == "forward" else ana
    return talk if rights is Role.MEMBER else moderator(talk, "ben").as_(rights)


def _told(reply: Reply) -> Reply:
    """All of it but its buttons, and codes that nobody can know before."""
    shown = tuple(replace(field, value=_CODE.sub("CODE", field.value)) for field in reply.fields)
    text = _CODE.sub("CODE", reply.text)
    items = tuple(map(Item, reply.lines))
    return replace(reply, buttons=(), choices=(), items=items, title="", text=text, fields=shown)


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
