"""People and groups as they are mentioned in text: `<@7>`, `<@7|Ana>`, `<@&9|Editors>`, or a plain name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.writing.text import clean, shorten

_MENTION = re.compile(r"<@(?:(?P<group>&)|!)?(?P<id>[A-Za-z0-9]{1,40})(?:\|(?P<name>[^<>|]*))?>")
_PLACE = re.compile(r"<#(?P<id>[A-Za-z0-9]{1,40})(?:\|(?P<name>[^<>|]*))?>")
_MARKS = {ord(c): None for c in "<>|"}
_LONGEST_NAME = 80
_BETWEEN = re.compile(r"[,;\s]+")


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody, or everyone of a group; `plain` when only a name was written, which is then the id."""

    id: str
    name: str
    is_group: bool = False
    plain: bool = False

    def __str__(self) -> str:
        """As it is written; reading it again gives the same."""
        if self.plain:
            return self.name
        return f"<@{'&' if self.is_group else ''}{self.id}{f'|{self.name}' if self.name else ''}>"


def mentions_in(text: str) -> tuple[Mention, ...]:
    """All that `text` names, in order, each once. Between mentions, words and what commas part are names."""
    found: dict[tuple[str, bool], Mention] = {}
    at = 0
    for match in _MENTION.finditer(text):
        for name in _names(text[at : match.start()]):
            found.setdefault((name.id, False), name)
        mention = Mention(match["id"], _name(match["name"] or ""), is_group=bool(match["group"]))
        found.setdefault((mention.id, mention.is_group), mention)
        at = match.end()
    for name in _names(text[at:]):
        found.setdefault((name.id, False), name)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A channel as it is mentioned in text; `plain` when only a name was written, which is then the id."""

    id: str
    name: str
    plain: bool = False

    def __str__(self) -> str:
        """As it is written; reading it again gives the same."""
        if self.plain:
            return self.name
        return f"<#{self.id}{f'|{self.name}' if self.name else ''}>"


def places_in(text: str) -> tuple[PlaceMention, ...]:
    """All channels that `text` names, in order, each once: `<#7|general>`, or plain names between them."""
    found: dict[str, PlaceMention] = {}
    at = 0
    for match in _PLACE.finditer(text):
        for name in _words(text[at : match.start()], "#"):
            found.setdefault(name, PlaceMention(name, name, plain=True))
        found.setdefault(match["id"], PlaceMention(match["id"], _name(match["name"] or "")))
        at = match.end()
    for name in _words(text[at:], "#"):
        found.setdefault(name, PlaceMention(name, name, plain=True))
    return tuple(found.values())


def written(mentions: tuple[Mention, ...]) -> str:
    """Mentions as one text."""
    return " ".join(map(str, mentions))


def _names(text: str) -> list[Mention]:
    return [Mention(word, word, plain=True) for word in _words(text, "@")]


def _words(text: str, mark: str) -> list[str]:
    words = (shorten(word.lstrip(mark), _LONGEST_NAME) for word in _BETWEEN.split(_plain(text)))
    return [word for word in words if word]


def _name(text: str) -> str:
    return shorten(_plain(text), _LONGEST_NAME)


def _plain(text: str) -> str:
    """Without what would make a mention of it; cleaned last, which can make commas of other characters."""
    return clean(text.translate(_MARKS))
