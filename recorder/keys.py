"""How does a tablet hand over what only the server may read?

Each programme has a pair of keys (RSA, 3072 bit). A tablet gets the public one when it is enrolled and *wraps* with it
(RSA-OAEP, SHA-256) the random key of each log and of each person's vault. A *row* is one event, sealed with its log's
key (AES-256-GCM): 12 bytes of nonce, then ciphertext and tag; the place `log/seq` is authenticated with it, so that no
row passes for another. A vault's key is wrapped with its owner's id as the label, so that nobody has another person's
vault opened in her own name. The private key rests sealed under the installation's master key.
"""

from __future__ import annotations

import base64
import uuid
from functools import lru_cache
from typing import Any

from sqlalchemy.exc import IntegrityError

from recorder.db import db
from recorder.records.devices import ProgrammeKey

BITS = 3072
NONCE_BYTES = 12
KEY_BYTES = 32
KEPT_KEYS = 500
"""How many logs' keys are kept at hand."""


class Unopened(ValueError):
    """Something sealed that does not open here; the message is one sentence."""


def public(programme_id: uuid.UUID) -> str:
    """A programme's public key, as base64 of its SPKI; the pair is made at first need.

    Making it takes about a second and commits: nobody else's writing waits for it. So the caller has written nothing.
    """
    stored = db.session.get(ProgrammeKey, programme_id)
    return stored.public if stored else _make(programme_id)


def unwrap(programme_id: uuid.UUID, wrapped: bytes, label: str = "") -> bytes:
    """The AES key that a tablet wrapped for the server; `label` is what it was bound to. Raises `Unopened`."""
    stored = db.session.get(ProgrammeKey, programme_id)
    if stored is None:
        raise Unopened("No key was made here yet, so nothing was wrapped for this server.")
    try:
        key = _unwrapped(stored.private, wrapped, label)
    except ValueError as error:
        raise Unopened("The key was not wrapped for this server, or was changed since.") from error
    if len(key) != KEY_BYTES:
        raise Unopened(f"The wrapped key is {len(key)} bytes long, not {KEY_BYTES}.")
    return key


def open_row(key: bytes, row: bytes, place: str) -> str:
    """The exact event string of a sealed row; `place` is "log/seq". Raises `Unopened`."""
    try:
        return str(_cipher(key).decrypt(row[:NONCE_BYTES], row[NONCE_BYTES:], place.encode()).decode())
    except (_invalid_tag(), ValueError) as error:  # a row too short to be one, or no UTF-8
        raise Unopened("The row was sealed with another key or for another place, or was changed since.") from error


# Taking a key up costs more than using it, and a tablet that is online sends its log's key with every few taps. What is
# kept rests in memory only, as the master key does.


@lru_cache(maxsize=8)
def _private(pkcs8: bytes) -> Any:
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    # half a second of checking primes is spared: the seal vouches for them
    return load_der_private_key(pkcs8, None, unsafe_skip_rsa_key_validation=True)


@lru_cache(maxsize=KEPT_KEYS)
def _unwrapped(pkcs8: bytes, wrapped: bytes, label: str) -> bytes:
    key: bytes = _private(pkcs8).decrypt(wrapped, _padding(label))
    return key


@lru_cache(maxsize=KEPT_KEYS)
def _cipher(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _invalid_tag() -> type[Exception]:
    from cryptography.exceptions import InvalidTag

    return InvalidTag


def _make(programme_id: uuid.UUID) -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    db.session.commit()
    private = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    spki = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    pkcs8 = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    row = ProgrammeKey(programme_id=programme_id, public=base64.b64encode(spki).decode(), private=pkcs8)
    try:
        db.session.add(row)
        db.session.commit()
        return row.public
    except IntegrityError:  # another worker was faster: its pair counts
        db.session.rollback()
        return db.session.get_one(ProgrammeKey, programme_id).public


def _padding(label: str) -> Any:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    return padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label.encode() or None)
