"""What people see of a text, beside what of it is stored: one table of invisible characters for both."""

from __future__ import annotations

import sys

import pytest

from bot.domain.writing.text import clean
from bot.messages.visible import visible


def test_nothing_that_cleaning_drops_is_ever_shown() -> None:
    between = (f"a{chr(number)}b" for number in range(sys.maxunicode + 1))
    assert [text for text in between if clean(text) == "ab" and visible(text) != "ab"] == []


@pytest.mark.parametrize(
    "char",
    [
        "\u034f", "\u115f", "\u180b", "\u180d", "\u180f", "\u200d", "\u2800", "\u3164", "\ufe00", "\ufffc",
        "\U000e0080", "\U000e0fff",
    ],
)  # fmt: skip
def test_what_some_scripts_need_is_stored_and_not_shown(char: str) -> None:
    assert clean(f"a{char}b") == f"a{char}b"
    assert visible(f"a{char}b") == "ab"
