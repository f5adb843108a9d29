"""A QR code is read by another program (ZXing), as a tablet's camera reads it."""

from __future__ import annotations

import re

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from recorder.charts.qr import QrCode

PIXELS = 6


def photographed(code: QrCode) -> Image.Image:
    """What a camera sees of the drawing: its white ground, and each square that its path holds."""
    drawing = code.__html__()
    (side,) = set(re.search(r'viewBox="0 0 (\d+) (\d+)"', drawing).groups())
    picture = Image.new("L", (int(side) * PIXELS,) * 2, 255)
    pen = ImageDraw.Draw(picture)
    for column, row in re.findall(r"M(\d+) (\d+)h1v1h-1z", drawing):
        x, y = int(column) * PIXELS, int(row) * PIXELS
        pen.rectangle((x, y, x + PIXELS - 1, y + PIXELS - 1), fill=0)
    return picture


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example/install#X",
        "https://192.168.100.200:8443/install#ABCD-EFGH-JKLM-NPQR",
        "https://recorder." + "a-long-name." * 12 + "example.org:12345/install#" + "K7" * 40,
    ],
)
def test_another_program_reads_it(text: str) -> None:
    (read,) = zxingcpp.read_barcodes(photographed(QrCode(text, "A code")))
    assert (read.text, str(read.format)) == (text, "QR Code")


def test_a_spoiled_corner_is_read_still() -> None:
    picture = photographed(QrCode("https://a.example/install#ABCD-EFGH-JKLM-NPQR", "A code"))
    spot = picture.width // 2
    ImageDraw.Draw(picture).ellipse((spot, spot, spot + 3 * PIXELS, spot + 3 * PIXELS), fill=255)
    assert [read.text for read in zxingcpp.read_barcodes(picture)] == ["https://a.example/install#ABCD-EFGH-JKLM-NPQR"]


def test_it_has_a_name_and_no_style() -> None:
    drawing = QrCode("x", 'A "code" & more').__html__()
    assert 'role="img" aria-label="A &quot;code&quot; &amp; more"' in drawing and "style" not in drawing
