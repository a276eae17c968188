"""Sending reports: forms, links that are one, followers, limits, words that mean harm, taking back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import cycle, islice
from typing import TYPE_CHECKING

import pytest

from bot.commands.spec import Filled, SentFile
from bot.domain.catalogue.states import BY_CODE
from bot.domain.review.reports import LONGEST_WORDS, Origin, ReportKind, ReportStatus
from bot.messages.form import Entry
from bot.ports.store import read
from tests.dialogue.publishing import facts, publish
from tests.dialogue.reviewing import (
    FIVE,
    NEWS,
    act,
    action,
    admin,
    approve,
    audited,
    card,
    file,
    head,
    kept,
    later,
    member,
    moderator,
    notices,
    posted,
    published,
    queue,
    reject,
    report_form,
    rows,
    send,
    send_opening,
    settle,
    standing_of,
    store_of,
    titles,
)
from tests.dialogue.talk import answered, button, fields, labels, opened, problem, standing, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.dialogue.talk import Talk

SPELLINGS = (
    "https://example.org/news/reservoirs",
    "http://example.org/news/reservoirs",
    "https://www.example.org/news/reservoirs",
    "https://example.org/news/reservoirs/",
    "https://example.org/news/reservoirs///",
    "https://example.org/news/reservoirs?utm_source=feed&utm_medium=social",
    "http://www.example.org/news/reservoirs/?fbclid=IwAR0x",
    "https://example.org/news/reservoirs?gclid=abc&mc_cid=1&ref_src=twsrc",
    "https://example.org/news/reservoirs#comments",
    "https://amp.example.org/news/reservoirs",
    "https://m.example.org/news/reservoirs/",
    "https://example.org/news/reservoirs/amp",
    "https://example.org/news/reservoirs/amp/?utm_campaign=x",
    "https://example.org/news/reservoirs?amp=1",
    "https://example.org/news/reservoirs?outputType=amp",
    "https://www.google.com/amp/s/www.example.org/news/reservoirs",
    "https://example-org.cdn.ampproject.org/c/s/example.org/news/reservoirs?usqp=mq331AQ",
    "HTTPS://EXAMPLE.ORG/news/reservoirs",
    "https://example.org:443/news/reservoirs",
    "<https://example.org/news/reservoirs|the article>",
    "example.org/news/reservoirs",
    "See https://example.org/news/reservoirs.",
)
LINKS_REFUSED = {
    "script": "javascript:alert(document.cookie)",
    "script in capitals": "JaVaScRiPt://example.org/%0aalert(1)",
    "data": "data:text/html,<script>alert(1)</script>",
    "file": "file:///etc/passwd",
    "mail": "mailto:ana@example.org",
    "user": "https://ana@example.org/news",
    "user and word": "https://example.org:secret@example.net/news",
    "IPv4": "http://192.168.0.1/news",
    "IPv4 as a number": "http://2130706433/news",
    "IPv4 in hex": "http://0x7f.1/news",
    "IPv6": "http://[::1]/news",
    "IPv6 mapped": "http://[::ffff:192.0.2.1]/news",
    "machine": "http://localhost/news",
    "inside": "https://wiki.internal/news",
    "no dot": "https://example/news",
    "too long": "https://example.org/" + "a" * (2049 - len("https://example.org/")),
    "control": "https://example.org/\x07news",
    "bidi": "https://example.org/\u202egro.elpmaxe",
    "zero width": "https://exam\u200bple.org/news",
    "two": "https://example.org/a https://example.org/b",
    "nothing": "no link at all",
}
HARMLESS = ("https://xn--80ak6aa92e.com/news", "https://аррӏе.com/news")
"""A host that imitates another is shown as what it is."""


# --- thirty people, one article


def test_thirty_members_report_one_article_and_each_is_told_once(own: Talk) -> None:
    first = later(member(own, "m00"), 0)
    name = file(first, link=SPELLINGS[0])
    for number, link in enumerate(islice(cycle(SPELLINGS[1:]), 29), start=1):
        who = later(member(own, f"m{number:02}"), number * 0.1)
        reply = answered(send(who, link=link, what=f"Words of number {number}"))
        assert reply.title == f"Already in review as {name}", link
    zeb = moderator(own, "zebulon")
    assert queue(zeb) == [name]
    assert fields(card(zeb, name))["Followers"].startswith("29 more people sent the same")

    banned = act(zeb, name, "Ban author", words="the same every day")
    assert "The author is banned here." in answered(banned).text
    assert kept(own, name).status is ReportStatus.NEW
    shown = fields(card(zeb, name))
    assert shown["Followers"].startswith("28 more people sent the same")
    assert shown["Reported by"].startswith("m01")
    refused = send(later(first, 60), link="https://example.org/other")
    assert problem(refused) == "forbidden"
    assert "take no reports from you" in refused.text

    code = answered(approve(zeb, name)).buttons[0].label
    told = {f"m{number:02}": titles(member(own, f"m{number:02}")) for number in range(30)}
    assert told["m00"] == []
    assert {tuple(each) for who, each in told.items() if who != "m00"} == {(f"{name} was approved",)}
    assert action(own, code).facts.title == "Words of number 1"  # his words, now that it is his
    assert len([row for row in rows(own) if any(s["url"] == NEWS for s in row["sources"])]) == 1


def test_the_same_link_for_another_state_is_a_report_of_its_own_and_named_on_the_card(own: Talk) -> None:
    first = file(member(own, "ana"), about="IL")
    second = file(member(own, "bob"), about="TX")
    both = file(member(own, "cy"), about="TX, IL")
    turned = answered(send(member(own, "dot"), about="Illinois and Texas"))
    assert len({first, second, both}) == 3
    assert turned.title == f"Already in review as {both}"
    shown = fields(card(moderator(own, "zebulon"), second))
    assert first in shown["Reports of the same link"]
    assert both in shown["Reports of the same link"]


def test_another_kind_on_the_same_link_is_a_report_of_its_own(own: Talk) -> None:
    change = file(member(own, "ana"), about="IL-1", kind="change")
    correction = file(member(own, "bob"), about="IL-1", kind="correction")
    same = answered(send(member(own, "cy"), about="IL-1", kind="change", link=f"{NEWS}?utm_source=x"))
    assert change != correction
    assert same.title == f"Already in review as {change}"


def test_who_sends_the_same_again_adds_words_and_follows_nobody(own: Talk) -> None:
    ana = member(own, "ana")
    name = file(ana)
    again = answered(send(later(ana, 10), what="It is law since Tuesday", details="Page 4"))
    assert again.title == f"{name}: you sent this before"
    shown = fields(card(moderator(later(own, 15), "zebulon"), name))
    assert "Followers" not in shown
    assert shown["Added"] == "It is law since Tuesday\nPage 4"
    approve(moderator(later(own, 20), "zebulon"), name)
    assert titles(later(ana, 20)) == [f"{name} was approved"]


def test_a_follower_adds_words_and_reads_only_their_own(own: Talk) -> None:
    name = file(member(own, "ana"), what="Ana's words", details="Ana's details")
    bob = member(own, "bob")
    receipt = answered(send(bob, what="Bob's words", details="Bob's details"))
    mine = answered(bob.say(f"/reports {name}"))
    assert mine.text == "Bob's words"
    assert "Ana" not in words(mine)
    answered(bob.fill(opened(bob.press(button(receipt, "Add details"))), details="And a page number"))
    shown = fields(card(moderator(own, "zebulon"), name))
    assert shown["Added by somebody else"] == "And a page number"
    assert "Bob's words" in shown["Followers"]
    assert problem(bob.say(f"/withdraw {name}")) == "not_found"


def test_what_is_decided_is_followed_by_nobody_any_more(own: Talk) -> None:
    name = file(member(own, "ana"))
    answered(reject(moderator(own, "zebulon"), name))
    other = file(member(own, "bob"))
    assert other != name
    assert kept(own, other).status is ReportStatus.NEW


def test_a_link_on_file_offers_that_it_is_an_update(own: Talk) -> None:
    (there,) = publish(store_of(own), facts("IL", title="Counts its reservoirs"))
    ana = member(own, "ana")
    receipt = answered(send(ana, link="http://www.example.org/counts/?utm_source=x", about="IL"))
    name = receipt.title.split(":")[0]
    assert f"{there.code} rests on the same link" in receipt.text
    assert kept(own, name).kind is ReportKind.NEW  # the machine suggests and never merges
    shown = card(moderator(own, "zebulon"), name)
    assert str(there.code) in fields(shown)["Actions of the same link"]
    answered(ana.press(button(receipt, f"It is an update of {there.code}")))
    moved = kept(own, name)
    assert (moved.kind, moved.code) == (ReportKind.CHANGE, there.code)
    zeb = moderator(own, "zebulon")
    assert fields(card(zeb, name))["Action"] == f"{there.code}: Counts its reservoirs"
    stale = act(zeb, shown, "Approve")
    assert problem(stale) == "changed_meanwhile"
    before = head(own)
    answered(approve(zeb, name, status="in_effect", date="2026-11"))
    assert head(own) == before + 1
    assert action(own, str(there.code)).facts.status == "in_effect"


# --- the form


def test_the_form_asks_in_the_order_of_the_design(own: Talk) -> None:
    form = report_form(own)
    assert [one.name for one in form.fields] == [
        "what", "about", "link", "kind", "anonymous", "details", "files",
    ]  # fmt: skip
    assert [one.entry for one in form.fields][-1] is Entry.FILES
    assert standing(form)["anonymous"] == "no"
    assert [option.text for option in form.fields[3].options] == ["new", "change", "correction"]


def test_a_whole_line_is_a_report_without_a_form(own: Talk) -> None:
    reply = answered(own.say(f'/report what:"Ohio counts its lakes" about:OH link:{NEWS}'))
    assert reply.form is None
    assert fields(reply) == {"You reported": "Ohio counts its lakes", "About": "Ohio"}
    chosen = answered(later(own, 10).choose("report", what="Utah counts", about="UT", link=NEWS, kind="new"))
    assert chosen.title == "R-2: received"


def test_the_form_of_a_message_has_its_words_its_link_and_its_states(own: Talk) -> None:
    text = f"Ohio and Texas said today that they count their lakes: {NEWS} - more soon"
    stands = standing(opened(own.choose("report", what=text)))
    assert stands["what"] == text
    assert stands["link"] == NEWS
    assert stands["about"] == "OH, TX"
    assert opened(own.choose("report", what="\u200b")).fields  # a message without words opens an empty form


def test_a_form_that_was_opened_but_not_sent_leaves_nothing_and_is_not_counted(own: Talk) -> None:
    for _ in range(30):
        form = report_form(own)
    assert queue(moderator(own, "zebulon")) == []
    assert answered(own.fill(form, what="Ohio counts", about="OH", link=NEWS)).title == "R-1: received"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"what": ""}, "Say what happened"),
        ({"what": " \u200b\u202e \n"}, ""),
        ({"about": ""}, "Say whom it is about"),
        ({"about": "Atlantis"}, "Atlantis"),
        ({"about": "IL-9999", "kind": "change"}, "There is no action IL-9999"),
        ({"link": ""}, "Give a link"),
        ({"kind": "change"}, "give its code"),
        ({"kind": "correction"}, "give its code"),
        ({"kind": "new", "about": "IL-1"}, "IL-1 is on file already"),
        ({"kind": "retraction"}, "is no kind of report"),
        ({"anonymous": "perhaps"}, "yes or no"),
        ({"what": "x" * (LONGEST_WORDS + 1)}, "4,001 characters"),
        ({"details": "x" * (LONGEST_WORDS + 1)}, "4,001 characters"),
    ],
)
def test_what_cannot_be_taken_comes_back_filled_in_under_fix_it(
    own: Talk, values: dict[str, str], says: str
) -> None:
    sent = {
        "what": "Ohio counts its lakes", "about": "OH", "link": f"{NEWS}?id=7", "kind": "new",
        "anonymous": "no", "details": "Two lines\nof words", **values,
    }  # fmt: skip
    reply = own.fill(report_form(own), **sent)
    assert problem(reply) in ("not_understood", "ambiguous", "not_found")
    assert says in reply.text
    fixed = opened(own.press(button(reply, "Fix it")))
    stands = standing(fixed)
    del stands["files"]
    # What is chosen from a list cannot stand in it where it is none of it.
    assert {k: v for k, v in stands.items() if v != sent[k]} in ({}, {"kind": sent["kind"]})
    assert queue(moderator(own, "zebulon")) == []
    good = {**sent, "what": "Ohio counts", "about": "OH", "link": NEWS, "kind": "new", "anonymous": "no",
            "details": "none"}  # fmt: skip
    assert answered(later(own, 10).fill(fixed, **good)).title == "R-1: received"


def test_an_empty_form_is_refused_kindly(own: Talk) -> None:
    names = ("what", "about", "link", "kind", "anonymous", "details")
    reply = own.fill(report_form(own), **dict.fromkeys(names, ""))
    assert problem(reply) == "not_understood"
    assert "Fix it" in labels(reply)
    assert problem(later(own, 10).fill(report_form(own))) == "not_understood"


def test_the_fixed_form_survives_a_restart(restart: Callable[[], Talk]) -> None:
    ana = restart()
    long = "Ohio counts its lakes. " * 100
    token = button(ana.fill(report_form(ana), what=long, about="OH", link="nowhere"), "Fix it").token
    stands = standing(opened(restart().press(token)))
    assert (stands["what"], stands["about"], stands["link"]) == (long, "OH", "nowhere")


# --- words that mean harm


@pytest.mark.parametrize("link", LINKS_REFUSED.values(), ids=LINKS_REFUSED)
def test_a_link_that_is_none_is_refused_and_everything_else_comes_back(own: Talk, link: str) -> None:
    sent = {"what": "Ohio counts its lakes", "about": "OH", "link": link, "kind": "new", "details": "Page 4"}
    reply = own.fill(report_form(own), **sent)
    assert problem(reply) == "not_understood"
    assert "Fix it" in labels(reply)
    stands = standing(opened(own.press(button(reply, "Fix it"))))
    assert {name: stands[name] for name in sent} == sent
    assert queue(moderator(own, "zebulon")) == []
    assert problem(later(own, 10).say(f'/report what:x about:OH link:"{link}"')) == "not_understood"


@pytest.mark.parametrize("link", HARMLESS)
def test_a_host_that_imitates_another_is_shown_as_what_it_is(own: Talk, link: str) -> None:
    name = file(own, link=link)
    shown = card(moderator(own, "zebulon"), name)
    (source,) = shown.links
    assert source.url == "https://xn--80ak6aa92e.com/news"
    assert "xn--80ak6aa92e.com" in source.label
    assert "аррӏе" not in words(shown)


def test_a_host_is_the_one_that_a_browser_would_open(own: Talk) -> None:
    name = file(own, link="https://example.org\\@example.net/")
    (source,) = card(moderator(own, "zebulon"), name).links
    assert source.url == "https://example.org/@example.net/"
    assert "example.org" in source.label
    assert "example.net" not in source.label


@pytest.mark.parametrize("at", [2048, 2049])
def test_a_link_is_2048_characters_at_most(own: Talk, at: int) -> None:
    link = "https://example.org/" + "a" * (at - len("https://example.org/"))
    reply = send(own, link=link)
    assert (reply.problem is None) == (at == 2048)


HOSTILE = (
    "<script>alert(1)</script> <b>bold</b> &amp;",
    "@everyone @here <@&1> <@7|Ana> <#9> <!channel> <!here|here>",
    "[x](javascript:alert(1)) **bold** ||spoiler|| `code`",
    "' OR 1=1; DROP TABLE reports; -- \" %s {0} ${x} ~r=R-1 %p",
    "\u202eevil\u202c \u2066iso\u2069 zero\u200bwidth \x07bell \x00nul \ufeffmark",
    '=HYPERLINK("https://example.net")',
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_text_everywhere(own: Talk, text: str) -> None:
    ana, zeb = member(own, "ana"), moderator(own, "zebulon")
    shown = "".join(c for c in text if c not in "\u202e\u202c\u2066\u2069\u200b\x07\x00\ufeff").strip()
    name = file(ana, what=text, details=text)
    assert fields(answered(ana.say(f"/reports {name}")))["Details"] == shown
    shown_card = card(zeb, name)
    assert shown_card.title == f"{name}: {shown}"
    answered(act(zeb, name, "Ask", question=text))
    (question,) = notices(ana)
    assert question.text == shown
    answered(later(ana, 5).fill(opened(later(ana, 5).press(button(question, "Answer"))), details=text))
    assert fields(card(zeb, name))["Answer"] == shown
    reply = answered(act(zeb, name, "Reject", reason="other", words=text))
    assert shown in reply.text
    (notice,) = notices(ana)
    assert notice.text == shown
    for said in (words(reply), words(notice), words(answered(zeb.say("/audit")))):
        assert not set(said) & set("\u202e\u202c\u2066\u2069\u200b\x07\x00\ufeff")
    export = answered(ana.say("/privacy export")).file
    assert export
    assert not set(export.content) & set("\u202e\u202c\u2066\u2069\u200b\x07\x00\ufeff")
    audited(own)


def test_fields_of_4000_characters_are_kept_whole_and_cut_where_the_catalogue_is_short(own: Talk) -> None:
    what, details = "W" * LONGEST_WORDS, "d " * (LONGEST_WORDS // 2 - 1) + "d"
    ana, zeb = member(own, "ana"), moderator(own, "zebulon")
    name = file(ana, what=what, details=details)
    report = kept(own, name)
    assert (report.what, report.details) == (what, details)
    code = answered(approve(zeb, name)).buttons[0].label
    facts_now = action(own, code).facts
    assert len(facts_now.title) == 90
    assert len(facts_now.summary) <= 480
    assert facts_now.title.startswith("WWW")


@pytest.mark.parametrize("name", ["@everyone", "<!channel>", "<script>", "IL-1", "R-1", "\u202enimda"])
def test_a_name_is_text_too(own: Talk, name: str) -> None:
    report = file(member(own, name))
    shown = fields(card(moderator(own, "zebulon"), report))["Reported by"]
    assert "\u202e" not in shown
    assert shown.startswith(name.replace("\u202e", ""))


# --- once, however often it is sent


def test_the_same_opening_sent_twice_is_one_report(own: Talk) -> None:
    form = report_form(own)
    first = answered(send_opening(own, form, "opening-1"))
    for seconds in (7, 400):
        again = answered(send_opening(later(own, seconds), form, "opening-1", what="Other words"))
        assert again.title.startswith("R-1")
        assert again.problem is None
    assert first.title == "R-1: received"
    zeb = moderator(own, "zebulon")
    assert queue(zeb) == ["R-1"]
    assert "Added" not in fields(card(zeb, "R-1"))
    other = answered(send_opening(later(own, 800), form, "opening-2", about="OH"))
    assert other.title == "R-2: received"


def test_the_same_opening_sent_again_at_once_is_answered_and_not_called_too_often(own: Talk) -> None:
    """Where the first answer got lost, the form is still open, and its sender presses again (DESIGN: 1.6)."""
    form = report_form(own)
    answered(send_opening(own, form, "opening-1"))
    again = answered(send_opening(later(own, 3), form, "opening-1"))
    assert again.title.startswith("R-1")
    assert queue(moderator(own, "zebulon")) == ["R-1"]


def test_an_opening_is_its_senders_own(own: Talk) -> None:
    form = report_form(own)
    answered(send_opening(member(own, "ana"), form, "opening-1", about="OH"))
    theirs = answered(send_opening(member(own, "bob"), form, "opening-1", about="UT"))
    assert theirs.title == "R-2: received"


def test_an_opening_that_was_decided_files_nothing_anew(own: Talk) -> None:
    form = report_form(own)
    answered(send_opening(own, form, "opening-1"))
    reject(moderator(own, "zebulon"), "R-1")
    answered(send_opening(later(own, 60), form, "opening-1"))
    assert queue(moderator(later(own, 60), "zebulon")) == []


def test_an_opening_without_a_name_is_told_apart_by_its_link_alone(own: Talk) -> None:
    form = report_form(own)
    answered(send_opening(own, form, ""))
    assert answered(send_opening(later(own, 10), form, "", about="OH")).title == "R-2: received"


# --- files


def _file(number: int, size: int = 1000, kind: str = "image/png") -> SentFile:
    return SentFile(f"https://cdn.example.org/{number}", size, kind)


def test_files_get_neutral_names_and_there_are_three_at_most(own: Talk) -> None:
    form = report_form(own)
    answered(send_opening(own, form, "a", _file(1), _file(2, kind="application/x-sh")))
    shown = answered(own.say("/reports R-1"))
    assert fields(shown)["Files"] == "R-1-1.png and R-1-2.bin"
    too_many = send_opening(later(own, 10), form, "b", *[_file(at) for at in range(4)], about="OH")
    assert problem(too_many) == "not_understood"
    too_large = send_opening(later(own, 20), form, "c", _file(1, 8 * 1024 * 1024 + 1), about="OH")
    assert problem(too_large) == "not_understood"
    assert "Fix it" in labels(too_large)
    assert queue(moderator(own, "zebulon")) == ["R-1"]


# --- limits


def _too_often(talk: Talk, **values: str) -> str:
    reply = send(talk, **values)
    assert problem(reply) == "too_often"
    return reply.text


def test_one_report_in_five_seconds(own: Talk) -> None:
    file(own, about="IL")
    refused = send(later(own, 4), about="OH", what="Ohio counts", details="Page 4")
    assert problem(refused) == "too_often"
    assert refused.text == "/report was used too often. Please try again in 1 second."
    stands = standing(opened(later(own, 4).press(button(refused, "Fix it"))))
    assert (stands["what"], stands["about"], stands["details"]) == ("Ohio counts", "OH", "Page 4")
    assert queue(moderator(own, "zebulon")) == ["R-1"]
    assert answered(send(later(own, 10), about="OH")).title == "R-2: received"


def test_three_in_five_minutes(own: Talk) -> None:
    for at, state in ((0, "IL"), (10, "TX"), (20, "OH")):
        file(later(own, at), about=state)
    _too_often(later(own, 200), about="VI")  # what is refused counts as well
    _too_often(later(own, 305), about="VI")
    assert answered(send(later(own, 620), about="VI")).title == "R-4: received"


def test_ten_an_hour_and_24_a_day(own: Talk) -> None:
    states = iter(BY_CODE)
    for at in range(10):
        file(later(own, 120 * at), about=next(states))
    _too_often(later(own, 1200), about="VI")
    for hour in range(3, 16):
        file(later(own, 3600 * hour), about=next(states))
    _too_often(later(own, 3600 * 17), about="VI")
    assert answered(send(later(own, 3600 * 27), about="VI")).title == "R-24: received"


def test_who_follows_counts_half(own: Talk) -> None:
    states = ("IL", "TX", "OH", "UT", "FL", "WA", "GA")
    for number, state in enumerate(states):
        file(member(own, f"m{number}"), about=state)
    ana = member(own, "ana")
    for at, state in enumerate(states[:6]):
        reply = answered(send(later(ana, 10 * at), about=state))
        assert reply.title == f"Already in review as R-{at + 1}"
    _too_often(later(ana, 70), about="GA")


def test_limits_are_each_persons_own(own: Talk) -> None:
    file(member(own, "ana"), about="IL")
    file(member(own, "bob"), about="OH")
    assert queue(moderator(own, "zebulon")) == ["R-1", "R-2"]


def test_over_a_communitys_own_setting_reports_are_kept_and_only_cards_are_batched(own: Talk) -> None:
    answered(admin(own).say("/setup review:desk cards:2"))
    for number, state in enumerate(("IL", "TX", "OH", "UT")):
        file(member(own, f"m{number}"), about=state)
    zeb = moderator(own, "zebulon")
    assert queue(zeb) == ["R-1", "R-2", "R-3", "R-4"]
    came = [reply.title for reply in posted(later(zeb, 3600), "desk")]
    assert [title[:3] for title in came[:2]] == ["R-1", "R-2"]
    assert came[2:] == ["More reports than cards"]


# --- afterwards


def test_reports_lists_what_one_sent_and_nobody_elses(own: Talk) -> None:
    ana, bob = member(own, "ana"), member(own, "bob")
    first = file(ana, about="IL")
    second = file(later(ana, 10), about="OH", what="Ohio counts")
    file(bob, about="TX")
    page = answered(ana.say("/reports"))
    assert list(fields(page)) == [second, first]
    assert page.page
    assert page.page.total == 2
    one = answered(ana.say(f"/reports {first}"))
    assert fields(one)["How it stands"] == "waiting for review"
    for other in (bob, moderator(own, "zebulon"), admin(own)):
        refused = other.say(f"/reports {first}")
        never = other.say("/reports R-99")
        assert problem(refused) == problem(never) == "not_found"
        assert refused.text == never.text.replace("R-99", first)


def test_reports_has_pages(own: Talk) -> None:
    states = list(islice(BY_CODE, 11))
    ana = member(own, "ana")
    for at, state in enumerate(states):
        file(later(ana, 1000 * at), about=state)
    later_ana = later(ana, 20_000)
    first = answered(later_ana.say("/reports"))
    second = answered(later_ana.press(button(first, "Next")))
    listed = [*fields(first), *fields(second)]
    assert listed == [f"R-{number}" for number in range(11, 0, -1)]
    assert "Next" not in labels(second)
    assert fields(answered(later_ana.press(button(second, "First page")))) == fields(first)


def test_who_sent_nothing_is_told_how(own: Talk) -> None:
    reply = answered(member(own, "ana").say("/reports"))
    assert "You sent none yet" in reply.text
    assert opened(own.press(button(reply, "Report something"))).title == "Report to Fiftywire"


def test_a_report_that_is_withdrawn_is_gone_from_the_queue_and_stays_in_ones_own_list(own: Talk) -> None:
    ana, zeb = member(own, "ana"), moderator(own, "zebulon")
    receipt = answered(send(ana))
    stale = card(zeb, "R-1")
    answered(ana.press(button(receipt, "Withdraw")))
    assert queue(zeb) == []
    assert standing_of(ana, "R-1") == "withdrawn"
    for label in ("Approve", "Reject", "Edit", "Ask", "Duplicate"):
        reply = act(zeb, stale, label)
        assert problem(reply) == "changed_meanwhile", label
        assert "R-1 was already withdrawn" in reply.text
    assert problem(ana.say("/withdraw R-1")) == "changed_meanwhile"
    assert problem(ana.fill(opened(ana.say("/answer R-1")), details="more")) == "changed_meanwhile"
    assert titles(ana) == []  # nobody decided
    assert file(later(member(own, "bob"), 10)) == "R-2"  # the link is free again


def test_a_report_with_followers_goes_on_as_the_first_of_theirs(own: Talk) -> None:
    ana, bob, cy = (member(own, name) for name in ("ana", "bob", "cy"))
    name = file(ana, what="Ana's words", details="Ana's details")
    send(bob, what="Bob's words")
    send(cy, what="Cy's words")
    reply = answered(ana.say(f"/withdraw {name}"))
    assert "it goes on as theirs" in reply.text
    zeb = moderator(own, "zebulon")
    shown = card(zeb, name)
    assert shown.title == f"{name}: Bob's words"
    assert fields(shown)["Reported by"].startswith("bob")
    assert "Ana" not in words(shown)
    assert problem(ana.say(f"/reports {name}")) == "not_found"
    answered(approve(zeb, name))
    assert [titles(who) for who in (ana, bob, cy)] == [[], [f"{name} was approved"], [f"{name} was approved"]]


def test_one_question_and_its_answer(own: Talk) -> None:
    ana, zeb = member(own, "ana"), moderator(own, "zebulon")
    name = file(ana)
    answered(act(zeb, name, "Ask", question="Which page?"))
    assert standing_of(ana, name) == "waiting for an answer"
    (question,) = notices(ana)
    assert question.title == f"{name}: a question from the moderators"
    assert (question.text, fields(question)) == (
        "Which page?", {"You reported": "Illinois counts its reservoirs every year"}
    )  # fmt: skip
    form = opened(ana.press(button(question, "Answer")))
    empty = ana.fill(form, details="")
    assert problem(empty) == "not_understood"
    later_ana = later(ana, 5)
    answered(later_ana.fill(form, details="Page 4"))
    assert kept(own, name).status is ReportStatus.NEW
    shown = card(zeb, name)
    assert "Answered; waiting for review." in shown.text
    assert fields(shown)["zebulon asked"] == "Which page?"
    assert fields(shown)["Answer"] == "Page 4"
    mine = fields(answered(later_ana.say(f"/reports {name}")))
    assert mine["The moderators asked"] == "Which page?"
    assert mine["You added"] == "Page 4"


@pytest.mark.parametrize("who", ["bob", "zebulon"])
def test_nobody_else_adds_answers_or_withdraws(own: Talk, who: str) -> None:
    ana = member(own, "ana")
    name = file(ana)
    other = moderator(own, who) if who == "zebulon" else member(own, who)
    assert problem(other.say(f"/answer {name}")) == "not_found"
    form = opened(ana.say(f"/answer {name}"))
    assert problem(other.fill(form, details="not mine")) == "not_found"
    assert problem(later(other, 60).say(f"/answer {name} details:not mine")) == "not_found"
    assert problem(other.say(f"/withdraw {name}")) == "not_found"
    assert "not mine" not in words(card(moderator(own, "zed"), name))


# --- nothing on file


@pytest.mark.parametrize(
    ("line", "about"),
    [
        ("/state OH topic:supply-chain", "OH"),
        ("/state VI", "VI"),
        ("/search zeppelins state:TX", "TX"),
        ("/search zeppelins", ""),
        ("/topic supply-chain state:WY", "WY"),
    ],
)
def test_where_nothing_is_on_file_a_button_opens_the_form_filled_in(own: Talk, line: str, about: str) -> None:
    reply = own.say(line)
    (found,) = [one for one in reply.buttons if one.press.command == "report"]
    form = opened(own.press(found))
    assert standing(form)["about"] == about
    assert (
        answered(own.fill(form, what="Ohio counts", about=about or "OH", link=NEWS)).title == "R-1: received"
    )


def test_a_states_page_and_an_action_offer_to_report(own: Talk) -> None:
    state = opened(own.press(button(answered(own.say("/state IL")), "Report")))
    assert standing(state)["about"] == "IL"
    form = opened(own.press(button(answered(own.say("/action IL-1")), "Report a change")))
    assert (standing(form)["about"], standing(form)["kind"]) == ("IL-1", "change")


# --- from outside


def test_in_a_direct_message_the_curators_decide_and_who_has_a_community_is_asked(own: Talk) -> None:
    ana = member(own, "ana")
    assert answered(send(ana.at(None))).title == "R-1: received"
    assert kept(own, "R-1").community == 1
    settle(own)
    away = member(settle(own), "eve")
    file(away, about="OH")
    direct = replace(away, home=None)
    # At the terminal her id is another account's, so nothing is known of her there.
    assert answered(send(direct, about="UT")).title == "R-3: received"


def test_a_change_of_an_action_that_is_withdrawn_is_refused(own: Talk) -> None:
    zeb = moderator(own, "zebulon")
    answered(zeb.say("/retract IL-1 reason:entered twice"))
    reply = send(member(own, "ana"), about="IL-1", kind="change")
    assert problem(reply) == "not_found"
    assert "IL-1 was withdrawn from the catalogue" in reply.text


def test_a_change_and_a_correction_become_what_they_are_about(own: Talk) -> None:
    zeb, before = moderator(own, "zebulon"), action(own, "IL-1")
    change = file(member(own, "ana"), about="IL-1", kind="change", what="It was repealed")
    form = opened(act(zeb, change, "Approve"))
    assert {name for name, value in standing(form).items() if not value} == {"status", "date"}
    answered(approve(zeb, change, status="repealed", date="2026-11-18", kind=str(before.facts.kind),
                     approach=str(before.facts.approach), topics=",".join(before.facts.topics)))  # fmt: skip
    now = action(own, "IL-1")
    assert now.facts.title == before.facts.title
    assert now.facts.history[:-1] == before.facts.history
    assert (now.facts.status, now.facts.history[-1].source) == ("repealed", NEWS)


def test_a_correction_needs_no_link_and_brings_no_new_status(own: Talk) -> None:
    zeb, before = moderator(own, "zebulon"), action(own, "IL-1")
    name = file(member(own, "bob"), about="IL-1", kind="correction", what="The title is wrong", link="")
    assert (kept(own, name).kind, kept(own, name).origin) == (ReportKind.CORRECTION, Origin.MEMBER)
    answered(act(zeb, name, "Edit", title="Another title"))
    shown = card(zeb, name)
    answered(zeb.press(button(shown, "Approve")))
    now = action(own, "IL-1")
    assert now.facts == replace(before.facts, title="Another title")


def test_a_correction_in_words_alone_is_not_published(own: Talk) -> None:
    zeb, before, was = moderator(own, "zebulon"), head(own), action(own, "IL-1")
    name = file(member(own, "bob"), about="IL-1", kind="correction", what="The title is wrong")
    assert "Still to do" in fields(card(zeb, name))
    reply = zeb.press(button(card(zeb, name), "Approve"))
    assert problem(reply) == "not_understood"
    assert head(own) == before
    answered(act(zeb, name, "Edit", title="Another title"))
    assert "Still to do" not in fields(card(zeb, name))
    answered(act(zeb, name, "Edit", title=was.facts.title, sources=was.facts.sources[0].url))
    repeats = zeb.press(button(card(zeb, name), "Approve"))
    if len(was.facts.sources) == 1:
        assert problem(repeats) == "not_understood"
        assert "says what IL-1 says already" in repeats.text
        assert head(own) == before


def test_the_story_of_the_issue(own: Talk) -> None:
    """Reported, reviewed, published, told, written down."""
    ana, zeb = member(own, "ana"), moderator(own, "zebulon")
    form = opened(ana.say("/report"))
    receipt = answered(
        ana.fill(form, what="Illinois counts its reservoirs", about="IL", link=NEWS, kind="new")
    )
    assert receipt.title == "R-1: received"
    assert receipt.visibility == "asker"
    shown = answered(zeb.say("/review"))
    assert shown.title == "R-1: Illinois counts its reservoirs"
    before = head(own)
    done = answered(zeb.fill(opened(zeb.press(button(shown, "Approve"))), **FIVE))
    code = done.buttons[0].label
    assert head(own) == before + 1
    assert action(own, code).revision == before + 1
    assert code in [str(line.code) for line in answered(ana.say("/state IL")).lines]
    (notice,) = notices(ana)
    assert notice.title == "R-1 was approved"
    assert code in notice.text
    assert answered(ana.press(button(notice, code))).title == f"{code}: Illinois counts its reservoirs"
    assert notices(ana) == []
    entries = audited(own)
    assert [(entry.event, entry.subject) for entry in entries] == [("report:approved", "R-1")]
    assert standing_of(ana, "R-1") == f"approved as {code}"


def test_what_was_sent_as_filled_in_is_told_with_what_the_moderators_changed(own: Talk) -> None:
    ana, zeb = member(own, "ana"), moderator(own, "zebulon")
    name = file(ana)
    form = opened(act(zeb, name, "Edit"))
    answered(zeb.fill(form, **(standing(form) | {"title": "Counts its lakes"})))
    answered(approve(zeb, name))
    (notice,) = notices(ana)
    assert fields(notice)["Decided or changed by the moderators"].startswith("title, ")


def test_a_first_report_does_not_count_itself_among_those_before(own: Talk) -> None:
    zeb, ana = moderator(own, "zebulon"), member(own, "ana")
    first, _ = published(zeb, ana)
    assert "before" not in fields(card(zeb, first))["Reported by"]
    second = file(later(ana, 60), about="OH")
    assert "(1 approved before)" in fields(card(later(zeb, 60), second))["Reported by"]


def test_nothing_of_a_report_is_seen_by_others_before_it_is_decided(own: Talk) -> None:
    name = file(member(own, "ana"), what="Zeppelins over Illinois")
    bob = member(own, "bob")
    for line in ("/state IL", "/recent", "/about", "/help", f"/action {name}", "/search zeppelins"):
        assert "Zeppelins over" not in words(bob.say(line))
    assert read(store_of(own), lambda uow: uow.revisions.head()) == 267


def test_a_form_that_somebody_else_opened_is_sent_by_whoever_sends_it(own: Talk) -> None:
    form = report_form(member(own, "ana"))
    bob = member(own, "bob")
    answered(bob._ask(Filled(form.token, {"what": "x", "about": "OH", "link": NEWS})))
    assert list(fields(answered(bob.say("/reports")))) == ["R-1"]
    assert kept(own, "R-1").made_at - own.now == timedelta(0)
