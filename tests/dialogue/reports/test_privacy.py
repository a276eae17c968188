"""/privacy and /link: export, deletion, and whose accounts are one person."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.review.reports import ReportStatus
from tests.dialogue.reviewing import (
    NEWS,
    act,
    action,
    approve,
    audited,
    card,
    direct,
    file,
    head,
    kept,
    later,
    member,
    moderator,
    notices,
    published,
    queue,
    reject,
    rows,
    send,
    settle,
    standing_of,
    titles,
)
from tests.dialogue.talk import answered, button, fields, labels, opened, problem, words

if TYPE_CHECKING:
    from tests.dialogue.talk import Talk


@pytest.fixture
def ana(own: Talk) -> Talk:
    """A member."""
    return member(own, "ana")


def export(talk: Talk) -> dict[str, Any]:
    """What somebody gets of their data."""
    reply = answered(talk.say("/privacy export"))
    assert reply.visibility == "asker"
    assert reply.file
    assert reply.file.name == "fiftywire-my-data.json"
    data: dict[str, Any] = json.loads(reply.file.content)
    return data


def delete(talk: Talk) -> None:
    """Have one's data deleted."""
    answered(talk.press(button(answered(talk.say("/privacy delete")), "Delete it for good")))


# --- what is kept


def test_who_only_looks_leaves_nothing(ana: Talk) -> None:
    for line in ("/state IL", "/search water", "/action IL-1", "/reports", "/help", "/report"):
        ana.say(line)
    page = answered(ana.say("/privacy"))
    assert fields(page) == {"Your account": "not on file", "Linked accounts": "none", "Your reports": "0"}
    assert export(ana) == {"accounts": [], "reports": [], "followed": []}


def test_who_reports_is_on_file_by_name(own: Talk, ana: Talk) -> None:
    file(ana)
    page = fields(answered(ana.say("/privacy")))
    assert page["Your account"] == "on file as ana"
    assert page["Your reports"] == "1"
    assert fields(answered(member(own, "bob").say("/privacy")))["Your account"] == "not on file"


def test_an_export_has_all_that_one_sent_and_nothing_of_others(own: Talk, zeb: Talk, ana: Talk) -> None:
    bob = member(own, "bob")
    first = file(ana, what="Ana's words", details="Ana's details")
    send(bob, what="Bob's words")
    second = file(later(bob, 60), about="OH", what="Bob's report", link="https://example.org/2")
    send(later(ana, 60), about="OH", what="Ana follows", link="https://example.org/2")
    late = later(zeb, 60)
    answered(act(late, first, "Ask", question="Which page?"))
    later_ana = later(ana, 90)
    answered(later_ana.fill(opened(later_ana.say(f"/answer {first}")), details="Page 4"))
    hidden = file(later(ana, 400), about="TX", what="Ana's secret", anonymous="yes")
    answered(reject(later(zeb, 400), first, words="No such law."))
    data = export(later(ana, 500))
    assert [account["name"] for account in data["accounts"]] == ["ana"]
    mine = {report["report"]: report for report in data["reports"]}
    assert mine.keys() == {first, hidden}
    one = mine[first]
    assert (one["what"], one["details"], one["link"], one["status"]) == (
        "Ana's words", "Ana's details", NEWS, "rejected"
    )  # fmt: skip
    assert one["reason"] == "No source that says so. No such law."
    assert [(w["said"], w["text"]) for w in one["words"]] == [
        ("question", "Which page?"),
        ("answer", "Page 4"),
    ]
    assert mine[hidden]["anonymous"] is True
    assert [(f["report"], f["what"]) for f in data["followed"]] == [(second, "Ana follows")]
    assert "Bob" not in json.dumps(data)
    theirs = json.dumps(export(later(bob, 500)))
    assert "Ana" not in theirs


def test_an_export_of_a_person_has_all_accounts(own: Talk, ana: Talk) -> None:
    other = member(own, "other")
    answered(ana.say(f"/link {fields(answered(other.say('/link')))['Code']}"))
    file(ana, about="IL")
    file(later(other, 60), about="OH")
    for who in (ana, other):
        data = export(later(who, 100))
        assert [account["name"] for account in data["accounts"]] == ["other", "ana"]
        assert [report["report"] for report in data["reports"]] == ["R-2", "R-1"]


# --- deletion


def test_deleting_asks_first_and_then_keeps_what_was_sent(own: Talk, zeb: Talk, ana: Talk) -> None:
    name, code = published(zeb, ana)
    other = file(later(ana, 400), about="OH", what="Ohio counts")
    late = later(ana, 500)
    everything, before = rows(own), head(own)
    asked = answered(late.say("/privacy delete"))
    assert "This cannot be taken back." in asked.text
    assert fields(answered(late.say("/privacy")))["Your account"] == "on file as ana"
    answered(late.press(button(asked, "Delete it for good")))
    assert fields(answered(late.say("/privacy"))) == {
        "Your account": "not on file", "Linked accounts": "none", "Your reports": "0",
    }  # fmt: skip
    assert export(late) == {"accounts": [], "reports": [], "followed": []}
    assert answered(late.say("/reports")).text.startswith("You sent none yet")
    assert problem(late.say(f"/reports {name}")) == "not_found"
    assert titles(late) == []
    assert (rows(own), head(own)) == (everything, before)
    assert action(own, code).retraction is None
    later_zeb = later(zeb, 600)
    assert queue(later_zeb) == [other]
    shown = card(later_zeb, other)
    assert fields(shown)["Reported by"].startswith("somebody who is no longer on file")
    assert "Ask" not in labels(shown)
    number = other.removeprefix("R-")
    assert problem(later_zeb.fill(f"10as~r={number}~v=1", question="Which page?")) == "not_found"
    assert "ana" not in [word.strip(",.:") for word in words(shown).split()]
    answered(approve(later_zeb, other))
    assert titles(late) == []
    audited(own)


def test_deleting_a_followers_data_leaves_the_report(own: Talk, zeb: Talk, ana: Talk) -> None:
    bob = member(own, "bob")
    name = file(ana)
    send(bob, what="Bob's words")
    delete(bob)
    assert "Bob" not in words(card(zeb, name))
    assert "bob" not in words(card(zeb, name))
    answered(approve(zeb, name))
    assert titles(bob) == []
    assert titles(ana) == [f"{name} was approved"]


def test_what_was_owed_to_somebody_is_dropped_with_them(zeb: Talk, ana: Talk) -> None:
    name = file(ana)
    answered(reject(zeb, name))
    delete(ana)
    assert titles(ana) == []
    file(later(ana, 600), about="OH")
    assert titles(later(ana, 600)) == []


def test_deleting_covers_what_was_sent_anonymously(zeb: Talk, ana: Talk) -> None:
    name = file(ana, anonymous="yes")
    delete(ana)
    assert problem(ana.say(f"/reports {name}")) == "not_found"
    # A card that changed in that moment would say whose it was.
    assert fields(card(later(zeb, 901), name))["Reported by"].startswith("anonymous")


def test_deleting_covers_linked_accounts(own: Talk, ana: Talk) -> None:
    other = member(own, "other")
    answered(ana.say(f"/link {fields(answered(other.say('/link')))['Code']}"))
    name = file(other)
    delete(ana)
    for who in (ana, other):
        assert fields(answered(who.say("/privacy")))["Your account"] == "not on file"
        assert problem(who.say(f"/reports {name}")) == "not_found"


def test_a_moderators_decisions_stand_without_their_name(own: Talk, zeb: Talk, ana: Talk) -> None:
    name, code = published(zeb, ana)
    delete(zeb)
    yan = moderator(own, "yan")
    assert "zebulon" not in words(card(yan, name))
    assert "zebulon" not in words(answered(yan.say(f"/history {code}")))
    assert action(own, code).retraction is None
    answered(yan.say(f"/undo {name}"))
    assert kept(own, name).status is ReportStatus.NEW


def test_who_comes_back_is_somebody_new(zeb: Talk, ana: Talk) -> None:
    file(ana, about="IL")
    delete(ana)
    late = later(ana, 600)
    name = file(late, about="OH")
    assert list(fields(answered(late.say("/reports")))) == [name]
    assert fields(card(later(zeb, 600), name))["Reported by"].startswith("ana")


def test_a_ban_stays_as_a_pseudonym_without_a_name(zeb: Talk, ana: Talk) -> None:
    file(ana)
    answered(zeb.say("/member ban ana words:spam"))
    delete(ana)
    listed = answered(zeb.say("/member list"))
    assert "ana" not in list(fields(listed))
    assert problem(send(later(ana, 60))) == "forbidden"


def test_asking_to_delete_deletes_nothing_yet(ana: Talk) -> None:
    file(ana)
    for _ in range(3):
        answered(ana.say("/privacy delete"))
    assert fields(answered(ana.say("/privacy")))["Your account"] == "on file as ana"


# --- linking


def test_two_accounts_become_one_person(own: Talk, ana: Talk) -> None:
    away = member(settle(own), "eve")
    printed = answered(ana.say("/link"))
    assert printed.visibility == "asker"
    code = fields(printed)["Code"]
    done = answered(away.say(f"/link {code}"))
    assert done.text == "This account and ana (terminal) are one person."
    assert fields(answered(ana.say("/privacy")))["Linked accounts"] == "eve (discord)"
    assert fields(answered(away.say("/privacy")))["Linked accounts"] == "ana (terminal)"


def test_one_person_has_one_list_of_reports_and_one_limit(own: Talk, ana: Talk) -> None:
    other = member(own, "other")
    answered(ana.say(f"/link {fields(answered(other.say('/link')))['Code']}"))
    name = file(ana)
    assert list(fields(answered(other.say("/reports")))) == [name]
    assert problem(send(later(other, 2), about="OH")) == "too_often"
    answered(later(other, 10).say(f"/withdraw {name}"))


def test_one_person_does_not_follow_themselves(own: Talk, zeb: Talk, ana: Talk) -> None:
    other = member(own, "other")
    answered(ana.say(f"/link {fields(answered(other.say('/link')))['Code']}"))
    name = file(ana)
    again = answered(send(later(other, 10)))
    assert again.title == f"{name}: you sent this before"
    assert "Followers" not in fields(card(zeb, name))


@pytest.mark.parametrize("after", [15 * 60 + 1, 86_400])
def test_a_code_is_good_for_15_minutes(own: Talk, ana: Talk, after: int) -> None:
    code = fields(answered(ana.say("/link")))["Code"]
    assert problem(later(member(own, "other"), after).say(f"/link {code}")) == "not_found"


def test_a_code_is_good_once(own: Talk, ana: Talk) -> None:
    code = fields(answered(ana.say("/link")))["Code"]
    answered(member(own, "other").say(f"/link {code}"))
    assert problem(member(own, "third").say(f"/link {code}")) == "not_found"
    assert fields(answered(member(own, "third").say("/privacy")))["Linked accounts"] == "none"


def test_ones_own_code_links_nothing(ana: Talk) -> None:
    code = fields(answered(ana.say("/link")))["Code"]
    assert problem(ana.say(f"/link {code}")) == "changed_meanwhile"


def test_a_code_of_somebody_who_deleted_their_data(own: Talk, ana: Talk) -> None:
    code = fields(answered(ana.say("/link")))["Code"]
    delete(ana)
    assert member(own, "other").say(f"/link {code}").problem


def test_guessing_codes_is_limited(own: Talk) -> None:
    replies = [own.say(f"/link aaaa-bbbb-{number:04}") for number in range(12)]
    assert [problem(reply) for reply in replies[:10]] == ["not_found"] * 10
    assert problem(replies[10]) == "too_often"


def test_in_a_direct_message_one_links_too(own: Talk, ana: Talk) -> None:
    eve = member(settle(own), "eve")
    code = fields(answered(direct(eve).say("/link")))["Code"]
    answered(ana.say(f"/link {code}"))
    name = file(eve, about="OH")
    assert standing_of(ana, name) == "waiting for review"
    assert notices(ana) == []
    answered(ana.say(f"/withdraw {name}"))
    assert kept(own, name).status is ReportStatus.WITHDRAWN
