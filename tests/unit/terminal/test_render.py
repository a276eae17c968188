"""What the terminal shows and what `ask --json` prints, for every part of a reply and for hostile text."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from adapters.terminal.render import heading, in_ask, in_chat, in_inbox, pressable
from adapters.terminal.screen import Screen
from adapters.terminal.status import status_of, status_of_code
from bot.domain.catalogue.actions import ActionLine, Code, Source, Status, Verified
from bot.domain.catalogue.dates import PartialDate
from bot.domain.community.people import Moderator
from bot.messages.form import Entry, Form, FormField, FormOption
from bot.messages.json import as_json, document
from bot.messages.message import (
    Button,
    ButtonRole,
    Choice,
    Field,
    Item,
    KeptFile,
    Link,
    Page,
    Picture,
    Press,
    Section,
    TextFile,
)
from bot.messages.problems import problem_reply
from bot.messages.reply import Problem, Reply, Visibility

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TextIO

KEYS = [
    "title",
    "text",
    "fields",
    "items",
    "sections",
    "choices",
    "buttons",
    "form",
    "page",
    "picture",
    "file",
    "files",
    "visibility",
    "error",
]
PLAIN = Screen(100)
WATCHED = Screen(100, filters=2)
COLOUR = Screen(100, colour=True)
LINE = ActionLine(
    Code("TX", 17),
    "Sues over the methane rule",
    Status.PENDING,
    False,
    ("TX", "OK"),
    PartialDate(2024, 3),
    PartialDate(2025, 7, 4),
    Verified.SEEN,
    PartialDate(2026, 11),
    Source("https://example.org/a", "Texas sues", "Austin Post"),
)
HOSTILE = "\x1b[31mred\x1b]0;x\x07 [red]x[/red] :smile: \u202eevil\u202c \x9b2J a\x00b\nnext\r@everyone"
HARMLESS = "[31mred]0;x [red]x[/red] :smile: evil 2J ab next @everyone"


def button(label: str, token: str = "10st~sTX") -> Button:
    return Button(label, Press("state"), token)


def whole() -> Reply:
    """A reply with every part."""
    topics = Choice("Filter by topic", (button("Climate (12)", "12st~tcl"), button("Guns (3)", "13st~tgu")))
    return Reply(
        title="Texas",
        text="62 actions on file.\n\nThe newest first.",
        fields=(Field("Open", "12"),),
        items=(Item(LINE),),
        links=(
            Link("Balance", "Giving or Getting?", "https://example.org/b"),
            Link("Map", "", "https://m.org"),
        ),
        choices=(topics,),
        buttons=(
            Button("Next", Press("state", after="A1", page=3), "10st~sTX~>A1~#3", ButtonRole.LEADS),
            Button("Previous", Press("state", before="A1"), "11st~sTX~<A1", ButtonRole.LEADS),
        ),
        page=Page(2, 8, 62),
    )


def hostile() -> Reply:
    """A reply in which every piece of text is hostile."""
    line = replace(LINE, title=HOSTILE, source=Source(HOSTILE, HOSTILE, HOSTILE))
    bad = button(HOSTILE, HOSTILE)
    return Reply(
        title=HOSTILE,
        text=HOSTILE,
        fields=(Field(HOSTILE, HOSTILE), Field("Name", HOSTILE)),
        items=(Item(line),),
        links=(Link(HOSTILE, HOSTILE, HOSTILE),),
        sections=(Section(HOSTILE, HOSTILE, (Item(line, bad, HOSTILE),)),),
        choices=(Choice(HOSTILE, (bad,)),),
        buttons=(bad, button("Next", HOSTILE)),
        page=Page(1, 1, 1),
        problem=Problem("ambiguous", HOSTILE),
    )


# --- the document -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reply", [Reply(), whole(), hostile()])
def test_a_document_has_every_key_in_order(reply: Reply) -> None:
    assert list(document(reply)) == KEYS
    assert json.loads(as_json(reply)) == document(reply)


def test_of_an_empty_reply_lists_are_empty_and_the_rest_is_null() -> None:
    assert document(Reply()) == {
        "title": "",
        "text": "",
        "fields": [],
        "items": [],
        "sections": [],
        "choices": [],
        "buttons": [],
        "form": None,
        "page": None,
        "picture": None,
        "file": None,
        "files": [],
        "visibility": "all",
        "error": None,
    }


def test_a_document_holds_every_part() -> None:
    found = document(whole())
    assert found["fields"] == [
        {"name": "Open", "value": "12"},
        {"name": "Balance", "value": "Giving or Getting? — https://example.org/b"},
        {"name": "Map", "value": "https://m.org"},
    ]
    assert found["items"] == [
        {
            "code": "TX-17",
            "title": "Sues over the methane rule",
            "status": "pending",
            "states": ["TX", "OK"],
            "date": "2025-07-04",
            "since": "2024-03",
            "stage": "open",
            "challenged": False,
            "verified": "seen",
            "checked": "2026-11",
            "source": {"title": "Texas sues", "publisher": "Austin Post", "url": "https://example.org/a"},
            "token": None,
            "note": None,
        }
    ]
    assert found["buttons"][0] == {"label": "Next", "token": "10st~sTX~>A1~#3"}
    assert found["choices"] == [
        {
            "label": "Filter by topic",
            "options": [
                {"label": "Climate (12)", "token": "12st~tcl"},
                {"label": "Guns (3)", "token": "13st~tgu"},
            ],
        }
    ]
    assert found["page"] == {"number": 2, "pages": 8, "total": 62}


def test_a_document_says_what_a_picture_shows() -> None:
    picture = Picture("map", {"IL": "won", "TX": ""})
    reply = replace(whole(), picture=picture)
    assert document(reply)["picture"] == {"kind": "map", "data": {"IL": "won", "TX": ""}}
    assert in_chat(reply, PLAIN) == in_chat(whole(), PLAIN)


def test_an_item_has_the_token_that_shows_it_whole() -> None:
    other = replace(LINE, code=Code("TX", 18))
    items = (Item(LINE, button("TX-17", "10ac~c=TX-17")), Item(other, button("", "x")))
    reply = replace(whole(), items=items)
    assert [item["token"] for item in document(reply)["items"]] == ["10ac~c=TX-17", "x"]


def sections() -> tuple[Section, ...]:
    """A list in parts: one with items, one with text alone, one with nothing that can be seen."""
    other = replace(LINE, code=Code("TX", 1800), checked=None)
    return (
        Section(
            "Moved", "1 won,\n1 still open.", (Item(LINE, button("TX-17", "x")), Item(other, note="new"))
        ),
        Section("Corrected", "TX-3 is blocked since June 1."),
        Section("\u200b"),
        Section("", "", (Item(LINE),)),
    )


def test_a_document_holds_the_items_of_sections_apart() -> None:
    found = document(Reply(items=(Item(LINE),), sections=sections()))
    shown = [
        (one["heading"], one["text"], [item["code"] for item in one["items"]]) for one in found["sections"]
    ]
    assert shown == [
        ("Moved", "1 won,\n1 still open.", ["TX-17", "TX-1800"]),
        ("Corrected", "TX-3 is blocked since June 1.", []),
        ("\u200b", "", []),
        ("", "", ["TX-17"]),
    ]
    first, second = found["sections"][0]["items"]
    assert (first["token"], second["token"], second["note"]) == ("x", None, "new")
    assert list(first) == list(found["items"][0])
    assert [item["code"] for item in found["items"]] == ["TX-17"]


def test_a_form_says_all_that_is_asked_and_what_stands_there() -> None:
    fields = (
        FormField("zone", "Time zone", "The clock", Entry.LINE, required=True, value="UTC"),
        FormField("kind", "Kind", "", Entry.ONE, options=(FormOption("new", "A new one"),)),
        FormField("moderators", "Moderators", "All", Entry.PEOPLE, value="<@7|Ana>"),
    )
    form = Form("Setup", Press("setup"), fields, "10su")
    assert document(Reply(title="Setup", form=form))["form"] == {
        "title": "Setup",
        "token": "10su",
        "fields": [
            {
                "name": "zone",
                "label": "Time zone",
                "help": "The clock",
                "kind": "line",
                "required": True,
                "value": "UTC",
                "options": [],
            },
            {
                "name": "kind",
                "label": "Kind",
                "help": "",
                "kind": "one",
                "required": False,
                "value": "",
                "options": [{"value": "new", "label": "A new one"}],
            },
            {
                "name": "moderators",
                "label": "Moderators",
                "help": "All",
                "kind": "people",
                "required": False,
                "value": "<@7|Ana>",
                "options": [],
            },
        ],
        "left_out": [],
    }


def test_people_stand_in_a_field_by_name() -> None:
    ana, editors = Moderator("discord", "7", "Ana"), Moderator("discord", "9", "Editors", is_group=True)
    reply = Reply(fields=(Field("Moderators", "1 account and 1 group", (ana, editors)),))
    assert document(reply)["fields"] == [
        {"name": "Moderators", "value": "1 account and 1 group: Ana, Editors"}
    ]
    assert in_chat(reply, PLAIN) == "Moderators  1 account and 1 group: Ana, Editors\n"


def test_a_refusal_says_why_and_to_whom() -> None:
    reply = Reply(text="No.", visibility=Visibility.ASKER, problem=Problem("not_found", "No.", "state"))
    found = document(reply)
    told = {"code": "not_found", "message": "No.", "option": "state"}
    assert (found["error"], found["visibility"]) == (told, "asker")
    assert document(problem_reply("not_found", "No."))["error"]["option"] is None


def test_a_document_is_ascii_and_keeps_the_text_as_it_is() -> None:
    text = as_json(hostile())
    assert text.isascii()
    assert not any(ord(c) < 0x20 and c != "\n" for c in text)
    assert json.loads(text)["title"] == HOSTILE


def test_what_was_never_checked_is_null() -> None:
    assert document(Reply(items=(Item(replace(LINE, checked=None)),)))["items"][0]["checked"] is None


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("configuration", 3),
        ("database", 4),
        ("database_busy", 4),
        ("platform", 5),
        ("not_found", 1),
        ("not_understood", 1),
        ("ambiguous", 1),
        ("forbidden", 1),
        ("too_often", 1),
        ("changed_meanwhile", 1),
        ("internal", 1),
        ("file", 1),
    ],
)
def test_every_error_code_has_its_exit_status(code: str, status: int) -> None:
    assert status_of_code(code) == status
    assert status_of(Reply(problem=Problem(code, "x"))) == status


def test_an_answer_exits_with_zero() -> None:
    assert status_of(Reply()) == status_of(whole()) == 0


# --- what is shown ------------------------------------------------------------------------------------------


def test_a_whole_reply_in_a_chat() -> None:
    assert in_chat(whole(), WATCHED) == (
        "Texas\n"
        "62 actions on file.\n"
        "\n"
        "The newest first.\n"
        "\n"
        "Open  12\n"
        "\n"
        "Balance: Giving or Getting?\n"
        "  https://example.org/b\n"
        "Map\n"
        "  https://m.org\n"
        "\n"
        "TX-17  Sues over the methane rule\n"
        "       pending · July 4, 2025 · TX, OK · per Austin Post · checked November 2026\n"
        "\n"
        "Page 2 of 8, 62 in all\n"
        "\n"
        "[1] Next  [2] Previous\n"
        "Filter by topic:  [3] Climate (12)  [4] Guns (3)\n"
    )


def test_numbers_press_what_stands_beside_them() -> None:
    pressed = [b.label for b in pressable(whole(), WATCHED)]
    assert pressed == ["Next", "Previous", "Climate (12)", "Guns (3)"]


def test_where_nobody_watches_filters_are_neither_shown_nor_pressed() -> None:
    assert in_chat(whole(), PLAIN).endswith("\n\n[1] Next  [2] Previous\n")
    assert [b.label for b in pressable(whole(), PLAIN)] == ["Next", "Previous"]


def many_filters() -> Reply:
    def options(name: str, count: int) -> tuple[Button, ...]:
        state = {"state": "TX"}
        return tuple(
            Button(
                f"Any {name}" if at == 0 else f"{name} {at}",
                Press("state", state | {name: str(at)} if at else state),
            )
            for at in range(count)
        )

    lists = tuple(
        Choice(f"Filter by {name}", options(name, count)) for name, count in (("topic", 25), ("status", 4))
    )
    return Reply(buttons=(button("Next"),), choices=lists)


@pytest.mark.parametrize("width", [20, 40, 61, 100, 120])
def test_long_filters_take_two_lines_and_their_numbers_stay_right(width: int) -> None:
    screen = Screen(width, filters=2)
    shown = in_chat(many_filters(), screen)
    assert len(shown.splitlines()) <= 1 + 2 * screen.filters
    numbers = re.findall(r"\[([0-9]+)\] ([A-Za-z]+(?: [a-z0-9]+)?)", shown.replace("\n", " "))
    pressed = pressable(many_filters(), screen)
    assert [(int(number), label) for number, label in numbers] == [
        (at, b.label) for at, b in enumerate(pressed, 1)
    ]


def test_of_a_long_filter_the_rest_can_be_typed() -> None:
    shown = in_chat(many_filters(), WATCHED)
    assert re.search(r"… [0-9]+ more, type topic:NAME\n", shown)
    assert "type status:NAME" not in shown
    fitting = len(re.findall(r"\] (?:Any topic|topic)", shown))
    assert f"… {25 - fitting} more" in shown


def test_ask_offers_the_next_page_as_a_command_and_nothing_else_to_press() -> None:
    text = in_ask(whole(), PLAIN, "fiftywire ask --home x")
    assert "Previous" not in text
    assert "Climate" not in text
    more = text.splitlines()[-1].removeprefix("More: ")
    assert more == "fiftywire ask --home x --press '10st~sTX~>A1~#3'"


def test_ask_lists_the_guesses_of_an_ambiguous_answer() -> None:
    problem = Problem("ambiguous", "Did you mean one of these?")
    reply = Reply(text=problem.message, buttons=(button("Illinois"), button("Indiana")), problem=problem)
    assert in_ask(reply, PLAIN, "") == "Did you mean one of these?\n\n  Illinois\n  Indiana\n"
    assert in_chat(reply, PLAIN) == "Did you mean one of these?\n\n[1] Illinois  [2] Indiana\n"


def test_ask_lists_no_buttons_of_another_refusal() -> None:
    problem = Problem("not_found", "Nothing on file.")
    reply = Reply(text=problem.message, buttons=(button("Guam"), button("Next")), problem=problem)
    assert in_ask(reply, PLAIN, "") == "Nothing on file.\n"


def test_a_problem_without_text_is_told() -> None:
    assert in_ask(Reply(problem=Problem("not_found", "Nothing on file.")), PLAIN, "") == "Nothing on file.\n"


def test_nothing_is_shown_as_nothing() -> None:
    assert in_chat(Reply(), PLAIN) == in_ask(Reply(page=Page(1, 0, 0)), PLAIN, "") == ""


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (LINE, "pending · July 4, 2025 · TX, OK · per Austin Post · checked November 2026"),
        (replace(LINE, checked=None), "pending · July 4, 2025 · TX, OK · per Austin Post"),
        (
            replace(LINE, verified=Verified.PARTLY),
            "pending · July 4, 2025 · TX, OK · per Austin Post · status not checked lately",
        ),
        (
            replace(LINE, status=Status.IN_EFFECT, challenged=True, changed=PartialDate(2025), checked=None),
            "in effect, challenged in court · 2025 · TX, OK · per Austin Post",
        ),
        (
            replace(
                LINE, source=Source("https://e.org", "", ""), checked=None, states=("NY", "CA", "IL", "ME")
            ),
            "pending · July 4, 2025 · NY, CA, IL, ME",
        ),
        (
            replace(LINE, checked=None, states=("NY", "CA", "IL", "ME", "VT")),
            "pending · July 4, 2025 · NY, CA, IL and 2 more · per Austin Post",
        ),
    ],
)
def test_an_item_says_how_it_stands_who_says_so_and_how_sure_that_is(line: ActionLine, told: str) -> None:
    assert in_chat(Reply(items=(Item(line),)), PLAIN).splitlines()[1].strip() == told


def test_a_list_of_26_stands_in_columns() -> None:
    lines = tuple(replace(LINE, code=Code("TX", number)) for number in range(1, 27))
    shown = in_chat(Reply(items=tuple(map(Item, lines)), page=Page(1, 1, 26)), PLAIN).splitlines()
    assert [row[:7] for row in shown[:52:2]] == [f"TX-{number}".ljust(7) for number in range(1, 27)]
    assert all(row.startswith("       pending") for row in shown[1:52:2])
    assert shown[-1] == "26 in all"


def test_sections_stand_below_the_items_under_their_headings() -> None:
    reply = Reply(title="The week", items=(Item(LINE),), sections=sections(), page=Page(1, 1, 9))
    facts = "pending · July 4, 2025 · TX, OK · per Austin Post"
    assert in_chat(reply, PLAIN) == (
        "The week\n"
        "\n"
        "TX-17  Sues over the methane rule\n"
        f"       {facts} · checked November 2026\n"
        "\n"
        "Moved\n"
        "1 won,\n"
        "1 still open.\n"
        "TX-17    Sues over the methane rule\n"
        f"         {facts} · checked November 2026\n"
        "TX-1800  Sues over the methane rule\n"
        f"         new · {facts}\n"
        "\n"
        "Corrected\n"
        "TX-3 is blocked since June 1.\n"
        "\n"
        "TX-17  Sues over the methane rule\n"
        f"       {facts} · checked November 2026\n"
        "\n"
        "9 in all\n"
    )
    assert "\x1b[1mMoved\x1b[0m\n" in in_chat(reply, COLOUR)


@pytest.mark.parametrize("count", [0, 1, 30])
def test_a_list_in_three_sections_shows_every_item(count: int) -> None:
    items = tuple(Item(replace(LINE, code=Code("TX", 100 + at))) for at in range(count))
    parts = tuple(Section(f"{HOSTILE} {at}", HOSTILE, items[at::3]) for at in range(3))
    shown = in_chat(Reply(sections=parts), PLAIN)
    assert shown.count("Sues over") == count
    assert [f"{HARMLESS} {at}\n" in shown for at in range(3)] == [True] * 3
    assert all(f"TX-{100 + at} " in shown for at in range(count))


@pytest.mark.parametrize("width", [20, 40, 80, 120])
@pytest.mark.parametrize("reply", [whole(), hostile(), Reply(items=(Item(replace(LINE, title="x" * 4000)),))])
def test_no_line_is_wider_than_the_screen_but_an_address(reply: Reply, width: int) -> None:
    addresses = {f"  {address}" for address in ("https://example.org/b", HARMLESS)}
    for line in in_chat(reply, Screen(width)).splitlines():
        assert cell_len(line) <= width or line in addresses
        assert line == line.rstrip()


def test_wide_letters_are_counted_as_wide() -> None:
    for line in in_chat(Reply(title="知事" * 60, text="知事 が " * 60), Screen(40)).splitlines():
        assert cell_len(line) <= 40


def test_an_address_is_never_broken() -> None:
    url = "https://example.org/" + "x" * 300
    assert f"  {url}\n" in in_chat(Reply(links=(Link("Source", "It", url),)), Screen(40))


def test_a_title_of_4000_characters_is_cut_in_a_list_and_whole_as_a_heading() -> None:
    title = "word " * 800
    listed = in_chat(Reply(items=(Item(replace(LINE, title=title)),)), PLAIN)
    assert listed.count("word") < 50
    assert "…" in listed
    assert in_chat(Reply(title=title), PLAIN).count("word") == 800


# --- hostile text -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shown", [in_chat(hostile(), PLAIN), in_ask(hostile(), PLAIN, "fiftywire ask")])
def test_hostile_text_comes_out_harmless_and_literal(shown: str) -> None:
    assert not any(
        c in shown for c in "\x00\x07\r\x1b\x9b\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
    assert f"{HARMLESS}\n" in shown
    assert "[red]x[/red]" in shown
    assert ":smile:" in shown


def test_colour_adds_styles_to_hostile_text_and_nothing_else() -> None:
    painted = in_chat(hostile(), COLOUR)
    bare = painted
    for style in ("0", "1", "2", "33"):
        bare = bare.replace(f"\x1b[{style}m", "")
    assert bare == in_chat(hostile(), PLAIN)


def test_a_token_that_cannot_be_copied_is_not_offered() -> None:
    assert "--press" not in in_ask(
        Reply(buttons=(Button("Next", Press("search", after="A"), "10se~w=a\nb", ButtonRole.LEADS),)),
        PLAIN,
        "fiftywire ask",
    )


def test_stages_differ_in_colour_and_none_is_a_party_s() -> None:
    painted = [
        in_chat(Reply(items=(Item(replace(LINE, status=status)),)), COLOUR)
        for status in (Status.PENDING, Status.WON, Status.LOST)
    ]
    colours = [{c for c in range(30, 38) if f"\x1b[{c}m" in text} for text in painted]
    assert colours == [{33}, {36}, {35}]


# --- the screen ---------------------------------------------------------------------------------------------


@pytest.fixture
def terminal() -> Iterator[TextIO]:
    """A terminal of this process' own, 80 wide as it does not say how wide it is."""
    leader, follower = os.openpty()
    with os.fdopen(leader, "rb"), os.fdopen(follower, "w") as stream:
        yield stream


@pytest.mark.parametrize(
    ("environ", "colour"),
    [
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "xterm", "NO_COLOR": ""}, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
        ({}, False),
    ],
)
def test_a_terminal_has_colour_unless_it_or_its_user_says_no(
    terminal: TextIO, environ: dict[str, str], *, colour: bool
) -> None:
    assert Screen.of(terminal, environ) == Screen(80, colour, filters=2)


def test_a_file_is_plain_and_100_wide_whatever_the_environment_says(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w") as stream:
        screen = Screen.of(stream, {"TERM": "xterm", "FORCE_COLOR": "1", "COLUMNS": "300"})
    assert screen == Screen(100, colour=False)
    assert "\x1b" not in in_chat(whole(), screen)
    assert "\x1b" in in_chat(whole(), COLOUR)


# --- files, and messages that come by themselves


def test_a_file_of_text_stands_whole_at_the_end_its_spaces_kept() -> None:
    content = "a,b\n\n  " + "long " * 60 + "end\n\tx\x1b[31m\u202ey\n"
    reply = Reply(title="Your data", file=TextFile("data.csv", content), buttons=(button("Delete"),))
    shown = "a,b\n\n  " + "long " * 60 + "end\n    x[31my\n"
    assert in_chat(reply, PLAIN) == f"Your data\n\ndata.csv\n{shown}\n[1] Delete\n"
    assert in_ask(reply, PLAIN, "") == f"Your data\n\ndata.csv\n{shown}"
    assert document(reply)["file"] == {"name": "data.csv", "content": content}


def test_files_that_others_see_are_named() -> None:
    reply = Reply(title="R-1", files=(KeptFile(7, "R-1-1.png"), KeptFile(8, "R-1-2.pdf")))
    assert in_chat(reply, PLAIN) == "R-1\n\nFiles: R-1-1.png, R-1-2.pdf\n"
    assert document(reply)["files"] == ["R-1-1.png", "R-1-2.pdf"]


def test_files_are_not_asked_for() -> None:
    what = FormField("what", "What", "What happened", Entry.TEXT, required=True)
    places = FormField("review", "Channels", "All", Entry.PLACES, value="hall")
    files = FormField("files", "Files", "Up to 3", Entry.FILES)
    reply = Reply(form=Form("Report", Press("report"), (what, files, places), "10rp"))
    found = document(reply)["form"]["fields"]
    assert [(field["name"], field["kind"]) for field in found] == [("what", "text"), ("review", "places")]
    shown = in_ask(reply, PLAIN, "")
    assert "--fill what=…" in shown
    assert "--fill review=…" in shown
    assert "files" not in shown
    only = Reply(title="Report", form=Form("Report", Press("report"), (files,), "10rp"))
    assert in_ask(only, PLAIN, "").endswith("those cannot be sent from a terminal.\n")
    assert document(only)["form"]["fields"] == []


def test_a_message_in_ask_has_a_command_for_all_that_can_be_pressed() -> None:
    reply = replace(whole(), title="A card", items=(), fields=(), links=(), page=None)
    assert in_inbox(reply, PLAIN, "fiftywire ask --as mo") == (
        "A card\n"
        "62 actions on file.\n"
        "\n"
        "The newest first.\n"
        "\n"
        "Next: fiftywire ask --as mo --press '10st~sTX~>A1~#3'\n"
        "Previous: fiftywire ask --as mo --press '11st~sTX~<A1'\n"
        "Climate (12): fiftywire ask --as mo --press '12st~tcl'\n"
        "Guns (3): fiftywire ask --as mo --press '13st~tgu'\n"
    )


def test_nothing_hostile_comes_out_of_a_message() -> None:
    for shown in (in_inbox(hostile(), PLAIN, ""), in_chat(hostile(), WATCHED, 7)):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)
        assert "--press" not in shown, "a token that would be changed cannot be copied"


def test_what_stands_above_messages() -> None:
    assert [heading(count, PLAIN) for count in (1, 2, 1200)] == [
        "Unread message:\n", "2 unread messages:\n", "1,200 unread messages:\n"
    ]  # fmt: skip


@pytest.mark.parametrize("width", [20, 40, 61, 100, 120])
@pytest.mark.parametrize("before", [0, 7, 98])
def test_numbers_go_on_and_still_press_what_stands_beside_them(width: int, before: int) -> None:
    screen = Screen(width, filters=2)
    shown = in_chat(many_filters(), screen, before)
    numbers = re.findall(r"\[([0-9]+)\] ([A-Za-z]+(?: [a-z0-9]+)?)", shown.replace("\n", " "))
    pressed = pressable(many_filters(), screen, before)
    assert [(int(number), label) for number, label in numbers] == [
        (at, b.label) for at, b in enumerate(pressed, before + 1)
    ]
