"""The balance with Washington."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Balance:
    """What a state receives from the federal government less what it pays, a person, in one fiscal year."""

    state: str
    fiscal_year: int
    per_person: int
    """US dollars; positive: the state receives more than it pays."""
    publisher: str
    title: str
    source_url: str
