"""Revisions: the numbered, unbroken sequence of published changes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.catalogue.actions import Action


class Change(StrEnum):
    """What a revision did."""

    ADDED = "added"
    CHANGED = "changed"
    RETRACTED = "retracted"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Decision:
    """The person's decision behind a published change; nothing is published without one."""

    by: str
    """Who decided: `operator` for an import and the starter catalogue."""
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Revision:
    """One published change: what the action was before (None: it was not there), and what it is since."""

    number: int
    change: Change
    before: Action | None
    after: Action
    decision: Decision


def change_of(before: Action, after: Action) -> Change:
    """What a revision does that leads from one version of an action to the next."""
    if bool(before.retraction) == bool(after.retraction):
        return Change.CHANGED
    return Change.RETRACTED if after.retraction else Change.RESTORED
