"""What the operator or the machine lacks: one sentence on standard error, the exit status of its class."""

from __future__ import annotations

import json
import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.child import Fiftywire

SECRET = "s3cret-Pa55w0rd"


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "://",
        f"mysql://u:{SECRET}@h/d",
        f"postgresql+asyncpg://u:{SECRET}@h/d",
        f"postgresql://u:{SECRET}@h:port/d",
        f"http://{SECRET}",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///%00",
        "sqlite:////srv/x.db?mode=ro",
    ],
)
def test_an_address_that_is_none(url: str, newcomer: Fiftywire) -> None:
    sentence = newcomer.having(database_url=url).here("ask", "/about").refused(3)
    assert "FIFTYWIRE_DATABASE_URL" in sentence
    assert SECRET not in sentence
    assert not list(newcomer.home.iterdir())


@pytest.mark.parametrize(
    "settings",
    [
        {"log_level": SECRET},
        {"database_url_file": "/nonexistent"},
        {"database_url": "sqlite:////x/y.db", "database_url_file": "z"},
        {"database_ulr": SECRET},
    ],
)
def test_a_wrong_setting(settings: dict[str, str], newcomer: Fiftywire) -> None:
    sentence = newcomer.having(**settings).here("chat").refused(3)
    assert "FIFTYWIRE_" in sentence
    assert SECRET not in sentence


def test_a_wrong_file_of_settings(newcomer: Fiftywire) -> None:
    (newcomer.folder / "fiftywire.toml").write_text(f'nosuch = "{SECRET}"', encoding="utf-8")
    assert (
        newcomer.run("export", "-").refused(3) == "fiftywire.toml has a setting “nosuch” that does not exist."
    )


def test_the_file_of_settings_is_used_and_the_environment_wins(
    newcomer: Fiftywire, reader: Fiftywire
) -> None:
    shutil.copy(reader.data, newcomer.home / "mine.db")
    text = f'database_url = "sqlite:///{newcomer.home}/mine.db"\nlog_level = "nonsense"\n'
    (newcomer.folder / "fiftywire.toml").write_text(text, encoding="utf-8")
    done = newcomer.having(log_level="info").run("ask", "/about")
    assert (done.status, done.err) == (0, "")


def test_an_address_in_a_file_of_its_own(newcomer: Fiftywire) -> None:
    (newcomer.folder / "url").write_text(f"postgresql://u:{SECRET}@127.0.0.1:1/d\n", encoding="utf-8")
    sentence = newcomer.having(database_url_file="url").here("ask", "/about").refused(4)
    assert "cannot be reached" in sentence
    assert SECRET not in sentence


def test_with_json_a_document_says_it_as_well(newcomer: Fiftywire) -> None:
    for settings, status, code in (
        ({"database_url": "nonsense"}, 3, "configuration"),
        ({"database_url": f"postgresql://u:{SECRET}@127.0.0.1:1/d"}, 4, "database"),
    ):
        done = newcomer.having(**settings).here("ask", "--json", "/about")
        assert done.status == status
        assert done.document["error"]["code"] == code
        assert done.err == f"{done.document['error']['message']}\n"
        assert SECRET not in done.out


def test_a_key_that_is_too_short_keeps_nobody_from_what_needs_none(writer: Fiftywire) -> None:
    somebody = writer.having(secret_key="short")
    assert somebody.run("ask", "/about").status == 0
    assert "FIFTYWIRE_SECRET_KEY is shorter than" in somebody.run("ask", "/reports").refused(3)


def test_a_database_that_cannot_be_reached(newcomer: Fiftywire) -> None:
    for arguments in (["chat"], ["export", "-"], ["import", "--starter"]):
        url = f"postgresql+psycopg://u:{SECRET}@127.0.0.1:1/d?password={SECRET}"
        sentence = newcomer.having(database_url=url).here(*arguments).refused(4)
        assert SECRET not in sentence


def test_a_path_below_a_file(newcomer: Fiftywire) -> None:
    (newcomer.home / "file").touch()
    newcomer.having(data_dir=newcomer.home / "file").here("ask", "/about").refused(4)
    newcomer.having(database_url=f"sqlite:///{newcomer.home}/file/x/y.db").here("ask", "/about").refused(4)


def test_a_folder_where_the_file_should_be(newcomer: Fiftywire) -> None:
    newcomer.having(database_url=f"sqlite:///{newcomer.home}").here("ask", "/about").refused(4)


def test_a_file_that_is_no_database(newcomer: Fiftywire) -> None:
    file = newcomer.home / "notes.txt"
    file.write_text("These are my notes.\n" * 100, encoding="utf-8")
    newcomer.having(database_url=f"sqlite:///{file}").here("ask", "/about").refused(4)
    assert file.read_text(encoding="utf-8").startswith("These are my notes.")


def test_somebody_elses_database(newcomer: Fiftywire) -> None:
    file = newcomer.home / "other.db"
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE songs (title TEXT)")
    other.close()
    assert "songs" in newcomer.having(database_url=f"sqlite:///{file}").here("ask", "/about").refused(4)


def test_a_database_from_a_newer_version(writer: Fiftywire) -> None:
    with sqlite3.connect(writer.data) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    assert "newer Fiftywire" in writer.here("ask", "/state IL").refused(4)


def held(file: Path) -> sqlite3.Connection:
    """What another process does that keeps the database to itself."""
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    return holder


def test_a_first_load_beside_a_holder_gives_up_with_a_sentence(newcomer: Fiftywire) -> None:
    newcomer.data.parent.mkdir(parents=True)
    holder = held(newcomer.data)
    sentence = newcomer.here("ask", "/state IL").refused(4)
    holder.close()
    assert "try again" in sentence
    assert newcomer.here("ask", "/state IL").status == 0


def test_looking_up_goes_on_beside_a_holder_and_importing_does_not(writer: Fiftywire) -> None:
    holder = held(writer.data)
    assert writer.here("ask", "/state IL").status == 0
    (writer.folder / "a.csv").write_text("key\n", encoding="utf-8")
    assert writer.here("import", "a.csv").status == 0
    done = writer.here("import", "--starter", "--yes", "--theirs")
    holder.close()
    assert done.status == 0, "nothing to write, nothing to wait for"


def test_the_log_is_json_on_standard_error(reader: Fiftywire) -> None:
    done = reader.having(log_level="debug").run("ask", "--json", "/about")
    assert done.document["error"] is None
    for line in done.err.splitlines():
        assert list(json.loads(line))[:4] == ["at", "level", "logger", "message"]
