"""/privacy and /link: what is kept about somebody, and which accounts are theirs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.commands.choices import listed
from bot.commands.review.options import SHORT_TEXT
from bot.commands.spec import Answer, CommandSpec, Limit, Option, Value
from bot.domain.community.codes import CodePurpose
from bot.engine.community.codes import issue_code, use_code
from bot.engine.community.people import keep_person
from bot.engine.community.privacy import EVERY_REPORT, everything_about, forget
from bot.errors import ChangedMeanwhileError
from bot.messages.message import Button, ButtonRole, Field, Press, TextFile
from bot.messages.reply import Reply, Visibility
from bot.messages.wording import in_a_row, number_of
from bot.notices.notify import without_sender

if TYPE_CHECKING:
    from bot.commands.spec import Call
    from bot.ports import UnitOfWork

_DO = listed(
    "thing to do",
    [
        ("export", Value("export", "Give me what is kept about me", "e")),
        ("delete", Value("delete", "Delete what is kept about me", "d")),
        ("confirm", Value("confirm", "Delete it for good", "c")),
    ],
)


def _privacy(uow: UnitOfWork, call: Call, do: str | None) -> Reply:
    person = call.person(uow)
    if do == "export":
        data = everything_about(uow, person)
        text = json.dumps(data, ensure_ascii=False, indent=2)
        return Reply(
            title="Your data",
            text="All that is kept under your account and its pseudonyms, in the file.",
            file=TextFile("fiftywire-my-data.json", text + "\n"),
        )
    if do == "delete":
        count = uow.queue.count_sent_by(person.every)
        return Reply(
            title="Delete your data?",
            text=(
                f"Your name and your account go, and with them your {number_of(count, 'report')} under "
                "/reports, notes about you and messages to you. What you reported stays, without you; so do "
                "a community's ban, as a pseudonym, and its list of moderators. This cannot be taken back."
            ),
            buttons=(
                Button("Delete it for good", Press("privacy", {"do": "confirm"}), role=ButtonRole.DESTROYS),
            ),
        )
    if do == "confirm":
        # Of anonymous reports no card names anybody, and one that changed now would.
        named = {report.number for report in uow.queue.sent_by(person.opens, EVERY_REPORT)}
        known = uow.people.find(person.account.platform, person.account.id)
        for account in uow.people.linked(known.person) if known else []:
            named.update(uow.queue.handled_by(account.number))
        forget(uow, call.secret(), person)
        for number in sorted(named):
            without_sender(uow, number, call.invocation.now)
        uow.commit()
        return Reply(title="Deleted", text="Nothing is kept under your account any more.")
    known = uow.people.find(person.account.platform, person.account.id)
    linked = uow.people.linked(known.person) if known else []
    others = [f"{o.name} ({o.platform})" for o in linked if o.number != (known and known.number)]
    count = uow.queue.count_sent_by(person.every)
    return Reply(
        title="Privacy",
        text=(
            "Kept are: your account's number and name once you report, decide or link under your name; your "
            "reports; what you decided. Anonymous reports are kept under a pseudonym that nobody without the "
            "operator's key can lead back to you. Commands that only look things up leave nothing."
        ),
        fields=(
            Field("Your account", f"on file as {known.name}" if known else "not on file"),
            Field("Linked accounts", in_a_row(others) or "none"),
            Field("Your reports", str(count)),
        ),
        buttons=(
            Button("Export my data", Press("privacy", {"do": "export"})),
            Button("Delete my data", Press("privacy", {"do": "delete"})),
        ),
    )


def _link(uow: UnitOfWork, call: Call, code: str | None) -> Reply:
    person, now = call.person(uow), call.invocation.now
    mine = keep_person(uow, person, now)
    if code is None:
        words = issue_code(uow, CodePurpose.LINK, mine, now)
        uow.commit()
        return Reply(
            title="Link your accounts",
            text=(
                f"In your other account, on whichever platform, type /link {words} within 15 minutes. From "
                "then on both are one person wherever it matters: limits, bans, and who may decide."
            ),
            fields=(Field("Code", words),),
        )
    other = use_code(uow, CodePurpose.LINK, code, now)
    known = uow.people.known([mine, other])
    if other not in known:
        raise ChangedMeanwhileError("The other account is no longer on file. Start anew with /link there.")
    if known[other].person == known[mine].person:
        raise ChangedMeanwhileError(
            "These accounts are one person already; give the code in another account."
        )
    uow.people.link(other, mine)
    uow.commit()
    return Reply(
        title="Linked", text=f"This account and {known[other].name} ({known[other].platform}) are one person."
    )


PRIVACY = CommandSpec(
    "privacy", "pv", "What is kept about you; export or delete it", _privacy,
    (Option("do", _DO, "export or delete", "d", positional=True),),
    ("/privacy", "/privacy export"),
    press_answer=Answer.MESSAGE,
    visibility=Visibility.ASKER,
    writes=True,
)  # fmt: skip
LINK_SPEC = CommandSpec(
    "link", "ln", "Say that two accounts are yours", _link,
    (Option("code", SHORT_TEXT, "The code that /link printed in the other account", "c", positional=True),),
    ("/link", "/link k3m9-xw2p-7tqa"),
    visibility=Visibility.ASKER,
    writes=True,
    limit=(Limit(10, 3600),),
)  # fmt: skip
