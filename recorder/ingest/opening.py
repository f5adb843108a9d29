"""What does the first event of a log say about it?

`{"seq": 1, "t": 0, "kind": "open", "data": {...}}`. `data.kind` tells the four kinds of log apart: an observation (of
role primary, second or practice), a sort, a questionnaire, a safety note. Whether such a log may count is judged in
`admission`.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from recorder.measures.observation import LONGEST_MS
from recorder.measures.tape import wall_time
from recorder.measures.tape.events import Refused, understand

OLDEST_YEAR = 2000
KINDS = ("observation", "sort", "questionnaire", "safety")
ROLES = ("primary", "second", "practice")
FILLED_IN = ("caregiver", "read_aloud")

FEWEST_CHILDREN = {"observation": 1, "sort": 1, "questionnaire": 0, "safety": 0}
FEWEST_CAREGIVERS = {"observation": 0, "sort": 0, "questionnaire": 1, "safety": 0}


class Unfit(ValueError):
    """Something that a log says and that does not fit; the message is one sentence."""


@dataclass(frozen=True)
class Opening:
    """What the first event of a log says; the first child and the first caregiver are focal.

    A practice has a `practice` piece in place of visit, family, children and caregivers. A safety note has no
    instrument, and may have no visit. `user` is who recorded, None where it does not say; `distribution` is that of a
    sort, None when it does not say. `wall` is what the tablet's clock showed, in UTC, put right by the server's where
    the tablet knew it. `video` is whether it was coded from a video.
    """

    kind: str
    role: str
    context: str
    instrument: str
    hash: str
    practice: uuid.UUID | None
    visit: uuid.UUID | None
    family: uuid.UUID | None
    user: uuid.UUID | None
    children: tuple[uuid.UUID, ...]
    caregivers: tuple[uuid.UUID, ...]
    distribution: tuple[int, ...] | None
    wall: datetime
    observe: bool
    given_now: bool
    video: bool = False


def read(event: str) -> Opening:
    """Read the string of an `open` event. Raises `Unfit`."""
    data = _data(event)
    kind = data.get("kind")
    if kind not in KINDS:
        raise Unfit("This kind of log is not known here.")
    role = _one_of(data, "role", ROLES) if kind == "observation" else "primary"
    practice = role == "practice"
    if kind == "questionnaire":
        _one_of(data, "filled_in", FILLED_IN)
    consent = data.get("consent", {})
    if not isinstance(consent, dict):
        raise Unfit("consent must be an object.")
    return Opening(
        kind=kind,
        role=role,
        context=_text(data, "context", 40, least=0) if kind == "observation" else "",
        instrument="" if kind == "safety" else f"{_text(data, 'instrument', 80)}/{_version(data)}",
        hash="" if kind == "safety" else _text(data, "hash", 64),
        practice=identity(data.get("practice"), "practice") if practice else None,
        visit=None if practice or _is_no_visit(kind, data) else identity(data.get("visit"), "visit"),
        family=None if practice else identity(data.get("family"), "family"),
        user=_user(data.get("user")),
        children=() if practice else _people(data, "children", FEWEST_CHILDREN[kind]),
        caregivers=() if practice else _people(data, "caregivers", FEWEST_CAREGIVERS[kind]),
        distribution=_distribution(data) if kind == "sort" else None,
        wall=_wall(data),
        observe=consent.get("observe") is True,
        given_now=consent.get("given_now") is True,
        video=_video(data),
    )


def _video(data: dict[str, Any]) -> bool:
    """Whether a log was coded from a video, of which its name, its length and a hash are known. Raises `Unfit`."""
    video = data.get("video")
    if video is None:
        return False
    length = video.get("length_ms") if isinstance(video, dict) else None
    if isinstance(length, bool) or not isinstance(length, int) or not 0 < length <= LONGEST_MS:
        raise Unfit("video must be an object with the length of the video, of a day at most, in length_ms.")
    _text(video, "name", 200, least=0)
    _text(video, "hash", 64)
    return True


def identity(value: Any, key: str) -> uuid.UUID:
    """The id that an event names under `key`. Raises `Unfit`."""
    try:
        return uuid.UUID(value)
    except (ValueError, TypeError, AttributeError) as error:
        raise Unfit(f"{key} must be a UUID.") from error


def _user(value: Any) -> uuid.UUID | None:
    try:
        return identity(value, "user")
    except Unfit:
        return None


def _data(event: str) -> dict[str, Any]:
    try:
        said = understand(event, 1)  # as whoever reads the log later: what they refuse is no opening
    except Refused as error:
        raise Unfit(str(error.args[1])) from error
    if (said.kind, said.t) != ("open", 0):
        raise Unfit("A log begins with an open event whose seq is 1 and whose t is 0.")
    if not said.data:
        raise Unfit("The open event has no data.")
    return dict(said.data)


def _is_no_visit(kind: str, data: dict[str, Any]) -> bool:
    return kind == "safety" and data.get("visit") is None


def _text(data: dict[str, Any], key: str, longest: int, *, least: int = 1) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value.isprintable() or not least <= len(value) <= longest:
        raise Unfit(f"{key} must be a text of at most {longest} characters.")
    return value


def _one_of(data: dict[str, Any], key: str, choices: tuple[str, ...]) -> str:
    value = data.get(key)
    if value not in choices:
        raise Unfit(f"{key} must be one of {', '.join(choices)}.")
    return str(value)


def _version(data: dict[str, Any]) -> int:
    value = data.get("version")
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value < 2**31:
        raise Unfit("version must be a whole number from 1.")
    return value


def _people(data: dict[str, Any], key: str, least: int) -> tuple[uuid.UUID, ...]:
    value = data.get(key)
    if not isinstance(value, list) or not least <= len(value) <= 10:
        raise Unfit(f"{key} must be a list of {least} to 10 UUIDs.")
    return tuple(identity(item, key) for item in value)


def _distribution(data: dict[str, Any]) -> tuple[int, ...] | None:
    value = data.get("distribution")
    if value is None:
        return None
    if not isinstance(value, list) or not all(
        isinstance(holds, int) and not isinstance(holds, bool) for holds in value
    ):
        raise Unfit("distribution must be a list of how many cards belong in pile 1, 2, and so on.")
    return tuple(value)


def _wall(data: dict[str, Any]) -> datetime:
    wall = wall_time(data)
    if wall is None or not OLDEST_YEAR <= wall.year < 9999:
        raise Unfit("wall must be a time with its zone, like 2026-03-02T15:04:11.250Z, after the year 2000.")
    return wall
