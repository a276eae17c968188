"""/lookup: what is on file for a message."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.commands.every import build_registry
from bot.domain.catalogue.states import STATES
from tests.dialogue.oracle import ACTIONS, of_state, titles
from tests.dialogue.publishing import LINK, facts, publish, retract
from tests.dialogue.talk import FOREIGN, answered, button, codes, labels, problem, total

if TYPE_CHECKING:
    from bot.domain.catalogue.states import State
    from tests.dialogue.talk import Talk

NOTHING = "There is no state and no link in this text. /search finds actions by words."
NO_ACTION = "No action on file has a link of this text."
URL: str = ACTIONS[0]["sources"][1]["url"]  # https, without www., tracking or a last stroke
assert URL == "https://thealaskacurrent.com/2024/01/08/pebble-mine-dunleavy-supereme-court-appeal-denied"
BARE = URL.removeprefix("https://")


def number(count: int) -> str:
    return f"{count} action{'' if count == 1 else 's'}"


def named(talk: Talk, text: str) -> list[str]:
    """The states that a text is said to speak of."""
    reply = talk.say(f"/lookup {text}")
    if reply.problem:
        assert reply.text == NOTHING
        return []
    return labels(answered(reply))


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.code)
def test_every_state_is_found_by_its_name_and_its_code(ana: Talk, state: State) -> None:
    for text in (
        f"So {state.name} sues again.",
        f"so {state.name.lower()} sues again",
        f"{state.name}'s law, {state.name}’s law",
        f"News from ({state.code}) today",
        f"{state.name.upper()} SUES",
    ):
        reply = answered(ana.say(f"/lookup {text}"))
        assert labels(reply) == [state.name], text
        assert reply.text == f"It speaks of {state.in_text} ({number(len(of_state(state.code)))})."
        assert reply.visibility == "asker"
        assert not reply.lines
    assert total(ana.press(reply.buttons[0])) == len(of_state(state.code))


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("Ohio and Utah sue over the new rule", ["Ohio", "Utah"]),
        ("Utah and Ohio, Utah again", ["Utah", "Ohio"]),
        ("In West Virginia it is law", ["West Virginia"]),
        ("West Virginia and Virginia", ["West Virginia", "Virginia"]),
        ("Virginia's west", ["Virginia"]),
        ("Washington, D.C., and Washington", ["District of Columbia", "Washington"]),
        ("a judge in Washington DC said", ["District of Columbia"]),
        ("the District of Columbia's council", ["District of Columbia"]),
        ("the U.S. Virgin Islands", ["U.S. Virgin Islands"]),
        ("the Virgin Islands and Guam", ["U.S. Virgin Islands", "Guam"]),
        ("the Northern Mariana Islands", ["Northern Mariana Islands"]),
        ("New York/New Jersey", ["New York", "New Jersey"]),
        ("(Texas) “Maine” *Guam*", ["Texas", "Maine", "Guam"]),
        ("Hawaiʻi and Hawaii", ["Hawaii"]),
        ("TX and CA agree", ["Texas", "California"]),
        ("tx and ca agree", []),
        ("in or me, ok, hi", []),
        ("IN OR ME", []),
        ("IL", ["Illinois"]),
        ("see https://example.org/IN/texas/OK now", []),
        ("Ore. and Miss. and Wash. are words", []),
        ("TX, OK and New Mexico", ["Texas", "Oklahoma", "New Mexico"]),
        ("I'm OK with HI and PA", []),
        ("TEXAS AND IN", ["Texas"]),
        ("Texans, Ohioan, Arkansaw", []),
        ("Kansas, Arkansas", ["Kansas", "Arkansas"]),
        ("nothing of the kind", []),
    ],
)  # fmt: skip
def test_which_states_a_text_speaks_of(ana: Talk, text: str, states: list[str]) -> None:
    assert named(ana, text) == states


def test_at_most_eight_states_are_named_the_first(ana: Talk) -> None:
    every = ", ".join(state.name for state in STATES)
    assert named(ana, every) == [state.name for state in STATES[:8]]
    assert answered(ana.choose("lookup", text=every)).text.endswith(" and 48 more.")
    assert " more" not in answered(ana.choose("lookup", text="Ohio and Utah")).text


def test_that_not_all_links_were_looked_up_is_said(ana: Talk) -> None:
    many = " ".join(f"https://example.org/{at}" for at in range(21))
    assert "one of the first 20 links of this text" in answered(ana.choose("lookup", text=many)).text


@pytest.mark.parametrize(
    "link",
    [
        URL,
        f"http://www.{BARE}/",
        f"{URL}?utm_source=x&utm_medium=social&fbclid=IwAR0",
        f"{URL}/?gclid=1#comments",
        f"<{URL}>",
        f"({URL}).",
        f"[read it]({URL})",
        f"https://m.{BARE}",
        f"https://www.google.com/amp/s/{BARE}/amp",
    ],
)
def test_a_link_finds_the_actions_that_rest_on_it_however_it_is_written(ana: Talk, link: str) -> None:
    resting = titles(lambda row: URL in [source["url"] for source in row["sources"]])
    reply = answered(ana.choose("lookup", text=f"look at this: {link}"))
    assert Counter(line.title for line in reply.lines) == resting
    assert reply.text == f"{number(resting.total())} on file with a link of this text, below."
    assert [item.opens and item.opens.label for item in reply.items] == codes(reply)
    first = reply.items[0].opens
    assert first
    assert answered(ana.press(first)).title.startswith(f"{codes(reply)[0]}: ")


def test_every_source_of_the_starter_is_found(ana: Talk) -> None:
    by_link: dict[str, set[str]] = {}
    for row in ACTIONS:
        for source in row["sources"]:
            by_link.setdefault(source["url"], set()).add(row["title"])
    for url, resting in by_link.items():
        tracked = f"{url}{'&' if '?' in url else '?'}utm_source=x"
        found = {line.title for line in answered(ana.choose("lookup", text=tracked)).lines}
        assert resting <= found, url


def test_an_action_with_two_links_of_a_text_is_listed_once(ana: Talk) -> None:
    urls = [source["url"] for source in ACTIONS[0]["sources"]]
    reply = answered(ana.choose("lookup", text=" and ".join(urls)))
    assert len(urls) > 1
    assert len(codes(reply)) == len(set(codes(reply)))
    assert ACTIONS[0]["title"] in [line.title for line in reply.lines]


def test_links_and_states_together(ana: Talk) -> None:
    reply = answered(ana.choose("lookup", text=f"Alaska: {URL}"))
    first, second = reply.text.splitlines()
    assert first.endswith("on file with a link of this text, below.")
    assert second == f"It speaks of Alaska ({number(len(of_state('AK')))})."
    assert answered(ana.press(button(reply, "Alaska"))).title == "Alaska"


@pytest.mark.parametrize("text", ["https://example.net/nothing", f"{URL}-of-another-page", "see http://a.b"])
def test_a_link_that_nothing_rests_on_is_an_answer(ana: Talk, text: str) -> None:
    reply = answered(ana.choose("lookup", text=text))
    assert reply.text == NO_ACTION
    assert not reply.lines


@pytest.mark.parametrize(
    "text", ["nothing of the kind", "ftp://example.org", "https://", "10.5 words", "x" * 7000]
)
def test_where_there_is_nothing_to_look_up_it_is_said(ana: Talk, text: str) -> None:
    reply = ana.choose("lookup", text=text)
    assert problem(reply) == "not_found"
    assert reply.text == NOTHING


@pytest.mark.parametrize("text", ["", "   ", "???", "\0", "🎉", "\u200b"])
def test_a_message_without_a_word_is_said_to_have_none(ana: Talk, text: str) -> None:
    reply = ana.choose("lookup", text=text)
    assert problem(reply) == "not_understood"
    assert reply.text == "There are no words in this message."


def test_a_line_without_a_text_is_told_how_to_ask(ana: Talk) -> None:
    for reply in (ana.say("/lookup"), ana.choose("lookup")):
        assert problem(reply) == "not_understood"
        assert reply.text.startswith("/lookup needs “text”")


def test_with_several_links_the_newest_actions_of_all_of_them_are_shown(own: Talk) -> None:
    store, other = own.dispatcher.store, "https://example.org/other"
    publish(store, *(facts("VI", title=f"Old {at}", on=f"2020-01-0{at}") for at in range(1, 10)))
    for title, on in (("New", "2026-02-01"), ("Oldest", "2019-02-01")):
        new = facts("VI", title=title, on=on)
        history = tuple(replace(step, source=other) for step in new.history)
        sources = tuple(replace(source, url=other) for source in new.sources)
        publish(store, replace(new, history=history, sources=sources))
    reply = answered(own.choose("lookup", text=f"{LINK} and {other}"))
    assert [line.title for line in reply.lines] == ["New", *(f"Old {at}" for at in range(9, 2, -1))]
    assert reply.text == "The newest 8 actions on file with a link of this text, below."


def test_only_what_may_be_seen_and_stands_is_found(own: Talk) -> None:
    store = own.dispatcher.store
    (local,) = publish(store, facts("VI"), board="terminal")
    (shared,) = publish(store, facts("VI", title="Counts its dams"))
    at_home = answered(own.choose("lookup", text=f"{LINK} U.S. Virgin Islands"))
    assert set(codes(at_home)) == {str(local.code), str(shared.code)}
    assert "(2 actions)" in at_home.text
    away = answered(own.at(FOREIGN).choose("lookup", text=f"{LINK} U.S. Virgin Islands"))
    assert codes(away) == [str(shared.code)]
    assert "(1 action)" in away.text
    retract(store, [str(shared.code)])
    gone = answered(own.at(FOREIGN).choose("lookup", text=LINK))
    assert gone.text == NO_ACTION


def test_it_is_offered_on_messages() -> None:
    """The text of a message becomes the first option."""
    spec = build_registry().find("lookup")
    assert spec.menu == "Look up in Fiftywire"
    assert 0 < len(spec.menu) <= 32, "Discord: application command name"
    assert [option.name for option in spec.options] == ["text"]
    assert spec.visibility == "asker"
