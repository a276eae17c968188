"""The one place where text of people becomes text for Discord. What it lets through is only ever text."""

from __future__ import annotations

import re

from bot.messages.budget import Markup
from bot.messages.visible import visible

# A backslash before a letter or a digit would be shown, so only these have one (discord-markdown: escape).
_SPECIAL = str.maketrans({char: f"\\{char}" for char in "\\*_~`|>#-+[]()<@:"})
_NUMBERED = re.compile(r"\A([0-9]+)\.")


def escape(text: str) -> str:
    """`text` on one line, every character of Discord's Markdown and mentions behind a backslash."""
    return _NUMBERED.sub(r"\1\\.", visible(text).translate(_SPECIAL))


def escape_lines(text: str) -> str:
    """As `escape`, with line breaks kept: at most one empty line in a row, none at the ends."""
    lines: list[str] = []
    for line in map(escape, text.splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).rstrip("\n")


def fit(escaped: str, most: int) -> str:
    """Escaped text in at most `most` characters, an ellipsis for what is cut; no escape is torn apart."""
    if len(escaped) <= most:
        return escaped
    kept = escaped[: max(most - 1, 0)]
    if (len(kept) - len(kept.rstrip("\\"))) % 2:
        kept = kept[:-1]
    return f"{kept.rstrip()}…" if most > 0 else ""


MARKUP = Markup(fit, aside="-# ")
