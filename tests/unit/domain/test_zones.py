"""Time zones as people name them."""

from __future__ import annotations

from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.community.zones import find_zone, is_zone, zones_like
from bot.errors import AmbiguousError, NotUnderstoodError, RefusalError

USUAL = [
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico", "Pacific/Guam", "Pacific/Pago_Pago",
    "UTC",
]  # fmt: skip
NAMED = sorted(z for z in available_timezones() if "/" in z and not z.startswith("Etc/"))


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("America/New_York", "America/New_York"),
        ("america/new york", "America/New_York"),
        ("New York", "America/New_York"),
        ("new_york", "America/New_York"),
        ("Eastern", "America/New_York"),
        ("eastern time", "America/New_York"),
        ("Pacific Standard Time", "America/Los_Angeles"),
        ("EST5EDT", "America/New_York"),
        ("ET", "America/New_York"),
        ("EDT", "America/New_York"),
        ("central", "America/Chicago"),
        ("Mountain", "America/Denver"),
        ("arizona", "America/Phoenix"),
        ("Pacific", "America/Los_Angeles"),
        ("Los Angeles", "America/Los_Angeles"),
        ("Alaska", "America/Anchorage"),
        ("Hawaii", "Pacific/Honolulu"),
        ("Samoa", "Pacific/Pago_Pago"),
        ("Guam", "Pacific/Guam"),
        ("utc", "UTC"),
        ("GMT", "UTC"),
        ("boise", "America/Boise"),
        ("America/Indiana/Knox", "America/Indiana/Knox"),
        ("Honol", "Pacific/Honolulu"),
        (" Europe/Paris ", "Europe/Paris"),
    ],
)
def test_a_zone_is_found(text: str, zone: str) -> None:
    assert find_zone(text) == zone
    assert is_zone(text)


def test_every_zone_is_found_by_its_name_and_keeps_a_clock() -> None:
    for zone in (*USUAL, *NAMED):
        assert find_zone(zone) == find_zone(zone.lower()) == zone
        assert ZoneInfo(zone).key == zone
        assert zone in zones_like(zone)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("estern", "America/New_York"),
        ("Chicgo", "America/Chicago"),
        ("America/Los_Angelos", "America/Los_Angeles"),
        ("east", "America/New_York"),
        ("St.", "America/St_Barthelemy"),
    ],
)
def test_a_misspelling_or_a_beginning_is_only_guessed(text: str, first: str) -> None:
    assert not is_zone(text)
    with pytest.raises(AmbiguousError) as error:
        find_zone(text)
    guesses = [guess.text for guess in error.value.guesses]
    assert guesses[0] == first
    assert 0 < len(guesses) <= 10
    assert [guess.label for guess in error.value.guesses] == guesses
    assert all(find_zone(guess) == guess for guess in guesses)


@pytest.mark.parametrize("text", ["", "  ", "???", "\0", "Narnia", "UTC+14:77", "日本", "x" * 8000])
def test_what_is_no_zone_is_not_understood(text: str) -> None:
    assert not is_zone(text)
    with pytest.raises(NotUnderstoodError) as error:
        find_zone(text)
    assert len(error.value.message) < 200
    error.value.message.encode()


@pytest.mark.parametrize("text", ["East", "west", "North", "south"])
def test_a_direction_is_no_place(text: str) -> None:
    """It stays the name of no other country's zone: Brazil/East is three hours from the East Coast."""
    assert not is_zone(text)
    with pytest.raises(RefusalError):
        find_zone(text)
    assert find_zone("Brazil/East") == "Brazil/East"


def test_the_zones_of_the_states_come_first() -> None:
    every = zones_like("")
    assert every[: len(USUAL)] == USUAL
    assert len(every) == len(set(every)) > 400
    assert not any(zone.startswith(("Etc/", "posix/", "right/")) for zone in every)
    assert zones_like("p")[:2] == ["America/Phoenix", "America/Los_Angeles"]
    assert zones_like("new_y")[0] == "America/New_York"
    assert zones_like("zzz") == []


@given(st.text(st.characters(exclude_categories=()), max_size=60) | st.sampled_from(NAMED).map(str.swapcase))
def test_any_text_is_a_zone_or_refused(text: str) -> None:
    try:
        zone = find_zone(text)
    except RefusalError as error:
        error.message.encode()
        assert not is_zone(text)
    else:
        assert is_zone(text)
        assert find_zone(zone) == zone
        assert zone in zones_like(text)
