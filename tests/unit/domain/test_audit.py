"""The audit's chain: what was done cannot be told otherwise later, and who did it can be forgotten."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.community.audit import START, AuditDetail, AuditEntry, Verdict, entry_hash, verify

NOW = datetime(2026, 11, 20, 14, 2, tzinfo=UTC)
DETAIL = AuditDetail("5a17", 7, "the same every day")
Chain = list[tuple[AuditEntry, AuditDetail | None]]


def chain(length: int) -> Chain:
    """A chain as it is written down, entry by entry."""
    entries: Chain = []
    previous = START
    for number in range(1, length + 1):
        at = NOW + timedelta(minutes=number)
        detail = AuditDetail(f"salt {number}", number % 3 or None, f"words {number}")
        told = (number, at, "report:approved", f"R-{number}", detail.hash, previous)
        previous = entry_hash(*told)
        entries.append((AuditEntry(*told, previous), detail))
    return entries


def head_of(entries: Chain) -> tuple[int, str]:
    """What is kept as the end of a chain."""
    return (entries[-1][0].number, entries[-1][0].hash) if entries else (0, START)


# --- what is hashed


def test_hashes_are_what_they_were_when_the_chains_out_there_were_written() -> None:
    """Whoever changes how it is hashed breaks every chain."""
    told = ["5a17", 7, "the same every day"]
    plain = json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode()
    assert DETAIL.hash == hashlib.sha256(plain).hexdigest()
    assert DETAIL.hash == "62d7e33620b6eec722a7c0dc7736a056bd5bb33158e27b5f369ceb4af6e4e9f8"
    assert (
        entry_hash(1, NOW, "member:banned", "account 9", DETAIL.hash, START)
        == "d89fcb40f93a17114168efc3ed0480079403b2742dce492c763bf2b02fe3cdfe"
    )
    assert AuditDetail("ü", None).hash == "3f41b808c44b10c5a89028234f4a2336deb57091fd6ed7a9c8e6eb17eaab5a9d"
    assert START == "0" * 64


def test_a_time_is_the_same_in_every_zone() -> None:
    other = NOW.astimezone(timezone(timedelta(hours=-6)))
    assert entry_hash(1, other, "x", "y", "z", START) == entry_hash(1, NOW, "x", "y", "z", START)


@pytest.mark.parametrize(
    "changed",
    [
        (2, NOW, "a", "b", "c", START),
        (1, NOW + timedelta(microseconds=1), "a", "b", "c", START),
        (1, NOW, "a ", "b", "c", START),
        (1, NOW, "a", "B", "c", START),
        (1, NOW, "a", "b", "", START),
        (1, NOW, "a", "b", "c", "1" * 64),
        (1, NOW, "ab", "", "c", START),
        (1, NOW, 'a","b', "", "c", START),
    ],
)
def test_each_part_of_an_entry_counts(changed: tuple[int, datetime, str, str, str, str]) -> None:
    assert entry_hash(*changed) != entry_hash(1, NOW, "a", "b", "c", START)


@pytest.mark.parametrize(
    "changed", [replace(DETAIL, salt=""), replace(DETAIL, account=8), replace(DETAIL, account=None),
                replace(DETAIL, text="the same every day ")]
)  # fmt: skip
def test_each_part_of_a_detail_counts(changed: AuditDetail) -> None:
    assert changed.hash != DETAIL.hash


def test_without_the_salt_nobody_tells_what_was_said() -> None:
    assert AuditDetail("one", 7, "spam").hash != AuditDetail("two", 7, "spam").hash


# --- walking a chain


@pytest.mark.parametrize("length", [0, 1, 2, 50])
def test_a_chain_that_holds(length: int) -> None:
    entries = chain(length)
    assert verify(entries, head_of(entries)) == Verdict(length, head_of(entries)[1], None)


def test_it_holds_when_who_did_it_is_forgotten() -> None:
    entries = chain(20)
    for gone in (range(20), range(0, 20, 3), [0], [19]):
        left: Chain = [(e, None if at in gone else d) for at, (e, d) in enumerate(entries)]
        assert verify(left, head_of(entries)).broken is None


@pytest.mark.parametrize("at", [0, 1, 9, 18, 19])
@pytest.mark.parametrize("part", ["number", "at", "event", "subject", "detail", "previous", "hash"])
def test_an_entry_that_was_changed_is_named(at: int, part: str) -> None:
    entries = chain(20)
    entry, detail = entries[at]
    other: dict[str, object] = {
        "number": entry.number + 1, "at": entry.at + timedelta(seconds=1), "event": "report:rejected",
        "subject": "R-99", "detail": "0" * 64, "previous": "1" * 64, "hash": "2" * 64,
    }  # fmt: skip
    forged = replace(entry, **{part: other[part]})  # type: ignore[arg-type]
    verdict = verify([*entries[:at], (forged, detail), *entries[at + 1 :]], head_of(entries))
    assert verdict.broken == at + 1
    assert verdict.head == (entries[at - 1][0].hash if at else START), "what holds before it"


def test_an_entry_that_was_written_anew_breaks_the_next() -> None:
    """With its own hash right, the chain still does not fit: the next one points to what stood there."""
    entries = chain(5)
    entry, detail = entries[2]
    told = (entry.number, entry.at, "report:rejected", entry.subject, entry.detail, entry.previous)
    forged = AuditEntry(*told, entry_hash(*told))
    assert verify([*entries[:2], (forged, detail), *entries[3:]], head_of(entries)).broken == 4


def test_a_detail_that_was_changed_is_named() -> None:
    entries = chain(5)
    entry, detail = entries[3]
    assert detail
    changed: Chain = [*entries[:3], (entry, replace(detail, text="something else")), entries[4]]
    assert verify(changed, head_of(entries)).broken == 4


@pytest.mark.parametrize(
    ("broken", "left"),
    [
        (1, lambda entries: entries[1:]),
        (3, lambda entries: [*entries[:2], *entries[3:]]),
        (2, lambda entries: [entries[0], entries[2], entries[1], *entries[3:]]),
        (5, lambda entries: [*entries[:4], entries[3], entries[4]]),
        (5, lambda entries: entries[:-1]),
        (1, lambda _: []),
    ],
    ids=["first gone", "one gone", "two in another order", "one twice", "last gone", "all gone"],
)
def test_what_is_missing_twice_or_elsewhere_is_named(broken: int, left: object) -> None:
    entries = chain(5)
    assert callable(left)
    assert verify(left(entries), head_of(entries)).broken == broken


def test_what_was_added_after_the_kept_end_is_seen() -> None:
    entries = chain(5)
    assert verify(entries, head_of(entries[:4])).broken == 6
    assert verify(entries, (5, "0" * 64)).broken == 6
    assert verify(entries, (4, entries[-1][0].hash)).broken == 6


@given(st.integers(1, 12), st.data())
def test_any_change_anywhere_is_found(length: int, data: st.DataObject) -> None:
    entries = chain(length)
    at = data.draw(st.integers(0, length - 1))
    part = data.draw(st.sampled_from(["event", "subject", "detail", "previous", "hash"]))
    entry, detail = entries[at]
    was = getattr(entry, part)
    text = data.draw(st.text(max_size=70).filter(lambda text: text != was))
    forged = replace(entry, **{part: text})  # type: ignore[arg-type]
    changed = [*entries[:at], (forged, data.draw(st.sampled_from([detail, None]))), *entries[at + 1 :]]
    assert verify(changed, head_of(entries)).broken == at + 1
