"""What became of a message that Discord or the network did not take: an outcome, in words for an admin."""

from __future__ import annotations

import logging

import discord

from bot.domain.deliveries import NotSent, Outcome, Refused, Sent, Unknown

log = logging.getLogger(__name__)

SOON, LATER = 5.0, 60.0
"""Seconds until the next attempt: after the network failed, after Discord said no to everything."""
_UNAUTHORIZED, _RATE_LIMITED, _BROKEN = 401, 429, 500
_PLACES = (403, 404)
UNKNOWN_MESSAGE = 10008
_MISSING_ACCESS, _MISSING_PERMISSIONS = 50001, 50013
# The codes below: opcodes and status codes, JSON Error Codes.
_NOT_NOW = (20016, 20028, 20029, 30046, 40003, 40004, 40006)
"""Slow mode, too many writes, edits of old messages, new direct messages; what is off for a while."""
_ARCHIVED = 50083
_NO_DIRECT = "Fiftywire may not send direct messages to this account."
_WORDS = {
    10003: "The channel does not exist any more.",
    10004: "Fiftywire is not in that server any more.",
    10013: "This account does not exist any more.",
    50007: _NO_DIRECT,
    50008: "Nobody can write in that channel.",
    50024: "Nobody can write in that channel.",
    50033: _NO_DIRECT,
    _ARCHIVED: "The thread is archived.",
    50278: _NO_DIRECT,
    160005: "The thread is locked.",
}


def outcome_of(error: Exception, *, unclear: bool, redraw: bool = False, lacking: str = "") -> Outcome:
    """What an attempt came to that ended with `error`; `unclear`: something went out that was not refused.

    `lacking` is the permission that is missing in the place, as far as we know.
    """
    if isinstance(error, discord.RateLimited):
        return Unknown() if unclear else NotSent(error.retry_after)
    if not isinstance(error, discord.HTTPException):
        return Unknown() if unclear else NotSent(SOON)
    if error.code == UNKNOWN_MESSAGE:
        # A nonce whose message was deleted meanwhile answers so by design (PLATFORM: 1.4).
        return Refused("", place=False) if redraw else Sent("")
    if unclear:
        return Unknown()
    if error.status == _RATE_LIMITED:
        return NotSent(_retry_after(error))
    if error.status >= _BROKEN:
        return NotSent(SOON)
    if error.code == _ARCHIVED and redraw:
        # A new message would wake the thread; only what stands in it cannot be changed while it sleeps.
        return Refused(_WORDS[_ARCHIVED], place=False)
    return _refused(error, lacking)


def _refused(error: discord.HTTPException, lacking: str) -> Outcome:
    """What was refused in so many words, and surely did not come through."""
    # Without a code it is no answer of Discord's about the place but of somebody's on the way to it; 401 is
    # the token's trouble, of which the gateway will tell. Both count as invalid requests, so not soon.
    if (
        error.status == _UNAUTHORIZED
        or error.code in _NOT_NOW
        or (error.status in _PLACES and not error.code)
    ):
        return NotSent(LATER)
    if error.code in (_MISSING_ACCESS, _MISSING_PERMISSIONS):
        usual = "View Channel" if error.code == _MISSING_ACCESS else "Send Messages"
        return Refused(f"Fiftywire lacks the permission {lacking or usual} there.", place=True)
    if words := _WORDS.get(error.code):
        return Refused(words, place=True)
    log.error("Discord does not take a message: status %s, code %s.", error.status, error.code)
    if error.status in _PLACES:
        return Refused(f"Discord does not let Fiftywire write there (code {error.code}).", place=True)
    return Refused(f"Discord does not take this message (code {error.code}).", place=False)


def _retry_after(error: discord.HTTPException) -> float:
    """As Discord or Cloudflare says, in whole seconds; a minute where neither does."""
    told = error.response.headers.get("Retry-After", "")
    return float(told) if told.isdecimal() else LATER
