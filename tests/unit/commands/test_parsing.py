"""From what a person typed to options."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.every import build_registry
from bot.commands.options import (
    APPROACH_OPTION,
    CODE,
    SINCE_OPTION,
    STATE,
    STATE_OPTION,
    STATE_REQUIRED,
    STATUS_OPTION,
    TOPIC,
    TOPIC_OPTION,
    WORDS,
    number,
)
from bot.commands.parsing import parse_options, split_command, split_words
from bot.commands.spec import CommandSpec, Option
from bot.errors import AmbiguousError, NotUnderstoodError, RefusalError
from bot.messages.limits import LONGEST_LINE
from bot.messages.reply import Reply


def answer(*_: object) -> Reply:
    return Reply()


def spec(name: str, *options: Option) -> CommandSpec:
    return CommandSpec(name, name[:2], "", answer, options)


STATE_SPEC = spec("state", STATE_REQUIRED, TOPIC_OPTION, APPROACH_OPTION, STATUS_OPTION, SINCE_OPTION)
COMPARE = spec("compare", STATE_REQUIRED, Option("other", STATE, "", "o", required=True, positional=True))
SEARCH = spec(
    "search",
    Option("words", WORDS, "", "w", required=True, positional=True),
    STATE_OPTION,
    TOPIC_OPTION,
    SINCE_OPTION,
)
TOPIC_SPEC = spec("topic", Option("topic", TOPIC, "", "t", required=True, positional=True), STATE_OPTION)
STATE_POSITIONAL = Option("state", STATE, "", "s", positional=True)
ACTION = spec("action", Option("code", CODE, "", "c", required=True, positional=True))
RECENT = spec("recent", Option("days", number(1, 365, "days"), "", "d", positional=True), TOPIC_OPTION)
ANSWERS = spec("answers", Option("measure", WORDS, "", "m", required=True, positional=True))
ALL = (STATE_SPEC, COMPARE, SEARCH, TOPIC_SPEC, ACTION, RECENT, ANSWERS)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("/state IL", ("state", "IL")),
        ("state IL", ("state", "IL")),
        ("  /STATE\u00a0IL \n", ("state", "IL")),
        ("/ state IL", ("state", "IL")),
        ("/state\0IL", ("state", "IL")),
        ("/search  two  words ", ("search", "two  words")),
        ("/help", ("help", "")),
        ("/fiftywire state IL", ("state", "IL")),
        ("/fiftywire /state IL", ("state", "IL")),
        ("/fiftywire", ("help", "")),
        ("/Fiftywire fiftywire", ("help", "")),
        ("", ("", "")),
        ("/", ("", "")),
        ("   ", ("", "")),
    ],
)
def test_a_line_is_a_command_and_the_rest(text: str, parts: tuple[str, str]) -> None:
    assert split_command(text) == parts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a  b\tc\nd", ["a", "b", "c", "d"]),
        ('"New York" x', ['"New York"', "x"]),
        ("“New York” „New Jersey‟ «New Mexico»", ['"New York"', '"New Jersey"', '"New Mexico"']),
        ('topic:"public health" x', ['topic:"public health"', "x"]),
        ('"unbalanced text', ['"unbalanced', "text"]),
        ('a" b', ['a"', "b"]),
        ('""', ['""']),
        ("<https://x.y|x> z", ["https://x.y", "z"]),
        ("<http://x.y/?a=b&amp;c>", ["http://x.y/?a=b&amp;c"]),
        ("<@U1|ann> <#C2|general> <!here|here>", ["<@U1>", "<#C2>", "<!here>"]),
        ("<@123> <@&4> a<b", ["<@123>", "<@&4>", "a<b"]),
        ("12:30 é:x name:", ["12:30", "é:x", "name:"]),
    ],
)
def test_words_and_quoted_groups(text: str, words: list[str]) -> None:
    assert [word.as_typed for word in split_words(text)] == words


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("IL", {"state": "IL"}),
        ("IL topic:climate approach:build", {"state": "IL", "topic": "climate", "approach": "build"}),
        ("approach:build topic:climate IL", {"state": "IL", "topic": "climate", "approach": "build"}),
        ("topic:climate IL approach:build", {"state": "IL", "topic": "climate", "approach": "build"}),
        ("state:IL", {"state": "IL"}),
        ("STATE:il Topic:Climate", {"state": "il", "topic": "Climate"}),
        ("New York topic:guns", {"state": "New York", "topic": "guns"}),
        ("V. Islands topic:guns", {"state": "V. Islands", "topic": "guns"}),
        ("topic:guns New York", {"state": "New York", "topic": "guns"}),
        ('"New York" topic:"public health"', {"state": "New York", "topic": "public health"}),
        ("“New York” topic:“public health”", {"state": "New York", "topic": "public health"}),
        ("topic:public health New York", {"state": "New York", "topic": "public health"}),
        ("IL topic: climate", {"state": "IL", "topic": "climate"}),
        ("topic: public health IL", {"state": "IL", "topic": "public health"}),
        ("topic:land and water TX", {"state": "TX", "topic": "land and water"}),
        ("status:in effect TX", {"state": "TX", "status": "in effect"}),
        ("state:West Virginia since:2025-01", {"state": "West Virginia", "since": "2025-01"}),
        ("W. Va.", {"state": "W. Va."}),
        ("the State of New York", {"state": "the State of New York"}),
        ("illinios", {"state": "illinios"}),
        ("new yrok", {"state": "new yrok"}),
        ("new yrok topic:guns", {"state": "new yrok", "topic": "guns"}),
        ('"Illinois', {"state": '"Illinois'}),
        ("IL topic:wether", {"state": "IL", "topic": "wether"}),
    ],
)
def test_options_of_a_state_come_in_any_order(text: str, options: dict[str, str]) -> None:
    assert parse_options(STATE_SPEC, text) == options


@pytest.mark.parametrize(
    ("text", "state", "other"),
    [
        ("IL TX", "IL", "TX"),
        ("IL,TX", "IL", "TX"),
        ("IL, TX", "IL", "TX"),
        ("IL , TX", "IL", "TX"),
        ("IL/TX", "IL", "TX"),
        ("IL-TX", "IL", "TX"),
        ("IL + TX", "IL", "TX"),
        ("IL & TX", "IL", "TX"),
        ("IL and TX", "IL", "TX"),
        ("IL AND TX", "IL", "TX"),
        ("IL vs. TX", "IL", "TX"),
        ("between IL and TX", "IL", "TX"),
        ("IL with TX", "IL", "TX"),
        ("Illinois,Texas", "Illinois", "Texas"),
        ("New York New Jersey", "New York", "New Jersey"),
        ("New York, New Jersey", "New York", "New Jersey"),
        ("New-York New-Jersey", "New-York", "New-Jersey"),
        ('"New York" "New Jersey"', "New York", "New Jersey"),
        ("W. Va. Va.", "W. Va.", "Va."),
        ("west virginia virginia", "west virginia", "virginia"),
        ("virginia west virginia", "virginia", "west virginia"),
        ("Washington DC Washington", "Washington DC", "Washington"),
        ("Washington Washington D.C.", "Washington", "Washington D.C."),
        ("N. Y. N. J.", "N. Y.", "N. J."),
        ("N. Mex. N. Dak.", "N. Mex.", "N. Dak."),
        ("FL OR", "FL", "OR"),
        ("FL,OR", "FL", "OR"),
        ("NC AR", "NC", "AR"),
        ("NE VA", "NE", "VA"),
        ("OK LA", "OK", "LA"),
        ("IN OH", "IN", "OH"),
        ("state:TX other:IL", "TX", "IL"),
        ("other:New Jersey New York", "New York", "New Jersey"),
        ("illinios TX", "illinios", "TX"),
        ("new yrok and TX", "new yrok", "TX"),
        ("new yrok new jersey", "new yrok", "new jersey"),
        ("TX illinios", "TX", "illinios"),
        ("TX new yrok", "TX", "new yrok"),
    ],
)
def test_two_states_in_a_row(text: str, state: str, other: str) -> None:
    assert parse_options(COMPARE, text) == {"state": state, "other": other}


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("supply chains", {"words": "supply chains"}),
        ("supply chains topic:climate", {"words": "supply chains", "topic": "climate"}),
        (
            "supply topic:climate chains state:IL",
            {"words": "supply chains", "topic": "climate", "state": "IL"},
        ),
        ("state:new york house bill", {"words": "house bill", "state": "new york"}),
        ("state:IL in schools", {"words": "in schools", "state": "IL"}),
        ("foo:bar", {"words": "foo:bar"}),
        ('foo:"bar baz" x', {"words": 'foo:"bar baz" x'}),
        ("note: 12:30", {"words": "note: 12:30"}),
        ('"topic:climate" x', {"words": "topic:climate x"}),
        ("https://example.org/a?b=c", {"words": "https://example.org/a?b=c"}),
        ("<https://x.y|x> <@U1|ann>", {"words": "https://x.y <@U1>"}),
        ("IL and TX, vs OH", {"words": "IL and TX, vs OH"}),
        ("'; drop table", {"words": "'; drop table"}),
        ("words:two words state:TX", {"words": "two words", "state": "TX"}),
        ("guns since: 2025", {"words": "guns", "since": "2025"}),
        ("שלום topic:guns", {"words": "שלום", "topic": "guns"}),
    ],
)
def test_search_takes_all_other_words(text: str, options: dict[str, str]) -> None:
    assert parse_options(SEARCH, text) == options


@pytest.mark.parametrize(
    ("command", "text", "options"),
    [
        ("report", "what:It counts its lakes about:IL, TX link:https://example.org/a kind:new",
         {"what": "It counts its lakes", "about": "IL, TX", "link": "https://example.org/a", "kind": "new"}),
        ("report", "link:https://example.org/a what:“Counts: its lakes” about:New York New Jersey",
         {"link": "https://example.org/a", "what": "Counts: its lakes", "about": "New York New Jersey"}),
        ("report", "what:It says note: nothing new about:IL details:Page 7, and more",
         {"what": "It says note: nothing new", "about": "IL", "details": "Page 7, and more"}),
        ("report", "what:see <https://example.org/a|the report> about:IL anonymous:yes",
         {"what": "see https://example.org/a", "about": "IL", "anonymous": "yes"}),
        ("report", "about:IL-17 kind:change of status what:Repealed",
         {"about": "IL-17", "kind": "change of status", "what": "Repealed"}),
        ("report", 'what:"what: about: link:" about:IL', {"what": "what: about: link:", "about": "IL"}),
        ("answer", "R-12 details:On page 7", {"report": "R-12", "details": "On page 7"}),
        ("review", "R 12 state:West Virginia kind:new action status:being reviewed",
         {"report": "R 12", "state": "West Virginia", "kind": "new action", "status": "being reviewed"}),
        ("approve", "R-12 status:adopted date:2026 kind:executive order approach:build topics:guns,drugs",
         {"report": "R-12", "status": "adopted", "date": "2026", "kind": "executive order",
          "approach": "build", "topics": "guns,drugs"}),
        ("update", "IL-17 status:in effect date:2026-11 note:Signed by the governor challenged:no",
         {"code": "IL-17", "status": "in effect", "date": "2026-11", "note": "Signed by the governor",
          "challenged": "no"}),
        ("correct", "Illinois 17 topics:guns, land and water title:Counts its lakes",
         {"code": "Illinois 17", "topics": "guns, land and water", "title": "Counts its lakes"}),
        ("undo", "R - 12", {"what": "R - 12"}),
        ("undo", "il 17", {"what": "il 17"}),
        ("member", "ban <@7|Ana> words:the same every day",
         {"do": "ban", "who": "<@7>", "words": "the same every day"}),
        ("member", "unban report:R-12", {"do": "unban", "report": "R-12"}),
        ("link", "K3M9 xw2p-7tqa", {"code": "K3M9 xw2p-7tqa"}),
        ("setup", "invite", {"do": "invite"}),
        ("setup", "review:<#55|general> <#66|desk> moderators:ana, ben cards:5",
         {"review": "<#55> <#66>", "moderators": "ana, ben", "cards": "5"}),
        ("setup", "policy:two zone:New York", {"policy": "two", "zone": "New York"}),
    ],
)  # fmt: skip
def test_reports_and_decisions(command: str, text: str, options: dict[str, str]) -> None:
    assert parse_options(build_registry().find(command), text) == options


def test_other_commands() -> None:
    assert parse_options(ACTION, "IL 17") == {"code": "IL 17"}
    assert parse_options(TOPIC_SPEC, "public health") == {"topic": "public health"}
    assert parse_options(TOPIC_SPEC, "supply-chain state:TX") == {"topic": "supply-chain", "state": "TX"}
    assert parse_options(TOPIC_SPEC, "land & water") == {"topic": "land water"}
    assert parse_options(RECENT, "") == {}
    assert parse_options(RECENT, "30 topic:guns") == {"days": "30", "topic": "guns"}
    assert parse_options(ANSWERS, "measure:EO 14159") == {"measure": "EO 14159"}


@pytest.mark.parametrize(
    ("command", "text", "sentence"),
    [
        (STATE_SPEC, "", "needs “state”"),
        (STATE_SPEC, '""', "needs “state”"),
        (STATE_SPEC, "topic:guns", "needs “state”"),
        (COMPARE, "IL", "Write /compare STATE OTHER"),
        (COMPARE, "Washington DC", "needs “other”"),
        (COMPARE, "IL and", "needs “other”"),
        (SEARCH, "topic:guns", "needs “words”"),
        (STATE_SPEC, "IL topic:guns topic:climate", "“topic:” is given twice"),
        (STATE_SPEC, "state:IL State:TX", "“state:” is given twice"),
        (STATE_SPEC, "IL topic:", "“topic:” needs a value"),
        (STATE_SPEC, "IL topic: since:2025", "“topic:” needs a value"),
        (STATE_SPEC, "IL weather report", "I do not understand “weather report”"),
        (STATE_SPEC, "IL colour:red", "I do not understand “colour:red”"),
        (COMPARE, "IL TX OH", "I do not understand “OH”"),
        (RECENT, "30 days", "I do not understand “days”"),
    ],
)
def test_what_cannot_be_placed_is_refused_with_a_sentence(
    command: CommandSpec, text: str, sentence: str
) -> None:
    with pytest.raises(NotUnderstoodError) as error:
        parse_options(command, text)
    assert sentence in error.value.message


@pytest.mark.parametrize(
    ("text", "option", "value", "given_options"),
    [
        ("IL climate", "topic", "climate", {"state": "IL"}),
        ("New York public health", "topic", "public-health", {"state": "New York"}),
        ("IL immig since:2025", "topic", "immigration", {"state": "IL", "since": "2025"}),
        ("IL build", "approach", "build", {"state": "IL"}),
        ("IL struck down", "status", "struck_down", {"state": "IL"}),
        ("IL 2025-07", "since", "2025-07", {"state": "IL"}),
        ("illinios climate", "topic", "climate", {"state": "illinios"}),
    ],
)
def test_a_value_without_its_name_is_asked_back(
    text: str, option: str, value: str, given_options: dict[str, str]
) -> None:
    with pytest.raises(AmbiguousError) as error:
        parse_options(STATE_SPEC, text)
    assert error.value.option == option
    assert error.value.given == given_options
    assert [guess.text for guess in error.value.guesses] == [value]
    assert f"{option}:{value}" in error.value.guesses[0].label


def test_an_optional_state_is_left_out_where_a_topic_stands_in_its_place() -> None:
    trend = spec("trend", STATE_POSITIONAL, TOPIC_OPTION)
    assert parse_options(trend, "") == {}
    assert parse_options(trend, "VT topic:guns") == {"state": "VT", "topic": "guns"}
    assert parse_options(trend, "vermnot") == {"state": "vermnot"}
    with pytest.raises(AmbiguousError) as error:
        parse_options(trend, "public health")
    assert (error.value.option, error.value.given) == ("topic", {})
    assert [guess.label for guess in error.value.guesses] == ["/trend topic:public-health"]


def test_two_states_where_one_is_meant_are_asked_back() -> None:
    with pytest.raises(AmbiguousError) as error:
        parse_options(STATE_SPEC, "IL, New York topic:guns")
    assert (error.value.option, error.value.given) == ("state", {"topic": "guns"})
    assert [guess.text for guess in error.value.guesses] == ["IL", "NY"]


PIECES = st.lists(
    st.one_of(
        st.text(st.characters(exclude_categories=()), max_size=8),
        st.sampled_from(
            [
                "IL",
                "New",
                "York",
                "west",
                "virginia",
                "topic:",
                "topic:climate",
                "state:",
                "state:TX",
                "since:2025",
                "words:",
                "other:",
                '"',
                "“",
                "”",
                "<",
                ">",
                "|",
                "https://x.y",
                "<@U1|",
                "and",
                ",",
                "climate",
                "\0",
                "\ud800",
                "foo:",
                ":",
                "code:",
                "build",
            ]
        ),
    ),
    max_size=14,
)


@given(st.sampled_from(ALL), PIECES, st.sampled_from([" ", ""]))
def test_any_line_gives_options_or_a_refusal(command: CommandSpec, pieces: list[str], between: str) -> None:
    line = between.join(pieces)
    name, rest = split_command(line)
    refused: list[str] = []
    assert name == name.strip()
    for text in (line, rest):
        try:
            options = parse_options(command, text)
        except RefusalError as error:
            refused.append(error.message)
        else:
            known = {option.name: option for option in command.options}
            assert options.keys() <= known.keys()
            assert all(options.get(option.name, "").strip() for option in command.options if option.required)
    assert all(sentence.encode() for sentence in refused)


@pytest.mark.parametrize(
    "piece",
    [
        "a ",
        '"',
        '" ',
        "“a",
        "a:",
        "topic ",
        "state:x ",
        "IL ",
        "IL,",
        "new ",
        "<https://",
        "<@a|",
        "x",
        'a:"',
        "and ",
        "- ",
        "é.",
        "/fiftywire ",
    ],
)
def test_the_longest_line_is_parsed_in_no_time(piece: str) -> None:
    line = (piece * LONGEST_LINE)[:LONGEST_LINE]
    for command in ALL:
        begun, refused = time.thread_time(), [""]
        for text in (line, f"IL {line}", split_command(line)[1], f"new {line}"):
            try:
                parse_options(command, text)
            except RefusalError as error:
                refused.append(error.message)
        assert time.thread_time() - begun < 5  # a quadratic parser takes minutes
        assert max(map(len, refused)) < 400
