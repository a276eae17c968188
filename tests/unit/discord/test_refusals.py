"""What an attempt to send came to, by what Discord or the network said."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest

from adapters.discord.sending.refusals import LATER, SOON, outcome_of
from bot.domain.deliveries import NotSent, Refused, Sent, Unknown


def answered(status: int, code: int = 0, retry: str | None = None) -> discord.HTTPException:
    """What discord.py raises."""
    kinds: dict[int, type[discord.HTTPException]] = {403: discord.Forbidden, 404: discord.NotFound}
    kind = kinds.get(status, discord.DiscordServerError if status >= 500 else discord.HTTPException)
    headers = {} if retry is None else {"Retry-After": retry}
    response: Any = SimpleNamespace(status=status, reason="No", headers=headers)
    return kind(response, {"code": code, "message": "what Discord says"})


NETWORK = [aiohttp.ServerDisconnectedError(), TimeoutError(), ConnectionRefusedError(), answered(503)]


@pytest.mark.parametrize("error", NETWORK)
def test_what_may_have_gone_out_is_unknown(error: Exception) -> None:
    assert outcome_of(error, unclear=True) == Unknown()
    assert outcome_of(error, unclear=False) == NotSent(SOON)


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (discord.RateLimited(40.0), 40.0),
        (answered(429, retry="7"), 7.0),
        (answered(429), LATER),
        (answered(429, retry="soon"), LATER),
        (answered(401), LATER),
        (answered(403), LATER),
        (answered(404), LATER),
        (answered(400, 40003), LATER),
        (answered(403, 20016), LATER),
    ],
)
def test_what_was_not_taken_now_may_be_taken_later(error: Exception, seconds: float) -> None:
    assert outcome_of(error, unclear=False) == NotSent(seconds)
    assert outcome_of(error, unclear=True) == Unknown(), "an attempt before may have come through"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (answered(403, 50001), "Fiftywire lacks the permission View Channel there."),
        (answered(403, 50013), "Fiftywire lacks the permission Send Messages there."),
        (answered(404, 10003), "The channel does not exist any more."),
        (answered(403, 50007), "Fiftywire may not send direct messages to this account."),
        (answered(400, 50278), "Fiftywire may not send direct messages to this account."),
        (answered(400, 50083), "The thread is archived."),
        (answered(403, 160005), "The thread is locked."),
        (answered(400, 50008), "Nobody can write in that channel."),
        (answered(403, 99999), "Discord does not let Fiftywire write there (code 99999)."),
    ],
)
def test_a_place_that_refuses_is_to_blame(error: Exception, reason: str) -> None:
    assert outcome_of(error, unclear=False) == Refused(reason, place=True)
    assert outcome_of(error, unclear=True) == Unknown()


def test_the_permission_that_is_known_to_lack_is_named() -> None:
    outcome = outcome_of(answered(403, 50013), unclear=False, lacking="Attach Files")
    assert outcome == Refused("Fiftywire lacks the permission Attach Files there.", place=True)


def test_a_message_that_is_refused_is_our_fault(caplog: pytest.LogCaptureFixture) -> None:
    assert outcome_of(answered(400, 50035), unclear=False) == Refused(
        "Discord does not take this message (code 50035).", place=False
    )
    assert outcome_of(answered(413, 40005), unclear=False) == Refused(
        "Discord does not take this message (code 40005).", place=False
    )
    assert [record.getMessage() for record in caplog.records] == [
        "Discord does not take a message: status 400, code 50035.",
        "Discord does not take a message: status 413, code 40005.",
    ]


@pytest.mark.parametrize("unclear", [True, False])
def test_a_message_that_is_gone_was_there(unclear: bool) -> None:  # noqa: FBT001 - a parameter of a test
    assert outcome_of(answered(404, 10008), unclear=unclear) == Sent("")
    assert outcome_of(answered(404, 10008), unclear=unclear, redraw=True) == Refused("", place=False)


def test_a_sleeping_thread_takes_messages_but_no_changes() -> None:
    asleep = answered(400, 50083)
    assert outcome_of(asleep, unclear=False, redraw=True) == Refused("The thread is archived.", place=False)
