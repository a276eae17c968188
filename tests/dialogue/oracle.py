"""What the starter catalogue says, counted from its files by other means than the product's."""

from __future__ import annotations

import csv
import json
from collections import Counter
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Row = dict[str, Any]
_DATA = files("bot").joinpath("data")
ACTIONS: list[Row] = [json.loads(line) for line in _DATA.joinpath("actions.jsonl").read_text().splitlines()]
PRECEDENTS: dict[str, Row] = {p["key"]: p for p in json.loads(_DATA.joinpath("precedents.json").read_text())}
BALANCES = {
    row["state"]: row
    for row in csv.DictReader(_DATA.joinpath("federal_balance.csv").read_text().splitlines())
}
OPEN = {"considering", "proposed", "pending"}
LIVE = {"adopted", "in_effect", "won"}


def stage(row: Row) -> str:
    """Open, live or stopped."""
    return "open" if row["status"] in OPEN else "live" if row["status"] in LIVE else "stopped"


def titles(fits: Callable[[Row], bool]) -> Counter[str]:
    """The titles of the actions that fit."""
    return Counter(row["title"] for row in ACTIONS if fits(row))


def of_state(state: str) -> list[Row]:
    """The actions that a state leads or joins."""
    return [row for row in ACTIONS if state in row["states"]]


def partners(state: str) -> Counter[str]:
    """Who acts with a state, and how often."""
    return Counter(other for row in of_state(state) for other in row["states"] if other != state)


def newest_first() -> list[Row]:
    """By the date of the last status change, an unknown month or day as the first of its period."""

    def changed(row: Row) -> str:
        date: str = row["history"][-1]["date"].replace("-", "")
        return date.ljust(8, "0")

    return sorted(ACTIONS, key=changed, reverse=True)


def dollars(amount: int) -> str:
    """As Americans write it."""
    return f"{'-' if amount < 0 else ''}${abs(amount):,}"
