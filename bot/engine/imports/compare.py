"""Bringing rows into the catalogue: compare, stage, publish a batch at a time; any process can finish it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from bot.domain.catalogue.filters import NewAction
from bot.domain.catalogue.merge import merge
from bot.domain.catalogue.records import Record, parse_record, record_to_json
from bot.domain.catalogue.revisions import Change, change_of
from bot.domain.imports import RowOutcome, RowResult, StagedRow
from bot.engine.imports.rows import BadRow, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.domain.catalogue.actions import Action, Code, Facts
    from bot.domain.imports import ImportState
    from bot.ports import UnitOfWork

T = TypeVar("T")

HIGHEST_GIVEN = 999_999
"""The highest number of a code that a file may bring: the state's next ones come after it."""

BATCH = 200
"""Rows published in one transaction, so that nobody else waits long for the write lock."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a row means for the catalogue as it is now."""

    result: RowResult
    new: NewAction | None = None
    changed: tuple[Action, Change] | None = None
    base: Facts | None = None
    """What import wrote, to be remembered with the action."""


def judge(uow: UnitOfWork, rows: Sequence[Row], *, theirs: bool) -> list[Verdict]:
    """Compare rows with the catalogue. Writes nothing: the dry run and the publishing share it."""
    known = uow.catalogue.by_key([row.record.key for row in rows])
    taken = uow.catalogue.by_code([row.record.code for row in rows if row.record.code])
    bases = uow.imports.bases([action.code for action in known.values()])
    verdicts = []
    for row in rows:
        action = known.get(row.record.key)
        if action is None:
            verdicts.append(_new(row, taken))
        else:
            verdicts.append(_known(row, action, bases.get(action.code), theirs=theirs))
    return verdicts


def check_references(uow: UnitOfWork, rows: Sequence[Row]) -> list[Row | BadRow]:
    """Rows whose precedents, boards and codes fit this database; the others become bad rows."""
    precedents = {precedent.key for precedent in uow.reference.precedents()}
    boards = set(uow.communities.boards())
    empty = uow.catalogue.is_empty()
    known = uow.catalogue.by_key([row.record.key for row in rows])
    taken = uow.catalogue.by_code([row.record.code for row in rows if row.record.code])
    checked: list[Row | BadRow] = []
    for row in rows:
        record = row.record
        reasons = [f"legal_basis: no precedent {k}" for k in record.facts.legal_basis if k not in precedents]
        if record.board not in boards and not empty:
            reasons.append(f"board: there is no board {record.board} here")
        if record.code and record.code.number > HIGHEST_GIVEN:
            reasons.append(f"code: the numbers that a file may give end at {HIGHEST_GIVEN}")
        here = known.get(record.key)
        if here and record.code and here.code != record.code:
            reasons.append(f"code: {record.key} is {here.code} here, and codes are permanent")
        elif not here and record.code in taken:
            reasons.append(f"code: {record.code} is taken here by {taken[record.code].key}")
        checked.append(BadRow(row.line, record.key, tuple(reasons)) if reasons else row)
    return checked


def stage_rows(uow: UnitOfWork, import_id: int, rows: Sequence[Row], first: int) -> None:
    """Put rows in line from position `first` on."""
    uow.imports.stage(
        import_id,
        [StagedRow(first + at, row.line, row.record.key, _packed(row.record)) for at, row in enumerate(rows)],
    )


def publish_batch(uow: UnitOfWork, import_id: int, size: int = BATCH) -> ImportState | None:
    """Publish the next rows that wait, all in this transaction. None when nothing is left."""
    state = uow.imports.claim(import_id)
    if state is None:
        return None
    waiting = uow.imports.next_rows(import_id, size)
    if not waiting:
        uow.imports.finish(import_id)
        return None
    rows = [Row(staged.line, _unpacked(staged.record)) for staged in waiting]
    keys = [row.record.key for row in rows]
    uow.publisher.lock(action.code for action in uow.catalogue.by_key(keys).values())
    verdicts = judge(uow, rows, theirs=state.theirs)
    decision = state.decision
    new = [verdict for verdict in verdicts if verdict.new]
    added = uow.publisher.add([v.new for v in new if v.new], decision)
    uow.publisher.change([v.changed for v in verdicts if v.changed], decision)
    bases: dict[Code, Facts] = {}
    for verdict, action in zip(new, added, strict=True):
        if verdict.base:
            bases[action.code] = verdict.base
    known = uow.catalogue.by_key(keys)
    for verdict in verdicts:
        if verdict.base and not verdict.new:
            bases[known[verdict.result.key].code] = verdict.base
    uow.imports.keep_bases(bases)
    uow.imports.finish_rows(
        import_id, [(staged.position, v.result) for staged, v in zip(waiting, verdicts, strict=True)]
    )
    return replace(state, done=state.done + len(waiting))


def pieces(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """`rows` in lists of `size`, the last one shorter."""
    remaining = iter(rows)
    while piece := list(islice(remaining, size)):
        yield piece


def reserve_codes(uow: UnitOfWork, rows: Iterable[Row]) -> None:
    """Keep the codes that rows bring from being given to anything else meanwhile."""
    uow.publisher.reserve(row.record.code for row in rows if row.record.code)


def make_boards(uow: UnitOfWork, rows: Iterable[Row]) -> None:
    """Make the boards that rows bring and that are not here."""
    for board in sorted({row.record.board for row in rows} - set(uow.communities.boards())):
        uow.communities.add(board)


def skip_row(uow: UnitOfWork, import_id: int) -> ImportState | None:
    """Leave out the first row that waits, because the database does not take it."""
    state = uow.imports.claim(import_id)
    if state is None:
        return None
    rows = uow.imports.next_rows(import_id, 1)
    for row in rows:
        result = RowResult(
            row.line, row.key, RowOutcome.SKIPPED, "the database does not take one of its values"
        )
        uow.imports.finish_rows(import_id, [(row.position, result)])
    return replace(state, done=state.done + len(rows))


def decided(results: Iterable[RowResult]) -> dict[RowOutcome, int]:
    """How many rows came to which end."""
    counts = dict.fromkeys(RowOutcome, 0)
    for result in results:
        counts[result.outcome] += 1
    return counts


def _new(row: Row, taken: dict[Code, Action]) -> Verdict:
    record = row.record
    if record.code in taken:
        detail = f"{record.code} was given to {taken[record.code].key} meanwhile"
        return Verdict(RowResult(row.line, record.key, RowOutcome.SKIPPED, detail))
    new = NewAction(record.key, record.board, record.facts, record.code, record.retraction)
    return Verdict(
        RowResult(row.line, record.key, RowOutcome.ADDED, record.facts.title, writes=True),
        new=new,
        base=record.facts,
    )


def _known(row: Row, action: Action, base: Facts | None, *, theirs: bool) -> Verdict:
    record = row.record
    if record.code and record.code != action.code:  # published since the file was checked
        detail = f"it is {action.code} here, and codes are permanent"
        return Verdict(RowResult(row.line, record.key, RowOutcome.SKIPPED, detail))
    if action.retraction and "retracted" not in record.given:
        detail = f"{action.code} was withdrawn from the catalogue"
        return Verdict(RowResult(row.line, record.key, RowOutcome.SKIPPED, detail))
    if action.retraction and record.retraction is None and not theirs:
        detail = f"{action.code}: kept as edited here: retracted"
        return Verdict(RowResult(row.line, record.key, RowOutcome.CONFLICT, detail))
    merged = merge(record, base, action, theirs=theirs)
    moved = ("board",) if "board" in record.given and record.board != action.board else ()
    kept = (*merged.conflicts, *moved)
    changed = None
    outcome, parts = RowOutcome.UNCHANGED, []
    if merged.changed:
        now = replace(action, facts=merged.facts, retraction=merged.retraction)
        changed = (now, change_of(action, now))
        outcome, parts = RowOutcome.CHANGED, [f"{action.code}: {', '.join(merged.changed)}"]
    if kept:
        outcome = RowOutcome.CONFLICT
        parts.append(f"{action.code}: kept as edited here: {', '.join(kept)}")
    result = RowResult(row.line, record.key, outcome, "; ".join(parts), writes=changed is not None)
    return Verdict(result, changed=changed, base=merged.base)


def _packed(record: Record) -> str:
    return json.dumps(
        {"has_history": record.has_history, "record": record_to_json(record)}, ensure_ascii=False
    )


def _unpacked(text: str) -> Record:
    data = json.loads(text)
    return replace(parse_record(data["record"]), has_history=data["has_history"])
