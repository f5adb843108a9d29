"""A nation's programmes, invented, the same every time: bulk-loaded, to see what pages and exports cost at size.

Programmes of eight sites in four time zones, 25 families a visitor, a few observations a family over two years. What
some hundred *patterns* of behaviour look like is made up once (`behaviour`) and measured once; each observation is one
of them with its own family, day and ids. Its log, segment, visit, figures, ratings and cells are the rows that the same
log would have left through `ingest`: `recorder recompute` on it changes nothing, and a test holds that.

Names, ids and patterns depend on one seed, days on the day alone. Everybody's password is that of the small demo.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select, text

from recorder import key_chain, sessions
from recorder.db import db, fingerprint, owned, owned_rows
from recorder.demo.behaviour import Cast, observe
from recorder.demo.households import PASSWORD, SEED, Household, known_id
from recorder.ingest.derived.observations import share_of
from recorder.ingest.segments import extend, pack
from recorder.instruments.library import builtin
from recorder.instruments.scheme import Scheme
from recorder.measures import VERSION
from recorder.measures.figures import as_document, figures
from recorder.measures.observation import UNSEEN, Observation
from recorder.measures.tape import as_log
from recorder.records import cells
from recorder.records.families import Assignment, Caregiver, Child, Consent, Family
from recorder.records.observations import ZERO_HEAD, Cell, Log, Segment, StoredFigures, StoredRating
from recorder.records.people import Account, Programme, Site
from recorder.records.visits import Visit

Progress = Callable[[int], None]
"""Called with how many observations were written since the last call."""


@dataclass(frozen=True)
class Size:
    """How much: programmes, families in all, observations a family on average, patterns, cues a minute."""

    programmes: int
    families: int
    observations: int
    patterns: int = 200
    pace: float = 17.0


SIZES = {
    "town": Size(1, 40, 100, patterns=10),
    "region": Size(2, 2_000, 5_000),
    "nation": Size(5, 20_000, 50_000),
}
"""About 200 events an observation: a nation has 10^7 of them."""

ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
SITES = 8
FAMILIES_A_VISITOR = 25
DAYS = 730
AT_ONCE = 500
LANGUAGES = ("en", "en", "es")


@dataclass(frozen=True)
class _Pattern:
    """One observation that many families show: what was seen, its log after the opening, and what it comes to."""

    seen: Observation
    tail: Sequence[str]
    row: dict[str, Any]


@dataclass(frozen=True)
class _Home:
    programme_id: uuid.UUID
    site_id: uuid.UUID
    zone: str
    visitor_id: uuid.UUID
    id: uuid.UUID
    child_id: uuid.UUID
    caregiver_id: uuid.UUID


def exists() -> bool:
    """Whether a nation is there already."""
    return db.session.scalar(select(Programme.id).where(Programme.id == known_id("nation", 0))) is not None


def make(today: date, size: Size, progress: Progress = lambda count: None) -> None:
    """Write the programmes to the current application's database, in which they must not be yet. Commits."""
    chance = Random(f"{SEED} nation")
    patterns = [_pattern(number, size.pace) for number in range(size.patterns)]
    homes = [home for number in range(size.programmes) for home in _programme(number, size, today, chance)]
    db.session.commit()
    shares = _Shares()
    key = (db.session.scalar(select(func.max(Log.key))) or 0) + 1
    for start in range(0, size.observations, AT_ONCE):
        rows = _Rows()
        for number in range(start, min(start + AT_ONCE, size.observations)):
            home, pattern = homes[chance.randrange(len(homes))], patterns[chance.randrange(len(patterns))]
            _observation(key + number, home, pattern, number, today, chance, rows, shares)
        rows.write()
        db.session.commit()
        progress(min(AT_ONCE, size.observations - start))
    shares.write()
    _sequences()
    db.session.commit()


# --- programmes, people, families


def _programme(number: int, size: Size, today: date, chance: Random) -> Iterator[_Home]:
    id = known_id("nation", number)
    hashed = sessions.hashed(PASSWORD)
    db.session.add(Programme(id=id, name=f"Programme {number + 1} (invented)"))
    db.session.flush()
    sites = [Site(id=known_id("nation site", number, place), programme_id=id, name=f"Site {place + 1}",
                  zone=ZONES[place % len(ZONES)]) for place in range(SITES)]  # fmt: skip
    db.session.add_all(sites)
    db.session.flush()
    families = size.families // size.programmes
    visitors = [
        _account(id, hashed, f"visitor-{number}-{place}", "visitor", sites[place % SITES].id)
        for place in range(max(SITES, families // FAMILIES_A_VISITOR))
    ]
    for role in ("manager", "auditor"):
        visitors.append(_account(id, hashed, f"{role}-{number}", role, None))
    db.session.connection().execute(insert(Account), owned_rows(Account, visitors))
    visitors = visitors[:-2]
    tables: dict[type, list[dict[str, Any]]] = {table: [] for table in (Family, Child, Caregiver, Consent, Assignment)}
    for place in range(families):
        visitor = visitors[place % len(visitors)]
        zone = next(site.zone for site in sites if site.id == visitor["site_id"])
        yield _home(number, place, id, visitor, zone, today, chance, tables)
    key_chain.chain().make((row["id"], id) for row in tables[Family])
    for table, rows in tables.items():
        for start in range(0, len(rows), 5_000):
            db.session.connection().execute(insert(table), owned_rows(table, rows[start : start + 5_000]))


def _account(
    programme_id: uuid.UUID, hashed: str, sign_in: str, role: str, site_id: uuid.UUID | None
) -> dict[str, Any]:
    return {
        "id": known_id("account", sign_in), "programme_id": programme_id, "site_id": site_id, "sign_in": sign_in,
        "name": sign_in.replace("-", " ").capitalize(), "role": role, "password_hash": hashed,
    }  # fmt: skip


def _home(
    number: int, place: int, programme_id: uuid.UUID, visitor: dict[str, Any], zone: str, today: date, chance: Random,
    tables: dict[type, list[dict[str, Any]]],
) -> _Home:  # fmt: skip
    key = f"{number} {place}"
    home = _Home(programme_id, visitor["site_id"], zone, visitor["id"], known_id("nation family", key),
                 known_id("nation child", key), known_id("nation caregiver", key))  # fmt: skip
    enrolled = today - timedelta(days=chance.randint(DAYS, DAYS + 200))
    left = today - timedelta(days=chance.randint(0, 200)) if chance.random() < 0.15 else None
    born = (enrolled - timedelta(days=chance.randint(20, 500))).isoformat()
    of = {"programme_id": programme_id, "family_id": home.id}
    tables[Family].append(
        {"id": home.id, "programme_id": programme_id, "site_id": home.site_id, "code": f"N-{place + 1:05}",
         "goal": "More calm at bedtime", "enrolled_on": enrolled, "left_on": left}
    )  # fmt: skip
    tables[Child].append(
        {"id": home.child_id, **of, "first_name": f"Child {place + 1}", "birth_date": born,
         "duplicate": fingerprint(f"Child {key}", born)}
    )  # fmt: skip
    tables[Caregiver].append(
        {"id": home.caregiver_id, **of, "first_name": f"Caregiver {place + 1}", "relation": "mother",
         "language": chance.choice(LANGUAGES)}
    )  # fmt: skip
    tables[Consent] += [{"id": known_id("nation consent", key, scope), **of, "scope": scope, "given_on": enrolled}
                        for scope in ("observe", "share")]  # fmt: skip
    tables[Assignment].append(
        {"id": known_id("nation assignment", key), **of, "account_id": home.visitor_id, "from_on": enrolled}
    )
    return home


# --- observations


def _pattern(number: int, pace: float) -> _Pattern:
    chance = Random(f"{SEED} pattern {number}")
    scheme = builtin("serve-and-return-slower" if number % 5 == 0 else "serve-and-return")
    assert isinstance(scheme, Scheme)
    household = Household((), (), "", chance.uniform(0.35, 0.8), chance.uniform(0.6, 0.95), pace)
    seen = observe(scheme, household, Cast("child", "caregiver", None), chance)
    made = figures(seen, child="child")
    counts = {"cues": made.overall.cues}
    for name, part in (("", made.overall), ("distress_", made.distress), ("non_distress_", made.non_distress)):
        counts |= {f"{name}codable": part.codable, f"{name}answered": part.answered}
    document = as_document(made, "", scheme.id)
    spans = [[span.t_ms, span.until_ms, span.code] for span in seen.events if span.code in UNSEEN]
    latencies = [pair.latency_ms for pair in made.pairs
                 if pair.in_rate and pair.status == "answered" and pair.latency_ms is not None]  # fmt: skip
    row = counts | {
        "measures_version": VERSION, "scheme": scheme.id, "scheme_hash": scheme.hash, "observed_ms": made.observed_ms,
        "figures": document | {"duration_ms": seen.duration_ms, "spans": spans},
        "histogram": cells.histogram(latencies),
    }  # fmt: skip
    return _Pattern(seen, as_log(seen, {})[1:], row)


def _observation(
    key: int, home: _Home, pattern: _Pattern, number: int, today: date, chance: Random, rows: _Rows, shares: _Shares
) -> None:
    local = datetime.combine(
        today - timedelta(days=chance.randint(1, DAYS)), time(chance.randint(9, 16), chance.randint(0, 59)),
        ZoneInfo(home.zone),
    )  # fmt: skip
    at, context = local.astimezone(UTC), chance.choice(("free_play", "meal", "care", "book"))
    log_id, visit_id = known_id("nation log", number), known_id("nation visit", number)
    of = {"programme_id": home.programme_id, "visit_id": visit_id, "family_id": home.id, "local_date": local.date(),
          "account_id": home.visitor_id}  # fmt: skip
    scheme = pattern.seen.scheme
    events = [as_log(Observation(scheme, 0, ()), _opening(home, scheme, visit_id, at, context))[0], *pattern.tail]
    rows.visits.append(
        {"id": visit_id, "programme_id": home.programme_id, "family_id": home.id, "site_id": home.site_id,
         "account_id": home.visitor_id, "local_date": local.date(), "local_time": f"{local:%H:%M}", "status": "done"}
    )  # fmt: skip
    rows.logs.append(
        of | {"key": key, "id": log_id, "context": context, "instrument": scheme.id, "instrument_hash": scheme.hash,
              "stored_upto": len(events), "head": extend(ZERO_HEAD, events), "started_at": at, "clock_grade": "C",
              "end": "end", "closed_at": at + timedelta(minutes=chance.randint(20, 3_000))}
    )  # fmt: skip
    rows.segments.append(
        {"programme_id": home.programme_id, "log_key": key, "from_seq": 1, "upto_seq": len(events), "head": ZERO_HEAD,
         "body": owned(pack(events), home.id, home.programme_id)}
    )  # fmt: skip
    document = pattern.row["figures"] | {
        "id": str(log_id), "child": str(home.child_id), "caregiver": str(home.caregiver_id)
    }  # fmt: skip
    figures_row = pattern.row | of | {
        "log_key": key, "site_id": home.site_id, "child_id": home.child_id, "context": context, "figures": document
    }  # fmt: skip
    rows.figures.append(figures_row)
    shares.add(figures_row)
    for instrument, values in pattern.seen.ratings.items():
        for scale, value in values.items():
            nob = value == "NOB"
            rows.ratings.append(
                of | {"log_key": key, "site_id": home.site_id, "instrument": instrument, "scale": scale,
                      "value": None if nob else value, "nob": nob}
            )  # fmt: skip


def _opening(home: _Home, scheme: Scheme, visit_id: uuid.UUID, at: datetime, context: str) -> dict[str, Any]:
    return {
        "kind": "observation", "role": "primary", "context": context, "clock": "monotonic",
        "instrument": scheme.name, "version": scheme.version, "hash": scheme.hash, "visit": str(visit_id),
        "family": str(home.id), "children": [str(home.child_id)], "caregivers": [str(home.caregiver_id)],
        "device": str(known_id("nation tablet", home.visitor_id)), "user": str(home.visitor_id),
        "wall": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"), "zone": home.zone,
        "planned_ms": 600_000, "consent": {"observe": True, "given_now": False}, "present": "", "state": "calm",
    }  # fmt: skip


class _Rows:
    """The rows of some observations, table by table."""

    def __init__(self) -> None:
        self.visits: list[dict[str, Any]] = []
        self.logs: list[dict[str, Any]] = []
        self.segments: list[dict[str, Any]] = []
        self.figures: list[dict[str, Any]] = []
        self.ratings: list[dict[str, Any]] = []

    def write(self) -> None:
        """Insert them, what is pointed at first."""
        tables = ((Visit, self.visits), (Log, self.logs), (Segment, self.segments), (StoredFigures, self.figures),
                  (StoredRating, self.ratings))  # fmt: skip
        for table, rows in tables:
            db.session.connection().execute(insert(table), rows)


class _Shares:
    """The cells of everything that was written, added up in memory and written once."""

    def __init__(self) -> None:
        self._totals = cells.Totals()

    def add(self, row: dict[str, Any]) -> None:
        """Add what one observation adds."""
        self._totals.add(share_of(row))

    def write(self) -> None:
        """Insert the cells."""
        rows = self._totals.rows()
        for start in range(0, len(rows), 1_000):
            db.session.connection().execute(insert(Cell), rows[start : start + 1_000])


def _sequences() -> None:
    """Let PostgreSQL count on from the keys that were given."""
    if db.engine.dialect.name == "postgresql":
        for name in ("log",):
            db.session.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{name}', 'key'), (SELECT max(key) FROM {name}))")  # nosec B608
            )
