"""The files of a message: their names, and the components that show them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
import yarl
from discord import ui

from adapters.discord.limits import MOST_ATTACHMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.messages.message import KeptFile

    Items = list[ui.Item[Any]]

ATTACHED = "attachment://"
_IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
"""What a gallery shows (components reference, Media Gallery); of the rest people see name and size."""
_MOST_TEXTS = 2
_ODD = re.compile(r"[^A-Za-z0-9._-]")


def file_name(name: str) -> str:
    """A name that Discord leaves as it is: it gives others new ones, which no component would meet."""
    return _ODD.sub("_", name).lstrip(".") or "file"


def shown_files(names: Iterable[str]) -> Items:
    """The components for files that come with a message, in order: images together."""
    kept = list(names)
    images = [name for name in kept if name.lower().endswith(_IMAGES)]
    gallery: Items = []
    if images:
        gallery = [ui.MediaGallery(*(discord.MediaGalleryItem(f"{ATTACHED}{name}") for name in images))]
    return [*gallery, *(ui.File(f"{ATTACHED}{name}") for name in kept if name not in images)]


def named_files(files: Sequence[KeptFile]) -> list[KeptFile]:
    """As many files as a message takes besides those of its text, under names that Discord keeps."""
    return [replace(file, name=file_name(file.name)) for file in files[: MOST_ATTACHMENTS - _MOST_TEXTS]]


def shown_names(message: Mapping[str, Any]) -> set[str]:
    """The names of the files in a message of ours, as Discord tells of it.

    What a component shows is not among its `attachments` (message resource), and has its name in the address.
    """
    shown = [component.get("file") for component in message["components"]]
    shown += [item["media"] for component in message["components"] for item in component.get("items", ())]
    names = {yarl.URL(media["url"]).name for media in shown if media}
    return names | {attachment["filename"] for attachment in message["attachments"]}


def without(components: list[dict[str, Any]], absent: frozenset[str]) -> list[dict[str, Any]]:
    """Components as they are sent, less what would show files that are not there: Discord refuses those."""
    gone = {f"{ATTACHED}{name}" for name in absent}
    left = []
    for component in components:
        if component.get("file", {}).get("url") in gone:
            continue
        if items := component.get("items"):
            items = [item for item in items if item["media"]["url"] not in gone]
            if not items:
                continue
            component = {**component, "items": items}
        left.append(component)
    return left
