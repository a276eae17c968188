"""The record of a server is written later where it cannot be at once, by what is true then."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from adapters.discord.serving import homes
from adapters.discord.serving.homes import Homes
from bot.ports.store import read
from storage.database import Database
from storage.engines import read_url

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Server:
    """What is read of one."""

    id: int
    name: str


TOWN = Server(4194304, "Town hall")


@pytest.mark.parametrize("stays", [True, False])
def test_a_server_is_entered_later_if_it_is_still_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, stays: bool
) -> None:
    monkeypatch.setattr(homes, "_PAUSES", (0.01,) * 1000)
    file = tmp_path / "own.db"
    database = Database(read_url(f"sqlite:///{file}"), patience=0.1)
    database.open()
    present: list[Any] = [TOWN]

    async def told(other: sqlite3.Connection) -> None:
        failed = asyncio.Event()
        monkeypatch.setattr(homes.log, "error", lambda *_: failed.set())
        other.execute("BEGIN IMMEDIATE")
        entering = asyncio.create_task(Homes(database, lambda: present).enter(present[0]))
        await asyncio.wait_for(failed.wait(), 20)
        if not stays:
            present.clear()
        other.execute("ROLLBACK")
        await asyncio.wait_for(entering, 20)

    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        asyncio.run(told(other))
    names = [record.name for record in read(database, lambda uow: uow.communities.homes("discord"))]
    database.close()
    assert names == (["Town hall"] if stays else [])
