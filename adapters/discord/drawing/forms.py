"""A form as a Discord modal, as many of its fields at a time as a modal takes."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from adapters.discord.drawing.escape import escape
from adapters.discord.limits import (
    LONGEST_CUSTOM_ID,
    LONGEST_FIELD_DESCRIPTION,
    LONGEST_FIELD_LABEL,
    LONGEST_INPUT,
    LONGEST_MODAL_TITLE,
    LONGEST_OPTION_LABEL,
    LONGEST_OPTION_VALUE,
    MOST_FIELDS_IN_MODAL,
    MOST_OPTIONS,
)
from bot.domain.review.reports import MOST_FILES
from bot.domain.writing.mentions import mentions_in, places_in
from bot.messages.form import Entry
from bot.messages.offered import left_out_words
from bot.messages.visible import plain

if TYPE_CHECKING:
    from bot.messages.form import Form, FormField

FORGOTTEN_AFTER = 900.0
"""Seconds after which discord.py forgets an opened form; it is never asked for what was filled in."""
_HIGHEST_ID = 2**63 - 1
_POSTABLE = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.news_thread,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
]
"""Where the bot can post as it does: not forums, whose posts have no nonce (PLATFORM: 1.4)."""


def draw_form(form: Form, opening: str) -> ui.Modal:
    """The fields of `form` from its first one on, as many as fit. `opening` tells two openings of it apart.

    A field whose value does not fit is named by a text in its place; sending the form does not change it.

    Must be called in a running loop. What is sent comes back through `read_form`.
    """
    custom_id = f"{form.token}.{opening}"
    assert len(custom_id) <= LONGEST_CUSTOM_ID, "a form's token leaves room for the opening"
    assert form.fields, "Discord refuses a form with no fields"
    assert "." not in opening, "the last dot parts the token from the opening"
    start = _start(form)
    steps = -(-len(form.fields) // MOST_FIELDS_IN_MODAL)
    which = f" ({start // MOST_FIELDS_IN_MODAL + 1} of {steps})" if steps > 1 else ""
    title = plain(form.title, LONGEST_MODAL_TITLE - len(which)) + which
    modal = ui.Modal(title=title.strip() or "…", custom_id=custom_id, timeout=FORGOTTEN_AFTER)
    for field in form.fields[start : start + MOST_FIELDS_IN_MODAL]:
        modal.add_item(_labelled(field) if _fits(field) else ui.TextDisplay(escape(left_out_words(field))))
    return modal


def _start(form: Form) -> int:
    """Where in its fields the form begins.

    A form that goes on does not name once more what was left out. Buttons of old carry the number of a step
    in place of a field's name.
    """
    names = [field.name for field in form.fields]
    last = len(names) - 1
    if form.first not in names:
        return MOST_FIELDS_IN_MODAL * min(max(form.press.page - 1, 0), last // MOST_FIELDS_IN_MODAL)
    start = names.index(form.first)
    return next((at for at in range(start, last + 1) if _fits(form.fields[at])), start)


def _fits(field: FormField) -> bool:
    """Whether the modal can hold all of the field's value."""
    if field.entry in (Entry.PEOPLE, Entry.PLACES):
        return len(_named(field)) <= MOST_OPTIONS
    return _is_select(field) or len(_sendable(field.value)) <= LONGEST_INPUT


def _labelled(field: FormField) -> ui.Label[ui.Modal]:
    return ui.Label(
        text=plain(field.label, LONGEST_FIELD_LABEL) or plain(field.name, LONGEST_FIELD_LABEL),
        description=plain(field.help, LONGEST_FIELD_DESCRIPTION) or None,
        component=_control(field),
    )


def _control(field: FormField) -> ui.Item[ui.Modal]:
    if field.entry is Entry.PEOPLE:
        return _people(field)
    if field.entry is Entry.PLACES:
        return _places(field)
    if field.entry is Entry.FILES:
        return _files(field)
    return _select(field) if _is_select(field) else _input(field)


def _input(field: FormField) -> ui.TextInput[ui.Modal]:
    several = field.entry is Entry.TEXT
    value = _sendable(field.value)
    if not several:
        value = " ".join(value.splitlines())
    # What is too long for the command is shown whole as well: its answer says so, and nothing is lost.
    longest = min(max(field.longest, len(value), 1), LONGEST_INPUT)
    return ui.TextInput(
        custom_id=field.name,
        style=discord.TextStyle.paragraph if several else discord.TextStyle.short,
        default=value or None,
        required=field.required,
        max_length=longest,
    )


def _select(field: FormField) -> ui.Select[ui.Modal]:
    several = field.entry is Entry.SEVERAL
    chosen = field.value.split(",") if several else [field.value]
    return ui.Select(
        custom_id=field.name,
        required=field.required,
        min_values=int(field.required),
        max_values=len(field.options) if several else 1,
        options=[
            discord.SelectOption(
                label=plain(option.label or option.text, LONGEST_OPTION_LABEL) or "…",
                value=option.text,
                default=option.text in chosen,
            )
            for option in field.options
        ],
    )


def _is_select(field: FormField) -> bool:
    """Whether it is a list to pick from that Discord takes: each option once, none empty or too long."""
    if field.entry not in (Entry.ONE, Entry.SEVERAL):
        return False
    texts = [option.text for option in field.options]
    fitting = all(0 < len(text) <= LONGEST_OPTION_VALUE and text == _sendable(text) for text in texts)
    return fitting and 0 < len(texts) <= MOST_OPTIONS and len(set(texts)) == len(texts)


def _people(field: FormField) -> ui.MentionableSelect[ui.Modal]:
    return ui.MentionableSelect(
        custom_id=field.name,
        required=field.required,
        min_values=int(field.required),
        max_values=MOST_OPTIONS,
        default_values=_named(field),
    )


def _places(field: FormField) -> ui.ChannelSelect[ui.Modal]:
    return ui.ChannelSelect(
        custom_id=field.name,
        channel_types=_POSTABLE,
        required=field.required,
        min_values=int(field.required),
        max_values=MOST_OPTIONS,
        default_values=_named(field),
    )


def _named(field: FormField) -> list[Any]:
    """Who or what stands in the field, of Discord alone: its ids are numbers."""
    if field.entry is Entry.PLACES:
        return [
            discord.SelectDefaultValue(id=int(place.id), type=discord.SelectDefaultValueType.channel)
            for place in places_in(field.value)
            if not place.plain and _is_id(place.id)
        ]
    return [
        discord.Object(int(person.id), type=discord.Role if person.is_group else discord.User)
        for person in mentions_in(field.value)
        if not person.plain and _is_id(person.id)
    ]


def _files(field: FormField) -> ui.FileUpload[ui.Modal]:
    return ui.FileUpload(
        custom_id=field.name,
        required=field.required,
        min_values=int(field.required),
        max_values=MOST_FILES,
    )


def _is_id(text: str) -> bool:
    return text.isdecimal() and text.isascii() and int(text) <= _HIGHEST_ID


def _sendable(text: str) -> str:
    """What a person wrote, as it was, without what cannot be sent or typed: controls, halves of letters."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
