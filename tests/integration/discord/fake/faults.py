"""What came in, and what a test lets go wrong: rate limits, errors, dropped and silent connections."""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from tests.integration.discord.fake.messages import File

Headers = dict[str, str]
Trouble = int | Literal["drop", "drop_before", "hang", "hang_after", "delay", "bad_gateway_after"]


@dataclass
class Request:
    """One request as it came in; `path` without the API's address, `status` None until one was sent."""

    method: str
    path: str
    query: dict[str, str]
    json: Any
    files: tuple[File, ...]
    authorization: str | None
    # The JSON as it came in.
    raw: str = ""
    at: float = field(default_factory=time.monotonic)
    status: int | None = None


@dataclass
class Rule:
    """Which requests something happens to: in a glob `*` is one part of a path and `**` any number."""

    method: str
    glob: str

    def __post_init__(self) -> None:
        parts = re.split(r"(\*\*|\*)", self.glob)
        pattern = "".join({"*": "[^/]*", "**": ".*"}.get(part, re.escape(part)) for part in parts)
        self._pattern = re.compile(pattern)

    def matches(self, request: Request) -> bool:
        """Whether it is one of them."""
        return self.method in (request.method, "*") and self._pattern.fullmatch(request.path) is not None


@dataclass
class Fault(Rule):
    """What happens to the next `times` requests (None: to all), the first `after` left out."""

    kind: Trouble
    times: int | None
    after: int
    code: int
    seconds: float
    headers: Headers
    body: Any
    hits: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self._released = asyncio.Event()

    def due(self) -> bool:
        """Count a matching request; whether it is this one's turn."""
        if self.after:
            self.after -= 1
            return False
        if self.times is not None and self.hits >= self.times:
            return False
        self.hits += 1
        return True

    async def wait(self) -> None:
        """Until released, or for a delay until its time has passed."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.seconds if self.kind == "delay" else None):
                await self._released.wait()

    def release(self) -> None:
        """Let go of the connections that hang, and of all to come."""
        self.times = self.hits
        self._released.set()


@dataclass
class Bucket(Rule):
    """A rate limit bucket of so many requests in so many seconds for each major parameter."""

    limit: int
    seconds: float
    used: dict[str, tuple[int, float]] = field(default_factory=dict)

    def take(self, request: Request) -> tuple[Headers, float | None]:
        """The headers of the answer, and for how long the request is refused, if it is."""
        major = "/".join(request.path.split("/")[1:3])
        now = time.time()
        used, ends = self.used.get(major, (0, 0.0))
        if now >= ends:
            used, ends = 0, now + self.seconds
        refused = used >= self.limit
        used += not refused
        self.used[major] = used, ends
        headers = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.limit - used),
            "X-RateLimit-Reset": f"{ends:.3f}",
            "X-RateLimit-Reset-After": f"{ends - now:.3f}",
            "X-RateLimit-Bucket": f"{self.method}:{self.glob}",
        }
        return headers, ends - now if refused else None


def too_many(retry_after: float, *, via: bool = True, is_global: bool = False) -> tuple[Headers, Any]:
    """The headers and the body of a 429: Discord's own, or without `Via` the page that Cloudflare serves."""
    headers = {"Retry-After": str(int(retry_after) + 1)}
    if not via:
        return headers, "<html><title>Access denied</title><body>error code: 1015</body></html>"
    headers |= {"Via": "1.1 google", "X-RateLimit-Scope": "global" if is_global else "user"}
    if is_global:
        headers["X-RateLimit-Global"] = "true"
    return headers, {
        "message": "You are being rate limited.",
        "retry_after": retry_after,
        "global": is_global,
    }


class Faults:
    """The faults, limits and buckets that a test set."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.buckets: list[Bucket] = []

    def fault(
        self,
        method: str,
        glob: str,
        kind: Trouble,
        *,
        times: int | None = 1,
        after: int = 0,
        code: int = 0,
        message: str = "",
        seconds: float = 0.0,
    ) -> Fault:
        """Let requests go wrong.

        A status: nothing is done, the answer is Discord's JSON, for a 5xx without a `code` a page.
        `drop`: done in full, then the connection is cut without an answer; `drop_before`: cut, nothing done.
        `hang`: silent, nothing done; `hang_after`: done, then silent. `delay`: done after `seconds`.
        `bad_gateway_after`: done, but the answer is a 502.
        """
        body: Any = {"message": message or f"{kind}: refused by the test", "code": code}
        if kind == "bad_gateway_after" or (isinstance(kind, int) and kind >= 500 and not code):
            body = "<html><title>Bad gateway</title></html>"
        return self._add(Fault(method, glob, kind, times, after, code, seconds, {}, body))

    def limit(
        self,
        method: str,
        glob: str,
        *,
        retry_after: float,
        times: int | None = 1,
        after: int = 0,
        via: bool = True,
        is_global: bool = False,
    ) -> Fault:
        """Answer 429, as Discord does or, without `via`, as Cloudflare does in front of it."""
        headers, body = too_many(retry_after, via=via, is_global=is_global)
        return self._add(Fault(method, glob, 429, times, after, 0, 0.0, headers, body))

    def bucket(self, method: str, glob: str, *, limit: int, seconds: float) -> Bucket:
        """Count requests, say so in headers as Discord does, and answer 429 beyond the limit."""
        bucket = Bucket(method, glob, limit, seconds)
        self.buckets.append(bucket)
        return bucket

    def trouble(self, request: Request) -> Fault | None:
        """What is to go wrong with a request."""
        return next((fault for fault in self.faults if fault.matches(request) and fault.due()), None)

    def metered(self, request: Request) -> tuple[Headers, float | None]:
        """What the first bucket that counts a request says of it."""
        bucket = next((bucket for bucket in self.buckets if bucket.matches(request)), None)
        return bucket.take(request) if bucket else ({}, None)

    def _add(self, fault: Fault) -> Fault:
        self.faults.append(fault)
        return fault
