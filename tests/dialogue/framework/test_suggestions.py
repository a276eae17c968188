"""What is offered while an option is typed."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.dispatch import Dispatcher
from bot.commands.every import build_registry
from bot.commands.options import ZONE
from bot.commands.spec import Shape
from bot.domain.catalogue.states import STATES
from bot.domain.catalogue.topics import Topic
from bot.messages.limits import MOST_SUGGESTIONS
from tests.dialogue.oracle import ACTIONS, PRECEDENTS, newest_first, of_state
from tests.dialogue.publishing import facts, publish, retract
from tests.dialogue.talk import FOREIGN, TERMINAL, answered

if TYPE_CHECKING:
    from bot.commands.spec import Suggestion
    from bot.domain.catalogue.states import State
    from tests.dialogue.talk import Talk

MEASURES = sorted({name for row in ACTIONS for name in row.get("responds_to", ())})
OFFERED = [
    (spec.name, option.name)
    for spec in build_registry().specs
    for option in spec.options
    if option.type.suggest
]
ODD = [
    "\0",
    "\ud800",
    "x" * 100_000,
    "%",
    "'; drop table actions",
    "\u202e",
    "🎉",
    "IL-",
    "-3",
    "il 0",
    "((",
    "*",
]


def texts(talk: Talk, command: str, option: str, text: str) -> list[str]:
    """What the offers stand for."""
    return [one.text for one in talk.suggest(command, option, text)]


def labels(talk: Talk, command: str, option: str, text: str) -> list[str]:
    return [one.label for one in talk.suggest(command, option, text)]


def fits(offered: list[Suggestion]) -> None:
    """What every platform needs."""
    assert len(offered) <= MOST_SUGGESTIONS
    assert len({one.text for one in offered}) == len(offered)
    for one in offered:
        assert 0 < len(one.text) <= 100
        assert 0 < len(one.label) <= 100
        assert one.text.strip()
        assert one.label == one.label.strip()


# --- states


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.code)
def test_every_beginning_of_a_state_offers_it(ana: Talk, state: State) -> None:
    for whole in (state.name, state.code):
        for length in range(1, len(whole) + 1):
            for typed in (whole[:length], whole[:length].lower(), whole[:length].upper()):
                offered = ana.suggest("state", "state", typed)
                fits(offered)
                assert state.code in [one.text for one in offered], typed
    assert texts(ana, "state", "state", state.code)[0] == state.code, "a code written out comes first"
    assert texts(ana, "state", "state", state.name)[0] == state.code
    assert ana.suggest("state", "state", state.code)[0].label == f"{state.name} ({state.code})"


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("MA", ["MA", "ME", "MD"]),
        ("mar", ["MD", "MP"]),
        ("new", ["NH", "NJ", "NM", "NY"]),
        ("carolina", ["NC", "SC"]),
        ("Dak", ["ND", "SD"]),
        ("W. Va.", ["WV"]),
        ("D.C.", ["DC"]),
        ("virgin", ["VA", "VI", "WV"]),
        ("Ill.", ["IL"]),
        ("ilinois", ["IL"]),
        ("massachusets", ["MA"]),
        ("tennesee", ["TN"]),
        ("Narnia", []),
    ],
)
def test_the_likeliest_state_comes_first(ana: Talk, typed: str, codes: list[str]) -> None:
    assert texts(ana, "compare", "other", typed)[: len(codes) or None] == codes


def test_before_anything_is_typed_the_first_25_are_offered(ana: Talk) -> None:
    assert texts(ana, "state", "state", " ") == [state.code for state in STATES[:25]]


# --- lists


@pytest.mark.parametrize("option", ["topic", "approach", "status"])
def test_every_beginning_of_a_value_offers_it(ana: Talk, option: str) -> None:
    values = build_registry().find("state").option(option).type.values
    for value in values:
        for whole in (value.text, value.label):
            for length in range(1, len(whole) + 1):
                offered = ana.suggest("state", option, whole[:length])
                fits(offered)
                assert value.text in [one.text for one in offered], whole[:length]
            assert texts(ana, "state", option, whole)[0] == value.text
    assert texts(ana, "state", option, "") == [value.text for value in values][:25]


@pytest.mark.parametrize(
    ("typed", "topics"),
    [
        ("abortion", [Topic.REPRODUCTIVE_HEALTH]),
        ("abor", [Topic.REPRODUCTIVE_HEALTH, Topic.LABOR]),
        ("Marijuana", [Topic.DRUGS]),
        ("gay", [Topic.LGBTQ]),
        ("trans", [Topic.TRANSPORT, Topic.LGBTQ]),
        ("police", [Topic.POLICING]),
        ("schoo", [Topic.EDUCATION]),
        ("voting", [Topic.ELECTIONS]),
        ("health", [Topic.PUBLIC_HEALTH, Topic.REPRODUCTIVE_HEALTH]),
        ("water", [Topic.LAND_WATER]),
        ("imigration", [Topic.IMMIGRATION]),
        ("cliamte", [Topic.CLIMATE]),
        ("zzzzzz", []),
    ],
)
def test_topics_by_the_words_that_people_use(ana: Talk, typed: str, topics: list[Topic]) -> None:
    assert texts(ana, "topic", "topic", typed) == [str(topic) for topic in topics]


def test_labels_of_a_list_begin_with_a_capital(ana: Talk) -> None:
    assert labels(ana, "state", "status", "challenged") == ["Challenged in court"]
    assert labels(ana, "state", "topic", "abortion") == ["Reproductive health"]


# --- codes


def numbers(talk: Talk, typed: str) -> list[str]:
    return texts(talk, "action", "code", typed)


@pytest.mark.parametrize("typed", ["IL-3", "il 3", "il3", "IL#3", " IL - 3 "])
def test_the_beginning_of_a_code_offers_it_however_it_is_written(ana: Talk, typed: str) -> None:
    expected = [f"IL-{n}" for n in range(1, len(of_state("IL")) + 1) if str(n).startswith("3")]
    led = [code for code in expected if answered_title(ana, code)]
    assert numbers(ana, typed) == led
    assert led[0] == "IL-3"


def answered_title(talk: Talk, code: str) -> str:
    reply = talk.say(f"/action {code}")
    return "" if reply.problem else reply.title


def test_codes_are_offered_by_their_beginning_the_smallest_number_first(ana: Talk) -> None:
    offered = ana.suggest("action", "code", "CA-1")
    fits(offered)
    led = sum(row["states"][0] == "CA" for row in ACTIONS)
    expected = [f"CA-{n}" for n in range(1, led + 1) if str(n).startswith("1")]
    assert [one.text for one in offered] == expected
    for one in offered:
        assert one.label.startswith(f"{one.text}: ")
        assert answered(ana.say(f"/action {one.text}")).title[:90].startswith(one.label.rstrip("…")[:80])


@pytest.mark.parametrize("typed", ["IL", "il", "Illinois", "illin", "Ill."])
def test_a_state_offers_its_actions_the_newest_first(ana: Talk, typed: str) -> None:
    rows = [row["title"] for row in newest_first() if "IL" in row["states"]][:25]
    offered = ana.suggest("action", "code", typed)
    fits(offered)
    shown = [one.label.partition(": ")[2] for one in offered]
    assert shown[0][:60] == rows[0][:60]
    assert len(shown) == len(rows)


def test_before_anything_is_typed_the_newest_actions_are_offered(ana: Talk) -> None:
    assert numbers(ana, "")[:8] == [str(line.code) for line in ana.say("/recent").lines]
    assert len(numbers(ana, "")) == 25


def test_words_offer_the_actions_that_have_them(ana: Talk) -> None:
    found = [str(line.code) for line in answered(ana.say("/search gold")).lines]
    assert numbers(ana, "gold") == numbers(ana, "gol") == found
    assert numbers(ana, "zq") == numbers(ana, "qwertyzxcv") == []


CODES = [
    ("report", "about"), ("relate", "code"), ("update", "code"), ("correct", "code"), ("retract", "code"),
    ("check", "code"), ("history", "code"),
]  # fmt: skip
"""Other options in which an action is named."""


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("ill", ["IL"]),
        ("Texas", ["TX"]),
        ("new", ["NH", "NJ", "NM", "NY"]),
        ("IL-1", ["IL-1", "IL-10"]),
        ("il 2", ["IL-2"]),
    ],
)
def test_what_a_report_is_about_is_offered_as_states_and_codes(
    ana: Talk, typed: str, first: list[str]
) -> None:
    offered = texts(ana, "report", "about", typed)
    assert offered[: len(first)] == first
    digits = any(char.isdigit() for char in typed)
    assert all("-" in text for text in offered) == digits, "states are offered where no number is begun"
    if not digits:
        assert set(numbers(ana, typed)) & set(offered)


def test_what_may_not_be_seen_is_never_offered(own: Talk) -> None:
    store = own.dispatcher.store
    (local,) = publish(
        store, facts("VI", title="Counts zeppelins", responds_to=("EO 99999 on zeppelins",)), board="terminal"
    )
    (shared,) = publish(store, facts("VI", title="Counts airships"))
    away = own.at(FOREIGN)
    for typed in ("VI", "VI-", str(local.code), "VI-1", "zeppelins", "counts", "U.S. Virgin"):
        assert str(local.code) in numbers(own, typed), typed
        for talk in (away, own.at(None)):
            assert str(local.code) not in numbers(talk, typed), typed
    assert numbers(away, "VI")[0] == str(shared.code)
    assert numbers(away, "VI-") == numbers(away, "VI")
    assert numbers(away, "VI-2") == [str(shared.code)]
    assert labels(own, "answers", "measure", "zeppelins") == ["EO 99999 on zeppelins"]
    assert labels(away, "answers", "measure", "zeppelins") == []
    for command, option in CODES:
        assert str(local.code) in texts(own, command, option, "zeppelins"), command
        assert str(local.code) in texts(own, command, option, str(local.code)), command
        for talk in (away, own.at(None)):
            for typed in ("VI", "VI-", str(local.code), "zeppelins"):
                assert str(local.code) not in texts(talk, command, option, typed), command
    retract(store, [str(local.code), str(shared.code)])
    for typed in ("VI", "U.S. Virgin", "VI-1", "VI-2", "zeppelins", "airships"):
        assert not {str(local.code), str(shared.code)} & set(numbers(own, typed)), typed
    assert numbers(own, "VI-1") == numbers(own, "airships") == []
    assert labels(own, "answers", "measure", "zeppelins") == []


# --- law


@pytest.mark.parametrize("name", MEASURES)
def test_every_federal_measure_is_offered_by_its_name(ana: Talk, name: str) -> None:
    for typed in (name, name.lower(), name[: len(name) // 2]):
        offered = ana.suggest("answers", "measure", typed)
        fits(offered)
        assert any(one.label.rstrip("…") == name[:99].rstrip() or one.label == name for one in offered), typed


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("EO 14159", "EO 14159 (Jan 20, 2025)"),
        ("real id", "REAL ID Act of 2005"),
        ("IX 2024", "2024 Title IX rule, 89 Fed. Reg. 33474"),
        ("33474", "2024 Title IX rule, 89 Fed. Reg. 33474"),
    ],
)
def test_federal_measures_are_offered_by_their_words(ana: Talk, typed: str, first: str) -> None:
    assert labels(ana, "answers", "measure", typed)[0] == first


@pytest.mark.parametrize("typed", ["14159", "eo14159", "Executive Order 14159", "E.O. 14159", "jan 14159"])
def test_an_order_is_offered_however_its_number_is_written(ana: Talk, typed: str) -> None:
    assert "EO 14159 (Jan 20, 2025)" in labels(ana, "answers", "measure", typed)


def test_a_misspelt_measure_is_offered(ana: Talk) -> None:
    assert labels(ana, "answers", "measure", "Affordabel Care Act")[0] == "Affordable Care Act (2010)"
    assert labels(ana, "answers", "measure", "obamcare zzz qqq") == []


def test_what_is_offered_for_a_measure_or_a_precedent_is_answered(ana: Talk) -> None:
    for command, option in (("answers", "measure"), ("law", "precedent")):
        for typed in ("", "e", "2025", "s", "u"):
            for one in ana.suggest(command, option, typed):
                assert answered(ana.choose(command, **{option: one.text})).title


@pytest.mark.parametrize("key", PRECEDENTS)
def test_every_precedent_is_offered_by_name_year_and_citation(ana: Talk, key: str) -> None:
    row = PRECEDENTS[key]
    for typed in (row["name"], row["name"][:6], f"{row['name'].split()[0]} {row['year']}", row["citation"]):
        offered = ana.suggest("law", "precedent", typed)
        fits(offered)
        assert key in [one.text for one in offered], typed
    shown = {one.text: one.label for one in ana.suggest("law", "precedent", row["name"])}
    assert shown[key].startswith(row["name"][:60])


def test_a_misspelt_precedent_is_offered(ana: Talk) -> None:
    assert texts(ana, "law", "precedent", "pritnz")[:1] == ["printz-1997"]


# --- zones


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("", "America/New_York"),
        ("east", "America/New_York"),
        ("Pac", "America/Los_Angeles"),
        ("new y", "America/New_York"),
        ("america/ch", "America/Chicago"),
        ("honol", "Pacific/Honolulu"),
        ("hst", "Pacific/Honolulu"),
        ("paris", "Europe/Paris"),
    ],
)
def test_zones_of_the_states_are_offered_first(ana: Talk, typed: str, first: str) -> None:
    offered = ana.suggest("setup", "zone", typed)
    fits(offered)
    assert offered[0].text == first
    assert offered[0].label == first.replace("_", " ")
    assert all(ZONE.read(one.text) == one.text for one in offered)


# --- all of them


def test_what_is_offered_can_be_read_again(ana: Talk) -> None:
    for command, name in OFFERED:
        option = build_registry().find(command).option(name)
        for typed in ("", "a", "e", "IL", "co", "2025"):
            for one in ana.suggest(command, name, typed):
                value = option.type.read(one.text)
                assert option.type.text(value) == one.text


def test_every_list_too_long_for_a_menu_is_offered() -> None:
    """Discord shows at most 25 values of an option; of longer lists people need offers."""
    for spec in build_registry().specs:
        for option in spec.options:
            if option.type.shape is Shape.CHOICE and len(option.type.values) > MOST_SUGGESTIONS:
                assert option.type.suggest, f"/{spec.name} {option.name}"


@pytest.mark.parametrize(
    ("command", "option"),
    [("nosuch", "state"), ("state", "nosuch"), ("", ""), ("/state", "state"), ("search", "words"),
     ("recent", "days"), ("about", "state"), ("lookup", "text"), ("report", "what"), ("report", "link"),
     ("reports", "report"), ("answer", "details"), ("review", "report"), ("member", "who"),
     ("setup", "moderators"), ("setup", "review"), ("privacy", "do")],
)  # fmt: skip
def test_what_has_nothing_to_offer_offers_nothing(ana: Talk, command: str, option: str) -> None:
    assert ana.suggest(command, option, "il") == []


def test_a_command_is_known_by_its_name_on_slack_too(ana: Talk) -> None:
    assert ana.suggest("find", "state", "il") == ana.suggest("search", "state", "il") != []


@pytest.mark.parametrize(("command", "option"), OFFERED)
def test_odd_text_is_offered_something_or_nothing(
    ana: Talk, command: str, option: str, caplog: pytest.LogCaptureFixture
) -> None:
    for text in ODD:
        fits(ana.suggest(command, option, text))
    assert not caplog.records


@given(st.sampled_from(OFFERED), st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_text_is_offered_something_or_nothing(
    ana: Talk, caplog: pytest.LogCaptureFixture, where: tuple[str, str], text: str
) -> None:
    fits(ana.suggest(*where, text))
    assert not caplog.records


def test_long_titles_are_cut_and_texts_never(own: Talk) -> None:
    publish(own.dispatcher.store, facts("VI", title="T" * 90, responds_to=("N" * 200,)))
    (one,) = own.suggest("action", "code", "VI-1")
    assert one.text == "VI-1"
    assert one.label == f"VI-1: {'T' * 90}"
    for offered in own.suggest("answers", "measure", "NNNN"):
        assert len(offered.label) == 100
        assert offered.label.endswith("…")
        assert answered(own.choose("answers", measure=offered.text)).title


def test_a_fault_offers_nothing_and_leaks_nothing(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def submit(self, work: Any, *, writes: bool) -> Any:
            del work, writes
            raise RuntimeError("my landlord Bob")

    dispatcher = Dispatcher(build_registry(), Broken(), lambda: b"")
    with caplog.at_level(logging.DEBUG, logger="bot"):
        assert asyncio.run(dispatcher.suggest("state", "state", "my landlord Bob", TERMINAL)) == []
    (record,) = [record for record in caplog.records if record.name.startswith("bot")]
    assert record.getMessage() == "Suggestions for /state state failed: RuntimeError"
