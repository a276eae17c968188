"""What was written down before a message was first sent can be read by every later version."""

from __future__ import annotations

from bot.messages.message import KeptFile, TextFile
from bot.outbox.seal import Sealed

ENCODED = (
    b'{"payload":{"components":[{"type":17}],"flags":32768,"nonce":"a-key"},'
    b'"texts":[{"name":"whole-answer.txt","content":"All of it"}],'
    b'"kept":[{"number":3,"name":"R-7-1.png"}]}'
)
"""As version 0.1.0 wrote it into outboxes."""
SEALED = Sealed(
    {"components": [{"type": 17}], "flags": 32768, "nonce": "a-key"},
    (TextFile("whole-answer.txt", "All of it"),),
    (KeptFile(3, "R-7-1.png"),),
)


def test_what_was_written_down_is_read() -> None:
    assert Sealed.decode(ENCODED) == SEALED
    assert Sealed.decode(ENCODED).names == ["whole-answer.txt", "R-7-1.png"]


def test_it_is_still_written_so() -> None:
    assert SEALED.encode() == ENCODED
