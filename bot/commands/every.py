"""Every declared command, in the order in which help shows them."""

from __future__ import annotations

from bot.commands import actions, law, overview, states
from bot.commands.help import ABOUT, help_spec
from bot.commands.lookup import LOOKUP
from bot.commands.registry import Registry
from bot.commands.setup import SETUP


def build_registry() -> Registry:
    """The registry of this version."""
    others = (*states.SPECS, *actions.SPECS, *law.SPECS, *overview.SPECS, LOOKUP, SETUP, ABOUT)
    return Registry.of((*others, help_spec(others)))
