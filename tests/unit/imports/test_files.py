"""Catalogue files, read and written without a database: JSONL as it is, CSV as spreadsheets leave it."""

from __future__ import annotations

import csv
import io
import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue.actions import Code, Retraction, Status
from bot.domain.catalogue.records import action_to_json
from bot.engine.imports.files import (
    STANDARD_INPUT,
    count_lines,
    read_file,
    read_lines,
    read_stream,
    write_jsonl,
)
from bot.engine.imports.rows import LONGEST_ROW, BadRow, Row
from bot.engine.imports.spreadsheets import read_csv, write_csv
from bot.errors import CatalogueFileError

if TYPE_CHECKING:
    from pathlib import Path

LINK = "https://example.org/news/1"


def row(key: str = "a", **changed: Any) -> dict[str, Any]:
    """A good row as a JSON object."""
    return {
        "key": key,
        "title": "Orders a yearly count of its reservoirs",
        "summary": "The agency counts once a year.",
        "states": ["OH", "TX"],
        "topics": ["land-water"],
        "kind": "statute",
        "approach": "build",
        "status": "adopted",
        "date": "2025",
        "history": [{"date": "2025-03", "status": "adopted", "note": "", "source": LINK}],
        "sources": [{"url": LINK, "title": "State counts", "publisher": "Example News"}],
        "verified": "seen",
    } | changed


def jsonl(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(one) + "\n" for one in rows)


def read(path: Path) -> list[Row | BadRow]:
    return list(read_file(path))


def good(rows: list[Row | BadRow]) -> list[Row]:
    assert not [one for one in rows if isinstance(one, BadRow)]
    return [one for one in rows if isinstance(one, Row)]


def reasons(rows: list[Row | BadRow]) -> dict[int, str]:
    """What is said of every bad row, by line."""
    return {one.line: "; ".join(one.reasons) for one in rows if isinstance(one, BadRow)}


def refusal(path: Path) -> str:
    with pytest.raises(CatalogueFileError) as caught:
        read(path)
    return caught.value.message


# --- files as such ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.csv", "a.CSV"])
@pytest.mark.parametrize("text", ["", "\n", "\n\n  \n\r\n", "\ufeff"])
def test_a_file_with_nothing_in_it_has_no_rows(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert read(tmp_path / name) == []


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_on_any_system_and_begin_with_a_mark(tmp_path: Path, start: str, end: str) -> None:
    path = tmp_path / "a.jsonl"
    text = start + end.join([json.dumps(row("a")), "", json.dumps(row("b"))])  # and none after the last one
    path.write_bytes(text.encode())
    assert [one.record.key for one in good(read(path))] == ["a", "b"]
    assert good(read(path))[-1].line == 3


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_text_in_another_encoding_is_refused_in_one_sentence(
    tmp_path: Path, name: str, encoding: str
) -> None:
    (tmp_path / name).write_bytes(jsonl(row()).encode(encoding))
    assert refusal(tmp_path / name) == f"{name} is not text in UTF-8. Save it as UTF-8 first."


def test_a_line_that_is_not_utf_8_is_a_bad_row(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    bad = json.dumps(row("b", title="Señales"), ensure_ascii=False).encode("latin-1")
    path.write_bytes(jsonl(row("a")).encode() + bad + b"\n" + jsonl(row("c")).encode())
    assert reasons(read(path)) == {2: "the line is not UTF-8 text"}


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "folder.jsonl").mkdir()
    assert refusal(tmp_path / "folder.jsonl") == "folder.jsonl cannot be read: Is a directory."
    assert refusal(tmp_path / "none.csv") == "none.csv cannot be read: No such file or directory."
    assert refusal(tmp_path / "a.txt") == "a.txt: the name must end in .jsonl or .csv."


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").touch(mode=0)
    assert refusal(tmp_path / "a.jsonl") == "a.jsonl cannot be read: Permission denied."


def test_a_line_of_ten_megabytes_is_one_bad_row(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(jsonl(row("a")) + '"' + "x" * 10_000_000 + '"\n' + jsonl(row("b")), encoding="utf-8")
    rows = read(path)
    assert reasons(rows) == {2: "the line is longer than 1,000,000 characters"}
    assert [one.line for one in rows] == [1, 2, 3]


def test_how_many_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("a\nb\nc", encoding="utf-8")
    assert count_lines(path) == 3
    assert count_lines(tmp_path) == count_lines(tmp_path / "none") == 0


def test_a_stream_is_jsonl() -> None:
    stream = io.BufferedReader(io.BytesIO(jsonl(row("a"), {"key": "b"}).encode()))
    rows = list(read_stream(stream))
    assert isinstance(rows[0], Row)
    assert "title is missing" in reasons(rows)[2]
    with pytest.raises(CatalogueFileError, match=STANDARD_INPUT):
        list(read_stream(io.BufferedReader(io.BytesIO("é".encode("utf-16")))))


# --- JSONL --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "it is not JSON: Expecting property name enclosed in double quotes (column 1)"),
        ('{"key": NaN}', "it is not JSON: NaN is not a number there"),
        ('{"key": -Infinity}', "it is not JSON: -Infinity is not a number there"),
        ('{"key": ' + "9" * 5000 + "}", "a number in it is too long"),
        ("[" * 100_000, "the line is nested too deeply"),
        ('{"key": "a", "key": "b"}', "the field “key” stands twice"),
        ('{"sources": [{"url": "a", "url": "b"}]}', "the field “url” stands twice"),
        ("5", "it is not a JSON object"),
        ("null", "it is not a JSON object"),
        ('{"key": "\\ud800"}', "key is empty"),
        ('{"key": 1e999, "title": 7}', "key must be text; title must be text"),
    ],
)
def test_bad_lines_are_named_with_the_reason(line: str, reason: str) -> None:
    rows = list(read_lines([jsonl(row()), line + "\n"]))
    assert [one.line for one in rows] == [1, 2]
    assert reasons(rows)[2].startswith(reason)


def test_a_key_or_code_that_stands_twice_is_bad_the_second_time() -> None:
    rows = [row("a"), row("b", code="OH-7"), row("a", title="Another"), row("c", code="OH-7"), row("d")]
    assert reasons(list(read_lines([jsonl(one) for one in rows]))) == {
        3: "key: line 1 has it as well",
        4: "code: OH-7 stands on line 2 as well",
    }


def test_bad_rows_count_for_no_key_and_every_row_is_looked_at() -> None:
    rows = list(read_lines([jsonl(row("a", title=" ")), jsonl(row("a")), jsonl(row("b", states=["XX"]))]))
    assert reasons(rows) == {
        1: "title is empty",
        3: "states: “XX” is not a postal code of a state or territory",
    }


def test_jsonl_is_written_as_it_is_read_whatever_the_letters() -> None:
    data = row(title='ʻĀina – «100 %» \\ " 🌊', summary="שלום, 知事")
    (line,) = write_jsonl([data])
    assert "🌊" in line
    (found,) = good(list(read_lines([line])))
    assert found.record.facts.title == data["title"]
    assert found.record.facts.summary == data["summary"]


# --- CSV ----------------------------------------------------------------------------------------------------


def as_csv(*rows: dict[str, Any]) -> str:
    most = max(len(one["sources"]) for one in rows)
    return "".join(write_csv(rows, most))


def from_csv(text: str) -> list[Row | BadRow]:
    return list(read_csv(io.StringIO(text, newline=""), "a.csv"))


def changed_cells(text: str, **cells: str) -> str:
    """The same CSV with some cells of its first row changed, as a spreadsheet would save it."""
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    rows[0].update(cells)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


FULL = row(
    responds_to=["EO 14159 (Jan 20, 2025); as amended", "=CMD()", "back\\slash", "-1"],
    legal_basis=["printz"],
    title="@SUM(1+1) =cmd|' /C calc'!A0",
    summary='Says "so"; 知事, שלום',
    challenged=True,
    checked="2026-11",
    code="OH-7",
    board="ohio-desk",
    retracted={"reason": "-entered twice; see OH-8", "at": "2026-05-01T12:00:00+00:00"},
    sources=[
        {"url": "https://example.org/0", "title": "+49 callers", "publisher": "'=quoted", "date": "2024"},
        {"url": LINK, "title": "\t-tab", "publisher": "＝full width"},
    ],
)


def test_a_row_comes_back_from_csv_but_for_the_notes_of_its_history() -> None:
    by_json = good(list(read_lines([jsonl(FULL)])))[0].record
    (found,) = good(from_csv(as_csv(FULL)))
    assert found.line == 2
    assert not found.record.has_history
    assert found.record.facts == by_json.facts
    assert (found.record.key, found.record.code, found.record.board) == ("a", Code("OH", 7), "ohio-desk")
    assert found.record.retraction == by_json.retraction
    assert found.record.given >= {"challenged", "checked", "board", "retracted"}


def test_no_cell_is_a_formula() -> None:
    for cells in csv.reader(io.StringIO(as_csv(FULL), newline="")):
        for cell in cells:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")), cell


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from("=+-@';\\\"\t\r\n,＝"),
    max_size=12,
)


@given(texts, st.lists(texts.filter(str.strip), max_size=4))
def test_any_text_comes_back_from_a_cell(title: str, names: list[str]) -> None:
    names = [" ".join(name.split()) for name in names]
    text = as_csv(row("b", title=f"x{title}", responds_to=names) | {"summary": f"{title}x"})
    (cells,) = csv.DictReader(io.StringIO(text, newline=""))
    found = from_csv(text)[0]
    data = row("b", title=f"x{title}", summary=f"{title}x", responds_to=names)
    expected = next(read_lines([jsonl(data)]))
    if isinstance(expected, BadRow):
        assert isinstance(found, BadRow), cells
        assert found.reasons == expected.reasons
    else:
        assert isinstance(found, Row), cells
        assert found.record.facts == expected.record.facts


def test_history_becomes_the_last_status_and_its_source() -> None:
    steps = [
        {"date": "2024", "status": "proposed", "note": "read", "source": "https://example.org/0"},
        {"date": "2025-03", "status": "adopted", "note": "signed", "source": LINK},
    ]
    (found,) = good(from_csv(as_csv(FULL | {"history": steps})))
    (step,) = found.record.facts.history
    assert (step.status, str(step.date), step.source) == (Status.ADOPTED, "2025-03", LINK)


def test_a_changed_status_cell_is_a_status_change_with_the_cited_source() -> None:
    text = changed_cells(as_csv(FULL), status="repealed", status_date="2026-02-03", status_source="1")
    (found,) = good(from_csv(text))
    (step,) = found.record.facts.history
    assert (step.status, str(step.date), step.source) == (
        Status.REPEALED,
        "2026-02-03",
        "https://example.org/0",
    )


@pytest.mark.parametrize("source", ["9", "x", "-1", "²", "1" * 5000])
def test_a_source_number_that_is_none(source: str) -> None:
    rows = from_csv(changed_cells(as_csv(row()), status_source=source))
    assert reasons(rows) == {2: "history: an entry's source must be the url of one of the action's sources"}


def test_how_spreadsheets_spoil_a_file_is_forgiven_where_nothing_is_lost() -> None:
    header, line = as_csv(row()).splitlines()
    text = f"{header.upper()},,\n,,,\n   ,\n{line.replace('false', 'FALSE')},,\n"
    (found,) = good(from_csv(text))
    assert found.line == 4
    assert not found.record.facts.challenged


def test_cells_under_no_column_are_named() -> None:
    header, line = as_csv(row()).splitlines()
    count = len(header.split(","))
    assert reasons(from_csv(f"{header}\n{line},,lost\n")) == {
        2: f"it has {count + 2} cells under {count} columns"
    }
    assert reasons(from_csv(f"{header},\n{line},lost\n")) == {
        2: f"it has {count + 1} cells under {count} columns"
    }


def test_rows_are_named_by_the_line_they_begin_on() -> None:
    header, line = as_csv(row(summary="two\nlines, once")).splitlines(keepends=True)[0], as_csv(row("b"))
    broken = line.splitlines(keepends=True)[1].replace("The agency counts once a year.", '"two\nlines"')
    text = header + broken + broken.replace("\nlines", "\nmore", 1) + ",\n" + ",".join(["", "c"]) + "\n"
    assert [one.line for one in from_csv(text)] == [2, 4, 7]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("title\nx\n", "needs each column once, key too"),
        ("key,key\na,b\n", "needs each column once, key too"),
        ("key,colour\na,b\n", "has a column “colour” that is not known"),
        ("key,source_0_url\na,b\n", "has a column “source_0_url” that is not known"),
        ("key;title\na;b\n", "parts its columns by semicolons or tabs; commas are needed"),
        ("key\ttitle\na\tb\n", "parts its columns by semicolons or tabs; commas are needed"),
    ],
)
def test_a_header_that_cannot_be_used(text: str, reason: str) -> None:
    with pytest.raises(CatalogueFileError) as caught:
        from_csv(text)
    assert caught.value.message == f"The first line of the CSV file {reason}. Export one to see the columns."


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('key,title\na,b\nc,"d"e\n', 3),
        ('key,title\na,b\nc,"d\ne,f\ng,h\n', 3),
        ("key,title\na," + "x" * 200_000 + "\n", 2),
        ("key,title\na," + "x" * LONGEST_ROW + "\n", 2),
    ],
)
def test_where_rows_can_no_longer_be_told_apart_the_file_is_refused(text: str, line: int) -> None:
    with pytest.raises(CatalogueFileError, match=rf"^a.csv cannot be read as CSV, line {line}: .*[.]$"):
        from_csv(text)


def test_what_is_wrong_with_a_cell_is_said_with_all_the_rest() -> None:
    rows = from_csv(changed_cells(as_csv(row()), challenged="perhaps", title=" ", retracted="yesterday gone"))
    assert reasons(rows) == {
        2: "challenged must be true or false; title is empty; "
        "retracted: at must be a time like 2026-05-01T12:00:00+00:00"
    }


def test_a_retraction_without_a_time_comes_back() -> None:
    for reason in ("entered twice", "", "- not a time"):
        data = FULL | {"retracted": {"reason": reason}}
        (found,) = good(from_csv(as_csv(data)))
        assert found.record.retraction == Retraction(None, reason)


def test_every_row_of_the_starter_comes_back_from_csv() -> None:
    from bot.domain.catalogue.actions import Action
    from bot.engine.imports.starter import starter_rows

    rows = starter_rows()
    data = [
        action_to_json(Action(Code("OH", at), one.record.key, one.record.board, one.record.facts, None, at))
        for at, one in enumerate(rows, 1)
    ]
    most = max(len(one["sources"]) for one in data)
    found = good(from_csv("".join(write_csv(data, most))))
    assert len(found) == len(rows)
    for mine, theirs in zip(found, rows, strict=True):
        last = theirs.record.facts.history[-1]
        assert mine.record.facts.history[0].status == last.status
        assert mine.record.facts.history[0].date == last.date
        assert mine.record.facts.history[0].source == last.source
        for name in ("title", "summary", "states", "topics", "date", "sources", "responds_to", "legal_basis"):
            assert getattr(mine.record.facts, name) == getattr(theirs.record.facts, name)
