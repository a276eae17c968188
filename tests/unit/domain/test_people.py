"""People as the rules see them: accounts, pseudonyms, communities."""

from __future__ import annotations

import hashlib
import hmac
from itertools import product

import pytest

from bot.domain.community.people import (
    COMMONS,
    Account,
    Community,
    Person,
    Role,
    Use,
    pseudonym,
    visible_boards,
)

KEY = b"a key of the tests"
ANA = Account("discord", "7", "Ana")


@pytest.mark.parametrize(
    ("use", "told"),
    [
        (Use.OPEN, b"discord\x007"),
        (Use.HIDDEN, b"hiddendiscord\x007"),
        (Use.COUNTED, b"counteddiscord\x007"),
        (Use.GONE, b"gonediscord\x007"),
        (Use.HIDDEN_GONE, b"hidden gonediscord\x007"),
    ],
)
def test_pseudonyms_are_what_they_were_when_they_were_kept(use: Use, told: bytes) -> None:
    """Bans and reports out there stand under them: whoever changes one lets somebody in again."""
    assert pseudonym(KEY, ANA, use) == hmac.new(KEY, told, hashlib.sha256).hexdigest()


def test_every_use_of_every_account_has_a_pseudonym_of_its_own() -> None:
    accounts = [
        Account(platform, id_, "Ana")
        for platform, id_ in product(("discord", "slack", "terminal"), ("7", "77", "ana"))
    ]
    told = [pseudonym(KEY, account, use) for account, use in product(accounts, Use)]
    assert len(set(told)) == len(told) == 45
    assert not {pseudonym(b"other", account, use) for account, use in product(accounts, Use)} & set(told)
    assert pseudonym(KEY, ANA) == pseudonym(KEY, ANA, Use.OPEN)


def test_a_name_a_role_and_groups_make_nobody_else() -> None:
    other = Account("discord", "7", "Called otherwise", Role.ADMIN, frozenset({"9"}), numbered=True)
    assert [pseudonym(KEY, other, use) for use in Use] == [pseudonym(KEY, ANA, use) for use in Use]


def test_all_pseudonyms_of_a_person() -> None:
    ana = Person(
        ANA, "open", "hidden", frozenset({"open", "open 2"}), frozenset({"hidden", "hidden 2"}),
        frozenset({"gone"}), "counted",
    )  # fmt: skip
    assert ana.every == {"open", "open 2", "hidden", "hidden 2"}
    assert ana.ever == {"open", "open 2", "hidden", "hidden 2", "gone"}
    assert "counted" not in ana.ever, "when somebody called tells nobody what they sent"


@pytest.mark.parametrize(
    ("account", "id_", "named", "may"),
    [
        (Account("discord", "7", "Ana", numbered=True), "8", False, True),
        (Account("discord", "7", "Ana", numbered=True), "1" * 20, False, True),
        (Account("discord", "7", "Ana", numbered=True), "1" * 21, False, False),
        (Account("discord", "7", "Ana", numbered=True), "8a", False, False),
        (Account("discord", "7", "Ana", numbered=True), "", False, False),
        (Account("discord", "7", "Ana", numbered=True), "8", True, False),
        (Account("terminal", "ana", "ana", named=True), "ben", True, True),
        (Account("terminal", "ana", "ana", named=True), "8", False, True),
        (Account("slack", "U1", "Ana"), "U2", False, True),
        (Account("slack", "U1", "Ana"), "ben", True, False),
    ],
)
def test_what_may_be_somebody_s_id(account: Account, id_: str, *, named: bool, may: bool) -> None:
    assert account.may_be_id(id_, named=named) is may


def test_who_publishes_where_and_sees_what() -> None:
    ours, curators = Community(2, "discord-777", curator=False), Community(1, "terminal", curator=True)
    assert (ours.board, curators.board) == ("discord-777", COMMONS)
    assert visible_boards(ours) == (COMMONS, "discord-777")
    assert visible_boards(curators) == (COMMONS, "terminal")
    assert visible_boards(None) == (COMMONS,)
    assert (ours.zone, ours.most_cards) == ("UTC", 60)


def test_each_role_may_what_the_one_before_may() -> None:
    assert Role.MEMBER < Role.MODERATOR < Role.ADMIN
    assert [role.label for role in Role] == ["member", "moderator", "admin"]
