"""`fiftywire audit …`: whether what was done is still written down as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.domain.community.audit import Verdict
    from bot.domain.community.people import Community
    from bot.ports import UnitOfWork

_BROKEN = 1


@click.group("audit")
def audit_commands() -> None:
    """The records of what was done: one chain a community."""


@audit_commands.command
@click.option("--community", "which", metavar="NAME|NUMBER", help="Check only that community's chain.")
def verify(which: str | None) -> None:
    """Check every chain, and print its length and its head: who keeps them can tell if entries get lost.

    Ends with 1 when a chain is broken.
    """
    from bot.app import open_app
    from bot.cli.community import find_community
    from bot.cli.progress import bars
    from bot.ports.store import read

    def communities(uow: UnitOfWork) -> list[Community]:
        return [find_community(uow, which)] if which is not None else uow.communities.every()

    broken = False
    with bars() as progress, open_app(progress) as app:
        for community in read(app.store, communities):
            verdict = read(app.store, lambda uow, of=community: uow.audit.verify(of.id))  # type: ignore[misc]  # mypy has no type for it
            broken |= verdict.broken is not None
            click.echo(f"{community.name}: {_words(verdict)}")
    if broken:
        raise click.exceptions.Exit(_BROKEN)


def _words(verdict: Verdict) -> str:
    if verdict.broken is not None:
        return f"the chain is broken at entry {verdict.broken:,}"
    entries = f"{verdict.length:,} entr{'y' if verdict.length == 1 else 'ies'}"
    return f"{entries}, head {verdict.head}" if verdict.length else "no entries yet"
