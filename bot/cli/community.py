"""`fiftywire community …`: who is there, and whose moderators publish for everyone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from bot.domain.community.people import COMMONS
from bot.domain.writing.text import clean
from bot.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeVar

    from bot.domain.community.people import Community, HomeRecord
    from bot.domain.deliveries import Place
    from bot.ports import UnitOfWork

    T = TypeVar("T")


@click.group("community")
def community_commands() -> None:
    """The communities, and whose moderators publish for everyone."""


@community_commands.command("list")
def list_command() -> None:
    """Every community with its number, its homes, how many people decide, and where reports go."""

    def told(uow: UnitOfWork) -> list[str]:
        return [line for community in uow.communities.every() for line in _lines(uow, community)]

    for line in _run(told, writes=False):
        click.echo(clean(line) if line[0] != " " else f"   {clean(line)}")


@community_commands.command
@click.argument("which", metavar="NAME|NUMBER")
def trust(which: str) -> None:
    """Let the moderators of a community publish for everyone."""
    click.echo(_run(lambda uow: _trust(uow, which, curator=True), writes=True))


@community_commands.command
@click.argument("which", metavar="NAME|NUMBER")
def distrust(which: str) -> None:
    """Let them publish on their community's own board only."""
    click.echo(_run(lambda uow: _trust(uow, which, curator=False), writes=True))


@community_commands.command
def code() -> None:
    """Print a new one-time code with which an admin makes their community one that publishes for everyone."""
    from bot.domain.community.codes import CodePurpose
    from bot.engine.community.codes import issue_code

    click.echo(_run(lambda uow: issue_code(uow, CodePurpose.CURATOR, 0, datetime.now(UTC)), writes=True))
    click.echo(
        "Whoever is an admin where the bot is gives it once, within 7 days, as /setup code:…; then the "
        "moderators there publish for everyone.",
        err=True,
    )


def find_community(uow: UnitOfWork, which: str) -> Community:
    """One by its name, or by its number. Raises NotFoundError."""
    found = uow.communities.named(which)
    if found is None and which.isdecimal() and len(which) <= 9:
        found = uow.communities.get(int(which))
    if found is None:
        raise NotFoundError(
            f"There is no community “{clean(which)}”; fiftywire community list names them all."
        )
    return found


def _run(work: Callable[[UnitOfWork], T], *, writes: bool) -> T:
    from bot.app import open_app
    from bot.cli.progress import bars
    from bot.ports.store import read, write

    with bars() as progress, open_app(progress) as app:
        return (write if writes else read)(app.store, work)


def _lines(uow: UnitOfWork, community: Community) -> Iterator[str]:
    """What the operator is told of one; lines that begin with a space belong to the one before."""
    policy = uow.review_settings.policy(community.board).label
    whose = "publishes for everyone" if community.curator else "publishes on its own board"
    yield f"{community.id} {community.name}: {whose}, {policy}"
    homes = [_home(record) for record in uow.communities.homes_of(community.id)]
    yield f" homes: {', '.join(homes) or 'none yet'}"
    troubles = {_key(place): why for place, why in uow.outbox.suspended(community.id)}
    places = uow.review_settings.review_places(community.id)
    yield f" reports go to: {', '.join(map(_place, places)) or 'nowhere but the queue'}"
    for place in places:
        if _key(place) in troubles:
            yield f" {_place(place)} is suspended: {troubles[_key(place)] or 'no reason is known'}"


def _home(record: HomeRecord) -> str:
    called = f" ({record.name})" if record.name and record.name != record.home.id else ""
    gone = ", left" if record.suspended else ""
    return f"{record.home.platform} {record.home.id}{called}{gone}"


def _place(place: Place) -> str:
    return f"{place.platform} {place.name or place.id}"


def _key(place: Place) -> tuple[str, str, str]:
    return place.platform, place.home, place.id


def _trust(uow: UnitOfWork, which: str, *, curator: bool) -> str:
    from bot.domain.community.audit import AuditEvent
    from bot.engine.community.audit import write_down

    community = find_community(uow, which)
    if community.curator == curator:
        return f"Nothing changed: the moderators of {community.name} {_publish(curator=curator)} already."
    event = AuditEvent.COMMUNITY_CURATOR if curator else AuditEvent.COMMUNITY_NO_CURATOR
    write_down(uow, community.id, datetime.now(UTC), event, COMMONS, None)
    uow.review_settings.trust(community.id, curator=curator)
    return f"From now on the moderators of {community.name} {_publish(curator=curator)}."


def _publish(*, curator: bool) -> str:
    return "publish for everyone" if curator else "publish on their own board"
