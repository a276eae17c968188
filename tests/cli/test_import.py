"""`fiftywire import`: what it shows, what it asks, what it leaves alone."""

from __future__ import annotations

import json
import os
import pty
import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.unit.imports.test_files import jsonl, row

if TYPE_CHECKING:
    from tests.cli.child import Fiftywire


def write(home: Fiftywire, text: str | bytes, name: str = "may.jsonl") -> str:
    """A file beside which the command runs; its name."""
    data = text if isinstance(text, bytes) else text.encode()
    (home.folder / name).write_bytes(data)
    return name


def total(home: Fiftywire) -> int:
    count: int = home.json("/state Ohio")["page"]["total"]
    return count


def test_nothing_is_written_where_nobody_can_be_asked(writer: Fiftywire) -> None:
    file = write(writer, jsonl(row("a"), row("b")))
    before = total(writer)
    done = writer.here("import", file, typed="y\n")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines() == [
        "+ a: Orders a yearly count of its reservoirs",
        "+ b: Orders a yearly count of its reservoirs",
        "2 added, 0 changed, 0 unchanged.",
        "Nothing was written; this was a dry run. Add --yes to do it.",
    ]
    assert total(writer) == before
    done = writer.here("import", file, "--yes")
    assert done.out.splitlines()[-1] == "Imported. 2 added, 0 changed, 0 unchanged."
    assert total(writer) == before + 2
    done = writer.here("import", file)
    assert done.out.splitlines() == [
        "0 added, 0 changed, 2 unchanged.",
        "Nothing to do: may.jsonl brings nothing new.",
    ]


def test_every_bad_row_is_named_and_stops_the_file_unless_skipped(writer: Fiftywire) -> None:
    file = write(
        writer,
        jsonl(row("a"), row("b", title="", states=["XX"]), row("a"), row("c", legal_basis=["nosuch"]))
        + "nonsense\x1b[31m\n"
        + jsonl(row("\x1b[31mred", status="1\x1b[2J")),
    )
    done = writer.here("import", file, "--yes")
    assert (done.status, done.out) == (1, "")
    assert done.err.splitlines() == [
        "line 2 (b): title is empty; states: “XX” is not a postal code of a state or territory",
        "line 3 (a): key: line 1 has it as well",
        "line 4 (c): legal_basis: no precedent nosuch",
        "line 5: it is not JSON: Expecting value (column 1)",
        done.err.splitlines()[4],
        "Nothing was imported: 5 rows of may.jsonl cannot be used. Mend them, or leave out what is bad with "
        "--skip-bad.",
    ]
    assert "\x1b" not in done.err
    done = writer.here("import", file, "--yes", "--skip-bad")
    assert done.status == 0
    assert len(done.err.splitlines()) == 5
    assert done.out.splitlines()[-1] == "Imported. 1 added, 0 changed, 0 unchanged."


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.csv", b"\xff\xfek\0e\0y\0", "a.csv is not text in UTF-8. Save it as UTF-8 first."),
        ("a.csv", b'key,title\na,"b', "a.csv cannot be read as CSV, line 2: unexpected end of data."),
        ("a.txt", b"", "a.txt: the name must end in .jsonl or .csv."),
        ("a\x1b[31m\n.txt", b"", "a[31m .txt: the name must end in .jsonl or .csv."),
    ],
)
def test_a_file_that_cannot_be_used(name: str, data: bytes, sentence: str, reader: Fiftywire) -> None:
    assert reader.here("import", write(reader, data, name)).refused(1) == sentence


def test_no_file_and_a_folder(reader: Fiftywire) -> None:
    (reader.folder / "folder.jsonl").mkdir(exist_ok=True)
    assert reader.here("import", "folder.jsonl").refused(1) == "folder.jsonl cannot be read: Is a directory."
    reader.here("import", "none.csv").refused(1)


@pytest.mark.parametrize("arguments", [[], ["a.jsonl", "--starter"], ["a.jsonl", "b.jsonl"]])
def test_a_wrong_command_line(arguments: list[str], reader: Fiftywire) -> None:
    assert reader.here("import", *arguments).status == 2


def test_a_file_that_cannot_be_read_makes_no_database(newcomer: Fiftywire) -> None:
    newcomer.here("import", "none.jsonl").refused(1)
    assert not newcomer.data.exists()


def test_standard_input_is_jsonl(writer: Fiftywire) -> None:
    done = writer.run("import", "-", "--yes", typed=jsonl(row("piped")))
    assert done.out.splitlines()[-1] == "Imported. 1 added, 0 changed, 0 unchanged."
    done = writer.run("import", "-", typed=jsonl(row("piped", title="Another")))
    assert "Nothing was written" in done.out


def test_a_name_with_anything_in_it(writer: Fiftywire) -> None:
    file = write(writer, jsonl(row("a")), "a\x1b[31m\n%s[red]\udcff.jsonl")
    done = writer.here("import", file, "--yes")
    assert done.status == 0
    assert "\x1b" not in done.out + done.err


def answer_at_a_terminal(home: Fiftywire, typed: bytes, *arguments: str) -> str:
    """What a person sees on a terminal of their own who types that when asked."""
    leader, follower = pty.openpty()
    with home.start(*arguments, stdin=follower, stderr=follower) as child:
        os.close(follower)
        assert child.stdout
        seen = b""
        while b"[y/N]" not in seen:
            seen += os.read(leader, 4096)
        os.write(leader, typed)
        out = child.stdout.read()
        child.wait(60)
    os.close(leader)
    assert b"Traceback" not in seen
    return out.decode()


def test_at_a_terminal_it_asks(writer: Fiftywire) -> None:
    file = write(writer, jsonl(row("a")))
    assert "Nothing was written" in answer_at_a_terminal(writer, b"\n", "import", file)
    assert "Nothing was written" in answer_at_a_terminal(writer, b"\x04", "import", file)
    assert "Imported. 1 added" in answer_at_a_terminal(writer, b"y\n", "import", file)


def test_conflicts_are_listed_and_kept_unless_theirs(writer: Fiftywire) -> None:
    file = write(writer, jsonl(row("a")))
    writer.here("import", file, "--yes")
    with sqlite3.connect(writer.data) as database:  # as if a person had
        database.execute("UPDATE actions SET title = 'Ana''s wording' WHERE key = 'a'")
    database.close()
    file = write(writer, jsonl(row("a", title="The file's wording", summary="New.")))
    done = writer.here("import", file, "--yes")
    code = done.out.partition(": ")[2].partition(":")[0]
    assert done.out.splitlines()[:2] == [
        f"! a: {code}: summary; {code}: kept as edited here: title",
        "0 added, 0 changed, 0 unchanged, 1 conflict kept as edited here (--theirs takes the file's).",
    ]
    assert writer.json(f"/action {code}")["title"] == f"{code}: Ana's wording"
    done = writer.here("import", file, "--yes", "--theirs")
    assert done.out.splitlines()[0] == f"~ a: {code}: title"
    assert writer.json(f"/action {code}")["title"] == f"{code}: The file's wording"


def test_the_starter_again_brings_nothing_new(writer: Fiftywire) -> None:
    done = writer.here("import", "--starter", "--yes")
    assert done.out.splitlines() == [
        "0 added, 0 changed, 267 unchanged.",
        "Nothing to do: the starter catalogue brings nothing new.",
    ]


def test_codes_restore_a_catalogue_where_there_was_none(newcomer: Fiftywire) -> None:
    file = write(newcomer, jsonl(row("a", code="OH-7"), row("b", code="TX-2", board="texas-desk")))
    done = newcomer.here("import", file, "--yes")
    assert done.status == 0
    assert "the starter catalogue is left out" in done.err
    lines = newcomer.run("export", "-").out.splitlines()
    assert [json.loads(line)["code"] for line in lines] == ["OH-7", "TX-2"]
    assert newcomer.json("/about")["error"] is None
    clash = write(newcomer, jsonl(row("c", code="OH-7")), "june.jsonl")
    assert newcomer.here("import", clash, "--yes").err.splitlines()[0] == (
        "line 1 (c): code: OH-7 is taken here by a"
    )


def test_two_imports_at_once_and_a_chat_beside_them(writer: Fiftywire) -> None:
    before = total(writer)
    rows = [row(f"n-{at}", title=f"Row {at}") for at in range(500)]
    names = [write(writer, jsonl(*rows), f"{at}.jsonl") for at in range(2)]
    with writer.start("chat") as chat:
        children = [writer.start("import", name, "--yes") for name in names]
        assert chat.stdin
        assert chat.stdout
        answers = 0
        while any(child.poll() is None for child in children):
            chat.stdin.write(b"/action OH-1\n")
            chat.stdin.flush()
            while not chat.stdout.readline().startswith(b"OH-1: "):
                pass
            answers += 1
        ended = [(child.communicate(), child.returncode) for child in children]
        assert [status for _, status in ended] == [0, 0], ended
        chat.stdin.close()
        assert chat.stderr
        assert chat.stderr.read() == b""
    assert answers > 3
    assert total(writer) == before + 500


def test_what_a_killed_import_left_is_finished_by_the_next_start(writer: Fiftywire) -> None:
    rows = [row(f"n-{at}", title=f"Row {at}") for at in range(1200)]
    file = write(writer, jsonl(*rows))
    before = total(writer)
    with writer.start("import", file, "--yes") as child:
        writer.wait_for_a_batch()
        child.kill()
        child.communicate()
    assert total(writer) == before + 1200
    lines = writer.run("export", "-").out.splitlines()
    assert len({json.loads(line)["key"] for line in lines}) == len(lines) == 267 + 1200


def test_the_import_of_an_export_is_the_same_catalogue_by_the_byte(writer: Fiftywire) -> None:
    writer.run(
        "import", "-", "--yes", typed=jsonl(row("a", title="Ā «100 %»", retracted={"reason": "=twice"}))
    )
    text = writer.run("export", "-").out
    other = writer.having(data_dir=writer.home / "other")
    assert other.run("import", "-", "--yes", typed=text).status == 0
    assert other.run("export", "-").out == text


def test_a_file_of_another_kind_is_refused_in_one_sentence(reader: Fiftywire) -> None:
    file = reader.folder / "x.csv"
    file.write_text('{"a":1}\n', encoding="utf-8")
    sentence = reader.here("import", str(file)).refused(1)
    assert sentence.startswith("The first line of the CSV file has a column")
