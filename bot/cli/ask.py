"""`fiftywire ask`: one question, one answer; also who asks, which `chat` shares."""

from __future__ import annotations

import functools
import os
import shlex
import sys
from typing import TYPE_CHECKING

import click

from adapters.terminal.inbound import DEFAULT_HOME, DEFAULT_PLACE, Asker, user_name
from adapters.terminal.status import ANSWERED, REFUSED, status_of
from bot.cli import fail
from bot.commands.spec import Filled, Pressed, Typed
from bot.domain.community.people import Role
from bot.domain.writing.text import clean
from bot.errors import FiftywireError, NotUnderstoodError
from bot.messages.problems import problem_reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from adapters.terminal.screen import Screen
    from bot.app import App
    from bot.messages.reply import Reply

_LONGEST_NAME = 80


def asker_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add `--as --role --home --place`; the command gets them as one `asker`."""

    @click.option(
        "--as", "name", default=user_name, show_default="your user name", callback=_name, help="Who asks."
    )
    @click.option(
        "--role",
        type=click.Choice([role.label for role in Role]),
        default=Role.MEMBER.label,
        show_default=True,
        help="What they may do.",
    )
    @click.option(
        "--home", default=DEFAULT_HOME, show_default=True, callback=_name, help="The home they ask from."
    )
    @click.option(
        "--place", default=DEFAULT_PLACE, show_default=True, callback=_name, help="The place there."
    )
    @functools.wraps(command)
    def with_asker(*, name: str, role: str, home: str, place: str, **given: object) -> None:
        command(asker=Asker.named(name, Role[role.upper()], home, place), **given)

    return with_asker


def _name(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    cleaned = clean(value)
    if not cleaned:
        raise click.BadParameter("a name needs at least one character.")
    if len(cleaned) > _LONGEST_NAME:
        raise click.BadParameter(f"a name has at most {_LONGEST_NAME} characters.")
    return cleaned


@click.command
@click.argument("text", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document: docs/terminal.md.")
@click.option("--press", metavar="TOKEN", help="Press a button of an earlier answer instead of asking.")
@click.option("--fill", metavar="NAME=VALUE", multiple=True, help="Fill in a field of the form that opens.")
@asker_options
def ask(
    *, text: tuple[str, ...], as_json: bool, press: str | None, fill: tuple[str, ...], asker: Asker
) -> None:
    """Ask one question and print the answer.

    \b
    fiftywire ask /state IL
    fiftywire ask "/search \\"sales tax\\" state:TX"
    """
    if bool(text) == (press is not None):
        raise click.UsageError("Give either a question, for example /state IL, or --press TOKEN.")
    asked = Typed(" ".join(text)) if press is None else Pressed(press)
    values = _values(fill)
    try:
        status = _asked(asker, asked, values, as_json=as_json)
    except FiftywireError as error:  # with --json, what keeps the catalogue from opening is an answer as well
        if not as_json:
            raise
        status = _shown(problem_reply(error.code, error.message), asker, as_json=True)
    raise click.exceptions.Exit(status)


def _values(fill: tuple[str, ...]) -> dict[str, str]:
    values: dict[str, str] = {}
    for given in fill:
        name, equals, value = given.partition("=")
        if not equals or not name.strip():
            raise click.UsageError("--fill takes NAME=VALUE, for example --fill zone=Eastern.")
        if name.strip() in values:
            raise click.UsageError(f"--fill {clean(name)} is given twice; a field is filled once.")
        values[name.strip()] = value
    return values


def _asked(asker: Asker, asked: Typed | Pressed, fill: dict[str, str], *, as_json: bool) -> int:
    """Ask, show the answer, and then what is unread; the exit status."""
    from bot.app import open_app
    from bot.cli.progress import bars
    from bot.cli.terminal import enter

    with bars() as progress, open_app(progress) as app:
        enter(app, asker)
        status = _shown(_answer(app, asker, asked, fill), asker, as_json=as_json)
        app.do_chores(progress)
        if not as_json and status in (ANSWERED, REFUSED):
            _show_unread(app, asker)
        return status


def _answer(app: App, asker: Asker, asked: Typed | Pressed, fill: dict[str, str]) -> Reply:
    from adapters.terminal.filling import FILES_ONLY
    from bot.cli.terminal import answer
    from bot.messages.offered import left_out, offered

    reply = answer(app, asker, asked)
    if not fill:
        return reply
    if reply.form:
        # What is too long to be shown can be filled in anew all the same.
        names = [field.name for field in (*offered(reply.form), *left_out(reply.form))]
        strange = [name for name in fill if name not in names]
        if any(field.name in strange for field in reply.form.fields):
            raise NotUnderstoodError("Files cannot be sent from a terminal; leave that --fill out.")
        if strange:
            raise NotUnderstoodError(
                f"The form has no field “{clean(strange[0])}”; its fields are: {', '.join(names)}."
                if names
                else FILES_ONLY
            )
        return answer(app, asker, Filled(reply.form.token, fill))
    if not reply.problem:
        raise NotUnderstoodError("That opened no form, so there is nothing to fill; leave --fill out.")
    return reply


def _shown(reply: Reply, asker: Asker, *, as_json: bool) -> int:
    """Show the answer; the exit status that goes with it."""
    status = status_of(reply)
    if reply.problem and status not in (ANSWERED, REFUSED):
        fail(reply.problem.code, reply.problem.message)
        if not as_json:
            return status
    if as_json:
        from bot.messages.json import as_json as written

        click.echo(written(reply))
    else:
        from adapters.terminal.render import in_ask

        click.echo(in_ask(reply, _screen(), _again(asker)), nl=False, color=True)
    return status


def _show_unread(app: App, asker: Asker) -> None:
    """Messages that came by themselves, each with the commands that press its buttons."""
    from adapters.terminal.render import heading, in_inbox
    from bot.cli.terminal import unread

    replies = unread(app, asker)
    if replies:
        click.echo("\n" + heading(len(replies), _screen()), nl=False, color=True)
    for reply in replies:
        click.echo("\n" + in_inbox(reply, _screen(), _again(asker)), nl=False, color=True)


def _screen() -> Screen:
    from adapters.terminal.screen import Screen

    return Screen.of(sys.stdout, os.environ)


def _again(asker: Asker) -> str:
    """The command line to which a button's token is added, by the same person from the same place."""
    account = asker.account
    differing = [
        word
        for option, value, usual in (
            ("--as", account.name, user_name()),
            ("--role", account.role.label, Role.MEMBER.label),
            ("--home", asker.home.id, DEFAULT_HOME),
            ("--place", asker.place, DEFAULT_PLACE),
        )
        if value != usual
        for word in (option, value)
    ]
    return shlex.join(["fiftywire", "ask", *differing])
