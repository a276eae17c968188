"""How much of the costly tests runs: a choice in `make test`, everything in `make soak`."""

from __future__ import annotations

import os
from dataclasses import dataclass

SOAK = bool(os.environ.get("FIFTYWIRE_SOAK"))
"""Set by `make soak`, and read nowhere else."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the tests are that could be of any size."""

    review_runs: int
    """Runs of the review machine, of fifty steps each."""
    kill_points: dict[str, int]
    """By kind of database: even steps of a decision at which its process is killed, commits apart."""
    examples: int
    """Values that hypothesis makes up for a property."""
    stories: int
    """The same where one of them is a whole story, told to a database."""
    load_seconds: float
    """For how long many readers and writers are at work."""


SIZES = (
    Sizes(
        review_runs=50,
        kill_points={"sqlite": 20, "postgresql": 10},
        examples=300,
        stories=50,
        load_seconds=60,
    )
    if SOAK
    else Sizes(
        review_runs=12,
        kill_points={"sqlite": 5, "postgresql": 2},
        examples=40,
        stories=12,
        load_seconds=5,
    )
)
