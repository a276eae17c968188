"""Writing down what was done, by whom, in a chain that nobody can change unseen."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from bot.domain.community.audit import AuditDetail

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.community.audit import AuditEvent
    from bot.ports import UnitOfWork

_SALT = 16
"""Bytes; without it a hash of a number and a few words could be guessed."""


def write_down(
    uow: UnitOfWork,
    community: int,
    now: datetime,
    event: AuditEvent,
    subject: str,
    account: int | None,
    text: str = "",
) -> None:
    """Add an entry to a community's chain, which stays locked until the transaction ends."""
    uow.audit.lock([community])
    detail = AuditDetail(secrets.token_hex(_SALT), account, text)
    uow.audit.add(community, now, event, subject, detail)
