"""Homes come and go and keep their community; who moderates it is told by its own list alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, text

from bot.commands.community.setup import SETUP
from bot.commands.spec import Call, Invocation, Typed
from bot.domain.catalogue.records import parse_record
from bot.domain.community.people import Account, Community, Home, HomeRecord, Moderator, Role, board_of
from bot.domain.deliveries import Place
from bot.domain.review.proposals import Policy
from bot.engine.community.communities import Wanted, set_up, setup_of
from bot.errors import DatabaseError
from bot.messages.message import Press
from bot.ports.store import read, write
from storage.database import Database
from tests.integration.overlap import overlapping
from tests.integration.samples import DECISION, NOW, new

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import URL

    from bot.ports import UnitOfWork

SERVER, OTHER = Home("discord", "123"), Home("discord", "45")
LATER = NOW + timedelta(days=1)
TERMINAL = 1
"""The community that every database has."""


def join(database: Database, home: Home, name: str = "Springfield", now: datetime = NOW) -> Community:
    return write(database, lambda uow: uow.communities.join(home, name, now))


def suspend(database: Database, home: Home, now: datetime = NOW) -> None:
    write(database, lambda uow: uow.communities.suspend(home, now))


def at(database: Database, home: Home) -> Community | None:
    return read(database, lambda uow: uow.communities.at(home))


def times(database: Database, home: Home) -> tuple[datetime | None, datetime | None]:
    """When a home joined and was suspended."""
    with database._reader.connect() as connection:
        query = text("SELECT joined_at, suspended_at FROM homes WHERE home = :home")
        row = connection.execute(query, {"home": home.id}).one()
    return row.joined_at, row.suspended_at


def communities(database: Database) -> int:
    with database._reader.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM communities")).scalar_one())


# --- joining


def test_a_new_home_gets_a_community_of_its_own(database: Database) -> None:
    assert at(database, SERVER) is None
    joined = join(database, SERVER)
    assert joined == Community(joined.id, "discord-123", curator=False, zone="UTC")
    assert joined.id != TERMINAL
    assert at(database, SERVER) == joined
    assert at(database, OTHER) is None
    second = join(database, OTHER)
    assert second.id not in (joined.id, TERMINAL)
    assert read(database, lambda uow: uow.communities.boards()) == [
        "commons", "terminal", "discord-123", "discord-45"
    ]  # fmt: skip
    (published,) = write(database, lambda uow: uow.publisher.add([new("IL", board=joined.name)], DECISION))
    assert published.board == "discord-123"


def test_the_same_id_on_another_platform_is_another_home(database: Database) -> None:
    assert join(database, SERVER).id != join(database, Home("slack", "123")).id


def test_a_home_that_is_there_stays_what_it_was_and_gets_its_new_name(database: Database) -> None:
    joined = join(database, SERVER, "Springfield")
    write(database, lambda uow: uow.communities.set_zone(joined.id, "America/Chicago"))
    before = times(database, SERVER)
    again = join(database, SERVER, "Greater\u200b  Springfield\x00", LATER)
    assert again == Community(joined.id, joined.name, curator=False, zone="America/Chicago")
    (record,) = read(database, lambda uow: uow.communities.homes("discord"))
    assert record.name == "Greater Springfield"
    assert times(database, SERVER) == before
    assert communities(database) == 2


def test_the_terminal_is_the_curators(database: Database) -> None:
    home = Home("terminal", "terminal")
    assert join(database, home, "here") == Community(TERMINAL, "terminal", curator=True)


def test_a_home_that_is_as_it_should_be_is_not_written_to(database: Database) -> None:
    join(database, SERVER, "Springfield")
    written: list[int] = []
    event.listen(
        database._writer, "after_cursor_execute",
        lambda _, cursor, statement, *__: written.append(cursor.rowcount) if "UPDATE" in statement else None,
    )  # fmt: skip
    join(database, SERVER, "Springfield", LATER)
    assert sum(written) == 0
    join(database, SERVER, "Shelbyville", LATER)
    assert sum(written) == 1


@pytest.mark.parametrize(
    ("home", "board"),
    [
        (Home("discord", "123456789012345678"), "discord-123456789012345678"),
        (Home("slack", "T0123ABC"), "slack-t0123abc"),
        (Home("slack", "E 1/ü..T2"), "slack-e-1-t2"),
        (Home("terminal", "the_office"), "terminal-the_office"),
        (Home("terminal", "-_-"), "terminal"),
        (Home("terminal", "x" * 100), "terminal-" + "x" * 31),
        (Home("", "中文"), "home"),
    ],
)
def test_the_board_of_a_home(home: Home, board: str) -> None:
    assert board_of(home) == board


@given(st.builds(Home, st.text(max_size=20), st.text(max_size=100)))
def test_every_board_of_a_home_can_be_exported_and_imported(home: Home) -> None:
    record = {
        "key": "k", "title": "T", "summary": "S", "states": ["IL"], "topics": ["climate"], "kind": "statute",
        "approach": "build", "status": "adopted", "date": "2025", "board": board_of(home),
        "history": [{"date": "2025", "status": "adopted", "note": "", "source": "https://example.org"}],
        "sources": [{"url": "https://example.org", "title": "T", "publisher": "P"}], "verified": "seen",
    }  # fmt: skip
    assert parse_record(record).board == board_of(home)


def test_homes_whose_boards_would_be_called_alike_get_boards_of_their_own(database: Database) -> None:
    write(database, lambda uow: uow.communities.add("slack-t1"))
    homes = [Home("slack", "T1"), Home("slack", "t1"), Home("slack", "T1!"), Home("slack", "T1?")]
    joined = [join(database, home) for home in homes]
    assert [community.name for community in joined] == [
        "slack-t1-2",
        "slack-t1-3",
        "slack-t1-4",
        "slack-t1-5",
    ]
    assert len({community.id for community in joined}) == 4
    assert [at(database, home) for home in homes] == joined
    long = [join(database, Home("slack", "x" * 90 + str(n))).name for n in range(11)]
    assert long[0] == "slack-" + "x" * 34
    assert long[1] == "slack-" + "x" * 32 + "-2"
    assert long[10] == "slack-" + "x" * 31 + "-11"


# --- leaving


def test_a_suspended_home_has_no_community_until_it_is_back(database: Database) -> None:
    joined = join(database, SERVER)
    write(database, lambda uow: uow.communities.name_moderators(joined.id, "discord", [ANA]))
    suspend(database, SERVER, NOW)
    assert at(database, SERVER) is None
    assert read(database, lambda uow: uow.communities.boards())[-1] == joined.name
    since = times(database, SERVER)[1]
    suspend(database, SERVER, LATER)
    assert times(database, SERVER)[1] == since, "the first time counts"
    assert join(database, SERVER, "Back again", LATER) == joined
    assert at(database, SERVER) == joined
    assert times(database, SERVER)[1] is None
    assert read(database, lambda uow: uow.communities.moderators(joined.id)) == [ANA]
    assert communities(database) == 2


def test_an_unknown_home_that_is_suspended_is_ignored(database: Database) -> None:
    joined = join(database, SERVER)
    suspend(database, OTHER)
    suspend(database, Home("slack", SERVER.id))
    assert at(database, SERVER) == joined
    assert [record.home for record in read(database, lambda uow: uow.communities.homes("discord"))] == [
        SERVER
    ]
    assert read(database, lambda uow: uow.communities.homes("slack")) == []


def test_the_homes_of_a_platform(database: Database) -> None:
    first, second = join(database, SERVER, "Springfield"), join(database, OTHER, "Shelbyville")
    join(database, Home("slack", "T1"), "A workspace")
    suspend(database, OTHER)
    assert read(database, lambda uow: uow.communities.homes("discord")) == [
        HomeRecord(SERVER, "Springfield", first.id, suspended=False),
        HomeRecord(OTHER, "Shelbyville", second.id, suspended=True),
    ]


# --- many at once


def test_however_many_meet_a_home_at_once_it_has_one_community(schema_url: URL) -> None:
    homes = [Home("discord", str(at)) for at in range(12)]
    processes = [Database(schema_url) for _ in range(3)]
    barrier = Barrier(9)

    def meet(worker: int) -> list[Community]:
        barrier.wait()
        return [join(processes[worker % 3], home, home.id) for home in homes]

    with ThreadPoolExecutor(9) as threads:
        found = list(threads.map(meet, range(9)))
    assert all(each == found[0] for each in found)
    assert len({community.id for community in found[0]}) == len(homes)
    assert communities(processes[0]) == len(homes) + 1
    assert len(read(processes[0], lambda uow: uow.communities.boards())) == len(homes) + 2
    for database in processes:
        database.close()


def test_the_second_who_meets_a_home_waits_for_the_first(schema_url: URL) -> None:
    met = overlapping(
        schema_url,
        lambda uow: uow.communities.join(SERVER, "Springfield", NOW),
        lambda uow: uow.communities.join(SERVER, "Springfield", NOW),
    )
    assert met.first == met.second
    assert met.attempts == 1, "it ran into the first one and had to begin anew"


def test_homes_that_join_together_do_so_in_any_order(schema_url: URL) -> None:
    def joining(*homes: Home) -> Callable[[UnitOfWork], list[Community]]:
        return lambda uow: [uow.communities.join(home, "Springfield", NOW) for home in homes]

    met = overlapping(schema_url, joining(SERVER), joining(OTHER, SERVER), then=joining(OTHER))
    assert met.attempts == 1, "each waited for the other"


def test_the_second_founds_it_when_the_first_broke_off(schema_url: URL) -> None:
    met = overlapping(
        schema_url,
        lambda uow: uow.communities.join(SERVER, "Springfield", NOW),
        lambda uow: uow.communities.join(SERVER, "Shelbyville", NOW),
        commit=False,
    )
    database = Database(schema_url)
    assert at(database, SERVER) == met.second
    (record,) = read(database, lambda uow: uow.communities.homes("discord"))
    assert record.name == "Shelbyville"
    assert communities(database) == 2
    database.close()


# --- moderators and the clock

ANA = Moderator("discord", "7", "Ana")
BEN = Moderator("discord", "10", "Ben")
CARA = Moderator("slack", "U7", "Cara")
EDITORS = Moderator("discord", "7", "Editors", is_group=True)


def named(database: Database, community: int, moderators: Sequence[Moderator]) -> list[Moderator]:
    """Name `moderators` of Discord in place of those who were."""
    write(database, lambda uow: uow.communities.name_moderators(community, "discord", moderators))
    return read(database, lambda uow: uow.communities.moderators(community))


def test_a_list_of_moderators_replaces_the_one_before(database: Database) -> None:
    assert read(database, lambda uow: uow.communities.moderators(TERMINAL)) == []
    everyone = [BEN, ANA, EDITORS]
    assert named(database, TERMINAL, [EDITORS, ANA, BEN]) == everyone
    assert named(database, TERMINAL, everyone) == everyone
    renamed = Moderator("discord", "7", "Ana Ruiz")
    assert named(database, TERMINAL, [renamed]) == [renamed]
    assert named(database, TERMINAL, []) == []


def test_the_moderators_of_another_platform_stay(database: Database) -> None:
    write(database, lambda uow: uow.communities.name_moderators(TERMINAL, "slack", [CARA]))
    assert named(database, TERMINAL, [ANA]) == [ANA, CARA]
    assert named(database, TERMINAL, []) == [CARA]


def test_a_moderator_who_is_named_twice_is_one(database: Database) -> None:
    assert named(database, TERMINAL, [ANA, EDITORS, ANA, EDITORS]) == [ANA, EDITORS]


def test_the_names_of_moderators_can_always_be_shown(database: Database) -> None:
    wild = Moderator("discord", "7", "A\x00n\ud800a \u202e🙂")
    assert named(database, TERMINAL, [wild]) == [Moderator("discord", "7", "Ana 🙂")]


def test_a_community_that_is_not_there_gets_no_moderators(database: Database) -> None:
    with pytest.raises(DatabaseError):
        write(database, lambda uow: uow.communities.name_moderators(999, "discord", [ANA]))


@pytest.mark.parametrize(
    ("account", "is_one"),
    [
        (Account("discord", "7", "Whatever"), True),
        (Account("discord", "8", "Ana"), False),
        (Account("discord", "8", "Dan", Role.ADMIN), False),  # what the platform says is another's to weigh
        (Account("slack", "7", "Ana"), False),
        (Account("discord", "55", "Ana"), False),  # a group's id is nobody's
        (Account("discord", "8", "Dan", groups=frozenset({"1", "55", "99"})), True),
        (Account("discord", "8", "Dan", groups=frozenset({"7"})), False),  # nor is a person's a group's
        (Account("slack", "8", "Dan", groups=frozenset({"55"})), False),
        (Account("discord", "8", "Dan", groups=frozenset({"66"})), False),  # another community's
        (Account("discord", "66", "Eve"), False),
        (Account("discord", "8", "Dan", groups=frozenset(map(str, range(100, 400)))), False),
    ],
)
def test_who_is_a_moderator(database: Database, account: Account, *, is_one: bool) -> None:
    elsewhere = join(database, SERVER)
    named(database, TERMINAL, [ANA, Moderator("discord", "55", "Editors", is_group=True)])
    named(
        database,
        elsewhere.id,
        [Moderator("discord", "66", "G", is_group=True), Moderator("discord", "66", "P")],
    )
    assert read(database, lambda uow: uow.communities.is_moderator(TERMINAL, account)) is is_one


def test_who_is_a_moderator_is_one_question(database: Database) -> None:
    asked: list[str] = []
    event.listen(database._reader, "before_cursor_execute", lambda *given: asked.append(given[2]))
    account = Account("discord", "8", "Dan", groups=frozenset({"1", "2"}))
    read(database, lambda uow: uow.communities.is_moderator(TERMINAL, account))
    assert len([statement for statement in asked if "moderators" in statement]) == 1
    assert len([statement for statement in asked if statement != "BEGIN"]) == 1


def test_two_lists_at_once_are_not_mixed(schema_url: URL) -> None:
    def naming(*moderators: Moderator) -> Callable[[UnitOfWork], None]:
        return lambda uow: uow.communities.name_moderators(TERMINAL, "discord", moderators)

    overlapping(schema_url, naming(ANA, BEN), naming(EDITORS))
    database = Database(schema_url)
    assert read(database, lambda uow: uow.communities.moderators(TERMINAL)) == [EDITORS]
    database.close()


def test_setting_the_clock_does_not_bring_back_a_moderator_removed_meanwhile(schema_url: URL) -> None:
    database = Database(schema_url)
    named(database, TERMINAL, [ANA, BEN])
    home = Home("discord", "1")
    account = Account("discord", "1", "Admin", Role.ADMIN)
    community = Community(TERMINAL, "terminal", curator=True)
    call = Call(SETUP, {}, Press("setup"), Invocation(Typed("/setup"), account, home, NOW), community)

    def remove(uow: UnitOfWork) -> None:
        uow.communities.name_moderators(TERMINAL, "discord", [BEN])

    def set_clock(uow: UnitOfWork) -> None:
        SETUP.handle(
            uow, call, do=None, zone="America/Chicago", moderators=None, review=None, policy=None, cards=None,
            code=None, join=None,
        )  # fmt: skip

    overlapping(schema_url, remove, set_clock)
    left = read(database, lambda uow: uow.communities.moderators(TERMINAL))
    found = at(database, Home("terminal", "terminal"))
    database.close()
    assert left == [BEN]
    assert found
    assert found.zone == "America/Chicago"


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(moderators=[ANA]),
        Wanted(places=[Place("discord", "123", "55", name="desk")]),
        Wanted(policy=Policy.TWO),
        Wanted(most_cards=5),
    ],
    ids=["moderators", "places", "policy", "cards"],
)
def test_naming_moderators_does_not_turn_back_the_clock(schema_url: URL, wanted: Wanted) -> None:
    """Nor does anything else that another admin sets meanwhile."""
    stale = Community(TERMINAL, "terminal", curator=True)

    def name(uow: UnitOfWork) -> None:
        account = uow.people.keep(Account("discord", "1", "Admin"), "a pseudonym", NOW).number
        set_up(uow, stale, SERVER, wanted, account, NOW)

    overlapping(schema_url, lambda uow: uow.communities.set_zone(TERMINAL, "America/Chicago"), name)
    database = Database(schema_url)
    now = read(database, lambda uow: setup_of(uow, terminals(uow)))
    database.close()
    assert now.community.zone == "America/Chicago"
    assert list(now.moderators) == list(wanted.moderators or [])
    assert list(now.places) == list(wanted.places or [])
    assert now.policy == (wanted.policy or Policy.ONE)
    assert now.community.most_cards == (wanted.most_cards or 60)


def terminals(uow: UnitOfWork) -> Community:
    community = uow.communities.at(Home("terminal", "terminal"))
    assert community
    return community


def test_setting_the_clock_takes_back_nothing_that_was_set_meanwhile(schema_url: URL) -> None:
    stale = Community(TERMINAL, "terminal", curator=True)

    def others(uow: UnitOfWork) -> None:
        uow.review_settings.set_most_cards(TERMINAL, 5)
        uow.review_settings.set_policy("terminal", Policy.TWO)
        uow.review_settings.name_review_places(
            TERMINAL, "discord", [Place("discord", "123", "55", name="desk")]
        )

    def set_clock(uow: UnitOfWork) -> None:
        account = uow.people.keep(Account("discord", "1", "Admin"), "a pseudonym", NOW).number
        set_up(uow, stale, SERVER, Wanted(zone="America/Chicago"), account, NOW)

    overlapping(schema_url, others, set_clock)
    database = Database(schema_url)
    now = read(database, lambda uow: setup_of(uow, terminals(uow)))
    database.close()
    assert (now.community.zone, now.community.most_cards, now.policy) == ("America/Chicago", 5, Policy.TWO)
    assert [place.name for place in now.places] == ["desk"]


def test_the_clock_of_one_community_is_not_anothers(database: Database) -> None:
    first, second = join(database, SERVER), join(database, OTHER)
    write(database, lambda uow: uow.communities.set_zone(first.id, "Pacific/Guam"))

    def zones(uow: UnitOfWork) -> list[str | None]:
        return [found.zone if (found := uow.communities.at(home)) else None for home in (SERVER, OTHER)]

    assert read(database, zones) == ["Pacific/Guam", "UTC"]
    assert second.zone == "UTC"
