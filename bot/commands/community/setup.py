"""/setup: a community's time zone, moderators, review places and policy; and joining communities."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.commands.choices import listed
from bot.commands.community.mentions import check_picked
from bot.commands.desk import desk_of
from bot.commands.options import PEOPLE, ZONE, number
from bot.commands.review.options import PLACES, POLICY, SHORT_TEXT
from bot.commands.spec import Answer, CommandSpec, Filled, Option, Pressed, Value
from bot.domain.community.people import COMMONS, Moderator, Role
from bot.domain.deliveries import Place
from bot.domain.writing.mentions import Mention, PlaceMention, mentions_in, places_in, written
from bot.engine.community.communities import (
    Setup,
    Wanted,
    invite,
    join_community,
    set_up,
    setup_of,
    use_curator_code,
)
from bot.errors import NotUnderstoodError
from bot.messages.form import Form
from bot.messages.limits import MOST_OPTIONS
from bot.messages.message import Button, Field, Press
from bot.messages.reply import Reply, Visibility
from bot.messages.wording import in_a_row, number_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.commands.spec import Call
    from bot.domain.community.people import Community
    from bot.domain.review.proposals import Policy
    from bot.ports import UnitOfWork

MOST_PLACES = 10
_FORM_FIELDS = ("zone", "moderators", "review", "policy", "cards")


def _setup(
    uow: UnitOfWork, call: Call, do: str | None, zone: str | None, moderators: tuple[Mention, ...] | None,
    review: tuple[PlaceMention, ...] | None, policy: Policy | None, cards: int | None, code: str | None,
    join: str | None,
) -> Reply:  # fmt: skip
    community = _community(call)
    if do == "invite":
        return _invited(uow, call, community)
    if join is not None:
        return _joined(uow, call, community, join)
    if code is not None:
        return _trusted(uow, call, community, code)
    now = setup_of(uow, community)
    asked = call.invocation.asked
    sent = asked.values if isinstance(asked, Filled) else {}
    given = zone or moderators or review is not None or policy or cards is not None
    if not (sent if isinstance(asked, Filled) else given):
        return _page(call, now)
    wanted = _wanted(call, now, sent, zone, moderators, review, policy, cards)
    desk = desk_of(uow, call)
    assert call.invocation.home
    done = set_up(uow, community, call.invocation.home, wanted, desk.account, desk.now)
    uow.commit()
    return _page(call, done, "Saved." if done != now else "Nothing was changed.")


def _wanted(
    call: Call, now: Setup, sent: Mapping[str, str], zone: str | None, moderators: tuple[Mention, ...] | None,
    review: tuple[PlaceMention, ...] | None, policy: Policy | None, cards: int | None,
) -> Wanted:  # fmt: skip
    """What is to change: of a form, what its sender changed of what stood in it."""
    named = None
    if moderators or "moderators" in sent:  # sent with nobody in it: nobody is one any more
        named = _named(call, moderators or ())
        if "moderators" in call.was:
            named = _merged(call, now, named)
    places = None
    if review is not None or "review" in sent:
        places = _places(call, review or ())
        if "review" in call.was:
            places = _merged_places(call, now, places)
    return Wanted(
        None if zone == call.was.get("zone") else zone,
        named,
        places,
        None if policy is None or str(policy) == call.was.get("policy") else policy,
        None if cards is None or str(cards) == call.was.get("cards") else cards,
    )


def _merged(call: Call, now: Setup, sent: tuple[Moderator, ...]) -> tuple[Moderator, ...] | None:
    """Those of now, less whom the sender took out of what stood in the form, and with whom they put in.

    None where the sender changed nothing.

    Otherwise whoever sends a form that was open for long brings back moderators who were removed meanwhile.
    """
    stood = {_key(moderator) for moderator in _named(call, mentions_in(call.was.get("moderators", "")))}
    left = {_key(moderator) for moderator in sent}
    if stood == left:
        return None
    here = [m for m in now.moderators if m.platform == call.invocation.account.platform]
    kept = [m for m in here if _key(m) not in stood - left]
    return (*kept, *(m for m in sent if _key(m) not in stood | {_key(k) for k in kept}))


def _merged_places(call: Call, now: Setup, sent: tuple[Place, ...]) -> tuple[Place, ...] | None:
    """The same for channels."""
    stood = {place.id for place in _places(call, places_in(call.was.get("review", "")))}
    left = {place.id for place in sent}
    if stood == left:
        return None
    home = call.invocation.home
    here = [
        place for place in now.places if home and (place.platform, place.home) == (home.platform, home.id)
    ]
    kept = [place for place in here if place.id not in stood - left]
    return (*kept, *(place for place in sent if place.id not in stood | {one.id for one in kept}))


def _key(moderator: Moderator) -> tuple[str, bool]:
    return moderator.id, moderator.is_group


def _community(call: Call) -> Community:
    assert call.community  # nobody is an admin where there is none
    return call.community


def _named(call: Call, mentions: tuple[Mention, ...]) -> tuple[Moderator, ...]:
    account = call.invocation.account
    if len(mentions) > MOST_OPTIONS:
        raise NotUnderstoodError(f"Name at most {MOST_OPTIONS} people and groups; a group counts as one.")
    check_picked(account, mentions, "people and groups")
    return tuple(Moderator(account.platform, m.id, m.name or m.id, m.is_group) for m in mentions)


def _places(call: Call, mentions: tuple[PlaceMention, ...]) -> tuple[Place, ...]:
    account, home = call.invocation.account, call.invocation.home
    assert home
    if len(mentions) > MOST_PLACES:
        raise NotUnderstoodError(f"Name at most {MOST_PLACES} channels.")
    check_picked(account, mentions, "channels", "#")
    return tuple(Place(home.platform, home.id, m.id, name=m.name or m.id) for m in mentions)


def _is_plain(call: Call, id_: str, name: str) -> bool:
    """Whether the name alone, written anew, is the same again."""
    return call.invocation.account.named and id_ == name


def _page(call: Call, setup: Setup, text: str = "") -> Reply:
    community = setup.community
    clock = call.invocation.now.astimezone(ZoneInfo(community.zone))
    groups = sum(moderator.is_group for moderator in setup.moderators)
    people = len(setup.moderators) - groups
    counts = [number_of(people, "account")] * bool(people) + [number_of(groups, "group")] * bool(groups)
    places = in_a_row([f"#{place.name or place.id}" for place in setup.places])
    fields = [
        Field("Time zone", f"{community.zone}, where it is {clock:%H:%M} now"),
        Field(
            "Moderators",
            " and ".join(counts) or "none yet; admins may do all that moderators may",
            setup.moderators,
        ),
        Field("Reports are reviewed in", places or "no channel yet; /review shows the queue"),
    ]
    fields += [Field(f"#{place.name or place.id} refuses", why) for place, why in setup.troubled]
    fields += [
        Field("Policy of its own board", setup.policy.label),
        Field("Cards", f"at most {community.most_cards} an hour"),
        Field(
            "Publishes",
            "for everyone" if community.curator else f"on its own board, {community.name}",
        ),
    ]
    if community.curator:
        fields.append(
            Field("Policy of what everyone sees", f"{setup.everyones.label}; the operator's to change")
        )
    if len(setup.homes) > 1:
        homes = in_a_row([f"{one.name or one.home.id} ({one.home.platform})" for one in setup.homes])
        fields.append(Field("Homes", homes))
    return Reply(
        title="Setup of this community",
        text=text,
        fields=tuple(fields),
        buttons=(Button("Change", Press("setup")), Button("Invite a home", Press("setup", {"do": "invite"}))),
    )


def _form(uow: UnitOfWork, call: Call) -> Form | None:
    if not isinstance(call.invocation.asked, Pressed) or any(
        call.options.get(name) for name in ("do", "code", "join")
    ):
        return None
    now = setup_of(uow, _community(call))
    here, home = call.invocation.account.platform, call.invocation.home
    named = tuple(
        Mention(m.id, m.name, m.is_group, not m.is_group and _is_plain(call, m.id, m.name))
        for m in now.moderators
        if m.platform == here
    )
    places = [
        str(PlaceMention(p.id, p.name, _is_plain(call, p.id, p.name)))
        for p in now.places
        if home and (p.platform, p.home) == (home.platform, home.id)
    ]
    stands = {
        "zone": now.community.zone,
        "moderators": written(named),
        "review": " ".join(places),
        "policy": str(now.policy),
        "cards": str(now.community.most_cards),
    }
    shown = {**stands, **call.options}
    labels = {
        "zone": "Time zone", "moderators": "Moderators", "review": "Channels for review",
        "policy": "Policy of its own board", "cards": "Cards an hour, at most",
    }  # fmt: skip
    return Form(
        "Setup of this community",
        Press("setup", stands),
        tuple(call.spec.asks(name, labels[name], shown[name]) for name in _FORM_FIELDS),
    )


def _invited(uow: UnitOfWork, call: Call, community: Community) -> Reply:
    code = invite(uow, community, call.invocation.now)
    uow.commit()
    return Reply(
        title="Invite a home",
        text=(
            f"An admin of the other server or workspace types /setup join:{code} there within a day. It then "
            "shares this community's board, queue, policy and moderators."
        ),
        fields=(Field("Code", code),),
    )


def _joined(uow: UnitOfWork, call: Call, community: Community, code: str) -> Reply:
    desk = desk_of(uow, call)
    home = call.invocation.home
    assert home
    target = join_community(uow, community, home, code, desk.account, desk.now)
    uow.commit()
    return _page(call, setup_of(uow, target), f"This home is one of {target.name}'s now.")


def _trusted(uow: UnitOfWork, call: Call, community: Community, code: str) -> Reply:
    desk = desk_of(uow, call)
    use_curator_code(uow, community, code, desk.account, desk.now)
    uow.commit()
    return Reply(
        title="Setup of this community",
        text="From now on its moderators publish for everyone, on the commons.",
        fields=(Field("Policy of the commons", uow.review_settings.policy(COMMONS).label),),
    )


_DO = listed(
    "thing to do",
    [("invite", Value("invite", "Print a code by which another home joins this community", "i"))],
)

SETUP = CommandSpec(
    "setup", "su", "How this community is set up: zone, moderators, review, policy; joining another", _setup,
    (
        Option("do", _DO, "invite: print a code for another home", "d", positional=True),
        Option("zone", ZONE, "The time zone in which its people read the clock", "z"),
        Option("moderators", PEOPLE, "All who review reports, people and groups; in place of those now", "m"),
        Option("review", PLACES, "All channels that get the cards of reports; in place of those now", "r"),
        Option("policy", POLICY, "How many people a change of its own board needs", "p"),
        Option("cards", number(1, 1000, "cards an hour"), "Over so many, reports are told of together", "c"),
        Option("code", SHORT_TEXT, "The operator's code that lets its moderators publish for everyone", "o"),
        Option("join", SHORT_TEXT, "The code that /setup invite printed in another home", "j"),
    ),
    ("/setup", "/setup zone:Eastern", "/setup invite"),
    rights=Role.ADMIN,
    press_answer=Answer.FORM,
    visibility=Visibility.ASKER,
    writes=True,
    form=_form,
)  # fmt: skip
