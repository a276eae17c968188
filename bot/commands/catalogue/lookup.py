"""/lookup: what is on file for a message that somebody came across."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.catalogue.listing import items_of
from bot.commands.options import WORDS
from bot.commands.spec import CommandSpec, Option
from bot.domain.writing.links import MOST_LINKS
from bot.engine.catalogue.lists import PAGE_SIZE
from bot.engine.catalogue.lookup import look_up
from bot.errors import NotFoundError
from bot.messages.message import Button, Press
from bot.messages.reply import Reply, Visibility
from bot.messages.wording import in_a_row, joined, number_of

if TYPE_CHECKING:
    from bot.commands.spec import Call
    from bot.ports import UnitOfWork

_MOST_STATES = 8


def _lookup(uow: UnitOfWork, call: Call, text: str) -> Reply:
    found = look_up(uow, call.boards, text, PAGE_SIZE, _MOST_STATES)
    if not found.links and not found.states:
        raise NotFoundError("There is no state and no link in this text. /search finds actions by words.")
    on_link = ""
    if found.actions:
        most = "The newest " if len(found.actions) == PAGE_SIZE else ""
        on_link = f"{most}{number_of(len(found.actions), 'action')} on file with a link of this text, below."
    elif found.links:
        first = f"one of the first {MOST_LINKS} links" if found.links == MOST_LINKS else "a link"
        on_link = f"No action on file has {first} of this text."
    parts = [f"{state.in_text} ({number_of(count, 'action')})" for state, count in found.states]
    named = in_a_row([*parts, f"{found.more_states} more"] if found.more_states else parts)
    return Reply(
        title="Looked up",
        text=joined(on_link, f"It speaks of {named}." if named else ""),
        items=items_of(found.actions),
        buttons=tuple(Button(state.name, Press("state", {"state": state.code})) for state, _ in found.states),
    )


LOOKUP = CommandSpec(
    "lookup", "lo", "What is on file for the links and the states in a text", _lookup,
    (Option("text", WORDS, "The text, for example a message with a link", "t", True, True),),
    ("/lookup Ohio and Utah sue over the new rule",),
    visibility=Visibility.ASKER,
    menu="Look up in Fiftywire",
)  # fmt: skip
