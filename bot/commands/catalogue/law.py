"""Commands about law: /answers, /law."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands.catalogue.listing import listed, named_states
from bot.commands.options import MEASURE, PRECEDENT
from bot.commands.spec import CommandSpec, Option
from bot.domain.catalogue.filters import Filter
from bot.domain.writing.links import host_of
from bot.engine.catalogue.law import find_measure, find_precedent, other_measures
from bot.engine.catalogue.lists import list_actions
from bot.messages.message import Button, Field, Link, Press
from bot.messages.reply import Reply
from bot.messages.wording import number_of

if TYPE_CHECKING:
    from bot.commands.spec import Call
    from bot.ports import UnitOfWork

_OTHERS = 5
_MOST_STATES = 60
_PAGE_CHECKED = {
    "seen": "read",
    "address certain": "not opened; its address is certain",
    "address built on Justia's pattern": "not opened; its address follows Justia's pattern",
    "address not opened; ruling seen in news reports": "not opened; news reports tell of the ruling",
    "seen in news reports; no court page opened": "no court's opened; news reports tell of the ruling",
}
"""How the packaged precedents say that their page was looked at, in words for readers."""


def _answers(uow: UnitOfWork, call: Call, measure: str) -> Reply:
    meant = find_measure(uow, call.boards, measure, "measure")
    # The button goes on with the key, which is short and means this one measure whatever is added later.
    call = replace(call, options={**call.options, "measure": meant.key})
    which = Filter(call.boards, measure=meant.key)
    listing = list_actions(uow, which, call.press)
    others = other_measures(uow, call.boards, meant, _OTHERS)
    reply = Reply(
        title=f"Answers to {meant.name}",
        text=f"{number_of(listing.total, 'action')} on file.",
        fields=(Field("States", named_states(uow.statistics.state_counts(which), _MOST_STATES)),),
        buttons=tuple(
            Button(f"See also: {other.name}", Press("answers", {"measure": other.key})) for other in others
        ),
    )
    return listed(call, reply, listing)


def _law(uow: UnitOfWork, call: Call, precedent: str) -> Reply:
    meant = find_precedent(uow, precedent, "precedent")
    call = replace(call, options={**call.options, "precedent": meant.key})
    which = Filter(call.boards, precedent=meant.key)
    listing = list_actions(uow, which, call.press)
    fields = [
        Field("Court", meant.court),
        Field("Citation", meant.citation),
        Field("Year", str(meant.year)),
        Field("Source page", _PAGE_CHECKED.get(meant.verified, meant.verified)),
    ]
    reply = Reply(
        title=f"{meant.name} ({meant.year})",
        text=meant.holding,
        fields=tuple(fields),
        links=(Link("Source", f"{meant.name} ({host_of(meant.source_url)})", meant.source_url),),
    )
    if listing.total == 0:  # the case is on file, only nothing rests on it
        return listed(call, replace(reply, text=f"{meant.holding}\nNo action on file rests on it."), listing)
    states = Field("States", named_states(uow.statistics.state_counts(which), _MOST_STATES))
    return listed(call, replace(reply, fields=(*fields, states)), listing)


SPECS = (
    CommandSpec(
        "answers", "an", "Every state's answer to one federal order, act, rule or case", _answers,
        (Option("measure", MEASURE, "The measure, for example EO 14159", "m", True, True),),
        ("/answers EO 14159", "/answers REAL ID"),
    ),
    CommandSpec(
        "law", "lw", "A case or clause, and all that rests on it", _law,
        (Option("precedent", PRECEDENT, "The case or clause, for example Printz", "p", True, True),),
        ("/law printz", "/law compact clause"),
    ),
)  # fmt: skip
