"""`fiftywire run` and `fiftywire discord invite`: what an operator meets, and what never reaches the log."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.integration.discord.fake.server import FakeDiscord
from tests.integration.discord.sockets.serving import started, words

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.cli.child import Fiftywire
    from tests.integration.discord.sockets.serving import Child

READY = "Connected to Discord. Stop with Ctrl-C."
BOSS = 1 << 5
# Of the form of a bot's token, but of nobody; put together here, so that no scanner takes it for a real one.
TOKEN = ".".join(["MTIzNDU2Nzg5MDEyMzQ1Njc4", "GabcDE", "a-b_c" * 7 + "xyz"])


def play(story: Callable[[FakeDiscord], Awaitable[None]]) -> None:
    """Tell a story beside a fake Discord whose token looks real."""

    async def told() -> None:
        async with FakeDiscord() as fake:
            fake.token = TOKEN
            fake.add_guild("Plain Talk")
            await story(fake)

    asyncio.run(told())


async def refused(child: Child, status: int) -> str:
    """The one sentence with which it ends."""
    found = await child.end(None)
    assert (found, child.out.read_bytes()) == (status, b""), child.said
    (line,) = child.said.splitlines()
    assert re.fullmatch(r"[A-Z][^\n]{10,400}[.?]", line), line
    assert TOKEN not in line
    return line


@pytest.mark.parametrize(
    ("settings", "part"),
    [
        ({}, "Set FIFTYWIRE_DISCORD_TOKEN"),
        ({"discord_token": "MTIz. GabcDE.abc"}, "has a space"),
        ({"discord_token": TOKEN, "discord_api": "discord.com"}, "FIFTYWIRE_DISCORD_API"),
        ({"discord_token": TOKEN, "discord_api": "nonsense"}, "FIFTYWIRE_DISCORD_API"),
        ({"discord_token": TOKEN, "discord_token_file": "x"}, "not both"),
        ({"discord_token_file": "nosuch"}, "cannot be read"),
    ],
)
def test_a_setting_that_is_wrong(settings: dict[str, str], part: str, writer: Fiftywire) -> None:
    sentence = writer.having(**settings).run("run").refused(3)
    assert part in sentence
    assert "GabcDE" not in sentence


@pytest.mark.parametrize("wrong", ["token", "endpoint", "scope", 4004, 4014])
def test_what_discord_refuses_is_a_sentence_and_3(wrong: str | int, writer: Fiftywire) -> None:
    async def story(fake: FakeDiscord) -> None:
        settings = {}
        if wrong == "token":
            settings["discord_token"] = TOKEN[:-1]
        elif wrong == "endpoint":
            fake.application["interactions_endpoint_url"] = "https://example.org/discord"
        elif wrong == "scope":
            fake.fault("PUT", "/applications/*/commands", 403, code=50001)
        else:
            assert isinstance(wrong, int)
            fake.refuses_identify = wrong
        async with started(writer, fake, "run", **settings) as child:
            sentence = await refused(child, 3)
        parts = {"endpoint": "Endpoint URL", "scope": "applications.commands", 4014: "intent"}
        assert parts.get(wrong, "FIFTYWIRE_DISCORD_TOKEN").lower() in sentence.lower()

    play(story)


def test_an_invitation_needs_a_token(newcomer: Fiftywire) -> None:
    assert "Set FIFTYWIRE_DISCORD_TOKEN first" in newcomer.run("discord", "invite").refused(3)


def test_an_api_that_cannot_be_reached_is_a_sentence_and_5(writer: Fiftywire) -> None:
    """With `run` it takes 30 seconds: tests/integration/discord has it with fewer."""
    settings = {"discord_token": TOKEN, "discord_api": "http://127.0.0.1:1/api/v10"}
    sentence = writer.having(**settings).run("discord", "invite").refused(5)
    assert sentence == "Discord cannot be reached: ClientConnectorError."


@pytest.mark.parametrize("api", ["http://[::1/api", "http://:80", "http://127.0.0.1:99999/api"])
def test_an_address_that_only_looks_like_one(api: str, writer: Fiftywire) -> None:
    sentence = writer.having(discord_token=TOKEN, discord_api=api).run("discord", "invite").refused(3)
    assert "FIFTYWIRE_DISCORD_API" in sentence


def test_the_links_that_add_the_bot(newcomer: Fiftywire) -> None:
    async def story(fake: FakeDiscord) -> None:
        async with started(newcomer, fake, "discord", "invite") as child:
            assert await child.end(None) == 0
            assert child.said == ""
            out = child.out.read_text(encoding="utf-8")
        links = re.findall(r"https://\S+", out)
        assert len(links) == 2
        assert all(f"client_id={fake.application_id}" in link for link in links)
        assert all("applications.commands" in link for link in links)
        assert ["integration_type=1" in link for link in links] == [False, True]
        assert TOKEN not in out
        assert not newcomer.data.exists(), "no database is needed for it"

    play(story)


def test_from_nothing_to_a_first_answer(newcomer: Fiftywire) -> None:
    async def story(fake: FakeDiscord) -> None:
        (guild,) = fake.guilds.values()
        async with started(newcomer, fake, "run") as child:
            await child.says(READY)
            answer = await (await fake.slash("state", {"state": "IL"}, guild=guild)).settled()
            status = await child.end()
            assert status == 0
            where, code, *others = child.said.splitlines()
            assert where == f"A new catalogue at {newcomer.data}"
            assert "/setup code:" in code
            assert others == [
                "Importing the starter catalogue: 267 of 267",
                READY,
            ]
        # With nothing under way nothing is waited for: an end that comes hard leaves the file.
        assert not newcomer.data.with_name("fiftywire.db-wal").exists(), "the database was closed"
        said = words(answer.message)
        whole = newcomer.run("ask", "--json", "/state IL").document
        assert whole["title"] in said
        # What follows a dash there is an address, and a link here.
        assert all(field["value"].split(" — ")[0] in said for field in whole["fields"])
        assert all(item["title"] in said for item in whole["items"])
        assert f"Page 1 of {whole['page']['pages']}, {whole['page']['total']} in all" in said

    play(story)


def test_without_a_command_it_runs_where_a_token_is_set_be_it_in_a_file(writer: Fiftywire) -> None:
    async def story(fake: FakeDiscord) -> None:
        (writer.folder / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
        async with started(writer, fake, discord_token=None, discord_token_file="token") as child:
            await child.says(READY)
            assert await child.end() == 0
            assert child.out.read_bytes() == b""

    play(story)


def test_without_a_command_and_a_token_it_is_the_chat(writer: Fiftywire) -> None:
    done = writer.run(typed="/about\n")
    assert (done.status, done.err) == (0, "")
    assert "Fiftywire" in done.out


def test_the_log_holds_nobody_and_nothing_that_was_written(writer: Fiftywire) -> None:
    """At its most talkative, through a whole conversation in which things go wrong."""

    async def story(fake: FakeDiscord) -> None:
        (guild,) = fake.guilds.values()
        boss = fake.add_user("Bosslady Quirkwell")
        async with started(writer, fake, "run", log_level="DEBUG") as child:
            await child.says(READY)
            said = [
                await fake.slash("search", {"words": "zeppelinade over Springfield"}, guild=guild),
                await fake.autocomplete("state", "state", "xylophonia", guild=guild),
                await fake.menu(
                    "Look up in Fiftywire",
                    fake.post(guild.channels[0], "My landlord Bob in Ohio https://example.org/landlord-bob"),
                ),
                await fake.slash("state", {"state": "gobbledygookstan"}, guild=guild),
                await fake.slash("state", {"state": "IL"}, age=10),
            ]
            for answer in said:
                await fake.until(lambda answer=answer: answer.callback or answer.refused)  # type: ignore[misc]  # mypy has no type for it
            page = await (await fake.slash("setup", user=boss, guild=guild, permissions=BOSS)).settled()
            assert page.original is not None
            token = page.original.labels["Change"]
            shown = await (await fake.click(page.original, token, user=boss, permissions=BOSS)).settled()
            sent = await fake.submit(
                shown, {"zone": "Narnia/Cair Paravel", "moderators": [boss]}, permissions=BOSS
            )
            await sent.settled()
            fake.limit("POST", "/interactions/*/*/callback", retry_after=0.05)
            fake.fault("POST", "/interactions/*/*/callback", "drop")
            last = await (await fake.slash("state", {"state": "TX"}, guild=guild)).settled()
            await fake.drop_gateway()
            await fake.until(lambda: fake.resumes)
            assert await child.end() == 0
            log = child.err.read_bytes().decode().lower()
        assert "discord.gateway" in log, "there is something to search in"
        for secret in (
            *TOKEN.split("."),
            *(answer.token for answer in (*said, page, shown, sent, last)),
            *(str(user.id) for user in fake.users.values() if user is not fake.bot),
            *(
                "zeppelinade",
                "xylophonia",
                "landlord",
                "gobbledygook",
                "narnia",
                "paravel",
                "quirkwell",
                "someone",
            ),
        ):
            assert secret.lower() not in log, secret

    play(story)


def test_the_settings_of_discord_are_in_the_documents() -> None:
    text = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
    for name in ("DISCORD_TOKEN", "DISCORD_TOKEN_FILE", "DISCORD_API"):
        assert f"`FIFTYWIRE_{name}`" in text
