"""`fiftywire export`: the whole catalogue as a file, which is there whole or not at all."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.app import open_app
from bot.cli.progress import bars
from bot.domain.writing.text import clean
from bot.engine.imports.export import export_csv, export_jsonl
from bot.errors import CatalogueFileError
from bot.ports.store import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from bot.ports import UnitOfWork

STDOUT = "-"


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def export_command(file: Path) -> None:
    """Write the catalogue to FILE.jsonl (loses nothing), to FILE.csv, or to - (JSONL on stdout)."""
    exporters = {".jsonl": export_jsonl, ".ndjson": export_jsonl, ".csv": export_csv}
    export = export_jsonl if str(file) == STDOUT else exporters.get(file.suffix.lower())
    if export is None:
        raise click.UsageError(
            f"{clean(file.name)}: the name must end in .jsonl or .csv, or be - for stdout."
        )
    with bars() as progress, open_app(progress) as app:

        def run(out: TextIO) -> int:
            attempts = 0

            def work(uow: UnitOfWork) -> int:
                nonlocal attempts
                attempts += 1
                if attempts > 1:  # the database was too busy, and what is written already stands there
                    _rewind(out, file)
                return export(uow, out.write)

            return read(app.store, work)

        if str(file) == STDOUT:
            with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", newline="") as out:
                run(out)
            return
        try:
            count = _replace(file.resolve(), run)
        except OSError as error:
            reason = error.strerror or "no reason is known"
            raise CatalogueFileError(f"{file.name} cannot be written: {reason}.") from error
    click.echo(f"{count:,} action{'' if count == 1 else 's'} written to {clean(file.name)}.")


def _rewind(out: TextIO, file: Path) -> None:
    """Take back what was written, where that can be done without touching what stood there before."""
    if str(file) == STDOUT or not out.seekable():
        raise CatalogueFileError("The database was too busy in the middle of the export. Please start again.")
    out.seek(0)
    out.truncate()


def _replace(file: Path, run: Callable[[TextIO], int]) -> int:
    """Write beside `file` and put it in place when it is whole, so that no half export is ever found."""
    if file.exists() and not file.is_file():  # a pipe, a device; of a folder, opening it says what is wrong
        with file.open("w", encoding="utf-8", newline="") as out:
            return run(out)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".fiftywire-")
    beside = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            count = run(out)
            out.flush()
            os.fsync(out.fileno())
        beside.chmod(_mode(file))
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
    return count


def _mode(file: Path) -> int:
    """Who may read it: as before, or as any new file."""
    if file.exists():
        return stat.S_IMODE(file.stat().st_mode)
    os.umask(mask := os.umask(0))
    return 0o666 & ~mask
