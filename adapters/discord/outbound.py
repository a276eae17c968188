"""Saying something to whoever asked, whatever Discord or the network does meanwhile."""

from __future__ import annotations

import asyncio
import logging
import re
from enum import Enum
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from adapters.discord.drawing.forms import draw_form
from adapters.discord.drawing.render import draw, files_of
from bot.messages.reply import Visibility

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from adapters.discord.inbound import Interaction
    from bot.messages.form import Form
    from bot.messages.reply import Reply

log = logging.getLogger(__name__)

_PATIENCE = 20.0
"""Seconds for one request; discord.py itself would wait for five minutes."""
_SHORT_PATIENCE = 1.0
"""Seconds for all but the last of several requests that have three seconds together."""
_AT_ONCE = (0.0, 0.2, 0.5)
"""Seconds before each attempt to acknowledge, all within the three that Discord gives."""
_LATER = (0.0, 2.0, 8.0, 30.0, 120.0)
"""Seconds before each attempt to answer what was acknowledged; discord.py makes five attempts in each."""
_KEPT_FILE = re.compile(r"R-[0-9]+-[0-9]+[.]")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_ALREADY_ACKNOWLEDGED = 40060
_UNKNOWN_MESSAGE = 10008
_RATE_LIMITED = 429


class Promise(Enum):
    """What Discord was told so far; it fixes what the answer can be."""

    NONE = "none"
    PLACEHOLDER = "placeholder"
    """“Fiftywire is thinking…”, for all to see."""
    PRIVATE_PLACEHOLDER = "private placeholder"
    UPDATE = "update"
    """Nothing that is seen: the message with the button will be edited."""


class Conversation:
    """One interaction, from the question to the answer."""

    def __init__(self, interaction: Interaction, *, update: bool) -> None:
        self.interaction = interaction
        self.promise = Promise.NONE
        self._update = update and interaction.message is not None

    async def acknowledge(self, *, private: bool) -> None:
        """Promise an answer: where the button is, or in a new message."""
        defer = self.interaction.response.defer
        if self._update:
            await _repeated(defer, _AT_ONCE)
            self.promise = Promise.UPDATE
        else:
            await _repeated(lambda: defer(thinking=True, ephemeral=private), _AT_ONCE)
            self.promise = Promise.PRIVATE_PLACEHOLDER if private else Promise.PLACEHOLDER

    async def open_form(self, form: Form) -> None:
        """Show a form. Each opening has an id of its own, or discord.py would take two for one."""
        modal = draw_form(form, _short(self.interaction.id))
        await _repeated(lambda: self.interaction.response.send_modal(modal), _AT_ONCE)

    async def say(self, reply: Reply) -> None:
        """Give the answer, in the way that the promise leaves open."""
        view = draw(reply)
        response, original = self.interaction.response, self.interaction.edit_original_response

        def files() -> list[discord.File]:
            return files_of(reply, view)  # anew for each attempt: a file that was sent is used up

        private = reply.visibility is Visibility.ASKER
        in_place = self._update and self._may_replace(reply)

        def attachments() -> Any:
            return files() or (discord.utils.MISSING if self._shows_kept_files() else [])

        if in_place and reply.redrawn and not self._is_private():
            if self.promise is Promise.NONE:
                await self._say_on_card(view)
        elif self.promise is Promise.NONE and in_place:
            await _repeated(lambda: response.edit_message(view=view, attachments=attachments()), _AT_ONCE)
        elif self.promise is Promise.NONE:
            await _repeated(
                lambda: response.send_message(view=view, files=files(), ephemeral=private), _AT_ONCE
            )
        elif (self.promise is Promise.PLACEHOLDER and private) or (
            self.promise is Promise.UPDATE and not in_place
        ):
            await self._say_apart(reply)
        else:
            await _repeated(lambda: original(view=view, attachments=attachments()), _LATER)

    async def _say_on_card(self, view: discord.ui.LayoutView) -> None:
        """Show it on a posted card at once or not at all.

        The outbox brings the card up to date; an answer that came later would put an older state there.
        """
        response = self.interaction.response
        attachments: Any = discord.utils.MISSING if self._shows_kept_files() else []
        try:
            await _attempt(
                lambda: response.edit_message(view=view, attachments=attachments), _SHORT_PATIENCE,
                gone_is_fine=False,
            )  # fmt: skip
        except (aiohttp.ClientError, TimeoutError, OSError, discord.DiscordServerError):
            await _repeated(response.defer, _AT_ONCE)

    def _is_private(self) -> bool:
        """Whether the asker alone sees the message: the outbox knows nothing of it."""
        return self.interaction.message is not None and self.interaction.message.flags.ephemeral

    def _shows_kept_files(self) -> bool:
        """Whether the message is a card with the files of a report: they stay, for its redraw to show."""
        message = self.interaction.message
        return message is not None and any(_KEPT_FILE.match(file.filename) for file in message.attachments)

    def _may_replace(self, reply: Reply) -> bool:
        """Whether the answer may stand where the button was: never what one alone may see where all look."""
        message = self.interaction.message
        return (
            message is not None
            and reply.problem is None
            and (message.flags.ephemeral or reply.visibility is Visibility.ALL)
        )

    async def _say_apart(self, reply: Reply) -> None:
        """Answer the asker alone, in a message besides the one that was promised."""
        if self.promise is Promise.PLACEHOLDER:
            # While it stands, the first follow-up takes its place and is seen by all, whatever we ask for.
            await _repeated(self.interaction.delete_original_response, _LATER, gone_is_fine=True)
        view, send = draw(reply), self.interaction.followup.send
        await _repeated(lambda: send(view=view, files=files_of(reply, view), ephemeral=True), _LATER)


async def _repeated(
    action: Callable[[], Awaitable[object]], pauses: tuple[float, ...], *, gone_is_fine: bool = False
) -> None:
    """Do `action`, again after each pause while the network or Discord fails.

    Everything it is used for may be done twice: an acknowledgement is refused the second time, an edit
    changes nothing, and a private message that came twice is better than none.
    """
    *early, last = pauses
    patience = _SHORT_PATIENCE if pauses is _AT_ONCE else _PATIENCE
    for pause in early:
        await asyncio.sleep(pause)
        try:
            return await _attempt(action, patience, gone_is_fine=gone_is_fine)
        except (aiohttp.ClientError, TimeoutError, OSError):
            continue
        except discord.HTTPException as error:
            if error.status < 500 and error.status != _RATE_LIMITED:
                raise
    await asyncio.sleep(last)
    return await _attempt(action, _PATIENCE, gone_is_fine=gone_is_fine)


async def _attempt(action: Callable[[], Awaitable[object]], patience: float, *, gone_is_fine: bool) -> None:
    try:
        async with asyncio.timeout(patience):
            await action()
    except discord.NotFound as error:
        if not gone_is_fine or error.code != _UNKNOWN_MESSAGE:
            raise
    except discord.HTTPException as error:
        if error.code != _ALREADY_ACKNOWLEDGED:  # an attempt whose answer was lost had come through
            raise


def _short(number: int) -> str:
    """A number in few letters."""
    digits = ""
    while number:
        number, rest = divmod(number, len(_DIGITS))
        digits = _DIGITS[rest] + digits
    return digits or "0"
