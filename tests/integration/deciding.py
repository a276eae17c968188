"""Many people who press at once, in processes of their own, and what a database holds of it afterwards."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.commands.dispatch import Dispatcher
from bot.commands.every import build_registry
from bot.commands.spec import Filled, Invocation, Pressed
from bot.domain.community.people import Account, Home, Role
from bot.domain.deliveries import DeliveryState, Place, Purpose, about_report
from bot.messages.message import Press
from bot.ports.store import read
from storage.database import Database
from storage.outbox.tables import deliveries, payloads, places
from storage.people.tables import audit_entries
from storage.review.tables import approvals, drafts, reports
from tests.crash.child import _processes
from tests.integration.recount import kept_counts, revision_numbers, true_counts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from multiprocessing.connection import Connection

    from sqlalchemy import URL

    from bot.messages.reply import Reply
    from bot.ports import Store, UnitOfWork

PROCESSES = 4
SECRET = b"a key of the tests"
"""That of `tests.dialogue.talk`."""
_LONGEST = 120
"""Seconds after which a process hangs."""
CODEC = build_registry().codec
_processes.set_forkserver_preload(["tests.crash.child", "tests.crash.sending", __name__])


def dispatcher_over(store: Store) -> Dispatcher:
    """As a process of its own would have it."""
    return Dispatcher(build_registry(), store, lambda: SECRET)


@dataclass(frozen=True)
class Answered:
    """What one of them read."""

    problem: str
    """Empty where it was taken."""
    message: str
    title: str


def told(reply: Reply) -> Answered:
    """The same of an answer that is at hand."""
    problem = reply.problem
    return Answered(problem.code, problem.message, "") if problem else Answered("", "", reply.title)


def press(command: str, /, **options: str) -> Pressed:
    """A button, by nothing but its token."""
    return Pressed(CODEC.write(Press(command, options)))


def fill(command: str, values: dict[str, str], /, **options: str) -> Filled:
    """A form that was opened by such a button, as it is sent."""
    return Filled(CODEC.write(Press(command, options)), values)


def somebody(number: int, home: Home, role: Role = Role.MODERATOR) -> Account:
    """One of many people, all different."""
    discord = home.platform == "discord"
    name = f"Person {number}"
    return Account(home.platform, str(7000 + number) if discord else name, name, role, named=not discord,
                   numbered=discord)  # fmt: skip


def call(asked: Filled | Pressed, account: Account, home: Home, now: datetime) -> Invocation:
    """What an adapter hands in."""
    return Invocation(asked, account, home, now)


def at_once(url: URL, calls: Sequence[Sequence[Invocation]]) -> list[list[Answered]]:
    """Each list of calls by a process of its own, all at the same moment; within a process in their order."""
    barrier = _processes.Barrier(len(calls))
    running = []
    for mine in calls:
        receiving, sending = _processes.Pipe(duplex=False)
        process = _processes.Process(target=_run, args=(url, mine, barrier, sending))
        process.start()
        sending.close()
        running.append((process, receiving))
    answers: list[list[Answered]] = []
    for process, receiving in running:
        assert receiving.poll(_LONGEST), "a process hangs"
        answers.append(receiving.recv())
        process.join(_LONGEST)
        assert process.exitcode == 0
        receiving.close()
    return answers


def _run(url: URL, calls: Sequence[Invocation], barrier: Any, answers: Connection) -> None:
    """One process: all its calls wait in line when the others' do."""
    database = Database(url)
    dispatcher = dispatcher_over(database)
    read(database, lambda uow: uow.revisions.head())  # all that a first question loads

    async def ask() -> list[Answered]:
        return [told(reply) for reply in await asyncio.gather(*map(dispatcher.dispatch, calls))]

    barrier.wait(_LONGEST)
    answers.send(asyncio.run(ask()))
    database.close()


# --- what is on file


@dataclass(frozen=True)
class Told:
    """A message that is owed to a person or a place."""

    id: int
    purpose: str
    recipient: str
    place: Place | None
    state: str
    document: dict[str, Any]
    edits: int | None

    @property
    def title(self) -> str:
        """What it is called."""
        return str(self.document["title"])


def owed(database: Database, report: int | None = None) -> list[Told]:
    """What is owed for a report, or for all, in the order in which it was."""
    query = (
        select(deliveries, payloads.c.document, places.c.platform, places.c.home, places.c.place,
               places.c.direct)
        .join(payloads, payloads.c.digest == deliveries.c.payload)
        .outerjoin(places, places.c.id == deliveries.c.place_id)
        .order_by(deliveries.c.id)
    )  # fmt: skip
    if report is not None:
        query = query.where(deliveries.c.about == str(about_report(report)))
    with database._reader.connect() as connection:
        return [
            Told(
                row.id, row.purpose, row.recipient,
                Place(row.platform, row.home, row.place, row.direct) if row.platform else None,
                row.state, json.loads(row.document), row.edits,
            )
            for row in connection.execute(query)
        ]  # fmt: skip


def notices(database: Database, report: int | None = None) -> Counter[tuple[str, str]]:
    """How many notices of which title each person is owed."""
    told = [one for one in owed(database, report) if one.purpose == Purpose.NOTICE]
    for one in told:
        assert one.state == (DeliveryState.PENDING if one.place else DeliveryState.KEPT)
        assert one.place is None or one.place.direct
    return Counter((one.recipient, one.title) for one in told)


def events(database: Database, community: int = 1) -> list[tuple[str, str]]:
    """What the audit of a community says was done to what."""
    query = select(audit_entries.c.event, audit_entries.c.subject).where(
        audit_entries.c.community_id == community
    )
    with database._reader.connect() as connection:
        return [(row.event, row.subject) for row in connection.execute(query.order_by("number"))]


def approved_by(database: Database, proposal: int) -> list[tuple[int, int | None]]:
    """The edition of each approval of a proposal, of all editions, and whose it is."""
    query = select(approvals).where(approvals.c.proposal_id == proposal).order_by("edition", "at")
    with database._reader.connect() as connection:
        return [(row.edition, row.account_id) for row in connection.execute(query)]


def editions(database: Database, proposal: int) -> int:
    """How many drafts of it there were."""
    with database._reader.connect() as connection:
        found = connection.execute(select(drafts.c.edition).where(drafts.c.proposal_id == proposal))
        return len(found.all())


def numbers_of_reports(database: Database) -> list[int]:
    """All of them."""
    with database._reader.connect() as connection:
        return list(connection.scalars(select(reports.c.id).order_by(reports.c.id)))


def check_whole(database: Database) -> None:
    """What holds whatever happened: revisions without a gap, counts that are true, chains that verify."""
    head = read(database, lambda uow: uow.revisions.head())
    assert revision_numbers(database) == list(range(1, head + 1))
    assert kept_counts(database) == true_counts(database)

    def verify(uow: UnitOfWork) -> None:
        for community in uow.communities.every():
            verdict = uow.audit.verify(community.id)
            assert verdict.broken is None, (community.name, verdict)
            assert verdict.length == uow.audit.length(community.id)

    read(database, verify)
