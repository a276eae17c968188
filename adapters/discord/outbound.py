"""Answering one interaction, whatever Discord or the network does meanwhile."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from adapters.discord.drawing.forms import draw_form
from adapters.discord.drawing.render import draw, files_of
from adapters.discord.inbound import invocation
from bot.answering.backoff import attempt, repeated
from bot.answering.conversation import Acknowledgement, AnswerError, Failure, Placement, Surface
from bot.messages.reply import Visibility

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from adapters.discord.inbound import Interaction
    from bot.answering.timing import Timing
    from bot.commands.spec import Asked
    from bot.messages.form import Form
    from bot.messages.reply import Reply

    Action = Callable[[], Awaitable[object]]

_KEPT_FILE = re.compile(r"R-[0-9]+-[0-9]+[.]")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_ALREADY_ACKNOWLEDGED = 40060
_UNKNOWN_MESSAGE = 10008
_BAD_REQUEST, _RATE_LIMITED, _BROKEN = 400, 429, 500
_GONE = (401, 403, 404)
"""What Discord answers where nothing more can be said: unknown interactions, dead tokens."""


class DiscordConversation:
    """Implements `bot.answering.conversation.Conversation` for one interaction."""

    def __init__(self, interaction: Interaction, asked: Asked, timing: Timing) -> None:
        self.invocation = invocation(interaction, asked)
        self.surface = _surface(interaction)
        self._interaction = interaction
        self._timing = timing

    async def acknowledge(self, how: Acknowledgement) -> None:
        """Promise an answer: where the button is, or in a new message."""
        defer = self._interaction.response.defer
        if how is Acknowledgement.UPDATE:
            await self._first(defer)
        else:
            private = how is Acknowledgement.PRIVATE
            await self._first(lambda: defer(thinking=True, ephemeral=private))

    async def open_form(self, form: Form) -> None:
        """Show a form. Each opening has an id of its own, or discord.py would take two for one."""
        modal = draw_form(form, _short(self._interaction.id))
        await self._first(lambda: self._interaction.response.send_modal(modal))

    async def say(self, reply: Reply, where: Placement, acknowledged: Acknowledgement) -> None:
        """Give the answer: as the first response, or in place of what was acknowledged."""
        view = draw(reply)
        response, original = self._interaction.response, self._interaction.edit_original_response

        def files() -> list[discord.File]:
            return files_of(reply, view)  # anew for each attempt: a file that was sent is used up

        def attachments() -> Any:
            return files() or self._kept()

        if where is Placement.CARD:
            await self._say_on_card(view)
        elif where is Placement.APART:
            await self._say_apart(reply, view, acknowledged)
        elif acknowledged is not Acknowledgement.NONE:
            await self._later(lambda: original(view=view, attachments=attachments()))
        elif where is Placement.IN_PLACE:
            await self._first(lambda: response.edit_message(view=view, attachments=attachments()))
        else:
            private = reply.visibility is Visibility.ASKER
            await self._first(lambda: response.send_message(view=view, files=files(), ephemeral=private))

    async def _say_on_card(self, view: discord.ui.LayoutView) -> None:
        """One attempt; where that fails, nothing is shown."""
        response, seconds = self._interaction.response, self._timing.at_once.patience
        edit = _taken(lambda: response.edit_message(view=view, attachments=self._kept()))
        try:
            await attempt(edit, seconds)
        except AnswerError as error:
            if not error.failure.is_transient:
                raise
            await self._first(response.defer)

    async def _say_apart(
        self, reply: Reply, view: discord.ui.LayoutView, acknowledged: Acknowledgement
    ) -> None:
        """Answer the asker alone, in a message besides the one that was acknowledged."""
        if acknowledged is Acknowledgement.PUBLIC:
            # While it stands, the first follow-up takes its place and is seen by all, whatever we ask for.
            await self._later(self._interaction.delete_original_response, gone_is_fine=True)
        send = self._interaction.followup.send
        await self._later(lambda: send(view=view, files=files_of(reply, view), ephemeral=True))

    def _kept(self) -> Any:
        """What stays attached: on a card with the files of a report all of them, for its redraw to show."""
        message = self._interaction.message
        kept = message is not None and any(_KEPT_FILE.match(file.filename) for file in message.attachments)
        return discord.utils.MISSING if kept else []

    async def _first(self, action: Action) -> None:
        await repeated(_taken(action), self._timing.at_once)

    async def _later(self, action: Action, *, gone_is_fine: bool = False) -> None:
        await repeated(_taken(action, gone_is_fine=gone_is_fine), self._timing.later)


def _surface(interaction: Interaction) -> Surface:
    if interaction.message is None:
        return Surface.NONE
    return Surface.PRIVATE if interaction.message.flags.ephemeral else Surface.SHARED


def _taken(action: Action, *, gone_is_fine: bool = False) -> Callable[[], Awaitable[None]]:
    """`action`, which then raises AnswerError where Discord or the network fails."""

    async def done() -> None:
        try:
            await action()
        except discord.HTTPException as error:
            # An attempt whose reply was lost had come through.
            came_through = error.code == _ALREADY_ACKNOWLEDGED
            if not came_through and not (gone_is_fine and error.code == _UNKNOWN_MESSAGE):
                detail = f"status {error.status}, code {error.code}"
                raise AnswerError(_failure(error.status), detail) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise AnswerError(Failure.UNREACHED, type(error).__name__) from error

    return done


def _failure(status: int) -> Failure:
    if status == _RATE_LIMITED or status >= _BROKEN:
        return Failure.UNAVAILABLE
    if status in _GONE:
        return Failure.GONE
    return Failure.INVALID if status == _BAD_REQUEST else Failure.REFUSED


def _short(number: int) -> str:
    """A number in few letters."""
    digits = ""
    while number:
        number, rest = divmod(number, len(_DIGITS))
        digits = _DIGITS[rest] + digits
    return digits or "0"
