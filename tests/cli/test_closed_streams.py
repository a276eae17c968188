"""Streams that are not there: an answer that nobody gets is no answer."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.child import Fiftywire


@pytest.mark.parametrize("command", ["ask /about", "ask --json /about", "export -", "chat"])
def test_without_standard_output_it_says_so_and_fails(command: str, reader: Fiftywire) -> None:
    line = f"echo /about | {shlex.quote(sys.executable)} -m bot {command} >&-"
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": str(reader.home)}
    done = subprocess.run(
        ["bash", "-c", line], env=environment, cwd=reader.folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("The answer cannot be written: ")
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
