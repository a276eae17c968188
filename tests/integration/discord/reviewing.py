"""Reports and decisions over simcord: who is there, what they press and send, what the outbox brings them."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, RoleHandle, UserHandle
from simcord.components import walk_components
from simcord.results import ResponseMessage

from adapters.discord.sending.sender import DiscordSender
from bot.answering.fetching import Fetcher
from bot.app import chores_of
from bot.commands.spec import Filled, Invocation, Pressed, Typed
from bot.domain.catalogue.actions import Code
from bot.domain.community.people import Account, Home, Role
from bot.domain.deliveries import Place
from bot.maintenance.leader import do_due
from bot.outbox.inbox import unread
from bot.outbox.worker import Worker
from bot.ports.store import read
from bot.progress import Progress
from storage.outbox.deliveries import load_deliveries
from storage.outbox.tables import deliveries
from tests.integration.discord.driving import SIMCORD_FILES, answer, buttons, play, said, texts, words

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from simcord.builders import GuildHandle
    from simcord.results import InteractionResult

    from bot.commands.spec import Asked
    from bot.domain.catalogue.actions import Action
    from bot.domain.community.people import Community
    from bot.domain.deliveries import Delivery, Purpose
    from bot.domain.review.reports import Report
    from bot.messages.form import Form
    from bot.messages.message import Message
    from bot.messages.reply import Reply
    from bot.ports import UnitOfWork
    from tests.integration.discord.driving import Json, World

T = TypeVar("T")

WHAT = "Illinois counts its reservoirs every year"
NEWS = "https://example.org/news/reservoirs"
FIVE = {
    "status": "adopted", "date": "2025-11-10", "kind": "statute", "approach": "build", "topics": "land-water",
}  # fmt: skip
"""What a moderator decides on a draft that lacks it."""
MOST_COMPONENTS, MOST_TEXT = 40, 4000
CHORES = chores_of(Progress())
DIED = 61.0
"""Seconds after which another process may send in place of one that ended without a word."""
TERMINAL = Home("terminal", "terminal")

_STRING_SELECT, _TEXT_INPUT, _MENTIONABLES, _CHANNELS, _GALLERY, _FILE, _LABEL = 3, 4, 7, 8, 12, 13, 18

Person = MemberActor | UserHandle


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that made or changed a message, as it went over the wire."""

    method: str
    channel: int
    body: Json

    @property
    def words(self) -> str:
        """What people read in it."""
        return words(self.body["components"])


@dataclass
class Room:
    """A server with members, two moderators and a channel for review; its outbox passes when told to."""

    world: World
    review: ChannelHandle
    mo: MemberActor
    flo: MemberActor
    _worker: Worker | None = field(default=None, init=False)

    # --- time and the outbox

    async def work(self, later: float = 0.0) -> None:
        """One pass of the outbox, so many seconds later."""
        if later:
            await self.world.env.advance_time(later)
        now = self.world.env.now()
        do_due(self.world.database, CHORES, now)
        await self._sending().work(now)
        do_due(self.world.database, CHORES, now)
        await self.world.settle()

    async def restart(self) -> None:
        """End the process and start another one, which sends once the first one's time is over."""
        await self.world.restart()
        self._worker = None
        await self.world.env.advance_time(DIED)

    def _sending(self) -> Worker:
        if self._worker is None:
            world = self.world
            fetcher = Fetcher(world.database, Uploads(world), world.env.now)
            sender = DiscordSender(world.client, world.database, fetcher)
            self._worker = Worker(world.database, world.registry.codec, sender)
        return self._worker

    # --- what stands where

    def seen(self, channel: ChannelHandle | None = None) -> list[ResponseMessage]:
        """The bot's messages that everybody in a channel sees, oldest first; of the review channel."""
        where = channel or self.review
        kept = self.world.env.backend.messages.get(where.id, {}).values()
        return [
            ResponseMessage(self.world.env, message)
            for message in sorted(kept, key=lambda message: message.id)
            if message.author_id == self.world.env.backend.bot_user.id and not message.is_ephemeral
        ]

    def card(self, name: str = "R-1", channel: ChannelHandle | None = None) -> ResponseMessage:
        """The one card of a report in a channel; fails when there are two."""
        (found,) = [m for m in self.seen(channel) if words(m.components).startswith(f"## {name}: ")]
        return found

    def direct(self, person: Person) -> list[str]:
        """What the bot told somebody by direct message, oldest first."""
        return [words(message.components) for message in self.letters(person)]

    def letters(self, person: Person) -> list[ResponseMessage]:
        """The same as messages."""
        number = self.world.env.backend.dm_channels.get(person.id)
        if number is None:
            return []
        return self.seen(ChannelHandle(self.world.env, None, self.world.env.backend.get_channel(number)))

    def wire(self, since: int = 0) -> list[Sent]:
        """What was sent to channels of the requests after the first `since`, refused or not."""
        found = []
        for request in self.world.env.http_requests[since:]:
            parts = request.path.strip("/").split("/")
            if parts[0] == "channels" and parts[2:3] == ["messages"] and request.method in ("POST", "PATCH"):
                body: Any = request.json
                found.append(Sent(request.method, int(parts[1]), body))
        return found

    # --- what is on file

    def report(self, number: int = 1) -> Report:
        """A report as it is kept."""
        found = self.read(lambda uow: uow.reports.find(number))
        assert found
        return found

    def action(self, code: str) -> Action:
        """An action as it is kept."""
        parsed = Code.parse(code)
        assert parsed
        return self.read(lambda uow: uow.catalogue.by_code([parsed])[parsed])

    def head(self) -> int:
        """The newest revision."""
        return self.read(lambda uow: uow.revisions.head())

    def community(self, guild: GuildHandle | None = None) -> Community:
        """The community of a server."""
        home = Home("discord", str((guild or self.world.guild).id))
        found = self.read(lambda uow: uow.communities.at(home))
        assert found
        return found

    def owed(self, purpose: Purpose) -> list[Delivery]:
        """What is or was owed for a purpose."""
        with self.world.database._reader.connect() as connection:
            return load_deliveries(connection, deliveries.c.purpose == purpose)

    def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """What `work` reads."""
        return read(self.world.database, work)


def tell(
    path: Path,
    story: Callable[[Room], Awaitable[None]],
    *,
    starter: bool = False,
    policy: str = "one",
    **options: Any,
) -> None:
    """Tell a story of a server whose admin has named moderators and a channel for review with the form."""

    async def script(world: World) -> None:
        room = await furnish(world, policy=policy)
        await story(room)

    play(path, script, starter=starter, **options)


async def furnish(world: World, *, policy: str = "one") -> Room:
    """Have moderators and a channel for review."""
    review = world.guild.create_text_channel("review")
    room = Room(world, review, world.new_member("mo"), world.new_member("flo"))
    await world.settle()
    named = [room.mo, room.flo]
    await set_up(world.boss, world.channel, moderators=named, review=[review], policy=policy)
    await room.work()  # the greeting
    return room


async def set_up(admin: MemberActor, channel: ChannelHandle, **values: Any) -> InteractionResult:
    """Send the form of /setup with these values, what is left out as it stands there."""
    page = await admin.slash(channel, "setup")
    form = await admin.click(answer(page), label="Change")
    done = await send(admin, form, **values)
    assert "Saved." in said(done), said(done)
    return done


# --- forms


def controls(shown: InteractionResult) -> dict[str, Json]:
    """What a form asks for, by name and in order."""
    assert shown.modal, said(shown) if shown.response else repr(shown)
    asked = [label["component"] for label in shown.modal["components"] if label["type"] == _LABEL]
    return {control["custom_id"]: control for control in asked}


def stands(shown: InteractionResult) -> dict[str, str]:
    """What stands in the fields of a form; of a list, what is picked."""
    return {name: ",".join(map(str, _shown(control))) for name, control in controls(shown).items()}


async def send(person: Person, shown: InteractionResult, /, **values: Any) -> InteractionResult:
    """Send a form as a client does: what was not touched goes as it stands there.

    Picked options are given with commas between them.
    """
    given: dict[str, Any] = {}
    for name, control in controls(shown).items():
        value = values.pop(name) if name in values else _untouched(person, control)
        if control["type"] == _STRING_SELECT and isinstance(value, str):
            value = [picked for picked in value.split(",") if picked]
        if value:
            given[name] = value
    assert not values, f"the form asks for none of {sorted(values)}"
    result: InteractionResult = await person.submit_modal(shown, given)
    return result


def handed_in(shown: InteractionResult, **values: str) -> Json:
    """A form as Discord hands it in, for somebody who never opened it; what is left out is empty."""
    assert shown.modal
    labelled = []
    for label in shown.modal["components"]:
        control = label["component"]
        value = values.get(control["custom_id"], "")
        filled = {"type": control["type"], "custom_id": control["custom_id"], "id": control["id"]}
        if control["type"] == _TEXT_INPUT:
            filled["value"] = value
        else:
            filled["values"] = [value] if value else []
        labelled.append({"type": 18, "id": label["id"], "component": filled})
    return {"custom_id": shown.modal["custom_id"], "components": labelled}


def _shown(control: Json) -> list[Any]:
    if control["type"] == _TEXT_INPUT:
        return [control["value"]] if control.get("value") else []
    if control["type"] == _STRING_SELECT:
        return [option["value"] for option in control["options"] if option.get("default")]
    return [default["id"] for default in control.get("default_values") or []]


def _untouched(person: Person, control: Json) -> Any:
    shown, env = _shown(control), person._env
    if control["type"] == _TEXT_INPUT:
        return "".join(shown)
    guild: Any = getattr(person, "guild", None)
    if control["type"] == _CHANNELS:
        return [ChannelHandle(env, guild, env.backend.get_channel(int(number))) for number in shown]
    if control["type"] == _MENTIONABLES:
        kinds = {str(default["id"]): default["type"] for default in control.get("default_values") or []}
        return [
            RoleHandle(env, guild, env.backend.get_guild(guild.id).roles[int(number)])
            if kinds[str(number)] == "role"
            else UserHandle(env, env.backend.get_user(int(number)))
            for number in shown
        ]
    return shown


# --- reports


async def open_report(person: MemberActor, channel: ChannelHandle) -> InteractionResult:
    """The form of /report."""
    form = await person.slash(channel, "report")
    assert form.modal, said(form)
    return form


async def file(
    room: Room, person: MemberActor | None = None, channel: ChannelHandle | None = None, /, **values: Any
) -> InteractionResult:
    """Send a report, what is left out made up: the receipt."""
    reporter = person or room.world.ana
    form = await open_report(reporter, channel or room.world.channel)
    given = {"what": WHAT, "about": "IL", "link": NEWS} | values
    receipt = await send(reporter, form, **given)
    assert answer(receipt).ephemeral
    return receipt


async def filed(room: Room, *each: dict[str, str]) -> list[ResponseMessage]:
    """Have Ana report, once for each of these values, and the cards posted: the cards."""
    cards: list[ResponseMessage] = []
    for values in each or ({},):
        await file(room, **values)
        await room.work(6)
        cards.append(room.card(f"R-{len(cards) + 1}"))
    return cards


async def press(person: Person, message: ResponseMessage, label: str, **values: Any) -> InteractionResult:
    """Press a button; a form that it opens is sent with these values."""
    pressed = await person.click(message, label=label)
    if pressed.modal is None:
        assert not values, said(pressed)
        return pressed
    return await send(person, pressed, **values)


async def press_as_it_was(
    person: MemberActor, message: ResponseMessage, components: list[Json], label: str
) -> InteractionResult:
    """Press a button of a message that its client still shows as it was; fail if the message is redrawn."""
    stored = message._message
    now, stored.components = stored.components, components
    pressed = await person.click(message, label=label)
    assert stored.components is components, "the answer took the place of the message"
    stored.components = now
    return pressed


async def approve(person: MemberActor, message: ResponseMessage, **values: str) -> InteractionResult:
    """Press Approve and send what is still to decide."""
    return await press(person, message, "Approve", **(FIVE | values))


async def reviewed(person: MemberActor, channel: ChannelHandle, name: str = "") -> ResponseMessage:
    """What /review shows to a moderator alone."""
    shown = answer(await person.slash(channel, "review", **({"report": name} if name else {})))
    assert shown.ephemeral
    return shown


def labels(message: ResponseMessage) -> list[str]:
    """What the buttons say."""
    return list(buttons(message.components))


def files(message: ResponseMessage) -> list[str]:
    """The names of the files that people see: those that are attached and shown by a component."""
    shown = []
    for component in walk_components(message.components):
        media = [component["file"]] if component.get("type") == _FILE else []
        media += [item["media"] for item in component.get("items") or [] if component.get("type") == _GALLERY]
        shown += [one["url"].rsplit("/", 1)[1].split("?")[0] for one in media]
    attached = [attachment.filename for attachment in message.attachments]
    return [name for name in attached if name in shown]


def refused(result: InteractionResult, message: ResponseMessage, sentence: str) -> None:
    """Fail unless somebody was refused with that sentence, for their eyes alone and beside the message."""
    shown = answer(result)
    assert shown.ephemeral
    assert shown.id != message.id
    assert sentence in words(shown.components)


@contextmanager
def unchanged(message: ResponseMessage) -> Iterator[None]:
    """Fail if the message is another one afterwards."""
    before = message.components
    yield
    assert message.components == before


# --- limits


def check_wire(sent: list[Sent]) -> None:
    """Fail for what Discord would refuse, and for what could call anybody."""
    assert sent
    for one in sent:
        components = one.body["components"]
        assert len(list(walk_components(components))) <= MOST_COMPONENTS
        assert len("".join(texts([component]) for component in components)) <= MOST_TEXT
        assert one.body["allowed_mentions"] == {"parse": []}
        assert "content" not in one.body
        assert "embeds" not in one.body


# --- another platform


@dataclass(frozen=True, slots=True)
class Terminal:
    """Somebody at the terminal, in the same database."""

    room: Room
    name: str
    role: Role = Role.MEMBER

    async def say(self, text: str) -> Reply:
        """Type a line."""
        return await self._ask(Typed(text))

    async def press(self, reply: Message, label: str) -> Reply:
        """Press the button of that label."""
        (found,) = [button for button in reply.buttons if button.label == label]
        return await self._ask(Pressed(found.token))

    async def fill(self, form: Form, **values: str) -> Reply:
        """Send a form: what is left out as it stands there."""
        given = {field.name: field.value for field in form.fields if field.name != "files"} | values
        return await self._ask(Filled(form.token, given))

    async def act(self, reply: Message, label: str, **values: str) -> Reply:
        """Press a button and send the form that it opens."""
        opened = await self.press(reply, label)
        assert opened.form, opened
        return await self.fill(opened.form, **values)

    def unread(self, place: str = "") -> list[Message]:
        """What came to them, or to a place of the terminal, since somebody last looked."""
        where = (
            Place("terminal", TERMINAL.id, place) if place else Place("terminal", "", self.name, direct=True)
        )
        world = self.room.world
        return unread(world.database, world.registry.codec, [where], TERMINAL, world.env.now())

    async def _ask(self, asked: Asked) -> Reply:
        world = self.room.world
        account = Account("terminal", self.name, self.name, self.role, named=True)
        return await world.dispatcher.dispatch(Invocation(asked, account, TERMINAL, world.env.now()))


@dataclass(frozen=True)
class Uploads:
    """Implements `bot.answering.files.FileSource`: what people uploaded in simcord, without a socket."""

    world: World
    platform: str = SIMCORD_FILES.platform

    def knows(self, address: str) -> bool:
        """Whether it is simcord's."""
        return SIMCORD_FILES.knows(address)

    async def content(self, address: str) -> bytes | None:
        """What was uploaded."""
        await asyncio.sleep(0)
        return self.world.env.backend.cdn.get(address) if self.knows(address) else None
