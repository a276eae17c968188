"""Who reports anonymously is nowhere: not in a byte of the database, its backup, the key, logs or exports."""

from __future__ import annotations

import base64
import codecs
import hashlib
import json
import os
import sqlite3
import struct
import subprocess
import sys
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import inspect, select

from bot.domain.deliveries import about_report
from bot.secret import NAME as KEY_FILE
from storage.database import Database
from storage.tables import metadata
from tests.integration.anonymous import ID, NAME

if TYPE_CHECKING:
    from sqlalchemy import URL

    from tests.integration.conftest import Databases

ROOT = Path(__file__).parents[3]
LONGEST = 120
PLATFORMS = ("terminal", "discord")


def spellings(text: str) -> set[bytes]:
    """All that the text would be known by: as it is, in other encodings, and as a hash without a secret."""
    plain = text.encode()
    found = {plain, plain[::-1], text.encode("utf-16-le"), text.encode("utf-16-be"), plain.hex().encode(),
             base64.b32encode(plain).rstrip(b"="), codecs.encode(text, "rot13").encode()}  # fmt: skip
    for before in range(3):  # base64 of something in which it stands, wherever it begins
        inside = base64.b64encode(b"\0" * before + plain)[4 if before else 0 :].rstrip(b"=")[:-1]
        found |= {inside, inside.replace(b"+", b"-").replace(b"/", b"_")}
    for told in (text, f"terminal\0{text}", f"discord\0{text}", f"terminal:{text}", f"discord:{text}"):
        found |= {hashlib.new(name, told.encode()).hexdigest().encode() for name in ("md5", "sha1", "sha256")}
    if text.isdecimal():
        number = int(text)
        found |= {struct.pack(">q", number), struct.pack("<q", number), f"{number:x}".encode()}
    return {spelling.lower() for spelling in found}


NEEDLES = {text: spellings(text) for text in (NAME, NAME.partition("-")[0], ID)}


def found_in(where: dict[str, bytes]) -> dict[str, set[str]]:
    """In which of those the member's name or id is, however it is spelt."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, content in where.items():
        small = content.lower()
        for text, spelt in NEEDLES.items():
            if any(needle in small for needle in spelt):
                found[name].add(text)
    return dict(found)


@dataclass(frozen=True)
class Left:
    """What a story left behind."""

    everywhere: dict[str, bytes]
    """By what it is: files, dumps, logs, exports, and what others were shown."""
    pseudonyms: dict[str, str]
    rows: list[tuple[str, dict[str, Any]]]
    """Every row of every table."""


def played(url: URL, folder: Path, platform: str, how: str) -> Left:
    """Play it in a process that logs everything, and gather all that there is before and after its end."""
    address = url.render_as_string(hide_password=False)
    environment = {"PATH": os.defpath, "HOME": str(folder), "FIFTYWIRE_DATA_DIR": str(folder),
                   "FIFTYWIRE_DATABASE_URL": address, "FIFTYWIRE_LOG_LEVEL": "DEBUG"}  # fmt: skip
    arguments = [sys.executable, "-m", "tests.integration.anonymous", address, str(folder), platform, how]
    everywhere: dict[str, bytes] = {}
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout"), subprocess.PIPE)
    with (folder / "story.log").open("wb") as log:
        child = subprocess.Popen(arguments, cwd=ROOT, env=environment, stderr=log, **pipes)
    with child:
        line = child.stdout.readline()  # type: ignore[union-attr]
        assert line, (folder / "story.log").read_text()
        told = json.loads(line)
        everywhere |= on_file(url, "while it runs")
        child.stdin.close()  # type: ignore[union-attr]
        assert child.wait(LONGEST) == 0
    everywhere |= on_file(url, "after its end")
    for name in ("out.jsonl", "out.csv") if how == "yes" else ("out.jsonl",):
        run([sys.executable, "-m", "bot", "export", str(folder / name)], environment, everywhere)
    if how == "yes":
        run([sys.executable, "-m", "bot", "audit", "verify"], environment, everywhere)
    files = [file for file in folder.rglob("*") if file.is_file()]
    everywhere |= {str(file.relative_to(folder)): file.read_bytes() for file in files}
    everywhere["what others were shown"] = "\n".join(told["seen"]).encode()
    assert b"DEBUG" in everywhere["story.log"], "the log has everything"
    assert len(everywhere["out.jsonl"]) > 100_000
    return Left(everywhere, told["pseudonyms"], list(rows_of(url)))


def run(command: list[str], environment: dict[str, str], everywhere: dict[str, bytes]) -> None:
    """The operator does something; all that is said is kept."""
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, check=False, timeout=LONGEST
    )
    assert done.returncode == 0, done.stderr
    name = " ".join([*command[2:4], Path(command[4]).name])
    everywhere |= {f"{name}: out": done.stdout, f"{name}: log": done.stderr}


def on_file(url: URL, when: str) -> dict[str, bytes]:
    """A database's bytes: its files and a backup, or all that a server tells of every row."""
    if url.drivername == "sqlite":
        file = Path(str(url.database))
        found = {f"{one.name} {when}": one.read_bytes() for one in file.parent.glob(f"{file.name}*")}
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(":memory:")) as copy:
            source.backup(copy)
            found[f"backup {when}"] = copy.serialize()
            found[f"dump {when}"] = "\n".join(copy.iterdump()).encode()
        return found
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        tables = connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables "
            "WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        lines = []
        for schema, table in tables:
            query = sql.SQL("SELECT t::text FROM {}.{} AS t").format(*map(sql.Identifier, (schema, table)))
            lines += [f"{table}: {row[0]}" for row in connection.execute(query)]
    return {f"dump {when}": "\n".join(lines).encode()}


def rows_of(url: URL) -> list[tuple[str, dict[str, Any]]]:
    """Every row of every table that we know."""
    database = Database(url)
    try:
        with database._reader.connect() as connection:
            assert set(metadata.tables) <= set(inspect(connection).get_table_names())
            return [
                (table.name, row._asdict())
                for table in metadata.sorted_tables
                for row in connection.execute(select(table))
            ]
    finally:
        database.close()


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_anonymous_author_is_nowhere(starter_url: URL, tmp_path: Path, platform: str) -> None:
    left = played(starter_url, tmp_path, platform, "yes")
    assert found_in(left.everywhere) == {}
    assert KEY_FILE in left.everywhere, "the key lies in the data folder"
    key = left.everywhere[KEY_FILE].strip()
    leaking = [name for name, content in left.everywhere.items() if key in content and name != KEY_FILE]
    assert leaking == [], "what makes pseudonyms is nowhere but there"
    assert left.pseudonyms["OPEN"].encode() not in b"".join(left.everywhere.values())
    hidden = left.pseudonyms["HIDDEN"].encode()
    having = {name for name, content in left.everywhere.items() if hidden in content}
    assert {name.partition(" ")[0] for name in having} <= {"dump", "backup", *files_of(starter_url)}
    assert any(name.startswith("dump") for name in having)


def files_of(url: URL) -> set[str]:
    """How the files of a database are called."""
    name = Path(str(url.database)).name
    return {name, f"{name}-wal", f"{name}-shm"} if url.drivername == "sqlite" else set()


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_named_author_is_found(starter_url: URL, tmp_path: Path, platform: str) -> None:
    """The counter-test: the same story under a name leaves it where it has to be."""
    left = played(starter_url, tmp_path, platform, "no")
    found = found_in(left.everywhere)
    having = {name.partition(" ")[0] for name in found}
    assert "dump" in having
    assert "what" in having, "moderators see who reported"
    if starter_url.drivername == "sqlite":
        assert "backup" in having
        assert Path(str(starter_url.database)).name in having
    ids = {NAME} if platform == "terminal" else {NAME, ID}
    assert all(ids <= texts for name, texts in found.items() if name.startswith("dump"))
    logs = {name for name in found if name.endswith((".log", ": log")) or name.startswith("out.")}
    assert logs == set(), "logs and exports name nobody, whoever it is"


def test_every_spelling_is_found() -> None:
    """The search itself: what it looks for, it finds wherever it stands."""
    for text in (NAME, ID):
        for before in (b"", b"a", b"ab", b"abc", b"abcd"):
            inside = before + text.encode() + b"and more"
            for content in (inside, inside.hex().encode(), inside.hex().upper().encode(),
                            base64.b64encode(inside), base64.urlsafe_b64encode(inside)):  # fmt: skip
                assert found_in({"there": content}).get("there"), (text, before, content)
        assert found_in({"there": hashlib.sha256(text.encode()).digest().hex().encode()})
        assert found_in({"there": text.upper().encode("utf-16-le")})
    assert found_in({"there": b"\0" + struct.pack(">q", int(ID))})
    assert found_in({"there": b"nobody was here, " * 100}) == {}


# --- which pseudonyms belong together


@pytest.fixture(scope="module")
def both(session_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Left:
    """Somebody who reports under their name and anonymously."""
    url = session_databases.make(like=session_databases.model("starter"))
    return played(url, tmp_path_factory.mktemp("both"), "discord", "both")


def test_no_row_says_which_pseudonyms_are_one_person(both: Left) -> None:
    assert len(set(both.pseudonyms.values())) == len(both.pseudonyms) >= 3
    met: dict[str, set[str]] = defaultdict(set)
    for table, row in both.rows:
        told = repr(row)
        having = {use for use, name in both.pseudonyms.items() if name in told}
        assert len(having) <= 1, (table, row)
        for use in having:
            met[use].add(table)
    assert {"calls"} == met["COUNTED"]
    assert {"reports", "followers"} <= met["HIDDEN"]
    assert {"reports", "accounts"} <= met["OPEN"]
    assert not met["HIDDEN"] & {"accounts", "calls", "moderators"}
    for table, row in both.rows:
        if row.get("anonymous") and both.pseudonyms["HIDDEN"] in repr(row):
            assert row["author_account"] is None, table


def test_no_instant_says_which_pseudonyms_are_one_person(both: Left) -> None:
    """A call that was counted and the report that came of it, at one microsecond, are one person's."""
    mine = {
        row["id"] for table, row in both.rows
        if table == "reports" and row["author"] == both.pseudonyms["HIDDEN"]
    }  # fmt: skip
    assert mine
    counted, hidden = set[datetime](), set[datetime]()
    for table, row in both.rows:
        instants = {value for value in row.values() if isinstance(value, datetime)}
        about = row.get("about") in {str(about_report(number)) for number in mine}
        beside = about or (row.get("report_id") in mine and table != "followers")
        if both.pseudonyms["COUNTED"] in repr(row):
            counted |= instants
        if both.pseudonyms["HIDDEN"] in repr(row) or (table == "reports" and row["id"] in mine) or beside:
            hidden |= instants
    assert counted
    assert hidden
    assert counted & hidden == set()
