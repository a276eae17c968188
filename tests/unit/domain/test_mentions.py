"""People, groups and channels as they are mentioned."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.writing.mentions import Mention, PlaceMention, mentions_in, places_in, written

ANY_TEXT = st.text(st.characters(exclude_categories=()))
PIECES = [
    "<@7>",
    "<@!7|Ana>",
    "<@&9|Editors>",
    "<@",
    "@",
    "@@",
    "<",
    ">",
    "|",
    ",",
    ";",
    " ",
    "ana",
    "e\u0301",
]
PIECES += ["\u0301", "\u200b", "\u037e", "&", "7", "x" * 90]


def plain(name: str) -> Mention:
    return Mention(name, name, plain=True)


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("<@7>", [Mention("7", "")]),
        ("<@!7>", [Mention("7", "")]),
        ("<@7|Ana>", [Mention("7", "Ana")]),
        ("<@&9|Editors>", [Mention("9", "Editors", is_group=True)]),
        ("<@U02AB|ana>", [Mention("U02AB", "ana")]),
        ("<@7|Ana Ruiz><@8|Ben, Jr.>", [Mention("7", "Ana Ruiz"), Mention("8", "Ben, Jr.")]),
        ("<@&9>, <@7> and", [Mention("9", "", is_group=True), Mention("7", ""), plain("and")]),
        ("ana, @ben;carla  dan", [plain("ana"), plain("ben"), plain("carla"), plain("dan")]),
        ("ana <@7|Ana> ana", [plain("ana"), Mention("7", "Ana")]),
        ("<@7|Ana> <@7> <@&7>", [Mention("7", "Ana"), Mention("7", "", is_group=True)]),
        ("<@&9|a\u202eb\n>", [Mention("9", "ab", is_group=True)]),
        ("<#7> <!here>", [plain("#7"), plain("!here")]),
        ("", []),
        (" ,;@ <> ", []),
    ],
)
def test_who_is_named(text: str, mentions: list[Mention]) -> None:
    assert mentions_in(text) == tuple(mentions)


@pytest.mark.parametrize(
    "text",
    ["@@ana", "<@7", "a\u037eb", "@\u200b@ana", "e<\u0301x", "<@7|Ana> <@&9|Editors>, ben", "x" * 200],
)
def test_what_is_written_anew_names_the_same(text: str) -> None:
    mentions = mentions_in(text)
    assert mentions
    assert mentions_in(written(mentions)) == mentions


@given(ANY_TEXT | st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_text_names_somebody_or_nobody_and_the_same_when_written_anew(text: str) -> None:
    mentions = mentions_in(text)
    assert mentions_in(written(mentions)) == mentions
    assert len({(mention.id, mention.is_group) for mention in mentions}) == len(mentions)
    for mention in mentions:
        assert 0 < len(mention.id) <= 80
        assert len(mention.name) <= 80
        assert mention.id.encode()
        assert not set("<>|") & set(mention.id + mention.name)


def test_a_name_never_makes_a_mention() -> None:
    """What somebody calls themselves is text: it can name nobody else."""
    assert mentions_in("<@7|<@8>") == (plain("7"), Mention("8", ""))
    (ana,) = mentions_in("<@7|@&9>")
    assert ana == Mention("7", "@&9")
    assert mentions_in(written((ana,))) == (ana,)


# --- channels


def place(name: str) -> PlaceMention:
    return PlaceMention(name, name, plain=True)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("<#7>", [PlaceMention("7", "")]),
        ("<#7|general>", [PlaceMention("7", "general")]),
        ("<#C02AB|general>", [PlaceMention("C02AB", "general")]),
        ("<#7|a b><#8|c, d>", [PlaceMention("7", "a b"), PlaceMention("8", "c, d")]),
        ("<#7>, <#8|desk> and", [PlaceMention("7", ""), PlaceMention("8", "desk"), place("and")]),
        ("desk, #annex;loft  cellar", [place("desk"), place("annex"), place("loft"), place("cellar")]),
        ("##desk desk", [place("desk")]),
        ("<#7|desk> <#7|again>", [PlaceMention("7", "desk")]),
        ("desk <#desk|Desk>", [place("desk")]),
        ("7 <#7|desk>", [place("7")]),
        ("<#7|a\u202eb\n>", [PlaceMention("7", "ab")]),
        # nobody is a channel
        ("<@7> <!here> <@&9>", [place("@7"), place("!here"), place("@&9")]),
        ("<#7|<#8>", [place("7"), PlaceMention("8", "")]),
        ("", []),
        (" ,;# <> ", []),
    ],
)
def test_which_channels_are_named(text: str, places: list[PlaceMention]) -> None:
    assert places_in(text) == tuple(places)


@given(
    ANY_TEXT
    | st.lists(st.sampled_from([*PIECES, "<#7>", "<#7|general>", "<#C2|a b>", "#", "##", "<#"])).map("".join)
)
def test_any_text_names_channels_or_none_and_the_same_when_written_anew(text: str) -> None:
    places = places_in(text)
    assert places_in(" ".join(map(str, places))) == places
    assert len({place.id for place in places}) == len(places)
    for one in places:
        assert 0 < len(one.id) <= 80
        assert len(one.name) <= 80
        assert one.id.encode()
        assert not set("<>|") & set(one.id + one.name)
        assert not one.plain or one.id == one.name


def test_what_a_channel_is_called_names_no_other() -> None:
    (desk,) = places_in("<#7|#8, annex>")
    assert desk == PlaceMention("7", "#8, annex")
    assert places_in(str(desk)) == (desk,)
