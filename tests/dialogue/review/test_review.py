"""The queue and the cards: what waits, how long, for whom, and what the buttons do short of publishing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.review.proposals import Policy
from bot.domain.review.reports import ReportStatus
from tests.dialogue.publishing import facts, publish
from tests.dialogue.reviewing import (
    DAY,
    FIVE,
    NEWS,
    act,
    admin,
    approve,
    ask_for,
    card,
    file,
    head,
    kept,
    later,
    member,
    moderator,
    notices,
    posted,
    proposal,
    queue,
    reject,
    send,
    settle,
    standing_of,
    store_of,
    titles,
)
from tests.dialogue.talk import answered, button, codes, fields, labels, opened, problem, standing, words

if TYPE_CHECKING:
    from bot.messages.reply import Reply
    from tests.dialogue.talk import Talk

ALL_BUTTONS = ["Approve", "Edit", "Duplicate", "Ask", "Reject", "Claim", "Ban author"]
HALF_AN_HOUR = timedelta(minutes=30)
DECIDING = {
    "Approve": FIVE,
    "Edit": {"title": "Counts its lakes"},
    "Duplicate": {"words": "IL-1"},
    "Ask": {"question": "Which page?"},
    "Reject": {"reason": "source"},
}
"""What each button's form is sent with."""


@pytest.fixture
def ana(own: Talk) -> Talk:
    """A member."""
    return member(own, "ana")


# --- the queue


def test_an_empty_queue_says_so(zeb: Talk) -> None:
    reply = answered(zeb.say("/review"))
    assert reply.text == "Nothing waits for review."
    assert not reply.buttons
    assert reply.visibility == "asker"


def test_the_oldest_comes_first_one_a_page(own: Talk, zeb: Talk) -> None:
    states = ("IL", "TX", "OH", "UT", "FL")
    for number, state in enumerate(states):
        file(later(member(own, f"m{number}"), number * 60), about=state)
    zeb = later(zeb, 3 * 3600)
    first = answered(zeb.say("/review"))
    assert first.title.startswith("R-1:")
    assert "5 reports wait, the oldest for 3 hours." in first.text
    assert first.page
    assert (first.page.number, first.page.pages, first.page.total) == (1, 5, 5)
    assert queue(zeb) == ["R-1", "R-2", "R-3", "R-4", "R-5"]
    third = answered(zeb.press(button(answered(zeb.press(button(first, "Next"))), "Next")))
    assert third.title.startswith("R-3:")
    back = answered(zeb.press(button(third, "Previous")))
    assert back.title.startswith("R-2:")
    assert back.page
    assert back.page.number == 2
    answered(reject(zeb, "R-2"))
    assert answered(zeb.press(button(back, "Next"))).title.startswith("R-3:")
    assert answered(zeb.press(button(back, "Previous"))).title.startswith("R-1:")


@pytest.mark.parametrize(
    ("after", "age"),
    [
        (30, "less than a minute"),
        (60, "1 minute"),
        (3599, "59 minutes"),
        (3600, "1 hour"),
        (47 * 3600, "1 day"),
        (49 * 3600, "2 days"),
    ],
)
def test_the_age_of_the_oldest(zeb: Talk, ana: Talk, after: int, age: str) -> None:
    file(ana)
    assert f"1 report waits, the oldest for {age}." in answered(later(zeb, after).say("/review")).text


def test_filters_by_state_kind_and_status(own: Talk, zeb: Talk) -> None:
    file(member(own, "a"), about="IL, TX")
    file(member(own, "b"), about="OH")
    file(member(own, "c"), about="TX-1", kind="change")
    file(member(own, "d"), about="IL-1", kind="correction")
    answered(act(zeb, "R-2", "Claim"))
    answered(act(zeb, "R-4", "Ask", question="Which word?"))
    assert queue(zeb, "/review state:TX") == ["R-1", "R-3"]
    assert queue(zeb, "/review kind:correction") == ["R-4"]
    assert queue(zeb, "/review status:claimed") == ["R-2"]
    assert queue(zeb, "/review status:asked kind:correction") == ["R-4"]
    none = answered(zeb.say("/review state:UT"))
    assert none.text == "Nothing in the queue fits that filter."
    assert answered(zeb.press(button(none, "Whole queue"))).title.startswith("R-1:")
    page = answered(zeb.say("/review"))
    (by_kind,) = [choice for choice in page.choices if choice.label == "Filter by kind"]
    (change,) = [option for option in by_kind.options if option.label == "Change of status"]
    chosen = answered(zeb.press(change))
    assert chosen.title.startswith("R-3:")
    (again,) = [choice for choice in chosen.choices if choice.label == "Filter by kind"]
    assert again.options[0].label == "Any"
    assert answered(zeb.press(again.options[0])).title.startswith("R-1:")


def test_what_is_decided_is_not_in_the_queue_but_found_by_its_number(zeb: Talk, ana: Talk) -> None:
    name = file(ana)
    answered(reject(zeb, name, words="No such law."))
    assert queue(zeb) == []
    shown = card(zeb, name)
    assert shown.text == "Rejected by zebulon at 14:02: No source that says so. No such law."
    assert labels(shown) == ["Undo"]


@pytest.mark.parametrize("written", ["R-1", "r-1", "R1", "1", "#1", "r 1", "R-001"])
def test_a_report_is_found_however_its_number_is_written(zeb: Talk, ana: Talk, written: str) -> None:
    file(ana)
    assert answered(zeb.say(f"/review {written}")).title.startswith("R-1:")


@pytest.mark.parametrize("written", ["R-2", "R-0", "R-99999999999999999999", "IL-1", "x"])
def test_a_report_that_nobody_sent(zeb: Talk, ana: Talk, written: str) -> None:
    file(ana)
    assert problem(zeb.say(f"/review {written}")) == "not_found"


def test_the_card_shows_the_draft_what_is_missing_and_who_sent_it(zeb: Talk, ana: Talk) -> None:
    long = "Illinois counts its reservoirs every year and publishes what it finds, " + "which takes long " * 6
    name = file(ana, what=long, details="The agency counts once a year.", link=f"{NEWS}?utm_source=x")
    shown = card(zeb, name)
    assert shown.title.startswith(f"{name}: Illinois counts its reservoirs every year")
    assert len(shown.title.removeprefix(f"{name}: ")) <= 90
    told = fields(shown)
    assert told["Kind"] == "New action"
    assert told["State"] == "Illinois"
    assert told["Summary"] == "The agency counts once a year."
    assert told["Still to decide"] == "status, date, kind, approach and topics"
    assert told["As written"] == long.strip()
    assert told["Reported by"] == "ana, November 20, 2026, 14:02"
    (source,) = shown.links
    assert source.url == NEWS
    assert "example.org" in source.label
    assert labels(shown) == ALL_BUTTONS


def test_times_are_told_in_the_communitys_zone(own: Talk, zeb: Talk, ana: Talk) -> None:
    answered(admin(own).say("/setup zone:Central"))
    name = file(ana)
    assert fields(card(zeb, name))["Reported by"] == "ana, November 20, 2026, 08:02"
    answered(act(zeb, name, "Claim"))
    assert "Claimed by zebulon until 08:32." in card(zeb, name).text


# --- claims


def test_a_claimed_report_is_the_claimers_and_anybody_may_take_it_over(
    own: Talk, zeb: Talk, yan: Talk, ana: Talk
) -> None:
    name = file(ana)
    answered(act(zeb, name, "Claim"))
    before = kept(own, name)
    for label, values in DECIDING.items():
        reply = act(yan, name, label, **values)
        assert problem(reply) in ("forbidden", "changed_meanwhile"), label
        assert reply.text.startswith(f"zebulon has claimed {name} until 14:32."), label
    assert kept(own, name) == before
    taken = answered(act(yan, name, "Claim"))
    assert "Claimed by yan until 14:32." in taken.text
    assert reject(zeb, name).text.startswith(f"yan has claimed {name} until 14:32.")
    answered(reject(yan, name))
    assert titles(ana) == [f"{name} was rejected"]


def test_an_edit_of_the_last_hour_is_not_taken_back_by_others_while_it_is_claimed(
    own: Talk, zeb: Talk, yan: Talk, ana: Talk
) -> None:
    name = file(ana)
    answered(act(zeb, name, "Edit", title="Counts its lakes"))
    answered(act(zeb, name, "Claim"))
    assert problem(yan.say(f"/undo {name}")) in ("forbidden", "changed_meanwhile")
    assert proposal(own, name).draft.title == "Counts its lakes"


def test_a_claim_ends_after_half_an_hour(own: Talk, zeb: Talk, yan: Talk, ana: Talk) -> None:
    answered(admin(own).say("/setup review:desk"))
    name = file(ana)
    answered(act(zeb, name, "Claim"))
    just = HALF_AN_HOUR - timedelta(seconds=1)
    assert reject(later(yan, just), name).text.startswith(f"zebulon has claimed {name} until 14:32.")
    assert queue(later(yan, just), "/review status:claimed") == [name]
    assert queue(later(yan, HALF_AN_HOUR), "/review status:new") == [name]
    assert kept(own, name).status is ReportStatus.NEW
    (shown,) = posted(later(yan, HALF_AN_HOUR), "desk")
    assert "Waiting for review." in shown.text
    answered(reject(later(yan, HALF_AN_HOUR), name))


def test_a_claim_that_ended_is_nobodys_even_if_nobody_looked(zeb: Talk, yan: Talk, ana: Talk) -> None:
    name = file(ana)
    shown = answered(act(zeb, name, "Claim"))
    answered(act(later(yan, HALF_AN_HOUR), shown, "Reject", reason="scope"))


def test_claiming_again_starts_anew(zeb: Talk, ana: Talk) -> None:
    name = file(ana)
    answered(act(zeb, name, "Claim"))
    again = answered(act(later(zeb, 600), name, "Claim"))
    assert "Claimed by zebulon until 14:42." in again.text


def test_whoever_sent_it_does_not_keep_it_from_others(zeb: Talk, yan: Talk) -> None:
    name = file(yan)
    assert problem(act(yan, name, "Claim")) == "forbidden"
    answered(reject(zeb, name))


def test_the_sender_does_not_learn_who_looks_at_it(zeb: Talk, ana: Talk) -> None:
    name = file(ana)
    answered(act(zeb, name, "Claim"))
    assert standing_of(ana, name) == "waiting for review"
    assert "zebulon" not in words(answered(ana.say(f"/reports {name}")))


# --- what lapses


def test_a_question_waits_for_14_days(own: Talk, zeb: Talk, yan: Talk, ana: Talk) -> None:
    name = file(ana)
    answered(act(zeb, name, "Ask", question="Which page?"))
    assert queue(later(zeb, 14 * DAY - timedelta(seconds=1)), "/review status:asked") == [name]
    shown = card(later(zeb, 14 * DAY), name)
    assert "There was no answer within 14 days." in shown.text
    assert kept(own, name).status is ReportStatus.NEW
    late = later(ana, 15 * DAY)
    answered(late.fill(opened(late.say(f"/answer {name}")), details="Page 4"))
    assert fields(card(later(yan, 15 * DAY), name))["Added"] == "Page 4"


def test_half_an_agreement_is_none_after_7_days(own: Talk, zeb: Talk, yan: Talk, ana: Talk) -> None:
    ask_for(own, Policy.TWO)
    name = file(ana)
    before = head(own)
    answered(approve(zeb, name))
    stale = card(yan, name)
    assert "Approved by zebulon; one more person has to agree." in stale.text
    week = 7 * DAY
    shown = card(later(yan, week), name)
    assert "Nobody agreed within 7 days, so it waits for two people anew." in shown.text
    assert "Waiting for review." in shown.text
    assert problem(later(yan, week).press(button(stale, "Approve"))) == "changed_meanwhile"
    answered(later(yan, week).press(button(shown, "Approve")))
    assert head(own) == before
    assert kept(own, name).status is ReportStatus.SECONDING
    answered(later(zeb, week).press(button(card(later(zeb, week), name), "Approve")))
    assert head(own) == before + 1


def test_an_old_card_cannot_second_what_lapsed(own: Talk, zeb: Talk, yan: Talk, ana: Talk) -> None:
    ask_for(own, Policy.TWO)
    name = file(ana)
    answered(approve(zeb, name))
    stale = card(yan, name)
    before = head(own)
    assert problem(later(yan, 7 * DAY).press(button(stale, "Approve"))) == "changed_meanwhile"
    assert head(own) == before


# --- edits


def test_an_edit_is_saved_and_decides_nothing(own: Talk, zeb: Talk, ana: Talk) -> None:
    name = file(ana)
    before = head(own)
    form = opened(act(zeb, name, "Edit"))
    assert [one.name for one in form.fields][:5] == ["title", "summary", "states", "topics", "sources"]
    sent = standing(form) | {"title": "Counts its lakes", "states": "TX, IL", "topics": "climate,land-water"}
    reply = answered(zeb.fill(form, **sent))
    assert "Saved; nothing is decided by that." in reply.text
    draft = proposal(own, name).draft
    assert (draft.title, draft.states) == ("Counts its lakes", ("TX", "IL"))
    assert [str(topic) for topic in draft.topics] == ["climate", "land-water"]
    assert kept(own, name).status is ReportStatus.NEW
    assert head(own) == before
    assert titles(ana) == []


def test_a_draft_that_has_everything_is_approved_without_a_form(own: Talk, zeb: Talk, ana: Talk) -> None:
    name = file(ana)
    form = opened(act(zeb, name, "Edit"))
    answered(zeb.fill(form, **(standing(form) | FIVE)))
    reply = zeb.press(button(card(zeb, name), "Approve"))
    assert answered(reply).form is None
    assert kept(own, name).status is ReportStatus.APPROVED


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"title": "x" * 91}, "91 characters"),
        ({"summary": "x" * 481}, "481 characters"),
        ({"states": "Atlantis"}, "Atlantis"),
        ({"states": "IL-1"}, "is an action"),
        ({"topics": "climate,drugs,guns,labor"}, "1 to 3 topics"),
        ({"topics": "weather"}, "weather"),
        ({"sources": "javascript:alert(1)"}, "Sources"),
        ({"sources": "-"}, "Nothing is published without a source"),
        ({"kind": "decree"}, "decree"),
        ({"status": "live"}, "live"),
        ({"date": "yesterday"}, "yesterday"),
        ({"date": "2026-13"}, "month 13"),
        ({"rests": "Nobody v. Nobody"}, "Nobody v. Nobody"),
        ({"challenged": "perhaps"}, "yes or no"),
    ],
)
def test_an_edit_that_cannot_be_read_comes_back_as_it_was_sent(
    own: Talk, zeb: Talk, ana: Talk, values: dict[str, str], says: str
) -> None:
    name = file(ana)
    before = proposal(own, name)
    form = opened(act(zeb, name, "Edit"))
    sent = standing(form) | {"title": "Counts its lakes", **values}
    reply = zeb.fill(form, **sent)
    assert problem(reply) in ("not_understood", "ambiguous", "not_found")
    assert says in reply.text
    stands = standing(opened(zeb.press(button(reply, "Fix it"))))
    assert {key: value for key, value in stands.items() if value != sent[key]} == {}
    assert proposal(own, name) == before


def test_an_edit_by_somebody_else_is_not_overwritten(own: Talk, zeb: Talk, yan: Talk, ana: Talk) -> None:
    name = file(ana)
    form = opened(act(zeb, name, "Edit"))
    answered(act(yan, name, "Edit", title="Yan's title"))
    reply = zeb.fill(form, **(standing(form) | {"title": "Zebulon's title"}))
    assert problem(reply) == "changed_meanwhile"
    assert reply.text == f"{name} was already edited by yan at 14:02."
    assert proposal(own, name).draft.title == "Yan's title"


def test_steps_of_a_long_form_follow_each_other(zeb: Talk, ana: Talk) -> None:
    name = file(ana)
    first = answered(act(zeb, name, "Edit", title="Counts its lakes", summary="Once a year."))
    second = opened(zeb.press(button(first, "Edit more")))
    assert second.first == "states"
    assert standing(second)["title"] == "Counts its lakes"
    done = answered(zeb.fill(second, kind="statute", approach="build"))
    assert fields(done)["Form"] == "Statute"


def test_who_goes_on_with_an_edit_hears_that_somebody_else_edited(zeb: Talk, yan: Talk, ana: Talk) -> None:
    name = file(ana)
    first = answered(act(zeb, name, "Edit", title="Counts its lakes"))
    answered(act(yan, name, "Edit", summary="Once a year."))
    reply = zeb.press(button(first, "Edit more"))
    assert problem(reply) == "changed_meanwhile"
    assert "edited by yan" in reply.text


# --- known already


def test_duplicates_are_suggested_by_link_and_by_title(own: Talk, zeb: Talk, ana: Talk) -> None:
    (linked,) = publish(store_of(own), facts("TX", title="Surveys aquifers"))
    (alike,) = publish(store_of(own), facts("IL", title="Counts its reservoirs every single year"))
    other = file(member(own, "bob"), about="OH", link="https://example.org/counts")
    name = file(
        ana, link="http://www.example.org/counts/?utm_source=x", what="Counts its reservoirs every year"
    )
    form = opened(act(zeb, name, "Duplicate"))
    offered = [option.text for option in form.fields[0].options]
    assert {str(linked.code), str(alike.code), other} <= set(offered)
    reply = answered(zeb.fill(form, of=str(alike.code)))
    assert f"Marked as known already by zebulon at 14:02: {alike.code}." in reply.text
    (notice,) = notices(ana)
    assert notice.title == f"{name} was known already"
    assert str(alike.code) in notice.text
    assert standing_of(ana, name) == f"known already as {alike.code}"


def test_a_duplicate_can_be_searched_for_and_picked(own: Talk, zeb: Talk, ana: Talk) -> None:
    (there,) = publish(store_of(own), facts("UT", title="Counts zeppelins"))
    name = file(ana)
    found = answered(act(zeb, name, "Duplicate", words="zeppelins"))
    assert codes(found) == [str(there.code)]
    assert found.visibility == "asker"
    (choice,) = found.choices
    answered(zeb.press(choice.options[0]))
    assert kept(own, name).outcome == there.code
    assert kept(own, name).status is ReportStatus.DUPLICATE


@pytest.mark.parametrize(
    ("of", "code"),
    [
        ("IL-9999", "not_found"),
        ("R-99", "not_found"),
        ("R-1", "not_understood"),
        ("", "not_understood"),
        ("qwertyzxcv", "not_understood"),
    ],
)
def test_what_cannot_be_repeated(own: Talk, zeb: Talk, ana: Talk, of: str, code: str) -> None:
    name = file(ana)
    reply = zeb.fill(opened(act(zeb, name, "Duplicate")), words=of)
    assert problem(reply) == code
    assert "Fix it" in labels(reply)
    assert kept(own, name).status is ReportStatus.NEW


def test_two_reports_do_not_repeat_each_other(own: Talk, zeb: Talk) -> None:
    first, second = file(member(own, "a"), about="IL"), file(member(own, "b"), about="OH")
    answered(act(zeb, first, "Duplicate", words=second))
    assert kept(own, first).repeats == 2
    assert problem(act(zeb, second, "Duplicate", words=first)) == "not_understood"
    assert kept(own, second).status is ReportStatus.NEW


def test_an_action_that_is_withdrawn_is_not_repeated(own: Talk, zeb: Talk, ana: Talk) -> None:
    answered(zeb.say("/retract IL-1 reason:entered twice"))
    name = file(ana)
    assert problem(act(zeb, name, "Duplicate", words="IL-1")) == "not_found"
    assert kept(own, name).status is ReportStatus.NEW


# --- reasons


def test_a_rejection_needs_a_reason(own: Talk, zeb: Talk, ana: Talk) -> None:
    name = file(ana)
    form = opened(act(zeb, name, "Reject"))
    for values in ({"reason": "", "words": ""}, {"reason": "other", "words": ""}, {"words": " "}):
        reply = zeb.fill(form, **values)
        assert problem(reply) == "not_understood"
        assert "Fix it" in labels(reply)
    assert kept(own, name).status is ReportStatus.NEW
    answered(zeb.fill(form, reason="other", words="It is a county's, not the state's."))
    (notice,) = notices(ana)
    assert (notice.title, notice.text) == (f"{name} was rejected", "It is a county's, not the state's.")


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("source", "No source that says so"),
        ("scope", "Not something a state did on its own authority"),
        ("known", "Nothing new in it"),
        ("unclear", "Not clear what happened"),
        ("early", "Too early: nothing has happened yet"),
        ("abuse", "Not a serious report"),
    ],
)
def test_every_reason_is_told(zeb: Talk, ana: Talk, reason: str, told: str) -> None:
    name = file(ana)
    answered(reject(zeb, name, reason))
    (notice,) = notices(ana)
    assert notice.text == told
    assert fields(answered(ana.say(f"/reports {name}")))["Reason"] == told


# --- stale buttons


def _after(zeb: Talk, ana: Talk, what: str) -> tuple[str, Reply, str]:
    """A report, its card from before, and how it was moved."""
    name = file(ana)
    before = card(zeb, name)
    match what:
        case "approve":
            approve(zeb, name)
            return name, before, "approved by zebulon at 14:02"
        case "reject":
            reject(zeb, name)
            return name, before, "rejected by zebulon at 14:02"
        case "duplicate":
            act(zeb, name, "Duplicate", words="IL-1")
            return name, before, "marked as known already by zebulon at 14:02"
        case "edit":
            act(zeb, name, "Edit", title="Counts its lakes")
            return name, before, "edited by zebulon at 14:02"
        case "ask":
            act(zeb, name, "Ask", question="Which page?")
            return name, before, "asked about by zebulon at 14:02"
        case _:
            act(zeb, name, "Ban author", words="spam")
            return name, before, "set aside"


@pytest.mark.parametrize("first", ["approve", "reject", "duplicate", "edit", "ask", "ban"])
@pytest.mark.parametrize("second", DECIDING)
def test_whoever_is_later_reads_who_was_first_and_when(
    own: Talk, zeb: Talk, yan: Talk, ana: Talk, first: str, second: str
) -> None:
    own_form = yan.press  # what yan holds was drawn before
    name, before, told = _after(zeb, ana, first)
    moved = kept(own, name), head(own), len(titles(ana))
    reply = own_form(button(before, second))
    assert problem(reply) == "changed_meanwhile"
    assert reply.text.startswith(f"{name} was already {told}")
    assert (kept(own, name), head(own)) == moved[:2]
    assert titles(ana) == []


@pytest.mark.parametrize("first", ["approve", "reject", "duplicate", "edit", "ask", "ban"])
@pytest.mark.parametrize("second", DECIDING)
def test_a_form_that_was_open_meanwhile_decides_nothing_either(
    own: Talk, zeb: Talk, yan: Talk, ana: Talk, first: str, second: str
) -> None:
    name = file(ana)
    forms = {label: opened(act(yan, name, label)) for label in DECIDING}
    match first:
        case "approve":
            approve(zeb, name)
        case "reject":
            reject(zeb, name)
        case "duplicate":
            act(zeb, name, "Duplicate", words="IL-1")
        case "edit":
            act(zeb, name, "Edit", title="Zebulon's title")
        case "ask":
            act(zeb, name, "Ask", question="Which page?")
        case _:
            act(zeb, name, "Ban author", words="spam")
    moved = kept(own, name), proposal(own, name), head(own)
    titles(ana)
    reply = yan.fill(forms[second], **DECIDING[second])
    assert problem(reply) == "changed_meanwhile"
    assert "was already" in reply.text
    assert (kept(own, name), proposal(own, name), head(own)) == moved
    assert titles(ana) == []


def test_the_time_of_who_was_first_is_that_of_the_community(
    own: Talk, zeb: Talk, yan: Talk, ana: Talk
) -> None:
    answered(admin(own).say("/setup zone:Eastern"))
    name = file(ana)
    stale = card(yan, name)
    answered(approve(later(zeb, 3600), name))
    reply = later(yan, 3700).press(button(stale, "Reject"))
    assert reply.text == f"{name} was already approved by zebulon at 10:02."


# --- cards in review places


def test_a_card_is_posted_and_redrawn_in_every_review_place(own: Talk, zeb: Talk, ana: Talk) -> None:
    answered(admin(own).say("/setup review:desk,annex"))
    name = file(ana)
    for place in ("desk", "annex"):
        (shown,) = posted(zeb, place)
        assert shown.title.startswith(f"{name}:")
        assert labels(shown) == ALL_BUTTONS
        assert posted(zeb, place) == []
    answered(act(zeb, name, "Claim"))
    for place in ("desk", "annex"):
        (shown,) = posted(zeb, place)
        assert "Claimed by zebulon" in shown.text
    code = answered(approve(zeb, name)).buttons[0].label
    for place in ("desk", "annex"):
        (shown,) = posted(zeb, place)
        assert shown.text == f"Approved by zebulon at 14:02: {code}."
        assert labels(shown) == [code, "Undo"]


def test_what_happened_between_two_looks_is_one_card_as_it_stands(own: Talk, zeb: Talk, ana: Talk) -> None:
    answered(admin(own).say("/setup review:desk"))
    name = file(ana)
    act(zeb, name, "Claim")
    act(zeb, name, "Edit", title="Counts its lakes")
    reject(zeb, name)
    (shown,) = posted(zeb, "desk")
    assert shown.title == f"{name}: Counts its lakes"
    assert shown.text.startswith("Rejected by zebulon")


def test_a_posted_card_works(own: Talk, zeb: Talk, ana: Talk) -> None:
    answered(admin(own).say("/setup review:desk"))
    name = file(ana)
    (shown,) = posted(zeb, "desk")
    for label in labels(shown):
        assert problem(ana.press(button(shown, label))) == "forbidden"
    code = answered(act(zeb, shown, "Approve", **FIVE)).buttons[0].label
    assert kept(own, name).outcome is not None
    assert str(kept(own, name).outcome) == code


# --- who is not there


def test_a_report_of_another_community_answers_like_one_that_does_not_exist(own: Talk, ana: Talk) -> None:
    settle(own)
    away = moderator(settle(own), "ben")
    name = file(ana)
    answered(admin(own).say("/setup review:desk"))
    shown = card(moderator(own, "zebulon"), name)
    hidden, never = away.say(f"/review {name}"), away.say("/review R-99")
    assert problem(hidden) == problem(never) == "not_found"
    assert hidden.text == never.text.replace("R-99", name)
    before = kept(own, name)
    for one in shown.buttons:
        reply = away.press(one)
        if reply.form:
            reply = away.fill(reply.form, **DECIDING.get(one.label, {"words": "spam"}))
        assert problem(reply) == "not_found", one.label
        assert reply.text == f"There is no report {name} here.", one.label
    assert kept(own, name) == before
    assert queue(away) == []
    assert problem(away.say(f"/undo {name}")) == "not_found"
    assert problem(away.say(f"/member ban report:{name}")) == "not_found"


def test_a_batch_of_reports_is_worked_off_one_after_the_other(own: Talk, zeb: Talk) -> None:
    for number, state in enumerate(("IL", "TX", "OH")):
        send(member(own, f"m{number}"), about=state)
    while queue(zeb):
        reply = answered(zeb.say("/review"))
        answered(act(zeb, reply, "Reject", reason="early"))
    assert [kept(own, f"R-{n}").status for n in (1, 2, 3)] == [ReportStatus.REJECTED] * 3
