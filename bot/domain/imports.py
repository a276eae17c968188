"""Imports on their way into the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.catalogue.revisions import Decision


@dataclass(frozen=True, slots=True)
class ImportState:
    """An import under way or done."""

    id: int
    name: str
    total: int
    done: int
    theirs: bool
    decision: Decision

    @property
    def label(self) -> str:
        """What it is called for people: `import of may.jsonl` is `may.jsonl`."""
        return self.decision.why.removeprefix("import of ")


@dataclass(frozen=True, slots=True)
class StagedRow:
    """One row of an import that waits: its place in the order, its line in the file, its key, its JSON."""

    position: int
    line: int
    key: str
    record: str


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row of an import: `added`, `changed`, `unchanged`, `conflict` or `skipped`."""

    line: int
    key: str
    outcome: str
    detail: str = ""
    writes: bool = False
    """Something is published for it."""
