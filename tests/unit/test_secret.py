"""The key of the pseudonyms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.community.people import Account, Role, pseudonym
from bot.errors import ConfigurationError
from bot.secret import NAME, secret_key
from bot.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

KEY = "0123456789abcdef"


def settings(monkeypatch: pytest.MonkeyPatch, **given: str) -> Settings:
    for name, value in given.items():
        monkeypatch.setenv(f"FIFTYWIRE_{name.upper()}", value)
    return Settings()


def test_it_is_made_once_and_for_its_owner_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = secret_key(settings(monkeypatch), tmp_path)
    assert len(made) == 64
    assert secret_key(settings(monkeypatch), tmp_path) == made
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600
    assert secret_key(settings(monkeypatch), tmp_path.parent) != made
    (tmp_path.parent / NAME).unlink()


def test_the_operators_key_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "mounted"
    file.write_text(f"{KEY}-file\n")
    assert secret_key(settings(monkeypatch, secret_key_file=str(file)), tmp_path) == f"{KEY}-file".encode()
    assert secret_key(settings(monkeypatch, secret_key=KEY), tmp_path) == KEY.encode()
    assert not (tmp_path / NAME).exists()


@pytest.mark.parametrize("given", [{"secret_key": "short"}, {"secret_key_file": "no-such-file"}])
def test_a_key_that_keeps_no_secret_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: dict[str, str]
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        secret_key(settings(monkeypatch, **given), tmp_path)
    assert "short-" not in refused.value.message


def test_a_folder_that_cannot_be_written_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="cannot be made"):
        secret_key(settings(monkeypatch), tmp_path / "file")


def test_a_pseudonym_stands_for_one_person_of_one_platform_under_one_key() -> None:
    ana = Account("discord", "1", "Ana")
    assert pseudonym(b"k", ana) == pseudonym(b"k", Account("discord", "1", "Renamed", Role.ADMIN))
    others = {pseudonym(b"k", Account("slack", "1", "Ana")), pseudonym(b"k", Account("discord", "11", "Ana"))}
    assert pseudonym(b"k", ana) not in others | {pseudonym(b"other", ana)}
    assert len(others) == 2
