"""A caseload file: what it says, and every way in which it can be wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.records.enrolment import COLUMNS, MOST_ROWS, Caseload, EnrolledChild, Known, Unreadable, read, text_of

KNOWN = Known(
    sites={"Northside", "Río, norte"},
    visitors={"ana"},
    codes={"F-001"},
    languages={"en", "es"},
    language="en",
    today=date(2026, 3, 2),
)
HEAD = "code,site,child_first_name,child_birth_date,caregiver_first_name"


def faults(text: str) -> list[tuple[int, str, str]]:
    found = read(text, KNOWN)
    assert not (found.families and found.faults), "all or nothing"
    return [(fault.row, fault.column, fault.what) for fault in found.faults]


def test_twins_are_two_rows_of_one_family() -> None:
    text = f"{HEAD},weeks_early\nF-9,Northside,Noor,2025-03-02,Hana,3\nF-9,Northside,Sami,2025-03-02,Hana,3\n"
    (family,) = read(text, KNOWN).families
    assert family.children == (
        EnrolledChild("Noor", date(2025, 3, 2), 3),
        EnrolledChild("Sami", date(2025, 3, 2), 3),
    )
    assert [caregiver.first_name for caregiver in family.caregivers] == ["Hana"]


def test_what_belongs_to_the_family_may_stand_in_one_of_its_rows() -> None:
    first, second = "F-9,Northside,Noor,2025-03-02,Hana,,,", "F-9,Northside,Noor,2025-03-02,Hana,Calm,ANA,aunt"
    text = f"{HEAD},goal,visitor,relation\n{first}\n{second}\n"
    (family,) = read(text, KNOWN).families
    assert (family.goal, family.visitor, family.caregivers[0].relation) == ("Calm", "ana", "aunt")
    assert len(family.children) == 1


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_spreadsheet_writes_its_own_csv(separator: str, mark: str, end: str) -> None:
    lines = [HEAD.replace(",", separator), separator.join(["F-9", '"Río, norte"', "Zoë", "2025-03-02", "Hana"])]
    (family,) = read(text_of((mark + end.join(lines) + end).encode()), KNOWN).families
    assert (family.site, family.children[0].first_name) == ("Río, norte", "Zoë")


def test_every_fault_names_its_row_and_column() -> None:
    text = (
        f"{HEAD},weeks_early,language,visitor,observe_consent_on\n"
        "F-1,Nowhere,Ada,31.03.2025,Eve,x,fr,bob,2027-01-01\n"
        "\n"
        ",Northside,Bo,2025-02-30,,21,,,\n"
        "F-001,Northside,Cy,2026-03-03,Eve,,,,\n"
        "F-3,Northside,Dee,0225-03-31,Eve,,,,\n"
    )
    assert faults(text) == [
        (2, "site", "site"),
        (2, "child_birth_date", "day"),
        (2, "weeks_early", "weeks"),
        (2, "language", "language"),
        (2, "observe_consent_on", "to_come"),
        (2, "visitor", "visitor"),
        (4, "code", "missing"),
        (4, "child_birth_date", "day"),
        (4, "weeks_early", "weeks"),
        (4, "caregiver_first_name", "missing"),
        (5, "code", "enrolled"),
        (5, "child_birth_date", "to_come"),
        (6, "child_birth_date", "long_ago"),
    ]


def test_a_text_with_the_separator_in_it_is_not_cut_in_silence() -> None:
    assert faults(f"{HEAD},goal\nF-9,Northside,Ada,2025-03-31,Eve,Calm, at night\n") == [(2, "", "extra")]


def test_a_quoted_text_over_two_lines_is_one_row() -> None:
    text = f'{HEAD},goal\nF-8,Northside,Ada,2025-03-31,Eve,"Calm\nat night"\nF-9,Nowhere,Bo,2025-03-31,Eve,\n'
    assert faults(text) == [(3, "site", "site")]


@pytest.mark.parametrize(
    ("column", "one", "other"),
    [
        ("goal", "Calm", "Play"),
        ("visitor", "ana", "ana "),
        ("site", "Northside", "Río, norte"),
        ("weeks_early", "2", "3"),
    ],
)
def test_rows_of_one_family_do_not_contradict_each_other(column: str, one: str, other: str) -> None:
    cells = {"code": "F-9", "site": "Northside", "child_first_name": "Ada", "child_birth_date": "2025-03-31",
             "caregiver_first_name": "Eve"}  # fmt: skip
    rows = [cells | {column: one}, cells | {column: other}]
    text = "\n".join([";".join(rows[0]), *(";".join(row.values()) for row in rows)])
    assert faults(text) == ([] if column == "visitor" else [(3, column, "differs")])


@pytest.mark.parametrize(("length", "right"), [(39, True), (40, True), (41, False)])
def test_a_case_number_has_forty_characters_at_most(length: int, right: bool) -> None:
    text = f"{HEAD}\n{'9' * length},Northside,Ada,2025-03-31,Eve\n"
    assert faults(text) == ([] if right else [(2, "code", "long")])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        ("\u00a0".encode(), "empty"),
        (b"\xff\xfe\x00code", "not_utf8"),
        (b"code\x00", "not_csv"),
        (b"%PDF-1.7 \xe2\xe3", "not_utf8"),
        (b'code,"site\n', "not_csv"),
        (b"hello\nworld\n", "columns_missing"),
        (b",,,\n,,,\n", "columns_missing"),
        (b'""\n', "columns_missing"),
        (HEAD.encode() + b",colour\n", "column_unknown"),
        (HEAD.encode() + b",code\n", "column_twice"),
        (HEAD.encode() + b"\n", "no_rows"),
    ],
)
def test_a_file_that_is_no_caseload_is_one_sentence(content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(text_of(content), KNOWN)
    assert caught.value.reason == reason


@pytest.mark.parametrize(("count", "right"), [(MOST_ROWS, True), (MOST_ROWS + 1, False)])
def test_there_is_a_largest_file(count: int, right: bool) -> None:
    text = HEAD + "\n" + "F-9,Northside,Ada,2025-03-31,Eve\n" * count
    if right:
        assert len(read(text, KNOWN).families) == 1
    else:
        with pytest.raises(Unreadable, match="too_many_rows"):
            read(text, KNOWN)


@given(st.text(alphabet=st.sampled_from('abF-9,;\t"\n\r 2025-0é\u00a0'), max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    for whole in (text, HEAD + "\n" + text):
        try:
            found = read(text_of(whole.encode()), KNOWN)
        except Unreadable:
            continue
        assert isinstance(found, Caseload)


def test_the_documentation_names_every_column() -> None:
    page = (Path(__file__).parents[2] / "docs" / "caseload.md").read_text(encoding="utf-8")
    assert all(f"`{column}`" in page for column in COLUMNS)
    assert str(MOST_ROWS) in page.replace(",", "")
    example = page.split("```csv\n")[1].split("```")[0]
    assert [len(family.children) for family in read(example, KNOWN).families] == [1, 2]
