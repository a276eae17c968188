"""Refusals as replies: what was wrong, the guesses as buttons, and the way back into a form."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.community.people import Community, Role
from bot.errors import AmbiguousError, ForbiddenError, RefusalError
from bot.messages.message import Button, Press
from bot.messages.problems import problem_reply

if TYPE_CHECKING:
    from bot.commands.spec import CommandSpec
    from bot.messages.reply import Reply


def refusal_reply(error: RefusalError, press: Press, *, filled: bool) -> Reply:
    """Guesses as buttons. What was sent in a form is never lost: a button opens it as it was filled in."""
    buttons: tuple[Button, ...] = ()
    if isinstance(error, AmbiguousError) and error.option:
        given = {**press.options, **error.given}
        buttons = tuple(
            Button(guess.label, Press(press.command, {**given, error.option: guess.text}))
            for guess in error.guesses
        )
    if filled and not isinstance(error, ForbiddenError):
        buttons = (*buttons, Button("Fix it", press))
    return replace(problem_reply(error.code, error.message, error.option), buttons=buttons)


def whose_command(spec: CommandSpec, community: Community | None) -> str:
    if community is None:
        return f"/{spec.name} works where I was added to a server or workspace, and there is none here."
    whose = "admins" if spec.rights is Role.ADMIN else "moderators and admins"
    return f"Only {whose} may use /{spec.name}."
