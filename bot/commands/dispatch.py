"""The only pipeline: parse, rights, limit, handler, reply. Errors become replies here and nowhere else."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from traceback import format_tb
from typing import TYPE_CHECKING, Any, TypeVar

from bot.commands.parsing import LONGEST_LINE, parse_options, split_command
from bot.commands.spec import LONGEST_LABEL, Call, Chosen, CommandSpec, Invocation, Pressed, Typed
from bot.domain.people import Community, Role, pseudonym
from bot.domain.text import clean, shorten
from bot.errors import (
    AmbiguousError,
    FiftywireError,
    ForbiddenError,
    NotUnderstoodError,
    RefusalError,
    TooOftenError,
)
from bot.messages.reply import Button, Press, Problem, Reply, Visibility
from bot.messages.tokens import LONGEST_TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.commands.registry import Registry
    from bot.ports import Store, UnitOfWork

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Answers invocations from any platform."""

    registry: Registry
    store: Store
    secret: Callable[[], bytes]
    """The key of the pseudonyms under which calls are counted; asked for when one is needed."""

    async def dispatch(self, invocation: Invocation) -> Reply:
        """The answer, with its tokens filled in. Never raises: what goes wrong is an answer too."""
        try:
            return await self._reply(invocation)
        except FiftywireError as error:
            return _problem(error.code, error.message)
        except Exception as error:  # noqa: BLE001 - the last place where it can become an answer
            # Where and what kind, never its own words: they may be the asker's.
            where = "".join(format_tb(error.__traceback__))
            log.error("A command failed in a way nobody foresaw: %s\n%s", type(error).__name__, where)
            return _problem("internal", "Something went wrong here. It has been logged; please try again.")

    async def _reply(self, invocation: Invocation) -> Reply:
        try:
            spec = self._spec(invocation.asked)
        except AmbiguousError as error:
            return self._which_command(error)
        if spec.limit and invocation.account.role >= spec.rights:
            await self._count(spec, invocation)
        reply, stored, community = await self._run(
            lambda uow: self._answer(uow, spec, invocation), writes=spec.writes
        )
        if stored:
            await self._run(lambda uow: _keep(uow, stored, community), writes=True)
        return reply

    async def _count(self, spec: CommandSpec, invocation: Invocation) -> None:
        """Count the call in a transaction of its own, so that it counts whatever becomes of it."""
        person = pseudonym(self.secret(), invocation.account)
        limits = [(limit.times, limit.seconds) for limit in spec.limit]

        def count(uow: UnitOfWork) -> int:
            wait = uow.calls.count(person, spec.name, limits, invocation.now)
            uow.commit()
            return wait

        if wait := await self._run(count, writes=True):
            seconds = "1 second" if wait == 1 else f"{wait} seconds"
            raise TooOftenError(f"/{spec.name} was used too often. Please try again in {seconds}.")

    async def _run(self, work: Callable[[UnitOfWork], T], *, writes: bool) -> T:
        return await asyncio.wrap_future(self.store.submit(work, writes=writes))

    def _spec(self, asked: Typed | Chosen | Pressed) -> CommandSpec:
        """Which command it is, before the database is asked anything."""
        match asked:
            case Typed(text):
                return self.registry.find(split_command(text)[0], text)
            case Chosen(command):
                return self.registry.find(command)
            case Pressed(token):
                return self.registry.find(self.registry.codec.command(token))

    def _answer(
        self, uow: UnitOfWork, spec: CommandSpec, invocation: Invocation
    ) -> tuple[Reply, dict[str, str], Community | None]:
        """One worker thread, one transaction."""
        community = uow.communities.at(invocation.home)
        press = Press(spec.name)
        try:
            if invocation.account.role < spec.rights:
                raise ForbiddenError(f"Only {_at_least(spec.rights)} may use /{spec.name}.")
            press = self._press(uow, spec, invocation.asked, community)
            call, values = _read(spec, press, invocation, community)
            reply = spec.handle(uow, call, **values)
            if reply.problem is None:
                reply = replace(reply, visibility=spec.visibility)
        except RefusalError as error:
            reply = _refusal(error, press)
        sealed, stored = self.registry.codec.seal(_labelled(reply))
        return sealed, stored, community

    def _press(
        self, uow: UnitOfWork, spec: CommandSpec, asked: Typed | Chosen | Pressed, community: Community | None
    ) -> Press:
        match asked:
            case Typed(text):
                return Press(spec.name, parse_options(spec, split_command(text)[1]))
            case Chosen(_, options):
                known = {option.name for option in spec.options}
                if strange := sorted(options.keys() - known):
                    shown = shorten(clean(strange[0]), 40)
                    raise NotUnderstoodError(f"/{spec.name} has no option “{shown}”. {spec.usage}")
                given = {name: text[:LONGEST_LINE] for name, text in options.items() if text.strip()}
                return Press(spec.name, given)
            case Pressed(token):
                of = community.id if community else None
                return self.registry.codec.read(token, lambda digest: uow.tokens.load(digest, of))

    def _which_command(self, error: AmbiguousError) -> Reply:
        """The guessed command lines as buttons, whose tokens never need the database."""
        buttons = tuple(self._guessed(guess.text) for guess in error.guesses)
        reply = replace(_problem(error.code, error.message), buttons=buttons)
        return self.registry.codec.seal(_labelled(reply))[0]

    def _guessed(self, line: str) -> Button:
        name, rest = split_command(line)
        bare = Button(f"/{name}", Press(name))
        try:
            press = Press(name, parse_options(self.registry.find(name), rest))
        except RefusalError:
            return bare
        fits = len(self.registry.codec.write(press)) <= LONGEST_TOKEN
        return Button(clean(line), press) if fits else bare


def _read(
    spec: CommandSpec, press: Press, invocation: Invocation, community: Community | None
) -> tuple[Call, dict[str, Any]]:
    """Turn option texts into values; the call keeps their canonical texts, for buttons."""
    values: dict[str, Any] = {option.name: None for option in spec.options}
    canonical: dict[str, str] = {}
    for option in spec.options:
        text = press.options.get(option.name, "")
        if not text.strip():
            if option.required:
                raise NotUnderstoodError(spec.needs(option))
            continue
        try:
            values[option.name] = option.type.read(text)
        except AmbiguousError as error:
            error.option = option.name
            error.given = {name: given for name, given in press.options.items() if name != option.name}
            raise
        canonical[option.name] = option.type.text(values[option.name])
    return Call(spec, canonical, press, invocation, community), values


def _refusal(error: RefusalError, press: Press) -> Reply:
    reply = _problem(error.code, error.message)
    if not isinstance(error, AmbiguousError) or error.option is None:
        return reply
    given = {**press.options, **error.given}
    buttons = tuple(
        Button(guess.label, Press(press.command, {**given, error.option: guess.text}))
        for guess in error.guesses
    )
    return replace(reply, buttons=buttons)


def _labelled(reply: Reply) -> Reply:
    """The reply with labels that fit on a button, no two of them alike where they stand together."""
    choices = tuple(replace(choice, options=_told_apart(choice.options)) for choice in reply.choices)
    return replace(reply, choices=choices, buttons=_told_apart(reply.buttons))


def _told_apart(buttons: Iterable[Button]) -> tuple[Button, ...]:
    told: list[Button] = []
    for button in buttons:
        label, number = shorten(button.label, LONGEST_LABEL), 1
        while label in [other.label for other in told]:
            number += 1
            label = f"{shorten(button.label, LONGEST_LABEL - 4)} ({number})"
        told.append(replace(button, label=label))
    return tuple(told)


def _problem(code: str, message: str) -> Reply:
    return Reply(text=message, visibility=Visibility.ASKER, problem=Problem(code, message))


def _at_least(role: Role) -> str:
    return "admins" if role is Role.ADMIN else "moderators and admins"


def _keep(uow: UnitOfWork, bodies: dict[str, str], community: Community | None) -> None:
    uow.tokens.store(bodies, community.id if community else None)
    uow.commit()
