"""Nothing that people see on Discord depends on the process that made it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from simcord.builders import ChannelHandle

from bot.commands.spec import Answer, Call, CommandSpec, Option, OptionType, Pressed, Shape
from bot.domain.community.people import Home
from bot.messages.form import Entry, Form, FormField
from bot.messages.message import Button, Press
from bot.messages.reply import Reply
from bot.ports.store import read
from tests.integration.discord.driving import UPDATE, answer, play, said, selects, tokens

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from simcord.results import InteractionResult, ResponseMessage

    from bot.domain.community.people import Community
    from bot.ports import UnitOfWork
    from tests.integration.discord.driving import World

ASKED: list[tuple[str, dict[str, str]]] = [
    ("state", {"state": "IL"}),
    ("state", {"state": "Ilinois"}),  # a guess with buttons
    ("compare", {"state": "CA", "other": "TX"}),
    ("action", {"code": "OR-1"}),
    ("search", {"words": "vaccine"}),
    ("law", {"precedent": "printz"}),
    ("about", {}),
    ("lookup", {"text": "Ohio and Utah"}),
]
Pressing = tuple["ResponseMessage", str, str]
"""A message, a custom_id in it, and what is picked there: empty for a button."""


def everything_in(message: ResponseMessage) -> list[Pressing]:
    """Every button, and the first and the last line of every list."""
    pressings = [(message, token, "") for token in tokens(message.components)]
    for select in selects(message.components):
        picked = {select["options"][0]["value"], select["options"][-1]["value"]}
        pressings += [(message, select["custom_id"], value) for value in sorted(picked)]
    return pressings


async def press_all(actor: Any, world: World, pressings: list[Pressing]) -> list[str]:
    """What each of them answers, each in its message as it was sent."""
    told = []
    for message, custom_id, value in pressings:
        stored = world.env.backend.get_message(message.channel_id, message.id)
        before = list(stored.components)
        mark = world.mark
        if value:
            result = await actor.select(message, [value], custom_id=custom_id)
        else:
            result = await actor.click(message, custom_id=custom_id)
        if result.modal:  # opened anew each time, under an id of its own
            told.append(f"form {result.modal['title']}")
            continue
        assert world.callbacks(mark) == [UPDATE]
        assert answer(result).id == message.id
        told.append(said(result))
        stored.components = before
    return told


def survives_a_restart(
    tmp_path: Path, actor_in: Callable[[World], tuple[Any, Callable[..., Awaitable[InteractionResult]]]]
) -> None:
    async def script(world: World) -> None:
        actor, slash = actor_in(world)
        pressings: list[Pressing] = []
        for name, options in ASKED:
            pressings += everything_in(answer(await slash(name, **options)))
        assert len(pressings) > 50
        before = await press_all(actor, world, pressings)
        await world.restart()
        assert await press_all(actor, world, pressings) == before
        assert len(set(before)) > 30

    play(tmp_path, script)


def test_all_buttons_in_a_channel_survive_a_restart(tmp_path: Path) -> None:
    survives_a_restart(
        tmp_path, lambda world: (world.ana, lambda name, **o: world.ana.slash(world.channel, name, **o))
    )


def test_all_buttons_in_a_thread_survive_a_restart(tmp_path: Path) -> None:
    def in_thread(world: World) -> tuple[Any, Callable[..., Awaitable[InteractionResult]]]:
        thread = world.env.backend.create_thread(world.channel.id, "Why", world.ana.id)
        place = ChannelHandle(world.env, world.guild, thread)
        return world.ana, lambda name, **options: world.ana.slash(place, name, **options)

    survives_a_restart(tmp_path, in_thread)


def test_all_buttons_in_a_direct_message_survive_a_restart(tmp_path: Path) -> None:
    survives_a_restart(tmp_path, lambda world: (world.ana.user, world.ana.user.slash))


@pytest.mark.parametrize("kind", ["button", "select"])
def test_the_first_press_after_a_restart_works(tmp_path: Path, kind: str) -> None:
    """Before any answer was sent, from which discord.py would learn what there is."""

    async def script(world: World) -> None:
        page = answer(await world.ana.slash(world.channel, "state", state="IL"))
        await world.restart()
        if kind == "button":
            result = await world.ana.click(page, label="Next")
        else:
            select = selects(page.components)[0]
            result = await world.ana.select(
                page, [select["options"][-1]["value"]], custom_id=select["custom_id"]
            )
        assert answer(result).id == page.id

    play(tmp_path, script)


def test_a_long_token_survives_a_restart_in_its_server_alone(tmp_path: Path) -> None:
    words = "water " + "reservoir " * 12

    async def script(world: World) -> None:
        page = answer(await world.ana.slash(world.channel, "search", words=words.strip(), state="Ilinois"))
        stored = [token for token in tokens(page.components) if "*" in token]
        assert stored, "no token was too long for a button"
        await world.restart()
        assert "belongs to another" not in said(await world.press(world.ana, stored[0]))
        elsewhere = world.join("Elsewhere")
        ben = world.new_member("ben", elsewhere)
        message = world.post(stored[0], channel=elsewhere.create_text_channel("b"))
        assert "belongs to another community" in said(await ben.click(message, custom_id=stored[0]))

    play(tmp_path, script)


# --- forms


def teller(told: list[tuple[str, str]]) -> CommandSpec:
    """A command with a public button that opens a form for everybody."""

    def form(_uow: UnitOfWork, call: Call) -> Form | None:
        if not isinstance(call.invocation.asked, Pressed):
            return None
        return Form("Tell us", Press("tell"), (FormField("what", "What", "", Entry.TEXT, required=True),))

    def tell(_uow: UnitOfWork, call: Call, what: str | None) -> Reply:
        if what:
            told.append((call.invocation.account.name, what))
        return Reply(title="Tell", text=what or "", buttons=(Button("Tell", Press("tell")),))

    what = Option("what", OptionType(Shape.REST, str), "What", "w")
    return CommandSpec("tell", "zt", "Tell us something", tell, (what,), press_answer=Answer.FORM, form=form)


def test_a_form_opened_before_a_restart_is_taken_after_it(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        page = await world.boss.slash(world.channel, "setup")
        form = await world.boss.click(answer(page), label="Change")
        await world.restart()
        result = await world.boss.submit_modal(form, {"zone": "Eastern"})
        assert "America/New_York" in said(result)
        assert community_of(world).zone == "America/New_York"

    play(tmp_path, script, starter=False)


def test_two_people_who_hold_the_same_form_both_succeed(tmp_path: Path) -> None:
    told: list[tuple[str, str]] = []

    async def script(world: World) -> None:
        ben = world.new_member("ben")
        page = answer(await world.ana.slash(world.channel, "tell"))
        forms = [await actor.click(page, label="Tell") for actor in (world.ana, ben)]
        custom_ids = [form.modal["custom_id"] for form in forms if form.modal]
        assert len(set(custom_ids)) == 2, "discord.py would take one for the other"
        for actor, form in zip((world.ana, ben), forms, strict=True):
            result = await actor.submit_modal(form, {"what": f"by {actor.name}"})
            assert f"by {actor.name}" in said(result)
        assert told == [("ana", "by ana"), ("ben", "by ben")]

    play(tmp_path, script, specs=(teller(told),), starter=False)


def test_whoever_opens_a_form_twice_can_send_both(tmp_path: Path) -> None:
    told: list[tuple[str, str]] = []

    async def script(world: World) -> None:
        page = answer(await world.ana.slash(world.channel, "tell"))
        first, second = [await world.ana.click(page, label="Tell") for _ in range(2)]
        await world.restart()
        third = await world.ana.click(page, label="Tell")
        for number, form in enumerate((second, first, third)):
            assert (await world.ana.submit_modal(form, {"what": str(number)})).acknowledged
        assert [what for _, what in told] == ["0", "1", "2"]

    play(tmp_path, script, specs=(teller(told),), starter=False)


def test_the_moderators_named_before_a_restart_are_still_there(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        page = await world.boss.slash(world.channel, "setup")
        form = await world.boss.click(answer(page), label="Change")
        await world.boss.submit_modal(form, {"zone": "Hawaii", "moderators": [world.ana]})
        await world.restart()
        told = said(await world.boss.slash(world.channel, "setup"))
        assert "Pacific/Honolulu" in told
        assert world.ana.mention in told

    play(tmp_path, script, starter=False)


def community_of(world: World) -> Community:
    """The community of the server."""
    home = Home("discord", str(world.guild.id))
    found = read(world.database, lambda uow: uow.communities.at(home))
    assert found
    return found
