"""Which shards this process serves: leased rows, so that no two processes serve one."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from adapters.discord.inbound import PLATFORM
from bot.errors import DatabaseError
from bot.ports.store import run_async, write_async

if TYPE_CHECKING:
    from bot.ports import Store, UnitOfWork

LEASE = timedelta(seconds=60)
"""For how long a process that dies keeps its shards from the others."""
RENEW = 15.0
"""Seconds between renewals."""
ANSWER = 5.0
"""Seconds that the database is given for one; it may be stuck."""


class LeaseLostError(Exception):
    """Another process may serve our shards now."""


class ShardLeases:
    """The shards of one application that one process holds."""

    def __init__(self, store: Store, application: int, count: int) -> None:
        self._store = store
        self._prefix = f"{PLATFORM} {application} shard "
        self._dealing = f"{PLATFORM} {application} dealing"
        self._count = count
        self._holder = secrets.token_hex(8)
        self._held: list[str] = []

    async def take_free(self) -> list[int]:
        """Lease every shard that nobody serves, and return their numbers.

        Takes no shard while another process deals them out or serves by another number of shards in all:
        that number decides which servers belong to a shard.
        """

        def take(uow: UnitOfWork) -> list[int]:
            now = datetime.now(UTC)
            # Whoever else deals out shards at this moment waits here, and then sees what we took.
            if not uow.leases.take(self._dealing, self._holder, now, now + LEASE):
                return []
            others = uow.leases.held(self._prefix, now)
            if any(not name.endswith(f" of {self._count}") for name in others):
                return []
            uow.leases.release(self._dealing, self._holder)
            every = range(self._count)
            taken = [n for n in every if uow.leases.take(self._name(n), self._holder, now, now + LEASE)]
            uow.commit()
            return taken

        shards = await run_async(self._store, take, writes=True)
        self._held = [self._name(shard) for shard in shards]
        return shards

    async def keep(self) -> None:
        """Renew for ever. Raises LeaseLostError once a shard is, or may be, somebody else's."""

        def renew(uow: UnitOfWork) -> bool:
            now = datetime.now(UTC)
            kept = all(uow.leases.take(name, self._holder, now, now + LEASE) for name in self._held)
            if kept:
                uow.commit()
            return kept

        kept_at = datetime.now(UTC)
        while True:
            await asyncio.sleep(RENEW)
            at = datetime.now(UTC)
            try:
                async with asyncio.timeout(ANSWER):
                    kept = await run_async(self._store, renew, writes=True)
                if not kept:
                    raise LeaseLostError("Another process took over the shards.")
                kept_at = at
            except (DatabaseError, TimeoutError) as error:
                if at - kept_at > LEASE - 2 * timedelta(seconds=RENEW):
                    raise LeaseLostError(
                        "The shards could not be kept: the database does not answer."
                    ) from error

    async def release(self) -> None:
        """Let others take them at once."""

        def release(uow: UnitOfWork) -> None:
            for name in self._held:
                uow.leases.release(name, self._holder)

        if self._held:
            await write_async(self._store, release)
            self._held = []

    def _name(self, shard: int) -> str:
        return f"{self._prefix}{shard} of {self._count}"
