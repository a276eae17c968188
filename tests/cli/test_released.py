"""An import that two people agreed to is finished by whoever gave the second word, and by `run`."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.discord.fake.server import FakeDiscord
from tests.integration.discord.sockets.serving import started
from tests.unit.imports.test_files import jsonl, row

if TYPE_CHECKING:
    from tests.cli.child import Fiftywire

NEW = 250
"""More than one batch."""


@pytest.fixture
def waiting(writer: Fiftywire) -> Fiftywire:
    """An import that one of two has agreed to."""
    assert writer.run("policy", "two").status == 0
    rows = [row(f"n-{at}", title=f"Row {at}") for at in range(NEW)]
    (writer.folder / "may.jsonl").write_text(jsonl(*rows), encoding="utf-8")
    done = writer.run("import", "may.jsonl", "--yes")
    assert done.status == 0, done
    assert "R-1" in done.out
    approve(writer, "ana")
    return writer


def total(somebody: Fiftywire) -> int:
    return int(somebody.json("/state OH")["page"]["total"])


def token(somebody: Fiftywire, name: str) -> str:
    page = somebody.json("--as", name, "--role", "moderator", "/review R-1")
    return str(next(b["token"] for b in page["buttons"] if b["label"] == "Approve"))


def approve(somebody: Fiftywire, name: str) -> dict[str, Any]:
    done = somebody.run(
        "ask", "--json", "--as", name, "--role", "moderator", "--press", token(somebody, name)
    )
    assert done.status == 0, done
    return done.document


def change(somebody: Fiftywire, statement: str) -> list[Any]:
    with closing(sqlite3.connect(somebody.data)) as database, database:
        return database.execute(statement).fetchall()


def test_ask_finishes_what_it_released(waiting: Fiftywire) -> None:
    before = total(waiting)
    answer = approve(waiting, "ben")
    assert answer["error"] is None
    assert total(waiting) == before + NEW


def test_chat_finishes_what_it_released(waiting: Fiftywire) -> None:
    before = total(waiting)
    lines = "/review R-1\n1\n/state OH\n"
    done = waiting.run("chat", "--as", "ben", "--role", "moderator", typed=lines)
    assert done.status == 0
    assert f"{before + NEW} in all" in done.out


def test_run_finishes_what_was_released_elsewhere(waiting: Fiftywire) -> None:
    before = total(waiting)

    async def story() -> None:
        async with FakeDiscord() as fake:
            fake.add_guild("Plain Talk")
            async with started(waiting, fake, "run") as child:
                await child.says("Connected to Discord. Stop with Ctrl-C.")
                change(waiting, "UPDATE imports SET state = 'released' WHERE state = 'proposed'")
                until = time.monotonic() + 40
                while change(waiting, "SELECT 1 FROM imports WHERE state = 'released'"):
                    assert time.monotonic() < until, "nobody finishes it"
                    await asyncio.sleep(0.1)
                assert await child.end() == 0

    asyncio.run(story())
    assert total(waiting) == before + NEW
