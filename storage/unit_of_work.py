"""One transaction with all repositories over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.catalogue.publisher import SqlPublisher
from storage.catalogue.reading import SqlCatalogue
from storage.catalogue.reference import SqlReference
from storage.catalogue.revisions import SqlRevisions
from storage.catalogue.statistics import SqlStatistics
from storage.outbox.enqueuing import SqlOutbox
from storage.people.accounts import SqlPeople
from storage.people.audit import SqlAudit
from storage.people.communities import SqlCommunities
from storage.people.one_time import SqlCodes
from storage.people.review_settings import SqlReviewSettings
from storage.process.calls import SqlCalls
from storage.process.command_trees import SqlCommandTrees
from storage.process.imports import SqlImports
from storage.process.leases import SqlLeases
from storage.process.tokens import SqlTokens
from storage.review.files import SqlReportFiles
from storage.review.proposals import SqlProposals
from storage.review.queue import SqlQueue
from storage.review.reports import SqlReports

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
        self.statistics = SqlStatistics(connection, self.communities)
        self.publisher = SqlPublisher(connection, self.communities)
        self.revisions = SqlRevisions(connection)
        self.reference = SqlReference(connection, self.communities)
        self.review_settings = SqlReviewSettings(connection)
        self.people = SqlPeople(connection, self.communities)
        self.codes = SqlCodes(connection)
        self.reports = SqlReports(connection)
        self.queue = SqlQueue(connection)
        self.files = SqlReportFiles(connection)
        self.proposals = SqlProposals(connection, self.communities)
        self.outbox = SqlOutbox(connection)
        self.audit = SqlAudit(connection)
        self.tokens = SqlTokens(connection)
        self.calls = SqlCalls(connection)
        self.imports = SqlImports(connection)
        self.leases = SqlLeases(connection)
        self.command_trees = SqlCommandTrees(connection)

    def commit(self) -> None:
        self.committed = True  # before: a commit whose answer was lost may have happened
        self._connection.commit()
