"""`fiftywire ask`: the JSON document, the exit statuses of what can be asked, paging over many processes."""

from __future__ import annotations

import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.terminal.test_render import KEYS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.child import Fiftywire

ITEM = [
    "code", "title", "status", "states", "date", "since", "stage", "challenged", "verified", "checked",
    "source", "token", "note",
]  # fmt: skip


def check_contract(document: dict[str, Any]) -> None:
    """Every key, in order, each of its kind."""
    assert list(document) == KEYS
    for key in ("fields", "items", "sections", "choices", "buttons", "files"):
        assert isinstance(document[key], list)
    for key in ("title", "text"):
        assert isinstance(document[key], str)
    assert document["picture"] is None
    assert document["file"] is None or list(document["file"]) == ["name", "content"]
    if document["form"]:
        assert list(document["form"]) == ["title", "token", "fields", "left_out"]
        assert 0 < len(document["form"]["token"]) <= 80
        for field in document["form"]["fields"]:
            assert list(field) == ["name", "label", "help", "kind", "required", "value", "options"]
    assert document["visibility"] in ("all", "asker")
    sections = document["sections"]
    assert all(list(section) == ["heading", "text", "items"] for section in sections)
    for item in document["items"] + [one for section in sections for one in section["items"]]:
        assert list(item) == ITEM
        assert list(item["source"]) == ["title", "publisher", "url"]
        assert item["token"] is None or 0 < len(item["token"]) <= 100
    for button in document["buttons"] + [one for choice in document["choices"] for one in choice["options"]]:
        assert list(button) == ["label", "token"]
        assert 0 < len(button["token"]) <= 100
    if document["page"]:
        assert list(document["page"]) == ["number", "pages", "total"]
    if document["error"]:
        assert list(document["error"]) == ["code", "message", "option"]


@pytest.mark.parametrize(
    ("question", "status", "code"),
    [
        ("/state IL", 0, None),
        ("/state Tex. topic:immigration", 0, None),
        ("/help", 0, None),
        ("/state illinios", 1, "ambiguous"),
        ("/state Narnia", 1, None),
        ("/action ZZ-9", 1, None),
        ("/action IL-9999", 1, "not_found"),
        ("/nosuch", 1, None),
        ("/state", 1, "not_understood"),
        ("/search qwertyzxcv", 1, "not_found"),
        ("/search '; drop table actions --", 1, None),
        ("/state IL \udcff\x00 NUL", 1, None),
        ("", 1, "not_understood"),
    ],
)
def test_the_document_is_whole_whatever_is_asked(
    question: str, status: int, code: str | None, reader: Fiftywire
) -> None:
    if "\x00" in question:  # no system passes it on
        question = question.replace("\x00", "\x01")
    done = reader.here("ask", "--json", question)
    assert (done.status, done.err) == (status, "")
    document = done.document
    check_contract(document)
    assert done.out.isascii()
    assert done.out.endswith("}\n")
    if status == 0:
        assert document["error"] is None
    else:
        assert document["error"]["code"] in ("not_found", "not_understood", "ambiguous")
        assert code in (None, document["error"]["code"])


def test_a_plain_answer_goes_to_standard_output_refusals_too(reader: Fiftywire) -> None:
    done = reader.run("ask", "/state", "Narnia")
    assert (done.status, done.err) == (1, "")
    assert "Narnia" in done.out
    assert reader.here("ask", "/state", "Narnia") == done, "as in this process, so in one of its own"
    assert reader.run("ask", "--json", "/state IL") == reader.here("ask", "--json", "/state IL")


def test_words_are_joined(reader: Fiftywire) -> None:
    assert (
        reader.json("/compare", "New", "York", "New", "Jersey")["title"]
        == reader.json("/compare NY NJ")["title"]
    )


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--nosuch"],
        ["/about", "--press", "x"],
        ["--role", "king", "/about"],
        ["--as", "", "/about"],
        ["--home", "x" * 81, "/about"],
        ["--fill", "what", "/about"],
        ["--fill", "=x", "/about"],
        ["--fill", " =x", "/about"],
        ["--fill", "zone=UTC", "--fill", " zone =UTC", "/about"],
        ["--fill", "zone=UTC"],
        ["--json"],
    ],
)
def test_a_wrong_command_line_is_2_and_prints_no_document(arguments: list[str], reader: Fiftywire) -> None:
    done = reader.here("ask", *arguments)
    assert (done.status, done.out) == (2, "")
    assert "Usage: fiftywire ask" in done.err


def test_an_unknown_subcommand_is_2(reader: Fiftywire) -> None:
    assert reader.here("nosuch").status == 2


def test_next_walks_every_action_once_each_page_by_a_start_of_its_own(reader: Fiftywire) -> None:
    page = reader.json("/state CA")
    codes: list[str] = []
    numbers = []
    while True:
        check_contract(page)
        codes += [item["code"] for item in page["items"]]
        numbers.append(page["page"]["number"])
        following = [button["token"] for button in page["buttons"] if button["label"] == "Next"]
        if not following:
            break
        page = reader.json("--press", following[0])
    assert len(codes) == len(set(codes)) == page["page"]["total"]
    assert numbers == list(range(1, page["page"]["pages"] + 1))


def test_the_last_line_is_the_command_for_the_next_page(reader: Fiftywire) -> None:
    done = reader.here("ask", "--as", "Ana Ruiz", "--place", "hall", "/state", "CA")
    more = done.out.splitlines()[-1]
    assert more.startswith("More: fiftywire ask --as 'Ana Ruiz' --place hall --press ")
    following = reader.here(*shlex.split(more.removeprefix("More: fiftywire ")))
    assert following.status == 0
    assert "Page 2 of" in following.out


@pytest.mark.parametrize("token", ["", "bogus", "10st~sZZ", "é" * 100, "x" * 5000])
def test_a_token_that_is_none_is_refused(token: str, reader: Fiftywire) -> None:
    done = reader.here("ask", "--json", "--press", token)
    assert done.status == 1
    assert done.document["error"]["code"] in ("not_understood", "not_found", "ambiguous")


def test_whoever_stops_reading_ends_it_quietly(reader: Fiftywire) -> None:
    child = reader.start("ask", "/state CA")
    assert child.stdout
    child.stdout.close()
    assert child.stderr
    said = child.stderr.read()
    child.wait(60)
    child.stderr.close()
    if child.stdin:
        child.stdin.close()
    assert (child.returncode, said) == (141, b"")


def test_an_answer_that_cannot_be_written_is_no_answer(reader: Fiftywire, full: Path) -> None:
    with full.open("w") as out:
        done = reader.run("ask", "--json", "/about", stdout=out)
    assert done.refused(1) == "The answer cannot be written: No space left on device."


def test_closed_streams_do_not_matter(reader: Fiftywire) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", '"$0" -m bot ask /nosuch <&- >&- 2>&-', sys.executable],
        env={"HOME": str(reader.home), "PATH": "/usr/bin:/bin"},
        cwd=reader.folder,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1


# --- forms


def _change(page: dict[str, Any]) -> str:
    """The token of the first button under the page of /setup."""
    first = page["buttons"][0]
    assert first["label"] == "Change"
    return str(first["token"])


def _facts(page: dict[str, Any]) -> dict[str, str]:
    return {field["name"]: field["value"] for field in page["fields"]}


def test_a_form_opens_is_filled_in_and_sent_each_by_a_start_of_its_own(writer: Fiftywire) -> None:
    page = writer.json("/setup", "--role", "admin")
    check_contract(page)
    assert page["visibility"] == "asker"
    assert page["form"] is None
    assert _facts(page)["Time zone"].startswith("UTC, where it is ")
    token = _change(page)

    opened = writer.here("ask", "--json", "--role", "admin", "--press", token)
    assert opened.status == 0
    check_contract(opened.document)
    form = opened.document["form"]
    assert opened.document["title"] == form["title"] == "Setup of this community"
    assert [(f["name"], f["kind"], f["required"], f["value"]) for f in form["fields"]] == [
        ("zone", "line", False, "UTC"),
        ("moderators", "people", False, ""),
        ("review", "places", False, ""),
        ("policy", "one", False, "one"),
        ("cards", "line", False, "60"),
    ]
    offered = [[option["value"] for option in field["options"]] for field in form["fields"]]
    assert offered == [[], [], [], ["one", "status", "two"], []]

    fill = ["--fill", "zone=Eastern", "--fill", "moderators=ben, Carla"]
    done = writer.here("ask", "--json", "--role", "admin", "--press", token, *fill)
    assert done.status == 0
    check_contract(done.document)
    assert done.document["text"] == "Saved."
    page = writer.json("/setup", "--role", "admin")
    assert _facts(page)["Time zone"].startswith("America/New_York, ")
    assert _facts(page)["Moderators"] == "2 accounts: Carla, ben"

    emptied = writer.json("--role", "admin", "--press", token, "--fill", "moderators=")
    assert _facts(emptied)["Moderators"].startswith("none yet")
    assert _facts(emptied)["Time zone"].startswith("America/New_York, ")


def test_what_is_wrong_in_a_form_is_refused_and_can_be_mended(writer: Fiftywire) -> None:
    admin = ("--role", "admin")
    fill = ("--fill", "zone=estern", "--fill", f"moderators={'ben' * 26} carla")
    done = writer.here("ask", "--json", *admin, "--press", _change(writer.json("/setup", *admin)), *fill)
    assert (done.status, done.document["error"]["code"]) == (1, "ambiguous")
    check_contract(done.document)
    fix = [button["token"] for button in done.document["buttons"] if button["label"] == "Fix it"]
    form = writer.json(*admin, "--press", fix[0])["form"]
    assert [field["value"] for field in form["fields"][:2]] == ["estern", f"{'ben' * 26} carla"]
    page = writer.json(*admin, "--press", fix[0], "--fill", "zone=Pacific")
    assert page["text"] == "Saved."
    assert _facts(page)["Time zone"].startswith("America/Los_Angeles, ")


@pytest.mark.parametrize("role", ["member", "moderator"])
def test_nobody_else_fills_it_in(role: str, reader: Fiftywire) -> None:
    token = _change(reader.json("/setup", "--role", "admin"))
    done = reader.here("ask", "--json", "--role", role, "--press", token, "--fill", "zone=Eastern")
    assert (done.status, done.document["error"]["code"]) == (1, "forbidden")
    assert done.document["form"] is None


@pytest.mark.parametrize("question", [["/about"], ["--press", "10st~sIL"]])
def test_where_no_form_opens_nothing_can_be_filled_in(question: list[str], reader: Fiftywire) -> None:
    done = reader.here("ask", "--json", *question, "--fill", "zone=Eastern")
    assert (done.status, done.document["error"]["code"]) == (1, "not_understood")
    check_contract(done.document)
    assert "leave --fill out" in done.document["text"]
    plain = reader.here("ask", *question, "--fill", "zone=Eastern")
    assert plain.refused(1) == done.document["text"]


def test_a_question_that_is_refused_stays_so_whatever_is_filled_in(reader: Fiftywire) -> None:
    done = reader.here("ask", "--json", "/state Narnia", "--fill", "zone=Eastern")
    assert (done.status, done.document["error"]["code"]) == (1, "not_found")


def test_a_field_that_the_form_does_not_have_is_named(reader: Fiftywire) -> None:
    token = _change(reader.json("/setup", "--role", "admin"))
    done = reader.here("ask", "--json", "--role", "admin", "--press", token, "--fill", "colour=a=b")
    assert (done.status, done.document["error"]["code"]) == (1, "not_understood")
    assert "“colour”" in done.document["text"]


def test_an_item_s_token_shows_the_action_whole(reader: Fiftywire) -> None:
    item = reader.json("/state IL")["items"][0]
    assert reader.json("--press", item["token"])["title"].startswith(f"{item['code']}: ")
