"""/setup: the community's time zone and its moderators."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.commands.lists import number_of
from bot.commands.options import PEOPLE, ZONE
from bot.commands.spec import Answer, CommandSpec, Filled, Option, Pressed
from bot.domain.mentions import Mention, mentions_in, written
from bot.domain.people import Moderator, Role
from bot.engine.communities import Setup, set_up, setup_of
from bot.errors import NotUnderstoodError
from bot.messages.form import Form
from bot.messages.reply import Button, Field, Press, Reply, Visibility

if TYPE_CHECKING:
    from bot.commands.spec import Call
    from bot.domain.people import Community
    from bot.ports import UnitOfWork

MOST_MODERATORS = 25
"""People and roles; as many as a form takes (Discord: components reference, mentionable select)."""


def _setup(uow: UnitOfWork, call: Call, zone: str | None, moderators: tuple[Mention, ...] | None) -> Reply:
    community = _community(call)
    now = setup_of(uow, community)
    asked = call.invocation.asked
    sent = asked.values if isinstance(asked, Filled) else {}
    if not (sent if isinstance(asked, Filled) else zone or moderators):
        return _page(call, now)
    named = None
    if moderators or "moderators" in sent:  # sent with nobody in it: nobody is one any more
        named = _named(call, moderators or ())
        if "moderators" in call.was:
            named = _merged(call, now, named)
    if zone == call.was.get("zone"):
        zone = None
    done = set_up(uow, community, call.invocation.account.platform, zone, named)
    uow.commit()
    return _page(call, done, "Saved." if done != now else "Nothing was changed.")


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


def _key(moderator: Moderator) -> tuple[str, bool]:
    return moderator.id, moderator.is_group


def _community(call: Call) -> Community:
    assert call.community  # nobody is an admin where there is none
    return call.community


def _named(call: Call, mentions: tuple[Mention, ...]) -> tuple[Moderator, ...]:
    account = call.invocation.account
    if len(mentions) > MOST_MODERATORS:
        raise NotUnderstoodError(f"Name at most {MOST_MODERATORS} people and groups; a group counts as one.")
    for mention in mentions:
        if not account.may_be_id(mention.id, named=mention.plain):
            raise NotUnderstoodError(
                f"Mention people and groups, like @{mention.name or mention.id}, from the list offered."
            )
    return tuple(Moderator(account.platform, m.id, m.name or m.id, m.is_group) for m in mentions)


def _is_plain(call: Call, moderator: Moderator) -> bool:
    """Whether the name alone, written anew, is the same moderator again."""
    return call.invocation.account.named and moderator.id == moderator.name and not moderator.is_group


def _page(call: Call, setup: Setup, text: str = "") -> Reply:
    clock = call.invocation.now.astimezone(ZoneInfo(setup.community.zone))
    groups = sum(moderator.is_group for moderator in setup.moderators)
    people = len(setup.moderators) - groups
    counts = [number_of(people, "account")] * bool(people) + [number_of(groups, "group")] * bool(groups)
    return Reply(
        title="Setup of this community",
        text=text,
        fields=(
            Field("Time zone", f"{setup.community.zone}, where it is {clock:%H:%M} now"),
            Field(
                "Moderators",
                " and ".join(counts) or "none yet; admins may do all that moderators may",
                setup.moderators,
            ),
        ),
        buttons=(Button("Change", Press("setup")),),
    )


def _form(uow: UnitOfWork, call: Call) -> Form | None:
    if not isinstance(call.invocation.asked, Pressed):
        return None
    now = setup_of(uow, _community(call))
    here = call.invocation.account.platform
    named = tuple(
        Mention(m.id, m.name, m.is_group, _is_plain(call, m)) for m in now.moderators if m.platform == here
    )
    stands = {"zone": now.community.zone, "moderators": written(named)}
    shown = {**stands, **call.options}
    return Form(
        "Setup of this community",
        Press("setup", stands),
        (
            call.spec.asks("zone", "Time zone", shown["zone"]),
            call.spec.asks("moderators", "Moderators", shown["moderators"]),
        ),
    )


SETUP = CommandSpec(
    "setup", "su", "How this community is set up: its time zone, its moderators", _setup,
    (
        Option("zone", ZONE, "The time zone in which its people read the clock", "z"),
        Option("moderators", PEOPLE, "All who review reports, people and groups; in place of those now", "m"),
    ),
    ("/setup", "/setup zone:Eastern"),
    rights=Role.ADMIN,
    press_answer=Answer.FORM,
    visibility=Visibility.ASKER,
    writes=True,
    form=_form,
)  # fmt: skip
