"""Every button and every choice of a set of answers, two presses deep: all lead on, and all fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from bot.domain.catalogue.states import STATES
from bot.domain.community.people import Role
from bot.domain.review.proposals import Policy
from bot.messages.form import Entry
from bot.messages.limits import (
    LONGEST_FIELD_LABEL,
    LONGEST_FORM_TITLE,
    LONGEST_FORM_TOKEN,
    LONGEST_LABEL,
    LONGEST_TOKEN,
)
from tests.dialogue.oracle import ACTIONS, PRECEDENTS
from tests.dialogue.publishing import facts, publish
from tests.dialogue.reviewing import (
    AWAY,
    act,
    approve,
    ask_for,
    card,
    file,
    later,
    member,
    moderator,
    reject,
)
from tests.dialogue.talk import answered, pressable, problem

if TYPE_CHECKING:
    from bot.messages.form import Form
    from bot.messages.message import Button
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
    assert all(item.opens.label == str(item.line.code) for item in reply.items if item.opens)
    for link in reply.links:
        assert link.url.startswith("https://") or link.url.startswith("http://")
        assert link.name
    for field in reply.fields:
        assert field.name
        assert field.value
    if reply.page:
        assert 1 <= reply.page.number <= reply.page.pages
        assert reply.page.total >= len(reply.lines)
    if reply.form:
        form_fits(reply.form)
    for text in (reply.title, reply.text, *(f.value for f in reply.fields), *(o.label for o in every)):
        assert "  " not in text
        assert "None" not in text
        assert not text.startswith(("\n", " "))


def form_fits(form: Form) -> None:
    """What every platform needs of a form, Discord's lengths being the shortest."""
    assert 0 < len(form.token) <= LONGEST_FORM_TOKEN
    assert 0 < len(form.title) <= LONGEST_FORM_TITLE
    assert form.fields
    for named in ([field.name for field in form.fields], [field.label for field in form.fields]):
        assert len(set(named)) == len(named)
    asked = [field.required for field in form.fields]
    assert asked == sorted(asked, reverse=True), "what is required comes first"
    for field in form.fields:
        assert 0 < len(field.label) <= LONGEST_FIELD_LABEL
        assert 0 < len(field.help) <= 100
        assert len(field.value) <= field.longest <= 4000
        assert len(field.options) <= MOST_OPTIONS
        texts = [option.text for option in field.options]
        assert len(set(texts)) == len(texts)
        assert bool(texts) == (field.entry in (Entry.ONE, Entry.SEVERAL))
        for option in field.options:
            assert 0 < len(option.text) <= 100
            assert 0 < len(option.label) <= 100
        if field.entry is Entry.ONE:
            assert field.value in ("", *texts)
        if field.entry is Entry.SEVERAL:
            assert set(filter(None, field.value.split(","))) <= set(texts)


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
    (line,) = own.say("/search TTTT").lines
    reply = answered(own.say(f"/action {line.code}"))
    assert reply.title.endswith("T" * 90)
    fits(reply)
    for one in pressable(reply):
        fits(answered(own.press(one)))
    fits(answered(own.say("/compare VI AL")))


# --- what is sent and decided


def _seconding(ben: Talk) -> None:
    ask_for(ben, Policy.TWO)
    answered(approve(ben, "R-12"))


HAPPENED: dict[str, Callable[[Talk], object]] = {
    "new": lambda _: None,
    "claimed": lambda ben: answered(act(ben, "R-12", "Claim")),
    "edited": lambda ben: answered(act(ben, "R-12", "Edit", title="Counts its lakes")),
    "seconding": _seconding,
    "asked": lambda ben: answered(act(ben, "R-12", "Ask", question="Which page?")),
    "approved": lambda ben: answered(approve(ben, "R-12")),
    "rejected": lambda ben: answered(reject(ben, "R-12")),
    "duplicate": lambda ben: answered(act(ben, "R-12", "Duplicate", words="WY-1")),
    "withdrawn": lambda ben: answered(ben.as_(Role.MEMBER).named("ana").say("/withdraw R-12")),
    "folded": lambda ben: answered(act(ben, "R-12", "Ban author", words="the same every day")),
}
"""What Ben, or whoever sent it, did to R-12."""
REFUSED: dict[tuple[str, str], tuple[str, set[str]]] = {
    ("claimed", "cleo"): ("changed_meanwhile", {"Approve", "Edit", "Duplicate", "Ask", "Reject"}),
    ("seconding", "ben"): ("forbidden", {"Approve"}),
}
"""Buttons that only tell why they are somebody else's to press. All others lead on."""
LOOKS = {"review", "reports"}
"""Commands that write down no more than what has lapsed or was read."""
GONE = "was withdrawn from the catalogue on November 20, 2026"
"""What the button of an action says that was just taken back."""
SENT = ["/report", "/reports", "/privacy", "/link"]
DECIDED = [
    "/review", "/review state:GU", "/update IL-1",
    "/update IL-1 status:blocked date:2026-11-01", "/correct IL-1", "/correct IL-1 title:Counts its lakes",
    "/retract IL-1", "/retract IL-1 reason:It never happened", "/check IL-1", "/history IL-1", "/undo IL-1",
    "/member list", "/audit", "/setup", "/setup invite",
]  # fmt: skip


Fork = Callable[["Talk"], "Talk"]


def _press_two_deep(talk: Talk, fork: Fork, line: str, refused: tuple[str, set[str]] = ("", set())) -> None:
    """Press all there is, and then all that came of it: what writes each in a copy of the world."""

    def pressed_by(talk: Talk, one: Button) -> tuple[Talk, Reply]:
        command = talk.dispatcher.registry.codec.command(one.token)
        if talk.dispatcher.registry.find(command).writes and command not in LOOKS:
            talk = fork(talk)
        return talk, talk.press(one)

    def check(reply: Reply, label: str) -> None:
        if reply.problem:
            assert GONE in reply.text, (line, label, reply.problem)
            assert reply.text.startswith(label)
        fits(reply)

    first = answered(talk.say(line))
    fits(first)
    looked = set()
    for one in pressable(first):
        then, second = pressed_by(talk, one)
        if one.label in refused[1]:
            assert problem(second) == refused[0]
            assert not list(pressable(second))
            continue
        check(second, one.label)
        for two in pressable(second):
            if two.token[2:] not in looked:
                after, third = pressed_by(then, two)
                if after is then:
                    looked.add(two.token[2:])
                check(third, two.label)


@pytest.mark.parametrize("line", SENT)
def test_all_that_senders_can_press_is_an_answer_that_fits(
    reported: Callable[[], Talk], fork: Fork, line: str
) -> None:
    _press_two_deep(reported(), fork, line)


@pytest.mark.parametrize("line", DECIDED)
def test_all_that_moderators_can_press_is_an_answer_that_fits(
    reported: Callable[[], Talk], fork: Fork, line: str
) -> None:
    role = Role.ADMIN if line.startswith("/setup") else Role.MODERATOR
    _press_two_deep(moderator(reported(), "ben").as_(role), fork, line)


@pytest.mark.parametrize("happened", HAPPENED)
def test_all_that_can_be_pressed_on_a_report_is_an_answer_that_fits(
    reported: Callable[[], Talk], fork: Fork, happened: str
) -> None:
    """By who sent it, who decided on it, and another moderator."""
    ana = reported()
    HAPPENED[happened](moderator(ana, "ben"))
    _press_two_deep(fork(ana), fork, "/reports R-12")
    for who in ("ben", "cleo"):
        refused = REFUSED.get((happened, who), ("", set()))
        _press_two_deep(moderator(fork(ana), who), fork, "/review R-12", refused)


def test_all_that_can_be_pressed_on_what_was_forwarded_is_an_answer_that_fits(
    reported: Callable[[], Talk], fork: Fork
) -> None:
    """By who sent it, who forwarded it, and the curators, who have it as R-14."""
    ana = reported()
    answered(act(moderator(ana.at(AWAY), "ben"), "R-13", "Forward"))
    _press_two_deep(member(fork(ana).at(AWAY), "ana"), fork, "/reports R-13")
    _press_two_deep(moderator(fork(ana).at(AWAY), "ben"), fork, "/review R-13")
    _press_two_deep(moderator(fork(ana), "cleo"), fork, "/review R-14")


def test_the_longest_report_fits_too(own: Talk) -> None:
    ana, ben = own.named("ana"), moderator(own, "ben")
    long = {"about": ",".join(state.code for state in STATES), "link": f"https://example.org/{'x' * 2000}"}
    name = file(ana, what="W" * 4000, details="D" * 4000, **long)
    for number in range(3):
        follower = later(ana, 400 * (number + 1)).named(f"follower{number}")
        assert file(follower, what=f"{number}{'F' * 3999}", **long) == name
    fits(answered(ana.say(f"/reports {name}")))
    draft = {
        "title": "T" * 90, "summary": "S" * 480, "note": "N" * 300, "rests": ";".join(list(PRECEDENTS)[:8]),
        "answers": ";".join(f"{'Order on the counts of reservoirs ' * 6}{at}"[-200:] for at in range(5)),
    }  # fmt: skip
    answered(act(ben, name, "Edit", **draft))
    fits(answered(act(ben, name, "Edit")))
    answered(act(ben, name, "Ask", question="Q" * 1000))
    answered(ana.say(f"/answer {name} details:{'A' * 4000}"))
    shown = card(ben, name)
    fits(shown)
    for one in shown.buttons:
        if one.label != "Claim":
            fits(answered(ben.press(one)))
    code = answered(approve(ben, name)).buttons[0].label
    for line in (f"/review {name}", f"/history {code}", f"/update {code}", f"/correct {code}", "/audit"):
        fits(answered(ben.say(line)))
    fits(answered(ana.say(f"/reports {name}")))
