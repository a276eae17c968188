"""Search words: one cut for what is stored and for what is asked."""

from __future__ import annotations

import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.writing.words import (
    LONGEST_WORD,
    MOST_WORDS,
    ascii_form,
    cut,
    words_of_query,
    words_to_store,
)

BILL = ["House Bill 1321", "H.B. 1321", "HB 1321", "hb1321"]
WORDS = st.one_of(
    st.text(min_size=1, max_size=12),
    st.sampled_from(
        [
            "house", "bill", "bills", "senate", "joint", "resolution", "executive", "order", "proposition",
            "no", "number", "hb", "h.b.", "s", "a", "'s", "hr", "eo", "prop", "12", "1321", "2025", "3rd",
            "hb12", "H.R.", "U.S.", "state's",
        ]
    ),
)  # fmt: skip
TEXTS = st.lists(WORDS, max_size=12).map(" ".join)


def found(query: str, *texts: str) -> bool:
    """What both databases do: every word asked for begins some word stored."""
    stored = words_to_store(texts)
    return all(any(have.startswith(word) for have in stored) for word in words_of_query(query))


@pytest.mark.parametrize("stored", BILL)
@pytest.mark.parametrize("asked", BILL)
def test_a_bill_is_found_in_any_spelling_by_any_spelling(asked: str, stored: str) -> None:
    assert found(asked, f"Signs {stored} on supply chains")
    assert not found(asked.replace("1321", "1322"), f"Signs {stored} on supply chains")


@pytest.mark.parametrize(
    ("asked", "stored"),
    [
        ("1321", "hb1321"),
        ("HB 13", "House Bill 1321"),
        ("house bill", "HB 1321"),
        ("HB", "House Bill 1321"),
        ("HB-1321", "House Bill No. 1321"),
        ("H. B. 1321", "House Bill Number 1321"),
        ("SB 54", "Senate Bill 54"),
        ("HJR 12", "House Joint Resolution 12"),
        ("S.J.R. 7", "sjr7"),
        ("prop-12", "Proposition 12"),
        ("Prop 12", "proposition12"),
        ("E.O. 14159", "Executive Order 14159"),
        ("executive order", "EO 14159 (Jan 20, 2025)"),
        ("Executive Order 2025-05", "EO 2025-05"),
        ("house bill 2025", "HB 2025"),
        ("H. 5068", "H5068"),
        ("H5068", "H. 5068"),
        ("H.R. 1", "HR 1"),
        ("US", "U.S. Steel"),
        ("u.s.", "US Steel"),
    ],
)
def test_papers_and_initials_meet(asked: str, stored: str) -> None:
    assert found(asked, stored)


def test_a_bill_number_asks_for_one_word() -> None:
    assert {words_of_query(spelling) for spelling in BILL} == {("hb1321",)}
    assert not found("HB 2", "HB 7 takes 2 percent")


def test_a_letter_before_a_year_is_no_bill() -> None:
    assert found("the state's 2025 budget", "The state's budget of 2025")
    assert found("house bill 2025", "A house bill of 2025")


@pytest.mark.parametrize(("one", "other"), [("Nuñez", "nunez"), ("Hawaiʻi", "HAWAII"), ("Résumé", "resume")])
def test_accented_and_unaccented_meet(one: str, other: str) -> None:
    assert found(one, other)
    assert found(other, one)


def test_all_words_must_be_there_in_any_order() -> None:
    assert found("water climate", "Climate and water plan")
    assert not found("water guns", "Climate and water plan")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ('"', ()),
        ("*", ()),
        ("AND", ("and",)),
        ("prop-12", ("prop12",)),
        ("'; drop table", ("drop", "table")),
        ("a\0b", ("ab",)),
        ("🎉 party 🎉", ("party",)),
        ("שָׁלוֹם עולם", ("שלום", "עולם")),
        ("سلام", ("سلام",)),
        ("under_score NEAR(a,b)", ("under", "score", "near", "a", "b")),
        ("one one ONE", ("one",)),
        ("\ud800", ()),
        ("x" * 4000, ("x" * LONGEST_WORD,)),
    ],
)
def test_odd_queries_become_plain_words(query: str, words: tuple[str, ...]) -> None:
    assert words_of_query(query) == words


def test_a_word_of_4000_letters_is_found_by_itself_and_by_its_beginning() -> None:
    assert found("y" * 4000, "y" * 4000)
    assert found("y" * 30, "y" * 4000)


def test_at_most_sixteen_words_count() -> None:
    assert len(words_of_query(" ".join(f"word{at}x" for at in range(40)))) == MOST_WORDS


@given(TEXTS, st.data())
def test_the_beginning_of_any_word_of_a_text_finds_it(text: str, data: st.DataObject) -> None:
    words = cut(text)
    assume(words)
    word = data.draw(st.sampled_from(words))
    beginning = word[: data.draw(st.integers(1, len(word)))]
    assert found(beginning, text)


@given(TEXTS)
def test_a_text_finds_itself(text: str) -> None:
    assert found(text, text)


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_words_are_short_and_encodable(text: str) -> None:
    for word in (*words_of_query(text), *words_to_store([text])):
        assert 0 < len(word) <= LONGEST_WORD
        assert word.encode()
        assert ascii_form(word).isascii()
        assert ascii_form(word).replace("_", "a").isalnum()


@given(st.text(min_size=1, max_size=10), st.text(max_size=10))
def test_the_ascii_form_keeps_what_begins_what(beginning: str, rest: str) -> None:
    assert ascii_form(beginning + rest).startswith(ascii_form(beginning))


def test_plain_words_stay_themselves_in_ascii() -> None:
    assert ascii_form("hb1321") == "hb1321"
    assert ascii_form("ש") == "_0005e9"


def test_long_texts_are_cut_in_no_time() -> None:
    shuffled = random.Random(1).choices("h. b. 1 no house joint resolution 's 2025 " + "é", k=60_000)
    assert words_to_store(["".join(shuffled), "h.b." * 5_000, "house joint " * 5_000])
