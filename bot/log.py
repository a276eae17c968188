"""Structured logs on stderr: one JSON object a line, with no token, no person's text and no account."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime

# What libraries write of their own accord: addresses that let their reader answer for us, tokens of either
# platform, and numbers that are accounts, messages and servers.
_SECRETS = (
    (re.compile(r"((?:webhooks|interactions)/)[^\s'\"]+"), r"\1…"),
    (re.compile(r"\b[\w-]{20,40}\.[\w-]{6,7}\.[\w-]{20,80}\b"), "…"),
    (re.compile(r"\bx(?:ox[a-z]|app)-[\w-]+"), "…"),
    (re.compile(r"(?<![0-9])[0-9]{15,20}(?![0-9])"), "…"),
)


_OURS = ("bot", "adapters", "storage", "digests")


class _Lines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": _without_secrets(_message(record)),
        }
        if record.exc_info and record.exc_info[1]:
            line["error"] = _without_words(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    """What is said. Where a library tells of a failure, only its own words: what it fills in is not ours.

    asyncio names tasks, which discord.py names after buttons, and shows errors with all that they say.
    """
    if record.exc_info and not record.name.startswith(_OURS):
        return str(record.msg).partition("\n")[0]
    return record.getMessage()


def _without_secrets(text: str) -> str:
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


def _without_words(error: BaseException) -> str:
    """What was raised and where, but not its message, which may repeat what somebody wrote."""
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    said = f"{kind}\n{''.join(traceback.format_tb(error.__traceback__))}"
    cause = error.__cause__ or error.__context__
    return f"{said}because of {_without_words(cause)}" if cause else said


def set_up(level: str) -> None:
    """Log from `level` on. Called once, by the application."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
