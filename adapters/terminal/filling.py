"""Filling in a form line by line: one question a field, an empty line keeps what stands there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.commands.spec import Filled
from bot.messages.form import Entry
from bot.messages.offered import left_out, left_out_words, offered

if TYPE_CHECKING:
    from bot.messages.form import Form, FormField

CANCEL = "/cancel"
NOTHING = "-"
"""What empties a field."""
FILES_ONLY = "This form takes nothing but files, and those cannot be sent from a terminal."
_LONGEST_NUMBER = 9


@dataclass(slots=True)
class Filling:
    """A form of which the first fields are filled in; at least one is `offered`."""

    form: Form
    values: dict[str, str] = field(default_factory=dict)

    @property
    def question(self) -> str:
        """What is asked next, as lines of plain text."""
        asked = self._next
        head = [self.form.title, f"An empty line keeps what stands there; {CANCEL} leaves the form.", ""]
        head[2:2] = [left_out_words(field) for field in left_out(self.form)]
        lines = [] if self.values else head
        lines.append(f"{asked.label}{'' if asked.required else ' (may stay empty)'}: {asked.help}")
        lines += [f"  {number}  {option.label}" for number, option in enumerate(asked.options, 1)]
        if asked.value:
            empty = "" if asked.required else f" ({NOTHING} empties it)"
            lines.append(f"Now: {asked.value}{empty}")
        return "\n".join(lines)

    def take(self, line: str) -> Filled | None:
        """Fill in the next field; the whole form once it was the last."""
        asked = self._next
        text = line.strip()
        self.values[asked.name] = asked.value if not text else "" if text == NOTHING else _meant(asked, text)
        if len(self.values) < len(offered(self.form)):
            return None
        return Filled(self.form.token, self.values)

    @property
    def _next(self) -> FormField:
        return offered(self.form)[len(self.values)]


def _meant(asked: FormField, text: str) -> str:
    """The text, or the options that its numbers stand for."""
    numbers = text.replace(",", " ").split()
    several = asked.entry is Entry.SEVERAL or len(numbers) == 1
    if numbers and several and all(_is_number(number, len(asked.options)) for number in numbers):
        return ",".join(asked.options[int(number) - 1].text for number in numbers)
    return text


def _is_number(text: str, most: int) -> bool:
    """Whether it counts from 1 to `most`; a very long row of digits is never read as a number."""
    return text.isdecimal() and len(text) <= _LONGEST_NUMBER and 1 <= int(text) <= most
