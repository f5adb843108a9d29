"""Settings: a default for each, secrets made once, a wrong value refused with its cure."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from recorder.settings import SETTINGS, WrongSetting, read


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = read(tmp_path, {})
    assert read(tmp_path, {}) == first
    assert len(first["MASTER_KEY"]) == 64
    assert stat.S_IMODE((tmp_path / "master_key").stat().st_mode) == 0o600


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("ab" * 32 + "\n")
    assert read(tmp_path, {"RECORDER_MASTER_KEY_FILE": str(tmp_path / "key")})["MASTER_KEY"] == "ab" * 32


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"RECORDER_MASTER_KEY": "short"}, "64 hex digits"),
        ({"RECORDER_MASTER_KEY": "00" * 32}, "one digit over and over: make one with `openssl rand -hex 32`"),
        ({"RECORDER_SECRET_KEY": "x" * 31}, "at least 32 characters: make one with `openssl rand -hex 32`"),
        ({"RECORDER_LOG_FORMAT": "xml"}, "RECORDER_LOG_FORMAT must be text or json, not 'xml'"),
        ({"RECORDER_SESSION_HOURS": "many"}, "RECORDER_SESSION_HOURS must be a whole number, not 'many'"),
        ({"RECORDER_SECRET_KEY_FILE": "/no/such/file"}, "/no/such/file, which cannot be read"),
    ],
)
def test_a_wrong_setting_says_which_and_what_to_do(tmp_path: Path, environment: dict[str, str], sentence: str) -> None:
    with pytest.raises(WrongSetting, match=sentence):
        read(tmp_path, environment)


def test_every_setting_is_documented_with_its_default() -> None:
    text = (Path(__file__).parent.parent / "docs" / "settings.md").read_text(encoding="utf-8")
    for setting in SETTINGS:
        row = next(line for line in text.splitlines() if f"`RECORDER_{setting.name}`" in line)
        assert not isinstance(setting.default, int) or f"`{setting.default}`" in row, row
        assert setting.secret == (f"`RECORDER_{setting.name}_FILE`" in row), row
