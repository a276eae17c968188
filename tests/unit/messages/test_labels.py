"""Labels of what opens items: never two alike in one message."""

from __future__ import annotations

from bot.messages.labels import labelled
from bot.messages.message import Button, Item, Message, Press, Section
from tests.unit.messages.test_documents import LINE


def item(label: str) -> Item:
    return Item(LINE, Button(label, Press("action")))


def test_openers_are_told_apart_over_all_sections() -> None:
    message = Message(
        items=(item("IL-17"), Item(LINE)),
        sections=(
            Section("Moved", "", (item("IL-17"), item("TX-1"))),
            Section("Corrected", "", (item("IL-17"),)),
        ),
    )
    done = labelled(message)
    labels = [one.opens and one.opens.label for one in done.listed]
    assert labels == ["IL-17", None, "IL-17 (2)", "TX-1", "IL-17 (3)"]
    assert [(part.heading, len(part.items)) for part in done.sections] == [("Moved", 2), ("Corrected", 1)]


def test_an_opener_that_is_taken_away_leaves_its_item() -> None:
    message = Message(items=(item("A"),), sections=(Section("Moved", "x", (item("B"), item("A"))),))
    left = message.with_openers(lambda opener: opener if opener.label == "A" else None)
    assert [one.opens and one.opens.label for one in left.listed] == ["A", None, "A"]
    assert left.lines == message.lines
