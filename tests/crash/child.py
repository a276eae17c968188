"""A process that dies at a chosen statement, as if killed: nothing is cleaned up, nothing is flushed."""

from __future__ import annotations

import multiprocessing
import os
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import event

from bot.engine.imports.files import read_lines
from bot.engine.imports.run import ImportRun, ensure_starter
from storage.database import Database
from tests.integration.samples import NOW

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from sqlalchemy import URL

    from bot.domain.imports import RowResult
    from bot.ports import Store

NEVER = 1_000_000_000


def first_start(store: Database) -> None:
    """What every start does: tables, starter, whatever was interrupted."""
    store.open()
    ensure_starter(store, lambda *_: None)


def import_file(store: Store, file: str) -> list[RowResult]:
    """What `fiftywire import --yes` does."""
    with Path(file).open(encoding="utf-8") as lines:
        found = list(read_lines(lines))
    run = ImportRun.prepare(store, "may.jsonl", found, theirs=False, step=lambda *_: None)
    good, bad = run.check(found)
    assert bad == []
    return run.publish(good, NOW)


@dataclass
class Fuse:
    """Counts what is sent to the database for writing, and kills the process at number `burns_at`."""

    burns_at: int
    sent: int = 0
    commits: list[int] = field(default_factory=list)

    def step(self, *_: object) -> None:
        """One statement, or one commit, that is about to be sent."""
        self.sent += 1
        if self.sent == self.burns_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def commit(self, *_: object) -> None:
        """A commit, which is a step as well."""
        self.commits.append(self.sent + 1)
        self.step()


def run(url: URL, burns_at: int, file: str, told: Connection) -> None:
    """A start, and with a file its import; tells how many steps it took."""
    database = Database(url)
    fuse = Fuse(burns_at)

    def light() -> None:
        event.listen(database._writer, "before_cursor_execute", fuse.step)
        event.listen(database._writer, "commit", fuse.commit)

    if file:
        first_start(database)
        light()
        import_file(database, file)
    else:
        light()
        first_start(database)
    told.send((fuse.sent, fuse.commits))
    database.close()


_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload([__name__, "tests.crash.sending"])


@dataclass
class Child:
    """A running child."""

    process: BaseProcess
    told: Connection

    def wait(self) -> tuple[int | None, int, list[int]]:
        """Its exit code, and when it came to the end its steps and which of them were commits."""
        self.process.join(60)
        code, steps, commits = self.process.exitcode, 0, list[int]()
        with suppress(EOFError):
            if self.told.poll():
                steps, commits = self.told.recv()
        self.told.close()
        self.process.close()
        return code, steps, commits


def start(url: URL, burns_at: int = NEVER, file: str = "") -> Child:
    """Start one, forked from a clean server so that it takes no second."""
    receiving, sending = _processes.Pipe(duplex=False)
    process = _processes.Process(target=run, args=(url, burns_at, file, sending))
    process.start()
    sending.close()
    return Child(process, receiving)


def killed_at(url: URL, burns_at: int, file: str = "") -> None:
    """Run one that must not come to its end."""
    assert start(url, burns_at, file).wait() == (-signal.SIGKILL, 0, [])


def points_of(url: URL, many: int, file: str = "") -> list[int]:
    """Where to kill it: right after each commit, right before it, and at so many even steps between."""
    code, steps, commits = start(url, file=file).wait()
    assert code == 0
    even = {1 + round(n * (steps - 1) / (many + 1)) for n in range(many + 2)}
    points = {*even, *(step + 1 for step in commits)}
    if url.drivername == "sqlite":  # with a server every start takes longer: there only what differs most
        points |= set(commits)
    return sorted(point for point in points if point <= steps)
