"""A reply whole, as a plain text file: for where a message is too short for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.messages.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.catalogue.actions import ActionLine
    from bot.messages.reply import Reply

WHOLE = "whole-answer.txt"


def in_plain(reply: Reply) -> str:
    """All that it says; the text is nobody's markup, so it needs no escaping."""
    parts = [
        visible(reply.title),
        _lines(reply.text),
        "\n".join(f"{visible(field.name)}: {_lines(field.words)}" for field in reply.fields),
        "\n".join(
            f"{visible(link.name)}: {visible(link.label)}\n  {visible(link.url)}" for link in reply.links
        ),
        "\n".join(line for item in reply.items for line in _item(item)),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _lines(text: str) -> str:
    return "\n".join(visible(line) for line in text.splitlines())


def _item(item: ActionLine) -> Iterator[str]:
    publisher = visible(item.source.publisher)
    facts = [item.standing, item.changed.words, ", ".join(item.states), f"per {publisher}", item.sureness]
    yield f"{item.code}  {visible(item.title)}"
    yield f"  {' · '.join(filter(None, facts))}"
    yield f"  {visible(item.source.url)}"
