"""A message as it is written down before it is first sent: what every retry sends again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.discord.drawing.attached import named_files
from adapters.discord.drawing.render import draw, texts_of
from bot.domain.deliveries import Purpose
from bot.messages.reply import KeptFile, TextFile

if TYPE_CHECKING:
    from bot.domain.deliveries import Delivery
    from bot.messages.reply import Reply

_COMPONENTS_V2 = 1 << 15
"""Without it Discord takes no text displays (message resource, Message Flags)."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """The body of the request, and the files that its components show, in order."""

    payload: dict[str, Any]
    texts: tuple[TextFile, ...]
    kept: tuple[KeptFile, ...]

    @property
    def names(self) -> list[str]:
        """Of all files."""
        return [text.name for text in self.texts] + [file.name for file in self.kept]


def freeze(reply: Reply, delivery: Delivery) -> bytes:
    """Draw `reply` for good. Must be called in a running loop."""
    view = draw(reply, reply.files)
    texts = texts_of(reply, view)
    payload: dict[str, Any] = {
        "components": [child.to_component_dict() for child in view.children],
        "flags": _COMPONENTS_V2,
        "allowed_mentions": {"parse": []},
    }
    if delivery.purpose is not Purpose.REDRAW:
        payload |= {"nonce": delivery.key, "enforce_nonce": True}
    told = {
        "payload": payload,
        "texts": [{"name": text.name, "content": text.content} for text in texts],
        "kept": [{"number": file.number, "name": file.name} for file in named_files(reply.files)],
    }
    return json.dumps(told, separators=(",", ":")).encode()


def thaw(frozen: bytes) -> Frozen:
    """What `freeze` wrote down."""
    told = json.loads(frozen)
    texts = tuple(TextFile(**text) for text in told["texts"])
    return Frozen(told["payload"], texts, tuple(KeptFile(**file) for file in told["kept"]))
