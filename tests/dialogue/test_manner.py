"""What an acknowledgement may be, known before anything is answered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.commands.dispatch import Dispatcher, Manner
from bot.commands.every import build_registry
from bot.commands.spec import Answer, Chosen, Filled, Pressed, Typed
from bot.domain.people import Role
from bot.messages.reply import Visibility
from tests.dialogue.talk import button, opened, pressable

if TYPE_CHECKING:
    from bot.commands.spec import Asked
    from tests.dialogue.talk import Talk

PUBLIC, PRIVATE = Visibility.ALL, Visibility.ASKER
REFUSED = Manner(Answer.MESSAGE, PRIVATE)


class _NoStore:
    def submit(self, work: Any, *, writes: bool) -> Any:
        raise AssertionError(work, writes)


@pytest.mark.parametrize(
    ("asked", "manner"),
    [
        (Typed("/state IL"), Manner(Answer.MESSAGE, PUBLIC)),
        (Typed("/fiftywire state IL"), Manner(Answer.MESSAGE, PUBLIC)),
        (Typed("/find gold"), Manner(Answer.MESSAGE, PUBLIC)),
        (Typed("/state"), Manner(Answer.MESSAGE, PUBLIC)),
        (Typed("/lookup Ohio"), REFUSED),
        (Typed("/setup"), REFUSED),
        (Chosen("state", {"state": "IL"}), Manner(Answer.MESSAGE, PUBLIC)),
        (Chosen("find", {"words": "gold"}), Manner(Answer.MESSAGE, PUBLIC)),
        (Chosen("setup", {"zone": "UTC"}), REFUSED),
        (Pressed("10st~sIL"), Manner(Answer.UPDATE, PUBLIC)),
        (Pressed("1_0st~sTX"), Manner(Answer.UPDATE, PUBLIC)),
        (Pressed("10se*" + "a" * 32), Manner(Answer.UPDATE, PUBLIC)),
        (Pressed("10lo~t=Ohio"), Manner(Answer.UPDATE, PRIVATE)),
        (Pressed("10su"), Manner(Answer.FORM, PRIVATE)),
        (Pressed("10su*" + "a" * 32), Manner(Answer.FORM, PRIVATE)),
        (Filled("10su", {"zone": "UTC"}), Manner(Answer.FORM, PRIVATE)),
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
def test_the_manner_of_an_answer_is_known_without_asking_the_database(asked: Asked, manner: Manner) -> None:
    dispatcher = Dispatcher(build_registry(), _NoStore(), lambda: b"")
    assert dispatcher.manner(asked) == manner


def test_every_answer_keeps_to_the_manner_that_was_told(own: Talk) -> None:
    """A form where one was told and nowhere else; public only where that was told."""
    for spec in build_registry().specs:
        talk = own.as_(spec.rights)
        for example in spec.examples or (f"/{spec.name}",):
            reply = talk.say(example)
            told = talk.dispatcher.manner(Typed(example))
            assert reply.problem or reply.visibility is told.visibility
            for one in pressable(reply):
                pressed = talk.press(one)
                told = talk.dispatcher.manner(Pressed(one.token))
                assert bool(pressed.form) == (told.answer is Answer.FORM), one
                assert pressed.problem or pressed.visibility is told.visibility


def test_a_form_that_was_sent_is_answered_to_the_asker_alone(own: Talk) -> None:
    admin = replace(own, role=Role.ADMIN)
    form = opened(admin.press(button(admin.say("/setup"), "Change")))
    told = admin.dispatcher.manner(Filled(form.token, {"zone": "UTC"}))
    assert admin.fill(form, zone="UTC").visibility is told.visibility is PRIVATE
