"""Option types of reports and drafts: how people's words become what they are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.review.options import (
    ABOUT,
    FLAG,
    KIND,
    LINK,
    NAMES,
    NUMBER,
    ONE_APPROACH,
    ONE_STATUS,
    PLACES,
    POLICY,
    QUEUE_KIND,
    QUEUE_STATUS,
    REASON,
    REPORT,
    REPORT_KIND,
    SEVERAL_STATES,
    SHORT_TEXT,
    TARGET,
    TEXT,
    TOPICS,
)
from bot.domain.catalogue.actions import Approach, Code, Kind, Status
from bot.domain.catalogue.states import STATES
from bot.domain.catalogue.topics import Topic
from bot.domain.review.proposals import Policy
from bot.domain.review.reports import ReportKind, ReportStatus
from bot.domain.writing.mentions import PlaceMention
from bot.errors import AmbiguousError, NotFoundError, NotUnderstoodError, RefusalError
from bot.messages.form import Entry

if TYPE_CHECKING:
    from bot.commands.spec import OptionType

LISTS = {
    "report kind": REPORT_KIND, "queue kind": QUEUE_KIND, "queue status": QUEUE_STATUS, "kind": KIND,
    "status": ONE_STATUS, "approach": ONE_APPROACH, "reason": REASON, "policy": POLICY,
}  # fmt: skip
TYPES = LISTS | {
    "about": ABOUT, "states": SEVERAL_STATES, "text": TEXT, "line": SHORT_TEXT, "link": LINK,
    "report": REPORT, "target": TARGET, "number": NUMBER, "flag": FLAG, "topics": TOPICS, "names": NAMES,
    "places": PLACES,
}  # fmt: skip


def states(about: Code | tuple[object, ...]) -> list[str]:
    """The codes of the states that something is about."""
    assert not isinstance(about, Code)
    return [state.code for state in STATES if state in about]


# --- words


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Illinois counts.", "Illinois counts."),
        ("  two   words \t", "two words"),
        ("one\ntwo", "one\ntwo"),
        ("one \r\n two\r\n", "one\ntwo"),
        ("one\n\n\n  two", "one\ntwo"),
        ("a\0b\u202ec\ud800d", "abcd"),
        ("<@7> *says* `so` & more", "<@7> *says* `so` & more"),
        ("שלום", "שלום"),
        ("x" * 4000, "x" * 4000),
    ],
)
def test_words_keep_their_lines_and_lose_what_nobody_sees(written: str, read: str) -> None:
    assert TEXT.read(written) == read
    assert SHORT_TEXT.read(written) == read


@pytest.mark.parametrize("written", ["", " ", "\n\n", "\0", "\u202e\u200b"])
def test_no_word_at_all_is_not_understood(written: str) -> None:
    with pytest.raises(NotUnderstoodError, match="at least one word"):
        TEXT.read(written)


def test_too_many_letters_are_counted() -> None:
    with pytest.raises(NotUnderstoodError, match=r"has 4,001 characters; 4,000 are allowed\."):
        TEXT.read("x" * 4001)


def test_words_are_asked_for_in_a_box_or_on_a_line() -> None:
    assert (TEXT.entry, SHORT_TEXT.entry, NAMES.entry) == (Entry.TEXT, Entry.LINE, Entry.TEXT)
    assert (PLACES.entry, TOPICS.entry) == (Entry.PLACES, Entry.SEVERAL)


# --- what it is about


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("IL", ["IL"]),
        ("Illinois", ["IL"]),
        ("ill.", ["IL"]),
        ("IL,TX", ["IL", "TX"]),
        ("TX, IL", ["TX", "IL"]),
        ("Texas and Illinois", ["TX", "IL"]),
        ("TX & IL / OH; UT", ["TX", "IL", "OH", "UT"]),
        ("New York New Jersey", ["NY", "NJ"]),
        ("West Virginia Virginia", ["WV", "VA"]),
        ("N. Mex., W. Va. and D.C.", ["NM", "WV", "DC"]),
        ("IL IL, Illinois", ["IL"]),
        ("the State of New York, new mexico", ["NY", "NM"]),
        (" ,IL,, ", ["IL"]),
        (",".join(state.code for state in STATES), [state.code for state in STATES]),
    ],
)
def test_a_report_is_about_states(written: str, codes: list[str]) -> None:
    read = ABOUT.read(written)
    assert [state.code for state in read] == codes
    assert ABOUT.text(read) == ",".join(codes)
    assert ABOUT.read(ABOUT.text(read)) == read
    assert SEVERAL_STATES.read(written) == read
    assert SEVERAL_STATES.text(read) == ",".join(codes)


@pytest.mark.parametrize("written", ["IL-17", "il 17", "IL17", "#IL-17", "IL-0017", " IL-17 "])
def test_a_report_is_about_an_action(written: str) -> None:
    assert ABOUT.read(written) == Code("IL", 17)
    assert ABOUT.text(Code("IL", 17)) == "IL-17"
    with pytest.raises(
        NotUnderstoodError, match="IL-17 is an action; name states here, the leading one first"
    ):
        SEVERAL_STATES.read(written)


@pytest.mark.parametrize(
    ("written", "error", "says"),
    [
        ("", NotUnderstoodError, "Name a state, several, or the code of an action like IL-1."),
        (" ,; ", NotUnderstoodError, "Name a state, several, or the code of an action like IL-1."),
        ("Narnia", NotFoundError, "There is no state “Narnia”."),
        ("IL, Narnia", NotFoundError, "There is no state “Narnia”."),
        ("IL Narnia", NotFoundError, "There is no state “Narnia”."),
        ("ZZ-9", NotFoundError, "There is no state “ZZ-9”."),
        ("IL-1, TX-2", NotFoundError, "There is no state “IL-1”."),
        ("x" * 5000, NotFoundError, "There is no state"),
    ],
)
def test_what_it_cannot_be_about_is_said(written: str, error: type[RefusalError], says: str) -> None:
    with pytest.raises(error) as refused:
        ABOUT.read(written)
    assert refused.value.message.startswith(says)
    assert len(refused.value.message) < 300


@pytest.mark.parametrize(
    ("written", "guesses"),
    [("illinios", ["IL"]), ("new", ["NH", "NJ", "NM", "NY"]), ("TX, carolina", ["NC", "SC"])],
)
def test_a_state_that_is_not_sure_is_asked_back(written: str, guesses: list[str]) -> None:
    with pytest.raises(AmbiguousError) as asked:
        ABOUT.read(written)
    assert [guess.text for guess in asked.value.guesses] == guesses


# --- links


def test_a_link_is_read_as_it_is_kept() -> None:
    assert LINK.read("<https://Example.org/a?utm_source=x#top|the report>") == "https://example.org/a"
    assert LINK.text("https://example.org/a") == "https://example.org/a"


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("reservoirs", "“reservoirs” is not a link."),
        ("ftp://example.org", "“ftp://example.org” is not a link that starts with http:// or https://."),
        ("http://10.0.0.1/", "“http://10.0.0.1/” names a machine, not a website that everyone can open."),
        ("https://ana@example.org/", "The link has a user name in it."),
    ],
)
def test_what_is_no_link_is_said_in_a_sentence(written: str, says: str) -> None:
    with pytest.raises(NotUnderstoodError) as refused:
        LINK.read(written)
    assert refused.value.message == says


# --- reports and actions


@pytest.mark.parametrize(
    "written",
    ["R-12", "r-12", "r12", "R 12", "12", "#12", "#R-12", "R#12", "(R-12)", "R-12.", " R-012 ", "R - 12"],
)
def test_reports_as_people_write_them(written: str) -> None:
    assert REPORT.read(written) == 12
    assert REPORT.text(12) == "R-12"
    assert TARGET.read(written) == 12
    assert TARGET.text(12) == "R-12"
    assert TARGET.exact(written)


@pytest.mark.parametrize(
    "written",
    ["", "R", "R-", "R-0", "0", "R-12x", "R-1 2", "12.5", "RR-12", "IL", "R-٣", "１２", "1234567890",
     "\ud800", "R-12\0", "x" * 5000],
)  # fmt: skip
def test_what_is_no_report_is_not_found(written: str) -> None:
    with pytest.raises(NotFoundError, match=r"is no report\. They are named like R-12\.") as refused:
        REPORT.read(written)
    assert refused.value.message.encode()
    assert len(refused.value.message) < 100
    assert not TARGET.exact(written)


@pytest.mark.parametrize("written", ["IL-17", "il 17", "il17", "#IL-17"])
def test_what_is_undone_or_repeated_may_be_an_action(written: str) -> None:
    assert TARGET.read(written) == Code("IL", 17)
    assert TARGET.text(Code("IL", 17)) == "IL-17"
    assert TARGET.exact(written)


@pytest.mark.parametrize("written", ["", "-1", "1.5", "x", "٣", "²", "1" * 10])
def test_a_forged_version_is_a_button_that_cannot_be_read(written: str) -> None:
    assert NUMBER.read("12") == 12
    assert NUMBER.read("999999999") == 999_999_999
    with pytest.raises(NotUnderstoodError, match="This button cannot be read"):
        NUMBER.read(written)


# --- yes and no


@pytest.mark.parametrize("written", ["yes", "Y", " Yes ", "true", "on", "1"])
def test_yes(written: str) -> None:
    assert FLAG.read(written) is True
    assert FLAG.text(True) == "yes"


@pytest.mark.parametrize("written", ["no", "N", " No ", "false", "off", "0"])
def test_no(written: str) -> None:
    assert FLAG.read(written) is False
    assert FLAG.text(False) == "no"


@pytest.mark.parametrize("written", ["", "maybe", "yesno", "2"])
def test_neither(written: str) -> None:
    with pytest.raises(NotUnderstoodError, match="Answer with yes or no"):
        FLAG.read(written)


# --- lists


@pytest.mark.parametrize("name", LISTS)
def test_every_listed_value_is_read_by_text_label_and_case(name: str) -> None:
    kind = LISTS[name]
    for value in kind.values:
        for form in (
            value.text,
            value.label,
            value.text.upper(),
            value.text.replace("-", " "),
            f" {value.label} ",
        ):
            assert kind.exact(form), form
            assert kind.text(kind.read(form)) == value.text, form


def test_lists_hold_what_they_should() -> None:
    def texts(kind: OptionType) -> list[str]:
        return [value.text for value in kind.values]

    assert texts(REPORT_KIND) == ["new", "change", "correction"]
    assert texts(QUEUE_KIND) == [*map(str, ReportKind)]
    assert texts(QUEUE_STATUS) == ["new", "claimed", "seconding", "asked"]
    assert {*texts(QUEUE_STATUS)} == {str(status) for status in ReportStatus if status.is_open}
    assert texts(KIND) == [*map(str, Kind)]
    assert texts(ONE_STATUS) == [*map(str, Status)]
    assert texts(ONE_APPROACH) == [*map(str, Approach)]
    assert texts(TOPICS) == [*map(str, Topic)]
    assert texts(REASON) == ["source", "scope", "known", "unclear", "early", "abuse", "other"]
    assert texts(POLICY) == [*map(str, Policy)] == ["one", "status", "two"]
    assert texts(FLAG) == ["yes", "no"]


@pytest.mark.parametrize(
    ("name", "written", "text"),
    [
        ("report kind", "cha", "change"),
        ("kind", "exec", "executive-order"),
        ("kind", "Executive Order", "executive-order"),
        ("kind", "ballot", "ballot-measure"),
        ("status", "in effect", "in_effect"),
        ("status", "struck", "struck_down"),
        ("approach", "coord", "coordinate"),
        ("reason", "sou", "source"),
        ("policy", "TWO", "two"),
    ],
)
def test_a_beginning_that_one_value_has_is_exact(name: str, written: str, text: str) -> None:
    kind = LISTS[name]
    assert kind.exact(written)
    assert kind.text(kind.read(written)) == text


@pytest.mark.parametrize(
    ("name", "written", "guesses"),
    [
        ("report kind", "ch", ["change"]),
        ("report kind", "chagne", ["change"]),
        ("report kind", "chalk", []),
        ("kind", "bu", ["budget"]),
        ("status", "wit", None),
        ("kind", "r", []),
        ("policy", "three", []),
        ("status", "", []),
    ],
)
def test_other_words_are_guessed_or_refused(name: str, written: str, guesses: list[str] | None) -> None:
    kind = LISTS[name]
    if guesses is None:
        assert kind.exact(written)
    elif guesses:
        with pytest.raises(AmbiguousError) as asked:
            kind.read(written)
        assert [guess.text for guess in asked.value.guesses] == guesses
        assert all(kind.exact(guess.text) for guess in asked.value.guesses)
    else:
        with pytest.raises(NotUnderstoodError, match="There are: "):
            kind.read(written)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("source", "source"),
        ("No source that says so", "source"),
        ("OTHER", "other"),
        ("sou", "source"),
        ("It is a poem.", "It is a poem."),
        ("sources  are\nnot enough", "sources are\nnot enough"),
        ("no", "no"),
    ],
)
def test_a_reason_is_of_the_list_or_in_somebody_s_own_words(written: str, read: str) -> None:
    assert REASON.read(written) == read
    assert REASON.read(REASON.text(read)) == read


# --- several of a list


@pytest.mark.parametrize(
    ("written", "topics"),
    [
        ("guns", ["guns"]),
        ("guns,drugs", ["guns", "drugs"]),
        ("drugs; Guns\nimmigration", ["drugs", "guns", "immigration"]),
        ("guns, guns, firearms", ["guns"]),
        ("Public Health, land & water", ["public-health", "land-water"]),
        (" ,guns,, ", ["guns"]),
    ],
)
def test_topics(written: str, topics: list[str]) -> None:
    read = TOPICS.read(written)
    assert [str(topic) for topic in read] == topics
    assert TOPICS.text(read) == ",".join(topics)
    assert TOPICS.read(TOPICS.text(read)) == read


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("", "Name 1 to 3 topics, not 0."),
        (" ,; ", "Name 1 to 3 topics, not 0."),
        ("guns,drugs,climate,labor", "Name 1 to 3 topics, not 4."),
        (",".join(Topic), "Name 1 to 3 topics, not 21."),
        ("guns, weather", "“weather” is no topic. There are: civil-service,"),
    ],
)
def test_what_are_no_topics_is_said(written: str, says: str) -> None:
    with pytest.raises(NotUnderstoodError) as refused:
        TOPICS.read(written)
    assert refused.value.message.startswith(says)


def test_a_topic_that_is_not_sure_is_asked_back() -> None:
    with pytest.raises(AmbiguousError) as asked:
        TOPICS.read("guns, imigration")
    assert [guess.text for guess in asked.value.guesses] == ["immigration"]


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("EO 14159 (Jan 20, 2025)", ["EO 14159 (Jan 20, 2025)"]),
        ("EO 14159, Jan 20 2025\nPublic Law 119-21", ["EO 14159, Jan 20 2025", "Public Law 119-21"]),
        ("one; two ;\n three\r\n\n", ["one", "two", "three"]),
        ("one\none", ["one"]),
        ("  two   words ", ["two words"]),
        ("-", []),
        ("one\n-\ntwo", ["one", "two"]),
        ("", []),
        (" ;\n; ", []),
        ("x" * 200, ["x" * 200]),
    ],
)
def test_names_stand_one_a_line_or_between_semicolons(written: str, names: list[str]) -> None:
    read = NAMES.read(written)
    assert read == tuple(names)
    assert NAMES.read(NAMES.text(read)) == read


def test_no_name_at_all_is_a_dash() -> None:
    assert NAMES.text(()) == "-"
    assert NAMES.text(("one", "two")) == "one; two"


def test_a_name_that_is_too_long_is_shown_cut() -> None:
    with pytest.raises(NotUnderstoodError, match="is longer than 200 characters") as refused:
        NAMES.read(f"one\n{'x' * 201}")
    assert len(refused.value.message) < 100


@pytest.mark.parametrize(
    ("written", "places"),
    [
        ("<#7|general> desk", (PlaceMention("7", "general"), PlaceMention("desk", "desk", plain=True))),
        ("#desk", (PlaceMention("desk", "desk", plain=True),)),
        ("-", ()),
        (" - ", ()),
    ],
)
def test_channels_or_a_dash_for_none(written: str, places: tuple[PlaceMention, ...]) -> None:
    assert PLACES.read(written) == places
    assert PLACES.read(PLACES.text(places)) == places


def test_no_channel_is_written_as_a_dash() -> None:
    assert PLACES.text(()) == "-"


# --- all of them


@given(
    st.sampled_from(sorted(TYPES)),
    st.text(st.characters(exclude_categories=()), max_size=60)
    | st.lists(
        st.sampled_from(["IL", "TX", "IL-1", "R-12", "guns", "drugs", ",", ";", "\n", " ", "-", "and", "#",
                         "<#7>", "https://a.org/x?utm_a#b", "new", "yes"]), max_size=8
    ).map("".join),
)  # fmt: skip
def test_any_text_is_read_the_same_again_or_refused(name: str, text: str) -> None:
    kind = TYPES[name]
    try:
        value = kind.read(text)
    except RefusalError as error:
        error.message.encode()
        assert not kind.exact(text)
    else:
        assert kind.read(kind.text(value)) == value
        assert kind.text(kind.read(kind.text(value))) == kind.text(value)
        kind.text(value).encode()
