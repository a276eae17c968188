"""Records: the starter catalogue is valid, what is wrong is named, and nothing but a reason comes of it."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue.actions import Action, Code, Facts, Retraction, Stage, Status
from bot.domain.catalogue.records import (
    BadRecordError,
    Json,
    action_from_json,
    action_to_json,
    facts_to_json,
    parse_record,
    record_to_json,
)
from bot.domain.catalogue.states import BY_CODE
from bot.domain.community.people import COMMONS

STARTER = files("bot").joinpath("data/actions.jsonl").read_text("utf-8").splitlines()
A, B = "https://example.org/a", "https://example.org/b?x=1#y"
GOOD: Json = {
    "key": "tx-grid-2021",
    "title": "Runs a power grid of its own",
    "summary": "Texas keeps its grid apart from the two national ones.",
    "states": ["TX", "VT"],
    "topics": ["climate", "supply-chain"],
    "kind": "program",
    "approach": "build",
    "status": "in_effect",
    "date": "2021",
    "history": [
        {"date": "2021", "status": "adopted", "note": "Signed", "source": A},
        {"date": "2021-06-08", "status": "in_effect", "note": "", "source": B},
    ],
    "responds_to": ["EO 14159 (Jan 20, 2025)"],
    "legal_basis": ["printz-1997"],
    "sources": [
        {"url": A, "title": "The bill", "publisher": "Texas Legislature", "date": "2021-06"},
        {"url": B, "title": "The law", "publisher": "Vermont Digger"},
    ],
    "verified": "seen",
    "checked": "2026-11",
}
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(exclude_categories=()), max_size=30),
    st.sampled_from(
        [
            "IL",
            "climate",
            "seen",
            "2025-07",
            A,
            "\ud800",
            "a\0b",
            "\u202e",
            "\x1b[31m",
            "9999-12-31T23:59-14:00",
        ]
    ),
)
NAMES = st.sampled_from(
    [*GOOD, "url", "publisher", "note", "source", "at", "reason", "code", "board", "retracted", "challenged"]
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=12,
)


def reasons(data: object) -> list[str]:
    with pytest.raises(BadRecordError) as error:
        parse_record(data)
    for reason in error.value.reasons:
        assert reason.encode()
        assert reason.isprintable(), reason
    return error.value.reasons


def changed(path: str, value: Any) -> Json:
    """The good record with one value replaced, or taken away when it is `...`."""
    data: Any = deepcopy(GOOD)
    *way, last = [int(step) if step.isdecimal() else step for step in path.split("/")]
    inner = data
    for step in way:
        inner = inner[step]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return dict(data)


@pytest.mark.parametrize("line", STARTER, ids=lambda line: json.loads(line)["key"])
def test_every_row_of_the_starter_catalogue_is_valid_and_comes_back_as_it_was(line: str) -> None:
    data = json.loads(line)
    record = parse_record(data)
    assert {"key": record.key, **facts_to_json(record.facts)} == data
    assert parse_record(record_to_json(record)) == record


def test_the_starter_catalogue_has_both_coasts_and_the_middle_each_key_once() -> None:
    rows = [json.loads(line) for line in STARTER]
    assert len(rows) == 267
    assert len({row["key"] for row in rows}) == 267
    assert {code for row in rows for code in row["states"]} <= BY_CODE.keys()
    assert {"CA", "TX", "VT", "WY"} <= {code for row in rows for code in row["states"]}
    assert all(("checked" in row) == (row["verified"] == "seen") for row in rows)


def test_the_starter_catalogue_rests_on_precedents_that_are_there() -> None:
    precedents = json.loads(files("bot").joinpath("data/precedents.json").read_text("utf-8"))
    keys = [precedent["key"] for precedent in precedents]
    assert len(keys) == len(set(keys)) == 44
    assert {key for line in STARTER for key in json.loads(line).get("legal_basis", [])} <= set(keys)


def test_a_good_record_is_read_whole() -> None:
    record = parse_record(GOOD)
    facts = record.facts
    assert (record.key, record.board, record.code, record.retraction) == ("tx-grid-2021", COMMONS, None, None)
    assert record.has_history
    assert record.given == {"checked"}
    assert (facts.states, facts.status, str(facts.changed)) == (("TX", "VT"), Status.IN_EFFECT, "2021-06-08")
    assert facts.status.stage is Stage.LIVE
    assert [source.publisher for source in facts.sources] == ["Texas Legislature", "Vermont Digger"]


def test_optional_fields_may_be_missing() -> None:
    data = {
        name: value
        for name, value in GOOD.items()
        if name not in ("responds_to", "legal_basis", "verified", "checked")
    }
    facts = parse_record(data).facts
    assert (facts.responds_to, facts.legal_basis, facts.verified, facts.checked) == ((), (), "partly", None)


def test_what_the_file_says_beyond_the_facts_is_kept() -> None:
    more = {
        "code": "IL-17",
        "board": "ohio-desk",
        "challenged": True,
        "retracted": {"reason": "Twice on file", "at": "2026-05-01T14:00:00+02:00"},
    }
    record = parse_record({**GOOD, **more})
    assert record.code == Code("IL", 17)
    assert record.board == "ohio-desk"
    assert record.facts.challenged
    assert record.retraction == Retraction(datetime(2026, 5, 1, 12, tzinfo=UTC), "Twice on file")
    assert record.given == {"checked", "board", "challenged", "retracted"}


@pytest.mark.parametrize(("value", "is_retracted"), [(True, True), (False, False), (None, False), ({}, True)])
def test_retracted_may_be_said_in_short(value: object, *, is_retracted: bool) -> None:
    record = parse_record({**GOOD, "retracted": value})
    assert (record.retraction is not None) == is_retracted
    assert "retracted" in record.given
    assert parse_record(record_to_json(record)) == record


def test_texts_are_cleaned() -> None:
    facts = parse_record({**GOOD, "title": " Cafe\u0301\n\u202e plan\0 \ud800"}).facts
    assert facts.title == "Café plan"


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("key", ..., "key is missing"),
        ("key", 7, "key must be text"),
        ("key", "Not A Slug", "key: use"),
        ("title", ..., "title is missing"),
        ("title", "", "title is empty"),
        ("title", "\0\u200b", "title is empty"),
        ("title", "x" * 91, "title has 91 characters, at most 90"),
        ("title", ["x"], "title must be text"),
        ("summary", "x" * 481, "summary has 481 characters"),
        ("states", ..., "states is missing"),
        ("states", [], "states has 0 entries"),
        ("states", "IL", "states must be a list"),
        ("states", ["il"], "states: “il” is not a postal code"),
        ("states", ["XX"], "states: “XX” is not a postal code"),
        ("states", ["TX", "TX"], "states: the same entry twice"),
        ("states", [["TX"]], "states: “a list”"),
        ("topics", ["climate", "guns", "labor", "drugs"], "topics has 4 entries, 1 to 3"),
        ("topics", ["weather"], "topics: “weather” is none of"),
        ("topics", ["guns", "guns"], "topics: the same entry twice"),
        ("topics", [None], "topics is missing"),
        ("kind", "law", "kind: “law” is none of"),
        ("kind", {"a": 1}, "kind: “an object”"),
        ("approach", ..., "approach is missing"),
        ("approach", 7, "approach: “a number”"),
        ("status", "active", "status: “active”"),
        ("status", "won", "status is won, but the last entry of history is in_effect"),
        ("date", "2021-13", "date: “2021-13” has no month"),
        ("date", 2021, "date must be text"),
        ("date", None, "date is missing"),
        ("history", [], "history has 0 entries"),
        ("history", {}, "history must be a list"),
        ("history", ["x"], "history: an entry is not an object"),
        ("history/0/date", "soon", "history: date: “soon”"),
        ("history/0/status", ..., "history: status is missing"),
        ("history/0/note", [], "history: note must be text"),
        ("history/0/note", "x" * 301, "history: note has 301"),
        ("history/0/source", "https://example.org/c", "history: an entry's source"),
        ("history/0/source", ["x"], "history: an entry's source"),
        ("history/0/who", "Ann", "history: unknown field who"),
        ("history/0/date", "2022", "history must be oldest first"),
        ("responds_to", "EO 14159", "responds_to must be a list"),
        ("responds_to", [""], "responds_to is empty"),
        ("responds_to", ["EO 1", "eo 1."], "responds_to: the same measure twice"),
        ("responds_to", ["x" * 201], "responds_to has 201"),
        ("legal_basis", [1], "legal_basis must be text"),
        ("sources", [], "sources has 0 entries"),
        ("sources", [None], "sources: an entry is not an object"),
        ("sources/1/url", A, "sources: the same link twice"),
        ("sources/0/url", "ftp://example.org", "sources: “ftp://example.org”"),
        ("sources/0/url", "https://example.org/\ud800", "sources: the link has"),
        ("sources/0/url", ..., "sources: an entry has no url"),
        ("sources/0/title", ..., "the title of a source is missing"),
        ("sources/0/publisher", 1, "the publisher of a source must be text"),
        ("sources/0/date", "June", "the date of a source: “June”"),
        ("sources/0/author", "Ann", "sources: unknown field author"),
        ("verified", "yes", "verified: “yes” is none of seen, partly"),
        ("verified", None, "verified is missing"),
        ("checked", "today", "checked: “today”"),
        ("checked", False, "checked must be text"),
        ("challenged", "yes", "challenged must be true or false"),
        ("code", "ZZ-1", "code: “ZZ-1” is not a code"),
        ("code", "il-1", "code: “il-1” is not a code"),
        ("code", 17, "code: “a number”"),
        ("board", "No Board!", "board: give the name"),
        ("board", None, "board: give the name"),
        ("retracted", "yes", "retracted: give true"),
        ("retracted", 0, "retracted: give true"),
        ("retracted", {"by": "Ann"}, "retracted: give true"),
        ("retracted", {"reason": []}, "retracted: reason must be text"),
        ("retracted", {"at": "May"}, "retracted: at must be a time"),
        ("retracted", {"at": 20260501}, "retracted: at must be a time"),
        ("retracted", {"at": "9999-12-31T23:59:00-14:00"}, "retracted: at must be a time"),
        ("colour", "red", "unknown field colour"),
        ("\ud800\x1b", 1, "unknown field "),
    ],
)
def test_every_bad_field_is_named(path: str, value: object, reason: str) -> None:
    assert any(said.startswith(reason) for said in reasons(changed(path, value))), reasons(
        changed(path, value)
    )


def test_order_is_judged_over_the_whole_history_and_by_what_dates_can_be() -> None:
    steps = [{"date": date, "status": "in_effect", "source": A} for date in ("2021-03", "2021", "2021-02")]
    assert "oldest first" in reasons({**GOOD, "history": steps})[0]
    assert parse_record({**GOOD, "history": steps[:2]}).facts.history[1].date.month is None


def test_all_reasons_come_at_once() -> None:
    said = reasons({**GOOD, "title": "", "kind": "law", "date": "soon", "states": ["XX"]})
    assert [reason.split(":")[0].split()[0] for reason in said] == ["title", "states", "kind", "date"]


@pytest.mark.parametrize("data", [None, [], "text", 7, True, [GOOD]])
def test_what_is_no_object_is_refused(data: object) -> None:
    assert reasons(data) == ["it is not a JSON object"]


@pytest.mark.parametrize("field", sorted(GOOD))
def test_a_number_too_long_to_print_is_only_a_bad_value(field: str) -> None:
    assert reasons({**GOOD, field: 10**5000})


@given(JSON)
def test_any_json_is_a_record_or_a_list_of_reasons(data: object) -> None:
    said = ["good"]
    try:
        parse_record(data)
    except BadRecordError as error:
        said = error.reasons
    assert said
    assert all(reason.encode() for reason in said)


@given(st.data())
def test_any_wrong_value_at_any_place_gives_a_record_or_reasons(data: st.DataObject) -> None:
    path = data.draw(
        st.sampled_from(
            [
                *GOOD,
                "code",
                "board",
                "retracted",
                "challenged",
                "states/0",
                "history/0",
                "history/1/note",
                "history/0/source",
                "sources/0",
                "sources/0/url",
                "sources/1/title",
            ]
        )
    )
    said, record = ["good"], None
    try:
        record = parse_record(changed(path, data.draw(JSON)))
    except BadRecordError as error:
        said = error.reasons
    assert said
    assert all(reason.encode() for reason in said)
    if record:
        assert json.dumps(record_to_json(record), ensure_ascii=False).encode()
        assert parse_record(json.loads(json.dumps(record_to_json(record)))) == record


@pytest.mark.parametrize(
    "retraction", [None, Retraction(None, ""), Retraction(datetime(2026, 5, 1, tzinfo=UTC), "Why")]
)
def test_an_action_comes_back_from_its_json(retraction: Retraction | None) -> None:
    facts: Facts = parse_record({**GOOD, "challenged": True}).facts
    action = Action(Code("TX", 3), "tx-grid-2021", "ohio-desk", facts, retraction, 12)
    data = json.loads(json.dumps(action_to_json(action)))
    assert action_from_json(data, 12) == action


@pytest.mark.parametrize("link", ["http://192.168.0.1/news", "https://intranet.local/a"])
def test_what_was_published_when_less_was_asked_of_a_link_is_still_read(link: str) -> None:
    """Revisions of earlier releases may cite a machine: nobody could publish it now, and it is on file."""
    facts = parse_record(GOOD).facts
    (first, *others), (step, *steps) = facts.sources, facts.history
    cited = replace(
        facts, sources=(replace(first, url=link), *others), history=(replace(step, source=link), *steps)
    )
    action = Action(Code("TX", 17), "tx-grid-2021", COMMONS, cited, None, 812)
    assert action_from_json(action_to_json(action), 812) == action
    with pytest.raises(BadRecordError, match="names"):
        parse_record({"key": "tx-grid-2021", **facts_to_json(cited)})


def test_newest_is_by_the_last_status_change_then_the_code() -> None:
    facts = parse_record(GOOD).facts
    ninth, tenth = (Action(Code("TX", number), "key", COMMONS, facts) for number in (9, 10))
    assert ninth.sort_key == "20210608TX0000009"
    assert ninth.sort_key < tenth.sort_key
