"""What was filled into a form, read from raw data: the form may be older than this process."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.mentions import Mention, written
from bot.domain.text import clean, shorten

# Types of components (components reference).
_ROW, _STRING_SELECT, _TEXT_INPUT, _USER_SELECT, _ROLE_SELECT, _MENTIONABLE_SELECT = 1, 3, 4, 5, 6, 7
_LABEL = 18
_NAMES = ("nick", "global_name", "username", "name")
"""Where a name may stand, the one that people see first."""
_MARKS = re.compile("[<>|]")
LONGEST_NAME = 80


def read_form(data: Mapping[str, Any]) -> tuple[str, str, dict[str, str]]:
    """The form's token, which opening of it this is, and each field's value as text.

    People come as mentions with their names, picked options joined by commas. Raises ValueError for what is
    no submitted form.
    """
    custom_id, components = data.get("custom_id"), data.get("components")
    if not isinstance(custom_id, str) or not isinstance(components, list):
        raise ValueError("this is no submitted form")
    token, dot, opening = custom_id.rpartition(".")
    if not (token and dot and opening):
        raise ValueError("this form is none of ours")
    resolved = _mapping(data.get("resolved"))
    values = {}
    for control in _controls(components):
        name, value = control.get("custom_id"), _value(control, resolved)
        if isinstance(name, str) and value is not None:
            values[name] = value
    return token, opening, values


def _controls(components: list[Any]) -> Iterator[Mapping[str, Any]]:
    """What stands in labels, and in the rows of forms of old."""
    for component in map(_mapping, components):
        if component.get("type") == _LABEL:
            yield _mapping(component.get("component"))
        elif component.get("type") == _ROW:
            yield from map(_mapping, _listed(component.get("components")))


def _value(control: Mapping[str, Any], resolved: Mapping[str, Any]) -> str | None:
    """None for what is no field of ours."""
    kind = control.get("type")
    if kind == _TEXT_INPUT:
        value = control.get("value")
        return value if isinstance(value, str) else ""
    picked = [value for value in _listed(control.get("values")) if isinstance(value, str)]
    if kind == _STRING_SELECT:
        return ",".join(picked)
    if kind in (_USER_SELECT, _ROLE_SELECT, _MENTIONABLE_SELECT):
        mentions = (_mention(number, kind, resolved) for number in picked)
        return written(tuple(mention for mention in mentions if mention))
    return None


def _mention(number: str, kind: object, resolved: Mapping[str, Any]) -> Mention | None:
    """None for what is no id, or of which Discord does not say whether it is a person or a role."""
    if not (number.isascii() and number.isdecimal()):
        return None
    people, members, roles = (
        _mapping(_mapping(resolved.get(part)).get(number)) for part in ("users", "members", "roles")
    )
    if kind == _MENTIONABLE_SELECT and not (people or members or roles):
        return None
    is_group = kind == _ROLE_SELECT or (kind == _MENTIONABLE_SELECT and bool(roles))
    return Mention(number, _name(*([roles] if is_group else [members, people])), is_group=is_group)


def _name(*holders: Mapping[str, Any]) -> str:
    """What people see, without what would end a mention."""
    names = (holder.get(key) for holder in holders for key in _NAMES)
    cleaned = (clean(_MARKS.sub(" ", name)) for name in names if isinstance(name, str))
    return shorten(next(filter(None, cleaned), ""), LONGEST_NAME)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
