"""A supervisor corrects a signed observation; what the tablet sent stays, and two changes from one value both stay."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from flask import Flask
from forms import beside, filled, send, words
from people import People
from sqlalchemy import select
from tablet import TabletLog, batch, observed

from recorder import ingest
from recorder.db import db
from recorder.ingest.segments import strings
from recorder.measures.tape import amended
from recorder.records.observations import Log, StoredFigures, StoredRating

MARKED = {"X-Recorder": "1"}
TAP = "tap/2"  # the first sound
RATED = "rating/sensitivity/1/tuning_in"


def post(client, *parts) -> None:
    answer = client.post("/api/v1/sync/events", data=batch(*parts), headers=MARKED, content_type="application/json")
    assert answer.status_code == 200 and answer.json["logs"][0]["quarantined"] == []


@pytest.fixture
def log(people: People, signed_in) -> TabletLog:
    """Ana's signed observation of Mia: ten sounds, five answers, "tuning in" 7."""
    log = observed(people)
    post(signed_in("ana"), log.part())
    return log


def path(log: TabletLog, place: str) -> str:
    return f"/observations/{log.id}/corrections/new?place={place}"


def correct(client, log: TabletLog, place: str, base: str, value: str, reason: str = "Seen on the second look."):
    return send(client, path(log, place), {"base": base, "value": value, "reason": reason})


def counted(app: Flask) -> tuple[int, list[int | None]]:
    """How many cues the stored figures hold, and the ratings."""
    with app.app_context():
        cues = db.session.scalars(select(StoredFigures.cues)).one()
        return cues, sorted(db.session.scalars(select(StoredRating.value)), key=str)


def sent(app: Flask) -> list[str]:
    with app.app_context():
        return strings(db.session.scalars(select(Log).where(Log.owner == "device")).one())


def test_a_tap_is_struck_and_a_rating_changed_and_figures_follow(app: Flask, signed_in, log: TabletLog) -> None:
    sol, before = signed_in("sol"), sent(app)
    assert counted(app) == (10, [7, None])
    form = sol.get(path(log, TAP))
    assert "Tap at 0:12" in words(form) and filled(form)["base"] == "VOC"
    correct(sol, log, TAP, "VOC", "")
    correct(sol, log, RATED, "7", "5")
    assert counted(app) == (9, [5, None])
    page = words(sol.get(f"/observations/{log.id}/corrections"))
    assert "Sound or talk → Struck: nothing happened here" in re.sub(r"\s+", " ", page)
    assert "7 → 5" in re.sub(r"\s+", " ", page) and "Seen on the second look." in page and "Sol" in page
    assert sent(app) == before, "the tablet's own log is never changed"
    with app.app_context():
        second = db.session.scalars(select(Log).where(Log.owner == "server")).one()
        assert (second.kind, [json.loads(one)["seq"] for one in strings(second)]) == ("correction", [1, 2])
        ingest.recompute(db.session.scalars(select(Log).where(Log.owner == "device")).one())
        db.session.commit()
    assert counted(app) == (9, [5, None]), "made again from both logs it is the same"


def test_two_changes_from_one_value_both_stay_until_somebody_decides(app: Flask, signed_in, log: TabletLog) -> None:
    sol = signed_in("sol")
    correct(sol, log, RATED, "7", "5")
    answer = correct(sol, log, RATED, "7", "8", "She was quicker than that.")
    assert "please decide which one stands" in words(sol.get(answer.location))
    assert counted(app) == (10, [5, None])
    page = words(sol.get(f"/observations/{log.id}/corrections"))
    assert "Waits for a decision" in page and "Now it says: 5." in page
    assert filled(sol.get(path(log, RATED)))["base"] == "5"
    correct(sol, log, RATED, "5", "8", "We looked at it together.")
    assert counted(app) == (10, [8, None])
    assert "Waits for a decision" not in words(sol.get(f"/observations/{log.id}/corrections"))


def test_what_the_tablet_changes_afterwards_is_a_conflict_too(app: Flask, signed_in, log: TabletLog) -> None:
    sol = signed_in("sol")
    correct(sol, log, RATED, "7", "5")
    reopen = log.add("reopen")
    log.add("rating", "tuning_in", {"instrument": "sensitivity/1", "value": 6, "note": ""})
    log.add("close")
    post(signed_in("ana"), log.part(reopen))
    assert counted(app) == (10, [6, None])
    assert "Now it says: 6." in words(sol.get(f"/observations/{log.id}/corrections"))


def test_without_the_base_the_later_change_would_win_in_silence(
    log: TabletLog, app: Flask, signed_in, monkeypatch
) -> None:
    def blind(tape, corrections):
        for one in corrections:
            tape, _ = amended(tape, [replace(one, base=tape.ratings["sensitivity/1"]["tuning_in"])])
        return tape, ()

    monkeypatch.setattr("recorder.measures.tape.amended", blind)
    with pytest.raises(AssertionError):
        test_two_changes_from_one_value_both_stay_until_somebody_decides(app, signed_in, log)


def test_a_reason_is_asked_and_a_value_of_the_place(app: Flask, signed_in, log: TabletLog) -> None:
    sol = signed_in("sol")
    answer = correct(sol, log, TAP, "VOC", "LOOK", reason=" ")
    assert answer.status_code == 422 and "Please say why." in beside(answer, "reason")
    assert correct(sol, log, TAP, "VOC", "JUMP").status_code == 422
    assert counted(app)[0] == 10
    for place in ("tap/1", "tap/x", "rating/sensitivity/1/none", "", "rating"):
        assert sol.get(path(log, place)).status_code == 404


def test_who_may_correct(signed_in, log: TabletLog) -> None:
    seen = words(signed_in("ana").get(f"/observations/{log.id}/corrections"))
    assert "Tap at 0:12" in seen and '<th scope="col">Change' not in seen
    assert signed_in("ana").get(path(log, TAP)).status_code == 403
    assert signed_in("olga").get(f"/observations/{log.id}/corrections").status_code == 404


def test_an_observation_that_is_not_signed_is_not_corrected(signed_in, people: People) -> None:
    log = observed(people)
    post(signed_in("ana"), log.part(1, len(log.strings) - 1))
    assert signed_in("sol").get(path(log, TAP)).status_code == 404


def test_the_tablet_hears_of_it(signed_in, log: TabletLog, people: People) -> None:
    sol, ana = signed_in("sol"), signed_in("ana")
    correct(sol, log, TAP, "VOC", "")
    correct(sol, log, RATED, "7", "5")
    correct(sol, log, RATED, "7", "8")
    told = ana.get("/api/v1/sync/pull", headers=MARKED).json["amendments"]
    assert [(one["place"], one["base"], one["value"], one["open"]) for one in told] == [
        (TAP, "VOC", None, False),
        (RATED, 7, 5, False),
        (RATED, 7, 8, True),
    ]
    assert told[0] | {"log": "", "place": ""} == {
        "log": "", "seq": 1, "family": str(people.families["F-001"]), "date": told[0]["date"], "t": 12_000,
        "instrument": "serve-and-return/1", "place": "", "base": "VOC", "value": None, "by": "Sol", "open": False,
        "reason": "Seen on the second look.",
    }  # fmt: skip
    assert sol.get("/api/v1/sync/pull", headers=MARKED).json["amendments"] == [], "she recorded nothing herself"
