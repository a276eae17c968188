"""Lines of text in no more characters than a message holds: the longest are cut first, then some left out."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

FLOOR = 100
"""Characters that a line keeps, if not more; where not all can, some lines are left out."""
FEW_FIELDS, FEW_LINKS, FEW_ITEMS = 15, 3, 5
"""How many of each stay before another kind gives way."""
_ADDRESSES = (1000, 500, 250, 120, 0)


@dataclass(frozen=True, slots=True)
class Markup:
    """What of a platform's markup a budget has to know."""

    fit: Callable[[str, int], str]
    """Escaped text in at most so many characters, no escape torn apart."""
    aside: str
    """The mark before a note of ours that stands on a line of its own."""


@dataclass(frozen=True, slots=True)
class Line:
    """Escaped text that may be cut, between marks of ours that may not."""

    text: str = ""
    before: str = ""
    after: str = ""
    floor: int = FLOOR

    def drawn(self, level: int, markup: Markup) -> str:
        """The line with no more of its text than `level`, or than its floor."""
        return f"{self.before}{markup.fit(self.text, max(level, self.floor))}{self.after}"

    def size(self, level: int) -> int:
        """What `drawn` and a line break need at the most."""
        return len(self.before) + min(len(self.text), max(level, self.floor)) + len(self.after) + 1


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A link with its address printed, and with no more than the host for where that is too long."""

    whole: Line
    short: Line


@dataclass(frozen=True, slots=True)
class Row:
    """An item, the head of a section, or both: the head of a section goes and stays with its first item."""

    item: Line | None = None
    head: Line | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """What it has, from the top."""
        return tuple(line for line in (self.head, self.item) if line)


@dataclass(frozen=True, slots=True)
class Draft:
    """All that a message would say, in parts."""

    head: tuple[Line, ...] = ()
    fields: tuple[Line, ...] = ()
    links: tuple[LinkLine, ...] = ()
    items: tuple[Row, ...] = ()
    foot: str = ""


@dataclass(frozen=True, slots=True)
class SaidRow:
    """The same as text; what it does not have is empty."""

    head: str
    item: str


@dataclass(frozen=True, slots=True)
class Said:
    """The same as text that fits: the longest lines shorter; fields, links and items perhaps fewer."""

    head: tuple[str, ...]
    fields: tuple[str, ...]
    links: tuple[str, ...]
    items: tuple[SaidRow, ...]
    foot: str
    whole: bool
    """Whether nothing was cut or left out."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """How many of each are shown, and how long an address may be."""

    fields: int
    links: int
    items: int
    address: int


def said(draft: Draft, most: int, markup: Markup) -> Said:
    """What of `draft` fits into `most` characters: short lines whole, long ones cut to a common length."""
    for cut in _cuts(draft):
        head, fields, links, items = _shown(draft, cut, markup.aside)
        lines = [*head, *fields, *links, *(line for row in items for line in row.lines)]
        level = common_level(lines, most - len(draft.foot))
        if level >= 0:
            break

    def text(line: Line | None) -> str:
        return line.drawn(level, markup) if line else ""

    def drawn(part: Sequence[Line]) -> tuple[str, ...]:
        return tuple(map(text, part))

    rows = tuple(SaidRow(text(row.head), text(row.item)) for row in items)
    whole = cut == next(_cuts(draft)) and all(len(line.text) <= max(level, line.floor) for line in lines)
    return Said(drawn(head), drawn(fields), drawn(links), rows, draft.foot, whole)


def common_level(lines: Sequence[Line], room: int) -> int:
    """The greatest length to which all texts can be cut to take no more than `room`; -1 when none is."""

    def size(level: int) -> int:
        return sum(line.size(level) for line in lines)

    if size(0) > room:
        return -1
    levels = range(max((len(line.text) for line in lines), default=0) + 1)
    return bisect_right(levels, room, key=size) - 1


def _cuts(draft: Draft) -> Iterator[_Cut]:
    """From everything to hardly anything; the last one surely fits."""
    fields, links, items = len(draft.fields), len(draft.links), len(draft.items)
    cut = _Cut(fields, links, items, _ADDRESSES[0])
    yield cut
    for fewer in _down(fields, FEW_FIELDS):
        yield (cut := replace(cut, fields=fewer))
    for longest in _ADDRESSES[1:]:
        yield (cut := replace(cut, address=longest))
    for fewer in _down(links, FEW_LINKS):
        yield (cut := replace(cut, links=fewer))
    for fewer in _down(items, FEW_ITEMS):
        yield (cut := replace(cut, items=fewer))
    for fewer in _down(cut.fields, 1):
        yield (cut := replace(cut, fields=fewer))
    for fewer in _down(cut.links, 1):
        yield (cut := replace(cut, links=fewer))
    for fewer in _down(cut.items, 1):
        yield (cut := replace(cut, items=fewer))


def _down(count: int, least: int) -> range:
    return range(count - 1, least - 1, -1)


def _shown(
    draft: Draft, cut: _Cut, aside: str
) -> tuple[Sequence[Line], Sequence[Line], Sequence[Line], Sequence[Row]]:
    links = [link.whole if len(link.whole.after) <= cut.address else link.short for link in draft.links]
    return (
        draft.head,
        _middle_left_out(draft.fields, cut.fields, aside),
        _first(links, cut.links, aside),
        _first_rows(draft.items, cut.items, aside),
    )


def _middle_left_out(lines: Sequence[Line], count: int, aside: str) -> Sequence[Line]:
    """The first two thirds of what is shown from the start, the rest from the end: the newest steps."""
    if count >= len(lines):
        return lines
    last = count // 3
    note = Line(before=f"{aside}… and {len(lines) - count:,} more between")
    return [*lines[: count - last], note, *lines[len(lines) - last :]]


def _first(lines: Sequence[Line], count: int, aside: str) -> Sequence[Line]:
    """The last one shown says how many are not: a line of its own would be one more component."""
    if count >= len(lines):
        return lines
    *shown, last = lines[:count]
    return [*shown, _noted(last, len(lines) - count, aside)]


def _first_rows(rows: Sequence[Row], count: int, aside: str) -> Sequence[Row]:
    """The same for rows; a section without items counts as one."""
    if count >= len(rows):
        return rows
    *shown, last = rows[:count]
    *above, lowest = last.lines
    noted = _noted(lowest, len(rows) - count, aside)
    return [*shown, Row(noted, *above) if last.item else Row(head=noted)]


def _noted(line: Line, left_out: int, aside: str) -> Line:
    return replace(line, after=f"{line.after}\n{aside}… and {left_out:,} more")
