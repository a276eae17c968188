"""Dates that know how precise they are: a year, a month or a day."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.writing.text import clean, shorten

_FORM = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
EARLIEST_YEAR, LATEST_YEAR = 1776, 2199
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PartialDate:
    """`YYYY`, `YYYY-MM` or `YYYY-MM-DD`; nothing that is not known is made up."""

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read the three ISO forms. Raises ValueError with a sentence for anything else."""
        match = _FORM.fullmatch(text)
        if not match:
            raise ValueError(f"“{shorten(clean(text), 40)}” is not a date like 2025, 2025-07 or 2025-07-04")
        year = int(match[1])
        month, day = (int(part) if part else None for part in match.groups()[1:])
        if not EARLIEST_YEAR <= year <= LATEST_YEAR:
            raise ValueError(f"the year {year} is outside {EARLIEST_YEAR} to {LATEST_YEAR}")
        if month is not None and not 1 <= month <= 12:
            raise ValueError(f"“{text}” has no month {month}")
        if month is not None and day is not None and not 1 <= day <= calendar.monthrange(year, month)[1]:
            raise ValueError(f"“{text}” is not a day of the calendar")
        return cls(year, month, day)

    @classmethod
    def on(cls, day: date) -> PartialDate:
        """The full date of `day`."""
        return cls(day.year, day.month, day.day)

    def __str__(self) -> str:
        parts = [f"{self.year:04}"]
        parts += [f"{part:02}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    @property
    def words(self) -> str:
        """For readers: `July 4, 2025`, `July 2025` or `2025`."""
        if self.month is None:
            return str(self.year)
        month = _MONTHS[self.month - 1]
        return f"{month} {self.year}" if self.day is None else f"{month} {self.day}, {self.year}"

    @property
    def sort_key(self) -> str:
        """Eight digits that sort by time; an unknown day or month sorts first in its period."""
        return f"{self.year:04}{self.month or 0:02}{self.day or 0:02}"

    @property
    def first_day(self) -> date:
        """The earliest day it can be."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> date:
        """The latest day it can be."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @property
    def full(self) -> date | None:
        """The day, when it is known."""
        return None if self.day is None else self.first_day


def since_key(day: date) -> str:
    """The least sort key whose date surely lies on or after `day`."""
    if day.day > 1:
        return f"{day.year:04}{day.month:02}{day.day:02}"
    return f"{day.year:04}{day.month if day.month > 1 else 0:02}00"


def days_before(day: date, days: int) -> date:
    """`day` less `days`, not before the first year that dates can have."""
    floor = date(EARLIEST_YEAR, 1, 1)
    return day - timedelta(days=min(days, max(0, (day - floor).days)))
