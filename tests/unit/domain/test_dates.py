"""Dates that know how precise they are."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue.dates import EARLIEST_YEAR, LATEST_YEAR, PartialDate, days_before, since_key

DAYS = st.dates(date(EARLIEST_YEAR, 1, 1), date(LATEST_YEAR, 12, 31))
PARTIAL = st.builds(
    lambda day, parts: PartialDate(*(day.year, day.month, day.day)[:parts]), DAYS, st.integers(1, 3)
)


@given(PARTIAL)
def test_a_date_reads_back_as_it_was_written(when: PartialDate) -> None:
    assert PartialDate.parse(str(when)) == when


@pytest.mark.parametrize("text", ["2025", "2025-07", "2025-07-04", "2024-02-29", "1776", "2199-12-31"])
def test_the_three_forms_keep_their_precision(text: str) -> None:
    assert str(PartialDate.parse(text)) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not a date"),
        ("25", "not a date"),
        ("2025-7", "not a date"),
        ("2025-07-04T00:00", "not a date"),
        ("2025-07\n", "not a date"),
        ("٢٠٢٥", "not a date"),
        ("\ud800\0", "not a date"),
        ("0000", "outside 1776"),
        ("2200", "outside 1776"),
        ("2025-13", "no month 13"),
        ("2025-00", "no month 0"),
        ("2025-02-29", "not a day"),
        ("2025-04-00", "not a day"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as error:
        PartialDate.parse(text)
    str(error.value).encode()


def test_an_unknown_day_or_month_sorts_first_in_its_period() -> None:
    ordered = ["2024-12-31", "2025", "2025-01", "2025-01-01", "2025-07", "2025-07-01", "2025-07-04", "2026"]
    assert sorted(set(ordered), key=lambda text: PartialDate.parse(text).sort_key) == ordered


@given(PARTIAL, PARTIAL)
def test_sort_keys_follow_the_earliest_day(one: PartialDate, other: PartialDate) -> None:
    if one.first_day < other.first_day:
        assert one.sort_key < other.sort_key


@given(PARTIAL, DAYS)
def test_since_takes_exactly_what_surely_lies_on_or_after_the_day(when: PartialDate, day: date) -> None:
    assert (when.sort_key >= since_key(day)) == (when.first_day >= day)


@given(PARTIAL)
def test_since_takes_what_begins_on_that_very_day(when: PartialDate) -> None:
    assert when.sort_key >= since_key(when.first_day)


@pytest.mark.parametrize(
    ("text", "first", "last", "full", "words"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31), None, "2024"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), None, "February 2024"),
        ("2024-07-04", date(2024, 7, 4), date(2024, 7, 4), date(2024, 7, 4), "July 4, 2024"),
    ],
)
def test_the_days_it_can_be(text: str, first: date, last: date, full: date | None, words: str) -> None:
    when = PartialDate.parse(text)
    assert (when.first_day, when.last_day, when.full, when.words) == (first, last, full, words)


def test_a_day_is_its_own_full_date() -> None:
    assert str(PartialDate.on(date(2025, 7, 4))) == "2025-07-04"


@pytest.mark.parametrize(
    ("days", "then"), [(0, date(2026, 1, 10)), (30, date(2025, 12, 11)), (10**9, date(EARLIEST_YEAR, 1, 1))]
)
def test_days_before_stops_at_the_first_year(days: int, then: date) -> None:
    assert days_before(date(2026, 1, 10), days) == then
