"""/state, /compare, /together, /money, against what the starter's files say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.catalogue.states import BY_CODE, STATES
from bot.domain.catalogue.topics import Topic
from tests.dialogue.oracle import ACTIONS, BALANCES, dollars, of_state, partners, stage
from tests.dialogue.publishing import change, facts, publish
from tests.dialogue.talk import (
    answered,
    button,
    codes,
    fields,
    labels,
    opened,
    press_all,
    problem,
    standing,
    total,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.dialogue.oracle import Row
    from tests.dialogue.talk import Talk

EMPTY = [state.code for state in STATES if not of_state(state.code)]
FILLED = [state.code for state in STATES if of_state(state.code)]


def test_the_oracle_knows_the_starter() -> None:
    assert len(ACTIONS) == 267
    assert EMPTY == ["MP", "VI"]
    assert len(BALANCES) == 50


@pytest.mark.parametrize("code", [state.code for state in STATES])
def test_a_state_s_total_is_the_actions_it_leads_or_joins(ana: Talk, code: str) -> None:
    expected = len(of_state(code))
    state = BY_CODE[code]
    for written in (code, code.lower(), state.name, state.name.upper(), *state.abbreviations):
        reply = answered(ana.say(f"/state {written}"))
        assert reply.title == state.name, written
        assert total(reply) == expected, written


@pytest.mark.parametrize(
    ("written", "code"),
    [("il", "IL"), ("Illinois", "IL"), ("Ill.", "IL"), ("Tex.", "TX"), ("Mass.", "MA"), ("neb", "NE"),
     ("D.C.", "DC"), ("dc", "DC"), ("Guam", "GU"),
     ("“Ill.”", "IL"), ("N. Mex.", "NM"), ("the District", "DC")],
)  # fmt: skip
def test_states_are_understood_as_people_write_them(ana: Talk, written: str, code: str) -> None:
    assert total(answered(ana.say(f"/state {written}"))) == len(of_state(code))


def test_the_slash_may_be_left_out_and_the_catch_all_command_works(ana: Talk) -> None:
    for line in ("state IL", "/fiftywire state IL", "  /STATE   il  "):
        assert total(answered(ana.say(line))) == len(of_state("IL"))


def test_an_action_of_several_states_is_listed_with_each_of_them(ana: Talk) -> None:
    joint = {row["title"]: set(row["states"]) for row in ACTIONS if len(row["states"]) > 1}
    seen: dict[str, set[str]] = {title: set() for title in joint}
    for code in FILLED:
        for line in (line for page in press_all(ana, f"/state {code}", "Next") for line in page.lines):
            assert code in line.states
            if line.title in seen:
                seen[line.title].add(code)
    assert seen == joint


@pytest.mark.parametrize("code", FILLED)
def test_a_state_s_page_counts_stages_and_names_partners_and_balance(ana: Talk, code: str) -> None:
    reply = answered(ana.say(f"/state {code}"))
    said = fields(reply)
    stages = [stage(row) for row in of_state(code)]
    assert said["How they stand"] == " · ".join(
        f"{name} {stages.count(name.lower())}" for name in ("Open", "Live", "Stopped")
    )
    if others := partners(code):
        (_, most), *_ = others.most_common(1)
        first = min(BY_CODE[c].code for c, count in others.items() if count == most)
        assert said["Acts most often with"].startswith(f"{BY_CODE[first].name} {most}")
        assert "Together" in labels(reply)
    else:
        assert "Acts most often with" not in said
    if code in BALANCES:
        amount = int(BALANCES[code]["balance_per_capita_usd"])
        assert f"${abs(amount):,} a person more than it" in said["Balance with Washington"]
        assert said["Balance with Washington"].startswith("receives" if amount > 0 else "pays")
    else:
        assert said["Balance with Washington"] == "no figure: the source leaves it out"
    (source,) = reply.links
    assert source.url == BALANCES["NJ"]["source_url"]
    assert BALANCES["NJ"]["publisher"] in source.label


def test_a_page_says_how_many_of_the_shown_were_not_checked_lately(ana: Talk) -> None:
    for code in FILLED:
        for page in press_all(ana, f"/state {code}", "Next"):
            unsure = sum(line.verified == "partly" for line in page.lines)
            if len(page.lines) == 1:
                assert page.text == ("Its status was not checked lately." if unsure else "")
            elif unsure:
                have = "has" if unsure == 1 else "have"
                assert (
                    page.text
                    == f"{unsure} of the {len(page.lines)} shown {have} a status not checked lately."
                )
            else:
                assert page.text == ""


@pytest.mark.parametrize("code", EMPTY)
def test_a_state_of_which_nothing_is_on_file_has_a_page_that_says_so(ana: Talk, code: str) -> None:
    reply = answered(ana.say(f"/state {code}"))
    assert reply.text == f"Nothing on file for {BY_CODE[code].in_text}."
    assert total(reply) == 0
    assert not reply.lines
    assert not reply.choices
    assert standing(opened(ana.press(button(reply, "Report"))))["about"] == code


def test_filters_narrow_the_list_and_add_up(ana: Talk) -> None:
    whole = of_state("CA")
    for topic in Topic:
        expected = [row for row in whole if topic in row["topics"]]
        reply = ana.say(f"/state CA topic:{topic}")
        assert total(reply) == len(expected)
        if not expected:
            assert problem(reply) == "not_found"
    reply = answered(ana.say("/state CA approach:litigate status:live topic:climate"))
    expected = [
        row
        for row in whole
        if row["approach"] == "litigate" and stage(row) == "live" and "climate" in row["topics"]
    ]
    assert sorted(line.title for line in reply.lines) == sorted(row["title"] for row in expected)
    assert reply.title == "California, climate, litigate, live"
    assert total(ana.say("/state CA status:pending")) == sum(row["status"] == "pending" for row in whole)


def test_a_filter_that_leaves_nothing_can_be_taken_off(ana: Talk) -> None:
    reply = ana.say("/state DC topic:national-guard")
    assert problem(reply) == "not_found"
    assert reply.title == "District of Columbia, National Guard"
    assert reply.text == "Nothing on file for the District of Columbia and National Guard."
    (anything,) = [o for choice in reply.choices for o in choice.options if o.label == "Any topic"]
    assert total(answered(ana.press(anything))) == len(of_state("DC"))


@pytest.mark.parametrize(
    "line",
    ["/state IL", "/state CA approach:litigate", "/state CA status:live", "/state CA topic:immigration",
     "/state CA topic:immigration approach:litigate status:live", "/topic climate status:open"],
)  # fmt: skip
def test_the_counts_on_the_filters_are_what_they_lead_to(ana: Talk, line: str) -> None:
    reply = ana.say(line)
    labels = ["Filter by topic", "Filter by approach", "Filter by status"]
    assert [choice.label for choice in reply.choices] == labels[line.startswith("/topic") :]
    for choice in reply.choices:
        for option in choice.options:
            if option.label.startswith("Any "):
                assert choice.options[0] == option
                continue
            label, _, count = option.label.rstrip(")").rpartition(" (")
            assert label[0].isupper()
            assert total(answered(ana.press(option))) == int(count), option.label
        on = choice.label.removeprefix("Filter by ")
        assert choice.options[0].label.startswith("Any ") == (f"{on}:" in line)


def test_challenged_actions_are_counted_and_can_be_asked_for(own: Talk) -> None:
    assert problem(own.say("/state IL status:challenged")) == "not_found"
    (action,) = publish(own.dispatcher.store, facts("IL", on="2026-11-02", challenged=True))
    reply = answered(own.say("/state IL"))
    assert fields(reply)["Challenged in court"] == "1"
    assert reply.lines[0].challenged
    only = answered(own.say("/state IL status:challenged"))
    assert codes(only) == [str(action.code)]
    assert "challenged in court (live)" in fields(own.say(f"/action {action.code}"))["Status"]
    assert fields(own.say("/compare IL TX"))["Challenged in court"] == "IL 1 · TX 0"


# --- two side by side


@pytest.mark.parametrize(
    "line",
    ["/compare IL TX", "/compare il tx", "/compare Illinois Texas", "/compare Ill., Tex.",
     "/compare IL vs TX", "/compare IL and TX", "/compare other:TX IL", "/compare state:IL other:TX"],
)  # fmt: skip
def test_two_states_side_by_side(ana: Talk, line: str) -> None:
    reply = answered(ana.say(line))
    assert reply.title == "Illinois and Texas"
    said = fields(reply)
    tests: dict[str, Callable[[Row], bool]] = {
        "Actions on file": lambda _: True,
        "Not checked lately": lambda row: row["verified"] == "partly",
        "Open": lambda row: stage(row) == "open",
        "Live": lambda row: stage(row) == "live",
        "Stopped": lambda row: stage(row) == "stopped",
        "Litigate": lambda row: bool(row["approach"] == "litigate"),
        "Nullify": lambda row: bool(row["approach"] == "nullify"),
    }
    for name, test in tests.items():
        il, tx = (sum(test(row) for row in of_state(code)) for code in ("IL", "TX"))
        assert said[name] == f"IL {il} · TX {tx}", name
    assert said["Act together"] == "in no action on file"
    assert labels(reply) == ["Illinois", "Texas"]
    assert len(reply.links) == 1


def test_states_of_two_words_are_told_apart(ana: Talk) -> None:
    reply = answered(ana.say("/compare New York New Jersey"))
    assert reply.title == "New York and New Jersey"
    both = partners("NY")["NJ"]
    assert fields(reply)["Act together"] == f"in {both} actions"
    assert all({"NY", "NJ"} & set(line.states) for line in reply.lines)


def test_both_answer_the_same_measures(ana: Talk) -> None:
    rows = [*of_state("NY"), *(row for row in of_state("NJ") if "NY" not in row["states"])]
    shared = {
        name
        for row in of_state("NY") for name in row.get("responds_to", ())
        if any(name in other.get("responds_to", ()) for other in of_state("NJ"))
    }  # fmt: skip
    said = fields(ana.say("/compare NY NJ"))["Both answer"]
    shown = said.split("; ")
    for name in shown[:8]:
        measure, _, count = name.rpartition(": ")
        assert measure in shared
        number = sum(measure in row.get("responds_to", ()) for row in rows)
        assert count == f"{number} action{'' if number == 1 else 's'}"
    assert len(shown) == min(len(shared), 8) + (len(shared) > 8)
    if len(shared) > 8:
        assert shown[8] == f"and {len(shared) - 8} more"


def test_comparing_says_whose_balance_is_missing(ana: Talk) -> None:
    reply = answered(ana.say("/compare DC VA"))
    said = fields(reply)["Balance with Washington"]
    assert said.startswith("DC no figure: the source leaves it out · VA receives $16,650")
    assert len(reply.links) == 1
    empty = answered(ana.say("/compare VI MP"))
    assert empty.text == "Nothing on file for either."
    assert fields(empty)["Not checked lately"] == "VI 0 · MP 0"


def test_a_state_is_not_compared_with_itself(ana: Talk) -> None:
    reply = ana.say("/compare IL Illinois")
    assert problem(reply) == "not_understood"
    assert "Illinois was named twice" in reply.text


# --- who acts with whom


@pytest.mark.parametrize("code", FILLED)
def test_who_acts_with_a_state(ana: Talk, code: str) -> None:
    expected = partners(code)
    reply = ana.say(f"/together {code}")
    if not expected:
        assert problem(reply) == "not_found"
        assert reply.text == f"No joint action on file for {BY_CODE[code].in_text}."
        return
    joint = sum(len(row["states"]) > 1 for row in of_state(code))
    assert total(answered(reply)) == joint
    said = dict(part.rsplit(" ", 1) for part in fields(reply)["How often"].split(", "))
    assert said == {BY_CODE[other].name: str(count) for other, count in expected.items()}
    others = "other" if len(expected) == 1 else "others"
    actions = "joint action" if joint == 1 else "joint actions"
    assert reply.text.startswith(f"{joint} {actions} with {len(expected)} {others}.")


# --- the balance with Washington


@pytest.mark.parametrize("code", sorted(BALANCES))
def test_the_balance_of_each_state(ana: Talk, code: str) -> None:
    amounts = {state: int(row["balance_per_capita_usd"]) for state, row in BALANCES.items()}
    reply = answered(ana.say(f"/money {code}"))
    said = fields(reply)
    assert said["Balance a person"] == dollars(amounts[code])
    assert said["Fiscal year"] == BALANCES[code]["fiscal_year"]
    rank = 1 + sum(amount > amounts[code] for amount in amounts.values())
    assert said["Rank"] == f"{rank} of 50; number 1 receives most"
    assert f"New Jersey {dollars(amounts['NJ'])}" in said["Highest and lowest"]
    verb = "receives" if amounts[code] > 0 else "pays"
    assert reply.text.startswith(f"{BY_CODE[code].name} {verb} ${abs(amounts[code]):,} a person more than it")
    (source,) = reply.links
    assert source.url == BALANCES[code]["source_url"]
    assert BALANCES[code]["title"] in source.label


@pytest.mark.parametrize("code", ["DC", "GU", "VI", "PR"])
def test_a_missing_balance_says_what_the_source_leaves_out(ana: Talk, code: str) -> None:
    reply = ana.say(f"/money {code}")
    assert problem(reply) == "not_found"
    assert reply.text.startswith(
        f"No balance on file for {BY_CODE[code].in_text}. The figures by Rockefeller"
    )
    assert reply.text.endswith(
        "leave out the District of Columbia, American Samoa, Guam, the Northern Mariana Islands, Puerto Rico "
        "and the U.S. Virgin Islands."
    )
    assert reply.links[0].url == BALANCES["NJ"]["source_url"]
    assert answered(ana.press(button(reply, BY_CODE[code].name))).title == BY_CODE[code].name


def test_a_state_that_left_an_action_is_no_longer_listed_with_it(own: Talk) -> None:
    before = total(own.say("/state IL"))
    (action,) = publish(own.dispatcher.store, facts("IL", "WI", on="2026-11-03"))
    assert codes(own.say("/state WI"))[0] == codes(own.say("/state IL"))[0] == str(action.code)
    assert fields(own.say(f"/action {action.code}"))["States"] == "Illinois (lead), Wisconsin"
    change(own.dispatcher.store, str(action.code), states=("WI",))
    assert total(own.say("/state IL")) == before
    assert fields(own.say(f"/action {action.code}"))["State"] == "Wisconsin"
    assert str(action.code) in words(own.say("/state WI"))
