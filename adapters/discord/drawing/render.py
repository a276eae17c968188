"""From a reply to a Discord message. Pure; whatever is in the reply, the message obeys Discord's limits."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from adapters.discord.drawing.accent import accent_of
from adapters.discord.drawing.attached import ATTACHED, file_name, named_files, shown_files
from adapters.discord.drawing.escape import MARKUP
from adapters.discord.drawing.items import TokenButton, TokenSelect
from adapters.discord.drawing.lines import draft_of, shown_host
from adapters.discord.drawing.shape import parts_of, shape_of
from adapters.discord.limits import (
    LONGEST_BUTTON_LABEL,
    LONGEST_OPTION_LABEL,
    LONGEST_PLACEHOLDER,
    MOST_BUTTONS_IN_ROW,
    MOST_COMPONENTS,
    MOST_OPTIONS,
    MOST_TEXT,
)
from bot.messages.budget import said
from bot.messages.message import ButtonRole, Message, TextFile
from bot.messages.plain import WHOLE, in_plain
from bot.messages.visible import address, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from adapters.discord.drawing.shape import Parts, Shape
    from bot.messages.budget import Said
    from bot.messages.message import Button, KeptFile, Link

    Items = list[ui.Item[Any]]

Row = ui.ActionRow[Any]

OPEN_AN_ACTION = "Open an action"
NO_LABEL = "…"
"""For what has no letter that can be seen: Discord refuses empty labels."""
STYLES = {
    None: discord.ButtonStyle.secondary,
    ButtonRole.LEADS: discord.ButtonStyle.primary,
    ButtonRole.AGREES: discord.ButtonStyle.success,
    ButtonRole.DESTROYS: discord.ButtonStyle.danger,
}


def draw(reply: Message, files: Sequence[KeptFile] = ()) -> ui.LayoutView:
    """The whole reply as one message. Must be called in a running loop, which discord.py's views ask for.

    `files` are those that come with it: none with an answer, to which only text can be attached.
    """
    parts = parts_of(reply)
    kept = shown_files(file.name for file in named_files(files))
    most = MOST_COMPONENTS - len(kept) - (reply.file is not None)
    shape, text = _shaped(reply, parts, most)
    if not text.whole:
        shape, text = _shaped(reply, parts, most - 1)
    buttoned = parts.buttoned[: shape.links]
    groups: list[Items] = [
        _text([*text.head, *text.fields]),
        _links(text.links, buttoned),
        [*_items(text, parts, shape), *_text([text.foot])],
        _controls(parts, shape),
    ]
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*_joined(groups, shape.separators), accent_colour=accent_of(reply)))
    for item in kept:
        view.add_item(item)
    if reply.file:
        view.add_item(ui.File(f"{ATTACHED}{file_name(reply.file.name)}"))
    if not text.whole:
        view.add_item(ui.File(f"{ATTACHED}{WHOLE}"))
    return view


def texts_of(reply: Message, view: ui.LayoutView) -> list[TextFile]:
    """The text files that `view`, drawn of `reply`, shows: its own, and all that it says where it was cut."""
    texts = [TextFile(file_name(reply.file.name), reply.file.content)] if reply.file else []
    shown = (item.media.url for item in view.children if isinstance(item, ui.File))
    return [*texts, TextFile(WHOLE, in_plain(reply))] if f"{ATTACHED}{WHOLE}" in shown else texts


def files_of(reply: Message, view: ui.LayoutView) -> list[discord.File]:
    """The same, to be sent once."""
    texts = texts_of(reply, view)
    return [discord.File(io.BytesIO(text.content.encode()), text.name) for text in texts]


def _shaped(reply: Message, parts: Parts, most: int) -> tuple[Shape, Said]:
    """In at most so many components: which parts can be pressed, and what is said beside them."""
    shape = shape_of(reply, parts, most)
    buttoned = parts.buttoned[: shape.links]
    listed = (*parts.buttoned[shape.links :], *parts.listed)
    return shape, said(draft_of(reply, buttoned, listed, opened=shape.opened), MOST_TEXT, MARKUP)


def _joined(groups: Iterable[Items], separators: int) -> Items:
    joined: Items = []
    for number, group in enumerate(filter(None, groups)):
        joined += [ui.Separator(), *group] if 0 < number <= separators else group
    return joined


def _text(lines: Iterable[str]) -> Items:
    """One text display of all that is not empty."""
    text = "\n".join(filter(None, lines))
    return [ui.TextDisplay(text)] if text else []


def _links(lines: Sequence[str], buttoned: Sequence[Link]) -> Items:
    """The first ones beside their buttons, the rest as text."""
    sections: Items = []
    for line, link in zip(lines, buttoned, strict=False):
        label = plain(shown_host(link.url), LONGEST_BUTTON_LABEL)
        sections.append(ui.Section(line, accessory=ui.Button(label=label, url=address(link.url))))
    return [*sections, *_text(lines[len(buttoned) :])]


def _items(text: Said, parts: Parts, shape: Shape) -> Items:
    if not shape.opened:
        lines = (line for row in text.items for line in (row.head, row.item))
        return [*_text(lines), *(_picker(parts) if shape.picker else [])]
    opens = iter(parts.opens)
    items: Items = []
    for row in text.items:
        items += _text([row.head])
        if row.item:
            item, opener = next(opens)
            label = _label(str(item.code), LONGEST_BUTTON_LABEL)
            items.append(ui.Section(row.item, accessory=TokenButton.of(label, opener.token)))
    return items


def _picker(parts: Parts) -> Items:
    """One select in place of a button at each item."""
    options = [
        (_label(f"{item.code} {item.title}", LONGEST_OPTION_LABEL), opener.token)
        for item, opener in parts.opens[:MOST_OPTIONS]
    ]
    return [Row(TokenSelect.of(0, OPEN_AN_ACTION, options))]


def _controls(parts: Parts, shape: Shape) -> Items:
    controls: Items = []
    for number, choice in enumerate(parts.choices[: shape.selects], 1):
        options = [(_label(option.label, LONGEST_OPTION_LABEL), option.token) for option in choice.options]
        placeholder = plain(choice.label, LONGEST_PLACEHOLDER)
        controls.append(Row(TokenSelect.of(number, placeholder, options)))
    buttons = [_button(button) for button in parts.buttons[: shape.buttons]]
    rows = range(0, len(buttons), MOST_BUTTONS_IN_ROW)
    return [*controls, *(Row(*buttons[at : at + MOST_BUTTONS_IN_ROW]) for at in rows)]


def _button(button: Button) -> TokenButton:
    return TokenButton.of(_label(button.label, LONGEST_BUTTON_LABEL), button.token, STYLES[button.role])


def _label(text: str, most: int) -> str:
    return plain(text, most) or NO_LABEL
