"""Commands about states: /state, /compare, /together, /money."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands.catalogue.listing import (
    count_fields,
    described,
    filter_choices,
    filter_of,
    items_of,
    listed,
    named_states,
    nothing_found,
    reporting,
    topic_words,
)
from bot.commands.options import APPROACH_OPTION, STATE, STATE_REQUIRED, STATUS_OPTION, TOPIC_OPTION
from bot.commands.spec import CommandSpec, Option
from bot.domain.catalogue.actions import Approach, Stage
from bot.domain.catalogue.filters import Filter
from bot.domain.catalogue.states import BY_CODE
from bot.engine.catalogue.lists import list_actions
from bot.engine.catalogue.money import BalanceRank, Missing, balance_rank
from bot.engine.catalogue.states import Profile, compare, profile
from bot.errors import NotUnderstoodError
from bot.messages.message import Button, Field, Link, Press
from bot.messages.reply import Reply
from bot.messages.wording import in_a_row, number_of, sentence

if TYPE_CHECKING:
    from bot.commands.options import StatusFilter
    from bot.commands.spec import Call
    from bot.domain.catalogue.states import State
    from bot.domain.catalogue.topics import Topic
    from bot.ports import UnitOfWork

_NEWEST_OF_EACH = 4
_SHARED_SHOWN = 8


def _state(
    uow: UnitOfWork,
    call: Call,
    state: State,
    topic: Topic | None,
    approach: Approach | None,
    status: StatusFilter | None,
) -> Reply:
    which = filter_of(call, state=state, topic=topic, approach=approach, status=status)
    listing = list_actions(uow, which, call.press)
    known = profile(uow, which)
    filters = [topic_words(topic)] if topic else []
    filters += [option.label.lower() for option in (approach, status) if option]
    fields = count_fields(known.counts)
    fields += (Field("Balance with Washington", _balance_words(known.money)),)
    if known.partners:
        fields += (Field("Acts most often with", named_states(known.partners, 5)),)
    reply = Reply(
        title=", ".join([state.name, *filters]),
        fields=fields,
        links=_money_links(known.money),
        choices=filter_choices(call, topics=known.topics, tallies=known.tallies, which=which),
        buttons=(
            *((Button("Together", Press("together", {"state": state.code})),) if known.partners else ()),
            reporting("Report", about=state.code),
        ),
    )
    if listing.total == 0:
        nothing = f"Nothing on file{described(which, status=status)}."
        if len(call.options) == 1:  # the state itself was found; its list is only empty yet
            return listed(call, replace(reply, text=nothing), listing)
        return nothing_found(replace(reply, buttons=reply.buttons[:-1]), nothing, state.code)
    return listed(call, reply, listing)


def _compare(uow: UnitOfWork, call: Call, state: State, other: State) -> Reply:
    if state == other:
        raise NotUnderstoodError(f"Name two different states; {state.name} was named twice.")
    both = compare(
        uow, Filter(call.boards, state=state.code), Filter(call.boards, state=other.code), _NEWEST_OF_EACH
    )
    left, right = both.sides

    def row(name: str, a: object, b: object) -> Field:
        return Field(name, f"{state.code} {a} · {other.code} {b}")

    fields = [
        row("Actions on file", left.counts.total, right.counts.total),
        row("Not checked lately", *both.unchecked),
    ]
    fields += [
        row(stage.label, left.counts.stages.get(stage, 0), right.counts.stages.get(stage, 0))
        for stage in Stage
    ]
    if left.counts.challenged or right.counts.challenged:
        fields.append(row("Challenged in court", left.counts.challenged, right.counts.challenged))
    fields += [
        row(approach.label, left.counts.approaches.get(approach, 0), right.counts.approaches.get(approach, 0))
        for approach in Approach
        if approach in left.counts.approaches or approach in right.counts.approaches
    ]
    fields.append(row("Most frequent topics", _top_topics(left), _top_topics(right)))
    fields.append(row("Balance with Washington", _balance_words(left.money), _balance_words(right.money)))
    together = f"in {number_of(both.together, 'action')}" if both.together else "in no action on file"
    fields.append(Field("Act together", together))
    if both.shared_measures:
        shown = both.shared_measures[:_SHARED_SHOWN]
        names = "; ".join(f"{name}: {number_of(count, 'action')}" for name, count in shown)
        more = len(both.shared_measures) - len(shown)
        fields.append(Field("Both answer", f"{names}; and {more} more" if more else names))
    return Reply(
        title=f"{state.name} and {other.name}",
        text="The newest actions of each stand below." if both.newest else "Nothing on file for either.",
        fields=tuple(fields),
        items=items_of(both.newest),
        links=tuple(dict.fromkeys((*_money_links(left.money), *_money_links(right.money)))),
        buttons=tuple(Button(side.name, Press("state", {"state": side.code})) for side in (state, other)),
    )


def _together(uow: UnitOfWork, call: Call, state: State) -> Reply:
    which = Filter(call.boards, state=state.code, joint=True)
    listing = list_actions(uow, which, call.press)
    partners = uow.statistics.partners(call.boards, state.code)
    reply = Reply(
        title=f"Who acts with {state.in_text}",
        buttons=(Button(state.name, Press("state", {"state": state.code})),),
    )
    if not partners:
        return nothing_found(reply, f"No joint action on file for {state.in_text}.", state.code)
    every = ", ".join(f"{BY_CODE[code].name} {count}" for code, count in partners)
    text = f"{number_of(listing.total, 'joint action')} with {number_of(len(partners), 'other')}."
    return listed(call, replace(reply, text=text, fields=(Field("How often", every),)), listing)


def _money(uow: UnitOfWork, call: Call, state: State) -> Reply:
    del call
    mine = balance_rank(uow, state.code)
    title = f"{state.name}: balance with Washington"
    buttons = (Button(state.name, Press("state", {"state": state.code})),)
    if isinstance(mine, Missing):
        nothing = f"No balance on file for {state.in_text}."
        if source := mine.source:
            left_out = in_a_row([BY_CODE[code].in_text for code in mine.left_out])
            year = source.fiscal_year
            nothing += f" The figures by {source.publisher} for fiscal year {year} leave out {left_out}."
        reply = nothing_found(Reply(title=title), nothing)
        return replace(reply, page=None, links=_money_links(mine), buttons=buttons)
    newest = mine.balance
    fields = [
        Field("Balance a person", _dollars(newest.per_person)),
        Field("Fiscal year", str(newest.fiscal_year)),
        Field("Rank", f"{mine.rank} of {mine.among}; number 1 receives most"),
        Field(
            "Highest and lowest",
            f"{BY_CODE[mine.highest.state].name} {_dollars(mine.highest.per_person)}, "
            f"{BY_CODE[mine.lowest.state].name} {_dollars(mine.lowest.per_person)}",
        ),
    ]
    fields += [Field(f"Fiscal year {b.fiscal_year}", _dollars(b.per_person)) for b in mine.earlier]
    return Reply(
        title=title,
        text=f"{sentence(state.in_text)} {_balance_words(mine)}.",
        fields=tuple(fields),
        links=_money_links(mine),
        buttons=buttons,
    )


def _top_topics(side: Profile) -> str:
    ranked = sorted(side.topics.items(), key=lambda pair: (-pair[1], pair[0].label))
    return ", ".join(f"{topic.label} {count}" for topic, count in ranked[:3]) or "none"


def _balance_words(money: BalanceRank | Missing) -> str:
    if isinstance(money, Missing):
        return "no figure: the source leaves it out" if money.source else "no figure on file"
    amount, year = money.balance.per_person, money.balance.fiscal_year
    if amount == 0:
        return f"receives what it pays (fiscal year {year})"
    more, less = ("receives", "pays") if amount > 0 else ("pays", "receives")
    return f"{more} ${abs(amount):,} a person more than it {less} (fiscal year {year})"


def _dollars(amount: int) -> str:
    return f"{'-' if amount < 0 else ''}${abs(amount):,}"


def _money_links(money: BalanceRank | Missing) -> tuple[Link, ...]:
    source = money.source if isinstance(money, Missing) else money.balance
    if source is None:
        return ()
    return (Link("Balance", f"{source.title} ({source.publisher})", source.source_url),)


SPECS = (
    CommandSpec(
        "state", "st", "A state's page: how its actions stand, the newest ones, its balance with Washington",
        _state, (STATE_REQUIRED, TOPIC_OPTION, APPROACH_OPTION, STATUS_OPTION),
        ("/state IL", "/state Texas topic:immigration", "/state N.H. status:live"),
    ),
    CommandSpec(
        "compare", "cm", "Two states side by side", _compare,
        (
            STATE_REQUIRED,
            Option("other", STATE, "The state to compare it with", "o", required=True, positional=True),
        ),
        ("/compare IL TX", "/compare New York New Jersey"),
    ),
    CommandSpec(
        "together", "tg", "Who acts with a state, how often, and in what", _together, (STATE_REQUIRED,),
        ("/together CA", "/together Utah"),
    ),
    CommandSpec(
        "money", "mo", "What a state receives from Washington less what it pays", _money, (STATE_REQUIRED,),
        ("/money NJ", "/money Kentucky"),
    ),
)  # fmt: skip
