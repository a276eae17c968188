"""Lists of every size and titles of every kind, as they go over the wire."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import pytest
from simcord.components import walk_components

from bot.commands.spec import Chosen, Invocation, Pressed
from bot.domain.catalogue.actions import Source
from bot.domain.catalogue.dates import PartialDate
from bot.domain.community.people import Account, Home
from tests.dialogue.publishing import facts, publish
from tests.integration.discord.driving import (
    MESSAGE,
    UPDATE,
    answer,
    buttons,
    links,
    play,
    said,
    selects,
    texts,
)

if TYPE_CHECKING:
    from pathlib import Path

    from simcord.results import ResponseMessage

    from bot.messages.reply import Reply
    from tests.integration.discord.driving import Json, World

STATE = "VI"  # nothing on file for it in the starter
CODE = re.compile(rf"\b{STATE}-[0-9]+")
MANY = 5000


def codes_in(message: ResponseMessage) -> list[str]:
    """The codes of the actions that a page lists, from what opens them."""
    return [label for label in buttons(message.components) if CODE.fullmatch(label)]


def holds(components: list[Json]) -> bool:
    """Whether Discord takes the message."""
    parts = list(walk_components(components))
    ids = [c["custom_id"] for c in parts if "custom_id" in c]
    characters = sum(len(c["content"]) for c in parts if c.get("type") == 10)
    return len(parts) <= 40 and characters <= 4000 and len(ids) == len(set(ids))


def fill(world: World, count: int) -> None:
    """Publish that many actions of one state."""
    for first in range(0, count, 1000):
        numbers = range(first, min(first + 1000, count))
        publish(world.database, *(facts(STATE, title=f"Counts reservoir {n}") for n in numbers))


@pytest.mark.parametrize(("count", "pages"), [(0, 0), (1, 1), (8, 1), (9, 2), (26, 4)])
def test_next_reaches_the_last_action_and_shows_each_once(tmp_path: Path, count: int, pages: int) -> None:
    async def script(world: World) -> None:
        fill(world, count)
        message = answer(await world.ana.slash(world.channel, "state", state=STATE))
        seen, turned = codes_in(message), 1
        while "Next" in buttons(message.components):
            assert f"Page {turned} of {pages}, {count} in all" in said_in(message)
            result = await world.ana.click(message, label="Next")
            assert answer(result).id == message.id, "it turns in place"
            seen += codes_in(message)
            turned += 1
        assert sorted(seen) == sorted(f"{STATE}-{n}" for n in range(1, count + 1))
        assert turned == max(pages, 1)
        assert all(holds(body["components"]) for body in world.sent())
        assert world.callbacks() == [MESSAGE, *[UPDATE] * (turned - 1)]

    play(tmp_path, script)


def said_in(message: ResponseMessage) -> str:
    return texts(message.components)


def test_previous_leads_back_the_same_way(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        fill(world, 26)
        message = answer(await world.ana.slash(world.channel, "state", state=STATE))
        there = [codes_in(message)]
        while "Next" in buttons(message.components):
            await world.ana.click(message, label="Next")
            there.append(codes_in(message))
        back = [codes_in(message)]
        while "Previous" in buttons(message.components):
            await world.ana.click(message, label="Previous")
            back.append(codes_in(message))
        assert len(there) == 4
        assert back[::-1] == there

    play(tmp_path, script)


def test_five_thousand_actions_are_walked_to_the_last(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        fill(world, MANY)
        account, home = Account("discord", "1", "ana"), Home("discord", str(world.guild.id))

        async def ask(asked: Chosen | Pressed) -> Reply:
            return await world.dispatcher.dispatch(Invocation(asked, account, home, world.env.now()))

        reply = await ask(Chosen("state", {"state": STATE}))
        seen, tokens = [str(item.code) for item in reply.lines], []
        while following := [button.token for button in reply.buttons if button.label == "Next"]:
            tokens += following
            reply = await ask(Pressed(following[0]))
            seen += [str(item.code) for item in reply.lines]
        assert len(seen) == len(set(seen)) == MANY
        # the first three and the last three as people see them
        pages = len(tokens) + 1
        message = answer(await world.ana.slash(world.channel, "state", state=STATE))
        shown = codes_in(message)
        for number in (2, 3):
            await world.ana.click(message, label="Next")
            assert f"Page {number} of {pages}, 5,000 in all" in said_in(message)
            shown += codes_in(message)
        assert shown == seen[:24]
        message, shown = world.post(tokens[-3]), []
        await world.ana.click(message, custom_id=tokens[-3])
        for number in (pages - 2, pages - 1, pages):
            assert f"Page {number} of {pages}, 5,000 in all" in said_in(message)
            shown += codes_in(message)
            if number < pages:
                await world.ana.click(message, label="Next")
        assert shown == seen[-len(shown) :]
        assert "Next" not in buttons(message.components)
        assert all(holds(body["components"]) for body in world.sent())

    play(tmp_path, script)


# --- in hostile hands

BIDI = "\u202egnp.exe\u202c \u2066inside\u2069 \u200bzero\u200dwidth\ufeff \u200e\u061c"
HOSTILE = [
    "a" * 4000,
    "*_~|`" * 800,
    "@everyone @here <@&1> <@1> <#2> </state:3> <t:1:R> <id:guide>",
    "[click](javascript:alert(1)) [x](https://evil.example) <https://evil.example> https://evil.example",
    "# big\n> quote\n- list\n1. one\n```\ncode\n``` ||spoiler|| -# small",
    "\\@everyone \\[x\\](https://evil.example) \\",
    BIDI,
    "\U000e0041\U000e0042 tags \u00ad soft \u180e",
    "Z" + "\u0310" * 3000,
    "discord.gg/evil and www.evil.example",
]
# What Discord would take for more than text: no backslash before it.
_ALIVE = [
    re.compile(r"(?<!\\)@(everyone|here)"),
    re.compile(r"(?<!\\)<(@[&!]?|#|/|t:|id:|a?:)[\w:]"),
    re.compile(r"(?<!\\)\]\("),
    re.compile(r"(?<!\\)`"),
    re.compile(r"(?<!\\)\|\|"),
    re.compile(r"\bhttps?://(?!example\.org/)"),
]


def dangers(text: str) -> list[str]:
    """What in a text display is not only text, apart from our own marks and addresses."""
    plain = re.sub(r"\\\\", "", text)  # an escaped backslash escapes nothing
    found = [match[0] for pattern in _ALIVE for match in pattern.finditer(plain)]
    return found + [f"U+{ord(c):04X}" for c in plain if unicodedata.category(c) in ("Cf", "Cc") and c != "\n"]


def labels(components: list[Json]) -> list[str]:
    """All text outside of text displays."""
    parts = [c.get(key, "") for c in walk_components(components) for key in ("label", "placeholder")]
    return [*parts, *(o["label"] for s in selects(components) for o in s["options"])]


@pytest.mark.parametrize("title", HOSTILE)
def test_no_title_is_more_than_text(tmp_path: Path, title: str) -> None:
    link = "https://example.org/counts"
    on = PartialDate.parse("2025-03-04")
    source = Source(link, title, title[:200], on)

    async def script(world: World) -> None:
        fact = facts(STATE, title=title, summary=title, sources=(source,), responds_to=(title[:200],))
        publish(world.database, fact)
        for command, options in (
            ("state", {"state": STATE}),
            ("action", {"code": f"{STATE}-1"}),
            ("recent", {}),
            ("search", {"words": title[:300] or "x"}),
            ("search", {"words": "nothing " + title[:300]}),
            ("answers", {"measure": title[:200]}),
            ("state", {"state": title[:300]}),
            ("lookup", {"text": title + " Ohio"}),
            ("help", {}),
        ):
            mark = world.mark
            result = await world.ana.slash(world.channel, command, **options)
            assert said(result)
            for body in world.sent(mark):
                assert body["allowed_mentions"] == {"parse": []}
                assert holds(body["components"])
                assert dangers(texts(body["components"])) == []
                for label in labels(body["components"]):
                    assert not any(unicodedata.category(c) in ("Cf", "Cc") for c in label), ascii(label)
                assert all(url.startswith("https://example.org/") for url in links(body["components"]))

    play(tmp_path, script, starter=False)


def test_every_message_there_is_mentions_nobody(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        mark = world.mark
        publish(world.database, facts(STATE, title="@everyone <@&1>"))
        page = answer(await world.ana.slash(world.channel, "state", state=STATE))
        await world.ana.click(page, label=f"{STATE}-1")  # in place
        await world.ana.slash(world.channel, "state", state="@everyone")  # an error
        bodies = world.sent(mark)
        assert len(bodies) == 3
        assert [body["allowed_mentions"] for body in bodies] == [{"parse": []}] * 3

    play(tmp_path, script, starter=False)


def test_a_source_that_imitates_another_host_shows_its_own(tmp_path: Path) -> None:
    on = PartialDate.parse("2025-03-04")
    sources = (
        Source("https://evil.example/a", "https://www.nytimes.com/2025/states", "nytimes.com", on),
        Source("https://www.nytimes.com.evil.example/b", "The Times", "The Times", on),
        Source("https://www.nytimes.com@evil.example/c", "The Times", "The Times", on),
        Source("https://xn--ppe-0nd0b.example/d", "Apple", "Apple", on),
    )

    async def script(world: World) -> None:
        publish(world.database, facts(STATE, sources=(facts().sources[0], *sources)))
        components = answer(await world.ana.slash(world.channel, "action", code=f"{STATE}-1")).components
        assert links(components) == {
            "https://example.org/counts": "example.org",
            "https://evil.example/a": "evil.example",
            "https://www.nytimes.com.evil.example/b": "nytimes.com.evil.example",
            "https://evil.example/c": "evil.example",
            "https://xn--ppe-0nd0b.example/d": "xn--ppe-0nd0b.example",
        }
        assert texts(components).count(", evil.example") == 2, "beside the words that name another host"
        assert dangers(texts(components)) == []

    play(tmp_path, script, starter=False)


def test_an_address_cannot_break_out_of_its_link(tmp_path: Path) -> None:
    on = PartialDate.parse("2025-03-04")
    sources = (
        Source("https://example.org/)](https://evil.example)", "Click", "Evil", on),
        Source("https://example.org/>%20@everyone<@1>", "Click", "Evil", on),
        Source("https://example.org/" + "long/" * 200 + ">@everyone", "Click", "Evil", on),
    )

    async def script(world: World) -> None:
        publish(world.database, facts(STATE, sources=(facts().sources[0], *sources)))
        mark = world.mark
        await world.ana.slash(world.channel, "action", code=f"{STATE}-1")
        (body,) = world.sent(mark)
        assert all(url.startswith("https://example.org/") for url in links(body["components"]))
        assert dangers(texts(body["components"])) == []

    play(tmp_path, script, starter=False)
