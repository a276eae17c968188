"""Who asks, and for whom a catalogue is kept."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from enum import IntEnum


class Role(IntEnum):
    """What a person may do; each may all that the ones before may."""

    MEMBER = 0
    MODERATOR = 1
    ADMIN = 2

    @property
    def label(self) -> str:
        """For readers."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Account:
    """A member on one platform, with the role the platform or the community gives."""

    platform: str
    id: str
    name: str
    role: Role = Role.MEMBER


def pseudonym(secret: bytes, account: Account) -> str:
    """What stands for a person wherever we count or refuse: nobody without the secret can tell who it is."""
    told = f"{account.platform}\0{account.id}".encode()
    return hmac.new(secret, told, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Home:
    """A Discord server, a Slack workspace or the terminal."""

    platform: str
    id: str


COMMONS = "commons"
"""The board that everyone sees."""


@dataclass(frozen=True, slots=True)
class Community:
    """Moderators, a queue and a board of their own, whose name is the community's."""

    id: int
    name: str
    curator: bool


def visible_boards(community: Community | None) -> tuple[str, ...]:
    """The boards whose actions are shown there: everyone's, and the community's own."""
    return (COMMONS, community.name) if community else (COMMONS,)
