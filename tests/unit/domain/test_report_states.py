"""The states of a report, literally as DESIGN 6 has them: every state, every event."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue.actions import Code
from bot.domain.review.reports import (
    LARGEST_FILE,
    MEMBERS_KINDS,
    MOST_FILES,
    REASONS,
    TRANSITIONS,
    UNDO_WITHIN,
    Author,
    Event,
    Origin,
    Report,
    ReportKind,
    ReportStatus,
)
from bot.errors import ChangedMeanwhileError
from tests.integration.review_model import TABLE as MODEL

NOW = datetime(2026, 11, 20, 14, 2, tzinfo=UTC)
LATER = NOW + timedelta(minutes=7)
NEW = Report(
    12, 1, Origin.MEMBER, ReportKind.NEW, "Illinois counts", "", ("IL",), None, "https://example.org/a",
    Author("a pseudonym", account=7), NOW, NOW,
)  # fmt: skip

LASTS = {"claimed": timedelta(minutes=30), "seconding": timedelta(days=7), "asked": timedelta(days=14)}
TABLE = {status: row | ({"lapse": "new"} if status in LASTS else {}) for status, row in MODEL.items()}
"""Where each event leads from each state, by the model that the review machine is judged by."""


def standing(status: str) -> Report:
    """A report in that state, with all that can be said of one."""
    until = NOW + LASTS[status] if status in LASTS else None
    return replace(
        NEW, status=ReportStatus(status), until=until, claimed_by=7, note="A note.", answered=True, version=3
    )  # fmt: skip


def test_the_code_s_table_is_that_of_the_model() -> None:
    told = {
        str(status): {str(event): str(to) for event, to in row.items()} for status, row in TRANSITIONS.items()
    }
    assert told == {status: row for status, row in TABLE.items() if row or status in told}


def test_where_an_event_leads() -> None:
    for status, event in product(ReportStatus, Event):
        check_event(standing(status), event, TABLE[status].get(event))


def check_event(report: Report, event: Event, following: str | None) -> None:
    """That it leads there, and what changes with it."""
    where = f"{event} of what is {report.status}"
    if not following:
        with pytest.raises(ChangedMeanwhileError, match=rf"^R-12 is {report.status.label}\.$"):
            report.after(event, LATER)
        return
    after = report.after(event, LATER)
    assert after.status == following, where
    if event is Event.EDIT and report.status == following:  # an edit decides nothing, and gives no time
        assert (after.until, after.claimed_by) == (report.until, report.claimed_by), where
    else:
        assert after.until == (LATER + LASTS[following] if following in LASTS else None), where
        assert after.claimed_by is None, where
    assert after.note == "", f"{where}: a note is about how it came to stand as it did"
    untouched = replace(
        after, status=report.status, until=report.until, claimed_by=report.claimed_by, note=report.note
    )
    assert untouched == report, f"{where}: nothing else of it changes"


@pytest.mark.parametrize("status", TABLE)
def test_open_decided_or_with_the_curators(status: str) -> None:
    standing_ = ReportStatus(status)
    assert standing_.is_open == (status in ("new", "claimed", "seconding", "asked"))
    assert standing_.is_final == (status in ("approved", "rejected", "duplicate", "withdrawn", "folded")), (
        "forwarded is not final"
    )
    assert standing_.label
    assert standing_.label == standing_.label.strip().lower()


@pytest.mark.parametrize(
    ("after", "lapsed"),
    [(timedelta(), False), (timedelta(microseconds=-1), False), (timedelta(days=30), True)],
)
def test_a_state_lapses_when_its_time_is_over(after: timedelta, *, lapsed: bool) -> None:
    for status, lasts in LASTS.items():
        report = standing(status)
        assert report.has_lapsed(NOW + lasts)
        assert not report.has_lapsed(NOW + lasts - timedelta(microseconds=1))
        assert report.has_lapsed(NOW + after) is lapsed
    for status in TABLE.keys() - LASTS.keys():
        assert not standing(status).has_lapsed(NOW + timedelta(days=9999))


@given(st.lists(st.sampled_from(Event), max_size=20))
def test_whatever_happens_a_report_is_somewhere_in_the_table(events: list[Event]) -> None:
    report = NEW
    for at, event in enumerate(events):
        now = NOW + timedelta(hours=at)
        try:
            after = report.after(event, now)
        except ChangedMeanwhileError:
            assert event not in TABLE[report.status]
            continue
        assert after.status == TABLE[report.status][event]
        assert (after.until is not None) == (after.status in LASTS)
        assert after.status.is_open or after.until is None
        report = after
    if report.status is ReportStatus.WITHDRAWN:
        assert not TABLE["withdrawn"], "final"


# --- what a report is


@pytest.mark.parametrize(
    ("states", "code", "about"),
    [
        (("IL",), None, "IL"),
        (("TX", "IL"), None, "IL,TX"),
        (("IL", "TX"), None, "IL,TX"),
        (("IL",), Code("IL", 17), "IL-17"),
        ((), None, ""),
    ],
)
def test_what_tells_two_reports_of_one_link_apart(
    states: tuple[str, ...], code: Code | None, about: str
) -> None:
    assert replace(NEW, states=states, code=code).about == about
    assert NEW.name == "R-12"


@pytest.mark.parametrize(
    ("author", "gone"),
    [
        (Author("x", account=7), False),
        (Author("x", anonymous=True), False),
        (Author("x"), True),
    ],
)
def test_who_had_their_data_deleted_is_gone(author: Author, *, gone: bool) -> None:
    assert author.is_gone is gone


def test_numbers_and_words_of_the_design() -> None:
    assert [str(kind) for kind in MEMBERS_KINDS] == ["new", "change", "correction"]
    assert (MOST_FILES, LARGEST_FILE) == (3, 8 * 1024 * 1024)
    assert timedelta(hours=24) == UNDO_WITHIN
    assert [text for text, _ in REASONS] == ["source", "scope", "known", "unclear", "early", "abuse", "other"]
    assert {str(kind) for kind in ReportKind} == {
        "new", "change", "correction", "retraction", "check", "undo", "import"
    }  # fmt: skip
    assert len({kind.label for kind in ReportKind}) == len(ReportKind)
