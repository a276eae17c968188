"""What people meet over sockets: pages, buttons, forms, completion, menus; in servers and outside of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.commands.spec import Chosen, Pressed
from bot.messages.limits import LONGEST_TOKEN
from bot.ports.store import read, write
from tests.integration.discord.sockets.serving import (
    Served,
    community_of,
    eventually,
    home_of,
    play,
    public,
    words,
)
from tests.integration.samples import DECISION, new

if TYPE_CHECKING:
    from pathlib import Path

    from bot.messages.reply import Reply
    from tests.integration.discord.fake.messages import Message

MANAGE_GUILD = 1 << 5


def holds(message: Message | None, reply: Reply) -> None:
    """That a message says all that a reply does, and that its buttons mean the same."""
    said = words(message)
    assert message is not None
    for line in (reply.title, *reply.text.splitlines()):
        assert line in said
    for field in reply.fields:
        assert field.name in said
        assert field.value in said
    assert reply.lines
    openers = [item.opens for item in reply.items if item.opens]
    tokens = {button.label: button.token for button in (*reply.buttons, *openers)}
    assert {label: token for label, token in message.labels.items() if label in tokens} == tokens
    for item in reply.lines:
        assert item.title in said


def test_it_identifies_with_nothing_but_the_intent_for_servers(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        (identify,) = served.fake.identifies
        assert (identify.shard, identify.intents) == ((0, 1), 1)

    play(tmp_path, story)


def test_a_state_and_its_next_page_as_the_core_has_them(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        answer = await served.answered("state", state="IL")
        first = await served.core(Chosen("state", {"state": "IL"}))
        assert answer.callback is not None
        assert answer.callback.type == 4, "a quick answer needs no placeholder"
        message = answer.original
        assert message is not None
        assert not message.ephemeral
        holds(message, first)
        token = message.labels["Next"]
        assert len(token) <= LONGEST_TOKEN
        pressed = await (await served.fake.click(message, token)).settled()
        assert pressed.callback is not None
        assert pressed.callback.type == 7
        second = await served.core(Pressed(token))
        assert {item.code for item in second.lines}.isdisjoint({item.code for item in first.lines})
        holds(message, second)
        assert len(public(served)) == 1, "the page was turned where it stands"

    play(tmp_path, story)


def test_a_community_is_set_up_in_a_form(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        boss = served.fake.add_user("Boss")
        who: Any = {"user": boss, "guild": served.guild, "permissions": MANAGE_GUILD}
        page = await (await served.fake.slash("setup", **who)).settled()
        assert page.original is not None
        assert page.original.ephemeral
        shown = await (
            await served.fake.click(page.original, page.original.labels["Change"], **who)
        ).settled()
        assert shown.modal is not None
        values = {"zone": "America/Chicago", "moderators": [served.fake.someone]}
        sent = await (await served.fake.submit(shown, values, permissions=MANAGE_GUILD)).settled()
        assert "Saved." in words(sent.message)
        assert "America/Chicago" in words(page.original), "the form answers where its button was"
        community = community_of(served, served.guild.id)
        assert community is not None
        assert community.zone == "America/Chicago"
        moderators = read(served.database, lambda uow: uow.communities.moderators(community.id))
        assert [(m.id, m.name) for m in moderators] == [(str(served.fake.someone.id), "Someone")]
        # Who may set up is asked at every step: here of a member who got hold of the button and the form.
        pressed = await (await served.fake.click(page.original, page.original.labels["Change"])).settled()
        assert pressed.modal is None
        assert "Only admins" in words(pressed.message)
        forged = await (await served.fake.submit(shown, {"zone": "UTC"}, user=served.fake.someone)).settled()
        assert "Only admins" in words(forged.message)

    play(tmp_path, story)


def test_an_option_is_completed(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        answer = await served.fake.autocomplete("state", "state", "ill", guild=served.guild)
        await served.fake.until(lambda: answer.choices is not None)
        offered = await served.dispatcher.suggest("state", "state", "ill", home_of(served))
        assert [(c["name"], c["value"]) for c in answer.choices or []] == [(s.label, s.text) for s in offered]
        assert "Illinois" in offered[0].label

    play(tmp_path, story)


def test_a_message_is_looked_up_for_the_asker_alone(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        posted = served.fake.post(served.guild.channels[0], "Ohio and Utah sue over the new rule")
        answer = await (await served.fake.menu("Look up in Fiftywire", posted)).settled()
        assert answer.original is not None
        assert answer.original.ephemeral
        assert "Ohio" in words(answer.original)
        assert {"Ohio", "Utah"} <= set(answer.original.labels)

    play(tmp_path, story)


def test_elsewhere_only_the_commons_is_seen_and_nobody_is_an_admin(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        fake = served.fake
        board = community_of(served, served.guild.id)
        assert board is not None
        write(
            served.database,
            lambda uow: uow.publisher.add(
                [new("IL", board=board.name, title="Counts its zeppelins")], DECISION
            ),
        )
        foreign = fake.add_guild("Elsewhere", joined=False)
        own_install = {"1": str(fake.someone.id)}
        inside = await served.answered("search", words="zeppelins")
        assert "Counts its zeppelins" in words(inside.message)
        elsewhere: tuple[Any, ...] = (
            {},
            {"guild": foreign, "owners": own_install, "permissions": MANAGE_GUILD},
            {"context": 2, "owners": own_install},
            # The bot is in this server, but it is the asker's own install that allows the call.
            {"guild": served.guild, "owners": own_install, "permissions": MANAGE_GUILD},
        )
        for where in elsewhere:
            found = await (await fake.slash("search", {"words": "zeppelins"}, **where)).settled()
            assert "Counts its zeppelins" not in words(found.message)
            state = await (await fake.slash("state", {"state": "IL"}, **where)).settled()
            assert "Illinois" in words(state.message)
            refused = await (await fake.slash("setup", **where)).settled()
            assert refused.original is not None
            assert refused.original.ephemeral
            assert "where I was added" in words(refused.original)
            assert refused.original.labels == {}
        # Added to the server and to the account: Discord names both, and the server is ours.
        both = {"0": str(served.guild.id), **own_install}
        at_home = await (
            await fake.slash("search", {"words": "zeppelins"}, guild=served.guild, owners=both)
        ).settled()
        assert "Counts its zeppelins" in words(at_home.message)

    play(tmp_path, story)


def test_a_server_that_comes_goes_and_is_away_for_a_while(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        fake = served.fake
        later = fake.add_guild("Later", joined=False)

        await fake.join(later)
        await eventually(lambda: community_of(served, later.id))
        await fake.outage(served.guild)
        await fake.remove(later)
        await eventually(lambda: not community_of(served, later.id))
        assert community_of(served, served.guild.id), "an outage is no farewell"

    play(tmp_path, story)
