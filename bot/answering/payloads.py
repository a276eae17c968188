"""Reading what a platform sent as JSON, which may be anything."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.writing.text import clean, shorten

LONGEST_NAME = 80
_MARKS = re.compile("[<>|]")
_KIND = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]{0,79}")


def mapping(value: object) -> Mapping[str, Any]:
    """`value`, or nothing where it is no object."""
    return value if isinstance(value, Mapping) else {}


def listed(value: object) -> list[Any]:
    """`value`, or nothing where it is no list."""
    return value if isinstance(value, list) else []


def strings(value: object) -> list[str]:
    """The strings in a list."""
    return [each for each in listed(value) if isinstance(each, str)]


def shown_name(candidates: Iterable[object]) -> str:
    """The first name in which something can be seen, without what would end a mention; else empty."""
    cleaned = (clean(_MARKS.sub(" ", name)) for name in candidates if isinstance(name, str))
    return shorten(next(filter(None, cleaned), ""), LONGEST_NAME)


def media_type(told: object, file_name: object) -> str:
    """The media type: as the platform tells it, else by the ending of the file's name; empty if unknown."""
    if not isinstance(told, str):
        told = mimetypes.guess_type(file_name, strict=False)[0] if isinstance(file_name, str) else None
    kind = (told or "").partition(";")[0].strip().lower()
    return kind if _KIND.fullmatch(kind) else ""
