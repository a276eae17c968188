"""A member with a distinctive name who reports anonymously, in a process of its own that logs all it can.

As a program: `python -m tests.integration.anonymous ADDRESS FOLDER PLATFORM yes|no|both` plays the
story, prints
what others saw and the member's pseudonyms as JSON, and waits, the database open, until its input ends.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot import log
from bot.commands.dispatch import Dispatcher
from bot.commands.every import build_registry
from bot.domain.community.people import Account, Home, Use, pseudonym
from bot.domain.deliveries import Place
from bot.ports.store import write
from bot.secret import secret_key
from bot.settings import read_settings
from storage.database import Database
from storage.engines import read_url
from tests.dialogue.reviewing import act, approve, later, member, moderator, reject, send, send_opening
from tests.dialogue.talk import NOW, TERMINAL, Talk, answered, opened, problem, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.messages.reply import Reply
    from bot.ports import UnitOfWork

NAME, ID = "quetzalcoatl-7741", "7741000000000000077"
LINKS = [f"https://example.org/news/{n}" for n in range(10)]
HOMES = {"terminal": TERMINAL, "discord": Home("discord", "555")}


def account(platform: str) -> Account:
    """The member: at the terminal a name is all there is."""
    discord = platform == "discord"
    return Account(platform, ID if discord else NAME, NAME, named=not discord, numbered=discord)


class Story:
    """What happens, in order; `seen` is what anybody else was shown."""

    def __init__(self, database: Database, folder: Path, platform: str, anonymous: str) -> None:
        settings = read_settings()
        self.secret: Callable[[], bytes] = lambda: secret_key(settings, folder)
        talk = Talk(Dispatcher(build_registry(), database, self.secret), home=HOMES[platform])
        self.anonymous, self.talk, self.seen = anonymous, talk, list[str]()
        self.platform, self.database = platform, database

    @property
    def member(self) -> Talk:
        """The one who must not be known."""
        mine = account(self.platform)
        return self.talk.named(mine.name, mine.id)

    @property
    def dov(self) -> Talk:
        """A moderator."""
        return moderator(self.talk, "dov")

    def pass_(self, minutes: float) -> None:
        """Let time go by: a limit of calls, the time before an anonymous report is shown."""
        self.talk = later(self.talk, timedelta(minutes=minutes))

    def show(self, reply: Reply) -> Reply:
        """Somebody else looks at that."""
        self.seen.append(words(reply))
        return answered(reply)

    def send(self, link: str, what: str) -> Reply:
        """The member reports something."""
        return send(self.member, link=link, what=what, about="TX", anonymous=self.anonymous)

    def tell(self) -> None:
        """All of it."""
        home = HOMES[self.platform]

        def places(uow: UnitOfWork) -> None:
            if home is not TERMINAL:
                uow.communities.join(home, "Springfield", NOW)
            here = uow.communities.at(home)
            assert here
            named = [Place(home.platform, home.id, "909", name="review")]
            uow.review_settings.name_review_places(here.id, home.platform, named)

        write(self.database, places)
        for line in ("/help", "/privacy", "/reports", "/state TX"):
            answered(self.member.say(line))
        self._asked()
        self._followed_and_withdrawn()
        self._refused()
        self._banned()
        for line in ("/audit", "/member list", "/review", "/review R-1", "/review R-2", "/history TX-1"):
            self.show(self.dov.say(line))

    def _asked(self) -> None:
        """Words are added, a question is asked and answered; it is approved."""
        form = opened(self.member.say("/report"))
        values = {"what": "Texas counts its reservoirs", "link": LINKS[0], "anonymous": self.anonymous}
        answered(send_opening(self.member, form, "1000000000000000001", **values))
        answered(send_opening(later(self.member, 30), form, "1000000000000000001", **values))
        self.pass_(10)
        assert self.member.say("/report").form
        answered(self.member.fill(opened(self.member.say("/answer R-1")), details="It was on a Monday"))
        self.pass_(20)
        self.show(act(self.dov, "R-1", "Claim"))
        self.show(act(self.dov, "R-1", "Ask", question="Which Monday?"))
        self.pass_(5)
        assert "Which Monday?" in words(self.member.say("/reports R-1"))
        answered(self.member.fill(opened(self.member.say("/answer R-1")), details="The first one"))
        self.pass_(5)
        self.show(act(self.dov, "R-1", "Edit", title="Texas counts all its reservoirs"))
        self.show(approve(self.dov, "R-1"))
        answered(self.member.say("/reports"))

    def _followed_and_withdrawn(self) -> None:
        ben = member(self.talk, "ben")
        self.show(send(ben, link=LINKS[1], about="TX"))
        self.pass_(10)
        assert "Already in review" in answered(self.send(LINKS[1], "Texas counts them again")).title
        self.pass_(10)
        assert "R-3" in answered(self.send(LINKS[2], "Texas sells its reservoirs")).title
        self.pass_(1)
        answered(self.member.say("/withdraw R-3"))
        self.pass_(20)
        self.show(self.dov.say("/member note report:R-2 words:writes often"))
        self.show(reject(self.dov, "R-2"))
        answered(self.member.say("/reports"))

    def _refused(self) -> None:
        """What cannot be taken comes back in the form; what comes too often is refused."""
        self.pass_(10)
        assert problem(self.send("javascript:alert(1)", "Texas " * 60)) == "not_understood"
        assert problem(self.send(LINKS[3], "Texas counts")) == "too_often"
        assert problem(self.member.say("/review")) == "forbidden"

    def _banned(self) -> None:
        self.pass_(10)
        assert "R-4" in answered(self.send(LINKS[4], "Texas counts them every day")).title
        self.pass_(20)
        self.show(self.dov.say("/member ban report:R-4 words:the same every day"))
        assert "set aside" in words(answered(self.member.say("/reports R-4")))
        self.pass_(10)
        assert problem(self.send(LINKS[5], "Texas counts them once more")) == "forbidden"
        self.pass_(10)
        openly = send(self.member, link=LINKS[6], what="Texas counts", anonymous="no")
        assert problem(openly) == "forbidden", "and not under their name either"


def both_ways(story: Story) -> None:
    """The same person under their name, too: that is on file, and must not lead to what was anonymous."""
    story.pass_(60)
    story.anonymous = "no"
    answered(story.send(LINKS[7], "Texas buys a reservoir"))
    story.pass_(60)
    story.anonymous = "yes"
    answered(story.send(LINKS[8], "Texas buys another reservoir"))
    story.pass_(60)
    answered(story.member.fill(opened(story.member.say("/answer R-2")), details="It was on a Monday"))
    story.pass_(60)
    answered(send(member(story.talk, "ben"), link=LINKS[9], about="TX"))
    story.pass_(60)
    answered(story.send(LINKS[9], "Texas sells a reservoir"))


def main(address: str, folder: str, platform: str, how: str) -> None:
    """The story, with everything logged that can be."""
    log.set_up("DEBUG")
    database = Database(read_url(address))
    story = Story(database, Path(folder), platform, how)
    if how == "both":
        both_ways(story)
    else:
        story.tell()
    mine = account(platform)
    names = {use.name: pseudonym(story.secret(), mine, use) for use in Use}
    sys.stdout.write(json.dumps({"seen": story.seen, "pseudonyms": names}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
