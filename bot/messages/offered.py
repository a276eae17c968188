"""Which fields of a form a person can be asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.messages.form import Entry

if TYPE_CHECKING:
    from bot.messages.form import Form, FormField


def offered(form: Form) -> tuple[FormField, ...]:
    """What of a form is asked here: a terminal has no host from which files could be fetched."""
    return tuple(asked for asked in form.fields if asked.entry is not Entry.FILES)
