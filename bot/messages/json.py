"""A reply as the one JSON document of `ask --json`; docs/terminal.md is its contract."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot.messages.offered import left_out, offered

if TYPE_CHECKING:
    from bot.messages.form import Form
    from bot.messages.message import Button, Item, Link, Section
    from bot.messages.reply import Problem, Reply


def as_json(reply: Reply) -> str:
    """The document as text, in ASCII: any pipe takes it, and nothing in it can steer a terminal."""
    return json.dumps(document(reply), indent=2)


def document(reply: Reply) -> dict[str, Any]:
    """Every key is always there; a list with nothing in it is empty, anything else is null."""
    page, picture = reply.page, reply.picture
    return {
        "title": reply.title,
        "text": reply.text,
        "fields": [{"name": field.name, "value": field.words} for field in reply.fields]
        + [{"name": link.name, "value": _address(link)} for link in reply.links],
        "items": [_item(item) for item in reply.items],
        "sections": [_section(section) for section in reply.sections],
        "choices": [
            {"label": choice.label, "options": [_button(option) for option in choice.options]}
            for choice in reply.choices
        ],
        "buttons": [_button(button) for button in reply.buttons],
        "form": _form(reply.form) if reply.form else None,
        "page": {"number": page.number, "pages": page.pages, "total": page.total} if page else None,
        "picture": {"kind": picture.kind, "data": dict(picture.data)} if picture else None,
        "file": {"name": reply.file.name, "content": reply.file.content} if reply.file else None,
        "files": [file.name for file in reply.files],
        "visibility": reply.visibility.value,
        "error": _error(reply.problem) if reply.problem else None,
    }


def _section(section: Section) -> dict[str, Any]:
    items = [_item(item) for item in section.items]
    return {"heading": section.heading, "text": section.text, "items": items}


def _item(item: Item) -> dict[str, Any]:
    line = item.line
    return {
        "code": str(line.code),
        "title": line.title,
        "status": line.status.value,
        "states": list(line.states),
        "date": str(line.changed),
        "since": str(line.date),
        "stage": line.status.stage.value,
        "challenged": line.challenged,
        "verified": line.verified.value,
        "checked": str(line.checked) if line.checked else None,
        "source": {"title": line.source.title, "publisher": line.source.publisher, "url": line.source.url},
        "token": item.opens.token if item.opens else None,
        "note": item.note or None,
    }


def _form(form: Form) -> dict[str, Any]:
    return {
        "title": form.title,
        "token": form.token,
        "fields": [
            {
                "name": field.name,
                "label": field.label,
                "help": field.help,
                "kind": field.entry.value,
                "required": field.required,
                "value": field.value,
                "options": [{"value": option.text, "label": option.label} for option in field.options],
            }
            for field in offered(form)
        ],
        "left_out": [field.name for field in left_out(form)],
    }


def _error(problem: Problem) -> dict[str, str | None]:
    return {"code": problem.code, "message": problem.message, "option": problem.option or None}


def _address(link: Link) -> str:
    return f"{link.label} — {link.url}" if link.label else link.url


def _button(button: Button) -> dict[str, str]:
    return {"label": button.label, "token": button.token}
