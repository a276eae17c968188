"""How a database address is read, and that it never gives a password away."""

from __future__ import annotations

import pytest

from bot.errors import ConfigurationError
from storage.database import Database
from storage.engines import read_url


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("sqlite:////srv/fiftywire.db", "sqlite:////srv/fiftywire.db"),
        (" sqlite:////srv/fiftywire.db\n", "sqlite:////srv/fiftywire.db"),
        ("sqlite:///here.db", "sqlite:///here.db"),
        ("sqlite:///~/fifty%20wire.db", "sqlite:///~/fifty wire.db"),
        ("sqlite+pysqlite:////srv/a.db", "sqlite:////srv/a.db"),
        ("postgresql://u:p@db/wire", "postgresql+psycopg://u:p@db/wire"),
        ("postgres://u:p@db:6432/wire", "postgresql+psycopg://u:p@db:6432/wire"),
        ("postgresql+psycopg://db/wire?sslmode=require", "postgresql+psycopg://db/wire?sslmode=require"),
    ],
)
def test_addresses_that_are_understood(text: str, meant: str) -> None:
    assert read_url(text).render_as_string(hide_password=False) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "/srv/fiftywire.db",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///file:shared?mode=memory",
        "sqlite:////srv/a.db?timeout=900&isolation_level=None",
        "sqlite://srv/fiftywire.db",
        "sqlite://me:s3cret@srv/fiftywire.db",
        "mysql://u:s3cret@db/wire",
        "postgresql+asyncpg://u:s3cret@db/wire",
        "sqlite+aiosqlite:////srv/a.db",
        "postgresql://u:s3cret@db:port/wire",
        "postgresql:u:s3cret@db/wire",
    ],
)
def test_addresses_that_are_refused_in_one_sentence_without_the_password(text: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_url(text)
    assert refused.value.message.startswith("FIFTYWIRE_DATABASE_URL")
    assert "\n" not in refused.value.message
    assert "s3cret" not in refused.value.message


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://u:s3cret@db/wire",
        "postgresql://db/wire?user=u&password=s3cret",
        "postgresql://u@db/wire?sslpassword=s3cret&passfile=/s3cret",
    ],
)
def test_an_address_is_described_without_what_is_secret(text: str) -> None:
    database = Database(read_url(text))
    assert "s3cret" not in database.described
    assert "db/wire" in database.described
    database.close()
