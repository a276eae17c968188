"""From what a person typed to a command's options, each still text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.commands.spec import Shape
from bot.domain.text import clean, shorten
from bot.errors import AmbiguousError, Guess, NotUnderstoodError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.commands.spec import CommandSpec, Option

LONGEST_LINE = 8000
"""Characters of a command line that are read."""

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "″": '"'})
_WORD = re.compile(r'(?:(?P<name>[A-Za-z_]{1,32}):)?(?:"(?P<quoted>[^"]*)"|(?P<plain>\S*))')
_SLACK_LINK = re.compile(r"<(https?://[^|<>\s]+)(?:\|[^<>]*)?>")
_SLACK_MENTION = re.compile(r"<([@#!][^|<>\s]+)\|([^<>]*)>")
_JOINERS = frozenset({"and", "&", "vs", "vs.", "v.", "versus", "with", ",", "+"})


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or several in quotes; `name` when it was written `name:word`."""

    text: str
    name: str = ""
    quoted: bool = False

    @property
    def as_typed(self) -> str:
        text = f'"{self.text}"' if self.quoted else self.text
        return f"{self.name}:{text}" if self.name else text


def split_command(text: str) -> tuple[str, str]:
    """The command's name in small letters, without its slash, and the rest. `/fiftywire state IL` is `state`."""
    head, *rest = text[:LONGEST_LINE].replace("\0", " ").split(None, 1) or [""]
    name = head.removeprefix("/").lower()
    if name == "fiftywire":
        return split_command(rest[0]) if rest else ("help", "")
    return name, rest[0].strip() if rest else ""


def split_words(text: str) -> list[Word]:
    """Words and quoted groups; curly quotes count, Slack's `<…|…>` becomes what it stands for."""
    text = _SLACK_LINK.sub(r"\1", text.translate(_QUOTES))
    text = _SLACK_MENTION.sub(r"<\1>", text)
    words = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _WORD.match(text, at)
        assert match is not None  # noqa: S101 - every part of the pattern may be empty but `plain` takes one
        at = max(match.end(), at + 1)
        name, quoted = match["name"] or "", match["quoted"]
        words.append(Word(match["plain"] or "" if quoted is None else quoted, name, quoted is not None))
    return words


def parse_options(spec: CommandSpec, text: str) -> dict[str, str]:
    """The options in `text` by name: `name:value` in any order, the positional ones in theirs.

    An unknown `word:` is text. Raises NotUnderstoodError for an option given twice or words left over,
    AmbiguousError where a left-over word is surely the value of an option.
    """
    found: dict[str, str] = {}
    loose: list[Word] = []
    words = split_words(text)
    by_name = {option.name: option for option in spec.options}
    at = 0
    while at < len(words):
        word = words[at]
        option = by_name.get(word.name.lower())
        if option is None or not (word.text or word.quoted or at + 1 < len(words)):
            loose.append(word)
            at += 1
            continue
        if option.name in found:
            raise NotUnderstoodError(f"“{option.name}:” is given twice; /{spec.name} takes one.")
        values = [Word(word.text, quoted=word.quoted)] if word.text or word.quoted else []
        rest = values + words[at + 1 :]
        taken = _take(option, rest, named=True)
        found[option.name] = _joined(rest[:taken])
        at += taken + (0 if values else 1)
    _place(spec, loose, found)
    for option in spec.options:
        if option.required and not found.get(option.name, "").strip():
            raise NotUnderstoodError(f"/{spec.name} needs a {option.name}: {spec.usage}")
    return found


def _place(spec: CommandSpec, loose: Sequence[Word], found: dict[str, str]) -> None:
    """Give the words without a name to the positional options, in order."""
    waiting = [option for option in spec.options if option.positional and option.name not in found]
    rest = list(loose)
    if waiting and waiting[0].type.shape is Shape.CHOICE:  # `IL,TX` without a space
        rest = [replace(word, text=part) for word in rest for part in _parts(word)]
    while rest and waiting:
        option = waiting.pop(0)
        if option.type.shape is Shape.CHOICE:
            rest = _without_joiners(rest)
        if not rest:
            break
        taken = _take(option, rest, named=False, last=not waiting)
        found[option.name] = _joined(rest[:taken])
        rest = rest[taken:]
    if any(option.type.shape is Shape.CHOICE and option.positional for option in spec.options):
        rest = _without_joiners(rest)
    if rest:
        _refuse(spec, rest, found)


def _take(option: Option, words: Sequence[Word], *, named: bool, last: bool = False) -> int:
    """How many words belong to `option`: the longest run that it surely understands."""
    if option.type.shape is Shape.REST and not named:
        return len(words)
    if option.type.shape is Shape.CHOICE:
        for taken in range(min(option.type.most_words, len(words)), 0, -1):
            run = words[:taken]
            if any(word.name for word in run[1:]):
                continue
            if option.type.exact(_joined(run)):
                return taken
        if last and not named and not any(option.type.exact(word.text) for word in words[1:]):
            return len(words)  # a name of several words that is misspelt
    return 1


def _parts(word: Word) -> list[str]:
    return [word.text] if word.quoted or word.name else [part for part in word.text.split(",") if part]


def _without_joiners(words: list[Word]) -> list[Word]:
    """`IL and TX`, `IL, TX`, `IL vs TX`: what stands between two names means nothing."""
    at = 0
    while at < len(words) and words[at].as_typed.lower() in _JOINERS:
        at += 1
    return words[at:]


def _refuse(spec: CommandSpec, rest: Sequence[Word], found: dict[str, str]) -> None:
    extra = shorten(clean(" ".join(word.as_typed for word in rest)), 60)
    text = _joined(rest)
    for option in spec.options:
        if not option.positional and option.name not in found and option.type.exact(text):
            value = option.type.text(option.type.read(text))
            given = " ".join(found[o.name] for o in spec.options if o.positional and o.name in found)
            line = f"/{spec.name} {given} {option.name}:{value}"
            guess = Guess(shorten(line, 80), value)
            raise AmbiguousError(f"Did you mean {option.name}:{value}?", (guess,), option.name, found)
    raise NotUnderstoodError(f"I do not understand “{extra}” here. {spec.usage}")


def _joined(words: Sequence[Word]) -> str:
    return " ".join(word.as_typed if word.name else word.text for word in words).strip().rstrip(",")
