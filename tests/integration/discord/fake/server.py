"""The fake Discord itself: REST and gateway on one port, for a bot in this process or another."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web

from tests.integration.discord.fake.faults import Faults, Request, too_many
from tests.integration.discord.fake.messages import ApiError, File
from tests.integration.discord.fake.people import People
from tests.integration.discord.fake.rest import OPEN, ROUTES

if TYPE_CHECKING:
    from types import TracebackType

    from tests.integration.discord.fake.faults import Fault, Headers

API = "/api/v10"
Status = tuple[int, Any]

UNAUTHORIZED: Status = (401, {"message": "401: Unauthorized", "code": 0})
NOT_FOUND: Status = (404, {"message": "404: Not Found", "code": 0})


class FakeDiscord(Faults, People):
    """A small Discord: enter it with `async with`, then point the bot to its `api` and `gateway`."""

    def __init__(self) -> None:
        Faults.__init__(self)
        People.__init__(self)
        self.api = ""
        # All that came in, in order, and of it what no route here answers: a test may ask that there be none.
        self.requests: list[Request] = []
        self.unknown: list[Request] = []
        self._errors: list[Exception] = []
        application = web.Application(client_max_size=32 * 1024 * 1024)
        application.router.add_get("/gateway", self.serve_gateway)
        application.router.add_get("/gateway/resume", self.serve_gateway)
        application.router.add_get("/cdn/{path:.*}", self._serve_file)
        application.router.add_route("*", API + "/{path:.*}", self._serve)
        # A request that hangs was let go before; nothing else takes long.
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.api = f"http://{host}:{port}{API}"
        self.gateway = f"ws://{host}:{port}/gateway"
        self.cdn = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, _: BaseException | None, trace: TracebackType | None
    ) -> None:
        for fault in self.faults:
            fault.release()
        for connection in self.connections:
            connection.close(None)
        await self._runner.cleanup()
        # A route that broke answered 500, which a client retries in silence.
        if self._errors and kind is None:
            raise self._errors[0]

    def sent(self, method: str, path: str) -> list[Request]:
        """The requests that came in by method and path."""
        return [r for r in self.requests if r.method == method and r.path == path]

    async def _serve(self, http: web.Request) -> web.StreamResponse:
        request = await read(http)
        self.requests.append(request)
        self.bell.ring()
        fault = self.trouble(request)
        if fault is not None and fault.kind in ("hang", "delay"):
            await fault.wait()
        if fault is not None and fault.kind in ("hang", "drop_before"):
            return cut(http)
        headers, (status, body) = self._answer(request, fault)
        self.bell.ring()
        if fault is not None and fault.kind == "hang_after":
            await fault.wait()
        if fault is not None and fault.kind in ("hang_after", "drop"):
            return cut(http)
        if fault is not None and fault.kind == "bad_gateway_after":
            status, body = 502, fault.body
        request.status = status
        self.bell.ring()
        return reply(status, headers, body)

    async def _serve_file(self, http: web.Request) -> web.StreamResponse:
        """A file of the CDN, which asks nobody who they are."""
        request = Request("GET", http.path, dict(http.query), None, (), http.headers.get("Authorization"))
        self.requests.append(request)
        self.bell.ring()
        fault = self.trouble(request)
        if fault is not None and fault.kind in ("hang", "delay"):
            await fault.wait()
        if fault is not None and fault.kind in ("hang", "drop_before"):
            return cut(http)
        if fault is not None and isinstance(fault.kind, int):
            return web.Response(status=fault.kind, headers=fault.headers)
        content = self.files.get(http.path)
        if content is None:
            return web.Response(status=404)
        return web.Response(body=content, headers=self.file_headers)

    def _answer(self, request: Request, fault: Fault | None) -> tuple[Headers, Status]:
        """What is answered, the limits and what the test wants first."""
        headers, refused = self.metered(request)
        if refused is not None:
            more, body = too_many(refused)
            return headers | more, (429, body)
        if fault is not None and isinstance(fault.kind, int):
            return headers | fault.headers, (fault.kind, fault.body)
        return headers, self._handle(request)

    def _handle(self, request: Request) -> Status:
        """Do what a request asks for."""
        if not request.path.startswith(OPEN) and request.authorization != f"Bot {self.token}":
            return UNAUTHORIZED
        for method, path, handler in ROUTES:
            found = path.fullmatch(request.path)
            if method == request.method and found:
                try:
                    body = handler(self, request, *found.groups())
                except ApiError as error:
                    return error.status, {"message": error.message, "code": error.code}
                except Exception as error:  # noqa: BLE001 - raised at the end, where the test sees it
                    self._errors.append(error)
                    return 500, {"message": repr(error), "code": 0}
                return (204, None) if body is None else (200, body)
        self.unknown.append(request)
        return NOT_FOUND


async def read(http: web.Request) -> Request:
    """A request with its body, be it JSON or a form with files."""
    raw = ""
    files = []
    if http.content_type == "multipart/form-data":
        for name, part in (await http.post()).items():
            if isinstance(part, web.FileField):
                files.append(File(part.filename, part.file.read()))
                part.file.close()
            elif name == "payload_json":
                raw = str(part)
    elif http.can_read_body:
        raw = (await http.read()).decode()
    body: Any = json.loads(raw) if raw else None
    path = http.path.removeprefix(API)
    query = dict(http.query)
    return Request(http.method, path, query, body, tuple(files), http.headers.get("Authorization"), raw)


def reply(status: int, headers: Headers, body: Any) -> web.Response:
    """An answer. Discord names no charset, and discord.py takes a page with one for Cloudflare's."""
    if body is None:
        return web.Response(status=status, headers=headers)
    if isinstance(body, str):
        return web.Response(status=status, headers=headers, text=body, content_type="text/html")
    return web.Response(
        status=status, headers=headers, body=json.dumps(body).encode(), content_type="application/json"
    )


def cut(http: web.Request) -> web.Response:
    """Drop the connection; the response goes nowhere."""
    if http.transport is not None:
        http.transport.abort()
    return web.Response()
