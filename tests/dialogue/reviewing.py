"""Reports and decisions: what members and moderators do, in few words."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.commands.spec import Filled, Invocation, SentFile
from bot.domain.catalogue.actions import Code
from bot.domain.catalogue.records import action_to_json
from bot.domain.community.people import COMMONS, Account, Home, Role
from bot.domain.deliveries import Place, Purpose, about_report
from bot.engine.imports.export import export_jsonl
from bot.messages.documents import from_document
from bot.outbox.inbox import unread
from bot.ports.store import read, write
from tests.dialogue.talk import NOW, TERMINAL, Talk, answered, button, fields, labels, opened

if TYPE_CHECKING:
    from bot.commands.spec import Asked
    from bot.domain.catalogue.actions import Action
    from bot.domain.community.audit import AuditEntry
    from bot.domain.community.people import Community
    from bot.domain.review.proposals import Policy, Proposal
    from bot.domain.review.reports import Report
    from bot.messages.form import Form
    from bot.messages.message import Message
    from bot.messages.reply import Reply
    from bot.ports import Store, UnitOfWork

NEWS = "https://example.org/news/reservoirs"
FIVE = {
    "status": "adopted", "date": "2026-11-10", "kind": "statute", "approach": "build", "topics": "land-water",
}  # fmt: skip
"""What a moderator decides on a draft that lacks it."""
AWAY = Home("discord", "777")
"""A server whose community decides on its own board."""
DAY = timedelta(days=1)
_NUMBER = re.compile(r"R-\d+")
_IDS = {
    "ben": "801",
    "cleo": "802",
    "dov": "803",
    "eve": "804",
    "fay": "805",
    "gus": "806",
    "hal": "807",
    "ivy": "808",
}
"""Ids of people on Discord, where a name is none."""


# --- who and when


def member(talk: Talk, name: str) -> Talk:
    """Somebody without any right, where `talk` is."""
    there = talk.home is not None and talk.home.platform == "discord"
    return talk.as_(Role.MEMBER).named(name, _IDS.get(name, "899") if there else "")


def moderator(talk: Talk, name: str) -> Talk:
    """Somebody whom the platform calls a moderator, where `talk` is."""
    return member(talk, name).as_(Role.MODERATOR)


def admin(talk: Talk, name: str = "ada") -> Talk:
    """Somebody whom the platform calls an admin, where `talk` is."""
    return member(talk, name).as_(Role.ADMIN)


def later(talk: Talk, by: timedelta | float) -> Talk:
    """The same person some time after, given in seconds or as it is."""
    return replace(talk, now=talk.now + (by if isinstance(by, timedelta) else timedelta(seconds=by)))


def settle(talk: Talk, home: Home = AWAY, name: str = "Springfield") -> Talk:
    """An admin in another home, which the bot was just added to: a community of its own."""
    write(store_of(talk), lambda uow: uow.communities.join(home, name, NOW))
    return admin(talk.at(home))


def direct(talk: Talk) -> Talk:
    """The same person of Discord in a direct message with the bot."""
    return Direct(talk.dispatcher, Role.MEMBER, None, talk.now, talk.name, talk.id or talk.name, talk.groups)


def named_moderator(talk: Talk, name: str) -> Talk:
    """Somebody whom /setup alone makes a moderator at the terminal, until `unnamed`."""
    answered(admin(talk).say(f"/setup moderators:{name}"))
    return member(talk, name)


def unnamed(talk: Talk) -> None:
    """Nobody at the terminal is named as moderator any more."""
    page = admin(talk).press(button(answered(admin(talk).say("/setup")), "Change"))
    answered(admin(talk).fill(opened(page), moderators=""))


# --- reports


@dataclass(frozen=True, slots=True)
class Direct(Talk):
    """Somebody of Discord who talks to the bot alone."""

    def _ask(self, asked: Asked) -> Reply:
        account = Account("discord", self.id, self.name, self.role, self.groups, numbered=True)
        return asyncio.run(self.dispatcher.dispatch(Invocation(asked, account, None, self.now)))


def report_form(talk: Talk) -> Form:
    """A form that was just opened."""
    return opened(talk.say("/report"))


def send(talk: Talk, **values: str) -> Reply:
    """Send a report with these values, what is left out made up."""
    given = {"what": "Illinois counts its reservoirs every year", "about": "IL", "link": NEWS} | values
    return talk.fill(report_form(talk), **given)


def file(talk: Talk, **values: str) -> str:
    """Send a report that has to be taken: its name, or that of the one it follows."""
    return number_in(answered(send(talk, **values)))


def number_in(reply: Message) -> str:
    """The report that the title is about."""
    found = _NUMBER.search(reply.title)
    assert found, reply.title
    return found[0]


def send_opening(talk: Talk, form: Form, opening: str, *files: SentFile, **values: str) -> Reply:
    """Send one opening of a form as Discord does, with files."""
    given = {"what": "Texas counts its reservoirs every year", "about": "TX", "link": NEWS} | values
    platform = talk.home.platform if talk.home else TERMINAL.platform
    account = Account(platform, talk.id or talk.name, talk.name, talk.role, talk.groups,
                      named=platform == "terminal", numbered=platform == "discord")  # fmt: skip
    asked = Filled(form.token, given, opening, files)
    return asyncio.run(talk.dispatcher.dispatch(Invocation(asked, account, talk.home, talk.now)))


# --- the desk


def card(talk: Talk, name: str) -> Reply:
    """The card of a report as a moderator asks for it."""
    return answered(talk.say(f"/review {name}"))


def act(talk: Talk, on: str | Message, label: str, **values: str) -> Reply:
    """Press a button of a report's card, and send the form that it opens with these values."""
    shown = on if not isinstance(on, str) else card(talk, on)
    reply = talk.press(button(shown, label))
    return talk.fill(reply.form, **values) if reply.form and values else reply


def approve(talk: Talk, name: str, **values: str) -> Reply:
    """Approve it with what is still to decide, or with other values."""
    return act(talk, name, "Approve", **(FIVE | values))


def reject(talk: Talk, name: str, reason: str = "source", words: str = "") -> Reply:
    """Reject it for a reason of the list."""
    return act(talk, name, "Reject", reason=reason, words=words)


def published(talk: Talk, who: Talk, **values: str) -> tuple[str, str]:
    """A report by `who` that `talk` approved: its name, and the code of what came of it."""
    name = file(who, **values)
    given = {k: v for k, v in values.items() if k in FIVE}
    reply = answered(approve(talk, name, **given))
    return name, reply.buttons[0].label


def queue(talk: Talk, line: str = "/review") -> list[str]:
    """The names of all that wait, page by page."""
    reply = answered(talk.say(line))
    names = []
    while reply.page and reply.page.total:
        names.append(number_in(reply))
        if "Next" not in labels(reply):
            break
        reply = answered(talk.press(button(reply, "Next")))
    return names


def standing_of(talk: Talk, name: str) -> str:
    """How a report stands for whoever sent it."""
    return fields(answered(talk.say(f"/reports {name}")))["How it stands"]


# --- what was told


def notices(talk: Talk) -> list[Message]:
    """What came to somebody at a terminal by direct message since they last looked."""
    return inbox(talk, Place("terminal", "", talk.id or talk.name, direct=True))


def titles(talk: Talk) -> list[str]:
    """The titles of those messages."""
    return [notice.title for notice in notices(talk)]


def posted(talk: Talk, place: str) -> list[Message]:
    """What came to a place of the terminal since somebody last looked there."""
    return inbox(talk, Place("terminal", TERMINAL.id, place))


def inbox(talk: Talk, *places: Place) -> list[Message]:
    """What is unread in inboxes of the terminal, which is read from now on."""
    return unread(store_of(talk), talk.dispatcher.registry.codec, places, TERMINAL, talk.now)


def told(talk: Talk, name: str) -> list[str]:
    """The titles of what the outbox owes somebody of Discord for a report, whether it arrived or not."""
    number = int(name.removeprefix("R-"))
    owed = read(store_of(talk), lambda uow: uow.outbox.about(about_report(number), Purpose.NOTICE))
    mine = [one for one in owed if one.place and one.place.direct and one.place.id == talk.id]
    return [from_document(one.document).title for one in mine]


# --- what is on file


def store_of(talk: Talk) -> Store:
    """The database behind it."""
    return talk.dispatcher.store


def action(talk: Talk, code: str) -> Action:
    """An action as it is kept."""
    parsed = Code.parse(code)
    assert parsed
    return read(store_of(talk), lambda uow: uow.catalogue.by_code([parsed])[parsed])


def rows(talk: Talk) -> list[dict[str, Any]]:
    """The whole catalogue as an export has it."""
    lines: list[str] = []
    read(store_of(talk), lambda uow: export_jsonl(uow, lines.append))
    return [json.loads(line) for line in lines]


def row(talk: Talk, code: str) -> dict[str, Any]:
    """The row of an export for one action."""
    found: dict[str, Any] = json.loads(json.dumps(action_to_json(action(talk, code))))
    return found


def head(talk: Talk) -> int:
    """The newest revision."""
    return read(store_of(talk), lambda uow: uow.revisions.head())


def kept(talk: Talk, name: str) -> Report:
    """A report as it is kept."""
    found = read(store_of(talk), lambda uow: uow.reports.find(int(name.removeprefix("R-"))))
    assert found
    return found


def proposal(talk: Talk, name: str) -> Proposal:
    """The proposal of a report as it is kept."""
    return read(store_of(talk), lambda uow: uow.proposals.get(kept(talk, name).proposal))


def community(talk: Talk) -> Community:
    """The community where somebody talks."""
    found = read(store_of(talk), lambda uow: uow.communities.at(talk.home))
    assert found
    return found


def ask_for(talk: Talk, policy: Policy, board: str = COMMONS) -> None:
    """Let a board ask for so many people, as the operator may."""
    write(store_of(talk), lambda uow: uow.review_settings.set_policy(board, policy))


def audited(talk: Talk) -> list[AuditEntry]:
    """The entries of the community's audit, oldest first; fails where a chain does not hold."""

    def work(uow: UnitOfWork) -> list[AuditEntry]:
        for one in uow.communities.every():
            verdict = uow.audit.verify(one.id)
            assert verdict.broken is None, (one, verdict)
        here = uow.communities.at(talk.home)
        assert here
        found: list[AuditEntry] = []
        while page := uow.audit.page(here.id, 50, found[-1].number if found else 0):
            found += [entry for entry, _ in page]
        return found[::-1]

    return read(store_of(talk), work)
