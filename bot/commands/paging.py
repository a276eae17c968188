"""Pages of lists whose rows have numbers: a page begins after a row, whatever was added meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from bot.messages.message import Button, ButtonRole, Press

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.commands.spec import Call

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Numbered(Generic[T]):
    """One page of a list."""

    rows: Sequence[T]
    turns: tuple[Button, ...]
    """To the next page, where there is one."""
    begins: bool
    """Whether it is the first page."""


def numbered(
    call: Call, load: Callable[[int, int], Sequence[T]], number: Callable[[T], int], size: int
) -> Numbered[T]:
    """The page that a press asks for. `load` gives so many rows after a number; 0: from the start."""
    after = row_number(call.press.after)
    found = load(size + 1, after)
    rows = found[:size]
    turns: tuple[Button, ...] = ()
    if len(found) > size:
        press = Press(
            call.spec.name, dict(call.options), after=key(number(rows[-1])), page=call.press.page + 1
        )
        turns = (Button("Next", press, role=ButtonRole.LEADS),)
    return Numbered(rows, turns, not after)


def key(number: int) -> str:
    """A row's number in a press: ten digits, as tokens were released."""
    return f"{number:010}"


def row_number(text: str) -> int:
    """The number in a press; 0 where there is none that can be read."""
    return int(text) if text.isdecimal() else 0
