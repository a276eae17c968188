"""What is kept about somebody: all of it, or none of it any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.community.people import Account, Use, pseudonym
from bot.domain.review.reports import Author, Said

if TYPE_CHECKING:
    from bot.domain.community.people import Person
    from bot.ports import UnitOfWork

EVERY_REPORT = 100_000
"""More reports than anybody sends; all of a person's are read at once."""


def everything_about(uow: UnitOfWork, person: Person) -> dict[str, Any]:
    """The person's accounts and what they sent, as plain data."""
    known = uow.people.find(person.account.platform, person.account.id)
    linked = uow.people.linked(known.person) if known else []
    reports = uow.queue.sent_by(person.every, EVERY_REPORT)

    def is_theirs(author: Author | None) -> bool:
        return author is not None and author.pseudonym in person.every

    return {
        "accounts": [{"platform": a.platform, "id": a.id, "name": a.name} for a in linked],
        "reports": [
            {
                "report": report.name,
                "kind": str(report.kind),
                "status": str(report.status),
                "sent": report.made_at.isoformat(),
                "about": report.about,
                "link": report.link,
                "anonymous": report.author.anonymous if report.author else False,
                "what": report.what,
                "details": report.details,
                "reason": report.reason,
                "words": [
                    {"said": str(words.said), "text": words.text, "at": words.at.isoformat()}
                    for words in uow.reports.words(report.number)
                    if words.said is not Said.OTHERS
                ],
            }
            for report in reports
            if is_theirs(report.author)
        ],
        "followed": [
            {
                "report": report.name,
                "what": follower.what,
                "details": follower.details,
                "sent": follower.made_at.isoformat(),
            }
            for report in reports
            for follower in uow.reports.followers(report.number)
            if is_theirs(follower.author)
        ],
    }


def forget(uow: UnitOfWork, secret: bytes, person: Person) -> None:
    """Keep nothing of the person's accounts any more; what they sent and did stays, without them.

    What stands for them on their reports is another pseudonym from then on: nobody gets at the reports by it,
    and still they cannot decide on them.
    """
    known = uow.people.find(person.account.platform, person.account.id)
    linked = uow.people.linked(known.person) if known else []
    accounts = [person.account, *(Account(one.platform, one.id, one.name) for one in linked)]
    for report in uow.queue.sent_by(person.every, EVERY_REPORT):
        # From then on nobody knows which accounts were linked: each stands there by itself.
        hidden = report.author is not None and report.author.pseudonym in person.hiddens
        use = Use.HIDDEN_GONE if hidden else Use.GONE
        for stays in sorted({pseudonym(secret, account, use) for account in accounts}):
            uow.reports.follow(report.number, Author(stays), "", "", report.made_at)
    for number, account in [
        (None, person.account),
        *zip([o.number for o in linked], accounts[1:], strict=True),
    ]:
        renamed = {
            pseudonym(secret, account, use): pseudonym(secret, account, gone)
            for use, gone in ((Use.OPEN, Use.GONE), (Use.HIDDEN, Use.HIDDEN_GONE))
        }
        uow.people.forget(number, renamed)
