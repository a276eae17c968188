"""The one place where settings, storage, commands and adapters meet."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot import log
from bot.commands.dispatch import Dispatcher
from bot.commands.every import build_registry
from bot.domain.community.codes import CodePurpose
from bot.engine.community.codes import issue_code
from bot.engine.imports.run import ensure_starter, finish_imports
from bot.maintenance.chores import Chore, in_transaction
from bot.maintenance.leader import Maintenance, do_due
from bot.notices.notify import is_lapse_due, lapse_reports
from bot.notices.refusals import announce_refusals, is_refusal_due
from bot.ports.store import write
from bot.progress import Progress
from bot.secret import secret_key
from bot.serving import DEFAULTS, end_within, serve_until_signal
from bot.settings import read_settings
from storage.database import Database
from storage.engines import read_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.commands.registry import Registry
    from bot.ports import UnitOfWork
    from bot.serving import Service, Timing
    from bot.settings import DiscordSettings

logger = logging.getLogger(__name__)

_INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class App:
    """A running Fiftywire."""

    store: Database
    registry: Registry
    dispatcher: Dispatcher
    folder: Path
    discord: DiscordSettings | None = None

    @property
    def history_file(self) -> Path:
        """Where the chat keeps what was typed."""
        return self.folder / "chat_history"

    def do_chores(self, progress: Progress) -> None:
        """Do what time brings about, where no process stays that does: at a terminal."""
        do_due(self.store, chores_of(progress), datetime.now(UTC))

    def serve(self, progress: Progress, timing: Timing = DEFAULTS) -> None:
        """Serve the platforms that are set until SIGTERM or Ctrl-C.

        Raises ConfigurationError for what only the operator can mend, PlatformError when no platform connects
        in time.
        """
        services = services_of(self.dispatcher, self.discord)
        beside = [Maintenance(self.store, chores_of(progress))]
        on_enqueued, say = self.store.on_enqueued, progress.say
        asyncio.run(serve_until_signal(services, on_enqueued, say, beside, timing))


def chores_of(progress: Progress) -> tuple[Chore, ...]:
    """What time brings about, on all platforms."""
    seconds = timedelta(seconds=1)
    return (
        Chore("set lapsed reports free", 2 * seconds, in_transaction(is_lapse_due, lapse_reports)),
        Chore("announce refusals", 2 * seconds, in_transaction(is_refusal_due, announce_refusals)),
        Chore("finish imports", 5 * seconds, lambda store, _: finish_imports(store, progress.step)),
    )


def services_of(dispatcher: Dispatcher, discord: DiscordSettings | None) -> list[Service]:
    """The platforms that are set. An SDK takes longer to import than all the rest, so only these are."""
    services: list[Service] = []
    if discord:
        from adapters.discord.serving.service import DiscordService

        services.append(DiscordService(dispatcher, discord.token, discord.api))
    return services


@contextlib.contextmanager
def open_app(progress: Progress | None = None, *, starter: bool = True) -> Iterator[App]:
    """Read settings, open and migrate the database, load the starter.

    Raises ConfigurationError or DatabaseError. `starter=False` leaves the starter to the caller.
    """
    settings = read_settings()
    log.set_up(settings.log_level)
    progress = progress or Progress()
    database = Database(read_url(settings.address()))
    try:
        if database.open():
            progress.say(f"A new catalogue at {_where(database)}")
            progress.say(_first_code(database))
        registry = build_registry()
        beside = database.folder or settings.folder
        # Read at the first need: a key that is wrong keeps nobody from what needs none.
        dispatcher = Dispatcher(registry, database, cache(lambda: secret_key(settings, beside)))
        app = App(database, registry, dispatcher, settings.folder, settings.discord())
        if starter:
            ensure_starter(database, progress.step)
        yield app
    except KeyboardInterrupt as interrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a second Ctrl-C ends it at once
        end_within(DEFAULTS.hard_exit, getattr(interrupt, "status", _INTERRUPTED))
        raise
    finally:
        database.close()


def _first_code(database: Database) -> str:
    """How a community comes to publish for everyone."""

    def issue(uow: UnitOfWork) -> str:
        return issue_code(uow, CodePurpose.CURATOR, 0, datetime.now(UTC))

    return (
        "To let a community's moderators publish for everyone, an admin there gives "
        f"/setup code:{write(database, issue)} (once, within 7 days)."
    )


def _where(database: Database) -> str:
    """The file, or the address, for the operator."""
    file = database.url.database
    if database.url.get_backend_name() == "sqlite" and file:
        return str(Path(file).expanduser().absolute())
    return database.described
