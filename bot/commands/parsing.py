"""From what a person typed to a command's options, each still text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import dropwhile, takewhile
from typing import TYPE_CHECKING

from bot.commands.spec import Shape
from bot.domain.writing.text import clean, fold, shorten
from bot.errors import AmbiguousError, Guess, NotUnderstoodError
from bot.messages.limits import LONGEST_LINE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.commands.spec import CommandSpec, Option

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "″": '"'})
_WORD = re.compile(r'(?:(?P<name>[A-Za-z_]{1,32}):)?(?:"(?P<quoted>[^"]*)"|(?P<plain>\S*))')
_SLACK_LINK = re.compile(r"<(https?://[^|<>\s]+)(?:\|[^<>]*)?>")
_SLACK_MENTION = re.compile(r"<([@#!][^|<>\s]+)\|([^<>]*)>")
_SEPARATORS = re.compile(r"[,;/&+]")
_DASHES = re.compile(r"[-\u2010-\u2015]")
_JOINERS = frozenset(
    {"and", "&", "vs", "vs.", "v.", "v", "versus", "with", "to", "between", ",", "+", "-", "–"}
)
_FAR = 16
"""Words within which a left-out name or a misspelling is looked for."""


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
    """The command's name in small letters, without its slash, and the rest; `/fiftywire state` is `state`."""
    rest, given = text[:LONGEST_LINE].replace("\0", " ").strip(), ""
    while rest:
        head, *more = rest.removeprefix("/").split(None, 1) or [""]
        given, rest = fold(head), more[0].strip() if more else ""
        if given != "fiftywire":
            return given, rest
    return "help" if given else "", ""


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
        if match is None:  # not so: both halves of the pattern may be empty
            break
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
        at += 1
        if option is None:
            loose.append(word)
            continue
        if option.name in found:
            raise NotUnderstoodError(f"“{option.name}:” is given twice; /{spec.name} takes one.")
        following = takewhile(lambda word: word.name.lower() not in by_name, words[at:])
        values = [Word(word.text, quoted=word.quoted)] if word.text or word.quoted else []
        run = [*values, *following]
        if not run:
            raise NotUnderstoodError(f"“{option.name}:” needs a value right after it. {spec.usage}")
        taken = _take_named(option, run)
        found[option.name] = _joined(run[:taken])
        at += taken - len(values)
    _place(spec, loose, found)
    for option in spec.options:
        if option.required and not found.get(option.name, "").strip():
            raise NotUnderstoodError(spec.needs(option))
    return found


def _place(spec: CommandSpec, loose: Sequence[Word], found: dict[str, str]) -> None:
    """Give the words without a name to the positional options, in order."""
    positional = [option for option in spec.options if option.positional]
    waiting = [option for option in positional if option.name not in found]
    rest = list(loose)
    choices = bool(positional) and all(option.type.shape is Shape.CHOICE for option in positional)
    if waiting and choices:  # `IL,TX` without a space
        rest = [part for word in rest for part in _parts(word, waiting[0])]
    while rest and waiting:
        option = waiting.pop(0)
        if choices and not _exact_run(option, rest):  # `V. Islands` is a name, `v. Texas` is not
            rest = _without_joiners(rest)
        if not rest:
            break
        if not option.required and _is_for_another(spec, option, rest, found):
            break
        taken = _take(spec, option, rest, found, last=not waiting)
        found[option.name] = _joined(rest[:taken])
        rest = rest[taken:]
    if choices:
        rest = _without_joiners(rest)
    if rest:
        _refuse(spec, rest, found)


def _take_named(option: Option, words: Sequence[Word]) -> int:
    """How many of `words`, which follow `name:`, belong to the option."""
    if option.type.shape is Shape.REST:
        return len(words)
    return (option.type.shape is Shape.CHOICE and _exact_run(option, words)) or 1


def _take(
    spec: CommandSpec, option: Option, words: Sequence[Word], found: dict[str, str], *, last: bool
) -> int:
    """How many of `words` belong to a positional option: what it surely understands, else up to the next."""
    if option.type.shape is Shape.REST:
        return len(words)
    if option.type.shape is Shape.WORD:
        return 1
    if taken := _exact_run(option, words):
        return taken
    for at in range(1, min(len(words), _FAR)):  # a name that is misspelt may have several words
        if last and _meant(spec, words[at:], found):
            return at
        if not last and (_joins(words[at]) or _exact_run(option, words[at:])):
            return at
    if last and len(words) <= _FAR and not any(option.type.exact(word.text) for word in words[1:]):
        return len(words)
    return 1


def _exact_run(option: Option, words: Sequence[Word]) -> int:
    """The length of the longest run at the start of `words` that is surely a value of the option."""
    for taken in range(min(option.type.most_words, len(words)), 0, -1):
        run = words[:taken]
        if not any(word.name for word in run[1:]) and option.type.exact(_joined(run)):
            return taken
    return 0


def _parts(word: Word, option: Option) -> list[Word]:
    """`IL,TX`, `IL/TX` and `IL-TX` are two words; `supply-chain` stays one."""
    if word.quoted or word.name:
        return [word]
    parts = [part for part in _SEPARATORS.split(word.text) if part]
    dashed = [part for part in _DASHES.split(word.text) if part]
    if len(dashed) > 1 and not option.type.exact(word.text) and all(map(option.type.exact, dashed)):
        parts = dashed
    return [replace(word, text=part) for part in parts]


def _joins(word: Word) -> bool:
    return word.as_typed.lower() in _JOINERS


def _without_joiners(words: list[Word]) -> list[Word]:
    """`IL and TX`, `IL, TX`, `IL vs TX`: what stands between two names means nothing."""
    return list(dropwhile(_joins, words))


def _meant(spec: CommandSpec, words: Sequence[Word], found: dict[str, str]) -> Option | None:
    """The option, not given yet, of which `words` are surely the value, though its name was left out."""
    if len(words) > _FAR:
        return None
    text = _joined(words)
    free = (option for option in spec.options if not option.positional and option.name not in found)
    return next((option for option in free if option.type.exact(text)), None)


def _is_for_another(spec: CommandSpec, option: Option, words: Sequence[Word], found: dict[str, str]) -> bool:
    """`/trend climate`: no state, which may be left out, but surely a topic."""
    choice = option.type.shape is Shape.CHOICE and not _exact_run(option, words)
    return choice and _meant(spec, words, found) is not None


def _refuse(spec: CommandSpec, rest: Sequence[Word], found: dict[str, str]) -> None:
    text = _joined(rest)
    positional = [option for option in spec.options if option.positional]
    given = " ".join(found[option.name] for option in positional if option.name in found)
    if option := _meant(spec, rest, found):
        value = option.type.text(option.type.read(text))
        guess = Guess(shorten(clean(f"/{spec.name} {given} {option.name}:{value}"), 80), value)
        raise AmbiguousError(f"Did you mean {option.name}:{value}?", (guess,), option.name, found)
    if len(positional) == 1 and len(rest) <= _FAR:
        (one,) = positional
        if all(map(one.type.exact, (given, text))):
            values = [one.type.text(one.type.read(value)) for value in (given, text)]
            guesses = tuple(Guess(f"/{spec.name} {value}", value) for value in dict.fromkeys(values))
            others = {name: value for name, value in found.items() if name != one.name}
            raise AmbiguousError(f"/{spec.name} takes one {one.name}. Which one?", guesses, one.name, others)
    extra = shorten(clean(" ".join(word.as_typed for word in rest)), 60)
    raise NotUnderstoodError(f"I do not understand “{extra}” here. {spec.usage}")


def _joined(words: Sequence[Word]) -> str:
    return " ".join(word.as_typed if word.name else word.text for word in words).strip().rstrip(",")
