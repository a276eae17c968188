"""Text: what is cleaned away before storing, and what meets when folded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue.actions import Code
from bot.domain.catalogue.law import measure_key
from bot.domain.writing.links import LONGEST_LINK, check_link, host_of
from bot.domain.writing.text import clean, fold, shorten, squeeze


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  two \t words\n", "two words"),
        ("a \0 b", "a b"),
        ("a\x1b[31mred", "a[31mred"),
        ("left \u202eright", "left right"),
        ("soft\u00adhyphen \u061cmark", "softhyphen mark"),
        ("hidden\U000e0041\u200b\ufeff", "hidden"),
        ("half \ud800 pair", "half pair"),
        ("cafe\u0301", "caf\u00e9"),
        ("👩\u200d🔧", "👩\u200d🔧"),
        (
            "\u05e9\u05dc\u05d5\u05dd \u0633\u0644\u0627\u0645",
            "\u05e9\u05dc\u05d5\u05dd \u0633\u0644\u0627\u0645",
        ),
        ("\0\u200b", ""),
    ],
)
def test_clean_leaves_what_can_be_stored_and_shown(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(st.text())
def test_cleaning_again_changes_nothing_and_the_result_fits_any_database(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert "\0" not in once
    assert "  " not in once
    once.encode()


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nuñez", "NUNEZ"),
        ("Hawaiʻi", "hawaii"),
        ("İstanbul", "istanbul"),
        ("Straße", "STRASSE"),
        ("ﬁnance", "FINANCE"),
        ("２０２５", "2025"),
        ("Bjørn Łukasz", "bjorn lukasz"),
        ("שָׁלוֹם", "שלום"),
        ("line\nbreak", "line break"),
        ("zero\u200bwidth", "zerowidth"),
    ],
)
def test_spellings_meet_when_folded(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_squeeze_keeps_letters_and_digits_alone() -> None:
    assert squeeze(" N. Mex. #17 ") == "nmex17"


@pytest.mark.parametrize(("text", "short"), [("four", "four"), ("fivey", "fiv…"), ("a  bcd", "a…")])
def test_shorten_never_exceeds_its_length(text: str, short: str) -> None:
    assert shorten(text, 4) == short


@pytest.mark.parametrize(
    "text", ["IL-17", "il 17", "IL17", "#il-17", "`IL-017`", "(IL-17).", "ＩＬ－１７", "IL – 17"]
)
def test_a_code_is_read_as_people_write_it(text: str) -> None:
    assert Code.parse(text) == Code("IL", 17)


@pytest.mark.parametrize(
    "text", ["", "IL", "17", "ZZ-9", "IL-0", "IL-12345678", "IL-1-2", "ILL-1", "IL-1\0x"]
)
def test_what_is_no_code_is_none(text: str) -> None:
    assert Code.parse(text) is None


def test_a_code_is_written_as_it_is_read() -> None:
    assert str(Code("IL", 17)) == "IL-17"
    assert Code("IL", 9) < Code("IL", 17) < Code("TX", 1)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a?b=c#d",
        "http://1.example.org:8080/x",
        "https://пример.рф/",
        "HTTPS://EXAMPLE.ORG",
    ],
)
def test_a_link_to_a_website_can_be_a_source(url: str) -> None:
    check_link(url)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "not a link"),
        ("example.org", "not a link"),
        ("javascript:alert(1)", "http"),
        ("file:///etc/passwd", "http"),
        ("https:example.org", "http"),
        ("https://ann:secret@example.org/", "user name"),
        ("https://localhost/", "no website"),
        ("https://intranet./", "no website"),
        ("http://127.0.0.1/x", "names a machine"),
        ("https://example.org/a b", "space"),
        ("https://example.org/\n", "space"),
        ("https://example.org/\u202egpj.exe", "cannot be seen"),
        ("https://example.org/\ud800", "cannot be seen"),
        ("https://example.org/" + "a" * LONGEST_LINK, "longer"),
    ],
)
def test_what_is_no_link_is_refused_with_a_reason(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as error:
        check_link(url)
    str(error.value).encode()


@given(st.text(st.characters(exclude_categories=())).map(lambda text: "https://" + text))
def test_a_link_is_taken_or_refused_and_nothing_else(url: str) -> None:
    try:
        check_link(url)
    except ValueError:
        return
    assert host_of(url)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.Example.org/a", "example.org"),
        ("https://аpple.com/", "xn--pple-43d.com"),
        ("https://good.example@evil.example/", "evil.example"),
        ("nonsense", ""),
    ],
)
def test_the_host_is_the_one_that_a_browser_goes_to(url: str, host: str) -> None:
    assert host_of(url) == host


def test_a_measure_keeps_its_key_whatever_its_case_and_punctuation() -> None:
    keys = {
        measure_key(name)
        for name in ("EO 14159 (Jan 20, 2025)", "eo 14159, Jan. 20 2025", "EO  14159 jan 20 2025")
    }
    assert len(keys) == 1
    assert measure_key("EO 14159") not in keys
    assert keys.pop().isalnum()
    assert measure_key("§") != measure_key("¶")
