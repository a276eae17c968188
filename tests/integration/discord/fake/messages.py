"""A message as Discord keeps it: made, edited, and refused where its content breaks a rule."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]

SUPPRESS_EMBEDS, EPHEMERAL, LOADING, SILENT, COMPONENTS_V2 = 1 << 2, 1 << 6, 1 << 7, 1 << 12, 1 << 15

BAD_FORM = (400, 50035, "Invalid Form Body")
EMPTY_MESSAGE = (400, 50006, "Cannot send an empty message")

# A message needs one of them.
PARTS = ("content", "embeds", "components", "attachments")


class ApiError(Exception):
    """What Discord answers instead: an HTTP status, its own code, and a sentence."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.code = code
        self.message = message


@dataclass(eq=False)
class Message:
    """A message and what became of it; `data` is what Discord sends of it."""

    data: Json
    # Files that components show, by name; nothing tells of them but the components.
    shown: Json
    deleted: bool = False
    edits: int = 0

    @property
    def id(self) -> int:
        """Its id."""
        return int(self.data["id"])

    @property
    def channel_id(self) -> int:
        """The channel it stands in."""
        return int(self.data["channel_id"])

    @property
    def ephemeral(self) -> bool:
        """Whether one person alone sees it."""
        return bool(self.data["flags"] & EPHEMERAL)

    @property
    def placeholder(self) -> bool:
        """Whether it is still what a deferred answer shows, "is thinking"."""
        return bool(self.data["flags"] & LOADING)

    @property
    def text(self) -> str:
        """The content and every text display, a line each."""
        shown = [c["content"] for c in walk(self.data["components"]) if c["type"] == 10]
        return "\n".join(filter(None, [self.data["content"], *shown]))

    @property
    def files(self) -> set[str]:
        """The names of the files that come with it, shown by a component or not."""
        return {each["filename"] for each in self.data["attachments"]} | set(self.shown)

    @property
    def labels(self) -> dict[str, str]:
        """The custom_id under each button's label."""
        found = (c for c in walk(self.data["components"]) if c["type"] == 2 and "custom_id" in c)
        return {button.get("label", ""): button["custom_id"] for button in found}

    def component(self, custom_id: str) -> Json:
        """One that a person can press or choose from."""
        for component in walk(self.data["components"]):
            if component.get("custom_id") == custom_id:
                if component.get("disabled"):
                    raise LookupError(f"{custom_id} is disabled")
                return component
        raise LookupError(f"no component {custom_id} in {self.data['components']}")


@dataclass(frozen=True)
class File:
    """A file that came in or that a person attaches."""

    name: str
    content: bytes


def create(head: Json, body: Json, attachments: list[Json]) -> Message:
    """A message out of who, where and when, and the body of a request."""
    allowed = SUPPRESS_EMBEDS | EPHEMERAL | SILENT | COMPONENTS_V2
    blank: Json = {
        "type": 0,
        "content": "",
        "embeds": [],
        "components": [],
        "attachments": [],
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
        "pinned": False,
        "tts": bool(body.get("tts")),
        "edited_timestamp": None,
        "flags": int(body.get("flags") or 0) & allowed,
    }
    data = {**blank, **head}
    new = changed(data, body, attachments)
    shown = new.pop("shown")
    return Message(data | new, shown)


def edit(message: Message, body: Json, attachments: list[Json]) -> None:
    """Change a message; what the request does not name stays. A placeholder becomes the message."""
    # Of all flags only these can be set by an edit; an ephemeral message stays one.
    flags = message.data["flags"] & ~LOADING | int(body.get("flags") or 0) & (SUPPRESS_EMBEDS | COMPONENTS_V2)
    edited = None if message.placeholder else datetime.now(UTC).isoformat()
    new = changed({**message.data, "flags": flags, "shown": message.shown}, body, attachments)
    message.shown = new.pop("shown")
    # A new dict: what was sent of the message before stays as it was.
    message.data = {**message.data, **new, "flags": flags, "edited_timestamp": edited}
    message.edits += 1


def changed(data: Json, body: Json, attachments: list[Json]) -> Json:
    """The parts of a message that a request replaces, if the whole may stand so."""
    new: Json = {"content": body.get("content", data["content"]) or ""}
    new |= {key: deepcopy(body.get(key, data[key]) or []) for key in ("embeds", "components")}
    kept = {str(entry.get("id")) for entry in body.get("attachments") or []}
    old = [each for each in data["attachments"] if each["id"] in kept or "attachments" not in body]
    new["attachments"] = old + attachments
    identify(new["components"])
    check({**data, **new}, body)
    # Those that a component shows are there, but not among the attachments (message resource).
    hidden = {**data.get("shown", {}), **{each["filename"]: each for each in new["attachments"]}}
    if "attachments" in body:
        hidden = {name: each for name, each in hidden.items() if each["id"] in kept or each in attachments}
    names = referred(new["components"], hidden) if "components" in body else list(data.get("shown", {}))
    new["shown"] = {name: hidden[name] for name in names}
    new["attachments"] = [each for name, each in hidden.items() if name not in new["shown"]]
    return new


def referred(components: list[Json], attachments: Json) -> list[str]:
    """The names of the files that components show; their addresses are filled in."""
    shown = []
    for component in walk(components):
        medias = [component[key] for key in ("file", "media") if key in component]
        for media in [*medias, *(item["media"] for item in component.get("items", []))]:
            if media["url"].startswith("attachment://"):
                name = media["url"].removeprefix("attachment://")
                if name not in attachments:
                    raise ApiError(*BAD_FORM)
                media.update(url=attachments[name]["url"], attachment_id=attachments[name]["id"])
                shown.append(name)
    return shown


def check(data: Json, body: Json) -> None:
    """Refuse what Discord refuses; the limits of single components are left to simcord."""
    if data["flags"] & COMPONENTS_V2:
        if data["content"] or data["embeds"]:
            raise ApiError(*BAD_FORM)
        if sum(1 for _ in walk(data["components"])) > 40:
            raise ApiError(*BAD_FORM)
    elif not data["flags"] & LOADING and not any(data[key] for key in PARTS) and not body.get("poll"):
        raise ApiError(*EMPTY_MESSAGE)
    texts = [c["content"] for c in walk(data["components"]) if c["type"] == 10]
    names = [c["custom_id"] for c in walk(data["components"]) if "custom_id" in c]
    # The texts of all text displays count together.
    too_long = len(data["content"]) > 2000 or sum(map(len, texts)) > 4000
    if too_long or len(data["embeds"]) > 10 or len(set(names)) < len(names):
        raise ApiError(*BAD_FORM)


def walk(components: list[Json]) -> Iterator[Json]:
    """Every component, those inside others too."""
    for component in components:
        yield component
        inner = [component[key] for key in ("component", "accessory") if component.get(key)]
        yield from walk([*component.get("components", []), *inner])


def identify(components: list[Json]) -> None:
    """Give every component without an id the next one, as Discord does."""
    every = list(walk(components))
    taken = {component["id"] for component in every if component.get("id")}
    free = (number for number in range(1, len(every) + len(taken) + 1) if number not in taken)
    for component in every:
        if not component.get("id"):
            component["id"] = next(free)
