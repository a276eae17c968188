"""/review: the queue of reports, one card a page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands.options import STATE_OPTION
from bot.commands.paging import key, row_number
from bot.commands.review.options import QUEUE_KIND, QUEUE_STATUS, REPORT
from bot.commands.spec import CommandSpec, Option
from bot.domain.catalogue.states import BY_CODE
from bot.domain.community.people import Role
from bot.domain.review.queue import QueueFilter
from bot.engine.review.case import posted_case
from bot.errors import NotFoundError
from bot.messages.message import Button, ButtonRole, Choice, Page, Press
from bot.messages.reply import Reply, Visibility
from bot.messages.wording import number_of
from bot.notices.cards import answer_with, card
from bot.notices.notify import lapse_reports

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.commands.spec import Call
    from bot.domain.catalogue.states import State
    from bot.domain.community.people import Community
    from bot.domain.review.reports import ReportKind, ReportStatus
    from bot.ports import UnitOfWork


def _review(
    uow: UnitOfWork, call: Call, report: int | None, state: State | None, kind: ReportKind | None,
    status: ReportStatus | None,
) -> Reply:  # fmt: skip
    assert call.community
    now = call.invocation.now
    if lapse_reports(uow, now):
        uow.commit()
    if report is not None:
        found = uow.reports.find(report, call.community.id)
        if found is None or found.visible_at > now:
            raise NotFoundError(f"There is no report R-{report} here.")
        return answer_with(
            card(uow, posted_case(uow, found, uow.proposals.get(found.proposal), call.community), now)
        )
    which = QueueFilter(call.community.id, now, state.code if state else None, kind, status)
    total, oldest = uow.queue.waiting(which)
    if not total:
        filtered = state or kind or status
        text = "Nothing in the queue fits that filter." if filtered else "Nothing waits for review."
        buttons = (Button("Whole queue", Press("review")),) if filtered else ()
        return Reply(title="Review", text=text, buttons=buttons, page=Page(1, 1, 0))
    return _page(uow, call, call.community, which, total, _age(now - oldest if oldest else None))


def _page(
    uow: UnitOfWork, call: Call, community: Community, which: QueueFilter, total: int, age: str
) -> Reply:
    """One card a page: the first that waits, or the one after or before another."""
    press = call.press
    after = row_number(press.after)
    before = row_number(press.before)
    found = uow.queue.page(which, 2, after, before)
    number = press.page
    if not found:
        found, number, after, before = uow.queue.page(which, 2), 1, 0, 0
    one = found[-1] if before else found[0]
    case = posted_case(uow, one, uow.proposals.get(one.proposal), community)
    shown = card(uow, case, which.now)
    following = uow.queue.page(which, 1, after=one.number)
    preceding = uow.queue.page(which, 1, before=one.number)
    here = dict(call.options)
    buttons = list(shown.buttons)
    if following:
        buttons.append(
            Button(
                "Next", Press("review", here, after=key(one.number), page=number + 1), role=ButtonRole.LEADS
            )
        )
    if preceding:
        turned = Press("review", here, before=key(one.number), page=max(number - 1, 1))
        buttons.append(Button("Previous", turned, role=ButtonRole.LEADS))
    waiting = f"{number_of(total, 'report')} {'waits' if total == 1 else 'wait'}, the oldest for {age}."
    reply = answer_with(shown, waiting)
    return replace(
        reply,
        choices=_filters(call, which),
        buttons=tuple(buttons),
        page=Page(number, max(total, number), total),
    )


def _filters(call: Call, which: QueueFilter) -> tuple[Choice, ...]:
    choices = []
    for name, label, kind, on in (
        ("status", "Filter by status", QUEUE_STATUS, which.status),
        ("kind", "Filter by kind", QUEUE_KIND, which.kind),
    ):
        options = [Button(value.label, call.again(**{name: value.text})) for value in kind.values]
        if on:
            options.insert(0, Button("Any", call.again(**{name: None})))
        choices.append(Choice(label, tuple(options)))
    if which.state:
        taken = Button(f"Not only {BY_CODE[which.state].name}", call.again(state=None))
        choices.append(Choice("Filter by state", (taken,)))
    return tuple(choices)


def _age(age: timedelta | None) -> str:
    """`2 days`, `5 hours`, `3 minutes`."""
    seconds = max(0, int(age.total_seconds())) if age else 0
    for size, what in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return number_of(seconds // size, what)
    return "less than a minute"


REVIEW = CommandSpec(
    "review", "rv", "The queue of reports, oldest first, or one of them", _review,
    (
        Option("report", REPORT, "Only this one, for example R-12", "r", positional=True),
        STATE_OPTION,
        Option("kind", QUEUE_KIND, "Only one kind of report", "k"),
        Option("status", QUEUE_STATUS, "Only those that stand so", "u"),
    ),
    ("/review", "/review R-12", "/review state:TX"),
    rights=Role.MODERATOR,
    visibility=Visibility.ASKER,
    writes=True,
)  # fmt: skip
