"""Lists of actions, a page at a time, that survive whatever is published in between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.actions import ActionLine
    from bot.messages.reply import Press
    from bot.ports import Filter, UnitOfWork

PAGE_SIZE = 8
"""Actions a page: as many as a Discord message holds with a button each (40 components)."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list. `following` and `preceding` are sort keys to go on from; empty where it ends."""

    lines: tuple[ActionLine, ...]
    number: int
    pages: int
    total: int
    following: str = ""
    preceding: str = ""


def list_actions(uow: UnitOfWork, which: Filter, at: Press) -> Listing:
    """The page that `at` points to, by its sort key alone."""
    total = uow.catalogue.count(which)
    number = at.page
    if at.before:
        lines = uow.catalogue.page(which, limit=PAGE_SIZE + 1, before=at.before)
        if len(lines) > PAGE_SIZE:
            return _page(lines[1:], number, total, more_before=True, more_after=True)
        number = 1  # less than a page stands before: show the first one whole
    after = "" if at.before else at.after
    lines = uow.catalogue.page(which, limit=PAGE_SIZE + 1, after=after)
    more = len(lines) > PAGE_SIZE
    return _page(lines[:PAGE_SIZE], number, total, more_before=bool(after), more_after=more)


def _page(
    lines: list[ActionLine], number: int, total: int, *, more_before: bool, more_after: bool
) -> Listing:
    pages = max(-(-total // PAGE_SIZE), number + 1) if more_after else number
    return Listing(
        tuple(lines),
        number,
        pages,
        total,
        lines[-1].sort_key if lines and more_after else "",
        lines[0].sort_key if lines and more_before else "",
    )
