"""Every declared command, in the order in which help shows them."""

from __future__ import annotations

from bot.commands.catalogue import actions, law, overview, states
from bot.commands.catalogue.lookup import LOOKUP
from bot.commands.community.members import AUDIT, MEMBER
from bot.commands.community.privacy import LINK_SPEC, PRIVACY
from bot.commands.community.setup import SETUP
from bot.commands.help import ABOUT, help_spec
from bot.commands.registry import Registry
from bot.commands.reports.own_reports import REPORTS
from bot.commands.reports.report import ANSWER, RELATE, REPORT_SPEC, WITHDRAW
from bot.commands.review import changes, decisions
from bot.commands.review.queue import REVIEW


def build_registry() -> Registry:
    """The registry of this version."""
    looking_up = (*states.SPECS, *actions.SPECS, *law.SPECS, *overview.SPECS, LOOKUP)
    reporting = (REPORT_SPEC, REPORTS, WITHDRAW, ANSWER, RELATE)
    moderating = (REVIEW, *decisions.SPECS, *changes.SPECS, MEMBER, AUDIT)
    others = (*looking_up, *reporting, LINK_SPEC, PRIVACY, *moderating, SETUP, ABOUT)
    return Registry.of((*others, help_spec(others)))
