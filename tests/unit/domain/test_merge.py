"""What an import means for an action that is already there."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue.actions import Action, Code, Facts, Retraction
from bot.domain.catalogue.dates import PartialDate
from bot.domain.catalogue.merge import Merge, merge
from bot.domain.catalogue.records import Json, Record, facts_to_json, parse_record
from bot.domain.community.people import COMMONS

A, B, C = (f"https://example.org/{letter}" for letter in "abc")
AT = datetime(2026, 5, 1, 12, tzinfo=UTC)


def source(url: str) -> Json:
    return {"url": url, "title": f"Page {url[-1]}", "publisher": "Example Press"}


def step(date: str, status: str, url: str = A) -> Json:
    return {"date": date, "status": status, "note": "", "source": url}


def record(*, has_history: bool = True, **changes: Any) -> Record:
    data: Json = {
        "key": "oh-plan-2025",
        "title": "Keeps a stock of medicines",
        "summary": "Ohio buys ahead.",
        "states": ["OH"],
        "topics": ["supply-chain"],
        "kind": "program",
        "approach": "build",
        "date": "2025-01",
        "history": [step("2025-01", "proposed")],
        "sources": [source(A)],
        "verified": "seen",
        **changes,
    }
    data["status"] = data["history"][-1]["status"]
    return replace(parse_record(data), has_history=has_history)


def action(facts: Facts, retraction: Retraction | None = None) -> Action:
    return Action(Code("OH", 1), "oh-plan-2025", COMMONS, facts, retraction, 1)


def again(file: Record, before: Merge, *, theirs: bool = False) -> Merge:
    """The same file once more, after the first merge was written and its base went through the database."""
    base = before.base
    if base:
        base = parse_record({"key": "base", **json.loads(json.dumps(facts_to_json(base)))}).facts
        assert base == before.base
    return merge(file, base, action(before.facts, before.retraction), theirs=theirs)


BASE = record().facts
EDITED = replace(BASE, title="Keeps medicines in stock")


def test_the_same_file_changes_nothing() -> None:
    merged = merge(record(), BASE, action(BASE), theirs=False)
    assert (merged.facts, merged.base, merged.changed, merged.conflicts) == (BASE, BASE, (), ())


def test_a_field_that_only_the_file_changed_is_taken() -> None:
    merged = merge(record(summary="Ohio buys early."), BASE, action(EDITED), theirs=False)
    assert merged.facts == replace(EDITED, summary="Ohio buys early.")
    assert (merged.changed, merged.conflicts) == (("summary",), ("title",))
    assert merged.base == replace(BASE, summary="Ohio buys early.")


def test_a_field_edited_since_is_a_conflict_even_where_the_file_is_as_it_was() -> None:
    kept = merge(record(), BASE, action(EDITED), theirs=False)
    assert (kept.facts, kept.changed, kept.conflicts) == (EDITED, (), ("title",))
    assert kept.base == BASE
    taken = merge(record(), BASE, action(EDITED), theirs=True)
    assert (taken.facts, taken.changed, taken.conflicts) == (BASE, ("title",), ())


def test_a_field_that_both_changed_is_a_conflict_and_kept() -> None:
    file = record(title="Stores medicines", summary="Ohio buys early.")
    merged = merge(file, BASE, action(EDITED), theirs=False)
    assert merged.facts == replace(EDITED, summary="Ohio buys early.")
    assert (merged.changed, merged.conflicts) == (("summary",), ("title",))
    repeated = again(file, merged)
    assert (repeated.changed, repeated.conflicts) == ((), ("title",))


def test_theirs_takes_the_conflicts_from_the_file() -> None:
    file = record(title="Stores medicines")
    merged = merge(file, BASE, action(EDITED), theirs=True)
    assert merged.facts.title == "Stores medicines"
    assert (merged.changed, merged.conflicts, merged.base) == (("title",), (), file.facts)


def test_both_sides_may_come_to_the_same() -> None:
    file = record(title=EDITED.title)
    merged = merge(file, BASE, action(EDITED), theirs=False)
    assert (merged.changed, merged.conflicts, merged.base) == ((), (), file.facts)


def test_an_action_that_import_never_wrote_is_only_in_conflict() -> None:
    merged = merge(record(), None, action(EDITED), theirs=False)
    assert (merged.facts, merged.changed, merged.conflicts, merged.base) == (EDITED, (), ("title",), None)
    taken = merge(record(), None, action(EDITED), theirs=True)
    assert (taken.facts, taken.changed, taken.base) == (BASE, ("title",), BASE)


def test_a_file_has_no_say_on_fields_it_does_not_speak_of() -> None:
    ours = replace(BASE, checked=PartialDate(2026, 12), challenged=True)
    merged = merge(record(), BASE, action(ours), theirs=True)
    assert (merged.facts, merged.changed, merged.conflicts) == (ours, (), ())
    later = merge(record(checked="2026-11"), merged.base, action(ours), theirs=False)
    assert (later.facts.checked, later.conflicts) == (PartialDate(2026, 12), ("checked",))


def test_sources_that_the_history_cites_stay_with_it() -> None:
    ours = parse_history(step("2025-01", "proposed"), step("2025-03", "adopted", B), sources=[A, B])
    file = record(sources=[source(A), source(C)], history=[step("2025-01", "proposed")])
    merged = merge(file, BASE, action(ours), theirs=False)
    assert [s.url for s in merged.facts.sources] == [A, B]
    assert merged.conflicts == ("history", "sources")
    forced = merge(file, BASE, action(ours), theirs=True)
    assert [s.url for s in forced.facts.sources] == [A, C]
    assert forced.facts.history == file.facts.history
    assert forced.changed == ("history", "sources")
    assert again(file, forced).changed == ()


def test_a_new_status_comes_with_all_its_sources_where_nobody_edited() -> None:
    file = record(
        history=[step("2025-01", "proposed"), step("2025-03", "adopted", B)],
        sources=[source(A), source(B), source(C)],
    )
    merged = merge(file, BASE, action(BASE), theirs=False)
    assert (merged.facts, merged.base, merged.conflicts) == (file.facts, file.facts, ())


def test_a_new_status_is_taken_where_people_added_a_source() -> None:
    ours = parse_history(step("2025-01", "proposed"), sources=[A, C])
    file = record(
        history=[step("2025-01", "proposed"), step("2025-03", "adopted", B)], sources=[source(A), source(B)]
    )
    merged = merge(file, BASE, action(ours), theirs=False)
    assert merged.facts.history == file.facts.history
    assert [s.url for s in merged.facts.sources] == [A, C, B]
    assert (merged.changed, merged.conflicts) == (("history", "sources"), ("sources",))
    assert again(file, merged).changed == ()


def test_what_import_wrote_stays_valid_when_one_side_of_history_and_sources_is_kept() -> None:
    ours = parse_history(step("2025-01", "proposed"), step("2025-03", "adopted"), sources=[A])
    file = record(sources=[source(B)], history=[step("2025-01", "proposed", B)])
    merged = merge(file, BASE, action(ours), theirs=False)
    assert merged.conflicts == ("history",)
    assert [s.url for s in merged.facts.sources] == [B, A]
    repeated = again(file, merged)
    assert (repeated.changed, repeated.conflicts) == ((), ("history",))


def test_a_spreadsheet_row_that_says_how_it_stands_changes_nothing() -> None:
    ours = parse_history(step("2025-01", "proposed"), step("2025-03", "adopted"))
    row = record(history=[step("2025-03", "adopted")], has_history=False)
    merged = merge(row, BASE, action(ours), theirs=False)
    assert (merged.facts, merged.changed, merged.conflicts) == (ours, (), ())
    # It did not write that history, so that the full file, unchanged, does not take it back.
    assert merge(record(), merged.base, action(ours), theirs=False).changed == ()


def test_a_spreadsheet_row_left_as_it_was_keeps_what_people_added() -> None:
    ours = parse_history(step("2025-01", "proposed"), step("2025-03", "adopted"))
    row = record(has_history=False)
    for theirs in (False, True):
        merged = merge(row, BASE, action(ours), theirs=theirs)
        assert (merged.facts, merged.changed, merged.conflicts) == (ours, (), ())


def test_a_new_status_in_a_spreadsheet_is_added_to_the_history() -> None:
    row = record(history=[step("2025-05", "in_effect", B)], sources=[source(B)], has_history=False)
    merged = merge(row, BASE, action(BASE), theirs=False)
    assert [str(h.status) for h in merged.facts.history] == ["proposed", "in_effect"]
    assert [s.url for s in merged.facts.sources] == [B, A]
    assert merged.changed == ("history", "sources")
    assert again(row, merged).changed == ()


def test_one_spreadsheet_after_the_other_is_no_conflict() -> None:
    first = record(history=[step("2025-05", "adopted", B)], sources=[source(B)], has_history=False)
    merged = merge(first, BASE, action(BASE), theirs=False)
    second = record(history=[step("2025-09", "in_effect", C)], sources=[source(C)], has_history=False)
    later = again(second, merged)
    assert [str(h.status) for h in later.facts.history] == ["proposed", "adopted", "in_effect"]
    assert later.conflicts == ()


def test_a_new_status_in_a_spreadsheet_is_a_conflict_with_one_that_people_added() -> None:
    ours = parse_history(step("2025-01", "proposed"), step("2025-06", "withdrawn"))
    row = record(history=[step("2025-05", "adopted")], has_history=False)
    merged = merge(row, BASE, action(ours), theirs=False)
    assert (merged.facts, merged.conflicts) == (ours, ("history",))
    forced = merge(row, BASE, action(ours), theirs=True)
    assert [str(h.status) for h in forced.facts.history] == ["proposed", "adopted"]
    parse_record({"key": "valid", **facts_to_json(forced.facts)})


def test_a_file_can_take_an_action_out() -> None:
    file = record(retracted={"reason": "Twice on file", "at": AT.isoformat()})
    merged = merge(file, BASE, action(BASE), theirs=False)
    assert merged.retraction == Retraction(AT, "Twice on file")
    assert merged.changed == ("retracted",)
    assert again(file, merged).changed == ()


def test_a_file_that_only_says_retracted_agrees_with_when_and_why() -> None:
    ours = Retraction(AT, "Twice on file")
    merged = merge(record(retracted=True), BASE, action(BASE, ours), theirs=False)
    assert (merged.retraction, merged.changed, merged.conflicts) == (ours, (), ())


def test_a_file_brings_back_what_people_took_out_only_when_told_to() -> None:
    ours = Retraction(AT, "Twice on file")
    kept = merge(record(retracted=None), BASE, action(BASE, ours), theirs=False)
    assert (kept.retraction, kept.changed, kept.conflicts) == (ours, (), ("retracted",))
    back = merge(record(retracted=None), BASE, action(BASE, ours), theirs=True)
    assert (back.retraction, back.changed, back.conflicts) == (None, ("retracted",), ())


def parse_history(*steps: Json, sources: list[str] | None = None) -> Facts:
    return record(history=list(steps), sources=[source(url) for url in sources or [A]]).facts


VARIANTS = st.builds(
    lambda title, steps, more, topics, history: record(
        title=title,
        topics=topics,
        history=[step(*at) for at in sorted(steps)],
        sources=[source(url) for url in dict.fromkeys([*more, *(at[2] for at in steps)])],
        has_history=history,
    ),
    st.sampled_from(["One", "Two", "Three"]),
    st.lists(
        st.tuples(
            st.sampled_from(["2025-01", "2025-02", "2025-03"]),
            st.sampled_from(["proposed", "adopted", "lost"]),
            st.sampled_from([A, B, C]),
        ),
        min_size=1,
        max_size=3,
    ),
    st.lists(st.sampled_from([A, B, C]), max_size=2),
    st.sampled_from([["guns"], ["climate"]]),
    st.booleans(),
)


@given(file=VARIANTS, base=st.none() | VARIANTS, ours=VARIANTS, theirs=st.booleans())
def test_importing_twice_changes_nothing_and_all_that_is_kept_is_valid(
    file: Record, base: Record | None, ours: Record, *, theirs: bool
) -> None:
    merged = merge(file, base.facts if base else None, action(ours.facts), theirs=theirs)
    parse_record({"key": "valid", **facts_to_json(merged.facts)})
    repeated = again(file, merged, theirs=theirs)
    assert repeated.changed == ()
    assert repeated.facts == merged.facts
    assert repeated.conflicts == merged.conflicts
    assert not (theirs and merged.conflicts)
