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
from bot.cli import report
from bot.commands.spec import Filled, Pressed, Typed
from bot.domain.people import Role
from bot.domain.text import clean
from bot.errors import FiftywireError, NotUnderstoodError
from bot.messages.reply import Problem, Reply, Visibility

if TYPE_CHECKING:
    from collections.abc import Callable

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
    reply = _answer(asker, asked, _values(fill), as_json=as_json)
    status = status_of(reply)
    if reply.problem and status not in (ANSWERED, REFUSED):
        report(reply.problem.code, reply.problem.message)
        if not as_json:
            raise click.exceptions.Exit(status)
    _show(reply, asker, as_json=as_json)
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


def _answer(asker: Asker, asked: Typed | Pressed, fill: dict[str, str], *, as_json: bool) -> Reply:
    """The answer; with `--json`, what keeps the catalogue from opening is one as well."""
    from bot.app import open_app
    from bot.cli.progress import bars

    try:
        with bars() as progress, open_app(progress) as app:
            reply = app.ask(asker.asks(asked))
            if not fill:
                return reply
            if reply.form:
                names = [field.name for field in reply.form.fields]
                if strange := [name for name in fill if name not in names]:
                    raise NotUnderstoodError(
                        f"The form has no field “{clean(strange[0])}”; its fields are: {', '.join(names)}."
                    )
                return app.ask(asker.asks(Filled(reply.form.token, fill)))
            if not reply.problem:
                raise NotUnderstoodError(
                    "That opened no form, so there is nothing to fill; leave --fill out."
                )
            return reply
    except FiftywireError as error:
        if not as_json:
            raise
        problem = Problem(error.code, error.message)
        return Reply(text=error.message, visibility=Visibility.ASKER, problem=problem)


def _show(reply: Reply, asker: Asker, *, as_json: bool) -> None:
    if as_json:
        from adapters.terminal.document import as_json as written

        click.echo(written(reply))
        return
    from adapters.terminal.render import in_ask
    from adapters.terminal.screen import Screen

    click.echo(in_ask(reply, Screen.of(sys.stdout, os.environ), _again(asker)), nl=False, color=True)


def _again(asker: Asker) -> str:
    """The command line for the next page, asked by the same person from the same place."""
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
