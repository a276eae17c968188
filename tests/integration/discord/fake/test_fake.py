"""A real discord.py against the fake Discord: what the other tests of this folder rely on."""

from __future__ import annotations

import asyncio
import io
import sys
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import pytest
from discord import app_commands, ui
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from tests.integration.discord.fake.messages import File, walk
from tests.integration.discord.fake.server import FakeDiscord
from tests.integration.discord.fake.world import Bell

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from tests.integration.discord.fake.guilds import Channel


class Bot(discord.AutoShardedClient):
    """A bot with a command for each way of answering."""

    def __init__(self, shard_count: int | None = None) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            shard_count=shard_count,
            guild_ready_timeout=0.05,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.tree = app_commands.CommandTree(self)
        self.events: list[tuple[str, int]] = []
        self.bell = Bell()
        self.submitted: list[Any] = []
        self.waiting = asyncio.Event()
        commands: tuple[Any, ...] = (echo, slow, late_public, ask, menu, colour, inside, twice, box)
        for command in commands:
            self.tree.add_command(command)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """discord.py waits 5 s here before every IDENTIFY but the first."""

    async def on_guild_join(self, guild: discord.Guild) -> None:
        self.note("join", guild.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        self.note("remove", guild.id)

    async def on_guild_unavailable(self, guild: discord.Guild) -> None:
        self.note("unavailable", guild.id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        self.note("resumed", shard_id)

    def note(self, event: str, number: int) -> None:
        self.events.append((event, number))
        self.bell.ring()

    async def on_interaction(self, interaction: Interaction) -> None:
        data: Any = interaction.data
        if interaction.type is discord.InteractionType.component:
            chosen = data.get("values") or data["custom_id"]
            with suppress(discord.HTTPException):
                await interaction.response.edit_message(content=f"pressed {chosen}")
        elif interaction.type is discord.InteractionType.modal_submit:
            self.submitted.append(data)
            await interaction.response.send_message("filled in", ephemeral=True)


Interaction = discord.Interaction[Any]

CHILD = """
import sys, discord
from discord import app_commands
from discord.gateway import DiscordWebSocket
from yarl import URL

token, discord.http.Route.BASE, gateway = sys.argv[1:]
DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway)
bot = discord.AutoShardedClient(intents=discord.Intents(guilds=True))
bot.tree = app_commands.CommandTree(bot)
bot.setup_hook = bot.tree.sync

@bot.tree.command(description="Says hello")
async def hello(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("hello")

bot.run(token, log_handler=None)
"""


class Form(ui.Modal, title="A form"):
    """A form with a text and a select."""

    name: ui.Label[Any] = ui.Label(text="Name", component=ui.TextInput(custom_id="name", default="nobody"))
    place: ui.Label[Any] = ui.Label(
        text="State", component=ui.Select(custom_id="place", options=[discord.SelectOption(label="Ohio")])
    )
    sure: ui.Label[Any] = ui.Label(text="Sure", component=ui.Checkbox(custom_id="sure"))


@app_commands.command(description="Say it back")
async def echo(interaction: Interaction, text: str, times: int = 1, who: discord.User | None = None) -> None:
    assert interaction.channel is not None
    view = ui.View(timeout=None)
    view.add_item(ui.Button(label="Press", custom_id="press"))
    view.add_item(ui.Select(custom_id="pick", options=[discord.SelectOption(label="Ohio")]))
    await interaction.response.send_message(f"{text * times}{who.id if who else ''}", view=view)


@app_commands.command(description="Takes its time")
async def slow(interaction: Interaction) -> None:
    client: Any = interaction.client
    await interaction.response.defer(ephemeral=True)
    await client.waiting.wait()
    # A public follow-up to a private placeholder.
    await interaction.followup.send("first")
    file = discord.File(io.BytesIO(b"a map"), "map.png", description="A map")
    await interaction.followup.send("second", file=file, ephemeral=True)


@app_commands.command(description="Public, whatever the follow-up says")
async def late_public(interaction: Interaction) -> None:
    await interaction.response.defer()
    await interaction.followup.send("not so private", ephemeral=True)


@app_commands.command(description="Shows a form")
async def ask(interaction: Interaction) -> None:
    await interaction.response.send_modal(Form(custom_id="form:1"))


@app_commands.context_menu(name="Look at this")
async def menu(interaction: Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(f"saw {message.content}")


@app_commands.command(description="Completes itself")
async def colour(interaction: Interaction, name: str) -> None:
    await interaction.response.send_message(name)


@colour.autocomplete("name")
async def colours(_: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    count = 26 if typed == "too many" else 1
    return [app_commands.Choice(name=f"{typed}{number}", value=f"{number}") for number in range(count)]


@app_commands.command(description="Where it was called")
async def inside(interaction: Interaction) -> None:
    where = interaction.guild_id, interaction.context.to_array(), interaction.permissions.manage_guild
    await interaction.response.send_message(f"{where} {interaction.is_user_integration()}")


box = app_commands.Group(name="box", description="Components V2")


@box.command(description="A container with a section")
async def show(interaction: Interaction, what: str) -> None:
    view = ui.LayoutView(timeout=None)
    button: ui.Button[Any] = ui.Button(label="Open", custom_id="open")
    people: ui.UserSelect[Any] = ui.UserSelect(custom_id="people")
    view.add_item(ui.Container(ui.Section(ui.TextDisplay(what), accessory=button), ui.ActionRow(people)))
    await interaction.response.send_message(view=view)


@app_commands.command(description="Answers twice")
async def twice(interaction: Interaction) -> None:
    await interaction.response.send_message("once")
    # Past discord.py's own guard, as after a restart.
    again = discord.Interaction(data=fresh(interaction), state=interaction._state)
    with pytest.raises(discord.HTTPException) as refused:
        await again.response.send_message("twice")
    await interaction.followup.send(f"{refused.value.status} {refused.value.code}")


def fresh(interaction: Interaction) -> Any:
    """The least of a payload from which discord.py makes an interaction."""
    head = {"id": interaction.id, "token": interaction.token, "application_id": interaction.application_id}
    return {**head, "type": 2, "version": 1, "attachment_size_limit": 0, "channel": {}}


def test_the_bot_comes_in_and_knows_its_guilds() -> None:
    async def story(fake: FakeDiscord) -> None:
        guild = fake.add_guild("Springfield")
        role = fake.add_role(guild, "Moderators", 1 << 5)
        thread = fake.add_channel(guild, "aside", 11, guild.channels[0])
        async with connected(fake) as bot:
            seen = bot.get_guild(guild.id)
            assert seen is not None
            assert (seen.name, seen.me.id, seen.text_channels[0].id) == (
                "Springfield",
                fake.user_id,
                guild.channels[0].id,
            )
            assert seen.get_role(role.id) is not None
            assert [each.id for each in seen.threads] == [thread.id]
            assert (fake.identifies[0].shard, fake.identifies[0].intents) == ((0, 1), 1)
            assert fake.opened[0].query["compress"].startswith("z")
            fetched = await bot.fetch_guild(guild.id, with_counts=False)
            assert fetched.name == "Springfield"
        assert not fake.sessions, "a client that closes with 1000 ends its session"

    play(story)


def test_commands_are_stored_and_keep_their_ids() -> None:
    async def story(fake: FakeDiscord) -> None:
        async with connected(fake) as bot:
            first = await bot.tree.fetch_commands()
            second = await bot.tree.sync()
            assert {each.id for each in first} == {each.id for each in second}
            fake.fault("PUT", "/applications/*/commands", 403, code=50001)
            with pytest.raises(discord.Forbidden) as refused:
                await bot.tree.sync()
            assert refused.value.code == 50001

    play(story)


def test_a_slash_call_is_answered() -> None:
    async def story(fake: FakeDiscord) -> None:
        guild = fake.add_guild()
        ada = fake.add_user("Ada")
        async with connected(fake):
            options = {"text": "ho ", "times": 2, "who": ada}
            answer = await (await fake.slash("echo", options, user=ada, guild=guild)).settled()
            assert answer.callback is not None
            assert answer.callback.type == 4
            assert answer.original is not None
            assert answer.original.text == f"ho ho {ada.id}"
            assert not answer.original.ephemeral
            assert list(guild.channels[0].messages.values()) == [answer.original]
            with pytest.raises(LookupError):
                await fake.slash("echo", guild=guild)
            with pytest.raises(LookupError):
                await fake.slash("echo", {"text": "", "colour": "red"}, guild=guild)

    play(story)


def test_a_direct_message_and_a_foreign_server_name_whose_install_it_is() -> None:
    async def story(fake: FakeDiscord) -> None:
        guild, foreign = fake.add_guild(), fake.add_guild("Elsewhere", joined=False)
        async with connected(fake) as bot:
            assert [each.id for each in bot.guilds] == [guild.id]

            async def said(**who: Any) -> str:
                answer = await (await fake.slash("inside", **who)).settled()
                assert answer.original is not None
                return answer.original.text

            assert await said(guild=guild, permissions=1 << 5) == f"({guild.id}, [0], True) False"
            assert await said() == "(None, [1], False) False"
            assert await said(guild=foreign) == f"({foreign.id}, [0], False) True"
            assert await said(context=2) == "(None, [2], False) True"

    play(story)


def test_the_first_follow_up_takes_the_place_and_the_visibility_of_the_placeholder() -> None:
    async def story(fake: FakeDiscord) -> None:
        guild = fake.add_guild()
        async with connected(fake) as bot:
            answer = await fake.slash("slow", guild=guild)
            await fake.until(lambda: answer.callback)
            assert answer.original is not None
            assert answer.original.placeholder
            assert not answer.final
            bot.waiting.set()
            await fake.until(lambda: len(answer.followups) == 2)
            first, second = answer.followups
            assert first is answer.original
            assert (first.text, first.ephemeral, first.placeholder) == ("first", True, False)
            attached = [(each["filename"], each["description"]) for each in second.data["attachments"]]
            assert attached == [("map.png", "A map")]
            assert [r.files for r in fake.requests if r.files] == [(File("map.png", b"a map"),)]
            assert not guild.channels[0].messages, "an ephemeral message is in no history"
            public = await (await fake.slash("late_public", guild=guild)).settled()
            assert [each.ephemeral for each in public.followups] == [False]

    play(story)


def test_a_button_and_a_select_change_their_message() -> None:
    async def story(fake: FakeDiscord) -> None:
        guild = fake.add_guild()
        async with connected(fake):
            asked = await (await fake.slash("echo", {"text": "?"}, guild=guild)).settled()
            message = asked.message
            assert message is not None
            assert message.labels == {"Press": "press"}
            pressed = await (await fake.click(message, "press")).settled()
            assert pressed.original is message
            assert message.text == "pressed press"
            await (await fake.select(message, "pick", ["Ohio"])).settled()
            assert message.text == "pressed ['Ohio']"
            with pytest.raises(LookupError):
                await fake.click(message, "nowhere")

    play(story)


def test_a_container_is_read_and_pressed() -> None:
    async def story(fake: FakeDiscord) -> None:
        guild = fake.add_guild()
        async with connected(fake) as bot:
            message = (
                await (await fake.slash("box show", {"what": "Inside"}, guild=guild)).settled()
            ).message
            assert message is not None
            assert (message.text, message.labels) == ("Inside", {"Open": "open"})
            assert len({part["id"] for part in walk(message.data["components"])}) == 6
            place = bot.get_partial_messageable(guild.channels[0].id)
            assert (await place.fetch_message(message.id)).flags.components_v2
            # The bot answers with content, which such a message cannot have.
            pressed = await fake.click(message, "open", guild=guild)
            await fake.until(lambda: pressed.refused)
            assert pressed.refused == [50035]
            chosen = await fake.select(message, "people", [fake.someone])
            assert chosen.payload["data"]["values"] == [str(fake.someone.id)]
            assert list(chosen.payload["data"]["resolved"]["members"]) == [str(fake.someone.id)]
            await fake.until(lambda: chosen.refused)

    play(story)


def test_a_form_is_shown_and_sent() -> None:
    async def story(fake: FakeDiscord) -> None:
        guild = fake.add_guild()
        async with connected(fake) as bot:
            shown = await (await fake.slash("ask", guild=guild)).settled()
            assert shown.modal is not None
            assert shown.modal["custom_id"] == "form:1"
            with pytest.raises(LookupError, match="place"):
                await fake.submit(shown, {})
            sent = await (await fake.submit(shown, {"place": ["Ohio"], "sure": True})).settled()
            assert sent.original is not None
            assert sent.original.ephemeral
            fields = [label["component"] for label in bot.submitted[0]["components"]]
            assert [(f["custom_id"], f.get("value", f.get("values"))) for f in fields] == [
                ("name", "nobody"),
                ("place", ["Ohio"]),
                ("sure", True),
            ]

    play(story)


def test_a_message_menu_sees_the_message() -> None:
    async def story(fake: FakeDiscord) -> None:
        guild = fake.add_guild()
        said = fake.post(guild.channels[0], "a rumour")
        async with connected(fake):
            answer = await (await fake.menu("Look at this", said)).settled()
            assert answer.original is not None
            assert answer.original.text == "saw a rumour"

    play(story)


def test_more_than_25_choices_are_refused() -> None:
    async def story(fake: FakeDiscord) -> None:
        async with connected(fake):
            answer = await (await fake.autocomplete("colour", "name", "re")).settled()
            assert answer.choices == [{"name": "re0", "value": "0"}]
            refused = await fake.autocomplete("colour", "name", "too many")
            await fake.until(lambda: refused.refused)
            assert refused.refused == [50035]

    play(story)


def test_too_late_twice_and_after_fifteen_minutes() -> None:
    async def story(fake: FakeDiscord) -> None:
        async with connected(fake) as bot:
            late = await fake.slash("colour", {"name": "red"}, age=3.5)
            await fake.until(lambda: late.refused)
            assert late.refused == [10062]
            with pytest.raises(AssertionError, match="refused with 10062"):
                await late.settled(timeout=0.01)
            second = await (await fake.slash("twice")).settled()
            await fake.until(lambda: second.followups)
            assert second.followups[0].text == "400 40060"
            expired = await fake.slash("slow")
            await fake.until(lambda: expired.callback)
            expired.expired = True
            bot.waiting.set()
            await fake.until(lambda: expired.refused)
            assert expired.refused == [50027]

    play(story)


def test_a_dropped_socket_is_resumed_with_what_was_missed() -> None:
    async def story(fake: FakeDiscord) -> None:
        async with connected(fake) as bot:
            await fake.drop_gateway()
            answer = await fake.slash("colour", {"name": "red"})
            await answer.settled()
            assert ("resumed", 0) in bot.events
            assert len(fake.identifies) == 1
            assert [each.path for each in fake.opened] == ["/gateway", "/gateway/resume"]
            # Asked to by the gateway, and closed by it with a code that allows it.
            await fake.reconnect()
            await fake.until(lambda: len(fake.resumes) == 2)
            await fake.until(lambda: fake.connections)
            await fake.drop_gateway(4000)
            await (await fake.slash("colour", {"name": "red"})).settled()
            assert (len(fake.resumes), len(fake.identifies)) == (3, 1)

    play(story)


def test_a_forgotten_session_starts_anew_and_has_missed_something() -> None:
    async def story(fake: FakeDiscord) -> None:
        async with connected(fake):
            await fake.drop_gateway()
            lost = await fake.slash("colour", {"name": "red"})
            fake.forget_sessions()
            await fake.until(lambda: len(fake.identifies) == 2 and fake.sessions)
            await (await fake.slash("colour", {"name": "blue"})).settled()
            assert lost.callback is None

    play(story)


def test_a_refused_resume_is_tried_again_or_starts_anew() -> None:
    async def story(fake: FakeDiscord) -> None:
        async with connected(fake):
            fake.refuses_resume = True
            await fake.drop_gateway()
            await fake.until(lambda: len(fake.resumes) == 2)
            fake.refuses_resume = False
            await fake.drop_gateway()
            await fake.until(lambda: len(fake.identifies) == 2)
            await fake.invalidate()
            await fake.until(lambda: len(fake.identifies) == 3)
            assert len(fake.resumes) == 3

    play(story)


def test_after_the_gateway_was_down_the_bot_identifies_and_has_missed_something() -> None:
    async def story(fake: FakeDiscord) -> None:
        async with connected(fake):
            await fake.stop_gateway()
            missed = await fake.slash("colour", {"name": "red"})
            await fake.until(lambda: fake.turned_away)
            await fake.start_gateway()
            await fake.until(lambda: len(fake.identifies) == 2)
            assert not fake.resumes
            assert missed.callback is None

    play(story)


def test_a_bot_in_another_process_may_be_killed_and_come_back() -> None:
    async def story(fake: FakeDiscord) -> None:
        async def life(number: int) -> None:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-c", CHILD, fake.token, fake.api, fake.gateway
            )
            try:
                await fake.until(lambda: len(fake.identifies) == number, timeout=20)
                answer = await (await fake.slash("hello")).settled()
                assert answer.original is not None
                assert answer.original.text == "hello"
            finally:
                child.kill()
                await child.wait()
            await fake.until(lambda: not fake.connections)

        await life(1)
        await life(2)
        # Nobody said goodbye: both sessions are still to be resumed.
        assert len(fake.sessions) == 2

    play(story)


def test_nobody_gets_in_while_the_gateway_is_down() -> None:
    async def story(fake: FakeDiscord) -> None:
        await fake.stop_gateway()
        async with aiohttp.ClientSession() as session:
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await session.ws_connect(fake.gateway)
            assert refused.value.status == 503
            await fake.start_gateway()
            async with session.ws_connect(fake.gateway) as socket:
                assert (await socket.receive_json())["op"] == 10

    play(story)


def test_a_heartbeat_is_acknowledged_unless_told_otherwise() -> None:
    async def story(fake: FakeDiscord) -> None:
        fake.heartbeat_interval = 0.05
        async with connected(fake) as bot:
            before = fake.heartbeats
            await fake.until(lambda: fake.heartbeats > before + 1)
            assert bot.latency < 5
        fake.acknowledges = False
        async with connected(fake) as bot:
            before = fake.heartbeats
            await fake.until(lambda: fake.heartbeats > before + 1)
            assert bot.latency == float("inf")

    play(story)


def test_disallowed_intents_and_a_wrong_token_end_the_bot() -> None:
    async def story(fake: FakeDiscord) -> None:
        fake.refuses_identify = 4014
        async with bot_of(fake) as bot:
            await bot.login(fake.token)
            with pytest.raises(discord.PrivilegedIntentsRequired):
                await bot.connect()
        async with bot_of(fake) as bot:
            with pytest.raises(discord.LoginFailure):
                await bot.login("another.token")
        assert fake.requests[-1].status == 401

    play(story)


def test_guilds_come_and_go() -> None:
    async def story(fake: FakeDiscord) -> None:
        guild = fake.add_guild()
        async with connected(fake) as bot:
            new = fake.add_guild("New", joined=False)
            await fake.join(new)
            await fake.outage(guild)
            await happened(bot, ("unavailable", guild.id))
            await fake.recover(guild)
            await fake.remove(new)
            await happened(bot, ("remove", new.id))
            joined = [what for what in bot.events if what[0] == "join"]
            assert joined == [("join", new.id)]
            seen = bot.get_guild(guild.id)
            assert seen is not None
            assert not seen.unavailable
            with pytest.raises(discord.Forbidden) as refused:
                await bot.fetch_channel(new.channels[0].id)
            assert refused.value.code == 50001

    play(story)


def test_each_shard_gets_its_own_guilds() -> None:
    async def story(fake: FakeDiscord) -> None:
        guilds = [fake.add_guild(str(number)) for number in range(3)]
        fake.shards = 2
        async with connected(fake) as bot:
            assert [each.shard for each in fake.identifies] == [(0, 2), (1, 2)]
            told = {
                session.shard[0]: [
                    guild.id for guild in guilds if any(f'"{guild.id}"' in e for e in session.events)
                ]
                for session in fake.sessions.values()
            }
            assert told == {0: [guilds[0].id, guilds[2].id], 1: [guilds[1].id]}
            assert sorted(each.id for each in bot.guilds) == [each.id for each in guilds]
            # A call in a guild is the business of its shard alone.
            await (await fake.slash("colour", {"name": "red"}, guild=guilds[1])).settled()
            calls = {
                s.shard[0]: sum("INTERACTION_CREATE" in e for e in s.events) for s in fake.sessions.values()
            }
            assert calls == {0: 0, 1: 1}

    play(story)


def test_a_429_is_waited_out_and_a_502_sent_again() -> None:
    async def story(fake: FakeDiscord) -> None:
        channel = fake.add_guild().channels[0]
        async with connected(fake) as bot:
            fake.limit("POST", "/channels/*/messages", retry_after=0.05)
            await speak(bot, channel, "after a while")
            fake.fault("POST", "/channels/*/messages", 502)
            await speak(bot, channel, "after a second")
            path = f"/channels/{channel.id}/messages"
            assert [r.status for r in fake.sent("POST", path)] == [429, 200, 502, 200]
            assert [m.text for m in channel.messages.values()] == ["after a while", "after a second"]

    play(story)


def test_a_429_of_cloudflare_is_an_error_at_once() -> None:
    async def story(fake: FakeDiscord) -> None:
        channel = fake.add_guild().channels[0]
        async with connected(fake) as bot:
            fake.limit("POST", "/channels/*/messages", retry_after=0.05, via=False)
            with pytest.raises(discord.HTTPException) as refused:
                await speak(bot, channel, "no")
            assert refused.value.status == 429
            assert not channel.messages

    play(story)


def test_a_bucket_keeps_the_client_from_asking_too_often() -> None:
    async def story(fake: FakeDiscord) -> None:
        channel = fake.add_guild().channels[0]
        fake.bucket("POST", "/channels/*/messages", limit=2, seconds=0.3)
        async with connected(fake) as bot:
            for number in range(3):
                await speak(bot, channel, str(number))
            sent = fake.sent("POST", f"/channels/{channel.id}/messages")
            assert [r.status for r in sent] == [200, 200, 200]
            assert sent[2].at - sent[0].at >= 0.25
        headers = {"Authorization": f"Bot {fake.token}"}
        async with aiohttp.ClientSession(headers=headers) as session:
            url = f"{fake.api}/channels/{channel.id}/messages"
            answers = [await session.post(url, json={"content": "!"}) for _ in range(3)]
            assert answers[2].status == 429
            assert 0 < (await answers[2].json())["retry_after"] <= 0.3

    play(story)


def test_what_was_accepted_and_not_answered_is_one_message_when_sent_again() -> None:
    async def story(fake: FakeDiscord) -> None:
        channel = fake.add_guild().channels[0]
        async with connected(fake) as bot:
            fake.fault("POST", "/channels/*/messages", "drop")
            with pytest.raises(aiohttp.ClientError):
                await speak(bot, channel, "once", nonce="d-1")
            again = await speak(bot, channel, "once", nonce="d-1")
            assert list(channel.messages) == [again.id]
            assert again.nonce == "d-1"
            await speak(bot, channel, "once", nonce="d-2")
            assert len(channel.messages) == 2
            found = [message async for message in bot.get_partial_messageable(channel.id).history(limit=10)]
            assert [message.nonce for message in found] == [None, None]
            await again.delete()
            with pytest.raises(discord.NotFound) as unknown:
                await speak(bot, channel, "once", nonce="d-1")
            assert unknown.value.code == 10008

    play(story)


def test_dropped_before_hanging_and_late() -> None:
    async def story(fake: FakeDiscord) -> None:
        channel = fake.add_guild().channels[0]
        async with connected(fake) as bot:
            fake.fault("POST", "/channels/*/messages", "drop_before")
            with pytest.raises(aiohttp.ClientError):
                await speak(bot, channel, "cut")
            assert not channel.messages
            silent = fake.fault("POST", "/channels/*/messages", "hang")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(speak(bot, channel, "silent"), 0.05)
            assert silent.hits == 1
            assert not channel.messages
            fake.fault("POST", "/channels/*/messages", "hang_after")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(speak(bot, channel, "done and silent"), 0.05)
            fake.fault("POST", "/channels/*/messages", "delay", seconds=0.05)
            await speak(bot, channel, "late")
            assert [m.text for m in channel.messages.values()] == ["done and silent", "late"]
            assert [r.status for r in fake.sent("POST", f"/channels/{channel.id}/messages")] == [None] * 3 + [
                200
            ]

    play(story)


def test_history_is_newest_first_and_paged() -> None:
    async def story(fake: FakeDiscord) -> None:
        channel = fake.add_guild().channels[0]
        said = [fake.post(channel, str(number)) for number in range(120)]
        async with connected(fake) as bot:
            place = bot.get_partial_messageable(channel.id)
            newest = [m.content async for m in place.history(limit=None)]
            assert newest == [str(number) for number in reversed(range(120))]
            after = [m.content async for m in place.history(limit=3, after=discord.Object(said[4].id))]
            assert after == ["5", "6", "7"]
            around = [m.content async for m in place.history(limit=3, around=discord.Object(said[50].id))]
            assert sorted(around) == ["49", "50", "51"]
            mine = await speak(bot, channel, "mine")
            await mine.edit(content="mine, edited")
            assert (await place.fetch_message(mine.id)).content == "mine, edited"
            with pytest.raises(discord.Forbidden):
                await place.get_partial_message(said[0].id).edit(content="not mine")

    play(story)


def test_a_direct_channel_is_always_the_same() -> None:
    async def story(fake: FakeDiscord) -> None:
        ada = fake.add_user("Ada")
        async with connected(fake) as bot:
            user = discord.Object(ada.id)
            first, second = await bot.create_dm(user), await bot.create_dm(user)
            assert first.id == second.id == fake.direct_channel(ada).id
            await first.send("psst")
            assert [m.text for m in fake.direct_channel(ada).messages.values()] == ["psst"]

    play(story)


def test_content_that_discord_refuses_is_refused() -> None:
    async def story(fake: FakeDiscord) -> None:
        channel = fake.add_guild().channels[0]
        async with connected(fake) as bot:
            codes = []
            for content in ("", "x" * 2001):
                with pytest.raises(discord.HTTPException) as refused:
                    await speak(bot, channel, content)
                codes.append(refused.value.code)
            assert codes == [50006, 50035]

    play(story)


def test_an_unknown_route_is_noted() -> None:
    async def story(fake: FakeDiscord) -> None:
        async with connected(fake) as bot:
            with pytest.raises(discord.NotFound):
                await bot.fetch_user(fake.someone.id)
            assert [(r.method, r.path) for r in fake.unknown] == [("GET", f"/users/{fake.someone.id}")]
            fake.unknown.clear()

    play(story)


def play(story: Callable[[FakeDiscord], Awaitable[None]]) -> None:
    """Tell a story on a fake Discord; whatever it does, no route may be missing."""

    async def told() -> None:
        async with FakeDiscord() as fake:
            await story(fake)
            assert not fake.unknown

    asyncio.run(told())


@asynccontextmanager
async def bot_of(fake: FakeDiscord) -> AsyncIterator[Bot]:
    """A bot that knows no other Discord than the fake."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Route, "BASE", fake.api)
        patch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", URL(fake.gateway))
        async with Bot() as bot:
            yield bot


@asynccontextmanager
async def connected(fake: FakeDiscord) -> AsyncIterator[Bot]:
    """A bot that is ready, its commands registered."""
    async with bot_of(fake) as bot:
        await bot.login(fake.token)
        await bot.tree.sync()
        running = asyncio.create_task(bot.connect())
        try:
            async with asyncio.timeout(10):
                await bot.wait_until_ready()
            yield bot
        finally:
            await bot.close()
            await running


async def happened(bot: Bot, event: tuple[str, int]) -> None:
    """Wait until the bot noticed something."""
    await bot.bell.until(lambda: event in bot.events, 5.0)


async def speak(bot: Bot, channel: Channel, content: str, **more: Any) -> discord.Message:
    """Send a message to a channel."""
    return await bot.get_partial_messageable(channel.id).send(content, **more)
