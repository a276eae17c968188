"""What the core asks of a database: verbs over frozen facts. Storage implements it."""

from bot.ports.catalogue import Catalogue, Coverage, Filter, NewAction, Publisher, Reference, Revisions, Tally
from bot.ports.imports import Imports, ImportState, RowResult, StagedRow
from bot.ports.outbox import Audit, Outbox
from bot.ports.people import Codes, Communities, People
from bot.ports.process import Calls, CommandTrees, Leases, Tokens
from bot.ports.reports import NewFile, NewProposal, NewReport, Proposals, QueueFilter, Reports
from bot.ports.work import Store, UnitOfWork

__all__ = [
    "Audit",
    "Calls",
    "Catalogue",
    "Codes",
    "CommandTrees",
    "Communities",
    "Coverage",
    "Filter",
    "ImportState",
    "Imports",
    "Leases",
    "NewAction",
    "NewFile",
    "NewProposal",
    "NewReport",
    "Outbox",
    "People",
    "Proposals",
    "Publisher",
    "QueueFilter",
    "Reference",
    "Reports",
    "Revisions",
    "RowResult",
    "StagedRow",
    "Store",
    "Tally",
    "Tokens",
    "UnitOfWork",
]
