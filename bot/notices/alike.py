"""What a report may repeat: reports and actions of the same link, and actions with a title like it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from bot.domain.catalogue.filters import Filter
from bot.domain.community.people import visible_boards
from bot.domain.review.reports import ReportKind
from bot.domain.writing.links import link_key
from bot.domain.writing.text import clean
from bot.domain.writing.words import words_of_query
from bot.messages.message import Field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from bot.domain.catalogue.actions import ActionLine
    from bot.domain.community.people import Community
    from bot.domain.review.reports import Report
    from bot.ports import UnitOfWork

MOST_SIMILAR = 5
_SIMILAR_ENOUGH = 75
_LONG_WORD = 5
"""Letters of the words by which alike actions are looked for; a shorter one begins too many."""


def alike_fields(uow: UnitOfWork, report: Report, community: Community, now: datetime) -> Iterator[Field]:
    """What may be the same: the machine only suggests (DESIGN: 6)."""
    if not report.status.is_open or report.kind is not ReportKind.NEW:
        return
    others = seen(uow.queue.same_link(report, MOST_SIMILAR), now) if report.link else []
    if others:
        told = "; ".join(f"{other.name} ({other.about}, {other.status.label})" for other in others)
        yield Field("Reports of the same link", told)
    linked, similar = alike_actions(uow, report, community)
    if linked:
        yield Field("Actions of the same link", "; ".join(f"{a.code}: {a.title}" for a in linked))
    if similar:
        yield Field("Perhaps the same", "; ".join(f"{a.code}: {a.title}" for a in similar))


def seen(reports: Iterable[Report], now: datetime) -> list[Report]:
    """Those that moderators may see by now."""
    return [report for report in reports if report.visible_at <= now]


def alike_actions(
    uow: UnitOfWork, report: Report, community: Community
) -> tuple[list[ActionLine], list[ActionLine]]:
    """Actions on the report's link, and others of its states whose title is like what was written."""
    boards = visible_boards(community)
    linked: list[ActionLine] = []
    if report.link:
        which = Filter(boards, link=link_key(report.link))
        linked = uow.catalogue.page(which, limit=MOST_SIMILAR)
    similar: dict[str, ActionLine] = {}
    words = [word for word in words_of_query(report.what) if len(word) >= _LONG_WORD][:2]
    for state in report.states[:1]:
        for word in words:
            for line in uow.catalogue.page(Filter(boards, state=state, words=(word,)), limit=20):
                similar[str(line.code)] = line
    known = {line.code for line in linked}
    scored = [
        (fuzz.token_set_ratio(clean(report.what), line.title), line)
        for line in similar.values() if line.code not in known
    ]  # fmt: skip
    close = sorted((pair for pair in scored if pair[0] >= _SIMILAR_ENOUGH), key=lambda pair: -pair[0])
    return linked, [line for _, line in close[:MOST_SIMILAR]]
