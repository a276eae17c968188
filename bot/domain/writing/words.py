"""How text is cut into search words: the one cut for what is stored and for what is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.writing.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_WORDS = 16
"""Words of a query that count; more are ignored."""
LONGEST_WORD = 64
"""Characters of a word that count; a longer one is cut."""

# How legislatures number their papers, as folded words. The values are the usual short forms.
_PAPERS: dict[tuple[str, ...], str] = {
    ("house", "bill"): "hb",
    ("senate", "bill"): "sb",
    ("assembly", "bill"): "ab",
    ("legislative", "bill"): "lb",
    ("legislative", "document"): "ld",
    ("house", "file"): "hf",
    ("senate", "file"): "sf",
    ("house", "resolution"): "hr",
    ("senate", "resolution"): "sr",
    ("house", "joint", "resolution"): "hjr",
    ("senate", "joint", "resolution"): "sjr",
    ("assembly", "joint", "resolution"): "ajr",
    ("house", "concurrent", "resolution"): "hcr",
    ("senate", "concurrent", "resolution"): "scr",
    ("assembly", "concurrent", "resolution"): "acr",
    ("house", "joint", "memorial"): "hjm",
    ("senate", "joint", "memorial"): "sjm",
    ("executive", "order"): "eo",
    ("public", "act"): "pa",
    ("proposition",): "prop",
}
_LONG = {short: name for name, short in _PAPERS.items()}
_SHORT = frozenset(_LONG) | {"hd", "sd", "sp", "hp", "cacr", "scs", "hcs"}
_LETTERS = frozenset("ahs")
"""`A. 12`, `H. 12`, `S. 12`: as likely plain words (`the state's 2025 law`); a query takes them as such."""
_NUMBERED = _SHORT | _LETTERS
_MOST_PARTS = max(map(len, _PAPERS))
_GLUED = re.compile(r"([a-z]+)([0-9]+[a-z]?)")
_NUMBER = re.compile(r"[0-9]+[a-z]?")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_CUT = re.compile(r"[^\W_]+")
_DOTTED = re.compile(r"(?<![^\W_])[^\W\d_](?:\.[^\W\d_])+(?![^\W_])")


def cut(text: str) -> list[str]:
    """The folded words of `text` in order, split on what is neither letter nor digit; `U.S.` is one."""
    whole = _DOTTED.sub(lambda dotted: dotted[0].replace(".", ""), fold(text))
    return [word[:LONGEST_WORD] for word in _CUT.findall(whole)]


def words_of_query(text: str) -> tuple[str, ...]:
    """The words to look for, each once, at most 16; all must be found, each as the beginning of a word.

    A bill's number is one word however it is written: `House Bill 1321`, `H.B. 1321` and `HB 1321` ask for
    `hb1321`. Where it may be a year or the letter a plain word, the words are looked for one by one, under
    which `words_to_store` keeps every bill as well.
    """
    found: list[str] = []
    words = cut(text)
    at = 0
    while at < len(words):
        paper = _paper_at(words, at)
        if paper and paper.name not in _LETTERS and (paper.used == 1 or not _YEAR.fullmatch(paper.number)):
            found.append(paper.word)
            at += paper.used
        else:
            found.append(words[at])
            at += 1
    return tuple(dict.fromkeys(found))[:MOST_WORDS]


def words_to_store(texts: Iterable[str]) -> tuple[str, ...]:
    """Every word under which `texts` shall be found: the plain ones, and a bill's number in all its forms."""
    found: dict[str, None] = {}
    for text in texts:
        words = cut(text)
        found.update(dict.fromkeys(words))
        for at in range(len(words)):
            if paper := _paper_at(words, at):
                forms = (paper.word, paper.name, paper.number, *_LONG.get(paper.name, ()))
                found.update(dict.fromkeys(forms))
    return tuple(found)


def ascii_form(word: str) -> str:
    """`word` in small ASCII letters, digits and underlines, keeping what begins what.

    Both databases then see plain ASCII and cannot disagree on what a letter is. A plain word stays itself; of
    any other, each strange character becomes an underline, which no word has, and six hexadecimal digits.
    """
    return "".join(c if c.isascii() else f"_{ord(c):06x}" for c in word)


@dataclass(frozen=True, slots=True)
class _Paper:
    """A bill's number in a row of words: its short name, its number, and how many words it takes."""

    name: str
    number: str
    used: int

    @property
    def word(self) -> str:
        return (self.name + self.number)[:LONGEST_WORD]


def _paper_at(words: list[str], at: int) -> _Paper | None:
    """The bill's number that begins at `at`."""
    if glued := _GLUED.fullmatch(words[at]):
        name = glued[1] if glued[1] in _NUMBERED else _PAPERS.get((glued[1],))
        return _Paper(name, glued[2], 1) if name else None
    for parts in range(min(_MOST_PARTS, len(words) - at), 0, -1):
        *first, last = words[at : at + parts]
        if name := _PAPERS.get((*first, last)) or _PAPERS.get((*first, last.removesuffix("s"))):
            return _numbered(name, words, at, at + parts)
    name = words[at]
    if len(name) > 1:
        return _numbered(name, words, at, at + 1) if name in _SHORT else None
    end = at + 1  # `h. b. 1321`, cut into single letters
    while end < min(at + 4, len(words)) and len(words[end]) == 1 and words[end].isalpha():
        name += words[end]
        end += 1
    return _numbered(name, words, at, end) if name in _NUMBERED else None


def _numbered(name: str, words: list[str], at: int, end: int) -> _Paper | None:
    if end < len(words) and words[end] in ("no", "number"):
        end += 1
    if end < len(words) and _NUMBER.fullmatch(words[end]):
        return _Paper(name, words[end], end + 1 - at)
    return None
