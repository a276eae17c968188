"""Which fields of a form a person can be asked for, and which do not fit where the form is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.messages.form import Entry
from bot.messages.limits import LONGEST_LINE

if TYPE_CHECKING:
    from bot.messages.form import Form, FormField


def offered(form: Form) -> tuple[FormField, ...]:
    """What of a form is asked here: a terminal has no host from which files could be fetched."""
    return tuple(
        asked for asked in form.fields if asked.entry is not Entry.FILES and len(asked.value) <= LONGEST_LINE
    )


def left_out(form: Form) -> tuple[FormField, ...]:
    """What is not asked here because its value would not be read whole; sending the form keeps it."""
    return tuple(field for field in form.fields if len(field.value) > LONGEST_LINE)


def left_out_words(field: FormField) -> str:
    """What stands in a form in place of a field whose value does not fit."""
    size = f"{len(field.value):,} characters"
    return f"{field.label}: too long to be shown here ({size}). It stays as it is when this is sent."
