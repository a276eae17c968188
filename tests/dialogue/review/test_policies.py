"""How many people a board asks for, and that no path publishes with fewer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.review.proposals import Policy
from bot.domain.review.reports import Origin, ReportKind, ReportStatus
from tests.dialogue.reviewing import (
    DAY,
    FIVE,
    act,
    action,
    admin,
    approve,
    ask_for,
    audited,
    card,
    file,
    head,
    kept,
    later,
    member,
    moderator,
    named_moderator,
    notices,
    number_in,
    proposal,
    published,
    queue,
    reject,
    row,
    rows,
    send,
    settle,
    titles,
    unnamed,
)
from tests.dialogue.talk import answered, button, fields, labels, opened, problem

if TYPE_CHECKING:
    from bot.messages.reply import Reply
    from tests.dialogue.talk import Talk

CHANGES = {
    "update": "/update IL-1 status:repealed date:2026-11-18 note:gone",
    "correct": '/correct IL-1 title:"Another title"',
    "retract": "/retract IL-1 reason:entered twice",
    "check": "/check IL-1",
}
KINDS = {
    "update": ReportKind.CHANGE,
    "correct": ReportKind.CORRECTION,
    "retract": ReportKind.RETRACTION,
    "check": ReportKind.CHECK,
}


@pytest.fixture
def two(own: Talk) -> Talk:
    """Two people for every change of what everyone sees."""
    ask_for(own, Policy.TWO)
    return own


@pytest.fixture
def ana(own: Talk) -> Talk:
    """A member."""
    return member(own, "ana")


def again(talk: Talk, name: str) -> Reply:
    """Press Approve on a card whose draft has everything."""
    return talk.press(button(card(talk, name), "Approve"))


# --- two people for everything


def test_one_approval_is_half_and_the_second_publishes(two: Talk, zeb: Talk, yan: Talk, ana: Talk) -> None:
    name = file(ana)
    before = head(two)
    half = answered(approve(zeb, name))
    assert half.text == "Approved by zebulon; one more person has to agree."
    assert "Claim" not in labels(half)
    assert kept(two, name).status is ReportStatus.SECONDING
    assert head(two) == before
    assert titles(ana) == []
    refused = again(zeb, name)
    assert problem(refused) == "forbidden"
    assert refused.text == f"You agreed with {name} already; it waits for another person."
    assert head(two) == before
    done = answered(again(yan, name))
    assert head(two) == before + 1
    assert f"Approved by yan at 14:02: {done.buttons[0].label}." in done.text
    assert titles(ana) == [f"{name} was approved"]
    assert [entry.event for entry in audited(two)] == ["report:seconding", "report:approved"]


def test_who_presses_again_and_again_stays_one_person(two: Talk, zeb: Talk, ana: Talk) -> None:
    name = file(ana)
    before = head(two)
    first = card(zeb, name)
    answered(approve(zeb, name))
    second = card(zeb, name)
    version = kept(two, name).version
    for reply in (
        zeb.press(button(first, "Approve")),
        zeb.press(button(second, "Approve")),
        zeb.as_(admin(zeb).role).press(button(second, "Approve")),
        zeb.press("10ap~r=R-1"),
        zeb.press(f"10ap~r=R-1~v={version}"),
        zeb.fill(f"10ap~r=R-1~v={version}", **FIVE),
        zeb.fill("10ap~r=R-1", **FIVE),
        zeb.fill(f"10ap~r=R-1~v={version + 1}", **FIVE),
        zeb.fill(f"10ap~r=R-1~v={version}~ure", **FIVE),
        zeb.say(f"/approve {name}"),
        zeb.say(f"/approve {name} status:adopted date:2026-11-10 kind:statute approach:build topics:climate"),
        zeb.choose("approve", report=name, version=str(version), **FIVE),
        later(zeb, DAY).press(button(second, "Approve")),
    ):
        assert reply.problem or kept(two, name).status is not ReportStatus.APPROVED
        assert head(two) == before
    assert kept(two, name).status in (ReportStatus.SECONDING, ReportStatus.CLAIMED)


def test_approving_with_other_values_than_those_agreed_with_is_refused(
    two: Talk, zeb: Talk, yan: Talk, ana: Talk
) -> None:
    """Two people have to agree with the exact draft (DESIGN: 6)."""
    name = file(ana)
    before = head(two)
    answered(approve(zeb, name))
    version = kept(two, name).version
    reply = yan.fill(f"10ap~r=R-1~v={version}", **(FIVE | {"status": "repealed"}))
    assert head(two) == before
    assert kept(two, name).status is not ReportStatus.APPROVED
    assert [a.account for a in proposal(two, name).approvals] != [None]
    assert len(proposal(two, name).approvals) <= 1
    assert problem(reply) == "changed_meanwhile"
    assert "Edit changes it" in reply.text
    answered(again(yan, name))
    assert head(two) == before + 1
    assert action(two, str(kept(two, name).outcome)).facts.status == "adopted"


def test_an_edit_clears_approvals(two: Talk, zeb: Talk, yan: Talk, ana: Talk) -> None:
    name = file(ana)
    before = head(two)
    answered(approve(zeb, name))
    edited = answered(act(yan, name, "Edit", title="Yan's title"))
    assert proposal(two, name).approvals == ()
    assert kept(two, name).status is ReportStatus.CLAIMED
    assert "Claimed by yan" in edited.text
    answered(again(yan, name))
    assert head(two) == before  # yan alone, on yan's own draft
    assert problem(again(yan, name)) == "forbidden"
    answered(again(zeb, name))
    assert head(two) == before + 1


def test_edit_then_approve_by_one_is_one(two: Talk, zeb: Talk, ana: Talk) -> None:
    name = file(ana)
    before = head(two)
    answered(act(zeb, name, "Edit", **FIVE))
    answered(again(zeb, name))
    answered(act(zeb, name, "Edit", title="Another title"))
    answered(again(zeb, name))
    answered(zeb.say(f"/undo {name}"))
    again(zeb, name)
    assert head(two) == before
    assert kept(two, name).status is not ReportStatus.APPROVED


def test_linked_accounts_are_one_person(two: Talk, zeb: Talk, yan: Talk, ana: Talk) -> None:
    answered(zeb.say(f"/link {fields(answered(yan.say('/link')))['Code']}"))
    name = file(ana)
    before = head(two)
    answered(approve(zeb, name))
    assert problem(again(yan, name)) == "forbidden"
    assert head(two) == before
    answered(again(moderator(two, "xaver"), name))
    assert head(two) == before + 1


def test_accounts_linked_between_two_approvals_are_one_person(
    two: Talk, zeb: Talk, yan: Talk, ana: Talk
) -> None:
    name = file(ana)
    before = head(two)
    answered(approve(zeb, name))
    shown = card(yan, name)
    answered(zeb.say(f"/link {fields(answered(yan.say('/link')))['Code']}"))
    assert problem(yan.press(button(shown, "Approve"))) == "forbidden"
    assert head(two) == before


def test_a_chain_of_links_is_one_person(two: Talk, zeb: Talk, yan: Talk, ana: Talk) -> None:
    """zebulon with bob, bob with yan: yan and zebulon are one."""
    bob = member(two, "bob")
    answered(zeb.say(f"/link {fields(answered(bob.say('/link')))['Code']}"))
    answered(bob.say(f"/link {fields(answered(yan.say('/link')))['Code']}"))
    name = file(ana)
    before = head(two)
    answered(approve(zeb, name))
    assert problem(again(yan, name)) == "forbidden"
    assert head(two) == before


@pytest.mark.parametrize("how", ["named", "anonymous", "follower", "anonymous follower", "linked"])
def test_a_reporter_is_never_one_of_the_two(two: Talk, zeb: Talk, yan: Talk, ana: Talk, how: str) -> None:
    hidden = {"anonymous": "yes"} if "anonymous" in how else {}
    if how == "linked":
        answered(zeb.say(f"/link {fields(answered(ana.say('/link')))['Code']}"))
    if "follower" in how:
        name = file(ana)
        send(zeb, **hidden)
    else:
        name = file(ana if how == "linked" else zeb, **hidden)
    before = head(two)
    late = [later(talk, 901) for talk in (zeb, yan)]
    for line in ("10ap~r=R-1~v=1", "10ap~r=R-1"):
        assert problem(late[0].fill(line, **FIVE)) == "forbidden"
    answered(approve(late[1], name))
    assert problem(again(late[0], name)) == "forbidden"
    assert problem(act(late[0], name, "Reject", reason="source")) == "forbidden"
    assert head(two) == before
    answered(again(later(moderator(two, "xaver"), 901), name))
    assert head(two) == before + 1


@pytest.mark.parametrize("anonymous", ["no", "yes"])
@pytest.mark.parametrize("linked", [False, True])
def test_who_agreed_does_not_become_a_reporter_of_the_same(
    two: Talk, zeb: Talk, yan: Talk, ana: Talk, anonymous: str, *, linked: bool
) -> None:
    """A reporter is never one of them, whichever came first."""
    name = file(ana)
    before = head(two)
    answered(approve(zeb, name))
    who = zeb
    if linked:
        who = member(two, "zed")
        answered(zeb.say(f"/link {fields(answered(who.say('/link')))['Code']}"))
    reply = send(who, anonymous=anonymous)
    if reply.problem is None:
        again(yan, name)
        assert head(two) == before
    else:
        assert problem(reply) == "changed_meanwhile"
        assert "Followers" not in fields(card(yan, name))
        answered(again(yan, name))
        assert head(two) == before + 1
        assert titles(who) == []


def test_rejecting_takes_one_person_and_a_rejected_agreement_is_none(
    two: Talk, zeb: Talk, yan: Talk, ana: Talk
) -> None:
    name = file(ana)
    before = head(two)
    answered(approve(zeb, name))
    answered(reject(yan, name))
    assert titles(ana) == [f"{name} was rejected"]
    answered(yan.say(f"/undo {name}"))
    assert proposal(two, name).approvals == ()
    answered(again(yan, name))
    assert head(two) == before
    assert kept(two, name).status is ReportStatus.SECONDING


def test_an_approver_who_was_forgotten_leaves_no_report_stuck(
    two: Talk, zeb: Talk, yan: Talk, ana: Talk
) -> None:
    name = file(ana)
    before = head(two)
    answered(approve(zeb, name))
    answered(zeb.press(button(answered(zeb.say("/privacy delete")), "Delete it for good")))
    answered(again(yan, name))
    assert head(two) == before  # of the first nothing is left, so yan is the first of two
    answered(again(moderator(two, "xaver"), name))
    assert head(two) == before + 1


def test_who_deletes_their_data_does_not_become_a_second_person(two: Talk, zeb: Talk, ana: Talk) -> None:
    name = file(ana)
    before = head(two)
    answered(approve(zeb, name))
    answered(zeb.press(button(answered(zeb.say("/privacy delete")), "Delete it for good")))
    again(zeb, name)
    assert head(two) == before


# --- commands


@pytest.mark.parametrize("command", CHANGES)
def test_a_command_waits_for_another_person(two: Talk, zeb: Talk, yan: Talk, command: str) -> None:
    before, was = head(two), row(two, "IL-1")
    reply = answered(zeb.say(CHANGES[command]))
    name = number_in(reply)
    assert "when another person agrees" in reply.text
    assert head(two) == before
    assert row(two, "IL-1") == was
    waiting = kept(two, name)
    assert (waiting.status, waiting.origin, waiting.kind) == (
        ReportStatus.SECONDING, Origin.MODERATOR, KINDS[command]
    )  # fmt: skip
    assert problem(again(zeb, name)) == "forbidden"
    for token in (f"10ap~r={name}", f"10ap~r={name}~v=1", f"10ap~r={name}~v=2"):
        assert zeb.fill(token, **FIVE).problem
        assert zeb.press(token).problem
    assert head(two) == before
    assert row(two, "IL-1") == was
    done = answered(again(yan, name))
    assert done.buttons[0].label == "IL-1"
    assert head(two) == before + 1
    assert row(two, "IL-1") != was or command == "check"


@pytest.mark.parametrize("command", CHANGES)
def test_the_same_line_twice_is_still_one_person(two: Talk, zeb: Talk, command: str) -> None:
    before = head(two)
    for _ in range(3):
        zeb.say(CHANGES[command])
    assert head(two) == before
    assert row(two, "IL-1").get("retracted") is None


@pytest.mark.parametrize("command", ["update", "correct", "retract"])
def test_a_rejected_proposal_changes_nothing_and_its_author_hears(
    two: Talk, zeb: Talk, yan: Talk, command: str
) -> None:
    was = row(two, "IL-1")
    name = number_in(answered(zeb.say(CHANGES[command])))
    answered(reject(yan, name, words="Not so."))
    assert row(two, "IL-1") == was
    (notice,) = notices(zeb)
    assert notice.title == f"{name} was rejected"


def test_who_proposed_may_take_it_back_by_rejecting(two: Talk, zeb: Talk) -> None:
    """It is no member's report: its author works at the desk."""
    name = number_in(answered(zeb.say(CHANGES["update"])))
    answered(reject(zeb, name))
    assert kept(two, name).status is ReportStatus.REJECTED


# --- undo


def test_undo_toward_less_takes_one_person(two: Talk, zeb: Talk, yan: Talk, ana: Talk) -> None:
    name = file(ana)
    answered(approve(zeb, name))
    answered(again(yan, name))
    code = str(kept(two, name).outcome)
    notices(ana)
    answered(zeb.say(f"/undo {name}"))
    assert action(two, code).retraction
    assert kept(two, name).status is ReportStatus.NEW
    assert titles(ana) == [f"{name}: the decision was undone"]


@pytest.mark.parametrize("command", ["update", "correct", "retract"])
def test_undo_toward_more_takes_two(two: Talk, zeb: Talk, yan: Talk, command: str) -> None:
    was = row(two, "IL-1")
    name = number_in(answered(zeb.say(CHANGES[command])))
    answered(again(yan, name))
    changed, before = row(two, "IL-1"), head(two)
    undo = number_in(answered(zeb.say("/undo IL-1")))
    assert kept(two, undo).kind is ReportKind.UNDO
    assert head(two) == before
    assert row(two, "IL-1") == changed
    assert problem(again(zeb, undo)) == "forbidden"
    zeb.say("/undo IL-1")
    assert head(two) == before
    answered(again(yan, undo))
    assert head(two) == before + 1
    assert row(two, "IL-1") == was


def test_an_undone_withdrawal_waits_and_takes_two_people_again(two: Talk, zeb: Talk, yan: Talk) -> None:
    name = number_in(answered(zeb.say(CHANGES["retract"])))
    answered(again(yan, name))
    undo = number_in(answered(zeb.say("/undo IL-1")))
    answered(again(yan, undo))
    assert action(two, "IL-1").retraction is None
    before = head(two)
    assert name in queue(zeb)
    answered(again(zeb, name))
    assert head(two) == before
    assert problem(again(zeb, name)) == "forbidden"
    answered(again(yan, name))
    assert action(two, "IL-1").retraction


def test_an_undone_undo_takes_one_person_toward_less_and_two_toward_more(
    two: Talk, zeb: Talk, yan: Talk
) -> None:
    name = number_in(answered(zeb.say(CHANGES["retract"])))
    answered(again(yan, name))
    undo = number_in(answered(zeb.say("/undo IL-1")))
    answered(again(yan, undo))
    before = head(two)
    answered(zeb.say("/undo IL-1"))
    assert head(two) == before + 1
    assert action(two, "IL-1").retraction
    zeb.say("/undo IL-1")
    again(zeb, undo)
    assert problem(again(zeb, undo)) == "forbidden"
    assert head(two) == before + 1
    assert action(two, "IL-1").retraction
    everything = {line["code"] for line in rows(two)}
    answered(again(yan, undo))
    assert {line["code"] for line in rows(two)} == everything  # what is put back is no new action
    assert action(two, "IL-1").retraction is None


def test_an_undone_approval_waits_for_two_people_anew(two: Talk, zeb: Talk, yan: Talk, ana: Talk) -> None:
    name = file(ana)
    answered(approve(zeb, name))
    answered(again(yan, name))
    answered(zeb.say(f"/undo {name}"))
    before = head(two)
    answered(again(zeb, name))
    assert problem(again(zeb, name)) == "forbidden"
    assert head(two) == before
    assert kept(two, name).status is ReportStatus.SECONDING
    answered(again(yan, name))
    assert head(two) == before + 1


def test_the_undone_report_of_a_change_is_not_published_by_one(
    two: Talk, zeb: Talk, yan: Talk, ana: Talk
) -> None:
    was = row(two, "IL-1")
    name = file(ana, about="IL-1", kind="change", what="It was repealed")
    answered(zeb.fill(opened(act(zeb, name, "Approve")), status="repealed", date="2026-11-18"))
    answered(again(yan, name))
    undo = number_in(answered(zeb.say(f"/undo {name}")))
    assert undo != name
    assert kept(two, name).status is ReportStatus.APPROVED  # until the second person agrees
    answered(again(yan, undo))
    assert row(two, "IL-1") == was
    assert kept(two, name).status is ReportStatus.NEW
    assert titles(ana) == [f"{name} was approved", f"{name}: the decision was undone"]


# --- two people for changes of status


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("/update IL-1 status:repealed date:2026-11-18", 2),
        ("/update IL-1 status:repealed date:2026-11-18 challenged:yes", 2),
        ('/correct IL-1 title:"Another title"', 1),
        ("/correct IL-1 challenged:yes", 2),
        ("/correct IL-1 topics:climate", 1),
        ("/retract IL-1 reason:entered twice", 2),
        ("/check IL-1", 1),
    ],
)
def test_two_for_status_alone(own: Talk, zeb: Talk, line: str, people: int) -> None:
    ask_for(own, Policy.STATUS)
    before = head(own)
    reply = answered(zeb.say(line))
    assert head(own) == before + (people == 1)
    assert reply.title.startswith("IL-1" if people == 1 else "R-1")


def test_two_for_status_means_two_for_what_is_new(own: Talk, zeb: Talk, yan: Talk, ana: Talk) -> None:
    ask_for(own, Policy.STATUS)
    before = head(own)
    name = file(ana)
    answered(approve(zeb, name))
    assert head(own) == before
    answered(again(yan, name))
    assert head(own) == before + 1


def test_a_correction_that_brings_a_status_takes_two(own: Talk, zeb: Talk, ana: Talk) -> None:
    ask_for(own, Policy.STATUS)
    before = head(own)
    name = file(ana, about="IL-1", kind="correction", what="The title is wrong", link="")
    answered(act(zeb, name, "Edit", title="Another title", status="repealed", date="2026-11-18"))
    answered(again(zeb, name))
    assert head(own) == before
    assert kept(own, name).status is ReportStatus.SECONDING


# --- whose policy


def test_a_communitys_policy_is_its_own_boards(own: Talk) -> None:
    """Its admins set it; the commons' is the operator's."""
    away = settle(own)
    answered(away.say("/setup policy:two"))
    ben, cleo, eve = moderator(away, "ben"), moderator(away, "cleo"), member(away, "eve")
    name = file(eve)
    before = head(own)
    answered(approve(ben, name))
    assert head(own) == before
    answered(again(cleo, name))
    assert head(own) == before + 1
    assert action(own, str(kept(own, name).outcome)).board == away.say("/setup").fields[-1].value.split()[-1]
    published(moderator(own, "zebulon"), member(own, "ana"), link="https://example.org/other")
    assert head(own) == before + 2


def test_setup_does_not_change_how_many_people_the_commons_takes(two: Talk, zeb: Talk, ana: Talk) -> None:
    answered(admin(two).say("/setup policy:one"))
    before = head(two)
    name = file(ana)
    answered(approve(zeb, name))
    assert head(two) == before
    assert problem(again(zeb, name)) == "forbidden"


def test_a_policy_that_changes_between_is_asked_when_it_counts(
    own: Talk, zeb: Talk, yan: Talk, ana: Talk
) -> None:
    name = file(ana)
    shown = card(zeb, name)
    ask_for(own, Policy.TWO)
    before = head(own)
    answered(act(zeb, shown, "Approve", **FIVE))
    assert head(own) == before
    ask_for(own, Policy.ONE)
    assert kept(own, name).status is ReportStatus.SECONDING
    answered(again(yan, name))
    assert head(own) == before + 1


# --- forwarding


def test_forwarding_is_no_way_around(two: Talk, zeb: Talk, yan: Talk) -> None:
    away = settle(two)
    ben, eve = moderator(away, "ben"), member(away, "eve")
    name = file(eve)
    before = head(two)
    answered(act(ben, name, "Forward"))
    (theirs,) = queue(zeb)
    answered(approve(zeb, theirs))
    assert problem(again(zeb, theirs)) == "forbidden"
    assert head(two) == before
    assert kept(two, name).status is ReportStatus.FORWARDED
    answered(again(yan, theirs))
    assert head(two) == before + 1


def test_one_person_in_two_communities_is_one(two: Talk, zeb: Talk) -> None:
    """Ben forwards as moderator of one, and is a moderator of the curators too."""
    away = settle(two)
    ben, eve = moderator(away, "ben"), member(away, "eve")
    answered(zeb.say(f"/link {fields(answered(ben.say('/link')))['Code']}"))
    name = file(eve)
    answered(approve(ben, name))
    answered(act(ben, name, "Forward"))
    (theirs,) = queue(zeb)
    before = head(two)
    answered(again(zeb, theirs))
    assert problem(again(zeb, theirs)) == "forbidden"
    assert head(two) == before


def test_the_author_of_what_was_forwarded_does_not_agree_with_it(two: Talk, zeb: Talk, yan: Talk) -> None:
    away = settle(two)
    ben, eve, fay = moderator(away, "ben"), member(away, "eve"), member(away, "fay")
    answered(zeb.say(f"/link {fields(answered(eve.say('/link')))['Code']}"))
    answered(yan.say(f"/link {fields(answered(fay.say('/link')))['Code']}"))
    name = file(eve)
    send(fay)
    answered(act(ben, name, "Forward"))
    (theirs,) = queue(zeb)
    before = head(two)
    for who in (zeb, yan):
        assert problem(act(who, theirs, "Approve", **FIVE)) == "forbidden"
    answered(approve(moderator(two, "xaver"), theirs))
    for who in (zeb, yan):
        assert problem(again(who, theirs)) == "forbidden"
    assert head(two) == before


# --- rights that are lost


def test_half_an_agreement_by_somebody_who_is_no_moderator_any_more(two: Talk, zeb: Talk, ana: Talk) -> None:
    ned = named_moderator(two, "ned")
    name = file(ana)
    answered(approve(ned, name))
    unnamed(two)
    before = head(two)
    for token in ("10ap~r=R-1", f"10ap~r=R-1~v={kept(two, name).version}", "10rj~r=R-1"):
        assert problem(ned.press(token)) == "forbidden"
        assert problem(ned.fill(token, **FIVE)) == "forbidden"
    assert problem(ned.say(f"/undo {name}")) == "forbidden"
    assert head(two) == before
    assert problem(again(ned.as_(zeb.role), name)) == "forbidden"  # a moderator again, and the same person
    assert head(two) == before
    answered(again(zeb, name))
    assert head(two) == before + 1
