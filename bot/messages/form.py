"""A form: what is asked of a person besides what a button says. Renderers draw it in steps that fit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.messages.message import Press


class Entry(StrEnum):
    """How a field is filled in."""

    LINE = "line"
    TEXT = "text"
    """Several lines."""
    ONE = "one"
    """One of its options."""
    SEVERAL = "several"
    """Any number of its options, joined by commas."""
    PEOPLE = "people"
    """Any number of people and groups of the platform, as mentions: `<@7|Ana> <@&9|Editors>`."""
    PLACES = "places"
    """Any number of channels of the platform, as mentions: `<#7|general>`."""
    FILES = "files"
    """Files from the platform's own hosts; they come beside the values. Not where a platform has none."""


@dataclass(frozen=True, slots=True)
class FormOption:
    """One of the values that can be picked."""

    text: str
    label: str


@dataclass(frozen=True, slots=True)
class FormField:
    """One thing that is asked; `value` is what stands there already."""

    name: str
    """The option of the form's command that it fills in."""
    label: str
    """At most 45 characters (Discord: components reference, Label)."""
    help: str
    entry: Entry
    required: bool = False
    value: str = ""
    options: tuple[FormOption, ...] = ()
    longest: int = 4000
    most: int = 25
    """How many options may be picked, where several may."""


@dataclass(frozen=True, slots=True)
class Form:
    """Fields in order, the required ones first: a platform where not all fit shows as many as it can.

    Sending it calls the command of `press` with the press's options and the fields' values. `press.page` is
    the step that is shown; the answer to one step may offer the next.
    """

    title: str
    press: Press
    fields: tuple[FormField, ...]
    token: str = ""
    """Filled in when the reply is sealed."""
