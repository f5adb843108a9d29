"""What a tablet's WebCrypto does, for tests: wrap a key for the server, seal the rows of a log."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_der_public_key
from tablet import TabletLog


def wrap(server_key: str, key: bytes, label: str = "") -> bytes:
    """A key, wrapped for the server whose public key (base64 SPKI) this is; `label` is what it is bound to."""
    public: Any = load_der_public_key(base64.b64decode(server_key))
    return public.encrypt(key, padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label.encode() or None))


@dataclass(frozen=True)
class LogKey:
    """The random key of one log."""

    key: bytes = field(default_factory=lambda: os.urandom(32))

    def seal(self, log: str, seq: int, string: str | bytes) -> bytes:
        """A row as the tablet keeps it: nonce, then ciphertext and tag, bound to its place."""
        nonce = os.urandom(12)
        plain = string.encode() if isinstance(string, str) else string
        return nonce + AESGCM(self.key).encrypt(nonce, plain, f"{log}/{seq}".encode())


def sealed(log: TabletLog, server_key: str, from_seq: int = 1, upto_seq: int | None = None, *, key: LogKey) -> dict:
    """What a batch of an enrolled tablet says about a log: sealed rows and their wrapped key."""
    part = log.part(from_seq, upto_seq)
    rows = [key.seal(part["id"], seq, string) for seq, string in enumerate(part.pop("events"), from_seq)]
    return part | {"sealed": [base64.b64encode(row).decode() for row in rows],
                   "key": base64.b64encode(wrap(server_key, key.key)).decode()}  # fmt: skip
