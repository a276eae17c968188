"""The terminal: lines, tokens, and forms of names and values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.dispatch import Dispatcher
from bot.commands.every import build_registry
from bot.commands.spec import Filled, Invocation, Pressed, Typed
from bot.domain.community.people import Account, Role
from bot.messages.reply import Visibility
from tests.contract.driver import Shown
from tests.dialogue.talk import NOW, TERMINAL, words
from tests.integration.discord.driving import opened, starter_file

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from bot.commands.spec import Asked
    from bot.messages.reply import Reply
    from tests.contract.driver import Driver


class TerminalDriver:
    """Implements `tests.contract.driver.Driver`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._start()

    def _start(self) -> None:
        self.database = opened(self._path)
        self._dispatcher = Dispatcher(build_registry(), self.database, lambda: b"k" * 32)

    async def ask(self, who: str, line: str) -> Shown:
        """Type it."""
        return await self._asked(who, Typed(line))

    async def press(self, who: str, shown: Shown, label: str) -> Shown:
        """By its token."""
        reply: Reply = shown.handle
        (token,) = [one.token for one in reply.buttons if one.label == label]
        return await self._asked(who, Pressed(token))

    async def pick(self, who: str, shown: Shown, label: str) -> Shown:
        """By its token too."""
        reply: Reply = shown.handle
        options = [option for choice in reply.choices for option in choice.options]
        (token,) = [one.token for one in options if one.label == label]
        return await self._asked(who, Pressed(token))

    async def fill(self, who: str, shown: Shown, **values: str) -> Shown:
        """As `--fill` does."""
        reply: Reply = shown.handle
        assert reply.form
        assert shown.form is not None
        return await self._asked(who, Filled(reply.form.token, shown.form | values))

    async def restart(self) -> None:
        """Another database object and dispatcher."""
        self.database.close()
        self._start()

    async def _asked(self, who: str, asked: Asked) -> Shown:
        role = Role.MODERATOR if who in ("mo", "flo") else Role.MEMBER
        account = Account("terminal", who, who, role, named=True)
        reply = await self._dispatcher.dispatch(Invocation(asked, account, TERMINAL, NOW))
        form = {f.name: f.value for f in reply.form.fields if f.name != "files"} if reply.form else None
        return Shown(
            words(reply),
            tuple(one.label for one in reply.buttons),
            tuple(option.label for choice in reply.choices for option in choice.options),
            reply.visibility is Visibility.ASKER,
            form,
            reply,
        )


async def at_the_terminal(folder: Path, story: Callable[[Driver], Awaitable[None]]) -> None:
    """Tell a story there."""
    path = folder / "fiftywire.db"
    path.write_bytes(starter_file().read_bytes())
    driver = TerminalDriver(path)
    try:
        await story(driver)
    finally:
        driver.database.close()
