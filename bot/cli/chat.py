"""`fiftywire chat`: a conversation, at a prompt or through a pipe."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING

import click

from bot.cli.ask import asker_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.terminal.inbound import Asker
    from bot.messages.message import Message


@click.command
@asker_options
def chat(*, asker: Asker) -> None:
    """Ask as often as you like: at a prompt, or a line each through a pipe.

    A number presses what the last answer offers under it. Ctrl-D, exit or quit leaves.
    """
    from adapters.terminal.chat import Chat, answer_lines
    from adapters.terminal.screen import Screen
    from bot.app import open_app
    from bot.cli.progress import bars
    from bot.cli.terminal import enter, unread

    with bars() as progress, open_app(progress) as app:
        enter(app, asker)

        def arrived() -> Sequence[Message]:
            app.do_chores(progress)
            return unread(app, asker)

        conversation = Chat(app.dispatcher, asker, arrived)
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            width = Screen.of(sys.stdout, os.environ).width
            answer_lines(conversation, sys.stdin.buffer, Screen(width), _write)
            return
        from adapters.terminal.prompt import converse

        def screen() -> Screen:
            return Screen.of(sys.stdout, os.environ)

        asyncio.run(converse(conversation, app.history_file, screen, _write))


def _write(text: str) -> None:
    click.echo(text, nl=False, color=True)
