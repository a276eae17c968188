"""A process that presses a button and dies at a chosen statement; all that a database holds, to compare."""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, event, select

from storage.catalogue.tables import action_aliases, actions, revisions, sources, status_changes
from storage.database import Database
from storage.outbox.tables import deliveries, inbox, payloads, places
from storage.people.tables import accounts, audit_details, audit_entries, bans, homes, member_notes, policies
from storage.review.tables import (
    approvals,
    drafts,
    followers,
    held_links,
    proposals,
    report_states,
    report_words,
    reports,
)
from tests.crash.child import NEVER, Child, Fuse, _processes
from tests.integration.deciding import dispatcher_over

if TYPE_CHECKING:
    from collections.abc import Mapping
    from multiprocessing.connection import Connection

    from sqlalchemy import URL

    from bot.commands.spec import Invocation

Standing = dict[str, list[dict[str, Any]]]
_processes.set_forkserver_preload(["tests.crash.child", "tests.crash.sending", __name__])


def run(url: URL, burns_at: int, invocation: Invocation, told: Connection) -> None:
    """One press; tells how many steps it took."""
    database = Database(url)
    fuse = Fuse(burns_at)
    event.listen(database._writer, "before_cursor_execute", fuse.step)
    event.listen(database._writer, "commit", fuse.commit)
    reply = asyncio.run(dispatcher_over(database).dispatch(invocation))
    assert reply.problem is None, reply.problem
    told.send((fuse.sent, fuse.commits))
    database.close()


def start(url: URL, invocation: Invocation, burns_at: int = NEVER) -> Child:
    """Start a process that presses."""
    receiving, sending = _processes.Pipe(duplex=False)
    process = _processes.Process(target=run, args=(url, burns_at, invocation, sending))
    process.start()
    sending.close()
    return Child(process, receiving)


# --- all that is on file

_KEPT: tuple[Table, ...] = (
    accounts, action_aliases, actions, approvals, audit_details, audit_entries, bans, deliveries, drafts,
    followers, held_links, homes, inbox, member_notes, places, policies, proposals, report_states,
    report_words, reports, revisions, sources, status_changes,
)  # fmt: skip
_CHANCE = {"salt", "detail", "previous", "hash", "key", "digest"}
"""Columns whose values are drawn anew, or are made of numbers that a server never gives twice."""
_MEANT = {
    "by": "accounts", "account_id": "accounts", "author_account": "accounts", "claimed_by": "accounts",
    "decided_by": "accounts", "person": "accounts", "forwarded_from": "reports", "repeats": "reports",
    "report_id": "reports",
}  # fmt: skip
"""What numbers refer to that have no key of their own in the tables."""
_NUMBERS = re.compile(r"\b(R-|report |account )(\d+)")
_TABLES = {"R-": "reports", "report ": "reports", "account ": "accounts"}


def standing(database: Database) -> Standing:
    """Every row of what a decision may touch; numbers that are never given twice as their place in order."""
    with database._reader.connect() as connection:
        rows = {t.name: [r._asdict() for r in connection.execute(select(t))] for t in _KEPT}
        documents = {row.digest: row.document for row in connection.execute(select(payloads))}
    order = {
        name: {number: f"#{n}" for n, number in enumerate(sorted(row["id"] for row in of), 1)}
        for name, of in rows.items()
        if of and "id" in of[0]
    }

    def plain(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: _plain(table, name, value, order, documents)
            for name, value in row.items()
            if name not in _CHANCE or (name == "key" and table is actions)
        }

    return {table.name: sorted((plain(table, row) for row in rows[table.name]), key=repr) for table in _KEPT}


def _plain(
    table: Table, name: str, value: Any, order: Mapping[str, Mapping[int, str]], documents: Mapping[str, str]
) -> Any:
    if name == "payload":
        value = documents[value]
    if isinstance(value, int) and not isinstance(value, bool):
        keys = [key.column.table.name for key in table.c[name].foreign_keys]
        of = table.name if name == "id" else keys[0] if keys else _MEANT.get(name)
        return order.get(of, {}).get(value, value) if of else value
    if isinstance(value, dict):
        value = json.dumps(value, sort_keys=True)
    if isinstance(value, str):
        return _NUMBERS.sub(lambda m: m[1] + order.get(_TABLES[m[1]], {}).get(int(m[2]), m[2]), value)
    return value


def differences(found: Standing, wanted: Standing) -> dict[str, Any]:
    """What is in one and not in the other, by table."""
    return {
        name: {
            "too much": [row for row in found[name] if row not in wanted[name]],
            "missing": [row for row in wanted[name] if row not in found[name]],
        }
        for name in wanted
        if found[name] != wanted[name]
    }
