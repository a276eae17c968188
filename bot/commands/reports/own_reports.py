"""/reports: what somebody sent, how it stands, and what was said about it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands.paging import numbered
from bot.commands.review.options import REPORT
from bot.commands.spec import Answer, CommandSpec, Option
from bot.domain.catalogue.dates import PartialDate
from bot.domain.catalogue.states import names
from bot.domain.review.reports import Author, Follower, Origin, Report, ReportStatus, Said, words_by
from bot.domain.writing.links import host_of
from bot.domain.writing.text import clean, shorten
from bot.errors import NotFoundError
from bot.messages.documents import from_document
from bot.messages.message import Button, ButtonRole, Choice, Field, Link, Page, Press
from bot.messages.reply import Reply, Visibility
from bot.messages.wording import in_a_row, number_of

if TYPE_CHECKING:
    from bot.commands.spec import Call
    from bot.domain.community.people import Person
    from bot.ports import UnitOfWork

PAGE = 8
_MOST_UNREAD = 5


def _reports(uow: UnitOfWork, call: Call, report: int | None) -> Reply:
    person = call.person(uow)
    unread = uow.outbox.unread(person.every)[:_MOST_UNREAD]
    reply = _list(uow, call, person) if report is None else _one(uow, call, person, report)
    if unread:
        told = []
        for delivery in unread:
            notice = from_document(delivery.document)
            told.append(Field(f"Unread: {notice.title}", notice.text))
        reply = replace(reply, fields=(*told, *reply.fields))
        uow.outbox.mark_read([delivery.id for delivery in unread], call.invocation.now)
        uow.commit()
    return reply


def _list(uow: UnitOfWork, call: Call, person: Person) -> Reply:
    listed = numbered(
        call, lambda limit, after: uow.queue.sent_by(person.every, limit, after), lambda one: one.number, PAGE
    )
    total = uow.queue.count_sent_by(person.every)
    shown = listed.rows
    if not shown:
        if total:
            return Reply(title="Your reports", text="There are no more.", page=Page(1, 1, total))
        return Reply(
            title="Your reports",
            text="You sent none yet. /report sends what you saw to the moderators.",
            buttons=(Button("Report something", Press("report")),),
            page=Page(1, 1, 0),
        )
    number = call.press.page
    buttons = [*listed.turns]
    pages = max(-(-total // PAGE), number)
    if number > 1:
        buttons.append(Button("First page", Press("reports"), role=ButtonRole.LEADS))
    options = tuple(
        Button(f"{one.name}: {shorten(clean(one.what), 60)}", Press("reports", {"report": one.name}))
        for one in shown
    )
    return Reply(
        title="Your reports",
        text=f"{number_of(total, 'report')}, newest first.",
        fields=tuple(Field(one.name, _line(uow, one, person)) for one in shown),
        choices=(Choice("Open a report", options),),
        buttons=(*buttons, Button("Report something", Press("report"))),
        page=Page(number, pages, total),
    )


def _line(uow: UnitOfWork, report: Report, person: Person) -> str:
    about = str(report.code) if report.code else ", ".join(names(report.states)[:3])
    day = PartialDate.on(report.made_at.date()).words
    return f"{_standing(report)} · {about} · {day} · {shorten(clean(_words_of(uow, report, person)), 120)}"


def _standing(report: Report) -> str:
    status = report.status
    if status is ReportStatus.CLAIMED:
        return ReportStatus.NEW.label  # who looks at it is no matter of the sender's
    if status is ReportStatus.APPROVED and report.outcome:
        return f"approved as {report.outcome}"
    if status is ReportStatus.DUPLICATE and (report.outcome or report.repeats):
        return f"known already as {report.outcome or f'R-{report.repeats}'}"
    return status.label


def _one(uow: UnitOfWork, call: Call, person: Person, number: int) -> Reply:
    report = uow.reports.find(number)
    mine = report is not None and _is_theirs(report.author, person)
    followers = _followers(uow, report, person) if report else []
    if report is None or not (mine or any(_is_theirs(one.author, person) for one in followers)):
        raise NotFoundError(f"You sent no report R-{number}. /reports lists those that you sent.")
    fields = [Field("How it stands", _standing(report))]
    if report.status is ReportStatus.REJECTED and report.reason:
        fields.append(Field("Reason", report.reason))
    fields.append(Field("About", str(report.code) if report.code else ", ".join(names(report.states))))
    if report.origin is not Origin.MEMBER:
        fields.append(Field("Kind", report.kind.label))
    if report.details and mine:
        fields.append(Field("Details", report.details))
    if mine:
        fields += [
            Field("The moderators asked" if words.said is Said.QUESTION else "You added", words.text)
            for words in uow.reports.words(number)
            if words.said is not Said.OTHERS
        ]
    files = uow.files.of(number) if mine else []
    if files:
        fields.append(Field("Files", in_a_row([file.name for file in files])))
    options = {"report": report.name}
    buttons = [Button("All my reports", Press("reports"))]
    if report.status.is_open and report.origin is Origin.MEMBER:
        if mine:
            buttons.insert(0, Button("Withdraw", Press("withdraw", options)))
        asked = report.status is ReportStatus.ASKED and mine
        buttons.insert(0, Button("Answer" if asked else "Add details", Press("answer", options)))
    if report.outcome and uow.catalogue.find(report.outcome, call.boards):
        buttons.insert(0, Button(str(report.outcome), Press("action", {"code": str(report.outcome)})))
    links = (Link("Link", host_of(report.link), report.link),) if report.link else ()
    return Reply(
        title=f"{report.name}",
        text=words_by(report, followers, person.every),
        fields=tuple(fields),
        links=links,
        buttons=tuple(buttons),
    )


def _words_of(uow: UnitOfWork, report: Report, person: Person) -> str:
    """What that person wrote."""
    return words_by(report, _followers(uow, report, person), person.every)


def _is_theirs(author: Author | None, person: Person) -> bool:
    return author is not None and author.pseudonym in person.every


def _followers(uow: UnitOfWork, report: Report, person: Person) -> list[Follower]:
    """Who follows it; not asked where the person is its author, whose words come first anyway."""
    return [] if _is_theirs(report.author, person) else uow.reports.followers(report.number)


REPORTS = CommandSpec(
    "reports", "rs", "Your reports: how they stand, questions, outcomes", _reports,
    (Option("report", REPORT, "Only this one, for example R-12", "r", positional=True),),
    ("/reports", "/reports R-12"),
    press_answer=Answer.UPDATE,
    visibility=Visibility.ASKER,
    writes=True,
)  # fmt: skip
