"""Answers that say why there is none."""

from __future__ import annotations

from bot.messages.reply import Problem, Reply, Visibility


def problem_reply(code: str, sentence: str, option: str = "") -> Reply:
    """A problem, for the asker alone; `option` is the one that it is about, if any."""
    return Reply(text=sentence, visibility=Visibility.ASKER, problem=Problem(code, sentence, option))


FAILED = problem_reply("internal", "Something went wrong here. It has been logged; please try again.")
