"""`fiftywire community`, `policy` and `audit`: what only the operator decides, and can check."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bot.domain.community.people import Home
from bot.ports.store import write
from storage.database import Database
from storage.engines import read_url
from tests.integration.samples import NOW

if TYPE_CHECKING:
    from tests.cli.child import Fiftywire


def said(somebody: Fiftywire, *arguments: str, status: int = 0) -> list[str]:
    """The lines on standard output; nothing else was said."""
    done = somebody.here(*arguments)
    assert (done.status, done.err) == (status, ""), done
    return done.out.splitlines()


@pytest.fixture
def away(writer: Fiftywire) -> Fiftywire:
    """There is a second community, of a server."""
    database = Database(read_url(f"sqlite:///{writer.data}"))
    write(database, lambda uow: uow.communities.join(Home("discord", "77"), "Plain Talk", NOW))
    database.close()
    return writer


def test_every_community_is_listed_with_all_there_is_to_know(away: Fiftywire) -> None:
    assert said(away, "community", "list") == [
        "1 terminal: publishes for everyone, one person decides",
        "   homes: terminal terminal",
        "   reports go to: nowhere but the queue",
        "2 discord-77: publishes on its own board, one person decides",
        "   homes: discord 77 (Plain Talk)",
        "   reports go to: nowhere but the queue",
    ]


def test_places_that_refuse_are_named_with_the_reason(writer: Fiftywire) -> None:
    writer.here("ask", "--role", "admin", "--press", "10su", "--fill", "review=hall, den")
    with closing(sqlite3.connect(writer.data)) as database, database:
        database.execute(
            "UPDATE places SET suspended_at = '2026-11-20', trouble = 'it is gone' WHERE place = 'den'"
        )
    assert said(writer, "community", "list")[2:] == [
        "   reports go to: terminal den, terminal hall",
        "   terminal den is suspended: it is gone",
    ]


@pytest.mark.parametrize("which", ["discord-77", "2"])
def test_a_community_is_trusted_and_no_longer(which: str, away: Fiftywire) -> None:
    trusted = "From now on the moderators of discord-77 publish for everyone."
    assert said(away, "community", "trust", which) == [trusted]
    assert said(away, "community", "list")[3].startswith("2 discord-77: publishes for everyone")
    again = "Nothing changed: the moderators of discord-77 publish for everyone already."
    assert said(away, "community", "trust", which) == [again]
    distrusted = "From now on the moderators of discord-77 publish on their own board."
    assert said(away, "community", "distrust", which) == [distrusted]
    assert said(away, "community", "list")[3].startswith("2 discord-77: publishes on its own board")
    assert said(away, "audit", "verify", "--community", which)[0].startswith("discord-77: 2 entries, head ")


@pytest.mark.parametrize("which", ["nowhere", "3", "0", "-1", "9" * 30, "²", "x\x1b[31m"])
def test_a_community_that_there_is_not(which: str, reader: Fiftywire) -> None:
    for command in (["community", "trust", "--", which], ["audit", "verify", f"--community={which}"]):
        sentence = reader.here(*command).refused(1)
        assert sentence.startswith("There is no community “")


def test_a_code_makes_a_community_one_that_publishes_for_everyone(writer: Fiftywire) -> None:
    said(writer, "community", "distrust", "terminal")
    done = writer.here("community", "code")
    assert done.status == 0
    assert re.fullmatch(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}\n", done.out)
    assert "/setup code:" in done.err
    setup = ("ask", "--role", "admin", f"/setup code:{done.out.strip()}")
    assert writer.here(*setup).status == 0
    assert said(writer, "community", "list")[0].startswith("1 terminal: publishes for everyone")
    assert writer.here(*setup).status == 1, "once"


def test_the_code_of_the_first_start_works(newcomer: Fiftywire) -> None:
    first = newcomer.here("community", "distrust", "terminal")
    code = re.search(r"/setup code:(\S+)", first.err)
    assert code
    assert newcomer.here("ask", "--role", "admin", f"/setup code:{code[1]}").status == 0
    assert said(newcomer, "community", "list")[0].startswith("1 terminal: publishes for everyone")


def test_the_policy_is_shown_and_set(writer: Fiftywire) -> None:
    one, two = "one person decides.", "two people for every change."
    assert said(writer, "policy") == [f"For what everyone sees: {one}"]
    assert said(writer, "policy", "two") == [f"From now on, for what everyone sees: {two}"]
    assert said(writer, "policy", "two") == [f"For what everyone sees: {two}"]
    assert said(writer, "policy") == [f"For what everyone sees: {two}"]
    assert said(writer, "community", "list")[0].endswith(
        "publishes for everyone, two people for every change"
    )
    assert "two people for new actions" in said(writer, "policy", "status")[0]


def test_a_policy_that_there_is_not(reader: Fiftywire) -> None:
    assert reader.here("policy", "three").status == 2


def test_the_records_are_checked(away: Fiftywire) -> None:
    assert said(away, "audit", "verify") == ["terminal: no entries yet", "discord-77: no entries yet"]
    said(away, "community", "trust", "discord-77")
    (nothing, one) = said(away, "audit", "verify")
    assert nothing == "terminal: no entries yet"
    assert re.fullmatch(r"discord-77: 1 entry, head [0-9a-f]{64}", one)
    said(away, "community", "distrust", "discord-77")
    assert re.fullmatch(r"discord-77: 2 entries, head [0-9a-f]{64}", said(away, "audit", "verify")[1])


@pytest.mark.parametrize(
    ("change", "entry"),
    [
        ("UPDATE audit_entries SET event = 'nothing:happened' WHERE number = 1", 1),
        ("DELETE FROM audit_entries WHERE number = 1", 1),
        ("DELETE FROM audit_entries WHERE number = 2", 2),
        ("UPDATE audit_details SET text = 'another' WHERE number = 2", 2),
    ],
)
def test_records_that_were_changed_are_named_and_it_ends_with_1(
    change: str, entry: int, away: Fiftywire
) -> None:
    said(away, "community", "trust", "discord-77")
    said(away, "community", "distrust", "discord-77")
    with closing(sqlite3.connect(away.data)) as database, database:
        database.execute(change)
    broken = f"discord-77: the chain is broken at entry {entry}"
    assert said(away, "audit", "verify", status=1) == ["terminal: no entries yet", broken]
    assert said(away, "audit", "verify", "--community", "terminal") == ["terminal: no entries yet"]


def test_what_may_be_forgotten_does_not_break_a_chain(away: Fiftywire) -> None:
    said(away, "community", "trust", "discord-77")
    before = said(away, "audit", "verify")
    with closing(sqlite3.connect(away.data)) as database, database:
        database.execute("DELETE FROM audit_details")
    assert said(away, "audit", "verify") == before
