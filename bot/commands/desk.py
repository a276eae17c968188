"""The moderator who calls, and the card as an answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.engine.community.people import keep_person
from bot.engine.review.desk import Desk
from bot.notices.notify import finish

if TYPE_CHECKING:
    from bot.commands.spec import Call
    from bot.engine.review.desk import Outcome
    from bot.messages.reply import Reply
    from bot.ports import UnitOfWork


def desk_of(uow: UnitOfWork, call: Call) -> Desk:
    """The moderator who calls, known by name from now on: whoever decides does so under their name."""
    assert call.community  # nobody is a moderator where there is none
    person = call.person(uow)
    number = keep_person(uow, person, call.invocation.now)
    return Desk(call.community, person, number, call.invocation.now)


def done(uow: UnitOfWork, desk: Desk, outcome: Outcome, text: str = "") -> Reply:
    """Finish, and show the card as it is now, in place of the one whose button was pressed."""
    reply = finish(uow, outcome, desk.now)
    return replace(reply, text="\n".join(filter(None, (text, reply.text))), updates_card=True)
