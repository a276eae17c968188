"""A report as moderators see it: the card in review places and under /review."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.catalogue.dates import PartialDate
from bot.domain.catalogue.states import names
from bot.domain.review.drafts import DECIDED, draft_of_facts
from bot.domain.review.proposals import ProposalKind
from bot.domain.review.reports import Origin, Report, ReportStatus, Said
from bot.domain.writing.links import host_of
from bot.domain.writing.text import clean, shorten
from bot.engine.community.communities import name_of_community
from bot.engine.community.people import author_name, name_of
from bot.engine.review.case import ReviewAction
from bot.engine.review.desk import clock, is_in_words, last_step_words
from bot.engine.review.members import note_key
from bot.engine.review.publishing import target_of
from bot.messages.message import Button, ButtonRole, Field, KeptFile, Link, Press
from bot.messages.reply import Reply
from bot.messages.wording import in_a_row, number_of, sentence
from bot.notices.alike import alike_fields
from bot.notices.draft_words import differences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bot.domain.catalogue.actions import Action
    from bot.domain.community.people import Community
    from bot.domain.review.drafts import Draft
    from bot.domain.review.proposals import Proposal
    from bot.domain.review.reports import ReportFile, Words
    from bot.engine.review.case import Case
    from bot.ports import UnitOfWork

_MOST_FOLLOWERS = 3
_MOST_SOURCES = 3
_SAID_AS_STATUS = ("Status", "Date of the status", "Note on the status")
_LONGEST_SHOWN = 1000


def card(uow: UnitOfWork, case: Case, now: datetime) -> Reply:
    """The card of a report as it stands, with the buttons that its state has, for who looks at it `now`."""
    report, proposal = case.report, case.proposal
    draft = proposal.draft
    before = target_of(uow, proposal)
    files = uow.files.of(report.number)
    known = before.facts.sources if before and report.status.is_open else ()
    sources = sorted(draft.sources, key=lambda source: source in known)  # what is new comes first
    return Reply(
        title=f"{report.name}: {_title(report, draft)}",
        text=_status_text(uow, report, proposal, case.community),
        fields=(
            *_fields(uow, report, proposal, case.community, before, now),
            *_files(report, files),
            *alike_fields(uow, report, case.community, now),
        ),
        links=tuple(_link(source.url, source.title) for source in sources[:_MOST_SOURCES]),
        buttons=tuple(_buttons(case)),
        files=tuple(KeptFile(file.id, file.name) for file in files if file.kept),
    )


def answer_with(shown: Reply, text: str = "") -> Reply:
    """A card as an answer: its files are on the card in the review place."""
    files = f"{number_of(len(shown.files), 'file')}, on the card" if shown.files else ""
    fields = (*shown.fields, Field("Files", files)) if files else shown.fields
    said = "\n".join(part for part in (text, shown.text) if part)
    return replace(shown, text=said, fields=fields, files=())


def _title(report: Report, draft: Draft) -> str:
    """What it is called: as it would be published, or what a moderator wants done."""
    if report.origin in (Origin.MODERATOR, Origin.OPERATOR):
        return report.what
    return draft.title or report.what


def _status_text(uow: UnitOfWork, report: Report, proposal: Proposal, community: Community) -> str:
    """One line on how it stands, and what else there is to know."""
    lines = [report.note] if report.note else []
    match report.status:
        case ReportStatus.NEW if report.answered:
            lines.append("Answered; waiting for review.")
        case ReportStatus.NEW:
            lines.append("Waiting for review.")
        case ReportStatus.CLAIMED if report.until:
            who, until = name_of(uow, report.claimed_by), clock(report.until, community)
            lines.append(f"Claimed by {who} until {until}.")
        case ReportStatus.SECONDING:
            agreed = [name_of(uow, approval.account) for approval in proposal.approvals]
            lines.append(f"Approved by {in_a_row(agreed)}; one more person has to agree.")
        case ReportStatus.APPROVED if report.outcome:
            lines.append(f"{_last_step(uow, report, proposal, community)}: {report.outcome}.")
            if len(proposal.approvals) > 1:
                agreed = [name_of(uow, approval.account) for approval in proposal.approvals]
                lines.append(f"Agreed with by {in_a_row(agreed)}.")
        case ReportStatus.REJECTED:
            lines.append(f"{_last_step(uow, report, proposal, community)}: {report.reason}")
        case ReportStatus.DUPLICATE:
            lines.append(f"{_last_step(uow, report, proposal, community)}: {report.reason}.")
        case _:
            lines.append(f"{_last_step(uow, report, proposal, community)}.")
    return "\n".join(lines)


def _last_step(uow: UnitOfWork, report: Report, proposal: Proposal, community: Community) -> str:
    told = last_step_words(uow, report, proposal, community)
    return sentence(told)


def _fields(
    uow: UnitOfWork, report: Report, proposal: Proposal, community: Community, before: Action | None,
    now: datetime,
) -> Iterator[Field]:  # fmt: skip
    draft = proposal.draft
    yield Field("Kind", report.kind.label)
    if before:
        yield Field("Action", f"{before.code}: {before.facts.title}")
        if report.status.is_open and proposal.kind in (ProposalKind.UPDATE, ProposalKind.CORRECT):
            last = before.facts.history[-1]
            yield Field("Stands now", f"{last.status.label}, {last.date.words}")
    if draft.states:
        yield Field("States" if len(draft.states) > 1 else "State", ", ".join(names(draft.states)))
    yield from _proposed(uow, report, proposal, before)
    if report.origin is Origin.COMMUNITY:
        yield Field("Forwarded", _forwarded(uow, report))
    elif report.origin is Origin.MEMBER:
        yield Field("Reported by", _reporter(uow, report, community))
    elif report.author:
        yield Field("Proposed by", author_name(uow, report.author))
    yield from _said(uow, report, now)


def _proposed(uow: UnitOfWork, report: Report, proposal: Proposal, before: Action | None) -> Iterator[Field]:
    """What would be published, and what still has to be decided."""
    draft, is_open = proposal.draft, report.status.is_open
    if proposal.kind is ProposalKind.IMPORT:
        yield Field("Rows", report.details)
        return
    if proposal.kind is ProposalKind.UNDO and before and is_open:
        yield from _put_back(uow, proposal, before)
    if proposal.kind in (ProposalKind.RETRACT, ProposalKind.UNDO, ProposalKind.CHECK):
        if draft.reason:
            yield Field("Reason", draft.reason)
        return
    if before is None and draft.summary and draft.summary != draft.title:
        yield Field("Summary", draft.summary)
    if draft.status and draft.date:
        note = f": {draft.note}" if draft.note else ""
        yield Field("Status", f"{draft.status.label}, {draft.date.words}{note}")
    if before is None:
        yield from _described(uow, draft)
    elif is_open:
        yield from _changes(draft_of_facts(before.facts), draft)
    if is_in_words(uow, report, proposal) and is_open:
        yield Field("Still to do", "bring the correction into the draft with Edit")
    missing = [name for name in DECIDED if not getattr(draft, name)]
    if missing and is_open:
        yield Field("Still to decide", in_a_row(missing))
    if report.what and clean(report.what) != draft.title and report.origin is not Origin.MODERATOR:
        yield Field("As written", shorten(report.what, _LONGEST_SHOWN))
    if report.details and clean(report.details) != draft.summary:
        yield Field("Details", shorten(report.details, _LONGEST_SHOWN))


def _described(uow: UnitOfWork, draft: Draft) -> Iterator[Field]:
    """What a new action would say of itself, as far as it is decided."""
    if draft.kind:
        yield Field("Form", draft.kind.label)
    if draft.approach:
        yield Field("Approach", draft.approach.label)
    if draft.topics:
        yield Field("Topics", ", ".join(topic.label for topic in draft.topics))
    if draft.challenged:
        yield Field("Challenged in court", "yes")
    if draft.responds_to:
        yield Field("Answers", "; ".join(draft.responds_to))
    if draft.legal_basis:
        known = {precedent.key: precedent.name for precedent in uow.reference.precedents()}
        yield Field("Rests on", "; ".join(known.get(key, key) for key in draft.legal_basis))


def _changes(now: Draft, wanted: Draft) -> Iterator[Field]:
    """What would read differently, with what stands there now."""
    for label, was, will in differences(now, wanted):
        if label not in _SAID_AS_STATUS:
            new, old = (shorten(text, _LONGEST_SHOWN) or "nothing" for text in (will, was))
            yield Field(f"New: {label.lower()}", f"{new}\nNow: {old}")


def _put_back(uow: UnitOfWork, proposal: Proposal, now: Action) -> Iterator[Field]:
    """What an undo would restore."""
    assert proposal.undoes is not None
    undone = uow.revisions.get(proposal.undoes)
    if undone.before is None or undone.before.retraction:
        yield Field("After it", f"{now.code} is withdrawn from the catalogue")
        return
    if now.retraction:
        yield Field("After it", f"{now.code} is in the catalogue again")
    last = undone.before.facts.history[-1]
    yield Field("Status", f"{last.status.label}, {last.date.words}")
    yield from _changes(draft_of_facts(now.facts), draft_of_facts(undone.before.facts))


def _reporter(uow: UnitOfWork, report: Report, community: Community) -> str:
    """Who sent it, how their reports ended so far, and what moderators noted."""
    author = report.author
    if author is None:
        return author_name(uow, None)
    # Of an anonymous author not even which other reports are theirs.
    counted = report.status.is_open and not author.anonymous
    counts = uow.queue.outcomes(community.id, author.pseudonym) if counted else {}
    told = [
        f"{counts[status]} {word}"
        for status, word in (
            (ReportStatus.APPROVED, "approved"), (ReportStatus.REJECTED, "rejected"),
            (ReportStatus.DUPLICATE, "known already"),
        )
        if counts.get(status)
    ]  # fmt: skip
    who = author_name(uow, author)
    if told:
        who += f" ({', '.join(told)} before)"
    day = PartialDate.on(report.made_at.date()).words
    # The hour of an anonymous report could tell who sent it.
    when = day if author.anonymous else f"{day}, {clock(report.made_at, community)}"
    notes = uow.people.notes(community.id, [note_key(author, report.number)])
    noted = f"\nNote: {shorten(notes[0], 200)}" if notes else ""
    return f"{who}, {when}{noted}"


def _forwarded(uow: UnitOfWork, report: Report) -> str:
    origin = uow.reports.find(report.forwarded_from) if report.forwarded_from else None
    community = uow.communities.get(origin.community) if origin else None
    return (
        f"by the moderators of {name_of_community(uow, community)}" if community else "by another community"
    )


def _said(uow: UnitOfWork, report: Report, now: datetime) -> Iterator[Field]:
    of = report.forwarded_from or report.number
    for words in _by_now(uow.reports.words(of), now)[-6:]:
        name = {Said.QUESTION: f"{name_of(uow, words.by)} asked", Said.ANSWER: "Answer",
                Said.DETAILS: "Added", Said.OTHERS: "Added by somebody else"}[words.said]  # fmt: skip
        yield Field(name, shorten(words.text, _LONGEST_SHOWN))
    followers = [
        one for one in uow.reports.followers(of)
        if one.author and not one.author.is_gone and (one.made_at <= now or not one.author.anonymous)
    ]  # fmt: skip
    if followers:
        said = list(dict.fromkeys(clean(f.what) for f in followers if clean(f.what) != clean(report.what)))
        shown = "".join(f"\n“{shorten(text, 200)}”" for text in said[:_MOST_FOLLOWERS])
        yield Field("Followers", f"{number_of(len(followers), 'more person')} sent the same{shown}".replace(
            "more persons", "more people"))  # fmt: skip


def _files(report: Report, files: Sequence[ReportFile]) -> Iterator[Field]:
    """Those that are not here: on the way, or lost."""
    lost = sum(not file.kept and not file.url for file in files)
    if waiting := sum(bool(file.url) for file in files):
        yield Field("Files", f"{number_of(waiting, 'file')} on the way")
    if report.status.is_open and lost:
        yield Field("Files", f"{number_of(lost, 'file')} could not be kept")


def _by_now(words: Sequence[Words], now: datetime) -> list[Words]:
    """Those that moderators may see; an answer to them is never kept back."""
    return [one for one in words if one.at <= now or one.said is Said.ANSWER]


_LABELS = {
    ReviewAction.APPROVE: "Approve", ReviewAction.EDIT: "Edit", ReviewAction.DUPLICATE: "Duplicate",
    ReviewAction.ASK: "Ask", ReviewAction.REJECT: "Reject", ReviewAction.CLAIM: "Claim",
    ReviewAction.UNDO: "Undo", ReviewAction.FORWARD: "Forward", ReviewAction.BAN: "Ban author",
}  # fmt: skip
"""What has a button on a card."""


def _buttons(case: Case) -> Iterator[Button]:
    report = case.report
    if report.outcome and not report.status.is_open:
        yield Button(str(report.outcome), Press("action", {"code": str(report.outcome)}))
    for action in case.actions():
        if action in _LABELS:
            role = ButtonRole.AGREES if action is ReviewAction.APPROVE else None
            yield Button(_LABELS[action], press_for(report, action), role=role)


def press_for(report: Report, action: ReviewAction) -> Press:
    """The press by which a moderator does that with the report as it is now."""
    if action is ReviewAction.UNDO:  # one command for reports and actions, which has no version
        return Press("undo", {"what": report.name})
    command = "banauthor" if action is ReviewAction.BAN else str(action)
    return Press(command, {"report": report.name, "version": str(report.version)})


def _link(url: str, title: str) -> Link:
    host = host_of(url)
    label = title if host in title else f"{title} ({host})" if title else host
    return Link("Source", label, url)
