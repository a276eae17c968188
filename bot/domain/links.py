"""Links as readers and browsers see them. Nothing here opens one."""

from __future__ import annotations

import unicodedata

import ada_url

from bot.domain.text import clean, shorten

LONGEST_LINK = 2048


def check_link(url: str) -> None:
    """Raise ValueError with a sentence when `url` cannot be a source: http or https, a host, no user name."""
    if len(url.encode(errors="replace")) > LONGEST_LINK:
        raise ValueError(f"the link is longer than {LONGEST_LINK} bytes")
    if any(c.isspace() or unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in url):
        raise ValueError("the link has a space or a character in it that cannot be seen")
    shown = shorten(clean(url), 60)
    try:
        parsed = ada_url.URL(url)
    except ValueError:
        raise ValueError(f"“{shown}” is not a link") from None
    if not url.lower().startswith(("http://", "https://")):
        raise ValueError(f"“{shown}” is not a link that starts with http:// or https://")
    if parsed.username or parsed.password:
        raise ValueError("the link has a user name in it")
    if "." not in (parsed.hostname or "").strip("."):
        raise ValueError(f"“{shown}” names no website")


def host_of(url: str) -> str:
    """The host that a browser would go to, without a leading `www.`; foreign letters show as punycode."""
    try:
        return str(ada_url.URL(url).hostname).removeprefix("www.")
    except ValueError:
        return ""
