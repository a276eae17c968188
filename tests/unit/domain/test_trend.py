"""Pace and staying power, by hand."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.catalogue.actions import Status
from bot.domain.catalogue.dates import PartialDate
from bot.domain.catalogue.trend import SPANS, Staying, trend

TODAY = date(2026, 11, 22)
Step = tuple[PartialDate, Status]


def steps(text: str) -> list[Step]:
    """`2025-01-01 adopted, 2025-06 lost`."""
    pairs = (part.split() for part in text.split(","))
    return [(PartialDate.parse(when), Status(status)) for when, status in pairs]


def verdicts(text: str, today: date = TODAY) -> list[str]:
    """What became of one action after each span: standing, fallen, undated, young or nothing."""
    staying = trend([(PartialDate(2025), steps(text))], today).staying
    assert [s.days for s in staying] == list(SPANS)
    return [
        next(
            (
                name
                for name, count in (
                    ("standing", s.standing),
                    ("fallen", s.counted - s.standing),
                    ("undated", s.undated),
                    ("young", s.young),
                )
                if count
            ),
            "",
        )
        for s in staying
    ]


@pytest.mark.parametrize(
    ("history", "after_30_90_365"),
    [
        ("2025-01-01 adopted", "standing standing standing"),
        ("2025-01-01 proposed", "  "),
        ("2025-01-01 blocked", "  "),
        ("2025-01-01 proposed, 2025-02-01 in_effect", "standing standing standing"),
        ("2025-01-01 adopted, 2025-01-30 blocked", "fallen fallen fallen"),
        ("2025-01-01 adopted, 2025-01-31 blocked", "fallen fallen fallen"),
        ("2025-01-01 adopted, 2025-02-01 blocked", "standing fallen fallen"),
        ("2025-01-01 adopted, 2025-02-01 blocked, 2025-03-01 won", "standing standing standing"),
        ("2025-01-01 won, 2025-01-20 lost, 2025-12-01 won", "fallen fallen standing"),
        ("2025-01-01 won, 2025-02-10 pending", "standing standing standing"),
        ("2025-01-01 adopted, 2025-06 repealed", "standing standing fallen"),
        ("2025-01-01 adopted, 2025-01 repealed", "fallen fallen fallen"),
        ("2025-01-10 adopted, 2025-02 repealed", "undated fallen fallen"),
        ("2025-01-01 adopted, 2025 repealed", "undated undated fallen"),
        ("2025-06-01 adopted, 2025 repealed", "undated undated fallen"),
        ("2025-01-01 adopted, 2025 blocked, 2025-01-20 won", "standing standing standing"),
        ("2025-01-01 adopted, 2025-01-20 blocked, 2025 won", "undated undated standing"),
        ("2025-01-01 adopted, 2025 in_effect", "standing standing standing"),
        ("2025-01-01 adopted, 2026 repealed", "standing standing undated"),
        ("2025-01 adopted", "undated undated undated"),
        ("2025 adopted, 2025-06-01 blocked", "undated undated undated"),
        ("2026-10-01 adopted", "standing young young"),
        ("2026-10-23 adopted", "standing young young"),
        ("2026-10-24 adopted", "young young young"),
        ("2027-01-01 adopted", "young young young"),
        ("2026-10-30 adopted, 2026-11-01 blocked", "young young young"),
    ],
)
def test_whether_it_stood(history: str, after_30_90_365: str) -> None:
    assert verdicts(history) == after_30_90_365.split(" ")


def test_pace_counts_by_the_precision_that_is_known() -> None:
    histories = [
        (PartialDate.parse(text), steps("2025-01-01 adopted"))
        for text in ("2024", "2025-03", "2025-03-09", "2025-12")
    ]
    result = trend(histories, TODAY)
    assert result.actions == 4
    assert result.by_year == {2024: 1, 2025: 3}
    assert list(result.by_month.items()) == [((2025, 3), 2), ((2025, 12), 1)]
    assert result.no_month == 1


def test_shares_add_up() -> None:
    texts = [
        "2025-01-01 adopted",
        "2025-01-01 adopted, 2025-01-09 lost",
        "2025 adopted",
        "2026-11-20 won",
        "2025 proposed",
    ]
    result = trend([(PartialDate(2025), steps(text)) for text in texts], TODAY)
    assert result.staying[0] == Staying(days=30, standing=1, counted=2, undated=1, young=1)


def test_nothing_gives_zeros() -> None:
    result = trend([], TODAY)
    assert (result.actions, result.by_year, result.by_month, result.no_month) == (0, {}, {}, 0)
    assert all(s.counted == 0 for s in result.staying)
