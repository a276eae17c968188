"""`fiftywire policy`: how many people it takes to change what everyone sees."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from bot.domain.community.people import COMMONS
from bot.domain.review.proposals import Policy


@click.command
@click.argument("how", required=False, type=click.Choice([policy.value for policy in Policy]))
def policy(how: str | None) -> None:
    """Show how many people it takes to change what everyone sees, or set it.

    \b
    one      one person decides
    status   two people for new actions and changes of status, one for the rest
    two      two people for every change
    """
    from bot.app import open_app
    from bot.cli.progress import bars
    from bot.engine.community.communities import set_commons_policy
    from bot.ports.store import read, write

    with bars() as progress, open_app(progress) as app:
        before = read(app.store, lambda uow: uow.review_settings.policy(COMMONS))
        after = Policy(how) if how else before
        if after is not before:
            write(app.store, lambda uow: set_commons_policy(uow, after, datetime.now(UTC)))
    since = "From now on, for" if after is not before else "For"
    click.echo(f"{since} what everyone sees: {after.label}.")
