"""Many at once: nobody meets an error, nobody sees a gap, nothing is counted wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.engine.transactions import read
from storage.database import Database
from tests.integration.load import Work, at_work
from tests.integration.recount import every_action, kept_counts, revision_numbers, true_counts

if TYPE_CHECKING:
    from sqlalchemy import URL

SECONDS = float(os.environ.get("FIFTYWIRE_SOAK_SECONDS", "5"))
ROOT = Path(__file__).parents[2]

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


def test_32_writers_and_32_readers_in_one_process(database: Database, kind: str) -> None:
    until = time.time() + SECONDS
    done = at_work(database, writers=32, readers=32, until=until, name="thread")
    tell(f"{kind}, 32 writers and 32 readers, {SECONDS:.0f} s: {done.figures}")
    check_all(database, done)


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
    tell(f"{kind}, four processes of 8 writers and 2 readers, {SECONDS:.0f} s: {done.figures}")
    database = Database(schema_url)
    try:
        check_all(database, done)
    finally:
        database.close()
