"""What members do with reports: /report, /withdraw, /answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.commands.options import CODE
from bot.commands.review.options import ABOUT, FLAG, LINK, NUMBER, REPORT, REPORT_KIND, TEXT
from bot.commands.spec import Answer, Chosen, CommandSpec, Filled, Limit, Option, Typed
from bot.domain.catalogue.actions import Code
from bot.domain.catalogue.filters import Filter
from bot.domain.catalogue.states import names, states_in
from bot.domain.community.people import COMMONS
from bot.domain.review.queue import NewFile
from bot.domain.review.reports import LARGEST_FILE, LONGEST_WORDS, MOST_FILES, ReportKind
from bot.domain.writing.links import host_of, link_key, links_in
from bot.domain.writing.text import shorten
from bot.engine.review.reporting import (
    LEAST_WAIT,
    MOST_WAIT,
    Filing,
    add_words,
    file_report,
    own_or_followed,
    relate,
    withdraw,
)
from bot.errors import AmbiguousError, Guess, NotFoundError, NotUnderstoodError
from bot.messages.form import Entry, Form, FormField, FormOption
from bot.messages.message import Button, Field, Link, Press
from bot.messages.reply import Reply, Visibility
from bot.messages.wording import in_a_row
from bot.notices.notify import finish

if TYPE_CHECKING:
    from bot.commands.spec import Call
    from bot.domain.catalogue.states import State
    from bot.domain.community.people import Community
    from bot.engine.review.reporting import Filed
    from bot.ports import UnitOfWork

_ENDINGS = {
    "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp",
    "application/pdf": "pdf", "text/plain": "txt", "video/mp4": "mp4",
}  # fmt: skip
_NEEDED = ("what", "about", "link")


def _report(uow: UnitOfWork, call: Call, **given: Any) -> Reply:
    where = _where(uow, call, given["community"])
    filing = _filing(call, **given)
    person, now = call.person(uow), call.invocation.now
    filed = file_report(uow, where, person, filing, now, call.random.randint(LEAST_WAIT, MOST_WAIT))
    if filed.follows or filed.again:
        uow.calls.halve(person.counted, call.spec.name, now)
    outcomes = (filed.outcome,) if filed.outcome else ()
    return finish(uow, outcomes, now, _receipt(uow, where, filed, filing))


def _filing(
    call: Call, *, what: str | None, about: Code | tuple[State, ...] | None, link: str | None,
    kind: ReportKind | None, anonymous: bool | None, details: str | None, community: int | None,
) -> Filing:  # fmt: skip
    """What is sent, as far as it can be told without the database. Raises NotUnderstoodError."""
    del community
    if not what:
        raise NotUnderstoodError("Say what happened, in a sentence.")
    if about is None:
        raise NotUnderstoodError(
            "Say whom it is about: a state, several, or the code of an action like IL-1."
        )
    code = about if isinstance(about, Code) else None
    kind = _kind(kind, code)
    if not link and kind is not ReportKind.CORRECTION:
        raise NotUnderstoodError("Give a link to where it is written: nothing is published without a source.")
    asked = call.invocation.asked
    states = () if isinstance(about, Code) else tuple(state.code for state in about)
    opening = asked.opening if isinstance(asked, Filled) else ""
    return Filing(what, details or "", kind, states, code, link or "", bool(anonymous), opening, _files(call))


def _kind(kind: ReportKind | None, code: Code | None) -> ReportKind:
    """Raises NotUnderstoodError where kind and subject do not go together."""
    if code is None:
        if kind in (ReportKind.CHANGE, ReportKind.CORRECTION):
            raise NotUnderstoodError(
                f"A {kind} is about one action: give its code, like IL-1. /search finds it."
            )
        return ReportKind.NEW
    if kind is ReportKind.NEW:
        raise NotUnderstoodError(
            f"{code} is on file already. Report a change of its status or a correction, or name the state."
        )
    return kind or ReportKind.CHANGE


def _where(uow: UnitOfWork, call: Call, number: int | None) -> Community:
    """The community that decides: that of the place, else one of the sender's, else the curators.

    Raises AmbiguousError where the sender has to do with several.
    """
    if call.community:
        return call.community
    person = call.person(uow)
    known = uow.people.communities_of(person.known) if person.known is not None else []
    curators = uow.communities.curators()[:1]
    offered = known or curators
    if not offered:
        raise NotFoundError("Nobody reviews reports here. Ask in a server or workspace where Fiftywire is.")
    if number is not None:
        for community in [*known, *curators]:
            if community.id == number:
                return community
    if len(offered) > 1:
        guesses = tuple(Guess(community.name, str(community.id)) for community in offered)
        raise AmbiguousError("Whose moderators are to decide on it?", guesses, "community", call.options)
    return offered[0]


def _files(call: Call) -> tuple[NewFile, ...]:
    asked = call.invocation.asked
    sent = asked.files if isinstance(asked, Filled) else ()
    if len(sent) > MOST_FILES:
        raise NotUnderstoodError(f"A report takes {MOST_FILES} files.")
    if any(file.size > LARGEST_FILE for file in sent):
        raise NotUnderstoodError(f"A file is larger than {LARGEST_FILE // 1024 // 1024} MB.")
    platform = call.invocation.account.platform
    return tuple(NewFile(_ENDINGS.get(file.kind, "bin"), file.size, platform, file.url) for file in sent)


def _receipt(uow: UnitOfWork, community: Community, filed: Filed, filing: Filing) -> Reply:
    report = filed.report
    hear = (
        "No message will come to you; /reports shows what becomes of it, to you alone. It is shown to the "
        "moderators some minutes from now."
        if filing.anonymous
        else "You will hear what becomes of it; /reports shows how it stands."
    )
    options = {"report": report.name}
    buttons = [Button("Add details", Press("answer", options)), Button("My reports", Press("reports"))]
    fields = [Field("You reported", shorten(filing.what, 300))]
    if filed.again:
        title, text = (
            f"{report.name}: you sent this before",
            f"It is in review. Your words were added. {hear}",
        )
    elif filed.follows:
        title, text = f"Already in review as {report.name}", f"Somebody else sent it before. {hear}"
    else:
        title, text = f"{report.name}: received", f"The moderators decide on it. {hear}"
        buttons.insert(1, Button("Withdraw", Press("withdraw", options)))
        fields += [Field("About", str(report.code) if report.code else ", ".join(names(report.states)))]
        if report.link and report.kind is ReportKind.NEW and filed.outcome:
            boards = tuple(dict.fromkeys((COMMONS, community.name)))
            which = Filter(boards, link=link_key(report.link), state=report.states[0])
            for line in uow.catalogue.page(which, limit=1):
                text += f" {line.code} rests on the same link: {line.title}. Is it an update of that?"
                relates = Press("relate", {**options, "code": str(line.code)})
                buttons.insert(0, Button(f"It is an update of {line.code}", relates))
    links = (Link("Link", host_of(report.link), report.link),) if report.link else ()
    return Reply(title=title, text=text, fields=tuple(fields), links=links, buttons=tuple(buttons))


def _form(uow: UnitOfWork, call: Call) -> Form | None:
    asked = call.invocation.asked
    if isinstance(asked, Typed | Chosen) and all(call.options.get(name, "").strip() for name in _NEEDED):
        return None
    where = _where(uow, call, _number(call.options.get("community", "")))
    given = _prefilled(call)
    keep = {"community": str(where.id)} if call.community is None else {}
    spec = call.spec
    kinds = tuple(FormOption(value.text, value.label) for value in REPORT_KIND.values)
    yes_no = tuple(FormOption(value.text, value.label) for value in reversed(FLAG.values))
    about = given.get("about", "")
    usual = str(ReportKind.CHANGE if Code.parse(about) else ReportKind.NEW)
    return Form(
        "Report to Fiftywire",
        Press("report", keep),
        (
            FormField("what", "What happened", "In a sentence, as neutral as you can", Entry.TEXT, True,
                      given.get("what", ""), longest=LONGEST_WORDS),
            FormField("about", "A state, several, or a code", "Illinois · IL, TX · IL-17 for a change",
                      Entry.LINE, True, about, longest=200),
            FormField("link", "A link to where it is written", "We never open it; a correction may lack it",
                      Entry.LINE, False, given.get("link", "")),
            FormField("kind", "Kind", "A change and a correction need a code", Entry.ONE, False,
                      given.get("kind", "") or usual, kinds),
            FormField("anonymous", "Anonymous", "Then nobody knows who sent it, and no message comes to you",
                      Entry.ONE, False, given.get("anonymous", "") or "no", yes_no),
            FormField("details", "Details", spec.option("details").help, Entry.TEXT, False,
                      given.get("details", ""), longest=LONGEST_WORDS),
            FormField("files", "Files", f"Up to {MOST_FILES}, 8 MB each", Entry.FILES),
        ),
    )  # fmt: skip


def _prefilled(call: Call) -> dict[str, str]:
    """What was given, and what the words of a message say besides: its link, its states."""
    given = dict(call.options)
    words = given.get("what", "")
    if isinstance(call.invocation.asked, Chosen) and words:
        given["what"] = words[:LONGEST_WORDS]
        if not given.get("link") and (links := links_in(words)):
            given["link"] = links[0]
        if not given.get("about") and (states := states_in(words)):
            given["about"] = ", ".join(state.code for state in states[:8])
    return given


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


# --- afterwards


def _withdraw(uow: UnitOfWork, call: Call, report: int) -> Reply:
    now = call.invocation.now
    outcome = withdraw(uow, call.person(uow), report, now)
    text = f"R-{report} is withdrawn."
    if outcome.report.status.is_open:
        text += " Others sent the same, so it goes on as theirs."
    answer = Reply(title="Withdrawn", text=text, buttons=(Button("My reports", Press("reports")),))
    return finish(uow, outcome, now, answer)


def _answer(uow: UnitOfWork, call: Call, report: int, details: str | None) -> Reply:
    files, now = _files(call), call.invocation.now
    if not details and not files:
        raise NotUnderstoodError(f"Write what is to be added to R-{report}.")
    wait = call.random.randint(LEAST_WAIT, MOST_WAIT)
    outcome = add_words(uow, call.person(uow), report, details or "", files, now, wait)
    added = [part for part, there in (("your words", details), ("your files", files)) if there]
    answer = Reply(
        title=f"R-{report}",
        text=f"{in_a_row(added).capitalize()} went to the moderators.",
        buttons=(Button("My reports", Press("reports")),),
    )
    return finish(uow, outcome, now, answer)


def _answer_form(uow: UnitOfWork, call: Call) -> Form | None:
    asked = call.invocation.asked
    if isinstance(asked, Typed | Chosen) and call.options.get("details", "").strip():
        return None
    number = REPORT.read(call.options.get("report", ""))
    own_or_followed(uow, call.person(uow), number)
    return Form(
        f"R-{number}",
        Press("answer", {"report": f"R-{number}"}),
        (
            FormField("details", "Your words", "An answer, or what else there is to know", Entry.TEXT, False,
                      call.options.get("details", ""), longest=LONGEST_WORDS),
            FormField("files", "Files", f"Up to {MOST_FILES}, 8 MB each", Entry.FILES),
        ),
    )  # fmt: skip


def _relate(uow: UnitOfWork, call: Call, report: int, code: Code) -> Reply:
    now = call.invocation.now
    outcome = relate(uow, call.person(uow), report, code)
    answer = Reply(
        title=f"R-{report}", text=f"It is reviewed as a change of {code} now.",
        buttons=(Button("My reports", Press("reports")),),
    )  # fmt: skip
    return finish(uow, outcome, now, answer)


_REPORT_OPTION = Option("report", REPORT, "The report, for example R-12", "r", required=True, positional=True)

REPORT_SPEC = CommandSpec(
    "report", "rp", "Report what a state did, a change or a correction to the moderators", _report,
    (
        Option("what", TEXT, "What happened, in a sentence", "w"),
        Option("about", ABOUT, "A state, several, or the code of an action", "a"),
        Option("link", LINK, "Where it is written", "l"),
        Option("kind", REPORT_KIND, "Something new, a change of status, or a correction", "k"),
        Option("anonymous", FLAG, "Whether nobody may know who sent it", "y"),
        Option("details", TEXT, "What else there is to know", "d"),
        Option("community", NUMBER, "Whose moderators decide, where that is not clear", "c", inner=True),
    ),
    ("/report",),
    answer=Answer.FORM,
    press_answer=Answer.FORM,
    visibility=Visibility.ASKER,
    writes=True,
    limit=(Limit(1, 5), Limit(3, 300), Limit(10, 3600), Limit(24, 86_400)),
    form=_form,
    menu="Report to Fiftywire",
)  # fmt: skip
WITHDRAW = CommandSpec(
    "withdraw", "wd", "Take back a report of yours", _withdraw, (_REPORT_OPTION,), ("/withdraw R-12",),
    press_answer=Answer.MESSAGE, visibility=Visibility.ASKER, writes=True,
)  # fmt: skip
ANSWER = CommandSpec(
    "answer", "aw", "Answer a moderator's question, or add to a report of yours", _answer,
    (_REPORT_OPTION, Option("details", TEXT, "Your words", "d")),
    ("/answer R-12",),
    answer=Answer.FORM,
    press_answer=Answer.FORM,
    visibility=Visibility.ASKER,
    writes=True,
    limit=(Limit(1, 2), Limit(10, 300), Limit(60, 3600)),
    form=_answer_form,
)  # fmt: skip
RELATE = CommandSpec(
    "relate", "rl", "Say that a report of yours is an update of an action", _relate,
    (_REPORT_OPTION, Option("code", CODE, "The action", "c", required=True)),
    press_answer=Answer.MESSAGE, visibility=Visibility.ASKER, writes=True, button=True,
)  # fmt: skip
