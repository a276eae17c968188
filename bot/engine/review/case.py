"""A report as one moderator sees it, and what they may do with it: the one place of that rule."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.community.people import COMMONS
from bot.domain.review.reports import TRANSITIONS, Event, Origin, ReportStatus
from bot.engine.review.desk import check_board, lapse, last_step_words, until_words
from bot.errors import ChangedMeanwhileError, ForbiddenError, NotFoundError, NotUnderstoodError, RefusalError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.catalogue.actions import Action
    from bot.domain.community.people import Community, Person
    from bot.domain.review.proposals import Proposal
    from bot.domain.review.reports import Author, Report
    from bot.engine.review.desk import Desk
    from bot.ports import UnitOfWork


class ReviewAction(StrEnum):
    """What a moderator does with a report, in the order of a card's buttons."""

    APPROVE = "approve"
    EDIT = "edit"
    DUPLICATE = "duplicate"
    ASK = "ask"
    REJECT = "reject"
    CLAIM = "claim"
    UNDO = "undo"
    """Take back the decision on it."""
    UNDO_EDIT = "undo edit"
    """Take back the last edit of its draft; no card has a button for that."""
    FORWARD = "forward"
    BAN = "ban"
    """Take no more reports of its author."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """What the rules ask about the person who looks at a report."""

    is_sender: bool = False
    """They sent it, or the same later, under whatever pseudonym, and such a report bars its senders."""
    is_author: bool = False
    claimer: str = ""
    """The name of somebody else who has claimed it."""
    own_undone: str = ""
    """The name of a report that they sent and whose decision this one would undo."""


@dataclass(frozen=True, slots=True)
class Case:
    """A report with its proposal, as one moderator of its community sees it at a moment."""

    report: Report
    proposal: Proposal
    community: Community
    viewer: Viewer | None = None
    """None for a card that is posted: it is the same for all who see it, so nobody is refused anything for
    who they are."""
    published: Action | None = None
    """What came of it, where it is approved."""
    senders: tuple[Author, ...] = ()
    """Who sent it and the same later, the report that it was forwarded from included; known of a viewer's
    case."""
    last_step: str = ""
    """What happened to it last, in words; known of a viewer's case that is not open."""

    def refusal(self, action: ReviewAction) -> RefusalError | None:
        """Why the action may not be taken now; None where it may."""
        return next((error for rule in _RULES[action] if (error := rule(self))), None)

    def require(self, action: ReviewAction) -> None:
        """Raise why the action may not be taken now, if it may not."""
        if error := self.refusal(action):
            raise error

    def actions(self) -> tuple[ReviewAction, ...]:
        """What may be done now."""
        return tuple(action for action in ReviewAction if self.refusal(action) is None)


def take_case(uow: UnitOfWork, desk: Desk, number: int, version: int | None = None) -> Case:
    """Lock a report with its proposal; a state that lasted too long ends first.

    Raises NotFoundError for what is not in this community's queue, ChangedMeanwhileError with who did what
    when it is not at `version` any more.
    """
    report = uow.reports.lock(number, desk.community.id)
    if report is None or report.visible_at > desk.now:
        raise NotFoundError(f"There is no report R-{number} here.")
    proposal = uow.proposals.lock(report.proposal)
    forgotten = report.status is ReportStatus.SECONDING and not proposal.approvals
    if report.has_lapsed(desk.now) or forgotten:
        report, proposal = lapse(uow, report, proposal, desk.now)
    if version is not None and version != report.version:
        told = last_step_words(uow, report, proposal, desk.community)
        raise ChangedMeanwhileError(f"{report.name} was already {told}.")
    return _case(uow, report, proposal, desk.community, desk.person, desk.now)


def look_at(uow: UnitOfWork, community: Community, person: Person, number: int, now: datetime) -> Case | None:
    """The same without a lock, to open a form for; None for what is not in this community's queue."""
    report = uow.reports.find(number, community.id)
    if report is None or report.visible_at > now:
        return None
    return _case(uow, report, uow.proposals.get(report.proposal), community, person, now)


def posted_case(
    uow: UnitOfWork, report: Report, proposal: Proposal, community: Community, action: Action | None = None
) -> Case:
    """A report as its card shows it to whoever sees that. `action` is what came of it, where it is known."""
    if action is None and report.status is ReportStatus.APPROVED and not community.curator:
        action = _published(uow, report)
    return Case(report, proposal, community, published=action)


def _case(
    uow: UnitOfWork, report: Report, proposal: Proposal, community: Community, person: Person, now: datetime
) -> Case:
    senders = senders_of(uow, report)
    is_sender = report.origin.bars_author and _is_one_of(person, senders)
    is_author = report.author is not None and report.author.pseudonym in person.every
    claimer = _other_claimer(uow, report, person, now)
    viewer = Viewer(is_sender, is_author, claimer, _own_undone(uow, proposal, person))
    told = "" if report.status.is_open else last_step_words(uow, report, proposal, community)
    return Case(report, proposal, community, viewer, _published(uow, report), senders, told)


def senders_of(uow: UnitOfWork, report: Report) -> tuple[Author, ...]:
    """Who sent a report, and the same later; for one that was forwarded, the first one's senders as well."""
    of = [report.number, *([report.forwarded_from] if report.forwarded_from is not None else [])]
    later = (follower.author for number in of for follower in uow.reports.followers(number))
    return tuple(author for author in (report.author, *later) if author)


def _is_one_of(person: Person, authors: tuple[Author, ...]) -> bool:
    return any(author.pseudonym in person.ever for author in authors)


def _other_claimer(uow: UnitOfWork, report: Report, person: Person, now: datetime) -> str:
    if report.status is not ReportStatus.CLAIMED or report.claimed_by is None or report.has_lapsed(now):
        return ""
    mine = uow.people.find(person.account.platform, person.account.id)
    claimer = uow.people.known([report.claimed_by]).get(report.claimed_by)
    if claimer is None or (mine is not None and mine.person == claimer.person):
        return ""
    return claimer.name


def _own_undone(uow: UnitOfWork, proposal: Proposal, person: Person) -> str:
    source = uow.proposals.by_revision(proposal.undoes) if proposal.undoes is not None else None
    undone = uow.reports.by_proposal(source.id) if source else None
    if undone is None or not undone.origin.bars_author or not _is_one_of(person, senders_of(uow, undone)):
        return ""
    return undone.name


def _published(uow: UnitOfWork, report: Report) -> Action | None:
    if report.status is not ReportStatus.APPROVED or report.outcome is None:
        return None
    return uow.catalogue.by_code([report.outcome]).get(report.outcome)


# --- the rules, each None or why not


def _is_open(case: Case) -> RefusalError | None:
    if case.report.status.is_open:
        return None
    return ChangedMeanwhileError(f"{case.report.name} was already {case.last_step}.")


def _not_own(case: Case) -> RefusalError | None:
    if not case.viewer or not case.viewer.is_sender:
        return None
    return ForbiddenError(f"Nobody decides on their own report; {case.report.name} waits for somebody else.")


def _not_claimed(case: Case) -> RefusalError | None:
    if not case.viewer or not case.viewer.claimer:
        return None
    return ChangedMeanwhileError(
        f"{case.viewer.claimer} has claimed {case.report.name}"
        f"{until_words(case.report, case.community)}. Press Claim to take it over."
    )


def _on_own_board(case: Case) -> RefusalError | None:
    try:
        check_board(case.community, case.proposal.board)
    except ForbiddenError as error:
        return error
    return None


def _not_own_undone(case: Case) -> RefusalError | None:
    if not case.viewer or not case.viewer.own_undone:
        return None
    return ForbiddenError(
        f"Nobody decides on their own report; {case.viewer.own_undone} is for others to undo."
    )


def _sent_by_people(case: Case) -> RefusalError | None:
    """What moderators or the operator propose is decided on as it is."""
    if case.report.origin.bars_author:
        return None
    return ChangedMeanwhileError(f"{case.report.name} is no report of somebody's; approve or reject it.")


def _has_author_to_ask(case: Case) -> RefusalError | None:
    author = case.report.author
    if case.report.origin is Origin.MEMBER and author is not None and not author.is_gone:
        return None
    return NotFoundError(f"There is nobody to ask about {case.report.name}.")


def _has_author_to_ban(case: Case) -> RefusalError | None:
    author = case.report.author
    if case.report.origin is not Origin.MEMBER or author is None:
        return NotFoundError(f"{case.report.name} has no author here.")
    if author.is_gone:
        return NotUnderstoodError(f"{case.report.name} has no author on file any more.")
    if case.viewer and case.viewer.is_author:
        return ForbiddenError("Nobody bans themselves.")
    return None


def _not_seconding(case: Case) -> RefusalError | None:
    if case.report.status is not ReportStatus.SECONDING:
        return None
    return ChangedMeanwhileError(
        f"{case.report.name} waits for a second person: approve it, edit it or reject it."
    )


def _goes_on_with(event: Event) -> Callable[[Case], RefusalError | None]:
    def rule(case: Case) -> RefusalError | None:
        if event in TRANSITIONS[case.report.status]:
            return None
        return ChangedMeanwhileError(f"{case.report.name} is {case.report.status.label}.")

    return rule


def _forwards(case: Case) -> RefusalError | None:
    """An approved report hands on what came of it, an open one itself."""
    rules = _FORWARDS_ACTION if case.report.status is ReportStatus.APPROVED else _FORWARDS_REPORT
    return next((error for rule in rules if (error := rule(case))), None)


def _published_on_own_board(case: Case) -> RefusalError | None:
    action = case.published
    if action is not None and not action.retraction and action.board != COMMONS:
        return None
    return ChangedMeanwhileError(f"Nothing of {case.report.name} stands on a board of this community's own.")


def _by_a_member(case: Case) -> RefusalError | None:
    if case.report.status is not ReportStatus.SECONDING and case.report.origin is Origin.MEMBER:
        return None
    return ChangedMeanwhileError(f"{case.report.name} is {case.report.status.label} and cannot be forwarded.")


def _not_curators(case: Case) -> RefusalError | None:
    if not case.community.curator:
        return None
    return ForbiddenError("This community's moderators decide for everyone themselves; nothing to forward.")


def _undoes_others(case: Case) -> RefusalError | None:
    if not case.viewer or not case.viewer.is_sender:
        return None
    return ForbiddenError(
        f"Nobody decides on their own report; {case.report.name} is for somebody else to undo."
    )


def _is_decided(case: Case) -> RefusalError | None:
    if case.report.status in (ReportStatus.APPROVED, ReportStatus.REJECTED, ReportStatus.DUPLICATE):
        return None
    return ChangedMeanwhileError(
        f"{case.report.name} is {case.report.status.label}; there is nothing to undo."
    )


_DECIDES = (_is_open, _not_own, _not_claimed)
_FORWARDS_ACTION = (_published_on_own_board, _not_curators)
_FORWARDS_REPORT = (*_DECIDES, _by_a_member, _not_curators)
_RULES: dict[ReviewAction, tuple[Callable[[Case], RefusalError | None], ...]] = {
    ReviewAction.APPROVE: (*_DECIDES, _on_own_board, _not_own_undone),
    ReviewAction.EDIT: (*_DECIDES, _sent_by_people),
    ReviewAction.DUPLICATE: (*_DECIDES, _sent_by_people, _goes_on_with(Event.DUPLICATE)),
    ReviewAction.ASK: (*_DECIDES, _has_author_to_ask, _goes_on_with(Event.ASK)),
    ReviewAction.REJECT: _DECIDES,
    ReviewAction.CLAIM: (_is_open, _not_own, _not_seconding),
    ReviewAction.UNDO: (_undoes_others, _is_decided),
    ReviewAction.UNDO_EDIT: (_undoes_others, _is_open, _not_claimed),
    ReviewAction.FORWARD: (_forwards,),
    ReviewAction.BAN: (_is_open, _has_author_to_ban),
}
"""What is asked in which order: the first that speaks against it is what the moderator reads."""
