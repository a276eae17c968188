"""Approving a proposal and publishing it: how many people it takes, and what becomes of the catalogue."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from bot.domain.catalogue.actions import Action, Code, Retraction
from bot.domain.catalogue.filters import NewAction
from bot.domain.catalogue.records import BadRecordError
from bot.domain.catalogue.revisions import Change, Decision, change_of
from bot.domain.catalogue.states import BY_CODE
from bot.domain.community.audit import AuditEvent
from bot.domain.review.drafts import Draft, checked_today, draft_of_facts, facts_of
from bot.domain.review.proposals import (
    Approval,
    Proposal,
    ProposalKind,
    ProposalState,
    Weight,
    people_needed,
    weight_of,
)
from bot.domain.review.reports import Event, ReportStatus
from bot.domain.writing.text import fold
from bot.engine.community.audit import write_down
from bot.engine.community.people import one_person
from bot.engine.review.case import ReviewAction, senders_of
from bot.engine.review.desk import (
    Desk,
    Notice,
    Outcome,
    edited,
    is_in_words,
    stepped,
)
from bot.engine.review.opening import close_report
from bot.engine.review.reopening import finish_undo
from bot.errors import ChangedMeanwhileError, ForbiddenError, NotUnderstoodError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.domain.catalogue.actions import Facts
    from bot.domain.review.reports import Author, Report
    from bot.engine.review.case import Case
    from bot.ports import UnitOfWork

_LONGEST_SLUG = 60
_AHEAD = timedelta(days=1)
"""East of us it may be tomorrow already: Guam is ten hours ahead of the clock that we read."""
_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")


def approve(uow: UnitOfWork, desk: Desk, case: Case, draft: Draft | None) -> Outcome:
    """Agree with a report's draft, completed by `draft` where that is given; publish with enough people.

    Raises ChangedMeanwhileError where the action was changed so that the draft cannot stand any more. Where
    it can, it is laid on top of what stands now, and the outcome is still open: to be looked at again.
    """
    case.require(ReviewAction.APPROVE)
    report, proposal = case.report, case.proposal
    senders = case.senders
    if report.forwarded_from is not None:
        uow.reports.lock(report.forwarded_from)  # reports before actions, as everywhere
        senders = senders_of(uow, report)  # somebody may have followed it before the lock
    lock_actions(uow, proposal)  # before anything is compared with what stands now
    if is_in_words(uow, report, proposal):
        raise NotUnderstoodError(
            f"{report.name} is a correction in words. Bring it into the draft with Edit, then approve that."
        )
    if draft is not None and draft != proposal.draft:
        proposal = uow.proposals.revise(proposal.id, draft, desk.account, desk.now)
    if proposal.import_id is None and (rebased := _rebased(uow, desk, proposal)):
        told = f"{proposal.code} was changed meanwhile; the draft now stands on its newest version."
        report = replace(edited(report, desk), note=told)
        uow.reports.save(report)
        return Outcome(report, rebased)
    agreed = any(desk_is(uow, desk, approval) for approval in proposal.approvals)
    if not agreed:
        proposal = agree(uow, proposal, desk)
    counted = senders if report.origin.bars_author else ()
    if people(uow, proposal, counted) < needed(uow, proposal, desk.now):
        if agreed:
            raise ForbiddenError(f"You agreed with {report.name} already; it waits for another person.")
        if report.status is ReportStatus.SECONDING:  # who agreed before turned out to have sent it
            report = report.after(Event.LAPSE, desk.now)
        report = stepped(report, Event.FIRST_APPROVE, desk)
        uow.reports.save(report)
        write_down(uow, desk.community.id, desk.now, AuditEvent.REPORT_SECONDING, report.name, desk.account)
        return Outcome(report, proposal)
    return _publish_report(uow, desk, report, proposal)


def _publish_report(uow: UnitOfWork, desk: Desk, report: Report, proposal: Proposal) -> Outcome:
    origin = uow.reports.lock(report.forwarded_from) if report.forwarded_from is not None else None
    communities = [desk.community.id, *([origin.community] if origin else [])]
    uow.audit.lock(communities)  # before the revision, as everywhere
    proposal, action = publish(uow, proposal, desk.now, report.name)
    code = action.code if action else None
    report = replace(stepped(report, Event.APPROVE, desk), outcome=code)
    close_report(uow, report, proposal)
    also: tuple[Outcome, ...] = ()
    if origin and origin.status is ReportStatus.FORWARDED:
        origin = replace(stepped(origin, Event.APPROVE, desk), outcome=code)
        theirs = close_report(uow, origin, uow.proposals.lock(origin.proposal))
        also = (Outcome(origin, theirs, Notice.DECIDED, action),)
    elif origin and proposal.replaces and action:
        origin = replace(origin, note=f"{proposal.replaces} was published for everyone as {action.code}.")
        uow.reports.save(origin)
        also = (Outcome(origin, uow.proposals.get(origin.proposal)),)
    if proposal.kind is ProposalKind.UNDO and (reopened := finish_undo(uow, desk, proposal)):
        also = (*also, reopened)
    told = f"{action.code}, revision {action.revision}" if action else ""
    write_down(uow, desk.community.id, desk.now, AuditEvent.REPORT_APPROVED, report.name, desk.account, told)
    return Outcome(report, proposal, Notice.DECIDED, action, also)


def desk_is(uow: UnitOfWork, desk: Desk, approval: Approval) -> bool:
    """Whether the approval is this moderator's own, by whichever of their accounts."""
    if approval.pseudonym in desk.person.every:
        return True
    if approval.account is None:
        return False
    return one_person(uow, [approval.account, desk.account]) == 1


def agree(uow: UnitOfWork, proposal: Proposal, desk: Desk) -> Proposal:
    """Count the moderator's word for the draft as it is."""
    approval = Approval(desk.person.open, desk.account, desk.now)
    uow.proposals.approve(proposal.id, proposal.edition, approval)
    agreed = sorted((*proposal.approvals, approval), key=lambda one: (one.at, one.pseudonym))
    return replace(proposal, approvals=tuple(agreed))


def people(uow: UnitOfWork, proposal: Proposal, senders: Iterable[Author] = ()) -> int:
    """How many people agreed; linked accounts are one, and none of the senders counts."""
    agreed = {approval.account for approval in proposal.approvals}
    sent = {author.account for author in senders if author.account is not None}
    return one_person(uow, agreed | sent) - (one_person(uow, sent) if sent else 0)


def needed(uow: UnitOfWork, proposal: Proposal, now: datetime) -> int:
    """How many people have to. Raises NotUnderstoodError where the draft makes no valid action."""
    policy = uow.review_settings.policy(proposal.board)
    if proposal.import_id is not None:
        return people_needed(policy, Weight.STATUS)
    before = target_of(uow, proposal)
    after = outcome_of(uow, proposal, before, now)
    return people_needed(policy, weight_of(before, after, undo=proposal.kind is ProposalKind.UNDO))


def target_of(uow: UnitOfWork, proposal: Proposal) -> Action | None:
    """The action that a proposal changes, as it is now."""
    if proposal.code is None:
        return None
    return uow.catalogue.by_code([proposal.code])[proposal.code]


def lock_actions(uow: UnitOfWork, proposal: Proposal) -> None:
    """Keep what the proposal changes from change by others."""
    codes = [code for code in (proposal.code, proposal.replaces) if code]
    if codes:
        uow.publisher.lock(codes)


def outcome_of(uow: UnitOfWork, proposal: Proposal, before: Action | None, now: datetime) -> Action:
    """The action as it would be after the proposal. Raises NotUnderstoodError with every reason why not."""
    kind, today = proposal.kind, now.date()
    if kind is ProposalKind.UNDO:
        return _undone(uow, proposal, now)
    if before is not None and kind is ProposalKind.RETRACT:
        return replace(before, retraction=Retraction(now, proposal.draft.reason))
    if before is not None and kind is ProposalKind.CHECK:
        return replace(before, facts=checked_today(before.facts, today))
    facts = checked_facts(uow, proposal.draft, before.facts if before else None, now)
    if before is None:
        return Action(Code(facts.states[0], 1), "", proposal.board, facts)
    return replace(before, facts=facts)


def checked_facts(uow: UnitOfWork, draft: Draft, base: Facts | None, now: datetime) -> Facts:
    """The facts of a draft. Raises NotUnderstoodError with every reason why they cannot be."""
    known = {precedent.key for precedent in uow.reference.precedents()} if draft.legal_basis else set()
    reasons = [f"there is no precedent {key}" for key in draft.legal_basis if key not in known]
    if not draft.sources:
        reasons.append("nothing is published without a source: add a link with Edit")
    if draft.date and draft.date.first_day > now.date() + _AHEAD:
        reasons.append(f"{draft.date.words} has not come yet")
    if base and draft.status and draft.date:
        last = base.history[-1]
        if (draft.status, draft.date) != (last.status, last.date) and (
            draft.date.last_day < last.date.first_day
        ):
            reasons.append(
                f"it stands as “{last.status.label}” since {last.date.words}, so a change cannot be earlier"
            )
    if not reasons:
        try:
            return facts_of(draft, base, now.date())
        except BadRecordError as error:
            reasons = error.reasons
    raise NotUnderstoodError(f"This draft cannot be published: {'; '.join(reasons)}.")


def publish(uow: UnitOfWork, proposal: Proposal, now: datetime, why: str) -> tuple[Proposal, Action | None]:
    """Bring a proposal into the catalogue. Its people are counted before; its actions are locked."""
    if proposal.import_id is not None:
        uow.imports.approve(proposal.import_id, decided_by(proposal))
        proposal = replace(proposal, state=ProposalState.PUBLISHED)
        uow.proposals.save(proposal)
        return proposal, None
    before = target_of(uow, proposal)
    after = outcome_of(uow, proposal, before, now)
    decision = Decision(decided_by(proposal), why, now)
    if before is None:
        new = NewAction(_free_key(uow, after.facts), proposal.board, after.facts)
        (action,) = uow.publisher.add([new], decision)
        if proposal.replaces:
            _alias(uow, proposal.replaces, action.code, decision)
    else:
        changes = proposal.kind not in (ProposalKind.CHECK, ProposalKind.UNDO)
        if changes and replace(after, revision=0) == replace(before, revision=0):
            raise NotUnderstoodError(f"The draft says what {before.code} says already. Edit it first.")
        (action,) = uow.publisher.change([(after, change_of(before, after))], decision)
        if proposal.kind is ProposalKind.UNDO:
            _free_alias(uow, before, action, decision)
    proposal = replace(proposal, state=ProposalState.PUBLISHED, revision=action.revision)
    uow.proposals.save(proposal)
    return proposal, action


def decided_by(proposal: Proposal) -> str:
    """Who stands behind a revision: accounts by number, which their owners can have forgotten."""
    numbers = [approval.account for approval in proposal.approvals if approval.account is not None]
    return ", ".join(f"account {number}" for number in numbers) or "operator"


def _undone(uow: UnitOfWork, proposal: Proposal, now: datetime) -> Action:
    """What the action was before the revision that is undone; where it was not there, it is withdrawn."""
    assert proposal.code
    assert proposal.undoes is not None
    revision = uow.revisions.get(proposal.undoes)
    now_at = uow.catalogue.by_code([proposal.code])[proposal.code].revision
    if now_at != proposal.base:
        raise ChangedMeanwhileError(f"{proposal.code} was changed since, so this cannot be undone any more.")
    if revision.before is None:
        gone = Retraction(now, proposal.draft.reason or "its publication was undone")
        return replace(revision.after, retraction=gone, revision=now_at)
    return replace(revision.before, revision=now_at)


def _rebased(uow: UnitOfWork, desk: Desk, proposal: Proposal) -> Proposal | None:
    """The proposal on top of what stands now; None where it stands there already."""
    before = target_of(uow, proposal)
    if before is None or before.revision == proposal.base:
        return None
    if before.retraction and proposal.kind is not ProposalKind.UNDO:
        raise ChangedMeanwhileError(f"{before.code} was withdrawn from the catalogue meanwhile.")
    if proposal.kind is ProposalKind.UNDO:
        raise ChangedMeanwhileError(
            f"{before.code} was changed meanwhile, so this cannot be undone any more."
        )
    old = uow.revisions.get(proposal.base).after
    draft = rebase(proposal.draft, old.facts, before.facts)
    uow.proposals.save(replace(proposal, base=before.revision))
    return uow.proposals.revise(proposal.id, draft, desk.account, desk.now)


def rebase(draft: Draft, old: Facts, new: Facts) -> Draft:
    """What the draft changed of the old facts, on top of the new ones."""
    was, now = draft_of_facts(old), draft_of_facts(new)
    kept: dict[str, Any] = {
        name: getattr(now, name)
        for name in ("title", "summary", "states", "topics", "kind", "approach", "responds_to", "legal_basis",
                     "challenged")
        if getattr(draft, name) == getattr(was, name)
    }  # fmt: skip
    known = {source.url for source in now.sources}
    added = tuple(s for s in draft.sources if s not in was.sources and s.url not in known)
    step: dict[str, Any] = {}
    if (draft.status, draft.date) == (was.status, was.date):
        step = {"status": now.status, "date": now.date}
    return replace(draft, **kept, **step, sources=(*now.sources, *added))


def _alias(uow: UnitOfWork, local: Code, everyones: Code, decision: Decision) -> None:
    """The action of a community's own board answers with everyone's from now on."""
    action = uow.catalogue.by_code([local]).get(local)
    if action and action.retraction is None:
        gone = replace(action, retraction=Retraction(decision.at, _published_as(everyones)))
        uow.publisher.change([(gone, Change.RETRACTED)], decision)
    uow.publisher.alias(local, everyones)


def _published_as(everyones: Code) -> str:
    return f"it was published for everyone as {everyones}"


def _free_alias(uow: UnitOfWork, before: Action, action: Action, decision: Decision) -> None:
    """Where a publication for everyone is undone, what it stood for is the community's own again."""
    if before.retraction is not None or action.retraction is None:
        return
    for local in uow.catalogue.aliases_of(before.code):
        uow.publisher.alias(local, None)
        hidden = uow.catalogue.by_code([local])[local]
        if hidden.retraction is None or hidden.retraction.reason != _published_as(before.code):
            continue  # its own moderators had withdrawn it before
        uow.publisher.change([(replace(hidden, retraction=None), Change.RESTORED)], decision)


def _free_key(uow: UnitOfWork, facts: Facts) -> str:
    """A key for a new action that no other has: `il-declines-to-share-data`."""
    words = _NOT_IN_SLUGS.sub("-", fold(f"{facts.states[0]} {facts.title}")).strip("-")
    slug = words[:_LONGEST_SLUG].rstrip("-") or BY_CODE[facts.states[0]].code.lower()
    for number in count(1):
        key = slug if number == 1 else f"{slug}-{number}"
        if not uow.catalogue.by_key([key]):
            return key
    raise AssertionError  # numbers do not end
