"""An import from its rows to its results, over many transactions; and what an earlier start left."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.domain.catalogue.revisions import Decision
from bot.domain.writing.text import clean, shorten
from bot.engine.imports.batches import has_to_be_agreed_with, propose_import
from bot.engine.imports.compare import (
    BATCH,
    check_references,
    judge,
    make_boards,
    pieces,
    publish_batch,
    reserve_codes,
    skip_row,
    stage_rows,
)
from bot.engine.imports.rows import BadRow, Row
from bot.engine.imports.starter import STARTER, leave_out_starter, refresh_references, stage_starter
from bot.errors import CatalogueFileError, DatabaseError, RefusedValueError
from bot.ports.store import read, write

if TYPE_CHECKING:
    from bot.domain.imports import ImportState, RowResult
    from bot.engine.review.desk import Outcome
    from bot.ports import Store, UnitOfWork

Step = Callable[[str, int, int], None]
"""Told how far a named piece of work is: name, done, total."""

_STAGED_AT_ONCE = 1000
_ABANDONED = timedelta(hours=1)
"""Staging a file takes minutes at the most; one that began longer ago died on the way."""
_LONGEST_PAUSE = 0.12
"""Seconds between two batches; a little more than SQLite sleeps between two attempts at its write lock."""
_STANDSTILL = 1.0
"""Seconds without a batch, much longer than one takes, after which an import counts as interrupted."""


def ensure_starter(store: Store, step: Step) -> None:
    """Load the starter catalogue, unless it was loaded or left out before; finish what was interrupted."""
    if not read(store, lambda uow: uow.imports.known(STARTER)):
        now = datetime.now(UTC)
        write(store, lambda uow: stage_starter(uow, now))
    finish_imports(store, step)


def finish_imports(store: Store, step: Step) -> None:
    """Publish what interrupted imports left waiting. Several processes may do so at once.

    An import that another process is busy with is left to it; but nobody starts on half a starter catalogue.
    """
    for state in read(store, lambda uow: uow.imports.unfinished()):
        if state.name == STARTER or not _moves(store, state):
            _publish(store, state, step)


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One import by the operator. `restores`: it brings a catalogue back into an empty database."""

    store: Store
    name: str
    theirs: bool
    restores: bool
    step: Step

    @classmethod
    def prepare(
        cls, store: Store, name: str, found: Sequence[Row | BadRow], *, theirs: bool, step: Step
    ) -> ImportRun:
        """Get the database ready for these rows.

        The starter comes first, as at any first use, unless the rows bring codes of their own and nothing was
        ever published: then they restore a catalogue, and the starter's codes would be in their way.
        """
        brings_codes = any(isinstance(row, Row) and row.record.code for row in found)
        restores = brings_codes and read(
            store, lambda uow: uow.catalogue.is_empty() and not uow.imports.known(STARTER)
        )
        if restores:
            write(store, refresh_references)
            finish_imports(store, step)
        else:
            ensure_starter(store, step)
        return cls(store, name, theirs, restores, step)

    def check(self, found: Sequence[Row | BadRow]) -> tuple[list[Row], list[BadRow]]:
        """Good rows, and bad ones by line: those that were read as bad, and those that do not fit here."""
        good = [row for row in found if isinstance(row, Row)]
        checked: list[Row | BadRow] = []
        for piece in pieces(good, BATCH):
            checked += read(self.store, partial(check_references, rows=piece))
            self.step("checking", len(checked), len(good))
        bad = [row for row in (*found, *checked) if isinstance(row, BadRow)]
        return [row for row in checked if isinstance(row, Row)], sorted(bad, key=lambda row: row.line)

    def compare(self, rows: Sequence[Row]) -> list[RowResult]:
        """The dry run: what would become of each row."""
        results: list[RowResult] = []
        for piece in pieces(rows, BATCH):
            results += read(self.store, partial(self._judged, piece=piece))
            self.step("comparing", len(results), len(rows))
        return results

    def has_to_be_agreed_with(self, rows: Sequence[Row]) -> bool:
        """Whether it is not the operator's to decide alone; then it is proposed, not published."""
        boards = {row.record.board for row in rows}
        return read(self.store, lambda uow: has_to_be_agreed_with(uow, boards))

    def propose(
        self, uow: UnitOfWork, import_id: int, rows: Sequence[Row], card: str, now: datetime
    ) -> Outcome:
        """Put the staged rows into the curators' queue; `card` is what their card says of the rows.

        Raises NotFoundError where there are no curators.
        """
        make_boards(uow, rows)
        reserve_codes(uow, rows)
        return propose_import(uow, import_id, shorten(clean(self.name), 100), card, now)

    def publish(self, rows: Sequence[Row], now: datetime) -> list[RowResult]:
        """Stage the rows and publish them; once they are staged, any start finishes the import."""
        import_id = self.stage(rows, now)
        state = write(self.store, lambda uow: self._released(uow, import_id, rows))
        _publish(self.store, state, self.step)
        return read(self.store, lambda uow: uow.imports.results(import_id))

    def stage(self, rows: Sequence[Row], now: datetime) -> int:
        """Keep the rows, in pieces of their own transactions, for one import that is still to begin."""
        write(self.store, lambda uow: uow.imports.drop_abandoned(now - _ABANDONED))
        label = shorten(clean(self.name), 100)
        decision = Decision("operator", f"import of {label}", now)
        unique = f"{label} {now:%Y-%m-%dT%H:%M:%SZ} {secrets.token_hex(4)}"
        import_id = write(self.store, lambda uow: self._begun(uow, unique, decision))
        for first in range(0, len(rows), _STAGED_AT_ONCE):
            piece = rows[first : first + _STAGED_AT_ONCE]
            write(self.store, partial(stage_rows, import_id=import_id, rows=piece, first=first))
            self.step("staging", first + len(piece), len(rows))
        return import_id

    def _judged(self, uow: UnitOfWork, piece: Sequence[Row]) -> list[RowResult]:
        return [verdict.result for verdict in judge(uow, piece, theirs=self.theirs)]

    def _begun(self, uow: UnitOfWork, name: str, decision: Decision) -> int:
        # Here and not when it is released: dying in between, the restore can be started again, which the
        # starter's codes would forbid.
        if self.restores and not leave_out_starter(uow, decision.at):
            raise CatalogueFileError(
                "Nothing was imported: another process has begun a catalogue here. Please start again."
            )
        import_id = uow.imports.begin(name, theirs=self.theirs, decision=decision)
        if import_id is None:
            raise DatabaseError("Another import has the same name. Please start again.")
        return import_id

    def _released(self, uow: UnitOfWork, import_id: int, rows: Sequence[Row]) -> ImportState:
        make_boards(uow, rows)
        reserve_codes(uow, rows)
        uow.imports.release(import_id)
        return next(state for state in uow.imports.unfinished() if state.id == import_id)


def _publish(store: Store, state: ImportState, step: Step) -> None:
    """Batch after batch, with room between two for other processes that wait to write."""
    began = time.monotonic()
    while now := _next_batch(store, state.id):
        step(f"importing {now.label}", now.done, now.total)
        if now.done < now.total:
            time.sleep(min((time.monotonic() - began) / 4, _LONGEST_PAUSE))
        began = time.monotonic()


def _next_batch(store: Store, import_id: int) -> ImportState | None:
    """Publish a batch; where the database does not take it, row by row, without the row that is to blame.

    One row must not keep an import, which every start tries to finish, from ever ending.
    """
    for size in (BATCH, 1):
        try:
            return write(store, partial(publish_batch, import_id=import_id, size=size))
        except RefusedValueError:
            continue
    return write(store, lambda uow: skip_row(uow, import_id))


def _moves(store: Store, state: ImportState) -> bool:
    """Whether some process is publishing it: watched until a batch comes or one should have come."""
    deadline = time.monotonic() + _STANDSTILL
    while time.monotonic() < deadline:
        time.sleep(_LONGEST_PAUSE)
        now = {one.id: one.done for one in read(store, lambda uow: uow.imports.unfinished())}
        if now.get(state.id) != state.done:
            return True
    return False
