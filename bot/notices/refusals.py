"""Places that refuse messages: said where the community is still heard; /setup shows it as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.deliveries import NewDelivery, Purpose, delivery_key
from bot.messages.documents import to_document
from bot.messages.message import Button, Message, Press

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.deliveries import Refusal
    from bot.ports import UnitOfWork

_MOST = 20
"""Refusals that are announced in one transaction."""


def is_refusal_due(uow: UnitOfWork, _: datetime) -> bool:
    """Whether there is a refusal to announce."""
    return bool(uow.outbox.refusals(1))


def announce_refusals(uow: UnitOfWork, now: datetime) -> int:
    """Tell the other review places of refusals, each once; returns how many refusals that were."""
    refusals = uow.outbox.refusals(_MOST)
    for refusal in refusals:
        _announce(uow, refusal, now)
        uow.outbox.mark_announced(refusal.place, now)
    return len(refusals)


def _announce(uow: UnitOfWork, refusal: Refusal, now: datetime) -> None:
    community = refusal.community
    if community is None:
        return
    document = to_document(_alert(refusal))
    suspended = [place for place, _ in uow.outbox.suspended(community)]
    for place in uow.review_settings.review_places(community):
        if place != refusal.place and place not in suspended:
            key = delivery_key("refusal", refusal.delivery, place.platform, place.home, place.id)
            uow.outbox.enqueue(NewDelivery(key, Purpose.ALERT, place, document, now, community=community))


def _alert(refusal: Refusal) -> Message:
    return Message(
        title=f"#{refusal.place.name or refusal.place.id} refuses messages",
        text=(
            f"{refusal.reason.rstrip('.')}. What is owed to it waits. When that is mended, name it anew with "
            "/setup; until then /review shows the queue."
        ),
        buttons=(Button("Setup", Press("setup")), Button("Review", Press("review"))),
    )
