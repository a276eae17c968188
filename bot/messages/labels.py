"""Labels that fit on buttons, no two of them alike where they stand together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.writing.text import shorten
from bot.messages.limits import LONGEST_LABEL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.messages.reply import Button, Reply


def labelled(reply: Reply) -> Reply:
    """The reply with labels that fit, and told apart by numbers where they would be alike."""
    choices = tuple(replace(choice, options=_told_apart(choice.options)) for choice in reply.choices)
    opens = _told_apart(reply.opens)
    return replace(reply, choices=choices, buttons=_told_apart(reply.buttons), opens=opens)


def _told_apart(buttons: Iterable[Button]) -> tuple[Button, ...]:
    told: list[Button] = []
    for button in buttons:
        label, number = shorten(button.label, LONGEST_LABEL), 1
        while label in [other.label for other in told]:
            number += 1
            label = f"{shorten(button.label, LONGEST_LABEL - 4)} ({number})"
        told.append(replace(button, label=label))
    return tuple(told)
