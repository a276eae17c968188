"""From an interaction to its answer, in time: what is acknowledged when, and what is said then."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

import aiohttp
import discord

from adapters.discord.inbound import invocation
from adapters.discord.outbound import Conversation, Promise
from adapters.discord.timing import ACKNOWLEDGE, BUSY, FOLLOW_UP, Watch, done_within
from bot.commands.spec import Answer, Chosen, Filled, Pressed
from bot.errors import ConfigurationError, DatabaseBusyError, DatabaseError
from bot.messages.reply import Problem, Reply, Visibility

if TYPE_CHECKING:
    from adapters.discord.inbound import Interaction
    from bot.commands.dispatch import Dispatcher
    from bot.commands.spec import Asked

log = logging.getLogger(__name__)

_FAREWELL = 0.6
"""Seconds for telling those who wait that the bot stops."""
_OURS = (DatabaseError.code, DatabaseBusyError.code, ConfigurationError.code, "internal")
"""What is no fault of the asker's: a form that met it stays open with its text."""


_BAD_REQUEST = 400
_IN_VAIN = (401, 403, 404)
"""What Discord answers where nothing more can be said: unknown interactions, dead tokens."""


def _notice(code: str, sentence: str) -> Reply:
    return Reply(text=sentence, visibility=Visibility.ASKER, problem=Problem(code, sentence))


_PRESS_AGAIN = _notice("busy", "Fiftywire is busy. Please press again in a moment.")
CHANGED = _notice(
    "not_understood", "This command has changed. Restart Discord (Ctrl+R, or close the app), then try again."
)
FAILED = _notice("internal", "Something went wrong here. It has been logged; please try again.")
_STOPPING = _notice("stopping", "Fiftywire is being restarted. Please ask again in a minute.")


class Answering:
    """Answers interactions, each in a task of its own; knows which are under way."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self.watch = Watch()
        self._open: dict[asyncio.Task[None], Conversation] = {}
        self._stopping = False

    async def answer(self, interaction: Interaction, asked: Chosen | Pressed | Filled) -> None:
        """Answer, and be known to be at it; a failure ends in a log line that names nobody."""
        manner = self._dispatcher.manner(asked)
        update = manner.answer is not Answer.MESSAGE or isinstance(asked, Filled)
        conversation = Conversation(interaction, update=update)
        task = asyncio.current_task()
        assert task is not None  # all of this runs in tasks
        self._open[task] = conversation
        try:
            if self._stopping:
                if not isinstance(asked, Filled):  # any answer would close the form, and its text be gone
                    await conversation.say(_STOPPING)
            elif isinstance(asked, Filled):
                await self._take(conversation, asked)
            elif manner.answer is Answer.FORM:
                await self._open_form(conversation, asked)
            else:
                await self._look_up(conversation, asked, private=manner.visibility is Visibility.ASKER)
        except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for an answer
            _tell(error)
            status = getattr(error, "status", 0)
            # Where nothing is promised, only a wrong answer leaves time for another one; and a form stays
            # open with its text as long as nothing is said to it.
            fresh = status == _BAD_REQUEST and not isinstance(asked, Filled)
            if status not in _IN_VAIN and (conversation.promise is not Promise.NONE or fresh):
                with contextlib.suppress(Exception):  # nobody is left with a promise, if that can be helped
                    await conversation.say(FAILED)
        finally:
            del self._open[task]

    async def drain(self, seconds: float) -> None:
        """Take nothing new; let those under way end, and tell the rest that they have to ask again."""
        self._stopping = True
        if not self._open:
            return
        _, late = await asyncio.wait(set(self._open), timeout=seconds)
        waiting = [self._open[task] for task in late if self._open[task].promise is not Promise.NONE]
        for task in late:
            task.cancel()
        farewells = asyncio.gather(*(c.say(_STOPPING) for c in waiting), return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(farewells, _FAREWELL)

    def _begin(self, conversation: Conversation, asked: Asked) -> asyncio.Task[Reply]:
        return asyncio.create_task(self._dispatcher.dispatch(invocation(conversation.interaction, asked)))

    async def _look_up(self, conversation: Conversation, asked: Asked, *, private: bool) -> None:
        """Answer at once, or acknowledge and follow up."""
        task = self._begin(conversation, asked)
        if not await done_within(task, self.watch.left(conversation.interaction, ACKNOWLEDGE)):
            await conversation.acknowledge(private=private)
            if not await done_within(task, FOLLOW_UP):
                raise TimeoutError
        reply = task.result()
        if reply.form and conversation.promise is Promise.NONE:
            await conversation.open_form(reply.form)
        else:
            await conversation.say(_PRESS_AGAIN if reply.form else reply)

    async def _open_form(self, conversation: Conversation, asked: Asked) -> None:
        """A form can only be the first answer, so it is never promised."""
        task = self._begin(conversation, asked)
        if not await done_within(task, self.watch.left(conversation.interaction, BUSY)):
            await conversation.say(_PRESS_AGAIN)
        elif form := task.result().form:
            await conversation.open_form(form)
        else:
            await conversation.say(task.result())

    async def _take(self, conversation: Conversation, asked: Filled) -> None:
        """Acknowledge what was sent after it was kept, and not at all otherwise: the form stays open then."""
        task = self._begin(conversation, asked)
        if not await done_within(task, self.watch.left(conversation.interaction, BUSY)):
            log.warning("A form was not kept in time, and stays open at its sender's.")
        elif (problem := task.result().problem) and problem.code in _OURS:
            log.warning("A form could not be kept (%s), and stays open at its sender's.", problem.code)
        else:
            await conversation.say(task.result())


def _tell(error: Exception) -> None:
    """In the log, without a word of anybody's."""
    if isinstance(error, discord.HTTPException):
        log.warning("Discord refused an answer: status %s, code %s.", error.status, error.code)
    elif isinstance(error, aiohttp.ClientError | TimeoutError | OSError):
        log.warning("An answer did not reach Discord: %s.", type(error).__name__)
    else:
        log.error("An answer could not be given: %s", type(error).__name__, exc_info=error)
