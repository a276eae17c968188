"""`make bench`: prints each figure beside its floor and its target."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.catalogue import fill
from bot.commands.dispatch import Dispatcher
from bot.commands.every import build_registry
from bot.commands.spec import Invocation, Typed
from bot.domain.catalogue.filters import Filter
from bot.domain.catalogue.states import STATES
from bot.domain.community.people import Account, Home
from bot.engine.imports.run import ensure_starter
from bot.ports.store import read
from storage.database import Database
from storage.engines import read_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.ports import UnitOfWork

SMALL, LARGE = 10_000, int(os.environ.get("FIFTYWIRE_BENCH_SIZE", "100000"))
_TURNS = 60


def microseconds(work: Callable[[], object]) -> float:
    """The median time of one turn."""
    times = []
    for _ in range(_TURNS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1e6


def page_floor(database: sqlite3.Connection) -> None:
    """All that `/state TX` asks, hand-written: the page, its counts, the partners, the balances."""
    run = database.execute
    run("BEGIN")
    run("SELECT id FROM boards WHERE name IN ('commons', 'terminal')").fetchall()
    for board in (1, 2):
        ids = run(
            "SELECT a.*, s.url, s.title, s.publisher, s.date FROM action_states t "
            "JOIN actions a ON a.id = t.action_id "
            "JOIN sources s ON s.action_id = a.id AND s.position = a.status_source "
            "WHERE t.board_id = ? AND t.state = 'TX' AND NOT a.retracted ORDER BY t.sort_key DESC LIMIT 9",
            (board,),
        ).fetchall()
    del ids
    run(
        "SELECT approach, status, challenged, sum(count) FROM action_counts WHERE board_id IN (1, 2) "
        "AND state = 'TX' AND topic = '' AND count > 0 GROUP BY 1, 2, 3"
    ).fetchall()
    run(
        "SELECT topic, sum(count) FROM action_counts WHERE board_id IN (1, 2) AND state = 'TX' "
        "AND topic <> '' AND count > 0 GROUP BY 1"
    ).fetchall()
    run(
        "SELECT partner, sum(count) FROM partner_counts WHERE board_id IN (1, 2) AND state = 'TX' "
        "AND count > 0 GROUP BY 1 ORDER BY 2 DESC"
    ).fetchall()
    run("SELECT * FROM balances").fetchall()
    run("COMMIT")


def page_core(uow: UnitOfWork, dispatcher: Dispatcher) -> Callable[[], object]:
    """`/state TX` from the core, on the thread and in the transaction that are there already."""
    invocation = Invocation(
        Typed("/state TX"),
        Account("terminal", "bench", "bench"),
        Home("terminal", "terminal"),
        datetime.now(UTC),
    )
    spec = dispatcher.registry.find("state")
    return lambda: dispatcher._answer(uow, spec, invocation)


def search_floor(database: sqlite3.Connection) -> None:
    """The raw full-text query with its order, newest first."""
    database.execute(
        "SELECT a.id, a.sort_key FROM actions a WHERE a.board_id = 1 AND NOT a.retracted AND a.id IN "
        "(SELECT rowid FROM action_words WHERE action_words MATCH '\"hb1321\"*') "
        "ORDER BY a.sort_key DESC LIMIT 9"
    ).fetchall()


def prefixes() -> list[str]:
    """Everything that somebody types on the way to a state's name or code, and to an action's code."""
    words = [word for state in STATES for word in (state.name, state.code, f"{state.code}-123")]
    return sorted({word[:length] for word in words for length in range(1, len(word) + 1)})


def suggestions(dispatcher: Dispatcher, command: str, option: str) -> tuple[float, float]:
    """The median and the slowest over all prefixes, in microseconds, thread hop and transaction included.

    Of each prefix the best of three: what is looked for is a slow prefix, not a busy machine.
    """
    home = Home("terminal", "terminal")
    with asyncio.Runner() as runner:

        def suggest(text: str) -> float:
            started = time.perf_counter()
            runner.run(dispatcher.suggest(command, option, text, home))
            return (time.perf_counter() - started) * 1e6

        suggest("")
        times = [min(suggest(text) for _ in range(3)) for text in prefixes()]
    return statistics.median(times), max(times)


def suggestion_floor(database: sqlite3.Connection) -> None:
    """The newest actions of a state, hand-written."""
    database.execute(
        "SELECT a.*, s.url, s.title, s.publisher, s.date FROM action_states t "
        "JOIN actions a ON a.id = t.action_id "
        "JOIN sources s ON s.action_id = a.id AND s.position = a.status_source "
        "WHERE t.board_id = 1 AND t.state = 'TX' AND NOT a.retracted ORDER BY t.sort_key DESC LIMIT 25"
    ).fetchall()


def measure(folder: Path, size: int) -> dict[str, float]:
    """All figures over a catalogue of `size` actions, in microseconds."""
    path = folder / f"{size}.db"
    store = Database(read_url(f"sqlite:///{path}"))
    store.open()
    ensure_starter(store, lambda *_: None)
    started = time.perf_counter()
    fill(store, size)
    published = (time.perf_counter() - started) / size * 1e6
    raw = sqlite3.connect(path, isolation_level=None)
    dispatcher = Dispatcher(build_registry(), store, lambda: b"")
    which = Filter(("commons",), words=("hb1321",))
    figures = {
        "page floor": microseconds(lambda: page_floor(raw)),
        "page": read(store, lambda uow: microseconds(page_core(uow, dispatcher))),
        "search floor": microseconds(lambda: search_floor(raw)),
        "search": read(store, lambda uow: microseconds(lambda: uow.catalogue.page(which, limit=9))),
        "publish": published,
        "suggestion floor": microseconds(lambda: suggestion_floor(raw)),
    }
    for option in ("state", "code"):
        median, slowest = suggestions(dispatcher, "state" if option == "state" else "action", option)
        figures |= {f"{option} suggested": median, f"{option} suggested, slowest": slowest}
    raw.close()
    store.close()
    return figures


def start_up(folder: Path) -> tuple[float, float]:
    """Milliseconds of importing what we stand on, and of a start with its first answer."""
    environment = {**os.environ, "FIFTYWIRE_DATABASE_URL": f"sqlite:///{folder / 'start.db'}"}
    imports = "import sqlalchemy, pydantic_settings, click, rich.console, rapidfuzz, ada_url"

    def run(*arguments: str) -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, check=True)
        return (time.perf_counter() - started) * 1e3

    run("-m", "bot", "ask", "/money TX")
    return (
        statistics.median(run("-c", imports) for _ in range(5)),
        statistics.median(run("-m", "bot", "ask", "/money TX") for _ in range(5)),
    )


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small, large = measure(folder, SMALL), measure(folder, LARGE)
        imported, started = start_up(folder)
    print(f"{'what':<46}{'figure':>12}{'floor':>12}{'ratio':>8}  target")

    def row(what: str, figure: float, floor: float, target: str, unit: str = "us") -> None:
        print(f"{what:<46}{figure:>9,.0f} {unit}{floor:>9,.0f} {unit}{figure / floor:>8.2f}  {target}")

    row(f"/state, {SMALL:,} actions, not cached", small["page"], small["page floor"], "5 at most")
    row(f"/state, {LARGE:,} actions, not cached", large["page"], large["page floor"], "5 at most")
    row(f"/state, {LARGE:,} against {SMALL:,}", large["page"], small["page"], "1.5 at most")
    row(f"search, {LARGE:,} actions", large["search"], large["search floor"], "1.5 at most")
    for option in ("state", "code"):
        floor, target = large["suggestion floor"], "50,000 us at most"
        row(f"suggesting a {option}, {LARGE:,}, median", large[f"{option} suggested"], floor, target)
        slowest = large[f"{option} suggested, slowest"]
        row(f"suggesting a {option}, {LARGE:,}, slowest prefix", slowest, floor, target)
    row("publishing one action in a batch", large["publish"], small["publish"], "no growth")
    row("start to first answer against its imports", started, imported, "1.5 at most", "ms")


main()
