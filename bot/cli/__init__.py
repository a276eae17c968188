"""The `fiftywire` command: finds the subcommand, and ends what goes wrong in one line and an exit status."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from io import TextIOWrapper
from typing import Any

import click

from bot.errors import FiftywireError

_COMMANDS = {
    "ask": "bot.cli.ask:ask",
    "chat": "bot.cli.chat:chat",
    "import": "bot.cli.catalogue:import_command",
    "export": "bot.cli.catalogue:export_command",
}
_INTERRUPTED = 130
_BROKEN_PIPE = 141
"""What a shell reports for a program that was ended by SIGINT, and by SIGPIPE."""


class Commands(click.Group):
    """Imports a subcommand only when it is asked for, so that each starts with what it needs alone."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All of them, in the order of `--help`."""
        return list(_COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        """One of them, imported."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run it; the only place where a foreseen failure ends the program."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):  # a letter the terminal lacks must not end the answer
                stream.reconfigure(errors="replace")
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except FiftywireError as error:
            ctx.exit(report(error.code, error.message))
        except KeyboardInterrupt:
            ctx.exit(_INTERRUPTED)
        except BrokenPipeError:
            # Python flushes stdout once more at exit (docs.python.org/3/library/signal.html#note-on-sigpipe)
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(_BROKEN_PIPE)
        return result


def report(code: str, message: str) -> int:
    """Print what went wrong on stderr, and give the exit status."""
    from adapters.terminal.status import status_of_code
    from bot.domain.text import clean

    click.echo("\n".join(clean(line) for line in message.split("\n")), err=True)
    return status_of_code(code)


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(None, "--version", package_name="fiftywire", message="fiftywire %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """A sourced catalogue of what US states do on their own authority.

    Without a command: a conversation at the prompt, as `fiftywire chat`.
    """
    if ctx.invoked_subcommand is None:
        from bot.cli.chat import chat

        with chat.make_context("chat", [], parent=ctx) as context:
            chat.invoke(context)
