"""Every button and every choice of a set of answers, two presses deep: all lead on, and all fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.commands.spec import LONGEST_LABEL
from bot.domain.states import STATES
from bot.messages.tokens import LONGEST_TOKEN
from tests.dialogue.oracle import ACTIONS, PRECEDENTS
from tests.dialogue.publishing import facts, publish
from tests.dialogue.talk import answered, pressable

if TYPE_CHECKING:
    from bot.messages.reply import Reply
    from tests.dialogue.talk import Talk

MOST_OPTIONS = 25
STARTS = [
    "/state VA", "/state DC topic:guns", "/state VI", "/action NJ-1", "/action IL-1", "/search state",
    "/topic immigration", "/topic guns status:live", "/recent", "/compare NY NJ", "/together CA",
    "/answers EO 14159", "/law printz", "/money NJ", "/trend TX", "/coverage", "/help", "/help state",
    "/lookup Ohio, Utah and https://en.wikipedia.org/wiki/State_of_Tennessee_v._Cardona", "/about",
]  # fmt: skip


def fits(reply: Reply) -> None:
    """What every platform needs of an answer."""
    every = list(pressable(reply))
    tokens = [one.token for one in every]
    assert len(set(tokens)) == len(tokens), "two equal tokens in one answer"
    for one in every:
        assert 0 < len(one.token) <= LONGEST_TOKEN
        assert 0 < len(one.label) <= LONGEST_LABEL
    names = [one.label for one in reply.buttons]
    assert len(set(names)) == len(names), "two equal labels"
    for choice in reply.choices:
        options = [one.label for one in choice.options]
        assert len(set(options)) == len(options), "two equal labels"
        assert 0 < len(options) <= MOST_OPTIONS
    assert len({choice.label for choice in reply.choices}) == len(reply.choices)
    assert not reply.opens or [one.label for one in reply.opens] == [str(line.code) for line in reply.items]
    for link in reply.links:
        assert link.url.startswith("https://") or link.url.startswith("http://")
        assert link.name
    for field in reply.fields:
        assert field.name
        assert field.value
    if reply.page:
        assert 1 <= reply.page.number <= reply.page.pages
        assert reply.page.total >= len(reply.items)
    for text in (reply.title, reply.text, *(f.value for f in reply.fields), *(o.label for o in every)):
        assert "  " not in text
        assert "None" not in text
        assert not text.startswith(("\n", " "))


@pytest.mark.parametrize("line", STARTS)
def test_all_that_can_be_pressed_is_an_answer_that_fits(ana: Talk, line: str) -> None:
    first = answered(ana.say(line))
    fits(first)
    pressed = set()
    for one in pressable(first):
        second = answered(ana.press(one))
        fits(second)
        for two in pressable(second):
            meaning = two.token[2:]  # without version and slot
            if meaning not in pressed:
                pressed.add(meaning)
                fits(answered(ana.press(two)))


@pytest.mark.parametrize("kind", ["state", "together", "money", "trend"])
def test_the_answers_for_every_state_fit(ana: Talk, kind: str) -> None:
    for state in STATES:
        fits(ana.say(f"/{kind} {state.code}"))


def test_every_action_and_every_law_fits(ana: Talk) -> None:
    for state in STATES:
        for number in range(1, len(ACTIONS)):
            reply = ana.say(f"/action {state.code}-{number}")
            if reply.problem:
                break
            fits(reply)
    for key in PRECEDENTS:
        fits(ana.say(f"/law {key}"))
    for name in {name for row in ACTIONS for name in row.get("responds_to", ())}:
        fits(ana.say(f"/answers {name}"))


def test_the_longest_names_fit_too(own: Talk) -> None:
    long = [
        f"{'Order on the reporting of the counts of reservoirs ' * 3}{number}"[:200] for number in range(5)
    ]
    publish(
        own.dispatcher.store,
        facts(*(state.code for state in STATES), title="T" * 90, summary="S" * 480, responds_to=tuple(long)),
        facts("VI", responds_to=tuple(long)),
    )
    (line,) = own.say("/search TTTT").items
    reply = answered(own.say(f"/action {line.code}"))
    assert reply.title.endswith("T" * 90)
    fits(reply)
    for one in pressable(reply):
        fits(answered(own.press(one)))
    fits(answered(own.say("/compare VI AL")))
