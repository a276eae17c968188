"""What was filled into a form, read from raw data: the form may be older than this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.answering.payloads import listed, mapping, media_type, shown_name, strings
from bot.commands.spec import Filled, SentFile
from bot.domain.writing.mentions import Mention, PlaceMention, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.answering.files import FileSource

# Types of components (components reference).
_ROW, _STRING_SELECT, _TEXT_INPUT, _USER_SELECT, _ROLE_SELECT, _MENTIONABLE_SELECT = 1, 3, 4, 5, 6, 7
_CHANNEL_SELECT, _LABEL, _FILE_UPLOAD = 8, 18, 19
_NAMES = ("nick", "global_name", "username", "name")
"""Where a name may stand, the one that people see first."""


def read_form(data: Mapping[str, Any], source: FileSource) -> Filled:
    """The form's token, which opening of it this is, each field's value as text, and the files.

    People and channels come as mentions with their names, picked options joined by commas, of files only
    those of `source`. Raises ValueError for what is no submitted form.
    """
    custom_id, components = data.get("custom_id"), data.get("components")
    if not isinstance(custom_id, str) or not isinstance(components, list):
        raise ValueError("this is no submitted form")
    token, dot, opening = custom_id.rpartition(".")
    if not (token and dot and opening):
        raise ValueError("this form is none of ours")
    resolved = mapping(data.get("resolved"))
    values: dict[str, str] = {}
    files: list[SentFile] = []
    for control in _controls(components):
        name, value = control.get("custom_id"), _value(control, resolved)
        if isinstance(name, str) and value is not None:
            values[name] = value
        files += _files(control, resolved, source)
    return Filled(token, values, opening, tuple(files))


def _controls(components: list[Any]) -> Iterator[Mapping[str, Any]]:
    """What stands in labels, and in the rows of forms of old."""
    for component in map(mapping, components):
        if component.get("type") == _LABEL:
            yield mapping(component.get("component"))
        elif component.get("type") == _ROW:
            yield from map(mapping, listed(component.get("components")))


def _value(control: Mapping[str, Any], resolved: Mapping[str, Any]) -> str | None:
    """None for what is no field of ours."""
    kind = control.get("type")
    if kind == _TEXT_INPUT:
        value = control.get("value")
        return value if isinstance(value, str) else ""
    picked = strings(control.get("values"))
    if kind == _STRING_SELECT:
        return ",".join(picked)
    if kind == _CHANNEL_SELECT:
        names = ((number, _name(_found(resolved, "channels", number))) for number in picked)
        return " ".join(str(PlaceMention(number, name)) for number, name in names if _is_id(number))
    if kind in (_USER_SELECT, _ROLE_SELECT, _MENTIONABLE_SELECT):
        mentions = (_mention(number, kind, resolved) for number in picked)
        return written(tuple(mention for mention in mentions if mention))
    return None


def _mention(number: str, kind: object, resolved: Mapping[str, Any]) -> Mention | None:
    """None for what is no id, or of which Discord does not say whether it is a person or a role."""
    if not _is_id(number):
        return None
    people, members, roles = (_found(resolved, part, number) for part in ("users", "members", "roles"))
    if kind == _MENTIONABLE_SELECT and not (people or members or roles):
        return None
    is_group = kind == _ROLE_SELECT or (kind == _MENTIONABLE_SELECT and bool(roles))
    return Mention(number, _name(*([roles] if is_group else [members, people])), is_group=is_group)


def _files(control: Mapping[str, Any], resolved: Mapping[str, Any], source: FileSource) -> Iterator[SentFile]:
    """What was sent with a field for files, without the names that people gave: they may say too much."""
    if control.get("type") != _FILE_UPLOAD:
        return
    for number in dict.fromkeys(strings(control.get("values"))):
        sent = _found(resolved, "attachments", number)
        url, size = sent.get("url"), sent.get("size")
        if isinstance(url, str) and isinstance(size, int) and size >= 0 and source.knows(url):
            yield SentFile(url, size, media_type(sent.get("content_type"), sent.get("filename")))


def _found(resolved: Mapping[str, Any], part: str, number: str) -> Mapping[str, Any]:
    return mapping(mapping(resolved.get(part)).get(number))


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _name(*holders: Mapping[str, Any]) -> str:
    return shown_name(holder.get(key) for holder in holders for key in _NAMES)
