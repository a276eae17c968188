"""Catalogue files: JSONL that loses nothing, CSV for spreadsheets. Rows in, rows out, no database."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any, NoReturn

from bot.domain.catalogue.records import BadRecordError
from bot.domain.writing.text import clean, shorten
from bot.engine.imports.rows import LONGEST_ROW, BadRow, Row, checked_row, once_each
from bot.engine.imports.spreadsheets import read_csv
from bot.errors import CatalogueFileError

if TYPE_CHECKING:
    from io import BufferedReader
    from pathlib import Path

    from bot.domain.catalogue.records import Json

_Reader = Callable[[Iterable[str], str], Iterator[Row | BadRow]]
STANDARD_INPUT = "standard input"


def read_file(path: Path) -> Iterator[Row | BadRow]:
    """The rows of a .jsonl or .csv file, good and bad, each key once.

    Raises CatalogueFileError when the file cannot be read at all.
    """
    readers: dict[str, _Reader] = {".jsonl": _read_jsonl, ".ndjson": _read_jsonl, ".csv": read_csv}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise CatalogueFileError(f"{path.name}: the name must end in .jsonl or .csv.")
    try:
        # The lines are closed before the file, also where a reader gives up in the middle.
        with path.open("rb") as file, closing(_text_lines(file, path.name)) as lines:
            yield from once_each(reader(lines, path.name))
    except OSError as error:
        raise CatalogueFileError(f"{path.name} cannot be read: {error.strerror or error}.") from error


def read_stream(stream: BufferedReader[Any]) -> Iterator[Row | BadRow]:
    """The rows of JSONL that comes through a pipe."""
    try:
        with closing(_text_lines(stream, STANDARD_INPUT)) as lines:
            yield from once_each(_read_jsonl(lines))
    except OSError as error:
        raise CatalogueFileError(f"{STANDARD_INPUT} cannot be read: {error.strerror or error}.") from error


def read_lines(lines: Iterable[str]) -> Iterator[Row | BadRow]:
    """The rows of JSONL that is already text."""
    return once_each(_read_jsonl(lines))


def count_lines(path: Path) -> int:
    """How many lines a file has, to tell how far reading it is; 0 where that cannot be told beforehand."""
    if not path.is_file():
        return 0
    try:
        with path.open("rb") as file:
            pieces = iter(lambda: file.read(1 << 20), b"")
            return 1 + sum(piece.count(b"\n") for piece in pieces)
    except OSError:
        return 0


def _text_lines(stream: BufferedReader[Any], name: str) -> Generator[str, None, None]:
    """Lines of UTF-8, with or without a byte order mark; what is too long for a row is cut."""
    head = stream.peek(4096)[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head:
        raise CatalogueFileError(f"{name} is not text in UTF-8. Save it as UTF-8 first.")
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
    try:
        while line := text.readline(LONGEST_ROW + 1):
            rest = line
            while len(rest) > LONGEST_ROW and not rest.endswith(("\n", "\r")):
                rest = text.readline(LONGEST_ROW + 1)
            yield line
    finally:
        text.detach()  # it is for whoever opened the stream to close it


def _read_jsonl(lines: Iterable[str], _name: str = "") -> Iterator[Row | BadRow]:
    for at, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if len(line) > LONGEST_ROW:
            yield BadRow(at, "", (f"the line is longer than {LONGEST_ROW:,} characters",))
            continue
        try:
            line.encode()
            data = json.loads(line, object_pairs_hook=_each_once, parse_constant=_no_number)
        except UnicodeEncodeError:
            yield BadRow(at, "", ("the line is not UTF-8 text",))
        except RecursionError:
            yield BadRow(at, "", ("the line is nested too deeply",))
        except BadRecordError as error:
            yield BadRow(at, "", tuple(error.reasons))
        except json.JSONDecodeError as error:
            yield BadRow(at, "", (f"it is not JSON: {error.msg} (column {error.colno})",))
        except ValueError:  # of a length that Python refuses to turn into a number
            yield BadRow(at, "", ("a number in it is too long",))
        else:
            yield checked_row(at, data)


def _each_once(pairs: list[tuple[str, object]]) -> Json:
    """An object; of a field that stands twice, one would be lost without a word."""
    data: Json = {}
    for name, value in pairs:
        if name in data:
            raise BadRecordError([f"the field “{shorten(clean(name), 40)}” stands twice"])
        data[name] = value
    return data


def _no_number(name: str) -> NoReturn:
    """Python reads NaN and Infinity, which JSON does not have."""
    raise BadRecordError([f"it is not JSON: {name} is not a number there"])


def write_jsonl(rows: Iterable[Json]) -> Iterator[str]:
    """One line an action."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False) + "\n"
