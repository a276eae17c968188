"""A made-up catalogue of any size, published the way everything is."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.catalogue.actions import Approach, Facts, Kind, Source, Status, StatusChange, Verified
from bot.domain.catalogue.dates import PartialDate
from bot.domain.catalogue.filters import NewAction
from bot.domain.catalogue.revisions import Decision
from bot.domain.catalogue.states import STATES
from bot.domain.catalogue.topics import Topic
from bot.domain.community.people import COMMONS
from bot.ports.store import write

if TYPE_CHECKING:
    from bot.ports import Store

_BATCH = 1000
_WORDS = [
    "agency",
    "border",
    "budget",
    "compact",
    "county",
    "court",
    "grant",
    "health",
    "plan",
    "river",
    "water",
]


def fill(store: Store, size: int) -> None:
    """Publish `size` actions, the same ones in every run."""
    rng = random.Random(size)  # the same made-up rows every time
    decision = Decision("benchmark", "made up", datetime(2026, 1, 1, tzinfo=UTC))
    for first in range(0, size, _BATCH):
        new = [_action(rng, at) for at in range(first, min(first + _BATCH, size))]
        write(store, lambda uow, new=new: uow.publisher.add(new, decision))  # type: ignore[misc]  # mypy has no type for it


def _action(rng: random.Random, at: int) -> NewAction:
    joined = 1 if rng.random() < 0.7 else rng.randint(2, 6)
    states = tuple(state.code for state in rng.sample(STATES, joined))
    began = date(2015, 1, 1) + timedelta(days=rng.randrange(4000))
    link = f"https://news.example.org/{at}"
    history = tuple(
        StatusChange(PartialDate.on(began + timedelta(days=90 * step)), status, "Made up", link)
        for step, status in enumerate(rng.sample(list(Status), 2))
    )
    title = f"Changes the {rng.choice(_WORDS)} {rng.choice(_WORDS)} rules under HB {rng.randrange(1, 3000)}"
    facts = Facts(
        title,
        f"A made-up action about {rng.choice(_WORDS)} and {rng.choice(_WORDS)} in {states[0]}.",
        states,
        tuple(rng.sample(list(Topic), rng.randint(1, 3))),
        rng.choice(list(Kind)),
        rng.choice(list(Approach)),
        history[0].date,
        history,
        (Source(link, f"Report on {title.lower()}", "Example News", history[0].date),),
        verified=Verified.SEEN,
        checked=PartialDate(2026, 1),
    )
    return NewAction(f"made-up-{at}", COMMONS, facts)
