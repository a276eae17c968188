"""States as people write them."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue.states import (
    BY_CODE,
    MOST_WORDS,
    STATES,
    State,
    exact_state,
    find_state,
    names,
    states_in,
)
from bot.domain.writing.text import squeeze
from bot.errors import AmbiguousError, NotFoundError, NotUnderstoodError, RefusalError

if TYPE_CHECKING:
    from collections.abc import Iterator

# As the Associated Press, the Government Publishing Office and older books have them, territories by usage.
WRITTEN = {
    "AL": "Ala.", "AK": "Alas.", "AZ": "Ariz.", "AR": "Ark.", "CA": "Cal. Calif.", "CO": "Col. Colo.",
    "CT": "Ct. Conn.", "DE": "Del.", "FL": "Fla.", "GA": "Ga.", "IL": "Ill. Ills.", "IN": "Ind.", "IA": "Ia.",
    "KS": "Kan. Kans.", "KY": "Ky. Ken.", "LA": "La.", "ME": "Me.", "MD": "Md.", "MA": "Mass.", "MI": "Mich.",
    "MN": "Minn.", "MS": "Miss.", "MO": "Mo.", "MT": "Mont.", "NE": "neb Nebr.", "NV": "Nev.",
    "NH": "N.H.", "NJ": "N.J.", "NM": "N.Mex. N.M.", "NY": "N.Y. NYS", "NC": "N.C. N.Car.",
    "ND": "N.D. N.Dak. NoDak", "OH": "O.", "OK": "Okla.", "OR": "Ore. Oreg.", "PA": "Pa. Penn. Penna.",
    "PR": "P.R.", "RI": "R.I.", "SC": "S.C. S.Car.", "SD": "S.D. S.Dak.", "TN": "Tenn.", "TX": "Tex.",
    "UT": "Ut.", "VT": "Vt.", "VA": "Va. Virg.", "VI": "V.I. USVI U.S.V.I.", "WA": "Wash.",
    "WV": "W.Va. WVa", "WI": "Wis. Wisc.", "WY": "Wyo.", "DC": "D.C.", "GU": "Guam", "MP": "CNMI N.M.I.",
}  # fmt: skip


def guessed(text: str) -> list[str]:
    with pytest.raises(AmbiguousError) as error:
        find_state(text)
    return [guess.text for guess in error.value.guesses]


def prefixes() -> list[tuple[str, str]]:
    """Every prefix of three letters or more that one state's name alone has."""
    every = [(squeeze(name), s) for s in STATES for name in (s.name, s.name.removeprefix("U.S. "))]
    owners: dict[str, set[str]] = {}
    for name, state in every:
        for length in range(3, len(name) + 1):
            owners.setdefault(name[:length], set()).add(state.code)
    return sorted((prefix, codes.pop()) for prefix, codes in owners.items() if len(codes) == 1)


def test_there_are_fifty_states_the_district_and_five_territories() -> None:
    assert len(STATES) == 56
    assert len(BY_CODE) == 56
    assert {"DC", "AS", "GU", "MP", "PR", "VI"} < BY_CODE.keys()


def ways_to_write(state: State) -> Iterator[str]:
    for form in (state.code, state.code.lower(), state.name, *state.abbreviations):
        yield from (form, form.upper(), form.lower(), form.rstrip("."), f"  {form} ")
    yield from (f"State of {state.name}", f"the Commonwealth of {state.name}", f"{state.name},")
    yield from (".".join(state.code) + ".", " ".join(state.code))


def test_every_way_to_write_a_state_finds_it() -> None:
    every = [(written, state.code) for state in STATES for written in ways_to_write(state)]
    assert [(written, find_state(written).code) for written, _ in every] == every


def test_a_prefix_that_only_one_name_has_is_exact() -> None:
    every = prefixes()
    assert [(prefix, find_state(prefix).code) for prefix, _ in every] == every


def test_the_usual_abbreviations() -> None:
    every = [(form, code) for code, forms in WRITTEN.items() for form in forms.split()]
    assert [(form, find_state(form).code) for form, _ in every] == every


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Washington DC", "DC"),
        ("Washington, D.C.", "DC"),
        ("Washington D. C.", "DC"),
        ("Wash. D.C.", "DC"),
        ("Washington", "WA"),
        ("Washington State", "WA"),
        ("W. Va.", "WV"),
        ("West Va", "WV"),
        ("N. Mex.", "NM"),
        ("N Dak", "ND"),
        ("New Hamp.", "NH"),
        ("newyork", "NY"),
        ("New-York", "NY"),
        ("north dak", "ND"),
        ("U. S. Virgin Islands", "VI"),
        ("Virgin Islands", "VI"),
        ("Hawaiʻi", "HI"),
        ("Hawai'i", "HI"),
        ("Hawai’i", "HI"),
        ("the State of New York", "NY"),
        ("Commonwealth of the Northern Mariana Islands", "MP"),
        ("\u202bTexas\u202c", "TX"),
    ],
)
def test_names_of_several_words(text: str, code: str) -> None:
    assert find_state(text).code == code
    assert len(text.split()) <= MOST_WORDS


def test_no_form_belongs_to_two_states() -> None:
    owners: dict[str, set[str]] = {}
    for state in STATES:
        for form in (state.code, state.name, *state.abbreviations):
            owners.setdefault(squeeze(form), set()).add(state.code)
    assert {form: codes for form, codes in owners.items() if len(codes) > 1} == {}


def test_two_codes_in_a_row_are_never_one_state() -> None:
    """`FL OR` is not `Flor.`, `NC AR` not `N. Car.`, `NE VA` not Nevada."""
    for one, other in product(sorted(BY_CODE), BY_CODE):
        assert exact_state(f"{one} {other}") is None
        assert exact_state(f"{one},{other}") is None
        assert guessed(f"{one}, {other}") == list(dict.fromkeys([one, other]))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("illinios", ["IL"]),
        ("State of Illinios", ["IL"]),
        ("new", ["NH", "NJ", "NM", "NY"]),
        ("mis", ["MS", "MO"]),
        ("virgin", ["VA", "VI"]),
        ("north", ["NC", "ND", "MP"]),
        ("Carolina", ["NC", "SC"]),
        ("Dakota", ["ND", "SD"]),
        ("Jersey", ["NJ"]),
        ("Samoa", ["AS"]),
        ("New York New Jersey", ["NY", "NJ"]),
    ],
)
def test_what_several_may_mean_is_asked_back(text: str, codes: list[str]) -> None:
    assert guessed(text) == codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("pensylvania", "PA"),
        ("Massachusets", "MA"),
        ("Conneticut", "CT"),
        ("tennesee", "TN"),
        ("Missisipi", "MS"),
        ("ohoi", "OH"),
        ("iwoa", "IA"),
        ("mary land", "MD"),
        ("New Yrok", "NY"),
        ("texsa", "TX"),
    ],
)
def test_a_misspelling_is_only_guessed(text: str, code: str) -> None:
    assert exact_state(text) is None
    assert guessed(text)[0] == code


@pytest.mark.parametrize("text", ["Narnia", "Ontario", "USA", "12", "Иллинойс", "🎉1", "x" * 8000])
def test_what_is_no_state_is_not_found(text: str) -> None:
    with pytest.raises(NotFoundError):
        find_state(text)


@pytest.mark.parametrize("text", ["", "  ", "...", "🎉", "\0"])
def test_no_text_is_not_understood(text: str) -> None:
    with pytest.raises(NotUnderstoodError):
        find_state(text)


@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_any_text_is_a_state_or_refused(text: str) -> None:
    try:
        state = find_state(text)
    except RefusalError as error:
        error.message.encode()
        assert exact_state(text) is None
    else:
        assert exact_state(text) == state


def test_names_inside_a_sentence() -> None:
    assert names(["TX", "VT"]) == ["Texas", "Vermont"]
    assert BY_CODE["DC"].in_text == "the District of Columbia"
    assert BY_CODE["OH"].in_text == "Ohio"


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_a_code_counts_wherever_it_can_only_be_one(code: str) -> None:
    for text in (
        f"it is law ({code})",
        f"Sen. Ana Ruiz (R-{code}) said",
        f"In Dayton, {code}, a judge said",
        f"DAYTON, {code} — today",
        f"both NJ and {code} sue",
        f"Maine/{code} sue",
        f"so {code} & Utah",
    ):
        assert code in [state.code for state in states_in(text)], text


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("I'm OK with HI and PA", []),
        ("TX and CA agree", ["TX", "CA"]),
        ("TX sues", ["TX"]),
        ("TX's law and OH's law", ["TX"]),
        ("they said (OR)", ["OR"]),
        ("they said [OK]", ["OK"]),
        ("they said (OK by me)", []),
        ("Sen. Ruiz (D-PA)", ["PA"]),
        ("REAL ID, AR-15, MS-13, the VA, Title VI", []),
        ("fine, OK", []),
        ("Tulsa, OK, is fine", ["OK"]),
        ("Portland, ME and Portland, OR", ["ME", "OR"]),
        ("they are OH, PA, IN and WV", ["OH", "PA", "IN", "WV"]),
        ("so TX, LA, and MS", ["TX", "LA", "MS"]),
        ("so CA/OR/WA", ["CA", "OR", "WA"]),
        ("Ohio or PA", ["OH", "PA"]),
        ("Ohio is OK", ["OH"]),
        ("either PA or OH", []),
        ("TX is OK, PA", ["TX"]),
        ("I, ME", []),
        ("TEXAS AND IN (OK)", ["TX"]),
        ("OK", ["OK"]),
        ("Kansas City, Missouri", ["MO"]),
        ("Kansas City's mayor", []),
        ("New York City and Oklahoma City", ["NY", "OK"]),
        ("Arkansas, Kansas", ["AR", "KS"]),
    ],
)
def test_the_states_that_a_text_speaks_of(text: str, codes: list[str]) -> None:
    assert [state.code for state in states_in(text)] == codes


@given(st.lists(st.sampled_from([*BY_CODE, "OK", "IN", ",", "and", "(", ")", "Ohio", "Kansas", "City", "x"])))
def test_the_states_of_any_text_are_named_in_it_once_and_in_order(words: list[str]) -> None:
    found = [state.code for state in states_in(" ".join(words))]
    assert len(set(found)) == len(found)
    assert set(found) <= {*words, "OH", "KS", "AR"}
