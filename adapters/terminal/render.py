"""From a reply to the text on a terminal. Pure; user text is only ever literal text."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from rich.text import Text

from adapters.terminal.layout import Lines, flow, fold, paragraphs, plain
from bot.domain.actions import Stage, Verified
from bot.domain.text import clean, shorten
from bot.errors import AmbiguousError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.terminal.screen import Screen
    from bot.domain.actions import ActionLine
    from bot.messages.reply import Button, Field, Link, Page, Reply

NEXT = "Next"
"""The label of the button to the next page (DESIGN 9)."""

LONGEST_TITLE = 200
LONGEST_LABEL = 60
MOST_STATES = 4

# Told apart, but neither praised nor blamed: no green and red, and neither party's blue and red.
_COLOURS = {Stage.OPEN: "yellow", Stage.LIVE: "cyan", Stage.STOPPED: "magenta"}


def in_chat(reply: Reply, screen: Screen) -> str:
    """The answer with its buttons numbered; see `pressable`."""
    blocks = _body(reply, screen.width)
    number = 0
    keys: Lines = []
    if reply.buttons:
        keys += flow(_keys(reply.buttons, number), "  ", screen.width)
        number += len(reply.buttons)
    for choice in reply.choices:
        head = plain(shorten(choice.label, LONGEST_LABEL), "dim")
        chunks = _keys(choice.options, number)
        keys += flow([*([head + Text(":", "dim")] if head else []), *chunks], "  ", screen.width)
        number += len(choice.options)
    return screen.paint(_spaced([*blocks, keys]))


def in_ask(reply: Reply, screen: Screen, again: str) -> str:
    """The answer where nothing can be pressed: guesses as a list, and the command for the next page.

    `again` is the command line to which `--press TOKEN` is added.
    """
    blocks = _body(reply, screen.width)
    if reply.problem and reply.problem.code == AmbiguousError.code:
        blocks.append(
            [line for button in reply.buttons for line in fold(_label(button), screen.width, indent=2)]
        )
    for button in reply.buttons:
        # a token that cleaning would change cannot be copied from here
        if button.label == NEXT and not reply.problem and button.token == clean(button.token):
            blocks.append([Text(f"More: {again} --press {shlex.quote(button.token)}", "dim")])
    return screen.paint(_spaced(blocks))


def pressable(reply: Reply) -> tuple[Button, ...]:
    """What the numbers of `in_chat` stand for, in order: the buttons, then the options of every choice."""
    return (*reply.buttons, *(option for choice in reply.choices for option in choice.options))


def _body(reply: Reply, width: int) -> list[Lines]:
    text = reply.text or (reply.problem.message if reply.problem else "")
    return [
        [*(fold(plain(reply.title, "bold"), width) if reply.title else []), *paragraphs(text, width)],
        _fields(reply.fields, width),
        _links(reply.links, width),
        _items(reply.items, width),
        _page(reply.page, width),
    ]


def _spaced(blocks: Sequence[Lines]) -> Lines:
    """The blocks that say something, a blank line between two."""
    spaced: Lines = []
    for block in blocks:
        spaced += [*([Text()] if spaced and block else []), *block]
    return spaced


def _fields(fields: Sequence[Field], width: int) -> Lines:
    """Names and values in two columns where the names leave room, else one after the other."""
    names = [plain(field.name, "dim") for field in fields]
    column = max((name.cell_len for name in names), default=0) + 2
    lines: Lines = []
    for name, field in zip(names, fields, strict=True):
        if column > width * 2 // 5:
            folded = fold(Text.assemble(name, (": ", "dim"), plain(field.value)), width - 2)
            lines += [folded[0], *(Text("  ") + rest for rest in folded[1:])]
            continue
        name.pad_right(column - name.cell_len)
        for at, value in enumerate(paragraphs(field.value, width - column) or [Text()]):
            lines.append((Text(" " * column) if at else name) + value)
            lines[-1].rstrip()
    return lines


def _links(links: Sequence[Link], width: int) -> Lines:
    """The address stands alone on its line and is never broken, so that terminals can open it."""
    lines: Lines = []
    for link in links:
        label = plain(f"{link.name}: {link.label}" if link.label else link.name)
        lines += [*(fold(label, width) if label else []), Text("  ") + plain(link.url, "dim")]
    return lines


def _items(items: Sequence[ActionLine], width: int) -> Lines:
    column = max((len(str(item.code)) for item in items), default=0) + 2
    lines: Lines = []
    for item in items:
        code = Text(str(item.code).ljust(column), "bold")
        lines += fold(plain(shorten(item.title, LONGEST_TITLE)), width, code, column)
        lines += flow(_facts(item), " · ", width, indent=column)
    return lines


def _facts(item: ActionLine) -> list[Text]:
    """How it stands, since when, where, who says so, and how sure that is."""
    status = item.status.label + (", challenged in court" if item.challenged else "")
    facts = [item.changed.words, _states(item.states)]
    if publisher := clean(item.source.publisher):
        facts.append(f"per {shorten(publisher, LONGEST_LABEL)}")
    if item.verified is Verified.PARTLY:
        facts.append("status not checked lately")
    elif item.checked:
        facts.append(f"checked {item.checked.words}")
    return [Text(status, _COLOURS[item.status.stage]), *(plain(fact, "dim") for fact in facts if fact)]


def _states(codes: Sequence[str]) -> str:
    """All of them, or the first ones (the lead state first) and how many more."""
    if len(codes) <= MOST_STATES:
        return ", ".join(codes)
    shown = codes[: MOST_STATES - 1]
    return f"{', '.join(shown)} and {len(codes) - len(shown)} more"


def _page(page: Page | None, width: int) -> Lines:
    if page is None or not page.total:
        return []
    where = f"Page {page.number:,} of {page.pages:,}, " if page.pages > 1 else ""
    return fold(Text(f"{where}{page.total:,} in all", "dim"), width)


def _keys(buttons: Sequence[Button], before: int) -> list[Text]:
    return [
        Text.assemble((f"[{number}]", "bold"), " ", _label(button))
        for number, button in enumerate(buttons, before + 1)
    ]


def _label(button: Button) -> Text:
    return plain(shorten(button.label, LONGEST_LABEL))
