"""A lease in the database: what only one process at a time may do, held and renewed."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.errors import DatabaseError
from bot.ports.store import run_async, write_async, write_unawaited

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.ports import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class LeaseTiming:
    """How long a lease lasts, and when it is renewed."""

    ttl: timedelta = timedelta(seconds=60)
    """Lease TTL: a crashed process keeps others out for at most this long."""
    margin: timedelta = timedelta(seconds=30)
    """Least time left while the lease is relied on: more than one attempt to send takes (20 s)."""
    renew_every: float = 15.0
    """Seconds between renewals in `keep`."""
    answer_within: float = 5.0
    """Seconds that the database is given for a renewal in `keep`; it may be stuck."""


DEFAULTS = LeaseTiming()


class LeaseLostError(Exception):
    """Another process may hold the lease now."""


class Lease:
    """One or more names that this process alone holds, all or none of them."""

    def __init__(
        self, store: Store, *names: str, what: str = "The lease", timing: LeaseTiming = DEFAULTS
    ) -> None:
        """`what` begins a sentence about it."""
        self.holder = secrets.token_hex(8)
        self._store = store
        self._names = names
        self._what = what
        self._timing = timing
        self._held_until: datetime | None = None
        self._is_taken = False
        """Whether some of the names may be ours, to be let go: losing one does not let go the others."""

    def adopt(self, names: Sequence[str], until: datetime) -> None:
        """Hold `names`, which were taken for `holder` in a transaction of another, until that time."""
        self._names = tuple(names)
        self._held_until = until if names else None
        self._is_taken = bool(names)

    async def hold(self, now: datetime) -> bool:
        """Whether it is ours for at least the margin from `now` on; taken or renewed where needed.

        Raises DatabaseError.
        """
        return self._is_safe(now) or await self.renew(now)

    async def renew(self, now: datetime) -> bool:
        """Take or renew it, whatever is left of it; False when another holds it. Raises DatabaseError."""
        until = now + self._timing.ttl

        def take(uow: UnitOfWork) -> bool:
            taken = all(uow.leases.take(name, self.holder, now, until) for name in self._names)
            if taken:
                uow.commit()
            return taken

        taken = await run_async(self._store, take, writes=True)
        self._held_until = until if taken else None
        self._is_taken |= taken
        return taken

    async def keep(self) -> None:
        """Renew it for ever. Raises LeaseLostError once it is, or may soon be, somebody else's."""
        while True:
            await asyncio.sleep(self._timing.renew_every)
            now = datetime.now(UTC)
            try:
                async with asyncio.timeout(self._timing.answer_within):
                    kept = await self.renew(now)
            except (DatabaseError, TimeoutError) as error:
                if not self._is_safe(now):
                    raise LeaseLostError(
                        f"{self._what} could not be kept: the database does not answer."
                    ) from error
            else:
                if not kept:
                    raise LeaseLostError(f"{self._what} went to another process.")

    async def release(self) -> None:
        """Let others take it at once. Raises DatabaseError."""
        if self._is_taken:
            self._is_taken, self._held_until = False, None
            await write_async(self._store, self._let_go)

    def leave(self) -> None:
        """The same for a process that is about to end and does not wait."""
        if self._is_taken:
            self._is_taken, self._held_until = False, None
            write_unawaited(self._store, self._let_go)

    def _is_safe(self, now: datetime) -> bool:
        return self._held_until is not None and self._held_until - now > self._timing.margin

    def _let_go(self, uow: UnitOfWork) -> None:
        for name in self._names:
            uow.leases.release(name, self.holder)
