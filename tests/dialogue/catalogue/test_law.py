"""/answers and /law."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from bot.domain.catalogue.states import BY_CODE
from tests.dialogue.oracle import ACTIONS, PRECEDENTS
from tests.dialogue.publishing import facts, publish
from tests.dialogue.talk import answered, button, fields, labels, press_all, problem, total

if TYPE_CHECKING:
    from tests.dialogue.oracle import Row
    from tests.dialogue.talk import Talk

MEASURES = sorted({name for row in ACTIONS for name in row.get("responds_to", ())})


def _state_names(rows: list[Row]) -> dict[str, str]:
    counted = Counter(state for row in rows for state in row["states"])
    return {BY_CODE[state].name: str(count) for state, count in counted.items()}


def test_every_answer_to_an_order(ana: Talk) -> None:
    rows = [row for row in ACTIONS if "EO 14159 (Jan 20, 2025)" in row.get("responds_to", ())]
    for written in (
        "EO 14159",
        "eo 14159",
        "eo14159",
        "Executive Order 14159",
        "14159 jan",
        "measure:EO 14159",
    ):
        reply = answered(ana.say(f"/answers {written}"))
        assert reply.title == "Answers to EO 14159 (Jan 20, 2025)"
        assert total(reply) == len(rows) == 13
        assert reply.text.startswith("13 actions on file.")
    said = dict(part.rsplit(" ", 1) for part in fields(reply)["States"].split(", "))
    assert said == _state_names(rows)
    listed = {line.title for page in press_all(ana, "/answers EO 14159", "Next") for line in page.lines}
    assert listed == {row["title"] for row in rows}
    assert labels(reply) == ["Next", "See also: DHS grant conditions of 2025 under EO 14159"]
    also = ana.press(button(reply, "See also: DHS grant conditions of 2025 under EO 14159"))
    assert answered(also).title == "Answers to DHS grant conditions of 2025 under EO 14159"


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_is_found_by_its_name(ana: Talk, name: str) -> None:
    reply = answered(ana.say(f"/answers {name}"))
    assert total(reply) >= sum(name in row.get("responds_to", ()) for row in ACTIONS) > 0


def test_words_that_several_measures_have_are_asked_back(ana: Talk) -> None:
    reply = ana.say("/answers EO")
    assert problem(reply) == "ambiguous"
    eos = sum(bool(re.search(r"\bEO", name)) for name in MEASURES)
    assert eos > 10
    assert reply.text == f"“EO” may be several; these are the first 10 of {eos}. Which one?"
    assert len(reply.buttons) == 10
    for offer in reply.buttons:
        assert answered(ana.press(offer)).title == f"Answers to {offer.label}"


def test_a_measure_that_nobody_answers(ana: Talk) -> None:
    reply = ana.say("/answers zeppelins")
    assert problem(reply) == "not_found"
    assert reply.text == "No action on file answers a federal measure called “zeppelins”."
    assert problem(ana.say("/answers ???")) == "not_understood"


def test_a_misspelt_measure_is_asked_back(ana: Talk) -> None:
    reply = ana.say("/answers Real DI Act")
    assert problem(reply) == "ambiguous"
    assert any("REAL ID" in label for label in labels(reply))


@pytest.mark.parametrize("key", sorted(PRECEDENTS))
def test_every_precedent_with_all_that_rests_on_it(ana: Talk, key: str) -> None:
    precedent = PRECEDENTS[key]
    rows = [row for row in ACTIONS if key in row.get("legal_basis", ())]
    for written in (key, precedent["name"]):
        reply = ana.say(f"/law {written}")
        if reply.problem:  # a name that is part of other names
            assert problem(reply) == "ambiguous"
            reply = ana.press(button(reply, precedent["name"]))
        assert answered(reply).title == f"{precedent['name']} ({precedent['year']})"
    assert reply.text.startswith(precedent["holding"])
    assert total(reply) == len(rows)
    assert [link.url for link in reply.links] == [precedent["source_url"]]
    said = fields(reply)
    assert said["Citation"] == precedent["citation"]
    assert said["Court"] == precedent["court"]
    if rows:
        assert dict(part.rsplit(" ", 1) for part in said["States"].split(", ")) == _state_names(rows)
    else:
        assert reply.text.endswith("\nNo action on file rests on it.")


def test_printz(ana: Talk) -> None:
    for written in ("printz", "Printz v. United States", "PRINTZ 1997", "521 U.S. 898"):
        assert answered(ana.say(f"/law {written}")).title == "Printz v. United States (1997)"


def test_how_a_page_was_checked_is_said_in_plain_words(ana: Talk) -> None:
    said = {fields(ana.say(f"/law {key}"))["Source page"] for key in PRECEDENTS}
    assert said == {
        "read",
        "not opened; its address is certain",
        "not opened; its address follows Justia's pattern",
        "not opened; news reports tell of the ruling",
        "no court's opened; news reports tell of the ruling",
    }
    assert {row["verified"] for row in PRECEDENTS.values()}.isdisjoint(said)


def test_words_that_several_precedents_have_are_asked_back(ana: Talk) -> None:
    reply = ana.say("/law united states")
    assert problem(reply) == "ambiguous"
    for offer in reply.buttons:
        assert answered(ana.press(offer)).title.startswith(offer.label)


def test_the_next_page_keeps_the_measure_though_another_with_its_words_comes(own: Talk) -> None:
    first = answered(own.say("/answers EO 14159"))
    publish(own.dispatcher.store, facts("VI", responds_to=("EO 14159 (Mar 1, 2027)",), on="1999"))
    assert problem(own.say("/answers EO 14159")) == "ambiguous"
    second = answered(own.press(button(first, "Next")))
    assert second.title == first.title
    assert total(second) == total(first)
