"""Text of people on Discord: nothing that was typed becomes anything but text, and all that is seen stays."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.discord.drawing.escape import escape, escape_lines, fit
from bot.messages.visible import address, plain, visible

SPECIAL = set("\\*_~`|>#-+[]()<@:")
ANY_TEXT = st.text(st.characters(exclude_categories=()))
TYPED = r"""
\ * ** _ ~~ ` ``` || > >>> # -# - + 1. 12. [ ](https://evil.example) ( ) <@1> <@&2> <#3> </a:4> <t:5:R>
<a:b:6> <id:home> @everyone @here https://x.example javascript:alert(1) www.x.example a
"""
UNSEEN = ("\n", "\r\n", "\u2028", "\x85", "\u202e", "\u200b", "\u200d", "\u3164", "\u2800", "\ud800")
PIECES = (*TYPED.split(), *UNSEEN, " ", "\u05d0", "😀", "\u1fef", "\u0301")
NASTY = st.lists(st.sampled_from(PIECES)).map("".join)
TEXT = ANY_TEXT | NASTY


def unescaped(text: str) -> str:
    """What Discord shows of `text`; no character that means something may be without its backslash."""
    shown = ""
    at = 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
            assert at < len(text), "a backslash with nothing behind it"
            assert not text[at].isalnum(), "a backslash that would be shown"
            assert not text[at].isspace(), "a backslash that would be shown"
        else:
            assert text[at] not in SPECIAL, f"{text[at]} is not escaped"
        shown += text[at]
        at += 1
    return shown


@given(TEXT)
@example("\\")
@example("\u1fef\u0300")
def test_what_is_escaped_shows_the_visible_letters_and_nothing_means_anything(text: str) -> None:
    assert unescaped(escape(text)) == visible(text)
    assert not re.match(r"[0-9]+\.", escape(text)), "a numbered list"


@given(TEXT)
def test_no_character_is_left_that_cannot_be_seen_or_breaks_the_line(text: str) -> None:
    for shown in (escape(text), visible(text), plain(text, 4000)):
        assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
        assert shown.split() == [word for word in shown.split(" ") if word], "white space is single spaces"


@given(TEXT)
def test_all_that_was_seen_stays(text: str) -> None:
    gone = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2065\u2800\u3164\uffa0\ufffc\U0001d159]")

    def letters(shown: str) -> list[str]:
        composed = unicodedata.normalize("NFC", gone.sub("", shown))
        hidden = ("M", "Z", "C")
        return [
            c for c in composed if unicodedata.category(c)[0] not in hidden or unicodedata.category(c) == "Co"
        ]

    assert letters(visible(text)) == letters(
        "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cn"))
    )


@given(TEXT)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@given(TEXT, st.integers(1, 60))
def test_what_is_cut_is_no_longer_than_asked_and_tears_no_escape(text: str, most: int) -> None:
    cut = fit(escape(text), most)
    assert len(cut) <= most
    shown = unescaped(cut)
    if cut != escape(text):
        assert shown.endswith("…")
        assert visible(text).startswith(shown[:-1])
        assert len(escape(text)) > most


@pytest.mark.parametrize(
    ("most", "shown"),
    [(0, ""), (1, "…"), (2, "…"), (3, "\\*…"), (4, "\\*…"), (5, "\\*\\*…"), (6, "\\*\\*\\*")],
)
def test_cutting_counts_escaped_characters(most: int, shown: str) -> None:
    assert fit(escape("***"), most) == shown


def test_backslashes_are_counted_in_pairs_when_something_is_cut() -> None:
    assert fit(escape("a\\\\b*"), 4) == "a\\\\…"
    assert fit(escape("a\\\\b*"), 6) == "a\\\\\\\\…"


def test_no_space_stands_before_an_ellipsis() -> None:
    assert fit("one two", 5) == "one…"


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("*a* _b_ ~~c~~ `d` ||e||", r"\*a\* \_b\_ \~\~c\~\~ \`d\` \|\|e\|\|"),
        ("@everyone @here", r"\@everyone \@here"),
        ("<@1> <@!1> <@&2> <#3>", r"\<\@1\> \<\@!1\> \<\@&2\> \<\#3\>"),
        ("</action:4> <t:5:R> <a:b:6> <id:home>", r"\</action\:4\> \<t\:5\:R\> \<a\:b\:6\> \<id\:home\>"),
        ("[x](javascript:alert(1))", r"\[x\]\(javascript\:alert\(1\)\)"),
        ("https://evil.example/a_b", r"https\://evil.example/a\_b"),
        ("# a", r"\# a"),
        ("-# a", r"\-\# a"),
        ("> a", r"\> a"),
        ("- a", r"\- a"),
        ("+ a", r"\+ a"),
        ("1. a 2. b", r"1\. a 2. b"),
        ("  12.5", r"12\.5"),
        ("v1.5", "v1.5"),
        ("IL-17: O'Hare & “co.” 50 % $5 = ^", r"IL\-17\: O'Hare & “co.” 50 % $5 = ^"),
        ("a\nb\r\nc\u2028d\x85e\tf", "a b c d e f"),
        ("\u1fef\u0060", "\\`\\`"),
    ],
)
def test_what_means_something_on_discord_is_escaped(typed: str, sent: str) -> None:
    assert escape(typed) == sent


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        ("overrides", "\u202a\u202b\u202c\u202d\u202e"),
        ("isolates", "\u2066\u2067\u2068\u2069"),
        ("marks", "\u200e\u200f\u061c"),
        ("zero width", "\u200b\u200c\u200d\u2060\ufeff\u00ad"),
        ("tags", "\U000e0001\U000e0041\U000e007f"),
        ("Hangul fillers", "\u115f\u1160\u3164\uffa0"),
        ("Braille blank", "\u2800"),
        ("variation selectors", "\ufe00\ufe0d\U000e0100\U000e01ef"),
        ("Mongolian selectors", "\u180b\u180c\u180d\u180e\u180f"),
        ("joiner", "\u034f"),
        ("Khmer vowels", "\u17b4\u17b5"),
        ("shorthand", "\U0001bca0"),
        ("musical", "\U0001d159\U0001d173"),
        ("annotation", "\ufff9\ufffa\ufffb\ufffc"),
        ("never assigned", "\u2065\ufff0\U000e0fff"),
        ("controls", "\x00\x08\x1b\x7f\x9b"),
        ("ASCII controls", "\x00\x08\x0e\x1b\x7f"),
        ("halves", "\ud800\udfff"),
    ],
)
def test_what_cannot_be_seen_is_dropped(name: str, hidden: str) -> None:
    for shown in (escape, visible, escape_lines, lambda text: plain(text, 100)):
        assert shown(f"a{hidden}b{hidden}") == "ab", name


def test_an_emoji_keeps_what_makes_it_one() -> None:
    assert visible("❤\ufe0f 1\ufe0f\u20e3 👍🏽") == "❤\ufe0f 1\ufe0f\u20e3 👍🏽"


def test_marks_are_few_and_stand_on_letters() -> None:
    assert visible("a" + "\u0315" * 50 + "b") == "a" + "\u0315" * 4 + "b"
    assert visible("\u0315a \u0315b") == "a b"
    assert visible("e\u0301") == "é"
    assert visible("קֻּרְ") == unicodedata.normalize("NFC", "קֻּרְ")


def test_lines_are_kept_where_they_are_wanted() -> None:
    assert escape_lines("\n\n# a\r\n\n\n  1. b\u2028- c\n\u200b\n") == "\\# a\n\n1\\. b\n\\- c"


@given(TEXT)
def test_every_line_is_escaped(text: str) -> None:
    lines = escape_lines(text).split("\n")
    assert [unescaped(line) for line in lines if line] == [v for v in map(visible, text.splitlines()) if v]
    assert "\n\n\n" not in "\n".join(lines)


@given(TEXT, st.integers(1, 60))
def test_plain_text_has_no_backslashes_of_ours(text: str, most: int) -> None:
    shown = plain(text, most)
    assert len(shown) <= most
    assert shown == visible(text) or visible(text).startswith(shown[:-1])


def test_a_title_of_nothing_but_stars_is_cut_between_two() -> None:
    assert fit(escape("*" * 4000), 4000) == "\\*" * 1999 + "…"


# --- addresses ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "printed"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("HTTP://Example.ORG", "http://example.org/"),
        ("https://e.org/a(b)[c]<d>", "https://e.org/a%28b%29%5Bc%5D%3Cd%3E"),
        ("https://e.org/a b\"c'd`e", "https://e.org/a%20b%22c%27d%60e"),
        ("https://e.org/?q=a b\"c'd`e\\", "https://e.org/?q=a%20b%22c%27d%60e%5C"),
        ("https://e.org/#a>b", "https://e.org/#a%3Eb"),
        ("https://e.org\\@evil.org/", "https://e.org/%40evil.org/"),
        ("https://good.org@evil.org/", "https://evil.org/"),
        ("https://a:b@evil.org/", "https://evil.org/"),
        ("https://аpple.com/é", "https://xn--pple-43d.com/%C3%A9"),
        ("https://e.org/\u202egpj", "https://e.org/%E2%80%AEgpj"),
        ("https://e.org/a\n\tb", "https://e.org/ab"),
        ("https://e.org/@everyone", "https://e.org/%40everyone"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//e.org/a", ""),
        ("e.org/a", ""),
        ("https://", ""),
        ("", ""),
        ("https://\ud800.org/", ""),
    ],
)
def test_an_address_is_what_a_browser_would_open(url: str, printed: str) -> None:
    assert address(url) == printed


@given(TEXT | TEXT.map("https://e.org/{}".format) | TEXT.map("https://{}.org/".format))
def test_an_address_cannot_end_early_or_mean_anything(url: str) -> None:
    printed = address(url)
    assert re.fullmatch(r"""(https?://[!-~]+)?""", printed)
    assert not set(printed) & set("""()[]<>"'`\\ @""")
    assert address(printed) == printed
