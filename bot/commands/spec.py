"""What a command is: declared once, rendered by every platform."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from secrets import SystemRandom
from typing import TYPE_CHECKING, Any

from bot.domain.community.people import Account, Community, Home, Role, visible_boards
from bot.engine.community.people import person_of
from bot.messages.form import Entry, Form, FormField, FormOption
from bot.messages.message import Press
from bot.messages.reply import Reply, Visibility

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from random import Random

    from bot.domain.community.people import Person
    from bot.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Typed:
    """A whole command line: `/state IL topic:climate`."""

    text: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A command with its options already apart, as platforms with option fields give them."""

    command: str
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button's token."""

    token: str


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that came with a form, on one of the platform's own hosts: only an adapter makes one."""

    url: str
    size: int
    """Bytes."""
    kind: str
    """Its media type, as the platform tells it: `image/png`."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that was sent: its token, and the values of those of its fields that were shown."""

    token: str
    values: dict[str, str] = field(default_factory=dict)
    opening: str = ""
    """Which opening of the form it is, where the platform tells: sent twice, it is one report."""
    files: tuple[SentFile, ...] = ()


Asked = Typed | Chosen | Pressed | Filled


@dataclass(frozen=True, slots=True)
class Invocation:
    """One call by one person, as an adapter hands it in."""

    asked: Asked
    account: Account
    home: Home | None
    now: datetime
    """When it was asked: aware, passed in."""


class Shape(StrEnum):
    """What kind of thing an option is; tells the parser where it ends and a platform how to offer it."""

    CHOICE = "choice"
    """One or more words of a fixed list."""
    WORD = "word"
    REST = "rest"
    """All the words that are left."""


@dataclass(frozen=True, slots=True)
class Value:
    """One of the values that an option may have: its text, its label, its short code in tokens."""

    text: str
    label: str
    code: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is offered while an option is typed: the text that it stands for, and how it is shown."""

    text: str
    label: str


@dataclass(frozen=True, slots=True)
class OptionType:
    """How an option's text is read. `read` raises RefusalError; `exact` tells without guessing."""

    shape: Shape
    read: Callable[[str], Any]
    text: Callable[[Any], str] = str
    """The canonical text of what `read` gave; reading it again gives the same."""
    exact: Callable[[str], bool] = lambda _: False
    values: tuple[Value, ...] = ()
    most_words: int = 1
    suggest: Callable[[UnitOfWork, Sequence[str], str], Sequence[Suggestion]] | None = None
    """What to offer for the text typed so far, of what may be seen on some boards: the likeliest first."""
    whole: tuple[int, int] | None = None
    """It is a whole number from the first to the second."""
    entry: Entry = Entry.LINE
    """How a form asks for it."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a command."""

    name: str
    type: OptionType
    help: str
    letter: str
    """Its letter in tokens, for ever."""
    required: bool = False
    positional: bool = False
    """It may stand without its name. Of the positional ones, only the last may be a REST."""
    inner: bool = False
    """It stands in tokens and nobody is told of it: what a form was opened on, for example."""


class Answer(StrEnum):
    """What the platform is told at once, so that an acknowledgement can be of the right kind."""

    MESSAGE = "message"
    UPDATE = "update"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` calls a person within `seconds`."""

    times: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Call:
    """A parsed, permitted call: what a handler gets besides its options."""

    spec: CommandSpec
    options: dict[str, str]
    """The options given, as canonical text; what a button repeats."""
    press: Press
    invocation: Invocation
    community: Community | None
    was: Mapping[str, str] = field(default_factory=dict)
    """Of a form that was sent: the options of its press, by which it can tell what stood there when it was
    opened."""
    secret: Callable[[], bytes] = field(repr=False, default=bytes)
    """The key of the pseudonyms."""
    random: Random = field(repr=False, default_factory=SystemRandom)
    """Chance, where somebody must not be able to tell a moment."""

    @property
    def boards(self) -> tuple[str, ...]:
        """What may be seen here."""
        return visible_boards(self.community)

    def person(self, uow: UnitOfWork) -> Person:
        """Who calls, with all the accounts that are linked."""
        return person_of(uow, self.secret(), self.invocation.account)

    def again(self, **changed: str | None) -> Press:
        """This call anew from its first page, with some options changed; None takes one away."""
        options = {**self.options, **changed}
        return Press(self.spec.name, {name: text for name, text in options.items() if text is not None})


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """One command. `handle` is a plain function in one transaction: options come by name, read and typed."""

    name: str
    code: str
    """Its two letters in tokens, for ever."""
    help: str
    handle: Callable[..., Reply]
    options: tuple[Option, ...] = ()
    examples: tuple[str, ...] = ()
    rights: Role = Role.MEMBER
    answer: Answer = Answer.MESSAGE
    press_answer: Answer = Answer.UPDATE
    visibility: Visibility = Visibility.ALL
    writes: bool = False
    limit: tuple[Limit, ...] = ()
    slack_name: str = ""
    """Its name on Slack where Slack keeps `name` for itself."""
    form: Callable[[UnitOfWork, Call], Form | None] | None = None
    """The form to open in place of calling `handle`, if any; never asked about a form that was sent.

    The call's options are not read yet: they may be what somebody is to mend.
    """
    menu: str = ""
    """The name under which platforms offer it on a message, whose text becomes the first option.

    Where that has no word in it and the command opens no form, the asker is told so.
    """
    button: bool = False
    """It belongs to a message's button: no platform lists it among the commands."""

    def option(self, name: str) -> Option:
        """The option of that name."""
        return next(option for option in self.options if option.name == name)

    def asks(self, name: str, label: str, value: str = "") -> FormField:
        """A form's field for the option of that name."""
        option = self.option(name)
        options = tuple(FormOption(value.text, value.label) for value in option.type.values)
        entry = Entry.ONE if options and option.type.entry is Entry.LINE else option.type.entry
        return FormField(name, label, option.help, entry, option.required, value, options)

    def needs(self, option: Option) -> str:
        """The sentence for whoever left a required option out."""
        what = option.help[:1].lower() + option.help[1:]
        return f"/{self.name} needs “{option.name}”, {what}. Write {self.usage}"

    @property
    def usage(self) -> str:
        """`/state STATE [topic] [approach] [status]`."""
        parts = [f"/{self.name}"]
        for option in self.options:
            if option.inner:
                continue
            shown = option.name.upper() if option.positional else option.name
            parts.append(shown if option.required else f"[{shown}]")
        return " ".join(parts)
