"""Filling in a form line by line at the terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.terminal.filling import Filling
from bot.commands.spec import Filled
from bot.messages.form import Entry, Form, FormField, FormOption
from bot.messages.message import Press

OPTIONS = tuple(FormOption(text, text.title()) for text in "abcdefghijkl")


def filling(*fields: FormField) -> Filling:
    return Filling(Form("A form", Press("setup"), fields, "10su"))


def line(name: str, value: str = "", *, required: bool = False) -> FormField:
    return FormField(name, name.title(), f"The {name}", Entry.LINE, required, value)


def taken(entry: Entry, text: str) -> str:
    """What a field with the options a to l takes for a line."""
    filled = filling(FormField("kind", "Kind", "", entry, options=OPTIONS)).take(text)
    assert filled
    return filled.values["kind"]


def test_one_question_a_field_and_the_whole_form_at_the_end() -> None:
    form = filling(line("zone", "UTC", required=True), line("moderators", "ana"), line("note"))
    assert form.question == (
        "A form\nAn empty line keeps what stands there; /cancel leaves the form.\n\nZone: The zone\nNow: UTC"
    )
    assert form.take(" Eastern \n") is None
    assert form.question == "Moderators (may stay empty): The moderators\nNow: ana (- empties it)"
    assert form.take("ben") is None
    assert form.question == "Note (may stay empty): The note"
    assert form.take("") == Filled("10su", {"zone": "Eastern", "moderators": "ben", "note": ""})


def test_an_empty_line_keeps_and_a_dash_empties() -> None:
    form = filling(line("a", "one"), line("b", "two"), line("c", "three"))
    assert form.take("") is None
    assert form.take(" - ") is None
    assert form.take("--") == Filled("10su", {"a": "one", "b": "", "c": "--"})


def test_options_are_listed_with_their_numbers() -> None:
    form = filling(FormField("kind", "Kind", "Which", Entry.ONE, True, "b", OPTIONS[:2]))
    assert form.question.splitlines()[3:] == ["Kind: Which", "  1  A", "  2  B", "Now: b"]


@pytest.mark.parametrize(
    ("entry", "text", "meant"),
    [
        (Entry.ONE, "1", "a"),
        (Entry.ONE, " 12 ", "l"),
        (Entry.ONE, "13", "13"),
        (Entry.ONE, "0", "0"),
        (Entry.ONE, "c", "c"),
        (Entry.ONE, "1 2", "1 2"),
        (Entry.ONE, "0000000011", "0000000011"),
        (Entry.ONE, "00000000013", "00000000013"),
        (Entry.ONE, "9" * 5000, "9" * 5000),
        (Entry.ONE, "²", "²"),
        (Entry.SEVERAL, "3, 1 2", "c,a,b"),
        (Entry.SEVERAL, "1,b", "1,b"),
        (Entry.SEVERAL, ",", ","),
        (Entry.LINE, "1", "a"),
    ],
)
def test_a_number_stands_for_its_option(entry: Entry, text: str, meant: str) -> None:
    assert taken(entry, text) == meant


def test_a_number_is_itself_where_nothing_is_listed() -> None:
    assert filling(line("a")).take("1") == Filled("10su", {"a": "1"})


def test_files_are_not_asked_for() -> None:
    file = FormField("files", "Files", "Up to 3", Entry.FILES, required=True)
    form = filling(file, line("what"), file, line("link"), file)
    assert form.question.endswith("What (may stay empty): The what")
    assert form.take("a count") is None
    assert form.question == "Link (may stay empty): The link"
    assert form.take("") == Filled("10su", {"what": "a count", "link": ""})


def test_channels_are_a_line_and_several_lines_are_one() -> None:
    assert taken(Entry.PLACES, "hall, #den") == "hall, #den"
    assert taken(Entry.TEXT, r"one\ntwo") == r"one\ntwo"


TAKEN = st.sampled_from([entry for entry in Entry if entry is not Entry.FILES])


@given(TAKEN, st.text(max_size=30) | st.from_regex(r"[0-9, ]{0,40}", fullmatch=True))
def test_any_line_is_taken(entry: Entry, text: str) -> None:
    assert isinstance(taken(entry, text), str)
