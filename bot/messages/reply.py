"""A reply: a small document, not markup. Renderers draw it and obey their platform's limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.actions import ActionLine


class Visibility(StrEnum):
    """Who sees the answer."""

    ALL = "all"
    ASKER = "asker"


@dataclass(frozen=True, slots=True)
class Press:
    """What a button means: a command with its options as text, and where in a list it goes on.

    `after` and `before` are sort keys: the rows that follow, or those that come right before. `page` is only
    shown, never used to find rows.
    """

    command: str
    options: Mapping[str, str] = field(default_factory=dict)
    after: str = ""
    before: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Button:
    """A label and what pressing it asks; `token` is filled in when the reply is sealed."""

    label: str
    press: Press
    token: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A list of which one is picked, each option a button in meaning."""

    label: str
    options: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A short fact with its name."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Link:
    """Where something is written: what the link is for, its words, its address."""

    name: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a longer list this is; `total` counts the whole list."""

    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no answer: a code for scripts, a sentence for people."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. Every part is plain text or data; nothing in it is markup."""

    title: str = ""
    text: str = ""
    fields: tuple[Field, ...] = ()
    items: tuple[ActionLine, ...] = ()
    links: tuple[Link, ...] = ()
    choices: tuple[Choice, ...] = ()
    buttons: tuple[Button, ...] = ()
    page: Page | None = None
    visibility: Visibility = Visibility.ALL
    problem: Problem | None = None
