"""The moderator who calls, and the card as an answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.engine.community.people import keep_person
from bot.engine.review.desk import (
    Desk,
    Moved,
)
from bot.messages.reply import Field, Reply
from bot.messages.wording import number_of
from bot.notices.cards import card
from bot.notices.notify import spread

if TYPE_CHECKING:
    from bot.commands.spec import Call
    from bot.ports import UnitOfWork


def desk_of(uow: UnitOfWork, call: Call) -> Desk:
    """The moderator who calls, known by name from now on: whoever decides does so under their name."""
    assert call.community  # nobody is a moderator where there is none
    person = call.person(uow)
    number = keep_person(uow, person, call.invocation.now)
    return Desk(call.community, person, number, call.invocation.now)


def done(uow: UnitOfWork, desk: Desk, moved: Moved, text: str = "") -> Reply:
    """Tell everyone, commit, and show the card as it is now."""
    spread(uow, moved, desk.now)
    shown = card(uow, moved.report, moved.proposal, desk.community, desk.now)
    uow.commit()
    return replace(answer_with(shown, text), redrawn=True)


def answer_with(shown: Reply, text: str) -> Reply:
    """A card as an answer: its files are on the card in the review place."""
    files = f"{number_of(len(shown.files), 'file')}, on the card" if shown.files else ""
    fields = (*shown.fields, Field("Files", files)) if files else shown.fields
    said = "\n".join(part for part in (text, shown.text) if part)
    return replace(shown, text=said, fields=fields, files=())
