"""People: who is one person, whose reports are not taken, and that forgetting somebody leaves nothing."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from bot.domain.community.audit import AuditDetail
from bot.domain.community.codes import CodePurpose
from bot.domain.community.people import Account, Ban, Community, Home, KnownAccount, Moderator
from bot.domain.deliveries import Place, Purpose, Unknown, about_report
from bot.domain.review.proposals import Approval, ProposalState
from bot.domain.review.reports import Author
from bot.ports.store import read, write
from storage.outbox.payloads import keep_payload
from storage.outbox.places import keep_place
from tests.integration.overlap import overlapping
from tests.integration.report_samples import (
    CHANNEL,
    OTHER,
    TERMINAL,
    TO_ANA,
    owed,
    proposal,
    report,
    rows,
)
from tests.integration.samples import NOW

if TYPE_CHECKING:
    from sqlalchemy import URL

    from bot.ports import UnitOfWork
    from storage.database import Database

DAY = timedelta(days=1)
ANA, BEN = Account("discord", "77", "Ana"), Account("slack", "U1", "Ben")
OPEN = {"77": "a" * 64, "U1": "b" * 64}
HIDDEN = {"77": "c" * 64, "U1": "d" * 64}


def open_of(account: Account) -> str:
    known = any((account.platform, account.id) == (one.platform, one.id) for one in (ANA, BEN))
    return OPEN[account.id] if known else f"{account.platform}-{account.id}"


def keep(database: Database, account: Account = ANA, now: Any = NOW) -> KnownAccount:
    return write(database, lambda uow: uow.people.keep(account, open_of(account), now))


def join(database: Database, home: Home, name: str = "Springfield") -> Community:
    return write(database, lambda uow: uow.communities.join(home, name, NOW))


# --- accounts


def test_an_account_is_known_once_it_is_kept(database: Database) -> None:
    assert read(database, lambda uow: uow.people.find("discord", "77")) is None
    ana = keep(database)
    assert ana == KnownAccount(ana.number, "discord", "77", "Ana", ana.number)
    ben = keep(database, BEN)
    assert ben.person == ben.number != ana.number

    def look(uow: UnitOfWork) -> None:
        people = uow.people
        assert people.find("discord", "77") == ana
        assert people.find("slack", "77") is None
        assert people.known([ana.number, ben.number, 99]) == {ana.number: ana, ben.number: ben}
        assert people.known([]) == {}
        assert people.linked(ana.person) == [ana]

    read(database, look)


def test_an_account_has_the_name_of_now(database: Database) -> None:
    first = keep(database)
    again = keep(database, replace(ANA, name="Ana\u200b  B.\x00"), NOW + DAY)
    assert again == replace(first, name="Ana B.")
    (kept,) = rows(database, "SELECT seen_at FROM accounts")
    assert str(kept[0]).startswith("2026-11-21")


def test_an_account_is_kept_once_however_many_do(database: Database) -> None:
    ready = Barrier(8)

    def one(_: int) -> KnownAccount:
        ready.wait()
        return keep(database)

    with ThreadPoolExecutor(8) as people:
        assert len(set(people.map(one, range(8)))) == 1


# --- one person


def people_of(database: Database, *accounts: KnownAccount) -> list[int]:
    known = read(database, lambda uow: uow.people.known(a.number for a in accounts))
    return [known[account.number].person for account in accounts]


def test_linked_accounts_and_all_linked_with_them_are_one_person(database: Database) -> None:
    one, two, three, four, alone = (keep(database, Account("discord", str(n), "N")) for n in range(1, 6))
    for first, second in ((two, one), (three, four), (four, two)):
        write(database, lambda uow, a=first, b=second: uow.people.link(a.number, b.number))  # type: ignore[misc]
    persons = people_of(database, one, two, three, four)
    assert persons == [three.number] * 4, "the first account's group takes the second's in"
    assert people_of(database, alone) == [alone.number]
    linked = read(database, lambda uow: uow.people.linked(persons[0]))
    assert [account.number for account in linked] == [a.number for a in (one, two, three, four)]
    write(database, lambda uow: uow.people.link(one.number, four.number))
    assert people_of(database, one, two, three, four) == persons


def test_a_new_look_at_an_account_keeps_its_links(database: Database) -> None:
    ana, ben = keep(database), keep(database, BEN)
    write(database, lambda uow: uow.people.link(ana.number, ben.number))
    assert keep(database, BEN).person == ana.number


def test_nobody_is_linked_with_an_account_that_is_gone(database: Database) -> None:
    ana = keep(database)
    for pair in ((ana.number, 99), (99, ana.number)):
        write(database, lambda uow, p=pair: uow.people.link(*p))  # type: ignore[misc]
    assert people_of(database, ana) == [ana.number]


def test_links_made_at_the_same_time_miss_nobody(database: Database) -> None:
    accounts = [keep(database, Account("discord", str(n), "N")).number for n in range(12)]
    pairs = list(pairwise(accounts)) * 2
    random.Random(4).shuffle(pairs)
    with ThreadPoolExecutor(8) as people:
        list(people.map(lambda pair: write(database, lambda uow: uow.people.link(*pair)), pairs))
    assert len(set(rows(database, "SELECT person FROM accounts"))) == 1


def test_of_two_who_link_the_same_group_the_second_sees_the_first(
    schema_url: URL, database: Database
) -> None:
    one, two, three, four = (keep(database, Account("discord", str(n), "N")).number for n in range(4))
    write(database, lambda uow: uow.people.link(two, three))
    overlapping(schema_url, lambda uow: uow.people.link(one, two), lambda uow: uow.people.link(three, four))
    assert len(set(rows(database, "SELECT person FROM accounts"))) == 1


# --- bans and notes


def ban(database: Database, pseudonym: str, community: int = TERMINAL, now: Any = NOW, **others: Any) -> bool:
    told = Ban(pseudonym, "", others.get("report"), others.get("why", "Spam."))
    return write(database, lambda uow: uow.people.ban(community, told, 7, now))


def test_a_ban_holds_in_its_community_until_it_is_lifted(database: Database) -> None:
    other = join(database, Home("discord", "1")).id
    assert ban(database, OPEN["77"]) is True
    assert ban(database, OPEN["77"], why="Again.") is False

    def banned(*who: str, community: int = TERMINAL) -> bool:
        return read(database, lambda uow: uow.people.is_banned(community, who))

    assert banned(HIDDEN["77"], OPEN["77"])
    assert not banned(HIDDEN["77"], OPEN["U1"])
    assert not banned(OPEN["77"], community=other)
    assert not banned()
    assert ban(database, OPEN["77"], other) is True

    def unban(*who: str) -> bool:
        return write(database, lambda uow: uow.people.unban(TERMINAL, who))

    assert unban(OPEN["U1"]) is False
    assert unban(OPEN["U1"], OPEN["77"]) is True
    assert unban(OPEN["77"]) is False
    assert banned(OPEN["77"], community=other)


def test_who_is_banned_newest_first(database: Database) -> None:
    keep(database)
    number = write(database, lambda uow: uow.reports.add(report())).number
    ban(database, OPEN["77"], now=NOW - DAY)
    ban(database, HIDDEN["U1"], report=number, why="Threats.")
    ban(database, OPEN["U1"], join(database, Home("discord", "1")).id)
    assert read(database, lambda uow: uow.people.bans(TERMINAL)) == [
        Ban(HIDDEN["U1"], "", number, "Threats."),
        Ban(OPEN["77"], "Ana", None, "Spam."),
    ]


def test_notes_about_somebody_newest_first(database: Database) -> None:
    other = join(database, Home("discord", "1")).id
    for community, whom, told in (
        (TERMINAL, OPEN["77"], "First"), (TERMINAL, HIDDEN["77"], "Second"), (TERMINAL, OPEN["U1"], "Ben's"),
        (other, OPEN["77"], "Elsewhere"), (TERMINAL, OPEN["77"], "Third"),
    ):  # fmt: skip
        note = (community, whom, told, 7, NOW)
        write(database, lambda uow, n=note: uow.people.add_note(*n))  # type: ignore[misc]
    both = [OPEN["77"], HIDDEN["77"]]
    assert read(database, lambda uow: uow.people.notes(TERMINAL, both)) == ["Third", "Second", "First"]
    assert read(database, lambda uow: uow.people.notes(TERMINAL, [])) == []


# --- which communities are somebody's


def test_the_communities_of_somebody(database: Database) -> None:
    ana, ben = keep(database), keep(database, BEN)
    one, two, three, four, five = (join(database, Home("discord", str(n))) for n in range(1, 6))
    open_, hidden = Author(OPEN["77"], account=ana.number), Author(HIDDEN["77"], anonymous=True)

    def fill(uow: UnitOfWork) -> None:
        uow.reports.add(report(community=two.id, author=open_))
        uow.reports.add(report(community=two.id, author=open_))
        uow.reports.add(report(community=four.id, author=hidden))
        others = uow.reports.add(report(community=three.id, author=Author(OPEN["U1"], account=ben.number)))
        uow.reports.follow(others.number, open_, "The same", "", NOW)
        named = [Moderator("discord", "77", "Ana"), Moderator("discord", "9", "Editors", is_group=True)]
        uow.communities.name_moderators(one.id, "discord", named)
        uow.communities.name_moderators(five.id, "discord", [Moderator("discord", "77", "77", is_group=True)])
        uow.communities.name_moderators(five.id, "slack", [Moderator("slack", "77", "Somebody else")])

    write(database, fill)
    assert read(database, lambda uow: uow.people.communities_of(ana.number)) == [one, two, three]
    assert read(database, lambda uow: uow.people.communities_of(ben.number)) == [three]
    assert read(database, lambda uow: uow.people.communities_of(99)) == []


# --- one-time codes


def issue(
    database: Database, digest: str = "d" * 64, purpose: CodePurpose = CodePurpose.JOIN, subject: int = 3
) -> None:
    write(database, lambda uow: uow.codes.issue(digest, purpose, subject, NOW + DAY))


def use(
    database: Database, purpose: CodePurpose = CodePurpose.JOIN, now: Any = NOW, digest: str = "d" * 64
) -> int | None:
    return write(database, lambda uow: uow.codes.use(digest, purpose, now))


def test_a_code_is_used_once_for_what_it_is_for(database: Database) -> None:
    issue(database)
    assert use(database, digest="e" * 64) is None
    assert use(database, CodePurpose.LINK) is None
    assert use(database) == 3
    assert use(database) is None


def test_a_code_that_is_too_old_is_gone(database: Database) -> None:
    issue(database)
    assert use(database, now=NOW + DAY) is None
    assert rows(database, "SELECT * FROM one_time_codes") == []
    issue(database)
    assert use(database, now=NOW + DAY - timedelta(seconds=1)) == 3


def test_of_eight_who_use_a_code_at_once_one_does(database: Database) -> None:
    issue(database)
    ready = Barrier(8)

    def one(_: int) -> int | None:
        ready.wait()
        return use(database)

    with ThreadPoolExecutor(8) as people:
        assert sorted(map(str, people.map(one, range(8)))) == ["3", *["None"] * 7]


# --- forgetting


def gone(*pseudonyms: str) -> dict[str, str]:
    """What stands for somebody from then on."""
    return {pseudonym: f"gone-{pseudonym[:3]}" for pseudonym in pseudonyms}


def forget(database: Database, number: int | None, *pseudonyms: str) -> None:
    write(database, lambda uow: uow.people.forget(number, gone(*pseudonyms)))


def everything(database: Database) -> str:
    """All that stands anywhere, as text."""
    tables = [
        "accounts", "reports", "followers", "member_notes", "approvals", "audit_entries", "audit_details",
        "places", "payloads", "deliveries", "inbox", "one_time_codes", "held_links",
    ]  # fmt: skip
    return "\n".join(str(row) for table in tables for row in rows(database, f"SELECT * FROM {table}"))


def test_nothing_is_left_of_somebody_but_their_words(database: Database) -> None:
    ana, ben = keep(database), keep(database, BEN)
    theirs, hidden = Author(OPEN["77"], account=ana.number), Author(HIDDEN["77"], anonymous=True)
    bens = Author(OPEN["U1"], account=ben.number)
    at_the_desk = Place("terminal", "", "77", direct=True)

    def fill(uow: UnitOfWork) -> list[int]:
        numbers = [uow.reports.add(report(author=a)).number for a in (theirs, hidden, bens)]
        uow.reports.follow(numbers[2], theirs, "Followed", "", NOW)
        uow.reports.follow(numbers[2], hidden, "Followed unseen", "", NOW)
        uow.reports.follow(numbers[0], bens, "Ben's words", "", NOW)
        for whom in (theirs, hidden, bens):
            uow.people.add_note(TERMINAL, whom.pseudonym, "A note.", ben.number, NOW)
        uow.codes.issue("l" * 64, CodePurpose.LINK, ana.number, NOW + DAY)
        uow.codes.issue("j" * 64, CodePurpose.JOIN, ana.number, NOW + DAY)
        uow.audit.lock([TERMINAL])
        for who in (ana, ben):
            uow.audit.add(TERMINAL, NOW, "report:approved", "R-1", AuditDetail("5a17", who.number, who.name))
        uow.outbox.enqueue(owed(TO_ANA, "to Ana", recipient=OPEN["77"], purpose=Purpose.NOTICE))
        uow.outbox.enqueue(owed(None, "kept for her", recipient=HIDDEN["77"], purpose=Purpose.NOTICE))
        uow.outbox.enqueue(owed(at_the_desk, "at the desk", recipient="f" * 64))
        uow.outbox.enqueue(owed(CHANNEL, "a card"))
        uow.outbox.enqueue(owed(replace(TO_ANA, id="78", name="Ben"), "to Ben", recipient=OPEN["U1"]))
        return numbers

    numbers = write(database, fill)
    write(database, lambda uow: uow.outbox.receive(NOW))
    ban(database, OPEN["77"])
    ban(database, HIDDEN["77"])
    # At the terminal there is another account of the same name, which is another person's.
    desk = keep(database, Account("terminal", "77", "Cat"))
    forget(database, ana.number, OPEN["77"], HIDDEN["77"])
    text = everything(database)
    for trace in (OPEN["77"], HIDDEN["77"], "Ana", "for her", "Followed", "l" * 64):
        assert trace not in text, trace
    for kept in (OPEN["U1"], "Ben's words", "j" * 64, "a card", "to Ben", "at the desk", "Cat"):
        assert kept in text, kept
    found = read(database, lambda uow: [uow.reports.find(number) for number in numbers])
    renamed = gone(OPEN["77"], HIDDEN["77"])
    former = [Author(renamed[OPEN["77"]]), Author(renamed[HIDDEN["77"]], anonymous=True)]
    assert [one and one.author for one in found] == [*former, bens]
    assert [one and one.what for one in found] == ["Counts its reservoirs"] * 3
    followers = read(database, lambda uow: uow.reports.followers(numbers[2]))
    assert [(one.author, one.what, one.details) for one in followers] == [(one, "", "") for one in former]
    (bens_words,) = read(database, lambda uow: uow.reports.followers(numbers[0]))
    assert (bens_words.author, bens_words.what) == (bens, "Ben's words")
    assert rows(database, "SELECT account_id FROM audit_details") == [(ben.number,)]
    assert read(database, lambda uow: uow.audit.verify(TERMINAL)).broken is None
    assert read(database, lambda uow: uow.people.known([ana.number])) == {}
    assert read(database, lambda uow: uow.people.is_banned(TERMINAL, [OPEN["77"]])), "bans stay"
    assert len(read(database, lambda uow: uow.people.bans(TERMINAL))) == 2
    assert desk == keep(database, Account("terminal", "77", "Cat"))


def test_somebody_without_an_account_is_forgotten_as_well(database: Database) -> None:
    write(database, lambda uow: uow.reports.add(report(author=Author(HIDDEN["77"], anonymous=True))))
    keep(database)
    forget(database, None, HIDDEN["77"])
    assert HIDDEN["77"] not in everything(database)
    assert "Ana" in everything(database)


def test_words_for_open_proposals_are_taken_back_and_others_are_nobodys(database: Database) -> None:
    def fill(uow: UnitOfWork) -> list[int]:
        made = [uow.proposals.add(proposal()) for _ in range(2)]
        for one in made:
            for pseudonym in OPEN.values():
                uow.proposals.approve(one.id, 1, Approval(pseudonym, None, NOW))
        uow.proposals.save(replace(made[1], state=ProposalState.PUBLISHED, revision=1))
        return [one.id for one in made]

    numbers = write(database, fill)
    forget(database, None, OPEN["77"])
    found = read(database, lambda uow: [uow.proposals.get(number).approvals for number in numbers])
    still_open, decided = ({a.pseudonym for a in one} for one in found)
    assert still_open == {OPEN["U1"]}
    assert len(decided) == 2  # two people decided, whoever the one was
    assert OPEN["U1"] in decided
    assert OPEN["77"] not in decided


def test_nobody_is_sent_anything_any_more(database: Database) -> None:
    ana = keep(database)
    at_once = {"recipient": OPEN["77"], "purpose": Purpose.NOTICE}
    pending = [write(database, lambda uow: uow.outbox.enqueue(owed(TO_ANA, **at_once))) for _ in range(3)]

    def claimed() -> Any:
        (found,) = read(database, lambda uow: uow.outbox.due("discord", NOW, 9))
        return write(database, lambda uow: uow.outbox.claim(found, b"Dear Ana", NOW, NOW + DAY))

    uncertain = claimed()
    write(database, lambda uow: uow.outbox.record(uncertain, Unknown(), NOW))
    sending = claimed()
    forget(database, ana.number, OPEN["77"])
    assert sorted(rows(database, "SELECT id, state, frozen, place_id FROM deliveries")) == [
        (number, "dropped", None, None) for number in pending
    ]
    assert write(database, lambda uow: uow.outbox.record(sending, Unknown(), NOW)) is False
    assert write(database, lambda uow: uow.outbox.retry_uncertain("discord", NOW, NOW)) == 0
    assert read(database, lambda uow: uow.outbox.unread([OPEN["77"], ""])) == []


def test_what_stands_in_an_inbox_is_gone_with_its_owner(database: Database) -> None:
    desk = keep(database, Account("terminal", "ana", "ana"))
    place = Place("terminal", "", "ana", direct=True)
    public = Place("terminal", "terminal", "ana")
    for where in (place, public):
        told = owed(where, f"for {where.direct}")
        write(database, lambda uow, o=told: uow.outbox.enqueue(o))  # type: ignore[misc]
    write(database, lambda uow: uow.outbox.receive(NOW))
    forget(database, desk.number, "x")
    assert write(database, lambda uow: uow.outbox.inbox([place], NOW)) == []
    (left,) = write(database, lambda uow: uow.outbox.inbox([public], NOW))
    assert left.document == "for False"
    assert rows(database, "SELECT direct FROM places") in ([(0,)], [(False,)])


def test_what_others_were_told_with_the_same_words_stays(database: Database) -> None:
    ana = keep(database)
    for place, whose in ((TO_ANA, OPEN["77"]), (CHANNEL, "")):
        told = owed(place, "shared", recipient=whose)
        write(database, lambda uow, o=told: uow.outbox.enqueue(o))  # type: ignore[misc]
    write(database, lambda uow: uow.outbox.enqueue(owed(TO_ANA, "hers alone", recipient=OPEN["77"])))
    forget(database, ana.number, OPEN["77"])
    assert sorted(rows(database, "SELECT document FROM payloads")) == [("",), ("shared",)]
    (left,) = read(database, lambda uow: uow.outbox.due("discord", NOW, 9))
    assert (left.place, left.document) == (CHANNEL, "shared")


def test_the_accounts_of_a_person_are_forgotten_one_after_the_other(database: Database) -> None:
    """With the pseudonyms of all each time, as the core does it."""
    ana = keep(database)
    desk = keep(database, Account("terminal", "ana", "ana"))
    place, both = Place("terminal", "", "ana", direct=True), (OPEN["77"], "terminal-ana")
    write(database, lambda uow: uow.outbox.enqueue(owed(place, "for ana", recipient="terminal-ana")))
    write(database, lambda uow: uow.outbox.receive(NOW))
    forget(database, ana.number, *both)
    forget(database, desk.number, *both)
    assert rows(database, "SELECT document FROM payloads") == [("",)]
    assert rows(database, "SELECT * FROM inbox") == rows(database, "SELECT * FROM accounts") == []


def test_a_number_is_never_given_twice(database: Database) -> None:
    ana = keep(database)
    forget(database, ana.number, OPEN["77"])
    assert keep(database, BEN).number > ana.number, "what Ana did must not count as Ben's"
    again = keep(database)
    assert again.number not in (ana.number, keep(database, BEN).number)


def test_a_decision_that_is_just_made_tells_nobody_who_is_forgotten(
    schema_url: URL, database: Database
) -> None:
    ana = keep(database)
    author = Author(OPEN["77"], account=ana.number)
    number = write(database, lambda uow: uow.reports.add(report(author=None))).number
    write(database, lambda uow: uow.reports.follow(number, author, "The same", "", NOW))
    whom: list[Author] = []

    def decide(uow: UnitOfWork) -> None:
        uow.reports.lock(number)
        whom.extend(follower.author for follower in uow.reports.followers(number) if follower.author)

    def tell(uow: UnitOfWork) -> None:
        for one in whom:
            notice = owed(TO_ANA, recipient=one.pseudonym, purpose=Purpose.NOTICE, about=about_report(number))
            uow.outbox.enqueue(notice)

    overlapping(schema_url, decide, lambda uow: uow.people.forget(ana.number, gone(OPEN["77"])), then=tell)
    assert rows(database, "SELECT state, recipient, place_id FROM deliveries") == [("dropped", "", None)]
    assert OPEN["77"] not in everything(database)


def leave(uow: UnitOfWork, account: KnownAccount) -> bool:
    uow.people.forget(account.number, gone(OPEN["77"]))
    return True


def test_who_is_forgotten_first_is_owed_no_less_by_others(schema_url: URL, database: Database) -> None:
    """Whoever tells them something does not fail on what is taken away meanwhile."""
    ana = keep(database)
    write(database, lambda uow: uow.outbox.enqueue(owed(TO_ANA, "words", recipient=OPEN["77"])))
    done = overlapping(
        schema_url,
        lambda uow: leave(uow, ana),
        lambda uow: uow.outbox.enqueue(owed(TO_ANA, "words")) is not None,
    )
    assert (done.second, done.attempts) == (True, 1)


def test_what_is_just_owed_to_somebody_is_dropped_with_the_rest(schema_url: URL, database: Database) -> None:
    ana = keep(database)
    write(database, lambda uow: uow.outbox.enqueue(owed(TO_ANA, "words")))
    done = overlapping(
        schema_url,
        lambda uow: uow.outbox.enqueue(owed(TO_ANA, "words")) is not None,
        lambda uow: leave(uow, ana),
    )
    assert (done.second, done.attempts) == (True, 1)
    assert rows(database, "SELECT state, place_id FROM deliveries") == [("dropped", None)] * 2
    assert rows(database, "SELECT * FROM places") == []
    assert rows(database, "SELECT document FROM payloads") == [("",)]


def test_what_somebody_is_about_to_refer_to_stays_until_they_did(schema_url: URL, database: Database) -> None:
    """Between the two statements of one who owes something, which no port can get between."""
    ana = keep(database)
    write(database, lambda uow: uow.outbox.enqueue(owed(TO_ANA, "words")))

    kept: dict[str, object] = {"now": f"{NOW:%F %T.%f}"}

    def begin(uow: UnitOfWork) -> bool:
        connection = uow._connection  # type: ignore[attr-defined]
        kept["digest"] = keep_payload(connection, "words")
        kept["place"] = keep_place(connection, TO_ANA)
        return True

    def go_on(uow: UnitOfWork) -> None:
        statement = (
            "INSERT INTO deliveries (key, purpose, place_id, payload, due_at, state, attempt, doubtful, "
            "message, trouble, recipient) "
            "VALUES ('k', 'card', :place, :digest, :now, 'pending', 0, FALSE, '', '', '')"
        )
        uow._connection.execute(text(statement), kept)  # type: ignore[attr-defined]

    overlapping(schema_url, begin, lambda uow: leave(uow, ana), then=go_on)
    assert rows(database, "SELECT state, place_id FROM deliveries") == [("dropped", None)] * 2
    assert rows(database, "SELECT document FROM payloads") == [("",)]


# --- what else is kept of communities


def test_communities_by_number_and_by_name(database: Database) -> None:
    joined = join(database, Home("discord", "1"))

    def look(uow: UnitOfWork) -> None:
        c = uow.communities
        terminal = Community(TERMINAL, "terminal", curator=True, zone="UTC", most_cards=60)
        assert c.get(TERMINAL) == c.named("terminal") == c.at(Home("terminal", "terminal")) == terminal
        assert c.get(joined.id) == c.named("discord-1") == joined
        assert c.get(99) is c.named("commons") is c.named("nowhere") is None
        assert c.every() == [terminal, joined]
        assert (c.knows(Home("discord", "1")), c.knows(Home("slack", "1"))) == (True, False)

    read(database, look)
    write(database, lambda uow: uow.communities.suspend(Home("discord", "1"), NOW))
    assert read(database, lambda uow: uow.communities.knows(Home("discord", "1")))


def test_a_community_is_trusted_and_set_up(database: Database) -> None:
    joined = join(database, Home("discord", "1"))
    write(database, lambda uow: uow.review_settings.trust(joined.id, curator=True))
    write(database, lambda uow: uow.review_settings.set_most_cards(joined.id, 5))
    assert read(database, lambda uow: uow.communities.get(joined.id)) == replace(
        joined, curator=True, most_cards=5
    )
    write(database, lambda uow: uow.review_settings.trust(joined.id, curator=False))
    found = read(database, lambda uow: uow.communities.every())
    assert [(c.curator, c.most_cards) for c in found] == [(True, 60), (False, 5)]


def test_a_home_moves_to_another_community(database: Database) -> None:
    first = join(database, Home("slack", "T1"), "First")
    second = join(database, Home("discord", "1"), "Second")
    write(database, lambda uow: uow.communities.move(Home("slack", "T1"), second.id))
    write(database, lambda uow: uow.communities.move(Home("slack", "nowhere"), second.id))
    assert read(database, lambda uow: uow.communities.at(Home("slack", "T1"))) == second
    records = read(database, lambda uow: uow.communities.homes_of(second.id))
    assert [(r.home, r.name) for r in records] == [
        (Home("discord", "1"), "Second"), (Home("slack", "T1"), "First")
    ]  # fmt: skip
    assert read(database, lambda uow: uow.communities.homes_of(first.id)) == []
    assert join(database, Home("slack", "T1"), "Renamed") == second


def name_places(database: Database, community: int, platform: str, *places: Place) -> None:
    write(database, lambda uow: uow.review_settings.name_review_places(community, platform, places))


def review_places(database: Database, community: int) -> list[Place]:
    return read(database, lambda uow: uow.review_settings.review_places(community))


def test_review_places_are_those_named_last_on_each_platform(database: Database) -> None:
    one, two = (join(database, Home("discord", str(n))).id for n in (1, 2))
    slack = Place("slack", "T1", "C1", name="#review")
    name_places(database, one, "discord", OTHER, CHANNEL, replace(CHANNEL, name=""))
    name_places(database, one, "slack", slack)
    name_places(database, two, "discord", CHANNEL)
    assert review_places(database, one) == [CHANNEL, OTHER, slack]
    name_places(database, one, "discord", replace(OTHER, name="#new"))
    assert review_places(database, one) == [replace(OTHER, name="#new"), slack]
    assert review_places(database, two) == [CHANNEL]
    name_places(database, one, "slack")
    assert review_places(database, one) == [replace(OTHER, name="#new")]


def test_review_places_of_one_home_leave_those_of_others_alone(database: Database) -> None:
    elsewhere = Place("discord", "2", "33", name="#there")
    name_places(database, TERMINAL, "discord", CHANNEL, elsewhere)
    write(
        database,
        lambda uow: uow.review_settings.name_review_places(TERMINAL, "discord", [OTHER], CHANNEL.home),
    )
    assert review_places(database, TERMINAL) == [OTHER, elsewhere]


def test_of_two_lists_of_review_places_at_once_the_second_counts(schema_url: URL, database: Database) -> None:
    def name(uow: UnitOfWork, place: Place) -> None:
        uow.review_settings.name_review_places(TERMINAL, "discord", [place])

    overlapping(schema_url, lambda uow: name(uow, CHANNEL), lambda uow: name(uow, OTHER))
    assert review_places(database, TERMINAL) == [OTHER]


def test_curators_with_review_places_come_first(database: Database) -> None:
    joined = [join(database, Home("discord", str(n))) for n in range(1, 5)]
    for community in joined[:3]:
        write(database, lambda uow, c=community: uow.review_settings.trust(c.id, curator=True))  # type: ignore[misc]

    def curators() -> list[int]:
        return [community.id for community in read(database, lambda uow: uow.communities.curators())]

    assert curators() == [TERMINAL, *(community.id for community in joined[:3])]
    for community in (joined[1], joined[3]):
        name_places(database, community.id, "discord", CHANNEL, OTHER)
    assert curators() == [joined[1].id, TERMINAL, joined[0].id, joined[2].id]


@pytest.mark.parametrize("platform", ["discord", "slack"])
def test_an_account_has_its_direct_messages_on_its_own_platform(database: Database, platform: str) -> None:
    """Ids are a platform's own: the same id elsewhere is somebody else."""
    number = write(database, lambda uow: uow.outbox.enqueue(owed(replace(TO_ANA, platform=platform))))
    ana = keep(database)
    forget(database, ana.number, OPEN["77"])
    (kept,) = rows(database, f"SELECT state FROM deliveries WHERE id = {number}")
    assert kept == ("dropped",) if platform == "discord" else ("pending",)
