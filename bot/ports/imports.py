"""Ports of imports on their way into the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.domain.catalogue.actions import Code, Facts
    from bot.domain.catalogue.revisions import Decision
    from bot.domain.imports import ImportState, RowResult, StagedRow


class Imports(Protocol):
    """Imports on their way into the catalogue, so that any process can finish them."""

    def begin(self, name: str, *, theirs: bool, decision: Decision) -> int | None:
        """Open one for staging, with its id; None when one of that name was begun before."""

    def stage(self, import_id: int, rows: Sequence[StagedRow]) -> None:
        """Put rows in line. Raises DatabaseError when it was dropped meanwhile."""

    def release(self, import_id: int) -> None:
        """Staging is over: from now on it will be finished, by whichever process."""

    def submit(self, import_id: int) -> None:
        """Staging is over, and the rows wait for people to decide on them."""

    def approve(self, import_id: int, by: str) -> None:
        """People decided for it: from now on it will be finished, by whichever process, in their name."""

    def withdraw(self, import_id: int) -> None:
        """People decided against it: its rows are dropped."""

    def unfinished(self) -> list[ImportState]:
        """Released and not done, oldest first."""

    def claim(self, import_id: int) -> ImportState | None:
        """The import, kept from other processes until this transaction ends; None when it is done."""

    def next_rows(self, import_id: int, limit: int) -> list[StagedRow]:
        """The first rows that wait."""

    def finish_rows(self, import_id: int, results: Sequence[tuple[int, RowResult]]) -> None:
        """Take rows, by position, out of the line and keep what became of them."""

    def finish(self, import_id: int) -> None:
        """It is done."""

    def results(self, import_id: int) -> list[RowResult]:
        """What became of the rows, in the file's order."""

    def known(self, name: str) -> bool:
        """Whether an import of that name was ever begun."""

    def bases(self, codes: Sequence[Code]) -> dict[Code, Facts]:
        """What import last wrote, by code."""

    def keep_bases(self, bases: Mapping[Code, Facts]) -> None:
        """Remember what import wrote."""

    def drop_abandoned(self, before: datetime) -> None:
        """Forget imports whose staging began before that time and never ended."""
