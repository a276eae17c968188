"""Where Discord keeps the files that people send: nothing is ever fetched from anywhere else."""

from __future__ import annotations

from typing import Final

import yarl

FILE_HOSTS: Final = frozenset({"https://cdn.discordapp.com", "https://media.discordapp.net"})
"""Origins (reference: CDN endpoints; `url` and `proxy_url` of an attachment)."""
LONGEST_ADDRESS = 2000
"""Characters; Discord's own, signatures and all, have a few hundred."""


def file_address(text: str, hosts: frozenset[str] = FILE_HOSTS) -> yarl.URL | None:
    """The address of a file on one of the hosts, read as whoever fetches it reads it; else None."""
    try:
        url = yarl.URL(text)
        known = url.absolute and str(url.origin()) in hosts
    except ValueError:
        return None
    # An origin leaves names out, and no address of Discord's has one.
    plain = url.user is None and url.password is None
    return url if known and plain and len(text) <= LONGEST_ADDRESS else None
