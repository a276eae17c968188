"""A reply as text that can be kept, and back: what the outbox holds. Buttons are kept by what they mean."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from bot.domain.catalogue.actions import ActionLine, Code, Source, Stage, Status, Verified
from bot.domain.catalogue.dates import PartialDate
from bot.domain.community.people import Moderator
from bot.messages.reply import (
    Button,
    Choice,
    Field,
    KeptFile,
    Link,
    Page,
    Press,
    Problem,
    Reply,
    TextFile,
    Visibility,
)

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION = 1
_LEFT_OUT = ("form", "token")
"""A form is never owed to a place, and tokens are made when a message is drawn."""


def to_document(reply: Reply) -> str:
    """The reply as JSON; the same reply gives the same text."""
    assert reply.form is None, "a form is an answer, never a message"
    return json.dumps({"version": VERSION, **_packed(reply)}, ensure_ascii=False, sort_keys=True)


def from_document(text: str) -> Reply:
    """The reply that `to_document` wrote. Raises ValueError for a version that is not known."""
    data = json.loads(text)
    if data.pop("version", None) != VERSION:
        raise ValueError("a message was kept by a newer Fiftywire")
    return Reply(**{name: _READERS.get(name, _plain)(value) for name, value in data.items()})


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
    return {name: item for name, item in packed.items() if item not in ("", None, [], {})}


def _plain(value: Any) -> Any:
    return value


def _press(data: Any) -> Press:
    return Press(**data)


def _button(data: Any) -> Button:
    return Button(data.get("label", ""), _press(data["press"]))


def _choice(data: Any) -> Choice:
    return Choice(data.get("label", ""), _each(_button)(data.get("options", ())))


def _field(data: Any) -> Field:
    people = tuple(Moderator(p["platform"], p["id"], p.get("name", ""), p["is_group"])
                   for p in data.get("people", ()))  # fmt: skip
    return Field(data.get("name", ""), data.get("value", ""), people)


def _link(data: Any) -> Link:
    return Link(data.get("name", ""), data.get("label", ""), data.get("url", ""))


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
    "items": _each(_line),
    "links": _each(_link),
    "choices": _each(_choice),
    "buttons": _each(_button),
    "opens": _each(_button),
    "page": lambda data: Page(**data),
    "stage": Stage,
    "file": lambda data: TextFile(data.get("name", ""), data.get("content", "")),
    "files": _each(lambda data: KeptFile(**data)),
    "visibility": Visibility,
    "problem": lambda data: Problem(**data),
}
