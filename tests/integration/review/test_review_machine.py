"""Whatever people do in whatever order, reports go the ways of DESIGN 6; nothing is published too easily."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Literal

import pytest
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from bot.domain.catalogue.actions import Code
from bot.domain.catalogue.filters import NewAction
from bot.domain.catalogue.revisions import Change
from bot.domain.community.people import COMMONS, Account, Home, Moderator, Role, Use, pseudonym
from bot.domain.review.proposals import Policy
from bot.ports.store import read, write
from storage.database import Database
from storage.engines import read_url
from tests.dialogue.talk import NOW, TERMINAL
from tests.integration.deciding import SECRET, call, check_whole, dispatcher_over, fill, press
from tests.integration.recount import revision_numbers
from tests.integration.review_model import LASTS, OPEN, TABLE, Seen, Sight, look
from tests.integration.samples import DECISION, facts
from tests.world.sizes import SIZES

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.commands.spec import Filled, Pressed
    from bot.domain.catalogue.actions import Action
    from bot.domain.catalogue.revisions import Revision
    from bot.domain.review.proposals import Proposal
    from bot.ports import UnitOfWork

SERVER = Home("discord", "555")
LOCAL_BOARD = "discord-555"
CURATORS, LOCAL = 1, 2
HOMES = {CURATORS: TERMINAL, LOCAL: SERVER}
STEP = timedelta(seconds=100)
"""Between two things that happen: seldom enough for the limits of /report, soon enough for a claim."""
PEOPLE = {
    "ana": LOCAL, "ben": LOCAL, "cleo": LOCAL, "dov": LOCAL, "eve": LOCAL, "fay": LOCAL,
    "gus": CURATORS, "hal": CURATORS, "ivy": CURATORS,
}  # fmt: skip
"""Everybody, and where they are: dov, eve and fay are moderators there, gus and hal are the curators."""
MODERATORS = {LOCAL: ("dov", "eve", "fay"), CURATORS: ("gus", "hal")}
ABOUT = ("IL", "TX, CA", "DE-1", "OH-1")
"""Two are states, one code is of the community's own board, one is everyone's."""
LINKS = ("https://example.org/news/1", "https://example.org/news/2")
FIVE = {"status": "adopted", "kind": "statute", "approach": "build", "topics": "land-water"}
PROFILE = settings(
    max_examples=SIZES.review_runs, stateful_step_count=50, derandomize=True, deadline=None, database=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck), print_blob=False, phases=(Phase.generate, Phase.shrink),
)  # fmt: skip

Event = Literal[
    "file", "withdraw", "answer", "claim", "ask", "edit", "approve", "reject", "duplicate", "forward", "ban",
    "unban", "undo", "update", "lapse",
]  # fmt: skip
OUTSIDER = 9


@dataclass(frozen=True)
class File:
    """Somebody reports."""

    who: str
    link: str
    about: str
    anonymous: bool


@dataclass(frozen=True)
class Member:
    """What members do with a report: its author, where nobody is named."""

    at: int
    event: Event
    who: str | None


@dataclass(frozen=True)
class Card:
    """A button of a report's card; `at` counts from the newest report, `who` among its moderators."""

    at: int
    event: Event
    who: int
    old: bool
    """Of a card as it was before the last thing happened."""


@dataclass(frozen=True)
class Two:
    """Two press Approve one after the other; the second may be the first again, by another account."""

    at: int
    first: int
    second: int
    linked: bool


@dataclass(frozen=True)
class Update:
    """A moderator says how an action stands now."""

    code: str
    who: int
    status: str


@dataclass(frozen=True)
class Rule:
    """A board asks for so many people."""

    board: str
    policy: Policy


@dataclass(frozen=True)
class Pass:
    """Time passes, and somebody looks at the queue."""

    hours: float


@dataclass(frozen=True)
class Linked:
    """Two accounts are one person's."""

    one: str
    other: str


@dataclass(frozen=True)
class Removed:
    """Somebody is no moderator any more, or again."""

    name: str


Deed = File | Member | Card | Two | Update | Rule | Pass | Linked | Removed
which = st.sampled_from([0, 0, 0, 0, 1, 1, 2, 3, 4])
some = st.sampled_from([0, 1, 2, 0, 1, 2, 0, 1, OUTSIDER])
everyone = st.sampled_from(sorted(PEOPLE))
on_cards: st.SearchStrategy[Event] = st.sampled_from(
    ["approve", "approve", "approve", "edit", "edit", "undo", "undo", "claim", "claim", "ask", "reject",
     "duplicate", "forward", "forward", "ban", "unban"]
)  # fmt: skip
of_members: st.SearchStrategy[Event] = st.sampled_from(["withdraw", "answer"])
cards = st.builds(Card, which, on_cards, some, st.sampled_from([False, False, False, True]))
twos = st.builds(Two, which, some, some, st.sampled_from([False, False, True]))
pairs = st.sampled_from(
    [
        ("dov", "eve"),
        ("eve", "fay"),
        ("ana", "dov"),
        ("ben", "eve"),
        ("gus", "hal"),
        ("ana", "ben"),
        ("ivy", "gus"),
    ]
)
rare = st.one_of(
    st.builds(Rule, st.sampled_from([LOCAL_BOARD, LOCAL_BOARD, COMMONS]), st.sampled_from(Policy)),
    st.builds(Pass, st.sampled_from([0.5, 2.0, 25.0, 7 * 24.0, 14 * 24.0])),
    pairs.map(lambda pair: Linked(*pair)),
    st.builds(Removed, st.sampled_from(MODERATORS[LOCAL])),
)
files = st.builds(File, everyone, st.sampled_from(LINKS), st.sampled_from(ABOUT), st.booleans())
members = st.builds(Member, which, of_members, st.sampled_from([None, None, None, *sorted(PEOPLE)]))
updates = st.builds(
    Update, st.sampled_from(["DE-1", "OH-1"]), some, st.sampled_from(["in_effect", "blocked"])
)
kinds: list[st.SearchStrategy[Deed]] = [
    *[cards] * 10, *[twos] * 4, files, files, members, members, updates, rare, rare, rare,
]  # fmt: skip
deeds: st.SearchStrategy[Deed] = st.sampled_from(kinds).flatmap(lambda kind: kind)
"""What may happen, the buttons of cards most often."""


def account_of(name: str) -> Account:
    """Somebody on their platform."""
    if PEOPLE[name] == LOCAL:
        return Account("discord", str(900 + sorted(PEOPLE).index(name)), name, numbered=True)
    role = Role.MODERATOR if name in MODERATORS[CURATORS] else Role.MEMBER
    return Account("terminal", name, name, role, named=True)


OPENS = {pseudonym(SECRET, account_of(name)): name for name in PEOPLE}
WHOSE = {pseudonym(SECRET, account_of(name), use): name for name in PEOPLE for use in Use}
"""Whose each pseudonym is."""


class Soonest(Random):
    """In place of chance: an anonymous report is shown after as short a time as there can be."""

    def randint(self, a: int, b: int) -> int:
        """The least."""
        del b
        return a


class ReviewMachine(RuleBasedStateMachine):
    """Calls through the real dispatcher on a database of its own; answers are judged by what is on file."""

    model: Path
    """A database to begin with."""
    tell = staticmethod(note)

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        file = self.folder / "review.db"
        shutil.copyfile(self.model, file)
        self.database = Database(read_url(f"sqlite:///{file}"))
        self.dispatcher = replace(dispatcher_over(self.database), random=Soonest())
        self.runner = asyncio.Runner()
        self.now = NOW
        self.sight = look(self.database)
        self.person = {name: name for name in PEOPLE}
        """Who is one with whom: the same word for linked accounts."""
        self.removed: set[str] = set()
        self.banned: dict[int, dict[str, int]] = {LOCAL: {}, CURATORS: {}}
        """Pseudonyms, each with the report by whose card."""
        self.policies = {COMMONS: Policy.ONE, LOCAL_BOARD: Policy.ONE}
        self.sent_on: dict[int, str] = {}
        """Of what curators decide: whether a report was forwarded, or the action that came of it."""
        self.checked_head = self.sight.head

    def teardown(self) -> None:
        check_whole(self.database)
        self.runner.close()
        self.database.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- what people do

    @initialize(policy=st.sampled_from(Policy), anonymous=st.booleans(), followed=st.booleans())
    def begin(self, policy: Policy, anonymous: bool, followed: bool) -> None:  # noqa: FBT001
        """A report waits already, most of the time with a follower."""
        self._set_policy(LOCAL_BOARD, policy)
        self._file("ana", LINKS[0], "IL", anonymous=anonymous)
        if followed:
            self._file("ben", LINKS[0], "IL", anonymous=not anonymous)

    @rule(deed=deeds)
    def happens(self, deed: Deed) -> None:
        """One rule for all, so that each run may meet everything."""
        match deed:
            case File(who, link, about, anonymous):
                self._file(who, link, about, anonymous=anonymous)
            case Member(at, event, who):
                self._member(at, event, who)
            case Card(at, event, who, old):
                report = self._report(at, event)
                self._press_on(event, self._moderator(who, report), report, old=old)
            case Two(at, first, second, linked):
                self._two_approve(at, first, second, linked=linked)
            case Update(code, who, status):
                self._update(code, who, status)
            case Rule(board, policy):
                self._set_policy(board, policy)
            case Pass(hours):
                self.now += timedelta(hours=hours)
                self._do("lapse", "gus", press("review"))
            case Linked(one, other):
                self.link(one, other)
            case Removed(name):
                self._remove_or_name_again(name)

    def _file(self, who: str, link: str, about: str, *, anonymous: bool) -> None:
        kind = "new" if about in ABOUT[:2] else "change"
        values = {"what": f"Counts all, says {who}", "about": about, "link": link, "kind": kind,
                  "anonymous": "yes" if anonymous else "no"}  # fmt: skip
        self._do("file", who, fill("report", values))

    def _member(self, at: int, event: Event, who: str | None) -> None:
        """Its author, or somebody whom the report does not concern, does what members may."""
        report = self._report(at, event)
        if (name := who or WHOSE.get(report.author)) is None:
            return
        options = {"report": f"R-{report.number}"}
        asked: Filled | Pressed = press("withdraw", **options)
        if event == "answer":
            asked = fill("answer", {"details": "On Monday"}, **options)
        self._do(event, name, asked, report.number)

    def _two_approve(self, at: int, first: int, second: int, *, linked: bool) -> None:
        """Each with the newest card; between the two it may turn out that they are one person."""
        report = self._report(at)
        names = [self._moderator(who, report) for who in (first, second)]
        self._press_on("approve", names[0], report)
        if linked:
            self.link(*names)
        self._press_on("approve", names[1], self.sight.reports[report.number])

    def _update(self, code: str, who: int, status: str) -> None:
        here = MODERATORS[LOCAL if code == "DE-1" else CURATORS]
        asked = fill("update", {"status": status, "date": str(self.now.date())}, code=code)
        self._do("update", here[who % len(here)], asked)

    def _set_policy(self, board: str, policy: Policy) -> None:
        write(self.database, lambda uow: uow.review_settings.set_policy(board, policy))
        self.policies[board] = policy

    def link(self, one: str, other: str) -> None:
        """From now on they are one person."""
        if self.person[one] == self.person[other]:
            return

        def together(uow: UnitOfWork) -> None:
            numbers = [
                uow.people.keep(account_of(name), pseudonym(SECRET, account_of(name)), self.now).number
                for name in (one, other)
            ]
            uow.people.link(*numbers)

        write(self.database, together)
        mine, theirs = self.person[one], self.person[other]
        self.person = {name: mine if of == theirs else of for name, of in self.person.items()}

    def _remove_or_name_again(self, name: str) -> None:
        self.removed ^= {name}
        named = [
            Moderator("discord", account_of(one).id, one)
            for one in MODERATORS[LOCAL] if one not in self.removed
        ]  # fmt: skip
        write(self.database, lambda uow: uow.communities.name_moderators(LOCAL, "discord", named))

    # --- who and what is meant

    def _report(self, at: int, event: Event = "approve") -> Seen:
        """One of those that wait (to undo it, of those that were decided), newest first; then the rest."""
        waits = event not in ("undo", "unban")
        numbers = sorted(self.sight.reports, reverse=True)
        numbers.sort(key=lambda number: (self.sight.reports[number].status in OPEN) != waits)
        return self.sight.reports[numbers[at % len(numbers)]]

    def _moderator(self, who: int, report: Seen) -> str:
        """One of the moderators where the report is; the last number is a curator or a member elsewhere."""
        if who == OUTSIDER:
            return "hal" if report.community == LOCAL else "ivy"
        here = MODERATORS[report.community]
        return here[who % len(here)]

    def press(self, event: Event, report: int, who: str) -> None:
        """One of the moderators presses a button of a report's newest card."""
        self._press_on(event, who, self.sight.reports[report])

    def _press_on(self, event: Event, who: str, report: Seen, *, old: bool = False) -> None:
        """Press one of the buttons of a card; an old one was posted before the last thing happened."""
        version = max(report.version - 1, 1) if old else report.version
        card = {"report": f"R-{report.number}", "version": str(version)}
        values: dict[str, str] | None = {
            "edit": {"title": f"Counts {who}'s"}, "reject": {"reason": "unclear"},
            "ask": {"question": "When?"}, "duplicate": {"of": "OH-1"}, "ban": {"words": "every day"},
        }.get(event)  # fmt: skip
        if event == "approve":  # where the draft is complete it decides at once, else the form comes first
            proposal = read(self.database, lambda uow: uow.proposals.get(report.proposal))
            complete = proposal.draft.is_complete or proposal.kind == "undo"
            values = {} if complete else {**FIVE, "date": str(self.now.date())}
        command = {"ban": "banauthor"}.get(event, event)
        asked: Filled | Pressed
        if values is not None:
            asked = fill(command, values, **card)
        elif event == "undo":
            asked = press("undo", what=card["report"])
        elif event == "unban":
            asked = press("member", do="unban", report=card["report"])
        else:
            asked = press(command, **card)
        was = self.sight
        self._do(event, who, asked, report.number, old=old)
        if event == "forward":
            new = self.sight.reports.keys() - was.reports.keys()
            self.sent_on |= dict.fromkeys(new, "action" if report.status == "approved" else "report")

    # --- how it is judged

    def _do(
        self, event: Event, who: str, asked: Filled | Pressed, report: int | None = None, *, old: bool = False
    ) -> None:
        """One call, judged: what it may change, what it has to, and what it must not."""
        self.now += STEP
        before = self.sight
        home = HOMES[PEOPLE[who]]
        reply = self.runner.run(self.dispatcher.dispatch(call(asked, account_of(who), home, self.now)))
        after = self.sight = look(self.database)
        target = before.reports[report] if report is not None else None
        old = old and target is not None and target.version > 1
        on = f" on R-{report}" if report else ""
        told = f"{event}{on} by {who}: {reply.problem.message if reply.problem else reply.title}"
        self.tell(told)
        assert not (reply.problem and reply.problem.code == "internal"), told
        assert reply.form is None, f"nothing was decided: {told}"
        rebased = reply.problem is not None and event == "approve" and after != before
        if rebased:
            assert target is not None
            self._judge_rebase(target, after, told)
        elif reply.problem:
            assert after == before, f"refused, but something changed: {told}"
            assert not self._must_be_taken(event, who, target, old=old), told
        else:
            assert not (why := self._must_be_refused(event, who, target, old=old)), f"{why}: {told}"
            self._judge(event, target, before, after, told)
        self._states_hold_together()
        self._told_once()
        self._whole()

    def _judge_rebase(self, target: Seen, after: Sight, told: str) -> None:
        """The action was changed meanwhile: the draft now stands on it, and nobody agreed with that yet."""
        now = after.reports[target.number]
        assert now.version == target.version + 1, told
        assert now.agreed == (), told
        assert now.status in OPEN, told
        assert (after.head, after.notices) == (self.sight.head, self.sight.notices)

    def _is_sender(self, who: str, report: Seen) -> bool:
        """Whether somebody sent it, by whichever of their accounts."""
        of = [report]
        if report.forwarded_from is not None:
            of.append(self.sight.reports[report.forwarded_from])
        return any(self.person[WHOSE[one]] == self.person[who] for each in of for one in each.senders)

    def _must_be_refused(self, event: Event, who: str, report: Seen | None, *, old: bool) -> str:
        """Why, where that is sure."""
        here = PEOPLE[who]
        if event not in ("file", "withdraw", "answer") and (
            who in self.removed or who not in MODERATORS[here]
        ):
            return "no moderator"
        if event == "file" and any(self.person[WHOSE[p]] == self.person[who] for p in self.banned[here]):
            return "banned"
        if report is None:
            return ""
        if event in ("withdraw", "answer"):
            return "" if self._is_sender(who, report) else "not theirs"
        if report.community != here:
            return "of another community"
        deciding = ("approve", "edit", "reject", "duplicate", "ask", "forward", "claim", "undo")
        handed_on = (
            event == "forward" and report.status == "approved"
        )  # what was published; it decides nothing
        if (
            event in deciding
            and not handed_on
            and report.origin != "moderator"
            and self._is_sender(who, report)
        ):
            return "their own report"
        undone = self._undone_by(report.proposal, self.sight) if report.kind == "undo" else None
        if event == "approve" and undone and self._is_sender(who, undone):
            return "the decision on their own report is to be undone"
        if old and event in ("approve", "edit", "reject", "duplicate", "ask", "forward"):
            return "an old card"
        standing = report.standing(self.now)
        if standing == "claimed" and event in ("approve", "edit", "reject", "duplicate", "ask", "forward"):
            known = self._name(report.claimed_by)
            if known and self.person[known] != self.person[who]:
                return "claimed by somebody else"
        return ""

    def _name(self, number: int | None) -> str | None:
        """Whose account has that number."""
        known = read(self.database, lambda uow: uow.people.known([number] if number else []))
        return next((account.name for account in known.values()), None)

    def _must_be_taken(self, event: Event, who: str, report: Seen | None, *, old: bool) -> bool:
        """Whether there is no reason to refuse it: it is surely neither unfit nor too late."""
        if report is None or old or self._must_be_refused(event, who, report, old=False):
            return False
        standing = report.standing(self.now)
        if event not in ("approve", "reject", "edit", "claim") or report.visible_at > self.now:
            return False
        if event == "approve":
            agreed = report.agreed if standing == report.status else ()
            mine = {self.person[name] for number in agreed if (name := self._name(number))}
            fits = report.kind == "new" and report.origin == "member"
            return standing in OPEN and fits and self.person[who] not in mine
        if event == "edit" and report.origin == "moderator":
            return False
        return standing in OPEN and event in TABLE[standing]

    def _judge(self, event: Event, target: Seen | None, before: Sight, after: Sight, told: str) -> None:
        moves, notices = self._expected(event, target, before, after)
        for number, was in before.reports.items():
            now = after.reports[number]
            wanted = moves.get(number, was.status)
            assert now.status == wanted, f"R-{number} is {now.status} and was {was.status}: {told}"
        for number in after.reports.keys() - before.reports.keys():
            new = after.reports[number]
            assert new.status == ("seconding" if new.origin == "moderator" else "new"), told
        found = after.notices - before.notices
        assert before.notices - after.notices == Counter(), told
        assert found == notices, f"told {dict(found)}, to be told {dict(notices)}: {told}"
        if event == "edit" and target and after.reports[target.number].edition != target.edition:
            assert after.reports[target.number].agreed == (), f"an edit clears the approvals: {told}"
        self._judge_published(target, before, after, told)

    def _expected(
        self, event: Event, target: Seen | None, before: Sight, after: Sight
    ) -> tuple[dict[int, str], Counter[tuple[int, str, str]]]:
        """Where which report has to be now, and who has to have been told what."""
        if event == "lapse":
            lapsed = {n: "new" for n, one in before.reports.items() if one.standing(self.now) != one.status}
            return lapsed, Counter()
        if event in ("file", "update"):
            return {}, Counter()
        assert target is not None
        number, standing = target.number, target.standing(self.now)
        now = after.reports[number]
        if event == "withdraw":
            if self._heir(target):
                return {number: self._passed_on(target, target.status, after)}, Counter()
            return {number: TABLE[target.status]["withdraw"]}, Counter()
        if event == "answer":
            return ({number: "new"} if target.status == "asked" else {}), Counter()
        if event == "ban":
            return self._expected_of_ban(target, before, after)
        if event == "unban":
            banned = self.banned[target.community]
            # The report may be somebody else's by now: meant is who was banned by its card.
            theirs = {one for one, by in banned.items() if by == number} or self._theirs(target.author)
            self.banned[target.community] = {one: by for one, by in banned.items() if one not in theirs}
            here = [one for one in before.reports.values() if one.community == target.community]
            back = [one for one in here if one.author in theirs and one.status == "folded"]
            return {one.number: "new" for one in back}, Counter()
        if event == "undo":
            return self._expected_of_undo(target, before, after)
        if event == "forward" and target.status == "approved":
            return {}, Counter()
        if event == "approve" and now.status == "seconding":
            if standing == "seconding":  # only where those who agreed turned out to have sent it
                senders = {self.person[WHOSE[one]] for one in target.senders}
                agreed = {self.person[name] for one in target.agreed if (name := self._name(one))}
                assert agreed <= senders, "one of two is in twice"
                standing = "new"
            return {number: TABLE[standing]["first approve"]}, Counter()
        if event == "edit" and now.edition == target.edition:
            return {number: standing}, Counter()
        moves = {number: TABLE[standing][event]}
        notices: Counter[tuple[int, str, str]] = Counter()
        if event == "ask":
            notices[number, target.author, "asked"] += 1
        if event in ("approve", "reject", "duplicate"):
            deed = moves[number]
            notices += self._all_told(target, deed)
            if target.forwarded_from is not None:
                origin = before.reports[target.forwarded_from]
                if origin.status == "forwarded":
                    moves[origin.number] = TABLE["forwarded"][event]
                    notices += self._all_told(origin, deed)
            source = self._undone_by(target.proposal, before) if target.kind == "undo" else None
            if source and event == "approve":
                moves[source.number] = "new"
                notices += self._all_told(source, "changed")
        return moves, notices

    def _all_told(self, report: Seen, about: str) -> Counter[tuple[int, str, str]]:
        """One notice for each who sent it; what was forwarded tells through the report it came from."""
        if report.origin == "community":
            return Counter()
        return Counter((report.number, who, about) for who in report.hear)

    def _undone_by(self, proposal: int, before: Sight) -> Seen | None:
        """The report whose decision an undo takes back."""

        def find(uow: UnitOfWork) -> Proposal | None:
            undo = uow.proposals.get(proposal)
            return uow.proposals.by_revision(undo.undoes) if undo.undoes else None

        source = read(self.database, find)
        for one in before.reports.values():
            if source and one.proposal == source.id and one.status == "approved":
                return one
        return None

    def _theirs(self, author: str) -> set[str]:
        """All pseudonyms under which somebody is banned together; an anonymous author has only the one."""
        if author not in OPENS:
            return {author}
        person = self.person[OPENS[author]]
        return {one for one, name in OPENS.items() if self.person[name] == person}

    def _heir(self, report: Seen) -> str | None:
        """Who goes on with a report whose author leaves."""
        banned = self.banned[report.community]
        return next((one for one in report.followers if one not in banned), None)

    def _passed_on(self, report: Seen, standing: str, after: Sight) -> str:
        """It stands as it did; but where the draft is another now, nobody agreed with it."""
        anew = standing == "seconding" and after.reports[report.number].edition != report.edition
        return "new" if anew else standing

    def _expected_of_ban(
        self, target: Seen, before: Sight, after: Sight
    ) -> tuple[dict[int, str], Counter[tuple[int, str, str]]]:
        theirs = self._theirs(target.author)
        self.banned[target.community] = dict.fromkeys(theirs, target.number) | self.banned[target.community]
        moves, notices = dict[int, str](), Counter[tuple[int, str, str]]()
        for number, one in before.reports.items():
            if (one.community, one.origin) != (target.community, "member") or one.author not in theirs:
                continue
            standing = one.standing(self.now) if one is target else one.status
            if standing not in OPEN:
                continue
            if self._heir(one):
                moves[number] = self._passed_on(one, standing, after)
            else:
                moves[number] = TABLE[standing]["fold"]
                notices[number, one.author, "folded"] += 1
        return moves, notices

    def _expected_of_undo(
        self, target: Seen, before: Sight, after: Sight
    ) -> tuple[dict[int, str], Counter[tuple[int, str, str]]]:
        number = target.number
        standing = target.standing(self.now)
        if standing in OPEN:  # the last edit
            return {number: TABLE[standing]["edit"]}, Counter()
        if after.reports.keys() - before.reports.keys():  # another person has to agree first
            return {}, Counter()
        moves = {number: TABLE[standing]["undo"]}
        notices = self._all_told(target, "changed")
        if target.forwarded_from is not None and self.sent_on.get(number) == "report":
            origin = before.reports[target.forwarded_from]
            assert origin.status == standing, "what was forwarded follows the curators' outcome"
            moves[origin.number] = "forwarded"
            notices += self._all_told(origin, "changed")
        return moves, notices

    # --- what is published

    def _judge_published(self, target: Seen | None, before: Sight, after: Sight, told: str) -> None:
        """Each new revision has a source, and enough people who did not send the report agreed with it."""
        if after.head == before.head:
            return

        def load(uow: UnitOfWork) -> list[tuple[Revision, Proposal | None]]:
            new = uow.revisions.since(before.head, 10)
            return [(one, uow.proposals.by_revision(one.number)) for one in new]

        found = read(self.database, load)
        assert [one.number for one, _ in found] == list(range(before.head + 1, after.head + 1)), told
        assert sum(proposal is not None for _, proposal in found) == 1, told
        for revision, proposal in found:
            assert revision.after.facts.sources, told
            if proposal is None:  # a code that answers with another one from now on, or no longer does
                assert revision.change in (Change.RETRACTED, Change.RESTORED), told
                continue
            names = {name for a in proposal.approvals if (name := self._name(a.account)) is not None}
            senders = {self.person[WHOSE[one]] for one in self._senders(proposal, target, before)}
            people = {self.person[name] for name in names} - senders
            needed = self._needed(proposal.board, revision, undo=proposal.kind == "undo")
            assert len(people) >= needed, f"{people} agreed, {needed} have to: {told}"
            if proposal.kind == "undo":
                self._judge_undone(proposal, revision, told)

    def _senders(self, proposal: Proposal, target: Seen | None, before: Sight) -> list[str]:
        """Who sent the report that was decided on; a moderator's own change is for them to agree with."""
        if target is None or target.origin == "moderator" or target.proposal != proposal.id:
            return []
        origin = before.reports[target.forwarded_from].senders if target.forwarded_from else ()
        return [*target.senders, *origin]

    def _needed(self, board: str, revision: Revision, *, undo: bool) -> int:
        """How many people have to agree, in the words of DESIGN 6."""
        old, new = revision.before, revision.after
        policy = self.policies[board]
        if undo and new.retraction:
            return 1  # toward less published
        if policy is Policy.TWO:
            return 2
        if policy is Policy.ONE:
            return 1
        alike = old is not None and not undo and _stands(old) == _stands(new)
        return 1 if alike else 2

    def _judge_undone(self, proposal: Proposal, revision: Revision, told: str) -> None:
        """Exactly what was before, or withdrawn where nothing was."""
        assert proposal.undoes is not None
        number = proposal.undoes
        (undone,) = read(self.database, lambda uow: uow.revisions.since(number - 1, 1))
        if undone.before is None:
            assert revision.after.retraction is not None, told
        else:
            assert revision.after.facts == undone.before.facts, told
            assert bool(revision.after.retraction) == bool(undone.before.retraction), told

    # --- what always holds

    def _states_hold_together(self) -> None:
        for number, one in self.sight.reports.items():
            assert one.status in TABLE, number
            if one.status == "seconding":
                assert len(one.agreed) >= 1, f"R-{number} waits for a second person, and there is no first"
            if one.status in LASTS:
                assert one.until is not None, number
            else:
                assert one.until is None, number
            assert len(set(one.hear)) == len(one.hear), f"somebody sent R-{number} twice"

    def _whole(self) -> None:
        if self.sight.head != self.checked_head:
            self.checked_head = self.sight.head
            check_whole(self.database)
            assert revision_numbers(self.database)[-1] == self.sight.head

    def _told_once(self) -> None:
        for (number, who, about), times in self.sight.notices.items():
            if about in ("approved", "rejected", "duplicate", "folded"):
                undone = self.sight.notices[number, who, "changed"]
                assert times <= undone + 1 or about == "folded", (number, who, about)


def _stands(action: Action) -> tuple[object, ...]:
    """How it stands, as far as policies tell."""
    return action.facts.history, action.facts.challenged, action.retraction is None


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A community with moderators and a board of its own beside the curators; an action on each board."""
    file = tmp_path / "model.db"
    database = Database(read_url(f"sqlite:///{file}"))
    database.open()

    def prepare(uow: UnitOfWork) -> None:
        community = uow.communities.join(SERVER, "Springfield", NOW)
        assert (community.id, community.board) == (LOCAL, LOCAL_BOARD)
        named = [Moderator("discord", account_of(name).id, name) for name in MODERATORS[LOCAL]]
        uow.communities.name_moderators(LOCAL, "discord", named)
        added = uow.publisher.add(
            [NewAction("local", LOCAL_BOARD, facts("DE")), NewAction("everyones", COMMONS, facts("OH"))],
            DECISION,
        )
        assert [action.code for action in added] == [Code("DE", 1), Code("OH", 1)]

    write(database, prepare)
    database.close()
    return file


@pytest.mark.soak
def test_the_rules_of_review_hold_in_whatever_order(model: Path) -> None:
    class Here(ReviewMachine):
        pass

    Here.model = model
    run_state_machine_as_test(Here, settings=PROFILE)


# --- what it found once


def waiting_for_the_second(state: ReviewMachine) -> None:
    """The action is changed while one of two agreed: the draft moves on, and nobody agreed with that."""
    state.begin(policy=Policy.TWO, anonymous=False, followed=False)
    state.happens(Update("DE-1", 0, "in_effect"))
    state.happens(Update("DE-1", 1, "blocked"))
    state.press("approve", 3, "fay")
    state.press("approve", 2, "eve")


def passed_on_to_a_follower(state: ReviewMachine) -> None:
    """One of two agreed with the words of an author who goes; the follower's words are others."""
    state.begin(policy=Policy.ONE, anonymous=False, followed=True)
    state.press("approve", 1, "dov")
    state.press("undo", 1, "dov")
    state.happens(Rule(LOCAL_BOARD, Policy.TWO))
    state.press("approve", 1, "dov")
    state.happens(Member(0, "withdraw", "ana"))


def undone_by_its_sender(state: ReviewMachine) -> None:
    """Who sent a report is not the second person who takes the decision on it back."""
    state.begin(policy=Policy.ONE, anonymous=False, followed=False)
    state.happens(File("eve", LINKS[1], "DE-1", anonymous=False))
    state.press("approve", 2, "dov")
    state.happens(Rule(LOCAL_BOARD, Policy.TWO))
    state.press("undo", 2, "dov")
    state.press("approve", 3, "eve")


def linked_after_the_first(state: ReviewMachine) -> None:
    """Two accounts that are linked while it waits are one person."""
    state.begin(policy=Policy.TWO, anonymous=False, followed=False)
    state.press("approve", 1, "dov")
    state.link("dov", "eve")
    state.press("approve", 1, "eve")
    state.press("approve", 1, "fay")


def linked_with_the_sender(state: ReviewMachine) -> None:
    """Who agreed turns out to be who sent it."""
    state.begin(policy=Policy.TWO, anonymous=False, followed=False)
    state.press("approve", 1, "dov")
    state.link("dov", "ana")
    state.press("approve", 1, "eve")
    state.press("approve", 1, "fay")


def forwarded_and_back(state: ReviewMachine) -> None:
    """What the curators undo gives the community its own action back."""
    state.begin(policy=Policy.ONE, anonymous=False, followed=True)
    state.press("approve", 1, "dov")
    state.press("forward", 1, "dov")
    state.press("approve", 2, "gus")
    state.press("undo", 2, "gus")
    state.press("reject", 2, "gus")
    state.press("undo", 1, "dov")


@pytest.mark.parametrize(
    "sequence",
    [waiting_for_the_second, passed_on_to_a_follower, undone_by_its_sender, linked_after_the_first,
     linked_with_the_sender, forwarded_and_back],
)  # fmt: skip
def test_sequences_that_went_wrong_once(
    model: Path, monkeypatch: pytest.MonkeyPatch, sequence: Callable[[ReviewMachine], None]
) -> None:
    monkeypatch.setattr(ReviewMachine, "model", model, raising=False)
    monkeypatch.setattr(ReviewMachine, "tell", staticmethod(lambda _: None))
    state = ReviewMachine()
    try:
        sequence(state)
    finally:
        state.teardown()
