"""What people get wrong, and the answers that help them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.commands.every import build_registry
from bot.commands.spec import LONGEST_LABEL
from tests.dialogue.oracle import of_state
from tests.dialogue.talk import answered, button, labels, problem, total

if TYPE_CHECKING:
    from bot.commands.spec import CommandSpec
    from tests.dialogue.talk import Talk


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("/nosuch", "not_understood", "There is no command /nosuch. /help lists them all."),
        ("", "not_understood", "Ask with a command, for example /state IL. /help lists them all."),
        ("/", "not_understood", "Ask with a command, for example /state IL. /help lists them all."),
        ("/state Narnia", "not_found", "There is no state “Narnia”."),
        ("/state", "not_understood", "/state STATE [topic] [approach] [status]"),
        ("/state IL topic:cheese", "not_understood", "“cheese” is no topic. There are: civil-service,"),
        ("/state IL approach:zzz", "not_understood", "“zzz” is no approach. There are: refuse,"),
        ("/state IL status:zzz", "not_understood", "“zzz” is no status. There are: open,"),
        ("/state IL topic:guns topic:drugs", "not_understood", "given twice"),
        ("/state IL topic:", "not_understood", "needs a value"),
        ("/state IL xyzzy plugh", "not_understood", "I do not understand “xyzzy plugh” here."),
        ("/compare IL", "not_understood", "/compare STATE OTHER"),
        ("/compare IL Narnia", "not_found", "There is no state “Narnia”."),
        ("/together", "not_understood", "/together STATE"),
        ("/money", "not_understood", "/money STATE"),
        ("/action", "not_understood", "/action CODE"),
        ("/action ZZ-9", "not_found", "There is no action “ZZ-9”. A code looks like IL-1."),
        ("/action nonsense", "not_found", "There is no action “nonsense”."),
        ("/search", "not_understood", "/search WORDS"),
        ("/search ???", "not_understood", "at least one word"),
        ("/search gold since:yesterday", "not_understood", "“yesterday” is not a date like 2025, 2025-07"),
        ("/search gold since:2025-13", "not_understood", "has no month 13"),
        ("/search gold since:0001", "not_understood", "outside 1776 to"),
        ("/topic", "not_understood", "/topic TOPIC"),
        ("/topic cheese", "not_understood", "“cheese” is no topic."),
        ("/recent zero", "not_understood", "from 1 to 36,500"),
        ("/recent 0", "not_understood", "from 1 to 36,500"),
        ("/recent -5", "not_understood", "from 1 to 36,500"),
        ("/recent 99999999999", "not_understood", "from 1 to 36,500"),
        ("/answers", "not_understood", "/answers MEASURE"),
        ("/law", "not_understood", "/law PRECEDENT"),
        ("/law zeppelins", "not_found", "No case or clause is on file that is called “zeppelins”."),
        ("/coverage IL", "not_understood", "I do not understand “IL” here. /coverage"),
        ("/help nosuch", "not_understood", "There is no command /nosuch."),
    ],
)
def test_a_mistake_is_one_clear_sentence(ana: Talk, line: str, code: str, says: str) -> None:
    reply = ana.say(line)
    assert problem(reply) == code
    assert reply.problem
    assert reply.text == reply.problem.message
    assert says in reply.text
    assert len(reply.text) < 600


@pytest.mark.parametrize(
    ("line", "offers"),
    [
        ("/state illinios", ["Illinois"]),
        ("/state new", ["New Hampshire", "New Jersey", "New Mexico", "New York"]),
        ("/state Carolina", ["North Carolina", "South Carolina"]),
        ("/state IL TX", ["/state IL", "/state TX"]),
        ("/state IL guns", ["/state IL topic:guns"]),
        ("/state CA topic:imigration", ["Immigration"]),
        ("/state CA approach:litigat3", ["Litigate"]),
        ("/state CA status:penidng", ["pending"]),
        ("/compare illinios texsa", ["Illinois"]),
        ("/action IL", ["IL-1"]),
        ("/trend illinios topic:climate", ["Illinois"]),
        ("/stat IL", ["/state IL"]),
        ("/sate IL topic:climate", ["/state IL topic:climate"]),
        ("/help stat", ["/state"]),
        ("/cov", ["/coverage"]),
        ("illinois", ["/state IL"]),
        ("/Illinois", ["/state IL"]),
        ("new york topic:guns", ["/state NY topic:guns"]),
        ("Ill. and Texas", ["/compare IL TX"]),
        ("guns", ["/topic guns"]),
        ("IL-1", ["/action IL-1"]),
        ("mon", ["/state MT", "/money"]),
    ],
)
def test_did_you_mean(ana: Talk, line: str, offers: list[str]) -> None:
    reply = ana.say(line)
    assert problem(reply) == "ambiguous"
    assert labels(reply) == offers


@pytest.mark.parametrize(
    ("line", "offer", "title"),
    [
        ("/state illinios topic:climate", "Illinois", "Illinois, climate"),
        ("/compare illinios TX", "Illinois", "Illinois and Texas"),
        ("/state CA topic:imigration status:live", "Immigration", "California, immigration, live"),
        ("/stat IL topic:climate", "/state IL topic:climate", "Illinois, climate"),
        ("/state IL guns", "/state IL topic:guns", "Illinois, guns"),
        ("/action IL", "IL-1", "IL-1: "),
        ("new york", "/state NY", "New York"),
        ("IL vs TX", "/compare IL TX", "Illinois and Texas"),
        ("/help stat", "/state", "/state"),
        ("/search gold state:texsa", "Texas", "Search: gold"),
    ],
)
def test_what_was_meant_is_one_press_away_with_all_other_options_kept(
    ana: Talk, line: str, offer: str, title: str
) -> None:
    assert answered(ana.press(button(ana.say(line), offer))).title.startswith(title)


def test_two_misspellings_are_asked_one_after_the_other(ana: Talk) -> None:
    first = ana.say("/compare illinios texsa")
    second = ana.press(button(first, "Illinois"))
    assert problem(second) == "ambiguous"
    assert answered(ana.press(button(second, "Texas"))).title == "Illinois and Texas"


def test_a_long_line_with_a_misspelt_command_is_offered_without_its_text(ana: Talk) -> None:
    long = "word " * 800
    (offer,) = ana.say(f"/searhc {long}").buttons
    assert offer.label == "/search"
    (offer,) = ana.say(f"/searhc {'é' * 70}").buttons
    assert len(offer.label) <= LONGEST_LABEL


def test_an_offer_with_options_that_do_not_parse_is_the_bare_command(ana: Talk) -> None:
    assert labels(ana.say("/stat IL topic:")) == ["/state"]


def test_a_strange_option_by_choice_is_named(ana: Talk) -> None:
    reply = ana.choose("state", state="IL", colour="red")
    assert problem(reply) == "not_understood"
    assert reply.text.startswith("/state has no option “colour”.")
    assert problem(ana.choose("nosuch")) == "not_understood"
    assert problem(ana.choose("stat")) == "ambiguous"


@pytest.mark.parametrize("spec", build_registry().specs, ids=lambda spec: spec.name)
def test_a_required_option_left_out_is_explained(ana: Talk, spec: CommandSpec) -> None:
    required = [option for option in spec.options if option.required]
    somebody, blank = ana.as_(spec.rights), {option.name: " " for option in required}
    left_out = somebody.choose(spec.name)
    for reply in (left_out, somebody.choose(spec.name, **blank)):
        if not required:
            answered(reply)
            continue
        assert problem(reply) == "not_understood"
        if spec.menu and reply is not left_out:  # as platforms ask about a message that is only a picture
            assert reply.text == "There are no words in this message."
            continue
        assert f"“{required[0].name}”" in reply.text
        assert reply.text.endswith(spec.usage)


@pytest.mark.parametrize(
    "token",
    ["", "1", "x" * 100, "x" * 5000, "10zz~sIL", "20st~sIL", "10st~sXX", "10st~q=x", "10st~sIL~sTX",
     "10st~sIL~>é", "10st~sIL~#0", "10st~sIL~>2025~<2025", "10st*nothash", "10st*" + "a" * 32, "10st~s=%zz",
     "\0", "10st~sIL~", "1ést~sIL", "10st~s", "'; drop table actions"],
    ids=repr,
)  # fmt: skip
def test_a_broken_token_is_refused_kindly(ana: Talk, token: str) -> None:
    reply = ana.press(token)
    assert problem(reply) == "not_understood"
    assert reply.text in (
        "This button cannot be read. Ask the command anew.",
        "This button belongs to another community, or its text is gone.",
    )


@pytest.mark.parametrize(
    "token", ["10st", "10ac~c=ZZ-9", "10st~s=Narnia", "10re~d=x", "10se~w=%p", "10cm~sIL~oIL"]
)
def test_a_readable_token_with_nonsense_in_it_is_a_mistake_like_any(ana: Talk, token: str) -> None:
    assert problem(ana.press(token)) in ("not_understood", "not_found")


def test_a_forged_place_in_a_list_leads_somewhere_in_it(ana: Talk) -> None:
    whole = len(of_state("CA"))
    for mark in (">0", ">Z", "<0", "<Z", ">" + "9" * 40, "<20251001CA0000001~#9999999", ">2025~#9999999"):
        reply = answered(ana.press(f"10st~sCA~{mark}"))
        assert total(reply) == whole
        assert reply.page
        assert reply.page.number <= reply.page.pages
        assert reply.items or labels(reply)[0] == "Previous"
