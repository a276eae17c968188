"""`fiftywire chat` through a pipe: lines in, answers out, numbers press buttons."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.child import Fiftywire


def test_numbers_press_what_the_last_answer_shows(reader: Fiftywire) -> None:
    done = reader.here("chat", typed="/state CA\n1\n[1]\n2\n99\n")
    assert (done.status, done.err) == (0, "")
    assert re.findall(r"^Page ([0-9]+) of", done.out, re.MULTILINE) == ["1", "2", "3", "2"]
    assert "There is no number 99 in the last answer; it goes from 1 to " in done.out


def test_every_number_shown_can_be_pressed_and_no_filters_are_shown(reader: Fiftywire) -> None:
    shown = reader.here("chat", typed="/state CA\n").out
    numbers = [int(number) for number in re.findall(r"\[([0-9]+)\] ", shown)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert "Filter by" not in shown
    pressed = reader.here("chat", typed="".join(f"/state CA\n{number}\n" for number in numbers)).out
    assert "There is no number" not in pressed
    assert "It goes from" not in pressed
    more = reader.here("chat", typed=f"/state CA\n{len(numbers) + 1}\n").out
    assert f"There is no number {len(numbers) + 1} in the last answer" in more


def test_a_number_before_any_answer(reader: Fiftywire) -> None:
    done = reader.here("chat", typed="7\n" + "9" * 5000 + "\n")
    assert done.out.count("The last answer has nothing to press.") == 2


def test_comments_and_blank_lines_are_passed_over(reader: Fiftywire) -> None:
    assert reader.here("chat", typed="\n  \n# /state IL\n\ufeff# as well\n").out == ""


def test_a_line_may_lack_its_stroke_its_end_and_its_utf_8(reader: Fiftywire) -> None:
    done = reader.run("chat", typed=b"\xef\xbb\xbfaction IL-1\r\n/search \xff\xfe caf\xe9\n/action il-2")
    assert done.status == 0
    assert re.findall(r"^IL-[12](?=: )", done.out, re.MULTILINE) == ["IL-1", "IL-2"]


@pytest.mark.parametrize("goodbye", ["exit", "/quit", " EXIT "])
def test_a_goodbye_ends_it(goodbye: str, reader: Fiftywire) -> None:
    done = reader.here("chat", typed=f"/action IL-1\n{goodbye}\n/action IL-2\n")
    assert done.status == 0
    assert "IL-2: " not in done.out


def test_what_is_refused_does_not_end_it(reader: Fiftywire) -> None:
    done = reader.here("chat", typed="/nosuch\n/state Narnia\n/action IL-1\n")
    assert done.status == 0
    assert "IL-1: " in done.out


def test_answers_come_while_lines_are_still_awaited(reader: Fiftywire) -> None:
    with reader.start("chat") as child:
        assert child.stdin
        assert child.stdout
        child.stdin.write(b"/action IL-1\n")
        child.stdin.flush()
        assert child.stdout.readline().startswith(b"IL-1: ")
        child.stdin.close()
        assert child.wait(60) == 0


def test_no_input_at_all(reader: Fiftywire) -> None:
    assert reader.here("chat").out == ""


def test_nothing_that_was_typed_is_kept_from_a_pipe(reader: Fiftywire) -> None:
    assert not (reader.data.parent / "chat_history").exists()


def test_an_answer_that_cannot_be_written_ends_it(reader: Fiftywire, full: Path) -> None:
    with full.open("w") as out:
        done = reader.run("chat", typed="/about\n/about\n", stdout=out)
    assert done.refused(1) == "The answer cannot be written: No space left on device."


# --- forms

KEPT = "\n" * 3
"""The last fields of the form of /setup: channels, policy, cards."""


def test_a_form_is_filled_in_line_by_line(writer: Fiftywire) -> None:
    typed = f"/setup\n1\nEastern\nben, carla\n{KEPT}/setup\n"
    done = writer.here("chat", "--role", "admin", typed=typed)
    assert (done.status, done.err) == (0, "")
    assert "Time zone (may stay empty): " in done.out
    assert "Now: UTC (- empties it)" in done.out
    assert "Moderators (may stay empty): " in done.out
    assert "Saved." in done.out
    assert re.findall(r"^Time zone +(\S+), where", done.out, re.MULTILINE) == [
        "UTC", "America/New_York", "America/New_York"
    ]  # fmt: skip
    assert "2 accounts: ben, carla" in done.out.rpartition("Setup of")[2]


def test_an_empty_line_keeps_and_a_dash_empties(writer: Fiftywire) -> None:
    writer.here("chat", "--role", "admin", typed=f"/setup\n1\nEastern\nben\n{KEPT}")
    kept = writer.here("chat", "--role", "admin", typed=f"/setup\n1\n\n\n{KEPT}")
    assert "Now: America/New_York (- empties it)" in kept.out
    assert "Now: ben (- empties it)" in kept.out
    assert "Nothing was changed." in kept.out
    emptied = writer.here("chat", "--role", "admin", typed=f"/setup\n1\n\n-\n{KEPT}")
    assert "Saved." in emptied.out
    page = emptied.out.rpartition("Setup of")[2]
    assert "America/New_York" in page
    assert "none yet" in page


@pytest.mark.parametrize("after", ["Eastern\n/cancel\n", "/CANCEL\n", "Eastern\n"])
def test_a_form_that_is_left_changes_nothing(after: str, reader: Fiftywire) -> None:
    left = reader.here("chat", "--role", "admin", typed=f"/setup\n1\n{after}")
    assert left.status == 0
    assert ("The form was left; nothing was changed." in left.out) == ("cancel" in after.lower())
    assert "Saved." not in left.out
    again = reader.here("chat", "--role", "admin", typed="/setup\n1\n/cancel\n/setup\n# a remark\n")
    assert re.findall(r"^Time zone +(\S+), where", again.out, re.MULTILINE) == ["UTC", "UTC"]


def test_what_could_not_be_read_is_mended_with_the_number_of_fix_it(writer: Fiftywire) -> None:
    refused = writer.here("chat", "--role", "admin", typed=f"/setup\n1\nNarnia\nben\n{KEPT}")
    assert "There is no time zone “Narnia”." in refused.out
    assert refused.out.endswith("[1] Fix it\n\n")
    mended = writer.run(
        "chat", "--role", "admin", typed=f"/setup\n1\nNarnia\nben\n{KEPT}1\nMountain\n\n{KEPT}"
    )
    assert "Now: Narnia (- empties it)" in mended.out
    assert "Now: ben (- empties it)" in mended.out
    assert "America/Denver" in mended.out.rpartition("Saved.")[2]


def test_lines_of_a_form_are_no_commands_remarks_or_numbers(writer: Fiftywire) -> None:
    done = writer.here("chat", "--role", "admin", typed=f"/setup\n1\nUTC\n#1\n{KEPT}/setup\n1\n\n/about\n")
    assert "1 account: #1" in done.out
    assert "A form is open here: fill it in, or leave it with /cancel." in done.out
    assert "About Fiftywire" not in done.out
    assert "/about" not in done.out, "nobody is named so"
