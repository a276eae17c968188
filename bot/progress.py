"""What the application tells while it works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Progress:
    """What the application tells while it works: sentences, and how far a named piece of work is."""

    say: Callable[[str], None] = lambda _: None
    step: Callable[[str, int, int], None] = lambda _name, _done, _total: None
