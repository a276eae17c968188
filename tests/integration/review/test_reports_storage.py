"""Reports: what was kept comes back, a link has one holder, a queue shows what waits and no more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.catalogue.actions import Code
from bot.domain.community.people import Home
from bot.domain.deliveries import about_report
from bot.domain.review.queue import NewFile, QueueFilter
from bot.domain.review.reports import Author, Event, Origin, ReportKind, ReportStatus, Said, Words
from bot.ports.store import read, write
from tests.integration.overlap import overlapping
from tests.integration.report_samples import (
    ANA,
    BEN,
    CHANNEL,
    HIDDEN,
    TERMINAL,
    change,
    owed,
    proposal,
    report,
    rows,
)
from tests.integration.samples import NOW

if TYPE_CHECKING:
    from sqlalchemy import URL

    from bot.domain.review.reports import Report
    from bot.ports import UnitOfWork
    from storage.database import Database

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
BEYOND = 2**31
"""A number that PostgreSQL's ids cannot have; people may type it all the same."""


def add(database: Database, **others: Any) -> Report:
    return write(database, lambda uow: uow.reports.add(report(**others)))


def save(database: Database, changed: Report) -> None:
    write(database, lambda uow: uow.reports.save(changed))


def community(database: Database) -> int:
    return write(database, lambda uow: uow.communities.join(Home("discord", "1"), "Springfield", NOW)).id


# --- what is kept


def test_a_report_comes_back_as_it_was_kept(database: Database) -> None:
    first = add(database)
    assert first.number == 1
    assert (first.status, first.version, first.proposal) == (ReportStatus.NEW, 1, 0)
    told = report(
        origin=Origin.COMMUNITY, kind=ReportKind.CHANGE, what="Several\nlines “here”", details="", link="",
        states=("OR", "CA", "WA"), code=Code("OR", 17), author=HIDDEN, visible_at=NOW + MINUTE,
        forwarded_from=first.number,
    )  # fmt: skip
    second = write(database, lambda uow: uow.reports.add(told))
    assert second.number == 2
    for field in fields(told):
        assert getattr(second, field.name) == getattr(told, field.name), field.name
    found = read(database, lambda uow: (uow.reports.find(1), uow.reports.find(2)))
    assert found == (first, second)


def test_everything_that_changes_is_written(database: Database) -> None:
    first = add(database)
    number = write(database, lambda uow: uow.proposals.add(proposal())).id
    changed = replace(
        first, kind=ReportKind.CORRECTION, what="Other", details="words", states=("TX", "IL"),
        code=Code("TX", 2), link="https://example.org/other", author=BEN, visible_at=NOW + DAY,
        proposal=number, status=ReportStatus.CLAIMED, version=9, answered=True, claimed_by=3,
        until=NOW + MINUTE, note="A note.", decided_by=4, decided_at=NOW - DAY, reason="scope",
        outcome=Code("TX", 5), repeats=6, forwarded_from=first.number,
    )  # fmt: skip
    save(database, changed)
    assert read(database, lambda uow: uow.reports.find(first.number)) == changed
    assert rows(database, "SELECT state FROM report_states ORDER BY state") == [("IL",), ("TX",)]
    plain = replace(changed, states=(), code=None, author=None, proposal=0, until=None, outcome=None, link="")
    save(database, plain)
    assert read(database, lambda uow: uow.reports.find(first.number)) == plain
    assert rows(database, "SELECT state FROM report_states") == []


def test_only_the_pseudonym_is_kept_of_an_anonymous_author(database: Database) -> None:
    careless = Author("c" * 64, anonymous=True, account=7)
    number = add(database, author=careless).number
    write(database, lambda uow: uow.reports.follow(number, careless, "The same", "", NOW))
    kept = rows(database, "SELECT author, author_account FROM reports")
    assert kept == rows(database, "SELECT author, author_account FROM followers") == [("c" * 64, None)]


def test_a_report_is_found_in_its_own_community_only(database: Database) -> None:
    other = community(database)
    number = add(database).number

    def found(uow: UnitOfWork) -> list[bool]:
        look = (uow.reports.find, uow.reports.lock)
        where = (None, TERMINAL, other)
        return [one(number, here) is not None for one in look for here in where]

    assert write(database, found) == [True, True, False] * 2


@pytest.mark.parametrize("number", [0, -1, 99, BEYOND, 10**30])
def test_a_number_that_no_report_has_is_no_report(database: Database, number: int) -> None:
    add(database)
    assert read(database, lambda uow: uow.reports.find(number)) is None
    assert write(database, lambda uow: uow.reports.lock(number)) is None


def test_whoever_locks_second_waits_and_sees_what_the_first_did(database: Database, schema_url: URL) -> None:
    number = add(database).number

    def decide(uow: UnitOfWork) -> int:
        locked = uow.reports.lock(number)
        assert locked
        uow.reports.save(replace(locked, version=locked.version + 1))
        return locked.version

    done = overlapping(schema_url, decide, decide)
    assert (done.first, done.second, done.attempts) == (1, 2, 1)
    last = read(database, lambda uow: uow.reports.find(number))
    assert last is not None
    assert last.version == 3


# --- links


def hold_in(uow: UnitOfWork, kept: Report) -> int | None:
    """Who holds the link once `kept` asked for it."""
    uow.reports.hold_link(kept)
    return uow.reports.holder(kept.community, kept.link, kept.about, kept.kind)


def hold(database: Database, kept: Report) -> int | None:
    return write(database, lambda uow: hold_in(uow, kept))


def holder(database: Database, kept: Report, link: str | None = None) -> int | None:
    where = (kept.community, kept.link if link is None else link, kept.about, kept.kind)
    return read(database, lambda uow: uow.reports.holder(*where))


def test_of_thirty_who_report_the_same_at_once_one_holds_the_link(database: Database) -> None:
    ready = Barrier(30)

    def file(_: int) -> tuple[int, int | None]:
        ready.wait()

        def work(uow: UnitOfWork) -> tuple[int, int | None]:
            mine = uow.reports.add(report())
            return mine.number, hold_in(uow, mine)

        return write(database, work)

    with ThreadPoolExecutor(30) as people:
        filed = list(people.map(file, range(30)))
    assert len({mine for mine, _ in filed}) == 30
    (first,) = {held for _, held in filed}
    assert (first, first) in filed
    assert rows(database, "SELECT report_id FROM held_links") == [(first,)]


def test_whoever_asks_who_holds_a_link_is_told_again_the_same_until_the_end(schema_url: URL) -> None:
    about = (TERMINAL, "https://example.org/news", "IL", ReportKind.NEW)

    def file(uow: UnitOfWork) -> tuple[int | None, int | None]:
        before = uow.reports.holder(*about)
        number = before or hold_in(uow, uow.reports.add(report()))
        return before, number

    done = overlapping(schema_url, file, file)
    assert done.first[0] is None
    assert done.second == (done.first[1], done.first[1])


def test_a_link_that_was_asked_for_is_free_again_when_nothing_came_of_it(schema_url: URL) -> None:
    about = (TERMINAL, "https://example.org/news", "IL", ReportKind.NEW)

    def file(uow: UnitOfWork) -> int | None:
        before = uow.reports.holder(*about)
        uow.reports.hold_link(uow.reports.add(report()))
        return before

    done = overlapping(schema_url, file, file, commit=False)
    assert (done.first, done.second) == (None, None)


def test_every_spelling_of_a_link_is_the_same_link(database: Database) -> None:
    first = add(database, link="https://www.example.org/news/?utm_source=x")
    assert hold(database, first) == first.number
    again = add(database, link="http://example.org/news#top")
    assert hold(database, again) == first.number
    assert holder(database, again) == first.number
    assert hold(database, first) == first.number


@pytest.mark.parametrize(
    "others",
    [
        {"states": ("TX",)},
        {"states": ("IL", "TX")},
        {"kind": ReportKind.CHANGE},
        {"code": Code("IL", 17)},
        {"link": "https://example.org/news/2"},
    ],
)
def test_what_differs_in_one_thing_holds_a_link_of_its_own(
    database: Database, others: dict[str, Any]
) -> None:
    assert hold(database, add(database)) == 1
    other = add(database, **others)
    assert holder(database, other) is None
    assert hold(database, other) == other.number


def test_communities_hold_the_same_link_each_for_itself(database: Database) -> None:
    hold(database, add(database))
    other = add(database, community=community(database))
    assert hold(database, other) == other.number


def test_the_order_of_states_makes_no_difference(database: Database) -> None:
    hold(database, add(database, states=("OR", "CA")))
    assert hold(database, add(database, states=("CA", "OR"))) == 1


def test_reports_without_a_link_hold_nothing(database: Database) -> None:
    for _ in range(2):
        assert hold(database, add(database, link="")) is None
    assert rows(database, "SELECT * FROM held_links") == []
    assert holder(database, add(database), link="") is None


def test_a_link_that_was_let_go_is_for_the_next(database: Database) -> None:
    first, second = add(database), add(database)
    hold(database, first)
    write(database, lambda uow: uow.reports.release_link(second.number))
    assert holder(database, second) == first.number
    write(database, lambda uow: uow.reports.release_link(first.number))
    assert holder(database, second) is None
    assert hold(database, second) == second.number
    assert hold(database, first) == second.number


def test_a_link_that_is_let_go_meanwhile_is_held_by_who_waited(database: Database, schema_url: URL) -> None:
    first, second = add(database), add(database)
    hold(database, first)

    def let_go(uow: UnitOfWork) -> None:
        uow.reports.release_link(first.number)

    done = overlapping(schema_url, let_go, lambda uow: hold_in(uow, second))
    assert done.second == second.number


def test_other_reports_of_a_link_are_those_of_the_community_newest_first(database: Database) -> None:
    other = community(database)
    mine = add(database)
    add(database, link="https://example.org/else")
    add(database, community=other)
    add(database, link="")
    texas = add(database, states=("TX",), link="http://www.example.org/news")
    done = add(database)
    save(database, replace(done, status=ReportStatus.REJECTED))
    found = read(database, lambda uow: uow.queue.same_link(mine, 9))
    assert [one.number for one in found] == [done.number, texas.number]
    assert len(read(database, lambda uow: uow.queue.same_link(mine, 1))) == 1
    nothing = replace(mine, link="")
    assert read(database, lambda uow: uow.queue.same_link(nothing, 9)) == []


# --- the queue


def numbers(database: Database, which: QueueFilter, limit: int = 99, **page: int) -> list[int]:
    found = read(database, lambda uow: uow.queue.page(which, limit, **page))
    count, oldest = read(database, lambda uow: uow.queue.waiting(which))
    if not page and len(found) < limit:
        assert count == len(found)
        assert oldest == min((one.made_at for one in found), default=None)
    return [one.number for one in found]


HERE = QueueFilter(TERMINAL, NOW)


def test_the_queue_has_what_is_open_and_may_be_seen(database: Database) -> None:
    other = community(database)
    statuses = list(ReportStatus)
    for status in statuses:
        kept = add(database, made_at=NOW - DAY)
        save(database, replace(kept, status=status))
    unseen = add(database, visible_at=NOW + MINUTE).number
    add(database, community=other)
    still_open = [at for at, status in enumerate(statuses, start=1) if status.is_open]
    assert len(still_open) == 4
    assert numbers(database, HERE) == still_open
    assert numbers(database, replace(HERE, now=NOW + MINUTE)) == [*still_open, unseen]
    assert read(database, lambda uow: uow.queue.waiting(HERE)) == (4, NOW - DAY)
    assert read(database, lambda uow: uow.queue.waiting(QueueFilter(99, NOW))) == (0, None)


def test_the_queue_of_a_state_a_kind_a_status(database: Database) -> None:
    one = add(database, states=("IL", "TX")).number
    two = add(database, states=("TX",), kind=ReportKind.CHANGE).number
    three = add(database, states=())
    save(database, replace(three, status=ReportStatus.ASKED))
    assert numbers(database, replace(HERE, state="TX")) == [one, two]
    assert numbers(database, replace(HERE, state="IL")) == [one]
    assert numbers(database, replace(HERE, kind=ReportKind.CHANGE)) == [two]
    assert numbers(database, replace(HERE, status=ReportStatus.ASKED)) == [three.number]
    assert numbers(database, replace(HERE, status=ReportStatus.REJECTED)) == []
    assert numbers(database, replace(HERE, state="TX", kind=ReportKind.NEW)) == [one]


def test_the_pages_of_a_queue(database: Database) -> None:
    for _ in range(7):
        add(database)
    assert numbers(database, HERE, 3) == [1, 2, 3]
    assert numbers(database, HERE, 3, after=3) == [4, 5, 6]
    assert numbers(database, HERE, 3, before=7) == [4, 5, 6]
    assert numbers(database, HERE, 3, before=3) == [1, 2]
    assert numbers(database, HERE, 3, after=7) == []
    assert numbers(database, HERE, 3, after=BEYOND) == []
    assert numbers(database, HERE, 3, before=BEYOND) == [5, 6, 7]


def test_what_somebody_sent_is_theirs_as_author_or_follower(database: Database) -> None:
    other = community(database)
    mine = add(database).number
    add(database, author=BEN)
    followed = add(database, author=BEN, community=other).number
    hidden = add(database, author=HIDDEN).number
    gone = add(database)
    save(database, replace(gone, status=ReportStatus.WITHDRAWN))
    add(database, forwarded_from=mine)  # by moderators, not by Ana again
    for _ in range(2):
        write(database, lambda uow: uow.reports.follow(followed, ANA, "The same", "", NOW))

    def sent(*people: Author, limit: int = 9, before: int = 0) -> list[int]:
        names = [person.pseudonym for person in people]
        found = read(database, lambda uow: uow.queue.sent_by(names, limit, before))
        if limit == 9 and not before:
            assert read(database, lambda uow: uow.queue.count_sent_by(names)) == len(found)
        return [one.number for one in found]

    assert sent(ANA) == [gone.number, followed, mine]
    assert sent(ANA, HIDDEN) == [gone.number, hidden, followed, mine]
    assert sent(ANA, HIDDEN, limit=2, before=hidden) == [followed, mine]
    assert sent(ANA, before=BEYOND) == [gone.number, followed, mine]
    assert sent() == []


def test_what_is_open_or_folded_of_somebody_in_a_community(database: Database) -> None:
    other = community(database)
    made = [add(database, author=author) for author in (ANA, HIDDEN, BEN, ANA, ANA)]
    add(database, community=other)
    save(database, replace(made[3], status=ReportStatus.FOLDED))
    save(database, replace(made[4], status=ReportStatus.FORWARDED))
    both = [ANA.pseudonym, HIDDEN.pseudonym]
    assert read(database, lambda uow: uow.queue.open_of(TERMINAL, both)) == [1, 2]
    assert read(database, lambda uow: uow.queue.folded_of(TERMINAL, both)) == [4]
    assert read(database, lambda uow: uow.queue.open_of(TERMINAL, [])) == []
    assert read(database, lambda uow: uow.queue.folded_of(other, both)) == []


def test_how_the_reports_of_an_author_ended(database: Database) -> None:
    other = community(database)
    for status in [*ReportStatus, ReportStatus.APPROVED]:
        save(database, replace(add(database), status=status))
    save(database, replace(add(database, author=BEN), status=ReportStatus.REJECTED))
    save(database, replace(add(database, community=other), status=ReportStatus.REJECTED))
    assert read(database, lambda uow: uow.queue.outcomes(TERMINAL, ANA.pseudonym)) == {
        ReportStatus.APPROVED: 2,
        ReportStatus.REJECTED: 1,
        ReportStatus.DUPLICATE: 1,
        ReportStatus.WITHDRAWN: 1,
        ReportStatus.FOLDED: 1,
    }
    assert read(database, lambda uow: uow.queue.outcomes(TERMINAL, HIDDEN.pseudonym)) == {}


def test_what_lasted_too_long(database: Database) -> None:
    for minutes in (30, 10, 20):
        kept = add(database)
        save(database, kept.after(Event.CLAIM, NOW + timedelta(minutes=minutes)))
    add(database)
    late = NOW + timedelta(minutes=50)
    assert read(database, lambda uow: uow.queue.lapsed(late, 9)) == [2, 3]
    assert read(database, lambda uow: uow.queue.lapsed(late, 1)) == [2]
    assert read(database, lambda uow: uow.queue.lapsed(late - timedelta(seconds=1), 9)) == [2]


def test_a_report_is_found_by_what_it_decides_for_and_by_its_proposal(database: Database) -> None:
    mine = add(database).number
    add(database, forwarded_from=mine)
    again = add(database, forwarded_from=mine)
    number = write(database, lambda uow: uow.proposals.add(proposal())).id
    save(database, replace(again, proposal=number))

    def found(uow: UnitOfWork) -> list[int | None]:
        looked = [uow.reports.by_forwarded(mine), uow.reports.by_proposal(number)]
        return [one.number if one else None for one in looked]

    assert read(database, found) == [again.number, again.number]
    assert read(database, lambda uow: uow.reports.by_forwarded(again.number)) is None
    assert read(database, lambda uow: uow.reports.by_proposal(number + 1)) is None


# --- what stands beside a report


def test_followers_come_in_order_and_go(database: Database) -> None:
    number, other = add(database).number, add(database).number
    first = write(database, lambda uow: uow.reports.follow(number, BEN, "Saw it too", "Yesterday.", NOW))
    assert (first.author, first.what, first.details, first.made_at) == (BEN, "Saw it too", "Yesterday.", NOW)
    second = write(database, lambda uow: uow.reports.follow(number, HIDDEN, "Me too", "", NOW - DAY))
    third = write(database, lambda uow: uow.reports.follow(other, BEN, "Also", "", NOW))
    assert read(database, lambda uow: uow.reports.followers(number)) == [first, second]
    write(database, lambda uow: uow.reports.unfollow(first.id))
    assert read(database, lambda uow: uow.reports.followers(number)) == [second]
    assert read(database, lambda uow: uow.reports.followers(other)) == [third]


def test_words_stand_beside_their_report_oldest_first(database: Database) -> None:
    number, other = add(database).number, add(database).number
    told = [
        Words(Said.QUESTION, "Which agency?", NOW, 3),
        Words(Said.ANSWER, "The first\none", NOW - DAY),
        Words(Said.DETAILS, "“More”", NOW),
    ]
    for words in told:
        write(database, lambda uow, words=words: uow.reports.say(number, words))  # type: ignore[misc]
    write(database, lambda uow: uow.reports.say(other, told[0]))
    assert read(database, lambda uow: uow.reports.words(number)) == told


def test_what_an_author_added_is_not_their_successors(database: Database) -> None:
    number, other = add(database).number, add(database).number
    told = [
        Words(Said.QUESTION, "Which?", NOW, 3),
        Words(Said.ANSWER, "One", NOW),
        Words(Said.DETAILS, "More", NOW),
    ]
    for words in told:
        for report_ in (number, other):
            write(database, lambda uow, n=report_, w=words: uow.reports.say(n, w))  # type: ignore[misc]
    write(database, lambda uow: uow.reports.disown_words(number))
    later = Words(Said.DETAILS, "By the next one", NOW)
    write(database, lambda uow: uow.reports.say(number, later))
    assert read(database, lambda uow: uow.reports.words(number)) == [
        told[0], *(replace(words, said=Said.OTHERS) for words in told[1:]), later
    ]  # fmt: skip
    assert read(database, lambda uow: uow.reports.words(other)) == told


def test_of_one_form_sent_many_times_at_once_one_report_is_the_first(database: Database) -> None:
    ready = Barrier(8)

    def send(_: int) -> tuple[int, int]:
        ready.wait()

        def work(uow: UnitOfWork) -> tuple[int, int]:
            mine = uow.reports.add(report())
            return mine.number, uow.reports.opened("digest", mine.number, NOW)

        return write(database, work)

    with ThreadPoolExecutor(8) as people:
        sent = list(people.map(send, range(8)))
    (first,) = {told for _, told in sent}
    assert (first, first) in sent
    assert read(database, lambda uow: uow.reports.opening("digest")) == first
    assert read(database, lambda uow: uow.reports.opening("other")) is None


def test_an_opening_is_remembered_for_a_week(database: Database) -> None:
    first, second = add(database).number, add(database).number

    def opened(digest: str, number: int, after: timedelta) -> int:
        return write(database, lambda uow: uow.reports.opened(digest, number, NOW + after))

    assert opened("one", first, timedelta()) == first
    assert opened("two", second, 7 * DAY) == second
    assert opened("one", second, 7 * DAY) == first
    assert opened("three", second, 7 * DAY + MINUTE) == second
    assert sorted(rows(database, "SELECT digest FROM form_openings")) == [("three",), ("two",)]


def test_files_are_fetched_once_and_forgotten(database: Database) -> None:
    number, other = add(database).number, add(database).number
    sent = [NewFile(f"R-1-{at}.png", 10 * at, "discord", f"https://cdn.example/{at}") for at in (1, 2, 3)]
    write(database, lambda uow: uow.files.add(number, sent))
    write(database, lambda uow: uow.files.add(other, [replace(sent[0], platform="slack")]))
    write(database, lambda uow: uow.files.add(other, []))
    one, two, three = read(database, lambda uow: uow.files.of(number))
    assert (one.report, one.name, one.size, one.platform, one.url, one.kept) == (
        number, "R-1-1.png", 10, "discord", "https://cdn.example/1", False
    )  # fmt: skip
    assert read(database, lambda uow: uow.files.to_fetch("discord", 2)) == [one, two]
    content = bytes(range(256))
    write(database, lambda uow: uow.files.keep(two.id, content))
    write(database, lambda uow: uow.files.keep(three.id, None))
    assert read(database, lambda uow: uow.files.to_fetch("discord", 9)) == [one]
    assert read(database, lambda uow: uow.files.of(number)) == [
        one, replace(two, url="", kept=True), replace(three, url="")
    ]  # fmt: skip
    assert read(database, lambda uow: [uow.files.content(f.id) for f in (one, two, three)]) == [
        None, content, None
    ]  # fmt: skip
    write(database, lambda uow: uow.files.drop(number))
    write(database, lambda uow: uow.files.keep(one.id, b"too late"))
    assert read(database, lambda uow: uow.files.of(number)) == [
        replace(file, url="", kept=False) for file in (one, two, three)
    ]
    assert read(database, lambda uow: uow.files.content(one.id)) is None
    assert len(read(database, lambda uow: uow.files.to_fetch("slack", 9))) == 1


# --- limits


LIMITS = [(2, 60)]


def test_a_call_that_was_halved_counts_half(database: Database) -> None:
    def call(second: int, *, half: bool = False) -> int:
        at = NOW + timedelta(seconds=second)

        def work(uow: UnitOfWork) -> int:
            wait = uow.calls.count("ana", "report", LIMITS, at)
            if half:
                uow.calls.halve("ana", "report", at)
            return wait

        return write(database, work)

    assert call(0, half=True) == 0
    assert call(1) == 0  # one and a half now
    assert call(2, half=True) == 0  # two
    assert call(3) == 57  # until the first one is old
    assert call(61) == 0  # one and a half: a half, and the one that was refused
    assert call(62) == 1  # two: the one that was refused, and the last one


def test_of_calls_at_the_same_time_one_is_halved_after_the_other(database: Database) -> None:
    def halve(person: str = "ana", command: str = "report", after: timedelta = timedelta()) -> list[int]:
        write(database, lambda uow: uow.calls.halve(person, command, NOW + after))
        return sorted(halves for (halves,) in rows(database, "SELECT halves FROM calls"))

    for _ in range(2):
        write(database, lambda uow: uow.calls.count("ana", "report", LIMITS, NOW))
    assert halve("ben") == halve(command="ask") == halve(after=MINUTE) == [2, 2]
    assert halve() == [1, 2]
    assert halve() == halve() == [1, 1]


def test_a_report_that_was_never_kept_leaves_nothing(database: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        kept = uow.reports.add(report())
        uow.reports.hold_link(kept)
        uow.outbox.enqueue(owed(CHANNEL, about=about_report(kept.number)))

    database.submit(work, writes=True).result()  # without a commit
    for table in ("reports", "report_states", "held_links", "deliveries", "payloads", "places"):
        assert rows(database, f"SELECT * FROM {table}") == [], table
    change(database, "UPDATE boards SET name = name")  # nothing holds the database
