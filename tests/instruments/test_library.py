"""Are the built-in instruments what the domain says, and does the door refuse what is no instrument?"""

import copy
import hashlib
import json

import pytest

from recorder.instruments import library
from recorder.instruments.edition import Labels
from recorder.instruments.qset import QSet
from recorder.instruments.scale import Scale
from recorder.instruments.scheme import Scheme

LANGUAGES = ("en", "es")


def scheme(id: str) -> Scheme:
    found = library.builtin(id)
    assert isinstance(found, Scheme)
    return found


def test_serve_and_return_is_what_the_domain_says():
    default = scheme("serve-and-return/1")
    assert {cue.code: cue.window_ms for cue in default.cues} == {
        "VOC": 5000, "LOOK": 5000, "REACH": 5000, "PLAY": 5000, "UP": 5000, "CRY": 10000, "AWAY": 10000
    }  # fmt: skip
    assert [cue.code for cue in default.cues if cue.distress] == ["CRY"]
    assert [cue.code for cue in default.cues if not cue.in_rate] == ["AWAY"]
    assert {cue.code: cue.continues_ms for cue in default.cues if cue.continues_ms} == {"CRY": 15000}
    assert [r.code for r in default.responses] == ["COMF", "TALK", "FOLLOW", "JOY", "TOUCH", "PAUSE", "TAKE", "HARSH"]
    assert [r.code for r in default.responses if r.rough] == ["TAKE", "HARSH"]
    assert [marker.code for marker in default.markers] == ["REPAIR"]
    assert (default.merge_ms, default.min_latency_ms) == (1000, 0)


PUBLISHED = {
    "serve-and-return/1": "3e8cd1bab35d0a70bdb32dc97e921a649beff6ef5a05efb14b4658b91a05b9c1",
    "serve-and-return-short/1": "d992dd3e150e4df20396864595d5c7b71f33bce33bab0bc7f1b18e2e18625435",
    "serve-and-return-slower/1": "10a10c7a3f17c4ea89ec6fab9136dd54f95001e7ea4cd28d9da4de5c75ad7789",
    "sensitivity/1": "a0464b66cd171ebb4f1d60b8631febd9cbcc5c798964f4f92976e9c300b4a946",
    "warm-presence/1": "c70edb91d56e7096bf97de559aecb12182b2cf4d70993f6952b0db2e0ffed9ad",
    "safe-base-cards/1": "3320f9ebc59db3889319948269836887ba334a79f65d1e7aee3e5d30358b6fb0",
    "our-days/1": "7e5bb0eae7acc0fa84432707eef7f3dc9b3b3ec838ead37a1b85c9b744656efc",
}
"""What was published is named by its hash in every log: it never changes. A change is the next version."""


@pytest.mark.parametrize("id", PUBLISHED)
def test_a_published_instrument_never_changes(id):
    assert library.builtin(id).hash == PUBLISHED[id]


def test_the_fit_table_is_the_one_of_the_domain():
    table = """
        VOC    .5  1  1  1  1  .5  0 0
        LOOK   .5  1  1  1  1  .5  0 0
        REACH  .5  1  1  1  .5 .5  0 0
        PLAY   .5  1  1  1  .5 .5  0 0
        UP     1  .5 .5  1  1   0  0 0
        CRY    1  .5 .5  0  1  .5  0 0
        AWAY   .5 .5  0  0  .5  1  0 0
    """
    columns = ["COMF", "TALK", "FOLLOW", "JOY", "TOUCH", "PAUSE", "TAKE", "HARSH"]
    rows = [line.split() for line in table.strip().splitlines()]
    expected = {row[0]: dict(zip(columns, map(float, row[1:]), strict=True)) for row in rows}
    assert scheme("serve-and-return").fit == expected


def test_the_short_scheme_is_a_part_of_the_default():
    short, default = scheme("serve-and-return-short"), scheme("serve-and-return")
    assert [cue.code for cue in short.cues] == ["VOC", "REACH", "UP", "CRY", "AWAY"]
    assert [r.code for r in short.responses] == ["COMF", "TALK", "FOLLOW", "PAUSE", "TAKE", "HARSH"]
    assert all(cue in default.cues for cue in short.cues)
    for cue, row in short.fit.items():
        assert row == {code: default.fit[cue][code] for code in row}


def test_the_slower_copy_differs_in_its_windows_only():
    slower = library.document("serve-and-return-slower")
    assert {cue["code"]: cue["window_ms"] for cue in slower["cues"]} == {
        "VOC": 10000, "LOOK": 10000, "REACH": 10000, "PLAY": 10000, "UP": 10000, "CRY": 15000, "AWAY": 15000
    }  # fmt: skip
    default = library.document("serve-and-return")
    for cue, other in zip(slower["cues"], default["cues"], strict=True):
        cue["window_ms"] = other["window_ms"]
    slower |= {"name": default["name"], "label": default["label"]}
    assert slower == default


def test_sensitivity_is_what_the_domain_says():
    scale = library.builtin("sensitivity/1")
    assert isinstance(scale, Scale)
    assert [item.id for item in scale.items] == ["tuning_in", "joining", "reachable", "acceptance"]
    assert (scale.low, scale.high, scale.note_low, scale.note_high) == (1, 9, 3, 8)
    assert [composite.needs for composite in scale.composites] == [3]
    for item in scale.items:
        assert list(item.anchors) == [9, 7, 5, 3, 1]


def texts_of(instrument: library.Instrument) -> list[Labels]:
    texts = [instrument.label] + ([instrument.remark] if instrument.remark else [])
    if isinstance(instrument, Scheme):
        for part in (instrument.cues, instrument.responses, instrument.markers):
            texts += [entry.label for entry in part] + [entry.definition for entry in part]
    elif isinstance(instrument, Scale):
        for item in instrument.items:
            texts += [item.label, item.definition, *item.anchors.values()]
        texts += [composite.label for composite in instrument.composites]
    elif isinstance(instrument, QSet):
        texts += [card.text for card in instrument.cards] + [criterion.label for criterion in instrument.criteria]
    else:
        texts += [question.text for question in instrument.questions] + [scale.label for scale in instrument.scales]
        texts += [answer.label for answer in instrument.answers]
    return texts


@pytest.mark.parametrize("instrument", library.builtins(), ids=lambda instrument: instrument.id)
def test_every_word_is_there_in_both_languages_and_differs(instrument):
    for text in texts_of(instrument):
        assert tuple(text) == LANGUAGES
        assert all(text.values()) and text["en"] != text["es"]


@pytest.mark.parametrize("instrument", library.builtins(), ids=lambda instrument: instrument.id)
def test_no_built_in_instrument_passes_for_validated(instrument):
    assert not instrument.validated
    assert "not a validated measure" in instrument.licence


def test_the_hash_is_sha_256_of_the_canonical_document():
    document = library.document("serve-and-return/1")
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert scheme("serve-and-return").hash == hashlib.sha256(canonical.encode()).hexdigest()
    assert len({instrument.hash for instrument in library.builtins()}) == len(library.NAMES)


def test_a_document_is_a_fresh_copy():
    library.document("sensitivity")["high"] = 5
    assert library.document("sensitivity")["high"] == 9


@pytest.mark.parametrize("id", ["serve-and-return/2", "unknown", "", "../secret", "sensitivity/01"])
def test_an_unknown_instrument_is_no_instrument(id):
    with pytest.raises(LookupError, match="no built-in instrument"):
        library.builtin(id)


def broken(change) -> dict:
    document = copy.deepcopy(library.document("serve-and-return"))
    change(document)
    return document


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda d: d["cues"][0].pop("window_ms"), "Cue VOC needs window_ms."),
        (lambda d: d["cues"][0].update(window_ms="5000"), "Cue VOC: window_ms must be a whole number"),
        (lambda d: d["cues"][0].update(window_ms=True), "Cue VOC: window_ms must be a whole number"),
        (lambda d: d["cues"][0].update(window_ms=0), "Cue VOC: window_ms must be a whole number from 1"),
        (lambda d: d["cues"][0].update(in_rate="no"), "Cue VOC: in_rate must be true or false."),
        (lambda d: d["cues"][1].update(code="VOC"), "The code VOC is there twice."),
        (lambda d: d["cues"][1].update(code=""), "The cue at place 2 needs a code."),
        (lambda d: d["cues"].append("LOOK"), "The cue at place 8 needs a code."),
        (lambda d: d["responses"][0].update(code="SYNC"), "The code SYNC is reserved"),
        (lambda d: d.update(responses={}), "responses must be a list."),
        (lambda d: d.update(ignored=["VOC"]), "VOC cannot be used and ignored at once."),
        (lambda d: d.update(exclusive=[["NAP"]]), "NAP, which is not in this scheme."),
        (lambda d: d["fit"]["VOC"].update(TALK=2), "The fit of TALK to VOC must be a number from 0 to 1."),
        (lambda d: d["fit"]["VOC"].update(TALK=float("nan")), "The fit of TALK to VOC must be a number from 0 to 1."),
        (lambda d: d["fit"]["VOC"].update(HARSH=0.5), "HARSH is a rough moment"),
        (lambda d: d["fit"].update(SLEEP={}), "SLEEP, which is no cue"),
        (lambda d: d["fit"]["VOC"].update(SING=1), "SING, which is no response"),
        (lambda d: d.update(name="a/b"), "The name of an instrument"),
        (lambda d: d.update(merge_ms=-1), "merge_ms must be a whole number"),
        (lambda d: d["cues"][0].update(label=7), "Cue VOC: label is a text for each language"),
    ],
)
def test_a_broken_scheme_is_refused_with_a_sentence(change, sentence):
    with pytest.raises(library.InvalidInstrument) as refused:
        library.read(broken(change))
    assert sentence in str(refused.value)


@pytest.mark.parametrize("document", [None, [], "cues", 7, {}, {"name": "x"}])
def test_what_is_no_instrument_is_refused(document):
    with pytest.raises(library.InvalidInstrument):
        library.read(document)


def banded(*bands) -> dict:
    return {"id": "c", "items": ["joining"], "bands": list(bands)}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"high": 1}, "high must be a whole number from 2"),
        ({"items": []}, "needs at least one scale"),
        ({"items": [{"id": "a"}, {"id": "a"}]}, "The scale a is there twice."),
        ({"items": [{"id": "a", "anchors": {"11": "x"}}]}, "an anchor at 11, outside 1 to 9"),
        ({"items": [{"id": "a", "anchors": {"low": "x"}}]}, "The anchors of scale a are a table"),
        ({"composites": [{"id": "c", "items": ["unknown"]}]}, "names unknown, which is no scale"),
        ({"composites": [{"id": "c", "items": ["joining"], "needs": 2}]}, "needs more scales than it has"),
        (
            {"composites": [{"id": "c", "items": ["joining", "joining"]}]},
            "scale in composite c, joining is there twice",
        ),
        ({"composites": [{"id": "c", "items": ["joining"]}] * 2}, "The composite c is there twice."),
        ({"composites": [{"id": "c", "items": ["joining"], "how": "median"}]}, "how must be one of mean, sum"),
        ({"composites": [banded({"from": 3, "to": 1})]}, "Composite c, band 1 runs backwards, from 3 to 1."),
        ({"composites": [banded({"from": 1, "to": 3}, {"from": 3, "to": 5})]}, "the bands overlap, 3 lies in two"),
        ({"composites": [banded({"from": 1})]}, "Composite c, band 1 needs to."),
        ({"composites": [banded({"from": "1", "to": 3})]}, "from must be a number, not '1'."),
        ({"composites": [banded(7)]}, "Composite c, band 1 is an object"),
        ({"items": [{"id": "a", "reversed": "yes"}]}, "Scale a: reversed must be true or false."),
    ],
)
def test_a_broken_scale_set_is_refused_with_a_sentence(change, sentence):
    with pytest.raises(library.InvalidInstrument) as refused:
        library.read(library.document("sensitivity") | {"composites": []} | change)
    assert sentence in str(refused.value)


def test_a_plain_text_is_an_english_label():
    own = library.read({"cues": [{"code": "C", "window_ms": 1, "label": "Calls"}], "responses": [{"code": "R"}]})
    assert isinstance(own, Scheme)
    assert own.cues[0].label == {"en": "Calls"}
    assert own.id == "unnamed/1"


def test_a_scale_set_may_turn_scales_round_and_name_bands():
    own = library.read(
        {
            "low": 0,
            "high": 1,
            "items": [{"id": "a"}, {"id": "b", "reversed": True}],
            "composites": [
                {
                    "id": "c",
                    "items": ["a", "b"],
                    "how": "proportion",
                    "bands": [{"from": 0.6, "to": 1, "label": "often"}, {"from": 0, "to": 0.5, "label": "seldom"}],
                },
                {"id": "d", "items": ["a", "b"], "needs": 1},
            ],
        }
    )
    assert isinstance(own, Scale)
    assert [item.reversed for item in own.items] == [False, True]
    assert [(composite.how, composite.needs) for composite in own.composites] == [("proportion", 2), ("mean", 1)]
    assert [(band.low, band.high, band.label["en"]) for band in own.composites[0].bands] == [
        (0, 0.5, "seldom"),
        (0.6, 1, "often"),
    ]


KINDS = {
    "serve-and-return": "scheme",
    "sensitivity": "scale",
    "safe-base-cards": "qset",
    "our-days": "questionnaire",
}


@pytest.mark.parametrize(("id", "kind"), KINDS.items())
def test_an_instrument_knows_its_kind(id, kind):
    assert library.kind(library.builtin(id)) == kind
