"""Settings: from `LOTSE_*` environment variables, else `lotse.toml` in the working folder, else sensible defaults."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct
from platformdirs import user_data_dir

from kb.choice import BadChoice, Profiles, read

FILE = "lotse.toml"
PREFIX = "LOTSE_"
_SECRET = ("token", "secret", "password", "key", "database_url")


class BadSettings(ValueError):
    """A setting cannot be used; the message names it, where it stands and what it should be."""


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What Lotse can be told. Sizes are MB, `data` is the folder for everything Lotse writes.

    `check` is the table of that name: which rules count, the user's own, exceptions and profiles; only a file can hold it.
    """

    data: Path = Path(user_data_dir("lotse", appauthor=False))
    embeddings: str = "auto"
    chroma_url: str | None = None
    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 8000
    max_file_mb: Annotated[int, Meta(ge=1)] = 50
    max_request_mb: Annotated[int, Meta(ge=1)] = 200
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    check: Profiles = Profiles()

    @property
    def index_folder(self) -> Path:
        """Where the embedded vector store lies."""
        return self.data / "index"

    @property
    def database(self) -> Path:
        """The SQLite file of conversations, walks, reports and feedback."""
        return self.data / "lotse.db"

    @property
    def max_file(self) -> int:
        """The largest configuration file that is read, in bytes."""
        return self.max_file_mb * 2**20


def load(environment: Mapping[str, str] = os.environ, folder: Path | None = None) -> Settings:
    """The settings in force; raises BadSettings."""
    file = (folder or Path.cwd()) / FILE
    values: dict[str, Any] = {}
    origin: dict[str, str] = {}
    if file.is_file():
        try:
            values = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadSettings(f"{file}: not valid TOML: {error}") from None
        origin = dict.fromkeys(values, str(file))
        if "check" in values:
            try:
                values["check"] = read(values["check"], f"{file} [check]", file.parent)
            except BadChoice as error:
                raise BadSettings(str(error)) from None
    for name in Settings.__struct_fields__:
        variable = PREFIX + name.upper()
        if variable in environment and name != "check":
            values[name], origin[name] = environment[variable], variable
    known = Settings.__struct_fields__
    for name in values:
        if name not in known:
            raise BadSettings(f"{origin[name]}: unknown setting {name!r}; known are {', '.join(known)}")
    try:
        return msgspec.convert(values, Settings, strict=False, dec_hook=lambda kind, value: kind(value))
    except msgspec.ValidationError as error:
        name = str(error).rpartition("$.")[2].rstrip("`") or "?"
        raise BadSettings(f"{origin.get(name, FILE)}: {str(error).partition(' - ')[0]} (setting {name!r})") from None


def described(settings: Settings) -> dict[str, str]:
    """Every setting as text, with secrets and passwords in addresses masked."""
    shown = {}
    for name in Settings.__struct_fields__:
        value = getattr(settings, name)
        if isinstance(value, Profiles):
            shown[name] = msgspec.json.encode(value).decode() if value != Profiles() else ""
            continue
        hidden = value and (any(part in name for part in _SECRET) or "@" in str(value))
        shown[name] = "***" if hidden else "" if value is None else str(value)
    return shown
