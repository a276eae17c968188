"""`fiftywire` with nothing of ours in its environment: in a process of its own, or quicker in this one."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import chdir, closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from unittest import mock

from click.testing import CliRunner

from bot.cli import main

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = (sys.executable, "-m", "bot")
LONGEST = 60
"""Seconds after which a child counts as stuck."""


@dataclass(frozen=True, slots=True)
class Done:
    """How it ended, and what it said."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on standard output."""
        found: dict[str, Any] = json.loads(self.out)
        return found

    def refused(self, status: int) -> str:
        """The one sentence on standard error, after a check that there is nothing else."""
        assert (self.status, self.out) == (status, ""), self
        lines = self.err.splitlines()
        assert len(lines) == 1, self
        assert re.fullmatch(r"[A-Z“a-z][^\n]{10,400}[.?)]", lines[0]), self
        return lines[0]


@dataclass(frozen=True, slots=True)
class Fiftywire:
    """Somebody's `fiftywire`: a home, a folder to run it in, and settings."""

    home: Path
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def having(self, **settings: object) -> Fiftywire:
        """The same with settings in the environment."""
        named = {f"FIFTYWIRE_{name.upper()}": str(value) for name, value in settings.items()}
        return replace(self, environment=self.environment | named)

    @property
    def data(self) -> Path:
        """Where its database is."""
        return self.home / ".local" / "share" / "fiftywire" / "fiftywire.db"

    def start(self, *arguments: str, **streams: Any) -> subprocess.Popen[bytes]:
        """Start it and come back at once."""
        pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        child: subprocess.Popen[bytes] = subprocess.Popen(
            [*PROGRAM, *arguments], env=self._whole_environment, cwd=self.folder, **pipes | streams
        )
        return child

    @property
    def _whole_environment(self) -> dict[str, str]:
        return {"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": str(self.home)} | self.environment

    def here(self, *arguments: str, typed: str = "") -> Done:
        """The same in this process, for what does not depend on start-up, signals or streams."""
        before = signal.getsignal(signal.SIGTERM)
        with chdir(self.folder), mock.patch.dict(os.environ, self._whole_environment, clear=True):
            result = CliRunner().invoke(main, arguments, typed, prog_name="fiftywire")
        signal.signal(signal.SIGTERM, before)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Done(result.exit_code, result.stdout, result.stderr)

    def run(self, *arguments: str, typed: str | bytes = b"", **streams: Any) -> Done:
        """Run it to its end with something on standard input. It never ends in a traceback."""
        with self.start(*arguments, **streams) as child:
            text = typed.encode() if isinstance(typed, str) else typed
            try:
                out, err = child.communicate(None if "stdin" in streams else text, LONGEST)
            except subprocess.TimeoutExpired:
                child.kill()
                raise
        done = Done(child.returncode, (out or b"").decode(), (err or b"").decode())
        assert "Traceback" not in done.err, done.err
        return done

    def wait_for_a_batch(self) -> None:
        """Until an import has published some of its rows."""
        found = None
        until = time.monotonic() + LONGEST
        while not found:
            assert time.monotonic() < until, "no batch came"
            time.sleep(0.02)
            with closing(sqlite3.connect(f"file:{self.data}?mode=ro", uri=True)) as database:
                found = database.execute("SELECT 1 FROM imports WHERE 0 < done AND done < total").fetchone()

    def json(self, *arguments: str) -> dict[str, Any]:
        """What `ask --json` answers, whatever its exit status."""
        return self.here("ask", "--json", *arguments).document
