"""The `fiftywire` command: finds the subcommand, and ends what goes wrong in one line and an exit status."""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

import click

from bot.errors import FiftywireError

if TYPE_CHECKING:
    from types import FrameType

_COMMANDS = {
    "run": "bot.cli.run:run",
    "ask": "bot.cli.ask:ask",
    "chat": "bot.cli.chat:chat",
    "import": "bot.cli.import_file:import_command",
    "export": "bot.cli.export_file:export_command",
    "community": "bot.cli.community:community_commands",
    "policy": "bot.cli.policy:policy",
    "audit": "bot.cli.audit:audit_commands",
    "discord": "bot.cli.discord:discord_commands",
}
_INTERRUPTED = 130
_BROKEN_PIPE = 141
_TERMINATED = 143
"""What a shell reports for a program that was ended by SIGINT, by SIGPIPE, by SIGTERM."""
_NOT_WRITTEN = 1


class Terminated(KeyboardInterrupt):
    """SIGTERM, which ends the program as Ctrl-C does: what is open gets closed."""

    status = _TERMINATED


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
        _prepare_streams()
        signal.signal(signal.SIGTERM, _terminate)
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except FiftywireError as error:
            ctx.exit(fail(error.code, error.message))
        except Terminated:
            ctx.exit(_TERMINATED)
        except KeyboardInterrupt:
            ctx.exit(_INTERRUPTED)
        except BrokenPipeError:
            _give_up_on_stdout()
            ctx.exit(_BROKEN_PIPE)
        except OSError as error:
            _give_up_on_stdout()
            click.echo(f"The answer cannot be written: {error.strerror or 'no reason is known'}.", err=True)
            ctx.exit(_NOT_WRITTEN)


def _prepare_streams() -> None:
    """Streams that are there, and that a letter which the terminal lacks cannot stop."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started us; the next file opened would get its number
            # Nothing can be written to what stands in for stdout: an answer that nobody gets is none.
            access = os.O_RDONLY if name == "stdout" else os.O_RDWR
            stream = open(os.open(os.devnull, access), mode, encoding="utf-8")  # noqa: SIM115, PTH123 - kept
            setattr(sys, name, stream)
        if isinstance(stream, TextIOWrapper) and name != "stdin":
            stream.reconfigure(errors="replace")


def _give_up_on_stdout() -> None:
    """Python flushes it once more at exit (docs.python.org/3/library/signal.html#note-on-sigpipe)."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _terminate(number: int, _frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_DFL)
    raise Terminated


def fail(code: str, message: str) -> int:
    """Print what went wrong on stderr, and give the exit status."""
    from adapters.terminal.status import status_of_code
    from bot.domain.writing.text import clean

    click.echo(clean(message), err=True)
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

    Without a command: `fiftywire run` where the token of a platform is set, else `fiftywire chat`.
    """
    if ctx.invoked_subcommand is None:
        from bot.cli.chat import chat
        from bot.cli.run import run
        from bot.settings import read_settings

        usual = run if read_settings().discord() else chat
        with usual.make_context(usual.name, [], parent=ctx) as context:
            usual.invoke(context)
