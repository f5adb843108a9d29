"""Where does each thing stand, and on which page?

A page is a column of blocks from the top down. A block says how high it is, and what is painted belongs to its element
of the structure tree or is an artifact. What does not fit begins the next page; words may go on there. Lengths are
points (1/72 inch), `top` counts from the page's lower edge as PDF does.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from recorder.feedback.typeset import Line, Words, paint, read_aloud

if TYPE_CHECKING:
    from recorder.feedback.tags import Element, TaggedCanvas

LEAST_LINES = 2
"""As many lines of a paragraph stay together on either side of a page's end."""

Paint = Callable[["TaggedCanvas", float, float, float], None]
"""Paints something: the canvas, its left edge, its upper edge, the width it may take."""


class Block(ABC):
    """A thing on a page. `below` is the room after it, `keep` what must fit with it on its page."""

    def __init__(self, below: float = 0, keep: float = 0) -> None:
        self.below = below
        self.keep = keep

    @abstractmethod
    def height(self, width: float) -> float:
        """How high it is when it is `width` wide."""

    @abstractmethod
    def paint(self, canvas: TaggedCanvas, left: float, top: float, width: float) -> None:
        """Paint it from its upper left corner."""

    def parts(self, width: float, room: float, page: float) -> Sequence[Block]:
        """What it falls into when only `room` is left of a `page` that is so high; empty: it goes to the next page."""
        return ()


class Room(Block):
    """Nothing; less than nothing at the top of a page."""

    def __init__(self, height: float) -> None:
        super().__init__()
        self._height = height

    def height(self, width: float) -> float:
        return self._height

    def paint(self, canvas: TaggedCanvas, left: float, top: float, width: float) -> None:
        """Nothing."""


class PageEnd(Room):
    """What follows begins a new page."""

    def __init__(self) -> None:
        super().__init__(0)


class Text(Block):
    """Words of one element. `indent` is kept free at the side where the language starts, for `mark`: what is painted
    there, beside the first line."""

    def __init__(
        self,
        words: Words,
        element: Element,
        below: float = 0,
        keep: float = 0,
        indent: float = 0,
        mark: Paint | None = None,
        lines: Sequence[Line] | None = None,
    ) -> None:
        super().__init__(below, keep)
        self.words = words
        self.element = element
        self.indent = indent
        self.mark = mark
        self._lines = lines
        read_aloud(words, element)

    def lines(self, width: float) -> Sequence[Line]:
        if self._lines is None:
            self._lines = self.words.lines(width - self.indent)
        return self._lines

    def height(self, width: float) -> float:
        return len(self.lines(width)) * self.words.leading

    def paint(self, canvas: TaggedCanvas, left: float, top: float, width: float) -> None:
        is_rtl = self.words.setting.is_rtl
        if self.mark:
            self.mark(canvas, left + width - self.indent if is_rtl else left, top, self.indent)
        with canvas.tag(self.element):
            start = left if is_rtl else left + self.indent
            paint(canvas, self.words, self.lines(width), start, top, width - self.indent)

    def parts(self, width: float, room: float, page: float) -> Sequence[Block]:
        lines = self.lines(width)
        fit = min(int(room / self.words.leading), len(lines) - LEAST_LINES)
        if fit < LEAST_LINES:
            return ()
        first = Text(self.words, self.element, 0, 0, self.indent, self.mark, lines[:fit])
        return first, Text(self.words, self.element, self.below, 0, self.indent, None, lines[fit:])


class Drawn(Block):
    """Something of a fixed height, painted by a function: an artifact, or a figure with its element."""

    def __init__(self, height: float, by: Paint, element: Element | None = None, below: float = 0) -> None:
        super().__init__(below)
        self._height = height
        self._by = by
        self.element = element

    def height(self, width: float) -> float:
        return self._height

    def paint(self, canvas: TaggedCanvas, left: float, top: float, width: float) -> None:
        if self.element is None:
            with canvas.artifact():
                self._by(canvas, left, top, width)
            return
        box = [round(side, 2) for side in (left, top - self._height, left + width, top)]
        self.element.attributes = {"O": "Layout", "Placement": "Block", "BBox": box}
        with canvas.tag(self.element):
            self._by(canvas, left, top, width)


class Beside(Block):
    """Words with something drawn at their other side, `wide` points of the width; it is read after them."""

    def __init__(self, words: Text, drawn: Drawn, wide: float, gap: float = 12) -> None:
        super().__init__(words.below)
        self.words = words
        self.drawn = drawn
        self.wide = wide
        self.gap = gap

    def height(self, width: float) -> float:
        return max(self.words.height(width - self.wide - self.gap), self.drawn.height(self.wide))

    def paint(self, canvas: TaggedCanvas, left: float, top: float, width: float) -> None:
        is_rtl = self.words.words.setting.is_rtl
        room = width - self.wide - self.gap
        down = (self.height(width) - self.words.height(room)) / 2
        self.words.paint(canvas, left + (width - room if is_rtl else 0), top - down, room)
        self.drawn.paint(canvas, left if is_rtl else left + width - self.wide, top, self.wide)


class Frame(Block):
    """Blocks in a frame of their own; longer than a page, they go on without the frame."""

    def __init__(self, blocks: Sequence[Block], padding: float, by: Callable[..., None]) -> None:
        super().__init__()
        self.blocks = blocks
        self.padding = padding
        self._by = by

    def height(self, width: float) -> float:
        return _stacked(self.blocks, width - 2 * self.padding) + 2 * self.padding

    def paint(self, canvas: TaggedCanvas, left: float, top: float, width: float) -> None:
        with canvas.artifact():
            self._by(canvas, left, top, width, self.height(width))
        inner = width - 2 * self.padding
        place = top - self.padding
        for block in self.blocks:
            block.paint(canvas, left + self.padding, place, inner)
            place -= block.height(inner) + block.below

    def parts(self, width: float, room: float, page: float) -> Sequence[Block]:
        if self.height(width) <= page:
            return ()
        for block in self.blocks:
            if isinstance(block, Text):
                block._lines = None
        return self.blocks


Laid = list[list[tuple[Block, float]]]
"""The blocks of each page, each with its distance from the upper edge."""


def pages(blocks: Sequence[Block], width: float, height: float) -> Laid:
    """Lay blocks out on pages: for each page its blocks, each with its distance from the upper edge."""
    laid: Laid = [[]]
    used = 0.0
    waiting = deque(blocks)
    while waiting:
        block = waiting.popleft()
        tall, room = block.height(width), height - used
        if isinstance(block, Room) and not laid[-1]:
            continue
        if not isinstance(block, PageEnd) and (isinstance(block, Room) or max(tall, block.keep) <= room):
            laid[-1].append((block, used))
            used += tall + block.below
            continue
        parts = block.parts(width, room, height)
        if parts and (parts[0].height(width) <= room or not laid[-1]):
            waiting.extendleft(reversed(parts))
        elif laid[-1]:
            laid.append([])
            used = 0.0
            if not isinstance(block, PageEnd):
                waiting.appendleft(block)
        else:
            laid[-1].append((block, used))
            used += tall
    return laid


def _stacked(blocks: Sequence[Block], width: float) -> float:
    last = blocks[-1].below if blocks else 0
    return sum(block.height(width) + block.below for block in blocks) - last
