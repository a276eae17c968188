"""The balance with Washington: one state's newest figure and where it stands among the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.catalogue.states import STATES

if TYPE_CHECKING:
    from bot.domain.catalogue.money import Balance
    from bot.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class BalanceRank:
    """A state's newest balance; `rank` 1 receives most, of `among` states of the same year."""

    balance: Balance
    rank: int
    among: int
    highest: Balance
    lowest: Balance
    earlier: tuple[Balance, ...]
    """The same state's figures of other years, newest first."""


@dataclass(frozen=True, slots=True)
class Missing:
    """No figure is on file for a state."""

    source: Balance | None
    """Any figure of the newest year, for its source."""
    left_out: tuple[str, ...]
    """All states of which that source says nothing."""


def balance_rank(uow: UnitOfWork, state: str) -> BalanceRank | Missing:
    """How a state stands, or that no figure is on file for it."""
    every = uow.reference.balances()
    mine = sorted((b for b in every if b.state == state), key=lambda b: -b.fiscal_year)
    if not mine:
        newest_year = max((b.fiscal_year for b in every), default=0)
        covered = {b.state: b for b in every if b.fiscal_year == newest_year}
        left_out = tuple(other.code for other in STATES if other.code not in covered)
        return Missing(next(iter(covered.values()), None), left_out)
    newest = mine[0]
    peers = [b for b in every if b.fiscal_year == newest.fiscal_year]
    rank = 1 + sum(b.per_person > newest.per_person for b in peers)
    highest = max(peers, key=lambda b: b.per_person)
    lowest = min(peers, key=lambda b: b.per_person)
    return BalanceRank(newest, rank, len(peers), highest, lowest, tuple(mine[1:]))
