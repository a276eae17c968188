"""Settings: FIFTYWIRE_* variables, or fiftywire.toml where the command runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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


class Settings(BaseSettings):
    """Everything an operator can set. The names in the environment have FIFTYWIRE_ in front."""

    model_config = SettingsConfigDict(
        env_prefix="FIFTYWIRE_", extra="forbid", toml_file=_FILE, env_ignore_empty=True
    )

    data_dir: Path | None = None
    """Where the SQLite database and the history of the chat live. Default: the user's data folder."""
    database_url: SecretStr | None = None
    """Where the catalogue lives; it may hold a password. Default: fiftywire.db in the data folder."""
    database_url_file: Path | None = None
    """A file whose text is the database address, for secrets that are mounted."""
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
        return (self.data_dir or user_data_path("fiftywire", appauthor=False)).expanduser().absolute()

    def address(self) -> str:
        """The database address as it was given, or that of the file in the data folder."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        if self.database_url_file is not None:
            try:
                return self.database_url_file.expanduser().read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                raise ConfigurationError(
                    "FIFTYWIRE_DATABASE_URL_FILE names a file that cannot be read."
                ) from None
        return f"sqlite:///{self.folder / 'fiftywire.db'}"


def read_settings() -> Settings:
    """The settings, or ConfigurationError with one sentence that never repeats a value."""
    try:
        settings = Settings()
    except ValidationError as error:
        first: Any = error.errors(include_input=False, include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"]) or "fiftywire.toml"
        if first["type"] == "extra_forbidden":
            raise ConfigurationError(f"fiftywire.toml has a setting “{name}” that does not exist.") from None
        raise ConfigurationError(f"The setting {name} is wrong: {first['msg']}.") from None
    except (OSError, ValueError):
        raise ConfigurationError("fiftywire.toml cannot be read; it must be a TOML file.") from None
    if settings.log_level.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ConfigurationError("FIFTYWIRE_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR.")
    if settings.database_url is not None and settings.database_url_file is not None:
        raise ConfigurationError("Set FIFTYWIRE_DATABASE_URL or FIFTYWIRE_DATABASE_URL_FILE, not both.")
    return settings
