"""One table of who may do what: every command and button, by everybody, in every way of asking."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from bot.commands.every import build_registry
from bot.messages.message import Press
from tests.dialogue.conftest import opened as opened_database
from tests.dialogue.publishing import facts, publish
from tests.dialogue.reviewing import (
    AWAY,
    FIVE,
    NEWS,
    act,
    admin,
    approve,
    card,
    direct,
    file,
    head,
    kept,
    later,
    member,
    moderator,
    named_moderator,
    number_in,
    send,
    settle,
    store_of,
    unnamed,
)
from tests.dialogue.talk import Talk, answered, button, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from bot.messages.reply import Reply
    from bot.ports import Store, UnitOfWork

T = TypeVar("T")

# What a cell says:
#   yes     it is answered, or its form opens
#   no      the command is not theirs: "Only moderators and admins may…", or it works nowhere here
#   own     nobody decides on their own report, nobody bans themselves
#   none    there is no such thing, for them
#   theirs  it is everyone's, or for the curators: not this community's to decide
#   banned  their reports are not taken
TABLE = """
                member  moderator  admin  removed  elsewhere  reporter  follower  direct  banned
state           yes     yes        yes    yes      yes        yes       yes       yes     yes
compare         yes     yes        yes    yes      yes        yes       yes       yes     yes
together        yes     yes        yes    yes      yes        yes       yes       yes     yes
money           yes     yes        yes    yes      yes        yes       yes       yes     yes
trend           yes     yes        yes    yes      yes        yes       yes       yes     yes
coverage        yes     yes        yes    yes      yes        yes       yes       yes     yes
action          yes     yes        yes    yes      yes        yes       yes       yes     yes
search          yes     yes        yes    yes      yes        yes       yes       yes     yes
topic           yes     yes        yes    yes      yes        yes       yes       yes     yes
recent          yes     yes        yes    yes      yes        yes       yes       yes     yes
answers         yes     yes        yes    yes      yes        yes       yes       yes     yes
law             yes     yes        yes    yes      yes        yes       yes       yes     yes
lookup          yes     yes        yes    yes      yes        yes       yes       yes     yes
help            yes     yes        yes    yes      yes        yes       yes       yes     yes
about           yes     yes        yes    yes      yes        yes       yes       yes     yes
privacy         yes     yes        yes    yes      yes        yes       yes       yes     yes
privacy delete  yes     yes        yes    yes      yes        yes       yes       yes     yes
privacy confirm yes     yes        yes    yes      yes        yes       yes       yes     yes
link            yes     yes        yes    yes      yes        yes       yes       yes     yes
report          yes     yes        yes    yes      yes        yes       yes       yes     banned
reports         yes     yes        yes    yes      yes        yes       yes       yes     yes
reports R-n     none    none       none   none     none       yes       yes       none    none
withdraw        none    none       none   none     none       yes       none      none    none
answer          none    none       none   none     none       yes       yes       none    none
relate          none    none       none   none     none       yes       none      none    none
review          no      yes        yes    no       yes        yes       yes       no      no
review R-n      no      yes        yes    no       none       yes       yes       no      no
approve         no      yes        yes    no       none       own       own       no      no
edit            no      yes        yes    no       none       own       own       no      no
duplicate       no      yes        yes    no       none       own       own       no      no
ask             no      yes        yes    no       none       own       own       no      no
reject          no      yes        yes    no       none       own       own       no      no
claim           no      yes        yes    no       none       own       own       no      no
forward         no      theirs     theirs no       none       own       own       no      no
banauthor       no      yes        yes    no       none       own       yes       no      no
update          no      yes        yes    no       theirs     yes       yes       no      no
correct         no      yes        yes    no       theirs     yes       yes       no      no
retract         no      yes        yes    no       theirs     yes       yes       no      no
check           no      yes        yes    no       theirs     yes       yes       no      no
history         no      yes        yes    no       yes        yes       yes       no      no
undo IL-1       no      yes        yes    no       theirs     yes       yes       no      no
undo R-n        no      yes        yes    no       none       own       own       no      no
undo its code   no      yes        yes    no       theirs     own       own       no      no
member list     no      yes        yes    no       yes        yes       yes       no      no
member ban      no      yes        yes    no       yes        yes       yes       no      no
member note     no      yes        yes    no       yes        yes       yes       no      no
member unban    no      yes        yes    no       none       yes       yes       no      no
ban by R-n      no      yes        yes    no       none       own       yes       no      no
audit           no      yes        yes    no       yes        yes       yes       no      no
setup           no      no         yes    no       no         no        no        no      no
setup zone      no      no         yes    no       no         no        no        no      no
setup invite    no      no         yes    no       no         no        no        no      no
"""
# The same in a community that decides on its own board; there somebody of the curators is "elsewhere".
TABLE_AWAY = """
                member  moderator  admin  removed  elsewhere  reporter  follower  direct  banned
report          yes     yes        yes    yes      yes        yes       yes       yes     banned
review R-n      no      yes        yes    no       none       yes       yes       no      no
approve         no      yes        yes    no       none       own       own       no      no
forward         no      yes        yes    no       none       own       own       no      no
claim           no      yes        yes    no       none       own       own       no      no
banauthor       no      yes        yes    no       none       own       yes       no      no
update          no      theirs     theirs no       yes        theirs    theirs    no      no
correct         no      theirs     theirs no       yes        theirs    theirs    no      no
retract         no      theirs     theirs no       yes        theirs    theirs    no      no
check           no      theirs     theirs no       yes        theirs    theirs    no      no
history         no      yes        yes    no       yes        yes       yes       no      no
undo IL-1       no      theirs     theirs no       yes        theirs    theirs    no      no
undo R-n        no      yes        yes    no       none       own       own       no      no
undo its code   no      yes        yes    no       none       own       own       no      no
check its code  no      yes        yes    no       none       yes       yes       no      no
audit           no      yes        yes    no       yes        yes       yes       no      no
setup           no      no         yes    no       no         no        no        no      no
"""
FORMS = {
    "approve", "edit", "duplicate", "ask", "reject", "banauthor", "update", "correct", "retract", "report",
    "answer", "setup",
}  # fmt: skip
OPENED_BY_ALL = {"report", "answer"}
"""What the form is for is looked at when it is sent."""
WAYS = ("typed", "chosen", "pressed", "filled")


@dataclass(frozen=True, slots=True)
class Asked:
    """A command with its options as texts."""

    command: str
    options: dict[str, str]


@dataclass(frozen=True, slots=True)
class World:
    """People around one open report and one decided one, in a store that forgets whatever is done."""

    people: dict[str, Talk]
    asked: dict[str, Asked]


class Forgetful:
    """A store in which nothing lasts, so that every cell is asked in the same world."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.committed: list[str] = []

    def submit(self, work: Callable[[UnitOfWork], T], *, writes: bool) -> Future[T]:
        """Run it, and keep nothing of it."""

        def uncommitting(uow: Any) -> T:
            standing_in: Any = _Uncommitting(uow, self.committed)
            return work(standing_in)

        return self.store.submit(uncommitting, writes=writes)


class _Uncommitting:
    """A unit of work that only says that it has committed."""

    def __init__(self, uow: UnitOfWork, log: list[str]) -> None:
        self._uow = uow
        self._log = log
        self.committed = False

    def commit(self) -> None:
        self.committed = True
        self._log.append("commit")

    def __getattr__(self, name: str) -> object:
        return getattr(self._uow, name)


def _built(talk: Talk, elsewhere: Talk) -> World:
    """People in the home of `talk`, with one of another community."""
    store = store_of(talk)
    (there,) = publish(store, facts("IL", title="Counts its reservoirs"))
    boss = admin(talk, "gus")
    ned = _named_and_removed(talk, boss)
    reporter, follower = moderator(talk, "fay"), moderator(talk, "dov")
    decided = file(later(reporter, 0), about="OH", link=f"{NEWS}/2")
    send(follower, about="OH", link=f"{NEWS}/2")
    code = answered(approve(boss, decided)).buttons[0].label
    name = file(later(reporter, 60), about="IL", link="https://example.org/counts")
    assert (
        number_in(answered(send(later(follower, 60), about="IL", link="https://example.org/counts"))) == name
    )
    banned = member(talk, "hal")
    answered(boss.say(f"/member ban {_mention(banned)}"))
    now = 3600
    people = {
        "member": member(talk, "ivy"),
        "moderator": moderator(talk, "ben"),
        "admin": boss,
        "removed": ned,
        "elsewhere": elsewhere,
        "reporter": reporter,
        "follower": follower,
        "direct": direct(moderator(talk, "ben")) if _is_discord(talk) else moderator(talk, "ben").at(None),
        "banned": banned,
    }
    forgetful = Forgetful(store)
    dispatcher = replace(talk.dispatcher, store=forgetful)
    people = {who: replace(later(one, now), dispatcher=dispatcher) for who, one in people.items()}
    return World(people, _asked(name, decided, code, str(there.code), _mention(banned)))


def _is_discord(talk: Talk) -> bool:
    return talk.home is not None and talk.home.platform == "discord"


def _mention(talk: Talk) -> str:
    """How somebody is named in a command."""
    return f"<@{talk.id}|{talk.name}>" if _is_discord(talk) else talk.name


def _named_and_removed(talk: Talk, boss: Talk) -> Talk:
    """Somebody who was a moderator by /setup, and saw the queue."""
    if not _is_discord(talk):
        ned = named_moderator(talk, "ned")
        answered(ned.say("/review"))
        unnamed(talk)
        return ned
    cleo = member(talk, "cleo")
    answered(boss.say(f"/setup moderators:{_mention(cleo)}"))
    answered(cleo.say("/review"))
    answered(boss.say(f"/setup moderators:{_mention(member(talk, 'gus'))}"))
    return cleo


def _asked(name: str, decided: str, code: str, linked: str, banned: str) -> dict[str, Asked]:
    """What each line of the table asks."""
    at = {"report": name}
    return {
        "state": Asked("state", {"state": "IL"}),
        "compare": Asked("compare", {"state": "IL", "other": "TX"}),
        "together": Asked("together", {"state": "IL"}),
        "money": Asked("money", {"state": "IL"}),
        "trend": Asked("trend", {}),
        "coverage": Asked("coverage", {}),
        "action": Asked("action", {"code": "IL-1"}),
        "search": Asked("search", {"words": "water"}),
        "topic": Asked("topic", {"topic": "climate"}),
        "recent": Asked("recent", {}),
        "answers": Asked("answers", {"measure": "EO 14159"}),
        "law": Asked("law", {"precedent": "printz"}),
        "lookup": Asked("lookup", {"text": "Ohio and Utah sue"}),
        "help": Asked("help", {}),
        "about": Asked("about", {}),
        "privacy": Asked("privacy", {}),
        "privacy delete": Asked("privacy", {"do": "delete"}),
        "privacy confirm": Asked("privacy", {"do": "confirm"}),
        "link": Asked("link", {}),
        "report": Asked("report", {"what": "Utah counts", "about": "UT", "link": f"{NEWS}/3"}),
        "reports": Asked("reports", {}),
        "reports R-n": Asked("reports", at),
        "withdraw": Asked("withdraw", at),
        "answer": Asked("answer", at | {"details": "Page 4"}),
        "relate": Asked("relate", at | {"code": linked}),
        "review": Asked("review", {}),
        "review R-n": Asked("review", at),
        "approve": Asked("approve", at | FIVE),
        "edit": Asked("edit", at | {"title": "Counts its lakes"}),
        "duplicate": Asked("duplicate", at | {"of": linked}),
        "ask": Asked("ask", at | {"question": "Which page?"}),
        "reject": Asked("reject", at | {"reason": "source"}),
        "claim": Asked("claim", at),
        "forward": Asked("forward", at),
        "banauthor": Asked("banauthor", at | {"words": "spam"}),
        "update": Asked("update", {"code": "IL-1", "status": "repealed", "date": "2026-11-18"}),
        "correct": Asked("correct", {"code": "IL-1", "title": "Another title"}),
        "retract": Asked("retract", {"code": "IL-1", "reason": "entered twice"}),
        "check": Asked("check", {"code": "IL-1"}),
        "check its code": Asked("check", {"code": code}),
        "history": Asked("history", {"code": "IL-1"}),
        "undo IL-1": Asked("undo", {"what": "IL-1"}),
        "undo R-n": Asked("undo", {"what": decided}),
        "undo its code": Asked("undo", {"what": code}),
        "member list": Asked("member", {"do": "list"}),
        "member ban": Asked("member", {"do": "ban", "who": "joe"}),
        "member note": Asked("member", {"do": "note", "who": "joe", "words": "x"}),
        "member unban": Asked("member", {"do": "unban", "who": banned}),
        "ban by R-n": Asked("member", {"do": "ban", "report": name}),
        "audit": Asked("audit", {}),
        "setup": Asked("setup", {}),
        "setup zone": Asked("setup", {"zone": "Eastern"}),
        "setup invite": Asked("setup", {"do": "invite"}),
    }


def _in_their_words(talk: Talk, asked: Asked) -> Asked:
    """Nobody is named by name alone on Discord."""
    who = asked.options.get("who", "")
    if who and _is_discord(talk) and not who.startswith("<"):
        return Asked(asked.command, asked.options | {"who": f"<@990|{who}>"})
    return asked


@pytest.fixture(scope="module")
def worlds(starter_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, World]]:
    """The world of the terminal, whose community is a curator, and that of a server."""
    databases = []
    built = {}
    for where in ("terminal", "away"):
        path = tmp_path_factory.mktemp("rights") / "own.db"
        shutil.copyfile(starter_file, path)
        databases.append(opened_database(path))
        talk = Talk.over(databases[-1])
        away = settle(talk)
        elsewhere = moderator(away, "ben") if where == "terminal" else moderator(talk, "zebulon")
        built[where] = _built(talk if where == "terminal" else talk.at(AWAY), elsewhere)
    yield built
    for database in databases:
        database.close()


def _cells(table: str) -> list[tuple[str, str, str]]:
    """Each cell: the line's name, the column's, what it says."""
    head_line, *lines = table.strip("\n").splitlines()
    columns = head_line.split()
    cells = []
    for line in lines:
        name, said = line[:16].strip(), line[16:].split()
        assert len(said) == len(columns), line
        cells += [(name, column, one) for column, one in zip(columns, said, strict=True)]
    return cells


def _reached(talk: Talk, asked: Asked, way: str) -> Reply | None:
    """Ask it in one way; None where there is no form to fill."""
    registry = talk.dispatcher.registry
    match way:
        case "typed":
            spec = registry.find(asked.command)
            parts = [f'{name}:"{text}"' for name, text in asked.options.items()]
            assert all(name in {option.name for option in spec.options} for name in asked.options)
            return talk.say(" ".join([f"/{asked.command}", *parts]))
        case "chosen":
            return talk.choose(asked.command, **asked.options)
        case "pressed":
            reply = talk.press(registry.codec.write(Press(asked.command, asked.options)))
            if reply.form and asked.command in OPENED_BY_ALL:
                values = {field.name: field.value for field in reply.form.fields}
                reply = talk.fill(reply.form, **values)
            return reply
        case _:
            if registry.find(asked.command).form is None:
                return None
            kept_in = {
                name: text for name, text in asked.options.items() if name in ("report", "code", "base")
            }
            if asked.command == "report":
                kept_in = {}
            values = {name: text for name, text in asked.options.items() if name not in kept_in}
            return talk.fill(registry.codec.write(Press(asked.command, kept_in)), **values)


def _said(reply: Reply) -> str:
    """What a cell says to that answer."""
    if reply.problem is None:
        return "yes"
    assert reply.visibility == "asker"
    assert not reply.lines
    assert reply.form is None
    code, text = reply.problem.code, reply.text
    if code == "forbidden":
        if text.startswith("Only ") or "works where I was added" in text:
            return "no"
        if "their own report" in text or "bans themselves" in text:
            return "own"
        if "take no reports from you" in text:
            return "banned"
        return "theirs"
    return "none" if code == "not_found" else f"{code}: {text}"


@pytest.mark.parametrize(("name", "who", "says"), _cells(TABLE))
def test_where_a_communitys_moderators_decide_for_everyone(
    worlds: dict[str, World], name: str, who: str, says: str
) -> None:
    _check(worlds["terminal"], name, who, says)


@pytest.mark.parametrize(("name", "who", "says"), _cells(TABLE_AWAY))
def test_where_they_decide_on_their_own_board(
    worlds: dict[str, World], name: str, who: str, says: str
) -> None:
    _check(worlds["away"], name, who, says)


def _check(world: World, name: str, who: str, says: str) -> None:
    talk, asked = world.people[who], _in_their_words(world.people[who], world.asked[name])
    store = talk.dispatcher.store
    assert isinstance(store, Forgetful)
    limited = bool(talk.dispatcher.registry.find(asked.command).limit)
    for way in WAYS:
        store.committed.clear()
        reply = _reached(talk, asked, way)
        if reply is None:
            continue
        assert _said(reply) == says, (way, words(reply))
        if says != "yes" and not limited:
            assert store.committed == [], way  # what is refused leaves nothing


def test_the_table_has_every_command() -> None:
    asked = {one.command for one in _asked("R-2", "R-1", "OH-1", "IL-11", "hal").values()}
    assert asked == {spec.name for spec in build_registry().specs}
    named = {name for name, _, _ in _cells(TABLE)} | {name for name, _, _ in _cells(TABLE_AWAY)}
    assert named == set(_asked("R-2", "R-1", "OH-1", "IL-11", "hal"))
    assert {spec.name for spec in build_registry().specs if spec.form} == FORMS


def test_the_world_is_as_it_should_be(worlds: dict[str, World]) -> None:
    """Otherwise a cell says "none" for another reason."""
    for world in worlds.values():
        boss = world.people["admin"]
        name = world.asked["approve"].options["report"]
        shown = card(boss, name)
        assert "1 more person sent the same" in str(shown.fields)
        before = kept(boss, name), head(boss)
        answered(act(boss, name, "Claim"))
        button(card(boss, name), "Approve")
        assert (kept(boss, name), head(boss)) == before  # nothing lasts
