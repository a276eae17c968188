"""A message: a small document, not markup. Renderers draw it and obey their platform's limits."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Self

    from bot.domain.catalogue.actions import ActionLine, Stage
    from bot.domain.community.people import Moderator


@dataclass(frozen=True, slots=True)
class Press:
    """What a button means: a command with its options as text, and where in a list it goes on.

    `after` and `before` are sort keys: the rows that follow, or those that come right before. `page` is only
    shown, never used to find rows; in buttons of old that open a form it is a step of five fields.
    """

    command: str
    options: Mapping[str, str] = field(default_factory=dict)
    after: str = ""
    before: str = ""
    page: int = 1


class ButtonRole(StrEnum):
    """What a button does, as far as platforms show it by a style."""

    LEADS = "leads"
    """To another page of a list."""
    AGREES = "agrees"
    DESTROYS = "destroys"
    """What cannot be had back."""


@dataclass(frozen=True, slots=True)
class Button:
    """A label and what pressing it asks; `token` is filled in when the message is sealed."""

    label: str
    press: Press
    token: str = ""
    role: ButtonRole | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A list of which one is picked, each option a button in meaning."""

    label: str
    options: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A short fact with its name. `people` stand after the value, each shown as their platform shows them."""

    name: str
    value: str
    people: tuple[Moderator, ...] = ()

    @property
    def words(self) -> str:
        """The value with the people's names, for where nobody can be shown in any other way."""
        names = ", ".join(person.name for person in self.people)
        return f"{self.value}: {names}" if names else self.value


@dataclass(frozen=True, slots=True)
class Link:
    """Where something is written: what the link is for, its words, its address."""

    name: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Item:
    """An action in a list: `opens` shows it whole, `note` says why it is listed, like `adopted → blocked`."""

    line: ActionLine
    opens: Button | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a list under a heading of its own: text, then items; each of the three may be empty."""

    heading: str
    text: str = ""
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a longer list this is; `total` counts the whole list."""

    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file that is made of text and comes with the answer."""

    name: str
    content: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture shows: its kind, and what is needed to draw it. Whoever draws it reads the data."""

    kind: str
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that somebody sent: its number where it is kept, and its neutral name."""

    number: int
    name: str


@dataclass(frozen=True, slots=True)
class Message:
    """What can be kept and sent. Every part is plain text or data; nothing in it is markup."""

    title: str = ""
    text: str = ""
    fields: tuple[Field, ...] = ()
    items: tuple[Item, ...] = ()
    links: tuple[Link, ...] = ()
    sections: tuple[Section, ...] = ()
    """They stand after `items`."""
    choices: tuple[Choice, ...] = ()
    buttons: tuple[Button, ...] = ()
    page: Page | None = None
    stage: Stage | None = None
    """How far along the one thing is that the message shows; where it lists several, each says its own."""
    picture: Picture | None = None
    file: TextFile | None = None
    files: tuple[KeptFile, ...] = ()
    """Only where a message is owed to a place; an answer names them in words."""

    @property
    def words(self) -> str:
        """What stands beneath the title."""
        return self.text

    @property
    def listed(self) -> tuple[Item, ...]:
        """All items in the order in which they are shown, those of sections last."""
        return (*self.items, *(item for section in self.sections for item in section.items))

    @property
    def lines(self) -> tuple[ActionLine, ...]:
        """The actions that are listed."""
        return tuple(item.line for item in self.listed)

    def with_openers(self, change: Callable[[Button], Button | None]) -> Self:
        """The message with `change` of each button that opens an item, called in the order of `listed`."""

        def changed(items: tuple[Item, ...]) -> tuple[Item, ...]:
            return tuple(replace(item, opens=change(item.opens)) if item.opens else item for item in items)

        items = changed(self.items)
        sections = tuple(replace(section, items=changed(section.items)) for section in self.sections)
        return replace(self, items=items, sections=sections)
