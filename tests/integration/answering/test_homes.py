"""The record of a home is written later where it cannot be at once, by what is true then."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from bot.answering.homes import Homes
from bot.domain.community.people import Home
from bot.domain.deliveries import Place
from bot.ports.store import read
from tests.integration.answering.conversing import NOW, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from storage.database import Database

TOWN, VILLAGE = Home("testers", "town"), Home("testers", "village")


@dataclass
class Presence:
    """Implements `bot.answering.homes.Presence`."""

    present: dict[Home, str] = field(default_factory=dict)
    platform: str = "testers"
    meanwhile: list[Callable[[], object]] = field(default_factory=list)
    """What happens before each time that it is asked."""

    def names(self) -> dict[Home, str]:
        """As the platform told last."""
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return dict(self.present)

    def greeting_place(self, home: Home) -> Place | None:
        """A place of that home."""
        return Place(self.platform, home.id, f"the square of {self.present[home]}")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = opened(tmp_path / "own.db", patience=0.1)
    yield database
    database.close()


def records(database: Database) -> dict[str, bool]:
    """The names of all homes that are kept, and whether they are suspended."""
    kept = read(database, lambda uow: uow.communities.homes("testers"))
    return {record.name: record.suspended for record in kept}


def greeted(database: Database) -> list[str]:
    """The places where a greeting is owed."""
    found = read(database, lambda uow: uow.outbox.due("testers", NOW, 10))
    return [delivery.place.id for delivery in found if delivery.place]


@pytest.mark.parametrize("stays", [True, False])
def test_a_home_is_entered_later_if_the_bot_is_still_there(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture, *, stays: bool
) -> None:
    with closing(sqlite3.connect(tmp_path / "own.db", isolation_level=None)) as other:

        def later() -> None:
            assert "could not be brought up to date" in caplog.text
            presence.present = {TOWN: "City hall"} if stays else {}
            other.execute("ROLLBACK")

        presence = Presence({TOWN: "Town hall"}, meanwhile=[lambda: other.execute("BEGIN IMMEDIATE"), later])
        asyncio.run(Homes(database, presence, lambda: NOW, backoff=(0.0,)).enter(TOWN))
    assert records(database) == ({"City hall": False} if stays else {})
    assert greeted(database) == (["the square of City hall"] if stays else [])


def test_a_write_that_never_succeeds_ends(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    homes = Homes(database, Presence({TOWN: "Town hall"}), lambda: NOW, backoff=(0.0,))
    with closing(sqlite3.connect(tmp_path / "own.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        asyncio.run(homes.enter(TOWN))
    assert caplog.text.count("could not be brought up to date") == 2


def test_a_home_is_left_if_the_bot_is_not_back_again(database: Database) -> None:
    presence = Presence({TOWN: "Town hall"})
    homes = Homes(database, presence, lambda: NOW)
    asyncio.run(homes.enter(TOWN))
    asyncio.run(homes.leave(TOWN))
    assert records(database) == {"Town hall": False}
    presence.present = {}
    asyncio.run(homes.leave(TOWN))
    assert records(database) == {"Town hall": True}


def test_a_session_tells_of_its_own_homes_alone(database: Database) -> None:
    presence = Presence({TOWN: "Town hall", VILLAGE: "Village"})
    homes = Homes(database, presence, lambda: NOW)
    asyncio.run(homes.match(lambda home: home == TOWN))
    assert records(database) == {"Town hall": False}
    assert greeted(database) == ["the square of Town hall"]
    asyncio.run(homes.match(lambda _: True))
    presence.present = {}
    asyncio.run(homes.match(lambda home: home == VILLAGE))
    assert records(database) == {"Town hall": False, "Village": True}
