"""Every declared command, in the order in which help shows them."""

from __future__ import annotations

from bot.commands import actions, changes, law, overview, review, states
from bot.commands.help import ABOUT, help_spec
from bot.commands.lookup import LOOKUP
from bot.commands.members import AUDIT, MEMBER
from bot.commands.own_reports import REPORTS
from bot.commands.privacy import LINK_SPEC, PRIVACY
from bot.commands.registry import Registry
from bot.commands.report import ANSWER, RELATE, REPORT_SPEC, WITHDRAW
from bot.commands.setup import SETUP


def build_registry() -> Registry:
    """The registry of this version."""
    looking_up = (*states.SPECS, *actions.SPECS, *law.SPECS, *overview.SPECS, LOOKUP)
    reporting = (REPORT_SPEC, REPORTS, WITHDRAW, ANSWER, RELATE)
    moderating = (*review.SPECS, *changes.SPECS, MEMBER, AUDIT)
    others = (*looking_up, *reporting, LINK_SPEC, PRIVACY, *moderating, SETUP, ABOUT)
    return Registry.of((*others, help_spec(others)))
