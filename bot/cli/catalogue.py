"""`fiftywire import` and `fiftywire export`."""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.app import open_app
from bot.cli.progress import bars
from bot.domain.text import clean, shorten
from bot.engine.exporting import export_csv, export_jsonl
from bot.engine.files import BadRow, Row, read_file
from bot.engine.import_run import ImportRun
from bot.engine.importing import ADDED, CHANGED, CONFLICT, SKIPPED, UNCHANGED, decided
from bot.engine.starter import starter_rows
from bot.engine.transactions import read
from bot.errors import CatalogueFileError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.ports import RowResult

_SHOWN = 50
"""Added and changed rows of the diff that are listed one by one; conflicts and skipped rows all are."""
_SIGNS = {ADDED: "+", CHANGED: "~", CONFLICT: "!", SKIPPED: "-"}


@click.command("import")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.option(
    "--skip-bad", is_flag=True, help="Leave out rows that cannot be used; else one stops the whole file."
)
@click.option("--theirs", is_flag=True, help="Where a field was edited here as well, take the file's.")
@click.option(
    "--starter", is_flag=True, help="Bring in the starter catalogue of this version instead of a file."
)
def import_command(file: Path | None, *, yes: bool, skip_bad: bool, theirs: bool, starter: bool) -> None:
    """Bring a .jsonl or .csv FILE into the catalogue; shows first what would change."""
    if starter == (file is not None):
        raise click.UsageError("Name a FILE, or give --starter; one of the two.")
    found: Sequence[Row | BadRow] = starter_rows() if file is None else list(read_file(file))
    name = clean(file.name) if file else "the starter catalogue"
    with bars() as progress, open_app(progress, starter=False) as app:
        work = ImportRun.prepare(app.store, name, found, theirs=theirs, step=progress.step)
        if work.restores:
            progress.say("The file brings its own codes, so the starter catalogue is left out.")
        rows, bad = work.check(found)
        _say_bad(bad)
        if bad and not skip_bad:
            raise CatalogueFileError(
                f"Nothing was imported: {_count(len(bad), 'row')} of {name} cannot be used. Mend them, or "
                "leave them out with --skip-bad."
            )
        planned = work.compare(rows)
        _say_results(planned)
        if not any(result.writes for result in planned):
            click.echo(f"Nothing to do: {name} brings nothing new.")
            return
        if not yes and not _confirmed():
            click.echo("Nothing was written; this was a dry run. Add --yes to do it.")
            return
        results = work.publish(rows, datetime.now(UTC))
    click.echo(f"Imported. {_summary(results)}")


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def export_command(file: Path) -> None:
    """Write the catalogue to FILE.jsonl (loses nothing), to FILE.csv, or to - (JSONL on stdout)."""
    exporters = {".jsonl": export_jsonl, ".ndjson": export_jsonl, ".csv": export_csv}
    to_stdout = str(file) == "-"
    chosen = export_jsonl if to_stdout else exporters.get(file.suffix.lower())
    if chosen is None:
        raise click.UsageError(f"{file.name}: the name must end in .jsonl or .csv, or be - for stdout.")
    export = chosen
    with bars() as progress, open_app(progress) as app:

        def run(write: Callable[[str], object]) -> int:
            return read(app.store, lambda uow: export(uow, write))

        if to_stdout:
            with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", newline="") as out:
                run(out.write)
            return
        count = _replace(file, run)
    click.echo(f"{_count(count, 'action')} written to {file.name}.")


def _replace(file: Path, run: Callable[[Callable[[str], object]], int]) -> int:
    """Write beside `file` and put it in place when it is whole, so that no half export is ever found."""
    try:
        handle, beside = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    except OSError as error:
        raise CatalogueFileError(f"{file.name} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            count = run(out.write)
        Path(beside).chmod(0o644)
        Path(beside).replace(file)
    except OSError as error:
        raise CatalogueFileError(f"{file.name} cannot be written: {error.strerror}.") from error
    finally:
        Path(beside).unlink(missing_ok=True)
    return count


def _say_bad(bad: Sequence[BadRow]) -> None:
    for row in bad:
        key = f" ({clean(row.key)})" if row.key else ""
        click.echo(f"line {row.line}{key}: {clean('; '.join(row.reasons))}", err=True)


def _say_results(results: Sequence[RowResult]) -> None:
    """The diff: what would be added and changed, every conflict and every row that is skipped."""
    for outcome, sign in _SIGNS.items():
        rows = [result for result in results if result.outcome == outcome]
        shown = rows[:_SHOWN] if outcome in (ADDED, CHANGED) else rows
        for row in shown:
            click.echo(f"{sign} {row.key}: {shorten(clean(row.detail), 200)}")
        if len(shown) < len(rows):
            click.echo(f"{sign} and {len(rows) - len(shown):,} more")
    click.echo(_summary(results))


def _summary(results: Sequence[RowResult]) -> str:
    counts = decided(results)
    parts = [f"{counts[outcome]:,} {outcome}" for outcome in (ADDED, CHANGED, UNCHANGED)]
    if counts[CONFLICT]:
        parts.append(
            f"{_count(counts[CONFLICT], 'conflict')} kept as edited here (--theirs takes the file's)"
        )
    if counts[SKIPPED]:
        parts.append(f"{counts[SKIPPED]:,} skipped")
    return ", ".join(parts) + "."


def _confirmed() -> bool:
    return sys.stdin.isatty() and click.confirm("Bring this in?")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
