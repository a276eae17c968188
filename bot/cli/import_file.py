"""`fiftywire import`: what a file would change, and then doing it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.app import open_app
from bot.cli.progress import bars
from bot.domain.imports import RowOutcome
from bot.domain.writing.text import clean
from bot.engine.imports.files import STANDARD_INPUT, count_lines, read_file, read_stream
from bot.engine.imports.run import ImportRun
from bot.engine.imports.starter import starter_rows
from bot.errors import CatalogueFileError
from bot.notices.imports import SIGNS, in_short, rows_on_card, summary
from bot.notices.notify import finish

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.domain.imports import RowResult
    from bot.engine.imports.rows import BadRow, Row
    from bot.ports import UnitOfWork
    from bot.progress import Progress

STDIN = "-"
_SHOWN = 50
"""Added and changed rows of the diff that are listed one by one; conflicts and skipped rows all are."""


@click.command("import")
@click.argument("file", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.option(
    "--skip-bad", is_flag=True, help="Leave out rows that cannot be used; else one stops the whole file."
)
@click.option("--theirs", is_flag=True, help="Where a field was edited here as well, take the file's.")
@click.option(
    "--starter", is_flag=True, help="Bring in the starter catalogue of this version instead of a file."
)
def import_command(file: Path | None, *, yes: bool, skip_bad: bool, theirs: bool, starter: bool) -> None:
    """Bring a .jsonl or .csv FILE, or JSONL from stdin (-), into the catalogue.

    Shows first what would change, and asks; where nobody can be asked, nothing is written without --yes.
    """
    if starter == (file is not None):
        raise click.UsageError("Name a FILE, or give --starter; one of the two.")
    name = _name(file)
    with bars() as progress:
        found = starter_rows() if file is None else list(_read(file, progress))
        with open_app(progress, starter=False) as app:
            work = ImportRun.prepare(app.store, name, found, theirs=theirs, step=progress.step)
            if work.restores:
                progress.say("The file brings its own codes, so the starter catalogue is left out.")
            rows, bad = work.check(found)
            _say_bad(bad)
            if bad and not skip_bad:
                raise CatalogueFileError(
                    f"Nothing was imported: {_count(len(bad), 'row')} of {name} cannot be used. Mend "
                    f"{'it' if len(bad) == 1 else 'them'}, or leave out what is bad with --skip-bad."
                )
            planned = work.compare(rows)
            _say_results(planned)
            if not any(result.writes for result in planned):
                click.echo(f"Nothing to do: {name} {'brings nothing new' if rows else 'has no rows'}.")
                return
            if not yes and not _confirmed(file):
                click.echo("Nothing was written; this was a dry run. Add --yes to do it.")
                return
            if work.has_to_be_agreed_with(rows):
                _propose(work, rows, planned)
                return
            results = _published(work, rows)
    click.echo(f"Imported. {summary(results)}")
    _say_otherwise(planned, results)


def _name(file: Path | None) -> str:
    if file is None:
        return "the starter catalogue"
    return STANDARD_INPUT if str(file) == STDIN else clean(file.name)


def _read(file: Path, progress: Progress) -> Iterator[Row | BadRow]:
    if str(file) == STDIN:
        yield from read_stream(sys.stdin.buffer)  # type: ignore[arg-type]  # a pipe's is a BufferedReader
        return
    lines = count_lines(file)
    row: Row | BadRow | None = None
    for row in read_file(file):
        if row.line % 100 == 0:
            progress.step("reading", min(row.line, lines - 1), lines)
        yield row
    if row:
        progress.step("reading", lines, lines)


def _propose(work: ImportRun, rows: Sequence[Row], planned: Sequence[RowResult]) -> None:
    now = datetime.now(UTC)
    import_id = work.stage(rows, now)

    def propose(uow: UnitOfWork) -> str:
        outcome = work.propose(uow, import_id, rows, rows_on_card(planned), now)
        finish(uow, outcome, now)
        return outcome.report.name

    name = work.store.submit(propose, writes=True).result()
    click.echo(
        f"Two people have to agree: it waits in the curators' queue as {name}, and nothing is "
        "published before. `fiftywire policy` says why."
    )


def _published(work: ImportRun, rows: Sequence[Row]) -> list[RowResult]:
    try:
        return work.publish(rows, datetime.now(UTC))
    except KeyboardInterrupt:
        click.echo(
            "Interrupted. If importing had begun, the next start finishes it; if not, nothing was changed.",
            err=True,
        )
        raise


def _say_bad(bad: Sequence[BadRow]) -> None:
    for row in bad:
        key = f" ({clean(row.key)})" if row.key else ""
        click.echo(f"line {row.line}{key}: {clean('; '.join(row.reasons))}", err=True)


def _say_results(results: Sequence[RowResult]) -> None:
    """The diff: what would be added and changed, every conflict and every row that is skipped."""
    for outcome, sign in SIGNS.items():
        rows = [result for result in results if result.outcome == outcome]
        shown = rows[:_SHOWN] if outcome in (RowOutcome.ADDED, RowOutcome.CHANGED) else rows
        for row in shown:
            click.echo(f"{sign} {row.key}: {in_short(row)}")
        if len(shown) < len(rows):
            click.echo(f"{sign} and {len(rows) - len(shown):,} more")
    click.echo(summary(results))


def _say_otherwise(planned: Sequence[RowResult], results: Sequence[RowResult]) -> None:
    """What came to another end than was shown, because somebody changed the catalogue meanwhile."""
    before = {result.line: result.outcome for result in planned}
    for result in results:
        if result.outcome != before.get(result.line):
            sign = SIGNS.get(result.outcome, "=")
            click.echo(f"{sign} {result.key}, otherwise than shown: {in_short(result)}")


def _confirmed(file: Path | None) -> bool:
    if (file and str(file) == STDIN) or not sys.stdin.isatty():
        return False
    try:
        return click.confirm("Bring this in?", err=True)
    except click.Abort:
        click.echo(err=True)
        return False


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
