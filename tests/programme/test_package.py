"""All tables at once: a package that Frictionless accepts, a workbook and Parquet that say the same, no formula, and no
id of the database where it was to be replaced."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from people import TODAY, People
from tablet import batch, observed

from recorder import ingest
from recorder.db import db
from recorder.programme.exports import TABLES
from recorder.programme.package import Package, as_zip
from recorder.programme.rollup import Period, Selection, month_of, months_before
from recorder.programme.workbook import write_parquet, write_workbook
from recorder.records.families import Family
from recorder.records.people import Account, Site

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def selection(people: People) -> Selection:
    return Selection(people.programme, Period(months_before(month_of(TODAY), 12), month_of(TODAY)), None, TODAY)


@pytest.fixture
def observed_once(app: Flask, people: People) -> None:
    """One rated observation; a site and a case number that a spreadsheet could take for formulas."""
    with app.app_context():
        account = db.session.get_one(Account, people.accounts["ana"])
        log = observed(people)
        ingest.take(account, ingest.read(batch(log.part())))
        db.session.get_one(Site, people.sites["north"]).name = '=HYPERLINK("http://x","y")'
        db.session.get_one(Family, people.families["F-002"]).code = "@SUM(1+1)"
        db.session.commit()


def unpacked(package: Package, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(b"".join(as_zip(package)))) as archive:
        archive.extractall(folder)
    return folder


@pytest.mark.parametrize("identified", [True, False])
@pytest.mark.filterwarnings("ignore")
def test_frictionless_accepts_it(
    app: Flask, people: People, observed_once, tmp_path: Path, identified: bool, monkeypatch
) -> None:
    monkeypatch.setattr(csv, "field_size_limit", lambda _=None: None)  # it would lift the limit for the whole process
    import frictionless

    with app.app_context():
        folder = unpacked(Package(selection(people), identified), tmp_path)
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])
    assert {task.name for task in report.tasks} == set(TABLES)
    fields = json.loads((folder / "datapackage.json").read_text())["resources"][0]["schema"]["fields"]
    assert [(one["name"], one["description"]) for one in fields] == list(TABLES["observations"].columns.items())
    # and it would not accept another file than the one that is described
    (folder / "data" / "visits.csv").write_text((folder / "data" / "visits.csv").read_text() + "x\r\n")
    assert not frictionless.validate(str(folder / "datapackage.json")).valid


def test_no_id_of_the_database_is_in_a_deidentified_package(
    app: Flask, people: People, observed_once, tmp_path: Path
) -> None:
    with app.app_context():
        kept = unpacked(Package(selection(people), identified=True), tmp_path / "kept")
        first = unpacked(Package(selection(people)), tmp_path / "first")
        second = unpacked(Package(selection(people)), tmp_path / "second")
    texts = [{path.name: path.read_text() for path in (folder / "data").iterdir()} for folder in (kept, first, second)]
    ids = [set(ID.findall("".join(text.values()))) for text in texts]
    assert ids[0] and not ids[0] & ids[1] and not ids[1] & ids[2]
    assert "F-001" in texts[0]["families.csv"] and "F-001" not in "".join(texts[1].values())
    # but what belongs together still does
    joined = [list(csv.DictReader(io.StringIO(texts[1][f"{name}.csv"], newline=""))) for name in ("observations",
              "visits", "families", "events")]  # fmt: skip
    (observation,) = joined[0]
    assert observation["visit_id"] in {row["visit_id"] for row in joined[1]}
    assert observation["family_id"] in {row["family_id"] for row in joined[2]}
    assert {row["observation_id"] for row in joined[3]} == {observation["observation_id"]}


@pytest.mark.filterwarnings("ignore")
def test_workbook_and_parquet_say_what_the_tables_say(
    app: Flask, people: People, observed_once, tmp_path: Path
) -> None:
    import openpyxl
    from pyarrow import parquet

    told: list[tuple[str, int]] = []
    with app.app_context():
        package = Package(selection(people), identified=True)
        write_workbook(package, tmp_path / "all.xlsx", lambda *far: told.append(far))
        write_parquet(package, tmp_path)
        rows = {name: [list(row) for row in package.rows(name)] for name in TABLES}
    book = openpyxl.load_workbook(tmp_path / "all.xlsx")
    assert book.sheetnames == ["dictionary", *TABLES]
    assert book["dictionary"].max_row == 1 + sum(len(table.columns) for table in TABLES.values())
    for name in TABLES:
        cells = [[cell for cell in row] for row in book[name].iter_rows(min_row=2)]
        assert not any(cell.data_type == "f" or cell.hyperlink for row in cells for cell in row), "a formula"
        found = [[None if cell.value is None else cell.value for cell in row] for row in cells]
        expected = [[cell if cell != "" else None for cell in row] for row in rows[name]]
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            for a, b in zip(one, other, strict=True):
                assert a == (pytest.approx(b) if isinstance(b, float) else b), name
        kept = parquet.read_table(tmp_path / f"{name}.parquet").to_pylist()
        for one, other in zip(kept, rows[name], strict=True):
            for a, b in zip(one.values(), other, strict=True):
                assert a == (str(b) if isinstance(a, str) else b), name
    assert ("events", len(rows["events"])) in told
    assert any(cell.value == '=HYPERLINK("http://x","y")' for row in book["visits"].iter_rows() for cell in row)


def test_a_manager_takes_all_tables_away(signed_in, observed_once) -> None:
    mara = signed_in("mara")
    answer = mara.get("/programme/export.zip?ids=kept")
    assert "with-ids.zip" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert set(archive.namelist()) == {"datapackage.json", *(f"data/{name}.csv" for name in TABLES)}
    book = signed_in("abe").get("/programme/export.xlsx")
    assert "deidentified.xlsx" in book.headers["Content-Disposition"] and book.data[:2] == b"PK"
    assert mara.get(f"/programme/export.zip?first={TODAY + timedelta(days=900):%Y-%m}").status_code == 404
