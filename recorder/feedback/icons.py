"""The line icons beside a page's headings: one outline each, on a field of 24 by 24, y downwards.

An outline is written as an SVG path of absolute M, L, C and Z, so that the page in the browser and the PDF draw the
very same line.
"""

from __future__ import annotations

ICONS = {
    "strengths": "M 12 20 C 4 14 2.5 10.5 2.5 8.2 C 2.5 3.2 9.5 2.2 12 7.2 C 14.5 2.2 21.5 3.2 21.5 8.2"
    " C 21.5 10.5 20 14 12 20 Z",
    "shown": "M 12 2.8 L 14.8 8.9 L 21.4 9.7 L 16.5 14.2 L 17.8 20.8 L 12 17.5 L 6.2 20.8 L 7.5 14.2 L 2.6 9.7"
    " L 9.2 8.9 Z",
    "step": "M 2.5 20.5 L 8.5 20.5 L 8.5 14.5 L 14.5 14.5 L 14.5 8.5 L 21.5 8.5 M 15.5 2.5 L 21.5 2.5"
    " M 18.5 0.5 L 21.5 2.5 L 18.5 4.8",
    "idea": "M 3.5 20.5 L 4.6 15.4 L 15.8 4.2 C 17.6 2.4 21.6 6.4 19.8 8.2 L 8.6 19.4 Z M 13.7 6.3 L 17.7 10.3",
    "for_you": "M 4 9 L 16 9 L 16 16 C 16 21.4 4 21.4 4 16 Z M 16 10.5 C 21.5 10 21.5 16.5 15.6 16.5"
    " M 7.5 6.2 C 6.2 4.8 8.8 3.8 7.5 2.2 M 12 6.2 C 10.7 4.8 13.3 3.8 12 2.2",
    "next": "M 3 5 L 21 5 L 21 21 L 3 21 Z M 3 10 L 21 10 M 8 2.5 L 8 7 M 16 2.5 L 16 7",
}


def strokes(key: str) -> list[tuple[str, tuple[float, ...]]]:
    """An icon as its strokes: a letter (M, L, C, Z) and its numbers.

    >>> strokes("next")[0]
    ('M', (3.0, 5.0))
    """
    found: list[tuple[str, list[float]]] = []
    for word in ICONS[key].split():
        if word.isalpha():
            found.append((word, []))
        else:
            found[-1][1].append(float(word))
    return [(letter, tuple(numbers)) for letter, numbers in found]
