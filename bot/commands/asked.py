"""Reading what was asked: texts of options and of forms become values, or are refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.commands.spec import Asked, Call, CommandSpec, Filled
from bot.domain.writing.text import clean, shorten
from bot.domain.writing.words import words_of_query
from bot.errors import AmbiguousError, NotUnderstoodError, RefusalError
from bot.messages.limits import LONGEST_INPUT, LONGEST_LINE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.messages.form import Form


def known_options(spec: CommandSpec, options: Mapping[str, str]) -> dict[str, str]:
    """The options, each as long as we read. Raises NotUnderstoodError for one the command does not have."""
    known = {option.name for option in spec.options}
    if strange := sorted(options.keys() - known):
        shown = shorten(clean(strange[0]), 40)
        raise NotUnderstoodError(f"/{spec.name} has no option “{shown}”. {spec.usage}")
    return {name: text[:LONGEST_LINE] for name, text in options.items()}


def is_wordless(text: str | None) -> bool:
    """Whether something was given and there is no word in it."""
    return text is not None and not words_of_query(clean(text))


def sent_values(spec: CommandSpec, asked: Asked) -> dict[str, str]:
    """What was filled into a form. It may be older than this program: fields that are no more are dropped."""
    if not isinstance(asked, Filled):
        return {}
    known = {option.name for option in spec.options}
    return {name: text[:LONGEST_LINE] for name, text in asked.values.items() if name in known}


def read_options(call: Call) -> tuple[Call, dict[str, Any]]:
    """Turn option texts into values; the call keeps their canonical texts, for buttons."""
    spec, given = call.spec, call.options
    values: dict[str, Any] = {option.name: None for option in spec.options}
    canonical: dict[str, str] = {}
    for option in spec.options:
        text = given.get(option.name, "")
        if not text.strip():
            if option.required:
                raise NotUnderstoodError(spec.needs(option), option.name)
            continue
        try:
            values[option.name] = option.type.read(text)
        except RefusalError as error:
            error.option = option.name
            if isinstance(error, AmbiguousError):
                error.given = {name: given for name, given in given.items() if name != option.name}
            raise
        canonical[option.name] = option.type.text(values[option.name])
    return replace(call, options=canonical), values


def refuse_too_long(form: Form, given: Mapping[str, str]) -> None:
    """Raise NotUnderstoodError for what was typed and no field can hold: it would be left out of the form."""
    for asked in form.fields:
        if (size := len(given.get(asked.name, ""))) > LONGEST_INPUT:
            words = f"“{asked.label}” has {size:,} characters; a form takes at most {LONGEST_INPUT:,}."
            raise NotUnderstoodError(words, asked.name)
