"""Progress on stderr: a bar where a person watches, a line at the end of each piece of work elsewhere."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from bot.domain.writing.text import clean
from bot.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress as Bar

_WORTH_A_LINE = 100
"""Where nobody watches a bar, smaller pieces of work are not spoken of."""


@contextmanager
def bars() -> Iterator[Progress]:
    """What the application tells while it works.

    A bar is only there while its piece of work runs, so that whatever else is printed stands on its own.
    """
    live: dict[str, Bar] = {}

    def step(name: str, done: int, total: int) -> None:
        if not sys.stderr.isatty():
            if done >= total >= _WORTH_A_LINE:
                say(f"{name.capitalize()}: {done:,} of {total:,}")
            return
        if name not in live:
            live[name] = _bar()
            live[name].start()
            live[name].add_task(clean(name).capitalize(), total=total)
        live[name].update(live[name].task_ids[0], completed=done, total=total)
        if done >= total:
            live.pop(name).stop()

    try:
        yield Progress(say, step)
    finally:
        for bar in live.values():
            bar.stop()


def say(sentence: str) -> None:
    """One line on stderr."""
    click.echo(clean(sentence), err=True)


def _bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True, markup=False, highlight=False, emoji=False)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=console, transient=True, redirect_stdout=False)
