"""A process that sends over a real connection and dies at a chosen step, and a platform to send to."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from bot.commands.every import build_registry
from bot.domain.deliveries import CannotTell, Sent, Unknown
from bot.outbox.worker import Worker
from storage.database import Database
from tests.crash.child import NEVER, Child, Fuse, _processes

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from multiprocessing.connection import Connection

    from sqlalchemy import URL

    from bot.domain.deliveries import Delivery, Finding, Outcome
    from bot.messages.message import Message


@dataclass
class Server:
    """A platform. It knows keys again for ever, or never if `forgets`."""

    forgets: bool
    posts: dict[str, list[str]] = field(default_factory=dict)
    """By key, the names of all messages that were made for it."""
    says: dict[str, str] = field(default_factory=dict)
    """What each message says."""
    changes: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def handle(self, request: dict[str, str]) -> str:
        """The name of the message that was made, or changed, or made before."""
        key, target, content = request["key"], request["target"], request["content"]
        with self.lock:
            if target:
                self.changes[key] += 1
                self.says[target] = content
                return target
            made = self.posts.setdefault(key, [])
            if not made or self.forgets:
                made.append(f"message {len(self.says) + 1}")
                self.says[made[-1]] = content
            return made[-1]

    def __enter__(self) -> Server:
        outer = self

        class Handler(StreamRequestHandler):
            def handle(self) -> None:
                with suppress(ConnectionError):  # whoever asked may be dead
                    for line in self.rfile:
                        self.wfile.write(f"{outer.handle(json.loads(line))}\n".encode())

        self._server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])


@dataclass
class SocketSender:
    """Implements `bot.outbox.sending.Sender`; each request and each answer is a step that may be the last."""

    port: int
    same_key: timedelta
    fuse: Fuse
    platform: str = "discord"

    async def prepare(self) -> None:
        """Nothing to do."""

    def seal(self, message: Message, delivery: Delivery) -> bytes:  # noqa: ARG002 - the protocol's signature
        """The words."""
        return message.text.encode()

    async def send(self, delivery: Delivery) -> Outcome:
        """One request, on a connection of its own."""
        assert delivery.sealed
        request = {"key": delivery.key, "target": delivery.target, "content": delivery.sealed.decode()}
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            self.fuse.step()
            writer.write(json.dumps(request).encode() + b"\n")
            await writer.drain()
            self.fuse.step()
            name = (await reader.readline()).decode().strip()
            self.fuse.step()
            writer.close()
        except ConnectionError:
            return Unknown()
        return Sent(name) if name else Unknown()

    async def find(self, _: Delivery) -> Finding:
        """The server is not asked."""
        return CannotTell()


def run(url: URL, burns_at: int, port: int, now: datetime, same_key: timedelta, told: Connection) -> None:
    """One pass; tells how many steps it took."""
    database = Database(url)
    fuse = Fuse(burns_at)
    event.listen(database._writer, "before_cursor_execute", fuse.step)
    event.listen(database._writer, "commit", fuse.commit)
    sender = SocketSender(port, same_key, fuse)
    asyncio.run(Worker(database, build_registry().codec, sender).work(now))
    told.send((fuse.sent, fuse.commits))
    database.close()


def start(url: URL, server: Server, now: datetime, same_key: timedelta, burns_at: int = NEVER) -> Child:
    """Start a process for one pass."""
    receiving, sending = _processes.Pipe(duplex=False)
    arguments: tuple[Any, ...] = (url, burns_at, server.port, now, same_key, sending)
    process = _processes.Process(target=run, args=arguments)
    process.start()
    sending.close()
    return Child(process, receiving)
