"""The states of a report, literally as DESIGN 6 has them: every state, every event."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

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

NOW = datetime(2026, 11, 20, 14, 2, tzinfo=UTC)
LATER = NOW + timedelta(minutes=7)
NEW = Report(
    12, 1, Origin.MEMBER, ReportKind.NEW, "Illinois counts", "", ("IL",), None, "https://example.org/a",
    Author("a pseudonym", account=7), NOW, NOW,
)  # fmt: skip

COLUMNS = (
    "claim", "lapse", "approve", "first approve", "edit", "reject", "duplicate", "ask", "answer", "forward",
    "withdraw", "fold", "unban", "undo",
)  # fmt: skip
TABLE = {
    "new": (
        "claimed", "", "approved", "seconding", "new", "rejected", "duplicate", "asked", "",
        "forwarded", "withdrawn", "folded", "", "",
    ),
    "claimed": (
        "claimed", "new", "approved", "seconding", "claimed", "rejected", "duplicate", "asked", "",
        "forwarded", "withdrawn", "folded", "", "",
    ),
    # DESIGN names no withdrawal and no ban here; who sent it may still leave, and then nobody is left.
    "seconding": (
        "", "new", "approved", "", "claimed", "rejected", "", "", "",
        "", "withdrawn", "folded", "", "",
    ),
    "asked": (
        "claimed", "new", "approved", "seconding", "asked", "rejected", "duplicate", "asked", "new",
        "forwarded", "withdrawn", "folded", "", "",
    ),
    "forwarded": ("", "", "approved", "", "", "rejected", "duplicate", "", "", "", "", "", "", ""),
    "approved": ("", "", "", "", "", "", "", "", "", "", "", "", "", "new"),
    "rejected": ("", "", "", "", "", "", "", "", "", "", "", "", "", "new"),
    "duplicate": ("", "", "", "", "", "", "", "", "", "", "", "", "", "new"),
    "withdrawn": ("", "", "", "", "", "", "", "", "", "", "", "", "", ""),
    "folded": ("", "", "", "", "", "", "", "", "", "", "", "", "new", ""),
}  # fmt: skip
"""Where each event leads from each state; empty where it cannot happen."""
CELLS = [
    (status, event, following)
    for status, row in TABLE.items()
    for event, following in zip(COLUMNS, row, strict=True)
]
LASTS = {"claimed": timedelta(minutes=30), "seconding": timedelta(days=7), "asked": timedelta(days=14)}


def standing(status: str) -> Report:
    """A report in that state, with all that can be said of one."""
    until = NOW + LASTS[status] if status in LASTS else None
    return replace(
        NEW, status=ReportStatus(status), until=until, claimed_by=7, note="A note.", answered=True, version=3
    )  # fmt: skip


def test_the_table_has_every_state_and_every_event() -> None:
    assert list(TABLE) == [str(status) for status in ReportStatus]
    assert list(COLUMNS) == [str(event) for event in Event]
    assert len(CELLS) == len(ReportStatus) * len(Event) == 140


def test_the_code_s_table_is_this_one() -> None:
    told = {
        str(status): {str(event): str(to) for event, to in row.items()} for status, row in TRANSITIONS.items()
    }
    assert told == {
        status: {event: to for event, to in zip(COLUMNS, row, strict=True) if to}
        for status, row in TABLE.items()
    }


@pytest.mark.parametrize(("status", "event", "following"), CELLS)
def test_where_an_event_leads(status: str, event: str, following: str) -> None:
    report = standing(status)
    if not following:
        with pytest.raises(ChangedMeanwhileError, match=rf"^R-12 is {report.status.label}\.$"):
            report.after(Event(event), LATER)
        return
    after = report.after(Event(event), LATER)
    assert after.status == following
    if event == "edit" and status == following:  # an edit decides nothing, and gives no time
        assert (after.until, after.claimed_by) == (report.until, report.claimed_by)
    else:
        assert after.until == (LATER + LASTS[following] if following in LASTS else None)
        assert after.claimed_by is None
    assert after.note == "", "a note is about how it came to stand as it did"
    untouched = replace(
        after, status=report.status, until=report.until, claimed_by=report.claimed_by, note=report.note
    )
    assert untouched == report, "nothing else of it changes"


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
            assert not TABLE[report.status][COLUMNS.index(event)]
            continue
        assert after.status == TABLE[report.status][COLUMNS.index(event)]
        assert (after.until is not None) == (after.status in LASTS)
        assert after.status.is_open or after.until is None
        report = after
    if report.status is ReportStatus.WITHDRAWN:
        assert all(not TABLE["withdrawn"][COLUMNS.index(event)] for event in Event), "final"


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
