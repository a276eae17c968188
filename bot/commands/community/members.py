"""/member and /audit: the people of a community, and what its moderators did."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.commands.choices import listed
from bot.commands.community.mentions import check_picked
from bot.commands.desk import desk_of
from bot.commands.options import PEOPLE
from bot.commands.paging import numbered
from bot.commands.review.options import REPORT, TEXT
from bot.commands.spec import CommandSpec, Option, Value
from bot.domain.catalogue.dates import PartialDate
from bot.domain.community.audit import AuditEvent
from bot.domain.community.people import Account, Role, pseudonym
from bot.engine.community.people import FORMER, person_of
from bot.engine.review.desk import clock
from bot.engine.review.members import author_of, ban, note, note_key, pseudonyms_of, unban
from bot.errors import NotFoundError, NotUnderstoodError
from bot.messages.message import Button, ButtonRole, Field, Page, Press
from bot.messages.reply import Reply, Visibility
from bot.messages.wording import in_a_row
from bot.notices.notify import finish

if TYPE_CHECKING:
    from bot.commands.spec import Call
    from bot.domain.community.audit import AuditDetail, AuditEntry
    from bot.domain.community.people import Community
    from bot.domain.writing.mentions import Mention
    from bot.engine.review.desk import Desk
    from bot.ports import UnitOfWork

_PAGE = 10
_ACCOUNT = re.compile(r"account ([0-9]{1,9})")


class Deed(StrEnum):
    """What /member does."""

    BAN = "ban"
    UNBAN = "unban"
    NOTE = "note"
    LIST = "list"


_DEEDS = listed(
    "thing to do",
    [
        (Deed.BAN, Value("ban", "Take no more reports of somebody", "b")),
        (Deed.UNBAN, Value("unban", "Take them again", "u")),
        (Deed.NOTE, Value("note", "Keep a note about somebody for the moderators", "n")),
        (Deed.LIST, Value("list", "Who is banned", "l")),
    ],
)


def _member(
    uow: UnitOfWork, call: Call, do: Deed, who: tuple[Mention, ...] | None, report: int | None,
    words: str | None,
) -> Reply:  # fmt: skip
    desk = desk_of(uow, call)
    if do is Deed.LIST:
        return _banned(uow, desk)
    one, every, subject = _whom(uow, call, desk, do, who, report)
    name = (who[0].name or "them") if who and report is None else f"the {subject}"
    if do is Deed.BAN:
        outcomes = ban(uow, desk, every, words or "", report=report, subject=subject)
        text = f"Reports of {name} are not taken here any more."
    elif do is Deed.UNBAN:
        outcomes = unban(uow, desk, every, subject)
        text = f"Reports of {name} are taken again."
    else:
        if not words:
            raise NotUnderstoodError("Write the note after words:")
        outcomes = []
        note(uow, desk, one, words, subject)
        text = f"Noted about {name}."
    names = in_a_row([outcome.report.name for outcome in outcomes])
    if names:
        text += f" What was open of theirs: {names}." if do is Deed.BAN else f" Open again: {names}."
    buttons = (Button("Who is banned", Press("member", {"do": "list"})),)
    return finish(uow, outcomes, desk.now, Reply(title="Members", text=text, buttons=buttons))


def _whom(
    uow: UnitOfWork,
    call: Call,
    desk: Desk,
    do: Deed,
    who: tuple[Mention, ...] | None,
    report: int | None,
) -> tuple[str, frozenset[str], str]:
    """The pseudonym of somebody, all that may be banned of theirs, and how the audit calls them."""
    if report is not None:
        if do is Deed.UNBAN:  # the report may be somebody else's by now
            banned = [one.pseudonym for one in uow.people.bans(desk.community.id) if one.report == report]
            if banned:
                return banned[0], frozenset(banned), f"author of R-{report}"
        author = author_of(uow, desk, report)
        every = pseudonyms_of(uow, call.secret(), author)
        return note_key(author, report), every, f"author of R-{report}"
    if not who or len(who) != 1 or who[0].is_group:
        raise NotUnderstoodError("Name one person, or with report: the report whose author is meant.")
    mine = call.invocation.account
    mention = who[0]
    check_picked(mine, [mention], "the person")
    account = Account(mine.platform, mention.id, mention.name or mention.id)
    person = person_of(uow, call.secret(), account)
    known = uow.people.find(account.platform, account.id)
    name = f"account {known.number}" if known else "somebody"
    return pseudonym(call.secret(), account), person.opens, name


def _banned(uow: UnitOfWork, desk: Desk) -> Reply:
    bans = uow.people.bans(desk.community.id)
    if not bans:
        return Reply(title="Members", text="Nobody is banned here.")
    fields = []
    for one in bans[:25]:
        who = one.name or (f"anonymous, author of R-{one.report}" if one.report else "somebody not on file")
        fields.append(Field(who, one.why or "no reason was written"))
    return Reply(title="Banned here", text=f"{len(bans)} in all.", fields=tuple(fields))


# --- the audit

_LABELS = {str(event): event.label for event in AuditEvent}


def _audit(uow: UnitOfWork, call: Call) -> Reply:
    assert call.community
    here = call.community.id
    page = numbered(
        call, lambda limit, after: uow.audit.page(here, limit, after), lambda one: one[0].number, _PAGE
    )
    total = uow.audit.length(here)
    if not total:
        return Reply(title="Audit", text="Nothing was decided here yet.", page=Page(1, 1, 0))
    shown = page.rows
    if not shown:
        raise NotFoundError("There are no earlier entries.")
    numbers = [d.account for _, d in shown if d and d.account is not None]
    numbers += [int(match[1]) for e, _ in shown if (match := _ACCOUNT.fullmatch(e.subject))]
    names = uow.people.known(numbers)
    fields = []
    for entry, detail in shown:
        who = names[detail.account].name if detail and detail.account in names else _nobody(detail)
        subject = entry.subject
        if match := _ACCOUNT.fullmatch(subject):
            subject = names[int(match[1])].name if int(match[1]) in names else FORMER
        fields.append(Field(f"{entry.number}", _entry(entry, detail, who, subject, call.community)))
    buttons = [*page.turns]
    number = call.press.page
    if number > 1:
        buttons.append(Button("First page", Press("audit"), role=ButtonRole.LEADS))
    return Reply(
        title="Audit",
        text="What moderators and admins did here, newest first. `fiftywire audit verify` checks the chain.",
        fields=tuple(fields),
        buttons=tuple(buttons),
        page=Page(number, max(-(-total // _PAGE), number), total),
    )


def _nobody(detail: AuditDetail | None) -> str:
    return "the operator" if detail and detail.account is None else "somebody who is no longer on file"


def _entry(
    entry: AuditEntry, detail: AuditDetail | None, who: str, subject: str, community: Community
) -> str:
    told = _LABELS.get(entry.event, entry.event)
    day = PartialDate.on(entry.at.date()).words
    text = f": {detail.text}" if detail and detail.text else ""
    return f"{who} {told} {subject}{text} · {day}, {clock(entry.at, community)}"


MEMBER = CommandSpec(
    "member", "mb", "Take no reports of somebody, take them again, or keep a note", _member,
    (
        Option("do", _DEEDS, "ban, unban, note or list", "d", required=True, positional=True),
        Option("who", PEOPLE, "The person", "w", positional=True),
        Option("report", REPORT, "In place of a person: the report whose author is meant", "r"),
        Option("words", TEXT, "Why, or the note", "t"),
    ),
    ("/member list", "/member ban report:R-12 words:the same link every day"),
    rights=Role.MODERATOR,
    visibility=Visibility.ASKER,
    writes=True,
)  # fmt: skip
AUDIT = CommandSpec(
    "audit", "au", "What moderators and admins did here", _audit, examples=("/audit",),
    rights=Role.MODERATOR, visibility=Visibility.ASKER,
)  # fmt: skip
