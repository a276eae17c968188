"""/review and the buttons of a card: what moderators do with reports."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.commands.desk import answer_with, desk_of, done
from bot.commands.options import STATE_OPTION
from bot.commands.review.drafting import EDITED, FIVE, fields_for, redrawn
from bot.commands.review.options import (
    NUMBER,
    QUEUE_KIND,
    QUEUE_STATUS,
    REASON,
    REPORT,
    SHORT_TEXT,
    TARGET,
    TEXT,
)
from bot.commands.spec import Answer, CommandSpec, Filled, Option
from bot.domain.catalogue.filters import Filter
from bot.domain.catalogue.states import BY_CODE
from bot.domain.community.people import Role, visible_boards
from bot.domain.review.queue import QueueFilter
from bot.domain.review.reports import REASONS, Origin, ReportKind, ReportStatus
from bot.domain.writing.text import shorten
from bot.domain.writing.words import words_of_query
from bot.engine.review.desk import (
    Desk,
    Moved,
    check_board,
    is_reporter,
    may_decide,
    moved_words,
    open_only,
    take_up,
)
from bot.engine.review.forwarding import forward
from bot.engine.review.members import author_of, ban, pseudonyms_of
from bot.engine.review.publishing import approve
from bot.engine.review.reviewing import ask, claim, edit, mark_known, reject
from bot.errors import ChangedMeanwhileError, NotFoundError, NotUnderstoodError
from bot.messages.form import Entry, Form, FormField, FormOption
from bot.messages.reply import Button, Choice, Page, Press, Problem, Reply, Visibility
from bot.messages.wording import number_of
from bot.notices.cards import alike_actions, card, seen
from bot.notices.notify import lapse_reports, spread

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from bot.commands.spec import Call
    from bot.domain.catalogue.actions import Approach, Code, Kind, Status
    from bot.domain.catalogue.dates import PartialDate
    from bot.domain.catalogue.states import State
    from bot.domain.catalogue.topics import Topic
    from bot.domain.community.people import Community, Person
    from bot.domain.review.reports import Report
    from bot.ports import UnitOfWork

_MOST_SUGGESTED = 20
_SAY_ALL = frozenset({ReportKind.IMPORT, ReportKind.UNDO, ReportKind.RETRACTION, ReportKind.CHECK})
"""What these publish is said by whoever proposed it: approving them asks for no facts."""


def _at_desk(uow: UnitOfWork, call: Call, report: int, version: int | None) -> tuple[Desk, Moved]:
    """The report, if it is this moderator's to decide on: looked at before what they wrote is."""
    desk = desk_of(uow, call)
    moved = take_up(uow, desk, report, version)
    open_only(uow, desk, moved)
    may_decide(uow, desk, moved.report)
    return desk, moved


# --- the queue


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
        return answer_with(card(uow, found, uow.proposals.get(found.proposal), call.community, now), "")
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
    after = int(press.after) if press.after.isdecimal() else 0
    before = int(press.before) if press.before.isdecimal() else 0
    found = uow.queue.page(which, 2, after, before)
    number = press.page
    if not found:
        found, number, after, before = uow.queue.page(which, 2), 1, 0, 0
    one = found[-1] if before else found[0]
    proposal = uow.proposals.get(one.proposal)
    shown = card(uow, one, proposal, community, which.now)
    following = uow.queue.page(which, 1, after=one.number)
    preceding = uow.queue.page(which, 1, before=one.number)
    here = dict(call.options)
    buttons = list(shown.buttons)
    if following:
        buttons.append(Button("Next", Press("review", here, after=f"{one.number:010}", page=number + 1)))
    if preceding:
        turned = Press("review", here, before=f"{one.number:010}", page=max(number - 1, 1))
        buttons.append(Button("Previous", turned))
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


# --- the buttons


def _claim(uow: UnitOfWork, call: Call, report: int, version: int | None) -> Reply:
    del version  # whoever claims sees the card that comes back
    desk = desk_of(uow, call)
    return done(uow, desk, claim(uow, desk, report))


def _approve(
    uow: UnitOfWork, call: Call, report: int, version: int | None, status: Status | None,
    date: PartialDate | None, kind: Kind | None, approach: Approach | None, topics: tuple[Topic, ...] | None,
) -> Reply:  # fmt: skip
    values = {"status": status, "date": date, "kind": kind, "approach": approach, "topics": topics}
    desk, moved = _at_desk(uow, call, report, version)
    check_board(desk.community, moved.proposal.board)
    draft = None
    if moved.report.kind not in _SAY_ALL:
        draft = redrawn(uow, call, moved.proposal.draft, values)
        if moved.proposal.draft.is_complete and draft != moved.proposal.draft:
            told = moved_words(uow, moved.report, moved.proposal, desk.community)
            raise ChangedMeanwhileError(
                f"R-{report} was already {told}, and so is what was to be decided. Edit changes it."
            )
        if not draft.is_complete:
            missing = [name for name in values if not getattr(draft, name)]
            raise NotUnderstoodError(f"Still to decide: {', '.join(missing)}.")
    moved = approve(uow, desk, report, version, draft)
    if moved.report.status not in (ReportStatus.APPROVED, ReportStatus.SECONDING):
        problem = Problem("changed_meanwhile", moved.report.note)
        return replace(done(uow, desk, moved), problem=problem, visibility=Visibility.ASKER)
    return done(uow, desk, moved)


def _approve_form(uow: UnitOfWork, call: Call) -> Form | None:
    number = REPORT.read(call.options.get("report", ""))
    moved = _for_form(uow, call, number)
    if moved is None:
        return None
    given = {option.name for option in FIVE if call.options.get(option.name, "").strip()}
    plain = moved.proposal.draft
    if moved.report.kind in _SAY_ALL or (plain.is_complete and not given):
        return None
    press = Press("approve", _kept(moved.report))
    return Form(f"Approve {moved.report.name}", press, fields_for(FIVE, plain, call.options, required=True))


def _for_form(uow: UnitOfWork, call: Call, number: int) -> Moved | None:
    """The report for which a form is opened; None where pressing leads to a refusal anyway."""
    assert call.community
    report = uow.reports.find(number, call.community.id)
    if report is None or report.visible_at > call.invocation.now or not report.status.is_open:
        return None
    if report.origin in (Origin.MEMBER, Origin.COMMUNITY) and is_reporter(uow, report, call.person(uow)):
        return None
    claimed = report.status is ReportStatus.CLAIMED and not report.has_lapsed(call.invocation.now)
    if claimed and _is_anothers(uow, report, call.person(uow)):
        return None
    # Who mends what was refused keeps their words, on the report as it is now.
    mends = any(name not in ("report", "version") and text.strip() for name, text in call.options.items())
    version = call.options.get("version", "")
    if version and version != str(report.version) and not mends:
        return None
    return Moved(report, uow.proposals.get(report.proposal))


def _is_anothers(uow: UnitOfWork, report: Report, person: Person) -> bool:
    """Whether somebody else has claimed it."""
    known = uow.people.known([n for n in (report.claimed_by, person.known) if n is not None])
    claimer = known.get(report.claimed_by) if report.claimed_by is not None else None
    mine = known.get(person.known) if person.known is not None else None
    return claimer is not None and (mine is None or mine.person != claimer.person)


def _kept(report: Report) -> dict[str, str]:
    return {"report": report.name, "version": str(report.version)}


def _edit(uow: UnitOfWork, call: Call, report: int, version: int | None, **values: Any) -> Reply:
    desk, moved = _at_desk(uow, call, report, version)
    draft = redrawn(uow, call, moved.proposal.draft, values)
    moved = edit(uow, desk, report, version, draft)
    reply = done(uow, desk, moved, "Saved; nothing is decided by that.")
    buttons = list(reply.buttons)
    asked = call.invocation.asked
    step = call.press.page
    if isinstance(asked, Filled) and len(asked.values) < len(EDITED):
        buttons.append(Button("Edit more", Press("edit", _kept(moved.report), page=step % 3 + 1)))
    # To the editor alone: where the card stands for all, it is redrawn, and "Edit more" would be gone.
    return replace(reply, buttons=tuple(buttons), visibility=Visibility.ASKER)


def _edit_form(uow: UnitOfWork, call: Call) -> Form | None:
    moved = _for_form(uow, call, REPORT.read(call.options.get("report", "")))
    if moved is None or moved.proposal.import_id is not None:
        return None
    press = Press("edit", _kept(moved.report), page=call.press.page)
    fields = fields_for(EDITED, moved.proposal.draft, call.options, required=False)
    return Form(f"Edit {moved.report.name}", press, fields)


def _reject(
    uow: UnitOfWork, call: Call, report: int, version: int | None, reason: str | None, words: str | None
) -> Reply:
    desk, _ = _at_desk(uow, call, report, version)
    if reason is None and words is None:
        raise NotUnderstoodError("Pick a reason, or write one.")
    if reason in (None, "other") and not words:
        raise NotUnderstoodError("Write the reason: it is what the sender is told.")
    label = dict(REASONS).get(reason, reason) if reason not in (None, "other") else ""
    told = f"{label.rstrip('.')}. {words}" if label and words else label or words or ""
    return done(uow, desk, reject(uow, desk, report, version, told))


def _reject_form(uow: UnitOfWork, call: Call) -> Form | None:
    moved = _for_form(uow, call, REPORT.read(call.options.get("report", "")))
    if moved is None:
        return None
    reasons = tuple(FormOption(text, label) for text, label in REASONS)
    return Form(
        f"Reject {moved.report.name}",
        Press("reject", _kept(moved.report)),
        (
            FormField("reason", "Reason", "What the sender is told", Entry.ONE, True,
                      call.options.get("reason", ""), reasons),
            FormField("words", "In your words", "Added to the reason", Entry.TEXT, False,
                      call.options.get("words", ""), longest=1000),
        ),
    )  # fmt: skip


def _ask(uow: UnitOfWork, call: Call, report: int, version: int | None, question: str | None) -> Reply:
    desk, _ = _at_desk(uow, call, report, version)
    if not question:
        raise NotUnderstoodError("Write the question.")
    return done(uow, desk, ask(uow, desk, report, version, question))


def _ask_form(uow: UnitOfWork, call: Call) -> Form | None:
    moved = _for_form(uow, call, REPORT.read(call.options.get("report", "")))
    if moved is None:
        return None
    return Form(
        f"Ask about {moved.report.name}",
        Press("ask", _kept(moved.report)),
        (
            FormField("question", "Your question", "The author gets it, and may answer for 14 days",
                      Entry.TEXT, True, call.options.get("question", ""), longest=1000),
        ),
    )  # fmt: skip


def _duplicate(
    uow: UnitOfWork, call: Call, report: int, version: int | None, of: Code | int | None, words: str | None
) -> Reply:
    desk, _ = _at_desk(uow, call, report, version)
    if of is None and words is not None and TARGET.exact(words):
        of = TARGET.read(words)
    if of is None:
        return _suggested(uow, call, report, words)
    return done(uow, desk, mark_known(uow, desk, report, version, of))


def _suggested(uow: UnitOfWork, call: Call, number: int, words: str | None) -> Reply:
    """What was searched for, each line a button that decides."""
    if not words:
        raise NotUnderstoodError("Pick what it repeats, or write a code or words to search for.")
    assert call.community
    boards = visible_boards(call.community)
    found = uow.catalogue.page(Filter(boards, words=words_of_query(words)), limit=_MOST_SUGGESTED)
    if not found:
        raise NotUnderstoodError(f"Nothing is on file for “{shorten(words, 60)}”. Try fewer words.")
    options = tuple(
        Button(f"{line.code}: {line.title}", call.again(of=str(line.code), words=None)) for line in found
    )
    return Reply(
        title=f"R-{number} repeats…", text="Pick the action that says it already.", items=tuple(found),
        choices=(Choice("It repeats", options),), visibility=Visibility.ASKER,
    )  # fmt: skip


def _duplicate_form(uow: UnitOfWork, call: Call) -> Form | None:
    if call.options.get("of", "").strip() and not isinstance(call.invocation.asked, Filled):
        return None
    moved = _for_form(uow, call, REPORT.read(call.options.get("report", "")))
    if moved is None:
        return None
    assert call.community
    options = tuple(_known_already(uow, moved, call.community, call.invocation.now))
    fields = [
        FormField("words", "Or a code, or words to search for", "IL-17, R-5, or words of its title",
                  Entry.LINE, not options, call.options.get("words", ""), longest=200),
    ]  # fmt: skip
    if options:
        fields.insert(
            0, FormField("of", "It repeats", "On the same link, or alike", Entry.ONE, False, "", options)
        )
    press = Press("duplicate", _kept(moved.report))
    return Form(f"{moved.report.name} is known already", press, tuple(fields))


def _known_already(
    uow: UnitOfWork, moved: Moved, community: Community, now: datetime
) -> Sequence[FormOption]:
    linked, similar = alike_actions(uow, moved.report, community)
    options = [FormOption(str(a.code), shorten(f"{a.code}: {a.title}", 100)) for a in (*linked, *similar)]
    others = seen(uow.queue.same_link(moved.report, 5), now) if moved.report.link else []
    options += [FormOption(o.name, shorten(f"{o.name}: {o.about}, {o.what}", 100)) for o in others]
    return options


def _forward(uow: UnitOfWork, call: Call, report: int, version: int | None) -> Reply:
    desk = desk_of(uow, call)
    return done(uow, desk, forward(uow, desk, report, version), "The curators decide on it now.")


def _ban_author(uow: UnitOfWork, call: Call, report: int, version: int | None, words: str | None) -> Reply:
    desk = desk_of(uow, call)
    author = author_of(uow, desk, report, version)
    if author.is_gone:
        raise NotUnderstoodError(f"R-{report} has no author on file any more.")
    subject = f"author of R-{report}"
    theirs = pseudonyms_of(uow, call.secret(), author)
    for other in ban(uow, desk, theirs, words or "", report=report, subject=subject):
        spread(uow, other, desk.now)
    uow.commit()
    now = uow.reports.find(report, desk.community.id)
    assert now
    shown = card(uow, now, uow.proposals.get(now.proposal), desk.community, desk.now)
    told = answer_with(shown, "The author is banned here. /member unban takes it back.")
    return replace(told, visibility=Visibility.ASKER)


def _ban_form(uow: UnitOfWork, call: Call) -> Form | None:
    """Whatever became of the report: who is banned is asked about first."""
    assert call.community
    number = REPORT.read(call.options.get("report", ""))
    report = uow.reports.find(number, call.community.id)
    if report is None or report.visible_at > call.invocation.now or report.origin is not Origin.MEMBER:
        return None
    stale = call.options.get("version", str(report.version)) != str(report.version)
    if stale or is_reporter(uow, report, call.person(uow)):
        return None
    why = FormField(
        "words", "Why", "For the moderators; the author is not told why", Entry.LINE, False,
        call.options.get("words", ""), longest=300,
    )  # fmt: skip
    return Form(f"Ban the author of {report.name}", Press("banauthor", _kept(report)), (why,))


_REPORT = Option("report", REPORT, "The report, for example R-12", "r", required=True, positional=True)
_VERSION = Option("version", NUMBER, "Which version of it was looked at", "v", inner=True)


def _button(name: str, code: str, help_: str, handle: Any, *options: Option, form: Any = None) -> CommandSpec:
    return CommandSpec(
        name, code, help_, handle, (_REPORT, _VERSION, *options), rights=Role.MODERATOR, writes=True,
        form=form,
        answer=Answer.FORM if form else Answer.MESSAGE, press_answer=Answer.FORM if form else Answer.UPDATE,
        button=True,
    )  # fmt: skip


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
SPECS = (
    REVIEW,
    _button("approve", "ap", "Agree with a report's draft", _approve, *FIVE, form=_approve_form),
    _button("edit", "ed", "Change a report's draft; decides nothing", _edit, *EDITED, form=_edit_form),
    _button(
        "duplicate", "du", "Decide that a report is known already", _duplicate,
        Option("of", TARGET, "The action or the report that it repeats", "o"),
        Option("words", SHORT_TEXT, "A code, or words to search for", "w"),
        form=_duplicate_form,
    ),
    _button(
        "ask", "as", "Ask the author of a report", _ask, Option("question", TEXT, "The question", "q"),
        form=_ask_form,
    ),
    _button(
        "reject", "rj", "Decide that nothing is published", _reject,
        Option("reason", REASON, "What the sender is told", "e"),
        Option("words", TEXT, "In your words", "w"),
        form=_reject_form,
    ),
    _button("claim", "cl", "Have a report to yourself for half an hour", _claim),
    _button("forward", "fw", "Hand a report to the curators", _forward),
    _button(
        "banauthor", "ba", "Take no more reports of an author", _ban_author,
        Option("words", SHORT_TEXT, "Why", "w"), form=_ban_form,
    ),
)  # fmt: skip
