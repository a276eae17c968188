"""`fiftywire export`: whole or not at all, wherever it goes."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import threading
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.child import Fiftywire


def test_jsonl_csv_and_standard_output(reader: Fiftywire) -> None:
    done = reader.here("export", "all.jsonl")
    assert (done.status, done.out, done.err) == (0, "267 actions written to all.jsonl.\n", "")
    text = (reader.folder / "all.jsonl").read_bytes()
    assert reader.run("export", "-").out.encode() == text
    codes = [json.loads(line)["code"] for line in text.decode().splitlines()]
    assert len(codes) == 267
    assert reader.here("export", "all.CSV").status == 0
    rows = list(
        csv.DictReader(io.StringIO((reader.folder / "all.CSV").read_text(encoding="utf-8"), newline=""))
    )
    assert [one["code"] for one in rows] == codes


def test_an_export_makes_the_catalogue_at_first_use(newcomer: Fiftywire) -> None:
    assert newcomer.run("export", "-").out.count("\n") == 267


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("folder.jsonl", "Is a directory"),
        ("none/all.jsonl", "No such file or directory"),
        ("x" * 300 + ".csv", "File name too long"),
        ("full.jsonl", "No space left on device"),
    ],
)
def test_where_nothing_can_be_written(name: str, reason: str, reader: Fiftywire, full: Path) -> None:
    (reader.folder / "folder.jsonl").mkdir(exist_ok=True)
    link = reader.folder / "full.jsonl"
    if not link.is_symlink():
        link.symlink_to(full)
    sentence = reader.here("export", name).refused(1)
    assert sentence.endswith(f"cannot be written: {reason}.")
    assert not [path for path in reader.folder.iterdir() if path.name.startswith(".")]
    assert stat.S_ISCHR(full.stat().st_mode), "a device is not replaced by a file"


def test_standard_output_without_room(reader: Fiftywire, full: Path) -> None:
    with full.open("w") as out:
        done = reader.run("export", "-", stdout=out)
    assert done.refused(1) == "The answer cannot be written: No space left on device."


@pytest.mark.parametrize("name", ["all.txt", "all", ""])
def test_a_name_that_says_no_form(name: str, reader: Fiftywire) -> None:
    assert reader.here("export", name).status == 2


def test_what_was_there_keeps_its_mode_and_its_link(reader: Fiftywire) -> None:
    real = reader.folder / "real.jsonl"
    real.write_text("old", encoding="utf-8")
    real.chmod(0o600)
    (reader.folder / "link.jsonl").symlink_to("real.jsonl")
    assert reader.here("export", "link.jsonl").status == 0
    assert (reader.folder / "link.jsonl").is_symlink()
    assert real.read_text(encoding="utf-8").count("\n") == 267
    assert stat.S_IMODE(real.stat().st_mode) == 0o600


def test_into_a_pipe_with_a_name(reader: Fiftywire) -> None:
    pipe = reader.folder / "pipe.jsonl"
    os.mkfifo(pipe)
    read: list[str] = []
    thread = threading.Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")))
    thread.start()
    assert reader.here("export", "pipe.jsonl").status == 0
    thread.join(60)
    assert read[0].count("\n") == 267
    assert pipe.is_fifo()


def test_a_name_with_anything_in_it(reader: Fiftywire) -> None:
    done = reader.here("export", "a\x1b[31m\n\udcff.jsonl")
    assert done.status == 0
    assert "\x1b" not in done.out


def test_whoever_stops_reading_ends_it_quietly(reader: Fiftywire) -> None:
    with reader.start("export", "-") as child:
        assert child.stdout
        assert child.stderr
        child.stdout.readline()
        child.stdout.close()
        assert child.stderr.read() == b""
        assert child.wait(60) == 141
