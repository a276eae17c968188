"""Taking decisions back: exactly what was before, as a new revision, and whoever was told hears of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.review.proposals import ProposalState
from bot.domain.review.reports import ReportStatus
from bot.ports.store import read
from tests.dialogue.publishing import facts, publish
from tests.dialogue.reviewing import (
    DAY,
    FIVE,
    NEWS,
    act,
    action,
    admin,
    approve,
    audited,
    card,
    file,
    head,
    kept,
    later,
    member,
    notices,
    number_in,
    posted,
    proposal,
    published,
    queue,
    reject,
    row,
    rows,
    send,
    standing_of,
    store_of,
    titles,
)
from tests.dialogue.talk import answered, button, codes, fields, labels, opened, problem, standing

if TYPE_CHECKING:
    from bot.domain.review.reports import Report
    from tests.dialogue.talk import Talk

CHANGES = {
    "update": "/update IL-1 status:repealed date:2026-11-18 note:gone link:https://example.org/gone",
    "update of the challenge": "/update IL-1 status:in_effect date:2026-11-18 challenged:yes",
    "correct": '/correct IL-1 title:"Another title" topics:climate states:TX,IL challenged:yes',
    "retract": "/retract IL-1 reason:entered twice",
    "check": "/check IL-1",
}
SECOND = timedelta(seconds=1)


@pytest.fixture
def ana(own: Talk) -> Talk:
    """A member."""
    return member(own, "ana")


def bare(report: Report) -> Report:
    """A report without what only counts its steps."""
    return replace(report, version=0, proposal=0, decided_by=None, decided_at=None)


# --- the catalogue's own changes


@pytest.mark.parametrize("command", CHANGES)
def test_the_newest_change_is_undone_exactly(own: Talk, zeb: Talk, yan: Talk, command: str) -> None:
    was, everything, before = action(own, "IL-1"), rows(own), head(own)
    answered(zeb.say(CHANGES[command]))
    assert head(own) == before + 1
    assert rows(own) != everything or command == "check"
    undone = answered(yan.say("/undo IL-1"))
    assert head(own) == before + 2
    now = action(own, "IL-1")
    assert now.facts == was.facts
    assert now.retraction is None
    assert replace(now, revision=0) == replace(was, revision=0)
    assert now.revision == before + 2
    assert rows(own) == everything
    assert "IL-1 says again what it said before" in undone.text
    assert [entry.event.split(":")[1] for entry in audited(own)][-1] == "undo"


@pytest.mark.parametrize("command", CHANGES)
def test_each_change_is_its_own_revision_and_all_are_told_apart(own: Talk, zeb: Talk, command: str) -> None:
    before = head(own)
    answered(zeb.say(CHANGES[command]))
    answered(zeb.say("/undo IL-1"))
    history = answered(zeb.say("/history IL-1"))
    assert list(fields(history))[:2] == [f"Revision {before + 2}", f"Revision {before + 1}"]
    revisions = read(store_of(own), lambda uow: uow.revisions.since(before, 10))
    assert [one.number for one in revisions] == [before + 1, before + 2]
    first, second = revisions
    assert first.before
    assert replace(second.after, revision=0) == replace(first.before, revision=0)
    assert second.before
    assert replace(second.before, revision=0) == replace(first.after, revision=0)


def test_search_and_pages_find_again_what_was_undone(own: Talk, zeb: Talk) -> None:
    pages = [answered(own.say(line)) for line in ("/state IL", "/state TX", "/recent days:3650", "/coverage")]
    answered(zeb.say('/correct IL-1 title:"Counts zeppelins" states:TX topics:climate'))
    assert codes(own.say("/search zeppelins")) == ["IL-1"]
    answered(zeb.say("/undo IL-1"))
    assert problem(own.say("/search zeppelins")) == "not_found"
    after = [answered(own.say(line)) for line in ("/state IL", "/state TX", "/recent days:3650", "/coverage")]
    assert [(page.lines, page.fields, page.text) for page in after] == [
        (page.lines, page.fields, page.text) for page in pages
    ]


@pytest.mark.parametrize("command", CHANGES)
def test_within_24_hours_and_not_after(own: Talk, zeb: Talk, command: str) -> None:
    answered(zeb.say(CHANGES[command]))
    before, stands = head(own), row(own, "IL-1")
    late = later(zeb, DAY + SECOND).say("/undo IL-1")
    assert late.problem
    assert late.problem.code == "too_late"
    assert "more than 24 hours ago" in late.text
    assert (head(own), row(own, "IL-1")) == (before, stands)
    answered(later(zeb, DAY).say("/undo IL-1"))
    assert head(own) == before + 1


def test_only_the_newest_change_and_then_the_one_before(own: Talk, zeb: Talk) -> None:
    was = row(own, "IL-1")
    answered(zeb.say('/correct IL-1 title:"Another title"'))
    between = row(own, "IL-1")
    answered(later(zeb, 60).say('/correct IL-1 summary:"Another summary."'))
    answered(later(zeb, 120).say("/undo IL-1"))
    assert row(own, "IL-1") == between
    # The newest is the undo itself now: taking that back brings the second change again.
    answered(later(zeb, 180).say("/undo IL-1"))
    assert row(own, "IL-1")["summary"] == "Another summary."
    assert row(own, "IL-1")["title"] == "Another title" != was["title"]


def test_an_undone_undo_restores_as_well(own: Talk, zeb: Talk) -> None:
    answered(zeb.say("/retract IL-1 reason:entered twice"))
    gone = row(own, "IL-1")
    answered(zeb.say("/undo IL-1"))
    answered(zeb.say("/undo IL-1"))
    assert row(own, "IL-1") == gone


# --- approvals


def test_an_approval_is_undone_and_the_report_waits_with_the_draft_that_was_decided_on(
    own: Talk, zeb: Talk, yan: Talk, ana: Talk
) -> None:
    bob = member(own, "bob")
    everything, before = rows(own), head(own)
    name = file(ana)
    send(bob, what="Bob's words")
    code = answered(approve(zeb, name)).buttons[0].label
    draft = proposal(own, name).draft
    assert [titles(who) for who in (ana, bob)] == [[f"{name} was approved"]] * 2
    undone = answered(yan.press(button(card(yan, name), "Undo")))
    assert f"{code} is withdrawn from the catalogue, revision {before + 2}." in undone.text
    assert head(own) == before + 2
    assert [line for line in rows(own) if line["code"] != code] == everything
    assert row(own, code)["retracted"]["reason"] == "its publication was undone"
    gone = own.say(f"/action {code}")
    assert problem(gone) == "not_found"
    assert gone.text == (
        f"{code} was withdrawn from the catalogue on November 20, 2026: its publication was undone."
    )
    again = proposal(own, name)
    assert (again.draft, again.state, again.approvals) == (draft, ProposalState.OPEN, ())
    assert kept(own, name).status is ReportStatus.NEW
    assert kept(own, name).outcome is None
    assert queue(zeb) == [name]
    for who in (ana, bob):
        (notice,) = notices(who)
        assert notice.title == f"{name}: the decision was undone"
    assert standing_of(ana, name) == "waiting for review"
    anew = answered(zeb.press(button(card(zeb, name), "Approve")))  # everything is decided already
    other = anew.buttons[0].label
    assert other != code
    assert action(own, other).facts.title == action(own, code).facts.title
    assert [titles(who) for who in (ana, bob)] == [[f"{name} was approved"]] * 2
    audited(own)


def test_undoing_by_the_code_is_undoing_the_report(own: Talk, zeb: Talk, ana: Talk) -> None:
    name, code = published(zeb, ana)
    answered(zeb.say(f"/undo {code}"))
    assert kept(own, name).status is ReportStatus.NEW
    assert titles(ana) == [f"{name} was approved", f"{name}: the decision was undone"]


def test_the_undone_change_that_a_report_brought(own: Talk, zeb: Talk, ana: Talk) -> None:
    was, everything = action(own, "IL-1"), rows(own)
    name = file(ana, about="IL-1", kind="change", what="It was repealed")
    answered(zeb.fill(opened(act(zeb, name, "Approve")), status="repealed", date="2026-11-18"))
    answered(zeb.say(f"/undo {name}"))
    assert action(own, "IL-1").facts == was.facts
    assert rows(own) == everything
    assert kept(own, name).status is ReportStatus.NEW
    answered(zeb.press(button(card(zeb, name), "Approve")))
    assert action(own, "IL-1").facts.status == "repealed"
    assert action(own, "IL-1").facts.history[:-1] == was.facts.history


def test_a_middle_revision_is_refused_naming_what_comes_first(
    own: Talk, zeb: Talk, yan: Talk, ana: Talk
) -> None:
    name, code = published(zeb, ana)
    answered(yan.say(f'/correct {code} title:"Another title"'))
    stands, newest = row(own, code), head(own)
    refused = zeb.say(f"/undo {name}")
    assert problem(refused) == "changed_meanwhile"
    assert refused.text == f"{code} was changed since. Undo revision {newest} first: /undo {code}"
    assert (row(own, code), head(own)) == (stands, newest)
    assert kept(own, name).status is ReportStatus.APPROVED
    assert titles(ana) == [f"{name} was approved"]


def test_after_what_comes_first_the_rest_can_be_undone(own: Talk, zeb: Talk, yan: Talk, ana: Talk) -> None:
    """The refusal promises that it is possible then."""
    name, code = published(zeb, ana)
    answered(yan.say(f'/correct {code} title:"Another title"'))
    answered(zeb.say(f"/undo {code}"))
    answered(zeb.say(f"/undo {name}"))
    assert action(own, code).retraction
    assert kept(own, name).status is ReportStatus.NEW


def test_an_approval_after_24_hours(own: Talk, zeb: Talk, ana: Talk) -> None:
    name, code = published(zeb, ana)
    for line in (f"/undo {name}", f"/undo {code}"):
        late = later(zeb, DAY + SECOND).say(line)
        assert late.problem
        assert late.problem.code == "too_late"
    assert kept(own, name).status is ReportStatus.APPROVED
    answered(later(zeb, DAY).say(f"/undo {name}"))


def test_undoing_twice_undoes_once(own: Talk, zeb: Talk, yan: Talk, ana: Talk) -> None:
    name, code = published(zeb, ana)
    shown = card(yan, name)
    answered(zeb.say(f"/undo {name}"))
    before = head(own)
    notices(ana)
    assert problem(yan.press(button(shown, "Undo"))) == "changed_meanwhile"
    refused = yan.say(f"/undo {code}")
    assert problem(refused) == "changed_meanwhile"
    assert "Decide on the report anew instead" in refused.text
    assert head(own) == before
    assert titles(ana) == []


def test_the_code_of_what_was_undone_stays_taken(own: Talk, zeb: Talk, ana: Talk) -> None:
    name, code = published(zeb, ana)
    answered(zeb.say(f"/undo {name}"))
    (other,) = publish(store_of(own), facts("IL"))
    assert str(other.code) != code
    assert int(str(other.code).split("-")[1]) > int(code.split("-")[1])


# --- what published nothing


@pytest.mark.parametrize("how", ["reject", "duplicate of an action", "duplicate of a report"])
def test_what_published_nothing_is_undone_without_a_revision(
    own: Talk, zeb: Talk, yan: Talk, ana: Talk, how: str
) -> None:
    bob = member(own, "bob")
    other = file(member(own, "cy"), about="OH")
    name = file(ana)
    send(bob)
    was, draft, everything, before = kept(own, name), proposal(own, name).draft, rows(own), head(own)
    if how == "reject":
        answered(reject(zeb, name, words="No such law."))
    else:
        answered(act(zeb, name, "Duplicate", words="IL-1" if how.endswith("action") else other))
    for who in (ana, bob):
        assert len(notices(who)) == 1
    answered(yan.say(f"/undo {name}"))
    assert bare(kept(own, name)) == bare(was)
    assert (proposal(own, name).draft, proposal(own, name).state) == (draft, ProposalState.OPEN)
    assert (rows(own), head(own)) == (everything, before)
    for who in (ana, bob):
        assert titles(who) == [f"{name}: the decision was undone"]
    assert number_in(answered(send(member(own, "dot")))) == name  # its link is held again
    assert labels(card(zeb, name))[0] == "Approve"
    answered(approve(zeb, name))
    assert titles(ana) == [f"{name} was approved"]


@pytest.mark.parametrize("how", ["reject", "duplicate"])
def test_what_published_nothing_after_24_hours(own: Talk, zeb: Talk, ana: Talk, how: str) -> None:
    name = file(ana)
    answered(reject(zeb, name) if how == "reject" else act(zeb, name, "Duplicate", words="IL-1"))
    late = later(zeb, DAY + SECOND).say(f"/undo {name}")
    assert late.problem
    assert late.problem.code == "too_late"
    answered(later(zeb, DAY).say(f"/undo {name}"))
    assert kept(own, name).status is ReportStatus.NEW


def test_where_somebody_else_sent_the_same_meanwhile_both_wait(own: Talk, zeb: Talk, ana: Talk) -> None:
    name = file(ana)
    answered(reject(zeb, name))
    other = file(member(own, "bob"))
    answered(zeb.say(f"/undo {name}"))
    assert queue(zeb) == [name, other]
    assert other in fields(card(zeb, name))["Reports of the same link"]
    assert number_in(answered(send(member(own, "cy")))) in (name, other)


@pytest.mark.parametrize("status", ["withdrawn", "folded"])
def test_what_is_gone_is_not_undone(own: Talk, zeb: Talk, ana: Talk, status: str) -> None:
    name = file(ana)
    if status == "withdrawn":
        answered(ana.say(f"/withdraw {name}"))
    else:
        answered(act(zeb, name, "Ban author", words="spam"))
    assert problem(zeb.say(f"/undo {name}")) == "changed_meanwhile"
    assert str(kept(own, name).status) == status


def test_nothing_to_undo(zeb: Talk, ana: Talk) -> None:
    name = file(ana)
    assert problem(zeb.say(f"/undo {name}")) == "changed_meanwhile"
    assert problem(zeb.say("/undo R-99")) == "not_found"
    assert problem(zeb.say("/undo IL-9999")) == "not_found"
    assert problem(zeb.say("/undo x")) == "not_found"


# --- edits


def test_an_edit_is_undone_exactly(own: Talk, zeb: Talk, yan: Talk, ana: Talk) -> None:
    name = file(ana)
    draft, was = proposal(own, name).draft, kept(own, name)
    answered(act(zeb, name, "Edit", title="Counts its lakes", topics="climate", states="TX"))
    answered(yan.say(f"/undo {name}"))
    assert proposal(own, name).draft == draft
    assert bare(kept(own, name)) == bare(was)
    assert titles(ana) == []  # nobody had been told


def test_an_edit_of_two_is_undone_to_the_first(own: Talk, zeb: Talk, ana: Talk) -> None:
    name = file(ana)
    answered(act(zeb, name, "Edit", title="First"))
    answered(act(zeb, name, "Edit", title="Second"))
    answered(zeb.say(f"/undo {name}"))
    assert proposal(own, name).draft.title == "First"


def test_an_edit_after_24_hours(own: Talk, zeb: Talk, ana: Talk) -> None:
    name = file(ana)
    answered(act(zeb, name, "Edit", title="Counts its lakes"))
    late = later(zeb, DAY + SECOND).say(f"/undo {name}")
    assert late.problem
    assert late.problem.code == "too_late"
    assert proposal(own, name).draft.title == "Counts its lakes"


def test_a_later_step_makes_an_old_edit_no_younger(own: Talk, zeb: Talk, ana: Talk) -> None:
    name = file(ana)
    answered(act(zeb, name, "Edit", title="Counts its lakes"))
    answered(act(later(zeb, timedelta(hours=23)), name, "Ask", question="Which page?"))
    late = later(zeb, timedelta(hours=25)).say(f"/undo {name}")
    assert late.problem
    assert proposal(own, name).draft.title == "Counts its lakes"


def test_a_stale_card_does_not_approve_what_was_undone(own: Talk, zeb: Talk, yan: Talk, ana: Talk) -> None:
    name = file(ana)
    answered(act(zeb, name, "Edit", **FIVE))
    shown = card(yan, name)
    answered(zeb.say(f"/undo {name}"))
    before = head(own)
    assert problem(yan.press(button(shown, "Approve"))) == "changed_meanwhile"
    assert head(own) == before


# --- afterwards


def test_cards_are_redrawn_when_a_decision_is_undone(own: Talk, zeb: Talk, ana: Talk) -> None:
    answered(admin(own).say("/setup review:desk"))
    name, _ = published(zeb, ana)
    posted(zeb, "desk")
    answered(zeb.say(f"/undo {name}"))
    (shown,) = posted(zeb, "desk")
    assert "Waiting for review." in shown.text
    assert "Approve" in labels(shown)


def test_an_undone_report_can_be_withdrawn_and_edited(own: Talk, zeb: Talk, ana: Talk) -> None:
    name, _ = published(zeb, ana)
    answered(zeb.say(f"/undo {name}"))
    form = opened(act(zeb, name, "Edit"))
    assert standing(form)["status"] == "adopted"
    answered(zeb.fill(form, **(standing(form) | {"title": "Counts its lakes"})))
    answered(ana.say(f"/withdraw {name}"))
    assert kept(own, name).status is ReportStatus.WITHDRAWN


def test_who_was_never_told_is_not_told_of_the_undo(own: Talk, zeb: Talk, ana: Talk) -> None:
    name, _ = published(zeb, ana)
    notices(ana)
    answered(zeb.say(f"/undo {name}"))
    assert titles(ana) == [f"{name}: the decision was undone"]
    bob = member(own, "bob")
    assert number_in(answered(send(bob, link=NEWS))) == name
    assert titles(bob) == []


def test_members_do_not_undo(own: Talk, zeb: Talk, ana: Talk) -> None:
    name, code = published(zeb, ana)
    shown = card(zeb, name)
    for reply in (ana.say(f"/undo {name}"), ana.say(f"/undo {code}"), ana.press(button(shown, "Undo"))):
        assert problem(reply) == "forbidden"
    assert kept(own, name).status is ReportStatus.APPROVED
