"""Codes in SQL: by the index that makes them unique; as text where they only name an action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from bot.domain.catalogue.actions import HIGHEST_NUMBER, Code
from storage.catalogue.tables import actions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection


def ids_of(connection: Connection, codes: Sequence[Code]) -> Sequence[int]:
    """The ids of actions by code; unknown codes are left out."""
    if not codes:
        return []
    numbers: dict[str, list[int]] = {}
    for code in codes:
        numbers.setdefault(code.state, []).append(code.number)
    # State by state: of a list of pairs SQLite's index takes the first half only and reads the whole state.
    wanted = [
        (actions.c.code_state == state) & actions.c.code_number.in_(numbers[state]) for state in numbers
    ]
    return connection.scalars(select(actions.c.id).where(or_(*wanted))).all()


def code_of(text: str | None) -> Code | None:
    """The code that stands in a column."""
    return Code.parse(text) if text else None


def text_of(code: Code | None) -> str | None:
    """A code as a column holds it: `IL-17`."""
    return str(code) if code else None


def beginning(state: str, digits: str) -> list[ColumnElement[bool]]:
    """That codes are of `state` and begin with `digits`: one range of numbers for each length, in order.

    None when no number begins so.
    """
    if not digits:
        ranges = [(1, HIGHEST_NUMBER)]
    elif digits.isascii() and digits.isdecimal() and digits[0] != "0":
        longer = range(len(str(HIGHEST_NUMBER)) - len(digits) + 1)
        ranges = [(int(digits) * 10**n, (int(digits) + 1) * 10**n - 1) for n in longer]
    else:
        ranges = []
    return [
        (actions.c.code_state == state) & actions.c.code_number.between(first, last) for first, last in ranges
    ]
