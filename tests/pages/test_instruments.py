"""An administrator writes the programme's instruments; what is published never changes; drafts reach no tablet."""

from __future__ import annotations

import io
import json
import uuid
from datetime import timedelta

import pytest
import sqlalchemy
from flask import Flask
from flask.testing import FlaskClient
from forms import beside, filled, send, send_parts, words
from people import TODAY, People
from sqlalchemy import null, select
from werkzeug.datastructures import FileStorage

from recorder.db import db
from recorder.instruments import library
from recorder.records import instruments
from recorder.records.instruments import StoredInstrument

SCHEME = {
    "name": "ours",
    "version": 1,
    "label": {"en": "Ours", "es": "Lo nuestro", "fr": "Le nôtre"},
    "house": {"colour": "blue"},
    "merge_ms": 1500,
    "ignored": ["NOISE"],
    "cues": [
        {"code": "VOC", "label": {"en": "Sound", "es": "Sonido"}, "window_ms": 2500, "shape": "round"},
        {"code": "CRY", "label": "Upset", "window_ms": 10000, "distress": True, "in_rate": False},
    ],
    "responses": [{"code": "TALK"}, {"code": "HARSH", "harsh": True}],
    "states": [{"code": "HELD"}, {"code": "APART"}],
    "exclusive": [["HELD", "APART"]],
    "fit": {"VOC": {"TALK": 0.5, "HARSH": 0}},
}
QSET = {
    "name": "cards",
    "version": 1,
    "cards": [{"id": str(n), "text": {"en": f"Card {n}"}} for n in range(1, 5)],
    "distributions": [[2, 2], [1, 3]],
    "criteria": [{"id": "security", "values": {"1": 1, "2": 1.5, "3": 2, "4": -1 / 3}}],
    "scales": [{"id": "calm", "label": {"en": "Calm"}, "items": ["1", "2"], "inverted": ["2"]}],
}
SCALE = {
    "name": "rated",
    "version": 1,
    "low": 1,
    "high": 5,
    "items": [
        {"id": "a", "anchors": {"5": {"en": "Much", "fr": "Beaucoup"}, "1": {"en": "None"}}},
        {"id": "b", "reversed": True},
    ],
    "composites": [
        {"id": "all", "items": ["a", "b"], "needs": 1, "how": "sum", "bands": [{"from": 0, "to": 4.5, "label": "few"}]}
    ],
}
ASKED = {
    "name": "asked",
    "version": 1,
    "low": 0,
    "high": 3,
    "answers": [{"value": 0, "label": {"en": "Never"}}],
    "questions": [{"id": "q1", "text": {"en": "One?"}, "reversed": True, "from_age_months": 18}, {"id": "q2"}],
    "scales": [{"id": "s", "items": ["q1", "q2"], "needs": 2}],
}


@pytest.fixture
def ida(signed_in) -> FlaskClient:
    """The administrator's browser."""
    return signed_in("ida")


@pytest.fixture
def keep(app: Flask, people: People):
    """A function that stores an instrument, as a draft or published, and gives its id."""

    def store(document: dict, kind: str = "scheme", published: bool = False, other: bool = False) -> uuid.UUID:
        with app.app_context():
            row = StoredInstrument(
                programme_id=people.other_programme if other else people.programme,
                kind=kind,
                name=document["name"],
                version=document["version"],
                hash=library.digest(document),
                document=document,
                **({} if published else {"published_at": null()}),
            )
            db.session.add(row)
            db.session.commit()
            return row.id

    return store


@pytest.fixture
def kept(app: Flask):
    """A function from an id to the document that is stored."""

    def load(id: uuid.UUID) -> dict:
        with app.app_context():
            return db.session.get(StoredInstrument, id).document

    return load


def edit(client: FlaskClient, id: uuid.UUID, **changes: str | None):
    """Load the form of a draft, change some of its fields (None: untick), and save it."""
    form = filled(client.get(f"/instruments/{id}/edit"))
    for name, value in changes.items():
        form.pop(name.replace("__", "-"), None)
        if value is not None:
            form[name.replace("__", "-")] = value
    return send(client, f"/instruments/{id}/edit", form)


def id_in(answer) -> uuid.UUID:
    return uuid.UUID(answer.location.split("/instruments/")[1].split("/")[0].split("#")[0])


# the list, and one of them


def test_everybody_who_may_look_sees_what_there_is(signed_in, keep) -> None:
    keep(SCHEME, published=True)
    keep({**SCHEME, "version": 2})
    keep({**SCALE, "licence_holder": "A. Owner", "licence_until": "2024-02-29", "age_months": [12, 48]}, "scale")
    for name in ("ida", "mara", "sol", "abe"):
        page = words(signed_in(name).get("/instruments/"))
        for part in ("Serve and return", "sensitivity/1", "safe-base-cards/1", "our-days/1", "Ours", "ours/2",
                     "Draft", "Published", "Built in", "MIT", "A. Owner", "Licence ended on Feb 29, 2024",
                     "12 to 48 months"):  # fmt: skip
            assert part in page, (name, part)
        assert page.index("ours/2") < page.index("ours/1"), "the versions of a name together, the newest first"
        assert ("Start a new one" in page) == (name == "ida")


def test_another_programmes_instruments_are_not_there(signed_in, keep) -> None:
    foreign = keep({**SCHEME, "name": "theirs"}, published=True, other=True)
    ida = signed_in("ida")
    assert "theirs" not in words(ida.get("/instruments/"))
    for path in ("", ".json", "/edit"):
        assert ida.get(f"/instruments/{foreign}{path}").status_code == 404
    for act in ("copies", "versions", "edit", "publication", "deletion"):
        assert send(ida, f"/instruments/{foreign}/{act}").status_code == 404
        assert send(ida, f"/instruments/{uuid.uuid4()}/{act}").status_code == 404
    assert ida.get("/instruments/built-in/theirs").status_code == 404
    assert send(ida, "/instruments/built-in/theirs/copies").status_code == 404


def test_a_manager_looks_and_changes_nothing(signed_in, keep) -> None:
    id, mara = keep(SCHEME), signed_in("mara")
    page = words(mara.get(f"/instruments/{id}"))
    assert "On the tablet" in page and page.count("<form") == 1, "the one form is signing out"
    for act in ("edit", "copies", "versions", "publication", "deletion"):
        assert send(mara, f"/instruments/{id}/{act}").status_code == 403
    assert mara.get(f"/instruments/{id}/edit").status_code == 403
    assert send(mara, "/instruments/").status_code == send(mara, "/instruments/import").status_code == 403


def test_every_built_in_one_is_drawn_in_each_language(signed_in) -> None:
    mara = signed_in("mara")
    for name in library.NAMES:
        document = library.document(name)
        main = next(key for key in ("cues", "items", "cards", "questions") if key in document)
        for language in ("en", "es"):
            page = words(mara.get(f"/instruments/built-in/{name}?in={language}"))
            for entry in document[main]:
                assert entry.get("label", entry.get("text"))[language] in page


def test_the_preview_has_the_recorders_two_columns_and_sets_the_rough_moment_apart(signed_in) -> None:
    page = words(signed_in("sol").get("/instruments/built-in/serve-and-return"))
    child, rest = page.split('pads__column--child"')[1].split('pads__column--caregiver"')
    caregiver, apart = rest.split("pads__apart")
    assert child.count('class="pad pad--child"') == 7 and "Sound or talk" in child
    assert caregiver.count('class="pad pad--caregiver"') == 8 and "Makes up" in caregiver
    assert apart.count('class="pad pad--apart"') == 1 and "Rough moment" in apart


# copies and drafts


def test_a_copy_that_is_saved_unchanged_is_the_same_but_for_its_name(ida: FlaskClient, kept) -> None:
    for name in library.NAMES:
        id = id_in(send(ida, f"/instruments/built-in/{name}/copies", {"name": f"our-{name}"}))
        assert edit(ida, id).location == f"/instruments/{id}"
        assert kept(id) == {**library.document(name), "name": f"our-{name}", "version": 1}


@pytest.mark.parametrize(
    ("document", "kind"), [(SCHEME, "scheme"), (QSET, "qset"), (SCALE, "scale"), (ASKED, "questionnaire")]
)
def test_saving_keeps_what_the_form_does_not_show(ida: FlaskClient, keep, kept, document: dict, kind: str) -> None:
    id = keep(document, kind)
    assert edit(ida, id).status_code == 302
    assert kept(id) == document


def test_a_copy_needs_a_name_of_its_own(ida: FlaskClient) -> None:
    for name in ("serve-and-return", "sensitivity", "Bad Name", "a/b", "", "x" * 81):
        answer = send(ida, "/instruments/built-in/sensitivity/copies", {"name": name})
        assert answer.status_code == 422 and beside(answer, "name")
        assert f'value="{name}"' in words(answer), "nothing typed is lost"


def test_a_copy_of_an_own_one_needs_another_name(ida: FlaskClient, keep, kept) -> None:
    id = keep(SCHEME, published=True)
    refused = send(ida, f"/instruments/{id}/copies", {"name": "ours"})
    assert refused.status_code == 422 and "next version" in beside(refused, "name")
    copied = id_in(send(ida, f"/instruments/{id}/copies", {"name": "ours-too"}))
    assert kept(copied) == {**SCHEME, "name": "ours-too"}


@pytest.mark.parametrize("kind", ["scheme", "scale", "qset", "questionnaire"])
def test_one_is_started_from_nothing_and_saved_unfinished(ida: FlaskClient, kept, kind: str) -> None:
    id = id_in(send(ida, "/instruments/", {"kind": kind, "name": "fresh"}))
    answer = edit(ida, id, label__en="Fresh")
    assert answer.status_code == 302 and "/edit#section-" in answer.location
    assert kept(id)["label"] == {"en": "Fresh"}
    page = ida.get(f"/instruments/{id}/edit")
    assert "Before this can be published:" in words(page)
    assert "not finished" in words(ida.get(f"/instruments/{id}"))
    assert send(ida, f"/instruments/{id}/publication").status_code == 409
    assert "Fresh" in words(ida.get("/instruments/"))


def test_a_scheme_is_changed(ida: FlaskClient, keep, kept) -> None:
    id = keep(SCHEME)
    answer = edit(
        ida,
        id,
        name="ours-changed",
        label__es="Nuestro",
        licence="With leave",
        licence_until=(TODAY + timedelta(days=9)).isoformat(),
        validated="y",
        age_from="6",
        every_days="90",
        cues__0__code="SOUND",
        cues__0__window_ms="3,25",
        cues__1__distress=None,
        responses__0__takes_over="y",
        fit__0__0="0",
        fit__1__1="0",
        merge_ms="0.5",
    )
    assert answer.location == f"/instruments/{id}"
    made = kept(id)
    assert (made["name"], made["label"]["es"], made["label"]["fr"]) == ("ours-changed", "Nuestro", "Le nôtre")
    assert (made["licence"], made["validated"], made["age_months"], made["every_days"]) == (
        "With leave",
        True,
        [6, None],
        90,
    )
    assert made["cues"][0] == {
        "code": "SOUND", "label": {"en": "Sound", "es": "Sonido"}, "window_ms": 3250, "shape": "round"
    }  # fmt: skip
    assert "distress" not in made["cues"][1] and made["responses"][0]["takes_over"] is True
    assert made["fit"] == {"SOUND": {"TALK": 0, "HARSH": 0}}, "a corrected code keeps its place in the table"
    assert made["merge_ms"] == 500
    assert library.read(made).licence_until == TODAY + timedelta(days=9)


def test_a_card_sort_is_changed(ida: FlaskClient, keep, kept) -> None:
    id = keep(QSET, "qset")
    answer = edit(ida, id, cards__3__id="4b", values__3__0="7,5", distributions__1="3 1", most_unseen="1",
                  scales__0__items="1 4b", scales__0__inverted="4b")  # fmt: skip
    assert answer.location == f"/instruments/{id}"
    made = library.read(kept(id))
    assert made.criteria[0].values == {"1": 1, "2": 1.5, "3": 2, "4b": 7.5}
    assert (made.distributions, made.most_unseen) == (((2, 2), (3, 1)), 1)
    assert (made.scales[0].items, made.scales[0].inverted) == (("1", "4b"), frozenset({"4b"}))


def test_rating_scales_are_changed(ida: FlaskClient, keep, kept) -> None:
    id = keep(SCALE, "scale")
    answer = edit(ida, id, numbers="own", low="1", high="6", items__0__anchors__0__value="6", composites__0__how="mean",
                  composites__0__bands__0__to="3")  # fmt: skip
    assert answer.location == f"/instruments/{id}"
    made = library.read(kept(id))
    assert (made.low, made.high, made.composites[0].how, made.composites[0].bands[0].high) == (1, 6, "mean", 3)
    assert kept(id)["items"][0]["anchors"] == {"6": {"en": "Much", "fr": "Beaucoup"}, "1": {"en": "None"}}


@pytest.mark.parametrize(
    ("span", "low", "high"), [("0-1", 0, 1), ("0-2", 0, 2), ("1-5", 1, 5), ("1-7", 1, 7), ("1-9", 1, 9)]
)
def test_the_usual_numbers_are_a_choice(ida: FlaskClient, keep, kept, span: str, low: int, high: int) -> None:
    plain = {"name": "plain", "version": 1, "low": 3, "high": 4, "items": [{"id": "a"}]}
    id = keep(plain, "scale")
    for span in ("0-1", "0-2", "1-5", "1-7", "1-9"):
        edit(ida, id, numbers=span)
        assert f"{kept(id)['low']}-{kept(id)['high']}" == span
        assert filled(ida.get(f"/instruments/{id}/edit"))["numbers"] == span


def test_a_questionnaire_is_changed(ida: FlaskClient, keep, kept) -> None:
    id = keep(ASKED, "questionnaire")
    edit(ida, id, not_applicable="y", questions__1__text__es="¿Dos?", scales__0__needs="1", questions__0__reversed=None)
    made = library.read(kept(id))
    assert made.not_applicable and made.questions[1].text == {"es": "¿Dos?"} and made.scales[0].needs == 1
    assert not made.questions[0].reversed


# rows come and go without a script


def test_a_row_more_and_everything_typed_stays(ida: FlaskClient, keep, kept) -> None:
    id = keep(SCHEME)
    form = filled(ida.get(f"/instruments/{id}/edit"))
    form |= {"label-en": "Half typed", "cues-0-window_ms": "soon", "fit-0-0": "1", "add": "cues"}
    answer = send(ida, f"/instruments/{id}/edit", form)
    now = filled(answer)
    assert answer.status_code == 200 and kept(id) == SCHEME, "nothing is stored by adding a row"
    assert (now["label-en"], now["cues-0-window_ms"], now["fit-0-0"], now["cues-2-code"]) == (
        "Half typed",
        "soon",
        "1",
        "",
    )
    assert now["fit-1-1"] == "0"


def test_a_row_less_takes_its_numbers_along(ida: FlaskClient, keep, kept) -> None:
    document = {**SCHEME, "fit": {"VOC": {"TALK": 0.5}, "CRY": {"TALK": 1}}}
    id = keep(document)
    form = filled(ida.get(f"/instruments/{id}/edit")) | {"label-en": "Half typed", "remove": "cues-0"}
    now = filled(send(ida, f"/instruments/{id}/edit", form))
    assert (now["label-en"], now["cues-0-code"], now["fit-0-0"]) == ("Half typed", "CRY", "1")
    assert "cues-1-code" not in now
    assert send(ida, f"/instruments/{id}/edit", now).status_code == 302
    assert kept(id)["fit"] == {"CRY": {"TALK": 1}} and [cue["code"] for cue in kept(id)["cues"]] == ["CRY"]
    assert kept(id)["cues"][0] == document["cues"][1]


def test_rows_inside_rows_come_and_go(ida: FlaskClient, keep, kept) -> None:
    id = keep(SCALE, "scale")
    form = filled(ida.get(f"/instruments/{id}/edit")) | {"remove": "items-0-anchors-0"}
    form = filled(send(ida, f"/instruments/{id}/edit", form))
    form = filled(send(ida, f"/instruments/{id}/edit", form | {"add": "items-1-anchors"}))
    form |= {"items-1-anchors-0-value": "3", "items-1-anchors-0-text-en": "Some"}
    assert send(ida, f"/instruments/{id}/edit", form).status_code == 302
    items = kept(id)["items"]
    assert (items[0]["anchors"], items[1]["anchors"]) == ({"1": {"en": "None"}}, {"3": {"en": "Some"}})


def test_a_row_that_cannot_be_is_404(ida: FlaskClient, keep) -> None:
    id = keep(SCHEME)
    form = filled(ida.get(f"/instruments/{id}/edit"))
    for button in ({"add": "colours"}, {"add": "cues-0"}, {"remove": "cues"}, {"remove": "cues-99"}):
        assert send(ida, f"/instruments/{id}/edit", form | button).status_code == 404


# what is wrong stands beside its field

WRONG = [
    (SCHEME, "scheme", {"cues__0__window_ms": "soon"}, "cues-0-window_ms"),
    (SCHEME, "scheme", {"cues__0__window_ms": ""}, "cues-0-window_ms"),
    (SCHEME, "scheme", {"cues__0__window_ms": "0"}, "cues-0-window_ms"),
    (SCHEME, "scheme", {"cues__0__window_ms": "1.23456"}, "cues-0-window_ms"),
    (SCHEME, "scheme", {"cues__0__code": ""}, "cues-0-code"),
    (SCHEME, "scheme", {"cues__0__code": "two words"}, "cues-0-code"),
    (SCHEME, "scheme", {"cues__0__code": "CRY"}, "cues-1-code"),
    (SCHEME, "scheme", {"cues__0__code": "TALK"}, "responses-0-code"),
    (SCHEME, "scheme", {"states__0__code": "SYNC", "exclusive__0": ""}, "states-0-code"),
    (SCHEME, "scheme", {"exclusive__0": "HELD, GONE"}, "exclusive-0"),
    (SCHEME, "scheme", {"fit__0__0": "often"}, "fit-0-0"),
    (SCHEME, "scheme", {"name": "serve-and-return"}, "name"),
    (SCHEME, "scheme", {"age_from": "12", "age_to": "6"}, "age_to"),
    (SCHEME, "scheme", {"every_days": "0"}, "every_days"),
    (SCHEME, "scheme", {"licence_until": "soon"}, "licence_until"),
    (SCHEME, "scheme", {"label__en": "x" * 201}, "label-en"),
    (SCALE, "scale", {"numbers": "own", "low": "5", "high": "1"}, "high"),
    (SCALE, "scale", {"numbers": "own", "low": "", "high": "1"}, "low"),
    (SCALE, "scale", {"items__0__anchors__0__value": "7"}, "items-0-anchors-0-value"),
    (SCALE, "scale", {"items__0__anchors__0__value": ""}, "items-0-anchors-0-value"),
    (SCALE, "scale", {"composites__0__items": "a, c"}, "composites-0-items"),
    (SCALE, "scale", {"composites__0__needs": "3"}, "composites-0-needs"),
    (SCALE, "scale", {"composites__0__bands__0__to": ""}, "composites-0-bands-0-to"),
    (SCALE, "scale", {"composites__0__bands__0__to": "a lot"}, "composites-0-bands-0-to"),
    (QSET, "qset", {"cards__0__id": "2"}, "cards-1-id"),
    (QSET, "qset", {"distributions__0": "two two"}, "distributions-0"),
    (QSET, "qset", {"values__0__0": "high"}, "values-0-0"),
    (QSET, "qset", {"scales__0__items": "1 9", "scales__0__inverted": ""}, "scales-0-items"),
    (QSET, "qset", {"scales__0__inverted": "3"}, "scales-0-inverted"),
    (ASKED, "questionnaire", {"answers__0__value": "9"}, "answers-0-value"),
    (ASKED, "questionnaire", {"scales__0__items": "q1 q9"}, "scales-0-items"),
    (ASKED, "questionnaire", {"scales__0__needs": "3"}, "scales-0-needs"),
    (ASKED, "questionnaire", {"questions__0__from_age_months": "-1"}, "questions-0-from_age_months"),
]


@pytest.mark.parametrize("kind", ["scheme", "scale", "qset", "questionnaire"])
def test_a_wrong_field_says_so_and_nothing_is_lost_or_stored(ida: FlaskClient, keep, kept, kind: str) -> None:
    wrong = [row for row in WRONG if row[1] == kind]
    document = wrong[0][0]
    id = keep(document, kind)
    for _document, _kind, changes, field in wrong:
        answer = edit(ida, id, **changes)
        assert answer.status_code == 422 and beside(answer, field), changes
        assert kept(id) == document
        now = filled(answer)
        assert [now[name.replace("__", "-")] for name in changes] == list(changes.values())


LACKING = [
    (SCHEME, "scheme", {"fit__0__1": "1"}, "fit", "rough moment"),
    (QSET, "qset", {"distributions__1": "1 2"}, "piles", "3 cards"),
    (QSET, "qset", {"values__2__0": ""}, "criteria", "no value for card 3"),
    (SCALE, "scale", {"composites__0__bands__0__from_": "5"}, "composites", "backwards"),
]


@pytest.mark.parametrize(("document", "kind", "changes", "section", "sentence"), LACKING)
def test_what_a_draft_lacks_stands_at_its_section(
    ida: FlaskClient, keep, document: dict, kind: str, changes: dict, section: str, sentence: str
) -> None:
    id = keep(document, kind)
    assert edit(ida, id, **changes).location.endswith(f"/edit#section-{section}")
    page = words(ida.get(f"/instruments/{id}/edit"))
    part = page.split(f'<fieldset id="section-{section}">')[1].split("<fieldset")[0]
    assert "Before this can be published:" in part and sentence in part
    assert send(ida, f"/instruments/{id}/publication").status_code == 409


# published for ever


def test_a_draft_is_published_and_then_frozen(app: Flask, ida: FlaskClient, keep, kept, people: People) -> None:
    id = keep(SCHEME)
    assert send(ida, f"/instruments/{id}/publication").location == f"/instruments/{id}"
    with app.app_context():
        assert instruments.with_id(people.programme, "ours/1").hash == library.digest(SCHEME)
    assert "Make the next version" in words(ida.get(f"/instruments/{id}"))


def test_no_route_changes_what_is_published(app: Flask, ida: FlaskClient, keep, kept) -> None:
    id = keep(SCHEME)
    form = filled(ida.get(f"/instruments/{id}/edit"))
    send(ida, f"/instruments/{id}/publication")
    other = {**SCHEME, "label": {"en": "Other"}}
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or not rule.endpoint.startswith("instruments."):
            continue
        path = rule.rule.replace("<uuid:id>", str(id)).replace("<name>", "ours")
        for more in ({}, {"add": "cues"}, {"remove": "cues-0"}, {"label-en": "Changed", "kind": "scheme"},
                     {"text": json.dumps(other), "confirmed": "yes", "name": "ours", "version": "1"}):  # fmt: skip
            answer = send(ida, path, form | more)
            assert answer.status_code < 500
            assert kept(id) == SCHEME, f"{path} {more}"
    refused = send(ida, f"/instruments/{id}/edit", form)
    assert refused.status_code == 409 and "Make the next version" in words(refused)
    assert ida.get(f"/instruments/{id}/edit").status_code == 409
    assert send(ida, f"/instruments/{id}/deletion").status_code == 409


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE instrument SET document = '{}'",
        "UPDATE instrument SET hash = 'x', name = 'y', version = 9",
        "UPDATE instrument SET published_at = NULL",
        "DELETE FROM instrument",
    ],
)
def test_the_database_itself_refuses(app: Flask, keep, kept, statement: str) -> None:
    id = keep(SCHEME, published=True)
    with app.app_context(), pytest.raises(sqlalchemy.exc.DBAPIError, match="never changes"):
        db.session.execute(sqlalchemy.text(statement))
    assert kept(id) == SCHEME


def test_the_next_version_is_a_draft_and_is_made_once(app: Flask, ida: FlaskClient, keep, kept) -> None:
    id = keep(SCHEME, published=True)
    following = id_in(send(ida, f"/instruments/{id}/versions"))
    assert kept(following) == {**SCHEME, "version": 2}
    assert id_in(send(ida, f"/instruments/{id}/versions")) == following
    assert "name" not in filled(ida.get(f"/instruments/{following}/edit")), "a next version keeps its name"
    send(ida, f"/instruments/{following}/publication")
    assert kept(id_in(send(ida, f"/instruments/{id}/versions")))["version"] == 3


def test_a_draft_is_thrown_away(app: Flask, ida: FlaskClient, keep) -> None:
    id = keep(SCHEME)
    assert send(ida, f"/instruments/{id}/deletion").location == "/instruments/"
    with app.app_context():
        assert db.session.get(StoredInstrument, id) is None
    assert ida.get(f"/instruments/{id}").status_code == 404


def test_an_expired_licence_is_said_and_keeps_from_publishing(ida: FlaskClient, keep) -> None:
    until = (TODAY - timedelta(days=3)).isoformat()
    id = keep({**SCHEME, "licence_until": until})
    assert "Licence ended on" in words(ida.get(f"/instruments/{id}"))
    refused = send(ida, f"/instruments/{id}/publication")
    assert refused.status_code == 409 and "licence has ended" in words(refused)


def test_a_draft_reaches_no_tablet(app: Flask, signed_in, keep) -> None:
    id, ana = keep({**SCHEME, "name": "hidden"}), signed_in("ana")
    marked = {"X-Recorder": "1"}
    assert "hidden" not in ana.get("/api/v1/sync/pull", headers=marked).get_data(as_text=True)
    send(signed_in("ida"), f"/instruments/{id}/publication")
    assert "hidden/1" in ana.get("/api/v1/sync/pull", headers=marked).get_data(as_text=True)


# files


def look(client: FlaskClient, content: bytes, name: str):
    return send_parts(client, "/instruments/import", {"file": FileStorage(io.BytesIO(content), name)})


def bring(client: FlaskClient, content: bytes, file: str = "one.json", **changes: str):
    """Bring a file as a person does: look at it, then keep it."""
    return send_parts(client, "/instruments/import", filled(look(client, content, file)) | changes)


@pytest.mark.parametrize(
    ("document", "kind"), [(SCHEME, "scheme"), (QSET, "qset"), (SCALE, "scale"), (ASKED, "questionnaire")]
)
def test_what_is_taken_away_comes_back_with_the_same_digest(
    app: Flask, ida: FlaskClient, keep, document: dict, kind: str
) -> None:
    id = keep(document, kind)
    file = ida.get(f"/instruments/{id}.json")
    assert file.headers["Content-Disposition"] == f"attachment; filename={document['name']}-1.json"
    assert json.loads(file.data) == document
    send(ida, f"/instruments/{id}/deletion")
    answer = bring(ida, file.data)
    with app.app_context():
        row = db.session.get(StoredInstrument, id_in(answer))
        assert (row.hash, row.kind, row.published_at) == (library.digest(document), kind, None)
        assert row.document == document


def test_a_built_in_one_is_taken_away(ida: FlaskClient) -> None:
    file = ida.get("/instruments/built-in/our-days.json")
    assert "our-days-1.json" in file.headers["Content-Disposition"]
    assert library.digest(json.loads(file.data)) == library.builtin("our-days").hash


def test_looking_at_a_file_stores_nothing_and_shows_it(app: Flask, ida: FlaskClient) -> None:
    page = words(look(ida, json.dumps(SCHEME).encode(), "ours.json"))
    assert "Nothing is stored yet." in page and 'class="pad pad--child">Sound' in page
    with app.app_context():
        assert db.session.scalar(select(StoredInstrument)) is None


def test_what_is_there_already_is_said(ida: FlaskClient, keep, kept) -> None:
    keep(SCHEME, published=True)
    same = bring(ida, json.dumps(SCHEME).encode())
    assert same.status_code == 422 and "ours/1" in beside(same, "name")
    built = bring(ida, json.dumps(library.document("sensitivity")).encode())
    assert built.status_code == 422 and "sensitivity/1" in beside(built, "name")
    changed = json.dumps({**SCHEME, "merge_ms": 0}).encode()
    differs = bring(ida, changed)
    assert differs.status_code == 422 and "The next one is 2" in beside(differs, "version")
    assert kept(id_in(bring(ida, changed, version="2"))) == {**SCHEME, "merge_ms": 0, "version": 2}
    assert kept(id_in(bring(ida, changed, name="else-where")))["name"] == "else-where"


BAD = [
    (b"", "empty"),
    (b"{", "not JSON"),
    (b"[]", "An instrument has"),
    (b'{"cues": [{"code": "A"}]}', "Cue A needs window_ms"),
    (b'{"a": 1, "a": 2}', "twice"),
    (b"\xff\xfe", "UTF-8"),
    (b"\x00\x01\x02", "item"),
    (b'{"name": "\\ud800", "cues": [], "responses": []}', "JSON cannot say"),
    (b"card,text\n1,a\n", "no column item"),
    (b"item,text,colour\n1,a,b\n", "colour"),
    (b"item,text,sec_c\n1,a,high\n", "line 2, column sec_c"),
    (b"item,text\n1,a,b\n", "line 2 has 3 cells"),
    (b"item,text\n,a\n", "line 2 has no item"),
    (b"item,text\n", "no card"),
    (b'item,text\n"1,a\n', "CSV"),
    (b"item,calm_inv\n1,1\n", "calm_s"),
    (b"[" * 100_000, "brackets"),
]


def test_a_file_that_is_no_instrument_is_refused_in_a_sentence(ida: FlaskClient) -> None:
    for content, sentence in BAD:
        answer = look(ida, content, "file.json")
        assert answer.status_code == 422 and sentence in beside(answer, "file"), content[:40]
    assert send(ida, "/instruments/import", {"file": "no file at all"}).status_code == 422


def test_a_file_that_is_too_large_is_refused_and_the_largest_is_said(app: Flask, ida: FlaskClient) -> None:
    app.config["IMPORT_BYTES"] = 4096
    assert "at most 4 kilobytes" in words(ida.get("/instruments/import"))
    answer = look(ida, b" " * 5000, "large.json")
    assert answer.status_code == 422 and "4 kilobytes" in beside(answer, "file")


def test_a_strange_name_in_a_file_is_cleaned(ida: FlaskClient, kept) -> None:
    assert kept(id_in(bring(ida, json.dumps({**SCHEME, "name": "bell\u0007"}).encode())))["name"] == "bell"
    kept_as_it_is = bring(ida, json.dumps({**SCHEME, "name": "Échelle d'or"}).encode())
    assert kept(id_in(kept_as_it_is))["name"] == "Échelle d'or"


def test_a_table_of_cards_becomes_a_q_set(ida: FlaskClient, kept) -> None:
    rows = "".join(f"{n};Card {n};Tarjeta {n};{n / 2};{int(n < 4)};{int(n == 2)}\n" for n in range(1, 91))
    table = "item;text;text_es;sec_c;calm_s;calm_inv\n" + rows
    id = id_in(bring(ida, table.encode(), "AQS cards.csv"))
    made = library.read(kept(id))
    assert (made.id, len(made.cards), made.cards[6].text) == ("aqs-cards/1", 90, {"en": "Card 7", "es": "Tarjeta 7"})
    assert made.distributions == ((10,) * 9, (4, 7, 10, 15, 18, 15, 10, 7, 4))
    assert made.criteria[0].values["3"] == 1.5
    assert (made.scales[0].items, made.scales[0].inverted) == (("1", "2", "3"), frozenset({"2"}))


def test_cards_without_known_piles_are_kept_unfinished(ida: FlaskClient, kept) -> None:
    id = id_in(bring(ida, b"item,text\n1,One\n2,Two\n3,Three\n", "few.csv"))
    assert "distributions" not in kept(id)
    assert edit(ida, id, distributions__0="1 2").location == f"/instruments/{id}"
    assert kept(id)["distributions"] == [[1, 2]]
