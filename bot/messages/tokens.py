"""Tokens: a button's whole meaning in at most 100 characters, readable after any restart.

    1 0 st ~sIL ~tcl ~>20251003CA0000012 ~#3
    | | |   |    |    |                   page shown
    | | |   |    |    rows after this sort key (< before it)
    | | |   option letter, then the value: its short code, or = and the text itself
    | | command
    | slot, so that no two tokens of one message are equal
    version

What does not fit is stored under its content hash: `1 0 st *HASH`. Released forms are read for ever; a new
one gets a new version.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, TypeVar

from bot.errors import NotUnderstoodError
from bot.messages.limits import LONGEST_FORM_TOKEN, LONGEST_TOKEN
from bot.messages.message import Press
from bot.messages.reply import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.messages.message import Message

M = TypeVar("M", bound="Message")

_VERSION = "1"
_SLOTS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"
_SINGLE = len(_SLOTS) - 1
_MOST_SLOTS = _SINGLE + len(_SLOTS)
_SORT_KEY = re.compile(r"[0-9A-Z]{1,40}")
_PAGE = re.compile(r"[1-9][0-9]{0,6}")
_HASH = re.compile(r"[a-z2-7]{32}")
# Our own marks, and what a database or a platform would refuse: controls, and halves of surrogate pairs.
_UNSAFE = re.compile("[%~\\x00-\\x1f\\x7f-\\x9f\\ud800-\\udfff]")
_ESCAPED = re.compile("%([pt]|[0-9a-f]{4})?")
_UNREADABLE = "This button cannot be read. Ask the command anew."


@dataclass(frozen=True, slots=True)
class OptionForm:
    """How an option stands in a token: its letter, and the short codes of its usual values."""

    letter: str
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CommandForm:
    """How a command stands in a token: its two letters and its options. Letters are never given anew."""

    code: str
    options: Mapping[str, OptionForm] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TokenCodec:
    """Writes and reads tokens; the forms come from the command registry."""

    forms: Mapping[str, CommandForm]

    def seal(self, message: M) -> tuple[M, dict[str, str]]:
        """Fill in every token of a message; also returns what must be stored, by hash, before it is shown."""
        stored: dict[str, str] = {}
        slot = count()

        def token(press: Press, longest: int = LONGEST_TOKEN) -> str:
            number = next(slot) % _MOST_SLOTS
            mark = _SLOTS[number] if number < _SINGLE else "_" + _SLOTS[number - _SINGLE]
            short = self.write(press, mark)
            if len(short) <= longest:
                return short
            body = self._body(press)
            stored[_hash(body)] = body
            return f"{_VERSION}{mark}{self.forms[press.command].code}*{_hash(body)}"

        choices = tuple(
            replace(c, options=tuple(replace(o, token=token(o.press)) for o in c.options))
            for c in message.choices
        )
        buttons = tuple(replace(b, token=token(b.press)) for b in message.buttons)
        sealed = replace(message, choices=choices, buttons=buttons).with_openers(
            lambda opener: replace(opener, token=token(opener.press))
        )
        if isinstance(sealed, Reply) and sealed.form:
            form = replace(sealed.form, token=token(sealed.form.press, LONGEST_FORM_TOKEN))
            sealed = replace(sealed, form=form)
        return sealed, stored

    def write(self, press: Press, slot: str = "0") -> str:
        """The token of `press`, however long."""
        return f"{_VERSION}{slot}{self.forms[press.command].code}{self._body(press)}"

    def is_stored(self, token: str) -> bool:
        """Whether it is a long one, whose meaning is kept elsewhere."""
        return self._split(token)[1].startswith("*")

    def command(self, token: str) -> str:
        """The command that a token is for, without reading the rest. Raises NotUnderstoodError."""
        name, _ = self._split(token)
        return name

    def read(self, token: str, stored: Callable[[str], str | None]) -> Press:
        """The meaning of a token; `stored` looks a long one up by its hash. Raises NotUnderstoodError."""
        name, body = self._split(token)
        if body.startswith("*"):
            found = stored(body[1:]) if _HASH.fullmatch(body[1:]) else None
            if found is None:
                raise NotUnderstoodError("This button belongs to another community, or its text is gone.")
            body = found
        return self._read_body(name, body)

    def _split(self, token: str) -> tuple[str, str]:
        slot = 2 if token[1:2] == "_" else 1
        mark, code, body = token[1 : 1 + slot], token[1 + slot : 3 + slot], token[3 + slot :]
        if len(token) <= LONGEST_TOKEN and token[:1] == _VERSION and set(mark) <= set(_SLOTS):
            for name, form in self.forms.items():
                if form.code == code and (not body or body[0] in "~*"):
                    return name, body
        raise NotUnderstoodError(_UNREADABLE)

    def _body(self, press: Press) -> str:
        form = self.forms[press.command]
        parts = []
        for name, text in press.options.items():
            option = form.options[name]
            code = option.codes.get(text)
            parts.append(option.letter + (code if code is not None else "=" + _escape(text)))
        if press.after:
            parts.append(">" + press.after)
        if press.before:
            parts.append("<" + press.before)
        if press.page > 1:
            parts.append(f"#{press.page}")
        return "".join("~" + part for part in parts)

    def _read_body(self, name: str, body: str) -> Press:
        letters = {option.letter: (key, option) for key, option in self.forms[name].options.items()}
        press = Press(name)
        options: dict[str, str] = {}
        for part in body.split("~")[1:]:
            mark, rest = part[:1], part[1:]
            if mark in (">", "<") and _SORT_KEY.fullmatch(rest):
                press = replace(press, after=rest) if mark == ">" else replace(press, before=rest)
            elif mark == "#" and _PAGE.fullmatch(rest):
                press = replace(press, page=int(rest))
            elif mark in letters and letters[mark][0] not in options:
                key, option = letters[mark]
                options[key] = _value(rest, option)
            else:
                raise NotUnderstoodError(_UNREADABLE)
        if press.after and press.before:
            raise NotUnderstoodError(_UNREADABLE)
        return replace(press, options=options)


def _value(text: str, option: OptionForm) -> str:
    if text.startswith("="):
        return _unescape(text[1:])
    for value, code in option.codes.items():
        if code == text:
            return value
    raise NotUnderstoodError(_UNREADABLE)


def _escape(text: str) -> str:
    return _UNSAFE.sub(lambda c: {"%": "%p", "~": "%t"}.get(c[0]) or f"%{ord(c[0]):04x}", text)


def _unescape(text: str) -> str:
    def plain(escaped: re.Match[str]) -> str:
        match escaped[1]:
            case None:
                raise NotUnderstoodError(_UNREADABLE)
            case "p":
                return "%"
            case "t":
                return "~"
            case code:
                return chr(int(code, 16))

    return _ESCAPED.sub(plain, text)


def _hash(body: str) -> str:
    return base64.b32encode(hashlib.sha256(body.encode()).digest())[:32].decode().lower()
