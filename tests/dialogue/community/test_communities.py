"""Communities: several homes, boards of their own, curators, what is forwarded and what both are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.community.codes import CodePurpose
from bot.domain.community.people import Home
from bot.domain.review.reports import ReportStatus
from bot.engine.community.codes import issue_code
from bot.ports.store import write
from tests.dialogue.publishing import facts, publish
from tests.dialogue.reviewing import (
    AWAY,
    DAY,
    FIVE,
    NEWS,
    act,
    action,
    admin,
    approve,
    audited,
    card,
    community,
    direct,
    file,
    head,
    kept,
    later,
    member,
    moderator,
    notices,
    number_in,
    proposal,
    published,
    queue,
    reject,
    report_form,
    rows,
    send,
    settle,
    standing_of,
    store_of,
    titles,
    told,
)
from tests.dialogue.talk import NOW, answered, button, codes, fields, labels, opened, problem, words

if TYPE_CHECKING:
    from datetime import datetime

    from tests.dialogue.talk import Talk

ANNEX = Home("discord", "888")
SHED = Home("terminal", "shed")


@pytest.fixture
def away(own: Talk) -> Talk:
    """An admin of a server whose community decides on its own board."""
    return settle(own)


@pytest.fixture
def ben(away: Talk) -> Talk:
    """A moderator there."""
    return moderator(away, "ben")


@pytest.fixture
def eve(away: Talk) -> Talk:
    """A member there."""
    return member(away, "eve")


def invited(talk: Talk) -> str:
    """The code that /setup invite prints."""
    return fields(answered(talk.say("/setup invite")))["Code"]


def curator_code(talk: Talk, now: datetime = NOW) -> str:
    """The operator's code."""
    return write(store_of(talk), lambda uow: issue_code(uow, CodePurpose.CURATOR, 0, now))


def together(away: Talk) -> Talk:
    """An admin in another server that joined the community."""
    annex = settle(away, ANNEX, "Annex")
    answered(annex.say(f"/setup join:{invited(away)}"))
    return annex


# --- several homes


def test_a_home_joins_by_a_code_and_shares_queue_moderators_board_and_policy(away: Talk) -> None:
    annex = settle(away, ANNEX, "Annex")
    assert community(annex) != community(away)
    answered(away.say("/setup policy:two zone:Central"))
    page = answered(annex.say(f"/setup join:{invited(away)}"))
    assert community(annex) == community(away)
    assert "This home is one of discord-777's now." in page.text
    told = fields(page)
    assert told["Time zone"].startswith("America/Chicago")
    assert told["Policy of its own board"] == "two people for every change"
    assert told["Homes"] == "Springfield (discord) and Annex (discord)"
    name = file(member(annex, "eve"))
    assert queue(moderator(away, "ben")) == [name]
    (local,) = publish(store_of(away), facts("UT", on="2026-11-19"), board="discord-777")
    for talk in (away, annex):
        assert codes(talk.say("/state UT"))[0] == str(local.code)


def test_reported_in_one_home_decided_in_the_other(away: Talk) -> None:
    annex = together(away)
    name = file(member(annex, "eve"))
    ben, cleo = moderator(away, "ben"), moderator(annex, "cleo")
    stale = card(cleo, name)
    code = answered(approve(ben, name)).buttons[0].label
    refused = cleo.press(button(stale, "Reject"))
    assert refused.text == f"{name} was already approved by ben at 14:02."
    assert codes(annex.say("/state IL"))[0] == codes(away.say("/state IL"))[0] == code


def test_moderators_named_in_one_home_are_those_of_both(away: Talk) -> None:
    annex = together(away)
    name = file(member(annex, "eve"))
    gus = member(annex, "gus")
    assert problem(gus.say(f"/review {name}")) == "forbidden"
    answered(away.say("/setup moderators:<@806|Gus>"))
    answered(gus.say(f"/review {name}"))
    answered(reject(gus, name))


def test_a_code_works_once_for_a_day_and_for_its_purpose(own: Talk, away: Talk) -> None:
    annex, shed = settle(away, ANNEX, "Annex"), settle(own, SHED, "Shed")
    code = invited(away)
    wrong = annex.say("/setup join:aaaa-bbbb-cccc")
    assert problem(wrong) == "not_found"
    assert wrong.text == "This code does not work: it was used, it is too old, or a letter is wrong."
    assert problem(annex.say(f"/setup code:{code}")) == "not_found"
    assert problem(annex.say(f"/link {code}")) == "not_found"
    assert problem(later(annex, DAY + DAY).say(f"/setup join:{code}")) == "not_found"
    fresh = invited(away)
    answered(annex.say(f"/setup join:{fresh.upper().replace('-', ' ')}"))
    assert problem(shed.say(f"/setup join:{fresh}")) == "not_found"
    assert community(shed) != community(away)


def test_one_does_not_join_oneself(away: Talk) -> None:
    assert problem(away.say(f"/setup join:{invited(away)}")) == "changed_meanwhile"


def test_only_admins_invite_and_join(own: Talk, away: Talk, ben: Talk, eve: Talk) -> None:
    code = invited(away)
    for talk in (ben, eve, moderator(own, "zebulon")):
        for line in ("/setup invite", f"/setup join:{code}", f"/setup code:{code}"):
            assert problem(talk.say(line)) == "forbidden"
    annex = settle(away, ANNEX, "Annex")
    answered(annex.say(f"/setup join:{code}"))  # what was refused used nothing up


def test_nothing_is_left_behind_by_joining(away: Talk) -> None:
    annex = settle(away, ANNEX, "Annex")
    name = file(member(annex, "eve"))
    refused = annex.say(f"/setup join:{invited(away)}")
    assert problem(refused) == "changed_meanwhile"
    assert "Decide on them first" in refused.text
    answered(reject(moderator(annex, "ben"), name))
    answered(annex.say(f"/setup join:{invited(away)}"))


def test_an_anonymous_report_that_is_not_to_be_seen_yet_is_not_left_behind(away: Talk) -> None:
    annex = settle(away, ANNEX, "Annex")
    name = file(member(annex, "eve"), anonymous="yes")
    annex.say(f"/setup join:{invited(away)}")
    assert queue(later(moderator(annex, "ben"), 901)) == [name]


def test_what_stands_on_a_board_of_its_own_is_not_left_behind(away: Talk) -> None:
    annex = settle(away, ANNEX, "Annex")
    publish(store_of(away), facts("UT"), board="discord-888")
    refused = annex.say(f"/setup join:{invited(away)}")
    assert problem(refused) == "changed_meanwhile"
    assert "Forward or retract them first" in refused.text


def test_the_last_curators_do_not_vanish_by_joining_another(own: Talk, away: Talk) -> None:
    """Otherwise nobody would decide for everyone any more."""
    before = community(own)
    reply = admin(own).say(f"/setup join:{invited(away)}")
    assert reply.problem is not None
    assert community(own) == before
    assert community(own).curator


# --- curators


def test_a_code_of_the_operator_makes_curators_once(own: Talk, away: Talk, ben: Talk, eve: Talk) -> None:
    code = curator_code(own)
    annex = settle(own, ANNEX, "Annex")
    reply = answered(away.say(f"/setup code:{code}"))
    assert "publish for everyone" in reply.text
    assert community(away).curator
    assert problem(annex.say(f"/setup code:{code}")) == "not_found"
    name = file(eve)
    published_as = answered(approve(ben, name)).buttons[0].label
    assert action(own, published_as).board == "commons"
    assert published_as in codes(own.say("/state IL"))
    assert "Forward" not in labels(card(ben, name))


def test_a_curators_code_is_too_old_after_a_week(own: Talk, away: Talk) -> None:
    code = curator_code(own)
    assert problem(later(away, 7 * DAY + DAY).say(f"/setup code:{code}")) == "not_found"
    assert not community(away).curator


def test_others_publish_on_their_own_board(own: Talk, away: Talk, ben: Talk, eve: Talk) -> None:
    name, code = published(ben, eve)
    assert action(own, code).board == "discord-777"
    assert code in codes(away.say("/state IL"))
    assert code not in codes(own.say("/state IL"))
    assert own.say(f"/action {code}").text == f"There is no action {code}."
    assert own.say("/action IL-9999").text == "There is no action IL-9999."
    other = settle(own, ANNEX, "Annex")
    assert problem(other.say(f"/action {code}")) == "not_found"
    assert kept(own, name).status is ReportStatus.APPROVED


def test_what_curators_publish_for_everyone_is_everyones(own: Talk, away: Talk, zeb: Talk) -> None:
    _, code = published(zeb, member(own, "ana"))
    assert code in codes(away.say("/state IL"))


def test_a_change_of_everyones_is_not_decided_by_others_and_can_be_forwarded(
    own: Talk, ben: Talk, eve: Talk, zeb: Talk
) -> None:
    name = file(eve, about="IL-1", kind="change", what="It was repealed")
    before = head(own)
    assert "Approve" not in labels(card(ben, name))
    number = name.removeprefix("R-")
    reply = ben.fill(f"10ap~r=R-{number}~v=1", **(FIVE | {"status": "repealed", "date": "2026-11-18"}))
    assert problem(reply) == "forbidden"
    assert "the curators decide on what everyone sees" in reply.text
    assert head(own) == before
    answered(act(ben, name, "Forward"))
    (theirs,) = queue(zeb)
    answered(zeb.fill(opened(act(zeb, theirs, "Approve")), status="repealed", date="2026-11-18"))
    assert action(own, "IL-1").facts.status == "repealed"
    assert kept(own, name).status is ReportStatus.APPROVED


# --- forwarding


def forwarded(ben: Talk, eve: Talk, zeb: Talk, **values: str) -> tuple[str, str]:
    """A report that was handed to the curators: its name, and that of theirs."""
    name = file(eve, **values)
    reply = answered(act(ben, name, "Forward"))
    assert "The curators decide on it now." in reply.text
    (theirs,) = queue(zeb)
    return name, theirs


def test_forwarded_is_not_final(ben: Talk, eve: Talk, zeb: Talk) -> None:
    name, theirs = forwarded(ben, eve, zeb)
    assert kept(ben, name).status is ReportStatus.FORWARDED
    assert queue(ben) == []
    assert told(eve, name) == []
    assert standing_of(eve, name) == "forwarded to the curators"
    shown = card(zeb, theirs)
    assert fields(shown)["Forwarded"] == "by the moderators of Springfield"
    assert "Reported by" not in fields(shown)
    assert "eve," not in words(shown)
    assert "Ask" not in labels(shown)
    assert "Ban author" not in labels(shown)
    assert labels(card(ben, name)) == []


@pytest.mark.parametrize("how", ["approve", "reject", "duplicate"])
def test_both_communities_are_told_what_the_curators_decided(
    own: Talk, away: Talk, ben: Talk, eve: Talk, zeb: Talk, how: str
) -> None:
    name, theirs = forwarded(ben, eve, zeb)
    fay = member(away, "fay")
    assert number_in(answered(send(fay))) == name  # its link is still held
    match how:
        case "approve":
            code = answered(approve(zeb, theirs)).buttons[0].label
            assert action(own, code).board == "commons"
            end, status = "was approved", ReportStatus.APPROVED
        case "reject":
            answered(reject(zeb, theirs, words="No such law."))
            end, status = "was rejected", ReportStatus.REJECTED
        case _:
            answered(act(zeb, theirs, "Duplicate", words="IL-1"))
            end, status = "was known already", ReportStatus.DUPLICATE
    assert (kept(own, name).status, kept(own, theirs).status) == (status, status)
    for who in (eve, fay):
        assert told(who, name) == [f"{name} {end}"]
        assert told(who, theirs) == []
    assert "by zebulon at 14:02" in card(ben, name).text
    assert "by zebulon at 14:02" in card(zeb, theirs).text
    assert [(entry.event, entry.subject) for entry in audited(ben)][-1][0].startswith("report:")
    refused = ben.say(f"/undo {name}")
    assert problem(refused) == "changed_meanwhile"
    assert refused.text == f"The curators decided on {name}; only they can undo it."


def test_both_are_told_when_the_curators_undo(own: Talk, ben: Talk, eve: Talk, zeb: Talk) -> None:
    name, theirs = forwarded(ben, eve, zeb)
    everything = rows(own)
    code = answered(approve(zeb, theirs)).buttons[0].label
    answered(zeb.say(f"/undo {theirs}"))
    assert [row for row in rows(own) if row["code"] != code] == everything
    assert kept(own, name).status is ReportStatus.FORWARDED
    assert queue(zeb) == [theirs]
    assert told(eve, name) == [f"{name} was approved", f"{name}: the decision was undone"]
    answered(reject(zeb, theirs))
    assert kept(own, name).status is ReportStatus.REJECTED
    assert told(eve, name)[-1] == f"{name} was rejected"


def test_what_is_forwarded_is_forwarded_once_and_not_decided_at_home(ben: Talk, eve: Talk, zeb: Talk) -> None:
    name, _ = forwarded(ben, eve, zeb)
    version = kept(ben, name).version
    for code in ("fw", "ap", "rj", "ed", "as", "du"):
        reply = ben.fill(f"10{code}~r={name}~v={version}", **(FIVE | {"words": "IL-1"}))
        assert reply.problem, code
    assert len(queue(zeb)) == 1


def test_curators_do_not_forward(zeb: Talk, own: Talk) -> None:
    name = file(member(own, "ana"))
    assert "Forward" not in labels(card(zeb, name))
    assert problem(zeb.press(f"10fw~r={name}~v=1")) == "forbidden"
    assert kept(own, name).status is ReportStatus.NEW


def test_a_report_that_was_forwarded_goes_on_without_its_author(ben: Talk, eve: Talk, zeb: Talk) -> None:
    name, theirs = forwarded(ben, eve, zeb)
    assert problem(eve.say(f"/withdraw {name}")) == "changed_meanwhile"
    answered(reject(zeb, theirs))


# --- alias


def test_a_local_action_that_is_published_for_everyone_becomes_an_alias(
    own: Talk, away: Talk, ben: Talk, eve: Talk, zeb: Talk
) -> None:
    name, local = published(ben, eve)
    answered(act(ben, name, "Forward"))
    assert standing_of(eve, name) == f"approved as {local}"
    (theirs,) = queue(zeb)
    shown = proposal(own, theirs)
    assert str(shown.replaces) == local
    everyones = answered(zeb.press(button(card(zeb, theirs), "Approve"))).buttons[0].label
    assert action(own, everyones).board == "commons"
    assert everyones != local
    reply = answered(away.say(f"/action {local}"))
    assert reply.title.startswith(f"{everyones}:")
    assert f"{local} is {everyones} since it was published for everyone." in reply.text
    hidden = own.say(f"/action {local}")  # a code of another board is none here
    assert problem(hidden) == "not_found"
    assert hidden.text == f"There is no action {local}."
    listed = codes(away.say("/state IL"))
    assert everyones in listed
    assert local not in listed
    assert told(eve, name) == [f"{name} was approved"]


def test_an_undone_alias_brings_the_local_action_back(
    own: Talk, away: Talk, ben: Talk, eve: Talk, zeb: Talk
) -> None:
    name, local = published(ben, eve)
    answered(act(ben, name, "Forward"))
    was = [row for row in rows(own) if row["code"] == local]
    (theirs,) = queue(zeb)
    everyones = answered(zeb.press(button(card(zeb, theirs), "Approve"))).buttons[0].label
    answered(zeb.say(f"/undo {theirs}"))
    assert [row for row in rows(own) if row["code"] == local] == was
    assert answered(away.say(f"/action {local}")).title.startswith(f"{local}:")
    assert everyones not in codes(away.say("/state IL"))


def test_an_action_is_with_the_curators_once(ben: Talk, eve: Talk, zeb: Talk) -> None:
    name, local = published(ben, eve)
    shown = card(ben, name)
    answered(ben.press(button(shown, "Forward")))
    again = ben.press(button(card(ben, name), "Forward"))
    assert problem(again) == "changed_meanwhile"
    assert again.text == f"{local} is with the curators already."
    assert len(queue(zeb)) == 1


def test_what_the_curators_did_not_want_can_still_be_undone_at_home(
    own: Talk, ben: Talk, eve: Talk, zeb: Talk
) -> None:
    """They decided on what everyone sees, not on the community's own board."""
    name, local = published(ben, eve)
    answered(act(ben, name, "Forward"))
    (theirs,) = queue(zeb)
    answered(reject(zeb, theirs))
    answered(ben.say(f"/undo {name}"))
    assert action(own, local).retraction
    assert kept(own, name).status is ReportStatus.NEW


def test_a_rejected_forwarding_leaves_the_local_action_as_it_is(
    own: Talk, away: Talk, ben: Talk, eve: Talk, zeb: Talk
) -> None:
    name, local = published(ben, eve)
    before = rows(own)
    answered(act(ben, name, "Forward"))
    (theirs,) = queue(zeb)
    answered(reject(zeb, theirs))
    assert rows(own) == before
    assert local in codes(away.say("/state IL"))
    assert told(eve, name) == [f"{name} was approved"]


# --- a place of its own


def test_the_same_link_in_two_communities_is_two_reports(own: Talk, ben: Talk, eve: Talk, zeb: Talk) -> None:
    first, second = file(member(own, "ana")), file(eve)
    assert first != second
    assert (queue(zeb), queue(ben)) == ([first], [second])
    answered(reject(ben, second))
    assert titles(member(own, "ana")) == []
    assert notices(member(own, "ana")) == []


def test_a_suspended_home_takes_nothing(own: Talk, away: Talk, ben: Talk, eve: Talk) -> None:
    name = file(eve)
    shown = card(ben, name)
    write(store_of(own), lambda uow: uow.communities.suspend(AWAY, NOW))
    assert problem(ben.press(button(shown, "Approve"))) == "forbidden"
    assert problem(away.say("/setup")) == "forbidden"
    assert kept(own, name).status is ReportStatus.NEW


# --- from a direct message


def test_a_direct_message_goes_to_the_one_community_that_the_sender_has_to_do_with(
    own: Talk, eve: Talk, ben: Talk
) -> None:
    file(eve)
    name = number_in(answered(send(direct(later(eve, 60)), about="OH")))
    assert kept(own, name).community == community(eve).id
    assert queue(later(ben, 60)) == ["R-1", name]


def test_who_has_to_do_with_two_is_asked_which(own: Talk, eve: Talk) -> None:
    annex = member(settle(own, ANNEX, "Annex"), "eve")
    file(eve)
    file(later(annex, 60), about="OH")
    who = direct(later(eve, 120))
    asked = who.say("/report")
    assert problem(asked) == "ambiguous"
    assert labels(asked) == ["discord-777", "discord-888"]
    form = opened(who.press(button(asked, "discord-888")))
    name = number_in(answered(who.fill(form, what="Utah counts", about="UT", link=NEWS)))
    assert kept(own, name).community == community(annex).id


def test_who_has_to_do_with_none_reaches_the_curators(own: Talk, away: Talk, zeb: Talk) -> None:
    name = number_in(answered(send(direct(member(away, "fay")))))
    assert queue(zeb) == [name]
    forged = direct(member(away, "gus"))
    form = report_form(forged)
    other = number_in(
        answered(forged.fill("10rp~c=" + str(community(away).id), what="x", about="UT", link=NEWS))
    )
    assert form.press.options == {"community": str(community(own).id)}
    assert kept(own, other).community == community(own).id


def test_in_a_direct_message_nobody_moderates(own: Talk, ben: Talk, eve: Talk) -> None:
    name = file(eve)
    shown = card(ben, name)
    who = direct(ben)
    for one in shown.buttons:
        assert problem(who.press(one)) == "forbidden", one.label
    for line in (f"/review {name}", "/audit", "/member list", "/check IL-1", f"/undo {name}"):
        reply = who.say(line)
        assert problem(reply) == "forbidden", line
    assert kept(own, name).status is ReportStatus.NEW
