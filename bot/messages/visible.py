"""Text of people made visible: no controls, no blanks that hide, few marks on a letter."""

from __future__ import annotations

import re
import unicodedata

import ada_url

from bot.domain.writing.text import shorten

MOST_MARKS = 4
"""Combining marks that a letter keeps: living scripts need no more, piles of them cover other lines."""


# Letters, marks and unassigned places that show nothing, though they are no format characters (Unicode:
# Default_Ignorable_Code_Point; the blank of Braille besides). FE0E and FE0F stay: emoji need them.
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0d\uffa0\ufff0-\ufff8\ufffc"
    "\U0001d159\U000e0000-\U000e0fff]"
)


_ASCII_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f]")
"""All but those that count as white space."""


_SPACES = re.compile(r"\s+")


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
    seen = _ASCII_CONTROLS.sub("", text)
    if not seen.isascii():
        seen = "".join(c for c in seen if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
        # NFC first draws together what belongs together, and makes a backtick of U+1FEF
        seen = _few_marks(unicodedata.normalize("NFC", _BLANK.sub("", seen)))
    return _SPACES.sub(" ", seen).strip()


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
