"""Decisions: who may, on what, one of any number, written down and told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.catalogue.dates import PartialDate
from bot.domain.review.proposals import ProposalState
from bot.domain.review.reports import ReportKind, ReportStatus
from tests.dialogue.publishing import change, facts, publish
from tests.dialogue.reviewing import (
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
    named_moderator,
    notices,
    number_in,
    proposal,
    queue,
    reject,
    send,
    store_of,
    titles,
    unnamed,
)
from tests.dialogue.talk import answered, button, fields, labels, opened, problem, standing

if TYPE_CHECKING:
    from tests.dialogue.talk import Talk

SENDS = {
    "Approve": FIVE,
    "Edit": {"title": "Counts its lakes"},
    "Duplicate": {"words": "IL-1"},
    "Ask": {"question": "Which page?"},
    "Reject": {"reason": "source"},
}
TOKENS = {
    "Approve": "10ap~r=R-1~v=1",
    "Edit": "10ed~r=R-1~v=1",
    "Duplicate": "10du~r=R-1~v=1",
    "Ask": "10as~r=R-1~v=1",
    "Reject": "10rj~r=R-1~v=1",
}


@pytest.fixture
def ana(own: Talk) -> Talk:
    """A member."""
    return member(own, "ana")


# --- what is published


def test_approving_asks_for_exactly_the_five_that_are_missing(zeb: Talk, ana: Talk) -> None:
    name = file(ana)
    form = opened(act(zeb, name, "Approve"))
    assert [one.name for one in form.fields] == ["status", "date", "kind", "approach", "topics"]
    assert all(one.required and not one.value for one in form.fields)
    assert standing(form) == dict.fromkeys(FIVE, "")


@pytest.mark.parametrize("left_out", FIVE)
def test_nothing_is_published_while_one_of_them_is_missing(
    own: Talk, zeb: Talk, ana: Talk, left_out: str
) -> None:
    name = file(ana)
    before = head(own)
    form = opened(act(zeb, name, "Approve"))
    reply = zeb.fill(form, **(FIVE | {left_out: ""}))
    assert problem(reply) == "not_understood"
    assert reply.text == f"Still to decide: {left_out}."
    stands = standing(opened(zeb.press(button(reply, "Fix it"))))
    assert stands == FIVE | {left_out: ""}
    assert head(own) == before
    answered(zeb.fill(opened(zeb.press(button(reply, "Fix it"))), **FIVE))
    assert head(own) == before + 1


def test_what_is_published_is_the_draft_with_what_was_decided(own: Talk, zeb: Talk, ana: Talk) -> None:
    name = file(ana, what="Counts its reservoirs", details="Once a year.", about="TX, IL",
                link=f"{NEWS}?utm_source=x#y")  # fmt: skip
    code = answered(approve(zeb, name)).buttons[0].label
    assert code.startswith("TX-")
    published = action(own, code)
    assert published.board == "commons"
    now = published.facts
    assert (now.title, now.summary, now.states) == ("Counts its reservoirs", "Once a year.", ("TX", "IL"))
    assert [(s.url, s.publisher) for s in now.sources] == [(NEWS, "example.org")]
    assert (now.status, str(now.date), now.kind, now.approach) == (
        "adopted", "2026-11-10", "statute", "build"
    )  # fmt: skip
    assert [str(topic) for topic in now.topics] == ["land-water"]
    assert now.checked == PartialDate(2026, 11, 20)
    assert published.revision == head(own)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"date": "2026-11-22"}, "November 22, 2026 has not come yet"),
        ({"date": "2027"}, "2027 has not come yet"),
        ({"date": "2026-12"}, "December 2026 has not come yet"),
        ({"topics": "climate,drugs,guns,labor"}, "1 to 3 topics"),
        ({"status": "nothing"}, "is no status"),
        ({"kind": "decree"}, "is no kind"),
    ],
)
def test_what_cannot_be_published_is_told_and_comes_back(
    own: Talk, zeb: Talk, ana: Talk, values: dict[str, str], says: str
) -> None:
    name = file(ana)
    before = head(own)
    reply = zeb.fill(opened(act(zeb, name, "Approve")), **(FIVE | values))
    assert problem(reply) == "not_understood"
    assert says in reply.text
    assert "Fix it" in labels(reply)
    assert head(own) == before
    assert kept(own, name).status is ReportStatus.NEW
    assert proposal(own, name).approvals == ()


def test_a_draft_without_a_source_is_not_published(own: Talk, zeb: Talk) -> None:
    """No path leads to one: a new report needs a link, and no edit takes the last source away."""
    assert problem(own.fill(opened(own.say("/report")), what="x", about="IL", kind="new")) == "not_understood"
    name = file(later(own, 10))
    later_zeb = later(zeb, 10)
    form = opened(act(later_zeb, name, "Edit"))
    for nothing in ("", "-", " ; ", "none"):
        reply = later_zeb.fill(form, **(standing(form) | FIVE | {"sources": nothing}))
        assert problem(reply) == "not_understood", nothing
    assert [source.url for source in proposal(own, name).draft.sources] == [NEWS]


def test_a_change_cannot_be_earlier_than_what_stands(own: Talk, zeb: Talk, ana: Talk) -> None:
    (there,) = publish(store_of(own), facts("IL", on="2026-05-04"))
    name = file(ana, about=str(there.code), kind="change", what="It was repealed")
    reply = zeb.fill(opened(act(zeb, name, "Approve")), status="repealed", date="2026-05-03")
    assert problem(reply) == "not_understood"
    assert "a change cannot be earlier" in reply.text
    answered(zeb.fill(opened(act(zeb, name, "Approve")), status="repealed", date="2026-05"))


# --- one of any number


@pytest.mark.parametrize("first", SENDS)
@pytest.mark.parametrize("second", SENDS)
def test_of_two_who_hold_the_same_card_one_decides(
    own: Talk, zeb: Talk, yan: Talk, ana: Talk, first: str, second: str
) -> None:
    name = file(ana)
    assert name == "R-1"
    assert {one.label: one.token[2:] for one in card(zeb, name).buttons if one.label in TOKENS} == {
        label: token[2:] for label, token in TOKENS.items()
    }
    before = head(own)
    answered(zeb.fill(TOKENS[first], **SENDS[first]))
    after = head(own)
    moved = kept(own, name)
    entries = [entry.event for entry in audited(own)]
    reply = yan.fill(TOKENS[second], **SENDS[second])
    assert problem(reply) == "changed_meanwhile"
    assert "by zebulon at 14:02" in reply.text
    assert head(own) == after == before + (first == "Approve")
    assert kept(own, name) == moved
    assert [entry.event for entry in audited(own)] == entries
    told = {"Edit": [], "Ask": ["R-1: a question from the moderators"]}
    decided = {"Approve": "was approved", "Reject": "was rejected", "Duplicate": "was known already"}
    assert titles(ana) == told.get(first, [f"R-1 {decided.get(first)}"])


def test_whoever_sends_the_same_form_twice_decides_once(own: Talk, zeb: Talk, ana: Talk) -> None:
    name = file(ana)
    form = opened(act(zeb, name, "Approve"))
    answered(zeb.fill(form, **FIVE))
    before = head(own)
    again = zeb.fill(form, **FIVE)
    assert problem(again) == "changed_meanwhile"
    assert again.text == f"{name} was already approved by zebulon at 14:02."
    assert head(own) == before
    assert titles(ana) == [f"{name} was approved"]


@pytest.mark.parametrize(
    ("version", "code"),
    [
        ("~v=0", "changed_meanwhile"),
        ("~v=2", "changed_meanwhile"),
        ("~v=99999999", "changed_meanwhile"),
        ("~v=x", "not_understood"),
        ("~v=-1", "not_understood"),
        ("~v=" + "9" * 30, "not_understood"),
        ("~q=1", "not_understood"),
    ],
)
def test_tokens_of_other_versions_decide_nothing(
    own: Talk, zeb: Talk, ana: Talk, version: str, code: str
) -> None:
    name = file(ana)
    before = kept(own, name), head(own)
    for command, values in (("ap", FIVE), ("ed", {"title": "x"}), ("rj", {"reason": "source"})):
        reply = zeb.fill(f"10{command}~r=R-1{version}", **values)
        assert problem(reply) == code, command
    assert (kept(own, name), head(own)) == before


def test_a_token_without_a_version_decides_on_what_stands(own: Talk, zeb: Talk, yan: Talk, ana: Talk) -> None:
    """It is what a scripted line amounts to; of two of them still only the first decides."""
    name = file(ana)
    answered(zeb.fill("10ap~r=R-1", **FIVE))
    before = head(own)
    assert problem(yan.fill("10ap~r=R-1", **FIVE)) == "changed_meanwhile"
    assert problem(yan.fill("10rj~r=R-1", reason="source")) == "changed_meanwhile"
    assert head(own) == before
    assert kept(own, name).status is ReportStatus.APPROVED


# --- nobody decides on their own report


def _refused_for(talk: Talk, name: str) -> None:
    """All that decides is refused to somebody, and nothing moves."""
    before = kept(talk, name), proposal(talk, name), head(talk)
    number = kept(talk, name).number
    version = kept(talk, name).version
    for code, label in (
        ("ap", "Approve"),
        ("ed", "Edit"),
        ("du", "Duplicate"),
        ("as", "Ask"),
        ("rj", "Reject"),
    ):
        for token in (f"10{code}~r=R-{number}~v={version}", f"10{code}~r=R-{number}"):
            pressed = talk.press(token)
            assert problem(pressed) == "forbidden", label
            assert "Nobody decides on their own report" in pressed.text
            assert problem(talk.fill(token, **SENDS[label])) == "forbidden", label
    for line in (f"/approve {name}", f"/reject {name} reason:source", f"/edit {name} title:x"):
        assert problem(talk.say(line)) == "forbidden", line
    assert problem(talk.choose("approve", report=name, **FIVE)) == "forbidden"
    assert (kept(talk, name), proposal(talk, name), head(talk)) == before


def test_a_moderator_does_not_decide_on_their_own_report(own: Talk, zeb: Talk, yan: Talk) -> None:
    name = file(zeb)
    _refused_for(zeb, name)
    answered(approve(yan, name))
    refused = zeb.say(f"/undo {name}")
    assert problem(refused) == "forbidden"
    code = str(kept(own, name).outcome)
    assert problem(zeb.say(f"/undo {code}")) == "forbidden"
    assert kept(own, name).status is ReportStatus.APPROVED


def test_a_moderator_who_sent_the_same_does_not_decide_either(zeb: Talk, ana: Talk) -> None:
    name = file(ana)
    send(zeb)
    _refused_for(zeb, name)


def test_a_moderator_who_sent_it_anonymously_does_not_decide_either(zeb: Talk, yan: Talk) -> None:
    name = file(zeb, anonymous="yes")
    late = later(zeb, 901)
    _refused_for(late, name)
    follower = later(yan, 901)
    send(follower, anonymous="yes")
    _refused_for(later(follower, 901), name)


def test_an_admin_does_not_decide_on_their_own_report_either(own: Talk) -> None:
    name = file(admin(own))
    _refused_for(admin(own), name)


def test_by_another_account_of_theirs_nobody_decides_on_their_own_report(own: Talk, zeb: Talk) -> None:
    code = fields(answered(own.say("/link")))["Code"]
    answered(zeb.say(f"/link {code}"))
    named = file(own)
    _refused_for(zeb, named)
    hidden = file(later(own, 60), about="OH", anonymous="yes")
    _refused_for(later(zeb, 961), hidden)


def test_linking_after_the_report_counts_as_well(zeb: Talk, ana: Talk) -> None:
    name = file(ana)
    shown = card(zeb, name)
    answered(zeb.say(f"/link {fields(answered(ana.say('/link')))['Code']}"))
    assert problem(act(zeb, shown, "Approve", **FIVE)) == "forbidden"


def test_having_ones_data_deleted_makes_nobody_else_of_one(own: Talk, zeb: Talk, yan: Talk) -> None:
    """Otherwise whoever moderates could report, delete, and publish alone."""
    name = file(zeb)
    answered(zeb.press(button(answered(zeb.say("/privacy delete")), "Delete it for good")))
    before = head(own)
    reply = act(zeb, name, "Approve", **FIVE)
    assert problem(reply) == "forbidden"
    assert head(own) == before
    answered(approve(yan, name))


# --- who lost the right


def test_a_removed_moderator_cannot_use_a_card_that_is_still_open(own: Talk, ana: Talk) -> None:
    ned = named_moderator(own, "ned")
    name = file(ana)
    shown = card(ned, name)
    forms = {label: opened(act(ned, shown, label)) for label in SENDS}
    answered(act(ned, shown, "Claim"))
    unnamed(own)
    before = kept(own, name), head(own)
    for one in shown.buttons:
        reply = ned.press(one)
        assert problem(reply) == "forbidden", one.label
        assert reply.form is None
    for label, form in forms.items():
        assert problem(ned.fill(form, **SENDS[label])) == "forbidden", label
    assert problem(ned.say(f"/undo {name}")) == "forbidden"
    assert (kept(own, name), head(own)) == before


# --- what changed meanwhile


@pytest.mark.parametrize("revisions", [1, 150])
def test_a_draft_on_an_older_version_is_laid_on_the_newest_and_looked_at_again(
    own: Talk, zeb: Talk, yan: Talk, ana: Talk, revisions: int
) -> None:
    (there,) = publish(store_of(own), facts("IL", on="2026-05-04"))
    code = str(there.code)
    name = file(ana, about=code, kind="change", what="It was repealed")
    answered(act(zeb, name, "Edit", status="repealed", date="2026-11-18"))
    for number in range(1, revisions):
        change(store_of(own), code, title=f"Surveys {number} aquifers")
    change(store_of(own), code, title="Surveys its aquifers")
    before = head(own)
    reply = zeb.press(button(card(zeb, name), "Approve"))
    assert problem(reply) == "changed_meanwhile"
    assert f"{code} was changed meanwhile" in reply.problem.message if reply.problem else False
    assert head(own) == before
    assert proposal(own, name).approvals == ()
    shown = card(yan, name)
    assert "the draft now stands on its newest version" in shown.text
    answered(yan.press(button(shown, "Approve")))
    now = action(own, code).facts
    assert (now.title, now.status) == ("Surveys its aquifers", "repealed")
    assert titles(ana) == [f"{name} was approved"]


def test_an_action_withdrawn_meanwhile_is_not_changed(own: Talk, zeb: Talk, yan: Talk, ana: Talk) -> None:
    name = file(ana, about="IL-1", kind="change", what="It was repealed")
    answered(act(zeb, name, "Edit", status="repealed", date="2026-11-18"))
    answered(yan.say("/retract IL-1 reason:entered twice"))
    before = head(own)
    reply = zeb.press(button(card(zeb, name), "Approve"))
    assert problem(reply) == "changed_meanwhile"
    assert "IL-1 was withdrawn from the catalogue meanwhile." in reply.text
    assert head(own) == before
    answered(reject(zeb, name))


# --- written down, and told


def test_every_step_is_written_down_once_by_whoever_did_it(
    own: Talk, zeb: Talk, yan: Talk, ana: Talk
) -> None:
    name = file(ana)
    act(zeb, name, "Claim")
    act(zeb, name, "Edit", title="Counts its lakes")
    act(zeb, name, "Ask", question="Which page?")
    ana.fill(opened(ana.say(f"/answer {name}")), details="Page 4")
    approve(yan, name)
    second = file(member(own, "bob"), about="OH")
    reject(zeb, second)
    third = file(member(own, "cy"), about="TX")
    act(yan, third, "Duplicate", words="TX-1")
    events = [(entry.event, entry.subject) for entry in audited(own)]
    assert events == [
        ("report:claimed", name), ("report:edited", name), ("report:asked", name), ("report:approved", name),
        ("report:rejected", second), ("report:duplicate", third),
    ]  # fmt: skip
    page = answered(zeb.say("/audit"))
    lines = list(fields(page).values())
    assert lines[0].startswith(f"yan marked as known already {third}")
    assert lines[-1].startswith(f"zebulon claimed {name}")


ENDS = {
    "approve": ("was approved", ReportStatus.APPROVED),
    "reject": ("was rejected", ReportStatus.REJECTED),
    "duplicate": ("was known already", ReportStatus.DUPLICATE),
    "fold": ("was set aside", ReportStatus.FOLDED),
    "withdraw": ("", ReportStatus.WITHDRAWN),
}


@pytest.mark.parametrize("how", ENDS)
@pytest.mark.parametrize("before", ["", "Claim", "Edit", "Ask"])
def test_every_end_gives_one_notice_and_closes_the_draft(
    own: Talk, zeb: Talk, ana: Talk, how: str, before: str
) -> None:
    name = file(ana)
    if before == "Claim":
        act(zeb, name, before)
    elif before:
        act(zeb, name, before, **SENDS[before])
    notices(ana)
    match how:
        case "approve":
            answered(approve(zeb, name))
        case "reject":
            answered(reject(zeb, name))
        case "duplicate":
            answered(act(zeb, name, "Duplicate", words="IL-1"))
        case "fold":
            answered(act(zeb, name, "Ban author", words="spam"))
        case _:
            answered(ana.say(f"/withdraw {name}"))
    told, status = ENDS[how]
    assert titles(ana) == ([f"{name} {told}"] if told else [])
    assert kept(own, name).status is status
    wanted = ProposalState.PUBLISHED if how == "approve" else ProposalState.DROPPED
    assert proposal(own, name).state is wanted
    assert titles(later(ana, 3600)) == []
    assert queue(zeb) == []


@pytest.mark.parametrize("how", ["approve", "reject", "duplicate"])
def test_followers_are_told_once_each_with_their_own_words(own: Talk, zeb: Talk, ana: Talk, how: str) -> None:
    bob = member(own, "bob")
    name = file(ana, what="Ana's words")
    send(bob, what="Bob's words")
    match how:
        case "approve":
            answered(approve(zeb, name))
        case "reject":
            answered(reject(zeb, name))
        case _:
            answered(act(zeb, name, "Duplicate", words="IL-1"))
    (to_ana,), (to_bob,) = notices(ana), notices(bob)
    assert to_ana.title == to_bob.title
    assert fields(to_ana)["You reported"] == "Ana's words"
    assert fields(to_bob)["You reported"] == "Bob's words"


def test_a_decision_that_fails_leaves_nothing(own: Talk, zeb: Talk, ana: Talk) -> None:
    name = file(ana)
    before = kept(own, name), proposal(own, name), head(own), len(audited(own))
    for values in ({"date": "2030"}, {"topics": ""}, {"status": "nothing"}):
        assert approve(zeb, name, **values).problem
    assert (kept(own, name), proposal(own, name), head(own), len(audited(own))) == before
    assert titles(ana) == []


def test_codes_are_given_in_order_and_never_again(own: Talk, zeb: Talk) -> None:
    codes = []
    for number in range(3):
        name = file(member(own, f"m{number}"), link=f"https://example.org/{number}")
        codes.append(answered(approve(zeb, name)).buttons[0].label)
        answered(zeb.say(f"/undo {name}"))
    numbers = [int(code.split("-")[1]) for code in codes]
    assert numbers == list(range(numbers[0], numbers[0] + 3))


def test_kinds_of_reports_lead_to_their_kinds_of_change(own: Talk, zeb: Talk) -> None:
    name = number_in(answered(send(own, about="IL-1", kind="change", what="It was repealed")))
    assert kept(own, name).kind is ReportKind.CHANGE
    before = action(own, "IL-1")
    answered(zeb.fill(opened(act(zeb, name, "Approve")), status="repealed", date="2026-11-18"))
    after = action(own, "IL-1")
    step = after.facts.history[-1]
    assert (step.status, str(step.date), step.note) == ("repealed", "2026-11-18", "It was repealed")
    assert replace(
        after.facts, history=before.facts.history, sources=before.facts.sources,
        verified=before.facts.verified, checked=before.facts.checked,
    ) == before.facts  # fmt: skip


def test_decisions_long_after_the_report_are_taken(zeb: Talk, ana: Talk) -> None:
    name = file(ana)
    late = later(zeb, timedelta(days=400))
    answered(approve(late, name))
    assert titles(later(ana, timedelta(days=400))) == [f"{name} was approved"]
