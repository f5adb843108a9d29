"""How do observations stand in the tables that BORIS exports, one row an event or one row a bout?

*Tabular events*: one row an event, START and STOP apart; one observation a table. *Aggregated events*: one row a bout,
with start, stop and duration in seconds; any number of observations. *Time budget*: one row a behaviour. Column names,
order and figures are those of BORIS 9.12.3. Older tables (one column `Modifiers`; lines about the observation above the
header) are read too: a table becomes a project, and is read as one (`boris`).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from recorder.exchange import boris, documents, tables
from recorder.exchange.boris import is_state, modifier_sets
from recorder.exchange.boris_project import project
from recorder.exchange.coded import Coded, Mark, Unreadable
from recorder.exchange.documents import quoted
from recorder.measures.time_budget import Budget, budget

NOTHING = "NA"
NOBODY = "No focal subject"
OBSERVATION = ("Observation id", "Observation date", "Description")
TABULAR_MEDIA = ("Observation duration", "Observation type", "Source", "Time offset (s)", "Media duration (s)", "FPS")
TABULAR_END = ("Behavior type", "Time", "Media file name", "Image index", "Image file path", "Comment")
AGGREGATED_MEDIA = (
    "Observation type", "Source", "Time offset (s)", "Coding duration", "Media duration (s)", "FPS (frame/s)",
)  # fmt: skip
AGGREGATED_END = (
    "Behavior type", "Start (s)", "Stop (s)", "Duration (s)", "Media file name", "Image index start",
    "Image index stop", "Image file path start", "Image file path stop", "Comment start", "Comment stop",
)  # fmt: skip
BUDGET = (
    "Observation id", "Subject", "Behavior", "Number", "Total duration (s)", "Duration mean (s)", "Duration std dev",
    "Inter-event intervals mean (s)", "Inter-event intervals std dev", "% of total length",
)  # fmt: skip
HEADER_WITHIN = 60
"""Lines. Old tables say something about the observation above their header."""

_FORMULA = re.compile(r"[=+\-@\t\r]")


def tabular(codeds: Sequence[Coded], delimiter: str = "\t") -> bytes:
    """Write tabular events, as BORIS does. Raises `Unreadable` for more than one observation."""
    if len(codeds) != 1:
        raise Unreadable(codeds[0].file, "a table of tabular events holds one observation: name one")
    whole = _Whole(project(codeds))
    ((id, observation),) = whole.observations.items()
    media = _media(observation)
    header = (
        *OBSERVATION, *TABULAR_MEDIA, *whole.variables, "Subject", "Behavior", "Behavioral category", *whole.modifiers,
        *TABULAR_END,
    )  # fmt: skip
    about = [*_about(id, observation), _span(observation), *media, *whole.values(observation)]
    types: dict[int, str] = {}
    for mark, places in whole.bouts(observation):
        types |= dict(zip(places, ("START", "STOP") if mark.event.until_ms is not None else ("POINT",), strict=False))
    rows = []
    for place, event in sorted(enumerate(observation["events"]), key=lambda one: _row_order(one[1], types[one[0]])):
        code = event[2]
        time = f"{_ms(event[0]) / 1000:.3f}"
        end = [types[place], time, *_where(event), NOTHING, _comment(event)]
        rows.append([*about, event[1] or "", code, whole.category(code), *whole.chosen(event), *end])
    return _page(header, rows, delimiter)


def _row_order(event: Sequence[Any], type: str) -> tuple[Any, ...]:
    return float(event[0]), type != "STOP"


def aggregated(codeds: Sequence[Coded], delimiter: str = ",") -> bytes:
    """Write aggregated events, as BORIS does; a state that never stops has no bout and is left out."""
    whole = _Whole(project(codeds))
    header = (
        *OBSERVATION, *AGGREGATED_MEDIA, *whole.variables, "Subject", "Observation duration by subject by observation",
        "Behavior", "Behavioral category", *whole.modifiers, *AGGREGATED_END,
    )  # fmt: skip
    rows: list[list[str]] = []
    for id, observation in whole.observations.items():
        kind, source, offset, *rest = _media(observation)
        about = [*_about(id, observation), kind, source, offset, _span(observation), *rest, *whole.values(observation)]
        bouts = whole.paired(observation)
        sums: dict[str, int] = {}
        for mark, first, _ in bouts:
            sums[first[1]] = sums.get(first[1], 0) + _length(mark)
        for mark, first, last in bouts:
            event = mark.event
            lasts = event.until_ms is not None
            stop_ms = event.t_ms if event.until_ms is None else event.until_ms
            rows.append(
                [
                    *about,
                    first[1] or NOBODY,
                    str(round(sums[first[1]] / 1000, 3)),
                    event.code,
                    whole.category(event.code) or "Not defined",
                    *whole.chosen(first),
                    "STATE" if lasts else "POINT",
                    f"{event.t_ms / 1000:.3f}",
                    f"{stop_ms / 1000:.3f}",
                    f"{_length(mark) / 1000:.3f}" if lasts else NOTHING,
                    NOTHING, "", "", "", "", _comment(first), _comment(last) if lasts else "",
                ]
            )  # fmt: skip
    return _page(header, rows, delimiter)


def time_budget(codeds: Sequence[Coded], delimiter: str = ",") -> bytes:
    """Write a time budget: one row an observation, subject and behaviour of the ethogram, seconds as BORIS rounds them.

    An observation is as long as its file says, else until its last event; BORIS takes that event in any case.
    """
    whole = _Whole(project(codeds))
    rows = []
    for coded, (id, observation) in zip(codeds, whole.observations.items(), strict=True):
        length_ms = coded.last_ms if coded.duration_ms is None else coded.duration_ms
        bouts = whole.paired(observation)
        for subject in dict.fromkeys([*whole.subjects, *(first[1] for _, first, _ in bouts)]):
            for code in whole.behaviours:
                hers = [
                    (mark.event.t_ms, mark.event.until_ms)
                    for mark, first, _ in bouts
                    if (first[1], first[2]) == (subject, code)
                ]
                rows.append([id, subject or NOBODY, code, *_budget(budget(hers, length_ms, whole.lasts(code)))])
    return _page(BUDGET, rows, delimiter)


def _budget(one: Budget) -> list[str]:
    times = (one.total_ms, one.mean_ms, one.sd_ms, one.gap_mean_ms, one.gap_sd_ms)
    total, mean, sd, gap, gap_sd = (NOTHING if ms is None else f"{ms / 1000:.3f}" for ms in times)
    share = NOTHING if one.share is None else f"{100 * one.share:.1f}"
    return [str(one.number), total, mean, sd, gap, gap_sd, share]


class _Whole:
    """A project, with what every row of a table asks of it."""

    def __init__(self, made: Mapping[str, Any]) -> None:
        self.project = made
        self.observations: dict[str, Any] = made["observations"]
        self.behaviours = {one["code"]: one for one in made["behaviors_conf"].values()}
        self.variables = [one["label"] for one in made.get("independent_variables", {}).values()]
        most = max((len(modifier_sets(one)) for one in self.behaviours.values()), default=0)
        self.modifiers = [f"Modifier #{number}" for number in range(1, most + 1)]

    @property
    def subjects(self) -> list[str]:
        return [one["name"] for one in self.project.get("subjects_conf", {}).values()]

    def lasts(self, code: str) -> bool:
        return is_state(self.behaviours[code])

    def bouts(self, observation: Mapping[str, Any]) -> list[tuple[Mark, tuple[int, ...]]]:
        return boris.sources({"project": self.project, "observation": observation}, "the project")

    def paired(self, observation: Mapping[str, Any]) -> list[tuple[Mark, list[Any], list[Any]]]:
        """The bouts that start and stop, in order of time, each with its first and its last event."""
        events = observation["events"]
        whole = [
            (mark, events[places[0]], events[places[-1]])
            for mark, places in self.bouts(observation)
            if mark.event.until_ms is None or len(places) == 2
        ]
        subjects, codes = ["", *self.subjects], list(self.behaviours)
        return sorted(whole, key=lambda bout: (bout[0].event.t_ms, subjects.index(bout[1][1]), codes.index(bout[1][2])))

    def values(self, observation: Mapping[str, Any]) -> list[str]:
        said = observation.get("independent_variables")
        return [str(said.get(name, "")) if isinstance(said, dict) else "" for name in self.variables]

    def category(self, code: str) -> str:
        return str(self.behaviours[code].get("category") or "")

    def chosen(self, event: Sequence[Any]) -> list[str]:
        """What was chosen of each set of modifiers, brackets and all."""
        words = event[3].split("|") if len(event) > 3 and isinstance(event[3], str) else []
        return [_harmless(words[place]) if place < len(words) else "" for place in range(len(self.modifiers))]


def _about(id: str, observation: Mapping[str, Any]) -> list[str]:
    date = str(observation.get("date", "")).replace("T", " ")
    return [id, date, _harmless(str(observation.get("description") or ""))]


def _media(observation: Mapping[str, Any]) -> list[str]:
    """Type, source, offset, media duration and frames a second."""
    offset = str(observation.get("time offset", 0.0))
    files, info = observation.get("file"), observation.get("media_info")
    played = [path for some in files.values() for path in some] if isinstance(files, dict) else []
    if not played or not isinstance(info, dict):
        return ["Live observation", NOTHING, offset, NOTHING, NOTHING]
    lengths = [str(info.get("length", {}).get(path, NOTHING)) for path in played]
    rates = [str(info.get("fps", {}).get(path, NOTHING)) for path in played]
    return ["Media file(s)", ";".join(played), offset, ";".join(lengths), ";".join(rates)]


def _span(observation: Mapping[str, Any]) -> str:
    """BORIS calls the time from the first event to the last an observation's duration."""
    times = [_ms(event[0]) for event in observation["events"]]
    return f"{(max(times) - min(times)) / 1000:.3f}" if times else NOTHING


def _ms(seconds: Any) -> int:
    return boris.milliseconds(seconds)


def _length(mark: Mark) -> int:
    return 0 if mark.event.until_ms is None else mark.event.until_ms - mark.event.t_ms


def _where(event: Sequence[Any]) -> list[str]:
    """The media's name, which is not known here, and the frame."""
    return [NOTHING, str(event[5]) if len(event) > 5 else NOTHING]


def _comment(event: Sequence[Any]) -> str:
    return _harmless(event[4]) if len(event) > 4 and isinstance(event[4], str) else ""


def _harmless(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _page(header: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str) -> bytes:
    page = io.StringIO(newline="")
    csv.writer(page, delimiter=delimiter, lineterminator="\r\n").writerows([header, *rows])
    return page.getvalue().encode()


def is_one(text: str) -> bool:
    """Whether a text is a table that BORIS exported."""
    return _found(text) is not None


def read(content: bytes, file: str, wanted: str | None = None) -> Coded:
    """Read one observation of a table that BORIS exported.

    Parameters: `content`, its bytes; `file`, the name for sentences; `wanted`, the observation's id (None: the only
    one). Raises `Unreadable`.
    """
    made = _project(documents.text(content, file), file)
    return boris.coded(made, boris.chosen(made["observations"], wanted, file), file)


def read_all(content: bytes, file: str) -> Iterator[Coded]:
    """Read every observation of a table that BORIS exported, one after another."""
    made = _project(documents.text(content, file), file)
    return (boris.coded(made, id, file) for id in made["observations"])


def _found(text: str) -> tuple[str, int, list[str]] | None:
    """The delimiter, the number of the header's line, and the header."""
    for number, line in enumerate(text.split("\n", HEADER_WITHIN)[:HEADER_WITHIN]):
        for delimiter in "\t,;":
            names = documents.cells(line, delimiter)
            if {"Subject", "Behavior"} <= set(names) and {"Time", "Start (s)"} & set(names):
                return delimiter, number, names
    return None


def _project(text: str, file: str) -> dict[str, Any]:
    found = _found(text)
    if found is None:
        raise Unreadable(
            file, "it is no table of BORIS: the columns Subject and Behavior, with Time or Start (s), lack"
        )
    delimiter, above, names = found
    lines = text.split("\n", above)
    said = _above(lines[:above], delimiter)
    table = _Table(file, names, said.get("Observation id", ""))
    for line, row in tables.rows(lines[above], delimiter, file):
        table.row(row, above + line)
    if not table.observations:
        raise Unreadable(file, "below its header there is no event")
    return table.project()


def _above(lines: Iterable[str], delimiter: str) -> dict[str, str]:
    """What the lines above the header of an old table say: a name and its value each."""
    pairs = (documents.cells(line, delimiter) for line in lines)
    return {pair[0]: pair[1] for pair in pairs if len(pair) > 1}


class _Table:
    """A project while it is read from the rows of a table."""

    def __init__(self, file: str, names: Sequence[str], id: str) -> None:
        self.file, self.names, self.id = file, names, id
        self.observations: dict[str, dict[str, Any]] = {}
        self.behaviours: dict[str, dict[str, Any]] = {}
        self.modifiers = [name for name in names if re.fullmatch(r"Modifiers?( #[0-9]+)?", name)]
        first = names.index("FPS (frame/s)" if "FPS (frame/s)" in names else "FPS") + 1 if _has_fps(names) else 0
        self.variables = list(names[first : names.index("Subject")]) if first else []

    def row(self, row: Sequence[str], line: int) -> None:
        if len(row) != len(self.names):
            raise Unreadable(
                self.file, f"line {line} has {len(row)} cells where the header has {len(self.names)}: correct it"
            )
        cells = {name: _shown(cell.strip()) for name, cell in zip(self.names, row, strict=True)}
        code = cells["Behavior"]
        kind = cells.get("Behavior type") or cells.get("Status") or "POINT"
        if kind not in ("START", "STOP", "STATE", "POINT"):
            raise Unreadable(
                self.file, f"line {line} has the behavior type {quoted(kind)}: POINT, STATE, START or STOP"
            )
        lasts = kind != "POINT"
        behaviour = self.behaviours.setdefault(code, self.behaviour(cells, lasts))
        if (behaviour["type"] == "State event") != lasts:
            raise Unreadable(self.file, f"line {line}: {quoted(code)} lasts here and is a point elsewhere: correct one")
        subject = "" if cells["Subject"] in (NOBODY, NOTHING) else cells["Subject"]
        words = "|".join(cells[name] for name in self.modifiers)
        modifiers = words if words.replace("|", "") else ""
        id = cells.get("Observation id") or self.id or "observation"
        events = self.observations.setdefault(id, self.observation(cells))["events"]
        first = "Time" if "Time" in cells else "Start (s)"
        note = cells.get("Comment") or cells.get("Comment start") or ""
        events.append([self.seconds(cells[first], line), subject, code, modifiers, note])
        if kind == "STATE":
            stop = self.seconds(cells.get("Stop (s)", ""), line)
            if stop < events[-1][0]:
                raise Unreadable(self.file, f"line {line}: {quoted(code)} stops before it starts: correct it")
            events.append([stop, subject, code, modifiers, cells.get("Comment stop") or ""])

    def behaviour(self, cells: Mapping[str, str], lasts: bool) -> dict[str, Any]:
        category = cells.get("Behavioral category", "")
        return {
            "type": "State event" if lasts else "Point event",
            "key": "",
            "code": cells["Behavior"],
            "description": "",
            "color": "",
            "category": "" if category == "Not defined" else category,
            "modifiers": {str(n): _no_name() for n in range(len(self.modifiers))},
            "excluded": "",
            "coding map": "",
        }

    def observation(self, cells: Mapping[str, str]) -> dict[str, Any]:
        made: dict[str, Any] = {
            "file": [],
            "type": "LIVE",
            "date": cells.get("Observation date", "").replace(" ", "T"),
            "description": cells.get("Description", ""),
            "time offset": 0.0,
            "events": [],
            "observation time interval": [0, 0],
            "independent_variables": {name: cells[name] for name in self.variables},
        }
        length = cells.get("Media duration (s)") or cells.get("Total length") or ""
        if re.fullmatch(r"[0-9]+(\.[0-9]+)?", length) and float(length) > 0:
            path = cells.get("Source") or cells.get("Media file path") or "media"
            info = {"length": {path: float(length)}, "fps": {}}
            made |= {"type": "MEDIA", "file": {"1": [path]}, "media_info": info}
        return made

    def seconds(self, cell: str, line: int) -> float:
        if not re.fullmatch(r"-?[0-9]{1,10}(\.[0-9]{1,9})?", cell):
            raise Unreadable(self.file, f"line {line}: {quoted(cell)} is no time in seconds")
        return float(cell)

    def project(self) -> dict[str, Any]:
        variables = {
            str(n): {"label": name, "description": "", "type": "text", "default value": "", "possible values": ""}
            for n, name in enumerate(self.variables)
        }
        return {
            "time_format": "s",
            "project_date": next(iter(self.observations.values()))["date"],
            "project_name": "",
            "project_description": "",
            "project_format_version": "7.0",
            "subjects_conf": {},
            "behaviors_conf": {str(n): one for n, one in enumerate(self.behaviours.values())},
            "observations": self.observations,
            "behavioral_categories": [],
            "independent_variables": variables,
            "coding_map": {},
            "behaviors_coding_map": [],
            "converters": {},
        }


def _has_fps(names: Sequence[str]) -> bool:
    return "FPS" in names or "FPS (frame/s)" in names


def _no_name() -> dict[str, Any]:
    return {"name": "", "description": "", "type": 0, "values": []}


def _shown(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell
