"""Imports on their way into the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.catalogue.revisions import Decision


class ImportStatus(StrEnum):
    """Where an import stands."""

    STAGING = "staging"
    """Its rows are being written down."""
    PROPOSED = "proposed"
    """People decide on it."""
    RELEASED = "released"
    """Any process publishes it."""
    DONE = "done"
    WITHDRAWN = "withdrawn"


class RowOutcome(StrEnum):
    """What became of one row of an import."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    SKIPPED = "skipped"


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
    """What became of one row of an import, and why."""

    line: int
    key: str
    outcome: RowOutcome
    detail: str = ""
    writes: bool = False
    """Something is published for it."""
