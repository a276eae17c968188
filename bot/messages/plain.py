"""A message whole, as a plain text file: for where a message is too short for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.messages.visible import visible
from bot.messages.wording import facts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.messages.message import Item, Message, Section

WHOLE = "whole-answer.txt"


def in_plain(message: Message) -> str:
    """All that it says; the text is nobody's markup, so it needs no escaping."""
    parts = [
        visible(message.title),
        _lines(message.text),
        "\n".join(f"{visible(field.name)}: {_lines(field.words)}" for field in message.fields),
        "\n".join(
            f"{visible(link.name)}: {visible(link.label)}\n  {visible(link.url)}" for link in message.links
        ),
        _items(message.items),
        *map(_section, message.sections),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _lines(text: str) -> str:
    return "\n".join(visible(line) for line in text.splitlines())


def _section(section: Section) -> str:
    parts = (visible(section.heading), _lines(section.text), _items(section.items))
    return "\n".join(filter(None, parts))


def _items(items: Iterable[Item]) -> str:
    return "\n".join(line for item in items for line in _item(item))


def _item(item: Item) -> Iterator[str]:
    line = item.line
    shown = replace(item, note=visible(item.note))
    facts = facts_of(shown, ", ".join(line.states), f"per {visible(line.source.publisher)}")
    yield f"{line.code}  {visible(line.title)}"
    yield f"  {' · '.join(facts)}"
    yield f"  {visible(line.source.url)}"
