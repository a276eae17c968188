"""Ports of what processes keep: leases, told commands, long tokens, counted calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


class Leases(Protocol):
    """What only one process at a time may do; a lease ends by itself when its holder is gone."""

    def take(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        """Hold it until that time: True when it was free, had run out, or was `holder`'s already."""

    def release(self, name: str, holder: str) -> None:
        """Let it go, if it is `holder`'s."""

    def held(self, prefix: str, now: datetime) -> dict[str, str]:
        """The holders of those that are held now, by name, of names that begin with `prefix`."""


class CommandTrees(Protocol):
    """Which commands a platform was last told that we have."""

    def digest(self, platform: str, application: str) -> str | None:
        """What stands for the commands told for an application; None when none were."""

    def keep(self, platform: str, application: str, digest: str) -> None:
        """They were told."""


class Tokens(Protocol):
    """Long tokens, each bound to the community (None: none) whose buttons carry it."""

    def store(self, bodies: Mapping[str, str], community: int | None) -> None:
        """Keep token bodies by hash; those already kept stay."""

    def load(self, digest: str, community: int | None) -> str | None:
        """The body, if that community's."""


class Calls(Protocol):
    """How often people called what has a limit."""

    def count(self, person: str, command: str, limits: Sequence[tuple[int, int]], now: datetime) -> int:
        """Count one call by a pseudonym.

        Returns the seconds to wait when it is over one of `limits` (times, seconds), else 0. A refused call
        counts as well, so that hammering does not pay.
        """

    def halve(self, person: str, command: str, at: datetime) -> None:
        """The call that was counted at that time counts half."""
