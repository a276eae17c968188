"""A conversation at the terminal: what numbers press, and messages that come in between."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from adapters.terminal.chat import Chat
from adapters.terminal.inbound import Asker
from adapters.terminal.screen import Screen
from bot.commands.every import build_registry
from bot.commands.spec import Pressed
from bot.domain.community.people import Role
from bot.domain.deliveries import Place
from bot.messages.form import Entry, Form, FormField
from bot.messages.message import Button, Press
from bot.messages.reply import Reply

if TYPE_CHECKING:
    from bot.commands.dispatch import Dispatcher
    from bot.commands.registry import Registry
    from bot.commands.spec import Invocation

SCREEN = Screen(100)
ANA = Asker.named("ana", Role.MODERATOR, "terminal", "porch")


def reply(text: str, *tokens: str) -> Reply:
    return Reply(text=text, buttons=tuple(Button(f"To {token}", Press("about"), token) for token in tokens))


@dataclass
class Answers:
    """Stands in for the dispatcher: answers in order, and remembers what was pressed."""

    answers: list[Reply]
    pressed: list[str] = field(default_factory=list)
    registry: Registry = field(default_factory=build_registry)

    async def dispatch(self, invocation: Invocation) -> Reply:
        if isinstance(invocation.asked, Pressed):
            self.pressed.append(invocation.asked.token)
        return self.answers.pop(0)


@dataclass
class Talk:
    """A chat whose answers and messages are given beforehand."""

    answers: Answers
    inbox: list[Reply] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chat = Chat(cast("Dispatcher", self.answers), ANA, self.unread)

    def unread(self) -> list[Reply]:
        found, self.inbox = self.inbox, []
        return found

    def say(self, line: str) -> str | None:
        return asyncio.run(self.chat.answer(line, SCREEN))


def test_numbers_of_messages_go_on_after_the_answer_and_all_can_be_pressed() -> None:
    answers = Answers([reply("one", "a", "b"), *[reply("done")] * 6])
    talk = Talk(answers)
    assert talk.chat.arrived(SCREEN) is None
    assert talk.say("/about") == "one\n\n[1] To a  [2] To b\n"
    talk.inbox = [reply("first", "c", "d"), reply("second"), reply("third", "e")]
    assert talk.chat.arrived(SCREEN) == (
        "3 unread messages:\n\nfirst\n\n[3] To c  [4] To d\n\nsecond\n\nthird\n\n[5] To e\n"
    )
    assert talk.chat.arrived(SCREEN) is None
    shown = talk.chat.buttons
    for number in "12345":
        talk.chat.buttons = shown
        talk.say(number)
    assert answers.pressed == ["a", "b", "c", "d", "e"]
    assert "nothing to press" in (talk.say("3") or ""), "an answer without buttons came after"


def test_messages_before_any_answer_are_pressed_from_one_on() -> None:
    answers = Answers([reply("done")])
    talk = Talk(answers, [reply("first", "c")])
    assert talk.chat.arrived(SCREEN) == "Unread message:\n\nfirst\n\n[1] To c\n"
    talk.say("1")
    assert answers.pressed == ["c"]


def test_messages_wait_until_a_form_is_done() -> None:
    what = FormField("what", "What", "What happened", Entry.LINE)
    form = Form("Report", Press("report"), (what,), "10rp")
    talk = Talk(Answers([Reply(title="Report", form=form), reply("kept")]), [reply("first", "c")])
    talk.say("/report")
    assert talk.chat.arrived(SCREEN) is None
    assert talk.say("a count") == "kept\n"
    assert "first" in (talk.chat.arrived(SCREEN) or "")


def test_a_form_for_files_alone_is_not_begun() -> None:
    files = FormField("files", "Files", "Up to 3", Entry.FILES)
    form = Form("Files", Press("report"), (files,), "10rp")
    talk = Talk(Answers([Reply(title="Files", form=form), reply("next")]))
    assert talk.say("1") is not None
    assert talk.say("/files") == (
        "Files\nThis form takes nothing but files, and those cannot be sent from a terminal.\n"
    )
    assert talk.say("/about") == "next\n"


def test_where_messages_for_somebody_arrive() -> None:
    own, there = ANA.places
    assert own == Place("terminal", "", "ana", direct=True)
    assert there == Place("terminal", "terminal", "porch")
    assert replace(ANA, place="hall").places[0] == own
