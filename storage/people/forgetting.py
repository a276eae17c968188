"""Forgetting a person: what they sent and did stays, without them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select, update

from bot.domain.deliveries import DeliveryState
from bot.domain.review.proposals import ProposalState
from storage.outbox.payloads import drop_payloads, keep_payload
from storage.outbox.tables import deliveries, inbox, places, review_places
from storage.people.tables import accounts, audit_details, member_notes, one_time_codes
from storage.review.tables import approvals, followers, proposals, reports

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

_UNDER_WAY = (
    DeliveryState.PENDING,
    DeliveryState.SENDING,
    DeliveryState.UNCERTAIN,
    DeliveryState.SUSPENDED,
)


def forget(connection: Connection, number: int | None, renamed: Mapping[str, str]) -> None:
    """Drop an account, if there is one, and all that stands under its pseudonyms, bans apart.

    In the order of locks that everyone keeps: reports, proposals, the rest.
    """
    pseudonyms = sorted(renamed)
    _forget_reports(connection, renamed)
    still_open = select(proposals.c.id).where(proposals.c.state == ProposalState.OPEN)
    theirs = approvals.c.pseudonym.in_(pseudonyms)
    connection.execute(delete(approvals).where(theirs, approvals.c.proposal_id.in_(still_open)))
    for old, new in renamed.items():
        decided = update(approvals).where(approvals.c.pseudonym == old)
        connection.execute(decided.values(pseudonym=new, account_id=None))
    connection.execute(delete(member_notes).where(member_notes.c.pseudonym.in_(pseudonyms)))
    if number is not None:
        connection.execute(delete(audit_details).where(audit_details.c.account_id == number))
        codes = (one_time_codes.c.purpose == "link", one_time_codes.c.subject == number)
        connection.execute(delete(one_time_codes).where(*codes))
    _forget_deliveries(connection, number, pseudonyms)
    if number is not None:
        connection.execute(delete(accounts).where(accounts.c.id == number))


def _forget_reports(connection: Connection, renamed: Mapping[str, str]) -> None:
    pseudonyms = sorted(renamed)
    followed = select(followers.c.report_id).where(followers.c.author.in_(pseudonyms))
    mine = or_(reports.c.author.in_(pseudonyms), reports.c.id.in_(followed))
    # Whoever decides on one right now is waited for: what they owe the person is found below.
    locked = select(reports.c.id).where(mine).order_by(reports.c.id).with_for_update()
    connection.execute(locked).all()
    for old, new in renamed.items():
        gone = {"author": new, "author_account": None}
        connection.execute(update(reports).where(reports.c.author == old).values(gone))
        wordless = {**gone, "what": "", "details": ""}
        connection.execute(update(followers).where(followers.c.author == old).values(wordless))


def _forget_deliveries(connection: Connection, number: int | None, pseudonyms: Sequence[str]) -> None:
    account = select(accounts.c.platform, accounts.c.account).where(accounts.c.id == number).subquery()
    direct = connection.scalars(
        select(places.c.id)
        .where(places.c.direct, places.c.platform == account.c.platform, places.c.place == account.c.account)
        .with_for_update(of=places)  # whoever owes something there right now is waited for
    ).all()
    mine = or_(deliveries.c.recipient.in_(pseudonyms), deliveries.c.place_id.in_(direct))
    rows = connection.execute(select(deliveries.c.id, deliveries.c.payload).where(mine)).all()
    theirs = deliveries.c.id.in_([row.id for row in rows])
    unsent = update(deliveries).where(theirs, deliveries.c.state.in_(_UNDER_WAY))
    connection.execute(unsent.values(state=DeliveryState.DROPPED))
    nothing = {"recipient": "", "frozen": None, "payload": keep_payload(connection, "")}
    connection.execute(update(deliveries).where(theirs).values(nothing))
    here = update(deliveries).where(deliveries.c.place_id.in_(direct))
    connection.execute(here.values(place_id=None))
    gone = delete(inbox).where(inbox.c.place_id.in_(direct)).returning(inbox.c.payload)
    payloads = [*(row.payload for row in rows), *connection.scalars(gone)]
    connection.execute(delete(review_places).where(review_places.c.place_id.in_(direct)))
    connection.execute(delete(places).where(places.c.id.in_(direct)))
    drop_payloads(connection, payloads)
