"""`fiftywire ask`: the JSON document, the exit statuses of what can be asked, paging over many processes."""

from __future__ import annotations

import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.test_terminal_render import KEYS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.child import Fiftywire

ITEM = [
    "code", "title", "status", "states", "date", "since", "stage", "challenged", "verified", "checked",
    "source",
]  # fmt: skip


def check_contract(document: dict[str, Any]) -> None:
    """Every key, in order, each of its kind."""
    assert list(document) == KEYS
    for key in ("fields", "items", "choices", "buttons"):
        assert isinstance(document[key], list)
    for key in ("title", "text"):
        assert isinstance(document[key], str)
    assert document["form"] is document["picture"] is document["file"] is None
    assert document["visibility"] in ("all", "asker")
    for item in document["items"]:
        assert list(item) == ITEM
        assert list(item["source"]) == ["title", "publisher", "url"]
    for button in document["buttons"] + [one for choice in document["choices"] for one in choice["options"]]:
        assert list(button) == ["label", "token"]
        assert 0 < len(button["token"]) <= 100
    if document["page"]:
        assert list(document["page"]) == ["number", "pages", "total"]
    if document["error"]:
        assert list(document["error"]) == ["code", "message"]


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
    done = reader.run("ask", "--json", question)
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
        ["--fill", "what=x", "/about"],
        ["--json"],
    ],
)
def test_a_wrong_command_line_is_2_and_prints_no_document(arguments: list[str], reader: Fiftywire) -> None:
    done = reader.run("ask", *arguments)
    assert (done.status, done.out) == (2, "")
    assert "Usage: fiftywire ask" in done.err


def test_an_unknown_subcommand_is_2(reader: Fiftywire) -> None:
    assert reader.run("nosuch").status == 2


def test_next_walks_every_action_once_each_page_in_a_process_of_its_own(reader: Fiftywire) -> None:
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
    done = reader.run("ask", "--as", "Ana Ruiz", "--place", "hall", "/state", "CA")
    more = done.out.splitlines()[-1]
    assert more.startswith("More: fiftywire ask --as 'Ana Ruiz' --place hall --press ")
    following = reader.run(*shlex.split(more.removeprefix("More: fiftywire ")))
    assert following.status == 0
    assert "Page 2 of" in following.out


@pytest.mark.parametrize("token", ["", "bogus", "10st~sZZ", "é" * 100, "x" * 5000])
def test_a_token_that_is_none_is_refused(token: str, reader: Fiftywire) -> None:
    done = reader.run("ask", "--json", "--press", token)
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
