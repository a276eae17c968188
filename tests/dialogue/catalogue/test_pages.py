"""Walking lists by tokens alone, whatever happens to the catalogue in between."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from bot.engine.catalogue.lists import PAGE_SIZE
from tests.dialogue.oracle import ACTIONS, newest_first, of_state
from tests.dialogue.publishing import change, facts, publish, retract
from tests.dialogue.talk import answered, button, codes, labels, press_all, total

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.messages.reply import Reply
    from tests.dialogue.talk import Talk

Restart = "Callable[[], Talk]"

LISTS = ["/state CA", "/topic immigration", "/search state", "/recent", "/recent 4000", "/together CA",
         "/answers EO 14159", "/law printz", "/state CA approach:litigate status:live"]  # fmt: skip


@pytest.mark.parametrize("line", LISTS)
def test_next_visits_every_action_once_and_previous_the_same_pages_back(ana: Talk, line: str) -> None:
    pages = list(press_all(ana, line, "Next"))
    count = total(pages[0])
    assert count > PAGE_SIZE
    listed = [line for page in pages for line in page.lines]
    assert len(listed) == count
    assert len({line.code for line in listed}) == count
    keys = [line.sort_key for line in listed]
    assert keys == sorted(keys, reverse=True)
    for number, page in enumerate(pages, start=1):
        assert page.page
        assert (page.page.number, page.page.pages, page.page.total) == (number, len(pages), count)
        assert len(page.lines) == PAGE_SIZE or page is pages[-1]
        assert ("Next" in labels(page)) == (number < len(pages))
        assert ("Previous" in labels(page)) == (number > 1)
        assert ("First page" in labels(page)) == (number > 2)
        assert page.title == pages[0].title
    back = pages[-1]
    for page in reversed(pages[:-1]):
        back = ana.press(button(back, "Previous"))
        assert back.lines == page.lines
        assert back.page == page.page
    if len(pages) > 2:
        assert ana.press(button(pages[-1], "First page")).lines == pages[0].lines


def test_a_state_s_list_is_what_the_files_say(ana: Talk) -> None:
    listed = Counter(line.title for page in press_all(ana, "/state CA", "Next") for line in page.lines)
    assert listed == Counter(row["title"] for row in of_state("CA"))


def test_newest_is_by_the_last_status_change(ana: Talk) -> None:
    listed = [line for page in press_all(ana, "/recent", "Next") for line in page.lines]
    assert [str(line.changed) for line in listed] == [row["history"][-1]["date"] for row in newest_first()]
    assert Counter(line.title for line in listed) == Counter(row["title"] for row in ACTIONS)


def test_every_press_may_meet_a_new_process(restart: Callable[[], Talk]) -> None:
    reply = restart().say("/state CA")
    seen = codes(reply)
    while "Next" in labels(reply):
        reply = restart().press(button(reply, "Next").token)
        seen += codes(reply)
    assert len(seen) == len(set(seen)) == len(of_state("CA"))
    while "Previous" in labels(reply):
        reply = restart().press(button(reply, "Previous").token)
    assert codes(reply) == seen[:PAGE_SIZE]


def test_what_is_published_in_between_moves_nothing(restart: Callable[[], Talk]) -> None:
    """New actions come in front, among the pages seen, among those to come, and at the end."""
    before = {code for page in press_all(restart(), "/state CA", "Next") for code in codes(page)}
    days = ["2026-11-19", "2026-06-20", "2026-03", "2025-12-31", "2025", "2024-05-05", "2019-01", "1999"]
    reply = restart().say("/state CA")
    seen = codes(reply)
    at = 0
    while "Next" in labels(reply):
        publish(
            restart().dispatcher.store, facts("CA", on=days[at % len(days)]), facts("NV", "CA", on=days[-1])
        )
        at += 1
        reply = restart().press(button(reply, "Next").token)
        seen += codes(reply)
    assert len(seen) == len(set(seen))
    assert before <= set(seen)
    assert total(reply) == len(before) + 2 * at
    back = list(codes(reply))
    while "Previous" in labels(reply):
        reply = restart().press(button(reply, "Previous").token)
        back += codes(reply)
    assert set(seen) <= set(back)


def test_what_changes_its_date_in_between_is_seen_where_it_stands_by_then(own: Talk) -> None:
    first = own.say("/state CA")
    last = str(list(press_all(own, "/state CA", "Next"))[-1].lines[-1].code)
    change(own.dispatcher.store, last, history=facts(on="2026-11-19").history, sources=facts().sources)
    reply, seen = first, codes(first)
    while "Next" in labels(reply):
        reply = own.press(button(reply, "Next"))
        seen += codes(reply)
    assert len(seen) == len(set(seen)) == len(of_state("CA")) - 1
    assert codes(own.say("/state CA"))[0] == last


def _shrunk(own: Talk, keep: int) -> Reply:
    """The token of the third page is pressed when only `keep` actions are left."""
    second = own.press(button(own.say("/topic immigration"), "Next"))
    token = button(second, "Next").token
    every = [code for page in press_all(own, "/topic immigration", "Next") for code in codes(page)]
    retract(own.dispatcher.store, every[keep:])
    return own.press(token)


def test_a_list_that_became_shorter_says_so_and_leads_back(own: Talk) -> None:
    reply = answered(_shrunk(own, 12))
    assert reply.lines == ()
    assert reply.text == "Nothing is left on this page: the list became shorter meanwhile."
    assert total(reply) == 12
    assert "Next" not in labels(reply)
    last = answered(own.press(button(reply, "Previous")))
    assert len(last.lines) == PAGE_SIZE
    assert last.page
    assert (last.page.number, last.page.pages, last.page.total) == (2, 2, 12)
    assert "Next" not in labels(last)
    first = answered(own.press(button(last, "Previous")))
    assert codes(first) == codes(own.say("/topic immigration"))
    assert labels(first)[0] == "Next"


def test_a_list_that_became_one_page_leads_back_to_it(own: Talk) -> None:
    reply = _shrunk(own, 3)
    one = answered(own.press(button(reply, "Previous")))
    assert len(one.lines) == 3
    assert not {"Next", "Previous", "First page"} & set(labels(one))
    assert one.page
    assert (one.page.number, one.page.pages) == (1, 1)


def test_a_list_that_became_empty_is_nothing_found(own: Talk) -> None:
    reply = _shrunk(own, 0)
    assert reply.problem
    assert reply.problem.code == "not_found"
    assert reply.page
    assert (reply.page.number, reply.page.pages, reply.page.total) == (1, 1, 0)


def test_a_state_s_list_that_became_empty_starts_anew(own: Talk) -> None:
    publish(own.dispatcher.store, *(facts("VI", on=f"2025-03-{day:02}") for day in range(1, 11)))
    first = own.say("/state VI")
    token = button(first, "Next").token
    retract(own.dispatcher.store, [f"VI-{number}" for number in range(1, 11)])
    reply = answered(own.press(token))
    assert (reply.lines, total(reply)) == ((), 0)
    assert reply.page
    assert reply.page.number == 1
    assert reply.text == "Nothing on file for the U.S. Virgin Islands."


def test_going_back_shows_no_next_page_where_nothing_is_left(own: Talk) -> None:
    pages = list(press_all(own, "/topic immigration", "Next"))
    token = button(pages[-1], "Previous").token
    retract(own.dispatcher.store, codes(pages[-1]))
    reply = answered(own.press(token))
    assert codes(reply) == codes(pages[-2])
    assert "Next" not in labels(reply)
    assert reply.page
    assert reply.page.number == reply.page.pages == len(pages) - 1


def test_going_back_past_what_came_in_front_shows_it_too(own: Talk) -> None:
    second = own.press(button(own.say("/state CA"), "Next"))
    token = button(second, "Previous").token
    publish(own.dispatcher.store, *(facts("CA", on="2026-11-18") for _ in range(3)))
    reply = own.press(token)
    assert len(reply.lines) == PAGE_SIZE
    assert reply.page
    assert reply.page.number == 1
    top = own.press(button(reply, "Previous"))
    assert codes(top) == codes(own.say("/state CA"))


def test_the_last_page_may_be_exactly_full(own: Talk) -> None:
    publish(own.dispatcher.store, *(facts("VI", on=f"2025-03-{day:02}") for day in range(1, 17)))
    first = own.say("/state VI")
    second = own.press(button(first, "Next"))
    assert (len(first.lines), len(second.lines)) == (PAGE_SIZE, PAGE_SIZE)
    assert "Next" not in labels(second)
