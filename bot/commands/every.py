"""Every declared command, in the order in which help shows them."""

from __future__ import annotations

from bot.commands import actions, law, overview, states
from bot.commands.help import ABOUT, help_spec
from bot.commands.registry import Registry


def build_registry() -> Registry:
    """The registry of this version."""
    others = (*states.SPECS, *actions.SPECS, *law.SPECS, *overview.SPECS, ABOUT)
    return Registry.of((*others, help_spec(others)))
