"""What members do: send a report, add to it, answer a question, take it back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.community.people import visible_boards
from bot.domain.review.drafts import draft_of_report
from bot.domain.review.proposals import ProposalKind
from bot.domain.review.queue import NewFile, NewProposal, NewReport
from bot.domain.review.reports import (
    MOST_FILES,
    Author,
    Event,
    Origin,
    Report,
    ReportKind,
    ReportStatus,
    Said,
    Words,
)
from bot.engine.community.people import keep_person
from bot.engine.review.desk import Notice, Outcome
from bot.engine.review.opening import close_report, drop, open_report
from bot.errors import ChangedMeanwhileError, ForbiddenError, NotFoundError, NotUnderstoodError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.catalogue.actions import Action, Code
    from bot.domain.community.people import Community, Person
    from bot.domain.review.drafts import Draft
    from bot.domain.review.reports import Follower
    from bot.ports import UnitOfWork

LEAST_WAIT, MOST_WAIT = 60, 15 * 60
"""Seconds before moderators see an anonymous report, so that its time tells nothing (DESIGN: 6)."""


@dataclass(frozen=True, slots=True)
class Filing:
    """What somebody sends, already read: exactly one of `states` and `code` is given."""

    what: str
    details: str
    kind: ReportKind
    states: tuple[str, ...]
    code: Code | None
    link: str
    anonymous: bool
    opening: str = ""
    """Which opening of a form it came from."""
    files: tuple[NewFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of it."""

    report: Report
    outcome: Outcome | None
    """None where nothing was changed: the same opening was sent twice."""
    follows: bool = False
    again: bool = False
    """The sender had reported it before."""


def file_report(
    uow: UnitOfWork, community: Community, person: Person, filing: Filing, now: datetime, wait: int
) -> Filed:
    """Keep a report, or make its sender a follower of the one that is in review already.

    `wait` is how many seconds an anonymous one stays unseen. Raises ForbiddenError for who is banned,
    NotFoundError for a code that cannot be seen here.
    """
    refuse_banned(uow, community, person)
    opening = _opening(person, filing.opening)
    if opening and (number := uow.reports.opening(opening)) is not None:
        report = uow.reports.find(number)
        assert report
        return Filed(report, None)
    base = _base(uow, community, filing.code)
    author = author_for(uow, person, now, anonymous=filing.anonymous)
    held = _held(uow, community, filing)
    if held is not None:
        filed = _follow(uow, held, person, author, filing, now, wait)
    else:
        filed = _file(uow, community, author, filing, base, now, wait)
    sent = _told(author, now, wait)
    if opening and uow.reports.opened(opening, filed.report.number, sent) != filed.report.number:
        raise ChangedMeanwhileError("This form was sent before; /reports shows what came of it.")
    return filed


def was_sent(uow: UnitOfWork, person: Person, opening: str) -> bool:
    """Whether somebody sent that opening of a form before."""
    digest = _opening(person, opening)
    return bool(digest) and uow.reports.opening(digest) is not None


def refuse_banned(uow: UnitOfWork, community: Community, person: Person) -> None:
    """Raise ForbiddenError for somebody whose reports are not taken here."""
    if uow.people.is_banned(community.id, person.ever):
        raise ForbiddenError(
            "The moderators here take no reports from you. What you sent before still stands in /reports."
        )


def author_for(uow: UnitOfWork, person: Person, now: datetime, *, anonymous: bool) -> Author:
    """Somebody as the author of something: under their name, or as a pseudonym and nothing else."""
    if anonymous:
        return Author(person.hidden, anonymous=True)
    return Author(person.open, account=keep_person(uow, person, now))


def _proposal(community: Community, report: NewReport | Report, base: Action | None) -> NewProposal:
    """The change that a report asks for, with the draft that it gives."""
    kind = ProposalKind.PUBLISH
    if base:
        kind = ProposalKind.CORRECT if report.kind is ReportKind.CORRECTION else ProposalKind.UPDATE
    board = base.board if base else community.board
    return NewProposal(board, kind, report.code, base.revision if base else 0, _draft(report, base), None)


def _draft(report: NewReport | Report, base: Action | None) -> Draft:
    return draft_of_report(
        report.what, report.details, report.states, report.link, base.facts if base else None,
        corrects=report.kind is ReportKind.CORRECTION,
    )  # fmt: skip


def own_report(uow: UnitOfWork, person: Person, number: int, *, lock: bool = False) -> Report:
    """A report that somebody sent. Raises NotFoundError for any other, whether there is one or not."""
    report = uow.reports.lock(number) if lock else uow.reports.find(number)
    if report and report.author and report.author.pseudonym in person.every:
        return report
    raise NotFoundError(f"You sent no report R-{number}. /reports lists those that you sent.")


def add_words(
    uow: UnitOfWork,
    person: Person,
    number: int,
    text: str,
    files: Sequence[NewFile],
    now: datetime,
    wait: int,
) -> Outcome:
    """Answer a moderator's question, or add to what was sent. Raises where it is decided already.

    `wait` is how many seconds the cards stay as they are, where an anonymous sender adds something.
    """
    report = own_or_followed(uow, person, number, lock=True)
    community = uow.communities.get(report.community)
    assert community
    refuse_banned(uow, community, person)
    if report.origin is not Origin.MEMBER:
        raise ChangedMeanwhileError(f"{report.name} came from moderators; add to your own report.")
    if not report.status.is_open:
        raise ChangedMeanwhileError(f"{report.name} is {report.status.label}; nothing can be added any more.")
    is_author = report.author is not None and report.author.pseudonym in person.every
    answers = report.status is ReportStatus.ASKED and is_author
    me = _me(report, uow.reports.followers(number), person)
    if text:
        said = Said.ANSWER if answers else Said.DETAILS if is_author else Said.OTHERS
        uow.reports.say(number, Words(said, text, _told(me, now, wait)))
    if files:
        _add_files(uow, number, files)
    if answers:
        report = replace(report.after(Event.ANSWER, now), answered=True)
        uow.reports.save(report)
    # That there is an answer shows in the report's state at once; what nobody asked for waits.
    not_before = now + timedelta(seconds=wait) if me.anonymous and not answers else None
    return Outcome(report, uow.proposals.get(report.proposal), not_before=not_before)


def withdraw(uow: UnitOfWork, person: Person, number: int, now: datetime) -> Outcome:
    """Take a report back; if others sent the same, it goes on as the first of theirs."""
    report = own_report(uow, person, number, lock=True)
    if report.status is ReportStatus.WITHDRAWN:
        raise ChangedMeanwhileError(f"{report.name} is withdrawn already.")
    if not report.status.is_open or report.origin is not Origin.MEMBER:
        raise ChangedMeanwhileError(
            f"{report.name} is {report.status.label} and cannot be withdrawn any more."
        )
    return leave(uow, report, Event.WITHDRAW, now, min(person.gone))


def relate(uow: UnitOfWork, person: Person, number: int, code: Code) -> Outcome:
    """The sender says that their report of something new is a change of an action on its link."""
    report = own_report(uow, person, number, lock=True)
    if (
        report.origin is not Origin.MEMBER
        or report.kind is not ReportKind.NEW
        or report.status not in (ReportStatus.NEW, ReportStatus.ASKED)
    ):
        raise ChangedMeanwhileError(f"{report.name} is {report.status.label} and stays what it is.")
    community = uow.communities.get(report.community)
    assert community
    base = _base(uow, community, code)
    assert base
    drop(uow, uow.proposals.lock(report.proposal))
    uow.reports.release_link(number)
    report = replace(
        report, kind=ReportKind.CHANGE, code=base.code, states=base.facts.states, version=report.version + 1,
        decided_by=None, decided_at=None,
    )  # fmt: skip
    proposal = uow.proposals.add(_proposal(community, report, base))
    report = replace(report, proposal=proposal.id)
    uow.reports.save(report)
    uow.reports.hold_link(report)
    return Outcome(report, proposal)


def leave(
    uow: UnitOfWork, report: Report, event: Event, now: datetime, stays: str, by: int | None = None
) -> Outcome:
    """A report loses its author: the first follower takes their place, else it ends.

    `stays` is the pseudonym by which whoever leaves is known again, who sent it and may not decide on it.
    """
    proposal = uow.proposals.lock(report.proposal)
    if first := next(
        (f for f in uow.reports.followers(report.number) if _can_take_over(uow, report, f)), None
    ):
        uow.reports.follow(report.number, Author(stays), "", "", now)
        return _pass_on(uow, report, first, now)
    report = replace(report.after(event, now), version=report.version + 1)
    decided = now if event is Event.FOLD else None  # when its author left is nobody's business
    report = replace(report, decided_by=by, decided_at=decided)
    proposal = close_report(uow, report, proposal)
    return Outcome(report, proposal, Notice.FOLDED if event is Event.FOLD else None)


def _can_take_over(uow: UnitOfWork, report: Report, follower: Follower) -> bool:
    author = follower.author
    if author is None or author.is_gone:
        return False
    return not uow.people.is_banned(report.community, [author.pseudonym])


def _pass_on(uow: UnitOfWork, report: Report, first: Follower, now: datetime) -> Outcome:
    """Theirs are the words now as well; a draft that a moderator wrote stays."""
    uow.reports.unfollow(first.id)
    uow.reports.disown_words(report.number)
    report = replace(
        report, author=first.author, what=first.what, details=first.details, version=report.version + 1
    )
    proposal = uow.proposals.get(report.proposal)
    base = uow.catalogue.by_code([report.code]).get(report.code) if report.code else None
    if proposal.edition == 1 and (base is None or base.revision == proposal.base):
        proposal = uow.proposals.revise(proposal.id, _draft(report, base), None, now)
        if report.status is ReportStatus.SECONDING:
            report = replace(report, status=ReportStatus.NEW, until=None)
    uow.reports.save(report)
    return Outcome(report, proposal)


def _follow(
    uow: UnitOfWork,
    held: Report,
    person: Person,
    author: Author,
    filing: Filing,
    now: datetime,
    wait: int,
) -> Filed:
    proposal = uow.proposals.get(held.proposal)
    not_before = now + timedelta(seconds=wait) if author.anonymous else None
    mine = held.author is not None and held.author.pseudonym in person.every
    followers = uow.reports.followers(held.number)
    if mine or any(f.author and f.author.pseudonym in person.every for f in followers):
        sent = (
            [(held.what, held.details)]
            if mine
            else [(f.what, f.details) for f in followers if f.author and f.author.pseudonym in person.every]
        )
        known = {text for one in sent for text in one}
        new = dict.fromkeys(part for part in (filing.what, filing.details) if part and part not in known)
        if new:
            me = _me(held, followers, person)
            said = Said.DETAILS if mine else Said.OTHERS
            uow.reports.say(held.number, Words(said, "\n".join(new), _told(me, now, wait)))
        if filing.files:
            _add_files(uow, held.number, filing.files)
        return Filed(held, Outcome(held, proposal, not_before=not_before), follows=not mine, again=True)
    curators = uow.reports.by_forwarded(held.number)
    approvals = [*proposal.approvals, *(uow.proposals.get(curators.proposal).approvals if curators else ())]
    if any(approval.pseudonym in person.opens for approval in approvals):
        raise ChangedMeanwhileError(
            f"You agreed with {held.name}, which says the same. Who reports it cannot decide on it as well."
        )
    uow.reports.follow(held.number, author, filing.what, filing.details, _told(author, now, wait))
    return Filed(held, Outcome(held, proposal, not_before=not_before), follows=True)


def _file(
    uow: UnitOfWork, community: Community, author: Author, filing: Filing,
    base: Action | None, now: datetime, wait: int,
) -> Filed:  # fmt: skip
    visible = now + timedelta(seconds=wait) if filing.anonymous else now
    new = NewReport(
        community.id, Origin.MEMBER, filing.kind, filing.what, filing.details,
        base.facts.states if base else filing.states, filing.code, filing.link, author,
        _told(author, now, wait), visible,
    )  # fmt: skip
    outcome = open_report(uow, new, _proposal(community, new, base))
    if filing.files:
        _add_files(uow, outcome.report.number, filing.files)
    return Filed(outcome.report, outcome)


def _held(uow: UnitOfWork, community: Community, filing: Filing) -> Report | None:
    """The open report of the same link, kind and subject, locked."""
    if not filing.link:
        return None
    about = str(filing.code) if filing.code else ",".join(sorted(filing.states))
    number = uow.reports.holder(community.id, filing.link, about, filing.kind)
    report = uow.reports.lock(number, community.id) if number is not None else None
    return report if report and not report.status.is_final else None


def _base(uow: UnitOfWork, community: Community, code: Code | None) -> Action | None:
    if code is None:
        return None
    action = uow.catalogue.find(code, visible_boards(community))
    if action is None:
        raise NotFoundError(f"There is no action {code}.")
    if action.retraction:
        raise NotFoundError(
            f"{code} was withdrawn from the catalogue. If it happened after all, report it as new."
        )
    return action


def own_or_followed(uow: UnitOfWork, person: Person, number: int, *, lock: bool = False) -> Report:
    """A report that somebody sent, first or later. Raises NotFoundError for any other."""
    report = uow.reports.lock(number) if lock else uow.reports.find(number)
    if report:
        authors = [report.author, *(follower.author for follower in uow.reports.followers(number))]
        if any(author and author.pseudonym in person.every for author in authors):
            return report
    raise NotFoundError(f"You sent no report R-{number}. /reports lists those that you sent.")


def _me(report: Report, followers: Sequence[Follower], person: Person) -> Author:
    """As whom somebody sent it: anonymously or under their name."""
    sent = [report.author, *(follower.author for follower in followers)]
    return next(author for author in sent if author and author.pseudonym in person.every)


def _told(author: Author, now: datetime, wait: int) -> datetime:
    """When somebody sent something, as it is kept: of an anonymous sender, when others may see it.

    Its own moment would stand beside the times at which calls are counted, and lead to other reports.
    """
    return now + timedelta(seconds=wait) if author.anonymous else now


def _add_files(uow: UnitOfWork, number: int, files: Sequence[NewFile]) -> None:
    """Under neutral names: what people call their files can say who they are."""
    have = len(uow.files.of(number))
    if have + len(files) > MOST_FILES:
        raise NotUnderstoodError(f"A report takes {MOST_FILES} files; R-{number} has {have} already.")
    named = [
        replace(file, name=f"R-{number}-{at}.{file.name}") for at, file in enumerate(files, start=have + 1)
    ]
    uow.files.add(number, named)


def _opening(person: Person, opening: str) -> str:
    """What stands for one opening of a form by one person; nothing that can be looked up."""
    if not opening:
        return ""
    return hashlib.sha256(f"{person.hidden}\0{opening}".encode()).hexdigest()
