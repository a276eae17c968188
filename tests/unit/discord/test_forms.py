"""Forms on Discord: drawn in steps that fit, and read back from the raw data of a submission."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import discord
import pytest
import simcord
from discord import app_commands
from hypothesis import given
from hypothesis import strategies as st
from simcord.components import validate_modal

from adapters.discord.drawing.forms import FORGOTTEN_AFTER, draw_form
from adapters.discord.hosts import DISCORD_FILES
from adapters.discord.submitted import read_form
from bot.answering.files import HostedFiles
from bot.commands.spec import Filled, SentFile
from bot.messages.form import Entry, Form, FormField, FormOption
from bot.messages.message import Press
from tests.unit.discord.test_escape import TEXT

OPTIONS = (FormOption("pending", "Pending"), FormOption("won", "Won"), FormOption("lost", "Lost"))
WHAT = FormField("what", "What happened", "In one sentence", Entry.LINE, required=True)
DETAILS = FormField("details", "Details", "", Entry.TEXT, value="one\ntwo")
STATUS = FormField("status", "Status", "Where it stands", Entry.ONE, value="won", options=OPTIONS)
TOPICS = replace(STATUS, name="topics", entry=Entry.SEVERAL, value="pending,lost", required=True)
PEOPLE = FormField(
    "people", "Moderators", "", Entry.PEOPLE, value="<@7|Ana> <@!8> <@&9|Editors> <@U7|Cy> Dee"
)
FORM = Form("Report", Press("report"), (WHAT, DETAILS, STATUS, TOPICS, PEOPLE), "10rp")
PLACES = FormField("places", "Channels", "", Entry.PLACES, value="<#7|general> <#8> <#C9|other> news")
FILES = FormField("files", "Pictures", "", Entry.FILES)
TEXT_INPUT, STRING_SELECT, MENTIONABLE, CHANNEL, FILE_UPLOAD, TEXT_DISPLAY = 4, 3, 7, 8, 19, 10


def drawn(form: Form, opening: str = "a1") -> dict[str, Any]:
    """The modal as it would be sent, having passed simcord's checks."""

    async def in_a_loop() -> dict[str, Any]:
        modal = draw_form(form, opening)
        assert modal.timeout == FORGOTTEN_AFTER
        return modal.to_dict()

    modal = asyncio.run(in_a_loop())
    validate_modal(modal)
    return modal


def control(field: FormField) -> dict[str, Any]:
    """What `field` is filled in with."""
    (label,) = drawn(replace(FORM, fields=(field,)))["components"]
    found: dict[str, Any] = label["component"]
    return found


def test_a_form_has_its_token_and_its_opening_as_id() -> None:
    modal = drawn(FORM)
    assert modal["custom_id"] == "10rp.a1"
    assert modal["title"] == "Report"
    assert [label["label"] for label in modal["components"]] == [field.label for field in FORM.fields]
    assert [label.get("description") for label in modal["components"]] == [
        "In one sentence",
        None,
        "Where it stands",
        "Where it stands",
        None,
    ]


@pytest.mark.parametrize("opening", ["x" * 96, "a.b"])
def test_an_opening_that_could_not_be_read_back_is_a_fault_of_ours(opening: str) -> None:
    with pytest.raises(AssertionError):
        drawn(FORM, opening)


@pytest.mark.parametrize(
    ("step", "names", "title"),
    [
        (1, ["0", "1", "2", "3", "4"], "Report (1 of 3)"),
        (2, ["5", "6", "7", "8", "9"], "Report (2 of 3)"),
        (3, ["10"], "Report (3 of 3)"),
        (9, ["10"], "Report (3 of 3)"),
        (0, ["0", "1", "2", "3", "4"], "Report (1 of 3)"),
    ],
)
def test_a_long_form_is_shown_in_steps(step: int, names: list[str], title: str) -> None:
    fields = tuple(replace(WHAT, name=str(number)) for number in range(11))
    modal = drawn(replace(FORM, fields=fields, press=Press("report", page=step)))
    assert [label["component"]["custom_id"] for label in modal["components"]] == names
    assert modal["title"] == title


@pytest.mark.parametrize(
    ("long", "first", "shown", "step"),
    [
        ({4}, "", "0123", 1),
        ({4}, "4", "56789", 2),
        ({9}, "5", "5678", 2),
        ({7}, "3", "3456", 1),
        (set(), "7", "789a", 2),
        (set(), "no such field", "01234", 1),
    ],
)
def test_a_form_goes_on_with_the_field_that_is_named(
    long: set[int], first: str, shown: str, step: int
) -> None:
    """Past what was left out and named before."""
    fields = tuple(
        replace(WHAT, name=f"{number:x}", value="x" * 5000 if number in long else "") for number in range(11)
    )
    modal = drawn(replace(FORM, fields=fields, first=first))
    labels = [part for part in modal["components"] if part["type"] != TEXT_DISPLAY]
    assert "".join(label["component"]["custom_id"] for label in labels) == shown
    assert modal["title"] == f"Report ({step} of 3)"


def test_a_long_title_leaves_room_for_the_step() -> None:
    modal = drawn(replace(FORM, title="t" * 80))
    assert modal["title"] == "t" * 44 + "…"
    fields = tuple(replace(WHAT, name=str(number)) for number in range(6))
    assert drawn(replace(FORM, title="t" * 80, fields=fields))["title"] == "t" * 35 + "… (1 of 2)"


def test_text_is_asked_for_in_one_line_or_several() -> None:
    line = control(replace(WHAT, value="one\ntwo", longest=90))
    assert (line["type"], line["style"], line["value"]) == (TEXT_INPUT, 1, "one two")
    assert (line["required"], line["max_length"]) == (True, 90)
    text = control(DETAILS)
    assert (text["style"], text["value"], text["required"]) == (2, "one\ntwo", False)
    assert text["max_length"] == 4000


def test_what_is_too_long_for_the_command_still_stands_there_whole() -> None:
    there = control(replace(WHAT, value="x" * 50, longest=9))
    assert (there["value"], there["max_length"]) == ("x" * 50, 50)


def test_what_does_not_fit_is_named_in_its_place_and_cannot_be_changed() -> None:
    long = replace(DETAILS, label="*Sources*", value="x" * 4001, longest=9000)
    many = replace(PEOPLE, value=" ".join(f"<@{number}|p>" for number in range(26)))
    channels = replace(PLACES, value=" ".join(f"<#{number}|p>" for number in range(26)))
    modal = drawn(replace(FORM, fields=(WHAT, long, many, channels, STATUS)))
    assert [part["type"] for part in modal["components"]] == [18, 10, 10, 10, 18]
    assert modal["components"][1]["content"] == (
        "\\*Sources\\*\\: too long to be shown here \\(4,001 characters\\). "
        "It stays as it is when this is sent."
    )


def test_what_just_fits_stands_there() -> None:
    assert len(control(replace(DETAILS, value="x" * 4000))["value"]) == 4000
    many = " ".join(f"<@{number}|p>" for number in range(25))
    assert len(control(replace(PEOPLE, value=many))["default_values"]) == 25


def test_what_was_written_comes_back_as_it_was() -> None:
    """But for what cannot be sent: controls, and halves of letters."""
    assert control(replace(DETAILS, value="*a*  👩\u200d🌾\x00\ud800\n b"))["value"] == "*a*  👩\u200d🌾\n b"


def test_one_option_is_picked_or_none() -> None:
    select = control(STATUS)
    assert select["type"] == STRING_SELECT
    assert (select["min_values"], select["max_values"], select["required"]) == (0, 1, False)
    assert [(option["value"], option["label"], option["default"]) for option in select["options"]] == [
        ("pending", "Pending", False),
        ("won", "Won", True),
        ("lost", "Lost", False),
    ]
    assert control(replace(STATUS, required=True))["min_values"] == 1


def test_an_option_without_a_label_shows_its_text_or_at_least_something() -> None:
    options = (FormOption("won", ""), FormOption("lost", "\u200b"))
    shown = control(replace(STATUS, options=options))["options"]
    assert [option["label"] for option in shown] == ["won", "…"]


def test_several_options_are_picked() -> None:
    select = control(TOPICS)
    assert (select["min_values"], select["max_values"], select["required"]) == (1, 3, True)
    assert [option["value"] for option in select["options"] if option["default"]] == ["pending", "lost"]


@pytest.mark.parametrize(
    "options",
    [
        (),
        tuple(FormOption(str(number), "Label") for number in range(26)),
        (FormOption("", "Nothing"),),
        (FormOption("x" * 101, "Long"),),
        (FormOption("a", "A"), FormOption("a", "B")),
        (FormOption("a\x00", "A"),),
        (FormOption("\ud800", "A"),),
    ],
)
def test_what_no_select_holds_is_typed(options: tuple[FormOption, ...]) -> None:
    typed = control(replace(STATUS, options=options))
    assert (typed["type"], typed["value"]) == (TEXT_INPUT, "won")


def test_people_of_discord_are_chosen_beforehand() -> None:
    select = control(PEOPLE)
    assert select["type"] == MENTIONABLE
    assert (select["min_values"], select["max_values"]) == (0, 25)
    assert [(who["id"], who["type"]) for who in select["default_values"]] == [
        (7, "user"),
        (8, "user"),
        (9, "role"),
    ]
    many = " ".join(f"<@{number}>" for number in (2**63, *range(1, 25)))
    chosen = [who["id"] for who in control(replace(PEOPLE, value=many))["default_values"]]
    assert chosen == list(range(1, 25))
    assert "default_values" not in control(replace(PEOPLE, value="Dee 55"))


def test_channels_of_discord_are_chosen_beforehand() -> None:
    select = control(PLACES)
    assert select["type"] == CHANNEL
    assert (select["min_values"], select["max_values"], select["required"]) == (0, 25, False)
    # text and announcement channels, threads of both, private threads
    assert select["channel_types"] == [0, 5, 10, 11, 12]
    assert [(place["id"], place["type"]) for place in select["default_values"]] == [
        (7, "channel"),
        (8, "channel"),
    ]
    many = " ".join(f"<#{number}>" for number in (2**63, *range(1, 25)))
    chosen = [place["id"] for place in control(replace(PLACES, value=many))["default_values"]]
    assert chosen == list(range(1, 25))
    assert "default_values" not in control(replace(PLACES, value="news"))


def test_up_to_three_files_are_taken() -> None:
    upload = control(FILES)
    assert upload["type"] == FILE_UPLOAD
    assert (upload["min_values"], upload["max_values"], upload["required"]) == (0, 3, False)
    assert control(replace(FILES, required=True))["min_values"] == 1


ENTRIES = st.builds(
    FormField,
    name=st.uuids().map(str),
    label=TEXT,
    help=TEXT,
    entry=st.sampled_from(Entry),
    required=st.booleans(),
    value=TEXT | st.sampled_from(["<@1|a> <@&2|b>", "<#1|a> <#2>"]) | st.just("x" * 5000),
    options=st.lists(st.builds(FormOption, TEXT, TEXT), max_size=30).map(tuple),
    longest=st.integers(-1, 9000),
)


@given(TEXT, st.lists(ENTRIES, min_size=1, max_size=12), st.integers(-1, 9))
def test_every_form_is_within_every_limit(title: str, fields: list[FormField], step: int) -> None:
    modal = drawn(Form(title, Press("report", page=step), tuple(fields), "1" * 80))
    assert modal["title"].strip()
    assert 0 < len(modal["components"]) <= 5
    for label in modal["components"]:
        if label["type"] == TEXT_DISPLAY:
            assert 0 < len(label["content"]) <= 4000
            continue
        assert label["label"].strip()
        if label["component"]["type"] == TEXT_INPUT:
            assert len(label["component"].get("value") or "") <= label["component"]["max_length"] <= 4000


# --- and back -----------------------------------------------------------------------------------------------


def submitted(*components: Any, **data: Any) -> dict[str, Any]:
    return {"custom_id": "10rp.a1", "components": list(components), **data}


def label(kind: int, name: str, **data: Any) -> dict[str, Any]:
    return {"type": 18, "id": 1, "component": {"type": kind, "id": 2, "custom_id": name, **data}}


def read(*components: Any, **data: Any) -> dict[str, str]:
    filled = read_form(submitted(*components, **data), DISCORD_FILES)
    assert (filled.token, filled.opening) == ("10rp", "a1")
    return filled.values


def test_texts_and_options_are_read() -> None:
    row = {"type": 1, "components": [{"type": 4, "custom_id": "old", "value": "x"}]}
    display = {"type": 10, "content": "only told"}
    assert read(
        label(4, "what", value=" a\nb "),
        row,
        display,
        label(3, "status", values=["won"]),
        label(3, "topics", values=["climate", "guns"]),
        label(3, "none", values=[]),
        label(19, "files", values=["1"]),
    ) == {"what": " a\nb ", "old": "x", "status": "won", "topics": "climate,guns", "none": ""}


RESOLVED = {
    "users": {
        "7": {"id": "7", "username": "ana", "global_name": "Ana <3 |\n x"},
        "8": {"id": "8", "username": "bo", "global_name": None},
    },
    "members": {"8": {"nick": "Bo the Great"}},
    "roles": {"9": {"id": "9", "name": "Editors"}},
}


def test_people_are_read_as_mentions_with_the_names_that_are_seen() -> None:
    assert read(label(7, "all", values=["7", "9", "8"]), resolved=RESOLVED) == {
        "all": "<@7|Ana 3 x> <@&9|Editors> <@8|Bo the Great>"
    }
    assert read(label(5, "users", values=["7"]), label(6, "roles", values=["9"]), resolved=RESOLVED) == {
        "users": "<@7|Ana 3 x>",
        "roles": "<@&9|Editors>",
    }
    assert read(label(7, "none", values=[]), resolved=RESOLVED) == {"none": ""}


def test_of_whom_discord_says_nothing_only_the_id_is_known() -> None:
    assert read(label(5, "users", values=["5"]), label(6, "roles", values=["6"])) == {
        "users": "<@5>",
        "roles": "<@&6>",
    }
    # neither a person nor a role, as far as we are told
    assert read(label(7, "all", values=["5"])) == {"all": ""}


def test_what_is_no_value_is_read_as_none() -> None:
    assert read(
        label(4, "text", value=None),
        label(3, "option", values="won"),
        label(3, "options", values=["won", 5]),
        label(5, "users", values=["x", "٧", None]),
        {"type": 18, "component": {"type": 4, "custom_id": 5, "value": "x"}},
        {"type": 18, "component": [4]},
    ) == {"text": "", "option": "", "options": "won", "users": ""}


def test_the_last_dot_parts_the_token_from_the_opening() -> None:
    data: dict[str, Any] = {"custom_id": "1a~=Ore. and D.C..b", "components": []}
    assert read_form(data, DISCORD_FILES) == Filled("1a~=Ore. and D.C.", {}, "b")


CHANNELS = {"7": {"id": "7", "type": 0, "name": "gen|eral>"}, "8": {"id": "8", "type": 11, "name": None}}


def test_channels_are_read_as_mentions_with_their_names() -> None:
    picked = label(8, "places", values=["7", "8", "9", "x", 5])
    assert read(picked, label(8, "none", values=[]), resolved={"channels": CHANNELS}) == {
        "places": "<#7|gen eral> <#8> <#9>",
        "none": "",
    }


CDN = "https://cdn.discordapp.com/ephemeral-attachments/1/2/me.png?ex=1&is=2&hm=3"


def files(*sent: dict[str, Any]) -> tuple[SentFile, ...]:
    """What is read of files that were sent."""
    attachments = {str(number): {"id": str(number), **each} for number, each in enumerate(sent)}
    picked = label(19, "files", values=[*attachments, "77", 5, None, "0"])
    return read_form(submitted(picked, resolved={"attachments": attachments}), DISCORD_FILES).files


def test_files_are_read_without_their_names() -> None:
    told = {"url": CDN, "size": 5, "filename": "me.png", "content_type": "Text/Plain; charset=utf-8"}
    assert files(told) == (SentFile(CDN, 5, "text/plain"),)
    assert files({**told, "content_type": None}) == (SentFile(CDN, 5, "image/png"),)
    assert files({**told, "content_type": "nonsense"}) == (SentFile(CDN, 5, ""),)
    assert files({"url": CDN, "size": 5}) == (SentFile(CDN, 5, ""),)
    assert files(told, {**told, "url": CDN + "&b"}) == (
        SentFile(CDN, 5, "text/plain"),
        SentFile(CDN + "&b", 5, "text/plain"),
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.discordapp.com/a.png",
        "https://cdn.discordapp.com.evil.example/a.png",
        "https://evil.example/cdn.discordapp.com/a.png",
        "https://cdn.discordapp.com@evil.example/a.png",
        "https://cdn.discordapp.com:444/a.png",
        "https://x:y@cdn.discordapp.com/a.png",
        "https://evil.example\\@cdn.discordapp.com/a.png",
        "https://cdn.discordapp.com\\@evil.example/a.png",
        "https://sub.cdn.discordapp.com/a.png",
        "https://127.0.0.1/a.png",
        "//cdn.discordapp.com/a.png",
        "/a.png",
        "file:///etc/passwd",
        "https://cdn.discordapp.com/" + "a" * 2000,
        "https://[",
        "",
    ],
)
def test_only_files_on_discords_own_hosts_count(url: str) -> None:
    assert files({"url": url, "size": 5}) == ()


@pytest.mark.parametrize("host", ["cdn.discordapp.com", "media.discordapp.net", "CDN.discordapp.com:443"])
def test_these_are_discords_own_hosts(host: str) -> None:
    url = f"https://{host}/a.png"
    assert files({"url": url, "size": 5}) == (SentFile(url, 5, ""),)


@pytest.mark.parametrize(
    "sent", [{"url": CDN}, {"url": CDN, "size": "5"}, {"url": CDN, "size": -1}, {"size": 1}]
)
def test_a_file_of_which_discord_tells_half_is_none(sent: dict[str, Any]) -> None:
    assert files(sent) == ()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"custom_id": "10rp.a1"},
        {"components": []},
        {"custom_id": 5, "components": []},
        {"custom_id": "10rp.a1", "components": None},
        {"custom_id": "10rp", "components": []},
        {"custom_id": "10rp.", "components": []},
        {"custom_id": ".a1", "components": []},
    ],
)
def test_what_is_no_submitted_form_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="this"):
        read_form(data, DISCORD_FILES)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT | st.sampled_from(["7", "9"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["type", "custom_id", "component", "components", "value", "values", "users", "roles"]
            )
            | st.sampled_from(["channels", "attachments", "url", "size", "content_type", "filename"]),
            inner | st.sampled_from([1, 3, 4, 5, 6, 7, 8, 18, 19, CDN]),
            max_size=5,
        )
    ),
)


@given(st.lists(JSON, max_size=4), JSON)
def test_odd_data_is_read_as_far_as_it_goes(components: list[Any], resolved: Any) -> None:
    filled = read_form(submitted(*components, resolved=resolved), DISCORD_FILES)
    assert all(isinstance(value, str) for pair in filled.values.items() for value in pair)


SIMCORDS = HostedFiles("discord", frozenset({"https://cdn.simcord.invalid"}))
"""Where simcord has files."""


class Asker(discord.Client):
    """A client that opens the form, and reads what comes back as the bot does."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True), shard_count=1)
        self.read: list[Filled] = []
        self.tree = app_commands.CommandTree(self)
        self.tree.add_command(app_commands.Command(name="ask", description="Ask", callback=ask))
        self.tree.add_command(app_commands.Command(name="more", description="Ask", callback=ask_more))

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.modal_submit:
            self.read.append(read_form(interaction.data or {}, SIMCORDS))
            await interaction.response.send_message("Thanks")


async def ask(interaction: discord.Interaction) -> None:
    await interaction.response.send_modal(draw_form(replace(FORM, fields=(*FORM.fields[:4], PEOPLE)), "z9"))


async def ask_more(interaction: discord.Interaction) -> None:
    await interaction.response.send_modal(draw_form(replace(FORM, fields=(PLACES, FILES)), "z8"))


def test_a_form_comes_back_as_it_was_filled_in() -> None:
    async def conversation() -> None:
        client = Asker()
        async with simcord.run(client) as env:
            guild = env.create_guild()
            channel = guild.create_text_channel("general")
            ana = guild.add_member(env.create_user("ana"))
            editors = guild.create_role("Editors")
            asked = await ana.slash(channel, "ask")
            await ana.submit_modal(
                asked,
                {
                    "what": "It rained",
                    "details": "",
                    "status": ["lost"],
                    "topics": ["pending", "won"],
                    "people": [ana, editors],
                },
            )
            people = f"<@{ana.id}|ana> <@&{editors.id}|Editors>"
            asked = await ana.slash(channel, "more")
            await ana.submit_modal(
                asked, {"places": [channel], "files": [("me at home.png", b"12345"), ("b.txt", b"1")]}
            )
        first, second = client.read
        values = {"what": "It rained", "details": "", "status": "lost", "topics": "pending,won"}
        assert first == Filled("10rp", {**values, "people": people}, "z9")
        assert (second.token, second.opening) == ("10rp", "z8")
        assert second.values == {"places": f"<#{channel.id}|general>"}
        assert [(file.size, file.kind) for file in second.files] == [(5, "image/png"), (1, "text/plain")]

    asyncio.run(conversation())
