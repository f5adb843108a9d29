"""What a tablet sealed opens on its server and nowhere else; the private key is unreadable in the database."""

from __future__ import annotations

import base64
import uuid

import pytest
import sqlalchemy
from flask import Flask
from people import People
from sealing import LogKey, wrap

from recorder import keys
from recorder.db import db
from recorder.records.devices import ProgrammeKey

LOG = str(uuid.UUID(int=7))


@pytest.fixture(autouse=True)
def context(app: Flask, people: People):
    with app.app_context():
        yield


def test_a_pair_is_made_once_and_its_public_half_handed_out(people: People) -> None:
    first = keys.public(people.programme)
    assert keys.public(people.programme) == first != keys.public(people.other_programme)
    assert len(base64.b64decode(first)) == 422, "SPKI of 3072 bits"


def test_two_workers_that_make_a_pair_at_once_hand_out_the_same(people: People, monkeypatch) -> None:
    first = keys.public(people.programme)
    db.session.expunge_all()
    assert keys._make(people.programme) == first


def test_what_a_tablet_wrapped_and_sealed_is_opened(people: People) -> None:
    log_key = LogKey()
    key = keys.unwrap(people.programme, wrap(keys.public(people.programme), log_key.key))
    assert key == log_key.key
    string = '{"seq":3,"t":5,"kind":"note","code":"NOTE","data":{"text":"¿Qué? 😀"}}'
    assert keys.open_row(key, log_key.seal(LOG, 3, string), f"{LOG}/3") == string


def test_a_vault_opens_for_its_owner_only(people: People) -> None:
    vault, ana, ben = LogKey().key, str(people.accounts["ana"]), str(people.accounts["ben"])
    wrapped = wrap(keys.public(people.programme), vault, label=ana)
    assert keys.unwrap(people.programme, wrapped, ana) == vault
    for label in (ben, ""):
        with pytest.raises(keys.Unopened, match="not wrapped for this server"):
            keys.unwrap(people.programme, wrapped, label)


def test_a_key_that_was_wrapped_for_another_programme_or_changed(people: People) -> None:
    wrapped = wrap(keys.public(people.other_programme), LogKey().key)
    keys.public(people.programme)
    right = wrap(keys.public(people.programme), LogKey().key)
    for wrong in (wrapped, right[:-1] + bytes([right[-1] ^ 1]), b"", b"x" * 384, b"x" * 5000):
        with pytest.raises(keys.Unopened, match="not wrapped for this server"):
            keys.unwrap(people.programme, wrong)


def test_without_a_pair_nothing_opens_and_none_is_made(people: People) -> None:
    with pytest.raises(keys.Unopened, match="No key was made here yet"):
        keys.unwrap(people.programme, b"x" * 384)
    assert db.session.get(ProgrammeKey, people.programme) is None


def test_a_wrapped_key_of_another_length(people: People) -> None:
    with pytest.raises(keys.Unopened, match="16 bytes long, not 32"):
        keys.unwrap(people.programme, wrap(keys.public(people.programme), b"k" * 16))


def test_a_row_opens_at_its_own_place_with_its_own_key() -> None:
    log_key, other = LogKey(), LogKey()
    row = log_key.seal(LOG, 3, "{}")
    wrong = {
        "another place": (log_key.key, row, f"{LOG}/4"),
        "another log": (log_key.key, row, f"{uuid.UUID(int=8)}/3"),
        "another key": (other.key, row, f"{LOG}/3"),
        "changed": (log_key.key, row[:-1] + bytes([row[-1] ^ 1]), f"{LOG}/3"),
        "cut off": (log_key.key, row[:20], f"{LOG}/3"),
        "empty": (log_key.key, b"", f"{LOG}/3"),
        "no UTF-8": (log_key.key, log_key.seal(LOG, 3, b"\xff"), f"{LOG}/3"),
    }
    for name, arguments in wrong.items():
        with pytest.raises(keys.Unopened, match="another key or for another place") as refusal:
            keys.open_row(*arguments)
        assert "\n" not in str(refusal.value), name


def test_the_private_key_is_unreadable_in_the_database(people: People) -> None:
    keys.public(people.programme)
    raw = bytes(db.session.execute(sqlalchemy.text("SELECT private FROM programme_key")).scalar_one())
    private = db.session.get_one(ProgrammeKey, people.programme).private
    assert private[:1] == b"\x30" and private[4:200] not in raw
