"""Time zones as people name them."""

from __future__ import annotations

import re
from functools import cache
from zoneinfo import available_timezones

from rapidfuzz.distance import OSA

from bot.domain.writing.text import clean, shorten, squeeze
from bot.errors import AmbiguousError, Guess, NotUnderstoodError

_SHORTEST_PREFIX = 3
_LIKE_ENOUGH = 0.7
_LONGEST_MISSPELLING = 40
_MOST_GUESSES = 10

# The zones in daily use in the states and territories come first wherever zones are offered.
_USUAL = {
    "America/New_York": ("eastern", "et", "est", "edt", "est5edt"),
    "America/Chicago": ("central", "ct", "cst", "cdt", "cst6cdt"),
    "America/Denver": ("mountain", "mt", "mst", "mdt", "mst7mdt"),
    "America/Phoenix": ("arizona",),
    "America/Los_Angeles": ("pacific", "pt", "pst", "pdt", "pst8pdt"),
    "America/Anchorage": ("alaska", "akst", "akdt"),
    "Pacific/Honolulu": ("hawaii", "hst"),
    "America/Puerto_Rico": ("atlantic", "ast"),
    "Pacific/Guam": ("chamorro", "chst"),
    "Pacific/Pago_Pago": ("samoa", "sst"),
    "UTC": ("gmt", "z", "zulu", "universal"),
}
_DIRECTIONS = ("east", "west", "north", "south")
_TIME = re.compile(r"(?:standard|daylight)?time$")
_NOT_FOR_PEOPLE = ("Etc/", "posix/", "right/", "SystemV/")


def find_zone(text: str) -> str:
    """The name in the tz database that `text` means: `Eastern`, `New York`, `america/new_york`.

    Raises AmbiguousError with guesses, or NotUnderstoodError.
    """
    form, shown = _form(text), shorten(clean(text), 40)
    if zone := _surely(form):
        return zone
    if not form:
        raise NotUnderstoodError("Name a time zone, for example America/New_York or Eastern.")
    alike = zones_like(text) or _alike(form)
    if alike:
        guesses = tuple(Guess(zone, zone) for zone in alike[:_MOST_GUESSES])
        raise AmbiguousError(f"There is no time zone “{shown}”. Did you mean one of these?", guesses)
    raise NotUnderstoodError(
        f"There is no time zone “{shown}”. Give a name like America/Chicago, or Eastern, Central, Mountain, "
        "Pacific."
    )


def is_zone(text: str) -> bool:
    """Whether `text` surely means one zone."""
    return _surely(_form(text)) is not None


def zones_like(text: str) -> list[str]:
    """The zones whose name, city or usual word begins with `text`, the usual ones first; all for nothing."""
    form = _form(text)
    return [zone for zone, forms in _forms().items() if any(f.startswith(form) for f in forms)]


def _form(text: str) -> str:
    """What tells zones apart in `text`: `Eastern Standard Time` is `eastern`."""
    form = squeeze(text)
    return _TIME.sub("", form) or form


def _surely(form: str) -> str | None:
    for zone, forms in _forms().items():
        if form in forms:
            return zone
    if len(form) >= _SHORTEST_PREFIX:
        meant = zones_like(form)
        return meant[0] if len(meant) == 1 else None
    return None


def _alike(form: str) -> list[str]:
    if len(form) > _LONGEST_MISSPELLING:
        return []
    best = {
        zone: max(OSA.normalized_similarity(form, known) for known in forms)
        for zone, forms in _forms().items()
    }
    return [zone for zone in sorted(best, key=lambda zone: -best[zone]) if best[zone] >= _LIKE_ENOUGH]


@cache
def _forms() -> dict[str, tuple[str, ...]]:
    """Every zone with the squeezed forms it goes by: its name, its city, words for it."""
    others = sorted(z for z in available_timezones() if "/" in z and not z.startswith(_NOT_FOR_PEOPLE))
    zones = dict.fromkeys([*_USUAL, *others])
    return {zone: (squeeze(zone), *_city(zone), *_USUAL.get(zone, ())) for zone in zones}


def _city(zone: str) -> tuple[str, ...]:
    """What people call a zone after; `Brazil/East` is no city of the name East."""
    city = squeeze(zone.rpartition("/")[2])
    return () if city in _DIRECTIONS else (city,)
