"""Single actions and what stands around them; who sees what."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from bot.domain.catalogue.actions import Code, Retraction, Source, Status, StatusChange, Verified
from bot.domain.catalogue.dates import PartialDate
from bot.domain.catalogue.filters import Filter
from bot.domain.catalogue.law import Precedent, measure_key
from bot.domain.catalogue.money import Balance
from bot.domain.catalogue.records import parse_record
from bot.domain.catalogue.revisions import Change
from bot.domain.catalogue.topics import Topic
from bot.domain.community.people import Community, Home
from bot.domain.writing.links import link_key
from bot.domain.writing.words import words_of_query
from bot.errors import DatabaseError
from bot.ports.store import read, write
from tests.integration.oracle import Expected, key_of, newest_first, starter
from tests.integration.recount import every_action
from tests.integration.samples import DECISION, NOW, RETRACTION, day, new

if TYPE_CHECKING:
    from bot.ports import UnitOfWork
    from storage.database import Database

COMMONS, TERMINAL, BOTH = ("commons",), ("terminal",), ("commons", "terminal")
EXPECTED = starter()
CITED = "example.org/news/1"
"""The key of the link that sample actions cite."""
BY_CODE = {expected.code: expected for expected in EXPECTED}


def code(text: str) -> Code:
    found = Code.parse(text)
    assert found is not None
    return found


# --- single actions


def test_every_action_is_found_whole_under_its_code(shared_starter: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        for expected in EXPECTED:
            action = uow.catalogue.find(code(expected.code), BOTH)
            assert action is not None
            assert (action.key, action.board) == (expected.row["key"], "commons")
            assert action.facts == parse_record(expected.row).facts
            assert action.retraction is None

    read(shared_starter, work)


def test_lines_show_the_source_behind_the_status(shared_starter: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        for line in uow.catalogue.page(Filter(BOTH), limit=500):
            row = BY_CODE[str(line.code)].row
            cited = row["history"][-1]["source"]
            source = next(s for s in row["sources"] if s["url"] == cited)
            dated = source.get("date")
            assert line.source == Source(
                cited, source["title"], source["publisher"], day(dated) if dated else None
            )
            assert (line.title, str(line.status)) == (row["title"], row["status"])
            assert (list(line.states), str(line.date)) == (row["states"], row["date"])
            assert (str(line.changed), str(line.verified)) == (row["history"][-1]["date"], row["verified"])
            assert (str(line.checked) if line.checked else None) == row.get("checked")

    read(shared_starter, work)


def test_by_key_and_by_code(shared_starter: Database) -> None:
    keys = [expected.row["key"] for expected in EXPECTED]
    codes = [code(expected.code) for expected in EXPECTED]
    by_key = read(shared_starter, lambda uow: uow.catalogue.by_key([*keys, "no-such-key"]))
    by_code = read(shared_starter, lambda uow: uow.catalogue.by_code([*codes, Code("WY", 999)]))
    assert {key: str(action.code) for key, action in by_key.items()} == {
        expected.row["key"]: expected.code for expected in EXPECTED
    }
    assert {action.key: action for action in by_code.values()} == by_key
    assert set(by_code) == set(codes)
    assert read(shared_starter, lambda uow: uow.catalogue.by_key([])) == {}
    assert read(shared_starter, lambda uow: uow.catalogue.by_code([])) == {}


@pytest.mark.parametrize("piece", [1, 7, 500])
def test_everything_comes_once_in_the_order_of_codes(shared_starter: Database, piece: int) -> None:
    def work(uow: UnitOfWork) -> list[str]:
        found, after = list[str](), None
        while actions := uow.catalogue.everything(after, piece):
            found += [str(action.code) for action in actions]
            after = actions[-1].code
        return found

    assert read(shared_starter, work) == sorted(BY_CODE, key=code)


def test_facts_come_back_as_they_were_written(database: Database) -> None:
    links = ("https://example.org/a", "https://example.org/b?q=1&ü=%20", "https://example.net/c")
    title = "Ōlelo Hawaiʻi, “José”, 中文, עברית, 🙂 and \\ % _ ' \" ; --"
    item = new(
        "HI", "TX", "CA",
        title=title[:90],
        summary="x" * 480,
        topics=(Topic.EDUCATION, Topic.CLIMATE, Topic.GUNS),
        sources=(
            Source(links[0], title, "Hilo Post", None),
            Source(links[1], "B", "B", day("2025")),
            Source(links[2], "C", "C", day("2025-02-28")),
        ),
        history=(
            StatusChange(day("2024"), Status.PROPOSED, title, links[2]),
            StatusChange(day("2024-06"), Status.ADOPTED, "", links[0]),
            StatusChange(day("2024-06-30"), Status.BLOCKED, "a note", links[1]),
        ),
        responds_to=("EO 14159 (Jan 20, 2025)", "Bill 中文"),
        verified=Verified.SEEN,
        checked=day("2026-11"),
        challenged=True,
        retraction=Retraction(datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC), title),
        code="HI-77",
        board="terminal",
        key="every-field",
    )  # fmt: skip
    (added,) = write(database, lambda uow: uow.publisher.add([item], DECISION))
    found = read(database, lambda uow: uow.catalogue.find(Code("HI", 77), TERMINAL))
    assert found == added
    assert (found.facts, found.retraction, found.key, found.revision) == (
        item.facts, item.retraction, "every-field", 1,
    )  # fmt: skip


# --- who sees what


def test_an_action_of_a_board_is_seen_there_and_only_there(database: Database) -> None:
    common, local = write(
        database,
        lambda uow: uow.publisher.add(
            [
                new("IL", "TX", responds_to=("EO 1",)),
                new("IL", "FL", board="terminal", responds_to=("EO 1",)),
            ],
            DECISION,
        ),
    )

    def seen(uow: UnitOfWork, boards: tuple[str, ...]) -> dict[str, object]:
        catalogue, which = uow.catalogue, Filter(boards, state="IL")
        return {
            "page": [line.code for line in catalogue.page(which, limit=9)],
            "count": catalogue.count(which),
            "since": catalogue.count(replace(which, since=PartialDate(2020).first_day)),
            "search": [line.code for line in catalogue.page(replace(which, words=("reservoirs",)), limit=9)],
            "tallies": sum(tally.count for tally in uow.statistics.tallies(which)),
            "topics": uow.statistics.topic_counts(which),
            "states": uow.statistics.state_counts(Filter(boards)),
            "partners": uow.statistics.partners(boards, "IL"),
            "find": [found.code for each in (common, local) if (found := catalogue.find(each.code, boards))],
            "related": [line.code for line in catalogue.related(common.code, boards, 5)],
            "histories": len(list(uow.statistics.histories(which))),
            "coverage": {row.state: row.actions for row in uow.statistics.coverage(boards)},
            "measures": [count for _, count in uow.reference.measures(boards)],
            "names": [measure.name for measure in uow.reference.measure_names(boards)],
            "numbered": [line.code for line in catalogue.numbered(boards, "IL", "", 9)],
            "cited": [line.code for line in catalogue.page(Filter(boards, link=CITED), limit=9)],
        }

    topic = common.facts.topics[0]
    assert read(database, lambda uow: seen(uow, COMMONS)) == {
        "page": [common.code], "count": 1, "since": 1, "search": [common.code], "tallies": 1,
        "topics": {topic: 1}, "states": [("IL", 1), ("TX", 1)], "partners": [("TX", 1)],
        "find": [common.code], "related": [], "histories": 1, "coverage": {"IL": 1, "TX": 1}, "measures": [1],
        "names": ["EO 1"], "numbered": [common.code], "cited": [common.code],
    }  # fmt: skip
    assert read(database, lambda uow: seen(uow, TERMINAL)) == {
        "page": [local.code], "count": 1, "since": 1, "search": [local.code], "tallies": 1,
        "topics": {topic: 1}, "states": [("FL", 1), ("IL", 1)], "partners": [("FL", 1)],
        "find": [local.code], "related": [local.code], "histories": 1, "coverage": {"IL": 1, "FL": 1},
        "measures": [1], "names": ["EO 1"], "numbered": [local.code], "cited": [local.code],
    }  # fmt: skip
    assert read(database, lambda uow: seen(uow, BOTH)) == {
        "page": [local.code, common.code], "count": 2, "since": 2, "search": [local.code, common.code],
        "tallies": 2, "topics": {topic: 2}, "states": [("IL", 2), ("FL", 1), ("TX", 1)],
        "partners": [("FL", 1), ("TX", 1)], "find": [common.code, local.code], "related": [local.code],
        "histories": 2, "coverage": {"IL": 2, "TX": 1, "FL": 1}, "measures": [2],
        "names": ["EO 1"], "numbered": [common.code, local.code], "cited": [local.code, common.code],
    }  # fmt: skip
    nothing = read(database, lambda uow: seen(uow, ("nosuch",)))
    assert not any(nothing.values())


def test_a_retracted_action_is_in_no_list_and_no_count_but_under_its_code(database: Database) -> None:
    item = new("IL", "TX", responds_to=("EO 1", "EO 2"), link="https://example.org/shared")
    other = new("IL", "FL", responds_to=("EO 1",), link="https://example.org/shared")
    gone, kept = write(database, lambda uow: uow.publisher.add([item, other], DECISION))
    gone = replace(gone, retraction=RETRACTION)
    write(database, lambda uow: uow.publisher.change([(gone, Change.RETRACTED)], DECISION))

    def work(uow: UnitOfWork) -> None:
        catalogue = uow.catalogue
        for which in (
            Filter(BOTH),
            Filter(BOTH, state="IL"),
            Filter(BOTH, topic=gone.facts.topics[0]),
            Filter(BOTH, since=PartialDate(2020).first_day),
            Filter(BOTH, words=words_of_query("reservoirs")),
            Filter(BOTH, measure=measure_key("EO 1")),
            Filter(BOTH, joint=True),
            Filter(BOTH, link="example.org/shared"),
        ):
            assert [line.code for line in catalogue.page(which, limit=9)] == [kept.code]
            assert catalogue.count(which) == 1
            assert uow.statistics.state_counts(which) == [("FL", 1), ("IL", 1)]
            assert len(list(uow.statistics.histories(which))) == 1
        assert catalogue.page(Filter(BOTH, state="TX"), limit=9) == []
        assert uow.statistics.tallies(Filter(BOTH, state="TX")) == []
        assert uow.statistics.topic_counts(Filter(BOTH, state="TX")) == {}
        assert uow.statistics.partners(BOTH, "IL") == [("FL", 1)]
        assert uow.statistics.partners(BOTH, "TX") == []
        assert {row.state for row in uow.statistics.coverage(BOTH)} == {"FL", "IL"}
        assert [measure.name for measure, _ in uow.reference.measures(BOTH)] == ["EO 1"]
        assert [measure.name for measure in uow.reference.measure_names(BOTH)] == ["EO 1"]
        assert [line.code for line in catalogue.numbered(BOTH, "IL", "", 9)] == [kept.code]
        assert catalogue.related(kept.code, BOTH, 5) == []
        assert uow.statistics.shared_measures(BOTH, "IL", "TX") == []
        found = catalogue.find(gone.code, BOTH)
        assert found is not None
        assert found.retraction == RETRACTION
        assert list(every_action(uow)) == sorted([found, kept], key=lambda action: action.code)
        assert not catalogue.is_empty()

    read(database, work)


# --- found by a part of what people type


@pytest.mark.parametrize("limit", [1, 3, 500])
def test_codes_that_begin_with_digits(shared_starter: Database, limit: int) -> None:
    def work(uow: UnitOfWork) -> int:
        longest = 0
        for state in ("CA", "TX", "IL", "WY", "GU"):
            mine = sorted(int(c.split("-")[1]) for c in BY_CODE if c.startswith(f"{state}-"))
            for digits in ("", *map(str, range(1, 130)), "9999999", "10000000"):
                expected = [f"{state}-{number}" for number in mine if str(number).startswith(digits)]
                lines = uow.catalogue.numbered(BOTH, state, digits, limit)
                assert [str(line.code) for line in lines] == expected[:limit]
                longest = max(longest, len(expected))
        return longest

    assert read(shared_starter, work) > 10


def test_the_highest_codes_are_found_by_their_digits(database: Database) -> None:
    numbers = [3, 29, 30, 39, 40, 299, 300, 399, 400, 3_999, 30_000, 399_999, 3_000_000, 3_999_999, 4_000_000,
               9_999_999]  # fmt: skip
    codes = [f"IL-{number}" for number in numbers]
    items = [new("IL", code=code) for code in reversed(codes)]
    write(database, lambda uow: uow.publisher.add([*items, new("TX", code="TX-31")], DECISION))

    def found(digits: str, limit: int = 99) -> list[str]:
        lines = read(database, lambda uow: uow.catalogue.numbered(COMMONS, "IL", digits, limit))
        return [str(line.code) for line in lines]

    assert found("3") == [text for text in codes if text.startswith("IL-3")]
    assert found("3", 4) == ["IL-3", "IL-30", "IL-39", "IL-300"]
    assert found("39") == ["IL-39", "IL-399", "IL-3999", "IL-399999", "IL-3999999"]
    assert found("") == codes
    assert found("9999999") == ["IL-9999999"]
    for nothing in ("0", "03", "x", "-3", "3 ", " ", "٣", "3%", "3.0", "99999999", "9" * 400):
        assert found(nothing) == []


def test_codes_are_found_by_their_index_however_many_actions_there_are(database: Database, kind: str) -> None:
    if kind != "sqlite":
        pytest.skip("with a handful of rows PostgreSQL rightly reads them all")
    asked: list[tuple[str, Any]] = []
    event.listen(database._reader, "before_cursor_execute", lambda *given: asked.append(given[2:4]))
    read(database, lambda uow: uow.catalogue.numbered(BOTH, "IL", "3", 9))
    statement, values = next(each for each in asked if "code_number" in each[0])
    with database._reader.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    steps = [row.detail for row in plan if " actions" in row.detail and "PRIMARY KEY" not in row.detail]
    # By the index that makes codes unique, one range for each length of number.
    assert [step.partition("(")[2] for step in steps] == [
        "code_state=? AND code_number>? AND code_number<?)"
    ] * 7


def test_measures_by_name(shared_starter: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        for boards in (BOTH, COMMONS, TERMINAL, ()):
            counted = uow.reference.measures(boards)
            assert uow.reference.measure_names(boards) == [measure for measure, _ in counted]
        assert len(uow.reference.measure_names(BOTH)) > 20

    read(shared_starter, work)


def test_a_link_is_found_whatever_its_spelling_and_no_longer_when_it_was_taken_out(
    database: Database,
) -> None:
    spellings = ("https://example.org/a?id=1", "http://www.example.org/a/amp?utm_source=x&id=1#top")
    one, other = write(
        database, lambda uow: uow.publisher.add([new("IL", link=each) for each in spellings], DECISION)
    )

    def citing(link: str) -> list[Code]:
        which = Filter(COMMONS, link=link_key(link))
        lines = read(database, lambda uow: uow.catalogue.page(which, limit=9))
        assert read(database, lambda uow: uow.catalogue.count(which)) == len(lines)
        return [line.code for line in lines]

    assert [citing(each) for each in spellings] == [[other.code, one.code]] * 2
    assert citing("https://example.org/a?id=2") == []
    moved = replace(other, facts=new("IL", link="https://example.org/b").facts)
    write(database, lambda uow: uow.publisher.change([(moved, Change.CHANGED)], DECISION))
    assert citing(spellings[1]) == [one.code]
    assert citing("https://m.example.org/b") == [other.code]


# --- what stands around actions


def test_partners(shared_starter: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        for state in ("CA", "TX", "NJ", "WY", "GU"):
            together = Counter(
                other
                for expected in EXPECTED
                if state in expected.row["states"]
                for other in expected.row["states"]
                if other != state
            )
            ordered = sorted(together.items(), key=lambda item: (-item[1], item[0]))
            assert uow.statistics.partners(BOTH, state) == ordered

    read(shared_starter, work)


def common_weight(one: Expected, other: Expected) -> int:
    """A shared source counts 5, a measure 3, a precedent 1."""
    weight = 0
    for name, worth in (("responds_to", 3), ("legal_basis", 1)):
        key = key_of if name == "responds_to" else str
        weight += worth * len(
            {key(x) for x in one.row.get(name, [])} & {key(x) for x in other.row.get(name, [])}
        )
    return weight + 5 * len({s["url"] for s in one.row["sources"]} & {s["url"] for s in other.row["sources"]})


def test_related(shared_starter: Database) -> None:
    def work(uow: UnitOfWork) -> int:
        most = 0
        for expected in EXPECTED:
            weights = {o.code: w for o in EXPECTED if o is not expected and (w := common_weight(expected, o))}
            ranked = sorted(weights, key=lambda c: (weights[c], BY_CODE[c].place), reverse=True)
            lines = uow.catalogue.related(code(expected.code), BOTH, 5)
            assert [str(line.code) for line in lines] == ranked[:5]
            most = max(most, len(ranked))
        assert uow.catalogue.related(Code("WY", 999), BOTH, 5) == []
        return most

    assert read(shared_starter, work) > 5


def test_histories(shared_starter: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        for which in (
            Filter(BOTH), Filter(BOTH, state="CA"), Filter(BOTH, topic=Topic.CLIMATE), Filter(TERMINAL),
        ):  # fmt: skip
            found = [
                (str(began), tuple((str(date), str(status)) for date, status in steps))
                for began, steps in uow.statistics.histories(which)
            ]
            expected = [
                (e.row["date"], tuple((h["date"], h["status"]) for h in e.row["history"]))
                for e in newest_first(EXPECTED, which)
            ]
            assert Counter(found) == Counter(expected)
        # Reading piece by piece is over with the list: what follows is read as ever.
        assert uow.catalogue.count(Filter(BOTH)) == len(EXPECTED)

    read(shared_starter, work)


def test_coverage(shared_starter: Database) -> None:
    covered = {row.state: row for row in read(shared_starter, lambda uow: uow.statistics.coverage(BOTH))}
    states = {state for expected in EXPECTED for state in expected.row["states"]}
    assert set(covered) == states
    for state in states:
        mine = [e for e in EXPECTED if state in e.row["states"]]
        row = covered[state]
        assert row.actions == len(mine)
        unchecked = [e for e in mine if e.row["verified"] != "seen"]
        assert row.unchecked == len(unchecked)
        newest = max(mine, key=lambda e: e.place).changed
        assert str(row.newest) == newest
        checked = [e.row["checked"] for e in mine if e.row.get("checked")]
        assert (str(row.last_checked) if row.last_checked else None) == max(checked, default=None)


def test_coverage_counts_a_check_only_where_all_was_seen(database: Database) -> None:
    checked = [
        new("OH", verified=Verified.PARTLY, checked=day("2026-11")),
        new("OH", verified=Verified.SEEN, checked=day("2026-10-31"), on="2026-05"),
        new("OH", verified=Verified.SEEN),
    ]
    write(database, lambda uow: uow.publisher.add(checked, DECISION))
    (row,) = read(database, lambda uow: uow.statistics.coverage(BOTH))
    assert (row.state, row.actions, row.unchecked) == ("OH", 3, 1)
    assert (row.last_checked, row.newest) == (day("2026-10-31"), day("2026-05"))


def test_shared_measures(shared_starter: Database) -> None:
    def work(uow: UnitOfWork) -> int:
        longest = 0
        for one, other in combinations(("CA", "TX", "NJ", "IL", "FL", "WA"), 2):
            answered: dict[str, dict[str, set[str]]] = {}
            for e in EXPECTED:
                for name in e.row.get("responds_to", []):
                    for state in {one, other} & set(e.row["states"]):
                        answered.setdefault(measure_key(name), {}).setdefault(state, set()).add(e.code)
            both = {
                key: len(set.union(*by_state.values()))
                for key, by_state in answered.items()
                if len(by_state) == 2
            }
            found = uow.statistics.shared_measures(BOTH, one, other)
            assert [(measure_key(name), count) for name, count in found] == sorted(
                both.items(), key=lambda item: (-item[1], item[0])
            )
            assert found == uow.statistics.shared_measures(BOTH, other, one)
            longest = max(longest, len(found))
        return longest

    assert read(shared_starter, work) > 1


def test_measures_with_how_many_answer_them(shared_starter: Database) -> None:
    expected = Counter(
        key for e in EXPECTED for key in {measure_key(name) for name in e.row.get("responds_to", [])}
    )
    found = read(shared_starter, lambda uow: uow.reference.measures(BOTH))
    assert {measure.key: count for measure, count in found} == expected
    assert len(found) == len(expected)
    assert all(measure_key(measure.name) == measure.key for measure, _ in found)


def test_precedents_and_balances_are_those_of_the_package_and_can_be_renewed(starter: Database) -> None:
    data = files("bot").joinpath("data")
    precedents = [
        Precedent(**item) for item in json.loads(data.joinpath("precedents.json").read_text(encoding="utf-8"))
    ]
    stored = read(starter, lambda uow: uow.reference.precedents())
    assert stored == sorted(precedents, key=lambda p: (p.year, p.key))
    balances = read(starter, lambda uow: uow.reference.balances())
    assert [b.state for b in balances] == sorted({b.state for b in balances})
    assert len(balances) == 50
    renamed = replace(stored[0], name="Another name")
    newer = Balance("NJ", 2024, -12, "P", "T", "https://example.org")

    def renew(uow: UnitOfWork) -> None:
        uow.reference.replace_precedents([renamed])
        uow.reference.replace_balances([replace(balances[0], per_person=7), newer])

    write(starter, renew)
    assert read(starter, lambda uow: uow.reference.precedents()) == [renamed, *stored[1:]]
    now = read(starter, lambda uow: uow.reference.balances())
    assert len(now) == 51
    assert now[0] == replace(balances[0], per_person=7)
    assert newer in now


def test_communities_homes_and_boards(database: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        assert uow.communities.boards() == ["commons", "terminal"]
        assert uow.communities.at(Home("terminal", "terminal")) == Community(1, "terminal", curator=True)
        assert uow.communities.at(Home("terminal", "elsewhere")) is None
        assert uow.communities.at(None) is None

    read(database, work)
    write(database, lambda uow: uow.communities.add("springfield"))
    write(database, lambda uow: uow.publisher.add([new("IL", board="springfield")], DECISION))
    assert read(database, lambda uow: uow.communities.boards()) == ["commons", "terminal", "springfield"]
    found = read(database, lambda uow: uow.catalogue.find(Code("IL", 1), ("commons", "springfield")))
    assert found is not None
    assert found.board == "springfield"


def test_long_tokens_belong_to_their_community(database: Database) -> None:
    def store(uow: UnitOfWork) -> None:
        uow.tokens.store({"d1": "one", "d2": "two"}, 1)
        uow.tokens.store({"d1": "nobody's"}, None)
        uow.tokens.store({"d1": "another body, never stored"}, 1)

    write(database, store)

    def work(uow: UnitOfWork) -> list[str | None]:
        load = uow.tokens.load
        return [load("d1", 1), load("d2", 1), load("d1", None), load("d2", None), load("d1", 2)]

    assert read(database, work) == ["one", "two", "nobody's", None, None]


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(DatabaseError, match="read-only"):
        read(database, lambda uow: uow.publisher.add([new("IL")], DECISION))
    assert read(database, lambda uow: uow.catalogue.is_empty())


def test_a_reader_sees_one_moment(database: Database) -> None:
    def work(uow: UnitOfWork) -> tuple[int, int]:
        first = uow.catalogue.count(Filter(COMMONS))
        write(database, lambda other: other.publisher.add([new("IL")], DECISION))
        return first, uow.catalogue.count(Filter(COMMONS))

    assert read(database, work) == (0, 0)
    assert read(database, lambda uow: uow.catalogue.count(Filter(COMMONS))) == 1


def test_times_are_utc_and_never_naive(database: Database) -> None:
    naive = replace(DECISION, at=NOW.replace(tzinfo=None))
    with pytest.raises(DatabaseError):
        write(database, lambda uow: uow.publisher.add([new("IL")], naive))
    elsewhere = replace(DECISION, at=datetime.fromisoformat("2026-11-20T09:02:00-05:00"))
    write(database, lambda uow: uow.publisher.add([new("IL")], elsewhere))
    (revision,) = read(database, lambda uow: uow.revisions.since(0, 5))
    assert revision.decision.at == NOW
    assert revision.decision.at.tzinfo is UTC
