"""Ports of the catalogue: reading it, the one way into it, what was published, what it refers to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.domain.catalogue.actions import Action, ActionLine, Code, Status
    from bot.domain.catalogue.dates import PartialDate
    from bot.domain.catalogue.filters import Coverage, Filter, NewAction, Tally
    from bot.domain.catalogue.law import Measure, Precedent
    from bot.domain.catalogue.money import Balance
    from bot.domain.catalogue.revisions import Change, Decision, Revision
    from bot.domain.catalogue.topics import Topic


class Catalogue(Protocol):
    """The published actions: lists of them, and single ones."""

    def page(self, which: Filter, *, limit: int, after: str = "", before: str = "") -> list[ActionLine]:
        """Newest first: the first rows, those after a sort key, or those right before one."""

    def count(self, which: Filter) -> int:
        """How many there are in all."""

    def find(self, code: Code, boards: Sequence[str]) -> Action | None:
        """One action, retracted or not, if it may be seen on `boards`."""

    def alias_of(self, code: Code) -> Code | None:
        """The action that answers for `code` since it was published for everyone."""

    def aliases_of(self, code: Code) -> list[Code]:
        """The actions for which that one answers, in the order of their codes."""

    def by_key(self, keys: Sequence[str]) -> dict[str, Action]:
        """Actions by their import key, on any board, retracted or not."""

    def by_code(self, codes: Sequence[Code]) -> dict[Code, Action]:
        """Actions by code, on any board, retracted or not."""

    def numbered(self, boards: Sequence[str], state: str, digits: str, limit: int) -> list[ActionLine]:
        """Those whose code is of `state` and whose number begins with `digits`: smallest number first.

        Never retracted ones; empty digits begin every number.
        """

    def related(self, code: Code, boards: Sequence[str], limit: int) -> list[ActionLine]:
        """Other actions that share a source, a federal measure or a precedent: most in common first."""

    def everything(self, after: Code | None, limit: int) -> list[Action]:
        """All actions of all boards in the order of their codes, retracted ones too, a piece at a time."""

    def is_empty(self) -> bool:
        """Whether no action was ever published."""


class Statistics(Protocol):
    """The published actions in numbers."""

    def tallies(self, which: Filter) -> list[Tally]:
        """Counts by approach and status of boards, state and topic (no other part of the filter counts)."""

    def topic_counts(self, which: Filter) -> dict[Topic, int]:
        """Counts by topic of boards, state, approach and status (no other part of the filter counts)."""

    def state_counts(self, which: Filter) -> list[tuple[str, int]]:
        """Which states are in a list and how often, most often first."""

    def partners(self, boards: Sequence[str], state: str) -> list[tuple[str, int]]:
        """The states that act with `state`, most often first."""

    def histories(self, which: Filter) -> Iterator[tuple[PartialDate, list[tuple[PartialDate, Status]]]]:
        """Each action's own date and its status changes, of boards, state and topic."""

    def coverage(self, boards: Sequence[str]) -> list[Coverage]:
        """Every state that has an action."""

    def shared_measures(self, boards: Sequence[str], state: str, other: str) -> list[tuple[str, int]]:
        """Names of federal measures that both states answer, with how many of their actions do."""


class Publisher(Protocol):
    """The only way into the catalogue. Revision numbers are given in commit order and have no gap."""

    def lock(self, codes: Iterable[Code]) -> dict[Code, Action]:
        """The actions as they are now, kept from change until this transaction ends."""

    def add(self, new: Sequence[NewAction], decision: Decision) -> list[Action]:
        """Publish new actions, in order, each with its revision."""

    def change(self, changed: Sequence[tuple[Action, Change]], decision: Decision) -> list[Action]:
        """Publish new versions of existing actions, each with its revision that keeps what was before.

        Raises ChangedMeanwhileError when an action's `revision` is no longer its newest.
        """

    def reserve(self, codes: Iterable[Code]) -> None:
        """Never give these codes, or lower ones of their state, to a new action."""

    def alias(self, code: Code, of: Code | None) -> None:
        """From now on `code` answers with the other action; with None it is an action of its own again."""


class Revisions(Protocol):
    """What was published, in order."""

    def head(self) -> int:
        """The newest number; 0 when nothing was published."""

    def since(self, number: int, limit: int) -> list[Revision]:
        """The revisions after `number`, in order, without a gap."""

    def get(self, number: int) -> Revision:
        """One by its number, which was published."""

    def of(self, code: Code, limit: int, before: int | None = None) -> list[Revision]:
        """Those of one action, newest first; those before a number where one is given."""


class Reference(Protocol):
    """What actions refer to."""

    def measures(self, boards: Sequence[str]) -> list[tuple[Measure, int]]:
        """Every federal measure that an action on those boards answers, by name, with how many do."""

    def measure_names(self, boards: Sequence[str]) -> list[Measure]:
        """The same measures, by name, without the counts: quick enough for what people are still typing."""

    def precedents(self) -> list[Precedent]:
        """Every precedent, oldest first."""

    def balances(self) -> list[Balance]:
        """Every state's balance with Washington, all years."""

    def replace_precedents(self, precedents: Sequence[Precedent]) -> None:
        """Add or renew them; none is taken away."""

    def replace_balances(self, balances: Sequence[Balance]) -> None:
        """Add or renew them; none is taken away."""
