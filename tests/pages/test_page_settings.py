"""How a programme's pages look and read: what a manager sets, what is refused beside the field, what a tablet takes."""

from __future__ import annotations

import io
import json

import pytest
from flask import Flask
from forms import beside, filled, send, send_parts, words
from people import TODAY, People
from PIL import Image
from werkzeug.datastructures import FileStorage

from recorder import page_look
from recorder.db import db
from recorder.feedback.words import wording
from recorder.records.given import PageLook

AT = "/programme/pages/"
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def mara(signed_in):
    return signed_in("mara")


def picture(kind: str = "PNG", size: tuple[int, int] = (2400, 300), mode: str = "RGB") -> bytes:
    target = io.BytesIO()
    Image.new(mode, size, (20, 83, 90, 0)[: len(mode)]).save(target, kind)
    return target.getvalue()


def look(**changes) -> dict:
    return {"accent": "", "languages": "en", "link_days": "7", "link_opens": "5"} | changes


def upload(client, path: str, data: dict):
    return send_parts(client, path, data)


def pulled(client) -> dict:
    return client.get("/api/v1/sync/pull", headers={"X-Recorder": "1"}).json["programme"]


@SQLITE
def test_colour_logo_languages_and_links_are_kept(app: Flask, mara, signed_in, people: People) -> None:
    data = look(accent="#7A1F3D", link_days="3", link_opens="2", logo=FileStorage(io.BytesIO(picture()), "logo.png"))
    assert upload(mara, AT, data | {"languages": "ar"}).status_code == 302
    with app.app_context():
        kept = db.session.get(PageLook, people.programme)
        assert (kept.accent, kept.link_days, kept.link_opens, kept.languages) == ("#7a1f3d", 3, 2, ["ar"])
        assert Image.open(io.BytesIO(kept.logo)).size == (1200, 150)
    assert "The logo now" in words(mara.get(AT)) and pulled(signed_in("ana"))["languages"] == ["ar"]
    assert (
        mara.get("/accent/7a1f3d.css").get_data(as_text=True).strip()
        == "@layer place { .handout { --accent: #7a1f3d; } }"
    )
    assert mara.get("/accent/ffffff.css").status_code == 404
    drawn = mara.get(f"/logo/{people.programme}.png")
    assert drawn.mimetype == "image/png" and Image.open(io.BytesIO(drawn.data)).size == (1200, 150)
    assert mara.get(f"/logo/{people.other_programme}.png").status_code == 404
    assert upload(mara, AT, look(no_logo="1")).status_code == 302
    assert "The logo now" not in words(mara.get(AT))


@SQLITE
@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("accent", "#8a8a8a", "too light to read"),
        ("accent", "red", "six digits"),
        ("link_days", "0", "between 1 and 30"),
        ("logo", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "PNG or JPEG"),
        ("logo", b"\x89PNG\r\n\x1a\n broken", "PNG or JPEG"),
        ("logo", picture("GIF"), "PNG or JPEG"),
        ("logo", picture(size=(20, 20)), "too small"),
        ("logo", picture(size=(6000, 5000)), "too large"),
        ("logo", b"x" * 1_000_001, "one megabyte"),
    ],
    ids=["light", "a name", "no days", "svg", "broken", "gif", "tiny", "huge", "heavy"],
)
def test_what_cannot_be_printed_is_said_beside_the_field(
    app: Flask, mara, people: People, field: str, value: str | bytes, sentence: str
) -> None:
    sent = FileStorage(io.BytesIO(value), "logo.svg") if isinstance(value, bytes) else value
    answer = upload(mara, AT, look(**{field: sent}))
    assert answer.status_code == 422 and sentence in beside(answer, field)
    with app.app_context():
        assert db.session.get(PageLook, people.programme) is None


def test_a_logo_is_drawn_anew_and_flat() -> None:
    jpeg = picture("JPEG", (400, 400)) + b"<script>"
    for sent in (jpeg, picture(mode="RGBA")):
        drawn = page_look.logo(sent)
        assert b"<script>" not in drawn and Image.open(io.BytesIO(drawn)).mode == "RGB"
    assert Image.open(io.BytesIO(page_look.logo(picture(mode="RGBA")))).getpixel((5, 5)) == (255, 255, 255)


@SQLITE
def test_whoever_read_a_language_over_is_named_with_a_day(mara, signed_in) -> None:
    at = f"{AT}wording/es"
    assert "A reviewer needs a name and a day." in beside(send(mara, at, {"es-reviewer": "Luz"}), "es-reviewed_on")
    assert send(mara, at, {"es-reviewer": "Luz", "es-reviewed_on": str(TODAY)}).status_code == 302
    assert "read over by Luz" in words(mara.get(AT)) and pulled(signed_in("ana"))["reviewed"] == ["es"]
    assert mara.post(f"{AT}wording/xx", data=filled(mara.get(AT))).status_code == 404


@SQLITE
def test_a_programme_brings_its_own_wording_of_a_language_that_has_none(mara, signed_in) -> None:
    at = f"{AT}wording/so"
    answer = send(mara, at, {"so-reviewer": "Amina", "so-reviewed_on": str(TODAY)})
    assert "no sentences in this language yet" in beside(answer, "so-wording")
    file = json.loads(mara.get(f"{at}.json").get_data(as_text=True))
    assert file == wording("en")
    file["title"] = "Waqti {child}"
    del file["step"]["repair"]["say"], file["cue"]["VOC"]
    broken = {"so-wording": FileStorage(io.BytesIO(json.dumps(file).encode()), "so.json")}
    told = beside(upload(mara, at, broken), "so-wording")
    assert "2 entries" in told and "cue.VOC" in told and "step.repair.say" in told
    for junk in (b"{", b"[]", b"\xff"):
        assert upload(mara, at, {"so-wording": FileStorage(io.BytesIO(junk), "so.json")}).status_code == 422
    whole = json.dumps(dict(wording("en")) | {"title": "Waqti {child}"}).encode()
    assert upload(mara, at, {"so-wording": FileStorage(io.BytesIO(whole), "so.json")}).status_code == 302
    told = pulled(signed_in("ana"))
    assert told["wordings"][-1] == "so" and told["own_wordings"]["so"]["title"] == "Waqti {child}"
    assert told["own_wordings"]["so"]["letters"] and told["reviewed"] == []


STEP = {"language": "en", "when": "at lunch.", "what": "Let {child} start.", "say": "", "helps": ""}


@SQLITE
def test_a_step_of_its_own_comes_by_its_trigger(mara, signed_in) -> None:
    at = f"{AT}steps"
    assert "choose the cue" in beside(send(mara, at, STEP | {"trigger": "cue", "of": ""}), "of")
    assert "choose the cue" in beside(send(mara, at, STEP | {"trigger": "scale", "of": "CRY"}), "of")
    told = beside(send(mara, at, STEP | {"trigger": "tick", "what": "Build secure attachment."}), "what")
    assert "is a label" in told
    assert send(mara, at, STEP | {"trigger": "cue", "of": "CRY"}).status_code == 302
    (step,) = pulled(signed_in("ana"))["steps"]
    assert (step["trigger"], step["of"], step["words"]["en"]["what"]) == ("cue", "CRY", "Let {child} start.")
    assert send(signed_in("olga"), f"{at}/{step['key']}").status_code == 403
    assert send(mara, f"{at}/own_00000000").status_code == 404
    assert send(mara, f"{at}/{step['key']}").status_code == 302
    assert pulled(signed_in("ana"))["steps"] == []


@SQLITE
def test_only_a_manager_sets_it(signed_in) -> None:
    for name in ("ana", "sol", "abe", "ida"):
        assert signed_in(name).get(AT).status_code == 403
