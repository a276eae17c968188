"""Settings: FIFTYWIRE_* variables, or fiftywire.toml where the command runs."""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from platformdirs import user_data_path
from pydantic import SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot.errors import ConfigurationError

_FILE = Path("fiftywire.toml")
_PREFIX = "FIFTYWIRE_"
_ADDRESS = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?", re.IGNORECASE)
_ALSO_AS_FILE = ("database_url", "secret_key", "discord_token")
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True, slots=True)
class DiscordSettings:
    """The bot's token, and where the API is if not at Discord's own address."""

    token: str = field(repr=False)
    api: str | None


class Settings(BaseSettings):
    """Everything an operator can set. The names in the environment have FIFTYWIRE_ in front."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, extra="forbid", toml_file=_FILE, env_ignore_empty=True
    )

    data_dir: Path | None = None
    """Where the SQLite database and the history of the chat live. Default: the user's data folder."""
    database_url: SecretStr | None = None
    """Where the catalogue lives; it may hold a password. Default: fiftywire.db in the data folder."""
    database_url_file: Path | None = None
    """A file whose text is the database address, for secrets that are mounted."""
    secret_key: SecretStr | None = None
    """The key of the pseudonyms that stand for people in counts. Default: made once, in the data folder."""
    secret_key_file: Path | None = None
    """A file whose text is that key."""
    discord_token: SecretStr | None = None
    """The token of the Discord bot to run."""
    discord_token_file: Path | None = None
    """A file whose text is that token."""
    discord_api: str | None = None
    """Where Discord's API is, for rate-limit proxies and test servers. Default: Discord's own address."""
    log_level: str = "WARNING"
    """DEBUG, INFO, WARNING or ERROR."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment before the file; no others."""
        del init_settings, dotenv_settings, file_secret_settings
        return env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def folder(self) -> Path:
        """The data folder."""
        return _path("DATA_DIR", self.data_dir or user_data_path("fiftywire", appauthor=False))

    def address(self) -> str:
        """The database address as it was given, or that of the file in the data folder."""
        given = _secret("DATABASE_URL", self.database_url, self.database_url_file)
        return given or f"sqlite:///{quote(str(self.folder / 'fiftywire.db'))}"

    def discord(self) -> DiscordSettings | None:
        """How to run on Discord; None when that is not wanted."""
        token = _secret("DISCORD_TOKEN", self.discord_token, self.discord_token_file)
        if not token:
            return None
        if any(letter.isspace() for letter in token):
            raise ConfigurationError("FIFTYWIRE_DISCORD_TOKEN has a space in it; a token has none.")
        api = self.discord_api and self.discord_api.strip()
        if api and not _ADDRESS.fullmatch(api):
            raise ConfigurationError(
                "FIFTYWIRE_DISCORD_API must be an address like https://discord.com/api/v10, without ? and #."
            )
        return DiscordSettings(token, api)


def read_settings() -> Settings:
    """The settings, or ConfigurationError with one sentence that never repeats a value."""
    _refuse_misspelt()
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        if first["type"] == "extra_forbidden":
            raise ConfigurationError(f"fiftywire.toml has a setting “{name}” that does not exist.") from None
        # All settings are text, and so is everything in the environment.
        raise ConfigurationError(f"In fiftywire.toml, {name} must be text in quotation marks.") from None
    except (OSError, ValueError):
        raise ConfigurationError("fiftywire.toml cannot be read; it must be a TOML file.") from None
    if settings.log_level.upper() not in _LEVELS:
        raise ConfigurationError("FIFTYWIRE_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR.")
    for name in _ALSO_AS_FILE:
        if getattr(settings, name) is not None and getattr(settings, f"{name}_file") is not None:
            setting = f"{_PREFIX}{name.upper()}"
            raise ConfigurationError(f"Set {setting} or {setting}_FILE, not both.")
    if settings.secret_key_file is not None:
        settings.secret_key_file = _path("SECRET_KEY_FILE", settings.secret_key_file)
    return settings


def _refuse_misspelt() -> None:
    """A slip in a name must not end in another database than the operator means."""
    names = [name.upper() for name in Settings.model_fields]
    for given in os.environ:
        if given.startswith(_PREFIX) and (name := given.removeprefix(_PREFIX)) not in names:
            for meant in difflib.get_close_matches(name, names, n=1, cutoff=0.8):
                raise ConfigurationError(f"There is no setting {given}. Did you mean {_PREFIX}{meant}?")


def _secret(name: str, given: SecretStr | None, file: Path | None) -> str:
    """What stands in the setting or in the file that is set in its place; empty when neither is."""
    if given is not None:
        return _readable(name, given.get_secret_value().strip())
    if file is None:
        return ""
    name = f"{name}_FILE"
    try:
        text = _path(name, file).read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(f"{_PREFIX}{name} names a file that cannot be read.") from None
    if not text:
        raise ConfigurationError(f"{_PREFIX}{name} names a file with nothing in it.")
    return _readable(name, text)


def _path(name: str, path: Path) -> Path:
    """The path from the root on."""
    _readable(name, str(path))
    try:
        return path.expanduser().absolute()
    except (OSError, RuntimeError):  # no such user for ~user, no working directory any more
        raise ConfigurationError(f"{_PREFIX}{name} names a place that cannot be found.") from None


def _readable(name: str, text: str) -> str:
    """`text`, if no letter of it is a control character or a byte that was no UTF-8."""
    if any(ord(letter) < 32 or "\ud800" <= letter <= "\udfff" for letter in text):
        raise ConfigurationError(f"{_PREFIX}{name} holds a character that cannot be printed.")
    return text
