"""Text as people write it: cleaning for storage, folding for comparison."""

from __future__ import annotations

import re
import unicodedata

# Embedding, override, isolate and mark characters change how *other* text looks; zero-width ones hide in it.
# The tags block carries invisible text. ZWJ and ZWNJ stay: emoji and several scripts need them.
_DROPPED = (
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f"
)
# Letters, marks and unassigned places that show nothing (Unicode: Default_Ignorable_Code_Point; the blank of
# Braille besides). Stored, since spelling, sorting or glyphs of some scripts depend on them; never shown.
# FE0E and FE0F are not here: emoji need them when shown.
_STORED = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2065\u2800\u3164\ufe00-\ufe0d\uffa0\ufff0-\ufff8"
    "\ufffc\U0001d159\U000e0080-\U000e0fff"
)
_INVISIBLE = re.compile(f"[{_DROPPED}]")
BLANKS = re.compile(f"[{_DROPPED}{_STORED}]")
"""What shows nothing, format characters (Cf) apart: all that `clean` drops, and what it stores."""
CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
"""Controls (Cc) and halves of letters (Cs), white space apart, which becomes a space."""
SPACES = re.compile(r"\s+")
# Letters with a stroke or a hook, and ligatures, which Unicode does not take apart.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"}
)


def clean(text: str) -> str:
    """`text` in NFC on one line: white space collapsed, controls, bidi overrides and invisible marks dropped.

    What is left can be stored in either database and shown on any platform (after the platform's escaping).
    """
    kept = CONTROLS.sub("", _INVISIBLE.sub("", text))
    return unicodedata.normalize("NFC", SPACES.sub(" ", kept)).strip()


def fold(text: str) -> str:
    """`text` for comparing: no controls, no marks, no case; compatibility forms made plain.

    Modifier letters (the Hawaiian ʻokina among them) count as marks, so that Hawaiʻi and Hawaii meet.
    """
    spaced = SPACES.sub(" ", text)
    if spaced.isascii():  # nothing to take apart
        return CONTROLS.sub("", spaced).casefold().strip()
    for _ in range(2):  # casefold can bring new marks out (İ), and a mark can hide a case (ŉ)
        decomposed = unicodedata.normalize("NFKD", spaced)
        spaced = "".join(c for c in decomposed if not _is_mark(c)).casefold().translate(_PLAIN)
    return SPACES.sub(" ", spaced).strip()


def squeeze(text: str) -> str:
    """`text` folded to its letters and digits alone, for looking up names: `N. Mex.` and `n mex` are one."""
    return "".join(c for c in fold(text) if c.isalnum())


def shorten(text: str, most: int) -> str:
    """`text` in at most `most` characters, with an ellipsis where something was cut."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _is_mark(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] == "M" or category in ("Cc", "Cf", "Cs") or "\u02b0" <= char <= "\u02ff"
