"""A message as it is written down before it is first sent: what every retry sends again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Self

from bot.messages.message import KeptFile, TextFile


@dataclass(frozen=True, slots=True)
class Sealed:
    """The body of a request as its platform takes it, and the files that it shows, in order."""

    payload: dict[str, Any]
    texts: tuple[TextFile, ...] = ()
    kept: tuple[KeptFile, ...] = ()

    @property
    def names(self) -> list[str]:
        """Of all files."""
        return [text.name for text in self.texts] + [file.name for file in self.kept]

    def encode(self) -> bytes:
        """For the outbox."""
        return json.dumps(asdict(self), separators=(",", ":")).encode()

    @classmethod
    def decode(cls, encoded: bytes) -> Self:
        """What `encode` gave, in this version or an older one."""
        told = json.loads(encoded)
        texts = tuple(TextFile(**text) for text in told["texts"])
        return cls(told["payload"], texts, tuple(KeptFile(**file) for file in told["kept"]))
