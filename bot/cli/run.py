"""`fiftywire run`: serve the chat platforms."""

from __future__ import annotations

import click


@click.command
def run() -> None:
    """Serve the platforms whose tokens are set, until stopped."""
    from bot.app import open_app
    from bot.cli.progress import bars

    with bars() as progress, open_app(progress) as app:
        app.serve(progress)
