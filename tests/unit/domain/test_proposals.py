"""How many people a change needs, and how many have agreed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.catalogue.actions import (
    Action,
    Approach,
    Code,
    Facts,
    Kind,
    Retraction,
    Source,
    Status,
    StatusChange,
)
from bot.domain.catalogue.dates import PartialDate
from bot.domain.catalogue.topics import Topic
from bot.domain.community.people import COMMONS
from bot.domain.review.proposals import (
    Policy,
    Weight,
    people_needed,
    weight_of,
)

NOW = datetime(2026, 11, 20, 14, 2, tzinfo=UTC)
NEWS = "https://example.org/news"
DAY = PartialDate(2025, 3, 4)
STEP = StatusChange(DAY, Status.ADOPTED, "", NEWS)
FACTS = Facts(
    "Counts its reservoirs", "Once a year.", ("IL", "TX"), (Topic.LAND_WATER,), Kind.STATUTE, Approach.BUILD,
    DAY, (STEP,), (Source(NEWS, "T", "P"),),
)  # fmt: skip
ACTION = Action(Code("IL", 17), "a-key", COMMONS, FACTS, None, 812)
GONE = replace(ACTION, retraction=Retraction(NOW, "It never happened."))


@pytest.mark.parametrize(
    ("policy", "weight", "people"),
    [
        ("one", "status", 1),
        ("one", "wording", 1),
        ("one", "less", 1),
        ("one", "more", 1),
        ("status", "status", 2),
        ("status", "wording", 1),
        ("status", "less", 1),
        ("status", "more", 2),
        ("two", "status", 2),
        ("two", "wording", 2),
        ("two", "less", 1),
        ("two", "more", 2),
    ],
)
def test_how_many_people_a_change_needs(policy: str, weight: str, people: int) -> None:
    """One, or two for status changes, or two for all; an undo toward less needs one (DESIGN: 6)."""
    assert people_needed(Policy(policy), Weight(weight)) == people


def test_there_are_no_other_policies_and_weights() -> None:
    assert [str(policy) for policy in Policy] == ["one", "status", "two"]
    assert [str(weight) for weight in Weight] == ["status", "wording", "less", "more"]
    assert len({policy.label for policy in Policy}) == 3


def changed(**others: Any) -> Action:
    return replace(ACTION, facts=replace(FACTS, **others), revision=813)


NEXT = StatusChange(PartialDate(2026), Status.REPEALED, "", NEWS)


@pytest.mark.parametrize(
    ("before", "after", "weight"),
    [
        # what readers see as standing differently
        (None, ACTION, "status"),
        (ACTION, GONE, "status"),
        (GONE, ACTION, "status"),
        (ACTION, changed(history=(STEP, NEXT)), "status"),
        (ACTION, changed(history=(replace(STEP, status=Status.WON),)), "status"),
        (ACTION, changed(history=(replace(STEP, date=PartialDate(2025)),)), "status"),
        (ACTION, changed(history=(replace(STEP, note="Signed"),)), "status"),
        (ACTION, changed(challenged=True), "status"),
        (changed(challenged=True), ACTION, "status"),
        # what only reads differently
        (ACTION, ACTION, "wording"),
        (ACTION, changed(title="Counts its lakes"), "wording"),
        (ACTION, changed(summary="Twice a year."), "wording"),
        (ACTION, changed(states=("TX",)), "wording"),
        (ACTION, changed(topics=(Topic.CLIMATE,)), "wording"),
        (ACTION, changed(kind=Kind.BILL, approach=Approach.REFUSE), "wording"),
        (ACTION, changed(sources=(*FACTS.sources, Source("https://example.net", "U", "Q"))), "wording"),
        (ACTION, changed(responds_to=("EO 1",), legal_basis=("printz-1997",)), "wording"),
        (ACTION, changed(checked=PartialDate(2026, 11)), "wording"),
        (GONE, replace(GONE, facts=replace(FACTS, title="Counts its lakes")), "wording"),
    ],
)
def test_what_kind_of_change_it_is(before: Action | None, after: Action, weight: str) -> None:
    assert weight_of(before, after) == weight


@pytest.mark.parametrize(
    ("before", "after", "weight"),
    [
        (ACTION, GONE, "less"),
        (None, GONE, "less"),
        (GONE, GONE, "less"),
        (GONE, ACTION, "more"),
        (ACTION, changed(history=(STEP, NEXT)), "more"),
        (changed(history=(STEP, NEXT)), ACTION, "more"),
        (ACTION, changed(title="Counts its lakes"), "more"),
    ],
)
def test_an_undo_is_toward_less_where_the_action_is_gone_after_it(
    before: Action | None, after: Action, weight: str
) -> None:
    assert weight_of(before, after, undo=True) == weight
