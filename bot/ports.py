"""What the core asks of a database: verbs over frozen facts. Storage implements it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Future
    from datetime import date, datetime

    from bot.domain.actions import Action, ActionLine, Approach, Code, Facts, Retraction, Status
    from bot.domain.dates import PartialDate
    from bot.domain.law import Measure, Precedent
    from bot.domain.money import Balance
    from bot.domain.people import Account, Community, Home, HomeRecord, Moderator
    from bot.domain.revisions import Change, Decision, Revision
    from bot.domain.topics import Topic

T = TypeVar("T")


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


class Catalogue(Protocol):
    """The published actions and what stands around them."""

    def page(self, which: Filter, *, limit: int, after: str = "", before: str = "") -> list[ActionLine]:
        """Newest first: the first rows, those after a sort key, or those right before one."""

    def count(self, which: Filter) -> int:
        """How many there are in all."""

    def tallies(self, which: Filter) -> list[Tally]:
        """Counts by approach and status of boards, state and topic (no other part of the filter counts)."""

    def topic_counts(self, which: Filter) -> dict[Topic, int]:
        """Counts by topic of boards, state, approach and status (no other part of the filter counts)."""

    def state_counts(self, which: Filter) -> list[tuple[str, int]]:
        """Which states are in a list and how often, most often first."""

    def partners(self, boards: Sequence[str], state: str) -> list[tuple[str, int]]:
        """The states that act with `state`, most often first."""

    def find(self, code: Code, boards: Sequence[str]) -> Action | None:
        """One action, retracted or not, if it may be seen on `boards`."""

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

    def histories(self, which: Filter) -> Iterator[tuple[PartialDate, list[tuple[PartialDate, Status]]]]:
        """Each action's own date and its status changes, of boards, state and topic."""

    def coverage(self, boards: Sequence[str]) -> list[Coverage]:
        """Every state that has an action."""

    def shared_measures(self, boards: Sequence[str], state: str, other: str) -> list[tuple[str, int]]:
        """Names of federal measures that both states answer, with how many of their actions do."""

    def everything(self, after: Code | None, limit: int) -> list[Action]:
        """All actions of all boards in the order of their codes, retracted ones too, a piece at a time."""

    def is_empty(self) -> bool:
        """Whether no action was ever published."""


class Publisher(Protocol):
    """The only way into the catalogue. Revision numbers are given in commit order and have no gap."""

    def lock(self, codes: Iterable[Code]) -> dict[Code, Action]:
        """The actions as they are now, kept from change until this transaction ends."""

    def add(self, new: Sequence[NewAction], decision: Decision) -> list[Action]:
        """Publish new actions, in order, each with its revision."""

    def change(self, changed: Sequence[tuple[Action, Change]], decision: Decision) -> list[Action]:
        """Publish new versions of existing actions, each with its revision that keeps what was before."""

    def reserve(self, codes: Iterable[Code]) -> None:
        """Never give these codes, or lower ones of their state, to a new action."""


class Revisions(Protocol):
    """What was published, in order."""

    def head(self) -> int:
        """The newest number; 0 when nothing was published."""

    def since(self, number: int, limit: int) -> list[Revision]:
        """The revisions after `number`, in order, without a gap."""


class Reference(Protocol):
    """What actions refer to."""

    def measures(self, boards: Sequence[str]) -> list[tuple[Measure, int]]:
        """Every federal measure that an action on those boards answers, with how many do."""

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


class Communities(Protocol):
    """Who has a board, where they are at home, and who moderates them."""

    def at(self, home: Home | None) -> Community | None:
        """The community of a home, if it has one and the home is not suspended."""

    def join(self, home: Home, name: str, now: datetime) -> Community:
        """The community of a home that is there, called `name` by its people.

        A new home gets one of its own, a suspended home is alive again with the one it had.
        """

    def suspend(self, home: Home, now: datetime) -> None:
        """The bot was sent away; everything is kept, and the first time counts. Unknown homes are ignored."""

    def homes(self, platform: str) -> list[HomeRecord]:
        """Every home that there ever was on a platform, suspended ones too, by id."""

    def set_zone(self, community_id: int, zone: str) -> None:
        """From now on its people read the clock in that time zone."""

    def moderators(self, community_id: int) -> list[Moderator]:
        """Everyone who is named: people before groups, each by platform and id."""

    def name_moderators(self, community_id: int, platform: str, named: Sequence[Moderator]) -> None:
        """Those and nobody else of their platform, in place of all of it who were named."""

    def is_moderator(self, community_id: int, account: Account) -> bool:
        """Whether a person is named, or one of the groups the person is in."""

    def boards(self) -> list[str]:
        """The names of all boards, the commons first."""

    def add(self, name: str) -> None:
        """A community without a home yet, for a board that an export brings."""


class Leases(Protocol):
    """What only one process at a time may do; a lease ends by itself when its holder is gone."""

    def take(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        """Hold it until that time: True when it was free, had run out, or was `holder`'s already."""

    def release(self, name: str, holder: str) -> None:
        """Let it go, if it is `holder`'s."""

    def held(self, prefix: str, now: datetime) -> dict[str, str]:
        """The holders of those that are held now, by name, of names that begin with `prefix`."""


class CommandTrees(Protocol):
    """Which commands a platform was last told that we have."""

    def digest(self, platform: str, application: str) -> str | None:
        """What stands for the commands told for an application; None when none were."""

    def keep(self, platform: str, application: str, digest: str) -> None:
        """They were told."""


class Tokens(Protocol):
    """Long tokens, each bound to the community (None: none) whose buttons carry it."""

    def store(self, bodies: Mapping[str, str], community: int | None) -> None:
        """Keep token bodies by hash; those already kept stay."""

    def load(self, digest: str, community: int | None) -> str | None:
        """The body, if that community's."""


class Imports(Protocol):
    """Imports on their way into the catalogue, so that any process can finish them."""

    def begin(self, name: str, *, theirs: bool, decision: Decision) -> int | None:
        """Open one for staging, with its id; None when one of that name was begun before."""

    def stage(self, import_id: int, rows: Sequence[StagedRow]) -> None:
        """Put rows in line. Raises DatabaseError when it was dropped meanwhile."""

    def release(self, import_id: int) -> None:
        """Staging is over: from now on it will be finished, by whichever process."""

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


class Calls(Protocol):
    """How often people called what has a limit."""

    def count(self, person: str, command: str, limits: Sequence[tuple[int, int]], now: datetime) -> int:
        """Count one call by a pseudonym.

        Returns the seconds to wait when it is over one of `limits` (times, seconds), else 0. A refused call
        counts as well, so that hammering does not pay.
        """


class UnitOfWork(Protocol):
    """One transaction; what `commit` was not called for never happened."""

    @property
    def catalogue(self) -> Catalogue:
        """The published actions."""

    @property
    def publisher(self) -> Publisher:
        """The way into the catalogue."""

    @property
    def revisions(self) -> Revisions:
        """What was published, in order."""

    @property
    def reference(self) -> Reference:
        """What actions refer to."""

    @property
    def communities(self) -> Communities:
        """Who has a board, where they are at home, who moderates them."""

    @property
    def tokens(self) -> Tokens:
        """Long tokens."""

    @property
    def imports(self) -> Imports:
        """Imports under way."""

    @property
    def calls(self) -> Calls:
        """How often people called what has a limit."""

    @property
    def leases(self) -> Leases:
        """What only one process at a time may do."""

    @property
    def command_trees(self) -> CommandTrees:
        """Which commands platforms were told."""

    @property
    def committed(self) -> bool:
        """Whether `commit` was called, after which something is so whatever happens next."""

    def commit(self) -> None:
        """Make it so."""


class Store(Protocol):
    """A database, seen from outside: it runs pieces of work, each in one thread and one transaction."""

    def submit(self, work: Callable[[UnitOfWork], T], *, writes: bool) -> Future[T]:
        """Run `work`. One that writes must `commit`, and may be run again when the database was too busy.

        The future raises what `work` raised, or DatabaseError.
        """
