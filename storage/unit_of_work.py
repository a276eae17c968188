"""One transaction with all repositories over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.audit import SqlAudit
from storage.calls import SqlCalls
from storage.catalogue import SqlCatalogue
from storage.command_trees import SqlCommandTrees
from storage.communities import SqlCommunities
from storage.imports import SqlImports
from storage.leases import SqlLeases
from storage.one_time import SqlCodes
from storage.outbox import SqlOutbox
from storage.people import SqlPeople
from storage.proposals import SqlProposals
from storage.publisher import SqlPublisher
from storage.reference import SqlReference
from storage.reports import SqlReports
from storage.revisions import SqlRevisions
from storage.tokens import SqlTokens

if TYPE_CHECKING:
    from sqlalchemy import Connection


class SqlUnitOfWork:
    """Implements `bot.ports.UnitOfWork`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.committed = False
        """Whether something was made so, after which the work must not be run again."""
        self.communities = SqlCommunities(connection)
        self.catalogue = SqlCatalogue(connection, self.communities)
        self.publisher = SqlPublisher(connection, self.communities)
        self.revisions = SqlRevisions(connection)
        self.reference = SqlReference(connection, self.communities)
        self.people = SqlPeople(connection, self.communities)
        self.codes = SqlCodes(connection)
        self.reports = SqlReports(connection)
        self.proposals = SqlProposals(connection, self.communities)
        self.outbox = SqlOutbox(connection)
        self.audit = SqlAudit(connection)
        self.tokens = SqlTokens(connection)
        self.calls = SqlCalls(connection)
        self.imports = SqlImports(connection)
        self.leases = SqlLeases(connection)
        self.command_trees = SqlCommandTrees(connection)

    def commit(self) -> None:
        """Make it so."""
        self.committed = True  # before: a commit whose answer was lost may have happened
        self._connection.commit()
