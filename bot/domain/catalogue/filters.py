"""What is asked of the catalogue, and what is counted in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from bot.domain.catalogue.actions import Approach, Code, Facts, Retraction, Status
    from bot.domain.catalogue.dates import PartialDate
    from bot.domain.catalogue.topics import Topic


@dataclass(frozen=True, slots=True)
class Filter:
    """Which actions: those on one of `boards` for which all that is given holds; never retracted ones."""

    boards: tuple[str, ...]
    state: str | None = None
    topic: Topic | None = None
    approach: Approach | None = None
    statuses: frozenset[Status] | None = None
    challenged: bool | None = None
    since: date | None = None
    """Its last status change surely lies on or after this day."""
    words: tuple[str, ...] = ()
    """All of them, each as the beginning of a word."""
    measure: str | None = None
    """The key of a federal measure it answers."""
    precedent: str | None = None
    joint: bool = False
    """Of two or more states."""
    link: str | None = None
    """The `link_key` of one of its sources."""

    def fits(self, tally: Tally) -> bool:
        """Whether a tally's actions pass in what tallies tell apart: approach, status, challenge."""
        return (
            (self.approach is None or tally.approach is self.approach)
            and (self.statuses is None or tally.status in self.statuses)
            and (self.challenged is None or tally.challenged == self.challenged)
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """A number of actions that are alike in what a state's page counts."""

    approach: Approach
    status: Status
    challenged: bool
    count: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How well one state is covered."""

    state: str
    actions: int
    unchecked: int
    """Actions whose status nobody has confirmed lately."""
    last_checked: PartialDate | None
    newest: PartialDate | None


@dataclass(frozen=True, slots=True)
class NewAction:
    """An action to add; without a code it gets the next one of its lead state."""

    key: str
    board: str
    facts: Facts
    code: Code | None = None
    retraction: Retraction | None = None
