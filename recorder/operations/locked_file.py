"""How does a stream become a file that only the holder of a private key can read?

A random AES-256 key, wrapped for the public key (RSA-OAEP, SHA-256), then pieces of at most 1 MiB, each sealed with
AES-256-GCM: its nonce is its number, and whether it is the last one is authenticated with it, so a file that was cut,
reordered or changed anywhere does not open. Layout: the line `recorder-backup/1`, the length of a JSON head (4 bytes,
big endian), the head, then each piece's length (4 bytes) and bytes. The head says what is inside and holds the wrapped
key; it is authenticated with every piece.
"""

from __future__ import annotations

import base64
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol

MARK = b"recorder-backup/1\n"
PIECE_BYTES = 1 << 20
MOST_HEAD_BYTES = 1 << 16
LAST, MORE = b"\x01", b"\x00"


class Unlockable(ValueError):
    """A key that cannot be used, or a file that does not open with it; the message is one sentence."""


def public_key(path: Path) -> Any:
    """The RSA public key in a PEM file. Raises `Unlockable`."""
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    return _rsa(path, load_pem_public_key, "public")


def private_key(path: Path) -> Any:
    """The RSA private key in a PEM file without a password. Raises `Unlockable`."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    return _rsa(path, lambda text: load_pem_private_key(text, None), "private")


def _rsa(path: Path, load: Any, kind: str) -> Any:
    try:
        key = load(path.read_bytes())
    except OSError as error:
        raise Unlockable(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, TypeError) as error:
        raise Unlockable(f"{path} holds no {kind} key in PEM form without a password.") from error
    if getattr(key, "key_size", 0) < 2048 or not hasattr(key, "encrypt" if kind == "public" else "decrypt"):
        raise Unlockable(f"{path} holds no RSA {kind} key of 2048 bits or more.")
    return key


class Writes(Protocol):
    """What takes bytes one after another, as a file does."""

    def write(self, piece: bytes, /) -> object:
        """Take them."""


def lock(out: Writes, content: Iterable[bytes], key: Any, about: dict[str, Any]) -> None:
    """Write content, compressed and sealed for a public key.

    Parameters: `about`, what may be read without the key: it is authenticated, and not secret.
    """
    aes = os.urandom(32)
    head = json.dumps(about | {"key": base64.b64encode(key.encrypt(aes, _padding())).decode()}).encode()
    out.write(MARK + len(head).to_bytes(4) + head)
    cipher, waiting = _cipher(aes), b""
    number = 0
    for piece in _compressed(content):
        waiting += piece
        while len(waiting) > PIECE_BYTES:
            _write(out, cipher, number, waiting[:PIECE_BYTES], head + MORE)
            waiting, number = waiting[PIECE_BYTES:], number + 1
    _write(out, cipher, number, waiting, head + LAST)


def about(file: BinaryIO) -> dict[str, Any]:
    """What a file says of itself without a key. Raises `Unlockable`."""
    return _head(file)[1]


def unlock(file: BinaryIO, key: Any) -> Iterator[bytes]:
    """The content of a file, piece by piece; all of it, or `Unlockable` is raised before the last one."""
    head, said = _head(file)
    try:
        cipher = _cipher(key.decrypt(base64.b64decode(said["key"]), _padding()))
    except (KeyError, ValueError) as error:
        raise Unlockable("This backup was made for another key.") from error
    unpacked, number, is_last = zlib.decompressobj(), 0, False
    while not is_last:
        sealed = _read(file)
        is_last = file.read(1) == b""
        if not is_last:
            file.seek(-1, os.SEEK_CUR)
        yield unpacked.decompress(_opened(cipher, number, sealed, head + (LAST if is_last else MORE)))
        number += 1
    yield unpacked.flush()
    if not unpacked.eof:
        raise Unlockable("This backup was cut: its end is missing.")


def _head(file: BinaryIO) -> tuple[bytes, dict[str, Any]]:
    if file.read(len(MARK)) != MARK:
        raise Unlockable("This file is no backup of a recorder.")
    length = int.from_bytes(file.read(4))
    head = file.read(length) if length <= MOST_HEAD_BYTES else b""
    try:
        said = json.loads(head)
    except ValueError as error:
        raise Unlockable("This backup was cut or changed: its head cannot be read.") from error
    if not isinstance(said, dict):
        raise Unlockable("This backup was changed: its head cannot be read.")
    return head, said


def _read(file: BinaryIO) -> bytes:
    length = int.from_bytes(file.read(4))
    sealed = file.read(length) if 16 <= length <= PIECE_BYTES + 16 else b""
    if len(sealed) != length:
        raise Unlockable("This backup was cut: its end is missing.")
    return sealed


def _opened(cipher: Any, number: int, sealed: bytes, bound: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag

    try:
        opened: bytes = cipher.decrypt(number.to_bytes(12), sealed, bound)
    except InvalidTag as error:
        raise Unlockable(f"This backup was cut or changed: piece {number + 1} does not open.") from error
    return opened


def _write(out: Writes, cipher: Any, number: int, piece: bytes, bound: bytes) -> None:
    sealed = cipher.encrypt(number.to_bytes(12), piece, bound)
    out.write(len(sealed).to_bytes(4) + sealed)


def _compressed(content: Iterable[bytes]) -> Iterator[bytes]:
    packing = zlib.compressobj(1)
    for piece in content:
        yield packing.compress(piece)
    yield packing.flush()


def _cipher(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _padding() -> Any:
    from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
    from cryptography.hazmat.primitives.hashes import SHA256

    return OAEP(mgf=MGF1(SHA256()), algorithm=SHA256(), label=None)
