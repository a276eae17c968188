"""Option types: how people's words become values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.community.mentions import check_picked
from bot.commands.options import (
    APPROACH,
    CODE,
    DATE,
    STATE,
    STATUS,
    TOPIC,
    WORDS,
    number,
)
from bot.domain.catalogue.actions import Approach, Code, Stage, Status
from bot.domain.catalogue.dates import PartialDate
from bot.domain.catalogue.topics import Topic
from bot.domain.community.people import Account
from bot.domain.writing.mentions import Mention
from bot.errors import AmbiguousError, NotFoundError, NotUnderstoodError, RefusalError

if TYPE_CHECKING:
    from bot.commands.spec import OptionType

TYPES = {
    "state": STATE, "topic": TOPIC, "approach": APPROACH, "status": STATUS, "since": DATE, "code": CODE,
    "words": WORDS, "days": number(1, 365, "days"),
}  # fmt: skip


def guessed(kind: OptionType, text: str) -> list[str]:
    with pytest.raises(AmbiguousError) as error:
        kind.read(text)
    return [guess.text for guess in error.value.guesses]


@pytest.mark.parametrize("name", ["state", "topic", "approach", "status"])
def test_every_listed_value_is_read_by_text_label_and_case(name: str) -> None:
    kind = TYPES[name]
    assert kind.values
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


def test_lists_hold_all_there_is() -> None:
    assert [value.text for value in TOPIC.values] == [str(topic) for topic in Topic]
    assert [value.text for value in APPROACH.values] == [str(approach) for approach in Approach]
    assert {value.text for value in STATUS.values} == {*map(str, Status), *map(str, Stage), "challenged"}
    assert len(STATE.values) == 56


@pytest.mark.parametrize("name", ["topic", "approach", "status"])
def test_a_prefix_of_three_letters_that_one_value_has_is_exact(name: str) -> None:
    kind = TYPES[name]
    texts = [value.text for value in kind.values]
    for text in texts:
        for length in range(3, len(text)):
            prefix = text[:length]
            alone = sum(other.startswith(prefix) for other in texts) == 1
            if alone and prefix not in ("trans",) and not prefix.endswith(("-", "_")):
                assert kind.text(kind.read(prefix)) == text, prefix


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("public health", Topic.PUBLIC_HEALTH),
        ("Land & Water", Topic.LAND_WATER),
        ("land/water", Topic.LAND_WATER),
        ("land and wat", Topic.LAND_WATER),
        ("supply chains", Topic.SUPPLY_CHAIN),
        ("SUPPLY_CHAIN", Topic.SUPPLY_CHAIN),
        ("gun", Topic.GUNS),
        ("voting", Topic.ELECTIONS),
        ("labour", Topic.LABOR),
        ("transportation", Topic.TRANSPORT),
    ],
)
def test_topics_as_people_say_them(text: str, topic: Topic) -> None:
    assert TOPIC.read(text) is topic


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("topic", "climat change", []),
        ("topic", "imigration", ["immigration"]),
        ("topic", "pol", ["policing"]),
        ("topic", "po", ["policing"]),
        ("topic", "trans", ["lgbtq", "transport"]),
        ("approach", "sheild", ["shield"]),
        ("status", "with", ["withdrawn"]),
        ("status", "struk down", ["struck_down"]),
        ("topic", "weather", []),
    ],
)
def test_other_words_are_guessed_or_refused(name: str, text: str, values: list[str]) -> None:
    kind = TYPES[name]
    if not values:
        with pytest.raises(NotUnderstoodError, match=f"is no {name}. There are: "):
            kind.read(text)
    elif kind.exact(text):
        assert [kind.text(kind.read(text))] == values
    else:
        assert guessed(kind, text) == values


def test_a_stage_means_its_statuses_and_challenged_any() -> None:
    live = STATUS.read("live")
    assert live.statuses == {Status.ADOPTED, Status.IN_EFFECT, Status.WON}
    assert live.challenged is None
    assert STATUS.read("in effect").statuses == {Status.IN_EFFECT}
    challenged = STATUS.read("challenged")
    assert (challenged.statuses, challenged.challenged) == (None, True)
    stages = [STATUS.read(stage).statuses for stage in Stage]
    assert sorted(status for statuses in stages for status in statuses) == sorted(Status)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2025", PartialDate(2025)),
        (" 2025-07 ", PartialDate(2025, 7)),
        ("2025-7", PartialDate(2025, 7)),
        ("2025/7/4", PartialDate(2025, 7, 4)),
        ("2025-07-04", PartialDate(2025, 7, 4)),
    ],
)
def test_dates(text: str, when: PartialDate) -> None:
    assert DATE.read(text) == when
    assert DATE.exact(text)
    assert DATE.read(DATE.text(when)) == when


@pytest.mark.parametrize(
    "text", ["July", "25", "2025-13", "2025-02-30", "", "\ud800", "2025-7-4-1", "７/4/2025"]
)
def test_what_is_no_date_is_not_understood(text: str) -> None:
    assert not DATE.exact(text)
    with pytest.raises(NotUnderstoodError) as error:
        DATE.read(text)
    assert error.value.message.encode()


@pytest.mark.parametrize("text", ["IL-17", "il 17", "IL17", "Illinois 17", "Ill. #17", "“IL-17”", "IL-0017"])
def test_codes(text: str) -> None:
    assert CODE.read(text) == Code("IL", 17)


@pytest.mark.parametrize("text", ["ZZ-9", "17", "Narnia 3", "", "IL-1 TX-2", "\ud800", "x" * 9000])
def test_what_is_no_code_is_not_found(text: str) -> None:
    with pytest.raises(NotFoundError) as error:
        CODE.read(text)
    assert error.value.message.encode()


def test_a_state_instead_of_a_code_is_asked_back() -> None:
    assert guessed(CODE, "Texas") == ["TX-1"]


@pytest.mark.parametrize(("text", "days"), [("1", 1), (" 365 ", 365), ("007", 7)])
def test_numbers(text: str, days: int) -> None:
    assert TYPES["days"].read(text) == days


@pytest.mark.parametrize("text", ["0", "366", "-1", "1.5", "٣", "²", "ten", "", "9" * 5000])
def test_what_is_no_number_of_days_is_not_understood(text: str) -> None:
    with pytest.raises(NotUnderstoodError, match="1 to 365"):
        TYPES["days"].read(text)


@pytest.mark.parametrize(
    ("text", "words"), [("  two\n words ", "two words"), ("a\0b\ud800", "ab"), ("שלום", "שלום")]
)
def test_words_are_cleaned(text: str, words: str) -> None:
    assert WORDS.read(text) == words


@pytest.mark.parametrize("text", ["", " ", "🎉", '"*"', "\0", "--"])
def test_at_least_one_word_is_needed(text: str) -> None:
    with pytest.raises(NotUnderstoodError, match="at least one word"):
        WORDS.read(text)


@given(st.sampled_from(sorted(TYPES)), st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_text_is_read_the_same_again_or_refused(name: str, text: str) -> None:
    kind = TYPES[name]
    try:
        value = kind.read(text)
    except RefusalError as error:
        error.message.encode()
        assert not kind.exact(text)
    else:
        assert kind.read(kind.text(value)) == value


@pytest.mark.parametrize(
    ("what", "mark", "said"),
    [
        ("the person", "@", "Mention the person, like @abc,"),
        ("channels", "#", "Mention channels, like #abc,"),
    ],
)
def test_what_can_be_no_id_of_the_platform_must_be_picked(what: str, mark: str, said: str) -> None:
    account = Account("discord", "1", "Ana", numbered=True)
    check_picked(account, [Mention("2", "Ben")], what, mark)
    with pytest.raises(NotUnderstoodError, match=f"^{said} from the list offered"):
        check_picked(account, [Mention("2", "Ben"), Mention("abc", "")], what, mark)
