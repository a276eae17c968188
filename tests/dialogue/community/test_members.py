"""/member and /audit: bans, notes, what becomes of open reports, what was done and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.community.people import Home
from bot.domain.review.reports import ReportStatus
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
    proposal,
    published,
    queue,
    reject,
    send,
    settle,
    standing_of,
    titles,
)
from tests.dialogue.talk import answered, button, fields, labels, opened, press_all, problem, total, words

if TYPE_CHECKING:
    from tests.dialogue.talk import Talk

NEVER = "The moderators here take no reports from you. What you sent before still stands in /reports."


@pytest.fixture
def ana(own: Talk) -> Talk:
    """A member."""
    return member(own, "ana")


# --- bans


def test_a_ban_stops_reports_and_folds_what_is_open(own: Talk, zeb: Talk, ana: Talk) -> None:
    first = file(ana, about="IL")
    second = file(later(ana, 60), about="OH")
    zeb = later(zeb, 60)
    answered(reject(zeb, first))
    notices(later(ana, 60))
    reply = answered(zeb.say("/member ban ana words:the same link every day"))
    assert f"What was open of theirs: {second}." in reply.text
    assert kept(own, first).status is ReportStatus.REJECTED
    assert kept(own, second).status is ReportStatus.FOLDED
    assert queue(zeb) == []
    late = later(ana, 600)
    refused = send(late, about="TX")
    assert problem(refused) == "forbidden"
    assert refused.text == NEVER
    assert problem(late.say('/report what:"x" about:TX link:https://example.org/x')) in (
        "forbidden",
        "too_often",
    )
    assert titles(late) == [f"{second} was set aside"]
    assert standing_of(late, second) == "set aside"
    assert list(fields(answered(late.say("/reports")))) == [second, first]
    assert queue(zeb) == []


@pytest.mark.parametrize("how", ["name", "report", "button"])
def test_the_ways_of_banning_are_one(own: Talk, zeb: Talk, ana: Talk, how: str) -> None:
    name = file(ana)
    match how:
        case "name":
            answered(zeb.say("/member ban ana"))
        case "report":
            answered(zeb.say(f"/member ban report:{name}"))
        case _:
            answered(act(zeb, name, "Ban author", words="spam"))
    assert kept(own, name).status is ReportStatus.FOLDED
    assert problem(send(later(ana, 60), about="TX")) == "forbidden"
    again = zeb.say("/member ban ana")
    assert problem(again) == "changed_meanwhile"
    assert list(fields(answered(zeb.say("/member list")))) == ["ana"]
    assert [entry.event for entry in audited(own)] == ["member:banned"]


def test_an_unban_takes_them_again_and_opens_what_was_folded(own: Talk, zeb: Talk, ana: Talk) -> None:
    name = file(ana)
    draft = proposal(own, name).draft
    answered(zeb.say("/member ban ana"))
    stale = card(zeb, name)
    reply = answered(zeb.say("/member unban ana"))
    assert f"Open again: {name}." in reply.text
    assert kept(own, name).status is ReportStatus.NEW
    assert proposal(own, name).draft == draft
    assert queue(zeb) == [name]
    assert labels(stale) == []
    assert file(later(ana, 60), about="TX") == "R-2"
    answered(approve(zeb, name))
    assert titles(later(ana, 60)) == [f"{name} was set aside", f"{name} was approved"]
    assert problem(zeb.say("/member unban ana")) == "not_found"
    assert answered(zeb.say("/member list")).text == "Nobody is banned here."


def test_a_report_with_followers_passes_to_the_first_of_them(own: Talk, zeb: Talk, ana: Talk) -> None:
    bob, cy = member(own, "bob"), member(own, "cy")
    name = file(ana, what="Ana's words")
    send(bob, what="Bob's words", details="Bob's details")
    send(cy, what="Cy's words")
    answered(act(zeb, name, "Ban author", words="spam"))
    shown = card(zeb, name)
    assert kept(own, name).status is ReportStatus.NEW
    assert shown.title == f"{name}: Bob's words"
    assert fields(shown)["Reported by"].startswith("bob")
    assert "Ana" not in words(shown)
    answered(approve(zeb, name))
    assert [titles(who) for who in (bob, cy)] == [[f"{name} was approved"]] * 2
    assert titles(ana) == []


def test_a_draft_of_a_moderator_stays_when_the_report_passes_on(own: Talk, zeb: Talk, ana: Talk) -> None:
    bob = member(own, "bob")
    name = file(ana, what="Ana's words")
    send(bob, what="Bob's words")
    answered(act(zeb, name, "Edit", title="Zebulon's title"))
    answered(act(zeb, name, "Ban author", words="spam"))
    assert proposal(own, name).draft.title == "Zebulon's title"


def test_a_report_does_not_pass_to_somebody_who_is_banned(own: Talk, zeb: Talk, ana: Talk) -> None:
    bob, cy = member(own, "bob"), member(own, "cy")
    name = file(ana, what="Ana's words")
    send(bob, what="Bob's words")
    send(cy, what="Cy's words")
    answered(zeb.say("/member ban bob"))
    answered(ana.say(f"/withdraw {name}"))
    assert fields(card(zeb, name))["Reported by"].startswith("cy")


def test_when_all_who_sent_it_are_banned_it_is_set_aside(own: Talk, zeb: Talk, ana: Talk) -> None:
    bob = member(own, "bob")
    name = file(ana, what="Ana's words")
    send(bob, what="Bob's words")
    answered(zeb.say("/member ban bob"))
    answered(zeb.say("/member ban ana"))
    assert kept(own, name).status is ReportStatus.FOLDED


def test_who_is_banned_adds_no_words_to_what_others_sent(own: Talk, zeb: Talk, ana: Talk) -> None:
    bob = member(own, "bob")
    name = file(ana)
    send(bob)
    answered(zeb.say("/member ban bob words:spam"))
    reply = bob.fill(opened(bob.say(f"/answer {name}")), details="Buy my book")
    assert problem(reply) == "forbidden"
    assert "Buy my book" not in words(card(zeb, name))


def test_a_ban_holds_for_linked_accounts_and_folds_what_they_sent(own: Talk, zeb: Talk, ana: Talk) -> None:
    other = member(own, "other")
    answered(ana.say(f"/link {fields(answered(other.say('/link')))['Code']}"))
    mine, theirs = file(ana, about="IL"), file(later(other, 60), about="OH")
    answered(later(zeb, 60).say("/member ban ana"))
    assert problem(send(later(other, 120), about="TX")) == "forbidden"
    assert kept(own, mine).status is ReportStatus.FOLDED
    assert kept(own, theirs).status is ReportStatus.FOLDED


def test_linking_later_does_not_lift_a_ban(own: Talk, zeb: Talk, ana: Talk) -> None:
    answered(zeb.say("/member ban ana"))
    other = member(own, "other")
    answered(ana.say(f"/link {fields(answered(other.say('/link')))['Code']}"))
    assert problem(send(other)) == "forbidden"


def test_deleting_ones_data_does_not_lift_a_ban(zeb: Talk, ana: Talk) -> None:
    file(ana)
    answered(zeb.say("/member ban ana"))
    answered(ana.press(button(answered(ana.say("/privacy delete")), "Delete it for good")))
    assert problem(send(later(ana, 600))) == "forbidden"


def test_a_ban_is_the_communitys_own(own: Talk) -> None:
    away = settle(own)
    ben, eve = moderator(away, "ben"), member(away, "eve")
    annex = settle(own, Home("discord", "888"), "Annex")
    file(eve)
    answered(act(ben, "R-1", "Ban author", words="spam"))
    assert problem(send(later(eve, 60), about="OH")) == "forbidden"
    assert answered(send(later(member(annex, "eve"), 120), about="OH")).title == "R-2: received"


def test_who_was_never_here_can_be_banned_by_name(own: Talk, zeb: Talk) -> None:
    answered(zeb.say("/member ban mallory words:announced it elsewhere"))
    assert problem(send(member(own, "mallory"))) == "forbidden"
    assert answered(zeb.say("/member list")).text == "1 in all."
    answered(zeb.say("/member unban mallory"))
    answered(send(later(member(own, "mallory"), 60)))


def test_nobody_bans_themselves_also_not_by_a_card(own: Talk, zeb: Talk) -> None:
    assert problem(zeb.say("/member ban zebulon")) == "forbidden"
    name = file(zeb)
    assert problem(zeb.say(f"/member ban report:{name}")) == "forbidden"
    assert zeb.fill("10ba~r=R-1~v=1", words="x").problem
    assert kept(own, name).status is ReportStatus.NEW


def test_a_moderator_can_be_banned_from_reporting_and_still_decides(own: Talk, zeb: Talk, ana: Talk) -> None:
    yan = moderator(own, "yan")
    name = file(ana)
    answered(zeb.say("/member ban yan"))
    assert problem(send(yan, about="OH")) == "forbidden"
    answered(approve(yan, name))


def test_reports_of_a_moderators_own_change_are_not_folded(own: Talk, zeb: Talk) -> None:
    yan = moderator(own, "yan")
    answered(yan.say('/correct IL-1 title:"Another title"'))
    before = head(own)
    answered(zeb.say("/member ban yan"))
    assert head(own) == before


@pytest.mark.parametrize(
    "line",
    [
        "/member",
        "/member banish ana",
        "/member ban",
        "/member ban ana bob",
        "/member note ana",
        "/member ban report:x",
        "/member unban report:R-99",
        "/member ban <@&9|Editors>",
    ],
)
def test_what_cannot_be_done_to_members(own: Talk, zeb: Talk, line: str) -> None:
    assert problem(zeb.say(line)) in ("not_understood", "not_found", "ambiguous")
    assert answered(zeb.say("/member list")).text == "Nobody is banned here."
    assert audited(own) == []


# --- notes


def test_a_note_stands_on_cards_for_moderators_alone(zeb: Talk, ana: Talk) -> None:
    name = file(ana)
    answered(zeb.say("/member note ana words:Writes for a newspaper there"))
    assert "Note: Writes for a newspaper there" in fields(card(zeb, name))["Reported by"]
    for line in (f"/reports {name}", "/reports", "/privacy", "/privacy export"):
        reply = answered(ana.say(line))
        assert "newspaper" not in words(reply)
    answered(approve(zeb, name))
    (notice,) = notices(ana)
    assert "newspaper" not in words(notice)


def test_a_note_by_report_and_the_newest_first(own: Talk, zeb: Talk, ana: Talk) -> None:
    name = file(ana)
    answered(zeb.say(f"/member note report:{name} words:first"))
    answered(later(zeb, 5).say(f"/member note report:{name} words:second"))
    assert "Note: second" in fields(card(later(zeb, 5), name))["Reported by"]
    assert [entry.event for entry in audited(own)] == ["member:noted"] * 2


def test_how_somebodys_reports_ended_stands_on_the_next_card(zeb: Talk, ana: Talk) -> None:
    published(zeb, ana)
    second = file(later(ana, 400), about="OH")
    late = later(zeb, 400)
    answered(reject(late, second))
    third = file(later(ana, 800), about="TX")
    assert "ana (1 approved, 1 rejected before)" in fields(card(later(zeb, 800), third))["Reported by"]


# --- the audit


def test_the_audit_has_pages_and_everything_once(own: Talk, zeb: Talk) -> None:
    for number in range(12):
        answered(later(zeb, number).say(f"/member note mallory{number} words:note {number}"))
    answered(later(admin(own), 60).say("/setup zone:Eastern"))
    late = later(zeb, 120)
    pages = list(press_all(late, "/audit", "Next"))
    listed = [name for page in pages for name in fields(page)]
    assert listed == [str(number) for number in range(13, 0, -1)]
    assert total(pages[0]) == 13
    first = next(iter(fields(pages[0]).values()))
    assert first.startswith("ada changed the setup: zone America/New_York")
    assert first.endswith("November 20, 2026, 09:03")
    assert fields(answered(late.press(button(pages[1], "First page")))) == fields(pages[0])
    audited(own)


def test_an_empty_audit(zeb: Talk) -> None:
    assert answered(zeb.say("/audit")).text == "Nothing was decided here yet."


def test_the_audit_is_the_communitys_own(own: Talk, zeb: Talk) -> None:
    away = moderator(settle(own), "ben")
    answered(zeb.say("/member ban mallory"))
    assert answered(away.say("/audit")).text == "Nothing was decided here yet."
    assert total(answered(zeb.say("/audit"))) == 1


def test_who_deleted_their_data_is_nobody_in_the_audit_and_the_chain_holds(
    own: Talk, zeb: Talk, ana: Talk
) -> None:
    name = file(ana)
    answered(act(zeb, name, "Ask", question="Which page?"))
    answered(zeb.press(button(answered(zeb.say("/privacy delete")), "Delete it for good")))
    yan = moderator(own, "yan")
    (line,) = fields(answered(yan.say("/audit"))).values()
    assert line.startswith(f"somebody who is no longer on file asked about {name}")
    assert "Which page?" not in line
    assert len(audited(own)) == 1


def test_every_event_of_the_audit_is_told_in_words(own: Talk, zeb: Talk, ana: Talk) -> None:
    first = file(ana, about="IL")
    act(zeb, first, "Claim")
    act(zeb, first, "Edit", title="x")
    zeb.say(f"/undo {first}")
    act(zeb, first, "Ask", question="Which?")
    approve(zeb, first)
    zeb.say(f"/undo {first}")
    reject(zeb, first)
    for line in ("/update IL-1 status:repealed date:2026-11-18", '/correct IL-1 title:"x"', "/check IL-1",
                 "/retract IL-1 reason:x", "/undo IL-1", "/member ban bob", "/member unban bob",
                 "/member note bob words:x"):  # fmt: skip
        answered(zeb.say(line))
    events = {entry.event for entry in audited(own)}
    assert len(events) >= 15
    told = [line for page in press_all(zeb, "/audit", "Next") for line in fields(page).values()]
    for line in told:
        deed = line.removeprefix("zebulon ").split(" · ")[0]
        assert ":" not in deed.split()[0], line
