"""/action, /search, /topic, /recent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.catalogue.states import BY_CODE
from bot.domain.catalogue.topics import Topic
from bot.engine.catalogue.lists import PAGE_SIZE
from tests.dialogue.oracle import ACTIONS, PRECEDENTS, newest_first, of_state, stage
from tests.dialogue.publishing import facts, publish, retract
from tests.dialogue.talk import (
    answered,
    button,
    codes,
    fields,
    labels,
    opened,
    press_all,
    problem,
    standing,
    total,
    words,
)

if TYPE_CHECKING:
    from tests.dialogue.talk import Talk


def test_every_action_is_shown_whole(ana: Talk) -> None:
    rows = {row["title"]: row for row in ACTIONS}
    listed = {line.title: line for page in press_all(ana, "/recent", "Next") for line in page.lines}
    assert listed.keys() == rows.keys()
    for title, row in rows.items():
        code = listed[title].code
        reply = answered(ana.say(f"/action {code}"))
        assert reply.title == f"{code}: {title}"
        assert reply.text == row["summary"]
        assert [link.url for link in reply.links] == [source["url"] for source in row["sources"]]
        for link, source in zip(reply.links, row["sources"], strict=True):
            assert source["title"] in link.label
            assert source["publisher"] in link.label
        said = [(field.name, field.value) for field in reply.fields]
        facts_ = dict(said)
        assert facts_["Status"].startswith(row["status"].replace("_", " "))
        assert facts_["Status"].endswith(f"({stage(row)})")
        names = [BY_CODE[state].name for state in row["states"]]
        if len(names) == 1:
            assert facts_["State"] == names[0]
        else:
            assert facts_["States"] == f"{names[0]} (lead), {', '.join(names[1:])}"
        steps = said[-len(row["history"]) - ("Related" in facts_) :][: len(row["history"])]
        for (_, value), step in zip(steps, row["history"], strict=True):
            publisher = next(s["publisher"] for s in row["sources"] if s["url"] == step["source"])
            assert value.startswith(step["status"].replace("_", " "))
            assert step.get("note", "") in value
            assert value.endswith(f"(per {publisher})")
        unsure = facts_["Checked"] == "Status not checked lately"
        assert unsure == (row["verified"] == "partly")
        assert unsure or facts_["Checked"] == "November 2026"
        for name in row.get("responds_to", ()):
            assert name in facts_["Answers"]
        for key in row.get("legal_basis", ()):
            assert PRECEDENTS[key]["name"] in facts_["Rests on"]


@pytest.mark.parametrize(
    "written", ["IL-1", "il-1", "il 1", "IL1", "#IL-1", "Illinois 1", "“IL-1”", "code:IL-1"]
)
def test_codes_are_understood_as_people_write_them(ana: Talk, written: str) -> None:
    assert answered(ana.say(f"/action {written}")).title.startswith("IL-1: ")


def test_an_action_leads_on(ana: Talk) -> None:
    reply = answered(ana.say("/action IL-1"))
    assert labels(reply)[:2] == ["Illinois", "All answers to EO 14159 (Jan 20, 2025)"]
    assert total(ana.press(button(reply, "Illinois"))) == len(of_state("IL"))
    answers = ana.press(button(reply, "All answers to EO 14159 (Jan 20, 2025)"))
    assert answers.title == "Answers to EO 14159 (Jan 20, 2025)"
    law = ana.press(button(reply, "All that rests on Printz v. United States"))
    assert law.title == "Printz v. United States (1997)"
    form = opened(ana.press(button(reply, "Report a change")))
    assert {name: text for name, text in standing(form).items() if text} == {
        "about": "IL-1", "kind": "change", "anonymous": "no"
    }  # fmt: skip


def test_related_actions_have_something_in_common(ana: Talk) -> None:
    rows = {row["title"]: row for row in ACTIONS}

    def traits(row: dict[str, Any]) -> set[str]:
        urls = {source["url"] for source in row["sources"]}
        return {*urls, *row.get("responds_to", ()), *row.get("legal_basis", ())}

    for page in press_all(ana, "/recent", "Next"):
        for line in page.lines:
            reply = ana.say(f"/action {line.code}")
            mine = traits(rows[line.title])
            others = [
                other for other in rows.values() if other["title"] != line.title and mine & traits(other)
            ]
            assert len(reply.lines) == min(5, len(others)), line.code
            assert ("Related" in [field.name for field in reply.fields]) == bool(others)
            for related in reply.lines:
                assert mine & traits(rows[related.title])


@pytest.mark.parametrize("code", ["IL-999", "WY-9", "AS-2"])
def test_a_code_that_nobody_has(ana: Talk, code: str) -> None:
    reply = ana.say(f"/action {code}")
    assert problem(reply) == "not_found"
    assert reply.text == f"There is no action {code}."


def test_a_withdrawn_action_says_when_and_why(own: Talk) -> None:
    before = total(own.say("/state IL"))
    retract(own.dispatcher.store, ["IL-1"], "it was entered twice.", datetime(2026, 11, 5, 3, 0, tzinfo=UTC))
    reply = own.say("/action IL-1")
    assert problem(reply) == "not_found"
    assert reply.text == "IL-1 was withdrawn from the catalogue on November 5, 2026: it was entered twice."
    retract(own.dispatcher.store, ["IL-2"])
    assert own.say("/action IL-2").text == "IL-2 was withdrawn from the catalogue."
    assert total(own.say("/state IL")) == before - 2
    for page in press_all(own, "/state IL", "Next"):
        assert not {"IL-1", "IL-2"} & set(codes(page))
    for line in ("/search trust act", "/answers EO 14159", "/law printz", "/topic immigration", "/recent"):
        assert not {"IL-1", "IL-2"} & {code for page in press_all(own, line, "Next") for code in codes(page)}


# --- search


@pytest.mark.parametrize(
    "query",
    [
        "vaccine",
        "VACCINE",
        "gold tender",
        "immigration detainers",
        "trust act",
        "National Guard",
        "abortion pills",
    ],
)
def test_search_finds_all_that_have_the_words(ana: Talk, query: str) -> None:
    """Every action whose title or summary has the words, whole or as beginnings, is found."""
    found = {line.title for page in press_all(ana, f"/search {query}", "Next") for line in page.lines}
    assert ana.say(f"/search {query}").title == f"Search: {query}"
    wanted = query.lower().split()
    for row in ACTIONS:
        text = f"{row['title']} {row['summary']}".lower().replace("-", " ").replace("'", " ").split()
        if all(any(word.strip('(“".,').startswith(one) for word in text) for one in wanted):
            assert row["title"] in found
    assert found


@pytest.mark.parametrize(
    "written", ["HB 7321", "hb7321", "House Bill 7321", "H.B. 7321", "“House Bill” 7321"]
)
def test_a_bill_is_found_however_it_is_written(own: Talk, written: str) -> None:
    (action,) = publish(own.dispatcher.store, facts("NH", title="Passes House Bill 7321 on cafés in Peñasco"))
    assert codes(answered(own.say(f"/search {written}"))) == [str(action.code)]
    for query in ("cafes penasco", "Cafés PEÑASCO", "penasco 7321", f"{written} cafés"):
        assert codes(answered(own.say(f"/search {query}"))) == [str(action.code)]


def test_a_bill_of_the_starter_is_found_in_all_its_forms(ana: Talk) -> None:
    found = [codes(answered(ana.say(f"/search {form}"))) for form in ("HB 1321", "hb1321", "House Bill 1321")]
    assert found[0] == found[1] == found[2]
    assert any("1321" in row["title"] + row["summary"] for row in ACTIONS)


@pytest.mark.parametrize(
    "query",
    ['"', "*", "'; drop table actions; --", "AND", "OR NOT", "prop-12", "NEAR(a b)", "😀",
     "\u05e9\u05dc\u05d5\u05dd", "a\0b", "x" * 4000, "%", "_", "(", "title:x", "-", "<@U1|ana>",
     "\u202eabc", "\ud83d"],
    ids=repr,
)  # fmt: skip
def test_search_survives_anything(ana: Talk, query: str) -> None:
    for reply in (ana.say(f"/search {query}"), ana.choose("search", words=query)):
        assert reply.problem is None or reply.problem.code in ("not_found", "not_understood")


def test_search_filters(ana: Talk) -> None:
    reply = answered(ana.say("/search vaccine state:IL status:live topic:public-health"))
    assert reply.text.startswith("1 action for Illinois and public health, live.")
    (line,) = reply.lines
    assert "IL" in line.states
    nothing = ana.say("/search zeppelin state:OH topic:supply-chain approach:build status:won since:2025-07")
    assert problem(nothing) == "not_found"
    assert nothing.text == (
        "Nothing on file for Ohio and supply chains, approach build, won, since July 1, 2025 with “zeppelin”."
    )
    assert total(nothing) == 0


def test_since_means_surely_since_and_names_what_nobody_knows(ana: Talk) -> None:
    changed = [row["history"][-1]["date"] for row in newest_first()]
    for since, first, unknown in (
        ("2025-07-04", "2025-07-04", "July 2025 or 2025"),
        ("2025-07", "2025-07", "2025"),
        ("2025", "2025", ""),
    ):
        reply = answered(ana.say(f"/search the since:{since}"))
        listed = [
            line for page in press_all(ana, f"/search the since:{since}", "Next") for line in page.lines
        ]
        assert all(str(line.changed) >= first for line in listed)
        assert ("Left out are changes dated only" in reply.text) == bool(unknown)
        if unknown:
            assert f"dated only {unknown}: they may be from before or after." in reply.text
    assert "2025" in changed
    assert any(date == "2025-07" for date in changed)


def test_what_nobody_knows_is_named_only_where_it_fits_the_filters(own: Talk) -> None:
    publish(own.dispatcher.store, facts("VI", on="2025-03-04"), facts("VI", on="2025-03-20"))
    assert "Left out" not in own.say("/search reservoirs state:VI since:2025-03-10").text
    publish(own.dispatcher.store, facts("VI", on="2025-03"))
    reply = own.say("/search reservoirs state:VI since:2025-03-10")
    assert reply.text == (
        "1 action for the U.S. Virgin Islands, since March 10, 2025.\n"
        "Left out are changes dated only March 2025: they may be from before or after."
    )


def test_nothing_found_names_what_nobody_knows_as_well(own: Talk) -> None:
    publish(own.dispatcher.store, facts("VI", on="2025"))
    reply = own.say("/search reservoirs state:VI since:2025-03")
    assert problem(reply) == "not_found"
    assert reply.text == (
        "Nothing on file for the U.S. Virgin Islands, since March 1, 2025 with “reservoirs”.\n"
        "Left out are changes dated only 2025: they may be from before or after."
    )


def test_only_so_many_words_count_and_the_answer_says_so(own: Talk) -> None:
    many = " ".join(f"w{number}" for number in range(1, 18))
    (action,) = publish(own.dispatcher.store, facts("VI", summary=" ".join(many.split()[:16])))
    reply = answered(own.say(f"/search {many}"))
    assert codes(reply) == [str(action.code)]
    assert "Only the first 16 words count." in reply.text
    assert "words count" not in own.say("/search w1 w2").text


# --- topics and time


@pytest.mark.parametrize("topic", list(Topic))
def test_every_topic(ana: Talk, topic: Topic) -> None:
    rows = [row for row in ACTIONS if topic in row["topics"]]
    for written in (topic.value, topic.label, topic.label.upper()):
        reply = answered(ana.say(f"/topic {written}"))
        assert reply.title == topic.label
        assert total(reply) == len(rows)
    stages = [stage(row) for row in rows]
    assert fields(reply)["How they stand"] == " · ".join(
        f"{name} {stages.count(name.lower())}" for name in ("Open", "Live", "Stopped")
    )
    only = ana.say(f"/topic {topic} status:open")
    assert total(only) == stages.count("open")


def test_a_topic_in_a_state_is_the_state_s_topic(ana: Talk) -> None:
    one, other = ana.say("/topic guns state:UT"), ana.say("/state UT topic:guns")
    assert codes(one) == codes(other)
    assert one.title == "Guns in Utah"


def test_the_newest_of_all_time(ana: Talk) -> None:
    reply = answered(ana.say("/recent"))
    assert total(reply) == len(ACTIONS)
    assert {line.title for line in reply.lines[:2]} == {row["title"] for row in newest_first()[:2]}
    assert "Left out" not in reply.text


def test_the_last_days(ana: Talk) -> None:
    reply = answered(ana.say("/recent 200"))  # since May 4, 2026
    surely = [row for row in ACTIONS if row["history"][-1]["date"].ljust(10, "~") >= "2026-05-04"]
    surely = [row for row in surely if row["history"][-1]["date"] not in ("2026", "2026-05")]
    assert reply.title == "Status changes of the last 200 days"
    assert total(reply) == len(surely)
    assert reply.text.startswith("Left out are changes dated only 2026: they may be from before or after.")
    assert ana.say("/recent 1").title == "Status changes since yesterday"
    assert "Left out" not in ana.say("/recent 323").text  # since January 1


def test_nothing_in_the_last_days_leads_to_the_newest(ana: Talk) -> None:
    reply = ana.say("/recent 30")
    assert problem(reply) == "not_found"
    newest = ana.press(button(reply, "Newest actions"))
    first = newest.lines[0]
    assert f"the newest change is {first.code}, {first.changed.words}." in reply.text
    assert len(newest.lines) == PAGE_SIZE
    assert "WA-6" in words(newest)
