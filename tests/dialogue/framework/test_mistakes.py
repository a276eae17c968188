"""What people get wrong, and the answers that help them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.commands.every import build_registry
from bot.domain.community.people import Role
from bot.messages.limits import LONGEST_LABEL
from tests.dialogue.oracle import of_state
from tests.dialogue.reviewing import moderator
from tests.dialogue.talk import answered, button, labels, problem, total

if TYPE_CHECKING:
    from collections.abc import Callable

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


NEW = "link:https://example.org/new"


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        (f"/report what:x about:Narnia {NEW}", "not_found", "There is no state “Narnia”."),
        (f"/report what:x about:IL,Narnia {NEW}", "not_found", "There is no state “Narnia”."),
        (f"/report what:x about:IL-999 {NEW}", "not_found", "There is no action IL-999."),
        (
            f"/report what:x about:; {NEW}",
            "not_understood",
            "Name a state, several, or the code of an action",
        ),
        (
            "/report what:x about:IL link:ftp://example.org",
            "not_understood",
            "starts with http:// or https://",
        ),
        (
            "/report what:x about:IL link:http://127.0.0.1/",
            "not_understood",
            "names a machine, not a website",
        ),
        ("/report what:x about:IL link:reservoirs", "not_understood", "“reservoirs” is not a link."),
        (f"/report what:x about:IL {NEW} kind:change", "not_understood", "give its code, like IL-1."),
        (f"/report what:x about:IL {NEW} kind:correction", "not_understood", "give its code, like IL-1."),
        (f"/report what:x about:IL-1 {NEW} kind:new", "not_understood", "IL-1 is on file already."),
        (f"/report what:x about:IL {NEW} kind:zzz", "not_understood", "There are: new, change, correction."),
        (f"/report what:x about:IL {NEW} anonymous:maybe", "not_understood", "Answer with yes or no."),
        (f"/report what:{'x' * 4001} about:IL {NEW}", "not_understood", "has 4,001 characters; 4,000 are"),
        ("/report reservoirs", "not_understood", "I do not understand “reservoirs” here. /report [what]"),
        ("/reports R-999", "not_found", "You sent no report R-999."),
        ("/reports R-13x", "not_found", "“R-13x” is no report. They are named like R-12."),
        ("/reports R-0", "not_found", "“R-0” is no report."),
        ("/withdraw", "not_understood", "/withdraw REPORT"),
        ("/withdraw R-999", "not_found", "You sent no report R-999."),
        ("/answer", "not_understood", "/answer REPORT [details]"),
        ("/answer R-999", "not_found", "You sent no report R-999."),
        ("/answer R-999 details:x", "not_found", "You sent no report R-999."),
        ("/relate R-12", "not_understood", "/relate REPORT code"),
        ("/relate R-12 code:IL-999", "not_found", "There is no action IL-999."),
        ("/relate R-999 code:IL-1", "not_found", "You sent no report R-999."),
        ("/link zzzz", "not_found", "This code does not work"),
        ("/privacy maybe", "not_understood", "There are: export, delete, confirm."),
    ],
)
def test_a_mistake_of_a_sender_is_one_clear_sentence(
    reported: Callable[[], Talk], line: str, code: str, says: str
) -> None:
    reply = reported().say(line)
    assert problem(reply) == code
    assert says in reply.text
    assert len(reply.text) < 600


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("/review R-999", "not_found", "There is no report R-999 here."),
        ("/review nonsense", "not_found", "“nonsense” is no report."),
        ("/review state:Narnia", "not_found", "There is no state “Narnia”."),
        (
            "/review kind:zzz",
            "not_understood",
            "There are: new, change, correction, retraction, check, undo,",
        ),
        ("/review status:approved", "not_understood", "There are: new, claimed, seconding, asked."),
        ("/approve", "not_understood", "/approve REPORT [status] [date] [kind] [approach] [topics]"),
        ("/approve R-999", "not_found", "There is no report R-999 here."),
        ("/claim R-999", "not_found", "There is no report R-999 here."),
        ("/forward R-12", "forbidden", "This community's moderators decide for everyone themselves"),
        ("/update", "not_understood", "/update CODE [status] [date] [note] [link] [challenged]"),
        ("/update IL-999", "not_found", "There is no action IL-999."),
        ("/update IL-1 status:blocked date:2026-13", "not_understood", "has no month 13"),
        (f"/correct IL-1 title:{'x' * 91}", "not_understood", "has 91 characters; at most 90 are allowed."),
        (
            "/correct IL-1 rests:zeppelins",
            "not_found",
            "No case or clause is on file that is called “zeppelins”.",
        ),
        ("/correct IL-1 sources:x", "not_understood", "Sources: “x” is not a link."),
        ("/correct IL-1 topics:guns,drugs,climate,labor", "not_understood", "Name 1 to 3 topics, not 4."),
        ("/correct IL-999", "not_found", "There is no action IL-999."),
        ("/retract IL-999", "not_found", "There is no action IL-999."),
        ("/check nonsense", "not_found", "There is no action “nonsense”. A code looks like IL-1."),
        ("/history IL-999", "not_found", "There is no action IL-999."),
        ("/undo", "not_understood", "/undo WHAT"),
        ("/undo IL-999", "not_found", "There is no action IL-999."),
        ("/undo R-999", "not_found", "There is no report R-999 here."),
        ("/undo R-12", "changed_meanwhile", "R-12 is waiting for review; there is nothing to undo."),
        ("/member", "not_understood", "/member DO [WHO] [report] [words]"),
        ("/member kick", "not_understood", "There are: ban, unban, note, list."),
        (
            "/member ban",
            "not_understood",
            "Name one person, or with report: the report whose author is meant.",
        ),
        ("/member ban eve gus", "not_understood", "Name one person"),
        ("/member unban eve", "not_found", "Nobody of that name is banned here."),
        ("/member note eve", "not_understood", "Write the note after words:"),
        ("/audit x", "not_understood", "I do not understand “x” here. /audit"),
        ("/setup zone:Narnia", "not_understood", "There is no time zone “Narnia”."),
        ("/setup x", "not_understood", "“x” is no thing to do. There are: invite."),
        ("/setup join:x", "not_found", "This code does not work"),
    ],
)
def test_a_mistake_of_a_moderator_is_one_clear_sentence(
    reported: Callable[[], Talk], line: str, code: str, says: str
) -> None:
    reply = moderator(reported(), "ben").as_(Role.ADMIN).say(line)
    assert problem(reply) == code
    assert says in reply.text
    assert len(reply.text) < 600


@pytest.mark.parametrize(
    ("line", "offers"),
    [
        (f"/report what:x about:illinios {NEW}", ["Illinois"]),
        (f"/report what:x about:new {NEW}", ["New Hampshire", "New Jersey", "New Mexico", "New York"]),
        (f"/report what:x about:IL {NEW} kind:cahnge", ["Change of status"]),
        (f"/report what:x about:IL {NEW} kind:chagne", ["Change of status"]),
        ("/privacy exprot", ["Give me what is kept about me"]),
        ("/check IL", ["IL-1"]),
        ("/retarct IL-1", ["/retract IL-1"]),
        ("/revew", ["/review"]),
        ("/member bann", ["Take no more reports of somebody"]),
        ("/member banish", ["Take no more reports of somebody"]),
    ],
)
def test_what_may_be_meant_in_a_report_or_a_decision_is_offered(
    reported: Callable[[], Talk], line: str, offers: list[str]
) -> None:
    reply = moderator(reported(), "ben").say(line)
    assert problem(reply) == ("ambiguous" if offers else "not_understood")
    assert labels(reply) == offers


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
def test_a_required_option_left_out_is_explained(own: Talk, spec: CommandSpec) -> None:
    required = [option for option in spec.options if option.required]
    somebody, blank = own.as_(spec.rights), {option.name: " " for option in required}
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
        assert reply.lines or labels(reply)[0] == "Previous"
