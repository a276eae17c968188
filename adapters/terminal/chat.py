"""A conversation, line by line: what a line means, and answering lines that come through a pipe."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.terminal.filling import CANCEL, FILES_ONLY, Filling
from adapters.terminal.render import heading, in_chat, pressable
from bot.commands.parsing import split_command
from bot.commands.spec import Filled, Pressed, Typed
from bot.messages.offered import offered
from bot.messages.problems import problem_reply
from bot.messages.reply import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from adapters.terminal.inbound import Asker
    from adapters.terminal.screen import Screen
    from bot.commands.dispatch import Dispatcher
    from bot.messages.message import Button, Message

_NUMBER = re.compile(r"\[?([0-9]+)\]?")
_GOODBYES = frozenset({"exit", "quit", "/exit", "/quit"})


def is_goodbye(line: str) -> bool:
    """Whether the line ends the conversation."""
    return line.strip().lower() in _GOODBYES


@dataclass(slots=True)
class Chat:
    """Remembers only what the numbers of the last answer stand for, and of the messages after it."""

    dispatcher: Dispatcher
    asker: Asker
    unread: Callable[[], Sequence[Message]] = tuple
    """Asked after each answer for messages that have come."""
    buttons: tuple[Button, ...] = ()
    filling: Filling | None = None

    async def answer(self, line: str, screen: Screen) -> str | None:
        """The answer to one line, as it is shown; None for a blank one and for a comment."""
        text = line.strip().lstrip("\ufeff")  # Windows editors begin a file with this mark
        if self.filling:
            return await self._fill(self.filling, text, screen)
        if not text or text.startswith("#"):
            return None
        asked: Typed | Pressed = Typed(text)
        if number := _NUMBER.fullmatch(text):
            button = self._button(number[1])
            if button is None:
                return in_chat(self._no_button(number[1]), screen)
            asked = Pressed(button.token)
        return await self._ask(asked, screen)

    def arrived(self, screen: Screen) -> str | None:
        """Messages that have come, whose numbers go on after those of the last answer; None without any.

        While a form is open, numbers are answers to it: then they wait.
        """
        replies = () if self.filling else self.unread()
        shown = [heading(len(replies), screen)]
        for reply in replies:
            before = len(self.buttons)
            self.buttons += pressable(reply, screen, before)
            shown.append(in_chat(reply, screen, before))
        return "\n".join(shown) if replies else None

    async def _ask(self, asked: Typed | Pressed | Filled, screen: Screen) -> str:
        reply = await self.dispatcher.dispatch(self.asker.asks(asked))
        self.buttons = pressable(reply, screen)
        if reply.form and not offered(reply.form):
            return in_chat(Reply(title=reply.title, text=FILES_ONLY), screen)
        if reply.form:
            self.filling = Filling(reply.form)
            return self._question(screen)
        return in_chat(reply, screen)

    async def _fill(self, filling: Filling, line: str, screen: Screen) -> str:
        if line.lower() == CANCEL:
            self.filling = None
            return in_chat(Reply(text="The form was left; nothing was changed."), screen)
        if line.startswith("/") and self.dispatcher.registry.get(split_command(line)[0]):
            return in_chat(Reply(text=f"A form is open here: fill it in, or leave it with {CANCEL}."), screen)
        if filled := filling.take(line):
            self.filling = None
            return await self._ask(filled, screen)
        return self._question(screen)

    def _question(self, screen: Screen) -> str:
        assert self.filling
        return in_chat(Reply(text=self.filling.question), screen)

    def _button(self, digits: str) -> Button | None:
        at = int(digits[:9])
        return self.buttons[at - 1] if 1 <= at <= len(self.buttons) and len(digits) <= 9 else None

    def _no_button(self, digits: str) -> Reply:
        shown = digits if len(digits) <= 9 else "that high"
        if not self.buttons:
            message = "The last answer has nothing to press. Ask with a command, for example /state IL."
        elif len(self.buttons) == 1:
            message = f"There is no number {shown} in the last answer, only 1."
        else:
            message = f"There is no number {shown} in the last answer; it goes from 1 to {len(self.buttons)}."
        return problem_reply("not_understood", message)


def answer_lines(chat: Chat, lines: Iterable[bytes], screen: Screen, write: Callable[[str], object]) -> None:
    """Answer lines of UTF-8 until they end: for pipes and files, without a prompt.

    Lines are read outside the event loop, so that Ctrl-C is felt while one is awaited.
    """

    def show(text: str | None) -> None:
        if text is not None:
            write(text + "\n")

    with asyncio.Runner() as runner:
        show(chat.arrived(screen))
        for raw in lines:
            line = raw.decode("utf-8", "replace")
            if is_goodbye(line):
                return
            answer = runner.run(chat.answer(line, screen))
            show(answer)
            if answer is not None:
                show(chat.arrived(screen))
