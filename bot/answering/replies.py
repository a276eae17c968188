"""What is said to an asker when there is no answer."""

from __future__ import annotations

from bot.messages.reply import Problem, Reply, Visibility


def notice(code: str, sentence: str) -> Reply:
    """A problem, for the asker alone."""
    return Reply(text=sentence, visibility=Visibility.ASKER, problem=Problem(code, sentence))


PRESS_AGAIN = notice("busy", "Fiftywire is busy. Please press again in a moment.")
FAILED = notice("internal", "Something went wrong here. It has been logged; please try again.")
STOPPING = notice("stopping", "Fiftywire is being restarted. Please ask again in a minute.")
