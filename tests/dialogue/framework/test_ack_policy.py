"""What an acknowledgement may be, known before anything is answered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.commands.dispatch import AckPolicy, Dispatcher
from bot.commands.every import build_registry
from bot.commands.spec import Answer, Chosen, Filled, Pressed, Typed
from bot.domain.community.people import Role
from bot.messages.reply import Visibility
from tests.dialogue.reviewing import FIVE, act
from tests.dialogue.talk import answered, button, opened, pressable

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.commands.spec import Asked, CommandSpec
    from tests.dialogue.talk import Talk

PUBLIC, PRIVATE = Visibility.ALL, Visibility.ASKER
REFUSED = AckPolicy(Answer.MESSAGE, PRIVATE)


class _NoStore:
    def submit(self, work: Any, *, writes: bool) -> Any:
        raise AssertionError(work, writes)


@pytest.mark.parametrize(
    ("asked", "manner"),
    [
        (Typed("/state IL"), AckPolicy(Answer.MESSAGE, PUBLIC)),
        (Typed("/fiftywire state IL"), AckPolicy(Answer.MESSAGE, PUBLIC)),
        (Typed("/find gold"), AckPolicy(Answer.MESSAGE, PUBLIC)),
        (Typed("/state"), AckPolicy(Answer.MESSAGE, PUBLIC)),
        (Typed("/lookup Ohio"), REFUSED),
        (Typed("/setup"), REFUSED),
        (Chosen("state", {"state": "IL"}), AckPolicy(Answer.MESSAGE, PUBLIC)),
        (Chosen("find", {"words": "gold"}), AckPolicy(Answer.MESSAGE, PUBLIC)),
        (Chosen("setup", {"zone": "UTC"}), REFUSED),
        (Pressed("10st~sIL"), AckPolicy(Answer.UPDATE, PUBLIC)),
        (Pressed("1_0st~sTX"), AckPolicy(Answer.UPDATE, PUBLIC)),
        (Pressed("10se*" + "a" * 32), AckPolicy(Answer.UPDATE, PUBLIC)),
        (Pressed("10lo~t=Ohio"), AckPolicy(Answer.UPDATE, PRIVATE)),
        (Pressed("10su"), AckPolicy(Answer.FORM, PRIVATE)),
        (Pressed("10su*" + "a" * 32), AckPolicy(Answer.FORM, PRIVATE)),
        (Filled("10su", {"zone": "UTC"}), AckPolicy(Answer.FORM, PRIVATE)),
        (Typed("/setup invite"), REFUSED),
        (Pressed("10su~di"), AckPolicy(Answer.FORM, PRIVATE)),
        (Typed("/report"), AckPolicy(Answer.FORM, PRIVATE)),
        (Typed("/report about:IL link:https://example.org what:x"), AckPolicy(Answer.FORM, PRIVATE)),
        (Chosen("report", {"what": "x"}), AckPolicy(Answer.FORM, PRIVATE)),
        (Pressed("10rp"), AckPolicy(Answer.FORM, PRIVATE)),
        (Filled("10rp", {"what": "x"}), AckPolicy(Answer.FORM, PRIVATE)),
        (Typed("/reports"), REFUSED),
        (Pressed("10rs~r=R-12"), AckPolicy(Answer.UPDATE, PRIVATE)),
        (Typed("/withdraw R-12"), REFUSED),
        (Pressed("10wd~r=R-12"), REFUSED),
        (Typed("/answer R-12"), AckPolicy(Answer.FORM, PRIVATE)),
        (Pressed("10aw~r=R-12"), AckPolicy(Answer.FORM, PRIVATE)),
        (Pressed("10rl~r=R-12~c=IL-1"), REFUSED),
        (Typed("/privacy"), REFUSED),
        (Pressed("10pv~dd"), REFUSED),
        (Typed("/link"), REFUSED),
        (Typed("/review"), REFUSED),
        (Pressed("10rv~sTX"), AckPolicy(Answer.UPDATE, PRIVATE)),
        # What stands on a card is everyone's who sees the card, and a card is redrawn where it stands.
        (Pressed("10ap~r=R-12~v=1"), AckPolicy(Answer.FORM, PUBLIC)),
        (Pressed("10ed~r=R-12~v=1"), AckPolicy(Answer.FORM, PUBLIC)),
        (Pressed("10du~r=R-12~v=1"), AckPolicy(Answer.FORM, PUBLIC)),
        (Pressed("10as~r=R-12~v=1"), AckPolicy(Answer.FORM, PUBLIC)),
        (Pressed("10rj~r=R-12~v=1"), AckPolicy(Answer.FORM, PUBLIC)),
        (Pressed("10ba~r=R-12~v=1"), AckPolicy(Answer.FORM, PUBLIC)),
        (Pressed("10cl~r=R-12~v=1"), AckPolicy(Answer.UPDATE, PUBLIC)),
        (Pressed("10fw~r=R-12~v=1"), AckPolicy(Answer.UPDATE, PUBLIC)),
        (Typed("/update IL-1"), AckPolicy(Answer.FORM, PRIVATE)),
        (Pressed("10ct~c=IL-1"), AckPolicy(Answer.FORM, PRIVATE)),
        (Pressed("10rt~c=IL-1"), AckPolicy(Answer.FORM, PRIVATE)),
        (Typed("/check IL-1"), REFUSED),
        (Typed("/history IL-1"), REFUSED),
        (Pressed("10hi~c=IL-1"), AckPolicy(Answer.UPDATE, PRIVATE)),
        (Typed("/undo R-12"), REFUSED),
        (Pressed("10un~w=IL-1"), REFUSED),
        (Typed("/member list"), REFUSED),
        (Pressed("10mb~dl"), AckPolicy(Answer.UPDATE, PRIVATE)),
        (Pressed("10au"), AckPolicy(Answer.UPDATE, PRIVATE)),
        (Typed("/nosuch"), REFUSED),
        (Typed("/stat IL"), REFUSED),
        (Typed(""), REFUSED),
        (Typed("\0"), REFUSED),
        (Chosen("nosuch"), REFUSED),
        (Pressed(""), REFUSED),
        (Pressed("10zz"), REFUSED),
        (Pressed("x" * 5000), REFUSED),
        (Filled("", {}), REFUSED),
    ],
    ids=repr,
)
def test_the_manner_of_an_answer_is_known_without_asking_the_database(
    asked: Asked, manner: AckPolicy
) -> None:
    dispatcher = Dispatcher(build_registry(), _NoStore(), lambda: b"")
    assert dispatcher.ack_policy(asked) == manner


AT_ONCE = {"Invite a home"}
"""Buttons of commands that open forms which have nothing to ask: the answer comes in place of a form."""
REFUSED_HERE = {
    "/recent 30": "not_found",  # nothing in the starter is that new
    "/link k3m9-xw2p-7tqa": "not_found",  # nobody printed it
    "/undo R-12": "changed_meanwhile",  # nobody decided on it
    "/forward R-12": "forbidden",  # curators do not forward
}
LINES_OF_BUTTONS = {"relate": "/relate R-12 code:WY-1"}
LINES = [
    (spec, line)
    for spec in build_registry().specs
    for line in spec.examples or (LINES_OF_BUTTONS.get(spec.name, f"/{spec.name}{' R-12' * spec.button}"),)
]


@pytest.mark.parametrize(("spec", "line"), LINES, ids=[line for _, line in LINES])
def test_every_answer_keeps_to_the_manner_that_was_told(
    reported: Callable[[], Talk], spec: CommandSpec, line: str
) -> None:
    """A form where one was told and nowhere else; public only where that was told, and never a form."""
    talk = reported().as_(spec.rights)
    if spec.rights > Role.MEMBER:
        talk = talk.named("zebulon")
    reply = talk.say(line)
    told = talk.dispatcher.ack_policy(Typed(line))
    assert (reply.problem.code if reply.problem else None) == REFUSED_HERE.get(line)
    assert reply.problem or reply.visibility is (PRIVATE if reply.form else told.visibility)
    assert reply.problem or bool(reply.form) == (told.answer is Answer.FORM)
    for one in pressable(reply):
        pressed = talk.press(one)
        told = talk.dispatcher.ack_policy(Pressed(one.token))
        assert bool(pressed.form) == (told.answer is Answer.FORM and one.label not in AT_ONCE), one
        assert pressed.problem or pressed.visibility is (PRIVATE if pressed.form else told.visibility)


@pytest.mark.parametrize(
    "asked",
    [
        Typed("/approve R-12"),
        Pressed("10ap~r=R-12~v=2"),
        Typed("/duplicate R-12 of:WY-1"),
        Pressed("10du~r=R-12~v=2~o=WY-1"),
        Typed("/update IL-1 status:blocked date:2026-11-01"),
        Chosen("update", {"code": "IL-1", "status": "blocked", "date": "2026-11-01"}),
        Typed("/correct IL-1 title:Counts its lakes"),
        Typed("/retract IL-1 reason:It never happened."),
    ],
    ids=repr,
)
def test_where_all_that_a_form_asks_for_is_there_it_is_done_at_once(
    asked: Typed | Chosen | Pressed, reported: Callable[[], Talk]
) -> None:
    """The answer comes in place of the form that was told, which is never promised."""
    zeb = reported().as_(Role.MODERATOR).named("zebulon")
    answered(act(zeb, "R-12", "Edit", **FIVE))
    told = zeb.dispatcher.ack_policy(asked)
    assert told.answer is Answer.FORM
    match asked:
        case Typed(line):
            reply = answered(zeb.say(line))
        case Chosen(command, options):
            reply = answered(zeb.choose(command, **options))
        case Pressed(token):
            reply = answered(zeb.press(token))
    assert reply.form is None
    assert reply.visibility is told.visibility


def test_a_form_that_was_sent_is_answered_to_the_asker_alone(own: Talk) -> None:
    admin = replace(own, role=Role.ADMIN)
    form = opened(admin.press(button(admin.say("/setup"), "Change")))
    told = admin.dispatcher.ack_policy(Filled(form.token, {"zone": "UTC"}))
    assert admin.fill(form, zone="UTC").visibility is told.visibility is PRIVATE
