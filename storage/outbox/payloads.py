"""Payloads: the documents of deliveries, each once under its hash, as long as something refers to it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, select

from storage.dialects import insert_or_ignore
from storage.outbox.tables import deliveries, inbox, payloads

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection


def digest_of(document: str) -> str:
    """What a document is kept under."""
    return hashlib.sha256(document.encode()).hexdigest()


def keep_payload(connection: Connection, document: str) -> str:
    """The digest of a document that is kept now, and cannot be taken away before this transaction ends."""
    digest = digest_of(document)
    pinned = select(payloads.c.digest).where(payloads.c.digest == digest)
    pinned = pinned.with_for_update(read=True, key_share=True)
    while True:
        row = {"digest": digest, "document": document}
        connection.execute(insert_or_ignore(connection, payloads), row)
        if connection.scalar(pinned) is not None:  # else it was dropped between the two
            return digest


def drop_payloads(connection: Connection, digests: Iterable[str]) -> None:
    """Take those away to which nothing refers any more."""
    # First locked, then looked at: whoever refers to one has it locked, or is seen.
    mine = select(payloads.c.digest).where(payloads.c.digest.in_(sorted(set(digests))))
    free = connection.scalars(mine.with_for_update(skip_locked=True)).all()
    used = (
        exists().where(deliveries.c.payload == payloads.c.digest),
        exists().where(inbox.c.payload == payloads.c.digest),
    )
    connection.execute(delete(payloads).where(payloads.c.digest.in_(free), ~used[0], ~used[1]))
