"""Servers come, go and are renamed, also while the bot is away; none sees another's board."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
import pytest
from simcord.actors import MemberActor

from bot.domain.deliveries import Place, Purpose
from bot.ports.store import read
from storage.outbox.deliveries import load_deliveries
from storage.outbox.tables import deliveries
from tests.dialogue.publishing import facts, publish
from tests.integration.discord.driving import answer, play, said

if TYPE_CHECKING:
    from pathlib import Path

    from simcord.builders import GuildHandle

    from bot.domain.community.people import Community, HomeRecord
    from bot.domain.deliveries import Delivery
    from tests.integration.discord.driving import World


def records(world: World) -> dict[str, HomeRecord]:
    """All servers on record, by their Discord id."""
    kept = read(world.database, lambda uow: uow.communities.homes("discord"))
    return {record.home.id: record for record in kept}


def record_of(world: World, guild: GuildHandle) -> HomeRecord:
    """The record of a server."""
    return records(world)[str(guild.id)]


def community(world: World) -> Community | None:
    """The community that the server has now."""
    return read(world.database, lambda uow: uow.communities.at(world.home))


def remove(world: World) -> object:
    """Take the bot out of the server, whose people stay; what is needed to bring it back."""
    guild = world.env.backend.get_guild(world.guild.id)
    channel = world.env.backend.get_channel(world.channel.id)
    world.env.backend.remove_guild(world.guild.id)

    def bring_back() -> None:
        world.env.backend.guilds[guild.id] = guild
        world.env.backend.channels[channel.id] = channel
        world.env.backend.messages.setdefault(channel.id, {})

    return bring_back


async def set_up(world: World) -> None:
    page = await world.boss.slash(world.channel, "setup")
    form = await world.boss.click(answer(page), label="Change")
    await world.boss.submit_modal(form, {"zone": "Hawaii", "moderators": [world.ana]})


def test_joining_makes_a_community_of_its_own(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        other = world.join("Another Room")
        await world.settle()
        first, second = record_of(world, world.guild), record_of(world, other)
        assert (first.name, second.name) == ("Plain Talk", "Another Room")
        assert first.community != second.community
        assert not first.suspended
        assert not second.suspended

    play(tmp_path, script, starter=False)


def greetings(world: World) -> dict[str, Delivery]:
    """What is owed to servers as a greeting, by their Discord id."""
    with world.database._reader.connect() as connection:
        owed = load_deliveries(connection, deliveries.c.purpose == Purpose.GREETING)
    return {delivery.place.home: delivery for delivery in owed if delivery.place}


def test_a_new_server_is_greeted_once_where_its_notices_go(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        with world.unseen():
            other = world.env.create_guild("Another Room")
            other.create_text_channel("first")
            notices = other.create_text_channel("notices")
            world.env.backend.get_guild(other.id).system_channel_id = notices.id
        world.tell_of(other)
        await world.settle()
        before = greetings(world)
        place = before[str(other.id)].place
        assert place == Place("discord", str(other.id), str(notices.id), name="notices")
        world.env.backend.edit_guild(other.id, {"name": "Another name"})
        bring_back = remove(world)
        await world.settle()
        assert callable(bring_back)
        bring_back()
        world.tell_of(world.guild)
        await world.restart()
        assert greetings(world) == before

    play(tmp_path, script, starter=False)


@pytest.mark.parametrize("denied", ["view_channel", "send_messages"])
def test_it_greets_where_it_may_write(tmp_path: Path, denied: str) -> None:
    async def script(world: World) -> None:
        with world.unseen():
            other = world.env.create_guild("Another Room")
            forbid: Any = {other.default_role: discord.PermissionOverwrite(**{denied: False})}
            shut = other.create_text_channel("shut", overwrites=forbid)
            world.env.backend.get_guild(other.id).system_channel_id = shut.id
            other.create_voice_channel("voice")
            free = other.create_text_channel("free")
        world.tell_of(other)
        await world.settle()
        place = greetings(world)[str(other.id)].place
        assert place
        assert place.id == str(free.id)

    play(tmp_path, script, starter=False)


def test_a_server_that_was_joined_meanwhile_is_greeted_too(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        with world.unseen():
            added = world.env.create_guild("Added")
            channel = added.create_text_channel("first")
        await world.restart()
        place = greetings(world)[str(added.id)].place
        assert place
        assert place.id == str(channel.id)

    play(tmp_path, script, starter=False)


def test_a_server_that_sends_the_bot_away_is_suspended(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        other = world.join("Another Room")
        await world.settle()
        remove(world)
        await world.settle()
        assert record_of(world, world.guild).suspended
        assert not record_of(world, other).suspended
        assert community(world) is None

    play(tmp_path, script, starter=False)


def test_adding_the_bot_again_revives_everything(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        await set_up(world)
        publish(world.database, facts("VI", title="Ours alone"), board=board(world))
        before = record_of(world, world.guild)
        bring_back = remove(world)
        await world.settle()
        assert callable(bring_back)
        bring_back()
        world.tell_of(world.guild)
        await world.settle()
        assert record_of(world, world.guild) == before
        told = said(await world.boss.slash(world.channel, "setup"))
        assert "Pacific/Honolulu" in told
        assert world.ana.mention in told
        assert "Ours alone" in said(await world.boss.slash(world.channel, "state", state="VI"))

    play(tmp_path, script, starter=False)


def test_a_new_name_is_recorded(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        before = record_of(world, world.guild)
        world.env.backend.edit_guild(world.guild.id, {"name": "  Plainer \u202eTalk "})
        await world.settle()
        after = record_of(world, world.guild)
        assert after.name == "Plainer Talk"
        assert after.community == before.community

    play(tmp_path, script, starter=False)


def test_an_outage_at_discords_is_no_farewell(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        gone = {"id": str(world.guild.id), "unavailable": True}
        world.env.backend.emit("GUILD_DELETE", gone)
        await world.settle()
        assert not record_of(world, world.guild).suspended
        await world.restart()
        assert not record_of(world, world.guild).suspended

    play(tmp_path, script, starter=False)


def test_what_happened_while_the_bot_was_away_is_made_up_for(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        await set_up(world)
        stays = world.join("Stays")
        await world.settle()
        with world.unseen():
            bring_back = remove(world)
            world.env.backend.edit_guild(stays.id, {"name": "Stays, renamed"})
            added = world.env.create_guild("Added")
        assert not record_of(world, world.guild).suspended
        await world.restart()
        assert record_of(world, world.guild).suspended
        assert record_of(world, stays).name == "Stays, renamed"
        assert record_of(world, added).name == "Added"
        assert not record_of(world, added).suspended
        with world.unseen():
            assert callable(bring_back)
            bring_back()
        await world.restart()
        assert not record_of(world, world.guild).suspended
        revived = community(world)
        assert revived
        assert revived.zone == "Pacific/Honolulu"
        assert len(records(world)) == 3

    play(tmp_path, script, starter=False)


def test_a_restart_changes_no_record(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        world.join("Another Room")
        await world.settle()
        before = records(world)
        await world.restart()
        assert records(world) == before

    play(tmp_path, script, starter=False)


def test_a_shard_leaves_the_servers_of_the_others_alone(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        guilds = [world.join(f"On shard {shard}", shard_id=shard) for shard in range(3)]
        await world.settle()
        await world.restart()
        assert not any(record.suspended for record in records(world).values())
        with world.unseen():
            world.env.backend.remove_guild(guilds[1].id)
        await world.restart()
        assert {name for name, record in records(world).items() if record.suspended} == {str(guilds[1].id)}

    play(tmp_path, script, starter=False, shards=3)


def test_a_process_with_one_shard_of_three_suspends_no_others(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        guilds = [world.join(f"On shard {shard}", shard_id=shard) for shard in range(3)]
        await world.settle()
        with world.unseen():
            for guild in guilds:
                world.env.backend.remove_guild(guild.id)
        world.options = {"shard_count": 3, "shard_ids": [1]}
        await world.restart()
        assert {name for name, record in records(world).items() if record.suspended} == {str(guilds[1].id)}

    play(tmp_path, script, starter=False, shards=3)


def board(world: World) -> str:
    """The board of the server's community."""
    found = community(world)
    assert found
    return found.name


def test_no_server_sees_the_board_of_another(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        publish(world.database, facts("VI", title="Everyone's"))
        publish(world.database, facts("VI", title="Ours alone"), board=board(world))
        other = world.join("Another Room")
        await world.settle()
        place = other.create_text_channel("b")
        ben = world.new_member("ben", other, administrator=True)
        ana = MemberActor(world.env, world.guild, world.ana.user)
        other.add_member(world.ana.user)
        ana_there = MemberActor(world.env, other, world.ana.user)
        here = await ana.slash(world.channel, "state", state="VI")
        assert "Ours alone" in said(here)
        for actor in (ben, ana_there):
            for command, options in (
                ("state", {"state": "VI"}),
                ("recent", {}),
                ("search", {"words": "alone"}),
                ("action", {"code": "VI-2"}),
                ("about", {}),
                ("coverage", {}),
            ):
                assert "Ours alone" not in said(await actor.slash(place, command, **options))
            # a button of the first server pressed in the second shows what may be seen there
            message = world.post("10st~sVI", channel=place)
            told = said(await actor.click(message, custom_id="10st~sVI"))
            assert "Everyone's" in told
            assert "Ours alone" not in told
            # nor is it offered while one types
            offered = await actor.autocomplete(place, "action", "code", "VI")
            assert [choice["value"] for choice in offered] == ["VI-1"]
        offered = await ana.autocomplete(world.channel, "action", "code", "VI")
        assert {choice["value"] for choice in offered} == {"VI-1", "VI-2"}
        # a code that one may not see answers like one that does not exist
        hidden = said(await ben.slash(place, "action", code="VI-2"))
        missing = said(await ben.slash(place, "action", code="VI-9"))
        assert hidden.replace("VI-2", "VI-9") == missing

    play(tmp_path, script, starter=False)
