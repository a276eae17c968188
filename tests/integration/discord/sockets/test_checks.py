"""What the operator's doctor is told of Discord."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from adapters.discord.serving.checks import findings
from tests.integration.discord.fake.server import FakeDiscord
from tests.integration.discord.sockets.serving import hurried

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.findings import Finding


def found(before: Callable[[FakeDiscord], object] = lambda _: None) -> list[Finding]:
    """The findings on a Discord that was prepared."""

    async def asked() -> list[Finding]:
        async with FakeDiscord() as fake:
            before(fake)
            made = await findings(fake.token, fake.api, patience=0.5)
            assert not any(fake.token in finding.text for finding in made)
            return made

    with hurried():
        return asyncio.run(asked())


def test_nothing_to_mend() -> None:
    token, sessions = found()
    assert (token.name, token.ok) == ("Discord token", True)
    assert token.text.startswith("Discord accepts the token of ")
    assert (sessions.name, sessions.ok) == ("Discord sessions", True)
    assert sessions.text == "Of 1000 sessions a day 1000 are left; a start takes 1."


@pytest.mark.parametrize(
    ("kind", "part"),
    [(401, "does not accept FIFTYWIRE_DISCORD_TOKEN"), ("drop", "cannot be reached"), ("hang", "cannot be")],
)
def test_a_token_that_is_refused_and_a_discord_that_is_away(kind: int | str, part: str) -> None:
    (token,) = found(lambda fake: fake.fault("GET", "/users/@me", kind, times=None))  # type: ignore[arg-type]
    assert not token.ok
    assert part in token.text


def test_sessions_that_are_used_up() -> None:
    _, sessions = found(lambda fake: fake.session_start_limit.update(remaining=0))
    assert not sessions.ok
    assert "0 are left" in sessions.text


def test_a_gateway_that_is_not_named() -> None:
    token, sessions = found(lambda fake: fake.fault("GET", "/gateway/bot", "drop", times=None))
    assert (token.ok, sessions.ok) == (True, False)
