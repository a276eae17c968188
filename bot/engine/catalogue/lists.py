"""Lists of actions, a page at a time, that survive whatever is published in between."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.domain.catalogue.dates import PartialDate

if TYPE_CHECKING:
    from bot.domain.catalogue.actions import ActionLine
    from bot.domain.catalogue.filters import Filter
    from bot.messages.message import Press
    from bot.ports import UnitOfWork

PAGE_SIZE = 8
"""Actions a page; a limit of our own. A message has room for each with a button on every platform."""


_BELOW_ALL = "0"
"""Less than any sort key; going back from here leads to the end of the list."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list. `following` and `preceding` are sort keys to go on from; empty where it ends.

    No lines though `total` counts some: the list became shorter, and nothing is left after the sort key.
    """

    lines: tuple[ActionLine, ...]
    number: int
    pages: int
    total: int
    following: str = ""
    preceding: str = ""


def list_actions(uow: UnitOfWork, which: Filter, at: Press) -> Listing:
    """The page that `at` points to, by its sort key alone; `at.page` is only what it is called."""
    total = uow.catalogue.count(which)
    if at.before:
        lines = uow.catalogue.page(which, limit=PAGE_SIZE + 1, before=at.before)
        if len(lines) > PAGE_SIZE:
            shown = lines[1:]
            more = uow.catalogue.page(which, limit=1, after=shown[-1].sort_key)
            return _page(shown, at.page, total, more_before=True, more_after=bool(more))
    elif at.after:
        lines = uow.catalogue.page(which, limit=PAGE_SIZE + 1, after=at.after)
        if lines:
            more = lines[PAGE_SIZE:]
            return _page(lines[:PAGE_SIZE], at.page, total, more_before=True, more_after=bool(more))
        if total:
            behind = -(-total // PAGE_SIZE) + 1
            return Listing((), behind, behind, total, preceding=_BELOW_ALL)
    lines = uow.catalogue.page(which, limit=PAGE_SIZE + 1)
    more_after = len(lines) > PAGE_SIZE
    return _page(lines[:PAGE_SIZE], 1, total, more_before=False, more_after=more_after)


def perhaps_later(uow: UnitOfWork, which: Filter) -> tuple[PartialDate, ...]:
    """Partial dates of last status changes that may lie on or after `which.since` but not surely.

    Their actions are not in the list. An unknown month or day sorts first in its period, so that the sort
    keys of each such date stand together.
    """
    since = which.since
    if since is None:
        return ()
    found = []
    for date in (PartialDate(since.year, since.month), PartialDate(since.year)):
        if date.first_day < since:
            following = f"{int(date.sort_key) + 1:08}"
            line = next(iter(uow.catalogue.page(replace(which, since=None), limit=1, after=following)), None)
            if line and line.changed == date:
                found.append(date)
    return tuple(found)


def _page(
    lines: list[ActionLine], number: int, total: int, *, more_before: bool, more_after: bool
) -> Listing:
    return Listing(
        tuple(lines),
        number,
        max(-(-total // PAGE_SIZE), number + 1) if more_after else number,
        total,
        lines[-1].sort_key if more_after else "",
        lines[0].sort_key if more_before else "",
    )
