"""The catalogue in moderators' hands: /update, /correct, /retract, /check, /history."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from adapters.terminal.filling import Filling
from bot.domain.catalogue.actions import Source
from bot.domain.catalogue.dates import PartialDate
from bot.messages.offered import left_out, offered
from tests.dialogue.publishing import change, facts, publish
from tests.dialogue.reviewing import (
    action,
    approve,
    audited,
    file,
    head,
    later,
    member,
    moderator,
    posted,
    row,
    settle,
    store_of,
)
from tests.dialogue.talk import answered, button, codes, fields, labels, opened, press_all, problem, standing

if TYPE_CHECKING:
    from tests.dialogue.talk import Talk

LINK = "https://example.org/repealed"


@pytest.fixture
def code(own: Talk) -> str:
    """An action of everyone's."""
    (there,) = publish(store_of(own), facts("UT", on="2026-05-04", title="Counts zeppelins"))
    return str(there.code)


# --- a new status


def test_a_new_status_by_the_form(own: Talk, zeb: Talk, code: str) -> None:
    before = action(own, code).facts
    form = opened(zeb.say(f"/update {code}"))
    assert [one.name for one in form.fields] == ["status", "date", "note", "link", "challenged"]
    assert [one.required for one in form.fields] == [True, True, False, False, False]
    assert standing(form) == {"status": "", "date": "", "note": "", "link": "", "challenged": "no"}
    reply = answered(
        zeb.fill(form, status="repealed", date="2026-11-18", note="Signed today", link=f"{LINK}?utm_source=x")
    )
    assert reply.title == f"{code}: given its new status"
    now = action(own, code).facts
    assert now.history[:-1] == before.history
    last = now.history[-1]
    assert (last.status, str(last.date), last.note, last.source) == (
        "repealed", "2026-11-18", "Signed today", LINK
    )  # fmt: skip
    assert [source.url for source in now.sources] == [before.sources[0].url, LINK]
    assert now.checked == PartialDate(2026, 11, 20)
    assert labels(reply) == [code, "History", "Undo"]
    shown = answered(own.press(button(reply, code)))
    assert shown.title == f"{code}: Counts zeppelins"


def test_a_new_status_by_a_line_and_by_options(own: Talk, zeb: Talk, code: str) -> None:
    answered(zeb.say(f"/update {code} status:in_effect date:2026-07"))
    assert action(own, code).facts.status == "in_effect"
    answered(zeb.choose("update", code=code, status="in_effect", date="2026-08-01", challenged="yes"))
    assert action(own, code).facts.challenged
    assert str(action(own, code).facts.changed) == "2026-08-01"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"status": ""}, "Say how it stands now"),
        ({"date": ""}, "Say how it stands now"),
        ({"status": "gone"}, "is no status"),
        ({"status": "open"}, "is no status"),
        ({"date": "soon"}, "soon"),
        ({"date": "2026-11-22"}, "has not come yet"),
        ({"date": "2026-05-03"}, "a change cannot be earlier"),
        ({"date": "2025"}, "a change cannot be earlier"),
        ({"link": "javascript:alert(1)"}, "not a link"),
        ({"note": "x" * 301}, "301 characters"),
        ({"challenged": "perhaps"}, "yes or no"),
        ({"status": "adopted", "date": "2026-05-04"}, "says already"),
    ],
)
def test_a_new_status_that_cannot_be(
    own: Talk, zeb: Talk, code: str, values: dict[str, str], says: str
) -> None:
    before, stands = head(own), row(own, code)
    sent = {"status": "repealed", "date": "2026-11-18", "note": "Signed", "link": "", "challenged": "no"}
    if values.get("status") == "adopted":
        sent["note"] = ""
    reply = zeb.fill(opened(zeb.say(f"/update {code}")), **(sent | values))
    assert problem(reply) == "not_understood"
    assert says in reply.text
    fixed = standing(opened(zeb.press(button(reply, "Fix it"))))
    assert fixed == sent | values
    assert (head(own), row(own, code)) == (before, stands)


def test_the_same_status_at_an_unknown_day_of_its_month_is_taken(own: Talk, zeb: Talk, code: str) -> None:
    answered(zeb.say(f"/update {code} status:repealed date:2026-05"))
    assert action(own, code).facts.status == "repealed"


def test_a_form_that_was_open_while_the_action_changed_changes_nothing(
    own: Talk, zeb: Talk, code: str
) -> None:
    form = opened(zeb.say(f"/update {code}"))
    change(store_of(own), code, title="Surveys aquifers")
    before = head(own)
    reply = zeb.fill(form, status="repealed", date="2026-11-18")
    assert problem(reply) == "changed_meanwhile"
    assert reply.text == f"{code} was changed meanwhile. Look at it again, then repeat it."
    assert head(own) == before


def test_pages_sort_by_the_new_status(own: Talk, zeb: Talk, code: str) -> None:
    publish(store_of(own), facts("UT", on="2026-11-01"))
    assert codes(own.say("/state UT"))[0] != code
    answered(zeb.say(f"/update {code} status:repealed date:2026-11-18"))
    assert codes(own.say("/state UT"))[0] == code


# --- corrections


def test_a_correction_keeps_what_it_does_not_name(own: Talk, zeb: Talk, code: str) -> None:
    before = action(own, code)
    answered(zeb.say(f'/correct {code} title:"Surveys aquifers"'))
    after = action(own, code)
    assert after.facts == replace(before.facts, title="Surveys aquifers")
    assert after.code == before.code
    assert after.key == before.key


def test_the_form_of_a_correction_shows_what_stands(own: Talk, zeb: Talk) -> None:
    now = action(own, "IL-1").facts
    form = opened(zeb.say("/correct IL-1"))
    stands = standing(form)
    assert stands["title"] == now.title
    assert stands["states"] == ",".join(now.states)
    assert stands["sources"] == "\n".join(source.url for source in now.sources)
    assert stands["rests"] == "\n".join(now.legal_basis)
    nothing = zeb.fill(form, **stands)
    assert problem(nothing) == "not_understood"
    assert "Nothing of it differs" in nothing.text


def test_what_was_typed_is_refused_where_no_field_holds_it_whole(zeb: Talk) -> None:
    reply = zeb.say(f'/correct IL-1 base:1 summary:"{"long " * 801}"')
    assert problem(reply) == "not_understood"
    assert "a form takes at most 4,000" in reply.text
    assert reply.problem
    assert reply.problem.option == "summary"


def test_a_lead_state_that_is_corrected_keeps_the_code(own: Talk, zeb: Talk, code: str) -> None:
    answered(zeb.say(f"/correct {code} states:ID, UT"))
    assert action(own, code).facts.states == ("ID", "UT")
    assert codes(own.say("/state ID"))[0] == code
    assert answered(own.say(f"/action {code}")).title.startswith(code)


def test_lists_can_be_emptied_in_the_form_but_not_sources(own: Talk, zeb: Talk) -> None:
    (there,) = publish(store_of(own), facts("UT", responds_to=("EO 99999",), legal_basis=("compact-clause",)))
    form = opened(zeb.say(f"/correct {there.code}"))
    answered(zeb.fill(form, **(standing(form) | {"answers": "", "rests": "-"})))
    now = action(own, str(there.code)).facts
    assert (now.responds_to, now.legal_basis) == ((), ())
    assert now.sources == there.facts.sources
    assert problem(zeb.say(f"/correct {there.code} sources:-")) == "not_understood"


def test_steps_of_a_correction_follow_each_other(own: Talk, zeb: Talk, code: str) -> None:
    form = opened(zeb.say(f"/correct {code}"))
    first = answered(zeb.fill(form, title="Surveys aquifers"))
    second = opened(zeb.press(button(first, "Correct more")))
    assert second.first == "summary"
    answered(zeb.fill(second, kind="budget"))
    now = action(own, code).facts
    assert (now.title, now.kind) == ("Surveys aquifers", "budget")


def test_a_correction_is_told_to_nobody_and_needs_a_moderator(own: Talk, zeb: Talk, code: str) -> None:
    answered(zeb.say(f'/correct {code} title:"Surveys aquifers"'))
    assert posted(zeb, "here") == []
    assert problem(member(own, "ana").say(f'/correct {code} title:"x"')) == "forbidden"


# --- withdrawing


def test_withdrawing_tells_readers_when_and_why(own: Talk, zeb: Talk, code: str) -> None:
    reply = zeb.fill(opened(zeb.say(f"/retract {code}")), reason="it was entered twice")
    assert answered(reply).title == f"{code}: withdrawn from the catalogue"
    gone = own.say(f"/action {code}")
    assert problem(gone) == "not_found"
    assert gone.text == f"{code} was withdrawn from the catalogue on November 20, 2026: it was entered twice."
    assert code not in codes(own.say("/state UT"))
    for line in (
        f"/update {code} status:repealed date:2026-11-18",
        f"/check {code}",
        f"/retract {code} reason:x",
        f'/correct {code} title:"x"',
    ):
        refused = zeb.say(line)
        assert problem(refused) == "not_found"
        assert refused.text == f"{code} was withdrawn from the catalogue."


@pytest.mark.parametrize("reason", ["", "   ", "\u200b"])
def test_withdrawing_needs_a_reason(own: Talk, zeb: Talk, code: str, reason: str) -> None:
    before = head(own)
    reply = zeb.fill(opened(zeb.say(f"/retract {code}")), reason=reason)
    assert problem(reply) == "not_understood"
    assert "Fix it" in labels(reply)
    assert head(own) == before


def test_a_reason_is_as_long_as_the_catalogue_takes(own: Talk, zeb: Talk, code: str) -> None:
    """An export that no import reads back is none."""
    reply = zeb.fill(opened(zeb.say(f"/retract {code}")), reason="x" * 2000)
    assert reply.problem or len(row(own, code)["retracted"]["reason"]) <= 480


# --- still right


def test_checking_says_when_and_nothing_else(own: Talk, zeb: Talk, code: str) -> None:
    before = action(own, code)
    answered(later(zeb, 86_400 * 9).say(f"/check {code}"))
    now = action(own, code)
    assert now.facts.checked == PartialDate(2026, 11, 29)
    assert replace(now.facts, checked=before.facts.checked) == before.facts
    assert head(own) == before.revision + 1
    assert "checked November 29, 2026" in answered(own.say(f"/action {code}")).text or any(
        "November 29, 2026" in value for value in fields(answered(own.say(f"/action {code}"))).values()
    )


# --- history


def test_history_tells_what_who_and_when(own: Talk, zeb: Talk) -> None:
    name = file(member(own, "ana"))
    code = answered(approve(zeb, name)).buttons[0].label
    yan = moderator(own, "yan")
    answered(yan.say(f'/correct {code} title:"Surveys aquifers"'))
    answered(zeb.say(f"/update {code} status:repealed date:2026-11-18"))
    answered(yan.say(f"/check {code}"))
    told = list(fields(answered(zeb.say(f"/history {code}"))).values())
    assert [line.split(" · ")[0] for line in told] == [
        "changed: when it was checked", "changed: status, date of the status", "changed: title", "published",
    ]  # fmt: skip
    assert [line.split(" · ")[2] for line in told] == ["yan", "zebulon", "yan", "zebulon"]
    assert name in told[-1]
    assert all("November 20, 2026" in line for line in told)


def test_a_long_history_has_pages(own: Talk, zeb: Talk, code: str) -> None:
    first = head(own)
    for number in range(20):
        change(store_of(own), code, title=f"Title {number}")
    pages = list(press_all(zeb, f"/history {code}", "Next"))
    listed = [name for page in pages for name in fields(page)]
    assert listed == [f"Revision {number}" for number in range(first + 20, first - 1, -1)]
    assert "Undo the newest" in labels(pages[0])
    assert "Undo the newest" not in labels(pages[1])


def test_history_of_what_is_withdrawn_is_still_told(own: Talk, zeb: Talk, code: str) -> None:
    answered(zeb.say(f"/retract {code} reason:entered twice"))
    told = fields(answered(zeb.say(f"/history {code}")))
    assert next(iter(told.values())).startswith("withdrawn from the catalogue")
    answered(zeb.press(button(answered(zeb.say(f"/history {code}")), "Undo the newest")))
    assert action(own, code).retraction is None


def test_history_of_an_unknown_code(zeb: Talk) -> None:
    assert zeb.say("/history IL-9999").text == "There is no action IL-9999."


# --- whose


@pytest.mark.parametrize(
    "line",
    [
        "/update {} status:repealed date:2026-11-18",
        '/correct {} title:"x"',
        "/retract {} reason:x",
        "/check {}",
        "/history {}",
        "/undo {}",
    ],
)
def test_a_code_of_another_community_answers_like_one_that_does_not_exist(own: Talk, line: str) -> None:
    away = moderator(settle(own), "ben")
    (local,) = publish(store_of(own), facts("UT"), board="terminal")
    before = head(own)
    hidden, never = away.say(line.format(local.code)), away.say(line.format("UT-999"))
    assert problem(hidden) == problem(never) == "not_found"
    assert hidden.text == never.text.replace("UT-999", str(local.code))
    assert head(own) == before


@pytest.mark.parametrize(
    "line",
    ["/update IL-1 status:repealed date:2026-11-18", '/correct IL-1 title:"x"', "/retract IL-1 reason:x",
     "/check IL-1", "/undo IL-1"],
)  # fmt: skip
def test_what_is_everyones_is_changed_by_curators_alone(own: Talk, line: str) -> None:
    away = moderator(settle(own), "ben")
    before, was = head(own), row(own, "IL-1")
    refused = away.say(line)
    assert problem(refused) == "forbidden"
    assert (head(own), row(own, "IL-1")) == (before, was)


def test_a_communitys_own_action_is_changed_by_its_moderators(own: Talk) -> None:
    away = moderator(settle(own), "ben")
    (local,) = publish(store_of(own), facts("UT"), board="discord-777")
    answered(away.say(f"/update {local.code} status:repealed date:2026-11-18"))
    assert action(own, str(local.code)).facts.status == "repealed"
    assert problem(moderator(own, "zebulon").say(f"/check {local.code}")) == "not_found"


def test_every_change_is_written_down(own: Talk, zeb: Talk, code: str) -> None:
    for line in (
        f"/update {code} status:repealed date:2026-11-18",
        f'/correct {code} title:"x"',
        f"/check {code}",
        f"/retract {code} reason:x",
        f"/undo {code}",
    ):
        answered(zeb.say(line))
    assert [(entry.event, entry.subject) for entry in audited(own)] == [
        (f"action:{kind}", code) for kind in ("update", "correct", "check", "retract", "undo")
    ]


def test_what_is_too_long_to_be_read_whole_stays_out_of_the_form(own: Talk, zeb: Talk) -> None:
    """Five sources of 2,000 characters are more than is read of a field; three are not."""
    long = [Source(f"https://example.org/{n}/".ljust(2000, "a"), "News", "Example", None) for n in "abcde"]
    for count, out in ((3, []), (5, ["sources"])):
        sources = (*facts("UT").sources, *long[:count])
        (there,) = publish(store_of(own), facts("UT", title=f"Counts {count}", sources=sources))
        form = opened(zeb.say(f"/correct {there.code}"))
        filling = Filling(form)
        assert ("too long to be shown here" in filling.question) is bool(out)
        assert [field.name for field in left_out(form)] == out
        filled = None
        for field in offered(form):
            filled = filling.take("Counts on" if field.name == "title" else "")
        assert filled
        answered(zeb._ask(filled))
        now = action(own, str(there.code)).facts
        assert (now.title, now.sources) == ("Counts on", sources)
