"""The only pipeline: parse, rights, limit, handler, reply. Errors become replies here and nowhere else."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.commands.parsing import parse_options, split_command
from bot.commands.spec import Call, Chosen, CommandSpec, Invocation, Pressed, Typed
from bot.domain.people import Community, Role
from bot.errors import (
    AmbiguousError,
    FiftywireError,
    ForbiddenError,
    NotUnderstoodError,
    RefusalError,
)
from bot.messages.reply import Button, Press, Problem, Reply, Visibility

if TYPE_CHECKING:
    from bot.commands.registry import Registry
    from bot.ports import Store, UnitOfWork

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Answers invocations from any platform."""

    registry: Registry
    store: Store

    async def dispatch(self, invocation: Invocation) -> Reply:
        """The answer, with its tokens filled in. Never raises: what goes wrong is an answer too."""
        try:
            spec = self._spec(invocation.asked)
            reply: Reply
            reply, stored, community = await self._run(
                lambda uow: self._answer(uow, spec, invocation), writes=spec.writes
            )
            if stored:
                await self._run(lambda uow: _keep(uow, stored, community), writes=True)
            return reply
        except FiftywireError as error:
            return self._unanswered(error, invocation)
        except Exception:
            log.exception("A command failed in a way nobody foresaw.")
            return _problem("internal", "Something went wrong here. It has been logged; please try again.")

    async def _run(self, work: Any, *, writes: bool) -> Any:
        return await asyncio.wrap_future(self.store.submit(work, writes=writes))

    def _spec(self, asked: Typed | Chosen | Pressed) -> CommandSpec:
        """Which command it is, before the database is asked anything."""
        match asked:
            case Typed(text):
                return self.registry.find(split_command(text)[0])
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
        sealed, stored = self.registry.codec.seal(reply)
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
                    raise NotUnderstoodError(f"/{spec.name} has no option {strange[0]}.")
                return Press(spec.name, {name: text for name, text in options.items() if text})
            case Pressed(token):
                of = community.id if community else None
                return self.registry.codec.read(token, lambda digest: uow.tokens.load(digest, of))

    def _unanswered(self, error: FiftywireError, invocation: Invocation) -> Reply:
        """A reply for what failed outside a transaction; its tokens never need the database."""
        if isinstance(error, AmbiguousError) and error.option is None:
            rest = split_command(invocation.asked.text)[1] if isinstance(invocation.asked, Typed) else ""
            buttons = tuple(self._other_command(guess.text, rest) for guess in error.guesses)
            reply = replace(_problem(error.code, error.message), buttons=buttons)
            return self.registry.codec.seal(reply)[0]
        return _problem(error.code, error.message)

    def _other_command(self, name: str, rest: str) -> Button:
        spec = self.registry.find(name)
        press = Press(name)
        try:
            wanted = Press(name, parse_options(spec, rest))
        except RefusalError:
            return Button(f"/{name}", press)
        fits = not self.registry.codec.seal(Reply(buttons=(Button("", wanted),)))[1]
        return Button(f"/{name} {rest}".strip()[:80], wanted) if fits else Button(f"/{name}", press)


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
                raise NotUnderstoodError(f"/{spec.name} needs a {option.name}: {spec.usage}")
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


def _problem(code: str, message: str) -> Reply:
    return Reply(text=message, visibility=Visibility.ASKER, problem=Problem(code, message))


def _at_least(role: Role) -> str:
    return "admins" if role is Role.ADMIN else "moderators and admins"


def _keep(uow: UnitOfWork, bodies: dict[str, str], community: Community | None) -> None:
    uow.tokens.store(bodies, community.id if community else None)
    uow.commit()
