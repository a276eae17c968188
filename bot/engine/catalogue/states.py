"""What there is to know of one state, or of two side by side."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.engine.catalogue.money import BalanceRank, Missing, balance_rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.domain.catalogue.actions import ActionLine, Approach, Stage
    from bot.domain.catalogue.filters import Filter, Tally
    from bot.domain.catalogue.topics import Topic
    from bot.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Counts:
    """A set of actions in numbers."""

    total: int
    stages: dict[Stage, int]
    approaches: dict[Approach, int]
    challenged: int


@dataclass(frozen=True, slots=True)
class Profile:
    """One state in numbers."""

    state: str
    tallies: list[Tally]
    """Of all approaches and statuses: what the filter would leave out is counted too."""
    counts: Counts
    topics: dict[Topic, int]
    """Of all topics."""
    partners: list[tuple[str, int]]
    money: BalanceRank | Missing


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two states side by side, and what they have in common."""

    sides: tuple[Profile, Profile]
    unchecked: tuple[int, int]
    """Actions of each whose status nobody has confirmed lately."""
    together: int
    """Actions that both are in."""
    shared_measures: list[tuple[str, int]]
    newest: tuple[ActionLine, ...]


def counted(tallies: Iterable[Tally]) -> Counts:
    """Add tallies up."""
    stages: Counter[Stage] = Counter()
    approaches: Counter[Approach] = Counter()
    challenged = 0
    for tally in tallies:
        stages[tally.status.stage] += tally.count
        approaches[tally.approach] += tally.count
        challenged += tally.count if tally.challenged else 0
    return Counts(sum(stages.values()), dict(stages), dict(approaches), challenged)


def profile(uow: UnitOfWork, which: Filter) -> Profile:
    """The actions of a state, those that pass the filter, in numbers."""
    assert which.state is not None
    tallies = uow.statistics.tallies(which)
    return Profile(
        which.state,
        tallies,
        counted(filter(which.fits, tallies)),
        uow.statistics.topic_counts(replace(which, topic=None)),
        uow.statistics.partners(which.boards, which.state),
        balance_rank(uow, which.state),
    )


def compare(uow: UnitOfWork, first: Filter, second: Filter, newest: int) -> Comparison:
    """Two states side by side, with the newest few actions of each."""
    sides = (profile(uow, first), profile(uow, second))
    covered = {row.state: row.unchecked for row in uow.statistics.coverage(first.boards)}
    unchecked = (covered.get(sides[0].state, 0), covered.get(sides[1].state, 0))
    together = dict(sides[0].partners).get(sides[1].state, 0)
    lines: dict[str, ActionLine] = {}
    for which in (first, second):
        lines |= {line.sort_key: line for line in uow.catalogue.page(which, limit=newest)}
    shared = uow.statistics.shared_measures(first.boards, sides[0].state, sides[1].state)
    ordered: Sequence[ActionLine] = [lines[key] for key in sorted(lines, reverse=True)]
    return Comparison(sides, unchecked, together, shared, tuple(ordered))
