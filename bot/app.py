"""The one place where settings, storage, commands and adapters meet."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot import log
from bot.commands.dispatch import Dispatcher
from bot.commands.every import build_registry
from bot.engine.import_run import ensure_starter
from bot.secret import secret_key
from bot.settings import read_settings
from storage.database import Database
from storage.engines import read_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.commands.registry import Registry
    from bot.commands.spec import Invocation
    from bot.messages.reply import Reply
    from bot.ports import Store


DRAIN = 4.0
"""Seconds that work under way is given when the program is told to end; the database carries the rest."""
_INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Progress:
    """What the application tells while it works: sentences, and how far a named piece of work is."""

    say: Callable[[str], None] = lambda _: None
    step: Callable[[str, int, int], None] = lambda _name, _done, _total: None


@dataclass(frozen=True, slots=True)
class App:
    """A running Fiftywire."""

    store: Store
    registry: Registry
    dispatcher: Dispatcher
    folder: Path

    @property
    def history_file(self) -> Path:
        """Where the chat keeps what was typed."""
        return self.folder / "chat_history"

    def ask(self, invocation: Invocation) -> Reply:
        """Answer one call."""
        return asyncio.run(self.dispatcher.dispatch(invocation))


@contextmanager
def open_app(progress: Progress | None = None, *, starter: bool = True) -> Iterator[App]:
    """Read settings, open and migrate the database, load the starter, finish interrupted imports.

    Raises ConfigurationError or DatabaseError. `starter=False` leaves the starter to the caller.
    """
    settings = read_settings()
    log.set_up(settings.log_level)
    progress = progress or Progress()
    database = Database(read_url(settings.address()))
    try:
        if database.open():
            progress.say(f"A new catalogue at {_where(database)}")
        registry = build_registry()
        beside = database.folder or settings.folder
        dispatcher = Dispatcher(registry, database, lambda: secret_key(settings, beside))
        app = App(database, registry, dispatcher, settings.folder)
        if starter:
            ensure_starter(database, progress.step)
        yield app
    except KeyboardInterrupt as interrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a second Ctrl-C ends it at once
        _end_within(DRAIN, getattr(interrupt, "status", _INTERRUPTED))
        raise
    finally:
        database.close()


def _where(database: Database) -> str:
    """The file, or the address, for the operator."""
    file = database.url.database
    if database.url.get_backend_name() == "sqlite" and file:
        return str(Path(file).expanduser().absolute())
    return database.described


def _end_within(seconds: float, status: int) -> None:
    """A thread that waits for the database cannot be stopped; the program can."""
    timer = threading.Timer(seconds, os._exit, [status])
    timer.daemon = True
    timer.start()
