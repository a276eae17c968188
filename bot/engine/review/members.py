"""Whose reports a community takes, and what its moderators note about people."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.community.audit import AuditEvent
from bot.domain.community.people import Account, Ban, pseudonym
from bot.domain.review.proposals import ProposalState
from bot.domain.review.reports import Event, Origin
from bot.engine.community.audit import write_down
from bot.engine.community.people import account_of
from bot.engine.review.case import take_case
from bot.engine.review.desk import Desk, Outcome
from bot.engine.review.reporting import leave
from bot.errors import ChangedMeanwhileError, ForbiddenError, NotFoundError

if TYPE_CHECKING:
    from bot.domain.review.reports import Author
    from bot.ports import UnitOfWork


def author_of(uow: UnitOfWork, desk: Desk, number: int) -> Author:
    """Who sent a report of this community's; its pseudonym is all that is known of an anonymous one.

    Raises NotFoundError where no member did.
    """
    report = take_case(uow, desk, number).report
    if report.author is None or report.origin is not Origin.MEMBER:
        raise NotFoundError(f"{report.name} has no author here.")
    return report.author


def pseudonyms_of(uow: UnitOfWork, secret: bytes, author: Author) -> frozenset[str]:
    """All by which an author may report under a name; of an anonymous one the only one that is known."""
    known = account_of(uow, author)
    if known is None:
        return frozenset([author.pseudonym])
    linked = (Account(one.platform, one.id, one.name) for one in uow.people.linked(known.person))
    return frozenset([author.pseudonym, *(pseudonym(secret, account) for account in linked)])


def ban(
    uow: UnitOfWork,
    desk: Desk,
    pseudonyms: frozenset[str],
    why: str,
    *,
    report: int | None = None,
    subject: str,
) -> list[Outcome]:
    """Take no more reports of somebody, known by all of those; what is open of theirs goes on with its first
    follower, or is folded.

    Raises ForbiddenError for oneself, ChangedMeanwhileError where that was done before.
    """
    if pseudonyms & desk.person.every:
        raise ForbiddenError("Nobody bans themselves.")
    new = [
        uow.people.ban(desk.community.id, Ban(one, "", report, why), desk.account, desk.now)
        for one in sorted(pseudonyms)
    ]
    if not any(new):
        raise ChangedMeanwhileError("They are banned here already.")
    moved = []
    for number in uow.queue.open_of(desk.community.id, pseudonyms):
        found = uow.reports.lock(number, desk.community.id)
        if found and found.origin is Origin.MEMBER and found.status.is_open:
            assert found.author
            moved.append(leave(uow, found, Event.FOLD, desk.now, found.author.pseudonym, desk.account))
    write_down(uow, desk.community.id, desk.now, AuditEvent.MEMBER_BANNED, subject, desk.account, why)
    return moved


def unban(uow: UnitOfWork, desk: Desk, pseudonyms: frozenset[str], subject: str) -> list[Outcome]:
    """Take their reports again; what was folded is new."""
    if not uow.people.unban(desk.community.id, pseudonyms):
        raise NotFoundError("Nobody of that name is banned here.")
    moved = []
    for number in uow.queue.folded_of(desk.community.id, pseudonyms):
        found = uow.reports.lock(number, desk.community.id)
        if found is None:
            continue
        report = replace(found.after(Event.UNBAN, desk.now), version=found.version + 1)
        uow.reports.save(report)
        uow.reports.hold_link(report)
        proposal = replace(uow.proposals.lock(report.proposal), state=ProposalState.OPEN)
        uow.proposals.save(proposal)
        moved.append(Outcome(report, proposal))
    write_down(uow, desk.community.id, desk.now, AuditEvent.MEMBER_UNBANNED, subject, desk.account)
    return moved


def note_key(author: Author, number: int) -> str:
    """Under what a note about an author is kept: about an anonymous one it stays with the one report."""
    if not author.anonymous:
        return author.pseudonym
    return hashlib.sha256(f"{author.pseudonym}\0{number}".encode()).hexdigest()


def note(uow: UnitOfWork, desk: Desk, about: str, text: str, subject: str) -> None:
    """Keep a note about somebody for the moderators."""
    uow.people.add_note(desk.community.id, about, text, desk.account, desk.now)
    write_down(uow, desk.community.id, desk.now, AuditEvent.MEMBER_NOTED, subject, desk.account)
