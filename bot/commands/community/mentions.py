"""People and channels that were typed by hand where the platform's list has ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import NotUnderstoodError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.community.people import Account
    from bot.domain.writing.mentions import Mention, PlaceMention


def check_picked(
    account: Account, mentions: Iterable[Mention | PlaceMention], what: str, mark: str = "@"
) -> None:
    """Raise NotUnderstoodError for a mention that cannot be an id on the account's platform."""
    for mention in mentions:
        if not account.may_be_id(mention.id, named=mention.plain):
            shown = f"{mark}{mention.name or mention.id}"
            raise NotUnderstoodError(f"Mention {what}, like {shown}, from the list offered.")
