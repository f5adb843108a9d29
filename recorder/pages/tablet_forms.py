"""What does a tablet say when it enrols, reports and has a vault opened? Read strictly, refused in one sentence."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from recorder.ingest import Unreadable

LONGEST_NAME = 80
LONGEST_CODE = 40
LONGEST_VERSION = 40
LONGEST_ERROR = 200
MOST_ERRORS = 10
LARGEST = 2**53 - 1
"""The largest whole number that a browser counts exactly."""


def enrolment(document: Mapping[str, Any]) -> tuple[str | None, str]:
    """The code that is shown, if any, and the tablet's name. Raises `Unreadable`."""
    code = document.get("code")
    return None if code is None else _text(code, "code", LONGEST_CODE), _text(
        document.get("name"), "name", LONGEST_NAME
    )


def recovery(document: Mapping[str, Any]) -> tuple[str, bytes]:
    """The code, and the vault's wrapped key. Raises `Unreadable`."""
    vault = _text(document.get("vault"), "vault", 1024)
    try:
        return _text(document.get("code"), "code", LONGEST_CODE), base64.b64decode(vault, validate=True)
    except binascii.Error as error:
        raise Unreadable("vault must be base64.") from error


def report_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """What a tablet tells of itself, no more than is known here; what it leaves out is None. Raises `Unreadable`."""
    return {key: None if document.get(key) is None else read(document[key], key) for key, read in _REPORT.items()}


def _text(value: Any, key: str, longest: int) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not 1 <= len(text) <= longest or not text.isprintable():
        raise Unreadable(f"{key} must be a text of 1 to {longest} characters.")
    return text


def _version(value: Any, key: str) -> str:
    return _text(value, key, LONGEST_VERSION)


def _count(value: Any, key: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
        raise Unreadable(f"{key} must be a whole number from 0.")
    return value


def _signed(value: Any, key: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -LARGEST <= value <= LARGEST:
        raise Unreadable(f"{key} must be whole milliseconds.")
    return value


def _number(value: Any, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LARGEST:
        raise Unreadable(f"{key} must be a number from 0.")
    return value


def _yes_or_no(value: Any, key: str) -> bool:
    if not isinstance(value, bool):
        raise Unreadable(f"{key} must be true or false.")
    return value


def _time(value: Any, key: str) -> str:
    try:
        if datetime.fromisoformat(value).tzinfo is not None:
            return str(value)
    except (ValueError, TypeError):
        pass
    raise Unreadable(f"{key} must be a time like 2026-03-02T15:04:11.250Z.")


def _errors(value: Any, key: str) -> list[str]:
    if not isinstance(value, list) or len(value) > MOST_ERRORS:
        raise Unreadable(f"{key} must be a list of at most {MOST_ERRORS} texts.")
    return [_text(item, key, LONGEST_ERROR) for item in value]


_REPORT: Mapping[str, Callable[[Any, str], Any]] = {
    "unsent": _count,
    "oldest_unsent": _time,
    "free": _count,
    "persisted": _yes_or_no,
    "drift_ms": _signed,
    "version": _version,
    "tap_p50_ms": _number,
    "tap_p99_ms": _number,
    "errors": _errors,
}
