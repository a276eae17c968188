"""What can be shown where the text goes: how wide, and whether in colour."""

from __future__ import annotations

import os
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, TextIO

from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.text import Text

WIDTH_OF_A_FILE = 100
WIDTH_OF_AN_UNKNOWN_TERMINAL = 80
NARROWEST, WIDEST = 20, 120
"""Below, nothing could be laid out; above, lines are tiring to read."""

LINES_OF_FILTERS = 2


@dataclass(frozen=True, slots=True)
class Screen:
    """Width in cells, and whether escape codes for colour may be sent. Without colour none is ever sent."""

    width: int = WIDTH_OF_A_FILE
    colour: bool = False
    filters: int = 0
    """Lines that each list of filters may take; none are shown where nobody sits and picks one."""

    @classmethod
    def of(cls, stream: TextIO, environ: Mapping[str, str]) -> Screen:
        """The screen behind `stream`; a file or a pipe is plain and 100 wide (https://no-color.org)."""
        if not stream.isatty():
            return cls()
        try:
            width = os.get_terminal_size(stream.fileno()).columns or WIDTH_OF_AN_UNKNOWN_TERMINAL
        except OSError:
            width = WIDTH_OF_AN_UNKNOWN_TERMINAL
        able = environ.get("TERM", "") not in ("", "dumb", "unknown")
        colour = able and not environ.get("NO_COLOR")
        return cls(min(max(width, NARROWEST), WIDEST), colour, LINES_OF_FILTERS)

    def paint(self, lines: Iterable[Text]) -> str:
        """The lines as they are sent, each ended by a newline. They are neither wrapped nor cut here."""
        if not self.colour:
            return "".join(f"{line.plain}\n" for line in lines)
        console = Console(
            file=StringIO(),
            width=self.width,
            force_terminal=True,
            color_system="standard",
            no_color=False,
            legacy_windows=False,
            highlight=False,
            markup=False,
            emoji=False,
        )
        with console.capture() as painted:
            for line in lines:
                console.print(line, soft_wrap=True)
        return painted.get()
