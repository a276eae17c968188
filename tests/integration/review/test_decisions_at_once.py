"""A hundred moderators decide on one report in the same instant: one decides, the others read who did."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from bot.commands.spec import Filled, Pressed
from bot.domain.catalogue.dates import PartialDate
from bot.domain.catalogue.filters import NewAction
from bot.domain.community.people import COMMONS, Account, Home, Role, Use, pseudonym
from bot.domain.deliveries import Place, Purpose, Sent, about_report
from bot.domain.review.proposals import Policy
from bot.domain.review.reports import ReportKind, ReportStatus
from bot.engine.community.people import person_of
from bot.engine.review.reporting import Filing, file_report
from bot.errors import ChangedMeanwhileError
from bot.ports.store import read, write
from storage.database import Database
from tests.dialogue.reviewing import file, kept, member, moderator, send
from tests.dialogue.talk import NOW, TERMINAL, Talk, answered, button, fields, opened
from tests.integration.deciding import (
    PROCESSES,
    SECRET,
    Answered,
    approved_by,
    at_once,
    call,
    check_whole,
    editions,
    events,
    fill,
    notices,
    numbers_of_reports,
    owed,
    somebody,
    told,
)
from tests.integration.samples import DECISION, facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import URL

    from bot.commands.spec import Invocation
    from bot.domain.review.reports import Report
    from bot.engine.review.reporting import Filed
    from bot.ports import UnitOfWork

ON_A_SERVER = pytest.mark.soak(only="sqlite")
"""SQLite lets one write at a time, in whichever process: two of these races are enough for it."""
HOMES = (TERMINAL, Home("discord", "771"), Home("discord", "772"))
PEOPLE = 100
KINDS = ("approve", "reject", "duplicate", "edit")
DEEDS = {"approve": "approved", "reject": "rejected", "duplicate": "marked as known already",
         "edit": "edited"}  # fmt: skip
ZONE = ZoneInfo("America/Chicago")
KNOWN = "TX-1"
"""What the report may be said to repeat."""


def minute(number: int) -> timedelta:
    """Everybody has a minute of their own, so that the time that is told says whose it is."""
    return timedelta(minutes=number + 1)


def day(number: int) -> str:
    """And a day, which says whose five fields were published."""
    return str(PartialDate.on(NOW.date() - timedelta(days=number + 1)))


@pytest.fixture
def url(schema_url: URL) -> URL:
    """A community with three homes and a review place in each, whose cards were posted, and one report."""
    database = Database(schema_url)
    ana = Talk.over(database)

    def prepare(uow: UnitOfWork) -> None:
        uow.publisher.add([NewAction("known", COMMONS, facts("TX"))], DECISION)
        for home in HOMES[1:]:
            uow.communities.join(home, home.id, NOW)
            uow.communities.move(home, 1)
        uow.communities.set_zone(1, ZONE.key)
        for platform in ("terminal", "discord"):
            rooms = [Place(h.platform, h.id, f"9{n}") for n, h in enumerate(HOMES) if h.platform == platform]
            uow.review_settings.name_review_places(1, platform, rooms)

    write(database, prepare)
    assert file(member(ana, "ana"), anonymous="no") == "R-1"
    abroad = replace(member(ana, "ben"), home=HOMES[1], id="801")
    assert file(abroad, what="Illinois counted all reservoirs") == "R-1"
    assert file(member(ana, "cleo"), anonymous="yes") == "R-1"

    def post(uow: UnitOfWork) -> None:
        for card in uow.outbox.about(about_report(1), Purpose.CARD):
            claimed = uow.outbox.claim(card, b"{}", NOW, NOW + timedelta(seconds=90))
            assert claimed
            assert uow.outbox.record(claimed, Sent(f"message {card.id}"), NOW)

    write(database, post)
    database.close()
    return schema_url


@pytest.fixture
def database(url: URL) -> Iterator[Database]:
    """The same, open."""
    found = Database(url)
    yield found
    found.close()


def decision(kind: str, number: int, version: int = 1) -> Invocation:
    """What one of the moderators presses: all hold the card as it was posted."""
    home = HOMES[number % len(HOMES)]
    values = {
        "approve": {"status": "adopted", "date": day(number), "kind": "statute", "approach": "build",
                    "topics": "land-water"},
        "reject": {"reason": "unclear", "words": f"Said number {number}"},
        "duplicate": {"of": KNOWN},
        "edit": {"title": f"Counts reservoirs, version {version}, as number {number} has it"},
    }[kind]  # fmt: skip
    asked = fill(kind, values, report="R-1", version=str(version))
    return call(asked, somebody(number, home), home, NOW + minute(number))


def in_lines(calls: Sequence[tuple[str, int]], seed: int, first: str | None = None) -> list[list[Invocation]]:
    """The calls in an order of their own, spread over the processes; those of kind `first` have a start."""
    chance = random.Random(seed)
    order = chance.sample(calls, len(calls))
    order.sort(key=lambda one: one[0] != first)
    return [[decision(*one) for one in order[line::PROCESSES]] for line in range(PROCESSES)]


def taken(lines: list[list[Invocation]], answers: list[list[Answered]]) -> tuple[Account, list[Answered]]:
    """Whose press was taken, which must be one, and what all others read."""
    both = [pair for pairs in zip(lines, answers, strict=True) for pair in zip(*pairs, strict=True)]
    assert len(both) == sum(map(len, lines))
    won = [one.account for one, answer in both if not answer.problem]
    assert len(won) == 1, [answer for _, answer in both]
    return won[0], [answer for _, answer in both if answer.problem]


def report(database: Database) -> Report:
    """The report that all of them want to decide."""
    return kept(Talk.over(database), "R-1")


def expected(deed: str, who: Account) -> str:
    """What all others have to read."""
    number = int(who.name.removeprefix("Person "))
    return f"R-1 was already {deed} by {who.name} at {(NOW + minute(number)).astimezone(ZONE):%H:%M}."


def recipients() -> set[str]:
    """Ana and Ben under their names, Cleo under the pseudonym of an anonymous report."""
    here, abroad = somebody(0, TERMINAL), somebody(0, HOMES[1])
    return {
        pseudonym(SECRET, replace(here, id="ana")),
        pseudonym(SECRET, replace(abroad, id="801")),
        pseudonym(SECRET, replace(here, id="cleo"), Use.HIDDEN),
    }


TITLES = {"approve": "R-1 was approved", "reject": "R-1 was rejected", "duplicate": "R-1 was known already"}


def check(database: Database, kind: str, winner: Account) -> None:
    """All that came of the one decision, and nothing of the others."""
    check_whole(database)
    number = int(winner.name.removeprefix("Person "))
    after = report(database)
    decided = [one for one in events(database) if one[1] == "R-1"]
    audited = {"approve": "approved", "reject": "rejected", "duplicate": "duplicate", "edit": "edited"}[kind]
    assert decided == [(f"report:{audited}", "R-1")]
    assert after.version == 2
    assert after.decided_at == NOW + minute(number)
    hear = {(who, TITLES[kind]) for who in recipients()} if kind != "edit" else set()
    assert notices(database) == dict.fromkeys(hear, 1)
    proposal = read(database, lambda uow: uow.proposals.get(after.proposal))
    published = read(database, lambda uow: uow.catalogue.everything(None, 10))
    assert len(published) == (2 if kind == "approve" else 1)
    assert editions(database, proposal.id) == (2 if kind in ("approve", "edit") else 1)
    if kind == "approve":
        (new,) = [action for action in published if action.key != "known"]
        assert (str(new.code), new.revision, after.outcome) == ("IL-1", 2, new.code)
        assert str(new.facts.date) == day(number), "published is what the winner filled in"
        ((edition, account),) = approved_by(database, proposal.id)
        assert (edition, account) == (2, after.decided_by)
    else:
        assert approved_by(database, proposal.id) == []
    if kind == "reject":
        assert after.reason.endswith(f"Said number {number}")
    if kind == "edit":
        assert proposal.draft.title.endswith(f"as number {number} has it")
        assert after.status is ReportStatus.NEW
    cards = {one.id: one.place for one in owed(database) if one.purpose == Purpose.CARD}
    redraws = [(one.edits, one.place) for one in owed(database) if one.purpose == Purpose.REDRAW]
    assert len(cards) == len(HOMES)
    assert sorted(redraws) == sorted(cards.items()), "the card in every home is redrawn once"


def a_hundred() -> list[tuple[str, int]]:
    """As many of each kind."""
    return [(KINDS[number % len(KINDS)], number) for number in range(PEOPLE)]


@pytest.mark.parametrize("first", [KINDS[0], *(pytest.param(kind, marks=ON_A_SERVER) for kind in KINDS[1:])])
def test_a_hundred_at_once_one_wins(url: URL, database: Database, first: str) -> None:
    """With a head start for one kind: each of the processes begins with it, so that it wins."""
    lines = in_lines(a_hundred(), seed=KINDS.index(first), first=first)
    winner, others = taken(lines, at_once(url, lines))
    won = KINDS[int(winner.name.removeprefix("Person ")) % len(KINDS)]
    assert won == first
    assert [other.problem for other in others] == ["changed_meanwhile"] * (PEOPLE - 1)
    assert {other.message for other in others} == {expected(DEEDS[won], winner)}
    check(database, won, winner)


@ON_A_SERVER
@pytest.mark.parametrize("seed", range(3))
def test_whoever_wins(url: URL, database: Database, seed: int) -> None:
    lines = in_lines(a_hundred(), seed=seed + 100)
    winner, others = taken(lines, at_once(url, lines))
    won = KINDS[int(winner.name.removeprefix("Person ")) % len(KINDS)]
    assert {(other.problem, other.message) for other in others} == {
        ("changed_meanwhile", expected(DEEDS[won], winner))
    }
    check(database, won, winner)


@ON_A_SERVER
def test_with_two_people_one_is_the_first_and_then_one_the_second(url: URL, database: Database) -> None:
    write(database, lambda uow: uow.review_settings.set_policy(COMMONS, Policy.TWO))
    lines = in_lines([("approve", number) for number in range(PEOPLE)], seed=1)
    first, others = taken(lines, at_once(url, lines))
    assert {(other.problem, other.message) for other in others} == {
        ("changed_meanwhile", expected("approved, as the first of two,", first))
    }
    assert report(database).status is ReportStatus.SECONDING
    assert notices(database) == {}
    assert read(database, lambda uow: uow.revisions.head()) == 1, "one person publishes nothing"
    assert len(approved_by(database, report(database).proposal)) == 1

    # All see the card as it is now. It is complete, so that pressing decides; the first one presses as well.
    calls = [(number, HOMES[number % len(HOMES)]) for number in range(PEOPLE)]
    again = [
        [
            call(fill("approve", {}, report="R-1", version="2"), somebody(number, home), home,
                 NOW + minute(PEOPLE + number))
            for number, home in calls[line::PROCESSES]
        ]
        for line in range(PROCESSES)
    ]  # fmt: skip
    second, others = taken(again, at_once(url, again))
    assert second != first
    late = int(second.name.removeprefix("Person ")) + PEOPLE
    time = f"{(NOW + minute(late)).astimezone(ZONE):%H:%M}"
    refused = {(other.problem, other.message) for other in others}
    refused.discard(("forbidden", "You agreed with R-1 already; it waits for another person."))
    assert refused == {("changed_meanwhile", f"R-1 was already approved by {second.name} at {time}.")}
    after = report(database)
    approvals = approved_by(database, after.proposal)
    assert {edition for edition, _ in approvals} == {2}
    known = read(database, lambda uow: uow.people.known([a for _, a in approvals if a is not None]))
    assert sorted(one.name for one in known.values()) == sorted([first.name, second.name])
    assert notices(database) == dict.fromkeys({(who, TITLES["approve"]) for who in recipients()}, 1)
    assert read(database, lambda uow: uow.revisions.head()) == 2
    assert events(database) == [("report:seconding", "R-1"), ("report:approved", "R-1")]
    check_whole(database)


def without_fields(invocation: Invocation) -> Invocation:
    """Approve by pressing alone."""
    asked = invocation.asked
    assert isinstance(asked, Filled)
    return replace(invocation, asked=Pressed(asked.token)) if "status" in asked.values else invocation


@ON_A_SERVER
def test_with_two_people_edits_and_approvals_at_once_publish_nothing(url: URL, database: Database) -> None:
    """An edit clears the approvals: whichever of them is first, one person's word is in at most."""
    write(database, lambda uow: uow.review_settings.set_policy(COMMONS, Policy.TWO))
    for version, first in enumerate(("approve", "edit", "approve", "edit"), start=1):
        calls = [(("approve", "edit")[number % 2], number) for number in range(40)]
        chance = random.Random(version)
        order = sorted(chance.sample(calls, len(calls)), key=lambda one: one[0] != first)
        lines = [[decision(*one, version) for one in order[n::PROCESSES]] for n in range(PROCESSES)]
        if version > 1:  # the draft is complete, so that pressing decides without a form
            lines = [[without_fields(one) for one in line] for line in lines]
        winner, others = taken(lines, at_once(url, lines))
        assert {other.problem for other in others} == {"changed_meanwhile"}
        deed = "approved, as the first of two," if first == "approve" else "edited"
        assert {other.message for other in others} == {expected(deed, winner)}
        after = report(database)
        assert after.status is (ReportStatus.SECONDING if first == "approve" else ReportStatus.CLAIMED)
        assert after.version == version + 1
        number, unclaimed = after.proposal, replace(after, claimed_by=None)
        proposal = read(database, lambda uow, number=number: uow.proposals.get(number))  # type: ignore[misc]
        assert len(proposal.approvals) == (first == "approve")
        write(database, lambda uow, unclaimed=unclaimed: uow.reports.save(unclaimed))  # type: ignore[misc]
    assert read(database, lambda uow: uow.revisions.head()) == 1
    assert notices(database) == {}
    check_whole(database)


# --- thirty who saw the same

LINKS = (
    "https://example.org/news/reservoirs",
    "http://example.org/news/reservoirs",
    "https://www.example.org/news/reservoirs/",
    "https://example.org/news/reservoirs?utm_source=chat&utm_medium=social",
    "https://amp.example.org/news/reservoirs",
    "https://example.org/news/reservoirs/amp/",
    "https://www.google.com/amp/s/example.org/news/reservoirs",
    "http://www.example.org/news/reservoirs/?fbclid=abcdef#top",
    "https://m.example.org/news/reservoirs?gclid=1",
    "example.org/news/reservoirs",
)


@pytest.fixture
def several(schema_url: URL) -> Iterator[list[Database]]:
    """Several programs that share one database."""
    found = [Database(schema_url) for _ in range(PROCESSES)]
    yield found
    for database in found:
        database.close()


def all_at_once(works: Sequence[Callable[[], Answered]]) -> list[Answered]:
    """Each in a thread of its own, which begins when all have."""
    barrier = Barrier(len(works))

    def begin(work: Callable[[], Answered]) -> Answered:
        barrier.wait(60)
        return work()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(begin, works))


def reports_at_once(several: list[Database], about: Callable[[int], str]) -> list[Answered]:
    """Thirty members who send one link within three seconds, a third of them anonymously."""

    def work(number: int) -> Callable[[], Answered]:
        talk = member(Talk.over(several[number % len(several)]), f"member {number}")
        talk = replace(talk, now=NOW + timedelta(seconds=number / 10))
        form = opened(talk.say("/report")).token
        values = {
            "what": f"Counts its reservoirs, says {number}", "about": about(number),
            "link": LINKS[number % len(LINKS)], "anonymous": "yes" if number % 3 == 1 else "no",
        }  # fmt: skip

        return lambda: told(talk.fill(form, **values))

    return all_at_once([work(number) for number in range(30)])


def test_thirty_who_report_one_link_are_one_report(several: list[Database]) -> None:
    database = several[0]
    answers = reports_at_once(several, lambda _: "IL")
    assert [(one.problem, one.message) for one in answers if one.problem] == []
    first = [one.title for one in answers if "received" in one.title]
    assert len(first) == 1
    (number,) = numbers_of_reports(database)
    assert [one.title for one in answers if one.title != first[0]] == [
        f"Already in review as R-{number}"
    ] * 29
    followers = read(database, lambda uow: uow.reports.followers(number))
    assert len(followers) == 29
    found = read(database, lambda uow: uow.reports.find(number))
    assert found
    assert found.author
    people = {found.author, *(follower.author for follower in followers)}
    assert len(people) == 30
    said = {found.what, *(follower.what for follower in followers)}
    assert said == {f"Counts its reservoirs, says {n}" for n in range(30)}, "everybody's words are there"

    # Banned is the author alone, and the first who follows goes on in their place.
    zebulon = replace(moderator(Talk.over(database), "zebulon"), now=NOW + timedelta(hours=1))
    card = answered(zebulon.say(f"/review R-{number}"))
    answered(zebulon.fill(opened(zebulon.press(button(card, "Ban author"))), words="the same every day"))
    passed = read(database, lambda uow: uow.reports.find(number))
    assert passed
    assert passed.author == followers[0].author
    assert passed.what == followers[0].what
    assert notices(database) == {}, "a report that goes on is not folded"

    # And each of the others is told once.
    card = answered(zebulon.say(f"/review R-{number}"))
    answered(zebulon.fill(opened(zebulon.press(button(card, "Reject"))), reason="source"))
    hear = {author.pseudonym for author in people - {found.author} if author}
    assert notices(database) == dict.fromkeys({(who, f"R-{number} was rejected") for who in hear}, 1)
    check_whole(database)


@ON_A_SERVER
def test_the_same_link_for_another_state_is_a_report_of_its_own(several: list[Database]) -> None:
    answers = reports_at_once(several, lambda number: ("IL", "TX", "CA")[number % 3])
    assert [(one.problem, one.message) for one in answers if one.problem] == []
    numbers = numbers_of_reports(several[0])
    assert len(numbers) == 3

    def look(uow: UnitOfWork) -> list[tuple[tuple[str, ...], int]]:
        found = [uow.reports.find(number) for number in numbers]
        return [(one.states, len(uow.reports.followers(one.number))) for one in found if one]

    assert sorted(read(several[0], look)) == [(("CA",), 9), (("IL",), 9), (("TX",), 9)]
    zebulon = replace(moderator(Talk.over(several[0]), "zebulon"), now=NOW + timedelta(hours=1))
    shown = fields(answered(zebulon.say(f"/review R-{numbers[0]}")))["Reports of the same link"]
    assert all(f"R-{number}" in shown for number in numbers[1:])


@ON_A_SERVER
def test_one_opening_of_a_form_sent_many_times_at_once_is_one_report(several: list[Database]) -> None:
    """The platform sends it again, and every process gets it; past the limit, which only lets one in."""
    ana = Account("terminal", "ana", "ana", named=True)

    def sent(uow: UnitOfWork, number: int) -> Filed:
        here = uow.communities.get(1)
        assert here
        filing = Filing(
            "Texas counts its reservoirs", "", ReportKind.NEW, ("TX",), None, LINKS[0], anonymous=False,
            opening="opening 1",
        )  # fmt: skip
        now = NOW + timedelta(seconds=number)
        return file_report(uow, here, person_of(uow, SECRET, ana), filing, now, 0)

    def work(number: int) -> Callable[[], Answered]:
        database = several[number % PROCESSES]

        def done() -> Answered:
            try:
                filed = write(database, lambda uow: sent(uow, number))
            except ChangedMeanwhileError as error:
                return Answered(error.code, error.message, "")
            return Answered("", "", filed.report.name)

        return done

    answers = all_at_once([work(number) for number in range(8)])
    (number,) = numbers_of_reports(several[0])
    known = ("changed_meanwhile", "This form was sent before; /reports shows what came of it.")
    assert {(one.problem, one.message) for one in answers} <= {("", ""), known}
    assert {one.title for one in answers if not one.problem} == {f"R-{number}"}
    assert read(several[0], lambda uow: uow.reports.followers(number)) == []
    assert read(several[0], lambda uow: uow.reports.words(number)) == [], "sending it again adds nothing"


@ON_A_SERVER
@pytest.mark.parametrize("seed", range(2))
def test_reports_that_come_while_it_is_decided_are_followers_who_hear_or_reports_of_their_own(
    several: list[Database], seed: int
) -> None:
    """Nobody follows what is decided already, for then they would never hear of it."""
    ana = Talk.over(several[0])
    assert file(member(ana, "ana")) == "R-1"

    def rejects(number: int) -> Callable[[], Answered]:
        zebulon = moderator(Talk.over(several[number % PROCESSES]), f"moderator {number}")
        zebulon = replace(zebulon, now=NOW + timedelta(minutes=5))
        form = opened(zebulon.press(button(answered(zebulon.say("/review R-1")), "Reject")))

        return lambda: told(zebulon.fill(form, reason="source"))

    def sends(number: int) -> Callable[[], Answered]:
        ben = member(Talk.over(several[number % PROCESSES]), f"member {number}")
        ben = replace(ben, now=NOW + timedelta(minutes=5))

        return lambda: told(send(ben))

    works = [*map(rejects, range(4)), *map(sends, range(12))]
    random.Random(seed).shuffle(works)
    answers = all_at_once(works)
    assert sorted({one.problem for one in answers}) == ["", "changed_meanwhile"]
    assert sum(one.problem == "changed_meanwhile" for one in answers) == 3
    numbers = numbers_of_reports(several[0])
    first, *later = [read(several[0], lambda uow, n=n: uow.reports.followers(n)) for n in numbers]  # type: ignore[misc]
    assert len(later) <= 1, "all who came after it follow the first of them"
    assert len(first) + sum(map(len, later)) + len(later) == 12
    hear = [who for who, _ in notices(several[0], 1).elements()]
    assert len(hear) == len(set(hear)) == 1 + len(first)
    check_whole(several[0])


@ON_A_SERVER
def test_roles_are_those_of_the_platform(url: URL) -> None:
    """The counter-test: a hundred members decide nothing."""
    lines = in_lines(a_hundred()[:20], seed=5)
    lines = [[replace(one, account=replace(one.account, role=Role.MEMBER)) for one in line] for line in lines]
    answers = at_once(url, lines)
    assert {answer.problem for line in answers for answer in line} == {"forbidden"}
