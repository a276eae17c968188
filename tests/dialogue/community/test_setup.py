"""/setup: its page, its form, and what the moderators it names may do."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from adapters.terminal.inbound import Asker
from bot.commands.dispatch import Dispatcher
from bot.commands.every import build_registry
from bot.commands.registry import Registry
from bot.commands.spec import CommandSpec, Limit, Typed
from bot.domain.community.people import Home, Moderator, Role
from bot.domain.deliveries import NewDelivery, Place, Purpose, Refused
from bot.messages.form import Entry
from bot.messages.limits import LONGEST_FIELD_LABEL, LONGEST_FORM_TOKEN, LONGEST_TOKEN
from bot.messages.reply import Reply
from bot.ports.store import read, write
from tests.dialogue.talk import FOREIGN, NOW, answered, button, fields, labels, opened, problem, standing

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.commands.spec import Call
    from bot.domain.community.people import Community
    from bot.messages.form import Form
    from bot.ports import Store, UnitOfWork
    from tests.dialogue.talk import Talk

OTHER = Home("discord", "888")
NOBODY = "none yet; admins may do all that moderators may"
NOWHERE = "no channel yet; /review shows the queue"
UNTOUCHED = {"review": "", "policy": "one", "cards": "60"}
"""What stands in the form besides, where nobody changed it."""


@pytest.fixture
def admin(own: Talk) -> Talk:
    """An admin at the terminal."""
    return own.as_(Role.ADMIN)


@pytest.fixture
def away(own: Talk) -> Talk:
    """An admin of a Discord server that the bot was added to."""
    joined(own.dispatcher.store, FOREIGN)
    return own.at(FOREIGN).as_(Role.ADMIN).named("Ana", "7")


def joined(store: Store, home: Home) -> Community:
    return write(store, lambda uow: uow.communities.join(home, "Springfield", NOW))


def at(store: Store, home: Home) -> Community:
    community = read(store, lambda uow: uow.communities.at(home))
    assert community
    return community


def moderators(talk: Talk) -> list[Moderator]:
    """Who is kept as moderator of the community in which somebody talks."""
    assert talk.home
    community = at(talk.dispatcher.store, talk.home)
    return read(talk.dispatcher.store, lambda uow: uow.communities.moderators(community.id))


def change(talk: Talk) -> Form:
    """The form that Change opens."""
    return opened(talk.press(button(answered(talk.say("/setup")), "Change")))


# --- the page


def test_the_page_shows_the_zone_with_its_time_and_the_moderators(admin: Talk) -> None:
    page = answered(admin.say("/setup"))
    assert page.title == "Setup of this community"
    assert fields(page) == {
        "Time zone": "UTC, where it is 14:02 now",
        "Moderators": NOBODY,
        "Reports are reviewed in": NOWHERE,
        "Policy of its own board": "one person decides",
        "Cards": "at most 60 an hour",
        "Publishes": "for everyone",
        "Policy of what everyone sees": "one person decides; the operator's to change",
    }
    assert labels(page) == ["Change", "Invite a home"]
    assert page.visibility == "asker"
    assert page.text == ""
    assert page.form is None


@pytest.mark.parametrize(
    ("zone", "clock"),
    [
        ("Eastern", "America/New_York, where it is 09:02 now"),
        ("los angeles", "America/Los_Angeles, where it is 06:02 now"),
        ("Pacific/Guam", "Pacific/Guam, where it is 00:02 now"),
    ],
)
def test_a_zone_can_be_set_by_a_line(zone: str, clock: str, restart: Callable[[], Talk]) -> None:
    page = answered(restart().as_(Role.ADMIN).say(f"/setup zone:{zone}"))
    assert page.text == "Saved."
    assert fields(page)["Time zone"] == clock
    page = answered(restart().as_(Role.ADMIN).choose("setup"))
    assert page.text == ""
    assert fields(page)["Time zone"] == clock


def test_options_apart_change_only_what_they_name(away: Talk) -> None:
    page = answered(away.choose("setup", moderators="<@8|Ben> <@&9|Editors>"))
    assert fields(page)["Time zone"].startswith("UTC,")
    assert fields(page)["Moderators"] == "1 account and 1 group"
    page = answered(away.choose("setup", zone="Central", moderators=" "))
    assert fields(page)["Time zone"].startswith("America/Chicago,")
    assert fields(page)["Moderators"] == "1 account and 1 group"
    assert page.fields[1].people == (
        Moderator("discord", "8", "Ben"), Moderator("discord", "9", "Editors", is_group=True)
    )  # fmt: skip


def test_what_was_so_before_is_said_to_be_unchanged(admin: Talk) -> None:
    assert answered(admin.say("/setup zone:UTC")).text == "Nothing was changed."
    assert answered(admin.say("/setup moderators:ben")).text == "Saved."
    assert answered(admin.say("/setup moderators:ben zone:utc")).text == "Nothing was changed."


@pytest.mark.parametrize(
    ("named", "counted"),
    [
        ("<@8>", "1 account"),
        ("<@8> <@10>", "2 accounts"),
        ("<@&9>", "1 group"),
        ("<@&9> <@&10> <@8>", "1 account and 2 groups"),
    ],
)
def test_moderators_are_counted(named: str, counted: str, away: Talk) -> None:
    assert fields(answered(away.choose("setup", moderators=named)))["Moderators"] == counted


# --- the form


def test_change_opens_a_form_with_what_stands_there(away: Talk) -> None:
    form = change(away)
    assert [(field.name, field.entry, field.required) for field in form.fields] == [
        ("zone", Entry.LINE, False), ("moderators", Entry.PEOPLE, False), ("review", Entry.PLACES, False),
        ("policy", Entry.ONE, False), ("cards", Entry.LINE, False),
    ]  # fmt: skip
    assert standing(form) == {"zone": "UTC", "moderators": ""} | UNTOUCHED
    assert [(one.text, one.label) for one in form.fields[3].options] == [
        ("one", "one person decides"),
        ("status", "two people for new actions and changes of status, one for the rest"),
        ("two", "two people for every change"),
    ]
    assert 0 < len(form.token) <= LONGEST_FORM_TOKEN
    assert all(0 < len(field.label) <= LONGEST_FIELD_LABEL for field in form.fields)
    away.choose("setup", zone="Alaska", moderators="<@&9|Editors> <@8|Ben Jr.>")
    assert standing(change(away)) == {
        "zone": "America/Anchorage", "moderators": "<@8|Ben Jr.> <@&9|Editors>"
    } | UNTOUCHED  # fmt: skip
    away.choose("setup", review="<#55|general> <#66>", policy="two", cards="5")
    assert standing(change(away)) == {
        "zone": "America/Anchorage", "moderators": "<@8|Ben Jr.> <@&9|Editors>",
        "review": "<#55|general> <#66|66>", "policy": "two", "cards": "5",
    }  # fmt: skip


def test_a_form_that_was_sent_is_saved_and_shown(restart: Callable[[], Talk]) -> None:
    form = change(restart().as_(Role.ADMIN))
    page = answered(restart().as_(Role.ADMIN).fill(form, zone="eastern", moderators="ben, @carla"))
    assert page.text == "Saved."
    assert page.form is None
    assert page.visibility == "asker"
    assert fields(page)["Time zone"].startswith("America/New_York,")
    assert [person.id for person in page.fields[1].people] == ["ben", "carla"]
    again = restart().as_(Role.ADMIN)
    assert standing(change(again)) == {"zone": "America/New_York", "moderators": "ben carla"} | UNTOUCHED
    assert fields(answered(again.say("/setup"))) == fields(page)


def test_a_form_sent_as_it_was_opened_changes_nothing(away: Talk) -> None:
    away.choose("setup", zone="Alaska", moderators="<@&9|Editors> <@8|Ben, Jr.> <@10>")
    before = moderators(away)
    form = change(away)
    assert answered(away.fill(form, **standing(form))).text == "Nothing was changed."
    assert moderators(away) == before


def test_a_form_sent_as_it_was_opened_changes_nothing_at_the_terminal(admin: Talk) -> None:
    """Where names are ids, mentions are still what they were."""
    admin.choose("setup", moderators="<@&9|Editors> <@8|Ben> carla")
    before = moderators(admin)
    assert [(m.id, m.is_group) for m in before] == [("8", False), ("carla", False), ("9", True)]
    form = change(admin)
    assert answered(admin.fill(form, **standing(form))).text == "Nothing was changed."
    assert moderators(admin) == before


def test_a_field_that_was_not_shown_stays_and_an_empty_one_is_emptied(admin: Talk) -> None:
    form = change(admin)
    admin.fill(form, zone="Eastern", moderators="ben")
    page = answered(admin.fill(form, zone="Central"))
    assert [m.id for m in moderators(admin)] == ["ben"]
    assert fields(page)["Time zone"].startswith("America/Chicago,")
    page = answered(admin.fill(change(admin), zone=" ", moderators=" "))
    assert page.text == "Saved."
    assert fields(page)["Time zone"].startswith("America/Chicago,"), "a community always has a zone"
    assert fields(page)["Moderators"] == NOBODY
    assert moderators(admin) == []


def test_what_others_changed_while_a_form_was_open_stays(admin: Talk) -> None:
    admin.fill(change(admin), zone="Eastern", moderators="ben, cara")
    stale = change(admin)
    admin.fill(change(admin), zone="Central", moderators="cara, dan")
    page = answered(admin.fill(stale, **standing(stale)))
    assert page.text == "Nothing was changed."
    assert [m.id for m in moderators(admin)] == ["cara", "dan"], "ben was removed meanwhile, and stays so"
    assert fields(page)["Time zone"].startswith("America/Chicago,")
    page = answered(admin.fill(stale, zone="Pacific", moderators="ben, eve"))
    assert [m.id for m in moderators(admin)] == ["dan", "eve"], "cara was taken out, eve put in"
    assert fields(page)["Time zone"].startswith("America/Los_Angeles,")


def test_a_form_sent_with_nothing_shows_the_page(admin: Talk) -> None:
    page = answered(admin.fill(change(admin)))
    assert page.text == ""
    assert labels(page) == ["Change", "Invite a home"]


@pytest.mark.parametrize("pad", [0, 300, 5000])
def test_what_could_not_be_read_comes_back_as_it_was_written(pad: int, restart: Callable[[], Talk]) -> None:
    people = " ".join(f"<@{at}|{'n' * 20}>" for at in range(1, 2 + pad // 25))
    form = change(restart().as_(Role.ADMIN))
    refused = restart().as_(Role.ADMIN).fill(form, zone="estern", moderators=people)
    assert problem(refused) == "ambiguous"
    assert "“estern”" in refused.text
    assert labels(refused)[0] == "America/New_York"
    assert labels(refused)[-1] == "Fix it"
    assert all(len(one.token) <= LONGEST_TOKEN for one in refused.buttons)
    again = opened(restart().as_(Role.ADMIN).press(button(refused, "Fix it")))
    assert standing(again) == {"zone": "estern", "moderators": people} | UNTOUCHED
    anew = restart().as_(Role.ADMIN)
    guess = opened(anew.press(refused.buttons[0]))
    assert standing(guess) == {"zone": "America/New_York", "moderators": people} | UNTOUCHED
    assert fields(answered(anew.say("/setup")))["Time zone"].startswith("UTC,"), "nothing was saved"


def test_a_field_that_was_emptied_comes_back_empty(admin: Talk) -> None:
    admin.fill(change(admin), moderators="ben")
    refused = admin.fill(change(admin), zone="estern", moderators="")
    form = opened(admin.press(button(refused, "Fix it")))
    assert standing(form) == {"zone": "estern", "moderators": ""} | UNTOUCHED
    answered(admin.fill(form, **standing(form) | {"zone": "Eastern"}))
    assert moderators(admin) == []


def test_what_was_mended_is_saved(admin: Talk) -> None:
    refused = admin.fill(change(admin), zone="Narnia", moderators="ben")
    assert problem(refused) == "not_understood"
    assert labels(refused) == ["Fix it"]
    form = opened(admin.press(button(refused, "Fix it")))
    page = answered(admin.fill(form, **standing(form) | {"zone": "Mountain"}))
    assert fields(page)["Time zone"].startswith("America/Denver,")
    assert [m.id for m in moderators(admin)] == ["ben"]


def test_long_text_comes_back_whole_and_in_its_own_community_only(admin: Talk, away: Talk) -> None:
    long = "é%~ " * 700
    refused = admin.fill(change(admin), zone=long)
    assert problem(refused) == "not_understood"
    assert len(refused.text) < 300
    fix = button(refused, "Fix it")
    assert fix.token[4] == "*"
    assert standing(opened(admin.press(fix)))["zone"] == long
    assert problem(away.press(fix)) == "not_understood"


def test_a_line_with_a_mistake_is_asked_back_without_a_form(admin: Talk) -> None:
    refused = admin.say("/setup zone:estern moderators:ben")
    assert problem(refused) == "ambiguous"
    assert "Fix it" not in labels(refused)
    form = opened(admin.press(button(refused, "America/New_York")))
    assert standing(form) == {"zone": "America/New_York", "moderators": "ben"} | UNTOUCHED
    assert moderators(admin) == []


def test_a_field_that_is_no_more_is_dropped_and_all_others_count(admin: Talk) -> None:
    """A form that was opened before a newer version of the program may still be sent."""
    page = answered(admin.fill(change(admin), zone="Eastern", colour="red"))
    assert page.text == "Saved."
    assert fields(page)["Time zone"].startswith("America/New_York,")
    assert answered(admin.fill(change(admin), colour="red")).text == "Nothing was changed."
    refused = admin.fill(change(admin), zone="estern", colour="red")
    assert standing(opened(admin.press(button(refused, "Fix it"))))["zone"] == "estern"


@pytest.mark.parametrize("token", ["10su~q=x", "10su~z", "10su*" + "a" * 32])
def test_what_was_filled_in_is_kept_where_the_form_s_token_cannot_be_read(token: str, admin: Talk) -> None:
    refused = admin.fill(token, zone="Eastern", moderators="", colour="red")
    assert problem(refused) == "not_understood"
    form = opened(admin.press(button(refused, "Fix it")))
    assert standing(form) == {"zone": "Eastern", "moderators": ""} | UNTOUCHED
    assert answered(admin.fill(form, **standing(form))).text == "Saved."


@pytest.mark.parametrize("token", ["", "10zz", "10su~q=x", "10su~z", "10su*" + "a" * 32, "x" * 500])
def test_a_form_with_a_broken_token_is_refused(token: str, admin: Talk) -> None:
    reply = admin.fill(token, zone="Eastern")
    assert problem(reply) == "not_understood"
    assert fields(answered(admin.say("/setup")))["Time zone"].startswith("UTC,")


def test_at_most_25_are_named(away: Talk) -> None:
    people = [f"<@{at}>" for at in range(1, 27)]
    refused = away.fill(change(away), moderators=" ".join(people))
    assert problem(refused) == "not_understood"
    assert "at most 25" in refused.text
    assert standing(opened(away.press(button(refused, "Fix it"))))["moderators"] == " ".join(people)
    assert answered(away.fill(change(away), moderators=" ".join(people[1:]))).text == "Saved."
    assert len(moderators(away)) == 25


def test_elsewhere_than_at_the_terminal_a_name_is_nobody(away: Talk) -> None:
    refused = away.fill(change(away), moderators="<@8|Ben> ana")
    assert problem(refused) == "not_understood"
    assert "@ana" in refused.text
    assert moderators(away) == []


def test_whoever_is_called_like_their_id_is_no_proof_that_names_are_ids(away: Talk) -> None:
    refused = away.named("7", "7").choose("setup", moderators="ana")
    assert problem(refused) == "not_understood"
    assert moderators(away) == []


def test_at_the_terminal_a_name_is_an_id(admin: Talk) -> None:
    asked = Asker.named("Ana Ruiz", Role.ADMIN).asks(Typed("/setup moderators:ben"))
    answered(asyncio.run(admin.dispatcher.dispatch(asked)))
    assert moderators(admin) == [Moderator("terminal", "ben", "ben")]


@pytest.mark.parametrize(
    ("mention", "shown"),
    [("<@abc>", "@abc"), ("<@8a|Ben>", "@Ben"), ("<@&9x>", "@9x"), (f"<@{'1' * 21}>", f"@{'1' * 21}")],
)
def test_where_ids_are_numbers_nothing_else_is_one(mention: str, shown: str, away: Talk) -> None:
    refused = away.fill(change(away), moderators=f"<@8|Ben> {mention}")
    assert problem(refused) == "not_understood"
    assert shown in refused.text
    assert moderators(away) == []
    assert answered(away.choose("setup", moderators=f"<@{'1' * 20}>")).text == "Saved."


# --- where, how many, how fast


def places(talk: Talk) -> list[Place]:
    """Where the cards of the community go in which somebody talks."""
    assert talk.home
    community = at(talk.dispatcher.store, talk.home)
    return read(talk.dispatcher.store, lambda uow: uow.review_settings.review_places(community.id))


@pytest.mark.parametrize(
    ("written", "kept", "shown"),
    [
        ("<#55>", [("55", "55")], "#55"),
        ("<#55|general>", [("55", "general")], "#general"),
        ("<#66|desk> <#55|general>, <#66|again>", [("55", "general"), ("66", "desk")], "#general and #desk"),
    ],
)
def test_channels_are_named_by_mentioning_them(
    written: str, kept: list[tuple[str, str]], shown: str, away: Talk
) -> None:
    page = answered(away.choose("setup", review=written))
    assert page.text == "Saved."
    assert fields(page)["Reports are reviewed in"] == shown
    assert places(away) == [Place("discord", "777", id_, name=name) for id_, name in kept]
    assert answered(away.choose("setup", review=written)).text == "Nothing was changed."
    page = answered(away.choose("setup", review="-"))
    assert fields(page)["Reports are reviewed in"] == NOWHERE
    assert places(away) == []


def test_at_the_terminal_a_channel_s_name_is_its_id(admin: Talk) -> None:
    page = answered(admin.say("/setup review:#desk, annex zone:UTC"))
    assert fields(page)["Reports are reviewed in"] == "#annex and #desk"
    assert places(admin) == [
        Place("terminal", "terminal", name, name=name) for name in ("annex", "desk")
    ]  # fmt: skip
    form = change(admin)
    assert standing(form)["review"] == "annex desk"
    assert answered(admin.fill(form, **standing(form))).text == "Nothing was changed."
    page = answered(admin.fill(form, review=" "))
    assert fields(page)["Reports are reviewed in"] == NOWHERE, "an empty field is emptied"


@pytest.mark.parametrize(
    ("mention", "shown"),
    [
        ("general", "#general"),
        ("<#abc>", "#abc"),
        ("<#5a|desk>", "#desk"),
        (f"<#{'1' * 21}>", f"#{'1' * 21}"),
    ],
)
def test_where_ids_are_numbers_no_other_channel_is_one(mention: str, shown: str, away: Talk) -> None:
    refused = away.fill(change(away), review=f"<#55|general> {mention}")
    assert problem(refused) == "not_understood"
    assert shown in refused.text
    assert places(away) == []
    assert standing(opened(away.press(button(refused, "Fix it"))))["review"] == f"<#55|general> {mention}"


def test_at_most_10_channels_are_named(away: Talk) -> None:
    channels = [f"<#{at}>" for at in range(1, 12)]
    refused = away.choose("setup", review=" ".join(channels))
    assert problem(refused) == "not_understood"
    assert "at most 10" in refused.text
    assert answered(away.choose("setup", review=" ".join(channels[1:]))).text == "Saved."
    assert len(places(away)) == 10


@pytest.mark.parametrize(
    ("option", "text", "says"),
    [
        ("policy", "three", "“three” is no policy. There are: one, status, two."),
        ("cards", "0", "Give the number of cards an hour from 1 to 1,000"),
        ("cards", "1001", "Give the number of cards an hour from 1 to 1,000"),
        ("cards", "many", "Give the number of cards an hour from 1 to 1,000"),
    ],
)
def test_what_is_no_policy_and_no_number_comes_back(option: str, text: str, says: str, admin: Talk) -> None:
    assert says in admin.choose("setup", **{option: text}).text
    refused = admin.fill(change(admin), zone="Eastern", **{option: text})
    assert problem(refused) == "not_understood"
    assert says in refused.text
    assert standing(opened(admin.press(button(refused, "Fix it")))) == (
        {"zone": "Eastern", "moderators": ""} | UNTOUCHED | {option: text}
    )
    page = answered(admin.say("/setup"))
    assert fields(page)["Policy of its own board"] == "one person decides"
    assert fields(page)["Cards"] == "at most 60 an hour"
    assert fields(page)["Time zone"].startswith("UTC,")


@pytest.mark.parametrize(
    ("field", "mine", "theirs"),
    [
        ("zone", "Pacific/Guam", "America/Denver"),
        ("moderators", "ben", "cara"),
        ("review", "attic", "cellar"),
        ("policy", "two", "status"),
        ("cards", "7", "8"),
    ],
)
def test_of_a_form_that_was_open_for_long_only_what_was_changed_in_it_counts(
    field: str, mine: str, theirs: str, admin: Talk
) -> None:
    stale = change(admin)
    admin.fill(change(admin), **{field: theirs})
    others = {"zone": "UTC", "moderators": ""} | UNTOUCHED
    assert standing(change(admin)) == others | {field: theirs}
    page = answered(admin.fill(stale, **standing(stale)))
    assert page.text == "Nothing was changed."
    assert standing(change(admin)) == others | {field: theirs}
    fresh = change(admin)
    assert answered(admin.fill(fresh, **standing(fresh) | {field: mine})).text == "Saved."
    assert standing(change(admin)) == others | {field: mine}


def test_what_others_did_to_the_channels_while_a_form_was_open_stays(admin: Talk) -> None:
    admin.fill(change(admin), review="annex, desk")
    stale = change(admin)
    admin.fill(change(admin), review="annex, loft")
    admin.fill(stale, review="attic, desk")
    assert [place.id for place in places(admin)] == ["attic", "loft"], "annex was taken out, attic put in"


def test_the_channels_of_another_home_of_the_community_stay(away: Talk) -> None:
    joined(away.dispatcher.store, OTHER)
    annex = away.at(OTHER)
    code = fields(answered(away.say("/setup invite")))["Code"]
    answered(annex.say(f"/setup join:{code}"))
    answered(away.choose("setup", review="<#55|general>"))
    assert standing(change(annex))["review"] == "", "they cannot be picked here"
    page = answered(annex.fill(change(annex), review="<#66|desk>"))
    assert fields(page)["Reports are reviewed in"] == "#general and #desk"
    assert standing(change(away))["review"] == "<#55|general>"
    annex.fill(change(annex), review="")
    assert [place.id for place in places(away)] == ["55"]


def test_the_page_says_which_channel_refuses_until_it_is_named_anew(away: Talk) -> None:
    away.choose("setup", review="<#55|general> <#66|desk>")
    number = at(away.dispatcher.store, FOREIGN).id

    def refuse(uow: UnitOfWork) -> None:
        uow.outbox.enqueue(NewDelivery("card", Purpose.CARD, places(away)[0], "{}", NOW, community=number))
        (due,) = uow.outbox.due("discord", NOW, 2)
        claimed = uow.outbox.claim(due, b"", NOW, NOW)
        assert claimed
        uow.outbox.record(claimed, Refused("The bot may not write there.", place=True), NOW)

    write(away.dispatcher.store, refuse)
    assert fields(answered(away.say("/setup")))["#general refuses"] == "The bot may not write there."
    page = answered(away.choose("setup", review="<#55|general> <#66|desk>"))
    assert fields(page)["Reports are reviewed in"] == "#general and #desk"
    assert "#general refuses" not in fields(page)


# --- who may


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MODERATOR])
def test_members_and_moderators_are_refused_whatever_they_send(role: Role, admin: Talk) -> None:
    page = answered(admin.say("/setup"))
    form = change(admin)
    wrong = admin.fill(form, zone="estern")
    admin.say("/setup moderators:eve")
    eve = admin.as_(role).named("eve")
    asked = [
        eve.say("/setup"),
        eve.say("/setup zone:Eastern"),
        eve.choose("setup", zone="Eastern"),
        eve.choose("setup", nosuch="x"),
        eve.press(page.buttons[0]),
        eve.press("10su~z=America/New_York"),
        eve.press(page.buttons[1]),
        eve.say("/setup review:attic"),
        eve.say("/setup policy:two cards:1"),
        eve.say("/setup invite"),
        eve.say("/setup join:aaaa-bbbb-cccc"),
        eve.say("/setup code:aaaa-bbbb-cccc"),
        eve.press(button(wrong, "Fix it")),
        eve.fill(form, zone="Eastern"),
        eve.fill("10su~z=America/New_York"),
        eve.fill("10su", zone="estern", moderators="eve"),
        eve.fill("10su", colour="red"),
    ]
    for reply in asked:
        assert problem(reply) == "forbidden"
        assert reply.text == "Only admins may use /setup."
        assert not reply.buttons
        assert reply.form is None
    assert fields(answered(admin.say("/setup")))["Time zone"].startswith("UTC,")
    assert [m.id for m in moderators(admin)] == ["eve"]


@pytest.mark.parametrize("home", [None, OTHER])
def test_where_there_is_no_community_there_is_nothing_to_set_up(home: Home | None, admin: Talk) -> None:
    talk = admin.at(home)
    for reply in (
        talk.say("/setup"),
        talk.say("/setup zone:Eastern"),
        talk.press("10su"),
        talk.fill("10su", zone="Eastern"),
    ):
        assert problem(reply) == "forbidden"
        assert "works where I was added to a server or workspace, and there is none here" in reply.text
        assert reply.text.endswith(".")
        assert reply.form is None
    assert fields(answered(admin.say("/setup")))["Time zone"].startswith("UTC,")


def test_each_community_has_a_setup_of_its_own(admin: Talk, away: Talk) -> None:
    away.choose("setup", zone="Hawaii", moderators="<@8|Ben>")
    away.choose("setup", review="<#55|general>", policy="status", cards="5")
    assert fields(answered(admin.say("/setup"))) == {
        "Time zone": "UTC, where it is 14:02 now",
        "Moderators": NOBODY,
        "Reports are reviewed in": NOWHERE,
        "Policy of its own board": "one person decides",
        "Cards": "at most 60 an hour",
        "Publishes": "for everyone",
        "Policy of what everyone sees": "one person decides; the operator's to change",
    }
    assert fields(answered(away.say("/setup"))) == {
        "Time zone": "Pacific/Honolulu, where it is 04:02 now",
        "Moderators": "1 account",
        "Reports are reviewed in": "#general",
        "Policy of its own board": "two people for new actions and changes of status, one for the rest",
        "Cards": "at most 5 an hour",
        "Publishes": "on its own board, discord-777",
    }


def test_moderators_of_another_platform_stay(away: Talk) -> None:
    store = away.dispatcher.store
    assert away.home
    community = at(store, away.home)
    others = [Moderator("slack", "U1", "Zoe"), Moderator("slack", "S1", "Desk", is_group=True)]
    write(store, lambda uow: uow.communities.name_moderators(community.id, "slack", others))
    assert standing(change(away))["moderators"] == "", "they cannot be picked here"
    page = answered(away.fill(change(away), moderators="<@8|Ben>"))
    assert fields(page)["Moderators"] == "2 accounts and 1 group"
    assert set(moderators(away)) == {*others, Moderator("discord", "8", "Ben")}
    assert not may(away.as_(Role.MEMBER).named("Eve", "U1")), "an id is one platform's"
    assert not may(away.as_(Role.MEMBER).named("Eve", "11", ["S1"]))
    away.fill(change(away), moderators="")
    assert set(moderators(away)) == set(others)


# --- what moderators may


def _queue(uow: UnitOfWork, call: Call) -> Reply:
    del uow, call
    return Reply(title="Queue")


QUEUE = CommandSpec("queue", "qu", "The queue", _queue, rights=Role.MODERATOR, limit=(Limit(2, 10),))


def guarded(talk: Talk) -> Talk:
    """The same with a command for moderators."""
    registry = Registry.of((*build_registry().specs, QUEUE))
    return replace(talk, dispatcher=Dispatcher(registry, talk.dispatcher.store, talk.dispatcher.secret))


def may(talk: Talk) -> bool:
    """Whether somebody may what moderators may, by typing and by pressing."""
    replies = [guarded(talk).say("/queue"), guarded(talk).press("10qu")]
    codes = {reply.problem.code if reply.problem else None for reply in replies}
    assert codes in ({None}, {"forbidden"})
    return codes == {None}


def later(talk: Talk, minutes: int) -> Talk:
    return replace(talk, now=NOW.replace(minute=minutes))


@pytest.mark.parametrize("role", Role)
def test_without_names_the_platform_s_word_counts(role: Role, away: Talk) -> None:
    ben = away.as_(role).named("Ben", "8")
    assert may(ben) == (role >= Role.MODERATOR)
    assert not may(ben.at(None)), "outside of all communities everyone is a member"
    assert not may(ben.at(OTHER))


def test_a_person_who_is_named_is_moderator_there_until_unnamed(away: Talk) -> None:
    joined(away.dispatcher.store, OTHER)
    ben = away.as_(Role.MEMBER).named("Ben", "8")
    assert not may(ben)
    away.fill(change(away), moderators="<@8|Ben>")
    assert may(ben)
    assert may(later(ben.named("Called otherwise", "8"), 10)), "the account counts, not its name"
    assert not may(ben.named("Ben", "9")), "nor another one of that name"
    assert not may(ben.at(OTHER))
    assert not may(ben.at(None))
    assert not may(ben.at(Home("terminal", "terminal"))), "an id is one platform's"
    away.fill(change(away), moderators="<@9|Carla>")
    assert not may(later(ben, 20))


def test_who_is_in_a_group_that_is_named_is_moderator_there_while_in_it(away: Talk) -> None:
    joined(away.dispatcher.store, OTHER)
    carla = away.as_(Role.MEMBER).named("Carla", "10", ["55", "66"])
    away.fill(change(away), moderators="<@&66|Editors> <@8|Ben>")
    assert may(carla)
    assert not may(carla.named("Carla", "10", ["55"]))
    assert not may(carla.named("Carla", "66")), "a group's id is no person's"
    assert not may(carla.named("Eve", "11", ["8"])), "nor a person's a group's"
    assert not may(carla.at(OTHER))
    away.fill(change(away), moderators="<@8|Ben>")
    assert not may(later(carla, 20))


def test_a_moderator_who_is_named_is_no_admin(away: Talk) -> None:
    away.fill(change(away), moderators="<@8|Ben>")
    ben = away.as_(Role.MEMBER).named("Ben", "8")
    assert problem(ben.say("/setup")) == "forbidden"
    assert problem(ben.fill("10su", moderators="<@8|Ben> <@9|Eve>")) == "forbidden"


def test_an_admin_who_is_named_stays_one(away: Talk) -> None:
    away.fill(change(away), moderators="<@7|Ana>")
    assert answered(away.say("/setup")).title == "Setup of this community"
    assert may(away)


def test_when_the_bot_was_sent_away_nobody_is_moderator_until_it_is_back(away: Talk) -> None:
    store = away.dispatcher.store
    away.fill(change(away), moderators="<@8|Ben>")
    ben = away.as_(Role.MEMBER).named("Ben", "8")
    write(store, lambda uow: uow.communities.suspend(FOREIGN, NOW))
    assert not may(ben)
    assert problem(away.say("/setup")) == "forbidden"
    joined(store, FOREIGN)
    assert may(ben)


def test_help_lists_what_those_named_may_use(away: Talk) -> None:
    away.fill(change(away), moderators="<@&66|Editors>")
    member = away.as_(Role.MEMBER)
    assert "/queue" not in fields(_help(member.named("Eve", "11")))
    assert "/queue" in fields(_help(member.named("Carla", "10", ["66"])))
    assert _USAGE in fields(_help(away))
    assert _USAGE not in fields(_help(member.named("Carla", "10", ["66"])))


_USAGE = "/setup [DO] [zone] [moderators] [review] [policy] [cards] [code] [join]"


def _help(talk: Talk) -> Reply:
    from bot.commands.help import help_spec

    specs = [spec for spec in build_registry().specs if spec.name != "help"]
    registry = Registry.of((*specs, QUEUE, help_spec((*specs, QUEUE))))
    dispatcher = Dispatcher(registry, talk.dispatcher.store, talk.dispatcher.secret)
    return answered(replace(talk, dispatcher=dispatcher).say("/help"))


def test_calls_of_those_named_are_counted_and_others_are_only_refused(away: Talk) -> None:
    eve = guarded(away.as_(Role.MEMBER).named("Eve", "11"))
    assert [problem(eve.say("/queue")) for _ in range(3)] == ["forbidden"] * 3
    away.fill(change(away), moderators="<@11|Eve>")
    assert [answered(eve.say("/queue")).title for _ in range(2)] == ["Queue"] * 2
    assert problem(eve.say("/queue")) == "too_often"
