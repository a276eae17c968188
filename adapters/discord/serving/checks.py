"""What the operator's doctor asks of Discord."""

from __future__ import annotations

from adapters.discord.serving.login import LOGIN_TIMEOUT, UNREACHABLE, logged_in
from bot.domain.findings import Finding
from bot.errors import ConfigurationError, PlatformError

_ACCEPTED = "Discord token"
_SESSIONS = "Discord sessions"


async def findings(token: str, api: str | None, patience: float = LOGIN_TIMEOUT) -> list[Finding]:
    """Whether the token is taken, and how many sessions may still be started today."""
    try:
        async with logged_in(token, api, patience) as client:
            name = client.user.name if client.user else "the bot"
            taken = Finding(_ACCEPTED, ok=True, text=f"Discord accepts the token of {name}.")
            try:
                shards, _, limit = await client.http.get_bot_gateway()
            except UNREACHABLE as error:
                text = f"Discord does not say how many sessions it allows: {type(error).__name__}."
                return [taken, Finding(_SESSIONS, ok=False, text=text)]
    except (ConfigurationError, PlatformError) as error:
        return [Finding(_ACCEPTED, ok=False, text=error.message)]
    # Who goes on after the last of a day's sessions has the token taken away (gateway: limits).
    enough = limit["remaining"] >= shards
    text = f"Of {limit['total']} sessions a day {limit['remaining']} are left; a start takes {shards}."
    return [taken, Finding(_SESSIONS, ok=enough, text=text)]
