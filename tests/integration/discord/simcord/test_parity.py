"""Every command on Discord says what the terminal says, and refuses whom the core refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

from adapters.discord.drawing.escape import escape
from adapters.discord.drawing.render import draw
from bot.commands.every import build_registry
from bot.commands.parsing import parse_options, split_command
from bot.commands.spec import Invocation, Typed
from bot.domain.catalogue.filters import Filter
from bot.domain.community.people import COMMONS, Account, Home, Role
from bot.domain.writing.links import host_of
from bot.engine.community.homes import enter_home
from bot.messages.reply import Visibility
from bot.ports.store import read, write
from tests.dialogue.oracle import ACTIONS
from tests.dialogue.publishing import facts, publish
from tests.integration.discord.driving import (
    EPHEMERAL,
    answer,
    buttons,
    links,
    play,
    said,
    selects,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.commands.spec import CommandSpec
    from bot.domain.catalogue.actions import ActionLine
    from bot.messages.message import Link
    from bot.messages.reply import Reply
    from tests.integration.discord.driving import Json, World

MOST_TEXT = 4000
LISTED = [
    (spec, example)
    for spec in build_registry().specs
    if not spec.button
    for example in (spec.examples or (f"/{spec.name}",))
]
HOME = Home("terminal", "local")
ONCE = {"link", "privacy", "setup"}
"""What says something else each time, of each account or of each community."""
NEEDS_REPORTS = {"answer", "check", "link", "member", "reports", "review", "undo", "withdraw"}
"""Commands whose examples name reports, people or changes that a new catalogue has not."""


async def ask_terminal(world: World, asked: Typed) -> Reply:
    """The answer as the core gives it to an admin at the terminal."""
    account = Account("terminal", "ana", "ana", Role.ADMIN)
    return await world.dispatcher.dispatch(Invocation(asked, account, HOME, world.env.now()))


def slash_options(spec: CommandSpec, line: str) -> dict[str, Any]:
    """A command line's options, each as Discord types it."""
    given = parse_options(spec, split_command(line)[1])
    return {name: int(text) if spec.option(name).type.whole else text for name, text in given.items()}


def missing(reply: Reply, components: list[Json]) -> list[str]:
    """What the reply says and the message does not."""
    text = words(components)
    labels = buttons(components)
    options = [[option["label"] for option in select["options"]] for select in selects(components)]
    lost = [fact for fact in written_in(reply) if fact not in text]
    lost += [f"button {b.label}" for b in reply.buttons if b.label not in labels]
    for choice in reply.choices:
        if [option.label for option in choice.options] not in options:
            lost.append(f"choice {choice.label}")
    for item in reply.lines:
        lost += [fact for fact in said_of(item) if fact not in text]
        code = str(item.code)
        offered = [
            code in labels,
            code in text,
            *(label.startswith(f"{code} ") for o in options for label in o),
        ]
        if not any(offered):
            lost.append(f"code {code}")
    lost += [link.url for link in reply.links if not leads_to(link, components)]
    return lost


def written_in(reply: Reply) -> Iterator[str]:
    """Title, text, fields, what links are called, the page."""
    yield reply.title
    yield from reply.text.splitlines()
    for field in reply.fields:
        yield field.name
        yield from field.value.splitlines()
    for link in reply.links:
        yield from (link.name, link.label)
    if reply.page and reply.page.pages > 1:
        yield f"Page {reply.page.number:,} of {reply.page.pages:,}, {reply.page.total:,} in all"
    elif reply.page and reply.page.total:
        yield f"{reply.page.total:,} in all"


def said_of(item: ActionLine) -> tuple[str, ...]:
    states = item.states if len(item.states) <= 4 else item.states[:2]
    return (item.title, item.status.label, item.changed.words, item.source.publisher, *states)


def leads_to(link: Link, components: list[Json]) -> bool:
    """Whether its host is printed, and its address is in a button or can be pressed in the text."""
    host = host_of(link.url)
    addresses = (unquote(link.url), unquote(f"{link.url}/"))  # the same where no path is
    pressed = {unquote(url): label for url, label in links(components).items()}
    text = unquote(words(components))
    return any(pressed.get(url) == host or f"<{url}>" in text for url in addresses)


def size(reply: Reply) -> int:
    """Characters that it surely needs, escaped."""
    return sum(len(escape(fact)) + 1 for fact in written_in(reply))


def drawn(reply: Reply) -> list[Json]:
    """The message, without sending it."""
    components: list[Json] = draw(reply).to_components()  # type: ignore[no-untyped-call]
    return components


def is_shortened(reply: Reply, components: list[Json]) -> bool:
    """Whether something is left out; then it surely did not fit."""
    lost = missing(reply, components)
    assert not lost or size(reply) > MOST_TEXT, lost
    return bool(lost)


def test_commands_answer_as_the_terminal_does(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        write(world.database, lambda uow: enter_home(uow, HOME, "terminal", world.env.now()))
        shortened, needy = set(), set()
        for spec, example in LISTED:
            reply = await ask_terminal(world, Typed(example))
            result = await world.boss.slash(world.channel, spec.name, **slash_options(spec, example))
            if reply.form:
                assert result.modal, example
                assert result.modal["title"].startswith(reply.form.title[:40]), example
                continue
            assert answer(result).ephemeral is (reply.visibility is Visibility.ASKER)
            if reply.problem:  # there is nothing yet that it could be about
                needy.add(spec.name)
                assert said(result) == reply.problem.message
            elif spec.name in ONCE:
                assert reply.title in said(result)
            elif is_shortened(reply, answer(result).components):
                shortened.add(example)
        # 56 lines of 75 characters: as much as a message holds, and then says how many are left out
        assert shortened == {"/coverage"}
        # A server publishes on its own board: what everyone sees is the curators' to change.
        assert needy <= NEEDS_REPORTS | {"correct", "retract", "update"}

    play(tmp_path, script)


def test_what_is_left_out_is_counted_and_stands_whole_in_a_file(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        reply = await ask_terminal(world, Typed("/coverage"))
        result = await world.ana.slash(world.channel, "coverage")
        told = said(result)
        (file,) = answer(result).attachments
        whole = (await file.read()).decode()
        assert all(f"{field.name}: {field.value}\n" in whole for field in reply.fields)
        shown = [field for field in reply.fields if f"**{field.name}** {field.value}" in told]
        assert f"… and {len(reply.fields) - len(shown)} more between" in told
        assert len(shown) >= len(reply.fields) * 2 / 3

    play(tmp_path, script)


def test_no_action_of_the_starter_is_shortened(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        everything = Filter((COMMONS,))
        lines = read(world.database, lambda uow: uow.catalogue.page(everything, limit=2 * len(ACTIONS)))
        assert len(lines) == len(ACTIONS)
        for line in lines:
            reply = await ask_terminal(world, Typed(f"/action {line.code}"))
            assert not is_shortened(reply, drawn(reply)), line.code

    play(tmp_path, script)


def test_no_page_of_a_state_is_shortened(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        state = world.registry.find("state").option("state")
        for value in state.type.values:
            reply = await ask_terminal(world, Typed(f"/state {value.text}"))
            assert not is_shortened(reply, drawn(reply)), value.text

    play(tmp_path, script)


def test_the_menu_on_a_message_finds_its_state_and_its_link(tmp_path: Path) -> None:
    row = next(row for row in ACTIONS if row["states"][0] == "TX")
    content = f"Ohio is next? {row['sources'][0]['url']}"

    async def script(world: World) -> None:
        message = await world.ana.send(world.channel, content)
        result = await world.ana.context_menu(world.channel, "Look up in Fiftywire", message)
        assert answer(result).ephemeral
        assert row["title"] in said(result)
        assert "It speaks of Ohio" in said(result)
        assert "Ohio" in buttons(answer(result).components)
        same = await ask_terminal(world, Typed(f"/lookup {content}"))
        assert not missing(same, answer(result).components)

    play(tmp_path, script)


EMBED: Json = {
    "type": "rich",
    "title": "About Ohio",
    "url": "https://example.org/title",
    "description": "and Utah",
    "author": {"name": "The Texas Paper", "url": "https://example.org/author"},
    "fields": [{"name": "Maine", "value": "https://example.org/field", "inline": False}],
    "footer": {"text": "from Guam"},
}
COMPONENTS: list[Json] = [
    {"type": 10, "id": 1, "content": "About Ohio"},
    {
        "type": 17,
        "id": 2,
        "components": [
            {
                "type": 9,
                "id": 3,
                "components": [{"type": 10, "id": 4, "content": "and Utah"}],
                "accessory": {
                    "type": 2,
                    "id": 5,
                    "style": 5,
                    "label": "x",
                    "url": "https://example.org/title",
                },
            },
            {"type": 14, "id": 6, "divider": True, "spacing": 1},
            {
                "type": 1,
                "id": 7,
                "components": [
                    {"type": 2, "id": 8, "style": 5, "label": "x", "url": "https://example.org/author"},
                    {"type": 2, "id": 9, "style": 1, "label": "Kansas", "custom_id": "k"},
                ],
            },
            {"type": 10, "id": 10, "content": "Texas, Maine, Guam <https://example.org/field>"},
        ],
    },
]


@pytest.mark.parametrize("forwarded", [False, True])
@pytest.mark.parametrize(
    "parts", [{"embeds": [EMBED]}, {"components": COMPONENTS}], ids=["cards", "components"]
)
def test_the_menu_reads_cards_and_components_also_where_they_are_forwarded(
    tmp_path: Path, parts: Json, *, forwarded: bool
) -> None:
    async def script(world: World) -> None:
        for page in ("title", "author", "field"):
            link = f"https://example.org/{page}"
            new = facts("VI", title=f"Rests on {page}")
            history = tuple(replace(step, source=link) for step in new.history)
            sources = tuple(replace(source, url=link) for source in new.sources)
            publish(world.database, replace(new, history=history, sources=sources))
        message = await world.ana.send(world.channel, "x")
        stored = world.env.backend.get_message(world.channel.id, message.id)
        stored.content = ""
        if forwarded:
            empty: Json = {
                "type": 0, "content": "", "embeds": [], "attachments": [], "flags": 0, "mentions": [],
                "timestamp": stored.timestamp, "edited_timestamp": None,
            }  # fmt: skip
            stored.snapshots = [{"message": empty | parts}]
            stored.reference = {"type": 1, "channel_id": str(world.channel.id), "message_id": "1"}
        else:
            stored.embeds, stored.components = parts.get("embeds", []), parts.get("components", [])
        result = await world.ana.context_menu(world.channel, "Look up in Fiftywire", message)
        told = said(result)
        assert all(f"Rests on {page}" in told for page in ("title", "author", "field")), told
        assert all(f"{name} (" in told for name in ("Ohio", "Utah", "Texas", "Maine", "Guam")), told
        assert "Kansas (" not in told

    play(tmp_path, script, starter=False)


@pytest.mark.parametrize("content", ["", "   ", "\u200b", "🎉"])
def test_the_menu_on_a_message_without_words_says_so_privately(tmp_path: Path, content: str) -> None:
    async def script(world: World) -> None:
        message = await world.ana.send(world.channel, "only a picture")
        world.env.backend.get_message(world.channel.id, message.id).content = content
        result = await world.ana.context_menu(world.channel, "Look up in Fiftywire", message)
        assert answer(result).ephemeral
        assert said(result) == "There are no words in this message."

    play(tmp_path, script, starter=False)


@pytest.mark.parametrize("content", ["nothing of the kind"])
def test_the_menu_on_a_message_without_either_says_so_privately(tmp_path: Path, content: str) -> None:
    async def script(world: World) -> None:
        message = await world.ana.send(world.channel, "only a picture")
        world.env.backend.get_message(world.channel.id, message.id).content = content
        result = await world.ana.context_menu(world.channel, "Look up in Fiftywire", message)
        assert answer(result).ephemeral
        assert said(result)

    play(tmp_path, script, starter=False)


def test_a_member_cannot_use_an_admins_command(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        # Discord does not offer it to her; whoever overrides that in a server's settings meets the core.
        command = next(c for c in world.client.tree.get_commands() if c.name == "setup")
        assert command.to_dict(world.client.tree)["default_member_permissions"] == 1 << 5
        assert "setup" not in world.ana.user.available_commands()
        root = world.env.backend.find_command("setup", world.guild.id, type=1)
        assert root
        for options in ([], [{"name": "zone", "type": 3, "value": "Eastern"}]):
            data = {"id": root["id"], "name": "setup", "type": 1, "options": options}
            result = await world.deliver(world.ana, 2, data)
            assert said(result) == "Only admins may use /setup."
            assert answer(result).ephemeral
        assert "UTC" in said(await world.boss.slash(world.channel, "setup"))

    play(tmp_path, script, starter=False)


def test_a_forged_button_opens_no_admins_form(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        page = await world.boss.slash(world.channel, "setup")
        token = buttons(answer(page).components)["Change"]
        mark = world.mark
        result = await world.press(world.ana, token)
        assert result.modal is None
        assert said(result) == "Only admins may use /setup."
        assert answer(result).ephemeral
        assert all(body["flags"] & EPHEMERAL for body in world.sent(mark))

    play(tmp_path, script, starter=False)


def test_a_forged_form_changes_nothing(tmp_path: Path) -> None:
    field = {"type": 18, "component": {"type": 4, "custom_id": "zone", "value": "Eastern"}}

    async def script(world: World) -> None:
        page = await world.boss.slash(world.channel, "setup")
        token = buttons(answer(page).components)["Change"]
        data = {"custom_id": f"{token}.zz", "components": [field]}
        result = await world.deliver(world.ana, 5, data)
        assert said(result) == "Only admins may use /setup."
        assert answer(result).ephemeral
        assert "UTC" in said(await world.boss.slash(world.channel, "setup"))
        # and the same form by the admin does change it: the refusal was for the person
        assert "America/New_York" in said(await world.deliver(world.boss, 5, data))

    play(tmp_path, script, starter=False)


@pytest.mark.parametrize(
    "token", ["1", "10su~z", "10xx", "9", "1" * 100, "10st~s=Atlantis", "10st*" + "a" * 32]
)
def test_a_broken_token_is_answered_privately(tmp_path: Path, token: str) -> None:
    async def script(world: World) -> None:
        message = world.post(token)
        before = message.components
        result = await world.ana.click(message, custom_id=token)
        assert answer(result).ephemeral
        assert said(result)
        assert answer(result).id != message.id
        assert message.components == before

    play(tmp_path, script, starter=False)


def test_help_lists_what_the_asker_may_use(tmp_path: Path) -> None:
    async def script(world: World) -> None:
        specs = world.registry.specs
        for actor, role in ((world.ana, Role.MEMBER), (world.boss, Role.ADMIN)):
            told = said(await actor.slash(world.channel, "help"))
            listed = {spec.name for spec in specs if f"/{spec.name} " in told or f"/{spec.name}**" in told}
            assert listed == {spec.name for spec in specs if spec.rights <= role and not spec.button}

    play(tmp_path, script, starter=False)


def test_a_moderators_command_asks_for_a_moderator(tmp_path: Path) -> None:
    spec = replace(
        build_registry().find("about"), name="extra", code="zx", rights=Role.MODERATOR, examples=()
    )

    async def script(world: World) -> None:
        moderator = world.new_member("mod")
        page = await world.boss.slash(world.channel, "setup")
        form = await world.boss.click(answer(page), label="Change")
        await world.boss.submit_modal(form, {"zone": "UTC", "moderators": [moderator]})
        refused = await world.ana.slash(world.channel, "extra")
        assert said(refused) == "Only moderators and admins may use /extra."
        assert answer(refused).ephemeral
        for allowed in (moderator, world.boss):
            assert "About Fiftywire" in said(await allowed.slash(world.channel, "extra"))
        # in another server the same person is nobody
        other = world.join("Elsewhere")
        await world.settle()
        there = other.add_member(moderator.user)
        assert "Only moderators" in said(await there.slash(other.create_text_channel("a"), "extra"))
        # nor are they anybody in direct messages
        assert "there is none here" in said(await moderator.user.slash("extra"))

    play(tmp_path, script, specs=(spec,), starter=False)
