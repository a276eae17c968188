"""`fiftywire chat` through a pipe: lines in, answers out, numbers press buttons."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.child import Fiftywire


def test_numbers_press_what_the_last_answer_shows(reader: Fiftywire) -> None:
    done = reader.run("chat", typed="/state CA\n1\n[1]\n2\n99\n")
    assert (done.status, done.err) == (0, "")
    assert re.findall(r"^Page ([0-9]+) of", done.out, re.MULTILINE) == ["1", "2", "3", "2"]
    assert "There is no number 99 in the last answer; it goes from 1 to " in done.out


def test_every_number_shown_can_be_pressed_and_no_filters_are_shown(reader: Fiftywire) -> None:
    shown = reader.run("chat", typed="/state CA\n").out
    numbers = [int(number) for number in re.findall(r"\[([0-9]+)\] ", shown)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert "Filter by" not in shown
    pressed = reader.run("chat", typed="".join(f"/state CA\n{number}\n" for number in numbers)).out
    assert "There is no number" not in pressed
    assert "It goes from" not in pressed
    more = reader.run("chat", typed=f"/state CA\n{len(numbers) + 1}\n").out
    assert f"There is no number {len(numbers) + 1} in the last answer" in more


def test_a_number_before_any_answer(reader: Fiftywire) -> None:
    done = reader.run("chat", typed="7\n" + "9" * 5000 + "\n")
    assert done.out.count("The last answer has nothing to press.") == 2


def test_comments_and_blank_lines_are_passed_over(reader: Fiftywire) -> None:
    assert reader.run("chat", typed="\n  \n# /state IL\n\ufeff# as well\n").out == ""


def test_a_line_may_lack_its_stroke_its_end_and_its_utf_8(reader: Fiftywire) -> None:
    done = reader.run("chat", typed=b"\xef\xbb\xbfaction IL-1\r\n/search \xff\xfe caf\xe9\n/action il-2")
    assert done.status == 0
    assert re.findall(r"^IL-[12](?=: )", done.out, re.MULTILINE) == ["IL-1", "IL-2"]


@pytest.mark.parametrize("goodbye", ["exit", "/quit", " EXIT "])
def test_a_goodbye_ends_it(goodbye: str, reader: Fiftywire) -> None:
    done = reader.run("chat", typed=f"/action IL-1\n{goodbye}\n/action IL-2\n")
    assert done.status == 0
    assert "IL-2: " not in done.out


def test_what_is_refused_does_not_end_it(reader: Fiftywire) -> None:
    done = reader.run("chat", typed="/nosuch\n/state Narnia\n/action IL-1\n")
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
    assert reader.run("chat").out == ""


def test_nothing_that_was_typed_is_kept_from_a_pipe(reader: Fiftywire) -> None:
    assert not (reader.data.parent / "chat_history").exists()


def test_an_answer_that_cannot_be_written_ends_it(reader: Fiftywire, full: Path) -> None:
    with full.open("w") as out:
        done = reader.run("chat", typed="/about\n/about\n", stdout=out)
    assert done.refused(1) == "The answer cannot be written: No space left on device."
