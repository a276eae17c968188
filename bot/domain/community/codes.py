"""One-time codes: what they are for and how long they work."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class CodePurpose(StrEnum):
    """What a one-time code lets somebody do."""

    CURATOR = "curator"
    """Make a community's moderators publish for everyone."""
    JOIN = "join"
    """Make a home part of another home's community."""
    LINK = "link"
    """Tie two accounts together as one person's."""

    @property
    def lasts(self) -> timedelta:
        """How long a code works."""
        return {
            CodePurpose.CURATOR: timedelta(days=7),
            CodePurpose.JOIN: timedelta(days=1),
            CodePurpose.LINK: timedelta(minutes=15),
        }[self]
