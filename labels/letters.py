"""What one letter of a text is, and how one is drawn that a font does not hold whole.

Peoples of Vietnam write ƀ, ŏ and ơ̆. HarfBuzz puts marks where the font's maker meant them (OpenType
GPOS, "mark" and "mkmk").
"""

# fontTools and uharfbuzz have few types of their own.
# mypy: disallow-untyped-calls=False

import re
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import uharfbuzz
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.boundsPen import ControlBoundsPen
from fontTools.pens.recordingPen import RecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen

MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
"""The combining marks of Latin, Greek and Cyrillic, as a regular expression has them in []."""
_MARK = re.compile(f"[{MARKS}]")
_LETTER = re.compile(rf"\S[{MARKS}]*|\s")
_MOST_MARKS = 4
FIRST = 0xE001
"""In a font of drawn letters, the code of the first."""


class Drawn(NamedTuple):
    """A letter as the strokes of a pen, in thousandths of the size with y upwards."""

    strokes: tuple[tuple[str, tuple[Any, ...]], ...]
    advance: int
    """Where the next letter stands."""

    def replay(self, pen: Any) -> None:
        """Draw it with another pen of fontTools."""
        for stroke, points in self.strokes:
            getattr(pen, stroke)(*points)


def letters(text: str) -> Sequence[str]:
    """Return the letters, each with the marks that stand on it."""
    return _LETTER.findall(text) if _MARK.search(text) else text


def is_mark(sign: str) -> bool:
    """Tell whether a sign stands on the letter before it."""
    return _MARK.match(sign) is not None


def font(file: Path, **axes: float) -> uharfbuzz.Font:
    """Return a font to draw with, of a variable one the design at these axes."""
    opened = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(file))))
    opened.set_variations(axes)
    return opened


def drawn(letter: str, fonts: Sequence[uharfbuzz.Font], lowest: int, highest: int) -> Drawn | None:
    """Return the letter in the first font that has all of it, or None.

    A stack that would reach into the next line is pressed to stay between `lowest` and `highest`.
    """
    if len(letter) > 1 + _MOST_MARKS:
        return None
    for each in fonts:
        if whole := _shaped(letter, each):
            return _pressed(whole, lowest, highest)
    return None


def _shaped(letter: str, font: uharfbuzz.Font) -> Drawn | None:
    buffer = uharfbuzz.Buffer()
    buffer.add_str(letter)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font, buffer)
    pen, across = RecordingPen(), 0
    for glyph, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        if glyph.codepoint == 0:  # ".notdef": a box
            return None
        moved = TransformPen(pen, (1, 0, 0, 1, across + place.x_offset, place.y_offset))
        font.draw_glyph_with_pen(glyph.codepoint, moved)
        across += place.x_advance
    return Drawn(tuple(pen.value), across)


def _pressed(letter: Drawn, lowest: int, highest: int) -> Drawn:
    bounds = ControlBoundsPen(None)
    letter.replay(bounds)
    _, bottom, _, top = bounds.bounds or (0, 0, 0, 0)
    if lowest <= bottom and top <= highest:
        return letter
    by = min(lowest / min(bottom, lowest), highest / max(top, highest))
    pen = RecordingPen()
    letter.replay(TransformPen(pen, (1, 0, 0, by, 0, 0)))
    return letter._replace(strokes=tuple(pen.value))


def font_file(drawings: Sequence[Drawn], ascent: int, descent: int) -> bytes:
    """Return a font of these letters, their glyphs numbered from 1, their codes from FIRST."""
    names = [f"letter{n}" for n in range(1, len(drawings) + 1)]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names])
    builder.setupCharacterMap({FIRST + n: name for n, name in enumerate(names)})
    glyphs = dict(zip(names, map(_glyph, drawings), strict=True))
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), **glyphs})
    advances = dict(zip(names, (max(each.advance, 0) for each in drawings), strict=True))
    builder.setupHorizontalMetrics({".notdef": (0, 0)} | {n: (a, 0) for n, a in advances.items()})
    builder.setupHorizontalHeader(ascent=ascent, descent=descent)
    builder.updateHead(created=0, modified=0)
    file = BytesIO()
    builder.font.recalcTimestamp = False
    builder.save(file)
    return file.getvalue()


def _glyph(drawing: Drawn) -> Any:
    pen = TTGlyphPen(None)
    drawing.replay(pen)
    return pen.glyph()
