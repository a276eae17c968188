"""Killed between any two statements of a decision: it is whole, or never was; pressing again makes one."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.commands.spec import Invocation
from bot.domain.community.people import Home
from bot.domain.deliveries import Place, Purpose, Sent, about_report
from bot.domain.review.proposals import Policy
from bot.ports.store import write
from storage.database import Database
from tests.crash.pressing import differences, standing, start
from tests.dialogue.reviewing import (
    AWAY,
    FIVE,
    act,
    approve,
    ask_for,
    file,
    member,
    moderator,
    reject,
    settle,
)
from tests.dialogue.talk import NOW, TERMINAL, Talk, answered
from tests.integration.deciding import (
    check_whole,
    dispatcher_over,
    fill,
    notices,
    press,
    somebody,
)
from tests.world.sizes import SIZES

if TYPE_CHECKING:
    from collections.abc import Callable

    from _pytest.mark import ParameterSet
    from sqlalchemy import URL

    from bot.commands.spec import Filled, Pressed
    from bot.messages.reply import Reply
    from bot.ports import UnitOfWork
    from tests.crash.pressing import Standing
    from tests.integration.conftest import Databases

LATER = timedelta(hours=1)
DESK = Place("terminal", "terminal", "desk")
SERVER = Home("discord", "555")
CHANNEL = Place("discord", SERVER.id, "202")


# --- where each of them begins


def reported(ana: Talk) -> None:
    """A report by Ana, with a follower under their name and one without; its cards were posted."""
    write(ana.dispatcher.store, _places)
    assert file(member(ana, "ana")) == "R-1"
    assert file(member(ana, "ben"), what="Illinois counted all reservoirs") == "R-1"
    assert file(member(ana, "cleo"), anonymous="yes") == "R-1"
    write(ana.dispatcher.store, _posted)


def _places(uow: UnitOfWork) -> None:
    """Two homes with a review place each."""
    uow.communities.join(SERVER, "Springfield", NOW)
    uow.communities.move(SERVER, 1)
    uow.review_settings.name_review_places(1, "terminal", [DESK])
    uow.review_settings.name_review_places(1, "discord", [CHANNEL])


def _posted(uow: UnitOfWork) -> None:
    """One card came through, the other is still to be claimed."""
    for card in uow.outbox.about(about_report(1), Purpose.CARD)[:1]:
        claimed = uow.outbox.claim(card, b"{}", NOW, NOW + timedelta(seconds=90))
        assert claimed
        assert uow.outbox.record(claimed, Sent("message 1"), NOW)


def reported_for_two(ana: Talk) -> None:
    """The same where two people have to agree."""
    reported(ana)
    ask_for(ana, Policy.TWO)


def seconding(ana: Talk) -> None:
    """One of two agreed."""
    reported_for_two(ana)
    answered(approve(moderator(ana, "yan"), "R-1"))


def approved(ana: Talk) -> None:
    """It was published."""
    reported(ana)
    answered(approve(moderator(ana, "yan"), "R-1"))


def undoing(ana: Talk) -> None:
    """A change of what was published is to be undone, which takes two people; one agreed."""
    approved(ana)
    later = replace(ana, now=NOW + timedelta(minutes=20))
    name = file(member(later, "ana"), about="IL-1", kind="change", link="https://example.org/news/second")
    answered(approve(moderator(later, "yan"), name, status="in_effect", date="2026-11-15"))
    ask_for(ana, Policy.TWO)
    reply = answered(moderator(later, "yan").say(f"/undo {name}"))
    assert "R-3" in reply.title


def two_by_one(ana: Talk) -> None:
    """Ana has another report that nobody follows."""
    reported(ana)
    later = replace(member(ana, "ana"), now=NOW + timedelta(minutes=10))
    assert file(later, what="Ohio counts its reservoirs", about="OH") == "R-2"


def abroad(ana: Talk) -> None:
    """A report in a community that decides on its own board; the curators have a review place."""
    settle(ana)
    write(ana.dispatcher.store, lambda uow: uow.review_settings.name_review_places(1, "terminal", [DESK]))
    there = ana.at(AWAY)
    assert file(member(there, "ben")) == "R-1"
    assert file(member(there, "cleo"), anonymous="yes") == "R-1"


def forwarded(ana: Talk) -> None:
    """That report was forwarded."""
    abroad(ana)
    answered(act(moderator(ana.at(AWAY), "dov"), "R-1", "Forward"))


def local(ana: Talk) -> None:
    """It was published on the community's own board, and that action was forwarded."""
    abroad(ana)
    dov = moderator(ana.at(AWAY), "dov")
    answered(approve(dov, "R-1"))
    answered(act(dov, "R-1", "Forward"))


def refused(ana: Talk) -> None:
    """It was rejected."""
    reported(ana)
    answered(reject(moderator(ana, "yan"), "R-1"))


# --- what is pressed


def pressed(asked: Filled | Pressed, home: Home | None = None) -> Invocation:
    """By a moderator who did nothing before."""
    where = home or TERMINAL
    return Invocation(asked, somebody(1, where), where, NOW + LATER)


SCENES: dict[str, tuple[Callable[[Talk], None], Invocation]] = {
    "approve": (reported, pressed(fill("approve", FIVE, report="R-1", version="1"))),
    "second approval": (seconding, pressed(press("approve", report="R-1", version="2"))),
    "first approval": (
        reported_for_two, pressed(fill("approve", FIVE, report="R-1", version="1")),
    ),
    "reject": (reported, pressed(fill("reject", {"reason": "unclear"}, report="R-1", version="1"))),
    "edit": (reported, pressed(fill("edit", {"title": "Counts all"}, report="R-1", version="1"))),
    "undo": (approved, pressed(press("undo", what="R-1"))),
    "undo a rejection": (refused, pressed(press("undo", what="R-1"))),
    "second for an undo": (undoing, pressed(press("approve", report="R-3", version="1"))),
    "ban": (two_by_one, pressed(fill("banauthor", {"words": "every day"}, report="R-1", version="1"))),
    "forward": (abroad, pressed(press("forward", report="R-1", version="1"), AWAY)),
    "approve a forwarded report": (
        forwarded, pressed(fill("approve", FIVE, report="R-2", version="1")),
    ),
    "approve a forwarded action": (local, pressed(press("approve", report="R-2", version="1"))),
}  # fmt: skip


PUBLISH = {name for name in SCENES if "approv" in name and name != "first approval"} | {"undo"}
"""Those that bring something into the catalogue or out of it."""
ON_BOTH = {"approve", "ban", "approve a forwarded report"}
"""Those that are killed on PostgreSQL in `make test` too, where a process takes longer to start."""


def scenes() -> list[ParameterSet]:
    """Their names."""
    more = pytest.mark.soak(only="postgresql")
    return [pytest.param(name, marks=[] if name in ON_BOTH else [more]) for name in SCENES]


def repeated(url: URL, invocation: Invocation) -> Reply:
    """The same press, by the same person, in a process that lives."""
    database = Database(url)
    reply = asyncio.run(dispatcher_over(database).dispatch(invocation))
    database.close()
    return reply


def points(url: URL, invocation: Invocation) -> tuple[list[int], int]:
    """Where to kill it: around each commit and at even steps between; and how many steps there are."""
    code, steps, commits = start(url, invocation).wait()
    assert code == 0
    assert commits
    every = max(1, steps // SIZES.kill_points[url.get_backend_name()])
    chosen = {*range(1, steps + 1, every), *commits, *(step + 1 for step in commits)}
    return sorted(point for point in chosen if point <= steps), steps


@pytest.mark.soak
@pytest.mark.parametrize("name", scenes())
def test_killed_at_any_step_it_was_made_whole_or_never(databases: Databases, name: str) -> None:
    prepare, invocation = SCENES[name]
    model = databases.make(like=databases.model("schema"))
    before = prepared(model, prepare)
    whole = databases.make(like=model)
    where, steps = points(whole, invocation)
    after = all_of(whole)
    assert after != before
    met: Counter[bool] = Counter()
    for point in where:
        url = databases.make(like=model)
        assert start(url, invocation, point).wait()[0] == -signal.SIGKILL
        found = all_of(url)
        made = found != before
        met[made] += 1
        if made:
            assert differences(found, after) == {}, f"half done when killed at step {point} of {steps}"
        else:  # where it was made, pressing again is the test below
            reply = repeated(url, invocation)
            assert reply.problem is None, f"killed at step {point} of {steps}"
            assert differences(all_of(url), after) == {}, f"killed at step {point} of {steps}, pressed again"
    assert met[False] > 1, f"killed {met} of {steps} steps"
    if name in PUBLISH:
        assert len(after["revisions"]) > len(before["revisions"])


@pytest.mark.parametrize("name", scenes())
def test_pressed_again_although_it_was_made_it_is_not_made_again(databases: Databases, name: str) -> None:
    """Killed after its commit, nobody knows that it was made: so it is pressed again."""
    prepare, invocation = SCENES[name]
    url = databases.make(like=databases.model("schema"))
    prepared(url, prepare)
    assert start(url, invocation).wait()[0] == 0
    after = all_of(url)
    for _ in range(2):
        reply = repeated(url, invocation)
        assert differences(all_of(url), after) == {}
        assert reply.problem, reply.title
        assert reply.problem.code == "changed_meanwhile", reply.problem


def prepared(url: URL, prepare: Callable[[Talk], None]) -> Standing:
    """Bring a database to where a scene begins."""
    database = Database(url)
    prepare(Talk.over(database))
    database.close()
    return all_of(url)


def all_of(url: URL) -> Standing:
    """All that is on file, which holds together."""
    database = Database(url)
    try:
        check_whole(database)
        assert all(times == 1 for times in notices(database).values()), "somebody is told twice"
        return standing(database)
    finally:
        database.close()


def test_what_is_compared_would_show_what_is_half_done(databases: Databases) -> None:
    """The counter-test: every table that an approval writes to is looked at."""
    model = databases.make(like=databases.model("schema"))
    database = Database(model)
    ana = Talk.over(database)
    reported(ana)
    before = standing(database)
    answered(approve(moderator(ana, "yan"), "R-1"))
    after = standing(database)
    changed = set(differences(after, before))
    assert {
        "accounts", "actions", "approvals", "audit_entries", "audit_details", "deliveries", "drafts",
        "held_links", "proposals", "reports", "revisions", "sources", "status_changes",
    } <= changed  # fmt: skip
    database.close()
