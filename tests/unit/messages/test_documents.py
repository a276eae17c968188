"""Replies as they are kept for a place: the same again, whatever is in them."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.every import build_registry
from bot.domain.catalogue.actions import ActionLine, Code, Source, Stage, Status, Verified
from bot.domain.catalogue.dates import PartialDate
from bot.domain.catalogue.states import STATES
from bot.domain.community.people import Moderator
from bot.messages.documents import from_document, to_document
from bot.messages.message import (
    Button,
    ButtonRole,
    Choice,
    Field,
    Item,
    KeptFile,
    Link,
    Message,
    Page,
    Picture,
    Press,
    Section,
    TextFile,
)
from bot.messages.reply import Problem, Reply, Visibility

LINE = ActionLine(
    Code("IL", 17), "Counts its reservoirs", Status.IN_EFFECT, True, ("IL", "TX"), PartialDate(2025, 3, 4),
    PartialDate(2026), Verified.SEEN, PartialDate(2026, 11),
    Source("https://example.org/a", "State counts", "Example News", PartialDate(2025, 3)),
    "20260000IL0000017",
)  # fmt: skip
BARE = replace(
    LINE, challenged=False, checked=None, verified=Verified.PARTLY, source=Source("https://a.org", "", ""),
    title="", sort_key="",
)  # fmt: skip
WHOLE = Message(
    title="R-12: Illinois counts",
    text="Waiting for review.\n<@7> *says* `so` & “more” 🎉",
    fields=(
        Field("Kind", "New action"),
        Field("Empty", ""),
        Field(
            "Moderators", "1 account", (Moderator("discord", "7", "Ana"), Moderator("slack", "S1", "", True))
        ),
    ),
    items=(
        Item(LINE, Button("IL-17", Press("action", {"code": "IL-17"})), "adopted → blocked"),
        Item(BARE, Button("IL-17 (2)", Press("action"))),
        Item(BARE),
    ),
    links=(Link("Source", "the report (example.org)", "https://example.org/a"), Link("", "", "")),
    sections=(
        Section("Moved", "2 of 3", (Item(LINE, Button("IL-17 (3)", Press("action")), "new"), Item(BARE))),
        Section("Corrected", "IL-3 is blocked since June 1."),
        Section("", "", (Item(BARE),)),
        Section(""),
    ),
    choices=(
        Choice("Filter by topic", (Button("Guns", Press("state", {"state": "IL", "topic": "guns"})),)),
        Choice("Empty", ()),
    ),
    buttons=(
        Button("Approve", Press("approve", {"report": "R-12", "version": "1"})),
        Button(
            "Next", Press("state", {"state": "IL"}, after="20260000IL0000017", page=2), role=ButtonRole.LEADS
        ),
        Button("Previous", Press("search", {"words": ""}, before="20260000IL0000017")),
        Button("", Press("setup")),
    ),
    page=Page(1, 3, 20),
    stage=Stage.LIVE,
    picture=Picture("map", {"IL": "won", "TX": ""}),
    file=TextFile("my-data.json", "{}\n"),
    files=(KeptFile(3, "R-12-1.png"), KeptFile(0, "R-12-2.pdf")),
)
"""Every part of a message that may be kept."""
KEPT: list[tuple[str, Message]] = [
    ('{"version": 1, "visibility": "all"}', Message()),
    ('{"redrawn": true, "version": 1, "visibility": "all"}', Message()),
    (
        '{"buttons": [{"label": "Answer", "press": {"command": "answer", "options": {"report": "R-12"},'
        ' "page": 1}}, {"label": "My reports", "press": {"command": "reports", "page": 1}}],'
        ' "fields": [{"name": "You reported", "value": "Illinois counts\\nits lakes"}],'
        ' "text": "Which page?", "title": "R-12: a question from the moderators", "version": 1,'
        ' "visibility": "all"}',
        Message(
            title="R-12: a question from the moderators",
            text="Which page?",
            fields=(Field("You reported", "Illinois counts\nits lakes"),),
            buttons=(
                Button("Answer", Press("answer", {"report": "R-12"})),
                Button("My reports", Press("reports")),
            ),
        ),
    ),
    (
        '{"files": [{"name": "R-12-1.png", "number": 3}],'
        ' "links": [{"label": "a (example.org)", "name": "Source", "url": "https://example.org/a"}],'
        ' "page": {"number": 1, "pages": 2, "total": 9}, "stage": "open",'
        ' "fields": [{"name": "Moderators", "value": "1 group",'
        ' "people": [{"id": "9", "is_group": true, "name": "Editors", "platform": "discord"}]}],'
        ' "items": [{"challenged": false, "changed": "2026-11", "code": "IL-17", "date": "2025-03-04",'
        ' "sort_key": "20261100IL0000017", "source": {"publisher": "Example News", "title": "State counts",'
        ' "url": "https://example.org/a", "date": "2025"}, "states": ["IL"], "status": "in_effect",'
        ' "title": "Counts", "verified": "seen", "checked": "2026-11"}],'
        ' "title": "R-12: Counts", "version": 1, "visibility": "asker"}',
        Message(
            title="R-12: Counts",
            fields=(Field("Moderators", "1 group", (Moderator("discord", "9", "Editors", is_group=True),)),),
            items=(
                Item(ActionLine(
                    Code("IL", 17), "Counts", Status.IN_EFFECT, False, ("IL",), PartialDate(2025, 3, 4),
                    PartialDate(2026, 11), Verified.SEEN, PartialDate(2026, 11),
                    Source("https://example.org/a", "State counts", "Example News", PartialDate(2025)),
                    "20261100IL0000017",
                )),
            ),
            links=(Link("Source", "a (example.org)", "https://example.org/a"),),
            page=Page(1, 2, 9),
            stage=Stage.OPEN,
            files=(KeptFile(3, "R-12-1.png"),),
        ),
    ),
    (
        '{"items": [{"challenged": false, "changed": "2026", "code": "IL-17", "date": "2025-03-04",'
        ' "source": {"url": "https://a.org"}, "states": ["IL", "TX"], "status": "in_effect",'
        ' "verified": "partly"}], "opens": [{"label": "IL-17", "press": {"command": "action", "options":'
        ' {"code": "IL-17"}, "page": 1}}], "problem": {"code": "x", "message": "y"}, "version": 1,'
        ' "visibility": "asker"}',
        Message(items=(Item(BARE, Button("IL-17", Press("action", {"code": "IL-17"}))),)),
    ),
]  # fmt: skip
"""Documents of version 1 as databases out there have them, word for word."""
AS_IT_IS_WRITTEN = (
    '{"buttons": [{"label": "My reports", "press": {"command": "reports", "page": 1}, "role": "agrees"}],'
    ' "items": [{"line": {"challenged": false, "changed": "2026", "code": "IL-17", "date": "2025-03-04",'
    ' "source": {"url": "https://a.org"}, "states": ["IL", "TX"], "status": "in_effect",'
    ' "verified": "partly"}, "note": "new", "opens": {"label": "IL-17", "press": {"command": "action",'
    ' "page": 1}}}], "text": "Which page?", "version": 2}'
)
"""A document of version 2: whoever must change one gives it a new version."""


def test_a_message_with_everything_in_it_comes_back_whole() -> None:
    plain = Message()
    left_out = [f.name for f in fields(Message) if getattr(WHOLE, f.name) == getattr(plain, f.name)]
    assert left_out == [], "what is new in a message belongs into this test"
    assert from_document(to_document(WHOLE)) == WHOLE


@pytest.mark.parametrize(("document", "message"), KEPT)
def test_what_was_kept_is_read_for_ever(document: str, message: Message) -> None:
    assert from_document(document) == message
    assert from_document(to_document(message)) == message


def test_what_is_written_today_is_read_for_ever() -> None:
    line = Item(BARE, Button("IL-17", Press("action")), "new")
    mine = Button("My reports", Press("reports"), role=ButtonRole.AGREES)
    message = Message(text="Which page?", items=(line,), buttons=(mine,))
    assert to_document(message) == AS_IT_IS_WRITTEN
    assert from_document(AS_IT_IS_WRITTEN) == message


def test_a_section_is_written_as_it_will_be_read_for_ever() -> None:
    message = Message(
        sections=(Section("Moved", "Two", (Item(BARE, note="new"),)), Section("", "None"), Section("Added"))
    )
    written = (
        '{"sections": [{"heading": "Moved", "items": [{"line": {"challenged": false, "changed": "2026",'
        ' "code": "IL-17", "date": "2025-03-04", "source": {"url": "https://a.org"},'
        ' "states": ["IL", "TX"], "status": "in_effect", "verified": "partly"}, "note": "new"}],'
        ' "text": "Two"}, {"text": "None"}, {"heading": "Added"}], "version": 2}'
    )
    assert to_document(message) == written
    assert from_document(written) == message


def test_a_picture_without_data_is_a_picture() -> None:
    message = Message(picture=Picture("map"))
    assert to_document(message) == '{"picture": {"kind": "map"}, "version": 2}'
    assert from_document(to_document(message)) == message


def test_what_only_an_answer_has_is_not_kept() -> None:
    reply = Reply(text="x", updates_card=True, visibility=Visibility.ASKER, problem=Problem("a", "b"))
    assert from_document(to_document(reply)) == Message(text="x")


def test_the_same_reply_gives_the_same_text() -> None:
    """Payloads are stored once, by their hash."""
    again = replace(
        WHOLE,
        buttons=(
            Button("Approve", Press("approve", {"version": "1", "report": "R-12"})), *WHOLE.buttons[1:],
        ),
    )  # fmt: skip
    assert to_document(again) == to_document(WHOLE) == to_document(from_document(to_document(WHOLE)))
    assert "\n" not in to_document(WHOLE)
    assert "🎉" in to_document(WHOLE)


def test_tokens_are_made_when_a_message_is_drawn() -> None:
    sealed, _ = build_registry().codec.seal(replace(WHOLE, choices=WHOLE.choices[:1]))
    assert all(button.token for button in sealed.buttons)
    document = to_document(sealed)
    assert "token" not in document
    assert from_document(document) == replace(WHOLE, choices=WHOLE.choices[:1])


def test_a_file_with_nothing_in_it_is_a_file() -> None:
    message = Message(file=TextFile("nothing.csv", ""))
    assert from_document(to_document(message)) == message


@pytest.mark.parametrize("version", [None, 0, 3, "1", 99])
def test_a_version_that_is_not_known_is_refused(version: object) -> None:
    data = json.loads(to_document(WHOLE)) | {"version": version}
    with pytest.raises(ValueError, match="kept by a newer Fiftywire"):
        from_document(json.dumps(data))
    del data["version"]
    with pytest.raises(ValueError, match="kept by a newer Fiftywire"):
        from_document(json.dumps(data))


# --- any reply

ANY = st.text(st.characters(exclude_categories=()), max_size=12)
SOME = st.text(min_size=1, max_size=12)
"""What always has a letter: names, codes, addresses."""
DATES = st.builds(PartialDate, st.integers(1776, 2199), st.none() | st.integers(1, 12)) | st.dates(
    PartialDate(1776).first_day, PartialDate(2199).first_day
).map(PartialDate.on)
PRESSES = st.builds(
    Press, SOME, st.dictionaries(SOME, ANY, max_size=3), ANY, ANY, st.integers(1, 9_999_999)
)  # fmt: skip
BUTTONS = st.builds(Button, ANY, PRESSES, role=st.none() | st.sampled_from(ButtonRole))
LINES = st.builds(
    ActionLine,
    st.builds(Code, st.sampled_from([state.code for state in STATES]), st.integers(1, 9_999_999)),
    ANY,
    st.sampled_from(Status),
    st.booleans(),
    st.lists(st.sampled_from([state.code for state in STATES]), min_size=1, max_size=3).map(tuple),
    DATES,
    DATES,
    st.sampled_from(Verified),
    st.none() | DATES,
    st.builds(Source, SOME, ANY, ANY, st.none() | DATES),
    ANY,
)


def several(each: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(each, max_size=2).map(tuple)


ITEMS = several(st.builds(Item, LINES, st.none() | BUTTONS, ANY))
MESSAGES = st.builds(
    Message,
    title=ANY,
    text=ANY,
    fields=several(st.builds(Field, ANY, ANY, several(st.builds(Moderator, SOME, SOME, ANY, st.booleans())))),
    items=ITEMS,
    links=several(st.builds(Link, ANY, ANY, ANY)),
    sections=several(st.builds(Section, ANY, ANY, ITEMS)),
    choices=several(st.builds(Choice, ANY, several(BUTTONS))),
    buttons=several(BUTTONS),
    page=st.none() | st.builds(Page, st.integers(0, 99), st.integers(0, 99), st.integers(0)),
    stage=st.none() | st.sampled_from(Stage),
    picture=st.none() | st.builds(Picture, SOME, st.dictionaries(ANY, ANY, max_size=3)),
    file=st.none() | st.builds(TextFile, SOME, SOME),
    files=several(st.builds(KeptFile, st.integers(0), SOME)),
)


@given(MESSAGES)
def test_any_message_comes_back_whole(reply: Message) -> None:
    document = to_document(reply)
    assert from_document(document) == reply
    assert to_document(from_document(document)) == document
