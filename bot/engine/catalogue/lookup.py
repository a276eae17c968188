"""What is on file for a text that somebody came across."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.catalogue.filters import Filter
from bot.domain.catalogue.states import states_in
from bot.domain.writing.links import link_key, links_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.catalogue.actions import ActionLine
    from bot.domain.catalogue.states import State
    from bot.ports import UnitOfWork


_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
"""Words in an address are a website's; `/IN/` is no state."""


@dataclass(frozen=True, slots=True)
class Found:
    """The newest actions that rest on a link of the text, how many links it has, the states it speaks of."""

    actions: tuple[ActionLine, ...]
    links: int
    states: tuple[tuple[State, int], ...]
    """Each with the number of its actions on file."""
    more_states: int
    """How many more there are in the text."""


def look_up(uow: UnitOfWork, boards: Sequence[str], text: str, most_actions: int, most_states: int) -> Found:
    """Whatever the catalogue knows of the links and the states in `text`."""
    links = links_in(text)
    actions: dict[str, ActionLine] = {}
    for link in links:
        which = Filter(tuple(boards), link=link_key(link))
        for line in uow.catalogue.page(which, limit=most_actions):
            actions.setdefault(str(line.code), line)
    named = states_in(_ADDRESS.sub(" ", text))
    states = tuple(
        (state, uow.catalogue.count(Filter(tuple(boards), state=state.code))) for state in named[:most_states]
    )
    newest = sorted(actions.values(), key=lambda line: line.sort_key, reverse=True)
    return Found(tuple(newest[:most_actions]), len(links), states, len(named[most_states:]))
