"""One call on a chat platform, from the question to the answer: what an adapter has to bring."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Protocol

from bot.messages.reply import Visibility

if TYPE_CHECKING:
    from bot.commands.spec import Invocation
    from bot.messages.form import Form
    from bot.messages.reply import Reply


class Acknowledgement(Enum):
    """What the platform was told so far; it fixes what the answer can be."""

    NONE = "none"
    PUBLIC = "public"
    """A placeholder that everyone sees."""
    PRIVATE = "private"
    """A placeholder that the asker alone sees."""
    UPDATE = "update"
    """Nothing that is seen: the message with the button will be edited."""


class Surface(Enum):
    """The message from which somebody asks, by a button, a list or a form that a button opened."""

    NONE = "none"
    """There is none: a command was typed."""
    SHARED = "shared"
    PRIVATE = "private"
    """The asker alone sees it; the outbox knows nothing of it."""


class Placement(Enum):
    """Where an answer goes."""

    ANSWER = "answer"
    """A message of its own, in place of the placeholder if there is one."""
    IN_PLACE = "in place"
    """It replaces the message from which it was asked."""
    CARD = "card"
    """Shown on the posted card at once or not at all: the outbox brings the card up to date, and an answer
    that came later would put an older state there."""
    APART = "apart"
    """A message to the asker alone besides what was acknowledged; a placeholder is removed first."""


def placement(reply: Reply, surface: Surface, acknowledged: Acknowledgement, *, updates: bool) -> Placement:
    """Where `reply` goes. `updates`: it was asked for in order to change the message of `surface`.

    What one person alone may see never stands where everyone looks, and a problem replaces nothing.
    """
    private = reply.visibility is Visibility.ASKER
    if updates and reply.problem is None and (surface is Surface.PRIVATE or not private):
        return Placement.CARD if reply.updates_card and surface is Surface.SHARED else Placement.IN_PLACE
    if acknowledged is Acknowledgement.UPDATE or (acknowledged is Acknowledgement.PUBLIC and private):
        return Placement.APART
    return Placement.ANSWER


class Conversation(Protocol):
    """One call, seen by `Answering`. Methods raise AnswerError where the platform or the network fails."""

    @property
    def invocation(self) -> Invocation:
        """Who asks what, from where; `now` is the platform's own timestamp."""

    @property
    def surface(self) -> Surface:
        """The message from which it was asked."""

    async def acknowledge(self, how: Acknowledgement) -> None:
        """Tell the platform that an answer will follow. Called at most once."""

    async def open_form(self, form: Form) -> None:
        """Show a form, as the first answer."""

    async def say(self, reply: Reply, where: Placement, acknowledged: Acknowledgement) -> None:
        """Give the answer. Never called for a CARD once the call was acknowledged."""


class Failure(Enum):
    """Why the platform has not taken an answer."""

    UNREACHED = "unreached"
    """The network failed, or it did not reply in time."""
    UNAVAILABLE = "unavailable"
    """A rate limit, or a fault of its own: to be tried again."""
    INVALID = "invalid"
    """This answer is malformed; another one can be taken."""
    GONE = "gone"
    """Nothing more can be said: the call is unknown, or its token expired."""
    REFUSED = "refused"
    """Any other refusal."""

    @property
    def is_transient(self) -> bool:
        """Whether the same request can succeed a little later."""
        return self in (Failure.UNREACHED, Failure.UNAVAILABLE)


class AnswerError(Exception):
    """An answer was not taken. `detail` goes to the log: a status, a kind of error, nobody's words."""

    def __init__(self, failure: Failure, detail: str) -> None:
        super().__init__(detail)
        self.failure = failure
        self.detail = detail
