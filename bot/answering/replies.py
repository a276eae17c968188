"""What is said to an asker whose call cannot be taken now."""

from __future__ import annotations

from bot.messages.problems import problem_reply

PRESS_AGAIN = problem_reply("busy", "Fiftywire is busy. Please press again in a moment.")
STOPPING = problem_reply("stopping", "Fiftywire is being restarted. Please ask again in a minute.")
