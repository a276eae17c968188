"""What Discord shows of a reply, for every part and for hostile and enormous ones.

`REWRITE_GOLDEN=1 .venv/bin/python -m pytest tests/unit/discord/test_render.py` writes the golden renderings
anew; read their diff before you commit it.
"""

from __future__ import annotations

import asyncio
import colorsys
import json
import os
import re
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import discord
import pytest
import simcord
from discord import app_commands
from hypothesis import given
from hypothesis import strategies as st
from simcord.components import COMPONENTS_V2_FLAG, validate_components, walk_components

from adapters.discord.drawing.accent import COLOURS, PROBLEM, accent_of
from adapters.discord.drawing.attached import without
from adapters.discord.drawing.escape import MARKUP
from adapters.discord.drawing.items import ITEMS
from adapters.discord.drawing.render import draw, files_of
from adapters.discord.limits import MOST_COMPONENTS, MOST_TEXT
from bot.domain.catalogue.actions import ActionLine, Code, Source, Stage, Status, Verified
from bot.domain.catalogue.dates import PartialDate
from bot.domain.community.people import Moderator
from bot.messages.budget import Draft, Line, LinkLine, Row, Said, said
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
from bot.messages.reply import Problem, Reply
from bot.messages.visible import visible
from tests.unit.discord.test_escape import SPECIAL, TEXT, TYPED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GOLDEN = Path(__file__).parent / "golden"
CONTAINER, ROW, BUTTON, SELECT, SECTION, TEXT_DISPLAY, SEPARATOR, FILE = 17, 1, 2, 3, 9, 10, 14, 13
GALLERY = 12
PRIMARY, SECONDARY, LINK = 1, 2, 5

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
    Source("https://www.example.org/a", "Texas sues", "Austin Post"),
)


def button(label: str, token: str) -> Button:
    return Button(label, Press("state"), token)


def leading(label: str, token: str) -> Button:
    return replace(button(label, token), role=ButtonRole.LEADS)


def tokens(letter: str) -> Iterator[str]:
    return (f"1{letter}st~{number}" for number in range(10_000))


def buttons(count: int, letter: str = "b", label: str = "Button") -> tuple[Button, ...]:
    return tuple(
        button(f"{label} {at}", token) for at, token in zip(range(count), tokens(letter), strict=False)
    )


def lines(count: int, line: ActionLine = LINE) -> tuple[Item, ...]:
    statuses = islice(cycle(Status), count)
    return tuple(
        Item(replace(line, code=Code("TX", at), status=status)) for at, status in enumerate(statuses, 1)
    )


def with_opens(reply: Reply) -> Reply:
    opens = buttons(len(reply.items), "o", "Open")
    items = (replace(item, opens=button) for item, button in zip(reply.items, opens, strict=True))
    return replace(reply, items=tuple(items))


def in_sections(reply: Reply, *parts: tuple[str, str, int]) -> Reply:
    """Its items moved into sections, each a heading, a text and a number of items; the rest stay outside."""
    left = iter(reply.items)
    sections = tuple(Section(heading, text, tuple(islice(left, count))) for heading, text, count in parts)
    return replace(reply, items=tuple(left), sections=sections)


def choice(label: str, count: int) -> Choice:
    return Choice(label, buttons(count, label[-1], label))


def links(count: int) -> tuple[Link, ...]:
    return tuple(
        Link("Source", f"Paper {at} (The Paper, paper{at}.example)", f"https://paper{at}.example/{'a' * 80}")
        for at in range(count)
    )


def state_page() -> Reply:
    return with_opens(
        Reply(
            title="Texas",
            text="62 actions on file.\n\nThe newest first.",
            fields=(Field("Open", "12"), Field("Balance", "pays $5 more")),
            items=lines(8),
            links=(Link("Balance", "Giving or Getting? 2025 (Institute)", "https://rockinst.org/bop-2025/"),),
            choices=tuple(choice(f"Filter by {what}", 25) for what in ("topic", "approach", "stage")),
            buttons=(
                leading("Next", "1Nst~sTX"),
                leading("Previous", "1Pst~sTX"),
                button("Together", "1Ttg"),
            ),
            page=Page(2, 8, 62),
        )
    )


def whole_action() -> Reply:
    facts = (Field("Status", "in effect, challenged in court (live)"), Field("Kind", "Statute"))
    history = tuple(
        Field(f"March {day}, 2025", f"pending: Step {day} of many (per The Paper)") for day in range(100)
    )
    return with_opens(
        Reply(
            title="TX-17: Sues over the methane rule",
            text="What it is about. " * 20,
            fields=(*facts, *history),
            items=lines(5),
            links=links(12),
            buttons=buttons(6),
        )
    )


HOSTILE = f"{TYPED}\u202eevil\u202c \u2066x\u2069 z\u200bw \U000e0041 \x1b[31m \x00"


def hostile(text: str = HOSTILE) -> Reply:
    bad = replace(LINE, title=text, source=Source(text, text, text), states=(text, text))
    return with_opens(
        Reply(
            title=text,
            text=text,
            fields=(Field(text, text, (Moderator("slack", "U1", text), Moderator("discord", text, text))),),
            items=(Item(bad), Item(replace(bad, code=Code("TX", 18)))),
            sections=(Section(text, text, (Item(bad, button(text, "1dst")),)), Section(text, text)),
            links=(Link(text, text, text), Link(text, text, f"https://e.org/{text}")),
            choices=(Choice(text, (button(text, "1cst"),)),),
            buttons=(button(text, "1bst"),),
            page=Page(1, 1, 1),
        )
    )


ARABIC = "تقاضي الولاية الحكومة (2025) * قاعدة"
HEBREW = "המדינה תובעת: TX-17 #1"
CASES: dict[str, Reply] = {
    "nothing": Reply(),
    "no_items": Reply(
        title="Ohio",
        text="Nothing on file for Ohio and supply chains.",
        problem=Problem("not_found", "Nothing on file for Ohio and supply chains."),
        page=Page(1, 1, 0),
    ),
    "one_item": with_opens(Reply(title="Texas", items=(Item(LINE),), page=Page(1, 1, 1))),
    "eight_items": state_page(),
    "thirty_items": replace(with_opens(Reply(title="Texas", items=lines(30))), page=Page(1, 1, 30)),
    "items_without_buttons": Reply(title="Texas", items=lines(2)),
    "whole_action": whole_action(),
    "stars": hostile("*" * 4000),
    "hostile": hostile(),
    "right_to_left": with_opens(
        Reply(
            title=ARABIC,
            text=HEBREW,
            fields=(Field("Summary", ARABIC), Field(HEBREW, "12")),
            items=(
                Item(replace(LINE, title=ARABIC)),
                Item(replace(LINE, title=HEBREW, code=Code("TX", 18))),
            ),
            links=(Link("Source", HEBREW, "https://example.org/a"),),
        )
    ),
    "other_host": with_opens(
        Reply(
            title="Links",
            links=(
                Link("Source", "Ruling (supremecourt.gov)", "https://evil.example/a"),
                Link("Source", "Ruling (notevil.example, evil.example.org)", "https://evil.example/a"),
                Link("Source", "Ruling", "https://supremecourt.gov@evil.example/b"),
                Link("Source", "Ruling", "https://аpple.com/c"),
                Link("Source", "Ruling (long.example)", f"https://long.example/{'a' * 600}"),
                Link("Source", "Ruling (longer.example)", f"https://longer.example/{'a' * 1200}"),
                Link("Source", "Ruling", "javascript:alert(1)"),
                Link("", "", ""),
                Link("", "", "https://example.org/d"),
                Link("Map", "", "https://example.org/e"),
            ),
            items=(Item(replace(LINE, source=Source("https://evil.example", "", "supremecourt.gov"))),),
        )
    ),
    "guesses": Reply(
        problem=Problem("ambiguous", "There is no state “Virgina”. Did you mean one of these?"),
        buttons=buttons(2, label="Virginia"),
    ),
    "sections": in_sections(
        with_opens(Reply(title="The week", text="4 changes.", items=lines(5), page=Page(1, 1, 9))),
        ("Moved", "", 3),
        ("Corrected", "TX-3: listed as *pending*;\nit is blocked.", 0),
        ("New", "1 of 2", 1),
    ),
    "many_in_sections": in_sections(
        with_opens(Reply(title="The week", items=lines(30))), ("Moved", "", 20), ("Added", "a\nb", 10)
    ),
    "people": Reply(
        title="Setup",
        fields=(
            Field(
                "Moderators",
                "",
                (
                    Moderator("discord", "7", "Ana"),
                    Moderator("discord", "9", "Editors", is_group=True),
                    Moderator("discord", "7> @everyone", "Bo <@1>"),
                    Moderator("slack", "U7", "Cy *"),
                    Moderator("slack", "77", "Dee"),
                    Moderator("discord", "٧", ""),
                ),
            ),
            Field("Zone", "UTC", (Moderator("discord", "1", "A"),)),
            Field("Many", "", tuple(Moderator("discord", str(10**17 + n), "A") for n in range(60))),
        ),
    ),
}


def drawn(reply: Reply, files: tuple[KeptFile, ...] = ()) -> list[dict[str, Any]]:
    """The components as they would be sent, having passed every check that others wrote for them."""

    async def in_a_loop() -> tuple[list[dict[str, Any]], int]:
        view = draw(reply, files)
        assert view.timeout is None
        assert view.is_persistent()
        return [child.to_component_dict() for child in view.children], view.content_length()

    components, length = asyncio.run(in_a_loop())
    assert length <= MOST_TEXT
    assert len(list(walk_components(components))) <= MOST_COMPONENTS
    validate_components(components, flags=COMPONENTS_V2_FLAG)
    return components


def of_kind(components: list[dict[str, Any]], kind: int) -> list[dict[str, Any]]:
    return [component for component in walk_components(components) if component["type"] == kind]


def text_of(components: list[dict[str, Any]]) -> str:
    return "\n".join(component["content"] for component in of_kind(components, TEXT_DISPLAY))


def labels_of(components: list[dict[str, Any]]) -> list[str]:
    return [component["label"] for component in of_kind(components, BUTTON)]


def assert_harmless(components: list[dict[str, Any]]) -> None:
    """Whatever means something on Discord is ours: a heading, a bold name, a printed address, a mention."""
    for display in of_kind(components, TEXT_DISPLAY):
        left = re.sub(r"\\.", "x", display["content"])
        left = re.sub(r"<https?://[!-;=?-~]+>|<@&?[0-9]+>", "", left)
        left = re.sub(r"^(## |-# )", "", left, flags=re.MULTILINE)
        left = re.sub(r"\*\*[^*\n]+\*\*|: | \([^()\n]+\)", "", left)
        assert not set(left) & SPECIAL, left
        assert not re.search(r"^[0-9]+\.", left, re.MULTILINE)


@pytest.mark.parametrize("name", CASES)
def test_a_reply_is_drawn_as_it_was(name: str) -> None:
    file = GOLDEN / f"{name}.json"
    text = json.dumps(drawn(CASES[name]), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    if os.environ.get("REWRITE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    assert file.read_text("utf-8") == text


@pytest.mark.parametrize("name", CASES)
def test_only_our_own_marks_mean_anything(name: str) -> None:
    assert_harmless(drawn(CASES[name]))


def test_there_is_a_rendering_for_every_case() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == set(CASES)


# --- limits, whatever is in a reply -------------------------------------------------------------------------

COUNTS = st.sampled_from([0, 1, 2, 5, 8, 12, 25, 26, 60])
URLS = st.one_of(
    TEXT,
    TEXT.map("https://example.org/{}".format),
    TEXT.map("https://{}.example/a".format),
    st.integers(0, 2048).map(lambda n: f"https://example.org/{'a' * n}"),
    st.sampled_from(["http://localhost/", "https://1.2.3.4/", "https://a_b.example/", "https://例え.jp/"]),
)


@st.composite
def replies(draw_one: Callable[[st.SearchStrategy[Any]], Any]) -> Reply:
    """Of few different texts and addresses, but as many of everything as may be."""
    text: Iterator[str] = cycle(
        text * times
        for text, times in draw_one(
            st.lists(st.tuples(TEXT, st.sampled_from([1, 1, 3, 50, 700])), min_size=1, max_size=5)
        )
    )
    url: Iterator[str] = cycle(draw_one(st.lists(URLS, min_size=1, max_size=4)))
    status = cycle(Status)
    token = cycle(draw_one(st.lists(st.sampled_from(["", "x", "1", "2" * 101]), max_size=3)))
    fresh = tokens("r")

    def some(make: Callable[[], Any]) -> tuple[Any, ...]:
        return tuple(make() for _ in range(draw_one(COUNTS)))

    def press() -> Button:
        return button(next(text), next(token, "") if draw_one(st.integers(0, 9)) == 0 else next(fresh))

    def item() -> ActionLine:
        source = Source(next(url), next(text), next(text))
        code = Code("TX", draw_one(st.integers(1, 9_999_999)))
        states = tuple(islice(text, draw_one(st.integers(0, 5))))
        return replace(LINE, code=code, title=next(text), status=next(status), source=source, states=states)

    def person() -> Moderator:
        return Moderator("discord", draw_one(st.sampled_from(["1", "", "x", "9" * 21])), next(text))

    opened = draw_one(st.booleans())

    def listed() -> Item:
        return Item(item(), press() if opened or draw_one(st.booleans()) else None)

    return Reply(
        title=next(text),
        text=next(text),
        fields=some(lambda: Field(next(text), next(text), some(person) if draw_one(st.booleans()) else ())),
        items=some(listed),
        sections=some(lambda: Section(next(text), next(text), some(listed)))
        if draw_one(st.booleans())
        else (),
        links=some(lambda: Link(next(text), next(text), next(url))),
        choices=tuple(Choice(next(text), some(press)) for _ in range(draw_one(st.integers(0, 6)))),
        buttons=some(press),
        page=draw_one(
            st.none() | st.builds(Page, st.integers(1, 10**9), st.integers(0, 10**9), st.integers(0, 10**9))
        ),
        problem=draw_one(st.none() | st.builds(Problem, st.just("broken"), TEXT)),
    )


@given(replies())
def test_every_reply_is_within_every_limit(reply: Reply) -> None:
    components = drawn(reply)
    assert_harmless(components)
    assert [component["type"] for component in components] in ([CONTAINER], [CONTAINER, FILE])
    assert components[0]["components"]
    for pressed in of_kind(components, BUTTON):
        assert 1 <= len(pressed["label"].strip()) <= 80
        assert "custom_id" in pressed or re.fullmatch(r"https?://[!-~]{1,504}", pressed["url"])
    values = [option["value"] for select in of_kind(components, SELECT) for option in select["options"]]
    ids = [component["custom_id"] for component in walk_components(components) if "custom_id" in component]
    assert len(set(values + ids)) == len(values + ids)
    for select in of_kind(components, SELECT):
        assert all(option["label"].strip() for option in select["options"])


@pytest.mark.parametrize("count", [0, 1, 30])
@pytest.mark.parametrize("opened", [False, True])
@given(heads=st.lists(st.tuples(TEXT, TEXT, st.sampled_from([1, 50, 700])), min_size=3, max_size=3))
def test_a_list_in_three_sections_is_within_every_limit(
    count: int, heads: list[tuple[str, str, int]], *, opened: bool
) -> None:
    reply = Reply(items=lines(count))
    parts = [(heading * times, text * times, -(-count // 3)) for heading, text, times in heads]
    components = drawn(in_sections(with_opens(reply) if opened else reply, *parts))
    assert_harmless(components)
    assert components[0]["components"]
    if count:
        assert "Sues over the methane rule" in text_of(components)


NAMES = TEXT | st.sampled_from(["R-12-1.png", "R-12-2.pdf", "R-12-3.webp"])
KEPT = st.lists(st.builds(KeptFile, st.just(1), NAMES), max_size=15).map(tuple)


@given(st.integers(0, 30), st.none() | st.builds(TextFile, NAMES, TEXT), KEPT)
def test_with_files_too_a_message_is_within_every_limit(
    count: int, file: TextFile | None, kept: tuple[KeptFile, ...]
) -> None:
    full = with_opens(Reply("Card", "*" * 150 * count, items=lines(count), file=file))
    components = drawn(replace(full, buttons=buttons(count)), kept)
    assert components[0]["type"] == CONTAINER
    assert {component["type"] for component in components[1:]} <= {FILE, GALLERY}
    assert len(attached(components)) <= 10
    for name in attached(components):
        assert re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", name)


# --- what gives way, and in which order ---------------------------------------------------------------------


def kinds_of(components: list[dict[str, Any]]) -> list[int]:
    return [component["type"] for component in components[0]["components"]]


def sections_with(components: list[dict[str, Any]], style: int) -> list[dict[str, Any]]:
    return [s for s in of_kind(components, SECTION) if s["accessory"]["style"] == style]


def test_where_there_is_room_lines_part_the_groups() -> None:
    small = with_opens(Reply(title="A", text="B", items=lines(1), links=links(1), buttons=buttons(1)))
    assert kinds_of(drawn(small)) == [TEXT_DISPLAY, SEPARATOR, SECTION, SEPARATOR, SECTION, SEPARATOR, ROW]


def test_a_state_page_keeps_its_buttons_and_filters_on_every_page() -> None:
    page = state_page()
    first, second = drawn(replace(page, buttons=page.buttons[::2])), drawn(page)
    third = drawn(replace(page, buttons=(*page.buttons, leading("First page", "1F"))))
    for components in (first, second, third):
        assert len(sections_with(components, SECONDARY)) == 8
        assert len(of_kind(components, SELECT)) == 3
    # links are text first, then the lines between groups go, before an item loses its button or a filter goes
    assert [kinds_of(components).count(SEPARATOR) for components in (first, second, third)] == [3, 2, 1]
    assert [len(sections_with(components, LINK)) for components in (first, second, third)] == [0, 0, 0]
    assert "Institute\\)\n-# <https://rockinst.org/bop-2025/>" in text_of(third)


def test_then_items_become_text_and_one_select_opens_them() -> None:
    components = drawn(replace(with_opens(Reply(title="A", items=lines(14))), links=links(3)))
    (select,) = of_kind(components, SELECT)
    assert select["custom_id"] == "pick:0"
    assert select["placeholder"] == "Open an action"
    assert select["options"][13]["label"] == "TX-14 Sues over the methane rule"
    assert select["options"][13]["value"] == "1ost~13"
    assert "**TX\\-14** Sues over the methane rule\n-# " in text_of(components)
    assert len(sections_with(components, LINK)) == 3
    assert not sections_with(components, SECONDARY)


def test_twelve_items_fit_with_a_button_each() -> None:
    components = drawn(with_opens(Reply(title="A", items=lines(12))))
    assert labels_of(components) == [f"TX-{at}" for at in range(1, 13)]


def test_a_heading_stands_before_the_first_item_of_its_section() -> None:
    items = with_opens(Reply(items=lines(6)))
    parts = (
        ("Moved", "", 2),
        ("Corrected", "One line", 0),
        ("", "Text alone", 0),
        ("", "", 1),
        ("New", "", 2),
    )
    reply = in_sections(items, *parts, ("", "", 0))
    assert not of_kind(drawn(reply), SEPARATOR), "the other item stands with them"
    shown = drawn(reply)[0]["components"]
    assert [part.get("content") or part["accessory"]["label"] for part in shown] == [
        "TX-6", "**Moved**", "TX-1", "TX-2", "**Corrected**\nOne line", "Text alone", "TX-3", "**New**",
        "TX-4", "TX-5",
    ]  # fmt: skip


def test_headings_count_as_components_and_give_way_with_the_buttons_of_items() -> None:
    twelve = with_opens(Reply(title="A", items=lines(12)))
    assert len(sections_with(drawn(in_sections(twelve, ("Moved", "", 12))), SECONDARY)) == 12
    components = drawn(in_sections(twelve, ("Moved", "", 6), ("New", "", 3), ("Other", "", 3)))
    assert not sections_with(components, SECONDARY)
    (select,) = of_kind(components, SELECT)
    assert [option["value"] for option in select["options"]] == [f"1ost~{at}" for at in range(12)]
    shown = text_of(components)
    assert "\n\n**New**\n**TX\\-7** Sues" in shown, "a blank line sets them apart within a text"
    assert "## A\n**Moved**\n**TX\\-1** Sues" in shown


def test_a_heading_goes_with_the_first_item_of_its_section() -> None:
    long = replace(
        LINE, title="t" * 190, states=("x" * 70, "y" * 70), source=Source("https://e.org", "", "p" * 90)
    )
    reply = in_sections(
        Reply(items=lines(30, long)), *((f"Part {at} " + "h" * 40, "t" * 400, 1) for at in range(30))
    )
    shown = text_of(drawn(reply))
    items = shown.count("**TX\\-")
    assert 5 <= items < 30
    assert shown.count("**Part ") == items
    assert shown.endswith(f"\n-# … and {30 - items} more")


def test_then_selects_go_from_the_last_and_links_before_them() -> None:
    choices = tuple(choice(f"Choice {letter}", 3) for letter in "klmnpq")
    reply = replace(
        with_opens(Reply(title="A", items=lines(14))), choices=choices, links=links(8), buttons=buttons(20)
    )
    components = drawn(reply)
    shown = [select["placeholder"] for select in of_kind(components, SELECT)]
    assert shown == ["Open an action", "Choice k", "Choice l", "Choice m", "Choice n", "Choice p"]
    assert not sections_with(components, LINK)
    assert len(of_kind(components, BUTTON)) == 20


def test_at_last_buttons_go_but_never_those_through_the_pages() -> None:
    paging = tuple(leading(label, f"1{at}") for at, label in enumerate(("Next", "Previous", "First page")))
    reply = replace(
        with_opens(Reply(title="A", fields=(Field("a", "b"),), items=lines(60), links=links(60))),
        choices=(choice("Choice k", 30),),
        buttons=(*paging, *buttons(60)),
        page=Page(3, 9, 500),
    )
    components = drawn(reply)
    assert not of_kind(components, SELECT)
    shown = labels_of(components)
    assert shown[:4] == ["Next", "Previous", "First page", "Button 0"]
    assert len(shown) == 28
    assert [component["type"] for component in components] == [CONTAINER, FILE]


def test_buttons_stand_in_rows_of_five_and_those_through_the_pages_are_seen_first() -> None:
    paging = (leading("Next", "1n"), leading("Previous", "1p"))
    components = drawn(Reply(title="A", buttons=(*paging, *buttons(10)), page=Page(2, 9, 80)))
    assert [len(row["components"]) for row in of_kind(components, ROW)] == [5, 5, 2]
    assert [b["style"] for b in of_kind(components, BUTTON)] == [PRIMARY] * 2 + [SECONDARY] * 10
    no_list = drawn(Reply(title="A", buttons=(button("Next", "1n"), button("Previous", "1p"))))
    assert [b["style"] for b in of_kind(no_list, BUTTON)] == [SECONDARY] * 2


def test_a_choice_shows_twenty_five_options_and_one_without_any_is_left_out() -> None:
    components = drawn(Reply(title="A", choices=(choice("Choice k", 30), Choice("None", ()))))
    (select,) = of_kind(components, SELECT)
    assert len(select["options"]) == 25


def test_at_most_eight_links_have_buttons() -> None:
    components = drawn(Reply(title="A", links=links(10)))
    assert len(sections_with(components, LINK)) == 8
    assert text_of(components).count("-# <https://paper") == 2


def test_what_has_no_token_of_its_own_cannot_be_pressed() -> None:
    pressed = (button("A", ""), button("B", "x"), button("C", "1" * 101), button("D", "1"), button("E", "1"))
    reply = Reply(
        title="A", buttons=pressed, choices=(Choice("Choice", (button("F", "1"), button("G", "2"))),)
    )
    components = drawn(reply)
    assert labels_of(components) == ["D"]
    assert [option["label"] for option in of_kind(components, SELECT)[0]["options"]] == ["G"]


def test_what_a_button_does_gives_it_its_style() -> None:
    roles = (None, *ButtonRole)
    pressed = tuple(Button(f"{role}", Press("state"), f"1{at}", role) for at, role in enumerate(roles))
    styles = [button["style"] for button in of_kind(drawn(Reply(title="A", buttons=pressed)), BUTTON)]
    assert styles == [SECONDARY, PRIMARY, 3, 4]


def test_why_an_item_is_listed_stands_before_its_facts() -> None:
    shown = text_of(drawn(Reply(items=(Item(LINE, note="adopted → *blocked*"),))))
    assert "\n-# adopted → \\*blocked\\* · " in shown


def test_items_of_which_one_cannot_be_opened_have_a_select_for_the_others() -> None:
    opens = (button("TX-1", "1a"), button("TX-2", ""), button("TX-3", "1c"))
    items = tuple(replace(item, opens=one) for item, one in zip(lines(3), opens, strict=True))
    components = drawn(Reply(items=items))
    assert [o["value"] for o in of_kind(components, SELECT)[0]["options"]] == ["1a", "1c"]
    assert text_of(components).count("Sues over") == 3


def test_what_no_letter_can_be_seen_of_still_has_a_label() -> None:
    blank = "\u200b\u3164 "
    line = replace(LINE, title=blank)
    reply = with_opens(
        Reply(
            title=blank,
            text=blank,
            items=(Item(line),),
            buttons=(button(blank, "1"),),
            choices=(Choice(blank, (button(blank, "2"),)),),
        )
    )
    components = drawn(reply)
    assert labels_of(components) == ["TX-17", "…"]
    assert "placeholder" not in of_kind(components, SELECT)[0]
    assert of_kind(components, SELECT)[0]["options"][0]["label"] == "…"
    assert text_of(components).startswith("**TX\\-17**\n-# pending")


# --- the budget of characters -------------------------------------------------------------------------------


def fitted(draft: Draft) -> Said:
    """What of it fits into one message."""
    return said(draft, MOST_TEXT, MARKUP)


def test_short_lines_stay_whole_and_long_ones_are_cut_to_one_length() -> None:
    draft = Draft(fields=(Line("a" * 3000), Line("short"), Line("b" * 3000)))
    long, short, other = fitted(draft).fields
    assert short == "short"
    assert len(long) == len(other)
    assert long.endswith("…")
    assert 3990 <= len(long) + len(other) + len(short) <= 4000


def test_what_fits_exactly_is_not_cut() -> None:
    assert fitted(Draft(head=(Line("a" * 3999),))).head == ("a" * 3999,)
    assert fitted(Draft(head=(Line("a" * 4000),))).head == ("a" * 3998 + "…",)


def test_a_long_history_shows_its_beginning_and_its_end() -> None:
    fields = fitted(Draft(fields=tuple(Line(f"{at:03} " + "x" * 120) for at in range(100)))).fields
    at = next(at for at, field in enumerate(fields) if "more between" in field)
    assert fields[at] == f"-# … and {101 - len(fields)} more between"
    shown = [int(field[:3]) for field in fields if "more between" not in field]
    assert shown == [*range(at), *range(100 - len(shown) + at, 100)]
    assert at == len(shown) - len(shown) // 3
    assert len(shown) > 30


def test_the_text_itself_is_cut_last() -> None:
    components = drawn(replace(whole_action(), text="y" * 450))
    assert "y" * 450 in text_of(components)
    assert "more between" in text_of(components)


def test_titles_keep_their_first_letters_beside_very_long_texts() -> None:
    reply = Reply(title="t" * 90, text="x" * 9000, items=lines(8, replace(LINE, title="i" * 90)))
    assert text_of(drawn(reply)).count("i" * 90) == 8
    assert "t" * 90 in text_of(drawn(reply))


def test_long_addresses_give_way_to_hosts_before_links_do() -> None:
    long = tuple(replace(link, url=link.url + "a" * 450) for link in links(20))
    shown = text_of(drawn(Reply(title="A", links=long)))
    assert "more" not in shown
    assert "\n-# paper19.example" in shown
    assert "<https://paper" not in shown


def enormous(before: int, after: int = 0) -> Line:
    return Line("x" * 300, "b" * before, "a" * after)


def shown_of(fields: int, links: int, items: int, each: Line) -> tuple[int, int, int]:
    """How many of each are shown, and that the last one tells how many are not."""
    text = fitted(Draft((), (each,) * fields, (LinkLine(each, each),) * links, (Row(each),) * items))
    listed = [row.item for row in text.items]
    for part, of in ((text.links, links), (listed, items)):
        assert part[-1].endswith(f"\n-# … and {of - len(part)} more") == (len(part) < of)
    more = any("more between" in field for field in text.fields)
    assert sum(map(len, (*text.fields, *text.links, *listed))) <= MOST_TEXT
    return len(text.fields) - more, len(text.links), len(listed)


@pytest.mark.parametrize(
    ("counts", "each", "shown"),
    [
        ((30, 8, 8), enormous(20), (16, 8, 8)),
        ((30, 8, 8), enormous(40), (15, 5, 8)),
        ((30, 8, 8), enormous(80), (13, 3, 5)),
        ((30, 8, 8), enormous(300), (1, 3, 5)),
        ((30, 8, 8), enormous(400), (1, 1, 5)),
        ((30, 8, 8), enormous(500, 300), (1, 1, 2)),
        ((30, 8, 8), enormous(600, 500), (1, 1, 1)),
    ],
)
def test_one_kind_of_line_gives_way_after_the_other(
    counts: tuple[int, int, int], each: Line, shown: tuple[int, int, int]
) -> None:
    assert shown_of(*counts, each) == shown


def test_addresses_give_way_before_fields_become_few() -> None:
    field, link = enormous(0), LinkLine(enormous(0, 400), enormous(0, 20))
    text = fitted(Draft(fields=(field,) * 30, links=(link,) * 8))
    assert len(text.fields) == 15 + 1
    assert not [shown for shown in text.links if shown.endswith("a" * 400)]


@pytest.mark.parametrize("heads", [Row(head=enormous(400)), Row(enormous(200), enormous(200))])
def test_sections_give_way_as_items_do(heads: Row) -> None:
    text = fitted(Draft(head=(Line("a" * 500, floor=500),), items=(heads,) * 40))
    shown = [line for row in text.items for line in (row.head, row.item) if line]
    assert sum(len(line) + 1 for line in shown) <= MOST_TEXT - 501
    assert 5 <= len(text.items) < 40
    assert all(bool(row.item) == bool(heads.item) for row in text.items)
    assert shown[-1].endswith(f"\n-# … and {40 - len(text.items)} more")
    assert not text.whole


# --- what does not fit


def whole_of(reply: Reply) -> str:
    """The text of the file that goes with the message; empty when none does."""

    async def in_a_loop() -> str:
        view = draw(reply)
        files = files_of(reply, view)
        named = [item.media.url for item in view.children if isinstance(item, discord.ui.File)]
        assert named == [f"attachment://{file.filename}" for file in files]
        return "".join(file.fp.read().decode() for file in files)

    return asyncio.run(in_a_loop())


def attached(components: list[dict[str, Any]]) -> list[str]:
    """The names of the files that are shown."""
    urls = [file["file"]["url"] for file in of_kind(components, FILE)]
    urls += [item["media"]["url"] for gallery in of_kind(components, GALLERY) for item in gallery["items"]]
    return [url.removeprefix("attachment://") for url in urls]


def test_an_answer_brings_its_own_file_and_the_whole_of_itself() -> None:
    file = TextFile("my data (2).json", "{}")
    assert attached(drawn(Reply("Data", file=file))) == ["my_data__2_.json"]
    assert whole_of(Reply("Data", file=file)) == "{}"
    cut = Reply("Data", "*" * MOST_TEXT, file=file)
    assert attached(drawn(cut)) == ["my_data__2_.json", "whole-answer.txt"]
    assert whole_of(cut).startswith("{}Data\n\n***")


def test_files_of_a_report_stand_below_its_card() -> None:
    kept = tuple(KeptFile(at, f"R-12-{at}.{end}") for at, end in enumerate(["png", "pdf", "webp"], 1))
    components = drawn(Reply("Card"), kept)
    assert [component["type"] for component in components] == [CONTAINER, GALLERY, FILE]
    assert attached(components) == ["R-12-2.pdf", "R-12-1.png", "R-12-3.webp"]
    assert attached(drawn(Reply("Card", files=kept))) == [], "an answer can only name them"
    many = tuple(KeptFile(at, f"R-1-{at}.png") for at in range(40))
    assert len(attached(drawn(Reply("Card", "*" * MOST_TEXT, file=TextFile("a", "")), many))) == 10
    assert len(attached(drawn(Reply("Card"), many))) == 8, "there is always room for its texts"


def test_a_full_message_makes_room_for_files() -> None:
    full = with_opens(Reply("Card", items=lines(12)))
    assert len(list(walk_components(drawn(full)))) == MOST_COMPONENTS - 1
    kept = tuple(KeptFile(at, f"R-1-{at}.pdf") for at in range(3))
    components = drawn(full, kept)
    assert len(attached(components)) == 3
    assert "12" in text_of(components)


def test_of_files_that_are_gone_nothing_is_shown() -> None:
    kept = tuple(KeptFile(at, f"R-12-{at}.{end}") for at, end in enumerate(["png", "pdf", "png"], 1))
    components = drawn(Reply("Card"), kept)
    assert attached(without(components, frozenset({"R-12-1.png"}))) == ["R-12-2.pdf", "R-12-3.png"]
    left = without(components, frozenset({"R-12-1.png", "R-12-2.pdf", "R-12-3.png"}))
    assert left == components[:1]
    assert attached(components) == ["R-12-2.pdf", "R-12-1.png", "R-12-3.png"], "nothing else was touched"


def test_a_picture_is_not_drawn() -> None:
    assert drawn(replace(state_page(), picture=Picture("map", {"IL": "won"}))) == drawn(state_page())


def test_what_fits_has_no_file() -> None:
    assert whole_of(state_page()) == ""
    fits = Reply(text="a" * MOST_TEXT)
    assert whole_of(replace(fits, text="a" * (MOST_TEXT - 1))) == ""
    assert whole_of(replace(fits, text="*" * MOST_TEXT)) != ""


def test_what_does_not_fit_is_whole_in_a_file() -> None:
    fields = tuple(Field(f"Step {at}", "\u202eevery word of it " * 9) for at in range(60))
    reply = Reply(
        "A title", "a\nb " * 900, fields, lines(2), (Link("Source", "A label", "https://example.org/a"),),
        (Section("Mo\u202eved", "1\n2", lines(2)), Section("Corrected", "One"), Section("")),
    )  # fmt: skip
    text = whole_of(reply)
    for field in fields:
        assert f"{field.name}: {visible(field.value)}\n" in text
    assert text.startswith("A title\n\na\nb a\nb a")
    assert text.count("\nb") == 900
    assert "Source: A label\n  https://example.org/a\n" in text
    assert "\n\nMoved\n1\n2\nTX-1  Sues" in text
    assert text.endswith("\n\nCorrected\nOne\n")
    assert text.count("TX-2  Sues") == 2
    for line in reply.lines:
        assert f"{line.code}  {visible(line.title)}" in text
        assert line.source.url in text
    assert "\u202e" not in text


# --- the edge's colour --------------------------------------------------------------------------------------


def test_colours_are_neither_red_nor_green_nor_blue_and_differ() -> None:
    hues = []
    for colour in COLOURS.values():
        hue, *_ = colorsys.rgb_to_hsv(*(channel / 255 for channel in colour.to_bytes(3, "big")))
        hues.append(hue * 360)
    assert not [hue for hue in hues if hue < 25 or hue > 335 or 80 < hue < 160 or 200 < hue < 260]
    assert len({*COLOURS.values(), PROBLEM}) == 4


@pytest.mark.parametrize(
    ("reply", "colour"),
    [
        (Reply(title="A"), None),
        (Reply(title="A", items=lines(3)), COLOURS[Stage.OPEN]),
        (
            Reply(title="A", items=lines(1), sections=(Section("B", "", lines(12)[9:]),)),
            COLOURS[Stage.STOPPED],
        ),
        (Reply(title="A", items=lines(12)[3:]), COLOURS[Stage.STOPPED]),
        (Reply(title="A", items=(lines(4)[3], lines(1)[0])), COLOURS[Stage.LIVE]),
        (Reply(title="A", items=lines(3), problem=Problem("x", "y")), PROBLEM),
        (Reply(title="TX-17: B", stage=Stage.LIVE, items=lines(3)), COLOURS[Stage.LIVE]),
        (Reply(title="TX-17: B", stage=Stage.LIVE), COLOURS[Stage.LIVE]),
    ],
)
def test_the_edge_tells_the_stage(reply: Reply, colour: int | None) -> None:
    assert accent_of(reply) == colour
    assert drawn(reply)[0]["accent_color"] == colour


# --- parts --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "facts"),
    [
        (LINE, "pending · July 4, 2025 · TX, OK · per Austin Post (example.org) · checked November 2026"),
        (
            replace(LINE, challenged=True, verified=Verified.PARTLY),
            "pending, challenged in court · July 4, 2025 · TX, OK · per Austin Post (example.org)"
            " · status not checked lately",
        ),
        (
            replace(LINE, states=("TX", "OK", "LA", "NM", "AR"), checked=None),
            "pending · July 4, 2025 · TX, OK, LA and 2 more · per Austin Post (example.org)",
        ),
        (
            replace(
                LINE, states=("TX", "OK", "LA", "NM"), source=Source("https://e.org", "", ""), checked=None
            ),
            "pending · July 4, 2025 · TX, OK, LA, NM · per e.org",
        ),
        (
            replace(LINE, states=(), source=Source("x", "", "Post"), checked=None),
            "pending · July 4, 2025 · per Post",
        ),
        (replace(LINE, states=(), source=Source("x", "", ""), checked=None), "pending · July 4, 2025"),
    ],
)
def test_the_facts_of_an_item_stand_below_its_title(line: ActionLine, facts: str) -> None:
    assert text_of(drawn(with_opens(Reply(items=(Item(line),))))) == f"Sues over the methane rule\n-# {facts}"


def test_a_host_is_cut_on_the_left_where_it_says_least() -> None:
    url = f"https://www.good.example.{'a' * 60}.evil.example/"
    components = drawn(Reply(links=(Link("Source", "good.example", url),)))
    (label,) = labels_of(components)
    assert label.startswith("…a")
    assert label.endswith(".evil.example")
    assert len(label) == 60


@pytest.mark.parametrize(
    "url",
    ["http://localhost/", "https://127.0.0.1/", "https://[::1]/", "https://a_b.example/", "https://e.org./"],
)
def test_only_addresses_that_discord_surely_takes_have_a_button(url: str) -> None:
    components = drawn(Reply(title="A", links=(Link("Source", "B", url),)))
    assert not of_kind(components, BUTTON)
    assert "Source: B\n-# <http" in text_of(components)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (Page(2, 5, 37), "-# Page 2 of 5, 37 in all"),
        (Page(1, 1, 1234), "-# 1,234 in all"),
        (Page(1, 1, 0), None),
    ],
)
def test_the_page_is_told_in_small_letters(page: Page, words: str | None) -> None:
    assert text_of(drawn(Reply(title="A", page=page))) == "\n".join(filter(None, ("## A", words)))


def test_several_lines_stand_below_their_name() -> None:
    shown = text_of(
        drawn(Reply(fields=(Field("Details", "one\n# two"), Field("Kind", "bill"), Field("", ""))))
    )
    assert shown == "**Details**\none\n\\# two\n**Kind** bill"


# --- pressed for real ---------------------------------------------------------------------------------------


class Presser(discord.Client):
    """A client that only writes down what was pressed."""

    def __init__(self, pressed: list[str]) -> None:
        super().__init__(intents=discord.Intents(guilds=True), shard_count=1)
        self.tokens = pressed
        self.tree = app_commands.CommandTree(self)
        self.tree.add_command(app_commands.Command(name="show", description="Show", callback=show))

    async def setup_hook(self) -> None:
        self.add_dynamic_items(*ITEMS)
        await self.tree.sync()

    async def pressed(self, interaction: discord.Interaction, token: str) -> None:
        self.tokens.append(token)
        await interaction.response.defer()


async def show(interaction: discord.Interaction) -> None:
    await interaction.response.send_message(view=draw(state_page()))


def test_buttons_and_options_hand_their_tokens_on_after_a_restart_too() -> None:
    async def conversation() -> list[str]:
        pressed: list[str] = []
        async with simcord.run(Presser(pressed)) as env:
            guild = env.create_guild()
            channel = guild.create_text_channel("general")
            ana = guild.add_member(env.create_user("ana"))
            await ana.slash(channel, "show")
            message = channel.last_message
            assert message
            for _ in range(2):
                await ana.click(message, label="TX-3")
                await ana.click(message, label="Next")
                await ana.select(message, ["1cst~7"], custom_id="pick:1")
                await env.restart_bot(Presser(pressed))
        return pressed

    assert asyncio.run(conversation()) == ["1ost~2", "1Nst~sTX", "1cst~7"] * 2
