"""People at work on one database: some publish, others follow the revisions; a process of its own or threads.

As a program: `python -m tests.integration.load ADDRESS SECONDS NAME` prints what it measured as JSON.
"""

from __future__ import annotations

import json
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

from bot.domain.catalogue.filters import Filter
from bot.domain.catalogue.revisions import Change
from bot.domain.community.people import COMMONS
from bot.ports.store import read, write
from storage.database import Database
from storage.engines import read_url
from tests.integration.samples import DECISION, RETRACTION, STATES, new

if TYPE_CHECKING:
    from bot.domain.catalogue.actions import Code
    from bot.ports import Store, UnitOfWork

_RAMP = 1.0
"""Seconds between the start of a process and of its work, so that several really work at once."""


@dataclass
class Work:
    """What was done, and how long each transaction took, waiting included."""

    commits: int = 0
    revisions: int = 0
    write_seconds: list[float] = field(default_factory=list)
    read_seconds: list[float] = field(default_factory=list)

    def __iadd__(self, other: Work) -> Work:
        self.commits += other.commits
        self.revisions += other.revisions
        self.write_seconds += other.write_seconds
        self.read_seconds += other.read_seconds
        return self

    @property
    def figures(self) -> str:
        """For people."""
        return (
            f"{len(self.write_seconds)} writes, {_spread(self.write_seconds)}; "
            f"{len(self.read_seconds)} reads, {_spread(self.read_seconds)}"
        )


def at_work(store: Store, *, writers: int, readers: int, until: float, name: str) -> Work:
    """Let so many threads of each kind work until that time. Raises what any of them met."""
    total = Work()
    with ThreadPoolExecutor(writers + readers) as threads:
        running = [threads.submit(_publish, store, until, f"{name}-{n}") for n in range(writers)]
        running += [threads.submit(_follow, store, until) for _ in range(readers)]
        for thread in running:
            total += thread.result()
    return total


def _publish(store: Store, until: float, name: str) -> Work:
    """Add actions, change them, take them out and bring them back."""
    work, chance = Work(), random.Random(name)
    codes: list[Code] = []
    while time.time() < until:
        started = time.perf_counter()
        if codes and chance.random() < 0.5:
            changed = chance.sample(codes, min(len(codes), chance.randint(1, 3)))
            write(store, lambda uow, changed=changed: _revise(uow, changed))  # type: ignore[misc]
            work.revisions += len(changed)
        else:
            added = [
                new(*chance.sample(STATES, chance.randint(1, 3)), key=f"{name}-{len(codes) + n}")
                for n in range(chance.randint(1, 3))
            ]
            published = write(store, lambda uow, added=added: uow.publisher.add(added, DECISION))  # type: ignore[misc]
            codes += [action.code for action in published]
            work.revisions += len(added)
        work.commits += 1
        work.write_seconds.append(time.perf_counter() - started)
    return work


def _revise(uow: UnitOfWork, codes: list[Code]) -> None:
    steps = []
    for action in uow.publisher.lock(codes).values():
        if action.revision % 3:
            title = f"Orders a yearly count of its reservoirs, version {action.revision}"
            steps.append((replace(action, facts=replace(action.facts, title=title)), Change.CHANGED))
        elif action.retraction:
            steps.append((replace(action, retraction=None), Change.RESTORED))
        else:
            steps.append((replace(action, retraction=RETRACTION), Change.RETRACTED))
    uow.publisher.change(steps, DECISION)


def _follow(store: Store, until: float) -> Work:
    """Read every revision by cursor, and a list each time."""
    work, cursor, chance = Work(), 0, random.Random(until)
    while time.time() < until:
        started = time.perf_counter()
        which = Filter((COMMONS,), state=chance.choice(STATES))
        cursor = read(store, lambda uow, at=cursor, which=which: _look(uow, at, which))  # type: ignore[misc]
        work.read_seconds.append(time.perf_counter() - started)
    return work


def _look(uow: UnitOfWork, cursor: int, which: Filter) -> int:
    numbers = [revision.number for revision in uow.revisions.since(cursor, 100)]
    assert numbers == list(range(cursor + 1, cursor + 1 + len(numbers))), f"a gap after {cursor}: {numbers}"
    head = uow.revisions.head()
    assert head >= cursor + len(numbers)
    assert len(numbers) == min(100, head - cursor), "the newest number was visible before its revision"
    lines = uow.catalogue.page(which, limit=9)
    assert len(lines) == min(9, uow.catalogue.count(which)), "the counts are of another moment than the list"
    return cursor + len(numbers)


def _spread(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    shown = [ordered[int((len(ordered) - 1) * part)] * 1000 for part in (0.5, 0.99, 1)]
    return "p50 {:.1f} ms, p99 {:.1f} ms, longest {:.0f} ms".format(*shown)


def main(address: str, seconds: str, name: str) -> None:
    """One process of several."""
    database = Database(read_url(address))
    try:
        database.open()
        until = time.time() + _RAMP + float(seconds)
        done = at_work(database, writers=4, readers=2, until=until, name=name)
        sys.stdout.write(json.dumps(asdict(done)))
    finally:
        database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
