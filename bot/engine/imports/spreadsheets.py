"""Catalogue files as CSV: one row an action, without history, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from bot.domain.writing.text import clean, shorten
from bot.engine.imports.rows import LONGEST_ROW, BadRow, checked_row
from bot.errors import CatalogueFileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.domain.catalogue.records import Json
    from bot.engine.imports.rows import Row

_LISTS = ("states", "topics", "responds_to", "legal_basis")
_PLAIN = ("title", "summary", "kind", "approach", "status", "date", "verified", "checked")
_SOURCE = ("url", "title", "publisher", "date")
_SOURCE_COLUMN = re.compile(r"source_([1-9][0-9]?)_(url|title|publisher|date)")
_COLUMNS = (
    "code", "key", "title", "summary", "states", "topics", "kind", "approach", "status", "status_date",
    "status_source", "challenged", "date", "responds_to", "legal_basis", "verified", "checked", "board",
    "retracted",
)  # fmt: skip
# What makes a spreadsheet take a cell for a formula (OWASP ASVS 1.2.10), the full-width forms among them.
_GUARDED = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def read_csv(lines: Iterable[str], name: str) -> Iterator[Row | BadRow]:
    """The rows of a CSV file. Raises CatalogueFileError where the file as a whole cannot be understood."""
    rows = csv.reader(_bounded(lines, name), strict=True)
    at = 1
    try:
        header = _header(next(rows, []))
        at = rows.line_num + 1
        for cells in rows:
            if any(cell.strip() for cell in cells):
                yield _csv_row(at, header, cells)
            at = rows.line_num + 1
    except csv.Error as error:
        # Where a quotation mark is missing, nobody can tell any more where rows begin; so none is skipped.
        raise CatalogueFileError(f"{name} cannot be read as CSV, line {at}: {error}.") from error


def _bounded(lines: Iterable[str], name: str) -> Iterator[str]:
    for at, line in enumerate(lines, start=1):
        if len(line) > LONGEST_ROW:
            raise CatalogueFileError(
                f"{name} cannot be read as CSV, line {at}: it is longer than {LONGEST_ROW:,} characters."
            )
        yield line


def _header(cells: list[str]) -> list[str]:
    header = [cell.strip().lower() for cell in cells]
    named = [name for name in header if name]
    if not named:
        return []
    strange = [name for name in named if name not in _COLUMNS and not _SOURCE_COLUMN.fullmatch(name)]
    if not strange and "key" in named and len(set(named)) == len(named):
        return header
    if strange and "," not in strange[0] and (";" in strange[0] or "\t" in strange[0]):
        what = "parts its columns by semicolons or tabs; commas are needed"
    elif strange:
        what = f"has a column “{shorten(clean(strange[0]), 40)}” that is not known"
    else:
        what = "needs each column once, key too"
    raise CatalogueFileError(f"The first line of the CSV file {what}. Export one to see the columns.")


def _csv_row(line: int, header: list[str], cells: list[str]) -> Row | BadRow:
    if any(cell.strip() and (at >= len(header) or not header[at]) for at, cell in enumerate(cells)):
        named = sum(map(bool, header))
        return BadRow(line, "", (f"it has {len(cells)} cells under {named} columns",))
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return BadRow(line, "", ("the line is not UTF-8 text",))
    row = {name: _unguarded(cell) for name, cell in zip(header, cells, strict=False)}
    data: Json = {name: row[name] for name in ("key", *_PLAIN, "code", "board") if row.get(name)}
    data |= {name: _split(row[name]) for name in _LISTS if row.get(name)}
    reasons = []
    if challenged := row.get("challenged", "").strip().lower():
        data["challenged"] = challenged in ("true", "yes", "1")
        if challenged not in ("true", "yes", "1", "false", "no", "0"):
            reasons.append("challenged must be true or false")
    if retracted := row.get("retracted", ""):
        at, _, reason = retracted.partition(" ")
        data["retracted"] = {"at": at, "reason": reason} if at != "-" else {"reason": reason}
    sources: dict[int, dict[str, str]] = {}
    for name, cell in row.items():
        if cell and (column := _SOURCE_COLUMN.fullmatch(name)):
            sources.setdefault(int(column[1]), {})[column[2]] = cell
    data["sources"] = [sources[number] for number in sorted(sources)]
    cited = row.get("status_source") or "1"
    link = (
        sources.get(int(cited), {}).get("url")
        if cited.isascii() and cited.isdecimal() and len(cited) < 4
        else None
    )
    when = row.get("status_date") or row.get("date")
    data["history"] = [{"date": when, "status": row.get("status"), "note": "", "source": link}]
    checked = checked_row(line, data, has_history=False)
    if reasons:
        found = checked.reasons if isinstance(checked, BadRow) else ()
        return BadRow(line, row.get("key", ""), (*reasons, *found))
    return checked


def write_csv(rows: Iterable[Json], most_sources: int) -> Iterator[str]:
    """A header and one row an action, guarded against formulas; `most_sources` sets the columns."""
    columns = [*_COLUMNS]
    columns += [f"source_{number}_{part}" for number in range(1, most_sources + 1) for part in _SOURCE]
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    yield buffer.getvalue()
    for row in rows:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow({name: _guarded(cell) for name, cell in _cells(row).items()})
        yield buffer.getvalue()


def _cells(row: Json) -> dict[str, str]:
    cells: dict[str, str] = {name: str(row.get(name, "")) for name in ("code", "key", "board", *_PLAIN)}
    cells |= {name: _joined(row.get(name, [])) for name in _LISTS}
    cells["status_date"] = row["history"][-1]["date"]
    cells["challenged"] = "true" if row.get("challenged") else "false"
    if retracted := row.get("retracted"):
        cells["retracted"] = f"{retracted.get('at', '-')} {retracted.get('reason', '')}"
    for number, source in enumerate(row["sources"], start=1):
        cells |= {f"source_{number}_{part}": source[part] for part in _SOURCE if part in source}
        if source["url"] == row["history"][-1]["source"]:
            cells["status_source"] = str(number)
    return cells


def _guarded(cell: str) -> str:
    return f"'{cell}" if _GUARDED.match(cell) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _GUARDED.match(cell) else cell


def _joined(values: list[str]) -> str:
    return ";".join(value.replace("\\", "\\\\").replace(";", "\\;") for value in values)


def _split(cell: str) -> list[str]:
    parts = re.findall(r"(?:\\.|[^;\\])+", cell.replace("\n", " "))
    return [re.sub(r"\\(.)", r"\1", part).strip() for part in parts if part.strip()]
