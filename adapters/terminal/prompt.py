"""The prompt of `fiftywire chat`: editing, completion, history. The only user of prompt_toolkit's session."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from adapters.terminal.chat import is_goodbye
from adapters.terminal.completion import CommandCompleter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from adapters.terminal.chat import Chat
    from adapters.terminal.screen import Screen

GREETING = "Fiftywire: what US states do on their own authority. Try /state IL or /help; Ctrl-D leaves.\n\n"


async def converse(
    chat: Chat, history_file: Path, screen: Callable[[], Screen], write: Callable[[str], object]
) -> None:
    """Ask for lines and answer them until the person leaves. Ctrl-C only drops the line."""
    session: PromptSession[str] = PromptSession(
        "> ",
        completer=CommandCompleter(chat.dispatcher.registry),
        history=_history(history_file),
        enable_suspend=True,
    )
    write(GREETING)
    while True:
        if (arrived := chat.arrived(screen())) is not None:
            write(arrived + "\n")
        try:
            text = await session.prompt_async()
        except KeyboardInterrupt as interrupt:
            if type(interrupt) is not KeyboardInterrupt:
                raise  # SIGTERM, which ends the program in the same way
            continue
        except EOFError:
            return
        for line in text.splitlines() or [""]:  # several when they were pasted; none says something in a form
            if is_goodbye(line):
                return
            answer = await chat.answer(line, screen())
            if answer is not None:
                write(answer + "\n")


def _history(path: Path) -> History:
    """Lines are kept in a file that only its owner reads; where none can be, for this conversation."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)  # with the database elsewhere, nothing else made it
        path.touch(mode=0o600)
        with path.open("r+b"):
            return _FileHistory(path)
    return InMemoryHistory()


class _FileHistory(FileHistory):
    def store_string(self, string: str) -> None:
        """A disk that is full by now must not end the conversation."""
        with contextlib.suppress(OSError):
            super().store_string(string)
