"""A message as text that can be kept, and back: what the outbox holds. Buttons are kept by what they mean."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import datetime
from enum import Enum
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from bot.domain.catalogue.actions import ActionLine, Code, Source, Stage, Status, Verified
from bot.domain.catalogue.dates import PartialDate
from bot.domain.community.people import Moderator
from bot.messages.message import (
    Button,
    ButtonRole,
    Choice,
    Field,
    Item,
    KeptFile,
    Link,
    Message,
    Page,
    Picture,
    Press,
    Section,
    TextFile,
)

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION = 2
_LEFT_OUT = ("token",)
"""Tokens are made when a message is drawn."""
_OF_ANSWERS = ("visibility", "redrawn", "problem")
"""What version 1 kept besides: it means nothing where nobody asked."""


def to_document(message: Message) -> str:
    """The message as JSON, without what only an answer has; the same message gives the same text."""
    kept = {part.name: _packed(getattr(message, part.name)) for part in fields(Message)}
    return json.dumps({"version": VERSION, **_filled(kept)}, ensure_ascii=False, sort_keys=True)


def from_document(text: str) -> Message:
    """The message that `to_document` wrote, of any version. Raises ValueError for one that is not known."""
    data = json.loads(text)
    version = data.pop("version", None)
    if version == 1:
        data = _since_version_1(data)
    elif version != VERSION:
        raise ValueError("a message was kept by a newer Fiftywire")
    return Message(**{name: _READERS.get(name, _plain)(value) for name, value in data.items()})


def _since_version_1(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 kept the lines of a list and what opens them apart."""
    kept = {name: value for name, value in data.items() if name not in _OF_ANSWERS}
    opens = kept.pop("opens", [])
    if "items" in kept:
        pairs = zip_longest(kept["items"], opens[: len(kept["items"])])
        kept["items"] = [{"line": line, **({"opens": opener} if opener else {})} for line, opener in pairs]
    return kept


def _packed(value: Any) -> Any:
    """Frozen data as JSON, without what is empty."""
    if isinstance(value, PartialDate | Code):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_packed(item) for item in value]
    if isinstance(value, dict):
        return {key: _packed(item) for key, item in value.items()}
    if not hasattr(type(value), "__dataclass_fields__"):
        return value
    packed = {f.name: _packed(getattr(value, f.name)) for f in fields(value) if f.name not in _LEFT_OUT}
    return _filled(packed)


def _filled(packed: dict[str, Any]) -> dict[str, Any]:
    return {name: item for name, item in packed.items() if item not in ("", None, [], {})}


def _plain(value: Any) -> Any:
    return value


def _press(data: Any) -> Press:
    return Press(**data)


def _button(data: Any) -> Button:
    role = ButtonRole(data["role"]) if "role" in data else None
    return Button(data.get("label", ""), _press(data["press"]), role=role)


def _choice(data: Any) -> Choice:
    return Choice(data.get("label", ""), _each(_button)(data.get("options", ())))


def _field(data: Any) -> Field:
    people = tuple(Moderator(p["platform"], p["id"], p.get("name", ""), p["is_group"])
                   for p in data.get("people", ()))  # fmt: skip
    return Field(data.get("name", ""), data.get("value", ""), people)


def _link(data: Any) -> Link:
    return Link(data.get("name", ""), data.get("label", ""), data.get("url", ""))


def _item(data: Any) -> Item:
    opens = _button(data["opens"]) if "opens" in data else None
    return Item(_line(data["line"]), opens, data.get("note", ""))


def _section(data: Any) -> Section:
    return Section(data.get("heading", ""), data.get("text", ""), _each(_item)(data.get("items", ())))


def _line(data: Any) -> ActionLine:
    source = data["source"]
    code = Code.parse(data["code"])
    assert code
    return ActionLine(
        code,
        data.get("title", ""),
        Status(data["status"]),
        data["challenged"],
        tuple(data["states"]),
        PartialDate.parse(data["date"]),
        PartialDate.parse(data["changed"]),
        Verified(data["verified"]),
        PartialDate.parse(data["checked"]) if "checked" in data else None,
        Source(
            source.get("url", ""),
            source.get("title", ""),
            source.get("publisher", ""),
            PartialDate.parse(source["date"]) if "date" in source else None,
        ),
        data.get("sort_key", ""),
    )


def _each(read: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    return lambda items: tuple(map(read, items))


_READERS: dict[str, Callable[[Any], Any]] = {
    "fields": _each(_field),
    "items": _each(_item),
    "links": _each(_link),
    "sections": _each(_section),
    "choices": _each(_choice),
    "buttons": _each(_button),
    "page": lambda data: Page(**data),
    "stage": Stage,
    "picture": lambda data: Picture(**data),
    "file": lambda data: TextFile(data.get("name", ""), data.get("content", "")),
    "files": _each(lambda data: KeptFile(**data)),
}
