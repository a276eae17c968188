"""Harmless text, and how it is folded into lines of a width. Knows nothing of replies."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from bot.domain.writing.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Lines = list[Text]


def plain(text: str, style: str = "") -> Text:
    """`text` on one line, without anything that could steer a terminal; never read as markup."""
    return Text(clean(text), style=style)


def as_it_is(line: str) -> Text:
    """A line with its spaces kept, without anything that could steer a terminal."""
    return Text(" ".join(map(clean, line.expandtabs(4).split(" "))))


def paragraphs(text: str, width: int) -> Lines:
    """`text` with its own line breaks kept, at most one blank line in a row, none at the ends."""
    lines: Lines = []
    for part in map(plain, text.split("\n")):
        if part:
            lines += fold(part, width)
        elif lines and lines[-1]:
            lines.append(Text())
    while lines and not lines[-1]:
        lines.pop()
    return lines


def fold(text: Text, width: int, head: Text | None = None, indent: int = 0) -> Lines:
    """`text` in lines of `width` cells: `head` before the first, the others indented."""
    before = max(indent, head.cell_len if head else 0)
    # rich asks for a console, but only uses it to justify, which we do not
    folded = text.wrap(Console(file=StringIO()), max(width - before, 1))
    for line in folded:
        line.rstrip()
    return _behind(head, list(folded), indent)


def flow(chunks: Iterable[Text], joint: str, width: int, head: Text | None = None, indent: int = 0) -> Lines:
    """`chunks` one after the other, broken between two of them where possible, with `joint` inside a line."""
    room = max(width - max(indent, head.cell_len if head else 0), 1)
    lines: Lines = []
    line = Text()
    for chunk in chunks:
        if line and line.cell_len + len(joint) + chunk.cell_len <= room:
            line = Text.assemble(line, (joint, "dim"), chunk)
            continue
        if line:
            lines.append(line)
        *full, line = fold(chunk, room)
        lines += full
    return _behind(head, [*lines, line], indent)


def _behind(head: Text | None, lines: Sequence[Text], indent: int) -> Lines:
    first = head or Text()
    rest = " " * indent
    return [Text.assemble(rest if at or not head else first, line) for at, line in enumerate(lines)]
