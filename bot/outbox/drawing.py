"""From what is owed to a reply that can be shown: its tokens filled in, its labels told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.messages.documents import from_document
from bot.messages.labels import labelled

if TYPE_CHECKING:
    from bot.messages.message import Message
    from bot.messages.tokens import TokenCodec


class UnreadableError(Exception):
    """A newer Fiftywire wrote it."""


def draw(document: str, codec: TokenCodec) -> tuple[Message, dict[str, str]]:
    """The message, and its long tokens, which must be kept before anybody sees it. Raises UnreadableError."""
    try:
        return codec.seal(labelled(from_document(document)))
    # An unknown version, part, value, command or option.
    except (ValueError, TypeError, KeyError, AttributeError, AssertionError) as error:
        raise UnreadableError from error
