"""What comes unasked to a terminal: shown once, by `chat` and plain `ask`, each button within reach."""

from __future__ import annotations

import re
import shlex
import sqlite3
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.child import Fiftywire

MO = ("--as", "mo", "--role", "moderator")
MIA = ("--as", "mia", "--place", "porch")
REPORT = (
    "/report", "--fill", "what=Counts its reservoirs", "--fill", "about=IL",
    "--fill", "link=https://example.org/news/1",
)  # fmt: skip
CARD = "R-1: Counts its reservoirs"
FIVE = "adopted\n2026-11-10\nstatute\nbuild\nland-water\n"


@pytest.fixture
def reported(writer: Fiftywire) -> Fiftywire:
    """Cards go to the place `here`, and there is one."""
    reviewed_here(writer)
    report(writer)
    return writer


def reviewed_here(somebody: Fiftywire) -> None:
    page = somebody.here("ask", "--role", "admin", "--press", "10su", "--fill", "review=here")
    assert "Saved." in page.out


def report(somebody: Fiftywire) -> None:
    filed = somebody.here("ask", *MIA, *REPORT)
    assert (filed.status, filed.err) == (0, "")
    assert "Unread message" not in filed.out, "the card goes to another place"


def test_ask_shows_a_message_once_after_the_answer(reported: Fiftywire) -> None:
    shown = reported.here("ask", *MO, "/action", "IL-1")
    assert (shown.status, shown.err) == (0, "")
    assert re.match(r"IL-1: .*\n\nUnread message:\n\nR-1: Counts its reservoirs\n", shown.out, re.DOTALL)
    assert "Unread" not in reported.here("ask", *MO, "/action", "IL-1").out


def test_a_refusal_is_followed_by_it_as_well(reported: Fiftywire) -> None:
    shown = reported.here("ask", *MO, "/nosuch")
    assert shown.status == 1
    assert CARD in shown.out


def test_the_document_is_never_followed_by_it_and_nothing_is_read_by_that(reported: Fiftywire) -> None:
    for question in ("/about", "/nosuch"):
        assert "R-1" not in str(reported.json(*MO, question))
    assert CARD in reported.here("ask", *MO, "/about").out


def test_only_its_place_and_only_its_person_get_it(reported: Fiftywire) -> None:
    for elsewhere in (("--place", "hall"), ("--home", "away"), MIA):
        assert "Unread" not in reported.here("ask", "/about", *elsewhere).out
    assert CARD in reported.here("ask", "/about", "--as", "anybody").out


def test_each_button_comes_with_its_command(reported: Fiftywire) -> None:
    shown = reported.here("ask", *MO, "/about").out
    commands = dict(re.findall(r"^([A-Z][a-z ]+): (fiftywire ask .*)$", shown, re.MULTILINE))
    assert {"Approve", "Reject", "Claim"} <= commands.keys()
    claim = shlex.split(commands["Claim"])[1:]
    claimed = reported.here(*claim)
    assert claimed.status == 0
    assert re.search(r"claimed", claimed.out, re.IGNORECASE)


def test_what_a_person_is_told_comes_wherever_they_ask(reported: Fiftywire) -> None:
    reject = reported.here("ask", *MO, "/about").out
    token = re.search(r"^Reject: .* --press (\S+)$", reject, re.MULTILINE)
    assert token
    done = reported.here("ask", *MO, "--press", token[1].strip("'"), "--fill", "reason=unclear")
    assert done.status == 0, done
    assert "R-1" in done.out
    told = reported.here("ask", "--as", "mia", "--home", "away", "--place", "hall", "/about")
    assert "Unread message:" in told.out
    assert "R-1" in told.out
    assert "Unread" not in reported.here("ask", *MIA, "/about").out


def test_chat_shows_it_first_and_its_numbers_press_it(reported: Fiftywire) -> None:
    done = reported.here("chat", *MO, typed="1\n")
    assert done.out.startswith(f"Unread message:\n\n{CARD}\n")
    assert "[1] Approve" in done.out
    assert "Status" in done.out.partition("[1] Approve")[2], "the form of what is still to decide"


def test_in_chat_numbers_go_on_after_those_of_the_answer(reported: Fiftywire) -> None:
    """A script that presses what it asked for is not led astray by what comes in between."""
    reported.here("ask", *MO, "/about")
    lines = ("/report", "Counts its rivers", "TX", "https://example.org/news/2", "", "", "")
    own = "\n".join((*lines, "/state CA", "1", ""))
    done = reported.here("chat", *MO, typed=own)
    receipt, _, rest = done.out.partition("Unread message:\n")
    assert "R-2: received" in receipt
    numbers = [int(number) for number in re.findall(r"\[([0-9]+)\] ", receipt.rpartition("R-2: ")[2])]
    after = [int(n) for n in re.findall(r"\[([0-9]+)\] ", rest.partition("California")[0])]
    assert numbers + after == list(range(1, len(numbers) + len(after) + 1))
    assert after
    assert "Page 2 of" in rest, "of /state CA, which came after"


def test_while_a_form_is_open_messages_wait(writer: Fiftywire) -> None:
    reviewed_here(writer)
    with writer.start("chat", "--role", "admin") as child:
        assert child.stdin
        assert child.stdout
        child.stdin.write(b"/setup\n1\n")
        child.stdin.flush()
        while b"Time zone (may stay empty)" not in child.stdout.readline():
            pass
        report(writer)
        out, _ = child.communicate(b"\n" * 5, 60)
    form, _, after = out.decode().partition("Nothing was changed.")
    assert "Cards an hour" in form
    assert "Unread" not in form
    assert CARD in after


def test_a_decision_is_made_over_the_inbox_alone(reported: Fiftywire) -> None:
    done = reported.here("chat", *MO, typed=f"1\n{FIVE}")
    assert done.status == 0
    assert re.search(r"\bIL-\d+\b", done.out.rpartition("[1] Approve")[2])
    told = reported.here("ask", *MIA, "/about").out
    assert "Unread message:" in told
    code = re.search(r"\bIL-\d+\b", told.partition("Unread")[2])
    assert code
    assert "Counts its reservoirs" in reported.here("ask", "/action", code[0]).out


def test_a_look_up_beside_a_process_that_writes_needs_no_lock(reader: Fiftywire) -> None:
    holder = sqlite3.connect(reader.data, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    done = reader.here("ask", "/action", "IL-1")
    talked = reader.here("chat", typed="/action IL-1\n")
    holder.close()
    assert (done.status, done.err) == (talked.status, talked.err) == (0, "")


def test_a_message_that_cannot_be_fetched_waits_and_the_answer_stands(reported: Fiftywire) -> None:
    holder = sqlite3.connect(reported.data, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    done = reported.here("ask", *MO, "/action", "IL-1")
    holder.close()
    assert done.status == 0
    assert done.out.startswith("IL-1: ")
    assert "Messages could not be looked up." in done.err
    assert CARD in reported.here("ask", *MO, "/about").out


def test_files_cannot_be_filled_in(reader: Fiftywire) -> None:
    form = reader.json(*MIA, "/report")["form"]
    assert "files" not in [field["name"] for field in form["fields"]]
    done = reader.here("ask", *MIA, *REPORT, "--fill", "files=/etc/passwd")
    assert done.refused(1) == "Files cannot be sent from a terminal; leave that --fill out."
    assert "--fill files=" not in reader.here("ask", *MIA, "/report").out
