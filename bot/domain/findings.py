"""What a check of the installation found, for the operator."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    name: str
    """What was checked, in a few words: “Discord token”."""
    ok: bool
    text: str
    """What was found, in one sentence; where it is not `ok`, also what to do."""
