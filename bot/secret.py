"""The key that makes pseudonyms: the operator's, or one made at first need beside the database."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import ConfigurationError

if TYPE_CHECKING:
    from bot.settings import Settings

NAME = "fiftywire.key"
_SHORTEST = 16


def secret_key(settings: Settings, folder: Path) -> bytes:
    """The key. Raises ConfigurationError when it cannot be read, made, or is too short to keep a secret.

    A key that is made lies in `folder`, for its owner's eyes only, and belongs into every backup.
    """
    if settings.secret_key is not None:
        return _long_enough(settings.secret_key.get_secret_value(), "FIFTYWIRE_SECRET_KEY")
    if settings.secret_key_file is not None:
        return _long_enough(_read(settings.secret_key_file), "FIFTYWIRE_SECRET_KEY_FILE")
    file = folder / NAME
    try:
        if not file.exists():
            _make(file)
    except OSError as error:
        raise ConfigurationError(f"The key file {NAME} cannot be made: {error.strerror}.") from error
    return _long_enough(_read(file), NAME)


def _make(file: Path) -> None:
    """Put a whole key in place at once: nobody ever reads half of one, and the first of several stays."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{NAME}.")  # for its owner alone
    try:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_hex(32))
            out.flush()
            os.fsync(out.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(name, file)
    finally:
        Path(name).unlink()


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(f"The key file {file.name} cannot be read.") from None


def _long_enough(key: str, name: str) -> bytes:
    if len(key) < _SHORTEST:
        raise ConfigurationError(f"The key in {name} is shorter than {_SHORTEST} characters.")
    return key.encode()
