"""Limits of our own lie within the least that any platform takes."""

from __future__ import annotations

from bot.domain.review.reports import LONGEST_WORDS
from bot.messages.limits import LONGEST_INPUT


def test_what_a_person_may_send_fits_in_a_field_of_a_form() -> None:
    assert LONGEST_WORDS <= LONGEST_INPUT
