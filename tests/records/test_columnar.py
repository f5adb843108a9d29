"""Figures rest in columns, are half as long, and are read as they were made; older rows are read as they are."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st
from people import People
from sqlalchemy import text
from tablet import batch, observed

from recorder import ingest
from recorder.db import db
from recorder.measures.figures import as_document, figures
from recorder.records.columnar import columns, entries, packed, unpacked
from recorder.records.observations import Log, StoredFigures
from recorder.records.people import Account

LISTS = st.lists(
    st.dictionaries(st.sampled_from(["a", "b", "zlib"]), st.none() | st.integers() | st.lists(st.integers()))
)


@given(LISTS)
def test_whatever_was_put_into_columns_comes_out_again(rows: list[dict]) -> None:
    kept = json.loads(json.dumps(packed(columns(rows))))
    assert entries(unpacked(kept)) == rows


def test_stored_figures_are_read_as_they_were_made(app, people: People) -> None:
    with app.app_context():
        account = db.session.get_one(Account, people.accounts["ana"])
        ingest.take(account, ingest.read(batch(observed(people, cues=19).part())))
        row, log = db.session.query(StoredFigures).one(), db.session.query(Log).one()
        seen = ingest.observation(log)
        made = json.loads(json.dumps(as_document(figures(seen), str(log.id), seen.scheme.id)))
        assert {key: row.figures[key] for key in made} == made
        kept = db.session.execute(text("SELECT CAST(figures AS text) FROM figures")).scalar_one()
        assert len(kept) < 0.6 * len(json.dumps(row.figures))


def test_a_row_from_before_is_read_as_it_is(app, people: People) -> None:
    with app.app_context():
        account = db.session.get_one(Account, people.accounts["ana"])
        ingest.take(account, ingest.read(batch(observed(people).part())))
        row = db.session.query(StoredFigures).one()
        document, key = dict(row.figures), row.key
        db.session.execute(
            text("UPDATE figures SET figures = :document WHERE key = :key"),
            {"document": json.dumps(document), "key": key},
        )
        db.session.commit()
        assert db.session.get_one(StoredFigures, key).figures == document
