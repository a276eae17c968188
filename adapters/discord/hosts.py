"""Where Discord keeps the files that people send."""

from __future__ import annotations

from typing import Final

from adapters.discord.inbound import PLATFORM
from bot.answering.files import HostedFiles

DISCORD_FILES: Final = HostedFiles(
    PLATFORM, frozenset({"https://cdn.discordapp.com", "https://media.discordapp.net"})
)
"""(reference: CDN endpoints; `url` and `proxy_url` of an attachment)"""
