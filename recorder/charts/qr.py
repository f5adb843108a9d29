"""How does an address get from this screen onto a tablet? As a QR code, drawn dark on white in both themes.

ISO/IEC 18004, level M (a seventh of the squares may be unreadable), with the quiet zone of four squares that the
standard asks for. ReportLab makes the squares; the drawing is one path in an <svg>, without any style.
"""

from __future__ import annotations

from html import escape

QUIET = 4


class QrCode:
    """A text as a QR code, which Jinja takes as it is: `{{ code }}`.

    Parameters: `text`, at most 1,000 characters; `title`, the picture's name for those who cannot see it.

    >>> code = QrCode("https://recorder.example/install", "A code for a tablet")
    >>> print(code.__html__()[:59])
    <svg class="qr" viewBox="0 0 37 37" role="img" aria-label="
    """

    def __init__(self, text: str, title: str) -> None:
        self.squares = _squares(text)
        self.title = title

    def __html__(self) -> str:
        side = len(self.squares) + 2 * QUIET
        strokes = "".join(
            f"M{column + QUIET} {row + QUIET}h1v1h-1z"
            for row, line in enumerate(self.squares)
            for column, is_dark in enumerate(line)
            if is_dark
        )
        return (
            f'<svg class="qr" viewBox="0 0 {side} {side}" role="img" aria-label="{escape(self.title)}" '
            'shape-rendering="crispEdges">\n'
            f'<rect width="{side}" height="{side}" fill="#fff"/>\n<path d="{strokes}" fill="#000"/>\n</svg>'
        )


def _squares(text: str) -> list[list[bool]]:
    """The squares row by row, True where dark."""
    from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

    made = QRCode(None, QRErrorCorrectLevel.M)
    made.addData(text)
    made.make()
    size = made.getModuleCount()
    return [[bool(made.isDark(row, column)) for column in range(size)] for row in range(size)]
