"""Small words that several messages say alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.messages.message import Item, Page


def joined(*notes: str) -> str:
    """Those that say something, each on a line of its own."""
    return "\n".join(note for note in notes if note)


def number_of(count: int, what: str) -> str:
    """`1 action`, `2 actions`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def in_a_row(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def sentence(words: str) -> str:
    """The words with a capital at the beginning."""
    return words[:1].upper() + words[1:]


def facts_of(item: Item, whose: str, source: str) -> list[str]:
    """Why it is listed, how it stands, since when, where, who says so, and how sure that is: what is known.

    `whose` and `source` come as the platform shows them.
    """
    line = item.line
    facts = (item.note, line.status_text, line.changed.words, whose, source, line.sureness)
    return [fact for fact in facts if fact]


def page_words(page: Page | None) -> str:
    """`Page 2 of 8, 62 in all`; nothing where nothing is listed."""
    if page is None or not page.total:
        return ""
    where = f"Page {page.number:,} of {page.pages:,}, " if page.pages > 1 else ""
    return f"{where}{page.total:,} in all"
