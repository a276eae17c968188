"""Text of people made visible: no controls, no blanks that hide, few marks on a letter."""

from __future__ import annotations

import re
import unicodedata

import ada_url

from bot.domain.writing.text import BLANKS, CONTROLS, SPACES, shorten

MOST_MARKS = 4
"""Combining marks that a letter keeps: living scripts need no more, piles of them cover other lines."""

_NOT_IN_ADDRESS = re.compile(r"""[^!-~]|[()\[\]<>"'\\`@]""")


def plain(text: str, most: int) -> str:
    """`text` on one line for places that know no Markdown: labels, options, forms."""
    return shorten(visible(text), most)


def address(url: str) -> str:
    """The address that a browser would open, safe between `<` and `>`; empty when it is none of the web.

    What stands before an `@` is left out: it looks like a host and is none.
    """
    try:
        parsed = ada_url.URL(url)
    except ValueError:
        return ""
    if parsed.protocol not in ("http:", "https:"):
        return ""
    parsed.username = parsed.password = ""
    return _NOT_IN_ADDRESS.sub(_percent, str(parsed.href))


def visible(text: str) -> str:
    """What of `text` can be seen, in NFC and on one line."""
    seen = CONTROLS.sub("", text)
    if not seen.isascii():
        seen = "".join(c for c in seen if unicodedata.category(c) != "Cf")
        # NFC first draws together what belongs together, and makes a backtick of U+1FEF
        seen = _few_marks(unicodedata.normalize("NFC", BLANKS.sub("", seen)))
    return SPACES.sub(" ", seen).strip()


def _few_marks(text: str) -> str:
    """Without the marks that have no letter to stand on, and those that a letter has too many of."""
    kept: list[str] = []
    run = MOST_MARKS
    for char in text:
        if unicodedata.category(char)[0] != "M":
            run = MOST_MARKS if char.isspace() else 0
        elif (run := run + 1) > MOST_MARKS:
            continue
        kept.append(char)
    return "".join(kept)


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode(errors="replace"))
