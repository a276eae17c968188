"""From the first release: everything is still there, and the tables are those that a new database gets."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from bot.domain.catalogue.actions import Code
from bot.domain.catalogue.filters import Filter
from bot.domain.community.people import Community, Home, HomeRecord
from bot.domain.writing.links import link_key
from bot.errors import DatabaseError
from bot.ports.store import read, write
from storage.database import Database
from storage.schema import VERSIONS
from tests.integration.drift import drift
from tests.integration.samples import DECISION, NOW, new
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

ACTION = """
INSERT INTO actions (
    id, code_state, code_number, key, board_id, title, summary, states, kind, approach, status, challenged,
    date, changed, sort_key, status_source, verified, retracted, retracted_reason, revision
) VALUES (
    :at, 'IL', :at, :key, 1, 'Counts', '', 'IL', 'statute', 'build', 'adopted', FALSE,
    '2025', '2025', :key, 0, 'seen', FALSE, '', 1
)
"""
SOURCE = "INSERT INTO sources (action_id, position, url, title, publisher) VALUES (:at, 0, :link, 'A', 'B')"
NEW_TABLES = {"moderators", "leases", "command_trees"}
"""Those of the second release; later ones are tested from there."""


@pytest.fixture
def released_url(empty_url: URL) -> URL:
    """A database as the first release makes it."""
    make(empty_url, "0001")
    return empty_url


def add_sources(url: URL, links: list[str]) -> None:
    """An action of Illinois for each link, by SQL, as the first release would have left it."""
    with straight_to(url) as connection:
        for at, link in enumerate(links, start=1):
            values = {"at": at, "key": f"key-{at}", "link": link}
            connection.execute(text(ACTION), values)
            connection.execute(text(SOURCE), values)


def test_the_starter_is_there_whole_and_as_in_a_new_database(released_url: URL, starter_url: URL) -> None:
    copy(starter_url, released_url)
    old, before = schema_of(released_url), contents(released_url)
    assert len(before["actions"]) > 200
    database = migrated(released_url)
    assert read(database, lambda uow: uow.catalogue.count(Filter(("commons",)))) == len(before["actions"])
    database.close()
    assert contents(released_url, old) == before
    assert contents(released_url) == contents(starter_url)
    assert words(released_url) == words(starter_url)
    assert broken_references(released_url) == []


def test_the_tables_are_those_of_a_new_database(released_url: URL, databases: Databases) -> None:
    add_sources(released_url, ["https://example.org/a"])
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


def test_every_source_gets_its_key_however_many_there_are(released_url: URL) -> None:
    links = [f"https://www.example.org/{at}/?utm_source=x&id={at}#top" for at in range(1, 12_002)]
    add_sources(released_url, links[:1])
    with straight_to(released_url) as connection:  # some actions have a hundred sources
        connection.execute(
            text(
                "INSERT INTO sources (action_id, position, url, title, publisher) "
                "VALUES (1, :at, :link, 'News', 'News')"
            ),
            [{"at": at, "link": link} for at, link in enumerate(links[1:], start=1)],
        )
    migrated(released_url).close()
    with straight_to(released_url) as connection:
        rows = connection.execute(text("SELECT position, url, link_key FROM sources ORDER BY position")).all()
    assert [row.url for row in rows] == links
    assert [row.link_key for row in rows] == [f"example.org/{at}?id={at}" for at in range(1, 12_002)]


def test_a_source_that_is_no_link_does_not_stop_the_upgrade(released_url: URL) -> None:
    links = ["javascript:alert(1)", "a letter", "", "https://exämple.org/" + "ü" * 1000]
    add_sources(released_url, links)
    migrated(released_url).close()
    with straight_to(released_url) as connection:
        keys = connection.scalars(text("SELECT link_key FROM sources ORDER BY action_id")).all()
    assert keys == [*links[:3], link_key(links[3])]


def test_communities_and_homes_live_on(released_url: URL) -> None:
    with straight_to(released_url) as connection:
        connection.execute(text("INSERT INTO boards (id, name) VALUES (7, 'springfield')"))
        connection.execute(text("INSERT INTO communities (id, board_id, curator) VALUES (4, 7, FALSE)"))
        for home in ("office", "annex"):
            connection.execute(
                text("INSERT INTO homes (platform, home, community_id) VALUES ('terminal', :home, 4)"),
                {"home": home},
            )
    database = migrated(released_url)

    def work(uow: UnitOfWork) -> None:
        at = uow.communities.at
        assert at(Home("terminal", "terminal")) == Community(1, "terminal", curator=True, zone="UTC")
        assert at(Home("terminal", "annex")) == Community(4, "springfield", curator=False, zone="UTC")
        assert uow.communities.homes("terminal") == [
            HomeRecord(Home("terminal", "annex"), "", 4, suspended=False),
            HomeRecord(Home("terminal", "office"), "", 4, suspended=False),
            HomeRecord(Home("terminal", "terminal"), "", 1, suspended=False),
        ]

    read(database, work)
    database.close()
    with straight_to(released_url) as connection:
        known = connection.execute(text("SELECT joined_at, suspended_at FROM homes")).all()
    assert {tuple(row) for row in known} == {(None, None)}


def test_work_goes_on_where_it_was(released_url: URL, starter_url: URL) -> None:
    copy(starter_url, released_url)
    with straight_to(released_url) as connection:
        # Rows written with their ids leave PostgreSQL's sequences behind; the first release's did not.
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT setval('actions_id_seq', (SELECT max(id) FROM actions))"))
        number = connection.scalar(text("SELECT last FROM code_counters WHERE state = 'IL'"))
    database = migrated(released_url)
    item = new("IL", link="http://www.example.org/added/")
    (added,) = write(database, lambda uow: uow.publisher.add([item], DECISION))
    assert added.code == Code("IL", number + 1)
    which = Filter(("commons",), link="example.org/added")
    assert [line.code for line in read(database, lambda uow: uow.catalogue.page(which, limit=9))] == [
        added.code
    ]
    home = Home("discord", "1")
    joined = write(database, lambda uow: uow.communities.join(home, "Springfield", NOW))
    assert read(database, lambda uow: uow.communities.at(home)) == joined
    database.close()


def test_an_upgrade_that_breaks_off_leaves_the_old_database(
    released_url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_sources(released_url, ["https://example.org/a", "https://example.org/b"])
    before, old = contents(released_url), shape(released_url)

    def out_of_memory(_: str) -> str:
        raise DatabaseError("The machine has no memory left.")

    monkeypatch.setattr("bot.domain.writing.links.link_key", out_of_memory)
    database = Database(released_url)
    with pytest.raises(DatabaseError, match="no memory left"):
        database.open()
    database.close()
    assert version(released_url) == "0001"
    assert (contents(released_url), shape(released_url)) == (before, old)
    monkeypatch.undo()
    migrated(released_url).close()
    assert version(released_url) == VERSIONS[-1]


def test_of_several_who_start_at_once_one_upgrades(released_url: URL) -> None:
    add_sources(released_url, [f"https://example.org/{at}" for at in range(300)])
    starting = [Database(released_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda database: database.open(), starting)) == [False] * 4
    for database in starting:
        database.close()
    assert version(released_url) == VERSIONS[-1]
    with straight_to(released_url) as connection:
        assert drift(connection) == []
