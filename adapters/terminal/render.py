"""From a reply to the text on a terminal. Pure; user text is only ever literal text."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from rich.text import Text

from adapters.terminal.filling import FILES_ONLY
from adapters.terminal.layout import Lines, as_it_is, flow, fold, paragraphs, plain
from bot.domain.catalogue.actions import Stage
from bot.domain.writing.text import clean, shorten
from bot.errors import AmbiguousError
from bot.messages.message import ButtonRole
from bot.messages.offered import left_out, left_out_words, offered
from bot.messages.wording import facts_of, page_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.terminal.screen import Screen
    from bot.messages.form import Form
    from bot.messages.message import Button, Choice, Field, Item, Link, Message, Section
    from bot.messages.reply import Reply

LONGEST_TITLE = 200
LONGEST_LABEL = 60

# Told apart, but neither praised nor blamed: no green and red, and neither party's blue and red.
_COLOURS = {Stage.OPEN: "yellow", Stage.LIVE: "cyan", Stage.STOPPED: "magenta"}


def in_chat(reply: Message, screen: Screen, before: int = 0) -> str:
    """The answer with its buttons numbered, from `before` + 1 on; see `pressable`."""
    return screen.paint(_spaced([*_body(reply, screen.width), _numbered(reply, screen, before)[0]]))


def in_ask(reply: Reply, screen: Screen, again: str) -> str:
    """The answer where nothing can be pressed: guesses as a list, and the command for the next page.

    `again` is the command line to which `--press TOKEN` is added.
    """
    blocks = _body(reply, screen.width)
    if reply.form:
        blocks.append(_form(reply.form, screen.width))
    if reply.problem and reply.problem.code == AmbiguousError.code:
        blocks.append(
            [line for button in reply.buttons for line in fold(_label(button), screen.width, indent=2)]
        )
    if not reply.problem:
        blocks += [_command("More", button, again) for button in reply.buttons if _is_next(button)]
    return screen.paint(_spaced(blocks))


def _is_next(button: Button) -> bool:
    """Whether it leads to the next page of a list."""
    return button.role is ButtonRole.LEADS and bool(button.press.after)


def in_inbox(reply: Message, screen: Screen, again: str) -> str:
    """A message that came by itself, where nothing can be pressed: the command for each of its buttons."""
    buttons = [*reply.buttons, *(option for choice in reply.choices for option in choice.options)]
    commands = [line for button in buttons for line in _command(_label(button).plain, button, again)]
    return screen.paint(_spaced([*_body(reply, screen.width), commands]))


def heading(count: int, screen: Screen) -> str:
    """What stands above messages that came by themselves."""
    words = "Unread message:" if count == 1 else f"{count:,} unread messages:"
    return screen.paint([Text(words, "dim")])


def pressable(reply: Message, screen: Screen, before: int = 0) -> tuple[Button, ...]:
    """What the numbers of `in_chat` stand for, in order: the buttons, then the filters that are shown."""
    return _numbered(reply, screen, before)[1]


def _body(message: Message, width: int) -> list[Lines]:
    title = fold(plain(message.title, "bold"), width) if message.title else []
    return [
        [*title, *paragraphs(message.words, width)],
        _fields(message.fields, width),
        _links(message.links, width),
        _items(message.items, width),
        *(_section(section, width) for section in message.sections),
        fold(Text(page_words(message.page), "dim"), width) if page_words(message.page) else [],
        _files(message, width),
    ]


def _files(message: Message, width: int) -> Lines:
    """The names of files that others see, and a file of text itself, whose lines are never broken."""
    names = ", ".join(file.name for file in message.files)
    lines = fold(plain(f"Files: {names}"), width) if names else []
    if message.file:
        lines += [plain(message.file.name, "bold"), *map(as_it_is, message.file.content.splitlines())]
    return lines


def _command(name: str, button: Button, again: str) -> Lines:
    """The command that presses a button; a token that cleaning would change cannot be copied from here."""
    if button.token != clean(button.token):
        return []
    return [Text(f"{name}: {again} --press {shlex.quote(button.token)}", "dim")]


def _form(form: Form, width: int) -> Lines:
    """The fields, as they are filled in from a command line."""
    if not offered(form):
        return fold(plain(FILES_ONLY), width)
    lines = fold(plain("Add --fill for each field that is to be filled in:", "dim"), width)
    for field in offered(form):
        head = Text(f"--fill {field.name}=…  ", "bold")
        lines += fold(plain(f"{field.label}: {field.help}"), width, head, 2)
    for field in left_out(form):
        lines += fold(plain(left_out_words(field)), width)
    return lines


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
            folded = fold(Text.assemble(name, (": ", "dim"), plain(field.words)), width - 2)
            lines += [folded[0], *(Text("  ") + rest for rest in folded[1:])]
            continue
        name.pad_right(column - name.cell_len)
        for at, value in enumerate(paragraphs(field.words, width - column) or [Text()]):
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


def _section(section: Section, width: int) -> Lines:
    heading = fold(plain(section.heading, "bold"), width) if clean(section.heading) else []
    return [*heading, *paragraphs(section.text, width), *_items(section.items, width)]


def _items(items: Sequence[Item], width: int) -> Lines:
    column = max((len(str(item.line.code)) for item in items), default=0) + 2
    lines: Lines = []
    for item in items:
        code = Text(str(item.line.code).ljust(column), "bold")
        lines += fold(plain(shorten(item.line.title, LONGEST_TITLE)), width, code, column)
        lines += flow(_facts(item), " · ", width, indent=column)
    return lines


def _facts(item: Item) -> list[Text]:
    line = item.line
    publisher = shorten(clean(line.source.publisher), LONGEST_LABEL)
    return [
        plain(fact, _COLOURS[line.status.stage] if fact == line.status_text else "dim")
        for fact in facts_of(item, line.whose, f"per {publisher}" if publisher else "")
    ]


def _numbered(reply: Message, screen: Screen, before: int = 0) -> tuple[Lines, tuple[Button, ...]]:
    """The lines with numbers in them, and what each number presses."""
    lines = flow(_keys(reply.buttons, before), "  ", screen.width) if reply.buttons else []
    shown = list(reply.buttons)
    for choice in reply.choices if screen.filters else ():
        more, count = _filters(choice, before + len(shown), screen)
        lines += more
        shown += choice.options[:count]
    return lines, tuple(shown)


def _filters(choice: Choice, before: int, screen: Screen) -> tuple[Lines, int]:
    """As many options as fit, and how many those are; the others can be typed."""
    label = plain(shorten(choice.label, LONGEST_LABEL), "dim")
    head = [label + Text(":", "dim")] if label else []
    keys = _keys(choice.options, before)
    for count in range(len(keys), 0, -1):
        rest = [] if count == len(keys) else [Text(_rest(choice, len(keys) - count), "dim")]
        lines = flow([*head, *keys[:count], *rest], "  ", screen.width)
        if len(lines) <= screen.filters:
            break
    else:
        return [], 0
    return lines, count


def _rest(choice: Choice, count: int) -> str:
    """How to get at options that are not shown: by the name of the one option in which they differ."""
    presses = [option.press.options for option in choice.options]
    names = {name for press in presses for name in press}
    differing = [name for name in names if len({press.get(name) for press in presses}) > 1]
    return f"… {count} more" + (f", type {differing[0]}:NAME" if len(differing) == 1 else "")


def _keys(buttons: Sequence[Button], before: int) -> list[Text]:
    return [
        Text.assemble((f"[{number}]", "bold"), " ", _label(button))
        for number, button in enumerate(buttons, before + 1)
    ]


def _label(button: Button) -> Text:
    return plain(shorten(button.label, LONGEST_LABEL))
