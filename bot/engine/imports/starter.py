"""The starter catalogue, brought in at first use; and what every catalogue refers to."""

from __future__ import annotations

import csv
import json
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.domain.catalogue.law import Precedent
from bot.domain.catalogue.money import Balance
from bot.domain.catalogue.revisions import Decision
from bot.engine.imports.compare import reserve_codes, stage_rows
from bot.engine.imports.files import read_lines
from bot.engine.imports.rows import BadRow, Row

if TYPE_CHECKING:
    from datetime import datetime
    from importlib.resources.abc import Traversable

    from bot.ports import UnitOfWork

STARTER = "starter"
"""The name of the import that brings it."""


def starter_rows() -> list[Row]:
    """The rows that come with this version."""
    with _data("actions.jsonl").open(encoding="utf-8") as lines:
        rows = list(read_lines(lines))
    bad = [row for row in rows if isinstance(row, BadRow)]
    assert not bad, bad
    return [row for row in rows if isinstance(row, Row)]


def refresh_references(uow: UnitOfWork) -> None:
    """Precedents and balances as this version knows them."""
    precedents = json.loads(_data("precedents.json").read_text(encoding="utf-8"))
    uow.reference.replace_precedents([Precedent(**item) for item in precedents])
    with _data("federal_balance.csv").open(encoding="utf-8") as file:
        balances = [
            Balance(
                row["state"],
                int(row["fiscal_year"]),
                int(row["balance_per_capita_usd"]),
                row["publisher"],
                row["title"],
                row["source_url"],
            )
            for row in csv.DictReader(file)
        ]
    uow.reference.replace_balances(balances)


def stage_starter(uow: UnitOfWork, now: datetime) -> None:
    """Put the starter in line, unless some process did so before. Small enough for one transaction."""
    decision = Decision("operator", "the starter catalogue", now)
    import_id = uow.imports.begin(STARTER, theirs=False, decision=decision)
    if import_id is None:
        return
    refresh_references(uow)
    rows = starter_rows()
    reserve_codes(uow, rows)
    stage_rows(uow, import_id, rows, 0)
    uow.imports.release(import_id)


def leave_out_starter(uow: UnitOfWork, now: datetime) -> bool:
    """Record that this catalogue begins without the starter, because a restored one brings its own codes.

    False when some process brought the starter in meanwhile, or left it out as well.
    """
    decision = Decision("operator", "left out: the first import restores a catalogue", now)
    import_id = uow.imports.begin(STARTER, theirs=False, decision=decision)
    if import_id is None:
        return False
    refresh_references(uow)
    uow.imports.finish(import_id)
    return True


def _data(name: str) -> Traversable:
    return files("bot").joinpath("data", name)
