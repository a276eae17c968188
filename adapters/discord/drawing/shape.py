"""Which parts of a reply become buttons, selects and sections, so that they are not too many components."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from adapters.discord.drawing.items import is_token
from adapters.discord.limits import (
    LONGEST_BUTTON_URL,
    MOST_BUTTONS_IN_ROW,
    MOST_OPTIONS,
)
from bot.domain.writing.links import host_of
from bot.messages.visible import address, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.catalogue.actions import ActionLine
    from bot.messages.message import Button, Choice, Link, Message

MOST_LINK_BUTTONS = 8
# Discord refuses a whole message for one address that it finds malformed; we only try plain host names.
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_SECTION = 3
"""Itself, its text, its button."""
_MOST_SEPARATORS = 3
_SELECT = 2
"""Itself and the row that it fills."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What of a reply can be pressed: only what has a token, and each token once."""

    buttons: tuple[Button, ...]
    opens: tuple[tuple[ActionLine, Button], ...]
    choices: tuple[Choice, ...]
    buttoned: tuple[Link, ...]
    """Links that a button can hold."""
    listed: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """How much of it is."""

    separators: int
    """Lines between groups, from the top."""
    links: int
    """Links beside a button."""
    opened: bool
    """Whether each item has its button, else one select opens them."""
    selects: int
    """Choices; the select that opens items is not among them."""
    picker: bool
    buttons: int


def parts_of(reply: Message) -> Parts:
    """Sort out what can be pressed."""
    seen: set[str] = set()

    def fresh(button: Button) -> bool:
        # two equal ids in one message are refused whole (DESIGN: 4.6)
        known = button.token in seen
        seen.add(button.token)
        return not known and is_token(button.token)

    buttons = tuple(filter(fresh, reply.buttons))
    opens = tuple((item.line, item.opens) for item in reply.listed if item.opens and fresh(item.opens))
    choices = (replace(c, options=tuple(filter(fresh, c.options))[:MOST_OPTIONS]) for c in reply.choices)
    links = [link for link in reply.links if any(map(visible, (link.name, link.label, link.url)))]
    return Parts(
        buttons,
        opens,
        tuple(choice for choice in choices if choice.options),
        tuple(link for link in links if _fits_button(link)),
        tuple(link for link in links if not _fits_button(link)),
    )


def shape_of(reply: Message, parts: Parts, most: int) -> Shape:
    """The richest shape in at most so many components."""
    return next(shape for shape in _shapes(reply, parts) if _size(reply, parts, shape) <= most)


def _shapes(reply: Message, parts: Parts) -> Iterator[Shape]:
    """From the richest to the poorest. A link in the text still opens, a filter that is gone is gone."""
    links = min(len(parts.buttoned), MOST_LINK_BUTTONS)
    opened = bool(parts.opens) and len(parts.opens) == len(reply.listed)
    shape = Shape(
        _MOST_SEPARATORS,
        links,
        opened,
        len(parts.choices),
        bool(parts.opens) and not opened,
        len(parts.buttons),
    )
    yield shape
    if reply.page:  # there the links are beside the point, and lines make a long page readable
        for fewer in range(links - 1, -1, -1):
            yield (shape := replace(shape, links=fewer))
    for fewer in range(_MOST_SEPARATORS - 1, -1, -1):
        yield (shape := replace(shape, separators=fewer))
    for fewer in range(shape.links - 1, -1, -1):
        yield (shape := replace(shape, links=fewer))
    shape = replace(shape, opened=False, picker=bool(parts.opens))
    for fewer in range(links, -1, -1):
        yield (shape := replace(shape, links=fewer))
    for fewer in range(shape.selects - 1, -1, -1):
        yield (shape := replace(shape, selects=fewer))
    yield (shape := replace(shape, picker=False))
    for fewer in range(shape.buttons - 1, -1, -1):
        yield (shape := replace(shape, buttons=fewer))


def _size(reply: Message, parts: Parts, shape: Shape) -> int:
    """How many components it makes at the most, the container among them."""
    links = shape.links * _SECTION + (len(parts.buttoned) + len(parts.listed) > shape.links)
    heads = len(reply.sections)
    items = len(reply.listed) * _SECTION + heads if shape.opened else bool(reply.items or heads)
    items += shape.picker * _SELECT + (reply.page is not None)
    rows = -(-shape.buttons // MOST_BUTTONS_IN_ROW)
    controls = shape.selects * _SELECT + shape.buttons + rows
    groups = [1, links, items, controls]
    return 1 + sum(groups) + min(sum(map(bool, groups)) - 1, shape.separators)


def _fits_button(link: Link) -> bool:
    url = address(link.url)
    return bool(url) and len(url) <= LONGEST_BUTTON_URL and _HOST.fullmatch(host_of(url)) is not None
