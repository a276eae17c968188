"""Ports of communities and people: who has a board, who is who, one-time codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.domain.community.codes import CodePurpose
    from bot.domain.community.people import Account, Ban, Community, Home, HomeRecord, KnownAccount, Moderator
    from bot.domain.deliveries import Place
    from bot.domain.review.proposals import Policy


class Communities(Protocol):
    """Who has a board, where they are at home, and who moderates them."""

    def at(self, home: Home | None) -> Community | None:
        """The community of a home, if it has one and the home is not suspended."""

    def knows(self, home: Home) -> bool:
        """Whether the bot ever was in that home."""

    def join(self, home: Home, name: str, now: datetime) -> Community:
        """The community of a home that is there, called `name` by its people.

        A new home gets one of its own, a suspended home is alive again with the one it had.
        """

    def suspend(self, home: Home, now: datetime) -> None:
        """The bot was sent away; everything is kept, and the first time counts. Unknown homes are ignored."""

    def homes(self, platform: str) -> list[HomeRecord]:
        """Every home that there ever was on a platform, suspended ones too, by id."""

    def set_zone(self, community_id: int, zone: str) -> None:
        """From now on its people read the clock in that time zone."""

    def moderators(self, community_id: int) -> list[Moderator]:
        """Everyone who is named: people before groups, each by platform and id."""

    def name_moderators(self, community_id: int, platform: str, named: Sequence[Moderator]) -> None:
        """Those and nobody else of their platform, in place of all of it who were named."""

    def get(self, community_id: int) -> Community | None:
        """One by its number."""

    def named(self, name: str) -> Community | None:
        """One by its name, which is its board's."""

    def every(self) -> list[Community]:
        """All of them, by number."""

    def curators(self) -> list[Community]:
        """Those whose moderators publish for everyone: those with review places first, then by number."""

    def homes_of(self, community_id: int) -> list[HomeRecord]:
        """All homes of a community, by platform and id."""

    def move(self, home: Home, community_id: int) -> None:
        """From now on the home is that community's."""

    def is_moderator(self, community_id: int, account: Account) -> bool:
        """Whether a person is named, or one of the groups the person is in."""

    def boards(self) -> list[str]:
        """The names of all boards, the commons first."""

    def add(self, name: str) -> None:
        """A community without a home yet, for a board that an export brings."""


class ReviewSettings(Protocol):
    """How communities review: who publishes for everyone, review places, policies of boards."""

    def trust(self, community_id: int, *, curator: bool) -> None:
        """Let its moderators publish for everyone, or no longer."""

    def set_most_cards(self, community_id: int, most: int) -> None:
        """How many cards an hour are posted."""

    def review_places(self, community_id: int) -> list[Place]:
        """Where its cards go, by platform and id."""

    def name_review_places(
        self, community_id: int, platform: str, places: Sequence[Place], home: str | None = None
    ) -> None:
        """Those and no others of their platform, or of one home there."""

    def policy(self, board: str) -> Policy:
        """How many people a board asks for."""

    def set_policy(self, board: str, policy: Policy) -> None:
        """From now on it asks for so many."""


class People(Protocol):
    """Accounts that did something under their name, who is one person, and what is kept about them."""

    def find(self, platform: str, id_: str) -> KnownAccount | None:
        """The account, if it is known."""

    def keep(self, account: Account, pseudonym: str, now: datetime) -> KnownAccount:
        """Know it from now on, under the name that it has now."""

    def known(self, numbers: Iterable[int]) -> dict[int, KnownAccount]:
        """Accounts by number; those that are forgotten are left out."""

    def linked(self, person: int) -> list[KnownAccount]:
        """All accounts of a person, by number."""

    def link(self, number: int, other: int) -> None:
        """The two accounts, and all that each is linked with, are one person's."""

    def forget(self, number: int | None, renamed: Mapping[str, str]) -> None:
        """Drop an account and all that stands under its pseudonyms, bans apart.

        What it sent stays under what they are `renamed` to, without an account and, of followers, without
        words; what was owed to it is dropped, the audit loses the names and texts of what it did.
        """

    def ban(self, community_id: int, ban: Ban, by: int | None, now: datetime) -> bool:
        """Take no reports of that pseudonym; False when it was banned before."""

    def unban(self, community_id: int, pseudonyms: Iterable[str]) -> bool:
        """Take them again; False when none was banned."""

    def bans(self, community_id: int) -> list[Ban]:
        """All who are banned, newest first."""

    def is_banned(self, community_id: int, pseudonyms: Iterable[str]) -> bool:
        """Whether one of those is banned."""

    def add_note(self, community_id: int, pseudonym: str, text: str, by: int | None, now: datetime) -> None:
        """Keep a note about somebody, for the moderators."""

    def notes(self, community_id: int, pseudonyms: Iterable[str]) -> list[str]:
        """The notes about somebody, newest first."""

    def communities_of(self, number: int) -> list[Community]:
        """Where an account reported under its name, or is named as moderator: by number."""


class Codes(Protocol):
    """One-time codes, kept as hashes."""

    def issue(self, digest: str, purpose: CodePurpose, subject: int, until: datetime) -> None:
        """Let a code be used once until that time."""

    def use(self, digest: str, purpose: CodePurpose, now: datetime) -> int | None:
        """Its subject, and never again; None where there is no such code, or it is used or too old."""
