"""The catalogue in moderators' hands: /update, /correct, /retract, /check, /history, /undo."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.commands.desk import desk_of
from bot.commands.options import CODE
from bot.commands.paging import numbered
from bot.commands.review.drafting import (
    ANSWERS,
    APPROACH_OPTION,
    CHALLENGED,
    DATE_OPTION,
    KIND_OPTION,
    NOTE,
    RESTS,
    SOURCES,
    START,
    STATES,
    STATUS_OPTION,
    SUMMARY,
    TITLE,
    TOPICS_OPTION,
    field_for,
    fields_for,
    filled_in,
    names_of,
    starting,
)
from bot.commands.review.options import LINK, NUMBER, SHORT_TEXT, TARGET
from bot.commands.spec import Answer, Chosen, CommandSpec, Filled, Option, Typed
from bot.domain.catalogue.dates import PartialDate
from bot.domain.catalogue.records import LONGEST_SUMMARY
from bot.domain.catalogue.revisions import Change
from bot.domain.community.people import Role, visible_boards
from bot.domain.review.drafts import draft_of_facts, source_of
from bot.domain.review.proposals import ProposalKind
from bot.domain.writing.links import link_key
from bot.domain.writing.text import clean
from bot.engine.community.people import name_of
from bot.engine.review.desk import boards_of
from bot.engine.review.proposing import action_to_change, propose
from bot.engine.review.undoing import undo_action, undo_report
from bot.errors import NotFoundError, NotUnderstoodError
from bot.messages.form import Entry, Form, FormField, following
from bot.messages.message import Button, Field, Press
from bot.messages.reply import Reply, Visibility
from bot.notices.draft_words import changed_words
from bot.notices.notify import finish

if TYPE_CHECKING:
    from bot.commands.spec import Call
    from bot.domain.catalogue.actions import Action, Code
    from bot.domain.catalogue.revisions import Revision
    from bot.engine.review.desk import Desk
    from bot.engine.review.proposing import Proposed
    from bot.ports import UnitOfWork

_PAGE = 8


def _done(uow: UnitOfWork, desk: Desk, proposed: Proposed, code: Code, what: str) -> Reply:
    """Finish, and say what became of the change."""
    return finish(uow, proposed.outcomes, desk.now, _answer(proposed, code, what))


def _answer(proposed: Proposed, code: Code, what: str) -> Reply:
    if proposed.queued:
        report = proposed.queued.report
        return Reply(
            title=f"{report.name}: waits for another person",
            text=f"{code} is {what} when another person agrees. It is in the queue as {report.name}.",
            buttons=(Button("Review", Press("review", {"report": report.name})), _opens(code)),
        )
    assert proposed.action
    return Reply(
        title=f"{code}: {what}",
        text=f"Published as revision {proposed.action.revision}.",
        buttons=(_opens(code), Button("History", Press("history", {"code": str(code)})),
                 Button("Undo", Press("undo", {"what": str(code)}))),
    )  # fmt: skip


def _opens(code: Code) -> Button:
    return Button(str(code), Press("action", {"code": str(code)}))


def _update(
    uow: UnitOfWork, call: Call, code: Code, base: int | None, link: str | None, **values: Any
) -> Reply:
    desk = desk_of(uow, call)
    action = action_to_change(uow, desk, code)
    draft = draft_of_facts(action.facts)
    draft = filled_in(uow, call, replace(draft, note=""), values)
    if link:
        known = {link_key(source.url) for source in draft.sources}
        added = (
            () if link_key(link) in known else (source_of(link, values.get("note") or action.facts.title),)
        )
        draft = replace(draft, sources=(*draft.sources, *added))
    if not (draft.status and draft.date):
        raise NotUnderstoodError("Say how it stands now, and since when.")
    proposed = propose(
        uow, desk, action, ProposalKind.UPDATE, draft, base=base,
        title=f"{action.code} is {draft.status.label}",
    )  # fmt: skip
    return _done(uow, desk, proposed, action.code, "given its new status")


def _update_form(uow: UnitOfWork, call: Call) -> Form | None:
    typed = isinstance(call.invocation.asked, Typed | Chosen)
    if typed and call.options.get("status") and call.options.get("date"):
        return None
    action = _shown(uow, call)
    if action is None:
        return None
    given = call.options
    return Form(
        f"{action.code}: new status",
        Press("update", {"code": str(action.code), "base": str(action.revision)}),
        (
            field_for(STATUS_OPTION, given.get("status", ""), required=True),
            field_for(DATE_OPTION, given.get("date", ""), required=True),
            field_for(NOTE, given.get("note", ""), required=False),
            FormField("link", "A link that says so", "A new source, if there is one", Entry.LINE, False,
                      given.get("link", "")),
            field_for(CHALLENGED, given.get("challenged", "yes" if action.facts.challenged else "no"),
                      required=False),
        ),
    )  # fmt: skip


def _shown(uow: UnitOfWork, call: Call) -> Action | None:
    """The action for which a form is opened; None where calling the handler tells why not."""
    try:
        code: Code = CODE.read(call.options.get("code", ""))
    except (NotFoundError, NotUnderstoodError):
        return None
    code = uow.catalogue.alias_of(code) or code
    action = uow.catalogue.find(code, call.boards)
    assert call.community  # nobody is a moderator where there is none
    if action is None or action.retraction or action.board not in boards_of(call.community):
        return None
    return action


_CORRECTED = (
    TITLE, SUMMARY, STATES, TOPICS_OPTION, SOURCES, KIND_OPTION, APPROACH_OPTION, ANSWERS, RESTS, CHALLENGED
)  # fmt: skip


def _correct(uow: UnitOfWork, call: Call, code: Code, base: int | None, **values: Any) -> Reply:
    desk = desk_of(uow, call)
    action = action_to_change(uow, desk, code)
    before = draft_of_facts(action.facts)
    draft = filled_in(uow, call, before, values)
    if not draft.is_complete:
        raise NotUnderstoodError("Kind, approach and topics cannot be empty.")
    if draft == before:
        raise NotUnderstoodError(f"Nothing of it differs from what {action.code} says.")
    proposed = propose(
        uow, desk, action, ProposalKind.CORRECT, draft, base=base,
        title=f"{action.code}: another {changed_words(before, draft)}",
    )  # fmt: skip
    reply = _done(uow, desk, proposed, action.code, "corrected")
    asked = call.invocation.asked
    start = following(names_of(_CORRECTED), asked.values) if isinstance(asked, Filled) else None
    if proposed.action and start is not None:
        more = Button("Correct more", starting(Press("correct", {"code": str(action.code)}), start))
        reply = replace(reply, buttons=(*reply.buttons, more))
    return reply


def _correct_form(uow: UnitOfWork, call: Call) -> Form | None:
    given = {option.name for option in _CORRECTED if call.options.get(option.name, "").strip()}
    from_fix = call.options.get("base")
    if given and not from_fix:
        return None
    action = _shown(uow, call)
    if action is None:
        return None
    first = call.options.get(START.name, "")
    kept = {"code": str(action.code), "base": str(action.revision)}
    press = starting(Press("correct", kept, page=call.press.page), first)
    fields = fields_for(_CORRECTED, draft_of_facts(action.facts), call.options, required=False)
    return Form(f"Correct {action.code}", press, fields, first=first)


def _retract(uow: UnitOfWork, call: Call, code: Code, reason: str | None) -> Reply:
    desk = desk_of(uow, call)
    action = action_to_change(uow, desk, code)
    if not reason:
        raise NotUnderstoodError("Say why it is withdrawn from the catalogue: it is what readers are told.")
    reason = clean(reason)
    if len(reason) > LONGEST_SUMMARY:
        raise NotUnderstoodError(
            f"The reason has {len(reason):,} characters; at most {LONGEST_SUMMARY} are allowed."
        )
    draft = replace(draft_of_facts(action.facts), reason=reason)
    proposed = propose(
        uow, desk, action, ProposalKind.RETRACT, draft, title=f"Withdraw {action.code} from the catalogue"
    )
    return _done(uow, desk, proposed, action.code, "withdrawn from the catalogue")


def _retract_form(uow: UnitOfWork, call: Call) -> Form | None:
    given, typed = call.options.get("reason", ""), isinstance(call.invocation.asked, Typed | Chosen)
    if (typed and given.strip()) or (action := _shown(uow, call)) is None:
        return None
    reason = FormField(
        "reason", "Why", "What readers are told", Entry.TEXT, True, given, longest=LONGEST_SUMMARY
    )
    return Form(f"Withdraw {action.code}", Press("retract", {"code": str(action.code)}), (reason,))


def _check(uow: UnitOfWork, call: Call, code: Code) -> Reply:
    desk = desk_of(uow, call)
    action = action_to_change(uow, desk, code)
    proposed = propose(uow, desk, action, ProposalKind.CHECK, title=f"{action.code} is still right")
    return _done(uow, desk, proposed, action.code, "checked today")


def _history(uow: UnitOfWork, call: Call, code: Code) -> Reply:
    assert call.community
    action = uow.catalogue.find(code, visible_boards(call.community))
    if action is None:
        raise NotFoundError(f"There is no action {code}.")
    listed = numbered(
        call, lambda limit, after: uow.revisions.of(code, limit, after or None), lambda one: one.number, _PAGE
    )
    buttons = [*listed.turns]
    if listed.begins:
        buttons.append(Button("Undo the newest", Press("undo", {"what": str(code)})))
    return Reply(
        title=f"{code}: its revisions",
        text=action.facts.title,
        fields=tuple(Field(f"Revision {one.number}", _revision(uow, one)) for one in listed.rows),
        buttons=(*buttons, _opens(code)),
    )


_CHANGES = {
    Change.ADDED: "published",
    Change.CHANGED: "changed",
    Change.RETRACTED: "withdrawn from the catalogue",
    Change.RESTORED: "brought back",
}


def _revision(uow: UnitOfWork, revision: Revision) -> str:
    day = PartialDate.on(revision.decision.at.date()).words
    told = _CHANGES[revision.change]
    if revision.before and revision.change is Change.CHANGED:
        parts = changed_words(draft_of_facts(revision.before.facts), draft_of_facts(revision.after.facts))
        told += f": {parts}" if parts else ": when it was checked"
    return f"{told} · {day} · {_deciders(uow, revision.decision.by)} · {revision.decision.why}"


def _deciders(uow: UnitOfWork, by: str) -> str:
    """Names for the accounts by number that stand behind a revision."""
    names = []
    for part in by.split(", "):
        kind, _, number = part.partition(" ")
        names.append(name_of(uow, int(number)) if kind == "account" and number.isdecimal() else part)
    return " and ".join(names)


def _undo(uow: UnitOfWork, call: Call, what: Code | int) -> Reply:
    desk = desk_of(uow, call)
    proposed = undo_report(uow, desk, what) if isinstance(what, int) else undo_action(uow, desk, what)
    if proposed.queued:
        assert proposed.proposal.code
        return _done(uow, desk, proposed, proposed.proposal.code, "put back")
    parts = [part for part in (_restored(proposed), _reopened(proposed)) if part]
    answer = Reply(
        title=f"R-{what}: undone" if isinstance(what, int) else f"{what}: undone",
        text="\n".join(text for text, _ in parts if text),
        buttons=tuple(button for _, button in parts),
    )
    return finish(uow, proposed.outcomes, desk.now, answer)


def _restored(proposed: Proposed) -> tuple[str, Button] | None:
    """What the catalogue says now, where the undo changed it."""
    action = proposed.action
    if action is None:
        return None
    text = f"{action.code} says again what it said before, as revision {action.revision}."
    if action.retraction:
        text = f"{action.code} is withdrawn from the catalogue, revision {action.revision}."
    return text, _opens(action.code)


def _reopened(proposed: Proposed) -> tuple[str, Button] | None:
    """How the report stands now whose decision or draft the undo took back."""
    if proposed.reopened is None:
        return None
    report = proposed.reopened.report
    text = f"{report.name} is {report.status.label} again."
    if proposed.reopened.notice is None:
        text = f"The draft of {report.name} is what it was before the last edit."
    return text, Button(report.name, Press("review", {"report": report.name}))


_CODE = Option("code", CODE, "Its code, for example IL-1", "c", required=True, positional=True)
_BASE = Option("base", NUMBER, "Which revision of it was looked at", "r", inner=True)


def _spec(name: str, code: str, help_: str, handle: Any, *options: Option, form: Any = None) -> CommandSpec:
    return CommandSpec(
        name, code, help_, handle, (_CODE, *options), (f"/{name} IL-1",), rights=Role.MODERATOR,
        answer=Answer.FORM if form else Answer.MESSAGE, press_answer=Answer.FORM if form else Answer.MESSAGE,
        visibility=Visibility.ASKER, writes=True, form=form,
    )  # fmt: skip


SPECS = (
    _spec(
        "update", "up", "Say how an action stands now", _update, STATUS_OPTION, DATE_OPTION, NOTE,
        Option("link", LINK, "A link that says so", "l"), CHALLENGED, _BASE, form=_update_form,
    ),
    _spec(
        "correct", "ct", "Correct what an action says", _correct, *_CORRECTED, _BASE, START,
        form=_correct_form,
    ),
    _spec(
        "retract", "rt", "Withdraw an action from the catalogue", _retract,
        Option("reason", SHORT_TEXT, "Why: what readers are told", "e"), form=_retract_form,
    ),
    _spec("check", "ch", "Confirm that an action is still right", _check),
    CommandSpec(
        "history", "hi", "All revisions of an action, and who decided on each", _history, (_CODE,),
        ("/history IL-1",), rights=Role.MODERATOR, visibility=Visibility.ASKER,
    ),
    CommandSpec(
        "undo", "un", "Take back the newest change of an action, or the decision on a report", _undo,
        (Option("what", TARGET, "A code or a report: IL-1, R-12", "w", required=True, positional=True),),
        ("/undo IL-1", "/undo R-12"), rights=Role.MODERATOR, press_answer=Answer.MESSAGE,
        visibility=Visibility.ASKER, writes=True,
    ),
)  # fmt: skip
