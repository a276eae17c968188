"""An import in words: what it does to each row, all together, and what its card says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.imports import RowOutcome
from bot.domain.writing.text import clean, shorten
from bot.engine.imports.compare import decided
from bot.messages.wording import number_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.imports import RowResult

SIGNS = {RowOutcome.ADDED: "+", RowOutcome.CHANGED: "~", RowOutcome.CONFLICT: "!", RowOutcome.SKIPPED: "-"}
_ON_A_CARD = 8
"""Rows that the card of a proposed import shows."""


def rows_on_card(planned: Sequence[RowResult]) -> str:
    """What the card of a proposed import says of its rows."""
    written = [result for result in planned if result.writes]
    lines = [f"{SIGNS.get(row.outcome, '~')} {row.key}: {in_short(row)}" for row in written]
    more = [f"and {len(lines) - _ON_A_CARD:,} more"] if len(lines) > _ON_A_CARD else []
    return "\n".join([summary(planned), *lines[:_ON_A_CARD], *more])


def summary(results: Sequence[RowResult]) -> str:
    """`2 added, 1 changed, 5 unchanged.`"""
    counts = decided(results)
    parts = [
        f"{counts[outcome]:,} {outcome}"
        for outcome in (RowOutcome.ADDED, RowOutcome.CHANGED, RowOutcome.UNCHANGED)
    ]
    if kept := counts[RowOutcome.CONFLICT]:
        parts.append(f"{number_of(kept, 'conflict')} kept as edited here (--theirs takes the file's)")
    if counts[RowOutcome.SKIPPED]:
        parts.append(f"{counts[RowOutcome.SKIPPED]:,} skipped")
    return ", ".join(parts) + "."


def in_short(result: RowResult) -> str:
    """What becomes of a row, on one line."""
    return shorten(clean(result.detail), 200)
