"""What did a tablet last tell of itself, in words? What it did not tell is "not told yet", never 0."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from recorder.pages.layout import moment
from recorder.records.devices import Device

SKEWED_MS = 120_000
"""How far a tablet's clock may be off before somebody should set it."""
LITTLE_BYTES = 200_000_000
"""How little room is little: a few hundred visits."""
UNITS = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))


@dataclass(frozen=True)
class Told:
    """One figure in words, and whether somebody should look at it."""

    words: str
    attention: bool = False


def told(device: Device) -> dict[str, Told]:
    """A tablet's last report in words, by the report's own keys and `last_contact`, `taps`."""
    report = device.report or {}
    return {
        "unsent": _unsent(report.get("unsent"), report.get("oldest_unsent")),
        "drift_ms": _drift(report.get("drift_ms")),
        "version": Told(str(report["version"])) if report.get("version") else _nothing(),
        "taps": _taps(report.get("tap_p50_ms"), report.get("tap_p99_ms")),
        "free": _free(report.get("free")),
        "persisted": _persisted(report.get("persisted")),
        "last_contact": Told(moment(device.last_contact_at)) if device.last_contact_at else _nothing(),
    }


def _nothing() -> Told:
    return Told(_("not told yet"))


def _unsent(count: int | None, oldest: str | None) -> Told:
    if count is None:
        return _nothing()
    if count == 0:
        return Told(_("nothing"))
    entries = ngettext("%(num)s entry", "%(num)s entries", count)
    if oldest is None:
        return Told(entries, attention=True)
    since = moment(datetime.fromisoformat(oldest))
    return Told(_("%(entries)s, the oldest of %(moment)s", entries=entries, moment=since), attention=True)


def _drift(ms: int | None) -> Told:
    if ms is None:
        return _nothing()
    off = abs(ms)
    if off < 1000:
        return Told(_("less than a second"))
    if off < SKEWED_MS:
        seconds = round(off / 1000)
        return Told(ngettext("%(num)s second", "%(num)s seconds", seconds))
    minutes = round(off / 60_000)
    return Told(ngettext("%(num)s minute", "%(num)s minutes", minutes), attention=True)


def _taps(median: float | None, worst: float | None) -> Told:
    if median is None or worst is None:
        return _nothing()
    values = {"median": _whole(median), "worst": _whole(worst)}
    return Told(_("%(median)s / %(worst)s ms", **values))


def _whole(value: float) -> str:
    return str(format_decimal(round(value)))


def _free(bytes: int | None) -> Told:
    if bytes is None:
        return _nothing()
    for size, unit in UNITS:
        if bytes >= size:
            return Told(f"{format_decimal(round(bytes / size, 1))} {unit}", attention=bytes < LITTLE_BYTES)
    return Told(_("none"), attention=True)


def _persisted(kept: bool | None) -> Told:
    if kept is None:
        return _nothing()
    return Told(_("kept")) if kept else Told(_("the browser may clear it"), attention=True)
