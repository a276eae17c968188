"""What the bot did with one interaction, as the person who started it would see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.integration.discord.fake.guilds import Channel, User
    from tests.integration.discord.fake.messages import Json, Message
    from tests.integration.discord.fake.world import Bell

# Callback types.
MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9


@dataclass(frozen=True)
class Callback:
    """The initial response."""

    type: int
    data: Json


@dataclass(eq=False)
class Answer:
    """An interaction and all that was answered to it so far."""

    id: int
    token: str
    type: int
    # INTERACTION_CREATE as it was sent.
    payload: Json = field(repr=False)
    channel: Channel = field(repr=False)
    user: User
    bell: Bell = field(repr=False)
    # The message whose component was used, or from which the form was opened.
    source: Message | None = field(repr=False)
    callback: Callback | None = None
    # What `@original` stands for: the answer, its placeholder, or the source itself if the bot updates that.
    original: Message | None = None
    # Whether `@original` was edited or deleted by the interaction's token.
    updated: bool = False
    followups: list[Message] = field(default_factory=list)
    modal: Json | None = None
    choices: list[Json] | None = None
    # Discord's codes for what was not accepted: 10062 too late, 40060 twice, 50027 after 15 minutes, ...
    refused: list[int] = field(default_factory=list)
    # Set it to let the token's 15 minutes pass.
    expired: bool = False

    @property
    def message(self) -> Message | None:
        """What was said last."""
        return self.followups[-1] if self.followups else self.original

    @property
    def final(self) -> bool:
        """Whether there is more than a placeholder or a bare acknowledgement."""
        if self.callback is None:
            return False
        if self.followups:
            return True
        if self.callback.type == DEFERRED_MESSAGE:
            return self.original is not None and not self.original.placeholder
        return self.callback.type != DEFERRED_UPDATE or self.updated

    async def settled(self, timeout: float = 5.0) -> Answer:  # noqa: ASYNC109 - a test's words
        """Wait for something final, and tell what there is instead if it does not come."""
        try:
            await self.bell.until(lambda: self.final, timeout)
        except TimeoutError:
            raise AssertionError(f"nothing final within {timeout} s: {self}") from None
        return self

    def __str__(self) -> str:
        """What happened, for a failing test."""
        shown = [f"callback {self.callback.type}" if self.callback else "no callback"]
        if self.original is not None:
            shown.append("a placeholder" if self.original.placeholder else repr(self.original.text))
            shown += ["deleted"] * self.original.deleted
        shown += [f"follow-up {message.text!r}" for message in self.followups]
        shown += [f"refused with {code}" for code in self.refused]
        return ", ".join(shown)
