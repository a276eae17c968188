"""One-time codes: printed in one place, typed in another, used once."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from bot.domain.writing.text import squeeze
from bot.errors import NotFoundError

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.community.codes import CodePurpose
    from bot.ports import UnitOfWork

_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without those that are taken for each other."""
_LENGTH = 12
"""59 bits: nobody guesses one in the days that it lasts."""


def issue_code(uow: UnitOfWork, purpose: CodePurpose, subject: int, now: datetime) -> str:
    """A new code, kept as a hash only: `k3m9-xw2p-7tqa`."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    uow.codes.issue(_digest(letters), purpose, subject, now + purpose.lasts)
    return "-".join(letters[at : at + 4] for at in range(0, _LENGTH, 4))


def use_code(uow: UnitOfWork, purpose: CodePurpose, code: str, now: datetime) -> int:
    """What a code stands for; from now on nothing. Raises NotFoundError for one that does not work."""
    subject = uow.codes.use(_digest(squeeze(code)), purpose, now)
    if subject is None:
        raise NotFoundError("This code does not work: it was used, it is too old, or a letter is wrong.")
    return subject


def _digest(letters: str) -> str:
    return hashlib.sha256(letters.encode()).hexdigest()
