"""Federal measures that actions answer, and precedents that they rest on."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

from bot.domain.writing.text import fold

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Measure:
    """A federal order, act, rule or case, known by its short name."""

    key: str
    name: str


def measure_key(name: str) -> str:
    """Ten letters that stand for a measure in buttons; the same everywhere, whatever the punctuation."""
    folded = fold(name)
    words = " ".join(_WORD.findall(folded)) or folded
    digest = hashlib.sha256(words.encode()).digest()
    return base64.b32encode(digest)[:10].decode().lower()


@dataclass(frozen=True, slots=True)
class Precedent:
    """A court case or a clause of the Constitution."""

    key: str
    name: str
    year: int
    court: str
    citation: str
    holding: str
    source_url: str
    verified: str
    """How its source was looked at, in words."""
