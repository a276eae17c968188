"""The only pipeline: parse, rights, limit, handler, reply. Errors become replies here and nowhere else."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from secrets import SystemRandom
from traceback import format_tb
from typing import TYPE_CHECKING

from bot.commands.asked import is_wordless, known_options, read_options, refuse_too_long, sent_values
from bot.commands.parsing import parse_options, split_command
from bot.commands.refusals import refusal_reply, whose_command
from bot.commands.spec import (
    Answer,
    Asked,
    Call,
    Chosen,
    CommandSpec,
    Filled,
    Invocation,
    Pressed,
    Suggestion,
    Typed,
)
from bot.domain.community.people import Community, Role, visible_boards
from bot.domain.writing.text import clean, shorten
from bot.engine.community.people import person_of, role_of
from bot.engine.review.reporting import was_sent
from bot.errors import (
    AmbiguousError,
    FiftywireError,
    ForbiddenError,
    NotUnderstoodError,
    RefusalError,
    TooOftenError,
)
from bot.messages.labels import labelled
from bot.messages.limits import (
    LONGEST_LINE,
    LONGEST_SUGGESTION,
    LONGEST_TOKEN,
    MOST_SUGGESTIONS,
)
from bot.messages.message import Button, Press
from bot.messages.problems import FAILED, problem_reply
from bot.messages.reply import Reply, Visibility
from bot.ports.store import read_async, run_async

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from bot.commands.registry import Registry
    from bot.domain.community.people import Home
    from bot.ports import Store, UnitOfWork

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AckPolicy:
    """How a call will be answered, known before it is: what an acknowledgement may be."""

    answer: Answer
    visibility: Visibility


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Answers invocations from any platform."""

    registry: Registry
    store: Store
    secret: Callable[[], bytes]
    """The key of the pseudonyms under which calls are counted; asked for when one is needed."""
    random: Random = field(default_factory=SystemRandom)
    """Chance, for handlers."""

    async def dispatch(self, invocation: Invocation) -> Reply:
        """The answer, with its tokens filled in. Never raises: what goes wrong is an answer too."""
        try:
            return await self._reply(invocation)
        except FiftywireError as error:
            return problem_reply(error.code, error.message)
        except Exception as error:  # noqa: BLE001 - the last place where it can become an answer
            # Where and what kind, never its own words: they may be the asker's.
            where = "".join(format_tb(error.__traceback__))
            log.error("A command failed in a way nobody foresaw: %s\n%s", type(error).__name__, where)
            return FAILED

    def ack_policy(self, asked: Asked) -> AckPolicy:
        """How `asked` will be answered; what cannot be read is answered with a message to the asker."""
        try:
            spec = self._spec(asked)
        except RefusalError:
            return AckPolicy(Answer.MESSAGE, Visibility.ASKER)
        pressed = isinstance(asked, Pressed | Filled)
        return AckPolicy(spec.press_answer if pressed else spec.answer, spec.visibility)

    async def suggest(self, command: str, option: str, text: str, home: Home | None) -> list[Suggestion]:
        """What to offer for an option that is being typed, likeliest first. Never raises."""
        spec = self.registry.get(command)
        found = next((o for o in spec.options if o.name == option), None) if spec else None
        if found is None or (offer := found.type.suggest) is None:
            return []

        def work(uow: UnitOfWork) -> list[Suggestion]:
            boards = visible_boards(uow.communities.at(home))
            return list(offer(uow, boards, text[:LONGEST_LINE]))

        try:
            offered = await read_async(self.store, work)
        except Exception as error:  # noqa: BLE001 - a list of nothing is better than an error while one types
            log.error("Suggestions for /%s %s failed: %s", command, option, type(error).__name__)
            return []
        # A text that does not fit would be cut by the platform and then mean something else.
        fitting = [s for s in offered if len(s.text) <= LONGEST_SUGGESTION]
        return [
            Suggestion(s.text, shorten(clean(s.label), LONGEST_SUGGESTION) or s.text)
            for s in fitting[:MOST_SUGGESTIONS]
        ]

    async def _reply(self, invocation: Invocation) -> Reply:
        try:
            spec = self._spec(invocation.asked)
        except AmbiguousError as error:
            return self._which_command(error)
        if spec.limit and spec.form and not isinstance(invocation.asked, Filled):
            # What only opens a form is not counted: the form is, when it is sent.
            reply, stored, community = await read_async(
                self.store, lambda uow: self._answer(uow, spec, invocation, opens=True)
            )
            if reply.form or reply.problem:
                return await self._with_stored(reply, stored, community)
        too_often = await self._count(spec, invocation) if spec.limit else None
        if too_often and not isinstance(invocation.asked, Filled):
            raise too_often
        reply, stored, community = await run_async(
            self.store, lambda uow: self._answer(uow, spec, invocation, too_often), writes=spec.writes
        )
        return await self._with_stored(reply, stored, community)

    async def _with_stored(self, reply: Reply, stored: dict[str, str], community: Community | None) -> Reply:
        """The answer, after its long tokens were kept."""
        if stored:
            await run_async(self.store, lambda uow: _keep(uow, stored, community), writes=True)
        return reply

    async def _count(self, spec: CommandSpec, invocation: Invocation) -> TooOftenError | None:
        """Count the call in a transaction of its own, so that it counts whatever becomes of it.

        Returns the refusal, if it was one too many.
        """
        limits = [(limit.times, limit.seconds) for limit in spec.limit]

        def count(uow: UnitOfWork) -> int:
            if role_of(uow, uow.communities.at(invocation.home), invocation.account) < spec.rights:
                return 0  # it will be refused, and what is refused does not count
            person = person_of(uow, self.secret(), invocation.account)
            if isinstance(invocation.asked, Filled) and was_sent(uow, person, invocation.asked.opening):
                return 0  # the same form once more: it counted, and what came of it is told again
            wait = uow.calls.count(person.counted, spec.name, limits, invocation.now)
            uow.commit()
            return wait

        wait = await run_async(self.store, count, writes=True)
        seconds = "1 second" if wait == 1 else f"{wait} seconds"
        words = f"/{spec.name} was used too often. Please try again in {seconds}."
        return TooOftenError(words) if wait else None

    def _spec(self, asked: Asked) -> CommandSpec:
        """Which command it is, before the database is asked anything."""
        match asked:
            case Typed(text):
                return self.registry.find(split_command(text)[0], text)
            case Chosen(command):
                return self.registry.find(command)
            case Pressed(token) | Filled(token):
                return self.registry.find(self.registry.codec.command(token))

    def _answer(
        self,
        uow: UnitOfWork,
        spec: CommandSpec,
        invocation: Invocation,
        too_often: TooOftenError | None = None,
        *,
        opens: bool = False,
    ) -> tuple[Reply, dict[str, str], Community | None]:
        """One worker thread, one transaction. Also returns the long tokens that are still to be kept.

        With `opens` it is only found out whether the call opens a form.
        """
        community = uow.communities.at(invocation.home)
        press = Press(
            spec.name, sent_values(spec, invocation.asked)
        )  # kept even where the token cannot be read
        try:
            role = Role.MEMBER if spec.rights is Role.MEMBER else role_of(uow, community, invocation.account)
            if role < spec.rights:
                raise ForbiddenError(whose_command(spec, community))
            press = self._press(uow, spec, invocation.asked, community)
            was = press.options if isinstance(invocation.asked, Filled) else {}
            # A field that was emptied stays in it, empty: the form must come back as it was sent.
            press = replace(press, options={**press.options, **sent_values(spec, invocation.asked)})
            if too_often:
                raise too_often
            call = Call(
                spec, dict(press.options), press, invocation, community, was, self.secret, self.random
            )
            reply = _opened(uow, call) or (_readable(call) if opens else _handled(uow, call))
        except RefusalError as error:
            reply = refusal_reply(error, press, filled=isinstance(invocation.asked, Filled))
        sealed, stored = self.registry.codec.seal(labelled(reply))
        if stored and uow.committed:
            return self._kept(uow, sealed, stored, community), {}, community
        # Not here: committing now would commit what the handler may have left unsaid.
        return sealed, stored, community

    def _kept(
        self, uow: UnitOfWork, sealed: Reply, stored: dict[str, str], community: Community | None
    ) -> Reply:
        """The answer to what is committed already; where its long tokens cannot be kept, without them."""
        try:
            _keep(uow, stored, community)
        except Exception as error:  # noqa: BLE001 - what was done is done, and must not look like a failure
            log.warning("The long buttons of an answer could not be kept: %s", type(error).__name__)
            return self._without_stored(sealed)
        return sealed

    def _without_stored(self, reply: Reply) -> Reply:
        def short(buttons: tuple[Button, ...]) -> tuple[Button, ...]:
            return tuple(button for button in buttons if not self.registry.codec.is_stored(button.token))

        choices = tuple(
            replace(choice, options=options) for choice in reply.choices if (options := short(choice.options))
        )
        left = replace(reply, buttons=short(reply.buttons), choices=choices)
        return left.with_openers(lambda opener: opener if short((opener,)) else None)

    def _press(self, uow: UnitOfWork, spec: CommandSpec, asked: Asked, community: Community | None) -> Press:
        match asked:
            case Typed(text):
                return Press(spec.name, parse_options(spec, split_command(text)[1]))
            case Chosen(_, options):
                given = known_options(spec, options)
                if (
                    spec.menu and not spec.form and is_wordless(given.get(spec.options[0].name))
                ):  # a picture, a sticker
                    raise NotUnderstoodError("There are no words in this message.")
                return Press(spec.name, {name: text for name, text in given.items() if text.strip()})
            case Pressed(token) | Filled(token):
                of = community.id if community else None
                return self.registry.codec.read(token, lambda digest: uow.tokens.load(digest, of))

    def _which_command(self, error: AmbiguousError) -> Reply:
        """The guessed command lines as buttons, whose tokens never need the database."""
        buttons = tuple(self._guessed(guess.text) for guess in error.guesses)
        reply = replace(problem_reply(error.code, error.message), buttons=buttons)
        return self.registry.codec.seal(labelled(reply))[0]

    def _guessed(self, line: str) -> Button:
        name, rest = split_command(line)
        bare = Button(f"/{name}", Press(name))
        try:
            press = Press(name, parse_options(self.registry.find(name), rest))
        except RefusalError:
            return bare
        fits = len(self.registry.codec.write(press)) <= LONGEST_TOKEN
        return Button(clean(line), press) if fits else bare


def _opened(uow: UnitOfWork, call: Call) -> Reply | None:
    """The form that the call opens, if any."""
    if call.spec.form is None or isinstance(call.invocation.asked, Filled):
        return None
    if not all(call.options.get(option.name, "").strip() for option in call.spec.options if option.required):
        return None  # calling the handler tells what is missing
    form = call.spec.form(uow, call)
    if form and not isinstance(call.invocation.asked, Pressed):
        refuse_too_long(form, call.options)
    return Reply(title=form.title, form=form, visibility=Visibility.ASKER) if form else None


def _readable(call: Call) -> Reply:
    """Nothing yet, but what cannot be read is refused before it counts."""
    read_options(call)
    return Reply()


def _handled(uow: UnitOfWork, call: Call) -> Reply:
    call, values = read_options(call)
    reply = call.spec.handle(uow, call, **values)
    if reply.problem or reply.visibility is Visibility.ASKER:  # more private than declared is always right
        return reply
    return replace(reply, visibility=call.spec.visibility)


def _keep(uow: UnitOfWork, bodies: dict[str, str], community: Community | None) -> None:
    uow.tokens.store(bodies, community.id if community else None)
    uow.commit()
