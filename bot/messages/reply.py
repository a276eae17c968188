"""A reply: a message as the answer to somebody, a form in its place, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.messages.message import Message

if TYPE_CHECKING:
    from bot.messages.form import Form


class Visibility(StrEnum):
    """Who sees the answer."""

    ALL = "all"
    ASKER = "asker"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no answer: a code for scripts, a sentence for people, the option that it is about."""

    code: str
    message: str
    option: str = ""


@dataclass(frozen=True, slots=True)
class Reply(Message):
    """One answer."""

    form: Form | None = None
    """A form to fill in, in place of an answer."""
    updates_card: bool = False
    """The posted message on which it was pressed is brought up to date by the outbox, and by nothing else:
    an answer that comes late would put an older state in its place."""
    visibility: Visibility = Visibility.ALL
    problem: Problem | None = None

    @property
    def words(self) -> str:
        """The text, else the sentence of the problem."""
        return self.text or (self.problem.message if self.problem else "")
