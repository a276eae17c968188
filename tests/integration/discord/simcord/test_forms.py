"""/setup and forms: what is asked, what stands there already, what becomes of it, and who may."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.commands.every import build_registry
from bot.commands.spec import Answer, Call, CommandSpec, Filled, Option, OptionType, Shape
from bot.domain.community.people import Role
from bot.messages.form import Entry, Form, FormField
from bot.messages.message import Button, Press, TextFile
from bot.messages.reply import Reply, Visibility
from bot.ports.store import read
from tests.dialogue.publishing import facts, publish
from tests.integration.discord.driving import (
    COMMAND,
    COMPONENT,
    MESSAGE,
    MODAL,
    SHOW_FORM,
    UPDATE,
    Gate,
    answer,
    play,
    said,
    texts,
    words,
)

if TYPE_CHECKING:
    from pathlib import Path

    from simcord.actors import MemberActor
    from simcord.results import InteractionResult

    from bot.domain.community.people import Moderator
    from bot.ports import UnitOfWork
    from tests.integration.discord.driving import Json, World

MODERATED = replace(
    build_registry().find("about"), name="extra", code="zx", rights=Role.MODERATOR, examples=()
)


def controls(shown: InteractionResult) -> dict[str, Json]:
    """What a form asks for, by name."""
    assert shown.modal, repr(shown)
    return {label["component"]["custom_id"]: label["component"] for label in shown.modal["components"]}


async def open_setup(world: World, actor: MemberActor) -> InteractionResult:
    """The form of /setup."""
    page = await actor.slash(world.channel, "setup")
    assert answer(page).ephemeral
    return await actor.click(answer(page), label="Change")


def moderators(world: World) -> list[Moderator]:
    """Who is named, read from the database."""

    def named(uow: UnitOfWork) -> list[Moderator]:
        community = uow.communities.at(world.home)
        assert community
        return list(uow.communities.moderators(community.id))

    return read(world.database, named)


def test_the_setup_form_shows_what_is_set(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        first = controls(await open_setup(world, world.boss))
        assert first["zone"]["value"] == "UTC"
        assert not first["moderators"].get("default_values")
        role = world.guild.create_role("Editors")
        form = await open_setup(world, world.boss)
        await world.boss.submit_modal(form, {"zone": "Alaska", "moderators": [world.ana, role]})
        second = controls(await open_setup(world, world.boss))
        assert second["zone"]["value"] == "America/Anchorage"
        shown = {(str(default["id"]), default["type"]) for default in second["moderators"]["default_values"]}
        assert shown == {(str(world.ana.id), "user"), (str(role.id), "role")}

    play(tmp_path, script, starter=False)


def test_what_is_submitted_is_saved_and_shown_in_place(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        role = world.guild.create_role("Editors")
        page = await world.boss.slash(world.channel, "setup")
        form = await world.boss.click(answer(page), label="Change")
        values = {"zone": "eastern", "moderators": [world.ana, role]}
        mark = world.mark
        result = await world.boss.submit_modal(form, values)
        assert world.callbacks(mark) == [UPDATE]
        assert answer(result).id == answer(page).id
        told = said(result)
        assert "Saved." in told
        assert "America/New_York" in told
        assert "1 account and 1 group" in told
        raw = texts(answer(result).components)
        assert world.ana.mention in raw
        assert role.mention in raw
        assert world.sent(mark)[0]["allowed_mentions"] == {"parse": []}, "named, but not called"
        assert world.zone == "America/New_York"
        assert {(m.id, m.name, m.is_group) for m in moderators(world)} == {
            (str(world.ana.id), "ana", False),
            (str(role.id), "Editors", True),
        }

    play(tmp_path, script, starter=False)


def test_an_unknown_zone_comes_back_as_it_was_written(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        form = await open_setup(world, world.boss)
        mark = world.mark
        result = await world.boss.submit_modal(form, {"zone": "Amerika/Chikago", "moderators": [world.ana]})
        assert world.callbacks(mark) == [MESSAGE]
        assert answer(result).ephemeral
        assert "Amerika/Chikago" in said(result)
        assert world.zone == "UTC"
        assert not moderators(world)
        again = await world.boss.click(answer(result), label="Fix it")
        shown = controls(again)
        assert shown["zone"]["value"] == "Amerika/Chikago"
        assert [default["id"] for default in shown["moderators"]["default_values"]] == [world.ana.id]
        done = await world.boss.submit_modal(again, {"zone": "Chicago", "moderators": [world.ana]})
        assert "America/Chicago" in said(done)
        assert [m.id for m in moderators(world)] == [str(world.ana.id)]

    play(tmp_path, script, starter=False)


def test_a_guess_opens_the_form_with_it(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        form = await open_setup(world, world.boss)
        result = await world.boss.submit_modal(form, {"zone": "Chikago", "moderators": [world.ana]})
        again = await world.boss.click(answer(result), label="America/Chicago")
        shown = controls(again)
        assert shown["zone"]["value"] == "America/Chicago"
        assert [default["id"] for default in shown["moderators"]["default_values"]] == [world.ana.id]

    play(tmp_path, script, starter=False)


def test_a_slash_command_sets_the_zone_too(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        form = await open_setup(world, world.boss)
        await world.boss.submit_modal(form, {"zone": "UTC", "moderators": [world.ana]})
        result = await world.boss.slash(world.channel, "setup", zone="Pacific")
        assert "America/Los_Angeles" in said(result)
        assert world.zone == "America/Los_Angeles"
        assert [m.name for m in moderators(world)] == ["ana"], "who was not asked about stays"
        people = f"<@{world.boss.id}> {world.guild.create_role('Editors').mention}"
        await world.boss.slash(world.channel, "setup", moderators=people)
        assert {m.is_group for m in moderators(world)} == {True, False}
        refused = await world.boss.slash(world.channel, "setup", moderators="ana")
        assert "Mention people and groups" in said(refused)
        refused = await world.boss.slash(world.channel, "setup", moderators="<@abc>")
        assert "like @abc, from the list" in said(refused), "no account of Discord has such an id"
        assert {m.is_group for m in moderators(world)} == {True, False}

    play(tmp_path, script, starter=False)


@pytest.mark.parametrize("by_role", [True, False])
def test_who_is_named_gets_rights_and_who_is_not_loses_them(tmp_path: Path, *, by_role: bool) -> None:
    async def script(world: World) -> None:
        role = world.guild.create_role("Editors")
        ben = world.guild.add_member(world.env.create_user("ben"), roles=[role])

        async def may() -> bool:
            return "About" in said(await ben.slash(world.channel, "extra"))

        assert not await may()
        form = await open_setup(world, world.boss)
        await world.boss.submit_modal(form, {"zone": "UTC", "moderators": [role if by_role else ben]})
        assert await may()
        assert "Only admins" in said(
            await world.deliver(ben, COMMAND, {"id": "1", "name": "setup", "type": 1, "options": []})
        )
        form = await open_setup(world, world.boss)
        await world.boss.submit_modal(form, {"zone": "UTC", "moderators": [world.ana]})
        assert not await may()
        form = await open_setup(world, world.boss)
        await world.boss.submit_modal(form, {"zone": "UTC"})  # nobody at all
        assert not moderators(world)
        assert "Only moderators" in said(await world.ana.slash(world.channel, "extra"))

    play(tmp_path, script, specs=(MODERATED,), starter=False)


@pytest.mark.parametrize(
    ("permissions", "admin"),
    [
        ({"manage_guild": True}, True),
        ({"administrator": True}, True),
        ({"manage_messages": True, "moderate_members": True}, False),
        ({"manage_roles": True}, False),
    ],
)
def test_admins_are_those_who_may_manage_the_server(
    tmp_path: Path, permissions: dict[str, bool], *, admin: bool
) -> None:
    async def script(world: World) -> None:
        ben = world.new_member("ben", None, **permissions)
        data: Json = {"id": "1", "name": "setup", "type": 1, "options": []}
        told = said(await world.deliver(ben, COMMAND, data))
        assert ("Setup of this community" in told) is admin
        assert ("Only admins" in told) is not admin

    play(tmp_path, script, starter=False)


# --- where only a person installed the bot


@pytest.mark.parametrize(
    ("owners", "at_home"),
    [({"1": "USER"}, False), ({"0": "GUILD"}, True), ({"0": "GUILD", "1": "USER"}, True)],
)
def test_a_persons_own_install_brings_no_server_with_it(
    tmp_path: Path, owners: dict[str, str], *, at_home: bool
) -> None:
    async def script(world: World) -> None:
        board = board_of(world)
        publish(world.database, facts("VI", title="Everyone's"))
        publish(world.database, facts("VI", title="Ours alone"), board=board)
        ids = {"USER": str(world.boss.id), "GUILD": str(world.guild.id)}
        changes: dict[str, Any] = {
            "authorizing_integration_owners": {key: ids[owner] for key, owner in owners.items()}
        }
        options = [{"name": "state", "type": 3, "value": "VI"}]
        state: Json = {"id": "1", "name": "state", "type": 1, "options": options}
        told = said(await world.deliver(world.boss, COMMAND, state, **changes))
        assert "Everyone's" in told
        assert ("Ours alone" in told) is at_home
        setup: Json = {"id": "1", "name": "setup", "type": 1, "options": []}
        told = said(await world.deliver(world.boss, COMMAND, setup, **changes))
        assert ("there is none here" in told) is not at_home
        # the same for a button, and for a form that is sent
        press: Json = {"custom_id": "10su", "component_type": 2}
        result = await world.deliver(world.boss, COMPONENT, press, message=world.post("10su"), **changes)
        assert (result.modal is not None) is at_home
        field = {"type": 18, "component": {"type": 4, "custom_id": "zone", "value": "Eastern"}}
        form: Json = {"custom_id": "10su.x", "components": [field]}
        await world.deliver(world.boss, MODAL, form, **changes)
        assert (world.zone == "America/New_York") is at_home

    play(tmp_path, script, starter=False)


def test_a_foreign_server_has_no_board(tmp_path: Path) -> None:
    """Its server never added the bot, so Discord sends neither its roles nor that it exists."""

    async def script(world: World) -> None:
        board = board_of(world)
        publish(world.database, facts("VI", title="Everyone's"))
        publish(world.database, facts("VI", title="Ours alone"), board=board)
        with world.unseen():
            foreign = world.env.create_guild("Foreign")
            place = foreign.create_text_channel("a")
            eve = world.new_member("eve", foreign, administrator=True)
        changes: dict[str, Any] = {"authorizing_integration_owners": {"1": str(eve.id)}}
        options = [{"name": "state", "type": 3, "value": "VI"}]
        state: Json = {"id": "1", "name": "state", "type": 1, "options": options}
        told = said(await world.deliver(eve, COMMAND, state, channel=place, **changes))
        assert "Everyone's" in told
        assert "Ours alone" not in told
        setup: Json = {"id": "1", "name": "setup", "type": 1, "options": []}
        result = await world.deliver(eve, COMMAND, setup, channel=place, **changes)
        assert "there is none here" in said(result)
        assert answer(result).ephemeral

    play(tmp_path, script, starter=False)


def test_a_direct_message_shows_the_commons_alone(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        publish(world.database, facts("VI", title="Everyone's"))
        publish(world.database, facts("VI", title="Ours alone"), board=board_of(world))
        told = said(await world.boss.user.slash("state", state="VI"))
        assert "Everyone's" in told
        assert "Ours alone" not in told
        assert "setup" not in world.boss.user.available_commands()

    play(tmp_path, script, starter=False)


def board_of(world: World) -> str:
    """The board of the server's community."""
    community = read(world.database, lambda uow: uow.communities.at(world.home))
    assert community
    return community.name


# --- forms of several steps

NAMES = ["one", "two", "three", "four", "five", "six", "seven"]


def stepper(sent: list[dict[str, str]]) -> CommandSpec:
    """A command whose form has seven fields, and whose answer to the first step offers the second."""
    word = OptionType(Shape.REST, str)
    options = tuple(
        Option(name, word, f"Number {name}", letter) for letter, name in zip("abcdefg", NAMES, strict=True)
    )

    def form(_uow: UnitOfWork, call: Call) -> Form | None:
        if isinstance(call.invocation.asked, Filled):
            return None
        fields = tuple(FormField(n, n.title(), "", Entry.LINE, value=call.options.get(n, "")) for n in NAMES)
        return Form("A long form", call.press, fields)

    def step(_uow: UnitOfWork, call: Call, **given: str | None) -> Reply:
        sent.append({name: text for name, text in given.items() if text})
        rest = Press("step", call.options, page=2)
        return Reply(title="First half", buttons=(Button("The rest", rest),))

    return CommandSpec(
        "step", "zp", "Steps", step, options, answer=Answer.FORM, press_answer=Answer.FORM, form=form
    )


def test_a_form_with_more_fields_than_fit_comes_in_steps(tmp_path: Path) -> None:
    sent: list[dict[str, str]] = []

    async def script(world: World) -> None:
        first = await world.ana.slash(world.channel, "step")
        assert first.modal
        assert first.modal["title"] == "A long form (1 of 2)"
        assert list(controls(first)) == NAMES[:5]
        half = await world.ana.submit_modal(first, {name: name.upper() for name in NAMES[:5]})
        second = await world.ana.click(answer(half), label="The rest")
        assert second.modal
        assert second.modal["title"] == "A long form (2 of 2)"
        assert list(controls(second)) == NAMES[5:]
        mark = world.mark
        await world.ana.submit_modal(second, {"six": "6", "seven": "7"})
        assert world.callbacks(mark) == [UPDATE]
        assert sent[0] == {name: name.upper() for name in NAMES[:5]}
        assert sent[1] == {**sent[0], "six": "6", "seven": "7"}, "the first half goes along"

    play(tmp_path, script, specs=(stepper(sent),), starter=False)


def test_a_field_that_is_emptied_is_empty(tmp_path: Path) -> None:
    sent: list[dict[str, str]] = []

    async def script(world: World) -> None:
        first = await world.ana.slash(world.channel, "step", one="given", two="given too")
        assert controls(first)["one"]["value"] == "given"
        await world.ana.submit_modal(first, {"one": "", "two": "kept"})
        assert sent == [{"two": "kept"}]

    play(tmp_path, script, specs=(stepper(sent),), starter=False)


def poster(asked: list[Filled]) -> CommandSpec:
    """A command whose form asks for channels and files."""
    word = OptionType(Shape.REST, str)
    options = (
        Option("places", word, "Where", "p"),
        Option("files", replace(word, entry=Entry.FILES), "What", "f"),
    )

    def form(_uow: UnitOfWork, call: Call) -> Form | None:
        where = FormField("places", "Where", "", Entry.PLACES, value=call.options.get("places", ""))
        return Form("Post", call.press, (where, FormField("files", "What", "", Entry.FILES)))

    def post(_uow: UnitOfWork, call: Call, **_: object) -> Reply:
        filled = call.invocation.asked
        assert isinstance(filled, Filled)
        asked.append(filled)
        again = Press("post", {"places": filled.values["places"]})
        return Reply(
            title="Posted",
            buttons=(Button("Again", again),),
            file=TextFile("my list.txt", "one\ntwo\n"),
            visibility=Visibility.ASKER,
        )

    return CommandSpec(
        "post", "zq", "Post", post, options, answer=Answer.FORM, press_answer=Answer.FORM, form=form,
        visibility=Visibility.ASKER, menu="Post it",
    )  # fmt: skip


def test_channels_and_files_are_chosen_in_a_form(tmp_path: Path) -> None:
    asked: list[Filled] = []

    async def script(world: World) -> None:
        news = world.guild.create_text_channel("news")
        shown = await world.ana.slash(world.channel, "post")
        values = {"places": [world.channel, news], "files": [("ana at home.png", b"12345"), ("b", b"1")]}
        done = await world.ana.submit_modal(shown, values)
        (filled,) = asked
        assert filled.values == {"places": f"<#{world.channel.id}|general> <#{news.id}|news>"}
        assert [(file.size, file.kind) for file in filled.files] == [
            (5, "image/png"),
            (1, "application/octet-stream"),
        ]
        assert all(file.url.startswith("https://cdn.simcord.invalid/") for file in filled.files)
        # What was chosen stands there when it is opened again; and an answer can bring a file.
        assert answer(done).ephemeral
        (file,) = answer(done).attachments
        assert (file.filename, await file.read()) == ("my_list.txt", b"one\ntwo\n")
        again = controls(await world.ana.click(answer(done), label="Again"))
        assert {str(default["id"]) for default in again["places"]["default_values"]} == {
            str(world.channel.id),
            str(news.id),
        }

    play(tmp_path, script, specs=(poster(asked),), starter=False)


def test_every_opening_of_a_form_is_told_apart(tmp_path: Path) -> None:
    asked: list[Filled] = []

    async def script(world: World) -> None:
        for actor in (world.ana, world.ana, world.boss):
            await actor.submit_modal(await actor.slash(world.channel, "post"), {"places": []})
        shown = await world.ana.slash(world.channel, "post")
        assert shown.modal
        data = {"custom_id": shown.modal["custom_id"], "components": []}
        for _ in range(2):
            await world.deliver(world.ana, MODAL, dict(data))
        openings = [filled.opening for filled in asked]
        assert openings[3] == openings[4], "what is sent twice is one opening"
        assert len(set(openings)) == 4
        assert all(openings)

    play(tmp_path, script, specs=(poster(asked),), starter=False)


def test_files_are_no_option_of_a_command(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        command = world.env.backend.find_command("post", world.guild.id, type=1)
        assert command
        assert [option["name"] for option in command["options"]] == ["places"]

    play(tmp_path, script, specs=(poster([]),), starter=False)


def test_a_menu_that_opens_a_form_opens_it_on_a_picture_too(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        for content in ("", "Ohio counts its reservoirs"):
            message = await world.boss.send(world.channel, content, attachments=[("a.png", b"1")])
            shown = await world.ana.context_menu(world.channel, "Post it", message)
            assert shown.modal, content

    play(tmp_path, script, specs=(poster([]),), starter=False)


def test_a_form_has_no_answer_but_itself(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        mark = world.mark
        await world.ana.slash(world.channel, "step")
        assert world.callbacks(mark) == [SHOW_FORM]
        assert not world.channel.history()

    play(tmp_path, script, specs=(stepper([]),), starter=False, gate=Gate())


@pytest.mark.parametrize(
    "data",
    [
        {"custom_id": "nothing", "components": []},
        {"custom_id": "10su", "components": []},
        {"custom_id": ".x", "components": []},
        {"custom_id": "10su.", "components": []},
        {"custom_id": "10su.x", "components": [{"type": 18}]},
        {"custom_id": "99zz.x", "components": []},
        {"custom_id": "10su.x", "components": [{"type": 18, "component": {"type": 4, "custom_id": "evil"}}]},
    ],
)
def test_a_form_made_by_hand_breaks_nothing(tmp_path: Path, data: Json) -> None:
    async def script(world: World) -> None:
        result = await world.deliver(world.boss, MODAL, dict(data))
        assert world.zone == "UTC"
        if result.response:
            assert answer(result).ephemeral
            assert words(answer(result).components)
        assert said(await world.boss.slash(world.channel, "about"))

    play(tmp_path, script, starter=False)
