"""What the core asks of a database: verbs over frozen facts. Storage implements it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Future
    from datetime import date, datetime

    from bot.domain.actions import Action, ActionLine, Approach, Code, Facts, Retraction, Status
    from bot.domain.audit import AuditDetail, AuditEntry, Verdict
    from bot.domain.dates import PartialDate
    from bot.domain.deliveries import Delivery, Outcome, Owed, Place
    from bot.domain.drafts import Draft
    from bot.domain.law import Measure, Precedent
    from bot.domain.money import Balance
    from bot.domain.people import Account, Ban, Community, Home, HomeRecord, KnownAccount, Moderator
    from bot.domain.proposals import Approval, Policy, Proposal, ProposalKind
    from bot.domain.reports import (
        Author,
        Follower,
        Origin,
        Report,
        ReportFile,
        ReportKind,
        ReportStatus,
        Words,
    )
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


@dataclass(frozen=True, slots=True)
class NewReport:
    """A report to keep; it gets its number when it is kept."""

    community: int
    origin: Origin
    kind: ReportKind
    what: str
    details: str
    states: tuple[str, ...]
    code: Code | None
    link: str
    author: Author | None
    made_at: datetime
    visible_at: datetime
    forwarded_from: int | None = None


@dataclass(frozen=True, slots=True)
class NewProposal:
    """A proposal to keep."""

    board: str
    kind: ProposalKind
    code: Code | None
    base: int
    draft: Draft
    by: int | None
    import_id: int | None = None
    undoes: int | None = None
    replaces: Code | None = None


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which reports of a community's queue: those that are still open and may be seen at `now`."""

    community: int
    now: datetime
    state: str | None = None
    kind: ReportKind | None = None
    status: ReportStatus | None = None


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file of a report, still with its platform."""

    name: str
    size: int
    platform: str
    url: str


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

    def alias_of(self, code: Code) -> Code | None:
        """The action that answers for `code` since it was published for everyone."""

    def aliases_of(self, code: Code) -> list[Code]:
        """The actions for which that one answers."""

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

    def alias(self, code: Code, of: Code | None) -> None:
        """From now on `code` answers with the other action; with None it is an action of its own again."""


class Revisions(Protocol):
    """What was published, in order."""

    def head(self) -> int:
        """The newest number; 0 when nothing was published."""

    def since(self, number: int, limit: int) -> list[Revision]:
        """The revisions after `number`, in order, without a gap."""

    def of(self, code: Code, limit: int, before: int | None = None) -> list[Revision]:
        """Those of one action, newest first; those before a number where one is given."""


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

    def knows(self, home: Home) -> bool:
        """Whether the bot ever was in that home."""

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

    def get(self, community_id: int) -> Community | None:
        """One by its number."""

    def named(self, name: str) -> Community | None:
        """One by its name, which is its board's."""

    def every(self) -> list[Community]:
        """All of them, by number."""

    def curators(self) -> list[Community]:
        """Those whose moderators publish for everyone: those with review places first, then by number."""

    def homes_of(self, community_id: int) -> list[HomeRecord]:
        """All homes of a community, by platform and id."""

    def move(self, home: Home, community_id: int) -> None:
        """From now on the home is that community's."""

    def trust(self, community_id: int, *, curator: bool) -> None:
        """Let its moderators publish for everyone, or no longer."""

    def set_most_cards(self, community_id: int, most: int) -> None:
        """How many cards an hour are posted."""

    def review_places(self, community_id: int) -> list[Place]:
        """Where its cards go, by platform and id."""

    def name_review_places(self, community_id: int, platform: str, places: Sequence[Place]) -> None:
        """Those and no others of their platform."""

    def policy(self, board: str) -> Policy:
        """How many people a board asks for."""

    def set_policy(self, board: str, policy: Policy) -> None:
        """From now on it asks for so many."""

    def is_moderator(self, community_id: int, account: Account) -> bool:
        """Whether a person is named, or one of the groups the person is in."""

    def boards(self) -> list[str]:
        """The names of all boards, the commons first."""

    def add(self, name: str) -> None:
        """A community without a home yet, for a board that an export brings."""


class People(Protocol):
    """Accounts that did something under their name, who is one person, and what is kept about them."""

    def find(self, platform: str, id_: str) -> KnownAccount | None:
        """The account, if it is known."""

    def keep(self, account: Account, pseudonym: str, now: datetime) -> KnownAccount:
        """Know it from now on, under the name that it has now."""

    def known(self, numbers: Iterable[int]) -> dict[int, KnownAccount]:
        """Accounts by number; those that are forgotten are left out."""

    def by_pseudonym(self, pseudonyms: Iterable[str]) -> dict[str, KnownAccount]:
        """Accounts by their pseudonym."""

    def linked(self, person: int) -> list[KnownAccount]:
        """All accounts of a person, by number."""

    def link(self, number: int, other: int) -> None:
        """The two accounts, and all that each is linked with, are one person's."""

    def forget(self, number: int | None, pseudonyms: Iterable[str]) -> None:
        """Drop an account and all that stands under its pseudonyms, bans apart.

        What it sent and did stays without it: reports have no author any more, what was owed to it is
        dropped, the audit loses the names and texts of what it did.
        """

    def ban(self, community_id: int, ban: Ban, by: int | None, now: datetime) -> bool:
        """Take no reports of that pseudonym; False when it was banned before."""

    def unban(self, community_id: int, pseudonyms: Iterable[str]) -> bool:
        """Take them again; False when none was banned."""

    def bans(self, community_id: int) -> list[Ban]:
        """All who are banned, newest first."""

    def is_banned(self, community_id: int, pseudonyms: Iterable[str]) -> bool:
        """Whether one of those is banned."""

    def add_note(self, community_id: int, pseudonym: str, text: str, by: int | None, now: datetime) -> None:
        """Keep a note about somebody, for the moderators."""

    def notes(self, community_id: int, pseudonyms: Iterable[str]) -> list[str]:
        """The notes about somebody, newest first."""

    def communities_of(self, number: int) -> list[Community]:
        """Where an account reported under its name, or is named as moderator: by number."""


class Codes(Protocol):
    """One-time codes, kept as hashes."""

    def issue(self, digest: str, purpose: str, subject: int, until: datetime) -> None:
        """Let a code be used once until that time, for `purpose`: `curator`, `join` or `link`."""

    def use(self, digest: str, purpose: str, now: datetime) -> int | None:
        """Its subject, and never again; None where there is no such code, or it is used or too old."""


class Reports(Protocol):
    """Reports, and what stands beside them."""

    def add(self, new: NewReport) -> Report:
        """Keep a report and give it the next number."""

    def find(self, number: int, community_id: int | None = None) -> Report | None:
        """One by its number, if it is that community's."""

    def lock(self, number: int, community_id: int | None = None) -> Report | None:
        """The same, kept from change until this transaction ends. Comes before any other lock."""

    def save(self, report: Report) -> None:
        """Write a report that was locked."""

    def hold_link(self, report: Report) -> int:
        """Let later reports of the same link, kind and subject follow this one.

        Returns its number, or that of the report that holds the link already.
        """

    def holder(self, community_id: int, link: str, about: str, kind: ReportKind) -> int | None:
        """The report that holds a link. Nobody else gets hold of it before this transaction ends."""

    def release_link(self, number: int) -> None:
        """Later reports of its link do not follow it any more."""

    def same_link(self, report: Report, limit: int) -> list[Report]:
        """Other reports of that community about the same link, newest first."""

    def queue(self, which: QueueFilter, limit: int, after: int = 0, before: int = 0) -> list[Report]:
        """Oldest first: from the start, after a number, or those right before one."""

    def waiting(self, which: QueueFilter) -> tuple[int, datetime | None]:
        """How many there are in all, and when the oldest was made."""

    def sent_by(self, pseudonyms: Iterable[str], limit: int, before: int = 0) -> list[Report]:
        """Those whose author or follower is one of these: newest first, those before a number."""

    def count_sent_by(self, pseudonyms: Iterable[str]) -> int:
        """How many those are."""

    def open_of(self, community_id: int, pseudonyms: Iterable[str]) -> list[int]:
        """Numbers of a community's open reports whose author is one of these, in order."""

    def folded_of(self, community_id: int, pseudonyms: Iterable[str]) -> list[int]:
        """Numbers of those set aside."""

    def outcomes(self, community_id: int, pseudonym: str) -> dict[ReportStatus, int]:
        """How an author's reports in a community ended."""

    def lapsed(self, now: datetime, limit: int) -> list[int]:
        """Numbers of reports whose state has lasted too long."""

    def by_forwarded(self, number: int) -> Report | None:
        """The report of the curators that decides for this one."""

    def by_proposal(self, proposal: int) -> Report | None:
        """The report with that proposal."""

    def follow(self, number: int, author: Author, what: str, details: str, now: datetime) -> Follower:
        """Add a follower."""

    def followers(self, number: int) -> list[Follower]:
        """Who follows, first come first."""

    def unfollow(self, follower: int) -> None:
        """Take a follower away."""

    def say(self, number: int, words: Words) -> None:
        """Add words beside a report."""

    def words(self, number: int) -> list[Words]:
        """The words beside a report, oldest first."""

    def opening(self, digest: str) -> int | None:
        """The report that was filed by an opening of a form."""

    def opened(self, digest: str, number: int, now: datetime) -> int:
        """Remember what was filed by one opening of a form; returns the report that it filed first."""

    def add_files(self, number: int, files: Sequence[NewFile]) -> None:
        """Files to fetch."""

    def files(self, number: int) -> list[ReportFile]:
        """The files of a report."""

    def files_to_fetch(self, platform: str, limit: int) -> list[ReportFile]:
        """Those that are still only with their platform."""

    def keep_file(self, file: int, content: bytes | None) -> None:
        """Keep the bytes of a file; None: they cannot be had. Either way its address is dropped."""

    def file_content(self, file: int) -> bytes | None:
        """The bytes, while we have them."""

    def drop_files(self, number: int) -> None:
        """Forget the bytes of a report's files."""


class Proposals(Protocol):
    """Changes to the catalogue that wait for people."""

    def add(self, new: NewProposal) -> Proposal:
        """Keep one."""

    def lock(self, proposal: int) -> Proposal:
        """One, kept from change until this transaction ends. Comes after its report's lock."""

    def get(self, proposal: int) -> Proposal:
        """One by its number."""

    def save(self, proposal: Proposal) -> None:
        """Write one that was locked, its draft apart."""

    def redraft(self, proposal: int, draft: Draft, by: int | None, now: datetime) -> Proposal:
        """Give it a new edition; approvals of the one before no longer count."""

    def edition(self, proposal: int, edition: int) -> tuple[Draft, int | None, datetime] | None:
        """An earlier draft: what it said, who wrote it and when."""

    def approve(self, proposal: int, edition: int, approval: Approval) -> None:
        """Count somebody's word for an edition; a second one of the same pseudonym changes nothing."""

    def by_revision(self, revision: int) -> Proposal | None:
        """The one of which a revision came."""


class Outbox(Protocol):
    """What the bot owes places."""

    def owe(self, owed: Owed) -> int | None:
        """Owe a delivery; None when its key was owed before."""

    def of_report(self, report: int, purpose: str) -> list[Delivery]:
        """What is owed, or was sent, for a report."""

    def redraft(self, delivery: int, document: str) -> bool:
        """Give a delivery that was never claimed other words; False when it was."""

    def drop(self, delivery: int) -> None:
        """Do not send it any more, if it was never claimed."""

    def hasten(self, report: int, now: datetime) -> None:
        """What is owed for a report and was never claimed is due at once, or once the report may be seen."""

    def count_since(self, community_id: int, purpose: str, since: datetime) -> int:
        """How many deliveries of a purpose became due in a community."""

    def due(self, platform: str, now: datetime, limit: int) -> list[Delivery]:
        """What may be claimed now, at most one a place: nothing whose place has one under way."""

    def claim(self, delivery: Delivery, frozen: bytes, now: datetime, until: datetime) -> Delivery | None:
        """Have it to oneself until that time; None when it changed or somebody was faster."""

    def record(self, delivery: Delivery, outcome: Outcome, now: datetime) -> bool:
        """What came of an attempt; False when the claim was lost meanwhile. A place to blame is suspended."""

    def give_up_lost(self, platform: str, now: datetime) -> list[Delivery]:
        """Claims that ran out: what may be done twice is pending again, the rest uncertain."""

    def retry_uncertain(self, platform: str, since: datetime, now: datetime) -> int:
        """Let what is uncertain be sent again whose first attempt began after `since`: how many those are."""

    def suspended(self, community_id: int) -> list[tuple[Place, str]]:
        """Review places that refuse, and why."""

    def resume(self, place: Place) -> None:
        """A place takes messages again."""

    def unread(self, recipients: Iterable[str]) -> list[Delivery]:
        """Notices that could not be sent, or never were to be, and that nobody read yet: oldest first."""

    def mark_read(self, deliveries: Iterable[int], now: datetime) -> None:
        """They were read."""

    def receive(self, now: datetime) -> int:
        """Put what is due for terminals into their inboxes: how many that were."""

    def awaits(self, places: Sequence[Place], now: datetime) -> bool:
        """Whether something is unread in the inboxes of those terminals, or due for any terminal."""

    def inbox(self, places: Sequence[Place], now: datetime) -> list[Delivery]:
        """What is unread in the inboxes of terminals, oldest first; from then on it is read."""


class Audit(Protocol):
    """What was done, one chain a community."""

    def lock(self, community_ids: Iterable[int]) -> None:
        """Be the only one to write to these chains. Comes before the lock of the catalogue."""

    def add(self, community_id: int, at: datetime, event: str, subject: str, detail: AuditDetail) -> None:
        """Add an entry to a chain that was locked."""

    def page(
        self, community_id: int, limit: int, before: int = 0
    ) -> list[tuple[AuditEntry, AuditDetail | None]]:
        """Newest first: from the end, or those before a number."""

    def length(self, community_id: int) -> int:
        """How many entries there are."""

    def verify(self, community_id: int) -> Verdict:
        """Walk a chain."""


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

    def submit(self, import_id: int) -> None:
        """Staging is over, and the rows wait for people to decide on them."""

    def approve(self, import_id: int) -> None:
        """People decided for it: from now on it will be finished, by whichever process."""

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


class Calls(Protocol):
    """How often people called what has a limit."""

    def count(self, person: str, command: str, limits: Sequence[tuple[int, int]], now: datetime) -> int:
        """Count one call by a pseudonym.

        Returns the seconds to wait when it is over one of `limits` (times, seconds), else 0. A refused call
        counts as well, so that hammering does not pay.
        """

    def halve(self, person: str, command: str, at: datetime) -> None:
        """The call that was counted at that time counts half."""


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
    def people(self) -> People:
        """Accounts, bans and notes."""

    @property
    def codes(self) -> Codes:
        """One-time codes."""

    @property
    def reports(self) -> Reports:
        """Reports."""

    @property
    def proposals(self) -> Proposals:
        """Changes that wait for people."""

    @property
    def outbox(self) -> Outbox:
        """What the bot owes places."""

    @property
    def audit(self) -> Audit:
        """What was done."""

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
