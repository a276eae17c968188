"""Drafts: what a report amounts to, and what a complete draft is published as."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue.actions import Approach, Facts, Kind, Source, Status, StatusChange, Verified
from bot.domain.catalogue.dates import PartialDate
from bot.domain.catalogue.records import BadRecordError, facts_to_json
from bot.domain.catalogue.states import STATES
from bot.domain.catalogue.topics import Topic
from bot.domain.review.drafts import (
    DECIDED,
    Draft,
    checked_today,
    draft_from_json,
    draft_of_facts,
    draft_of_report,
    draft_to_json,
    facts_of,
    source_of,
)

TODAY = date(2026, 11, 20)
NEWS = "https://www.example.org/news/reservoirs"
OTHER = "https://example.net/repealed"
DAY = PartialDate(2025, 3, 4)
BASE = Facts(
    title="Counts its reservoirs every year",
    summary="The agency counts once a year.",
    states=("IL", "TX"),
    topics=(Topic.LAND_WATER,),
    kind=Kind.STATUTE,
    approach=Approach.BUILD,
    date=PartialDate(2025),
    history=(
        StatusChange(PartialDate(2025), Status.PROPOSED, "Read", NEWS),
        StatusChange(DAY, Status.ADOPTED, "", NEWS),
    ),
    sources=(Source(NEWS, "State counts", "Example News", DAY),),
    responds_to=("EO 14159",),
    legal_basis=("printz-1997",),
    verified=Verified.PARTLY,
    checked=PartialDate(2026, 1),
    challenged=True,
)
WHOLE = Draft(
    "Counts", "Once a year.", ("OH", "IN"), (Topic.CLIMATE, Topic.GUNS), Kind.BILL, Approach.SHIELD,
    Status.PENDING, PartialDate(2026, 11), "Read twice",
    (Source(NEWS, "T", "P", DAY), Source(OTHER, "U", "Q")), ("EO 1",), ("printz-1997",), True,
    "It never happened.",
)  # fmt: skip
"""A draft with everything in it."""


# --- of a report


def test_a_report_of_something_new_is_a_draft_of_it() -> None:
    draft = draft_of_report(
        "Illinois  counts\nits lakes", "Once\na year.", ("IL", "TX"), NEWS, None, corrects=False
    )
    assert draft == Draft(
        "Illinois counts its lakes", "Once a year.", ("IL", "TX"),
        sources=(Source(NEWS, "Illinois counts its lakes", "example.org"),),
    )  # fmt: skip
    assert not draft.is_complete


def test_without_details_the_words_are_the_summary_too() -> None:
    draft = draft_of_report("Illinois counts", "", ("IL",), NEWS, None, corrects=False)
    assert (draft.title, draft.summary) == ("Illinois counts", "Illinois counts")


def test_long_words_are_cut_to_what_the_catalogue_takes() -> None:
    draft = draft_of_report("W" * 4000, "D" * 4000, ("IL",), NEWS, None, corrects=False)
    assert (len(draft.title), len(draft.summary)) == (90, 480)
    assert draft.title.endswith("…")
    assert len(draft.sources[0].title) == 200
    short = draft_of_report("W" * 90, "D" * 480, ("IL",), NEWS, None, corrects=False)
    assert (short.title, short.summary) == ("W" * 90, "D" * 480)


def test_a_change_keeps_what_the_action_says_and_asks_for_the_next_step() -> None:
    draft = draft_of_report("It was repealed\ntoday", "More.", (), OTHER, BASE, corrects=False)
    assert draft == Draft(
        BASE.title, BASE.summary, BASE.states, BASE.topics, BASE.kind, BASE.approach, None, None,
        "It was repealed today", (*BASE.sources, Source(OTHER, "It was repealed today", "example.net")),
        BASE.responds_to, BASE.legal_basis, True,
    )  # fmt: skip
    assert not draft.is_complete
    assert len(draft_of_report("W" * 4000, "", (), OTHER, BASE, corrects=False).note) == 300


def test_a_correction_brings_no_new_step() -> None:
    draft = draft_of_report("The title is wrong", "", (), "", BASE, corrects=True)
    assert draft == draft_of_facts(BASE)
    draft = draft_of_report("The title is wrong", "", (), OTHER, BASE, corrects=True)
    assert draft.sources == (*BASE.sources, Source(OTHER, "The title is wrong", "example.net"))
    assert replace(draft, sources=BASE.sources) == draft_of_facts(BASE)


@pytest.mark.parametrize("corrects", [True, False])
@pytest.mark.parametrize(
    "link", [NEWS, "http://example.org/news/reservoirs/", "https://m.example.org/news/reservoirs"]
)
def test_a_link_that_is_a_source_already_is_not_cited_twice(link: str, *, corrects: bool) -> None:
    """However it is spelt: a source is known by the key of its link, as everywhere."""
    assert draft_of_report("x", "", (), link, BASE, corrects=corrects).sources == BASE.sources


def test_a_source_of_a_link_alone_is_called_by_what_was_written_and_its_host() -> None:
    assert source_of(NEWS, "Counts") == Source(NEWS, "Counts", "example.org")
    assert source_of(NEWS, "") == Source(NEWS, "example.org", "example.org")
    assert source_of("https://аpple.com/", "Apple").publisher == "xn--pple-43d.com"
    long = source_of(f"https://{'a' * 60}.{'b' * 60}.{'c' * 60}.{'d' * 60}.org/", "T" * 300)
    assert (len(long.title), len(long.publisher)) == (200, 200)


# --- of an action


def test_what_stands_is_a_complete_draft() -> None:
    draft = draft_of_facts(BASE)
    assert draft == Draft(
        BASE.title, BASE.summary, BASE.states, BASE.topics, BASE.kind, BASE.approach, Status.ADOPTED, DAY, "",
        BASE.sources, BASE.responds_to, BASE.legal_basis, True,
    )  # fmt: skip
    assert draft.is_complete
    assert facts_of(draft, BASE, TODAY) == BASE, "nothing was decided, so nothing is newly checked either"


@pytest.mark.parametrize("missing", DECIDED)
def test_a_draft_that_lacks_one_of_five_is_not_complete(missing: str) -> None:
    assert WHOLE.is_complete
    gone = replace(WHOLE, **{missing: () if missing == "topics" else None})  # type: ignore[arg-type]
    assert not gone.is_complete
    assert DECIDED == ("status", "date", "kind", "approach", "topics")


# --- what is published


def test_a_new_action_begins_with_its_draft() -> None:
    draft = replace(WHOLE, sources=WHOLE.sources[:1])
    assert facts_of(draft, None, TODAY) == Facts(
        "Counts", "Once a year.", ("OH", "IN"), (Topic.CLIMATE, Topic.GUNS), Kind.BILL, Approach.SHIELD,
        PartialDate(2026, 11), (StatusChange(PartialDate(2026, 11), Status.PENDING, "Read twice", NEWS),),
        WHOLE.sources[:1], ("EO 1",), ("printz-1997",), Verified.SEEN, PartialDate(2026, 11, 20), True,
    )  # fmt: skip


def test_a_new_step_is_added_with_the_new_source_and_today_s_check() -> None:
    draft = replace(
        draft_of_report("It was repealed", "", (), OTHER, BASE, corrects=False),
        status=Status.REPEALED, date=PartialDate(2026, 11, 18),
    )  # fmt: skip
    now = facts_of(draft, BASE, TODAY)
    step = StatusChange(PartialDate(2026, 11, 18), Status.REPEALED, "It was repealed", OTHER)
    assert now == replace(
        BASE, history=(*BASE.history, step), sources=draft.sources, verified=Verified.SEEN,
        checked=PartialDate(2026, 11, 20),
    )  # fmt: skip
    assert now.date == BASE.date, "an action keeps the day on which it began"


def test_a_new_step_without_a_new_source_cites_the_last() -> None:
    base = replace(BASE, sources=(*BASE.sources, Source(OTHER, "U", "Q")))
    draft = replace(draft_of_facts(base), status=Status.BLOCKED, date=PartialDate(2026))
    assert facts_of(draft, base, TODAY).history[-1] == StatusChange(
        PartialDate(2026), Status.BLOCKED, "", OTHER
    )


@pytest.mark.parametrize(
    ("status", "when", "is_step"),
    [
        (Status.ADOPTED, DAY, False),
        (Status.IN_EFFECT, DAY, True),
        (Status.ADOPTED, PartialDate(2025, 3, 5), True),
    ],
)
def test_a_step_is_another_status_or_another_date(
    status: Status, when: PartialDate, *, is_step: bool
) -> None:
    now = facts_of(replace(draft_of_facts(BASE), status=status, date=when), BASE, TODAY)
    assert (len(now.history) == 3) is is_step
    assert (now.checked == PartialDate(2026, 11, 20)) is is_step


def test_mending_words_leaves_steps_and_checks_as_they_are() -> None:
    draft = replace(
        draft_of_facts(BASE), title="Counts its lakes", states=("TX",), topics=(Topic.CLIMATE,),
        kind=Kind.BILL, approach=Approach.REFUSE, responds_to=(), legal_basis=(), challenged=False,
    )  # fmt: skip
    assert facts_of(draft, BASE, TODAY) == replace(
        BASE, title="Counts its lakes", states=("TX",), topics=(Topic.CLIMATE,), kind=Kind.BILL,
        approach=Approach.REFUSE, responds_to=(), legal_basis=(), challenged=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "reasons"),
    [
        ({"title": "T" * 91}, ["title has 91 characters, at most 90 are allowed"]),
        ({"title": ""}, ["title is empty"]),
        ({"summary": "S" * 481}, ["summary has 481 characters, at most 480 are allowed"]),
        ({"states": ()}, ["states has 0 entries, 1 to"]),
        ({"states": ("IL", "IL")}, ["states: the same entry twice"]),
        ({"topics": tuple(Topic)[:4]}, ["topics has 4 entries, 1 to 3 are allowed"]),
        ({"note": "N" * 301}, ["history: note has 301 characters"]),
        ({"date": PartialDate(2024)}, ["history must be oldest first: 2024 stands after 2025"]),
        ({"sources": (*BASE.sources, *BASE.sources)}, ["sources: the same link twice"]),
        ({"sources": (*BASE.sources, Source("http://10.0.0.1/", "T", "P"))}, ["“http://10.0.0.1/” names a"]),
        ({"responds_to": ("EO 1", "eo 1")}, ["responds_to: the same measure twice"]),
        ({"title": "", "summary": ""}, ["title is empty", "summary is empty"]),
    ],
)  # fmt: skip
def test_what_cannot_be_published_says_every_reason(changed: dict[str, object], reasons: list[str]) -> None:
    draft = replace(draft_of_facts(BASE), status=Status.BLOCKED, date=PartialDate(2026))
    with pytest.raises(BadRecordError) as refused:
        facts_of(replace(draft, **changed), BASE, TODAY)  # type: ignore[arg-type]
    for reason in reasons:
        assert reason in str(refused.value)


def test_taking_away_the_source_of_an_earlier_step_is_refused() -> None:
    draft = replace(draft_of_facts(BASE), sources=(Source(OTHER, "U", "Q"),))
    with pytest.raises(
        BadRecordError, match="an entry's source must be the url of one of the action's sources"
    ):
        facts_of(draft, BASE, TODAY)


def test_checked_today() -> None:
    assert checked_today(BASE, TODAY) == replace(
        BASE, verified=Verified.SEEN, checked=PartialDate(2026, 11, 20)
    )


# --- as it is kept


@pytest.mark.parametrize(
    "draft", [Draft(), WHOLE, draft_of_facts(BASE)], ids=["empty", "whole", "of an action"]
)
def test_a_kept_draft_is_the_same_again(draft: Draft) -> None:
    assert draft_from_json(json.loads(json.dumps(draft_to_json(draft)))) == draft


def test_what_is_empty_is_not_kept() -> None:
    assert draft_to_json(Draft()) == {}
    assert draft_to_json(Draft("T", states=("IL",))) == {"title": "T", "states": ["IL"]}


def test_a_draft_that_was_kept_is_read_for_ever() -> None:
    """As databases out there have it: whoever changes the form reads this one still."""
    kept = (
        '{"title": "Counts", "summary": "Once a year.", "states": ["OH", "IN"],'
        ' "topics": ["climate", "guns"], "kind": "bill", "approach": "shield", "status": "pending",'
        ' "date": "2026-11", "note": "Read twice",'
        ' "sources": [{"url": "https://www.example.org/news/reservoirs", "title": "T", "publisher": "P",'
        ' "date": "2025-03-04"},'
        ' {"url": "https://example.net/repealed", "title": "U", "publisher": "Q", "date": null}],'
        ' "responds_to": ["EO 1"], "legal_basis": ["printz-1997"], "challenged": true,'
        ' "reason": "It never happened."}'
    )
    assert draft_from_json(json.loads(kept)) == WHOLE
    assert draft_to_json(WHOLE) == json.loads(kept)


WORD = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
DATES = st.builds(PartialDate, st.integers(1776, 2199), st.none() | st.integers(1, 12))
SOURCES = st.builds(Source, WORD, WORD, WORD, st.none() | DATES)


@given(
    st.builds(
        Draft,
        title=WORD,
        summary=WORD,
        states=st.lists(st.sampled_from([state.code for state in STATES]), max_size=3).map(tuple),
        topics=st.lists(st.sampled_from(Topic), max_size=3).map(tuple),
        kind=st.none() | st.sampled_from(Kind),
        approach=st.none() | st.sampled_from(Approach),
        status=st.none() | st.sampled_from(Status),
        date=st.none() | DATES,
        note=WORD,
        sources=st.lists(SOURCES, max_size=2).map(tuple),
        responds_to=st.lists(WORD, max_size=2).map(tuple),
        legal_basis=st.lists(WORD, max_size=2).map(tuple),
        challenged=st.booleans(),
        reason=WORD,
    )
)
def test_any_draft_is_kept_whole(draft: Draft) -> None:
    assert draft_from_json(json.loads(json.dumps(draft_to_json(draft)))) == draft


@given(
    st.text(st.characters(exclude_categories=()), min_size=1, max_size=600),
    st.text(st.characters(exclude_categories=()), max_size=600),
    st.lists(st.sampled_from([state.code for state in STATES]), min_size=1, max_size=56, unique=True).map(
        tuple
    ),
)
def test_whatever_is_reported_can_be_published_once_it_is_decided(
    what: str, details: str, states: tuple[str, ...]
) -> None:
    """Where there is a word in it: a report of none is refused before."""
    draft = draft_of_report(what, details, states, NEWS, None, corrects=False)
    decided = replace(
        draft, status=Status.ADOPTED, date=DAY, kind=Kind.BILL, approach=Approach.BUILD, topics=(Topic.GUNS,)
    )
    if not draft.title:
        return
    facts = facts_of(decided, None, TODAY)
    assert (facts.title, facts.states, facts.checked) == (draft.title, states, PartialDate(2026, 11, 20))
    assert facts_of(draft_of_facts(facts), facts, date(2027, 1, 1)) == facts
    assert json.dumps(facts_to_json(facts)).encode()
