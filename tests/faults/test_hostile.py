"""What nobody's tablet or browser would send: damaged batches, invented documents, cut bodies, one batch fifty times.

The answer is 2xx, a redirection or 4xx, or a designed 503; never another 5xx, never a traceback. A run takes 5,000
damaged batches and 40 forms a route; the campaign (`pytest -m campaign`) 200,000 and 2,000.
"""

from __future__ import annotations

import copy
import html.parser
import json
import random
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import matrix
import pytest
from enrolling import enrol
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matrix import Cell, World
from people import People
from sealing import LogKey, sealed
from sqlalchemy import func, select
from tablet import batch, observed, questionnaire, safety, sheet, sort
from test_access import MAY

from recorder.db import db
from recorder.records.observations import Batch, Log, Quarantined

EVENTS = "/api/v1/sync/events"
RIGHT = {200, 400, 403, 409, 413}
HOSTILE = [
    None, True, False, 0, -1, 1.5, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 1e308, float("nan"), float("inf"), "", " ",
    "\0", "\ud800", "‮", "a" * 5000, "🙈" * 300, "<script>alert(1)</script>", "'; DROP TABLE log; --", "{{7*7}}",
    "../../etc/passwd", "=1+1", "2026-02-30", "2026-11-24T25:61:00Z", "9999-12-31T23:59:59.999Z", "0" * 64,
    "00000000-0000-0000-0000-000000000000", [], {}, [[]], [None], {"": ""}, {"a": {"b": {"c": {"d": {"e": 1}}}}},
    list(range(300)),
]  # fmt: skip


@pytest.fixture
def world(app: Flask, people: People) -> World:
    app.testing = False
    return matrix.build(app, people)


def whole(app: Flask, people: People) -> list[tuple[dict[str, str], dict[str, Any]]]:
    """Batches that are right: who sends them, and what."""
    page = observed(people)
    page.strings.pop()
    page.add("sheet", data=sheet(people))
    page.add("close", after_ms=1000)
    made = [observed(people), page, sort(people), questionnaire(people), safety(people)]
    tablet = enrol(app, people)
    of_a_tablet = sealed(observed(people), tablet.server_key, key=LogKey())
    plain = [{"batch": str(uuid.uuid4()), "logs": [log.part()]} for log in made]
    return [(tablet.headers, {"batch": str(uuid.uuid4()), "logs": [of_a_tablet]})] + [
        (tablet.headers, b) for b in plain
    ]


def damaged(chance: random.Random, document: dict[str, Any]) -> bytes:
    """A batch with one to three faults: in its JSON, in the JSON of its events, in its bytes."""
    made = copy.deepcopy(document)
    for _fault in range(chance.randint(1, 3)):
        where = chance.random()
        if where < 0.35:
            _damage(chance, made)
        elif where < 0.8:
            _damage_event(chance, made)
        else:
            return _damage_bytes(chance, json.dumps(made).encode("utf-8", "replace"))
    return json.dumps(made).encode("utf-8", "replace")


def _places(value: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found.append((value, key))
        _places(inner, found)
    return found


def _damage(chance: random.Random, document: Any) -> None:
    """Replace, take away, double or rename one thing somewhere."""
    places = _places(document, [])
    if not places:
        return
    holder, key = chance.choice(places)
    what = chance.random()
    if what < 0.6:
        holder[key] = copy.deepcopy(chance.choice(HOSTILE))
    elif what < 0.75:
        del holder[key]
    elif what < 0.9 and isinstance(holder, list):
        holder.insert(key, copy.deepcopy(holder[key]))
    elif isinstance(holder, dict):
        holder[chance.choice(["", "id", "kind", "data", "t", "seq", "\0"])] = holder.pop(key)


def _damage_event(chance: random.Random, document: dict[str, Any]) -> None:
    """Damage the text of one event, which is JSON inside the JSON."""
    lists = [holder[key] for holder, key in _places(document, []) if key in {"events", "sealed"}]
    texts = next((one for one in lists if isinstance(one, list) and one and isinstance(one[0], str)), None)
    if texts is None:
        return _damage(chance, document)
    place = 0 if chance.random() < 0.4 else chance.randrange(len(texts))
    try:
        event = json.loads(texts[place])
        _damage(chance, event)
        texts[place] = json.dumps(event)
    except (ValueError, TypeError, RecursionError):
        texts[place] = str(texts[place])[: chance.randrange(20)] + chance.choice(["", "\0", "{", "\ud800"])


def _damage_bytes(chance: random.Random, body: bytes) -> bytes:
    """Flip, cut, put in, double some bytes."""
    at, what = chance.randrange(len(body)), chance.random()
    if what < 0.3:
        return body[:at]
    if what < 0.6:
        return body[:at] + bytes([chance.randrange(256)]) + body[at + 1 :]
    if what < 0.8:
        return body[:at] + chance.choice([b"\xff", b"\xed\xa0\x80", b"\0", b"[" * 990, b"9" * 5000]) + body[at:]
    return body[:at] + body[at : at + 40] + body[at:]


def send_damaged(world: World, people: People, count: int, seed: int) -> dict[int, int]:
    """Send so many damaged batches. Returns how often each status came."""
    chance, came = random.Random(seed), {}
    right = whole(world.app, people)
    with matrix.nothing_is_kept():
        for number in range(count):
            headers, document = chance.choice(right)
            body = damaged(chance, document)
            answer = world.browser.post(EVENTS, data=body, headers=headers)
            assert answer.status_code in RIGHT, (number, seed, answer.status_code, body[:3000])
            assert answer.is_json and b"Traceback" not in answer.data
            came[answer.status_code] = came.get(answer.status_code, 0) + 1
    return came


def test_damaged_batches(world: World, people: People) -> None:
    came = send_damaged(world, people, 2500, 20261124)
    assert min(came.get(200, 0), came.get(400, 0)) > 250, came


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(20))
def test_damaged_batches_by_the_ten_thousand(world: World, people: People, seed: int) -> None:
    send_damaged(world, people, 5000, seed)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_damaged_batch_that_is_not_parsed_strictly_bursts(world: World, people: People, monkeypatch) -> None:
    """The defence switched off: without the door's own reading something else than a refusal comes."""
    from recorder.ingest import door

    monkeypatch.setattr(door, "_check", lambda value, depth: None)
    monkeypatch.setattr(door, "_once", dict)
    monkeypatch.setattr(door, "identified", lambda value, where: uuid.UUID(value))
    with pytest.raises(AssertionError):
        send_damaged(world, people, 2500, 20261124)


def test_a_body_that_is_cut_at_every_byte_stores_nothing(world: World, people: People) -> None:
    log = observed(people, cues=14)
    body = batch(log.part(1, 17))
    assert 1800 < len(body) < 2600
    tablet = enrol(world.app, people).headers
    with world.app.app_context():
        before = db.session.scalar(select(func.count()).select_from(Log))
    with matrix.nothing_is_kept():
        for cut in range(len(body)):
            answer = world.browser.post(EVENTS, data=body[:cut], headers=tablet)
            assert answer.status_code == 400 and "Traceback" not in answer.get_data(as_text=True), cut
            assert db_count(world.app, Log) == before
    assert world.browser.post(EVENTS, data=body, headers=tablet).status_code == 200
    assert db_count(world.app, Log) == before + 1


def db_count(app: Flask, model: Any) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_one_batch_fifty_times_at_once_is_one_batch(world: World, people: People) -> None:
    log = observed(people)
    body, tablet = batch(log.part()), enrol(world.app, people).headers

    def post(_number: int) -> tuple[int, Any]:
        answer = world.app.test_client().post(EVENTS, data=body, headers=tablet)
        return answer.status_code, answer.get_json().get("logs")

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(post, range(50)))
    assert {status for status, _ in answers} <= {200, 503}
    taken = [told for status, told in answers if status == 200]
    assert taken and all(told == taken[0] for told in taken)
    with world.app.app_context():
        made = db.session.scalars(select(Log).where(Log.id == log.id)).one()
        assert made.stored_upto == len(log.strings)
        assert db.session.scalar(select(func.count()).where(Batch.id == uuid.UUID(json.loads(body)["batch"]))) == 1
        assert db.session.scalar(select(func.count()).where(Quarantined.log_id == log.id)) == 0


TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=60),
    st.sampled_from([str(one) for one in HOSTILE if isinstance(one, str) and "\ud800" not in one]),
    st.sampled_from(["0", "-1", "9" * 400, "1e400", "NaN", "2026-11-24", "0001-01-01", "12:00", "y", "on", "x" * 4001]),
)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


class Forms(html.parser.HTMLParser):
    """Collects what each form of a page would send: by address, the fields with the values that stand in them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.action, self.select = page, "", ""
        self.found: dict[str, dict[str, list[str]]] = {}

    def handle_starttag(self, tag: str, attributes: Any) -> None:
        has = dict(attributes)
        if tag == "form":
            self.action = (has.get("action") or self.page) if has.get("method", "").lower() == "post" else ""
            if self.action:
                self.found.setdefault(self.action.split("?")[0], {})
        if not self.action:
            return
        fields = self.found[self.action.split("?")[0]]
        if tag in {"input", "select", "textarea", "button"} and has.get("name") and has["name"] != "csrf_token":
            fields.setdefault(has["name"], []).append(has.get("value") or "")
            self.select = has["name"] if tag == "select" else ""
        if tag == "option" and self.select:
            fields[self.select].append(has.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.action = ""


def forms(world: World) -> dict[str, dict[str, list[str]]]:
    """The fields of every form that somebody sees on a page about her own, by its address."""
    found: dict[str, dict[str, list[str]]] = {}
    for cell in matrix.cells(world.app):
        if cell.method == "GET" and cell.relation in {"", "own"} and matrix.expected(cell, MAY) == "taken":
            path = world.path(cell)
            with world.browser.open(path, headers=world.headers[cell.principal]) as answer:
                if answer.mimetype == "text/html" and answer.status_code == 200:
                    reader = Forms(path)
                    reader.feed(answer.get_data(as_text=True))
                    found |= {address: fields for address, fields in reader.found.items() if fields}
    return found


def callers(world: World) -> dict[str, Cell]:
    """For every POST route one who may call it, about her own."""
    found: dict[str, Cell] = {}
    for cell in matrix.cells(world.app):
        if cell.method == "POST" and cell.relation in {"", "own"} and matrix.expected(cell, MAY) == "taken":
            found.setdefault(cell.endpoint, cell)
    return found


def attempt(world: World, cell: Cell, known: dict[str, dict[str, list[str]]], examples: int) -> None:
    """Post so many invented documents to a route, as somebody who may."""
    path, headers = world.path(cell), world.headers[cell.principal]

    def post(**body: Any) -> None:
        with world.browser.post(path, headers=headers, **body) as answer:
            assert answer.status_code < 500 or answer.status_code == 503, (path, body, answer.status_code)
            assert b"Traceback" not in answer.data

    def repeat(strategy: Any, one: Callable[[Any], None]) -> None:
        @settings(max_examples=examples, deadline=None, database=None, derandomize=True,
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(strategy)
        def every(value: Any) -> None:
            one(value)

        every()

    if cell.rule.startswith("/api/"):
        repeat(DOCUMENTS, lambda value: post(data=json.dumps(value).encode("utf-8", "replace")))
        return
    fields = {name: st.sampled_from(values) | TEXTS for name, values in known.get(path, {}).items()}
    strategy = st.fixed_dictionaries({}, optional=fields) if fields else st.dictionaries(TEXTS, TEXTS, max_size=4)
    token = {"csrf_token": world.tokens[cell.principal]}
    repeat(strategy, lambda value: post(data=value | token))


def try_every_form(world: World, examples: int) -> None:
    known, faults = forms(world), []
    assert len(known) > 25
    with matrix.nothing_is_kept():
        for cell in callers(world).values():
            try:
                attempt(world, cell, known, examples)
            except AssertionError as error:
                faults.append(f"{cell.endpoint}: {error}")
    assert not faults, "\n".join(faults)


def test_invented_documents_for_every_post_route(world: World) -> None:
    try_every_form(world, 40)


@pytest.mark.campaign
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_two_thousand_invented_documents_for_every_post_route(world: World) -> None:
    try_every_form(world, 2000)
