"""The lines of a reply: what is said of its fields, links and items, escaped and not yet cut."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from adapters.discord.drawing.escape import escape, escape_lines, fit
from adapters.discord.inbound import PLATFORM
from bot.domain.writing.links import host_of
from bot.domain.writing.text import shorten
from bot.messages.budget import Draft, Line, LinkLine, Row
from bot.messages.visible import address, visible
from bot.messages.wording import facts_of, page_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.domain.catalogue.actions import Source
    from bot.domain.community.people import Moderator
    from bot.messages.message import Field, Item, Link, Message, Section

NOTHING = "There is nothing to show."
LONGEST_NAME = 80
LONGEST_FIELD_NAME = 200
"""As much as how to use a command with many options needs."""
LONGEST_HOST = 60
LONGEST_TITLE = 200
LONGEST_PEOPLE = 300
LONGER = 500
"""What is kept of the text itself: it says what the lines below only list."""
_ID = re.compile(r"[0-9]{1,20}")


def draft_of(reply: Message, buttoned: Sequence[Link], listed: Sequence[Link], *, opened: bool) -> Draft:
    """All that `reply` says; `buttoned` links have a button beside them, items that are `opened` too."""
    fields = tuple(line for line in map(_field, reply.fields) if line)
    links = (*map(_buttoned, buttoned), *map(_listed, listed))
    items = tuple(_rows(reply, opened=opened))
    foot = f"-# {page_words(reply.page)}" if page_words(reply.page) else ""
    head = _head(reply)
    if not (head or fields or links or items or foot):
        head = (Line(NOTHING),)
    return Draft(head, fields, links, items, foot)


def shown_host(url: str) -> str:
    """The host of an address, cut on the left: who owns it stands on the right."""
    host = visible(host_of(url))
    return host if len(host) <= LONGEST_HOST else "…" + host[1 - LONGEST_HOST :]


def _head(reply: Message) -> tuple[Line, ...]:
    title = escape(reply.title)
    text = escape_lines(reply.words)
    return (*([Line(title, "## ")] if title else []), *([Line(text, floor=LONGER)] if text else []))


def _field(field: Field) -> Line | None:
    name, value = fit(escape(field.name), LONGEST_FIELD_NAME), escape_lines(field.value)
    people = _people(field.people)
    if not (name or value or people):
        return None
    before = f"**{name}**" if name else ""
    if before and (value or people):
        before += "\n" if "\n" in value else " "
    return Line(value, before, f" {people}" if value and people else people)


def _people(people: Sequence[Moderator]) -> str:
    """As many as there is room for: a mention cannot be cut."""
    shown: list[str] = []
    room = LONGEST_PEOPLE
    for at, person in enumerate(map(_person, people)):
        room -= len(person) + 2
        if room < 0:
            return ", ".join([*shown, f"and {len(people) - at:,} more"])
        shown.append(person)
    return ", ".join(shown)


def _person(person: Moderator) -> str:
    if person.platform == PLATFORM and _ID.fullmatch(person.id):
        return f"<@{'&' if person.is_group else ''}{person.id}>"
    return fit(escape(person.name) or escape(person.id), LONGEST_NAME)


def _buttoned(link: Link) -> LinkLine:
    """Beside a button labelled with the host; where the words do not name it, we do."""
    host = shown_host(link.url)
    line = Line(escape(link.label), _link_name(link))
    if not _names(link.label, host):
        told = escape(host)
        line = replace(line, after=f" ({told})" if line.before or line.text else told)
    return LinkLine(line, line)


def _listed(link: Link) -> LinkLine:
    """Never a masked link: the address itself, else where it leads, on the next line."""
    line = Line(escape(link.label), _link_name(link))
    safe = address(link.url)
    told = escape(shown_host(link.url)) if safe else fit(escape(link.url), LONGEST_NAME)
    return LinkLine(_below(line, f"<{safe}>" if safe else told), _below(line, told))


def _link_name(link: Link) -> str:
    name = fit(escape(link.name), LONGEST_NAME)
    return f"{name}: " if name and visible(link.label) else name


def _below(line: Line, small: str) -> Line:
    start = "\n" if line.before or line.text else ""
    return replace(line, after=f"{start}-# {small}" if small else "")


def _names(label: str, host: str) -> bool:
    """Whether the host stands in the label as a whole."""
    return re.search(rf"(?<![\w.-]){re.escape(host)}(?![\w-]|\.\w)", label) is not None


def _rows(reply: Message, *, opened: bool) -> Iterator[Row]:
    """The items, those of each section below its head."""
    for item in reply.items:
        yield Row(_item(item, opened=opened))
    # Where items have buttons a head is a component, which Discord sets apart; in one text a blank line does.
    apart = "" if opened else "\n"
    above = "" if not reply.items else apart
    for section in reply.sections:
        head = _section_head(section, above)
        items = [_item(item, opened=opened) for item in section.items]
        if head or items:
            yield Row(items[0] if items else None, head)
            above = apart
        for line in items[1:]:
            yield Row(line)


def _section_head(section: Section, above: str) -> Line | None:
    heading, text = fit(escape(section.heading), LONGEST_NAME), escape_lines(section.text)
    if not (heading or text):
        return None
    before = f"**{heading}**" if heading else ""
    return Line(text, above + before + ("\n" if heading and text else ""))


def _item(item: Item, *, opened: bool) -> Line:
    """Facts on the next line: a title that runs from right to left must not turn them around."""
    line = item.line
    title = escape(shorten(visible(line.title), LONGEST_TITLE))
    code = "" if opened and title else f"**{fit(escape(str(line.code)), LONGEST_NAME)}**"
    shown = replace(item, note=fit(escape(item.note), LONGEST_NAME))
    facts = facts_of(shown, fit(escape(line.whose), LONGEST_NAME), _per(line.source))
    return Line(title, f"{code} " if code and title else code, f"\n-# {' · '.join(facts)}")


def _per(source: Source) -> str:
    publisher = fit(escape(source.publisher), LONGEST_NAME)
    host = escape(shown_host(source.url))
    where = f"{publisher} ({host})" if publisher and host else publisher or host
    return f"per {where}" if where else ""
