"""A form: what is asked of a person besides what a button says. Renderers draw it in steps that fit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.messages.limits import LONGEST_INPUT

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

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
    """At most LONGEST_FIELD_LABEL characters."""
    help: str
    entry: Entry
    required: bool = False
    value: str = ""
    options: tuple[FormOption, ...] = ()
    longest: int = LONGEST_INPUT


@dataclass(frozen=True, slots=True)
class Form:
    """All fields in order, the required ones first: an adapter shows as many at once as its platform takes.

    Sending it calls the command of `press` with the press's options and the values of the fields that were
    shown. A field that was not shown stays as it is.
    """

    title: str
    """At most LONGEST_FORM_TITLE characters."""
    press: Press
    fields: tuple[FormField, ...]
    token: str = ""
    """Filled in when the reply is sealed."""
    first: str = ""
    """The name of the field with which it begins, where a platform shows a part of it; empty: the first."""


def following(names: Sequence[str], filled: Collection[str]) -> str | None:
    """The field with which a form goes on after one that showed only `filled` of its fields `names`.

    Empty after the last one, where it begins again; None when all were shown.
    """
    shown = [at for at, name in enumerate(names) if name in filled]
    if len(shown) == len(names):
        return None
    rest = names[shown[-1] + 1 :] if shown else names
    return rest[0] if rest else ""
