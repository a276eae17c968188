"""One transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bot.ports.catalogue import Catalogue, Publisher, Reference, Revisions, Statistics
    from bot.ports.imports import Imports
    from bot.ports.outbox import Audit, Outbox
    from bot.ports.people import Codes, Communities, People, ReviewSettings
    from bot.ports.process import Calls, CommandTrees, Leases, Tokens
    from bot.ports.reports import Proposals, Queue, ReportFiles, Reports


class UnitOfWork(Protocol):
    """One transaction; what `commit` was not called for never happened."""

    @property
    def catalogue(self) -> Catalogue:
        """The published actions."""

    @property
    def statistics(self) -> Statistics:
        """The published actions in numbers."""

    @property
    def publisher(self) -> Publisher:
        """The way into the catalogue."""

    @property
    def revisions(self) -> Revisions:
        """What was published, in order."""

    @property
    def reference(self) -> Reference:
        """What actions refer to."""

    @property
    def communities(self) -> Communities:
        """Who has a board, where they are at home, who moderates them."""

    @property
    def review_settings(self) -> ReviewSettings:
        """How communities review."""

    @property
    def people(self) -> People:
        """Accounts, bans and notes."""

    @property
    def codes(self) -> Codes:
        """One-time codes."""

    @property
    def reports(self) -> Reports:
        """Reports, one at a time."""

    @property
    def queue(self) -> Queue:
        """Lists of reports."""

    @property
    def files(self) -> ReportFiles:
        """Files that were sent with reports."""

    @property
    def proposals(self) -> Proposals:
        """Changes that wait for people."""

    @property
    def outbox(self) -> Outbox:
        """What the bot owes places."""

    @property
    def audit(self) -> Audit:
        """What was done."""

    @property
    def tokens(self) -> Tokens:
        """Long tokens."""

    @property
    def imports(self) -> Imports:
        """Imports under way."""

    @property
    def calls(self) -> Calls:
        """How often people called what has a limit."""

    @property
    def leases(self) -> Leases:
        """What only one process at a time may do."""

    @property
    def command_trees(self) -> CommandTrees:
        """Which commands platforms were told."""

    @property
    def committed(self) -> bool:
        """Whether `commit` was called, after which something is so whatever happens next."""

    def commit(self) -> None:
        """Make it so."""
