"""Which shards this process serves: leased rows, so that no two processes serve one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from adapters.discord.inbound import PLATFORM
from bot.lease import DEFAULTS, Lease
from bot.ports.store import run_async

if TYPE_CHECKING:
    from bot.lease import LeaseTiming
    from bot.ports import Store, UnitOfWork


class ShardLeases:
    """The shards of one application that one process holds."""

    def __init__(self, store: Store, application: int, count: int, timing: LeaseTiming = DEFAULTS) -> None:
        self._store = store
        self._prefix = f"{PLATFORM} {application} shard "
        self._dealing = f"{PLATFORM} {application} dealing"
        self._count = count
        self._ttl = timing.ttl
        self._lease = Lease(store, what="The lease of the shards", timing=timing)

    async def take_free(self) -> list[int]:
        """Lease every shard that nobody serves, and return their numbers.

        Takes no shard while another process deals them out or serves by another number of shards in all:
        that number decides which servers belong to a shard.
        """

        holder = self._lease.holder

        def take(uow: UnitOfWork) -> tuple[list[int], datetime]:
            now = datetime.now(UTC)
            until = now + self._ttl
            # Whoever else deals out shards at this moment waits here, and then sees what we took.
            if not uow.leases.take(self._dealing, holder, now, until):
                return [], until
            others = uow.leases.held(self._prefix, now)
            if any(not name.endswith(f" of {self._count}") for name in others):
                return [], until
            uow.leases.release(self._dealing, holder)
            every = range(self._count)
            taken = [n for n in every if uow.leases.take(self._name(n), holder, now, until)]
            uow.commit()
            return taken, until

        shards, until = await run_async(self._store, take, writes=True)
        self._lease.adopt([self._name(shard) for shard in shards], until)
        return shards

    async def keep(self) -> None:
        """Renew for ever. Raises LeaseLostError once a shard is, or may be, somebody else's."""
        await self._lease.keep()

    async def release(self) -> None:
        """Let others take them at once. Raises DatabaseError."""
        await self._lease.release()

    def _name(self, shard: int) -> str:
        return f"{self._prefix}{shard} of {self._count}"
