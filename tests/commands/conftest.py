"""What the tests of the command stand on: a runner, and an observation file to change."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from recorder.commands import main

OBSERVATION: dict[str, Any] = {
    "format": "observation/1",
    "id": "v1",
    "scheme": "serve-and-return/1",
    "duration_ms": 300_000,
    "started_at": "2026-03-02T10:04:00-06:00",
    "context": "free play",
    "children": [{"id": "c1", "age_months": 11}],
    "caregivers": [{"id": "g1"}],
    "ratings": {"sensitivity/1": {"tuning_in": 7, "joining": "NOB"}},
    "keeps": [{"t_ms": 100_000, "kind": "glad", "note": "Big smile."}],
    "events": [
        event
        for start in range(10_000, 250_000, 30_000)
        for event in (
            {"t_ms": start, "code": "VOC"},
            {"t_ms": start + 1_500, "code": "TALK", "by": "g1"},
            {"t_ms": start + 15_000, "code": "REACH"},
        )
    ]
    + [{"t_ms": 262_000, "until_ms": 270_000, "code": "OUT_OF_VIEW"}],
}


@pytest.fixture
def observation_file(tmp_path: Path) -> Callable[..., str]:
    """A function that writes an observation file with some keys changed, and returns its name."""

    def write(name: str = "visit.observation.json", **changes: Any) -> str:
        path = tmp_path / name
        path.write_text(json.dumps(OBSERVATION | changes), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def recorder() -> Callable[..., Result]:
    """A function that calls the command; an exception that is no exit fails the test."""

    def call(*arguments: str) -> Result:
        result = CliRunner().invoke(main, arguments)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return call
