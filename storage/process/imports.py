"""Imports on their way into the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select, update

from bot.domain.catalogue.actions import Code
from bot.domain.catalogue.records import facts_to_json, parse_record
from bot.domain.catalogue.revisions import Decision
from bot.domain.imports import ImportState, ImportStatus, RowOutcome, RowResult, StagedRow
from bot.errors import ChangedMeanwhileError, DatabaseError
from storage.catalogue.codes import ids_of
from storage.catalogue.tables import actions
from storage.dialects import insert_or_ignore, insert_or_replace
from storage.process.tables import import_bases, import_rows, imports

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from bot.domain.catalogue.actions import Facts


class SqlImports:
    """Implements `bot.ports.Imports`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, name: str, *, theirs: bool, decision: Decision) -> int | None:
        statement = insert_or_ignore(self._connection, imports).returning(imports.c.id)
        found: int | None = self._connection.execute(
            statement,
            {
                "name": name,
                "state": ImportStatus.STAGING,
                "theirs": theirs,
                "decided_by": decision.by,
                "why": decision.why,
                "at": decision.at,
                "total": 0,
                "done": 0,
            },
        ).scalar_one_or_none()
        return found

    def stage(self, import_id: int, rows: Sequence[StagedRow]) -> None:
        self._while_staging(import_id, total=imports.c.total + len(rows))
        values = [
            {
                "import_id": import_id,
                "position": row.position,
                "line": row.line,
                "record": row.record,
                "key": row.key,
                "detail": "",
            }
            for row in rows
        ]
        if values:
            self._connection.execute(insert(import_rows), values)

    def release(self, import_id: int) -> None:
        self._while_staging(import_id, state=ImportStatus.RELEASED)

    def submit(self, import_id: int) -> None:
        self._while_staging(import_id, state=ImportStatus.PROPOSED)

    def approve(self, import_id: int, by: str) -> None:
        self._decide(import_id, ImportStatus.RELEASED, decided_by=by)

    def withdraw(self, import_id: int) -> None:
        self._decide(import_id, ImportStatus.WITHDRAWN)
        self._connection.execute(delete(import_rows).where(import_rows.c.import_id == import_id))

    def unfinished(self) -> list[ImportState]:
        return self._states(imports.c.state == ImportStatus.RELEASED)

    def claim(self, import_id: int) -> ImportState | None:
        mine = (imports.c.id == import_id) & (imports.c.state == ImportStatus.RELEASED)
        return next(iter(self._states(mine, lock=True)), None)

    def next_rows(self, import_id: int, limit: int) -> list[StagedRow]:
        rows = self._connection.execute(
            select(import_rows)
            .where(import_rows.c.import_id == import_id, import_rows.c.outcome.is_(None))
            .order_by(import_rows.c.position)
            .limit(limit)
        )
        return [StagedRow(row.position, row.line, row.key, row.record) for row in rows]

    def finish_rows(self, import_id: int, results: Sequence[tuple[int, RowResult]]) -> None:
        if not results:
            return
        here = (import_rows.c.import_id == import_id) & (import_rows.c.position == bindparam("at"))
        self._connection.execute(
            update(import_rows)
            .where(here)
            .values(outcome=bindparam("what"), detail=bindparam("more"), record=""),
            [{"at": at, "what": result.outcome, "more": result.detail} for at, result in results],
        )
        self._connection.execute(
            update(imports).where(imports.c.id == import_id).values(done=imports.c.done + len(results))
        )

    def finish(self, import_id: int) -> None:
        self._connection.execute(
            update(imports).where(imports.c.id == import_id).values(state=ImportStatus.DONE)
        )

    def results(self, import_id: int) -> list[RowResult]:
        rows = self._connection.execute(
            select(import_rows)
            .where(import_rows.c.import_id == import_id, import_rows.c.outcome.is_not(None))
            .order_by(import_rows.c.position)
        )
        return [RowResult(row.line, row.key, RowOutcome(row.outcome), row.detail) for row in rows]

    def known(self, name: str) -> bool:
        return self._connection.scalar(select(imports.c.id).where(imports.c.name == name)) is not None

    def bases(self, codes: Sequence[Code]) -> dict[Code, Facts]:
        rows = self._connection.execute(
            select(actions.c.code_state, actions.c.code_number, import_bases.c.facts)
            .join(actions, actions.c.id == import_bases.c.action_id)
            .where(actions.c.id.in_(ids_of(self._connection, codes)))
        )
        return {
            Code(row.code_state, row.code_number): parse_record(
                {"key": "base", **row.facts}, on_file=True
            ).facts
            for row in rows
        }

    def keep_bases(self, bases: Mapping[Code, Facts]) -> None:
        if not bases:
            return
        rows = self._connection.execute(
            select(actions.c.id, actions.c.code_state, actions.c.code_number).where(
                actions.c.id.in_(ids_of(self._connection, list(bases)))
            )
        )
        values = [
            {"action_id": row.id, "facts": facts_to_json(bases[Code(row.code_state, row.code_number)])}
            for row in rows
        ]
        self._connection.execute(insert_or_replace(self._connection, import_bases), values)

    def drop_abandoned(self, before: datetime) -> None:
        old = self._connection.scalars(
            select(imports.c.id)
            .where(imports.c.state == ImportStatus.STAGING, imports.c.at < before)
            .order_by(imports.c.id)
            .with_for_update()
        ).all()
        self._connection.execute(delete(import_rows).where(import_rows.c.import_id.in_(old)))
        self._connection.execute(delete(imports).where(imports.c.id.in_(old)))

    def _while_staging(self, import_id: int, **values: Any) -> None:
        """Change an import that is being staged, and keep it from being dropped until this is committed."""
        mine = (imports.c.id == import_id) & (imports.c.state == ImportStatus.STAGING)
        if self._connection.execute(update(imports).where(mine).values(values)).rowcount != 1:
            raise DatabaseError(
                "This import took too long to prepare and was dropped. Please start it again."
            )

    def _decide(self, import_id: int, state: str, **values: str) -> None:
        """Leave what waits for people. Raises ChangedMeanwhileError when they decided already."""
        mine = (imports.c.id == import_id) & (imports.c.state == ImportStatus.PROPOSED)
        if self._connection.execute(update(imports).where(mine).values(state=state, **values)).rowcount != 1:
            raise ChangedMeanwhileError("Somebody decided on this import already.")

    def _states(self, condition: ColumnElement[bool], *, lock: bool = False) -> list[ImportState]:
        query = select(imports).where(condition).order_by(imports.c.id)
        rows = self._connection.execute(query.with_for_update() if lock else query)
        return [
            ImportState(
                row.id, row.name, row.total, row.done, row.theirs, Decision(row.decided_by, row.why, row.at)
            )
            for row in rows
        ]
