"""What the log keeps to itself."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from bot import log

if TYPE_CHECKING:
    from collections.abc import Iterator

# Of the form of tokens, but of nobody: the first part of Discord's is a number in base 64. Put together here,
# so that no scanner takes them for real ones.
DISCORD = ".".join(["MTIzNDU2Nzg5MDEyMzQ1Njc4", "GabcDE", "a-b_c" * 7 + "xyz"])
SNOWFLAKE = "1234567890123456789"


@pytest.fixture(autouse=True)
def set_up() -> Iterator[None]:
    """As at the start of the program; what was before comes back."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before, level


def said(capsys: pytest.CaptureFixture[str], message: str, *arguments: object, **more: Any) -> dict[str, Any]:
    """The one line that a message makes."""
    log.set_up("info")
    logging.getLogger("discord.http").info(message, *arguments, **more)
    found = capsys.readouterr()
    assert found.out == ""
    (line,) = found.err.splitlines()
    parsed: dict[str, Any] = json.loads(line)
    assert list(parsed)[:4] == ["at", "level", "logger", "message"]
    return parsed


@pytest.mark.parametrize(
    ("message", "logged"),
    [
        (
            f"POST https://discord.com/api/v10/interactions/{SNOWFLAKE}/aW50ZXJhY3Rpb24/callback gave 404",
            "POST https://discord.com/api/v10/interactions/… gave 404",
        ),
        (
            f"'https://discord.com/api/v10/webhooks/{SNOWFLAKE}/aW50ZXJhY3Rpb24/messages/@original' is slow",
            "'https://discord.com/api/v10/webhooks/…' is slow",
        ),
        (f"Authorization: Bot {DISCORD}", "Authorization: Bot …"),
        (f"{{'token': '{DISCORD}', 'v': 10}}", "{'token': '…', 'v': 10}"),
        ("token xoxb-17653672481-AbC is wrong", "token … is wrong"),
        ("(xapp-1-A02-5-0a1b)", "(…)"),
        ("xoxp-1-2 and xoxe-3", "… and …"),
        (f"Guild ID {SNOWFLAKE} is gone", "Guild ID … is gone"),
        (f"<@{SNOWFLAKE}>, {SNOWFLAKE[:17]}", "<@…>, …"),
        (
            f"PUT /channels/{SNOWFLAKE}/messages/{SNOWFLAKE}: 429",
            "PUT /channels/…/messages/…: 429",
        ),
    ],
)
def test_secrets_and_accounts_are_left_out(
    message: str, logged: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, message)["message"] == logged


def test_what_stands_in_the_arguments_is_left_out_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "%s of %s", DISCORD, int(SNOWFLAKE))["message"] == "… of …"


@pytest.mark.parametrize(
    "message",
    [
        "Shard ID None has connected to Gateway (Session ID: abc).",
        "We are being rate limited. Retrying in 12.5 seconds.",
        "A command failed in a way nobody foresaw: KeyError",
        "2026-11-20T14:02:00.123456 took 1700000000 ms",
        "GET https://discord.com/api/v10/gateway/bot has returned 200",
        "discord.app_commands.tree.CommandTree",
        "adapters.discord.serving.service and storage.engines",
        "webhooks and interactions",
        "xoxo from the 50 states",
        "“Ünïcode” \n stays",
    ],
)
def test_plain_text_stays(message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, message)["message"] == message


def test_of_an_error_kind_and_place_are_told_and_not_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        try:
            int("my landlord Bob")
        except ValueError as error:
            raise RuntimeError(DISCORD) from error
    except RuntimeError:
        line = said(capsys, "Failed", exc_info=True)
    assert "RuntimeError" in line["error"]
    assert "because of builtins.ValueError" in line["error"]
    assert "test_log.py" in line["error"]
    whole = json.dumps(line)
    assert DISCORD not in whole
    assert "invalid literal" not in whole


def test_what_is_less_grave_than_the_level_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    log.set_up("warning")
    logging.getLogger("x").info("quiet")
    assert capsys.readouterr().err == ""
