"""What can an installation set, and what holds when it sets nothing?

Every setting has one line here. A setting NAME is read from the environment variable RECORDER_NAME; a secret may
stand in a file instead, named by RECORDER_NAME_FILE. Secrets that nobody gave are made once and kept beside the
database, readable by the owner only.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class WrongSetting(ValueError):
    """A setting has a value that cannot work; the message says which, and the cure."""


@dataclass(frozen=True)
class Setting:
    """One setting: its name, its default (its type is the setting's type), and what it is for."""

    name: str
    default: str | int
    purpose: str
    secret: bool = False


SHORTEST_SECRET = 32
"""Characters of a key that signs: as hex digits, 128 bits."""

SETTINGS = (
    Setting("DATABASE_URL", "", "SQLAlchemy URL; empty: instance/recorder.sqlite"),
    Setting("SECRET_KEY", "", "signs form tokens; empty: made once in instance/", secret=True),
    Setting(
        "MASTER_KEY",
        "",
        "64 hex digits that seal names and notes; empty: made once in instance/",
        secret=True,
    ),
    Setting("KEY_STORE", "", "file of the families' keys; empty: beside the SQLite database, else in instance/"),
    Setting("KEY_COPY", "", "file on another disk that holds the one copy of the families' keys; empty: none"),
    Setting("TRUSTED_HOSTS", "", "host names this server answers to, comma separated; empty: any"),
    Setting("PROXY_HOPS", 0, "reverse proxies in front whose X-Forwarded headers are believed"),
    Setting("SESSION_HOURS", 12, "hours without use after which a person signs in again"),
    Setting(
        "SECOND_FACTOR",
        "administrator,manager",
        "roles that sign in with an authenticator too, comma separated; empty: nobody has to",
    ),
    Setting("LOG_FORMAT", "text", "json: each request is a line of JSON on stderr; text: warnings and errors are"),
    Setting("RETAIN_MONTHS", 0, "months after leaving at which `recorder retain` erases a family; 0: never"),
    Setting("FORM_BYTES", 262_144, "largest form that is read"),
    Setting("SYNC_BYTES", 262_144, "largest sync batch that is read"),
    Setting("EMERGENCY_BYTES", 8_388_608, "largest emergency file of a tablet that is taken on the page"),
    Setting("IMPORT_BYTES", 2_097_152, "largest caseload or instrument file that is read"),
)


def read(instance: Path, environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Read all settings, making the secrets that nobody gave.

    Parameters: `instance`, the folder that keeps what an installation keeps; `environment`, variables by name.
    Returns a dictionary from setting name to value. Raises `WrongSetting` with the cure.

    >>> import tempfile
    >>> read(Path(tempfile.mkdtemp()), {"RECORDER_SESSION_HOURS": "8"})["SESSION_HOURS"]
    8
    """
    values = {setting.name: _value(setting, environment) for setting in SETTINGS}
    values["DATABASE_URL"] = values["DATABASE_URL"] or f"sqlite:///{instance / 'recorder.sqlite'}"
    values["SECRET_KEY"] = values["SECRET_KEY"] or _kept(instance / "secret_key")
    values["MASTER_KEY"] = values["MASTER_KEY"] or _kept(instance / "master_key")
    if values["LOG_FORMAT"] not in {"text", "json"}:
        raise WrongSetting(f"RECORDER_LOG_FORMAT must be text or json, not {values['LOG_FORMAT']!r}.")
    if len(str(values["SECRET_KEY"])) < SHORTEST_SECRET:
        raise WrongSetting(
            f"RECORDER_SECRET_KEY must have at least {SHORTEST_SECRET} characters: "
            "make one with `openssl rand -hex 32`, or leave it out, and one is made and kept."
        )
    if len(set(str(values["MASTER_KEY"]))) == 1:
        raise WrongSetting("RECORDER_MASTER_KEY is one digit over and over: make one with `openssl rand -hex 32`.")
    if not _is_key(str(values["MASTER_KEY"])):
        raise WrongSetting("RECORDER_MASTER_KEY must be 64 hex digits: make one with `openssl rand -hex 32`.")
    return values


def _value(setting: Setting, environment: Mapping[str, str]) -> str | int:
    variable = f"RECORDER_{setting.name}"
    text = environment.get(variable)
    if text is None and setting.secret and (path := environment.get(f"{variable}_FILE")):
        try:
            text = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise WrongSetting(f"{variable}_FILE names {path}, which cannot be read: {error.strerror}.") from error
    if text is None:
        return setting.default
    if isinstance(setting.default, int):
        if not text.isdecimal():
            raise WrongSetting(f"{variable} must be a whole number, not {text!r}.")
        return int(text)
    return text


def _kept(path: Path) -> str:
    """The secret in this file, made now if the file is not there."""
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        secret = secrets.token_hex(32)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secret + "\n")
        return secret


def _is_key(text: str) -> bool:
    return len(text) == 64 and all(digit in "0123456789abcdefABCDEF" for digit in text)
