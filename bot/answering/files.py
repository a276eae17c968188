"""Where a platform keeps the files that people send: nothing is ever fetched from anywhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import aiohttp
import yarl

from bot.domain.review.reports import LARGEST_FILE

LONGEST_ADDRESS = 2000
"""Characters; a platform's own, signatures and all, have a few hundred."""
_PIECE = 64 * 1024
_GONE = (403, 404, 410)
"""What is answered where there is nothing (any more), or the address' signature has run out."""
_OK = 200


class FileUnavailableError(Exception):
    """A file cannot be had now, perhaps another time. Its text is a kind of error, without an address."""


class FileSource(Protocol):
    """The files of one platform."""

    @property
    def platform(self) -> str:
        """Its name, as it stands with files."""

    def knows(self, address: str) -> bool:
        """Whether a file can be there."""

    async def content(self, address: str) -> bytes | None:
        """The bytes; None where there will never be any, or more than LARGEST_FILE.

        Raises FileUnavailableError. It may take as long as the network does.
        """


@dataclass(frozen=True, slots=True)
class HostedFiles:
    """Implements FileSource: files on hosts of the platform, at addresses that are enough to get them."""

    platform: str
    origins: frozenset[str]
    """`https://files.example.org`."""

    def knows(self, address: str) -> bool:
        """Whether it is on one of the hosts, read as whoever fetches it reads it."""
        return self._url(address) is not None

    async def content(self, address: str) -> bytes | None:
        """What is there, with nothing of ours sent along."""
        url = self._url(address)
        try:
            return None if url is None else await _download(url)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise FileUnavailableError(type(error).__name__) from error

    def _url(self, address: str) -> yarl.URL | None:
        try:
            url = yarl.URL(address)
            known = url.absolute and str(url.origin()) in self.origins
        except ValueError:
            return None
        # An origin leaves names out, and no address of a platform's has one.
        plain = url.user is None and url.password is None
        return url if known and plain and len(address) <= LONGEST_ADDRESS else None


async def _download(url: yarl.URL) -> bytes | None:
    # A session of its own: that of an API is for the API. What is packed could unpack to anything.
    plain = {"Accept-Encoding": "identity"}
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False) as session,
        session.get(url, headers=plain, allow_redirects=False) as response,
    ):
        if response.status in _GONE:
            return None
        if response.status != _OK or "Content-Encoding" in response.headers:
            raise aiohttp.ClientPayloadError
        content = bytearray()
        async for piece in response.content.iter_chunked(_PIECE):
            content += piece
            if len(content) > LARGEST_FILE:
                return None
        return bytes(content)
