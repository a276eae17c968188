"""From the second release: what was there is there, and reports, decisions and messages have their tables."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from bot.domain.catalogue.filters import Filter
from bot.domain.community.people import Account, Community, Home
from bot.domain.deliveries import about_report
from bot.domain.review.proposals import Policy
from bot.errors import DatabaseError
from bot.ports.store import read, write
from storage.database import Database
from storage.schema import VERSIONS
from tests.integration.drift import drift
from tests.integration.report_samples import CHANNEL, TERMINAL, owed, proposal, report
from tests.integration.samples import NOW
from tests.migration.released import (
    broken_references,
    contents,
    copy,
    make,
    migrated,
    schema_of,
    shape,
    straight_to,
    version,
    words,
)

if TYPE_CHECKING:
    from sqlalchemy import URL

    from bot.ports import UnitOfWork
    from tests.integration.conftest import Databases

NEW_TABLES = {
    "policies", "action_aliases", "accounts", "bans", "member_notes", "one_time_codes", "proposals", "drafts",
    "approvals", "reports", "report_states", "held_links", "followers", "report_words", "report_files",
    "form_openings", "audit_heads", "audit_entries", "audit_details", "places", "review_places", "payloads",
    "deliveries", "inbox",
}  # fmt: skip
LIMITS = [(3, 60)]


@pytest.fixture
def released_url(empty_url: URL) -> URL:
    """A database as the second release makes it, with the rows that it alone would write."""
    make(empty_url, "0002")
    with straight_to(empty_url) as connection:
        for statement in (
            "INSERT INTO boards (id, name) VALUES (7, 'springfield')",
            "INSERT INTO communities (id, board_id, curator, zone) VALUES (4, 7, FALSE, 'America/Chicago')",
            "INSERT INTO homes (platform, home, community_id, name) VALUES ('discord', '1', 4, 'Here')",
            "INSERT INTO moderators (community_id, platform, is_group, member, name) "
            "VALUES (4, 'discord', FALSE, '77', 'Ana')",
            "INSERT INTO command_trees (platform, application, digest) VALUES ('discord', '1', 'd')",
            f"INSERT INTO calls (id, person, command, at) VALUES (1, 'ana', 'state', '{NOW:%F %T.%f}')",
            f"INSERT INTO calls (id, person, command, at) VALUES (2, 'ana', 'state', '{NOW:%F %T.%f}')",
        ):
            connection.execute(text(statement))
        if connection.dialect.name == "postgresql":
            for table in ("boards", "communities", "calls"):
                connection.execute(text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))
    return empty_url


def test_everything_is_still_there(released_url: URL) -> None:
    old, before = schema_of(released_url), contents(released_url)
    migrated(released_url).close()
    assert contents(released_url, old) == before
    after = contents(released_url)
    assert {name for name in NEW_TABLES if after[name]} == set()
    assert broken_references(released_url) == []


def test_the_starter_is_as_in_a_new_database(empty_url: URL, starter_url: URL) -> None:
    make(empty_url, "0002")
    copy(starter_url, empty_url)
    database = migrated(empty_url)
    assert read(database, lambda uow: uow.catalogue.count(Filter(("commons",)))) > 200
    database.close()
    assert contents(empty_url) == contents(starter_url)
    assert words(empty_url) == words(starter_url)


def test_the_tables_are_those_of_a_new_database(released_url: URL, databases: Databases) -> None:
    assert NEW_TABLES.isdisjoint(shape(released_url))
    migrated(released_url).close()
    fresh = databases.make()
    database = Database(fresh)
    assert database.open() is True
    database.close()
    assert shape(released_url) == shape(fresh)
    assert shape(released_url).keys() > NEW_TABLES
    with straight_to(released_url) as connection:
        assert drift(connection) == []


def test_communities_have_the_settings_that_new_ones_have(released_url: URL) -> None:
    database = migrated(released_url)
    springfield = Community(4, "springfield", curator=False, zone="America/Chicago", most_cards=60)

    def look(uow: UnitOfWork) -> None:
        c = uow.communities
        assert c.every() == [Community(1, "terminal", curator=True, most_cards=60), springfield]
        assert c.at(Home("discord", "1")) == springfield
        assert uow.review_settings.policy("springfield") is Policy.ONE
        assert c.is_moderator(4, Account("discord", "77", "Ana"))

    read(database, look)
    joined = write(database, lambda uow: uow.communities.join(Home("discord", "2"), "Shelbyville", NOW))
    assert joined.most_cards == springfield.most_cards
    database.close()


def test_calls_that_were_counted_count_whole(released_url: URL) -> None:
    database = migrated(released_url)
    later = NOW + timedelta(seconds=1)

    def call() -> int:
        return write(database, lambda uow: uow.calls.count("ana", "state", LIMITS, later))

    assert [call(), call()] == [0, 59]
    database.close()


def test_reports_are_taken_at_once(released_url: URL) -> None:
    database = migrated(released_url)

    def work(uow: UnitOfWork) -> tuple[int, int]:
        kept = uow.reports.add(report())
        made = uow.proposals.add(proposal())
        uow.reports.hold_link(kept)
        uow.audit.lock([TERMINAL])
        uow.outbox.enqueue(owed(CHANNEL, about=about_report(kept.number)))
        return kept.number, made.id

    assert write(database, work) == (1, 1)
    assert write(database, work) == (2, 2)
    database.close()
    assert broken_references(released_url) == []


def test_an_upgrade_that_breaks_off_leaves_the_old_database(released_url: URL) -> None:
    with straight_to(released_url) as connection:  # the last table that is made
        connection.execute(text("CREATE TABLE inbox (id INTEGER PRIMARY KEY)"))
    before, old = contents(released_url), shape(released_url)
    database = Database(released_url)
    with pytest.raises(DatabaseError):
        database.open()
    database.close()
    assert version(released_url) == "0002"
    assert (contents(released_url), shape(released_url)) == (before, old)
    with straight_to(released_url) as connection:
        connection.execute(text("DROP TABLE inbox"))
    migrated(released_url).close()
    assert version(released_url) == VERSIONS[-1]


def test_of_several_who_start_at_once_one_upgrades(released_url: URL) -> None:
    starting = [Database(released_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda database: database.open(), starting)) == [False] * 4
    for database in starting:
        database.close()
    assert version(released_url) == VERSIONS[-1]
    with straight_to(released_url) as connection:
        assert drift(connection) == []
