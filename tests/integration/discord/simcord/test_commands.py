"""The commands as Discord knows them, what is offered while one types, and that nothing piles up."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.commands.every import build_registry
from bot.commands.spec import Answer, Call, CommandSpec, Filled, Option, OptionType, Shape
from bot.domain.community.people import Role
from bot.messages.form import Entry, Form, FormField
from bot.messages.message import Press
from bot.messages.reply import Reply
from tests.integration.discord.driving import COMMAND, answer, play, registry_with, said

if TYPE_CHECKING:
    from pathlib import Path

    from bot.ports import UnitOfWork
    from tests.integration.discord.driving import Json, World

CHAT, MESSAGE_MENU = 1, 3
STRING, INTEGER = 3, 4
GUILD, BOT_DM, PRIVATE = 0, 1, 2
NAME = re.compile(r"[-_'a-z0-9]{1,32}")
EXTRA = replace(build_registry().find("about"), name="extra", code="zx", examples=())
TYPED_SPECS = [spec for spec in build_registry().specs if not spec.button]
SUGGESTING = [
    (spec, option)
    for spec in TYPED_SPECS
    for option in spec.options
    if option.type.suggest and not option.inner
]


def synced(world: World) -> list[Json]:
    """What Discord was last told of the commands."""
    bodies = [r.json for r in world.env.http_requests if r.method == "PUT" and r.path.endswith("/commands")]
    assert bodies
    assert isinstance(bodies[-1], list)
    return bodies[-1]


def syncs(world: World) -> int:
    """How often Discord was told."""
    return sum(r.method == "PUT" and r.path.endswith("/commands") for r in world.env.http_requests)


# --- what Discord is told


def test_commands_are_told_once(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        assert syncs(world) == 1
        await world.restart()
        await world.restart()
        assert syncs(world) == 1
        await world.restart(registry_with(EXTRA))
        assert syncs(world) == 2
        assert "extra" in {command["name"] for command in synced(world)}
        await world.restart()
        assert syncs(world) == 2
        await world.restart(registry_with())
        assert syncs(world) == 3
        assert "extra" not in {command["name"] for command in synced(world)}
        assert said(await world.ana.slash(world.channel, "about"))

    play(tmp_path, script, starter=False)


def test_every_command_is_told_as_it_is_declared(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        told = synced(world)
        slashes = {command["name"]: command for command in told if command["type"] == CHAT}
        assert list(slashes) == [spec.name for spec in TYPED_SPECS]
        for spec in TYPED_SPECS:
            command = slashes[spec.name]
            assert command["description"] == spec.help
            typed = [option for option in spec.options if not option.inner]
            assert [option["name"] for option in command["options"]] == [option.name for option in typed]
            for option, given in zip(typed, command["options"], strict=True):
                assert given["description"] == option.help
                assert given["required"] is option.required
                assert given["type"] == (INTEGER if option.type.whole else STRING)
                assert bool(given.get("autocomplete")) is bool(option.type.suggest)
                if option.type.whole:
                    assert (given["min_value"], given["max_value"]) == option.type.whole
                if option.type.values and not option.type.suggest and len(option.type.values) <= 25:
                    assert [c["value"] for c in given["choices"]] == [v.text for v in option.type.values]
        menus = [command["name"] for command in told if command["type"] == MESSAGE_MENU]
        assert menus == [spec.menu for spec in world.registry.specs if spec.menu]

    play(tmp_path, script, starter=False)


def test_what_is_only_ever_pressed_is_no_command(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        assert "pressed" not in {command["name"] for command in synced(world)}
        assert "About Fiftywire" in said(await world.press(world.ana, "10zx"))

    play(tmp_path, script, specs=(replace(EXTRA, name="pressed", button=True),), starter=False)


def test_commands_are_offered_where_they_work(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        rights = {spec.name: spec.rights for spec in world.registry.specs}
        rights |= {spec.menu: spec.rights for spec in world.registry.specs if spec.menu}
        for command in synced(world):
            admin = rights[command["name"]] is Role.ADMIN
            assert sorted(command["contexts"]) == ([GUILD] if admin else [GUILD, BOT_DM, PRIVATE])
            assert sorted(command["integration_types"]) == ([0] if admin else [0, 1])
            assert command["default_member_permissions"] == ((1 << 5) if admin else None)
            assert not command["nsfw"]

    play(tmp_path, script, starter=False)


def test_commands_obey_discords_limits(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        told = synced(world)
        assert len([c for c in told if c["type"] == CHAT]) <= 100
        assert len([c for c in told if c["type"] == MESSAGE_MENU]) <= 15
        for command in told:
            if command["type"] == MESSAGE_MENU:
                assert 1 <= len(command["name"]) <= 32
                continue
            characters = 0
            for part in (command, *command["options"]):
                assert NAME.fullmatch(part["name"])
                assert 1 <= len(part["description"]) <= 100
                choices = part.get("choices") or []
                assert len(choices) <= 25
                assert all(1 <= len(c["name"]) <= 100 and 1 <= len(c["value"]) <= 100 for c in choices)
                assert not (choices and part.get("autocomplete"))
                characters += len(part["name"]) + len(part["description"])
                characters += sum(len(c["name"]) + len(c["value"]) for c in choices)
            assert characters <= 8000
            assert len(command["options"]) <= 25
            required = [option["required"] for option in command["options"]]
            assert required == sorted(required, reverse=True), "required options come first"

    play(tmp_path, script, starter=False)


OUTDATED = [
    {"id": "1", "name": "gone", "type": CHAT, "options": []},
    {"id": "1", "name": "Report a message", "type": MESSAGE_MENU, "target_id": "5", "resolved": {}},
    {"id": "1", "name": "state", "type": CHAT, "options": []},
]


@pytest.mark.parametrize("data", OUTDATED)
def test_a_command_of_an_older_version_gets_a_sentence(tmp_path: Path, data: Json) -> None:
    async def script(world: World) -> None:
        result = await world.deliver(world.ana, COMMAND, dict(data))
        told = answer(result)
        assert told.ephemeral
        assert "Restart Discord" in said(result)
        assert world.env.errors  # simcord notes what discord.py handed to us
        assert said(await world.ana.slash(world.channel, "about"))

    play(tmp_path, script, starter=False, check_errors=False)


def test_options_of_an_older_version_break_nothing(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        options = [{"name": "gone", "type": STRING, "value": "x"}]
        data: Json = {"id": "1", "name": "about", "type": CHAT, "options": options}
        assert "About Fiftywire" in said(await world.deliver(world.ana, COMMAND, data))
        options = [{"name": "days", "type": STRING, "value": "some"}]  # it was text, and is a number now
        data = {"id": "1", "name": "recent", "type": CHAT, "options": options}
        result = await world.deliver(world.ana, COMMAND, data)
        assert "Give the number of days" in said(result)
        assert answer(result).ephemeral

    play(tmp_path, script, starter=False)


# --- what is offered while one types

TYPED = ["", "i", "il", "Illinois", "immigration", "cl", "vac", "HB", "EO 1", "2", "IL-1", "printz", "east"]
ODD = [
    "\u200b",
    "\u202eIL",
    "@everyone",
    "'; drop table",
    "%",
    "\\",
    '"*',
    "x" * 3000,
    "\U0001f600",
    "~~",
    "-",
]


@pytest.mark.parametrize(("spec", "option"), SUGGESTING, ids=lambda x: x.name)
def test_suggestions_fit(tmp_path: Path, spec: CommandSpec, option: Option) -> None:
    async def script(world: World) -> None:
        some = 0
        for text in (*TYPED, *ODD):
            mark = world.mark
            choices = await world.boss.autocomplete(world.channel, spec.name, option.name, text)
            (request,) = world.env.http_requests[mark:]
            assert isinstance(request.json, dict)
            assert request.json["type"] == 8
            assert len(choices) <= 25
            for choice in choices:
                assert 1 <= len(choice["name"]) <= 100
                assert 1 <= len(choice["value"]) <= 100
                option.type.read(choice["value"])  # what is offered is understood
            assert len({choice["value"] for choice in choices}) == len(choices)
            some += bool(choices) and text in TYPED
        assert some >= 2

    play(tmp_path, script)


@pytest.mark.parametrize("text", ["zzzzqqqq", "\u200b\u202e" * 3 + "qqqqzzzz"])
def test_nothing_is_offered_for_what_means_nothing(tmp_path: Path, text: str) -> None:
    async def script(world: World) -> None:
        for spec, option in SUGGESTING:
            assert await world.boss.autocomplete(world.channel, spec.name, option.name, text) == []

    play(tmp_path, script)


def test_what_is_typed_need_not_be_what_is_offered(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        offered = await world.ana.autocomplete(world.channel, "state", "state", "illi")
        assert offered == [{"name": "Illinois (IL)", "value": "IL"}]
        for typed in ("illi", "Ill.", " il ", "ILLINOIS"):
            told = said(await world.ana.slash(world.channel, "state", state=typed))
            assert told.startswith("## Illinois\n")
        guessed = await world.ana.slash(world.channel, "state", state="Ilinois")
        assert answer(guessed).ephemeral

    play(tmp_path, script)


def test_suggestions_come_too_late_rather_than_wrong(tmp_path: Path) -> None:
    """Discord shows nothing after three seconds; the bot must not crash on it."""

    async def script(world: World) -> None:
        root = world.env.backend.find_command("state", world.guild.id, type=CHAT)
        assert root
        options = [{"name": "state", "type": STRING, "value": "il", "focused": True}]
        data: Json = {"id": root["id"], "name": "state", "type": CHAT, "options": options}
        for late in (2.0, 2.6):
            result = await world.deliver(world.ana, 4, data, late=late)
            assert result.autocomplete_choices is not None
        assert said(await world.ana.slash(world.channel, "about"))

    play(tmp_path, script)


# --- nothing piles up


def kept(world: World) -> dict[str, Any]:
    """What discord.py keeps of views and forms, and what we keep of calls."""
    store = world.client._connection._view_store
    return {
        "views": dict(store._views),
        "messages": dict(store._synced_message_views),
        "forms": dict(store._modals),
        "calls": dict(world.client.answering._open),
        "tasks": [task for task in world.env._work.tasks if not task.done()],
    }


NOTHING: dict[str, Any] = {"views": {}, "messages": {}, "forms": {}, "calls": {}, "tasks": []}


def test_no_message_is_kept_in_memory(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        before = dict(world.client._connection._view_store._dynamic_items)
        for _ in range(200):
            message = answer(await world.ana.slash(world.channel, "state", state="IL"))
        await world.ana.click(message, label="Next")
        assert kept(world) == NOTHING
        assert world.client._connection._view_store._dynamic_items == before

    play(tmp_path, script)


def test_an_open_form_is_forgotten_after_a_while(tmp_path: Path) -> None:
    word = OptionType(Shape.REST, str)

    def form(_uow: UnitOfWork, call: Call) -> Form | None:
        if isinstance(call.invocation.asked, Filled):
            return None
        return Form("Tell", Press("tell"), (FormField("what", "What", "", Entry.LINE),))

    def tell(_uow: UnitOfWork, _call: Call, what: str | None) -> Reply:
        return Reply(title=f"Taken {what}")

    spec = CommandSpec(
        "tell", "zt", "Tell", tell, (Option("what", word, "What", "w"),), answer=Answer.FORM, form=form
    )

    async def script(world: World) -> None:
        shown = [await world.ana.slash(world.channel, "tell") for _ in range(20)]
        assert len(kept(world)["forms"]) == 20
        taken = await world.ana.submit_modal(shown[0], {"what": "early"})
        assert "Taken early" in said(taken)
        await world.env.advance_time(1000)
        assert kept(world) == NOTHING
        # but Discord still shows them, and what is sent is taken
        late = await world.ana.submit_modal(shown[1], {"what": "late"})
        assert "Taken late" in said(late)

    play(tmp_path, script, specs=(spec,), starter=False)
