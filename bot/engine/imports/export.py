"""Taking the catalogue out, whole and as it stands at one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.catalogue.records import Json, action_to_json
from bot.engine.imports.files import write_jsonl
from bot.engine.imports.spreadsheets import write_csv

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.domain.catalogue.actions import Code
    from bot.ports import UnitOfWork

_PIECE = 500


def export_jsonl(uow: UnitOfWork, write: Callable[[str], object]) -> int:
    """Every action of every board as JSONL, in the order of codes; returns how many."""
    return _write_all(write_jsonl(_rows(uow)), write)


def export_csv(uow: UnitOfWork, write: Callable[[str], object]) -> int:
    """The same as CSV, one row an action, without history."""
    most = max((len(row["sources"]) for row in _rows(uow)), default=1)
    return _write_all(write_csv(_rows(uow), most), write, header=1)


def _rows(uow: UnitOfWork) -> Iterator[Json]:
    after: Code | None = None
    while piece := uow.catalogue.everything(after, _PIECE):
        yield from map(action_to_json, piece)
        after = piece[-1].code


def _write_all(lines: Iterator[str], write: Callable[[str], object], header: int = 0) -> int:
    count = -header
    for line in lines:
        write(line)
        count += 1
    return count
