"""Settings from the environment and from fiftywire.toml: which wins, and one sentence for what is wrong."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.errors import ConfigurationError
from bot.settings import DiscordSettings, Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"
SECRET = "s3cret-Pa55w0rd"


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without fiftywire.toml, an environment without FIFTYWIRE_*."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.upper().startswith("FIFTYWIRE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)


def toml(text: str) -> None:
    Path("fiftywire.toml").write_text(text, encoding="utf-8")


def refusal(read: Callable[[], object] = read_settings) -> str:
    """The sentence, which names the setting and never what it was set to."""
    with pytest.raises(ConfigurationError) as caught:
        read()
    message = caught.value.message
    assert re.fullmatch(r"[^\n]{10,200}[.?]", message), message
    assert SECRET not in message
    return message


def test_without_any_setting_everything_is_in_the_users_data_folder(tmp_path: Path) -> None:
    settings = read_settings()
    assert settings.folder == tmp_path / "home" / ".local" / "share" / "fiftywire"
    assert settings.address() == f"sqlite:///{settings.folder}/fiftywire.db"
    assert settings.log_level == "WARNING"


def test_the_file_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    toml('data_dir = "from-file"\nlog_level = "INFO"')
    monkeypatch.setenv("FIFTYWIRE_DATA_DIR", "from-environment")
    settings = read_settings()
    assert settings.folder == tmp_path / "from-environment"
    assert settings.log_level == "INFO"
    monkeypatch.setenv("FIFTYWIRE_DATA_DIR", "")
    assert read_settings().folder == tmp_path / "from-file", "empty is as if it were not set"


def test_a_home_is_written_with_a_tilde(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FIFTYWIRE_DATA_DIR", "~/here")
    assert read_settings().folder == tmp_path / "home" / "here"


@pytest.mark.parametrize("name", ["what?x=1", "100%41", "#1", "é ö", "a+b", "a&b;c", "[x]"])
def test_any_folder_is_found_again_in_the_address(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from storage.engines import read_url

    monkeypatch.setenv("FIFTYWIRE_DATA_DIR", str(tmp_path / name))
    assert read_url(read_settings().address()).database == str(tmp_path / name / "fiftywire.db")


def test_a_secret_may_be_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://u:p@h/d\n", encoding="utf-8")
    monkeypatch.setenv("FIFTYWIRE_DATABASE_URL_FILE", "url")
    assert read_settings().address() == "postgresql://u:p@h/d"
    monkeypatch.setenv("FIFTYWIRE_DATABASE_URL", f"postgresql://u:{SECRET}@h/d")
    assert refusal() == "Set FIFTYWIRE_DATABASE_URL or FIFTYWIRE_DATABASE_URL_FILE, not both."


def test_secrets_are_not_shown_by_accident(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIFTYWIRE_DATABASE_URL", f"postgresql://u:{SECRET}@h/d")
    settings = read_settings()
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings.model_dump())
    assert SECRET in settings.address()


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe", f"x\n{SECRET}".encode()])
def test_a_secret_file_that_cannot_be_used(
    content: bytes | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "url").write_bytes(content)
    monkeypatch.setenv("FIFTYWIRE_DATABASE_URL_FILE", "url")
    assert "FIFTYWIRE_DATABASE_URL_FILE" in refusal(lambda: read_settings().address())


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("log_level = 3", "log_level"),
        (f'data_dir = ["{SECRET}"]', "data_dir"),
        (f'database_url = {{ host = "{SECRET}" }}', "database_url"),
        (f'nosuch = "{SECRET}"', "nosuch"),
        (f'[database]\nurl = "{SECRET}"', "database"),
        (f'x = = "{SECRET}"', "fiftywire.toml"),
        (f'log_level = "{SECRET}"', "FIFTYWIRE_LOG_LEVEL"),
        (f'data_dir = "{SECRET}\\u0000"', "FIFTYWIRE_DATA_DIR"),
        (f'database_url = "sqlite:///{SECRET}\\u0000"', "FIFTYWIRE_DATABASE_URL"),
        (f'database_url_file = "{SECRET}\\u001b"', "FIFTYWIRE_DATABASE_URL_FILE"),
        (f'data_dir = "~{SECRET}/x"', "FIFTYWIRE_DATA_DIR"),
        (f'database_url_file = "~{SECRET}/x"', "FIFTYWIRE_DATABASE_URL_FILE"),
    ],
)
def test_what_is_wrong_is_named_and_never_repeated(text: str, named: str) -> None:
    toml(text)

    def use() -> None:
        settings = read_settings()
        settings.address()
        _ = settings.folder

    assert named in refusal(use)


def test_a_file_that_is_no_text_is_refused() -> None:
    Path("fiftywire.toml").write_bytes(b"\xff\xfe\x00")
    assert refusal() == "fiftywire.toml cannot be read; it must be a TOML file."


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("FIFTYWIRE_DATABASE_ULR", "FIFTYWIRE_DATABASE_URL"),
        ("FIFTYWIRE_DATABASEURL", "FIFTYWIRE_DATABASE_URL"),
        ("FIFTYWIRE_DATA_DRI", "FIFTYWIRE_DATA_DIR"),
        ("FIFTYWIRE_LOGLEVEL", "FIFTYWIRE_LOG_LEVEL"),
    ],
)
def test_a_slip_in_a_name_is_not_passed_over(given: str, meant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(given, SECRET)
    assert refusal() == f"There is no setting {given}. Did you mean {meant}?"


# --- Discord


def test_discord_is_served_only_with_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().discord() is None
    monkeypatch.setenv("FIFTYWIRE_DISCORD_API", "http://127.0.0.1:8080")
    assert read_settings().discord() is None
    monkeypatch.setenv("FIFTYWIRE_DISCORD_TOKEN", "")
    assert read_settings().discord() is None
    monkeypatch.setenv("FIFTYWIRE_DISCORD_TOKEN", f" {SECRET}\n")
    assert read_settings().discord() == DiscordSettings(SECRET, "http://127.0.0.1:8080")
    monkeypatch.delenv("FIFTYWIRE_DISCORD_API")
    assert read_settings().discord() == DiscordSettings(SECRET, None)


def test_the_discord_token_may_be_a_file_and_not_both(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(f"{SECRET}\n", encoding="utf-8")
    monkeypatch.setenv("FIFTYWIRE_DISCORD_TOKEN_FILE", "token")
    assert read_settings().discord() == DiscordSettings(SECRET, None)
    monkeypatch.setenv("FIFTYWIRE_DISCORD_TOKEN", SECRET)
    assert refusal() == "Set FIFTYWIRE_DISCORD_TOKEN or FIFTYWIRE_DISCORD_TOKEN_FILE, not both."


def test_the_discord_token_is_not_shown_by_accident(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIFTYWIRE_DISCORD_TOKEN", SECRET)
    settings = read_settings()
    for shown in (repr(settings), str(settings.model_dump()), repr(settings.discord())):
        assert SECRET not in shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DISCORD_TOKEN", f"Bot {SECRET}"),
        ("DISCORD_TOKEN", f"{SECRET}\x1b"),
        ("DISCORD_TOKEN_FILE", f"no-such-{SECRET}"),
        ("DISCORD_API", SECRET),
        ("DISCORD_API", f"ftp://{SECRET}"),
        ("DISCORD_API", f"https://{SECRET} x"),
        ("DISCORD_API", "https://"),
        ("DISCORD_API", f"https://{SECRET}/api?x=1"),
        ("DISCORD_API", f"https://{SECRET}/api#x"),
    ],
)
def test_a_discord_setting_that_cannot_be_is_named(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name == "DISCORD_API":
        monkeypatch.setenv("FIFTYWIRE_DISCORD_TOKEN", SECRET)
    monkeypatch.setenv(f"FIFTYWIRE_{name}", value)
    assert f"FIFTYWIRE_{name} " in refusal(lambda: read_settings().discord())


def test_names_of_other_versions_and_tools_are(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_TOKEN", "SLACK_API", "SOAK_SECONDS", "LOG_FILE"):
        monkeypatch.setenv(f"FIFTYWIRE_{name}", "x")
    read_settings()


def test_every_setting_is_documented_and_nothing_else_is() -> None:
    text = DOCS.read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `FIFTYWIRE_([A-Z_]+)` \|", text, re.MULTILINE))
    assert documented == {name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        assert f"`{name}`" in text, "its name in fiftywire.toml"
        if isinstance(field.default, str):
            assert f"`{field.default}`" in text
