"""What any kind of instrument may carry: a licence, an age window, an interval, a remark."""

from datetime import date

import pytest

from recorder.instruments import library

CUES = {"cues": [{"code": "C", "window_ms": 1}], "responses": [{"code": "R"}]}
ITEMS = {"low": 1, "high": 2, "items": [{"id": "a"}]}
CARDS = {"cards": [{"id": "a"}, {"id": "b"}], "distributions": [[1, 1]]}
QUESTIONS = {"low": 1, "high": 2, "questions": [{"id": "a"}]}
KINDS = {"scheme": CUES, "scale": ITEMS, "qset": CARDS, "questionnaire": QUESTIONS}
WHERE = {
    "scheme": "The scheme",
    "scale": "The scale set",
    "qset": "The Q-set",
    "questionnaire": "The questionnaire",
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_may_carry_a_licence_an_age_window_and_an_interval(kind):
    carried = {
        "name": "own",
        "version": 3,
        "label": {"en": "Own"},
        "remark": {"en": "Mind this.", "es": "Ojo."},
        "licence": "On paper",
        "licence_holder": "First Steps",
        "licence_number": "L-7",
        "licence_until": "2027-12-31",
        "validated": True,
        "age_months": [12, 48],
        "every_days": 90,
    }
    own = library.read(KINDS[kind] | carried)
    assert library.kind(own) == kind
    assert own.id == "own/3"
    assert own.remark == {"en": "Mind this.", "es": "Ojo."}
    assert (own.licence, own.licence_holder, own.licence_number) == ("On paper", "First Steps", "L-7")
    assert own.licence_until == date(2027, 12, 31)
    assert (own.validated, own.age_from, own.age_to, own.every_days) == (True, 12, 48, 90)
    assert own.hash == library.digest(KINDS[kind] | carried)


@pytest.mark.parametrize("kind", KINDS)
def test_all_of_it_is_optional(kind):
    bare = library.read(KINDS[kind])
    assert bare.id == "unnamed/1"
    assert (bare.remark, bare.licence_holder, bare.licence_until, bare.every_days) == ({}, "", None, None)
    assert bare.fits_age(0) and bare.fits_age(1000)


@pytest.mark.parametrize(
    ("window", "fits"),
    [
        ([12, 48], {11: False, 12: True, 48: True, 49: False}),
        ([6, None], {5: False, 6: True, 600: True}),
        ([None, 3], {0: True, 3: True, 4: False}),
    ],
)
def test_both_ends_of_an_age_window_belong_to_it(window, fits):
    own = library.read(QUESTIONS | {"age_months": window})
    assert {months: own.fits_age(months) for months in fits} == fits


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"age_months": [48, 12]}, "the ages in age_months run backwards, from 48 to 12 months."),
        ({"age_months": 12}, "age_months is a list of two ages in months: [12, 48]."),
        ({"age_months": [12]}, "age_months is a list of two ages in months: [12, 48]."),
        ({"age_months": [12, "48"]}, "age_months: to must be a whole number from 0 to 1200, not '48'."),
        ({"age_months": [-1, 4]}, "age_months: from must be a whole number from 0 to 1200, not -1."),
        ({"licence_until": "31.12.2027"}, "licence_until must be a day like 2027-12-31, not '31.12.2027'."),
        ({"licence_until": "2027-02-30"}, "licence_until must be a day like 2027-12-31, not '2027-02-30'."),
        ({"licence_until": 2027}, "licence_until must be a day like 2027-12-31, not 2027."),
        ({"licence_number": 7}, "licence_number must be a text."),
        ({"every_days": 0}, "every_days must be a whole number from 1 to 3660, not 0."),
        ({"every_days": 1.5}, "every_days must be a whole number from 1 to 3660, not 1.5."),
        ({"remark": ["a"]}, "remark is a text for each language"),
        ({"version": 0}, "version must be a whole number from 1"),
        ({"validated": "no"}, "validated must be true or false."),
    ],
)
def test_what_is_wrong_is_said_with_the_kind(kind, change, sentence):
    with pytest.raises(library.InvalidInstrument) as refused:
        library.read(KINDS[kind] | change)
    assert str(refused.value).startswith(WHERE[kind]) and sentence in str(refused.value)
