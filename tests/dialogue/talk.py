"""Say something, look at the answer: the real dispatcher over a real store, by whoever asks from wherever."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.commands.dispatch import Dispatcher
from bot.commands.every import build_registry
from bot.commands.spec import Chosen, Filled, Invocation, Pressed, Typed
from bot.domain.community.people import Account, Home, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.commands.spec import Asked, Suggestion
    from bot.messages.form import Form
    from bot.messages.message import Button, Message
    from bot.messages.reply import Reply
    from bot.ports import Store

NOW = datetime(2026, 11, 20, 14, 2, tzinfo=UTC)
TERMINAL = Home("terminal", "terminal")
FOREIGN = Home("discord", "777")


@dataclass(frozen=True, slots=True)
class Talk:
    """Somebody, somewhere, who talks to one dispatcher."""

    dispatcher: Dispatcher
    role: Role = Role.MEMBER
    home: Home | None = TERMINAL
    now: datetime = NOW
    name: str = "ana"
    id: str = ""
    """Of the account; the name as well where it is left out, as at the terminal."""
    groups: frozenset[str] = frozenset()

    @classmethod
    def over(cls, store: Store) -> Talk:
        """With a dispatcher of its own, as after a restart."""
        return cls(Dispatcher(build_registry(), store, lambda: b"a key of the tests"))

    def say(self, text: str) -> Reply:
        """Type a line."""
        return self._ask(Typed(text))

    def choose(self, command: str, /, **options: str) -> Reply:
        """Pick a command with its options apart, as on Discord."""
        return self._ask(Chosen(command, options))

    def press(self, button: Button | str) -> Reply:
        """Press a button, by nothing but its token."""
        return self._ask(Pressed(button if isinstance(button, str) else button.token))

    def fill(self, form: Form | str, /, **values: str) -> Reply:
        """Send a form with these values, by nothing but its token; a field that is left out was not shown."""
        return self._ask(Filled(form if isinstance(form, str) else form.token, values))

    def suggest(self, command: str, option: str, text: str) -> list[Suggestion]:
        """What is offered for an option that is being typed."""
        return asyncio.run(self.dispatcher.suggest(command, option, text, self.home))

    def at(self, home: Home | None) -> Talk:
        """The same from another home."""
        return replace(self, home=home)

    def as_(self, role: Role) -> Talk:
        """The same with another role."""
        return replace(self, role=role)

    def named(self, name: str, id_: str = "", groups: Iterable[str] = ()) -> Talk:
        """Somebody else, there too, with the same role."""
        return replace(self, name=name, id=id_, groups=frozenset(groups))

    def _ask(self, asked: Asked) -> Reply:
        platform = self.home.platform if self.home else TERMINAL.platform
        account = Account(
            platform, self.id or self.name, self.name, self.role, self.groups,
            named=platform == "terminal", numbered=platform == "discord",
        )  # fmt: skip
        invocation = Invocation(asked, account, self.home, self.now)
        return asyncio.run(self.dispatcher.dispatch(invocation))


def button(reply: Message, label: str) -> Button:
    """The button of that label; fails when there is none or there are two."""
    (found,) = [button for button in reply.buttons if button.label == label]
    return found


def labels(reply: Message) -> list[str]:
    """What the buttons say."""
    return [button.label for button in reply.buttons]


def pressable(reply: Message) -> Iterator[Button]:
    """All that can be pressed: buttons, and the options of every choice."""
    yield from reply.buttons
    yield from (item.opens for item in reply.listed if item.opens)
    for choice in reply.choices:
        yield from choice.options


def opened(reply: Reply) -> Form:
    """The form that was opened in place of an answer."""
    assert reply.problem is None, reply.problem
    assert reply.form is not None, reply
    assert reply.visibility == "asker"
    return reply.form


def standing(form: Form) -> dict[str, str]:
    """What stands in the fields of a form."""
    return {field.name: field.value for field in form.fields}


def codes(reply: Message) -> list[str]:
    """The codes of the actions listed."""
    return [str(line.code) for line in reply.lines]


def fields(reply: Message) -> dict[str, str]:
    """The fields by name; fails when two have one name."""
    named = {field.name: field.value for field in reply.fields}
    assert len(named) == len(reply.fields), [field.name for field in reply.fields]
    return named


def words(reply: Message) -> str:
    """All that the answer says in words, for looking something up in it."""
    parts = [reply.title, reply.text, *(f"{field.name}: {field.value}" for field in reply.fields)]
    parts += [f"{link.name}: {link.label} {link.url}" for link in reply.links]
    parts += [f"{line.code} {line.title}" for line in reply.lines]
    return "\n".join(parts)


def total(reply: Message) -> int:
    """How long the list is of which this is a page."""
    assert reply.page is not None, reply
    return reply.page.total


def problem(reply: Reply) -> str:
    """The code of what went wrong; fails for an answer. A refusal is for the asker's eyes."""
    assert reply.problem is not None, words(reply)
    assert reply.visibility == "asker"
    assert reply.problem.message
    return reply.problem.code


def answered(reply: Reply) -> Reply:
    """The answer itself; fails for a refusal."""
    assert reply.problem is None, reply.problem
    return reply


def press_all(talk: Talk, line: str, label: str) -> Iterator[Reply]:
    """The answer to `line`, and all that follow when the button of that label is pressed again and again."""
    reply = talk.say(line)
    while True:
        yield reply
        if label not in labels(reply):
            return
        reply = talk.press(button(reply, label))
