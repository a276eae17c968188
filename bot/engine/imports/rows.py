"""A row of a catalogue file: good or bad, and then why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.domain.catalogue.records import BadRecordError, Record, parse_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LONGEST_ROW = 1_000_000
"""Characters of one row; a longer one is a bad row, of which no more than that is ever in memory."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used, and everything that is wrong with it."""

    line: int
    key: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A good row and its line in the file."""

    line: int
    record: Record


def checked_row(line: int, data: object, *, has_history: bool = True) -> Row | BadRow:
    """What the data of one row are worth."""
    key = data.get("key") if isinstance(data, dict) else None
    try:
        record = parse_record(data)
    except BadRecordError as error:
        return BadRow(line, key[:100] if isinstance(key, str) else "", tuple(error.reasons))
    return Row(line, replace(record, has_history=has_history))


def once_each(rows: Iterable[Row | BadRow]) -> Iterator[Row | BadRow]:
    """The same rows; a key or a code that stands on a second line makes that line bad."""
    keys: dict[str, int] = {}
    codes: dict[str, int] = {}
    for row in rows:
        if isinstance(row, Row):
            key, code = row.record.key, str(row.record.code or "")
            if key in keys:
                yield BadRow(row.line, key, (f"key: line {keys[key]} has it as well",))
                continue
            if code and code in codes:
                yield BadRow(row.line, key, (f"code: {code} stands on line {codes[code]} as well",))
                continue
            keys[key] = row.line
            codes[code] = row.line
        yield row
