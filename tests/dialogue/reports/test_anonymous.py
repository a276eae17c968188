"""Anonymous reports: a pseudonym and nothing else, read in /reports alone, seen some time later."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.deliveries import DeliveryState, Purpose, about_report
from bot.domain.review.reports import ReportStatus
from bot.engine.review.reporting import LEAST_WAIT, MOST_WAIT
from bot.ports.store import read
from tests.dialogue.publishing import facts, publish
from tests.dialogue.reviewing import (
    act,
    admin,
    approve,
    audited,
    card,
    file,
    head,
    kept,
    later,
    member,
    moderator,
    notices,
    number_in,
    posted,
    proposal,
    queue,
    reject,
    rows,
    send,
    standing_of,
    store_of,
    titles,
)
from tests.dialogue.talk import answered, button, fields, labels, opened, problem, words

if TYPE_CHECKING:
    from pathlib import Path

    from tests.dialogue.talk import Talk

NAME = "Quentin-Zyxwert"
SEEN = MOST_WAIT + 1


@pytest.fixture
def zeb(own: Talk) -> Talk:
    """A moderator, after every wait."""
    return later(moderator(own, "zebulon"), SEEN)


@pytest.fixture
def quentin(own: Talk) -> Talk:
    """A member whose name stands nowhere else."""
    return member(own, NAME)


def hidden(talk: Talk, **values: str) -> str:
    """Send a report anonymously: its name."""
    return file(talk, anonymous="yes", **values)


def first_seen(talk: Talk, name: str) -> int:
    """After how many seconds a moderator sees it."""
    assert problem(talk.say(f"/review {name}")) == "not_found"
    low, high = 0, SEEN
    while high - low > 1:
        middle = (low + high) // 2
        if later(talk, middle).say(f"/review {name}").problem:
            low = middle
        else:
            high = middle
    return high


# --- what is said and what is not


def test_the_receipt_says_that_no_message_will_come(quentin: Talk) -> None:
    receipt = answered(send(quentin, anonymous="yes"))
    assert "No message will come to you; /reports shows what becomes of it, to you alone." in receipt.text
    assert receipt.visibility == "asker"


def test_nothing_is_ever_sent_and_all_of_it_is_read_in_reports(own: Talk, zeb: Talk, quentin: Talk) -> None:
    name = hidden(quentin)
    answered(act(zeb, name, "Ask", question="Which page?"))
    late = later(quentin, SEEN)
    assert titles(late) == []
    asked = answered(late.say("/reports"))
    assert fields(asked)[f"Unread: {name}: a question from the moderators"] == "Which page?"
    one = answered(late.say(f"/reports {name}"))
    assert fields(one)["The moderators asked"] == "Which page?"
    answered(late.fill(opened(late.press(button(one, "Answer"))), details="Page 4"))
    assert fields(card(zeb, name))["Answer"] == "Page 4"
    answered(approve(zeb, name))
    assert titles(late) == []
    told = fields(answered(late.say("/reports")))
    assert f"Unread: {name} was approved" in told
    assert f"Unread: {name} was approved" not in fields(answered(late.say("/reports")))
    answered(zeb.say(f"/undo {name}"))
    answered(reject(zeb, name, words="No such law."))
    told = fields(answered(late.say("/reports")))
    assert f"Unread: {name}: the decision was undone" in told
    assert told[f"Unread: {name} was rejected"] == "No source that says so. No such law."
    assert standing_of(late, name) == "rejected"
    assert titles(late) == []
    owed = read(store_of(own), lambda uow: uow.outbox.about(about_report(1), Purpose.NOTICE))
    assert [one.place for one in owed] == [None] * len(owed)
    assert {one.state for one in owed} == {DeliveryState.KEPT}
    assert len(owed) == 4


def test_nobody_else_reads_it(own: Talk, zeb: Talk, quentin: Talk) -> None:
    name = hidden(quentin)
    for other in (member(own, "ana"), zeb, admin(own)):
        assert problem(other.say(f"/reports {name}")) == "not_found"
        assert problem(other.say(f"/withdraw {name}")) == "not_found"
        assert name not in fields(answered(other.say("/reports")))


def test_the_card_tells_neither_name_nor_hour(zeb: Talk, quentin: Talk) -> None:
    name = hidden(quentin)
    shown = card(zeb, name)
    assert fields(shown)["Reported by"] == "anonymous, November 20, 2026"
    assert NAME not in words(shown)
    assert "14:02" not in words(shown)


def test_the_card_does_not_count_what_else_they_sent(zeb: Talk, quentin: Talk) -> None:
    first = hidden(quentin)
    answered(reject(zeb, first))
    second = hidden(later(quentin, 400), about="OH")
    assert "before" not in fields(card(later(zeb, 2 * SEEN), second))["Reported by"]


def test_an_anonymous_report_can_be_added_to_and_withdrawn(zeb: Talk, quentin: Talk) -> None:
    name = hidden(quentin)
    answered(quentin.fill(opened(quentin.say(f"/answer {name}")), details="Page 4"))
    assert fields(card(zeb, name))["Added"] == "Page 4"
    answered(later(quentin, 60).say(f"/withdraw {name}"))
    assert queue(zeb) == []


# --- when it is seen


def test_it_is_seen_after_1_to_15_minutes_that_nobody_can_foretell(own: Talk) -> None:
    waits = []
    for number in range(12):
        who = member(own, f"q{number}")
        name = hidden(who, link=f"https://example.org/{number}")
        waits.append((kept(own, name).visible_at - own.now).total_seconds())
    assert all(LEAST_WAIT <= wait <= MOST_WAIT for wait in waits)
    assert (LEAST_WAIT, MOST_WAIT) == (60, 900)
    assert len(set(waits)) > 3


def test_until_then_no_moderator_finds_it_in_any_way(own: Talk, quentin: Talk) -> None:
    answered(admin(own).say("/setup review:desk"))
    early = moderator(own, "zebulon")
    name = hidden(quentin)
    wait = first_seen(early, name)
    assert wait >= LEAST_WAIT
    just = later(early, wait - 1)
    assert queue(just) == []
    assert answered(just.say("/review")).text == "Nothing waits for review."
    assert posted(just, "desk") == []
    for code in ("ap", "ed", "du", "as", "rj", "cl", "ba"):
        reply = just.press(f"10{code}~r={name}~v=1")
        assert problem(reply) == "not_found", code
    for line in (f"/member ban report:{name}", f"/member note report:{name} words:x", f"/undo {name}"):
        assert problem(just.say(line)) == "not_found", line
    other = file(member(own, "ana"), about="OH")
    assert name not in words(card(just, other))
    assert problem(act(just, other, "Duplicate", words=name)) == "not_found"
    then = later(early, wait)
    assert name in queue(then)
    assert sorted(number_in(shown) for shown in posted(then, "desk")) == sorted([other, name])


def test_the_same_link_names_no_report_that_is_not_to_be_seen_yet(own: Talk, quentin: Talk) -> None:
    name = hidden(quentin, about="OH")
    other = file(member(own, "ana"), about="IL")
    early = moderator(own, "zebulon")
    assert "Reports of the same link" not in fields(card(early, other))
    form = opened(act(early, other, "Duplicate"))
    assert name not in str(form)
    assert fields(card(later(early, SEEN), other))["Reports of the same link"].startswith(name)


def test_the_age_of_the_queue_does_not_tell_when_it_was_sent(own: Talk, quentin: Talk) -> None:
    """The wait is random so that its time tells nothing: its age is counted from when it is seen."""
    early = moderator(own, "zebulon")
    name = hidden(quentin)
    wait = first_seen(early, name)
    text = answered(later(early, wait).say("/review")).text
    assert "1 report waits, the oldest for less than a minute." in text


def test_anonymous_words_of_a_follower_wait_too(own: Talk, quentin: Talk) -> None:
    name = file(member(own, "ana"))
    hidden(quentin, what="Quentin's words")
    early = moderator(own, "zebulon")
    shown = fields(card(early, name))
    assert "Followers" not in shown
    assert "Quentin's words" in fields(card(later(early, SEEN), name))["Followers"]


def test_what_is_decided_before_a_follower_is_seen_reaches_them(own: Talk, quentin: Talk) -> None:
    name = file(member(own, "ana"))
    assert hidden(quentin, what="Quentin's words") == name
    answered(reject(moderator(own, "zebulon"), name))
    assert f"Unread: {name} was rejected" in fields(answered(quentin.say("/reports")))
    assert titles(quentin) == []


# --- bans


@pytest.mark.parametrize("how", ["report", "button"])
def test_an_anonymous_author_is_banned_by_their_report(zeb: Talk, quentin: Talk, how: str) -> None:
    name = hidden(quentin)
    if how == "report":
        answered(zeb.say(f"/member ban report:{name} words:spam"))
    else:
        answered(act(zeb, name, "Ban author", words="spam"))
    late = later(quentin, 2 * SEEN)
    for anonymous in ("yes", "no"):
        refused = send(late, about="OH", anonymous=anonymous)
        assert problem(refused) == "forbidden"
        late = later(late, 400)
    listed = answered(zeb.say("/member list"))
    assert fields(listed) == {f"anonymous, author of {name}": "spam"}
    assert NAME not in words(listed)
    assert f"Unread: {name} was set aside" in fields(answered(late.say("/reports")))
    assert titles(late) == []


def test_a_ban_by_name_does_not_tell_which_anonymous_reports_were_theirs(zeb: Talk, quentin: Talk) -> None:
    name = hidden(quentin)
    answered(zeb.say(f"/member ban {NAME}"))
    assert queue(zeb) == [name]
    assert problem(send(later(quentin, 2 * SEEN), about="OH", anonymous="yes")) == "forbidden"


def test_an_unban_by_the_report_takes_them_again(own: Talk, zeb: Talk, quentin: Talk) -> None:
    name = hidden(quentin)
    answered(act(zeb, name, "Ban author", words="spam"))
    answered(zeb.say(f"/member unban report:{name}"))
    assert kept(own, name).status is ReportStatus.NEW
    answered(send(later(quentin, 2 * SEEN), about="OH", anonymous="yes"))


def test_whoever_was_banned_by_a_report_that_passed_on_can_be_taken_again(
    own: Talk, zeb: Talk, quentin: Talk
) -> None:
    """The list of the banned names them by that report, though it is its first follower's now."""
    name = hidden(quentin)
    bob = member(own, "bob")
    send(bob)
    answered(act(zeb, name, "Ban author", words="spam"))
    assert fields(card(zeb, name))["Reported by"].startswith("bob")
    assert fields(answered(zeb.say("/member list"))) == {f"anonymous, author of {name}": "spam"}
    answered(zeb.say(f"/member unban report:{name}"))
    answered(send(later(quentin, 2 * SEEN), about="OH", anonymous="yes"))
    answered(send(later(bob, 2 * SEEN), about="TX"))


# --- nowhere


def test_name_and_id_are_nowhere(
    own: Talk, quentin: Talk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    zeb = later(moderator(own, "zebulon"), SEEN)
    late = later(quentin, SEEN)
    with caplog.at_level("DEBUG"):
        first = hidden(quentin)
        hidden(later(quentin, 400), about="OH")
        file(member(own, "ana"), about="TX")
        hidden(later(quentin, 800), about="TX")  # follows
        answered(act(zeb, first, "Ask", question="Which page?"))
        answered(late.fill(opened(late.say(f"/answer {first}")), details="Page 4"))
        answered(late.say("/reports"))
        answered(approve(zeb, first))
        answered(zeb.say(f"/undo {first}"))
        answered(act(zeb, first, "Ban author", words="spam"))
        assert problem(send(later(quentin, 5000), about="UT", anonymous="yes")) == "forbidden"
        export = answered(late.say("/privacy export")).file
        answered(zeb.say("/audit"))
        answered(zeb.say("/member list"))
    assert export
    assert NAME not in export.content
    assert json.loads(export.content)["accounts"] == []
    assert NAME not in json.dumps(rows(own))
    assert NAME not in caplog.text
    audited(own)
    looked = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert looked
    for path in looked:
        content = path.read_bytes()
        for form in (NAME, NAME.lower(), NAME.encode("utf-16-le").decode("latin-1")):
            assert form.encode("latin-1") not in content, path
    assert b"zebulon" in b"".join(path.read_bytes() for path in looked)  # a search that can find


def test_an_anonymous_and_an_open_report_of_one_person_cannot_be_told_to_be_one_persons(
    own: Talk, quentin: Talk
) -> None:
    secret, plain = hidden(quentin), file(later(quentin, 60), about="OH")
    author, other = kept(own, secret).author, kept(own, plain).author
    assert author
    assert other
    assert author.account is None
    assert author.pseudonym != other.pseudonym
    assert other.account is not None
    assert re.fullmatch(r"[0-9a-f]{64}", author.pseudonym)


def test_who_sends_the_same_under_their_name_too_follows_nobody(zeb: Talk, quentin: Talk) -> None:
    name = hidden(quentin)
    again = answered(send(later(quentin, 60)))
    assert again.title.startswith(name)
    shown = card(zeb, name)
    assert NAME not in words(shown)
    assert "Followers" not in fields(shown)
    answered(approve(zeb, name))
    assert titles(later(quentin, SEEN)) == []


def test_relating_an_anonymous_report_keeps_it_so(own: Talk, zeb: Talk, quentin: Talk) -> None:
    (there,) = publish(store_of(own), facts("IL"))
    receipt = answered(send(quentin, anonymous="yes", link="https://example.org/counts"))
    answered(quentin.press(button(receipt, f"It is an update of {there.code}")))
    name = number_in(receipt)
    author = kept(own, name).author
    assert author
    assert author.anonymous
    assert author.account is None
    assert fields(card(zeb, name))["Reported by"].startswith("anonymous")


def test_limits_count_anonymous_reports_too(quentin: Talk) -> None:
    hidden(quentin)
    assert problem(send(later(quentin, 3), about="OH")) == "too_often"
    assert problem(send(later(quentin, 4), about="OH", anonymous="yes")) == "too_often"


def test_what_others_see_of_a_passed_on_report_is_not_anonymous_any_more(
    own: Talk, zeb: Talk, quentin: Talk
) -> None:
    name = hidden(quentin, what="Quentin's words")
    bob = member(own, "bob")
    send(bob, what="Bob's words")
    answered(later(quentin, 60).say(f"/withdraw {name}"))
    shown = card(zeb, name)
    assert fields(shown)["Reported by"].startswith("bob")
    assert proposal(own, name).draft.title == "Bob's words"
    answered(approve(zeb, name))
    assert titles(later(bob, SEEN)) == [f"{name} was approved"]
    assert notices(later(quentin, SEEN)) == []


def test_a_passed_on_report_of_an_anonymous_author_is_seen_when_its_new_author_is_named(
    own: Talk, quentin: Talk
) -> None:
    """Bob did not ask to wait; but nobody sees before the time what would tell when Quentin wrote."""
    name = hidden(quentin)
    send(member(own, "bob"))
    early = moderator(own, "zebulon")
    assert problem(early.say(f"/review {name}")) == "not_found"
    assert queue(later(early, SEEN)) == [name]
    assert labels(card(later(early, SEEN), name))[0] == "Approve"
    assert head(own) >= 267
    assert kept(own, name).visible_at - own.now <= timedelta(seconds=MOST_WAIT)
