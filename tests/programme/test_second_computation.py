"""Every table of a random programme equals a slow second computation that shares no code with it."""

from __future__ import annotations

import json
import random
import uuid
from datetime import UTC, date, datetime, time, timedelta

import pytest
import second_computation as second
from flask import Flask
from people import TODAY, People
from second_computation import Seen
from sqlalchemy import text
from tablet import TabletLog, batch, opening

from recorder import ingest
from recorder.db import db
from recorder.instruments import library
from recorder.programme import detail, work
from recorder.programme.coverage import coverage
from recorder.programme.dosage import dosage
from recorder.programme.ratings import ratings
from recorder.programme.responsiveness import responsiveness
from recorder.programme.rollup import Period, Selection, month_of, months_before
from recorder.records.double_coding import Grant
from recorder.records.families import Consent, Family
from recorder.records.people import Account
from recorder.records.visits import Visit

SCALES = ("tuning_in", "joining", "reachable", "acceptance")
VISITORS = {"F-001": "ana", "F-002": "ben", "F-004": "cleo"}
SITES = {"F-001": "north", "F-002": "north", "F-004": "river"}
PERIOD = Period(months_before(month_of(TODAY), 4), month_of(TODAY))


def make_up(chance: random.Random, people: People, code: str) -> tuple[TabletLog, Seen]:
    """One observation at noon of a random day, as a tablet's log and as plain events."""
    day = TODAY - timedelta(days=chance.randrange(2, 170))
    scheme = chance.choice(["serve-and-return", "serve-and-return", "serve-and-return", "serve-and-return-slower"])
    role = chance.choice(["primary"] * 6 + ["second", "second"])
    signed = chance.random() < 0.85
    instrument = library.builtin(scheme)
    log = TabletLog()
    children = [people.children[name] for name in {"F-001": ["Mia"], "F-002": ["Noor"], "F-004": ["Kai"]}[code]]
    caregivers = [people.caregivers[{"F-001": "Luis", "F-002": "Hana", "F-004": "Lani"}[code]]]
    log.add("open", data=opening(
        people, role=role, family=str(people.families[code]), visit=str(uuid.UUID(int=chance.getrandbits(128))),
        children=[str(id) for id in children], caregivers=[str(id) for id in caregivers],
        instrument=instrument.name, version=instrument.version, hash=instrument.hash,
        user=str(people.accounts[VISITORS[code]]),
        wall=datetime.combine(day, time(20), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    ))  # fmt: skip
    taps, gaps = [], []
    cues, responses = [cue.code for cue in instrument.cues], [answer.code for answer in instrument.responses]
    for _ in range(chance.randrange(0, 40)):
        kind = chance.random()
        if kind < 0.06:
            out_since = log.clock_ms + 500
            log.add("view", data={"out": True}, after_ms=500)
            log.add("view", data={"out": False}, after_ms=chance.randrange(1000, 20_000))
            gaps.append((out_since, log.clock_ms))
        elif kind < 0.12:
            undone = log.add("tap", chance.choice(cues), after_ms=1500)
            log.add("void", data={"seq": undone}, after_ms=200)
        elif kind < 0.6:
            code_tapped = chance.choice(cues)
            log.add("tap", code_tapped, after_ms=chance.choice([0, chance.randrange(1001, 15_000)]))
            taps.append((log.clock_ms, code_tapped, False))
        else:
            code_tapped, another = chance.choice(responses), chance.random() < 0.1
            data = {"by": "other"} if another else None
            log.add("tap", code_tapped, data, after_ms=chance.randrange(1, 9000))
            taps.append((log.clock_ms, code_tapped, another))
    log.add("end", after_ms=chance.randrange(1, 90_000))
    given = []
    for scale in SCALES:
        if chance.random() < 0.6:
            value = chance.choice(["NOB", *range(1, 10)])
            log.add("rating", scale, {"instrument": "sensitivity/1", "value": value, "note": "seen"})
            given.append((scale, value))
    end = next(i for i, string in enumerate(log.strings) if '"kind":"end"' in string)
    duration = second.json.loads(log.strings[end])["t"]
    if signed:
        log.add("close")
    return log, Seen(scheme, str(people.families[code]), str(people.sites[SITES[code]]), day, role, signed, duration,
                     tuple(taps), tuple(gaps), tuple(given))  # fmt: skip


def grant(people: People, who: str, log: TabletLog) -> None:
    """Let a second observer code the visit of her log."""
    said = json.loads(log.strings[0])["data"]
    if said["role"] == "second":
        family = db.session.get_one(Family, uuid.UUID(said["family"]))
        visit = Visit(id=uuid.UUID(said["visit"]), programme_id=family.programme_id, family_id=family.id,
                      site_id=family.site_id, account_id=people.accounts[who],
                      local_date=date.fromisoformat(said["wall"][:10]))  # fmt: skip
        db.session.add(visit)
        db.session.flush()
        db.session.add(Grant(programme_id=family.programme_id, visit_id=visit.id, account_id=people.accounts[who],
                             granted_by_id=people.accounts["sol"]))  # fmt: skip
        db.session.commit()


def send(people: People, who: str, log: TabletLog) -> None:
    grant(people, who, log)
    reply = ingest.take(db.session.get_one(Account, people.accounts[who]), ingest.read(batch(log.part())))
    assert [entry for entry in reply if entry["quarantined"]] == []


def unsettle(chance: random.Random, people: People) -> None:
    """Visits of every outcome, a family that left, one that enrolled late, a consent that was taken back."""
    for code, visitor in VISITORS.items():
        for _ in range(chance.randrange(4, 12)):
            status, by = chance.choice(
                [("planned", None), ("done", None), ("cancelled", "staff"), ("cancelled", "family")]
            )
            db.session.add(
                Visit(programme_id=people.programme, family_id=people.families[code],
                      site_id=people.sites[SITES[code]], account_id=people.accounts[visitor],
                      local_date=TODAY + timedelta(days=chance.randrange(-170, 20)), status=status, cancelled_by=by)
            )  # fmt: skip
    unassigned = db.session.get_one(Family, people.families["F-003"])
    unassigned.enrolled_on = TODAY - timedelta(days=chance.randrange(10, 200))
    unassigned.left_on = TODAY - timedelta(days=chance.randrange(0, 9))
    db.session.get_one(Family, people.families["F-002"]).left_on = TODAY - timedelta(days=chance.randrange(20, 90))
    consent = db.session.query(Consent).filter_by(family_id=people.families["F-004"], scope="observe").one()
    consent.withdrawn_on = TODAY - timedelta(days=chance.randrange(0, 60))
    db.session.commit()


def plain(table: str, people: People) -> list[dict]:
    """Rows as the database has them, with ids as texts and days as dates."""
    rows = db.session.execute(text(f"SELECT * FROM {table}")).mappings()
    own = [row for row in rows if uuid.UUID(str(row["programme_id"])) == people.programme]
    return [{key: _plain(key, value) for key, value in row.items()} for row in own]


def _plain(key: str, value: object) -> object:
    if key == "id" or key.endswith("_id"):
        return str(uuid.UUID(str(value))) if value else None
    if key.endswith("_on") or key == "local_date":
        return date.fromisoformat(value) if isinstance(value, str) else value
    return value


def age_on(people: People, one: Seen) -> int:
    """The age of a family's child on a day, in whole months, counted by the calendar."""
    months = {"F-001": 11, "F-002": 20, "F-004": 30}
    code = next(code for code, id in people.families.items() if str(id) == one.family)
    born = TODAY - timedelta(days=round(months[code] * 30.44))
    return (one.day.year - born.year) * 12 + one.day.month - born.month - (one.day.day < born.day)


def as_keys(table: dict) -> dict:
    return {key if key is None or isinstance(key, date) else uuid.UUID(key): row for key, row in table.items()}


def compare_figures(made, seen: list[Seen], where: str) -> None:
    visits = [second.cues(one) for one in seen]
    assert made.visits == len(visits), where
    assert made.families == len({one.family for one in seen}), where
    assert made.observed_ms == sum(one.duration_ms - sum(e - s for s, e in one.gaps) for one in seen), where
    classes = (("overall", {True, False}), ("distress", {True}), ("non_distress", {False}))
    for name, wanted in classes:
        figures = getattr(made, name)
        own = [[cue for cue in visit if cue["distress"] in wanted] for visit in visits]
        m, n, k, interval = second.class_figures(own)
        assert (figures.visits, figures.codable, figures.answered) == (m, n, k), f"{where} {name}"
        assert figures.rate == (k / n if n else None)
        assert figures.interval == (interval and pytest.approx(interval, abs=2e-4)), f"{where} {name}"
    half = second.half_within(visits)
    assert made.half_within_ms == (None if half is None else pytest.approx(half, abs=100)), where


@pytest.mark.parametrize("seed", [1, 2])
def test_every_table_equals_the_second_computation(app: Flask, people: People, seed: int) -> None:
    chance = random.Random(seed)
    seen: list[Seen] = []
    with app.app_context():
        for _ in range(45):
            code = chance.choice(list(VISITORS))
            log, one = make_up(chance, people, code)
            send(people, VISITORS[code], log)
            seen.append(one)
        unsettle(chance, people)
        selection = Selection(people.programme, PERIOD, None, TODAY)
        months = second.month_ends(PERIOD.first, PERIOD.last)
        visits, families = plain("visit", people), plain("family", people)
        consents = plain("consent", people)

        made = coverage(selection)
        expected = as_keys(second.coverage(families, consents, seen, months, TODAY, every=30))
        table = {None: made.overall, **made.by_site, **made.by_month}
        nothing = (0, 0, 0, 0)
        assert {key: (row.enrolled, row.due, row.observed, row.missing) for key, row in table.items()} == {
            key: expected.get(key, nothing) for key in table
        }
        assert expected.keys() <= table.keys()

        counted = dosage(selection)
        wanted = as_keys(second.dosage(visits, families, months, TODAY))
        rows = {None: counted.overall, **counted.by_site, **counted.by_month}
        assert {
            key: (row.completed, row.cancelled_by_staff, row.cancelled_by_family, row.missing)
            for key, row in rows.items()
        } == {key: wanted.get(key, nothing) for key in rows}
        assert wanted.keys() <= rows.keys()

        inside = [one for one in seen if PERIOD.first <= one.day <= TODAY]
        groups = responsiveness(selection)
        assert {group.scheme.name for group in groups} == {one.scheme for one in inside if one.counts}
        for group in groups:
            own = [one for one in inside if one.counts and one.scheme == group.scheme.name]
            compare_figures(group.figures.overall, own, "overall")
            for site_id, figures in group.figures.by_site.items():
                compare_figures(figures, [one for one in own if one.site == str(site_id)], str(site_id))
            for month, figures in group.figures.by_month.items():
                compare_figures(figures, [one for one in own if month_of(one.day) == month], str(month))

        begun = work.parts(selection)
        table = work.work(selection, begun)
        for key, row in {None: table.overall, **table.by_site, **table.by_month}.items():
            own = [one for one in inside if one.role == "primary" and key in {None, month_of(one.day),
                   uuid.UUID(one.site)}]  # fmt: skip
            assert (row.begun, row.signed) == (len(own), sum(one.signed for one in own)), key
            spent = sum(one.duration_ms - sum(e - s for s, e in one.gaps) for one in own if one.counts)
            assert row.minutes == pytest.approx(spent / 60_000)
        visitors = {people.accounts[name]: code for code, name in VISITORS.items()}
        assert {visitors[id]: row.begun for id, row in work.by_visitor(begun).items()} == {
            code: count for code in VISITORS
            if (count := sum(one.role == "primary" and one.family == str(people.families[code]) for one in inside))
        }  # fmt: skip

        for language, ages, families in (
            (None, None, VISITORS), ("es", None, ()), ("en", (12, 24), ("F-002",)), (None, (24, 36), ("F-004",))
        ):  # fmt: skip
            found = detail.detail(selection, detail.Filter(language, ages))
            theirs = {str(people.families[code]) for code in families}
            kept = [one for one in inside if one.counts and one.family in theirs]
            if ages:  # nobody is near an edge of these ages but for a month or two: told by the second rule, too
                kept = [one for one in kept if ages[0] <= age_on(people, one) < ages[1]]
            assert {one.scheme_hash for one in found.rules} == {
                library.builtin(one.scheme).hash for one in kept
            } and found.left_out == 0
            for rule in found.rules:
                own = [one for one in kept if library.builtin(one.scheme).hash == rule.scheme_hash]
                compare_figures(rule.overall, own, "detail")
                for month, figures in rule.by_month.items():
                    compare_figures(figures, [one for one in own if month_of(one.day) == month], str(month))
                assert dict(rule.matrix) == second.matrix(own)
        ordered = sorted(inside, key=lambda one: one.day)
        assert {one.scale: one.families for one in detail.changes(selection)} == {
            scale: families for scale, (families, _, _) in second.changes(ordered).items()
        }

        scales = {figures.scale: figures for figures in ratings(selection)}
        for scale, (n, mean, sd, nob, rated) in second.ratings(inside).items():
            figures = scales.pop(scale)
            assert (figures.n, figures.nob, figures.families) == (n, nob, rated)
            assert figures.mean == (mean and pytest.approx(mean)) and figures.sd == (sd and pytest.approx(sd))
        assert scales == {}


def test_one_site_alone_equals_its_row_of_the_whole(app: Flask, people: People) -> None:
    chance = random.Random(3)
    with app.app_context():
        for _ in range(20):
            code = chance.choice(list(VISITORS))
            send(people, VISITORS[code], make_up(chance, people, code)[0])
        whole = Selection(people.programme, PERIOD, None, TODAY)
        for site_id in (people.sites["north"], people.sites["river"]):
            part = Selection(people.programme, PERIOD, site_id, TODAY)
            assert coverage(part).overall == coverage(whole).by_site[site_id]
            assert {group.scheme_hash: group.figures.overall for group in responsiveness(part)} == {
                group.scheme_hash: group.figures.by_site[site_id]
                for group in responsiveness(whole)
                if site_id in group.figures.by_site
            }


def test_what_is_taken_back_leaves_the_tables(app: Flask, people: People) -> None:
    chance = random.Random(4)
    with app.app_context():
        selection = Selection(people.programme, PERIOD, None, TODAY)
        log, one = make_up(random.Random(11), people, "F-001")
        while not (one.counts and one.day >= PERIOD.first):
            log, one = make_up(chance, people, "F-001")
        send(people, "ana", log)
        assert responsiveness(selection)[0].figures.overall.visits == 1
        before = len(log.strings)
        log.add("reopen", after_ms=10)
        ingest.take(
            db.session.get_one(Account, people.accounts["ana"]), ingest.read(batch(log.part(from_seq=before + 1)))
        )
        assert responsiveness(selection) == [] and ratings(selection) == []
