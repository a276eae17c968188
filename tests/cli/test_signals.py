"""Ctrl-C and SIGTERM: an end at once, without a traceback, and a database that is as good as before."""

from __future__ import annotations

import os
import pty
import select
import signal
import sqlite3
import termios
import time
from typing import TYPE_CHECKING

import pytest

from tests.unit.imports.test_files import jsonl, row

if TYPE_CHECKING:
    import subprocess
    from signal import Signals

    from tests.cli.child import Fiftywire

STATUSES = [(signal.SIGINT, 130), (signal.SIGTERM, 143)]


def ended(child: subprocess.Popen[bytes], number: Signals) -> tuple[int, bytes]:
    """Send it, while there is more to wait for than a minute: exit status, and standard error."""
    child.send_signal(number)
    _, err = child.communicate(timeout=60)
    return child.returncode, err


@pytest.mark.parametrize(("number", "status"), STATUSES)
def test_a_chat_that_waits_for_a_line(number: Signals, status: int, writer: Fiftywire) -> None:
    with writer.start("chat") as child:
        assert child.stdin
        assert child.stdout
        child.stdin.write(b"/action IL-1\n")
        child.stdin.flush()
        child.stdout.readline()
        found, err = ended(child, number)
    assert (found, err) == (status, b"")
    assert not writer.data.with_name("fiftywire.db-wal").exists(), "the database was closed"


@pytest.mark.parametrize(("number", "status"), STATUSES)
def test_an_import_under_way(number: Signals, status: int, writer: Fiftywire) -> None:
    rows = [row(f"n-{at}", title=f"Row {at}") for at in range(1500)]
    (writer.folder / "may.jsonl").write_text(jsonl(*rows), encoding="utf-8")
    before = writer.json("/state OH")["page"]["total"]
    with writer.start("import", "may.jsonl", "--yes") as child:
        writer.wait_for_a_batch()
        found, err = ended(child, number)
    assert found == status
    assert err.decode().splitlines()[-1].startswith("Interrupted. ")
    assert b"Traceback" not in err
    assert not writer.data.with_name("fiftywire.db-wal").exists(), "the database was closed"
    done = writer.run("ask", "--json", "/state OH")
    assert "Importing may.jsonl: 1,500 of 1,500" in done.err
    assert done.document["page"]["total"] == before + 1500


@pytest.mark.parametrize(("number", "status"), STATUSES)
def test_an_import_that_waits_for_another_process(number: Signals, status: int, writer: Fiftywire) -> None:
    (writer.folder / "may.jsonl").write_text(jsonl(row("a")), encoding="utf-8")
    holder = sqlite3.connect(writer.data, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with writer.start("import", "may.jsonl", "--yes") as child:
        assert child.stdout
        child.stdout.readline()
        time.sleep(1)  # by now it waits for the write lock; nothing tells
        found, err = ended(child, number)
    holder.close()
    assert found == status
    assert b"Traceback" not in err
    assert writer.json("/action OH-1")["error"] is None


def test_at_the_prompt_the_terminal_is_given_back(writer: Fiftywire) -> None:
    leader, follower = pty.openpty()
    before = termios.tcgetattr(follower)
    writer.environment["TERM"] = "xterm"
    seen = b""
    told = False
    with writer.start("chat", stdin=follower, stdout=follower, stderr=follower) as child:
        until = time.monotonic() + 30
        while child.poll() is None and time.monotonic() < until:
            if select.select([leader], [], [], 0.1)[0]:
                seen += (read := os.read(leader, 4096))
                if b"\x1b[6n" in read:  # it asks where the cursor is
                    os.write(leader, b"\x1b[1;1R")
            elif not told and b"Ctrl-D leaves" in seen:
                assert termios.tcgetattr(follower) != before
                child.send_signal(signal.SIGTERM)
                told = True
        child.kill()
    assert child.returncode == 143
    assert termios.tcgetattr(follower) == before
    os.close(leader)
    os.close(follower)
    assert b"Traceback" not in seen
