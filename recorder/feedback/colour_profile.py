"""What does "red" mean in the PDF? sRGB, as a colour profile that PDF/A wants inside the file.

An ICC profile of version 4.3 (ICC.1:2010) with sRGB's primaries, adapted to D50, and its curve (IEC 61966-2-1).
"""

from __future__ import annotations

import struct
from functools import cache

SRGB = "sRGB IEC61966-2.1"
D50 = (0.9642, 1.0, 0.8249)
PRIMARIES = {"r": (0.4360, 0.2225, 0.0139), "g": (0.3851, 0.7169, 0.0971), "b": (0.1431, 0.0606, 0.7141)}
CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
FROM_D65 = (1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168)


@cache
def srgb() -> bytes:
    """The profile's bytes.

    >>> srgb()[36:40], len(srgb()) == int.from_bytes(srgb()[:4])
    (b'acsp', True)
    """
    curve = b"para\0\0\0\0" + struct.pack(">HH", 3, 0) + _fixed(*CURVE)
    tags = {
        "desc": _words(SRGB),
        "cprt": _words("CC0"),
        "wtpt": b"XYZ \0\0\0\0" + _fixed(*D50),
        "chad": b"sf32\0\0\0\0" + _fixed(*FROM_D65),
        **{f"{name}XYZ": b"XYZ \0\0\0\0" + _fixed(*place) for name, place in PRIMARIES.items()},
        **{f"{name}TRC": curve for name in PRIMARIES},
    }
    index, bodies = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for name, body in tags.items():
        index += name.encode() + struct.pack(">II", start + len(bodies), len(body))
        bodies += body + b"\0" * (-len(body) % 4)
    header = struct.pack(
        ">II4s4s4s4s12s4s4sI4s4sQI12s4s16s28s",
        start + len(bodies), 0, b"\x04\x30\0\0", b"mntr", b"RGB ", b"XYZ ", struct.pack(">6H", 2000, 1, 1, 0, 0, 0),
        b"acsp", b"", 0, b"", b"", 0, 0, _fixed(*D50), b"", b"", b"",
    )  # fmt: skip
    return header + struct.pack(">I", len(tags)) + index + bodies


def _fixed(*numbers: float) -> bytes:
    return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)


def _words(text: str) -> bytes:
    written = text.encode("utf-16-be")
    return b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(written), 28) + written
