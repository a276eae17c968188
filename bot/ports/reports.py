"""Ports of reports and of the changes that wait for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.domain.review.drafts import Draft
    from bot.domain.review.proposals import Approval, Edition, Proposal
    from bot.domain.review.queue import NewFile, NewProposal, NewReport, QueueFilter
    from bot.domain.review.reports import (
        Author,
        Follower,
        Report,
        ReportFile,
        ReportKind,
        ReportStatus,
        Words,
    )


class Reports(Protocol):
    """Reports with their followers and words, and who holds a link."""

    def add(self, new: NewReport) -> Report:
        """Keep a report and give it the next number."""

    def find(self, number: int, community_id: int | None = None) -> Report | None:
        """One by its number, if it is that community's."""

    def lock(self, number: int, community_id: int | None = None) -> Report | None:
        """The same, kept from change until this transaction ends. Comes before any other lock."""

    def save(self, report: Report) -> None:
        """Write a report that was locked."""

    def hold_link(self, report: Report) -> None:
        """Let later reports of the same link, kind and subject follow this one, unless another holds it."""

    def holder(self, community_id: int, link: str, about: str, kind: ReportKind) -> int | None:
        """The report that holds a link. Nobody else gets hold of it before this transaction ends."""

    def release_link(self, number: int) -> None:
        """Later reports of its link do not follow it any more."""

    def by_forwarded(self, number: int) -> Report | None:
        """The report of the curators that decides for this one: the last one that does."""

    def by_proposal(self, proposal: int) -> Report | None:
        """The report with that proposal."""

    def follow(self, number: int, author: Author, what: str, details: str, now: datetime) -> Follower:
        """Add a follower."""

    def followers(self, number: int) -> list[Follower]:
        """Who follows, first come first."""

    def unfollow(self, follower: int) -> None:
        """Take a follower away."""

    def say(self, number: int, words: Words) -> None:
        """Add words beside a report."""

    def disown_words(self, number: int) -> None:
        """What the author added is somebody else's from now on: another one takes their place."""

    def words(self, number: int) -> list[Words]:
        """The words beside a report, oldest first."""

    def opening(self, digest: str) -> int | None:
        """The report that was filed by an opening of a form."""

    def opened(self, digest: str, number: int, now: datetime) -> int:
        """Remember what was filed by one opening of a form; returns the report that it filed first."""


class Queue(Protocol):
    """Lists of reports."""

    def page(self, which: QueueFilter, limit: int, after: int = 0, before: int = 0) -> list[Report]:
        """Oldest first: from the start, after a number, or those right before one."""

    def waiting(self, which: QueueFilter) -> tuple[int, datetime | None]:
        """How many there are in all, and when the oldest was made."""

    def same_link(self, report: Report, limit: int) -> list[Report]:
        """Other reports of that community about the same link, newest first."""

    def sent_by(self, pseudonyms: Iterable[str], limit: int, before: int = 0) -> list[Report]:
        """Those whose author or follower is one of these: newest first, those before a number."""

    def count_sent_by(self, pseudonyms: Iterable[str]) -> int:
        """How many those are."""

    def handled_by(self, account: int) -> list[int]:
        """Numbers of those that an account claimed, asked about, agreed with or decided on."""

    def open_of(self, community_id: int, pseudonyms: Iterable[str]) -> list[int]:
        """Numbers of a community's open reports whose author is one of these, in order."""

    def folded_of(self, community_id: int, pseudonyms: Iterable[str]) -> list[int]:
        """Numbers of those set aside, in order."""

    def outcomes(self, community_id: int, pseudonym: str) -> dict[ReportStatus, int]:
        """How an author's reports in a community ended."""

    def lapsed(self, now: datetime, limit: int) -> list[int]:
        """Numbers of reports whose state has lasted too long, the longest first."""


class ReportFiles(Protocol):
    """Files that were sent with reports."""

    def add(self, number: int, files: Sequence[NewFile]) -> None:
        """Files to fetch."""

    def of(self, number: int) -> list[ReportFile]:
        """The files of a report."""

    def to_fetch(self, platform: str, limit: int) -> list[ReportFile]:
        """Those that are still only with their platform, oldest first."""

    def keep(self, file: int, content: bytes | None) -> None:
        """Keep the bytes of a file; None: they cannot be had. Either way its address is dropped."""

    def content(self, file: int) -> bytes | None:
        """The bytes, while we have them."""

    def drop(self, number: int) -> None:
        """Forget the bytes of a report's files, and the addresses of those not fetched yet."""


class Proposals(Protocol):
    """Changes to the catalogue that wait for people."""

    def add(self, new: NewProposal) -> Proposal:
        """Keep one."""

    def lock(self, proposal: int) -> Proposal:
        """One, kept from change until this transaction ends. Comes after its report's lock."""

    def get(self, proposal: int) -> Proposal:
        """One by its number."""

    def save(self, proposal: Proposal) -> None:
        """Write one that was locked, its draft apart."""

    def revise(self, proposal: int, draft: Draft, by: int | None, now: datetime) -> Proposal:
        """Give it a new edition; approvals of the one before no longer count."""

    def edition(self, proposal: int, edition: int) -> Edition | None:
        """An earlier draft: what it said, who wrote it and when."""

    def approve(self, proposal: int, edition: int, approval: Approval) -> None:
        """Count somebody's word for an edition; a second one of the same pseudonym changes nothing."""

    def by_revision(self, revision: int) -> Proposal | None:
        """The one of which a revision came."""
