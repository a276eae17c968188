"""Small words that several messages say alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def joined(*notes: str) -> str:
    """Those that say something, each on a line of its own."""
    return "\n".join(note for note in notes if note)


def number_of(count: int, what: str) -> str:
    """`1 action`, `2 actions`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def in_a_row(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)
