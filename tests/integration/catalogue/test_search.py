"""One list of probes, the same rows on both databases: those that plain Python finds word by word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.catalogue.actions import Source, Status, StatusChange
from bot.domain.catalogue.filters import Filter
from bot.domain.writing.words import words_of_query, words_to_store
from bot.ports.store import read, write
from storage.database import Database
from tests.integration.samples import DECISION, day, new

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.catalogue.actions import Action
    from bot.domain.catalogue.filters import NewAction
    from bot.ports import UnitOfWork
    from tests.integration.conftest import Databases

BOTH = ("commons", "terminal")

# A title each; the other texts of a sample are all alike and in English.
TITLES = [
    "Passes House Bill 1321 on water meters",
    "Passes H.B. 1321, a second reading",
    "Passes HB 1321 in the other chamber",
    "Files hb1321 with the clerk",
    "Passes HB 13210, which has one digit more",
    "Passes Senate Bill 1321",
    "Puts Prop. 12 on the ballot",
    "Puts Proposition 12 on the ballot",
    "Answers EO 14159 with a lawsuit",
    "Names a bridge after José Ñandú",
    "Names a bridge after Jose Nandu",
    "Teaches ʻŌlelo Hawaiʻi in schools",
    "Teaches Olelo Hawaii in schools",
    "Prints forms in العربية as well",
    "Prints forms in עִבְרִית and עברית as well",
    "Prints forms in 中文 and 日本語 as well",
    "Prints forms in Русский, Ελληνικά and Việt as well",
    "Signs with 🙂 and 🇺🇸",
    "Sells X-rays and xylophones, 0.5% more",
    "Drops tables; 'drop table' is what it said",
    "Writes AND, OR, NOT and NEAR in capitals",
    "Uses <script>alert(1)</script> as a title",
    "Measures C:\\path\\to & a|b !c (d) <-> e:*",
    "Straße, Œuvre, Łódź, Æther and ﬁne ﬁgures",
    "Spends $1,000,000 in the U.S. on 3.5 miles",
    "Says state's rights are the states’ rights",
    "ⅧⅨ and ½ and x² and Ａｂｃ of full width",
    "Nothing_with_underlines and __init__",
    "Long " + "a" * 80,
    "٣٢١ and 321 and ३२१",
]
PROBES = [
    '"', '""', '"water', "*", "wat*", "AND", "OR", "NOT", "NEAR(", "NEAR(water meters, 2)", "prop-12",
    "prop 12", "proposition 12", "'; drop table", "'; DROP TABLE actions; --", "hb1321", "HB 1321",
    "hb-1321", "H.B. 1321", "House Bill 1321", "house bill no. 1321", "1321", "132", "13210", "sb1321",
    "senate bill", "hb", "eo 14159", "executive order 14159", "EO14159", "jose", "José", "JOSÉ",
    "jose\u0301", "ñandú", "nandu", "hawaii", "Hawaiʻi", "Hawai'i", "hawaiʻi ʻōlelo", "olelo",
    "العربية", "العر", "عربي", "עברית", "עִבְרִית", "中文", "中", "文", "日本語", "русский", "РУССКИЙ",
    "рус", "ελληνικα", "Ελληνικά", "viet", "Việt", "🙂", "🙂 water", "🇺🇸", "\0", "wa\0ter", "water\0",
    "a" * 4000, "a" * 64, "a" * 63 + "b", "long a", "x", "X", "xy", "x-rays", "_", "__init__", "init",
    "underlines", "0", "5", "0.5", "%", "w%", "w_ter", "<script>", "script alert", "</script>", "\\",
    "\\\\", "path\\to", "&", "|", "!", "(", ")", ":", "<->", "a & b", "water | bridge", "!water",
    "(water)", "water:*", "e:*", ":*", "'water' & 'meters'", "water <-> meters", "strasse", "STRASSE",
    "straße", "oeuvre", "œuvre", "lodz", "Łódź", "aether", "fine", "ﬁne", "figures", "$1,000,000",
    "1,000,000", "000", "u.s.", "US", "u s", "3.5", "state's", "states'", "rights state", "viii", "ⅷ",
    "x2", "abc", "Ａｂｃ", "ab", "321", "٣٢١", "३२१", "water meters", "meters water",
    "water water water", "water bridge", "wat met", "ater", "w", "illinois", "texas", "land and water",
    "il-1", "IL 1", "IL-01", "tx-3", " ".join(["water"] * 50), " ".join(f"w{n}" for n in range(50)),
    "water " + " ".join(["meters"] * 49), " ".join(f"word{n}" for n in range(17)), "", "   ", "\n",
    "\t\r", "—", "…", "…water…", "\u202ewater", "wa\u200bter", "\ud800", "\ud800water", "ⓦater",
    "water\u0300",
]  # fmt: skip


def catalogue() -> list[NewAction]:
    """One action a title, of four states in turn, the status change carrying one more word each."""
    link = "https://example.org/news/1"
    return [
        new(
            ("IL", "TX", "CA", "FL")[n % 4],
            key=f"probe-{n}",
            board=BOTH[n % 5 == 0],
            title=title[:90],
            on=f"2025-01-{n + 1:02}",
            history=(StatusChange(day(f"2025-01-{n + 1:02}"), Status.ADOPTED, f"step word{n}", link),),
            sources=(Source(link, "State counts its reservoirs", "Example News"),),
            responds_to=("The Order of the Lamp",) if n == 3 else (),
        )
        for n, title in enumerate(TITLES)
    ]


@pytest.fixture(scope="session")
def probed(session_databases: Databases) -> Iterator[Database]:
    """The probes' catalogue, on either database."""
    database = Database(session_databases.make(like=session_databases.model("schema")))
    try:
        database.open()
        write(database, lambda uow: uow.publisher.add(catalogue(), DECISION))
        yield database
    finally:
        database.close()


def texts(action: Action) -> list[str]:
    """Where people may look for an action, said a second time."""
    facts = action.facts
    names = {"IL": "Illinois", "TX": "Texas", "CA": "California", "FL": "Florida"}
    return [
        facts.title, facts.summary, str(action.code), *(names[state] for state in facts.states),
        *(topic.label for topic in facts.topics), *facts.responds_to, *(h.note for h in facts.history),
        *(source.title for source in facts.sources),
    ]  # fmt: skip


def expected(actions: list[Action], probe: str) -> list[str]:
    """Each word of the probe begins a word of the action; newest first."""
    asked = words_of_query(probe)
    return [
        action.key
        for action in sorted(actions, key=lambda action: action.sort_key, reverse=True)
        if all(any(word.startswith(part) for word in words_to_store(texts(action))) for part in asked)
    ]


def test_every_probe_finds_what_python_finds(probed: Database) -> None:
    actions = list(read(probed, lambda uow: uow.catalogue.everything(None, 500)))
    keys = {action.code: action.key for action in actions}

    def work(uow: UnitOfWork) -> dict[str, list[str]]:
        answers = {}
        for probe in PROBES:
            which = Filter(BOTH, words=words_of_query(probe))
            lines = uow.catalogue.page(which, limit=100)
            assert uow.catalogue.count(which) == len(lines), probe
            answers[probe] = [keys[line.code] for line in lines]
        return answers

    # Both databases are compared with the same list, hence with each other, row by row.
    assert read(probed, work) == {probe: expected(actions, probe) for probe in PROBES}


@pytest.mark.parametrize(
    ("probe", "numbers"),
    [
        ("hb1321", [0, 1, 2, 3, 4]),
        ("House Bill 1321", [0, 1, 2, 3, 4]),
        ("H.B. 1321", [0, 1, 2, 3, 4]),
        ("HB 1321", [0, 1, 2, 3, 4]),
        ("hb 13210", [4]),
        ("prop-12", [6, 7]),
        ("jose nandu", [9, 10]),
        ("José Ñandú", [9, 10]),
        ("hawaii", [11, 12]),
        ("Hawaiʻi", [11, 12]),
        ("العربية", [13]),
        ("עברית", [14]),
        ("中文", [15]),
        ("РУССКИЙ", [16]),
        ("xylophones", [18]),
        ("x", [18, 26]),
        ("_", list(range(30))),
        ("'; drop table", [19]),
        ("script alert", [21]),
        ("lamp", [3]),
        ("word7", [7]),
        ("water zebra", []),
        ("ater", []),
    ],
)
def test_what_people_look_for_is_found(probed: Database, probe: str, numbers: list[int]) -> None:
    which = Filter(BOTH, words=words_of_query(probe))
    lines = read(probed, lambda uow: uow.catalogue.page(which, limit=100))
    titles = {line.title for line in lines}
    assert titles == {TITLES[number][:90] for number in numbers}


def test_words_and_other_parts_of_a_filter_go_together(probed: Database) -> None:
    actions = list(read(probed, lambda uow: uow.catalogue.everything(None, 500)))

    def work(uow: UnitOfWork) -> None:
        for probe in ("as well", "passes", "hb1321", "bridge", "中"):
            keys = expected(actions, probe)
            for state in ("IL", "TX", None):
                for board in (("commons",), ("terminal",), BOTH):
                    which = Filter(
                        board, state=state, words=words_of_query(probe), since=day("2025-01-03").first_day
                    )
                    wanted = [
                        a.code
                        for a in sorted(actions, key=lambda a: keys.index(a.key) if a.key in keys else -1)
                        if a.key in keys
                        and a.board in board
                        and (state is None or state in a.facts.states)
                        and a.facts.changed.first_day >= day("2025-01-03").first_day
                    ]
                    assert [line.code for line in uow.catalogue.page(which, limit=99)] == wanted
                    assert uow.catalogue.count(which) == len(wanted)
                    assert sum(n for _, n in uow.statistics.state_counts(which)) == len(wanted)

    read(probed, work)


def test_a_long_text_is_indexed_to_its_last_word(database: Database) -> None:
    summary = " ".join(f"{chr(0x4E00 + n)}字{n:03}" for n in range(70))[:480]
    last = summary.split()[-2]
    write(database, lambda uow: uow.publisher.add([new("IL", summary=summary)], DECISION))
    which = Filter(BOTH, words=words_of_query(last))
    assert read(database, lambda uow: uow.catalogue.count(which)) == 1


def test_there_are_enough_probes() -> None:
    assert len(set(PROBES)) == len(PROBES) >= 40
