"""What the core asks of a database: verbs over frozen facts. Storage implements it."""

from bot.ports.catalogue import Catalogue, Publisher, Reference, Revisions, Statistics
from bot.ports.imports import Imports
from bot.ports.outbox import Audit, Outbox
from bot.ports.people import Codes, Communities, People, ReviewSettings
from bot.ports.process import Calls, CommandTrees, Leases, Tokens
from bot.ports.reports import Proposals, Queue, ReportFiles, Reports
from bot.ports.store import Store
from bot.ports.work import UnitOfWork

__all__ = [
    "Audit",
    "Calls",
    "Catalogue",
    "Codes",
    "CommandTrees",
    "Communities",
    "Imports",
    "Leases",
    "Outbox",
    "People",
    "Proposals",
    "Publisher",
    "Queue",
    "Reference",
    "ReportFiles",
    "Reports",
    "ReviewSettings",
    "Revisions",
    "Statistics",
    "Store",
    "Tokens",
    "UnitOfWork",
]
