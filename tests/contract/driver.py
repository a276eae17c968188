"""What a test of the contract does on a platform, and what it looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer, or the form that was opened in its place, as somebody sees it."""

    text: str
    """All words; without markup, so that they can be compared."""
    buttons: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    """Of all lists to choose from."""
    alone: bool = False
    """Whether nobody but the asker sees it."""
    form: dict[str, str] | None = None
    """The fields of the form, with what stands in them."""
    handle: Any = None
    """What the driver needs to press and fill in; of no concern to tests."""


class Driver(Protocol):
    """A platform with the starter catalogue, moderators `mo` and `flo`, and members of any other name."""

    async def ask(self, who: str, line: str) -> Shown:
        """Ask as people do there: by a line, or by a command with options."""

    async def press(self, who: str, shown: Shown, label: str) -> Shown:
        """Press a button of what was shown, maybe to somebody else."""

    async def pick(self, who: str, shown: Shown, label: str) -> Shown:
        """Choose an option of a list."""

    async def fill(self, who: str, shown: Shown, **values: str) -> Shown:
        """Send a form; what is left out goes as it stands there."""

    async def restart(self) -> None:
        """End the process and start another on the same database."""
