"""People who ask on a platform that exists in this process only, of a real dispatcher on a real database."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
import threading
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.answering.answering import Answering
from bot.answering.conversation import Acknowledgement, Placement, Surface
from bot.answering.timing import Timing
from bot.commands.dispatch import Dispatcher
from bot.commands.options import ZONE
from bot.commands.registry import Registry
from bot.commands.spec import (
    Answer,
    Chosen,
    CommandSpec,
    Filled,
    Invocation,
    Option,
    OptionType,
    Pressed,
    Shape,
)
from bot.domain.community.people import Account, Home
from bot.engine.community.homes import enter_home
from bot.errors import NotFoundError
from bot.messages.form import Form
from bot.messages.message import Press
from bot.messages.reply import Reply, Visibility
from bot.ports.store import read, write
from storage.database import Database
from storage.engines import read_url

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.commands.spec import Asked, Call
    from bot.ports import UnitOfWork

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOME = Home("testers", "town")
WORDS = "words-of-a-member"
PATIENT = Timing(token_lifetime=3.0, follow_up=60.0, acknowledge_after=60.0, busy_after=60.0)
"""Whatever comes is in time."""
IMPATIENT = replace(PATIENT, acknowledge_after=0.01, busy_after=0.01)
"""Whatever waits at the gate is late."""


class Gate:
    """Keeps handlers in their threads while it is shut; a test that forgot to open it fails."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self._open.set()

    def shut(self) -> None:
        """Let nobody through."""
        self._open.clear()

    def open(self) -> None:
        """Let everyone through."""
        self._open.set()

    def wait(self) -> None:
        """Called by handlers."""
        assert self._open.wait(20), "nobody opened the gate"


def specs(gate: Gate) -> tuple[CommandSpec, ...]:
    """One command of each manner; all wait at the gate."""

    def tell(_: UnitOfWork, call: Call, how: str | None) -> Reply:
        gate.wait()
        if how == "refuse":
            raise NotFoundError("There is none.")
        if how == "fail":
            raise RuntimeError(WORDS)
        if how == "whisper":
            return Reply(title="For you alone", visibility=Visibility.ASKER)
        if how == "form":
            return Reply(form=Form("A form", Press("move"), (call.spec.asks("how", "How"),)))
        return Reply(title=f"Told {how}", updates_card=how == "decide")

    def opening(_: UnitOfWork, call: Call) -> Form | None:
        if isinstance(call.invocation.asked, Filled):
            return None
        gate.wait()
        return Form("Move", Press("move"), (call.spec.asks("zone", "Zone"),))

    def move(uow: UnitOfWork, call: Call, zone: str | None) -> Reply:
        gate.wait()
        assert call.community
        uow.communities.set_zone(call.community.id, zone or "UTC")
        uow.commit()
        return Reply(title=f"Moved to {zone}")

    how = Option("how", OptionType(Shape.REST, str), "How it goes", "h")
    return (
        CommandSpec("tell", "zt", "Tell", tell, (how,)),
        CommandSpec("hush", "zh", "Tell one alone", tell, (how,), visibility=Visibility.ASKER),
        CommandSpec(
            "move", "zm", "Move", move, (Option("zone", ZONE, "Zone", "z"),),
            answer=Answer.FORM, press_answer=Answer.FORM, writes=True, form=opening,
        ),
    )  # fmt: skip


@dataclass(eq=False)
class Conversation:
    """Implements `bot.answering.conversation.Conversation`: writes down what its person is shown."""

    invocation: Invocation
    surface: Surface = Surface.NONE
    raises: list[Exception] = field(default_factory=list)
    """By the next calls, one each."""
    silent: bool = False
    """Whether the platform never takes an answer."""
    acknowledged: list[Acknowledgement] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    said: list[tuple[Reply, Placement, Acknowledgement]] = field(default_factory=list)
    shown: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once something was."""

    async def acknowledge(self, how: Acknowledgement) -> None:
        """They are told to wait."""
        await self._taken()
        self.acknowledged.append(how)
        self.shown.set()

    async def open_form(self, form: Form) -> None:
        """They see a form."""
        await self._taken()
        self.forms.append(form)
        self.shown.set()

    async def say(self, reply: Reply, where: Placement, acknowledged: Acknowledgement) -> None:
        """They read an answer."""
        await self._taken()
        self.said.append((reply, where, acknowledged))
        self.shown.set()

    async def _taken(self) -> None:
        await asyncio.sleep(0)
        if self.silent:
            await asyncio.Event().wait()
        if self.raises:
            raise self.raises.pop(0)

    @property
    def texts(self) -> list[str]:
        """What they read, in words."""
        return [reply.title or reply.text for reply, _, _ in self.said]

    @property
    def places(self) -> list[Placement]:
        """Where they read it."""
        return [where for _, where, _ in self.said]


@dataclass
class Platform:
    """The platform, and the core behind it."""

    database: Database
    dispatcher: Dispatcher
    answering: Answering
    gate: Gate

    def asks(self, asked: Asked, surface: Surface = Surface.NONE, *, age: float = 0.0) -> Conversation:
        """Somebody asks, `age` seconds ago by the platform's clock."""
        account = Account(HOME.platform, "7", "Ana", named=True)
        return Conversation(Invocation(asked, account, HOME, NOW - timedelta(seconds=age)), surface)

    def command(self, name: str, how: str = "", *, age: float = 0.0) -> Conversation:
        """Somebody uses a command."""
        return self.asks(Chosen(name, {"how": how} if how else {}), age=age)

    def press(self, name: str, surface: Surface, how: str = "") -> Conversation:
        """Somebody presses a button."""
        return self.asks(Pressed(self.token(name, how)), surface)

    def fill(self, zone: str) -> Conversation:
        """Somebody sends the form."""
        return self.asks(Filled(self.token("move"), {"zone": zone}, "opening"))

    def begin(self, conversation: Conversation) -> asyncio.Task[None]:
        """Have it answered, in a task of its own."""
        return asyncio.create_task(self.answering.answer(conversation))

    async def late(self, conversation: Conversation) -> asyncio.Task[None]:
        """Have it answered, and wait until its person was told something."""
        task = self.begin(conversation)
        await asyncio.wait_for(conversation.shown.wait(), 10)
        return task

    async def answer(self, conversation: Conversation) -> Conversation:
        """Answer it, to the end."""
        await asyncio.wait_for(self.begin(conversation), 10)
        return conversation

    @property
    def zone(self) -> str:
        """What a form that was sent changes."""
        community = read(self.database, lambda uow: uow.communities.at(HOME))
        assert community
        return community.zone

    def token(self, name: str, how: str = "") -> str:
        return self.dispatcher.registry.codec.write(Press(name, {"how": how} if how else {}))


@cache
def _model() -> Path:
    """A database that knows the town, only ever copied."""
    folder = Path(tempfile.mkdtemp(prefix="fiftywire-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    database = opened(folder / "model.db")
    write(database, partial(enter_home, home=HOME, name="Town hall", now=NOW))
    database.close()
    return folder / "model.db"


def opened(path: Path, *, patience: float = 10.0) -> Database:
    """The database in a file, ready; `patience` is how many seconds it waits for others."""
    database = Database(read_url(f"sqlite:///{path}"), patience=patience)
    database.open()
    return database


@asynccontextmanager
async def platform(folder: Path, timing: Timing, *, patience: float = 10.0) -> AsyncIterator[Platform]:
    """A platform with those time budgets; `patience` is how many seconds the database waits for others."""
    gate = Gate()
    file = folder / "answering.db"
    if not file.exists():
        shutil.copyfile(_model(), file)
    database = opened(file, patience=patience)
    dispatcher = Dispatcher(Registry.of(specs(gate)), database, lambda: b"k" * 32)
    answering = Answering(dispatcher, "Testers", timing, lambda: NOW)
    try:
        yield Platform(database, dispatcher, answering, gate)
    finally:
        gate.open()
        database.close()
