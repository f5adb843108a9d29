"""What the browser's vault sealed (tests/data/vault_vectors.json) opens on the server, and its passphrase's wrap is
what it says it is, computed a second time with Python's own PBKDF2."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask
from people import People

from recorder import keys
from recorder.db import db
from recorder.records.devices import ProgrammeKey

VECTORS = json.loads((Path(__file__).parent / "data" / "vault_vectors.json").read_text("utf-8"))


def bytes_of(*path: str) -> bytes:
    value: Any = VECTORS
    for step in path:
        value = value[step]
    return base64.b64decode(value)


@pytest.fixture(autouse=True)
def server(app: Flask, people: People):
    with app.app_context():
        key = ProgrammeKey(
            programme_id=people.programme, public=VECTORS["server"]["public"], private=bytes_of("server", "private")
        )
        db.session.add(key)
        db.session.commit()
        yield


def test_keys_that_the_browser_wrapped_for_the_server(people: People) -> None:
    vault, log_key = bytes_of("vault", "for_server"), bytes_of("log_key", "for_server")
    assert keys.unwrap(people.programme, vault, VECTORS["user"]) == bytes_of("vault", "key")
    assert keys.unwrap(people.programme, log_key) == bytes_of("log_key", "key")
    with pytest.raises(keys.Unopened):
        keys.unwrap(people.programme, vault)


def test_rows_that_the_browser_sealed() -> None:
    key = bytes_of("log_key", "key")
    for seq, (string, row) in enumerate(zip(VECTORS["strings"], VECTORS["rows"], strict=True), 1):
        assert keys.open_row(key, base64.b64decode(row), f"{VECTORS['log']}/{seq}") == string
        with pytest.raises(keys.Unopened):
            keys.open_row(key, base64.b64decode(row), f"{VECTORS['log']}/{seq + 1}")


def test_the_passphrase_stretched_a_second_time_opens_the_vault_and_the_vault_the_log() -> None:
    salt, rounds = bytes_of("vault", "salt"), VECTORS["vault"]["rounds"]
    assert (len(salt), rounds) == (16, 600_000)
    stretched = hashlib.pbkdf2_hmac("sha256", VECTORS["passphrase"].encode(), salt, rounds)
    vault = opened(stretched, bytes_of("vault", "wrapped"), f"vault/{VECTORS['user']}")
    assert vault == bytes_of("vault", "key")
    assert opened(vault, bytes_of("log_key", "wrapped"), f"key/{VECTORS['log']}") == bytes_of("log_key", "key")


def opened(key: bytes, sealed: bytes, place: str) -> bytes:
    return AESGCM(key).decrypt(sealed[:12], sealed[12:], place.encode())
