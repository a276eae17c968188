"""Proposals: changes to the catalogue that wait for people, and how many people each needs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.catalogue.actions import Action, Code
    from bot.domain.review.drafts import Draft


class ProposalKind(StrEnum):
    """What is to be done to the catalogue."""

    PUBLISH = "publish"
    UPDATE = "update"
    CORRECT = "correct"
    RETRACT = "retract"
    CHECK = "check"
    UNDO = "undo"
    IMPORT = "import"


class ProposalState(StrEnum):
    """What became of it."""

    OPEN = "open"
    PUBLISHED = "published"
    DROPPED = "dropped"


class Policy(StrEnum):
    """How many people a board asks for."""

    ONE = "one"
    STATUS = "status"
    TWO = "two"

    @property
    def label(self) -> str:
        """For readers."""
        return {
            Policy.ONE: "one person decides",
            Policy.STATUS: "two people for new actions and changes of status, one for the rest",
            Policy.TWO: "two people for every change",
        }[self]


class Weight(StrEnum):
    """What a change does to what readers see, as far as policies tell changes apart."""

    STATUS = "status"
    """It says that something stands differently: a new action among them."""
    WORDING = "wording"
    LESS = "less"
    """An undo after which less is published."""
    MORE = "more"
    """An undo after which as much is published, or more."""


def people_needed(policy: Policy, weight: Weight) -> int:
    """How many people have to agree. Undo toward less is quick on every board (DESIGN: 6)."""
    if weight is Weight.LESS or policy is Policy.ONE:
        return 1
    if policy is Policy.TWO or weight in (Weight.STATUS, Weight.MORE):
        return 2
    return 1


def weight_of(before: Action | None, after: Action, *, undo: bool = False) -> Weight:
    """What kind of change leads from `before` to `after`."""
    gone = after.retraction is not None
    if undo:
        return Weight.LESS if gone else Weight.MORE
    if before is None or gone != (before.retraction is not None):
        return Weight.STATUS
    same = (before.facts.history, before.facts.challenged) == (after.facts.history, after.facts.challenged)
    return Weight.WORDING if same else Weight.STATUS


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's word for one edition of a draft."""

    pseudonym: str
    account: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Edition:
    """One draft of a proposal: what it says, the account that wrote it (None: the reporter), and when."""

    draft: Draft
    by: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """A draft change to the catalogue."""

    id: int
    board: str
    kind: ProposalKind
    code: Code | None
    """The action it changes; None while there is none."""
    base: int
    """The revision of that action on which the draft rests; 0 for a new one."""
    draft: Draft
    edition: int = 1
    """Which draft it is; an edit makes a new one, and approvals count for one alone."""
    by: int | None = None
    """The account of who proposed it; None for the operator."""
    state: ProposalState = ProposalState.OPEN
    import_id: int | None = None
    undoes: int | None = None
    """The revision that it undoes."""
    replaces: Code | None = None
    """The action of a community's own board that becomes an alias of what is published."""
    revision: int | None = None
    """The revision that came of it."""
    approvals: tuple[Approval, ...] = ()
    """Of this edition."""
