"""The buttons of a card: what moderators do with reports."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.commands.desk import desk_of, done
from bot.commands.review.drafting import EDITED, FIVE, START, fields_for, filled_in, names_of, starting
from bot.commands.review.options import (
    NUMBER,
    REASON,
    REPORT,
    SHORT_TEXT,
    TARGET,
    TEXT,
)
from bot.commands.spec import Answer, CommandSpec, Filled, Option
from bot.domain.catalogue.filters import Filter
from bot.domain.community.people import Role, visible_boards
from bot.domain.review.reports import REASONS, ReportKind, ReportStatus
from bot.domain.writing.text import shorten
from bot.domain.writing.words import words_of_query
from bot.engine.review.case import ReviewAction, look_at, posted_case, take_case
from bot.engine.review.desk import Outcome, last_step_words
from bot.engine.review.forwarding import forward
from bot.engine.review.members import ban, pseudonyms_of
from bot.engine.review.publishing import approve
from bot.engine.review.reviewing import ask, claim, edit, mark_known, reject
from bot.errors import ChangedMeanwhileError, NotUnderstoodError
from bot.messages.form import Entry, Form, FormField, FormOption, following
from bot.messages.limits import LONGEST_OPTION_LABEL
from bot.messages.message import Button, Choice, Item
from bot.messages.reply import Problem, Reply, Visibility
from bot.notices.alike import alike_actions, seen
from bot.notices.cards import answer_with, card, press_for
from bot.notices.notify import finish

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.commands.spec import Call
    from bot.domain.catalogue.actions import Approach, Code, Kind, Status
    from bot.domain.catalogue.dates import PartialDate
    from bot.domain.catalogue.topics import Topic
    from bot.domain.community.people import Community
    from bot.domain.review.reports import Report
    from bot.engine.review.case import Case
    from bot.engine.review.desk import Desk
    from bot.ports import UnitOfWork

_MOST_SUGGESTED = 20
_SAY_ALL = frozenset({ReportKind.IMPORT, ReportKind.UNDO, ReportKind.RETRACTION, ReportKind.CHECK})
"""What these publish is said by whoever proposed it: approving them asks for no facts."""


# --- the buttons


def _take(
    uow: UnitOfWork, call: Call, action: ReviewAction, report: int, version: int | None
) -> tuple[Desk, Case]:
    """The report, if the moderator may do that with it: looked at before what they wrote is."""
    desk = desk_of(uow, call)
    case = take_case(uow, desk, report, version)
    case.require(action)
    return desk, case


def _claim(uow: UnitOfWork, call: Call, report: int, version: int | None) -> Reply:
    del version  # whoever claims sees the card that comes back
    desk = desk_of(uow, call)
    return done(uow, desk, claim(uow, desk, take_case(uow, desk, report)))


def _approve(
    uow: UnitOfWork, call: Call, report: int, version: int | None, status: Status | None,
    date: PartialDate | None, kind: Kind | None, approach: Approach | None, topics: tuple[Topic, ...] | None,
) -> Reply:  # fmt: skip
    values = {"status": status, "date": date, "kind": kind, "approach": approach, "topics": topics}
    desk, case = _take(uow, call, ReviewAction.APPROVE, report, version)
    draft = None
    if case.report.kind not in _SAY_ALL:
        draft = filled_in(uow, call, case.proposal.draft, values)
        if case.proposal.draft.is_complete and draft != case.proposal.draft:
            told = last_step_words(uow, case.report, case.proposal, desk.community)
            raise ChangedMeanwhileError(
                f"R-{report} was already {told}, and so is what was to be decided. Edit changes it."
            )
        if not draft.is_complete:
            missing = [name for name in values if not getattr(draft, name)]
            raise NotUnderstoodError(f"Still to decide: {', '.join(missing)}.")
    outcome = approve(uow, desk, case, draft)
    reply = done(uow, desk, outcome)
    if outcome.report.status in (ReportStatus.APPROVED, ReportStatus.SECONDING):
        return reply
    problem = Problem("changed_meanwhile", outcome.report.note)
    return replace(reply, problem=problem, visibility=Visibility.ASKER)


def _approve_form(uow: UnitOfWork, call: Call) -> Form | None:
    case = _for_form(uow, call, ReviewAction.APPROVE)
    if case is None:
        return None
    given = {option.name for option in FIVE if call.options.get(option.name, "").strip()}
    plain = case.proposal.draft
    if case.report.kind in _SAY_ALL or (plain.is_complete and not given):
        return None
    press = press_for(case.report, ReviewAction.APPROVE)
    return Form(f"Approve {case.report.name}", press, fields_for(FIVE, plain, call.options, required=True))


def _for_form(uow: UnitOfWork, call: Call, action: ReviewAction) -> Case | None:
    """The report for which a form is opened; None where pressing leads to a refusal anyway."""
    assert call.community
    number = REPORT.read(call.options.get("report", ""))
    case = look_at(uow, call.community, call.person(uow), number, call.invocation.now)
    if case is None or case.refusal(action):
        return None
    # Who mends what was refused keeps their words, on the report as it is now. Its author may be another by
    # now, so a ban is never meant for the report as it is now.
    mends = action is not ReviewAction.BAN and any(
        name not in ("report", "version", START.name) and text.strip() for name, text in call.options.items()
    )
    version = call.options.get("version", "")
    return None if version and version != str(case.report.version) and not mends else case


def _edit(uow: UnitOfWork, call: Call, report: int, version: int | None, **values: Any) -> Reply:
    desk, case = _take(uow, call, ReviewAction.EDIT, report, version)
    outcome = edit(uow, desk, case, filled_in(uow, call, case.proposal.draft, values))
    reply = done(uow, desk, outcome, "Saved; nothing is decided by that.")
    buttons = list(reply.buttons)
    asked = call.invocation.asked
    if isinstance(asked, Filled) and (start := following(names_of(EDITED), asked.values)) is not None:
        buttons.append(Button("Edit more", starting(press_for(outcome.report, ReviewAction.EDIT), start)))
    # To the editor alone: where the card stands for all, it is filled_in, and "Edit more" would be gone.
    return replace(reply, buttons=tuple(buttons), visibility=Visibility.ASKER)


def _edit_form(uow: UnitOfWork, call: Call) -> Form | None:
    case = _for_form(uow, call, ReviewAction.EDIT)
    if case is None:
        return None
    first = call.options.get(START.name, "")
    press = starting(replace(press_for(case.report, ReviewAction.EDIT), page=call.press.page), first)
    fields = fields_for(EDITED, case.proposal.draft, call.options, required=False)
    return Form(f"Edit {case.report.name}", press, fields, first=first)


def _reject(
    uow: UnitOfWork, call: Call, report: int, version: int | None, reason: str | None, words: str | None
) -> Reply:
    desk, case = _take(uow, call, ReviewAction.REJECT, report, version)
    if reason is None and words is None:
        raise NotUnderstoodError("Pick a reason, or write one.")
    if reason in (None, "other") and not words:
        raise NotUnderstoodError("Write the reason: it is what the sender is told.")
    label = dict(REASONS).get(reason, reason) if reason not in (None, "other") else ""
    told = f"{label.rstrip('.')}. {words}" if label and words else label or words or ""
    return done(uow, desk, reject(uow, desk, case, told))


def _reject_form(uow: UnitOfWork, call: Call) -> Form | None:
    case = _for_form(uow, call, ReviewAction.REJECT)
    if case is None:
        return None
    reasons = tuple(FormOption(text, label) for text, label in REASONS)
    return Form(
        f"Reject {case.report.name}",
        press_for(case.report, ReviewAction.REJECT),
        (
            FormField("reason", "Reason", "What the sender is told", Entry.ONE, True,
                      call.options.get("reason", ""), reasons),
            FormField("words", "In your words", "Added to the reason", Entry.TEXT, False,
                      call.options.get("words", ""), longest=1000),
        ),
    )  # fmt: skip


def _ask(uow: UnitOfWork, call: Call, report: int, version: int | None, question: str | None) -> Reply:
    desk, case = _take(uow, call, ReviewAction.ASK, report, version)
    if not question:
        raise NotUnderstoodError("Write the question.")
    return done(uow, desk, ask(uow, desk, case, question))


def _ask_form(uow: UnitOfWork, call: Call) -> Form | None:
    case = _for_form(uow, call, ReviewAction.ASK)
    if case is None:
        return None
    return Form(
        f"Ask about {case.report.name}",
        press_for(case.report, ReviewAction.ASK),
        (
            FormField("question", "Your question", "The author gets it, and may answer for 14 days",
                      Entry.TEXT, True, call.options.get("question", ""), longest=1000),
        ),
    )  # fmt: skip


def _duplicate(
    uow: UnitOfWork, call: Call, report: int, version: int | None, of: Code | int | None, words: str | None
) -> Reply:
    desk, case = _take(uow, call, ReviewAction.DUPLICATE, report, version)
    if of is None and words is not None and TARGET.exact(words):
        of = TARGET.read(words)
    if of is None:
        return _suggested(uow, call, report, words)
    return done(uow, desk, mark_known(uow, desk, case, of))


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
        title=f"R-{number} repeats…", text="Pick the action that says it already.",
        items=tuple(map(Item, found)), choices=(Choice("It repeats", options),), visibility=Visibility.ASKER,
    )  # fmt: skip


def _duplicate_form(uow: UnitOfWork, call: Call) -> Form | None:
    if call.options.get("of", "").strip() and not isinstance(call.invocation.asked, Filled):
        return None
    case = _for_form(uow, call, ReviewAction.DUPLICATE)
    if case is None:
        return None
    assert call.community
    options = tuple(_known_already(uow, case.report, call.community, call.invocation.now))
    fields = [
        FormField("words", "Or a code, or words to search for", "IL-17, R-5, or words of its title",
                  Entry.LINE, not options, call.options.get("words", ""), longest=200),
    ]  # fmt: skip
    if options:
        fields.insert(
            0, FormField("of", "It repeats", "On the same link, or alike", Entry.ONE, False, "", options)
        )
    press = press_for(case.report, ReviewAction.DUPLICATE)
    return Form(f"{case.report.name} is known already", press, tuple(fields))


def _known_already(
    uow: UnitOfWork, report: Report, community: Community, now: datetime
) -> Sequence[FormOption]:
    linked, similar = alike_actions(uow, report, community)
    known = [(str(a.code), f"{a.code}: {a.title}") for a in (*linked, *similar)]
    others = seen(uow.queue.same_link(report, 5), now) if report.link else []
    known += [(other.name, f"{other.name}: {other.about}, {other.what}") for other in others]
    return [FormOption(text, shorten(label, LONGEST_OPTION_LABEL)) for text, label in known]


def _forward(uow: UnitOfWork, call: Call, report: int, version: int | None) -> Reply:
    desk, case = _take(uow, call, ReviewAction.FORWARD, report, version)
    return done(uow, desk, forward(uow, desk, case), "The curators decide on it now.")


def _ban_author(uow: UnitOfWork, call: Call, report: int, version: int | None, words: str | None) -> Reply:
    desk, case = _take(uow, call, ReviewAction.BAN, report, version)
    author = case.report.author
    assert author
    subject = f"author of {case.report.name}"
    theirs = pseudonyms_of(uow, call.secret(), author)
    outcomes = ban(uow, desk, theirs, words or "", report=report, subject=subject)
    mine = next((outcome for outcome in outcomes if outcome.report.number == report), None)
    now = mine or Outcome(case.report, case.proposal)
    shown = card(uow, posted_case(uow, now.report, now.proposal, desk.community), desk.now)
    told = answer_with(shown, "The author is banned here. /member unban takes it back.")
    return finish(uow, outcomes, desk.now, replace(told, visibility=Visibility.ASKER))


def _ban_form(uow: UnitOfWork, call: Call) -> Form | None:
    """Who is banned is asked about first."""
    case = _for_form(uow, call, ReviewAction.BAN)
    if case is None:
        return None
    why = FormField(
        "words", "Why", "For the moderators; the author is not told why", Entry.LINE, False,
        call.options.get("words", ""), longest=300,
    )  # fmt: skip
    return Form(f"Ban the author of {case.report.name}", press_for(case.report, ReviewAction.BAN), (why,))


_REPORT = Option("report", REPORT, "The report, for example R-12", "r", required=True, positional=True)
_VERSION = Option("version", NUMBER, "Which version of it was looked at", "v", inner=True)


def _button(name: str, code: str, help_: str, handle: Any, *options: Option, form: Any = None) -> CommandSpec:
    return CommandSpec(
        name, code, help_, handle, (_REPORT, _VERSION, *options), rights=Role.MODERATOR, writes=True,
        form=form,
        answer=Answer.FORM if form else Answer.MESSAGE, press_answer=Answer.FORM if form else Answer.UPDATE,
        button=True,
    )  # fmt: skip


SPECS = (
    _button("approve", "ap", "Agree with a report's draft", _approve, *FIVE, form=_approve_form),
    _button("edit", "ed", "Change a report's draft; decides nothing", _edit, *EDITED, START, form=_edit_form),
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
