"""Rasterises a page to dots: for label printers, which know no Vietnamese letter, and for PNG.

A letter is drawn once for each size; words are put together of letters, lines of words, pages of
lines. All lengths are whole dots, from the left upper corner of the page.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from labels.drawing import MM_PER_POINT, Block, Mark, Page, Symbol, Words
from labels.faces import FACES
from labels.letters import FIRST, MARKS, letters

Dots = NDArray[np.bool_]

_FONT_FILES = {bold: face.file.read_bytes() for bold, face in FACES.items()}
_UNITS = 1000
"""Of the font, in its em."""
_PIECES = re.compile(rf"(?:[^\W\d_][{MARKS}]*)+|\S[{MARKS}]*|.", re.DOTALL)
"""Syllables, and each digit or sign on its own."""


class Ink(NamedTuple):
    """Where something is black, or where white goes over black; rows of True and False."""

    left: int
    top: int
    dots: Dots
    white: bool = False

    def moved(self, across: int, down: int = 0) -> "Ink":
        """Return it so many dots to the right and down."""
        return Ink(self.left + across, self.top + down, self.dots, self.white)

    def within(self, width: int, height: int) -> "Ink":
        """Return what of it falls on a page of that size."""
        left, top = max(self.left, 0), max(self.top, 0)
        rows = slice(top - self.top, max(height - self.top, 0))
        columns = slice(left - self.left, max(width - self.left, 0))
        return Ink(left, top, self.dots[rows, columns], self.white)


def size_of(page: Page, dot: float) -> tuple[int, int]:
    """Return how many dots of `dot` millimetres the page is wide and high."""
    return round(page.width / dot), round(page.height / dot)


def picture(page: Page, dot: float) -> Dots:
    """Return the whole page, True where it is black."""
    width, height = size_of(page, dot)
    paper = Ink(0, 0, np.zeros((height, width), np.bool_))
    return overlaid([paper, *(ink(mark, dot) for mark in page.marks)]).within(width, height).dots


def ink(mark: Mark, dot: float) -> Ink:
    """Return one mark as it lies on a page of dots of that many millimetres."""
    match mark:
        case Words(left, baseline, text, size_pt, bold, white):
            line = _line(text, size_pt * MM_PER_POINT / dot, bold)
            return line.moved(round(left / dot), round(baseline / dot))._replace(white=white)
        case Block(left, top, width, height):
            x, y = round(left / dot), round(top / dot)
            right, bottom = round((left + width) / dot), round((top + height) / dot)
            return Ink(x, y, np.ones((max(bottom - y, 1), max(right - x, 1)), np.bool_))
        case Symbol(left, top):
            return Ink(round(left / dot), round(top / dot), _symbol(mark, dot))


def overlaid(inks: Sequence[Ink]) -> Ink:
    """Return all of them as one, the first lowest."""
    if len(inks) == 1 and not inks[0].white:
        return inks[0]
    left, top = min([ink.left for ink in inks]), min([ink.top for ink in inks])
    right = max([ink.left + ink.dots.shape[1] for ink in inks])
    bottom = max([ink.top + ink.dots.shape[0] for ink in inks])
    canvas = np.zeros((bottom - top, right - left), np.bool_)
    for x, y, dots, white in inks:
        height, width = dots.shape
        below = canvas[y - top : y - top + height, x - left : x - left + width]
        if white:
            below &= ~dots
        else:
            below |= dots
    return Ink(left, top, canvas)


def _symbol(symbol: Symbol, dot: float) -> Dots:
    """Modules are whole dots: a scanner forgives a symbol its size, but not uneven bars."""
    modules = np.frombuffer("".join(symbol.rows).encode(), np.uint8) == ord("1")
    rows = modules.reshape(len(symbol.rows), -1)
    wide, high = (max(round(length / dot), 1) for length in (symbol.module, symbol.row_height))
    dots = rows.repeat(wide, axis=1).repeat(high, axis=0)
    return np.rot90(dots, -1) if symbol.turned else dots


def _line(text: str, size: float, bold: bool) -> Ink:
    inks, pen = [], 0.0
    for piece in _PIECES.findall(text):
        if piece != " ":
            ink = _piece(piece, size, bold)
            inks.append(ink.moved(round(pen)))
        pen += _advance(piece, bold) * size
    return overlaid(inks or [_NOTHING])


@lru_cache(maxsize=2048)
def _piece(piece: str, size: float, bold: bool) -> Ink:
    """Return a syllable that stands at the corner: they come again in name after name."""
    inks, pen = [], 0.0
    for letter in letters(piece):
        inks.append(_letter(letter, size, bold).moved(round(pen)))
        pen += _advance(letter, bold) * size
    return overlaid(inks)


@lru_cache(maxsize=4096)
def _letter(letter: str, size: float, bold: bool) -> Ink:
    """Return a letter that stands at the corner, `size` dots to the em. Raises Unprintable."""
    if letter in FACES[bold].glyphs:
        return _printed(letter, _font(size, bold))
    return _printed(chr(FIRST), _opened(FACES[bold].drawn_part([letter]), size))


def _printed(sign: str, font: ImageFont.FreeTypeFont) -> Ink:
    left, top, right, bottom = (round(side) for side in font.getbbox(sign, "1", anchor="ls"))
    image = Image.new("1", (right - left, bottom - top))
    ImageDraw.Draw(image).text((-left, -top), sign, fill=1, font=font, anchor="ls")
    return Ink(left, top, np.asarray(image, np.bool_))


@lru_cache(maxsize=64)
def _font(size: float, bold: bool) -> ImageFont.FreeTypeFont:
    return _opened(_FONT_FILES[bold], size)


def _opened(file: bytes, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(BytesIO(file), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4096)
def _advance(text: str, bold: bool) -> float:
    """Return how far the letters run, in sizes, as it was reckoned with when the line was set."""
    return FACES[bold].run(text) / _UNITS


_NOTHING = Ink(0, 0, np.zeros((0, 0), np.bool_))
