"""A slow, obvious second computation of a programme's tables, importing nothing of ours.

It reads families, consents and visits with plain SQL, and the scheme from its JSON file; the observations it gets from
whoever made them up, as plain events. Everything is counted one by one, with loops, for every month and every site.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

INSTRUMENTS = Path(__file__).parent.parent / "recorder" / "instruments"
T975 = {2: 4.302653, 3: 3.182446, 4: 2.776445, 5: 2.570582, 6: 2.446912, 7: 2.364624, 8: 2.306004, 9: 2.262157,
        10: 2.228139, 11: 2.200985, 12: 2.178813, 13: 2.160369, 14: 2.144787, 15: 2.13145, 16: 2.119905,
        17: 2.109816, 18: 2.100922, 19: 2.093024, 20: 2.085963}  # fmt: skip
"""Quantiles of Student's t (97.5 %), from a printed table."""


@dataclass(frozen=True)
class Seen:
    """One observation as it was made up: taps (t_ms, code, somebody else's answer?) that count, gaps without a view."""

    scheme: str
    family: str
    site: str
    day: date
    role: str
    signed: bool
    duration_ms: int
    taps: tuple[tuple[int, str, bool], ...]
    gaps: tuple[tuple[int, int], ...]
    ratings: tuple[tuple[str, int | str], ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it has figures."""
        observed = self.duration_ms - sum(end - start for start, end in self.gaps)
        return self.signed and self.role == "primary" and observed >= 3 * 60_000


def cues(seen: Seen) -> list[dict]:
    """Every cue of an observation that counts in the rate, and what became of it."""
    return [cue for cue in every_cue(seen) if cue["in_rate"]]


def every_cue(seen: Seen) -> list[dict]:
    """Every cue of an observation, those that do not count in the rate too, and what became of it."""
    scheme = json.loads((INSTRUMENTS / f"{seen.scheme}.json").read_text(encoding="utf-8"))
    kinds = {cue["code"]: cue for cue in scheme["cues"]}
    found: list[dict] = []
    last_tap: dict[str, int] = {}
    for t, code, _ in sorted(seen.taps):
        if code not in kinds:
            continue
        prolongs = code in last_tap and t - last_tap[code] <= kinds[code].get("continues_ms", 0) > 0
        last_tap[code] = t
        if prolongs:
            continue
        if found and t - found[-1]["t"] < scheme.get("merge_ms", 0):
            found[-1]["codes"].add(code)
        else:
            found.append({"t": t, "codes": {code}, "answers": []})
    for cue in found:
        cue["window"] = max(kinds[code]["window_ms"] for code in cue["codes"])
        cue["distress"] = any(kinds[code].get("distress", False) for code in cue["codes"])
        cue["in_rate"] = any(kinds[code].get("in_rate", True) for code in cue["codes"])
    responses = {response["code"] for response in scheme["responses"]}
    for t, code, another in sorted(seen.taps):
        eligible = [cue for cue in found if code in responses and 0 <= t - cue["t"] <= cue["window"]]
        if eligible:
            max(eligible, key=lambda cue: cue["t"])["answers"].append((t, another, code))
    for cue in found:
        until = cue["t"] + cue["window"]
        cut = until > seen.duration_ms or any(start < until and end > cue["t"] for start, end in seen.gaps)
        first = cue["answers"][0] if cue["answers"] else None
        cue["answered"] = first is not None and not first[1]
        cue["codable"] = cue["answered"] or (first is None and not cut)
        cue["latency"] = first[0] - cue["t"] if cue["answered"] else None
    return found


def class_figures(visits: list[list[dict]]) -> tuple[int, int, int, tuple[float, float] | None]:
    """Visits with a codable cue, codable cues, answered cues, and the interval of the rate (visits are the units)."""
    pairs = [
        (sum(cue["answered"] for cue in visit), sum(cue["codable"] for cue in visit))
        for visit in visits
        if any(cue["codable"] for cue in visit)
    ]
    k, n, m = sum(a for a, _ in pairs), sum(b for _, b in pairs), len(pairs)
    if m < 3:
        return m, n, k, None
    rate = k / n
    if k in {0, n}:
        z = 1.959963984540054
        centre, half = (rate + z * z / (2 * n)), z * math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
        return m, n, k, ((centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n))
    spread = sum((a - rate * b) ** 2 for a, b in pairs) / (m - 1) / m
    half = T975[m - 1] * math.sqrt(spread) / (n / m)
    return m, n, k, (max(0.0, rate - half), min(1.0, rate + half))


def half_within(visits: list[list[dict]]) -> float | None:
    """The time by which half of the codable cues were answered, by nearest rank; None: not within ten seconds."""
    codable = sum(cue["codable"] for visit in visits for cue in visit)
    latencies = sorted(cue["latency"] for visit in visits for cue in visit if cue["answered"])
    rank = math.ceil(codable / 2)
    if not codable or len(latencies) < rank or latencies[rank - 1] >= 10_000:
        return None
    return latencies[rank - 1]


def month_ends(first: date, last: date) -> list[tuple[date, date]]:
    """Each month from the first to the last, as its first and last day."""
    ends = []
    while first <= last:
        following = (first + timedelta(days=32)).replace(day=1)
        ends.append((first, following - timedelta(days=1)))
        first = following
    return ends


def coverage(families: list[dict], consents: list[dict], seen: list[Seen], months, today: date, every: int) -> dict:
    """(enrolled, due, observed, missing) for the key None, each site and each month."""
    table: dict = {}
    for first, last in months:
        end = min(last, today)
        for family in families:
            if family["enrolled_on"] > end or (family["left_on"] and family["left_on"] < first):
                continue
            own = [one for one in seen if one.family == family["id"]]
            agreed = [
                consent
                for consent in consents
                if consent["family_id"] == family["id"]
                and consent["scope"] == "observe"
                and consent["given_on"] <= end
                and (consent["withdrawn_on"] is None or consent["withdrawn_on"] > end)
            ]
            before = [one.day for one in own if one.counts and one.day < first]
            late = (end - max([*before, family["enrolled_on"]])).days >= every
            due = bool(agreed) and late and (family["left_on"] is None or family["left_on"] > end)
            now = [one for one in own if first <= one.day <= end and one.role == "primary"]
            observed = any(one.counts for one in now)
            begun = any(not one.signed for one in now)
            for key in (None, family["site_id"], first):
                enrolled, dues, observeds, missing = table.setdefault(key, (set(), 0, 0, 0))
                table[key] = (
                    enrolled | {family["id"]},
                    dues + due,
                    observeds + (due and observed),
                    missing + (due and begun and not observed),
                )
    return {key: (len(row[0]), *row[1:]) for key, row in table.items()}


def dosage(visits: list[dict], families: list[dict], months, today: date) -> dict:
    """(completed, cancelled by staff, cancelled by the family, missing) for the key None, each site and each month."""
    table: dict = {}
    left = {family["id"]: family["left_on"] for family in families}
    for first, last in months:
        for visit in visits:
            if not first <= visit["local_date"] <= min(last, today):
                continue
            gone = left[visit["family_id"]] is not None and visit["local_date"] >= left[visit["family_id"]]
            if gone and visit["status"] != "done":
                continue
            row = [visit["status"] == "done", visit["cancelled_by"] == "staff", visit["cancelled_by"] == "family",
                   visit["status"] == "planned" and visit["local_date"] < today]  # fmt: skip
            if any(row):
                for key in (None, visit["site_id"], first):
                    table[key] = tuple(a + b for a, b in zip(table.get(key, (0, 0, 0, 0)), row, strict=True))
    return table


def ratings(seen: list[Seen]) -> dict:
    """For each scale: numbers given, mean, standard deviation, times not observed, families rated with a number."""
    table = {}
    signed = [one for one in seen if one.signed and one.role == "primary"]
    for scale in sorted({scale for one in signed for scale, _ in one.ratings}):
        given = [(one.family, value) for one in signed for name, value in one.ratings if name == scale]
        numbers = [value for _, value in given if value != "NOB"]
        mean = sum(numbers) / len(numbers) if numbers else None
        squares = sum((value - mean) ** 2 for value in numbers) if numbers else 0
        table[scale] = (
            len(numbers),
            mean,
            math.sqrt(squares / (len(numbers) - 1)) if len(numbers) > 1 else None,
            len(given) - len(numbers),
            len({family for family, value in given if value != "NOB"}),
        )
    return table


def matrix(seen: list[Seen]) -> dict[tuple[str, str | None], int]:
    """How often each answer came to each cue whose window was seen whole; None without one."""
    found: dict[tuple[str, str | None], int] = {}
    for one in seen:
        for cue in every_cue(one):
            for code in cue["codes"] if cue["codable"] else ():
                key = code, cue["answers"][0][2] if cue["answered"] else None
                found[key] = found.get(key, 0) + 1
    return found


def changes(seen: list[Seen]) -> dict[str, tuple[int, float, float]]:
    """By scale: families with three rated visits or more, the means of their first and their latest rating."""
    values: dict[str, dict[str, list[int]]] = {}
    for one in seen:
        for scale, value in one.ratings if one.signed and one.role == "primary" else ():
            if value != "NOB":
                values.setdefault(scale, {}).setdefault(one.family, []).append((one.day, len(values), value))
    found = {}
    for scale, families in values.items():
        enough = [[value for _, _, value in some] for some in families.values() if len(some) >= 3]
        if enough:
            found[scale] = (
                len(enough),
                sum(s[0] for s in enough) / len(enough),
                sum(s[-1] for s in enough) / len(enough),
            )
    return found
