"""The audit: a chain without a gap, whoever writes; what was changed behind our back is found."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from bot.domain.community.audit import START, AuditDetail, AuditEntry, Verdict, entry_hash
from bot.domain.community.people import Home
from bot.ports.store import read, write
from storage.database import Database
from tests.integration.overlap import overlapping
from tests.integration.report_samples import TERMINAL, change, rows
from tests.integration.samples import NOW

if TYPE_CHECKING:
    from sqlalchemy import URL

    from bot.ports import UnitOfWork

DETAIL = AuditDetail("5a17", 7, "No source says so.")


def enter(
    uow: UnitOfWork, subject: str = "R-1", detail: AuditDetail = DETAIL, community: int = TERMINAL
) -> None:
    uow.audit.lock([community])
    uow.audit.add(community, NOW, "report:rejected", subject, detail)


def entered(database: Database, count: int) -> None:
    for number in range(1, count + 1):
        detail = AuditDetail(f"salt-{number}", number, f"Why {number}")
        write(database, lambda uow, n=number, d=detail: enter(uow, f"R-{n}", d))  # type: ignore[misc]


def verify(database: Database, community: int = TERMINAL) -> Verdict:
    return read(database, lambda uow: uow.audit.verify(community))


def other_community(database: Database) -> int:
    return write(database, lambda uow: uow.communities.join(Home("discord", "1"), "Springfield", NOW)).id


def test_an_entry_comes_back_with_who_and_why(database: Database) -> None:
    zoned = NOW.astimezone(timezone(timedelta(hours=-5))) + timedelta(microseconds=123)

    def work(uow: UnitOfWork) -> None:
        uow.audit.lock([TERMINAL])
        uow.audit.add(TERMINAL, NOW, "report:approved", "R-1", DETAIL)
        uow.audit.add(TERMINAL, zoned, "member:banned", "R-2", AuditDetail("salt", None))

    write(database, work)
    last, first = read(database, lambda uow: uow.audit.page(TERMINAL, 9))
    made = entry_hash(1, NOW, "report:approved", "R-1", DETAIL.hash, START)
    assert first == (
        AuditEntry(1, NOW, "report:approved", "R-1", DETAIL.hash, START, made), DETAIL
    )  # fmt: skip
    assert (last[0].number, last[0].at, last[0].previous) == (2, zoned, made)
    assert last[1] == AuditDetail("salt", None)
    assert verify(database) == Verdict(2, last[0].hash)


def test_an_empty_chain_is_whole(database: Database) -> None:
    assert verify(database) == Verdict(0, START)
    assert read(database, lambda uow: uow.audit.length(TERMINAL)) == 0
    write(database, lambda uow: uow.audit.lock([TERMINAL]))
    assert verify(database) == Verdict(0, START)
    assert read(database, lambda uow: uow.audit.page(TERMINAL, 9)) == []


def test_the_pages_of_a_chain(database: Database) -> None:
    entered(database, 7)

    def page(limit: int, before: int = 0) -> list[int]:
        return [
            entry.number for entry, _ in read(database, lambda uow: uow.audit.page(TERMINAL, limit, before))
        ]

    assert page(3) == [7, 6, 5]
    assert page(3, 5) == [4, 3, 2]
    assert page(3, 2) == [1]
    assert page(3, 2**31) == [7, 6, 5]
    assert read(database, lambda uow: uow.audit.length(TERMINAL)) == 7


def test_each_community_has_a_chain_of_its_own(database: Database) -> None:
    other = other_community(database)
    entered(database, 2)
    write(database, lambda uow: enter(uow, "R-9", community=other))
    assert (verify(database).length, verify(database, other).length) == (2, 1)
    ((entry, _),) = read(database, lambda uow: uow.audit.page(other, 9))
    assert (entry.number, entry.subject, entry.previous) == (1, "R-9", START)
    assert verify(database, other) == Verdict(1, entry.hash)


def test_four_writers_leave_no_gap(database: Database, schema_url: URL) -> None:
    other = other_community(database)
    writers = [database, *(Database(schema_url) for _ in range(3))]

    def work(number: int) -> None:
        chains = [TERMINAL, other] if number % 2 else [other, TERMINAL]

        def both(uow: UnitOfWork) -> None:
            uow.audit.lock(chains)
            for chain in chains:
                uow.audit.add(chain, NOW, "report:approved", f"R-{number}", DETAIL)

        write(writers[number % 4], both)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(80)))
    for writer in writers[1:]:
        writer.close()
    for chain in (TERMINAL, other):
        found = read(database, lambda uow, c=chain: uow.audit.page(c, 99))  # type: ignore[misc]
        assert [entry.number for entry, _ in found] == list(range(80, 0, -1))
        assert {entry.subject for entry, _ in found} == {f"R-{number}" for number in range(80)}
        assert verify(database, chain) == Verdict(80, found[0][0].hash)


def test_whoever_locks_second_goes_on_where_the_first_ended(schema_url: URL, database: Database) -> None:
    done = overlapping(schema_url, lambda uow: enter(uow, "R-1"), lambda uow: enter(uow, "R-2"))
    assert done.attempts == 1
    found = read(database, lambda uow: uow.audit.page(TERMINAL, 9))
    assert [(entry.number, entry.subject) for entry, _ in found] == [(2, "R-2"), (1, "R-1")]
    assert verify(database).broken is None


def test_what_was_never_committed_leaves_no_gap(schema_url: URL, database: Database) -> None:
    overlapping(schema_url, lambda uow: enter(uow, "R-1"), lambda uow: enter(uow, "R-2"), commit=False)
    found = read(database, lambda uow: uow.audit.page(TERMINAL, 9))
    assert [(entry.number, entry.subject) for entry, _ in found] == [(1, "R-2")]
    assert verify(database).broken is None


@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        ("UPDATE audit_entries SET event = 'report:approved' WHERE number = 3", 3),
        ("UPDATE audit_entries SET subject = 'R-4' WHERE number = 3", 3),
        ("UPDATE audit_entries SET at = '2026-11-20 14:03:00.000000' WHERE number = 3", 3),
        ("UPDATE audit_entries SET detail = hash WHERE number = 3", 3),
        ("UPDATE audit_entries SET previous = hash WHERE number = 1", 1),
        ("UPDATE audit_entries SET hash = previous WHERE number = 3", 3),
        ("UPDATE audit_entries SET number = 99 WHERE number = 5", 5),
        ("DELETE FROM audit_entries WHERE number = 1", 1),
        ("DELETE FROM audit_entries WHERE number = 3", 3),
        ("DELETE FROM audit_entries WHERE number = 5", 5),
        ("DELETE FROM audit_heads", 6),
        ("UPDATE audit_heads SET number = 4", 6),
        ("UPDATE audit_heads SET hash = 'a'", 6),
        ("UPDATE audit_details SET text = 'Why not' WHERE number = 3", 3),
        ("UPDATE audit_details SET account_id = 4 WHERE number = 3", 3),
        ("UPDATE audit_details SET account_id = NULL WHERE number = 3", 3),
        ("UPDATE audit_details SET number = 99 WHERE number = 3; "
         "UPDATE audit_details SET number = 3 WHERE number = 2", 3),
    ],
)  # fmt: skip
def test_what_was_changed_behind_our_back_is_found(database: Database, tampering: str, broken: int) -> None:
    entered(database, 5)
    assert verify(database).broken is None
    for statement in tampering.split("; "):
        change(database, statement)
    assert verify(database).broken == broken


def test_what_was_forgotten_is_no_tampering(database: Database) -> None:
    entered(database, 5)
    head = verify(database)
    change(database, "DELETE FROM audit_details WHERE number IN (1, 3, 5)")
    assert verify(database) == head
    found = read(database, lambda uow: uow.audit.page(TERMINAL, 9))
    assert [detail.account if detail else None for _, detail in found] == [None, 4, None, 2, None]
    entered(database, 1)
    assert verify(database).length == 6
    assert verify(database).broken is None


def test_a_long_chain_is_walked_whole(database: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        uow.audit.lock([TERMINAL])
        for number in range(2_500):
            uow.audit.add(TERMINAL, NOW, "report:approved", f"R-{number}", DETAIL)

    write(database, work)
    assert verify(database).length == 2_500
    assert verify(database).broken is None
    change(database, "UPDATE audit_entries SET subject = 'R-1' WHERE number = 2400")
    assert verify(database).broken == 2_400


def test_nobody_writes_to_a_chain_that_they_did_not_lock(database: Database) -> None:
    with pytest.raises(Exception, match="foresaw"):
        write(database, lambda uow: uow.audit.add(TERMINAL, NOW, "e", "s", DETAIL))
    assert rows(database, "SELECT * FROM audit_entries") == []
