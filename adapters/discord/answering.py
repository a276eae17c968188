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
from adapters.discord.timing import ACKNOWLEDGE, BUSY, FOLLOW_UP, age, done_within
from bot.commands.spec import Answer, Filled
from bot.errors import ConfigurationError, DatabaseBusyError, DatabaseError
from bot.messages.reply import Problem, Reply, Visibility

if TYPE_CHECKING:
    from adapters.discord.inbound import Interaction
    from bot.commands.dispatch import Dispatcher
    from bot.commands.spec import Asked

log = logging.getLogger(__name__)

_FAREWELL = 1.0
"""Seconds for telling those who wait that the bot stops."""
_OURS = (DatabaseError.code, DatabaseBusyError.code, ConfigurationError.code, "internal")
"""What is no fault of the asker's: a form that met it stays open with its text."""


def _notice(code: str, sentence: str) -> Reply:
    return Reply(text=sentence, visibility=Visibility.ASKER, problem=Problem(code, sentence))


_PRESS_AGAIN = _notice("busy", "Fiftywire is busy. Please press again in a moment.")
_STOPPING = _notice("stopping", "Fiftywire is being restarted. Please ask again in a minute.")


class Answering:
    """Answers interactions, each in a task of its own; knows which are under way."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._open: dict[asyncio.Task[None], Conversation] = {}
        self._stopping = False

    async def answer(self, interaction: Interaction, asked: Asked) -> None:
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
        except discord.HTTPException as error:
            log.warning("Discord refused an answer: status %s, code %s.", error.status, error.code)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("An answer did not reach Discord: %s.", type(error).__name__)
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
        if not await done_within(task, ACKNOWLEDGE - age(conversation.interaction)):
            await conversation.acknowledge(private=private)
            if not await done_within(task, FOLLOW_UP):
                log.error("An answer took longer than Discord waits for one.")
                return
        reply = task.result()
        if reply.form and conversation.promise is Promise.NONE:
            await conversation.open_form(reply.form)
        else:
            await conversation.say(_PRESS_AGAIN if reply.form else reply)

    async def _open_form(self, conversation: Conversation, asked: Asked) -> None:
        """A form can only be the first answer, so it is never promised."""
        task = self._begin(conversation, asked)
        if not await done_within(task, BUSY - age(conversation.interaction)):
            await conversation.say(_PRESS_AGAIN)
        elif form := task.result().form:
            await conversation.open_form(form)
        else:
            await conversation.say(task.result())

    async def _take(self, conversation: Conversation, asked: Filled) -> None:
        """Acknowledge what was sent after it was kept, and not at all otherwise: the form stays open then."""
        task = self._begin(conversation, asked)
        if not await done_within(task, BUSY - age(conversation.interaction)):
            log.warning("A form was not kept in time, and stays open at its sender's.")
        elif (problem := task.result().problem) and problem.code in _OURS:
            log.warning("A form could not be kept (%s), and stays open at its sender's.", problem.code)
        else:
            await conversation.say(task.result())
