"""From a call to its answer, in time: what is acknowledged when, and what is said then."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from bot.answering.conversation import Acknowledgement, AnswerError, Failure, Placement, Surface, placement
from bot.answering.replies import PRESS_AGAIN, STOPPING
from bot.answering.timing import Watch, done_within
from bot.commands.spec import Answer, Filled
from bot.errors import ConfigurationError, DatabaseBusyError, DatabaseError
from bot.messages.problems import FAILED
from bot.messages.reply import Visibility

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.answering.conversation import Conversation
    from bot.answering.timing import Timing
    from bot.commands.dispatch import AckPolicy, Dispatcher
    from bot.commands.spec import Suggestion
    from bot.domain.community.people import Home
    from bot.messages.reply import Reply

log = logging.getLogger(__name__)

_OURS = (DatabaseError.code, DatabaseBusyError.code, ConfigurationError.code, "internal")
"""What is no fault of the asker's: a form that met it stays open with its text."""


class Answering:
    """Answers the calls of one platform, each in a task of its own; knows which are under way."""

    def __init__(
        self, dispatcher: Dispatcher, platform: str, timing: Timing, clock: Callable[[], datetime]
    ) -> None:
        """`platform` is its name for the log; `clock` gives the time of this machine."""
        self._dispatcher = dispatcher
        self._platform = platform
        self._timing = timing
        self._watch = Watch(platform, timing, clock)
        self._open: dict[asyncio.Task[None], _Call] = {}
        self._stopping = False

    async def answer(self, conversation: Conversation) -> None:
        """Answer, and be known to be at it; a failure ends in a log line that names nobody."""
        call = _Call(conversation, self._dispatcher.ack_policy(conversation.invocation.asked))
        task = asyncio.current_task()
        assert task is not None  # all of this runs in tasks
        self._open[task] = call
        try:
            await self._answer(call)
        except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for an answer
            self._log(error)
            if call.can_be_told_of(error):
                with contextlib.suppress(Exception):  # nobody is left waiting, if that can be helped
                    await call.say(FAILED)
        finally:
            del self._open[task]

    async def suggest(
        self, command: str, option: str, text: str, home: Home | None, asked_at: datetime
    ) -> Sequence[Suggestion]:
        """What to offer while an option is typed; nothing when that takes too long."""
        offering = self._dispatcher.suggest(command, option, text, home)
        try:
            return await asyncio.wait_for(offering, self._watch.left(asked_at, self._timing.busy_after))
        except TimeoutError:
            return []

    async def drain(self, seconds: float) -> None:
        """Take nothing new; let those under way end, and tell the rest that they have to ask again."""
        self._stopping = True
        if not self._open:
            return
        _, late = await asyncio.wait(set(self._open), timeout=seconds)
        waiting = [self._open[task] for task in late if self._open[task].is_acknowledged]
        for task in late:
            task.cancel()
        farewells = asyncio.gather(*(call.say(STOPPING) for call in waiting), return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(farewells, self._timing.farewell)

    async def _answer(self, call: _Call) -> None:
        if self._stopping:
            if not call.is_form:  # any answer would close the form, and its text be gone
                await call.say(STOPPING)
        elif call.is_form:
            await self._take(call)
        elif call.ack_policy.answer is Answer.FORM:
            await self._open_form(call)
        else:
            await self._look_up(call)

    async def _look_up(self, call: _Call) -> None:
        """Answer at once, or acknowledge and follow up."""
        task = self._begin(call)
        if not await done_within(task, self._left(call, self._timing.acknowledge_after)):
            await call.acknowledge()
            if not await done_within(task, self._timing.follow_up):
                raise AnswerError(Failure.UNREACHED, f"not ready after {self._timing.follow_up:.0f} seconds")
        reply = task.result()
        if reply.form and not call.is_acknowledged:
            await call.conversation.open_form(reply.form)
        else:
            await call.say(PRESS_AGAIN if reply.form else reply)

    async def _open_form(self, call: _Call) -> None:
        """A form can only be the first answer, so the call is never acknowledged."""
        task = self._begin(call)
        if not await done_within(task, self._left(call, self._timing.busy_after)):
            await call.say(PRESS_AGAIN)
        elif form := task.result().form:
            await call.conversation.open_form(form)
        else:
            await call.say(task.result())

    async def _take(self, call: _Call) -> None:
        """Acknowledge what was sent after it was kept, and not at all otherwise: the form stays open then."""
        task = self._begin(call)
        if not await done_within(task, self._left(call, self._timing.busy_after)):
            log.warning("A form was not kept in time, and stays open at its sender's.")
        elif (problem := task.result().problem) and problem.code in _OURS:
            log.warning("A form could not be kept (%s), and stays open at its sender's.", problem.code)
        else:
            await call.say(task.result())

    def _begin(self, call: _Call) -> asyncio.Task[Reply]:
        return asyncio.create_task(self._dispatcher.dispatch(call.conversation.invocation))

    def _left(self, call: _Call, budget: float) -> float:
        return self._watch.left(call.conversation.invocation.now, budget)

    def _log(self, error: Exception) -> None:
        """Say what went wrong, without a word of anybody's."""
        if not isinstance(error, AnswerError):
            log.error("An answer could not be given: %s", type(error).__name__, exc_info=error)
        elif error.failure is Failure.UNREACHED:
            log.warning("An answer did not reach %s: %s.", self._platform, error.detail)
        else:
            log.warning("%s refused an answer: %s.", self._platform, error.detail)


class _Call:
    """A call under way, and whether it was acknowledged."""

    def __init__(self, conversation: Conversation, ack_policy: AckPolicy) -> None:
        self.conversation = conversation
        self.ack_policy = ack_policy
        self.is_form = isinstance(conversation.invocation.asked, Filled)
        self._acknowledged = Acknowledgement.NONE
        changes_message = ack_policy.answer is not Answer.MESSAGE or self.is_form
        self._updates = changes_message and conversation.surface is not Surface.NONE

    @property
    def is_acknowledged(self) -> bool:
        """Whether somebody was told to wait."""
        return self._acknowledged is not Acknowledgement.NONE

    async def acknowledge(self) -> None:
        """Promise an answer: where the button is, or in a new message."""
        how = Acknowledgement.PUBLIC
        if self._updates:
            how = Acknowledgement.UPDATE
        elif self.ack_policy.visibility is Visibility.ASKER:
            how = Acknowledgement.PRIVATE
        await self.conversation.acknowledge(how)
        self._acknowledged = how

    async def say(self, reply: Reply) -> None:
        """Give the answer, in the way that the acknowledgement leaves open."""
        where = placement(reply, self.conversation.surface, self._acknowledged, updates=self._updates)
        if where is Placement.CARD and self.is_acknowledged:
            return
        await self.conversation.say(reply, where, self._acknowledged)

    def can_be_told_of(self, error: Exception) -> bool:
        """Whether its person can, and should, read that something went wrong.

        Without an acknowledgement, only a wrong answer leaves time for another one; and a form stays open
        with its text as long as nothing is said to it.
        """
        failure = error.failure if isinstance(error, AnswerError) else None
        another = failure is Failure.INVALID and not self.is_form
        return failure is not Failure.GONE and (self.is_acknowledged or another)
