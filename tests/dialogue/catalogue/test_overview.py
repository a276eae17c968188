"""/trend, /coverage, /help, /about."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.commands.every import build_registry
from bot.domain.catalogue.states import STATES
from bot.domain.community.people import Role
from tests.dialogue.oracle import ACTIONS, LIVE, OPEN, of_state
from tests.dialogue.publishing import facts, publish, retract
from tests.dialogue.reviewing import reject
from tests.dialogue.talk import NOW, answered, button, fields, problem, total

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.commands.spec import CommandSpec
    from tests.dialogue.oracle import Row
    from tests.dialogue.talk import Talk


def _spans(rows: list[Row], days: int) -> tuple[int, int, int]:
    """Of the actions whose dates are all full: how many stood `days` after going live, how many were counted,
    and how many are younger."""
    standing = counted = young = 0
    for row in rows:
        steps = row["history"]
        live = next((at for at, step in enumerate(steps) if step["status"] in LIVE), None)
        if live is None or any(len(step["date"]) < 10 for step in steps):
            continue
        then = date.fromisoformat(steps[live]["date"]) + timedelta(days=days)
        if then > NOW.date():
            young += 1
            continue
        counted += 1
        last = [step for step in steps[live:] if date.fromisoformat(step["date"]) <= then][-1]
        standing += last["status"] in LIVE | OPEN
    return standing, counted, young


def test_pace_is_counted_by_year_and_month(ana: Talk) -> None:
    said = fields(answered(ana.say("/trend")))
    years = Counter(row["date"][:4] for row in ACTIONS)
    expected = [f"before 2021: {sum(n for year, n in years.items() if year < '2021')}"]
    expected += [f"{year}: {years[year]}" for year in ("2021", "2022", "2023", "2024", "2025")]
    assert said["Actions begun, by year"] == " · ".join([*expected, f"2026 so far: {years['2026']}"])
    months = Counter(row["date"][:7] for row in ACTIONS)
    spots = ["2025-12", *(f"2026-{month:02}" for month in range(1, 12))]
    undated = sum(len(row["date"]) == 4 for row in ACTIONS)
    assert said["By month, the last twelve"] == (
        " · ".join(f"{spot}: {months[spot]}" for spot in spots)
        + f"; {undated} actions of all years are known by their year alone"
    )


@pytest.mark.parametrize("days", [30, 90, 365])
def test_staying_power_counts_full_dates_and_says_what_it_leaves_out(own: Talk, days: int) -> None:
    vague = [row for row in ACTIONS if any(len(step["date"]) < 10 for step in row["history"])]
    titles = {row["title"] for row in vague}
    pages = [own.say("/recent")]
    while any(label.label == "Next" for label in pages[-1].buttons):
        pages.append(own.press(button(pages[-1], "Next")))
    retract(own.dispatcher.store, [str(li.code) for p in pages for li in p.lines if li.title in titles])
    standing, counted, young = _spans(ACTIONS, days)
    tail = f"; left out: {young} not yet {days} days old" if young else ""
    share = f"{100 * standing / counted:.0f}%"
    said = fields(own.say("/trend"))[f"Still standing after {days} days"]
    assert said == f"{standing} of {counted} ({share}){tail}"
    publish(own.dispatcher.store, facts("VI", on="2024"))
    assert fields(own.say("/trend state:VI"))[f"Still standing after {days} days"] == (
        "nothing to count; left out: 1 without a full date"
    )


def test_the_starter_s_staying_power_names_how_many_dates_are_not_full(ana: Talk) -> None:
    reply = answered(ana.say("/trend"))
    assert "Days are counted between full dates only" in reply.text
    assert "A status not checked lately counts as it is on file." in reply.text
    assert "without a full date" in fields(reply)["Still standing after 365 days"]


@pytest.mark.parametrize("line", ["/trend TX topic:immigration", "/trend topic:immigration state:TX"])
def test_the_trend_of_a_state_and_a_topic(ana: Talk, line: str) -> None:
    rows = [row for row in of_state("TX") if "immigration" in row["topics"]]
    reply = answered(ana.say(line))
    assert reply.title == "Pace and staying power for Texas and immigration"
    assert reply.text.startswith(f"{len(rows)} actions on file.")
    assert total(ana.press(button(reply, "Texas"))) == len(of_state("TX"))


def test_years_without_actions_count_nought(ana: Talk) -> None:
    said = fields(answered(ana.say("/trend AS")))
    assert said["Actions begun, by year"] == (
        "before 2021: 1 · 2021: 0 · 2022: 0 · 2023: 0 · 2024: 0 · 2025: 0 · 2026 so far: 0"
    )
    later = replace(ana, now=datetime(2028, 1, 3, tzinfo=UTC))
    assert fields(later.say("/trend AS"))["Actions begun, by year"].endswith("2027: 0 · 2028 so far: 0")


def test_the_trend_of_nothing(ana: Talk) -> None:
    reply = ana.say("/trend VI")
    assert problem(reply) == "not_found"
    assert reply.text == "Nothing on file for the U.S. Virgin Islands."


def test_coverage_counts_every_state_and_names_what_is_missing(ana: Talk) -> None:
    reply = answered(ana.say("/coverage"))
    said = fields(reply)
    assert said.pop("Nothing on file") == "Northern Mariana Islands, U.S. Virgin Islands"
    assert len(said) == 54
    assert reply.text.startswith("54 of 56 (50 states, the District of Columbia and 5 territories) have")
    for state in STATES:
        rows = of_state(state.code)
        if not rows:
            continue
        unchecked = sum("checked" not in row for row in rows)
        value = said[state.name]
        assert value.startswith(f"{len(rows)} action{'' if len(rows) == 1 else 's'}")
        if unchecked == len(rows):
            assert "; never checked; " in value
        else:
            assert (f", {unchecked} not checked lately; " in value) == bool(unchecked)
            assert "; last checked November 2026; " in value
    # Who was never checked comes first, then by name.
    assert list(said) == ["American Samoa", *sorted(name for name in said if name != "American Samoa")]


BUTTONS = {"relate", "approve", "edit", "duplicate", "ask", "reject", "claim", "forward", "banauthor"}
"""Commands that help does not list: they belong to the buttons of a card or a receipt."""


def test_help_names_every_command_as_it_is_written(ana: Talk) -> None:
    registry = build_registry()
    listed = [spec for spec in registry.specs if spec.name not in BUTTONS]
    assert len(listed) + len(BUTTONS) == len(registry.specs)
    for role in Role:
        said = fields(answered(ana.as_(role).say("/help")))
        assert said == {spec.usage: spec.help for spec in listed if spec.rights <= role}
        setup = "/setup [DO] [zone] [moderators] [review] [policy] [cards] [code] [join]"
        assert (setup in said) == (role is Role.ADMIN)
        for usage in (
            "/review [REPORT] [state] [kind] [status]",
            "/update CODE [status] [date] [note] [link] [challenged]",
            "/undo WHAT", "/member DO [WHO] [report] [words]", "/audit",
        ):  # fmt: skip
            assert (usage in said) == (role >= Role.MODERATOR)
        for usage in (
            "/report [what] [about] [link] [kind] [anonymous] [details]", "/reports [REPORT]",
            "/withdraw REPORT", "/answer REPORT [details]", "/link [CODE]", "/privacy [DO]",
        ):  # fmt: skip
            assert usage in said
    for spec in registry.specs:
        for written in (spec.name, f"/{spec.name}", spec.name.upper(), spec.slack_name or spec.name):
            reply = answered(ana.say(f"/help {written}"))
            assert reply.title == f"/{spec.name}"
        one = fields(reply)
        assert one["Write"] == spec.usage
        assert one.get("For example", "") == "\n".join(spec.examples)
        for option in spec.options:
            name = option.name if option.positional else f"{option.name}:"
            assert bool(one.get(name)) == (not option.inner)


def test_help_lists_the_values_of_an_option_once(ana: Talk) -> None:
    said = fields(answered(ana.say("/help state")))
    assert said["approach:"] == (
        "Only one approach: refuse, withhold, shield, build, litigate, coordinate, nullify"
    )
    assert said["state"] == "A state, the District of Columbia or a territory"


def test_help_knows_the_names_of_all_commands_for_completion() -> None:
    registry = build_registry()
    (option,) = registry.find("help").options
    listed = [spec for spec in registry.specs if spec.name not in BUTTONS]
    assert [value.text for value in option.type.values] == [spec.name for spec in listed]
    assert [value.code for value in option.type.values] == [spec.code for spec in listed]


EXAMPLES = [(spec, example) for spec in build_registry().specs for example in spec.examples]
REFUSED_HERE = {
    "/recent 30": "not_found",  # nothing in the starter is that new
    "/link k3m9-xw2p-7tqa": "not_found",  # nobody printed it
}


@pytest.mark.parametrize(("spec", "example"), EXAMPLES, ids=[example for _, example in EXAMPLES])
def test_every_example_is_an_answer_to_somebody_who_may(
    reported: Callable[[], Talk], spec: CommandSpec, example: str
) -> None:
    """R-12 is Ana's, and waits; where a decision is to be undone, there was one."""
    ana = reported().as_(spec.rights)
    talk = ana.named("zebulon") if spec.rights > Role.MEMBER else ana
    if example == "/undo R-12":
        answered(reject(talk, "R-12"))
    reply = talk.say(example)
    if example in REFUSED_HERE:
        assert problem(reply) == REFUSED_HERE[example]
    else:
        answered(reply)


def test_about(ana: Talk) -> None:
    reply = answered(ana.say("/about"))
    said = fields(reply)
    assert (
        said["Actions on file"]
        == "267, from 54 of 56 (50 states, the District of Columbia and 5 territories)"
    )
    assert said["Changes published"] == "267"
    newest = ana.say("/recent").lines[0]
    assert said["Newest status change"] == f"{newest.code}, {newest.changed.words}"
    assert "every state, both parties" in reply.text
    assert answered(ana.press(button(reply, "Coverage"))).title == "Coverage"
    assert answered(ana.press(button(reply, "All commands"))).title == "What Fiftywire answers"
