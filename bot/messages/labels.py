"""Labels that fit on buttons, no two of them alike where they stand together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from bot.domain.writing.text import shorten
from bot.messages.limits import LONGEST_LABEL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.messages.message import Button, Message

M = TypeVar("M", bound="Message")


def labelled(message: M) -> M:
    """The message with labels that fit, and told apart by numbers where they would be alike."""
    choices = tuple(replace(choice, options=_told_apart(choice.options)) for choice in message.choices)
    opens = iter(_told_apart(item.opens for item in message.listed if item.opens))
    labelled = message.with_openers(lambda _: next(opens))
    return replace(labelled, choices=choices, buttons=_told_apart(message.buttons))


def _told_apart(buttons: Iterable[Button]) -> tuple[Button, ...]:
    told: list[Button] = []
    for button in buttons:
        label, number = shorten(button.label, LONGEST_LABEL), 1
        while label in [other.label for other in told]:
            number += 1
            label = f"{shorten(button.label, LONGEST_LABEL - 4)} ({number})"
        told.append(replace(button, label=label))
    return tuple(told)
