"""Many at once: nobody meets an error, nobody sees a gap, nothing is counted wrong."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.ports.store import read, write
from storage.database import Database
from storage.engines import read_url
from tests.integration.load import Work, at_work
from tests.integration.recount import every_action, kept_counts, revision_numbers, true_counts
from tests.integration.samples import DECISION, new
from tests.world.sizes import SIZES

if TYPE_CHECKING:
    from concurrent.futures import Future

    from sqlalchemy import URL

    from bot.ports import UnitOfWork

SECONDS = SIZES.load_seconds
ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.timeout(SECONDS * 4 + 240)


def tell(figures: str) -> None:
    """For whoever runs it with -s."""
    sys.stderr.write(f"\n{figures}\n")


def check_all(database: Database, done: Work) -> None:
    """Every commit is there, once and in order, and the counts are what the actions say."""
    assert done.commits > 0
    assert revision_numbers(database) == list(range(1, done.revisions + 1))
    assert read(database, lambda uow: uow.revisions.head()) == done.revisions
    actions = read(database, lambda uow: list(every_action(uow)))
    assert len({action.key for action in actions}) == len(actions)
    for state in {action.code.state for action in actions}:
        given = sorted(action.code.number for action in actions if action.code.state == state)
        assert given == list(range(1, len(given) + 1))
    assert kept_counts(database) == true_counts(database)


@pytest.mark.soak
def test_32_writers_and_32_readers_in_one_process(database: Database, kind: str) -> None:
    until = time.time() + SECONDS
    done = at_work(database, writers=32, readers=32, until=until, name="thread")
    tell(f"{kind}, 32 writers and 32 readers, {SECONDS:.0f} s: {done.figures}")
    check_all(database, done)


@pytest.mark.soak
def test_four_processes(schema_url: URL, kind: str) -> None:
    address = schema_url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.integration.load", address, str(SECONDS)]
    running = [
        subprocess.Popen(
            [*command, f"process-{n}"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for n in range(4)
    ]
    done = Work()
    for process in running:
        told, complaint = process.communicate(timeout=SECONDS + 120)
        assert (process.returncode, complaint) == (0, "")
        done += Work(**json.loads(told))
    tell(f"{kind}, four processes of 4 writers and 2 readers, {SECONDS:.0f} s: {done.figures}")
    database = Database(schema_url)
    try:
        check_all(database, done)
    finally:
        database.close()


def test_a_process_that_waits_comes_before_the_next_of_a_busy_one(tmp_path: Path) -> None:
    """Else a process whose queue is never empty leaves no gap that others would hit."""
    url = read_url(f"sqlite:///{tmp_path}/fiftywire.db")
    busy, other = Database(url), Database(url)
    busy.open()
    other.open()

    def publish(uow: UnitOfWork, key: str) -> None:
        uow.publisher.add([new("IL", key=key)], DECISION)
        uow.commit()

    def first(uow: UnitOfWork) -> Future[None]:
        uow.publisher.add([new("IL", key="first")], DECISION)
        waiting = other.submit(lambda uow: publish(uow, "other"), writes=True)
        folder = os.open(tmp_path, os.O_RDONLY)
        with suppress(BlockingIOError):
            while True:  # until it waits
                fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
                fcntl.flock(folder, fcntl.LOCK_UN)
        os.close(folder)
        uow.commit()
        return waiting

    leading = busy.submit(first, writes=True)
    line = [
        busy.submit(lambda uow, n=n: publish(uow, f"next-{n}"), writes=True)  # type: ignore[misc]
        for n in range(8)
    ]
    leading.result().result()
    for future in line:
        future.result()
    order = [revision.after.key for revision in read(busy, lambda uow: uow.revisions.since(0, 20))]
    assert order == ["first", "other", *(f"next-{n}" for n in range(8))]
    busy.close()
    other.close()


def test_without_a_place_in_line_the_lock_is_taken_all_the_same(tmp_path: Path) -> None:
    url = read_url(f"sqlite:///{tmp_path}/fiftywire.db")
    database = Database(url, patience=0.5)
    database.open()
    folder = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)  # some other program keeps the place and never writes
    write(database, lambda uow: uow.publisher.add([new("IL")], DECISION))
    os.close(folder)
    assert read(database, lambda uow: uow.revisions.head()) == 1
    database.close()
