"""Catalogue files: JSONL that loses nothing, CSV for spreadsheets. Rows in, rows out, no database."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.domain.records import BadRecordError, Json, Record, parse_record
from bot.errors import CatalogueFileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

LONGEST_LINE = 1_000_000
"""Characters of one row; a longer one is a bad row."""

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


def read_file(path: Path) -> Iterator[Row | BadRow]:
    """The rows of a .jsonl or .csv file, good and bad, each key once.

    Raises CatalogueFileError when the file cannot be read at all.
    """
    readers = {".jsonl": _read_jsonl, ".ndjson": _read_jsonl, ".csv": _read_csv}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise CatalogueFileError(f"{path.name}: the name must end in .jsonl or .csv.")
    try:
        with path.open("r", encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            yield from _once_each(reader(file))
    except OSError as error:
        raise CatalogueFileError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    except csv.Error as error:
        raise CatalogueFileError(f"{path.name} cannot be read as CSV: {error}.") from error


def read_lines(lines: Iterable[str]) -> Iterator[Row | BadRow]:
    """The rows of JSONL that is already text."""
    return _once_each(_read_jsonl(lines))


def _once_each(rows: Iterable[Row | BadRow]) -> Iterator[Row | BadRow]:
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


def _read_jsonl(lines: Iterable[str]) -> Iterator[Row | BadRow]:
    for at, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if len(line) > LONGEST_LINE:
            yield BadRow(at, "", (f"the line is longer than {LONGEST_LINE:,} characters",))
            continue
        try:
            line.encode()
            data = json.loads(line)
        except UnicodeEncodeError:
            yield BadRow(at, "", ("the line is not UTF-8 text",))
        except RecursionError:
            yield BadRow(at, "", ("the line is nested too deeply",))
        except ValueError as error:
            what = getattr(error, "msg", "a number is too long")
            yield BadRow(at, "", (f"it is not JSON: {what} (column {getattr(error, 'colno', 1)})",))
        else:
            yield _checked(at, data)


def _checked(line: int, data: object, *, has_history: bool = True) -> Row | BadRow:
    key = data.get("key") if isinstance(data, dict) else None
    try:
        record = parse_record(data)
    except BadRecordError as error:
        return BadRow(line, key[:100] if isinstance(key, str) else "", tuple(error.reasons))
    return Row(line, replace(record, has_history=has_history))


# --- CSV


def _read_csv(lines: Iterable[str]) -> Iterator[Row | BadRow]:
    rows = csv.reader(lines, strict=True)
    header = [cell.strip() for cell in next(rows, [])]
    strange = [name for name in header if name not in _COLUMNS and not _SOURCE_COLUMN.fullmatch(name)]
    if strange or "key" not in header or len(set(header)) < len(header):
        what = (
            f"has a column “{strange[0][:40]}” that is not known"
            if strange
            else "needs each column once, key too"
        )
        raise CatalogueFileError(f"The first line of the CSV file {what}. Export one to see the columns.")
    at = rows.line_num + 1
    for cells in rows:
        if any(cells):
            yield _csv_row(at, header, cells)
        at = rows.line_num + 1


def _csv_row(line: int, header: list[str], cells: list[str]) -> Row | BadRow:
    if len(cells) > len(header):
        return BadRow(line, "", (f"it has {len(cells)} cells under {len(header)} columns",))
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
    checked = _checked(line, data, has_history=False)
    if reasons:
        found = checked.reasons if isinstance(checked, BadRow) else ()
        return BadRow(line, row.get("key", ""), (*reasons, *found))
    return checked


def write_jsonl(rows: Iterable[Json]) -> Iterator[str]:
    """One line an action."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False) + "\n"


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
